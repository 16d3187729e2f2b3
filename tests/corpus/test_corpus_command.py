"""`python -m scratchgpt.corpus`: files in, shards and a report out, in one move."""

import json
import subprocess
import sys

import numpy as np
import pytest

from scratchgpt.corpus.__main__ import main
from scratchgpt.corpus.shards import open_shards
from scratchgpt.errors import UserError
from scratchgpt.resources import data_path
from scratchgpt.tokenizer import load
from scratchgpt.worked import crawl


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "crawl.jsonl"
    rows = (json.dumps(page._asdict()) for page in crawl.pages())
    path.write_text("\n".join(rows) + "\n\n", encoding="utf-8")
    return path


def test_a_crawl_becomes_shards_and_a_report(lines, tmp_path, capsys):
    out = tmp_path / "out"
    assert main([str(lines), "--out", str(out), "--shard-tokens", "500"]) == 0
    rows = [json.loads(line) for line in (out / "report.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["name"] for row in rows] == [page.name for page in crawl.pages()]
    kept = [row["name"] for row in rows if row["kept"]]
    tokenizer, texts = load(data_path("mini")), dict(crawl.pages())
    expected = [t for name in kept for t in (tokenizer.eot_id, *tokenizer.encode(texts[name]))]
    shards = open_shards(out)
    np.testing.assert_array_equal(shards[:], expected)
    assert len(shards.parts) == -(-len(expected) // 500)
    shown = capsys.readouterr().out
    assert f"48 documents:\n{len(kept):>8,}  kept" in shown
    assert f"{len(expected):,} tokens in" in shown


def test_files_folders_and_separators_are_documents(tmp_path):
    (tmp_path / "in").mkdir()
    text = "The cat was on the mat.\n<|endoftext|>\nThe dog was in the house, and it was late."
    (tmp_path / "in" / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "words.txt").write_text("Mat\nrug\n", encoding="utf-8")
    flags = ["--quality", "0", "--unwanted", str(tmp_path / "words.txt")]
    main([str(tmp_path / "in"), "--out", str(tmp_path / "out"), *flags])
    rows = (tmp_path / "out" / "report.jsonl").read_text(encoding="utf-8").splitlines()
    found = [(json.loads(row)["name"].rpartition(":")[2], json.loads(row)["reason"]) for row in rows]
    assert found == [("1", "unwanted words"), ("2", "kept")]


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (["--quality", "2"], "--quality is 2.0, expected"),
        (["--similarity", "0"], "--similarity is 0.0, expected"),
        (["--seed", "-1"], "--seed is -1, expected"),
        (["--language", "xx"], "--language is 'xx', expected en, de, fr, es or any"),
        (["--shard-tokens", "0"], "A shard has 0 tokens"),
    ],
)
def test_flags_that_cannot_be_meant(lines, tmp_path, flags, complaint):
    with pytest.raises(UserError, match=complaint):
        main([str(lines), "--out", str(tmp_path / "out"), *flags])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("line", ["{", "[]", '{"name": "a"}', '{"text": 3}', b"\xff"])
def test_a_line_that_is_no_document_leaves_nothing_behind(tmp_path, line):
    path = tmp_path / "bad.jsonl"
    good = b'{"text": "The cat was on the mat."}\n'
    path.write_bytes(good + (line if isinstance(line, bytes) else line.encode()))
    with pytest.raises(UserError, match=r"bad.jsonl, line \d: expected an object"):
        main([str(path), "--out", str(tmp_path / "out"), "--quality", "0"])
    assert [p.name for p in tmp_path.iterdir()] == ["bad.jsonl"]


def test_when_everything_is_dropped_nothing_is_written(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Seite nicht gefunden, das ist nicht gut."}', encoding="utf-8")
    with pytest.raises(UserError, match="was every document dropped"):
        main([str(path), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_a_mistake_is_one_line_and_exit_code_2(tmp_path):
    command = [sys.executable, "-m", "scratchgpt.corpus", "nowhere.txt", "--out", "new"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: There is no file or folder 'nowhere.txt'")
    assert done.stderr.count("\n") == 1
