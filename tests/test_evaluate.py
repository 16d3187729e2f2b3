"""The evaluate command: four tasks, JSON, published figures, the self-check, and bad input on one line."""

import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest

from scratchgpt import checkpoint, cli, evaluate, pretrained
from scratchgpt.config import GPTConfig
from scratchgpt.evaluation import data, selfcheck
from scratchgpt.model import GPT
from scratchgpt.protocols import DATA, PROTOCOLS, TASKS
from scratchgpt.tokenizer import CharTokenizer

TEXT = "A bad cab had a dab. " * 9 + "\n"
LETTERS = "\n .Aabcdh"
WIKI = " \n = One = \n \n A two @-@ part text . \n"


@pytest.fixture
def tiny(tmp_path):
    """A folder with a character model of eight positions."""
    model = GPT(GPTConfig(vocab_size=len(LETTERS), block_size=8, n_layer=1, n_head=1, n_embd=4))
    folder = tmp_path / "tiny"
    checkpoint.save_model(folder, model.config, model.init(np.random.default_rng(0)), CharTokenizer(LETTERS))
    return str(folder)


@pytest.fixture
def files(tmp_path):
    """One small file for each kind of data."""
    question = {"activity_label": "a", "ctx_a": "A cab", "ctx_b": "a", "ctx": "A cab a", "label": 1}
    question["endings"] = ["bad.", "dab had.", "a.", "had a cab."]
    contents = {
        "text": TEXT,
        "questions": json.dumps(question) + "\n",
        "six": "A.\n1\nbad.\ndab had.\na.\nhad a cab.\n",
        "passages": json.dumps({"text": "A bad cab had a dab"}) + "\n",
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return {name: str(tmp_path / name) for name in contents}


@pytest.fixture
def as_gpt2(monkeypatch):
    """A model of GPT-2's length, loaded whatever name is asked for, with the bundled tokenizer."""
    _, _, tokenizer = pretrained.load("mini")
    model = GPT(GPTConfig(vocab_size=4096, block_size=1024, n_layer=1, n_head=1, n_embd=4))
    loaded = (model, model.init(np.random.default_rng(0)), tokenizer)
    monkeypatch.setattr(pretrained, "load", lambda name, ops: loaded)
    return loaded


def printed(capsys, *args, code=0):
    assert evaluate.main(args) == code
    return capsys.readouterr().out


def report(capsys, *args):
    out = printed(capsys, *args, "--json")
    assert out.count("\n") == 1
    return json.loads(out)


def refused(capsys, *args):
    with pytest.raises(SystemExit) as end:
        cli.run(lambda: evaluate.main(args))
    out, err = capsys.readouterr()
    assert (end.value.code, out) == (2, "")
    lines = [line for line in err.splitlines() if line]
    assert len(lines) == 1 and lines[0].startswith("error: "), err
    return lines[0]


def test_json_of_a_text(capsys, tiny, files):
    found = report(capsys, "--model", tiny, "--task", "perplexity", "--data", files["text"], "--stride", "3")
    assert (found["task"], found["model"]) == ("perplexity", tiny)
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    assert found["data"] == [{"path": files["text"], "sha256": sha256}]
    protocol = found["protocol"]
    assert (protocol["name"], protocol["window"], protocol["stride"]) == ("plain", 9, 3)
    assert protocol["start_token"] is False  # characters have no end-of-text token
    assert set(found["metrics"]) == {"token_perplexity", "word_perplexity", "bits_per_byte"}
    for metric in found["metrics"].values():
        assert metric["value"] > 0 and metric["stderr"] > 0 and metric["published"] is None
    assert found["tokens"] == len(TEXT) - 1 == found["text_tokens"] - 1
    assert found["n"] == 1 + -(-(len(TEXT) - 9) // 3)
    speed, rounding = found["tokens_read_per_second"], 0.0005
    assert found["tokens_read"] / (found["seconds"] + rounding) <= speed + 0.1
    assert speed - 0.1 <= found["tokens_read"] / max(found["seconds"] - rounding, 1e-9)


@pytest.mark.parametrize(
    ("task", "kind", "metrics", "protocol"),
    [
        ("bpb", "text", {"token_perplexity", "word_perplexity", "bits_per_byte"}, None),
        (
            "hellaswag",
            "questions",
            {"accuracy_sum", "accuracy_per_token", "accuracy_per_character"},
            {"prompt": "plain"},
        ),
        ("lambada", "passages", {"accuracy", "last_token_accuracy", "word_perplexity"}, {}),
    ],
)
def test_json_of_the_other_tasks(capsys, tiny, files, task, kind, metrics, protocol):
    flags = ["--prompt", "plain"] if task == "hellaswag" else []
    found = report(capsys, "--model", tiny, "--task", task, "--data", files[kind], *flags)
    assert set(found["metrics"]) == metrics
    assert protocol is None or found["protocol"] == protocol
    assert found["n"] >= 1 and found["tokens"] >= 1


@pytest.mark.parametrize(
    ("task", "kind", "words"),
    [
        (
            "perplexity",
            "text",
            ["windows of 9 tokens that move by 8", "not detokenised", "189 tokens scored in 24"],
        ),
        ("bpb", "text", ["bits per byte", "nothing before the first token"]),
        ("hellaswag", "six", ["accuracy per token", "labelled prompt", "longer than the model sees: 1"]),
        ("lambada", "passages", ["last token accuracy", "1 passages"]),
    ],
)
def test_as_printed(capsys, tiny, files, task, kind, words):
    out = printed(capsys, "--model", tiny, "--task", task, "--data", files[kind])
    assert out.startswith(f"{task} of {tiny} on {files[kind]}\n")
    for word in (*words, "protocol", "tokens/s"):
        assert word in out
    if task == "bpb":
        assert out.splitlines()[1].startswith("  bits per byte ")


def test_limit_and_several_files(capsys, tiny, files):
    flags = ["--model", tiny, "--task", "bpb", "--data", files["text"], files["text"]]
    assert len(report(capsys, *flags)["data"]) == 2
    assert report(capsys, *flags, "--limit", "2")["tokens"] == 16


def test_bits_per_byte_of_the_bundled_tales_is_the_default(capsys):
    found = report(capsys, "--task", "bpb", "--limit", "2")
    assert found["model"] == "mini" and found["data"][0]["path"].endswith("tales.txt")
    assert found["protocol"]["val_fraction"] == 0.1
    assert found["text_tokens"] < 10_000 and found["tokens"] == 512


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_protocol_is_its_flags(capsys, as_gpt2, tmp_path, name):
    path = tmp_path / "wiki"
    path.write_text(WIKI, encoding="utf-8")
    common = ["--model", "gpt2", "--task", "perplexity", "--data", str(path)]
    by_name = report(capsys, *common, "--protocol", name)["protocol"]
    by_flags = report(capsys, *common, *PROTOCOLS[name].flags().split())["protocol"]
    assert by_name.pop("name") == name and by_flags.pop("name") == "plain"
    assert by_name == by_flags
    with pytest.raises(SystemExit):
        evaluate.main(["--help"])
    assert PROTOCOLS[name].flags() in capsys.readouterr().out


@pytest.mark.parametrize(
    ("protocol", "value", "metric"),
    [
        ("huggingface", 29.94, "token_perplexity"),
        ("harness", 37.37, "word_perplexity"),
        ("paper", 29.41, "word_perplexity"),
    ],
)
def test_published_figures_stand_beside_the_measured_ones(
    capsys, as_gpt2, tmp_path, monkeypatch, protocol, value, metric
):
    """The named data, replaced by a small file that passes for it."""
    path = tmp_path / "wiki"
    path.write_text(WIKI, encoding="utf-8")
    name = DATA[protocol]
    file = data.RemoteFile("x", "x", hashlib.sha256(WIKI.encode()).hexdigest())
    monkeypatch.setitem(data.SOURCES, name, (file,))
    monkeypatch.setattr(data, "fetch", lambda *_: path)
    flags = ["--task", "perplexity", "--protocol", protocol]
    out = printed(capsys, "--model", "gpt2", *flags)
    (line,) = (line for line in out.splitlines() if f"published {value} (" in line)
    assert line.strip().startswith(metric.replace("_", " "))
    for others in (
        ["--model", "gpt2", "--limit", "1"],
        ["--model", "gpt2-copy"],
        ["--model", "gpt2", "--words", "text"],
    ):
        known = [m["published"] for m in report(capsys, *flags, *others)["metrics"].values()]
        if others[-1] != "text" or protocol != "huggingface":
            assert known == [None] * 3, others


def test_a_shorter_model_takes_a_shorter_window(capsys, tiny, files):
    found = report(
        capsys, "--model", tiny, "--task", "bpb", "--data", files["text"], "--protocol", "huggingface"
    )
    assert (found["protocol"]["window"], found["protocol"]["stride"]) == (8, 8)
    found = report(capsys, "--model", tiny, "--task", "bpb", "--data", files["text"], "--protocol", "paper")
    assert (found["protocol"]["window"], found["protocol"]["stride"]) == (8, 8)


# The self-check, with a small model in the place of the released one.


@pytest.fixture
def released(monkeypatch, tiny):
    loaded = pretrained.load(tiny)
    model, params, tokenizer = loaded
    ids = tokenizer.encode("bad")
    while len(ids) < 8:
        ids.append(int(model.forward(params, np.array([ids]))[0][0, -1].argmax()))
    expected = selfcheck.Continuation("bad", tuple(ids[:3]), tuple(ids[3:]), "somewhere")
    monkeypatch.setitem(selfcheck.PUBLISHED, "gpt2", expected)
    monkeypatch.setattr(pretrained, "load", lambda name, ops: loaded)
    return params


def test_a_right_download(capsys, released):
    out = printed(capsys, "--model", "gpt2", "--selfcheck")
    assert out.startswith("gpt2: right: 'bad' goes on") and out.count("\n") == 1
    assert json.loads(printed(capsys, "--model", "gpt2", "--selfcheck", "--json"))["right"] is True


def test_a_wrong_download(capsys, released):
    released.flat["wte.weight"][...] *= -1
    released.flat["wpe.weight"][...] += np.random.default_rng(5).standard_normal((8, 4))
    out = printed(capsys, "--model", "gpt2", "--selfcheck", code=1)
    assert out.startswith("gpt2: wrong: after 'bad") and "download them again" in out and out.count("\n") == 1


def test_a_self_check_without_published_ids(capsys):
    assert "no published token ids for 'mini'" in refused(capsys, "--selfcheck")


# Bad input.


@pytest.mark.parametrize(
    ("flags", "part"),
    [
        ([], "Expected --task NAME (perplexity, bpb, hellaswag, lambada) or --selfcheck"),
        (["--task", "bpb", "--selfcheck"], "one of the two"),
        (["--task", "glue"], "invalid choice: 'glue'"),
        (["--task", "bpb", "--limit", "0"], "--limit is 0"),
        (["--task", "bpb", "--prompt", "plain"], "--prompt has no meaning for bpb"),
        (["--task", "lambada", "--stride", "4"], "--stride has no meaning for lambada"),
        (["--task", "hellaswag", "--no-detokenise"], "--detokenise has no meaning for hellaswag"),
        (["--selfcheck", "--val-fraction", "0.1"], "--val-fraction has no meaning for a self-check"),
        (["--task", "bpb", "--window", "258"], "window is 258, expected 2 to 257"),
        (["--task", "bpb", "--window", "1"], "window is 1, expected 2 to 257"),
        (["--task", "bpb", "--window", "9", "--stride", "10"], "stride is 10, expected 1 to 9"),
        (["--task", "bpb", "--stride", "-1"], "stride is -1"),
        (["--task", "bpb", "--val-fraction", "1"], "expected a number in [0, 1)"),
        (["--task", "bpb", "--data", "nowhere.txt"], "There is no file or folder 'nowhere.txt'"),
        (["--task", "hellaswag", "--data", "nowhere.jsonl"], "There is no file 'nowhere.jsonl'"),
        (["--task", "lambada", "--data", "a", "b"], "--data names 2 files, expected one"),
        (["--task", "bpb", "--model", "nobody"], "There is no model 'nobody'"),
        (["--task", "bpb", "--strde", "3"], "Did you mean '--stride'?"),
        (["--task", "bpb", "--threads", "0"], "--threads is 0"),
    ],
)
def test_bad_flags(capsys, flags, part):
    assert part in refused(capsys, *flags)


@pytest.mark.parametrize(
    ("task", "kind", "part"),
    [
        ("lambada", "questions", "questions, line 1 has no field 'context'"),
        ("hellaswag", "passages", "passages, line 1 has no field 'ctx'"),
        ("hellaswag", "text", "text, line 1 begins an item of 1 lines"),
        ("lambada", "text", "text, line 1 is not JSON"),
        ("bpb", "questions", "The character '{'"),
    ],
)
def test_the_wrong_file(capsys, tiny, files, task, kind, part):
    assert part in refused(capsys, "--model", tiny, "--task", task, "--data", files[kind])


def test_a_model_that_sees_both_sides(capsys, tmp_path, files):
    c = GPTConfig(vocab_size=len(LETTERS), block_size=8, n_layer=1, n_head=1, n_embd=4, causal=False)
    checkpoint.save_model(tmp_path / "m", c, GPT(c).init(np.random.default_rng(0)), CharTokenizer(LETTERS))
    for task, kind in (("bpb", "text"), ("hellaswag", "questions"), ("lambada", "passages")):
        flags = ["--model", str(tmp_path / "m"), "--task", task, "--data", files[kind]]
        assert "sees the tokens on both sides" in refused(capsys, *flags)


def test_as_a_process(files):
    command = [
        sys.executable,
        "-m",
        "scratchgpt.evaluate",
        "--task",
        "bpb",
        "--data",
        files["text"],
        "--threads",
        "1",
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
    errors = [line for line in done.stderr.splitlines() if not line.startswith("Compiling kernels")]
    assert (done.returncode, errors) == (0, [])
    assert done.stdout.startswith("bpb of mini on ")


def test_help(capsys):
    with pytest.raises(SystemExit) as end:
        evaluate.main(["--help"])
    out = capsys.readouterr().out
    assert end.value.code == 0 and out.count("python -m scratchgpt.evaluate ") >= 6
    for word in (*TASKS, *PROTOCOLS, "29.94", "37.37", "29.41"):
        assert word in out
