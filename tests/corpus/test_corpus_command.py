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
        (["--encoding", "klingon"], "encoding is 'klingon'"),
    ],
)
def test_flags_that_cannot_be_meant(lines, tmp_path, flags, complaint):
    with pytest.raises(UserError, match=complaint):
        main([str(lines), "--out", str(tmp_path / "out"), *flags])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("line", ["{", "[]", '{"name": "a"}', '{"text": 3}', b"\xff", "[" * 100_000])
def test_a_line_that_is_no_document_leaves_nothing_behind(tmp_path, line):
    path = tmp_path / "bad.jsonl"
    good = b'{"text": "The cat was on the mat."}\n'
    path.write_bytes(good + (line if isinstance(line, bytes) else line.encode()))
    with pytest.raises(UserError, match=r"bad.jsonl, line 2: expected an object"):
        main([str(path), "--out", str(tmp_path / "out"), "--quality", "0"])
    assert [p.name for p in tmp_path.iterdir()] == ["bad.jsonl"]


@pytest.mark.parametrize("field", ["name", "text"])
def test_half_a_character_is_named_with_its_line(tmp_path, field):
    path = tmp_path / "cut.jsonl"
    row = {"name": "a", "text": "The cat was on the mat. ", field: "The cat \ud83d was on the mat."}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"cut.jsonl, line 1: .*'\\ud83d'"):
        main([str(path), "--out", str(tmp_path / "out"), "--quality", "0"])


def reasons(out):
    rows = map(json.loads, (out / "report.jsonl").read_text(encoding="utf-8").splitlines())
    return [(row["name"].replace("\\", "/").rpartition("/")[2], row["reason"]) for row in rows]


def test_marks_separators_and_missing_names_inside_lines(tmp_path):
    one, two, three = (
        "The cat was on the mat.",
        "The dog was in the house, and late.",
        "He had been up there.",
    )
    rows = [{"name": "x", "text": f"{one}<|endoftext|>{two}"}, {"name": None, "text": three}, {"text": ""}]
    path = tmp_path / "a.JSONL"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8-sig")
    main([str(path), "--out", str(tmp_path / "out"), "--quality", "0"])
    found = [("x:1", "kept"), ("x:2", "kept"), ("a.JSONL:2", "kept"), ("a.JSONL:3", "too short")]
    assert reasons(tmp_path / "out") == found


def test_an_empty_file_in_a_folder_is_a_document_that_is_too_short(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("The cat was on the mat.", encoding="utf-8")
    (tmp_path / "in" / "b.txt").write_text("", encoding="utf-8")
    main([str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--quality", "0"])
    assert reasons(tmp_path / "out") == [("a.txt", "kept"), ("b.txt", "too short")]


def test_when_everything_is_dropped_the_reasons_are_told_and_nothing_is_written(tmp_path):
    path = tmp_path / "a.jsonl"
    text = "Seite nicht gefunden, das ist nicht gut."
    path.write_text("\n".join(json.dumps({"text": t}) for t in (text, "a b", "b c")), encoding="utf-8")
    complaint = r"Every document was dropped \(2 too short, 1 language\), expected"
    with pytest.raises(UserError, match=complaint):
        main([str(path), "--out", str(tmp_path / "out")])
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(UserError, match="There are no documents"):
        main([str(path), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_a_list_of_unwanted_words_holds_words(lines, tmp_path):
    (tmp_path / "list.txt").write_text("idiot\n\nblue moon\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"list.txt, line 3: 'blue moon' is not one word"):
        main([str(lines), "--out", str(tmp_path / "out"), "--unwanted", str(tmp_path / "list.txt")])


def test_the_quality_of_other_languages_is_not_judged(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Die Katze sa\u00df auf der Matte und war nicht froh.", encoding="utf-8")
    main([str(path), "--out", str(tmp_path / "out"), "--language", "de", "--quality", "1"])
    assert reasons(tmp_path / "out") == [("a.txt", "kept")]


def test_the_lists_of_a_folder_count_together(lines, tmp_path):
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "a.txt").write_text("Mat\nrug\n", encoding="utf-8")
    (folder / "b.txt").write_text("\nhouse\n", encoding="utf-8")
    texts = ("The cat was on the mat.", "The dog was in the house.", "He had been up there.")
    (tmp_path / "text.txt").write_text("<|endoftext|>".join(texts), encoding="utf-8")
    flags = ["--out", str(tmp_path / "out"), "--quality", "0", "--unwanted", str(folder)]
    main([str(tmp_path / "text.txt"), *flags])
    found = [reason for _, reason in reasons(tmp_path / "out")]
    assert found == ["unwanted words", "unwanted words", "kept"]


def test_a_name_that_the_system_refuses_is_no_half_written_folder(lines, tmp_path):
    with pytest.raises(UserError, match=r"Cannot write .*name too long. Choose another"):
        main([str(lines), "--out", str(tmp_path / ("a" * 300))])


def test_a_line_that_cannot_be_decoded_has_a_number(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "The cat was on the mat."}', encoding="utf-8")  # 35 bytes: no UTF-16
    with pytest.raises(UserError, match=r"a.jsonl, line 1: expected an object in utf-16"):
        main([str(path), "--out", str(tmp_path / "out"), "--encoding", "utf-16"])


def test_a_mistake_is_one_line_and_exit_code_2(tmp_path):
    command = [sys.executable, "-m", "scratchgpt.corpus", "nowhere.txt", "--out", "new"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: There is no file or folder 'nowhere.txt'")
    assert done.stderr.count("\n") == 1
