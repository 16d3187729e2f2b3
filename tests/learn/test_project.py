"""The film project: stages do not blame each other, train together, and the package's stand in for others."""

import inspect
import re
import shutil
import textwrap

import numpy as np
import pytest

from scratchgpt.errors import UserError
from scratchgpt.learn import __main__, project, stubs, wiring
from scratchgpt.learn.checking import check
from scratchgpt.learn.diagnosis import judge

CHAPTER = project.chapter()
STAGES = {exercise.name: exercise for exercise in CHAPTER.exercises}
WRONG_SOFTMAX = "def film_softmax(x):\n    e = np.exp(x)\n    return e / e.sum()\n"


def solution(exercise):
    """A stage's stub with the package's code in it, as a learner might have written it."""
    code = inspect.getsource(exercise.reference)
    body = code.split('"""', 2)[2].strip("\n")
    todo = stubs.stub(exercise).index(f"    # TODO {exercise.id}")
    return stubs.stub(exercise)[:todo] + body + "\n"


def write(folder, *solved, **answers):
    """A file of the project in which some stages are solved, and some answered with the text given."""
    text = stubs.render(CHAPTER)
    for name in solved:
        text = text.replace(stubs.stub(STAGES[name]), solution(STAGES[name]))
    for name, answer in answers.items():
        text = text.replace(stubs.stub(STAGES[name]), textwrap.dedent(answer))
    path = folder / f"{CHAPTER.stem}.py"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch):
    place = tmp_path / "exercises"
    place.mkdir()
    (place / "ex01_network.py").write_text("", encoding="utf-8")  # by which the folder is known
    monkeypatch.chdir(tmp_path)
    return place


def test_a_stage_is_not_blamed_for_another(folder):
    path = write(folder, "film_attention", "film_gradients", film_softmax=WRONG_SOFTMAX)
    verdicts = {name: check(STAGES[name], path).verdict for name in STAGES}
    assert verdicts["film_softmax"].status == "wrong"
    assert verdicts["film_attention"].status == "solved", "it calls the wrong softmax"
    assert verdicts["film_gradients"].status == "solved", "it calls stages that are still to be done"
    assert verdicts["film_forward"].status == "todo"


def test_a_helper_of_the_learners_is_judged_with_the_packages_stages(folder):
    helped = "def weigh(x):\n    return film_softmax(x)\n\n\n" + solution(STAGES["film_class_loss"]).replace(
        "film_softmax(", "weigh("
    )
    path = write(folder, film_softmax=WRONG_SOFTMAX, film_class_loss=helped)
    assert check(STAGES["film_class_loss"], path).verdict.status == "solved"


def test_wired_functions_find_each_other_and_leave_the_given_ones_alone():
    spaces = {"__name__": "one"}, {"__name__": "other"}
    exec("def f(x): return g(x) + 1\ndef helper(x): return g(x)\ndef h(x): return helper(x)", spaces[0])
    exec("def g(x): return 10 * x", spaces[1])
    f, h, g = spaces[0]["f"], spaces[0]["h"], spaces[1]["g"]
    together = wiring.wired({"f": f, "g": g, "h": h})
    assert (together["f"](1), together["h"](1)) == (11, 10)
    assert "g" not in spaces[0]
    assert wiring.beside(h, "h", (g,))(2) == 20
    with pytest.raises(NameError):
        h(1)


@pytest.mark.exhaustive
def test_nothing_solved_is_the_package_by_hand(folder, capsys):
    write(folder)
    assert __main__.main(["train", "film"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("0 of the 14 stages of the film GPT are yours; the package's stand in for all")
    assert re.search(r"by hand +14\.57 +1\.74 +1\.65 +1\.64 +1\.64 +1\.63\n", printed)


def test_ones_own_stages_train_beside_the_packages(folder, capsys):
    write(folder, *(name for name in STAGES if name not in ("film_mask", "film_backward")))
    assert __main__.main(["train", "film"]) == 0
    printed = capsys.readouterr().out
    assert "12 of the 14 stages of the film GPT are yours; the package's stand in for F.4, F.11." in printed
    assert "F.5   film_attention " in printed and "F.4   film_mask" not in printed
    yours, theirs = (re.search(rf"{who} +([\d. ]+)\n", printed)[1] for who in ("yours", "the package"))
    assert yours == theirs == "14.57   1.74   1.65   1.64   1.64   1.63"
    assert "P(liked) = 0.99" in printed and 'after "Start the film was": terrible' in printed
    (off,) = re.findall(r"the perplexities differ by (\S+) at most", printed)
    assert float(off) < 1e-9
    for name in ("film_layernorm_backward", "film_attention_backward", "film_gradients"):
        assert float(re.search(rf"{name} +(\S+) away from a finite difference", printed)[1]) < 1e-6


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.exhaustive] * (name != "film_gradients")) for name in STAGES],
)
def test_a_poisoned_stage_makes_the_run_fail_and_is_named(folder, name, monkeypatch):
    """Proof that the learner's functions are what trains: what passes its check is poisoned behind it."""
    write(folder, *STAGES)
    own = project.own_stages(folder)
    assert set(own) == set(STAGES)
    right = own[name]

    def poisoned(*args, **options):
        return _moved(_RIGHT[name](*args, **options))

    monkeypatch.setitem(_RIGHT, name, right)
    monkeypatch.setattr(project, "own_stages", lambda folder: {**own, name: poisoned})
    with pytest.raises(
        UserError, match=f"not the package's .* Your {name} alone makes that difference; begin with"
    ):
        project.train_film(folder)


_RIGHT = {}


def _moved(value):
    """Every number a little larger. A factor would be nothing to Adam: it divides gradients by their size."""
    if isinstance(value, tuple):
        moved = map(_moved, value)
        return type(value)(*moved) if hasattr(value, "_fields") else tuple(moved)
    if isinstance(value, dict):
        return {key: _moved(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item) for item in value]
    if isinstance(value, np.ndarray) and value.dtype.kind in "bi":
        return np.roll(value, 1, axis=0) if value.dtype == bool else value
    return value + 0.05


def test_a_stage_that_fails_on_the_films_sizes_is_a_user_error(folder, monkeypatch):
    def narrow(T):
        raise IndexError(T)

    monkeypatch.setattr(project, "own_stages", lambda folder: {"film_mask": narrow})
    with pytest.raises(UserError, match=r"one by one and fail together \(IndexError: 4\)"):
        project.train_film(folder)


def test_gradients_in_another_order_are_right(folder):
    def film_gradients(params, ids, label=None, lm_weight=0.5):
        loss, grads = STAGES["film_gradients"].reference(params, ids, label, lm_weight)
        return loss, {name: grads[name] for name in sorted(grads, reverse=True)}

    assert judge(STAGES["film_gradients"], film_gradients).status == "solved"


def test_missing_gradients_are_named():
    def film_attention_backward(params, dy, cache):
        dx, grads = STAGES["film_attention_backward"].reference(params, dy, cache)
        return dx, {"attn_w": grads["attn_w"], "attn_c": grads["attn_b"]}

    said = judge(STAGES["film_attention_backward"], film_attention_backward).message
    assert "grads lacks 'attn_b', 'proj_b', 'proj_w', and has 'attn_c', which was not asked for" in said


def test_the_file_can_be_started_and_reset(folder, capsys):
    write(folder, *STAGES)
    assert __main__.main(["start"]) == 0
    mine = folder / "mine" / f"{CHAPTER.stem}.py"
    assert mine.read_text(encoding="utf-8") == stubs.render(CHAPTER)
    shutil.copy(write(folder, *STAGES), mine)
    assert __main__.main(["reset", "F.3"]) == 0
    assert check(STAGES["film_layernorm"], mine).verdict.status == "todo"
    assert check(STAGES["film_mask"], mine).verdict.status == "solved"
    assert __main__.main(["check", CHAPTER.stem]) == 0
    assert "13 solved, 0 wrong, 1 to do" in capsys.readouterr().out


def test_every_number_of_a_probe_is_finite():
    for exercise in CHAPTER.exercises[4:]:
        for probe in exercise.probes():
            outcome = exercise.reference(*probe.args, **probe.kwargs)
            for array in _arrays(outcome):
                assert np.isfinite(array).all(), (exercise.id, probe.name)


def _arrays(value):
    if isinstance(value, tuple | list):
        return [a for item in value for a in _arrays(item)]
    if isinstance(value, dict):
        return [a for item in value.values() for a in _arrays(item)]
    return [value]
