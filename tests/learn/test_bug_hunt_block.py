"""The bugs of 08.11 and 08.12 are found by the command that the tasks name, and gone when repaired."""

import textwrap

import pytest

from scratchgpt.gradcheck.__main__ import main
from scratchgpt.learn import stubs
from scratchgpt.learn.catalogue import ex08_bug_hunt
from scratchgpt.learn.diagnosis import judge

EXERCISES = {exercise.id: exercise for exercise in ex08_bug_hunt.CHAPTER.exercises}
STUB = stubs.render(ex08_bug_hunt.CHAPTER)
for identity in EXERCISES:
    STUB = STUB.replace(f'    raise Todo("{identity}")\n', "")

VARIANCE = """    dvar = -0.5 * rstd**3 * (d * centred).sum(axis=-1, keepdims=True)
    dcentred = d * rstd + dvar * 2 * centred / dy.shape[-1]
"""
REPAIRS = {
    "08.11": (
        ("    dcentred = d * rstd\n", VARIANCE),
        ("return dcentred, ", "return dcentred - dcentred.mean(axis=-1, keepdims=True), "),
    ),
    "08.12": (("dv = weights.T @ dy", "dv = (weights * scaled).T @ dy"),),
}
FOUND = {"08.11": ("norm_steps", "NOT RIGHT: x\n"), "08.12": ("dropped_attention", "NOT RIGHT: v\n")}


def _repaired(identity, count=None):
    source = STUB
    for old, new in REPAIRS[identity][:count]:
        assert source.count(old) == 1
        source = source.replace(old, new)
    return source


def _judged(identity, source):
    namespace = {}
    exec(textwrap.dedent(source), namespace)
    return judge(EXERCISES[identity], namespace[EXERCISES[identity].name])


@pytest.mark.parametrize("identity", EXERCISES)
def test_what_the_task_tells_to_run_finds_the_bug_and_passes_the_repair(identity, tmp_path, capsys):
    name, verdict = FOUND[identity]
    assert f"python -m scratchgpt.gradcheck FILE.py {name}\n" in EXERCISES[identity].task
    path = tmp_path / "ex08_bug_hunt.py"
    path.write_text(STUB, encoding="utf-8")
    assert main([str(path), name]) == 1
    assert verdict in capsys.readouterr().out
    path.write_text(_repaired(identity), encoding="utf-8")
    assert main([str(path), name]) == 0


@pytest.mark.parametrize(
    ("identity", "repairs", "mistake"),
    [
        ("08.11", 0, "both paths cut"),
        ("08.11", 1, "mean path cut"),
        ("08.12", 0, "weights before dropout in dV"),
    ],
)
def test_what_is_left_to_repair_is_named(identity, repairs, mistake):
    verdict = _judged(identity, _repaired(identity, repairs))
    assert (verdict.status, verdict.mistake) == ("wrong", mistake)


@pytest.mark.parametrize("identity", EXERCISES)
def test_the_repair_is_accepted(identity):
    assert _judged(identity, _repaired(identity)).status == "solved"
