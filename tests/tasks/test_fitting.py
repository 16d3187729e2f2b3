"""Which settings reach the model and the optimizer; which epoch is the best, and when it is enough."""

import dataclasses

import numpy as np
import pytest
from test_tuning import QUICK, SHAPE, base, examples, task, tuner_of

from scratchgpt import optim
from scratchgpt.layers import LoRALinear
from scratchgpt.tasks import runs, saving
from scratchgpt.tasks.batches import encode
from scratchgpt.tasks.starting import begin
from scratchgpt.tasks.tuning import Judgement, Tuner, judge


def test_the_settings_reach_the_model():
    config = dataclasses.replace(QUICK, dropout=0.2, head_dropout=0.3, lm_weight=0.7, max_tokens=9)
    start = begin(base(), task(), config)
    shape = start.model.gpt.config
    assert (shape.embd_dropout, shape.attn_dropout, shape.resid_dropout) == (0.2, 0.2, 0.2)
    assert start.model.head.p_dropout == 0.3 and start.model.lm_weight == 0.7
    assert start.formatter.block_size == 9
    other = begin(base(), task(), dataclasses.replace(config, seed=1))
    assert not np.array_equal(start.params.flat["classifier.weight"], other.params.flat["classifier.weight"])


def test_the_settings_reach_the_optimizer():
    config = dataclasses.replace(QUICK, epochs=5, warmup=0.1, weight_decay=0.3, clip=0.7)
    schedule = tuner_of(begin(base(), task(), config), config).schedule
    assert (schedule.steps, schedule.warmup, schedule.lr, schedule.min_lr) == (20, 2, 1e-2, 0)
    assert (schedule.weight_decay, schedule.clip, schedule.schedule) == (0.3, 0.7, "linear")
    assert (schedule.beta1, schedule.beta2) == (0.9, 0.999)


def test_a_single_step_is_taken_at_the_full_rate():
    """The linear schedule ends at 0: without a step of warm-up nothing would be learnt."""
    config = dataclasses.replace(QUICK, epochs=1, batch_size=99, warmup=0.0)
    schedule = tuner_of(begin(base(), task(), config), config).schedule
    assert schedule.steps == 1 and optim.learning_rate(1, schedule) == config.lr


def test_a_step_clips_its_gradient_and_drops_out():
    """Two steps that differ in one setting alone end at different parameters."""

    def after(change):
        config = dataclasses.replace(QUICK, **({"dropout": 0.0, "head_dropout": 0.0, "clip": 0.0} | change))
        tuner = tuner_of(begin(base(), task(), config), config)
        state = tuner.init()
        for _ in range(2):
            state, report = tuner.step(state)
        return state.params.buffer, report

    plain, report = after({})
    assert np.array_equal(plain, after({})[0])
    assert report.grad_norm > 0.01
    for change in ({"clip": 0.01}, {"dropout": 0.5}, {"head_dropout": 0.5}):
        assert not np.array_equal(plain, after(change)[0]), change


def test_class_weights_weigh_the_loss():
    rare = dataclasses.replace(
        task(), splits=task().splits | {"train": examples(40, 0)[::2] + examples(40, 0)[1:7:2]}
    )
    losses = []
    for weigh in (False, True):
        config = dataclasses.replace(QUICK, class_weights=weigh, dropout=0.0, batch_size=23)
        tuner = tuner_of(begin(base(), rare, config), config, rare)
        losses.append(tuner.step(tuner.init())[1].losses.task)
    assert losses[0] != losses[1]


def test_held_rows_do_not_decay():
    config = dataclasses.replace(QUICK, freeze_layers=1, weight_decay=0.5)
    start = begin(base(), task(), config)
    assert not start.params.specs["wte.weight"].decay


def test_every_epoch_has_its_own_order_and_every_seed():
    def order(seed):
        config = dataclasses.replace(QUICK, seed=seed)
        tuner = tuner_of(begin(base(), task(), config), config)
        batches = [tuner.batch(i) for i in range(tuner.steps)]
        half = len(batches) // 2
        for epoch in (batches[:half], batches[half:]):
            assert sorted(example for batch in epoch for example in batch) == sorted(tuner.train)
        return batches[:half], batches[half:]

    first, second = order(0)
    assert first != second and first != order(1)[0]


def script(monkeypatch, values):
    """Let the epochs be judged by a list of accuracies."""
    told = iter(values)
    monkeypatch.setattr(
        Tuner,
        "judge",
        lambda self, params, examples: Judgement(np.zeros((1, 2)), {"accuracy": next(told)}, 0.0),
    )


@pytest.mark.parametrize(
    ("values", "patience", "bests"),
    [
        ([0.5, 0.7, 0.7, 0.6, 0.8], 0, [1, 1, 0, 0, 1]),
        ([0.5, 0.4, 0.4, 0.9], 2, [1, 0, 0]),
        ([0.5, 0.4, 0.6, 0.6, 0.9], 2, [1, 0, 1, 0, 1]),
        ([0.5, 0.5, 0.9], 1, [1, 0]),
    ],
)
def test_the_earlier_of_two_bests_and_patience(monkeypatch, values, patience, bests):
    """An epoch that is as good as the best is no new best; patience counts the epochs since it."""
    script(monkeypatch, values)
    config = dataclasses.replace(QUICK, epochs=len(values), patience=patience)
    tuner, seen = tuner_of(begin(base(), task(), config), config), []
    state = tuner.fit(tuner.init(), epoch=lambda state, judged, best: seen.append(int(best)))
    assert seen == bests
    last_best = max(i for i, best in enumerate(bests) if best) + 1
    assert state.best_step == last_best * tuner.steps_per_epoch
    assert state.step == len(bests) * tuner.steps_per_epoch


@pytest.mark.parametrize("cut", [0, 5])
def test_the_best_epoch_is_kept_measured_and_saved(monkeypatch, tmp_path, cut):
    """The first of three epochs is the best: it is what the folder holds, also after an interruption."""
    seen = []

    def keep(self, params, examples):
        seen.append(params.copy())
        return Judgement(np.zeros((1, 2)), {"accuracy": 1.0 / len(seen)}, 0.0)

    monkeypatch.setattr(Tuner, "judge", keep)
    config, calls = dataclasses.replace(QUICK, epochs=3), iter(range(99))
    if cut:
        assert runs.tune(tmp_path / "v", "v", base(), task(), config, lambda: next(calls) >= cut) is None
    outcome = runs.tune(tmp_path / "v", "v", base(), task(), config)
    assert outcome.epochs == 1 and outcome.epochs_done == 3
    start, _, _ = saving.load_tuned(tmp_path / "v" / "best")
    for name, tensor in start.params.flat.items():
        np.testing.assert_array_equal(tensor, seen[0].flat[name], err_msg=name)
    judged = judge(start, seen[0], encode(task().splits["test"], start.formatter), ("accuracy",))
    np.testing.assert_allclose(judged.probabilities, outcome.probabilities("test"), atol=1e-6)


def test_judging_in_batches_is_judging_one_by_one():
    """The order of the examples is the file's, and every sequence counts alike in the language loss."""
    start = begin(base(), task(), QUICK)
    texts = ["abc", "a", "abcdefgh hgf", "bb", "cdefgh", "b a b a"]
    few = [e._replace(texts=(t,)) for e, t in zip(examples(6, 3), texts, strict=True)]
    encoded = encode(few, start.formatter)
    whole = judge(start, start.params, encoded, ("accuracy",))
    single = [judge(start, start.params, [e], ("accuracy",)) for e in encoded]
    np.testing.assert_allclose(whole.probabilities, [s.probabilities[0] for s in single], atol=1e-6)
    assert whole.language_loss == pytest.approx(np.mean([s.language_loss for s in single]), rel=1e-6)


def test_examples_are_drawn_by_the_seed():
    encoded = encode(examples(30, 0), begin(base(), task(), QUICK).formatter)
    drawn = [runs.drawn(encoded, dataclasses.replace(QUICK, examples=8, seed=seed)) for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert drawn[0] != encoded[:8] and all(example in encoded for example in drawn[0])
    assert len({id(example) for example in drawn[0]}) == 8


def test_all_layers_bring_the_final_norm():
    given = base()
    given.params.flat["ln_f.weight"][...] = 3
    for transfer, weight in ((None, 3), (SHAPE.n_layer, 3), (SHAPE.n_layer - 1, 1)):
        start = begin(given, task(), dataclasses.replace(QUICK, transfer=transfer))
        assert (start.params.flat["ln_f.weight"] == weight).all(), transfer


def test_a_merged_lora_is_the_model_that_was_tuned():
    start = begin(base(), task(), dataclasses.replace(QUICK, lora=2))
    rng = np.random.default_rng(0)
    for name, tensor in start.params.flat.items():
        if ".lora_" in name:
            tensor[...] = rng.normal(size=tensor.shape)
    assert isinstance(start.model.gpt.linear(1, 1), LoRALinear)
    ids = np.array([[1, 2, 3, 4]])
    plain = begin(base(), task(), QUICK).model.gpt
    merged, tuned = saving.merged(start, start.params), start.model.gpt.hidden(start.params, ids)[0]
    np.testing.assert_allclose(plain.hidden(merged, ids)[0], tuned, atol=1e-4)


def test_a_run_that_is_killed_while_an_epoch_is_judged_judges_it_again(monkeypatch, tmp_path):
    """The state that is saved now and then is never one whose judgement has yet to come."""
    whole = runs.tune(tmp_path / "whole", "v", base(), task(), QUICK)
    monkeypatch.setattr(runs, "_SAVE_EVERY", -1.0)  # after every step that may be saved
    with monkeypatch.context() as killed:
        killed.setattr(Tuner, "judge", lambda self, params, examples: [][0])
        with pytest.raises(IndexError):
            runs.tune(tmp_path / "cut", "v", base(), task(), QUICK)
    assert (tmp_path / "cut" / "last").is_dir()
    resumed = runs.tune(tmp_path / "cut", "v", base(), task(), QUICK)
    assert dataclasses.replace(resumed, seconds=0) == dataclasses.replace(whole, seconds=0)
