"""Minutes against the estimate: which exercise gets the time between two looks, and what is said of it."""

import dataclasses

import learner
import pytest

from scratchgpt.errors import UserError
from scratchgpt.learn import __main__, catalogue, minutes, remembering, stubs
from scratchgpt.learn.checking import check
from scratchgpt.learn.exercise import Exercise
from scratchgpt.learn.looks import remember
from scratchgpt.learn.progress import Progress
from scratchgpt.learn.remembered import Work
from scratchgpt.learn.state import State, changed_if_possible
from scratchgpt.learn.table import table

WRONG = "def softmax(x, axis=-1):\n    return np.exp(x)\n"
IDS = {name: exercise.id for name, exercise in learner.EXERCISES.items()}


@pytest.fixture
def desk(tmp_path):
    """A folder with the exercises of lesson 02 in it."""
    learner.write(tmp_path)
    return tmp_path


def look(folder, *names, at):
    """Look at exercises of lesson 02 (all of them if none is named), `at` so many minutes."""
    path = folder / f"{learner.CHAPTER.stem}.py"
    checked = [check(learner.EXERCISES[name], path) for name in names or learner.EXERCISES]
    return remember(folder, checked, 1e9 + 60 * at).after


def spent(state):
    """Minutes by function."""
    return {
        name: state.work[i].seconds / 60
        for name, i in IDS.items()
        if i in state.work and state.work[i].seconds
    }


def test_the_time_between_two_looks_is_work(desk):
    look(desk, "softmax", at=0)
    learner.write(desk, softmax=WRONG)
    assert spent(look(desk, "softmax", at=10)) == {"softmax": 10}
    learner.write(desk, **learner.RIGHT)
    state = look(desk, "softmax", at=25)
    assert spent(state) == {"softmax": 25}
    assert minutes.time_at(learner.EXERCISES["softmax"], state) == "Solved in 25 minutes (estimated: 10)."
    work = state.work["02.1"]
    assert (work.began, work.solved) == (1e9, 1e9 + 25 * 60)
    assert spent(look(desk, "softmax", at=40)) == {"softmax": 25}, "what is solved takes no more time"


def test_what_was_never_looked_at_before_has_no_time(desk):
    learner.write(desk, **learner.RIGHT)
    state = look(desk, at=0)
    assert spent(state) == {} and state.work["02.1"].solved == 1e9
    assert minutes.time_at(learner.EXERCISES["softmax"], state) == ""
    assert minutes.in_sum(state) == ""


@pytest.mark.parametrize(("gap", "counted"), [(29.9, 29.9), (30, 30), (30.1, None), (600, None), (-5, None)])
def test_a_break_is_no_work_and_a_clock_may_go_back(desk, gap, counted):
    look(desk, "softmax", at=0)
    state = look(desk, "softmax", at=gap)
    assert spent(state).get("softmax") == (counted and pytest.approx(counted))
    assert spent(look(desk, "softmax", at=gap + 1))["softmax"] == pytest.approx((counted or 0) + 1)


def test_of_many_exercises_the_one_whose_answer_was_changed_gets_the_time(desk):
    look(desk, at=0)
    assert spent(look(desk, at=4)) == {"softmax": 4}, "nothing was changed: it is the next one"
    right = learner.RIGHT["log_softmax"]
    learner.write(desk, log_softmax=right.replace("return z -", "return z +"))
    assert spent(look(desk, at=11)) == {"softmax": 4, "log_softmax": 7}
    state = look(desk, at=12)
    assert spent(state) == {"softmax": 4, "log_softmax": 8}, "it was begun, so it is the one"
    assert state.current == "02.2"


def test_two_answers_at_once_share_the_time_by_their_estimates(desk):
    look(desk, at=0)
    wrong = (
        "def cross_entropy_forward(logits, targets, weights=None, ignore_index=-1):\n    raise ValueError\n"
    )
    learner.write(desk, softmax=WRONG, cross_entropy_forward=wrong)
    sizes = [learner.EXERCISES[name].minutes for name in ("softmax", "cross_entropy_forward")]
    assert sizes == [10, 20]
    assert spent(look(desk, at=15)) == pytest.approx({"softmax": 5, "cross_entropy_forward": 10})


def test_improving_what_is_solved_is_not_the_next_ones_time(desk):
    learner.write(desk, **learner.RIGHT)
    look(desk, at=0)
    learner.write(desk, **{**learner.RIGHT, "softmax": learner.RIGHT["softmax"].replace("e = ", "e =  ")})
    assert spent(look(desk, at=9)) == {}
    assert spent(look(desk, at=12)) == {"cross_entropy_forward": 3}


def test_a_hint_is_a_look(desk):
    softmax = learner.EXERCISES["softmax"]
    for at in (0, 7):
        changed_if_possible(desk, lambda state, at=at: minutes.asked(state, softmax, 1e9 + 60 * at))
    assert spent(State.load(desk)) == {"softmax": 7}
    learner.write(desk, softmax=WRONG)
    assert spent(look(desk, "softmax", at=9)) == {"softmax": 9}


def test_a_hint_on_what_is_solved_takes_no_time_from_what_comes_next(desk):
    learner.write(desk, **learner.RIGHT)
    assert look(desk, at=0).current == "02.3"
    asked = minutes.asked(State.load(desk), learner.EXERCISES["softmax"], 1e9 + 60)
    assert (asked.current, spent(asked)) == ("02.3", {})


def test_a_file_that_cannot_be_read_is_a_look_as_well(desk):
    look(desk, "softmax", at=0)
    (desk / f"{learner.CHAPTER.stem}.py").write_bytes(b"\xff")
    assert spent(look(desk, "softmax", at=2)) == {"softmax": 2}
    (desk / f"{learner.CHAPTER.stem}.py").unlink()
    assert spent(look(desk, "softmax", at=3)) == {"softmax": 3}


def test_line_ends_and_the_neighbours_are_no_change(desk):
    path = desk / f"{learner.CHAPTER.stem}.py"
    softmax = learner.EXERCISES["softmax"]
    alone = stubs.function_text(path.read_text(encoding="utf-8"), softmax)
    assert alone == stubs.stub(softmax).strip()
    text = learner.text_of(log_softmax=learner.RIGHT["log_softmax"]).replace("\n", "\r\n")
    assert stubs.function_text(text, softmax) == alone
    assert stubs.function_text("import numpy as np\n", softmax) == ""
    assert (
        stubs.function_text("def softmax(:\n  x\n\n\ndef other():\n  pass\n", softmax) == "def softmax(:\n  x"
    )


# What is said


def state_with(folder, **took):
    """A state in which exercises of lesson 02 were solved, each in so many minutes."""
    work = {IDS[name]: Work(1e9, 60.0 * n, solved=2e9, code="x") for name, n in took.items()}
    return State(folder, solved=frozenset(work), work=work)


def progress_with(*solved):
    exercises = [e for _, e in catalogue.exercises().values()]
    done = tuple(e for e in exercises if e.name in solved)
    return Progress(done, (), tuple(e for e in exercises if e not in done))


def test_the_pace_is_told_from_three_exercises_on(tmp_path):
    took = {"softmax": 20, "log_softmax": 20, "cross_entropy_forward": 40}
    two = dict(list(took.items())[:2])
    rest = progress_with(*two).minutes
    assert (
        minutes.left(progress_with(*two), state_with(tmp_path, **two)) == f"about {rest / 60:.0f} hours left"
    )
    rest = progress_with(*took).minutes
    assert minutes.left(progress_with(*took), state_with(tmp_path, **took)) == (
        f"about {2 * rest / 60:.0f} hours left at your pace ({rest / 60:.0f} hours by the estimates)"
    )
    everything = Progress(tuple(e for _, e in catalogue.exercises().values()), (), ())
    assert minutes.left(everything, state_with(tmp_path, **took)) == "about 0 minutes left"


def test_the_sum_and_the_lessons_stand_in_the_table(tmp_path):
    state = state_with(tmp_path, softmax=14, log_softmax=20)
    lines = table(progress_with("softmax", "log_softmax"), state)
    assert "You took 34 minutes for 2 exercises that you solved, estimated at 20." in lines
    (row,) = [line for line in lines if "34/20 min" in line]
    assert row.startswith("02  ") and row.endswith(f"34/20 min  {learner.CHAPTER.title}")
    titles = [line.index(c.title) for c, line in zip(catalogue.chapters(), lines, strict=False)]
    assert len(set(titles)) == 1, "the titles stay in one column"
    assert "min" not in table(progress_with(), State(tmp_path))[1]


def test_an_answer_that_was_there_before_says_nothing_about_the_pace(tmp_path):
    state = state_with(tmp_path, softmax=0.5, log_softmax=12)
    assert minutes.in_sum(state) == "You took 12 minutes for the exercise that you solved, estimated at 10."
    assert minutes.time_at(learner.EXERCISES["softmax"], state) == ""


def test_an_exercise_that_takes_long_offers_a_hint(desk):
    softmax = learner.EXERCISES["softmax"]
    path = learner.write(desk, softmax=WRONG)
    for at, said in ((0, []), (9, ["9 minutes so far (estimated: 10)."])):
        one = check(softmax, path)
        assert remember(desk, [one], 1e9 + 60 * at).beside(one) == said
    one = check(softmax, path)
    found = remember(desk, [one], 1e9 + 60 * 12)
    hint = "12 minutes so far (estimated: 10). A hint: python -m scratchgpt.learn hint 02.1"
    assert found.beside(one) == [hint]
    seen = dataclasses.replace(found.after, hints={"02.1": 3})
    assert dataclasses.replace(found, after=seen).beside(one) == ["12 minutes so far (estimated: 10)."]


def test_what_was_solved_long_ago_is_silent_among_others(desk):
    softmax = learner.EXERCISES["softmax"]
    one = check(softmax, learner.write(desk, softmax=WRONG))
    remember(desk, [one], 1e9)
    one = check(softmax, learner.write(desk, **learner.RIGHT))
    assert remember(desk, [one], 1e9 + 300).beside(one) == ["Solved in 5 minutes (estimated: 10)."]
    again = remember(desk, [one], 1e9 + 400)
    assert again.beside(one) == []
    assert again.beside(one, alone=True) == ["Solved in 5 minutes (estimated: 10)."]


def test_every_exercise_is_estimated():
    assert all(isinstance(e, Exercise) and e.minutes > 0 for _, e in catalogue.exercises().values())


# The command


@pytest.fixture
def exercises(tmp_path, monkeypatch):
    """A folder of exercises as a learner has it, and the current folder around it."""
    folder = tmp_path / "exercises"
    folder.mkdir()
    for chapter in catalogue.chapters():
        (folder / f"{chapter.stem}.py").write_text(stubs.render(chapter), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def test_minutes_of_a_lesson(exercises, capsys):
    state_with(exercises, softmax=14).save()
    for which in ("02", "2", "02.3", "perplexity"):
        assert __main__.main(["minutes", which]) == 0
        head, first, second, *_, last = capsys.readouterr().out.splitlines()
        assert head == f"02  {learner.CHAPTER.title}  14/10 min"
        assert first.split("  ")[1:2] == ["02.1"] and first.endswith("Solved in 14 minutes (estimated: 10).")
        assert second.endswith(" (estimated: 10)")
        assert "more than 30 minutes between two are a break" in last
    with pytest.raises(UserError, match="There is no exercise '77'"):
        __main__.main(["minutes", "77"])


def test_minutes_of_all(exercises, capsys, monkeypatch):
    state_with(exercises, softmax=14).save()
    path = exercises / f"{learner.CHAPTER.stem}.py"
    monkeypatch.setattr(
        remembering, "check_all", lambda folder: [check(e, path) for e in learner.EXERCISES.values()]
    )
    assert __main__.main(["minutes"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed[:2]] == ["02", "02.1"], "only what was begun"
    assert printed[2] == "You took 14 minutes for the exercise that you solved, estimated at 10."
    assert printed[3] == f"About {sum(e.minutes for e in learner.EXERCISES.values())} minutes left."
