"""The file of what is remembered: damaged, old, shared by two processes, out of reach."""

import json
import os
import subprocess
import sys

import pytest

from scratchgpt.errors import UserError
from scratchgpt.learn import state
from scratchgpt.learn.remembered import Note, Reached, Work
from scratchgpt.learn.state import State


def written(folder, **content):
    (folder / state.FILE).write_text(json.dumps(content), encoding="utf-8")


def full(folder):
    """A state with something of everything in it."""
    return State(
        folder,
        solved=frozenset({"02.1"}),
        hints={"02.2": 2},
        work={"02.1": Work(1e9, 90.5, solved=1e9 + 60, code="0a1b"), "02.2": Work(5.0)},
        notes=(
            Note("02.2", 1e9, 'Why "log"?', 1, "wrong", "wrong_axis", "Along the other axis.", 2e9),
            Note("02.2", 1e9 + 1, "é 東京 🙂"),
        ),
        milestones={"bigram": Reached(1e9, {"bigram loss": 2.3})},
        looked=1e9 + 5,
        current="02.2",
    )


def test_what_is_saved_is_read(tmp_path):
    full(tmp_path).save()
    assert State.load(tmp_path) == full(tmp_path)
    State(tmp_path).save()
    assert State.load(tmp_path) == State(tmp_path)


def test_an_older_file_is_read(tmp_path):
    written(tmp_path, solved=["02.1", "04.2"], hints={"06.4": 2})
    assert State.load(tmp_path) == State(tmp_path, frozenset({"02.1", "04.2"}), {"06.4": 2})


BAD = [None, True, 7, -1, "x", [], {}, [1], {"a": 1}, float("inf"), float("nan"), 10**400, 1e300]


@pytest.mark.parametrize("value", BAD, ids=map(repr, range(len(BAD))))
def test_of_a_damaged_file_the_rest_is_read(tmp_path, value):
    """Whatever stands in one place, the other places keep what they hold."""
    state_ = full(tmp_path)
    state_.save()
    whole = json.loads((tmp_path / state.FILE).read_text(encoding="utf-8"))
    for key in whole:
        written(tmp_path, **{**whole, key: value})
        found = State.load(tmp_path)
        for other in set(whole) - {key}:
            assert getattr(found, other) == getattr(state_, other), (key, other)
    for key in ("work", "notes", "milestones"):
        entries = [*whole[key].items()] if isinstance(whole[key], dict) else whole[key]
        for entry in entries:
            inner = entry[1] if isinstance(entry, tuple) else entry
            for field in list(inner):
                kept = inner[field]
                inner[field] = value
                written(tmp_path, **whole)
                found = State.load(tmp_path)
                assert len(getattr(found, key)) >= len(entries) - 1
                found.save()
                assert State.load(tmp_path) == found, "what was read can be written"
                inner[field] = kept


def test_a_file_that_cannot_be_read_is_set_aside(tmp_path):
    """There may be notes in it that somebody wants back."""
    broken = '{"notes": [{"exercise": "02.1", "text": "why?",}]}'
    (tmp_path / state.FILE).write_text(broken, encoding="utf-8")
    state.change(tmp_path, lambda old: old.with_hint("02.1"))
    assert State.load(tmp_path).hints == {"02.1": 1}
    assert (tmp_path / state.ASIDE).read_text(encoding="utf-8") == broken


def test_two_processes_lose_nothing(tmp_path):
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from scratchgpt.learn.remembered import Note\n"
        "from scratchgpt.learn.state import change\n"
        "for i in range(40):\n"
        "    note = Note('02.1', 1.0, f'{sys.argv[2]} {i}')\n"
        "    change(Path(sys.argv[1]), lambda state: state.with_note(note).with_hint(sys.argv[2]))\n"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path), name],
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        for name in "ab"
    ]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    found = State.load(tmp_path)
    assert sorted(note.text for note in found.notes) == sorted(f"{n} {i}" for n in "ab" for i in range(40))
    assert found.hints == {"a": 40, "b": 40}


def test_a_lock_that_is_never_let_go_does_not_stop_anybody(tmp_path, monkeypatch):
    monkeypatch.setattr(state, "PATIENCE", 0.02)
    monkeypatch.setattr(state.locks, "take", lambda descriptor: False)
    assert state.change(tmp_path, lambda old: old.with_hint("02.1")).hints == {"02.1": 1}


def test_where_nothing_can_be_written(tmp_path):
    (tmp_path / state.FILE).mkdir()
    with pytest.raises(UserError, match="Cannot write"):
        state.change(tmp_path, lambda old: old.with_hint("02.1"))
    assert state.changed_if_possible(tmp_path, lambda old: old.with_hint("02.1")).hints == {"02.1": 1}


def test_git_leaves_the_files_alone():
    from pathlib import Path

    ignored = (Path(__file__).parents[2] / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "exercises/.progress.*" in ignored
    assert all(name.startswith(".progress.") for name in (state.FILE, state.LOCK, state.ASIDE))
