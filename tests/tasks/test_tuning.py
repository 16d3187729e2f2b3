"""Tuning a tiny model: what is taken over, what is trained, exact resume, the earlier of two bests."""

import dataclasses

import numpy as np
import pytest

from scratchgpt import pretrained, sampling
from scratchgpt.config import GPTConfig, SampleConfig, TuneConfig
from scratchgpt.errors import UserError
from scratchgpt.model import GPT
from scratchgpt.resources import data_path
from scratchgpt.tasks import comparison, runs, saving
from scratchgpt.tasks.batches import encode
from scratchgpt.tasks.data import Example, TaskData
from scratchgpt.tasks.starting import Base, begin
from scratchgpt.tasks.tuning import Tuner
from scratchgpt.tokenizer import ByteBPE, CharTokenizer

TOKENIZER = CharTokenizer.train("abcdefgh yesno")  # cannot spell the tales
SHAPE = GPTConfig(
    vocab_size=TOKENIZER.vocab_size, block_size=24, n_layer=3, n_head=2, n_embd=8, norm_position="pre"
)
QUICK = TuneConfig(epochs=2, batch_size=4, lr=1e-2)


def base(**changes):
    model = GPT(dataclasses.replace(SHAPE, **changes))
    return Base("tiny", model, model.init(np.random.default_rng(1)), TOKENIZER)


def examples(n, seed, kind="single"):
    """Class 1 has an "a" in it, class 0 a "b"."""
    rng, found = np.random.default_rng(seed), []
    for i in range(n):
        label = i % 2
        letters = [*rng.choice(list("cdefgh "), 6), "ab"[1 - label]]
        texts = ("".join(rng.permutation(letters)),) * (1 if kind == "single" else 3)
        found.append(Example(texts, label, f"{seed}:{i}", i + 2))
    return tuple(found)


def task(kind="single", labels=("no", "yes"), n=14):
    splits = {"train": examples(n, 0, kind), "dev": examples(9, 1, kind), "test": examples(7, 2, kind)}
    return TaskData("letters", kind, labels, splits, "accuracy", ("macro_f1",), "about", ())


def test_taking_over_a_model_adds_rows_behind_the_vocabulary():
    given = base()
    start = begin(given, task(), QUICK)
    V = TOKENIZER.vocab_size
    assert start.params.flat["wte.weight"].shape == (V + 3, 8)
    for name, tensor in given.params.flat.items():
        np.testing.assert_array_equal(start.params.flat[name][: len(tensor)], tensor)
    assert start.params.flat["wpe.weight"].shape == (24, 8), "position rows stay what they are"
    assert start.formatter.specials == (V, V + 1, V + 2)
    assert start.params.flat["wte.weight"][V:].any()


def test_from_scratch_and_with_some_layers_only():
    given = base()
    scratch = begin(given, task(), dataclasses.replace(QUICK, pretrained=False)).params
    assert not np.allclose(scratch.flat["wte.weight"][:-3], given.params.flat["wte.weight"])
    some = begin(given, task(), dataclasses.replace(QUICK, transfer=1)).params
    same = {name for name, t in given.params.flat.items() if np.array_equal(some.flat[name][: len(t)], t)}
    matrices = {name for name, t in given.params.flat.items() if t.ndim == 2}
    assert matrices & same == {name for name in matrices if name.startswith(("wte", "wpe", "h.0."))}
    every = begin(given, task(), dataclasses.replace(QUICK, transfer=3)).params
    assert all(np.array_equal(every.flat[name][: len(t)], t) for name, t in given.params.flat.items())


def trained_names(start):
    return {name for name, spec in start.params.specs.items() if spec.trainable}


def test_freezing_keeps_the_text_rows_and_learns_the_special_ones():
    given, V = base(), TOKENIZER.vocab_size
    start = begin(given, task(), dataclasses.replace(QUICK, freeze_layers=2))
    names = trained_names(start)
    assert {name.split(".")[1] for name in names if name.startswith("h.")} == {"2"}
    assert "wpe.weight" not in names and "ln_f.weight" in names and start.held_rows == V
    tuner = tuner_of(start)
    before = start.params.flat["wte.weight"].copy()
    state = tuner.fit(tuner.init())
    after = state.params.flat["wte.weight"]
    np.testing.assert_array_equal(after[:V], before[:V])
    assert (after[V:] != before[V:]).all(axis=1)[[0, 2]].all(), "Start and Extract are learned"
    assert not np.array_equal(
        state.params.flat["h.2.mlp.c_fc.weight"], given.params.flat["h.2.mlp.c_fc.weight"]
    )


@pytest.mark.parametrize("change", [{"freeze_layers": -1}, {"lora": 2}])
def test_all_frozen_but_the_head_or_but_adapters(change):
    start = begin(base(), task(), dataclasses.replace(QUICK, **change))
    kinds = {name.split(".")[-1] if "lora" in name else name for name in trained_names(start)}
    adapters = {"lora_a", "lora_b"} if "lora" in change else set()
    assert kinds == {"wte.weight", "classifier.weight", "classifier.bias"} | adapters
    C, r = 8, change.get("lora", 0)
    per_layer = r * ((C + 3 * C) + (C + C) + 2 * (C + 4 * C))
    assert start.n_trained == 3 * C + 2 * C + 2 + 3 * per_layer


def test_freezing_by_name_and_rates_by_layer():
    config = dataclasses.replace(QUICK, freeze=("h.*.mlp.*",), layer_decay=0.5)
    start = begin(base(), task(), config)
    assert not any(".mlp." in name for name in trained_names(start))
    rates = {name: spec.lr_scale for name, spec in start.params.specs.items()}
    assert rates["classifier.weight"] == rates["ln_f.weight"] == 1
    assert rates["h.2.ln_1.weight"] == 0.5 and rates["h.0.ln_1.weight"] == 0.125
    assert rates["wte.weight"] == rates["wpe.weight"] == 0.0625


def tuner_of(start, config=QUICK, data=None):
    data = data or task()
    parts = {name: encode(part, start.formatter) for name, part in data.splits.items()}
    return Tuner(start, config, parts["train"], parts["dev"], ("accuracy",))


def test_tuning_learns_the_letters():
    config = dataclasses.replace(QUICK, epochs=14, dropout=0.0, head_dropout=0.0, lm_weight=0.0, batch_size=8)
    tuner, seen = tuner_of(begin(base(), task(n=120), config), config, task(n=120)), []
    tuner.fit(tuner.init(), epoch=lambda state, judged, best: seen.append((judged.values["accuracy"], best)))
    assert max(value for value, _ in seen) == 1.0
    bests = [value for value, best in seen if best]
    assert bests == sorted(set(bests)) and bests[-1] == 1.0, "a new best is better than all before"


def test_class_weights_are_the_inverse_of_each_share():
    start = begin(base(), task(), QUICK)
    data = task()
    data = dataclasses.replace(
        data, splits=data.splits | {"train": data.splits["train"][::2] + data.splits["train"][1:4:2]}
    )
    tuner = tuner_of(start, dataclasses.replace(QUICK, class_weights=True), data)
    np.testing.assert_allclose(tuner.class_weights, [9 / (2 * 7), 9 / (2 * 2)])


@pytest.mark.parametrize("change", [{}, {"lora": 2}, {"freeze_layers": 1}])
def test_an_interrupted_run_goes_on_bit_for_bit(tmp_path, change, capsys):
    config, data, given = dataclasses.replace(QUICK, **change), task(), base()
    whole = runs.tune(tmp_path / "whole", "v", given, data, config)
    calls = iter(range(100))
    assert runs.tune(tmp_path / "cut", "v", given, data, config, stopped=lambda: next(calls) >= 3) is None
    assert (tmp_path / "cut" / "last").is_dir()
    leftover = tmp_path / "cut" / ".unfinished-last-0"
    leftover.mkdir()
    resumed = runs.tune(tmp_path / "cut", "v", given, data, config)
    assert "going on after step 3 of 8" in capsys.readouterr().out
    assert dataclasses.replace(resumed, seconds=0) == dataclasses.replace(whole, seconds=0)
    assert whole.plain_losses == ([], [])
    model = "best/model.safetensors"
    assert (tmp_path / "cut" / model).read_bytes() == (tmp_path / "whole" / model).read_bytes()
    assert not (tmp_path / "cut" / "last").exists() and not leftover.exists()
    assert runs.tune(tmp_path / "cut", "v", given, data, config) == resumed, "what is done is read"
    with pytest.raises(UserError, match=r"other settings \(lr is 0.01 there, now 0.02\)"):
        runs.tune(tmp_path / "cut", "v", given, data, dataclasses.replace(config, lr=0.02))


@pytest.mark.parametrize("kind", ["single", "choice", "similarity"])
@pytest.mark.parametrize("change", [{}, {"lora": 2}])
def test_a_saved_model_predicts_what_was_measured(tmp_path, kind, change):
    data = task(kind, () if kind == "choice" else ("no", "yes"))
    if kind == "similarity":
        two = {
            name: tuple(e._replace(texts=(e.texts[0][:5], e.texts[0][2:])) for e in part)
            for name, part in data.splits.items()
        }
        data = dataclasses.replace(data, splits=two)
    outcome = runs.tune(tmp_path, "v", base(), data, dataclasses.replace(QUICK, **change))
    start, _, content = saving.load_tuned(tmp_path / "best")
    judged = runs.judge(start, start.params, encode(data.splits["test"], start.formatter), ("accuracy",))
    np.testing.assert_allclose(judged.probabilities, outcome.probabilities("test"), atol=2e-6)
    assert content["labels"] == list(data.labels) and content["made"]["variant"] == "v"


def test_a_tuned_model_is_tuned_again_with_its_special_rows(tmp_path):
    runs.tune(tmp_path, "v", base(), task(), QUICK)
    _, again, _ = saving.load_tuned(tmp_path / "best")
    start = begin(again, task(labels=("no", "yes", "perhaps")), QUICK)
    assert start.model.gpt.config == dataclasses.replace(
        again.model.config, embd_dropout=0.1, attn_dropout=0.1, resid_dropout=0.1
    )
    np.testing.assert_array_equal(start.params.flat["wte.weight"], again.params.flat["wte.weight"])
    assert start.params.flat["classifier.weight"].shape == (8, 3)


def test_variants_are_every_combination():
    plan = comparison.variants(QUICK, ("pretrained", "scratch"), "lambda=0,0.5")
    assert [v.name for v in plan] == [
        "pretrained, lambda 0",
        "pretrained, lambda 0.5",
        "scratch, lambda 0",
        "scratch, lambda 0.5",
    ]
    assert plan[2].config == dataclasses.replace(QUICK, pretrained=False, lm_weight=0.0)
    curve = comparison.variants(QUICK, curve_of=20)
    assert [v.config.examples for v in curve] == [0, 10, 5, 2], "the first, which judges others, knows most"
    few = comparison.variants(dataclasses.replace(QUICK, examples=8), curve_of=8)
    assert [v.config.examples for v in few] == [8, 4, 2, 1]
    once = comparison.variants(QUICK, sweep="lambda=0.5,0,0.50")
    assert [v.name for v in once] == ["pretrained, lambda 0.5", "pretrained, lambda 0"]
    assert comparison.variants(QUICK, sweep="transfer=0,2")[1].config.transfer == 2
    assert comparison.folder_name("pretrained, lambda 0.5, seed 1") == "pretrained-lambda-0.5-seed-1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"compare": ("pretraind",)}, "pretrained"),
        ({"sweep": "lamda=0"}, "Did you mean 'lambda'"),
        ({"sweep": "lambda"}, "as in lambda=0,0.5"),
        ({"sweep": "lr=fast"}, "expected numbers for lr"),
        ({"compare": ("scratch",), "sweep": "transfer=1"}, "nothing to transfer"),
        ({"sweep": "lr=0"}, "lr is 0.0, expected a number above 0"),
        ({"sweep": "lambda="}, r"transfer=0,2,4\.$"),
        ({"compare": ("no-lm",), "sweep": "lambda=0,0.5"}, "lm_weight is set twice"),
        ({"sweep": "pretrained=1,0"}, "pretrained is set twice"),
        ({"sweep": "examples=4", "curve_of": 8}, "examples is set twice"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(arguments, message):
    with pytest.raises(UserError, match=message):
        comparison.variants(QUICK, **arguments)


@pytest.mark.parametrize(
    ("given", "names", "message"),
    [
        (
            {"lora": 8},
            ("pretrained", "lora"),
            "lora sets lora to 4 by itself, but a flag says 8: leave one out",
        ),
        ({"lora": 4}, ("pretrained", "lora"), "lora sets lora to 4 by itself"),
        ({"lora": 8}, ("lora",), "lora sets lora to 4 by itself"),
        ({"pretrained": False}, ("pretrained",), "pretrained sets pretrained to True by itself"),
    ],
)
def test_a_flag_and_a_name_that_set_the_same_are_refused(given, names, message):
    with pytest.raises(UserError, match=message):
        comparison.variants(dataclasses.replace(QUICK, **given), names)


def test_a_name_may_say_what_a_flag_says():
    config = dataclasses.replace(QUICK, pretrained=False)
    assert comparison.variants(config, ("scratch",)) == [("scratch", config)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (({}, {"transfer": 4}), "other: transfer is 4"),
        (({}, {"examples": 15}), "other: examples is 15, but there are 14"),
        (({"head": "cloze"},), "^The cloze answer"),
    ],
)
def test_a_plan_is_checked_before_its_first_run(changes, message):
    configs = [dataclasses.replace(QUICK, **change) for change in changes]
    plan = [comparison.Variant(name, c) for name, c in zip(("one", "other"), configs, strict=False)]
    with pytest.raises(UserError, match=message):
        comparison.check(plan, base(), task())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"transfer": 4}, "transfer is 4, but the model has 3 layers"),
        ({"freeze_layers": 4}, "freeze_layers is 4, but the model has 3 layers"),
        ({"freeze": ("h.9.*",)}, "No parameter is named like 'h.9.\\*'"),
        ({"max_tokens": 25}, "max_tokens is 25, expected at most 24"),
        ({"head": "cloze"}, "The cloze answer ' no' is 3 tokens"),
        ({"lora": 9}, "lora is 9, expected a rank of at most 8"),
    ],
)
def test_settings_that_do_not_fit_are_refused(change, message):
    with pytest.raises(UserError, match=message):
        begin(base(), task(), dataclasses.replace(QUICK, **change))


def test_a_model_that_sees_what_it_would_predict_is_refused():
    with pytest.raises(UserError, match="tiny sees the tokens on both sides"):
        begin(base(causal=False), task(), QUICK)


def test_what_is_left_of_the_language_is_measured_on_plain_text(tmp_path):
    """From scratch nothing is known before, and hardly more of the tales after two epochs of letters."""
    tales = data_path("tales.txt").read_text(encoding="utf-8")
    tokenizer = CharTokenizer.train(tales)
    model = GPT(dataclasses.replace(SHAPE, vocab_size=tokenizer.vocab_size))
    given = Base("tiny", model, model.init(np.random.default_rng(1)), tokenizer)
    before, after = runs.tune(tmp_path, "v", given, task(), QUICK).plain_loss
    assert abs(before - np.log(tokenizer.vocab_size)) < 0.1 and after != before


def test_more_examples_than_there_are_is_refused(tmp_path):
    with pytest.raises(UserError, match="examples is 15, but there are 14"):
        runs.tune(tmp_path, "v", base(), task(), dataclasses.replace(QUICK, examples=15))


def test_as_many_examples_as_there_are_may_be_asked_for():
    runs.check_number(14, 14)
    with pytest.raises(UserError, match="examples is 15, but there are 14"):
        runs.check_number(15, 14)


def test_a_tuned_model_never_writes_a_special_row(tmp_path):
    """The rows behind the vocabulary would win every draw here, but they are no text."""
    runs.tune(tmp_path, "v", base(), task(), QUICK)
    model, params, tokenizer = pretrained.load(tmp_path / "best")
    V = tokenizer.vocab_size
    h, _ = model.hidden(params, np.array([tokenizer.encode("abc")]))
    params.flat["wte.weight"][V:] = 100 * h[0, -1]
    logits, _ = model.forward(params, np.array([tokenizer.encode("abc")]))
    assert logits[0, -1].argmax() >= V, "nothing would be masked"
    config = SampleConfig(max_new_tokens=8)
    rng = np.random.default_rng(0)
    drawn = sampling.sample_text(model, params, tokenizer, tokenizer.encode("abc"), config, rng)
    assert len(drawn.token_ids) == 8 and max(drawn.token_ids) < V


def test_a_cloze_model_tuned_again_keeps_the_rows_it_has(tmp_path):
    tokenizer = ByteBPE.train([" yes no yes no" * 9], 270)
    model = GPT(dataclasses.replace(SHAPE, vocab_size=tokenizer.vocab_size, block_size=160))
    given = Base("tiny", model, model.init(np.random.default_rng(1)), tokenizer)
    pairs = {n: tuple(e._replace(texts=e.texts[:1] * 2) for e in part) for n, part in task().splits.items()}
    data, config = dataclasses.replace(task("pair"), splits=pairs), dataclasses.replace(QUICK, head="cloze")
    runs.tune(tmp_path, "v", given, data, config)
    _, again, _ = saving.load_tuned(tmp_path / "best")
    assert again.model.config.vocab_size == tokenizer.vocab_size + 3
    assert begin(again, data, config).model.gpt.config.vocab_size == tokenizer.vocab_size + 3


def test_that_long_texts_are_cut_is_said(tmp_path):
    said = []
    config = dataclasses.replace(QUICK, epochs=1)
    for name, limit in (("all", 0), ("cut", 6)):
        changed = dataclasses.replace(config, max_tokens=limit)
        runs.tune(tmp_path / name, name, base(), task(), changed, say=said.append)
    (line,) = [one for one in said if "longer ones are cut" in one]
    assert line.startswith("cut: ") and line.endswith("fill all 6 tokens; longer ones are cut.")
