"""A user's own file: found out, named, divided; and what is refused."""

import csv
import io
import json
from collections import Counter

import pytest

from scratchgpt.errors import UserError
from scratchgpt.tasks.data import read_own

WORDS = ("clear", "slow", "warm", "thin", "loud", "odd", "kind", "flat", "rich", "brief")


def rows(n=60, labels=("bad", "good")):
    return [(f"A {WORDS[k % 10]} film, number {k}.", labels[k % len(labels)]) for k in range(n)]


def write(path, body, header=("text", "label"), delimiter=",", quoting=csv.QUOTE_MINIMAL):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows([header, *body])
    path.write_text(file.getvalue(), encoding="utf-8")
    return path


def refused(path, message, **options):
    with pytest.raises(UserError, match=message) as error:
        read_own(path, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_file_without_splits_is_divided_with_its_classes_in_proportion(tmp_path):
    path = write(tmp_path / "films.csv", rows(90, ("bad", "good", "bad")))
    data = read_own(path)
    sizes = {split: Counter(e.label for e in part) for split, part in data.splits.items()}
    assert sizes == {"train": {0: 48, 1: 24}, "dev": {0: 6, 1: 3}, "test": {0: 6, 1: 3}}
    assert (data.name, data.kind, data.labels, data.metric) == (
        "films",
        "single",
        ("bad", "good"),
        "accuracy",
    )
    lines = [[e.line for e in part] for part in data.splits.values()]
    assert sorted(line for part in lines for line in part) == list(range(2, 92))
    assert all(part == sorted(part) for part in lines)
    assert data.splits["train"][0].id == f"films.csv:{data.splits['train'][0].line}"
    assert data.notes == (
        "films.csv is separated by commas",
        "text from 'text', label from 'label' (guessed: text by name, label by name)",
        "split into train/dev/test 80/10/10 at random, classes in proportion, rows with one first text "
        "together (seed 0)",
    )


def test_the_seed_decides_which_rows(tmp_path):
    path = write(tmp_path / "films.csv", rows())
    dev = [[e.line for e in read_own(path, seed=seed).splits["dev"]] for seed in (0, 0, 1)]
    assert dev[0] == dev[1] != dev[2]


def test_equal_texts_stand_in_one_split(tmp_path):
    body = [(text, label) for text, label in rows() for _ in range(3)]
    data = read_own(write(tmp_path / "films.csv", body))
    sides = [{e.texts for e in part} for part in data.splits.values()]
    assert sum(map(len, sides)) == len(set.union(*sides)) == 60
    assert not any("word for word" in note for note in data.notes)


def test_the_hypotheses_of_a_premise_stand_in_one_split(tmp_path):
    body = [(f"Premise {k // 3}", f"Hypothesis {k}", "abc"[k % 3]) for k in range(90)]
    data = read_own(write(tmp_path / "a.csv", body, ("premise", "hypothesis", "label")))
    sides = [{e.texts[0] for e in part} for part in data.splits.values()]
    assert sum(map(len, sides)) == len(set.union(*sides)) == 30


def test_a_class_of_two_rows_is_trained_on_and_noted(tmp_path):
    body = [*rows(), ("A rare one.", "rare"), ("Another.", "rare")]
    data = read_own(write(tmp_path / "films.csv", body))
    assert Counter(e.label for e in data.splits["train"])[2] == 2
    assert "the class 'rare' has no row in dev" in data.notes


def test_a_split_column_is_honoured(tmp_path):
    splits = ("train", "train", "Validation", "test")
    body = [(*row, splits[k // 2 % 4]) for k, row in enumerate(rows())]
    data = read_own(write(tmp_path / "films.csv", body, ("text", "label", "Split")))
    assert {split: len(part) for split, part in data.splits.items()} == {"train": 32, "dev": 14, "test": 14}
    assert not any("at random" in note for note in data.notes)
    body[4] = (*body[4][:2], "later")
    write(tmp_path / "films.csv", body, ("text", "label", "Split"))
    refused(tmp_path / "films.csv", "films.csv, line 6 has 'later' in 'Split', expected train, dev or test")


def test_a_split_column_without_train(tmp_path):
    path = write(tmp_path / "a.csv", [(*row, "dev") for row in rows(12)], ("text", "label", "split"))
    refused(path, "No row of .*a.csv has 'train' in 'split'")


def test_a_split_column_without_dev(tmp_path):
    body = [(*row, "test" if k < 10 else "train") for k, row in enumerate(rows())]
    data = read_own(write(tmp_path / "films.csv", body, ("text", "label", "split")))
    assert {split: len(part) for split, part in data.splits.items()} == {"train": 46, "dev": 4, "test": 10}
    assert any(note.startswith("split into train/dev 90/10 at random") for note in data.notes)


def test_a_folder_of_three_files(tmp_path):
    write(tmp_path / "train.tsv", rows(20), delimiter="\t")
    write(tmp_path / "valid.csv", rows(6)[::-1])
    (tmp_path / "test.jsonl").write_text('{"text": "Unseen."}\n', encoding="utf-8")
    data = read_own(tmp_path)
    assert {split: len(part) for split, part in data.splits.items()} == {"train": 20, "dev": 6, "test": 1}
    assert data.splits["test"][0].label is None
    assert "the test rows have no labels" in data.notes
    assert any(note.startswith("6 row(s) of dev stand in train too") for note in data.notes)
    write(tmp_path / "dev.csv", rows(6))
    refused(tmp_path, "two files for one split")


def test_a_folder_without_a_development_file(tmp_path):
    write(tmp_path / "train.csv", rows(40))
    data = read_own(tmp_path)
    assert {split: len(part) for split, part in data.splits.items()} == {"train": 36, "dev": 4}
    (tmp_path / "train.csv").rename(tmp_path / "films.csv")
    refused(tmp_path, r"no training file, expected train.csv, .* got films.csv")


def test_a_test_file_has_all_its_labels_or_none(tmp_path):
    write(tmp_path / "train.csv", rows(20))
    write(tmp_path / "test.csv", [("One.", "good"), ("Two.", "")])
    refused(tmp_path, "test.csv, line 3 has no label in 'label'")
    write(tmp_path / "test.csv", [("One.", ""), ("Two.", "")])
    assert [e.label for e in read_own(tmp_path).splits["test"]] == [None, None]


def test_a_class_that_training_does_not_show(tmp_path):
    write(tmp_path / "train.csv", rows(20))
    write(tmp_path / "dev.csv", [*rows(4), ("What is it?", "other")])
    refused(tmp_path, "dev.csv, line 6 has the label 'other', expected one of bad, good")
    data = read_own(tmp_path, skip_bad=True)
    assert len(data.splits["dev"]) == 4
    assert any("1 malformed row(s) left out" in note for note in data.notes)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_delimiter_and_quoting_are_found_out(tmp_path, delimiter, suffix, quoting):
    body = [(f'{text} "Well," he said; two|three', label) for text, label in rows(20)]
    path = write(tmp_path / f"a{suffix}", body, ("Review", "Stars"), delimiter, quoting)
    data = read_own(path)
    texts = {e.texts[0] for part in data.splits.values() for e in part}
    assert texts == {text for text, _ in body}


def test_commas_in_tabs_and_tabs_in_commas(tmp_path):
    lines = [f"So it is{', ' * (k % 2)}, {k}\t{'yn'[k % 2]}" for k in range(20)]
    (tmp_path / "a.csv").write_text("what, exactly\tverdict\n" + "\n".join(lines), encoding="utf-8")
    assert read_own(tmp_path / "a.csv").labels == ("n", "y")
    lines = [f"{'ab'[k % 2]}\tSo it is {k},{'yn'[k % 2]}" for k in range(20)]
    for suffix, labels in ((".csv", ("n", "y")), (".tsv", ("a", "b"))):
        path = tmp_path / f"b{suffix}"
        path.write_text("\n".join(["one\ttwo,three", *lines]), encoding="utf-8")
        label = {".csv": "three", ".tsv": "one"}[suffix]
        assert read_own(path, label_column=label).labels == labels


def test_a_usual_name_for_a_text_may_be_the_label(tmp_path):
    path = write(tmp_path / "a.csv", rows(20), ("words", "title"))
    assert read_own(path, label_column="title").labels == ("bad", "good")


def test_tabs_without_quoting(tmp_path):
    """Speech at the start of a field is no quoting."""
    body = [('"So," she said, and left.', "bad"), ('"Go!" they cried.', "good"), ('Only "this', "good")] * 5
    lines = [f"{text} {k}\t{label}" for k, (text, label) in enumerate(body)]
    lines.append('"All of it."\tbad')
    path = tmp_path / "a.tsv"
    path.write_text("text\tlabel\n" + "\n".join(lines) + "\n", encoding="utf-8")
    data = read_own(path)
    texts = {e.texts[0] for part in data.splits.values() for e in part}
    assert texts == {line.split("\t")[0] for line in lines}
    assert data.notes[0] == "a.tsv is separated by tabs, without quoting"


def test_two_quotes_that_would_swallow_a_line_are_text(tmp_path):
    lines = [f"{text}\t{label}" for text, label in rows(20)]
    lines[3:5] = ['"He began\tbad', 'and ended"\tgood']
    (tmp_path / "a.tsv").write_text("text\tlabel\n" + "\n".join(lines), encoding="utf-8")
    data = read_own(tmp_path / "a.tsv")
    assert sum(map(len, data.splits.values())) == 20


def test_a_text_of_two_lines_and_empty_lines(tmp_path):
    path = tmp_path / "a.csv"
    body = "".join(f'"First line {k}.\r\nSecond, line.",{k % 2}\r\n\r\n' for k in range(20))
    path.write_bytes(("\ufefftext,label\r\n" + body).encode())
    data = read_own(path)
    assert all(e.texts[0].count("line") == 2 for part in data.splits.values() for e in part)
    assert sorted(e.line for part in data.splits.values() for e in part) == list(range(2, 62, 3))


def test_a_quotation_mark_that_is_never_closed(tmp_path):
    path = write(tmp_path / "a.csv", rows(20), quoting=csv.QUOTE_ALL)
    text = path.read_text(encoding="utf-8").split("\n")
    text[7] = '"Never closed,good'
    path.write_text("\n".join(text), encoding="utf-8")
    refused(path, "a.csv, line 8 cannot be taken apart")


def test_a_quotation_mark_among_commas_that_is_never_closed(tmp_path):
    lines = ["text,label", *(f'"Film {k}",{k % 2}' for k in range(20)), '"Never closed,1']
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    refused(tmp_path / "a.csv", "a.csv, line 22 cannot be taken apart")


def test_quotes_around_a_delimiter_are_text_where_every_line_has_its_fields(tmp_path):
    lines = ["title\ttext\tlabel", *(f"t{k}\tFilm {k}\t{k % 2}" for k in range(20)), '"So\tit is"\t1']
    (tmp_path / "a.tsv").write_text("\n".join(lines), encoding="utf-8")
    data = read_own(tmp_path / "a.tsv")
    assert 'it is"' in {e.texts[0] for part in data.splits.values() for e in part}


def test_a_ragged_row(tmp_path):
    path = write(tmp_path / "a.csv", [*rows(20), ("One field too many.", "good", "x"), ("Too few.",)])
    refused(path, r"a.csv, line 22 has 3 field\(s\), expected 2 \(text, label\): .*--skip-bad")
    data = read_own(path, skip_bad=True)
    assert sum(map(len, data.splits.values())) == 20
    (note,) = [note for note in data.notes if "malformed" in note]
    assert note.startswith("2 malformed") and "line 22" in note and "line 23 has 1 field(s)" in note


def test_a_message_is_one_line_though_names_and_labels_have_several(tmp_path):
    body = rows(20, ("very\nbad", "good"))
    path = write(tmp_path / "a.csv", [*body, ("Hm.", "")], ("the\ntext", "label"))
    refused(path, "has no label in 'label', expected one of good, very bad:", text_column="the text")
    refused(write(path, [*body, ("Hm.",)], ("the\ntext", "label")), r"expected 2 \(the text, label\)")


def test_an_empty_text_and_an_empty_label(tmp_path):
    body = rows(20)
    body[3], body[5] = (" ", "good"), ("Nice.", "")
    path = write(tmp_path / "a.csv", body)
    refused(path, "a.csv, line 5 has nothing in 'text', expected text")
    data = read_own(path, skip_bad=True)
    assert sum(map(len, data.splits.values())) == 18
    body[3] = ("Fine.", "good")
    refused(write(path, body), "a.csv, line 7 has no label in 'label', expected one of bad, good")


def test_an_id_that_stands_twice(tmp_path):
    body = [(f"n{k}", *row) for k, row in enumerate(rows(20))]
    body[9] = ("n4", *body[9][1:])
    path = write(tmp_path / "a.csv", body, ("ID", "text", "label"))
    refused(path, "a.csv, line 11 has the id 'n4' of .*a.csv, line 6, expected an id of its own")
    data = read_own(path, skip_bad=True)
    assert "n9" not in {e.id for part in data.splits.values() for e in part}
    assert sum(map(len, data.splits.values())) == 19
    twice = [(f"n{k % 10}", *row) for k, row in enumerate(rows(20))]
    path = write(tmp_path / "b.csv", twice, ("id", "text", "label"))
    refused(path, "line 12 has the id 'n0'")
    data = read_own(path, skip_bad=True)
    assert sorted(e.line for part in data.splits.values() for e in part) == list(range(2, 12))


@pytest.mark.parametrize(
    ("labels", "order"),
    [
        (("10", "9", "-1"), ("-1", "9", "10")),
        (("1.0", "2", "1"), ("1", "2")),
        (("warm", "cold", "Hot"), ("Hot", "cold", "warm")),
        (("neutral", "entailment", "contradiction"), ("entailment", "neutral", "contradiction")),
        (("1", "2", "many"), ("1", "2", "many")),
    ],
)
def test_order_of_classes(tmp_path, labels, order):
    body = rows(60, labels)
    data = read_own(write(tmp_path / "a.csv", body))
    assert data.labels == order
    for part in data.splits.values():
        for e in part:
            assert order[e.label] == body[e.line - 2][1].removesuffix(".0")


def test_pairs_and_scores(tmp_path):
    body = [(f"One {k}", f"Two {k}", str(k % 3)) for k in range(30)]
    data = read_own(write(tmp_path / "a.csv", body, ("Sentence1", "sentence2", "label")))
    assert (data.kind, data.labels, data.metric) == ("pair", ("0", "1", "2"), "accuracy")
    assert data.splits["train"][0].texts[1].startswith("Two")
    scores = [(a, b, str(k / 7)) for k, (a, b, _) in enumerate(body)]
    data = read_own(write(tmp_path / "a.csv", scores, ("sentence1", "sentence2", "score")))
    assert (data.kind, data.labels, data.metric) == ("similarity", (), "pearson")
    assert all(e.label == (e.line - 2) / 7 for part in data.splits.values() for e in part)
    path = write(tmp_path / "a.csv", [(a, c) for a, _, c in scores])
    refused(
        path, "labels in 'label' of .* are numbers with fractions, expected classes: scores need two texts"
    )


def test_columns_that_are_named_or_guessed_from_their_contents(tmp_path):
    body = [
        (str(k), f"{text} It was long.", "ABC"[k % 3], text[:6], label, "one")
        for k, (text, label) in enumerate(rows())
    ]
    path = write(tmp_path / "a.csv", body, ("", "what they wrote", "mood", "short", "verdict", "source"))
    data = read_own(path)
    assert (
        "text from 'what they wrote', label from 'verdict' (guessed: text as the longest column"
        in data.notes[1]
    )
    data = read_own(path, text_column="short", label_column="mood")
    assert data.notes[1] == "text from 'short', label from 'mood'"
    assert data.labels == ("A", "B", "C")
    data = read_own(path, text_column="mood", text2_column="short", label_column="verdict")
    assert (data.kind, data.notes[1]) == ("pair", "text from 'mood' and 'short', label from 'verdict'")
    assert "rows with the same texts together" in data.notes[2]  # "mood" is no premise
    refused(path, r"no column 'moods', expected it beside .* Did you mean 'mood'\?", label_column="moods")
    refused(path, "--text2-column needs --text-column", text2_column="short")
    refused(path, "60 different values in 60 rows", label_column="what they wrote")
    refused(path, "no column for the text beside", text_column="mood", label_column="mood")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty, expected a row"),
        ("text\nOne.\nTwo.\n", "has one column, expected two or more, a text and a label"),
        ("text,label\n", "has no rows, expected some after"),
        ("A fine film,1\nA dull film,0\n", "line 1 has '1', expected the names of the columns"),
        (
            "A film that was much longer than any column's name would ever be,good\n" * 12,
            "line 1 has 'A film",
        ),
        ("text,label,label\n" + "a,1,1\n" * 12, "two columns named 'label'"),
        (
            "text,label\n" + "".join(f"t{k},same\n" for k in range(30)),
            "have one class, 'same', expected two or more",
        ),
        ("text,label\nOne,1\nTwo,0\nThree,1\nFour,0\n", "has 4 rows to learn from, expected 10 or more"),
        ("text,note\n" + "".join(f"t{k},n{k}\n" for k in range(30)), "no column that can be the label"),
        ("text,label\ncaf\udce9,1\n", "line 2 is not UTF-8"),
        ("text,label\na\0,1\n", "line 2 has a NUL byte"),
        ('[{"text": "a", "label": 1}]', "is one JSON list, expected JSON lines"),
    ],
)
def test_files_that_are_refused(tmp_path, text, message):
    path = tmp_path / ("a.json" if text.startswith("[") else "a.csv")
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    refused(path, message)


def test_a_file_that_is_not_there(tmp_path):
    write(tmp_path / "films.csv", rows())
    refused(tmp_path / "film.csv", r"There is no file .*film.csv', expected .* Did you mean 'films.csv'\?")


def test_all_scores_the_same_and_all_labels_missing(tmp_path):
    path = write(
        tmp_path / "a.csv", [(*row[:1], "b", "0.5") for row in rows(20)], ("text1", "text2", "score")
    )
    refused(path, "have the score 0.5, expected scores that differ")
    path = write(tmp_path / "a.csv", [(text, "") for text, _ in rows(20)])
    refused(path, "line 2 has no label in 'label'")
    refused(path, "has 0 rows to learn from", skip_bad=True)


def test_a_score_of_dev_that_is_no_number(tmp_path):
    for name, score in (("train", "0.5"), ("dev", "inf")):
        body = [(f"{name} {k}", "b", f"{k}.5") for k in range(12)] + [("c", "d", score)]
        write(tmp_path / f"{name}.csv", body, ("text1", "text2", "score"))
    refused(tmp_path, "dev.csv, line 14 has the label 'inf', expected a number:")


def test_too_many_classes(tmp_path):
    path = write(tmp_path / "a.csv", rows(303, [f"c{k}" for k in range(101)]))
    refused(path, "has 101 different values in 303 rows, expected a few classes")
    assert len(read_own(write(path, rows(300, [f"c{k}" for k in range(100)]))).labels) == 100


def test_json_lines_of_ones_own(tmp_path):
    lines = [json.dumps({"Comment": f" Ünique {k} ", "target": bool(k % 2), "tags": [1]}) for k in range(20)]
    path = tmp_path / "a.jsonl"
    path.write_text("\r\n".join(lines), encoding="utf-8")
    data = read_own(path)
    assert data.labels == ("false", "true")
    assert data.splits["train"][0].texts[0].startswith("Ünique")
    path.write_text("\n".join([*lines, '{"Comment": "cut']), encoding="utf-8")
    refused(path, "a.jsonl, line 21 is not JSON")


def test_a_quoted_field_of_a_csv_may_hold_line_breaks_with_commas(tmp_path):
    """Every physical line here has one comma, as a table without quoting would."""
    rows = [f'"first line, {i}\nsecond line",{["bad", "good"][i % 2]}' for i in range(20)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["text,label", *rows]) + "\n", encoding="utf-8")
    data = read_own(path)
    assert data.labels == ("bad", "good")
    assert data.splits["train"][0].texts[0].count("\n") == 1


def test_a_file_without_names_of_columns_is_refused(tmp_path):
    body = [(f"Text number {k}", "good" if k % 2 else "bad") for k in range(30)]
    path = tmp_path / "a.csv"
    path.write_text("".join(f"{text},{label}\n" for text, label in body), encoding="utf-8")
    refused(path, "The first line of .* looks like a row, since 'bad' is a label of others too")
