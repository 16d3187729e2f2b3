"""The bug of exercise 07.6 is one that the gradient checker finds, and that shapes and zeros do not."""

import textwrap

import numpy as np
import pytest

from scratchgpt.gradcheck import check_pair
from scratchgpt.gradcheck.__main__ import main
from scratchgpt.gradcheck.shapes import Sizes, shapes_of
from scratchgpt.learn import stubs
from scratchgpt.learn.catalogue import ex07_bug_hunt
from scratchgpt.learn.diagnosis import judge
from scratchgpt.worked.one_head import one_head_forward

(EXERCISE,) = ex07_bug_hunt.CHAPTER.exercises
STUB = stubs.render(ex07_bug_hunt.CHAPTER).replace('    raise Todo("07.6")\n', "")


def _given(source=STUB):
    namespace = {}
    exec(textwrap.dedent(source), namespace)
    return namespace["one_head_backward"]


def test_the_checker_accuses_the_keys_and_what_they_reach():
    drawn = Sizes().draw(shapes_of(one_head_forward), np.random.default_rng(0))
    report = check_pair(one_head_forward, _given(), drawn, rng=np.random.default_rng(1))
    assert {row.name for row in report.rows if not row.ok} == {"x", "wk"}
    assert max(row.error for row in report.rows if not row.ok) > 0.1


def test_what_the_task_tells_to_run_does_run(tmp_path, capsys):
    path = tmp_path / "ex07_bug_hunt.py"
    path.write_text(STUB, encoding="utf-8")
    assert main([str(path), "one_head"]) == 1
    assert "NOT RIGHT: x, wk" in capsys.readouterr().out
    path.write_text(STUB.replace("dk = dscores @ q", "dk = dscores.T @ q"), encoding="utf-8")
    assert main([str(path), "one_head"]) == 0


@pytest.mark.parametrize(("repair", "status"), [("dscores @ q", "wrong"), ("dscores.T @ q", "solved")])
def test_the_check_asks_for_the_repair(repair, status):
    source = STUB.replace("dk = dscores @ q", f"dk = {repair}")
    verdict = judge(EXERCISE, _given(source))
    assert verdict.status == status
    assert verdict.mistake == ("dK not transposed" if status == "wrong" else None)
