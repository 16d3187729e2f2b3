"""Milestones: reached with functions that are right, and not with one that is missing or poisoned."""

import dataclasses
import functools
import re
import textwrap
from pathlib import Path

import numpy as np
import pytest

from scratchgpt.errors import UserError
from scratchgpt.learn import (
    __main__,
    catalogue,
    milestone_runs,
    milestone_speech,
    milestones,
    report,
    state,
    stubs,
)
from scratchgpt.learn.remembered import Reached
from scratchgpt.ops import REFERENCE

EXERCISES = {exercise.name: exercise for _, exercise in catalogue.exercises().values()}
MILESTONES = {one.name: one for one in milestones.MILESTONES}


def carry_out(name, given, said=None):
    return milestones.carry_out(MILESTONES[name], given, [].append if said is None else said.append)


def functions(name, **others):
    """The package's functions that a milestone needs, or others in their places."""
    return {need: EXERCISES[need].reference for need in MILESTONES[name].needs} | others


def delegating(exercise):
    """An answer that calls the package's function, as text: it stands in the learner's own file."""
    given = ", ".join(
        f"{p.name}={p.name}" if p.kind is p.KEYWORD_ONLY else p.name
        for p in stubs.inspect.signature(exercise.reference).parameters.values()
        if p.name != "ops"
    )
    return textwrap.dedent(f"""
        def {exercise.name}({stubs.parameters(exercise.reference)}):
            return theirs("{exercise.name}")({given})
        """)


THEIRS = """
def theirs(name):
    from scratchgpt.learn import catalogue
    return catalogue.find(name)[1].reference
"""


def fill(folder, names):
    """Solve the exercises of some names in a folder."""
    for chapter in catalogue.chapters():
        text = stubs.render(chapter)
        for exercise in chapter.exercises:
            if exercise.name in names:
                assert stubs.stub(exercise) in text
                text = text.replace(stubs.stub(exercise), delegating(exercise))
        (folder / f"{chapter.stem}.py").write_text(text + THEIRS, encoding="utf-8")


@pytest.fixture
def exercises(tmp_path, monkeypatch):
    """A fresh folder of exercises, and the current folder around it."""
    folder = tmp_path / "exercises"
    folder.mkdir()
    fill(folder, ())
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def short(monkeypatch):
    """Less text than a milestone takes: 3,000 characters to count, as many to predict."""
    tokenizer, data = milestone_runs.tales()
    cut = dataclasses.replace(data, val=data.val[:3000])
    monkeypatch.setattr(milestone_runs, "tales", lambda: (tokenizer, cut))
    monkeypatch.setattr(milestone_runs, "COUNTED", 3000)


def run(*words):
    return __main__.main(list(words))


def poisoned(f):
    """The function, with a result that is off."""

    @functools.wraps(f)
    def call(*args, **kwargs):
        if f.__name__ == "adamw_step":  # in place
            return f(*args, **{**kwargs, "lr": 1.5 * kwargs["lr"]})
        return _off(f(*args, **kwargs))

    return call


def _off(value):
    if isinstance(value, tuple):
        return (_off(value[0]), *value[1:])
    if isinstance(value, list):
        return value[::-1]
    if isinstance(value, str):
        return value.upper()
    return ~value if getattr(value, "dtype", None) == np.bool_ else 1.5 * value


# What each needs


def test_every_need_is_an_exercise():
    for one in MILESTONES.values():
        assert {exercise.name for exercise in one.exercises} == set(one.needs)
        assert len(one.needs) == len(set(one.needs))


def test_the_gpt_needs_all_that_the_catalogue_and_training_have_in_common():
    """A function that training calls and somebody can write is no longer the package's then."""
    both = {name: f for name, f in REFERENCE.functions.items() if name in EXERCISES}
    calls = milestone_runs.Counter()
    trainer = milestone_runs.make_trainer(
        milestone_runs.namespace(both, calls), milestone_runs.SMALL, milestone_runs.TRAINING
    )
    trainer.step(trainer.init(trainer.model.init(np.random.default_rng(0))))
    assert set(calls) == set(MILESTONES["gpt"].needs)


def test_attention_needs_all_exercises_of_attention():
    lessons = {
        name for name, e in EXERCISES.items() if e.lesson in ("06", "07") and name in REFERENCE.functions
    }
    assert set(MILESTONES["attention"].needs) == {"softmax", *lessons}


# Reached, and not reached


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", MILESTONES)
def test_every_milestone_is_reached_with_right_functions(name):
    said = []
    result = carry_out(name, functions(name), said)
    assert result.missed == ""
    assert MILESTONES[name].summary(result.figures)
    assert all(result.calls[need] for need in MILESTONES[name].needs), "each takes part"
    assert all(len(line) <= 110 for text in said for line in text.splitlines())


POISONED = [(name, need) for name, one in MILESTONES.items() for need in one.needs]


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "need"), POISONED, ids=[f"{name}-{need}" for name, need in POISONED])
def test_no_milestone_is_reached_with_a_poisoned_function(name, need):
    given = functions(name, **{need: poisoned(EXERCISES[need].reference)})
    try:
        result = carry_out(name, given)
    except UserError as error:
        assert re.match("Your [a-z_]+ passes its check and fails", str(error))
        return
    assert result.missed


@pytest.mark.parametrize("need", ["causal_mask", "qkv_attention_backward"])
def test_a_poisoned_attention_is_noticed_at_once(need):
    given = functions("attention", **{need: poisoned(EXERCISES[need].reference)})
    assert "the losses are not those of the package's functions" in (carry_out("attention", given).missed)


STYLES = range(3)


@pytest.fixture(scope="module")
def in_styles():
    """Right answers of several styles, such as plain loops or float32, by function."""
    found = {}
    for _, exercise, _, function, is_right in report.answers(Path(__file__).parent / "answers"):
        if not is_right:  # the right ones come first
            break
        found.setdefault(exercise.name, []).append(function)
    return found


@pytest.mark.exhaustive
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ["bigram", "attention", "speech"])
def test_right_answers_of_any_style_reach_it(name, style, in_styles):
    result = carry_out(name, {need: in_styles[need][style] for need in MILESTONES[name].needs})
    assert result.missed == ""


@pytest.mark.exhaustive
@pytest.mark.parametrize("style", STYLES)
def test_a_model_of_right_answers_of_any_style_learns_the_same(style, in_styles):
    """On a few steps of a smaller model: 300 steps in plain loops take an hour."""
    given = {need: in_styles[need][style] for need in MILESTONES["gpt"].needs}
    shape = dataclasses.replace(milestone_runs.SMALL, block_size=5, n_embd=8)
    config = dataclasses.replace(milestone_runs.TRAINING, batch_size=3)
    losses = []
    for ops in (REFERENCE, milestone_runs.namespace(given, milestone_runs.Counter())):
        trainer = milestone_runs.make_trainer(ops, shape, config)
        state_ = trainer.init(trainer.model.init(np.random.default_rng(0)))
        for _ in range(3):
            state_, made = trainer.step(state_)
        losses.append(made.loss)
    assert losses[0] == pytest.approx(losses[1], abs=1e-5)


def test_an_embedding_that_takes_batches_alone_is_enough(short):
    """Its exercise promises ids (B, T); the model looks up positions (T,) as well."""

    def batches(ids, weight):
        B, T = ids.shape
        assert T > 0 and B > 0
        return REFERENCE.embedding_forward(ids, weight)

    trainers = [
        milestone_runs.make_trainer(ops, milestone_runs.SMALL, milestone_runs.TRAINING)
        for ops in (
            REFERENCE,
            milestone_runs.namespace({"embedding_forward": batches}, milestone_runs.Counter()),
        )
    ]
    states = [trainer.init(trainer.model.init(np.random.default_rng(0))) for trainer in trainers]
    for _ in range(2):
        (a, x), (b, y) = (t.step(s) for t, s in zip(trainers, states, strict=True))
        states = [a, b]
        assert x.loss == y.loss


def test_a_model_that_sees_single_characters_cannot_reach_the_goal():
    """Without attention nothing can be below what the character alone says."""
    ids, targets = np.array([[0, 0, 1, 1]]), np.array([[0, 1, 1, 1]])
    assert milestone_runs.seen_alone(ids, targets) == pytest.approx(np.log(2) / 2)
    _, data = milestone_runs.tales()
    batch = milestone_runs.next_token_batch(data.train, 1000 * np.arange(4), 32)
    assert milestone_runs.seen_alone(*batch) > 10 * milestone_runs.ONE_BATCH_GOAL


def test_the_goal_of_the_bigram_is_out_of_reach_for_single_characters():
    tokenizer, data = milestone_runs.tales()
    train, held_out = (part.astype(np.int64) for part in (data.train, data.val))
    single = milestone_runs.CountModel.fit(train, tokenizer.vocab_size, 0).mean_nll(held_out)
    assert milestone_runs.BIGRAM_GOAL < single < np.log(tokenizer.vocab_size)


def test_a_sampler_that_ignores_the_model_does_not_speak():
    rng = np.random.default_rng(0)
    tokens = milestone_speech.pretrained.load("mini")[2]
    noise = tokens.decode(rng.integers(tokens.vocab_size, size=200).tolist())
    assert 0 < milestone_speech.known_words(noise) < milestone_speech.SPEECH_GOAL
    assert milestone_speech.known_words("Once there was a king.") == 1.0
    assert milestone_speech.known_words("") == 0.0


# The command


def test_what_is_missing_is_said(exercises, capsys):
    fill(exercises, [name for name in MILESTONES["bigram"].needs if name != "perplexity"])
    assert run("milestone", "bigram") == 1
    assert "Not yet: it needs 02.5." in capsys.readouterr().out
    assert run("milestone") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        [str(i), name] for i, name in enumerate(MILESTONES, start=1)
    ]
    assert re.search(r"needs 02\.1, 06\.1, 06\.2, 06\.3 and 9 more$", lines[1])
    assert state.State.load(exercises).milestones == {}


def test_a_milestone_is_announced_reached_and_remembered(exercises, capsys, short, monkeypatch):
    monkeypatch.setattr(milestones, "MILESTONES", milestones.MILESTONES[:1])  # the others judge 30 functions
    needs = MILESTONES["bigram"].needs
    fill(exercises, needs)
    for name in needs:
        assert "milestone" not in capsys.readouterr().out
        assert run("check", name) == 0
    assert (
        "That was the last function for a milestone, bigram beats uniform: "
        "python -m scratchgpt.learn milestone bigram\n"
    ) in capsys.readouterr().out
    assert run("milestone") == 0
    printed = capsys.readouterr().out
    assert re.search(r"Reached: perplexity 1\d\.\d, not 79\.0; 4 functions were yours, \d+ calls\.", printed)
    figures = state.State.load(exercises).milestones["bigram"].figures
    assert figures["bigram loss"] < milestone_runs.BIGRAM_GOAL < figures["uniform loss"]
    run("milestone")
    printed = capsys.readouterr().out
    assert "reached today at " in printed and "Reached" not in printed, "once is enough, unless it is named"
    run("check", needs[-1])
    assert "milestone" not in capsys.readouterr().out


def test_the_line_of_the_table():
    new = state.State(Path())
    needs = MILESTONES["bigram"].needs
    assert milestones.line(needs[1:], new) == "milestones: 0 of 4; next: bigram beats uniform, needs 02.2"
    assert milestones.line(needs, new) == (
        "milestones: 0 of 4; ready: bigram beats uniform (python -m scratchgpt.learn milestone bigram)"
    )
    one = new.with_milestone("bigram", Reached(1.0))
    assert milestones.line(needs, one).startswith(
        "milestones: 1 of 4; next: your attention overfits one batch, needs 02.1, 06.1, "
    )
    assert "ready: your tokenizer and sampler speak" in milestones.line(MILESTONES["speech"].needs, new)
    for name in MILESTONES:
        new = new.with_milestone(name, Reached(2.0))
    assert milestones.line((), new) == "milestones: 4 of 4."
    assert new.with_milestone("gpt", Reached(3.0)).milestones["gpt"].when == 2.0, "the first time stays"


def test_a_milestone_that_is_missed_is_not_remembered(exercises, capsys, short, monkeypatch):
    monkeypatch.setattr(milestone_runs, "BIGRAM_GOAL", 0.1)
    fill(exercises, MILESTONES["bigram"].needs)
    assert run("milestone", "1") == 1
    assert "Not reached. The bigram's loss is " in capsys.readouterr().out
    assert state.State.load(exercises).milestones == {}


def test_the_packages_functions_are_no_milestone_of_ones_own(exercises, capsys, short):
    assert run("milestone", "bigram", "--using", "package") == 0
    assert "4 functions were the package's" in capsys.readouterr().out
    assert state.State.load(exercises).milestones == {}


def test_a_function_that_fails_in_use_is_one_line(short):
    def small(log_probs):
        return np.zeros(100)[: len(log_probs)] + log_probs

    with pytest.raises(UserError, match="Your perplexity passes its check and fails on"):
        carry_out("bigram", functions("bigram", perplexity=small))


def test_an_unknown_milestone(exercises):
    with pytest.raises(
        UserError, match=r"There is no milestone 'gtp', expected bigram, .* Did you mean 'gpt'"
    ):
        run("milestone", "gtp")


def test_figures_of_a_damaged_file_are_left_out():
    assert MILESTONES["gpt"].summary({}) == ""


def test_needs_are_named_up_to_five():
    some = [exercise for _, exercise in catalogue.exercises().values()]
    assert milestones.needs(some[:1]) == "needs 01.1"
    assert milestones.needs(some[:5]).count(",") == 4
    assert milestones.needs(some[:6]) == "needs 01.1, 01.2, 01.3, 01.4 and 2 more"
