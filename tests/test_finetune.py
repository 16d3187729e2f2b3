"""The command: a user's own file from end to end, what it refuses, and what a run folder holds."""

import json
import re

import numpy as np
import pytest

from scratchgpt import finetune, pretrained
from scratchgpt.config import GPTConfig
from scratchgpt.errors import UserError
from scratchgpt.model import GPT
from scratchgpt.tasks import continuing, reporting, sonnets
from scratchgpt.tokenizer import ByteBPE

WORDS = "the film was great a dull story and sad happy end with fine music no heart".split()  # noqa: SIM905


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A folder with a model small enough to tune in a second."""
    tokenizer = ByteBPE.train([" ".join(WORDS * 5)], 280)
    shape = GPTConfig(tokenizer.vocab_size, block_size=32, n_layer=2, n_head=2, n_embd=8)
    model = GPT(shape)
    folder = tmp_path_factory.mktemp("model") / "tiny"
    pretrained.save(folder, model, model.init(np.random.default_rng(0)), tokenizer)
    return str(folder)


@pytest.fixture
def reviews(tmp_path):
    rng = np.random.default_rng(1)
    rows = []
    for i in range(60):
        words = [*rng.choice(WORDS, 6), ["dull", "great"][i % 2]]
        rows.append(f"{i},{' '.join(words)},{['bad', 'good'][i % 2]}")
    path = tmp_path / "reviews.csv"
    path.write_text("\n".join(["number,review,verdict", *rows]) + "\n", encoding="utf-8")
    return str(path)


QUICK = ["--epochs", "1", "--backend", "numpy"]


def test_a_users_own_file_is_enough(tiny, reviews, tmp_path, capsys):
    out = tmp_path / "run"
    arguments = [reviews, "--model", tiny, "--out", str(out), *QUICK, "--compare", "pretrained,scratch"]
    assert finetune.main(arguments) == 0
    said = capsys.readouterr().out
    assert "review" in said and "verdict" in said, "the guessed columns are named"
    assert "classes bad, good" in said
    for row in ("majority", "naive Bayes, unigrams", "pretrained", "scratch"):
        assert re.search(rf"^  {row} +[\d.]+ %", said, re.MULTILINE), row
    assert re.search(
        r"pretrained beats scratch: .* points \(95 % interval .*\): (holds|does not hold|cannot tell)\.", said
    )
    assert {p.name for p in out.iterdir()} >= {"results.md", "results.json", "results.png", "errors.md"}
    record = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert [row["name"] for row in record["rows"]][-2:] == ["pretrained", "scratch"]
    assert "Confusion matrix" in (out / "errors.md").read_text(encoding="utf-8")
    assert (out / "results.png").read_bytes().startswith(b"\x89PNG")

    prompts = tmp_path / "prompts.txt"
    prompts.write_text("the end was great\na dull story\n", encoding="utf-8")
    assert finetune.main([str(out), "--prompts", str(prompts), "--backend", "numpy"]) == 0
    answers = capsys.readouterr().out.splitlines()
    assert len(answers) == 2
    assert all(re.fullmatch(r"(bad|good) \([01]\.\d\d\): .*", line) for line in answers), answers

    again = tmp_path / "again"
    arguments = ["sentiment", "--init-from", str(out), "--out", str(again), *QUICK, "--examples", "8"]
    assert finetune.main(arguments) == 0
    assert "classes negative, positive" in capsys.readouterr().out


def test_the_same_command_again_reads_what_is_done(tiny, reviews, tmp_path, capsys):
    out = tmp_path / "run"
    arguments = [
        reviews,
        "--model",
        tiny,
        "--out",
        str(out),
        *QUICK,
        "--seeds",
        "2",
        "--sweep",
        "lambda=0,0.5",
    ]
    assert finetune.main(arguments) == 0
    folders = {p.name for p in out.iterdir() if p.is_dir()}
    assert folders == {f"pretrained-lambda-{v}-seed-{s}" for v in ("0", "0.5") for s in (0, 1)}
    first = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert finetune.main(arguments) == 0
    assert json.loads((out / "results.json").read_text(encoding="utf-8"))["rows"] == first["rows"]
    with pytest.raises(UserError, match="other settings"):
        finetune.main([*arguments, "--lr", "0.01"])


def test_a_learning_curve_answers_whether_more_data_would_help(tiny, reviews, tmp_path, capsys):
    out = tmp_path / "run"
    assert finetune.main([reviews, "--model", tiny, "--out", str(out), *QUICK, "--learning-curve"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"pretrained: from 24 to 48 training examples accuracy .* more data would", said)
    assert "The baselines learn from all training examples." in said
    assert "pretrained, 48 examples beats pretrained, 24 examples" in said
    assert (out / "learning_curve.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("text", "message"), [(None, "Cannot read"), ("a\tb\n", "Line 1 has 2 text(s), expected 1")]
)
def test_prompts_are_read_before_anything_is_tuned(tiny, reviews, tmp_path, text, message):
    out, prompts = tmp_path / "run", tmp_path / "prompts.txt"
    if text:
        prompts.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=re.escape(message)):
        finetune.main([reviews, "--model", tiny, "--out", str(out), *QUICK, "--prompts", str(prompts)])
    assert not out.exists()


@pytest.mark.parametrize(
    ("flags", "names"),
    [
        ([], ["pretrained", "scratch"]),
        (["--lora", "4"], ["pretrained"]),
        (["--no-pretrained"], ["scratch"]),
        (["--sweep", "transfer=0,1"], ["pretrained, transfer 0", "pretrained, transfer 1"]),
    ],
)
def test_what_is_compared_with_the_bundled_model_unless_it_is_said(flags, names, monkeypatch, tmp_path):
    class Planned(Exception):
        pass

    def stop(base, data, plan, seeds, out):
        raise Planned([variant.name for variant in plan])

    monkeypatch.setattr(reporting, "introduce", stop)
    with pytest.raises(Planned) as planned:
        finetune.main(["sentiment", "--out", str(tmp_path), *QUICK, *flags])
    assert planned.value.args == (names,)


def test_a_cloze_question_needs_a_model_that_says_yes_in_one_token(tiny, tmp_path):
    with pytest.raises(UserError, match="The cloze answer ' no' is 2 tokens"):
        finetune.main(["questions", "--model", tiny, "--out", str(tmp_path), "--head", "cloze", *QUICK])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sentimnt"], "Did you mean 'sentiment'"),
        (["sentiment", "--compare", "scrath"], "Did you mean 'scratch'"),
        (["sentiment", "--seeds", "0"], "--seeds is 0, expected an integer of at least 1"),
        (
            ["sentiment", "--text-column", "x"],
            "--text-column has no meaning for sentiment, whose columns are known",
        ),
        (["sentiment", "--precision", "tf32"], "The precision tf32 is a GPU's"),
        (["sentiment", "--lr", "0"], "lr is 0.0, expected a number above 0"),
        (["sentiment", "--model", "gpt7"], "There is no model 'gpt7'"),
        (["sentiment", "--init-from", "nowhere"], "There is no tuned model in nowhere"),
        (["sentiment", "--model", "mini", "--init-from", "x"], "--init-from brings its model"),
        (["film", "--lr", "3"], "--lr has no meaning for film: leave it out"),
        (["film", "--sweep", "lr=1"], "--sweep has no meaning for film"),
        (["sonnets", "--compare", "lora"], "--compare has no meaning for sonnets"),
        (["sonnets", "--cmudict", "nowhere"], "Cannot read the pronouncing dictionary 'nowhere'"),
        (["sonnets", "--data", "nowhere"], "There is no sonnets.txt in 'nowhere'"),
        (["sonnets", "--prompts", "nowhere"], "Cannot read nowhere"),
        (["sonnets", "--examples", "25"], "examples is 25, but there are 24 to train on"),
        (["sonnets", "--head", "cloze"], "There are no classes"),
        (["sentiment", "--cmudict", "x"], "--cmudict has no meaning for sentiment"),
        (["sst", "--data", "nowhere"], "There is no folder 'nowhere'"),
    ],
)
def test_bad_input_is_refused_in_one_line_and_leaves_nothing(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=re.escape(message)) as caught:
        finetune.main(arguments)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir()), "a refused run leaves nothing"


@pytest.mark.parametrize(
    ("flag", "content", "message"),
    [
        ("--prompts", b"a line\n" * 14 + b"\nanother\n", "begins 'a line' has 14 lines"),
        ("--prompts", b"\n \n", "holds no text"),
        ("--cmudict", b"\xff\x00", "Cannot read the pronouncing dictionary"),
        ("--cmudict", b"night nite\n", "line 1 is 'night nite', expected a word and its phones"),
    ],
)
def test_sonnets_read_the_users_files_before_anything_is_tuned(
    tiny, tmp_path, monkeypatch, flag, content, message
):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "file.txt"
    file.write_bytes(content)
    with pytest.raises(UserError, match=message):
        finetune.main(["sonnets", "--model", tiny, flag, str(file), *QUICK])
    assert list(tmp_path.iterdir()) == [file], "a refused run leaves nothing"


@pytest.mark.exhaustive
def test_sonnets_continue_the_users_beginnings(tiny, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(continuing, "LINE_TOKENS", 2)
    monkeypatch.setattr(sonnets, "TEMPERATURES", (sonnets.SHOWN,))
    (tmp_path / "lines.txt").write_text("one\ntwo\n\nthree\n", encoding="utf-8")
    out = tmp_path / "run"
    flags = ["--prompts", str(tmp_path / "lines.txt"), "--out", str(out), "--examples", "4"]
    assert finetune.main(["sonnets", "--model", tiny, *flags, *QUICK]) == 0
    said = capsys.readouterr().out
    assert "| one\n| two\n  " in said and "| three\n  " in said, "blank lines part the beginnings"
    written = {"best", "result.json", "sonnets.md", "sonnets.json", "sonnets.png", "poems.txt"}
    assert written <= {path.name for path in out.iterdir()}


@pytest.mark.parametrize("task", ["film", "sentiment"])
def test_a_run_folder_that_cannot_be_made_is_said_before_anything_else(task, tiny, tmp_path, capsys):
    (tmp_path / "file").write_text("", encoding="utf-8")
    model = [] if task == "film" else ["--model", tiny, *QUICK]
    with pytest.raises(UserError, match=r"Cannot write to .*file: .*Choose another --out"):
        finetune.main([task, "--out", str(tmp_path / "file"), *model])
    assert "Pre-training" not in capsys.readouterr().out


def test_a_finished_run_without_prompts_says_what_to_do(tiny, reviews, tmp_path):
    out = tmp_path / "run"
    finetune.main([reviews, "--model", tiny, "--out", str(out), *QUICK])
    with pytest.raises(UserError, match="is a finished run: give --prompts FILE"):
        finetune.main([str(out)])
