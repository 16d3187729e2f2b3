"""The pictures of lesson 14: what their captions say holds for the data they draw."""

import json

import numpy as np
import pytest

from scratchgpt import pretrained
from scratchgpt.plots import comparison, film_curves, fine_tuning
from scratchgpt.resources import data_path
from scratchgpt.tasks.batches import collate
from scratchgpt.worked import combined_loss, film_stages, film_variations
from scratchgpt.worked.input_rows import EXAMPLES, spelled_rows


@pytest.fixture(scope="module")
def start():
    return film_variations.pretrained_film(0)


def test_rows_begin_with_start_and_end_with_extract():
    rows = spelled_rows(pretrained.load("mini")[2])
    assert list(rows) == ["single", "pair", "similarity 1", "similarity 2", "choice 1", "choice 2"]
    assert all(row[0] == "Start" and row[-1] == "Extract" for row in rows.values())
    pair = rows["pair"]
    assert (len(pair), pair.index("Delim"), pair.index("Extract")) == (1 + 8 + 1 + 7 + 1, 9, 17)
    assert "".join(pair[1:9]).strip() == EXAMPLES["pair"][0]
    one, other = rows["similarity 1"], rows["similarity 2"]
    middle, there = one.index("Delim"), other.index("Delim")
    assert one[1:middle] == other[there + 1 : -1] and one[middle + 1 : -1] == other[1:there]
    axes = fine_tuning.transformations(rows).axes[0]
    assert len(axes.patches) == sum(map(len, rows.values()))
    assert [text.get_text() for text in axes.texts][-1] == "Extract"
    assert axes.get_xticks().tolist() == list(range(18))


def test_only_the_last_state_sees_every_token(start):
    text = "Start the film was great Extract"
    gpt, other = film_stages.film_model().gpt, film_stages.encode("cat")[0]
    moved = film_variations.reach(gpt, start, film_stages.encode(text), other)
    assert not np.triu(moved, 1).any(), "exactly zero"
    assert (moved[np.tril_indices(6)] > 0).all() and (moved > 0).all(axis=1).tolist() == [False] * 5 + [True]
    axes = fine_tuning.reach_map(moved, text.split()).axes[0]
    assert sum(t.get_text() == "·" for t in axes.texts) == 15
    assert np.array_equal(np.ma.getmaskarray(axes.images[0].get_array()), moved == 0), "zeros are left white"


def test_the_classifier_has_one_teacher(start):
    model = film_stages.film_model()
    grads = combined_loss.gradients(model, start, collate(film_stages.reviews()))
    parts = {"table": "wte.", "positions": "wpe.", "attention": "h.0.attn", "MLP": "h.0.mlp", "W_y": "class"}
    task = combined_loss.part_norms(grads.task, parts)
    language = {k: 0.5 * v for k, v in combined_loss.part_norms(grads.language, parts).items()}
    assert language.pop("W_y") == 0 < task["W_y"]
    assert all(language[part] > task[part] > 0 for part in language), "more from the language, all but W_y"
    figure = fine_tuning.gradient_parts(task, {**language, "W_y": 0.0})
    assert [bar.get_height() for bar in figure.axes[0].containers[1]][-1] == 0


def test_adam_reaches_the_floor_and_four_of_four_with_and_without_pretraining():
    runs, floor = film_stages.film_runs(0), film_stages.perplexity_floor(film_stages.sentences())
    assert runs.recipe.perplexities[-1] < 1.03 * floor < runs.sgd.perplexities[-1]
    assert [film_stages.first_perfect(getattr(runs, name).accuracies) for name in ("recipe", "scratch")] == [
        3,
        4,
    ]
    left, right = film_curves(runs).axes
    np.testing.assert_array_equal(left.lines[0].get_ydata(), runs.recipe.perplexities)
    np.testing.assert_array_equal(right.lines[2].get_ydata(), 100 * np.array(runs.scratch.accuracies))


def test_the_language_is_lost_before_the_accuracy_shows_it(start):
    rates = film_variations.RATES
    tuned = [film_variations.vary(start, rate=rate) for rate in rates]
    assert [v.accuracy for v in tuned] == [1, 1, 1, 1, 0.5]
    assert tuned[3].earlier > 5 * tuned[2].earlier, "at 0.02 the task looks perfect"
    labelled, earlier = film_variations.untuned(start)
    assert all(v.earlier > earlier for v in tuned) and all(v.labelled < labelled for v in tuned)
    curves = {"earlier": [v.earlier for v in tuned], "labelled": [v.labelled for v in tuned]}
    before = {"earlier": earlier, "labelled": labelled}
    left, right = fine_tuning.rate_ladder(rates, [v.accuracy for v in tuned], curves, before).axes
    assert left.lines[0].get_ydata().tolist() == [1, 1, 1, 1, 0.5]
    assert right.lines[0].get_ydata().tolist() == curves["earlier"]
    assert right.lines[1].get_ydata()[0] == earlier


def test_the_recorded_ways_lie_close_together_and_below_counting_words():
    record = json.loads(data_path("results/finetuning_sst.json").read_text(encoding="utf-8"))
    means = {row["name"]: row["mean"]["accuracy"] for row in record["rows"]}
    ways = [means[row["name"]] for row in record["rows"] if not row["baseline"]]
    counting = [share for name, share in means.items() if name.startswith("naive")]
    assert len(ways) == 6 and max(ways) - min(ways) < 0.05
    assert means["majority"] < min(ways) and max(ways) < min(counting)
    verdicts = {(f["claim"], f["metric"]): f["verdict"] for f in record["findings"]}
    assert [claim for claim, verdict in verdicts.items() if verdict == "holds"] == [
        ("lora beats pretrained", "plain_text_loss")
    ]
    assert comparison(record, "accuracy").axes[0].get_title() == record["title"]
