"""Tuning on poems, continuing them to fourteen lines, and the table that compares poets and models."""

import dataclasses
import json

import numpy as np
import pytest
from gpt_cases import GPT2, random_params

from scratchgpt import checkpoint
from scratchgpt.config import GPTConfig, SampleConfig, TuneConfig
from scratchgpt.errors import UserError
from scratchgpt.gradcheck import check, expected_zeros
from scratchgpt.model import GPT
from scratchgpt.plots import verse_comparison
from scratchgpt.resources import data_path
from scratchgpt.sampling import generator
from scratchgpt.tasks import continuing, sonnets, verse_report
from scratchgpt.tasks.batches import Encoded, collate
from scratchgpt.tasks.continuing import Continued, continue_poems, openings
from scratchgpt.tasks.language import LanguageModel, begin_language, text_ids, text_loss
from scratchgpt.tasks.sonnet_files import by_fives, load_sonnets
from scratchgpt.tasks.starting import Base
from scratchgpt.tasks.verse import Poem, read_poems
from scratchgpt.tokenizer import CharTokenizer, load

LETTERS = "abcdefgh \n"
TOKENIZER = CharTokenizer.train(LETTERS)
SHAPE = GPTConfig(vocab_size=TOKENIZER.vocab_size, block_size=96, n_layer=2, n_head=2, n_embd=8)
QUICK = TuneConfig(epochs=2, batch_size=3, lr=3e-3)


def base(tokenizer=TOKENIZER, **changes):
    model = GPT(dataclasses.replace(SHAPE, vocab_size=tokenizer.vocab_size, **changes))
    params = model.init(np.random.default_rng(1))
    params.buffer[...] += 0.05 * np.random.default_rng(2).standard_normal(params.buffer.shape)
    return Base("tiny", model, params, tokenizer)


def poem(number, seed, lines=14):
    rng = np.random.default_rng(seed)
    return Poem(number, tuple("".join(rng.choice(list("abcdefgh"), 3)) + " ab" for _ in range(lines)))


POEMS = by_fives("poems", [poem(i, i) for i in range(1, 16)])


# Data


def write_poems(path, poems):
    text = "".join(f"{poem.number}\n\n" + "\n".join(poem.lines) + "\n\n" for poem in poems)
    path.write_text(text, encoding="utf-8")


def test_the_bundled_poems_are_divided_as_their_readme_says():
    parts = load_sonnets()
    numbers = [poem.number for poem in read_poems(data_path("sonnets.txt"))]
    assert [p.number for p in parts.test] == numbers[4::5] and [p.number for p in parts.dev] == numbers[3::5]
    assert [len(part) for part in (parts.train, parts.dev, parts.test)] == [24, 8, 8]
    assert {p.number for part in (parts.train, parts.dev, parts.test) for p in part} == set(numbers)


@pytest.mark.parametrize("below", [".", "cs224n"])
def test_the_staged_poems_test_on_the_twelve_of_their_own_file(shared_data, below):
    parts = load_sonnets(shared_data / below)
    assert [p.number for p in parts.test] == list(range(132, 144))
    assert [p.number for p in parts.dev] == list(range(10, 131, 10))
    assert len(parts.train) == 131 - 13 and not {p.number for p in parts.train} & {10, 132}


def test_poems_of_your_own_are_divided_by_fives(tmp_path):
    with pytest.raises(UserError, match=r"There is no sonnets\.txt in"):
        load_sonnets(tmp_path)
    write_poems(tmp_path / "sonnets.txt", [poem(i, i) for i in range(1, 13)])
    parts = load_sonnets(tmp_path)
    assert [[p.number for p in part] for part in (parts.train, parts.dev, parts.test)] == [
        [1, 2, 3, 6, 7, 8, 11, 12],
        [4, 9],
        [5, 10],
    ]
    write_poems(tmp_path / "sonnets.txt", [poem(i, i, 13) for i in range(1, 13)])
    with pytest.raises(UserError, match="none of fourteen lines to test on"):
        load_sonnets(tmp_path)


# The loss


def test_the_loss_is_a_mean_over_tokens_of_a_poem_and_then_over_poems():
    given = base()
    examples = sonnets.encode_poems([poem(1, 1, 4), poem(2, 2, 2), poem(3, 3, 9)], given)
    batch = collate(examples)
    model = LanguageModel.of(given.model)
    found, _ = model.loss(given.params, batch)
    means = []
    for example in examples:
        ids = np.array(example.sequences)
        logits, _ = given.model.forward(given.params, ids[:, :-1])
        log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
        means.append(-np.take_along_axis(log_p, ids[:, 1:, None], -1).mean())
    np.testing.assert_allclose(found.total, np.mean(means), rtol=1e-5)
    losses, mean, count = model.predict(given.params, batch)
    np.testing.assert_allclose(losses, means, rtol=1e-5)
    assert count == 3 and abs(mean - np.mean(means)) < 1e-5
    np.testing.assert_allclose(text_loss(given.model, given.params, examples), np.mean(means), rtol=1e-5)


def test_the_gradient_is_that_of_the_loss():
    model = LanguageModel.of(GPT(GPT2))
    params, rng = random_params(model), np.random.default_rng(3)
    batch = collate([Encoded((tuple(rng.integers(0, 13, n)),), None) for n in (6, 3, 5)])
    grads = params.zeros_like()

    def run():
        return model.loss(params, batch, rng=np.random.default_rng(5))

    model.loss_backward(1.7, run()[1], grads)
    zero = expected_zeros(params, batch.ids)
    report = check(lambda: 1.7 * run()[0].total, params.flat, grads.flat, rng=rng, zero=zero, max_entries=4)
    assert report.ok and report.max_error < 1e-7, f"\n{report}"
    assert {row.name for row in report.rows} == set(GPT(GPT2).specs())


def test_a_poem_stands_between_ends_of_text_where_there_are_any():
    bpe = load(data_path("mini"))
    ids = text_ids(bpe, "a\nb\n", whole=True)
    assert ids[0] == ids[-1] == bpe.eot_id and bpe.decode(ids[1:-1]) == "a\nb\n"
    assert text_ids(bpe, "a\n", whole=False) == [bpe.eot_id, *bpe.encode("a\n")]
    assert text_ids(TOKENIZER, "a\n", whole=True) == TOKENIZER.encode("a\n")
    long = sonnets.encode_poems([poem(1, 1, 40)], base())[0]
    assert len(long.sequences[0]) == 96
    assert len(sonnets.encode_poems([poem(1, 1)], base(), 20)[0].sequences[0]) == 20


# Tuning


@pytest.mark.parametrize("change", [{}, {"lora": 2}, {"freeze_layers": 1, "dropout": 0.2}])
def test_an_interrupted_run_goes_on_bit_for_bit(tmp_path, change, capsys):
    config, given = dataclasses.replace(QUICK, **change), base()
    whole = sonnets.tune(tmp_path / "whole", given, POEMS, config)
    calls = iter(range(100))
    assert sonnets.tune(tmp_path / "cut", given, POEMS, config, lambda: next(calls) >= 4) is None
    found = sonnets.tune(tmp_path / "cut", given, POEMS, config)
    assert "going on after step 4 of 6" in capsys.readouterr().out
    assert {**found, "seconds": 0} == {**whole, "seconds": 0}
    weights = "best/model.safetensors"
    assert (tmp_path / "cut" / weights).read_bytes() == (tmp_path / "whole" / weights).read_bytes()
    assert sonnets.tune(tmp_path / "cut", given, POEMS, config) == found, "what is done is read"
    with pytest.raises(UserError, match=r"other settings \(seed is 0 there, now 1\)"):
        sonnets.tune(tmp_path / "cut", given, POEMS, dataclasses.replace(config, seed=1))
    assert found["after"]["dev"] < found["before"]["dev"]


def test_the_best_model_is_kept_and_patience_ends_the_run(tmp_path):
    config = dataclasses.replace(QUICK, epochs=20, lr=0.5, patience=2)
    found = sonnets.tune(tmp_path, base(), POEMS, config)
    assert found["epochs_done"] == found["epochs"] + 2 < 20
    model, params, _ = checkpoint.load_model(tmp_path / "best")
    dev = text_loss(model, params, sonnets.encode_poems(POEMS.dev, base()))
    assert abs(dev - found["after"]["dev"]) < 1e-6
    assert model.config.vocab_size == TOKENIZER.vocab_size, "an ordinary model, without special rows"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"head": "cloze"}, "leave out head cloze"),
        ({"class_weights": True}, "leave out class_weights"),
        ({"freeze_layers": -1}, "Nothing is left to train"),
        ({"transfer": 3}, "but the model has 2 layers"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(change, message):
    with pytest.raises(UserError, match=message):
        begin_language(base(), dataclasses.replace(QUICK, **change))


def test_a_model_that_looks_ahead_is_refused():
    with pytest.raises(UserError, match="expected a causal model"):
        begin_language(base(causal=False, norm_position="post", final_norm=False), QUICK)


# Continuing


def constant(tokenizer, favourites):
    """A model whose next token is the same everywhere: `favourites` maps ids to logits."""
    given = base(tokenizer)
    given.params.buffer[...] = 0
    given.params.flat["ln_f.bias"][0] = 1
    for token, logit in favourites.items():
        given.params.flat["wte.weight"][token, 0] = logit
    return given


def continued(given, lines, seed=0, **settings):
    rngs = [generator(seed, i) for i in range(len(lines))]
    config = SampleConfig(**{"temperature": 1.0, "top_p": 1.0, **settings})
    return continue_poems(given.model, given.params, given.tokenizer, lines, config, rngs)


THREE = ("abc ab", "cab", "a")


@pytest.fixture
def short_lines(monkeypatch):
    """Lines of eight tokens at most, for speed."""
    monkeypatch.setattr(continuing, "LINE_TOKENS", 8)


def test_a_line_that_never_ends_is_broken_at_forty_tokens():
    twelve = THREE * 4
    (found,) = continued(constant(TOKENIZER, {TOKENIZER.encode("b")[0]: 9.0}), [twelve], temperature=0)
    assert found == Continued((*twelve, *("b" * 40,) * 2), 12, 2, "lines")
    assert found.written == ("b" * 40,) * 2


def test_blanks_without_end_end_the_poem():
    (found,) = continued(constant(TOKENIZER, {TOKENIZER.encode("\n")[0]: 9.0}), [THREE], temperature=0)
    assert found == Continued(THREE, 3, 0, "blank")


def test_a_poem_that_the_model_ends_stays_short(short_lines):
    bpe = load(data_path("mini"))
    (found,) = continued(constant(bpe, {bpe.eot_id: 9.0}), [THREE], temperature=0)
    assert found == Continued(THREE, 3, 0, "eot")
    favourites = {bpe.eot_id: 8.0, bpe.encode("x")[0]: 10.0, bpe.encode("\n")[0]: 9.0}
    found = continued(constant(bpe, favourites), [THREE] * 6, seed=3)
    short = [p for p in found if p.ended == "eot"]
    assert short and all(3 <= len(p.lines) < 14 for p in short)
    assert all(len(p.lines) == 14 for p in found if p.ended == "lines")


def test_a_poem_in_a_batch_is_what_it_is_alone(short_lines):
    given = base()
    beginnings = [THREE, ("ab", "ba", "ab gh"), ("c",), THREE]
    together = continued(given, beginnings)
    config = SampleConfig(temperature=1.0, top_p=1.0)
    alone = [
        continue_poems(given.model, given.params, TOKENIZER, [lines], config, [generator(0, i)])[0]
        for i, lines in enumerate(beginnings)
    ]
    assert together == alone
    assert together[0] != together[3], "poems of one beginning differ by their generators"
    assert all(p.ended == "lines" and len(p.lines) == 14 and all(p.lines) for p in together)
    assert any(p.broken for p in together) and any(p.broken < len(p.written) for p in together)
    assert [p.lines[: p.given] for p in together] == beginnings


def test_more_poems_than_go_together_and_a_request_to_stop(short_lines, monkeypatch):
    given = base()
    many = continued(given, [THREE] * 4)
    monkeypatch.setattr(continuing, "_TOGETHER", 3)
    assert continued(given, [THREE] * 4) == many
    calls = iter(range(1000))
    config, rngs = SampleConfig(temperature=1.0), [generator(0, i) for i in range(3)]
    stopped = continue_poems(
        given.model, given.params, TOKENIZER, [THREE] * 3, config, rngs, stopped=lambda: next(calls) > 20
    )
    assert {p.ended for p in stopped} == {"interrupt"} and all(len(p.lines) > 3 for p in stopped)


def test_openings_are_threes_or_what_stands_between_blank_lines():
    assert openings(["a", "b ", "c", "d", "e"]) == [("a", "b", "c"), ("d", "e")]
    assert openings(["a", "b", "", "c"]) == [("a", "b"), ("c",)]
    assert openings(["a\nb\nc", "d"]) == [("a", "b", "c"), ("d",)]
    assert openings([" ", ""]) == []
    with pytest.raises(UserError, match="begins 'a' has 14 lines, expected at most 13"):
        openings(["a"] * 14 + ["", "b"])


def test_what_the_tokenizer_cannot_spell_is_refused_before_tuning(tmp_path):
    write_poems(tmp_path / "sonnets.txt", [poem(i, i) for i in range(1, 6)])
    assert sonnets.prepare(base(), QUICK, tmp_path, prompts=["ab"]).yours == [("ab",)]
    with pytest.raises(UserError, match="'X'"):
        sonnets.prepare(base(), QUICK, tmp_path, prompts=["aX"])
    with pytest.raises(UserError, match="Nothing is left to train"):
        sonnets.prepare(base(), dataclasses.replace(QUICK, freeze_layers=-1), tmp_path)
    write_poems(tmp_path / "sonnets.txt", [Poem(i, ("ab", "Y") * 7) for i in range(1, 6)])
    with pytest.raises(UserError, match="'Y'"):
        sonnets.prepare(base(), QUICK, tmp_path)


def test_a_tokenizer_without_line_breaks_is_refused():
    class Without(CharTokenizer):
        def encode_ordinary(self, text):
            return super().encode_ordinary(text.replace("\n", " "))

    given = base()._replace(tokenizer=Without(TOKENIZER.characters))
    with pytest.raises(UserError, match="drops line breaks"):
        sonnets.prepare(given, QUICK)


# The table


ENDS = ["night", "day", "light", "way", "ring", "stone", "sing", "alone"]
ENDS += ["cat", "pool", "hat", "fool", "best", "nest"]
SONNET = tuple(f"and then you say it once again with {end}" for end in ENDS)


def test_only_written_lines_are_measured():
    lines = list(SONNET)
    assert verse_report.measure_written(lines, 3).rhymes == 1
    lines[0] = lines[2] = "the orange"  # given lines: no pair of theirs counts
    assert verse_report.measure_written(lines, 3).rhymes == 1
    lines[13] = "the orange"
    form = verse_report.measure_written(lines, 3)
    assert form.rhymes == 5 / 6 and form.repeated_lines == 1 / 11 and form.near_ten == 10 / 11
    assert (form.lines, form.fourteen) == (14, 1)
    short = verse_report.measure_written(lines[:3], 3)
    assert (short.lines, short.fourteen, short.rhymes, short.near_ten) == (3, 0, 0, 0)


def test_a_row_counts_what_is_copied_and_broken():
    poems = [
        Continued((*SONNET[:3], "New line.", SONNET[4].upper()), 3, 1, "eot"),
        verse_report.original(SONNET, 3),
    ]
    row = verse_report.row("tuned", 0.7, poems, None, [SONNET[4:6]], 12.3)
    assert row["copied_lines"] == pytest.approx((1 / 2 + 2 / 11) / 2)
    assert row["broken_lines"] == pytest.approx((1 / 2 + 0) / 2)
    assert (row["lines"], row["fourteen"], row["poems"]) == (9.5, 0.5, 2)
    table = verse_report.table([row]).splitlines()
    assert len({len(line) for line in table}) == 1 and table[2].endswith(" 12.3 |")
    assert table[0].count("|") == table[1].count("|") == table[2].count("|") == 18
    text = verse_report.poems_text([("tuned", poems)])
    assert f"| {SONNET[0]}\n" in text and "  New line.\n" in text and "(5 of 14 lines" in text


class Picture:
    """A figure that takes no time."""

    def savefig(self, path, dpi):
        path.write_text(f"{dpi}", encoding="utf-8")


def test_the_whole_task_with_a_tiny_model(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(continuing, "LINE_TOKENS", 4)
    monkeypatch.setattr(sonnets, "TEMPERATURES", (0.7, 1.1))
    text = "".join(
        f"{p.number}\n\n" + "\n".join(p.lines) + "\n\n" for p in (poem(i, i) for i in range(1, 11))
    )
    (tmp_path / "sonnets.txt").write_text(text, encoding="utf-8")
    config, drawn, out = dataclasses.replace(QUICK, epochs=1), [], tmp_path / "run"

    def draw(rows):
        drawn.append(rows)
        return Picture()

    given = sonnets.prepare(base(), config, tmp_path, prompts=["ab", "bc", "cd"])
    assert sonnets.run(base(), config, out, given, seeds=2, draw=draw) == 0
    said = capsys.readouterr().out
    content = json.loads((out / "sonnets.json").read_text(encoding="utf-8"))
    rows = content["rows"]
    named = [(row["name"], row["temperature"], row["poems"]) for row in rows]
    assert named == [("originals", None, 2)] + [(n, t, 4) for n in ("untuned", "tuned") for t in (0.7, 1.1)]
    assert rows == drawn[0] and rows[0]["perplexity"] is None and rows[0]["near_ten"] == 0
    losses = [content["tuning"][when]["test"] for when in ("before", "after")]
    assert [row["perplexity"] for row in rows[1::2]] == pytest.approx(np.exp(losses))
    assert verse_report.table(rows) in said and said.count("| ab\n| bc\n| cd\n") == 1
    assert verse_report.table(rows) in (out / "sonnets.md").read_text(encoding="utf-8")
    assert (out / "poems.txt").read_text(encoding="utf-8").count("| ab\n| bc\n| cd\n") == 2 * 2
    assert (out / "sonnets.png").exists()
    again = (out / "sonnets.json").read_bytes()
    plain = sonnets.prepare(base(), config, tmp_path)
    assert sonnets.run(base(), config, out, plain, seeds=2, stopped=lambda: True) == 130
    assert sonnets.run(base(), config, out, plain, seeds=2) == 0
    assert (out / "sonnets.json").read_bytes() == again, "the same seeds, the same poems"


def test_the_picture_has_a_line_for_each_model_and_one_for_the_poets():
    own = verse_report.original(SONNET, 3)
    rows = [verse_report.row("originals", None, [own], None, [], None)]
    rows += [verse_report.row(n, t, [own], None, [], 9.0) for n in ("untuned", "tuned") for t in (0.5, 1.1)]
    shown = [axes for axes in verse_comparison(rows).axes if axes.axison]
    titles = [axes.get_title() for axes in shown]
    assert len(shown) == 7 and "iambic: positions" not in titles, "no metre without a dictionary"
    labels = [[line.get_label() for line in axes.lines] for axes in shown]
    assert labels == [["untuned", "tuned", "originals"]] * 6 + [["untuned", "tuned"]]
    assert list(shown[0].lines[1].get_xdata()) == [0.5, 1.1]
    assert list(shown[-1].lines[0].get_ydata()) == [9.0, 9.0]
