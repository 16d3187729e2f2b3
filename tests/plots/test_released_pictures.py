"""What the captions of lesson 13 say, on the bars, points and lines that are drawn."""

import numpy as np
import pytest

from scratchgpt import kernels, pretrained
from scratchgpt.config import GPTConfig
from scratchgpt.corpus import Document
from scratchgpt.costs import parameters_by_part
from scratchgpt.evaluation import texts
from scratchgpt.plots import released as plots
from scratchgpt.pretrained import released
from scratchgpt.protocols import PROTOCOLS
from scratchgpt.worked import endings, misreadings, wikitext_style


@pytest.fixture(scope="module")
def mini():
    return pretrained.load("mini", kernels.load("numba"))


def test_the_masks_take_more_room_than_positions_and_norms_and_the_sum_is_the_files():
    gpt2 = GPTConfig()
    parts = {name: 4 * count for name, count in parameters_by_part(gpt2).items() if count}
    parts["causal masks"] = gpt2.n_layer * gpt2.block_size**2 * 4
    (axes,) = plots.file_contents(parts, "a").axes
    size = dict(zip(parts, (bar.get_width() for bar in axes.patches), strict=True))
    assert sorted(size, key=size.get)[-2:] == ["embeddings", "MLP"]
    assert size["causal masks"] > size["positions"] + size["norms"]
    rest = released.FILES["gpt2"][-1].size - sum(parts.values())
    assert rest == 14_291 and sum(parts.values()) == 497_759_232 + 50_331_648


@pytest.mark.exhaustive
def test_some_misreadings_lower_the_loss_and_all_move_the_logits(mini):
    model, params, tokenizer = mini
    ids = np.array(tokenizer.encode("\n\n".join(wikitext_style.tales()[-3:])))[:257]
    record = misreadings.reference()
    readings = misreadings.misreadings(model, params)
    losses = {name: misreadings.loss_of(reading, ids) for name, reading in readings.items()}
    far = {
        name: np.abs(misreadings.logits_of(r, record.ids)[:, :: record.every] - record.logits).max()
        for name, r in readings.items()
    }
    blurred = params.copy()
    for name in ("ln_f.weight", "ln_f.bias"):
        blurred.flat[name][...] /= 1.1
    assert misreadings.loss_of(misreadings.Reading(model, blurred), ids) < losses["read rightly"] - 0.05
    left, right = plots.misreadings(losses, far).axes
    changes = np.array([bar.get_width() for bar in left.patches])
    drawn = right.lines[0].get_xdata()
    assert len(changes) == 12 and changes[0] == 0
    assert (changes < -0.005).sum() == 3 and (np.abs(changes[1:]) < 0.002).sum() == 2
    assert drawn[0] < 5e-5 and min(drawn[1:]) > 100 * drawn[0], "the right reading is far from all others"
    assert list(losses)[int(drawn.argmax())] == "keys and values exchanged"


def test_overlapping_windows_keep_the_context_long():
    contexts = {}
    for name in ("huggingface", "harness", "paper"):
        p = PROTOCOLS[name].within(256).resolve(256)
        windows = texts.cut(1000, p.window, p.stride, p.full_last)
        contexts[name] = [i - w.start for w in windows for i in range(w.first, w.stop)]
    (axes,) = plots.context_lengths(contexts).axes
    ends, harness, overlap = (line.get_ydata() for line in axes.lines)
    assert min(overlap[256:]) == 224 and max(overlap) == 255
    assert 110 < np.mean(ends) < 140 and min(ends) == 1
    assert min(harness[-200:]) > 20, "its last window begins early enough to be full"


@pytest.mark.exhaustive
def test_a_word_is_harder_than_a_token_and_spacing_hurts_most(mini):
    model, params, tokenizer = mini
    page = wikitext_style.spaced(wikitext_style.tales()[-1])
    rare = wikitext_style.rare_replaced(page, wikitext_style.word_counts(wikitext_style.tales()), 2)
    measured = {}
    for name in ("huggingface", "harness", "paper"):
        p = texts.fit(PROTOCOLS[name].within(256), model, tokenizer)
        measured[name] = {}
        for file, text in {"raw": page, "<unk>": rare}.items():
            encoded = texts.encode_texts([Document("a", text, "", 0)], tokenizer, p)
            found = texts.score_texts(model, params, encoded, p).metrics
            measured[name][file] = found["token_perplexity"].value, found["word_perplexity"].value
            assert found["word_perplexity"].value == pytest.approx(
                found["token_perplexity"].value ** (encoded.tokens / encoded.words)
            )
    (axes,) = plots.protocols(measured).axes
    drawn = {line.get_label(): line.get_xdata() for line in axes.lines}
    assert len(drawn) == 4 and sum(len(x) for x in drawn.values()) == 12
    for file in ("raw", "<unk>"):
        token, word = drawn[f"{file}, by token"], drawn[f"{file}, by word"]
        assert np.all(word > token)
        for figures in (token, word):
            assert figures[0] > 3 * figures[1] > 3 * figures[2], "spacing left as it is; undone; and overlap"
    assert np.all(drawn["<unk>, by token"] > drawn["raw, by token"]), "which is not so for GPT-2"


@pytest.mark.exhaustive
def test_the_sum_judges_length(mini):
    stories = endings.stories()[:80]  # those of the lesson
    scores = endings.score_stories(*mini, stories)
    (axes,) = plots.ending_scores(scores.tokens, scores.sums, scores.labels).axes
    right, wrong = (line.get_xydata() for line in axes.lines[:2])
    assert len(right) + len(wrong) == len(stories) == 80 and len(right) == scores.right("sum").sum()
    assert np.all(right[:, 1] > 0) and np.all(wrong[:, 1] <= 0)
    points = np.concatenate([right, wrong])
    assert np.corrcoef(points.T)[0, 1] < -0.5
    longer, shorter = points[points[:, 0] > 0], points[points[:, 0] < 0]
    assert (longer[:, 1] > 0).mean() < 0.4 and (shorter[:, 1] > 0).mean() > 0.6
    for rule in ("sum", "per token", "per character"):
        share = scores.right(rule).mean()
        assert abs(share - 0.5) < np.sqrt(share * (1 - share) / 80), "at chance by every rule"
