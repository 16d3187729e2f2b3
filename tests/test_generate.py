"""The generate command: what it prints where, and every bad input on one line."""

import io
import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from scratchgpt import checkpoint, cli, generate, kernels, pretrained, sampling
from scratchgpt.config import GPTConfig, SampleConfig
from scratchgpt.model import GPT
from scratchgpt.tokenizer import ByteBPE, CharTokenizer

TEXT = "the cat sat on the mat. the dog sat on the log.\n" * 4
BACKEND = kernels.load()  # what auto takes here
BLOCK = 24
SHORT = ["--max-new-tokens", "12", "--seed", "3"]
ENDLESS = ["--max-new-tokens", "1000000", "--overflow", "truncate"]


def make_model(folder, tokenizer, spoil=None):
    """Write a small random model whose every token is about equally likely; return its folder."""
    model = GPT(GPTConfig(vocab_size=tokenizer.vocab_size, block_size=BLOCK, n_layer=1, n_head=2, n_embd=8))
    params = model.init(np.random.default_rng(0))
    if spoil is not None:
        params.flat["ln_f.weight"][...] = spoil
    checkpoint.save_model(folder, model.config, params, tokenizer)
    return str(folder)


@pytest.fixture(scope="module")
def bpe(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("bpe") / "model", ByteBPE.train(TEXT, 270))


@pytest.fixture(scope="module")
def chars(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("chars") / "model", CharTokenizer.train(TEXT))


def printed(capsys, *args):
    """Run the command line in this process and return (standard output, standard error)."""
    assert generate.main(args) == 0
    return capsys.readouterr()


def refused(capsys, *args):
    """Run a command line that must fail on one line of standard error, and return that line."""
    with pytest.raises(SystemExit) as end:
        cli.run(lambda: generate.main(args))
    out, err = capsys.readouterr()
    assert (end.value.code, out) == (2, "")
    assert err.startswith("error: ") and err.count("\n") == 1
    return err


def type_in(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


# What it prints.


def test_prompt_text_and_report(capsys, chars):
    out, err = printed(capsys, "the cat", "--model", chars, *SHORT)
    assert out.startswith("the cat") and len(out) == len("the cat") + 12 + 1 and out.endswith("\n")
    notice, speed = err.splitlines()
    assert notice == f"model {chars}, backend {BACKEND.name}, seed 3"
    assert speed.startswith("12 tokens in ") and speed.endswith(" tokens/s")


def test_the_text_is_that_of_the_library(capsys, chars):
    out, _ = printed(capsys, "the cat", "--model", chars, *SHORT)
    model, params, tokenizer = pretrained.load(chars, BACKEND)
    config = SampleConfig(max_new_tokens=12)
    ids = sampling.stream(model, params, tokenizer.encode("the cat"), config, np.random.default_rng(3))
    assert out == "the cat" + tokenizer.decode(ids) + "\n"


def test_same_seed_same_text_and_a_fresh_one_is_printed(capsys, chars):
    seeded = [printed(capsys, "the", "--model", chars, *SHORT)[0] for _ in range(2)]
    assert seeded[0] == seeded[1]
    out, err = printed(capsys, "the", "--model", chars, "--max-new-tokens", "12")
    seed = err.splitlines()[0].rpartition(" ")[2]
    again, _ = printed(capsys, "the", "--model", chars, "--max-new-tokens", "12", "--seed", seed)
    assert again == out != seeded[0]


def test_several_samples_stand_under_rules(capsys, bpe):
    out, _ = printed(capsys, "the cat", "--model", bpe, *SHORT, "--num-samples", "3")
    assert out.startswith("--- sample 1 of 3\nthe cat")
    assert "\n--- sample 2 of 3\nthe cat" in out and "\n--- sample 3 of 3\nthe cat" in out
    alone, _ = printed(capsys, "the cat", "--model", bpe, *SHORT)
    assert out.removeprefix("--- sample 1 of 3\n").startswith(alone)
    at_once, _ = printed(capsys, "the cat", "--model", bpe, *SHORT, "--num-samples", "3", "--no-stream")
    assert at_once == out


def test_pieces_are_printed_as_they_come(capsys, chars, monkeypatch):
    seen = []
    real = sampling.draw

    def draw(probs, rng):
        seen.append(capsys.readouterr().out)
        return real(probs, rng)

    monkeypatch.setattr(sampling.decoding, "draw", draw)
    printed(capsys, "the cat", "--model", chars, *SHORT)
    assert seen[0] == "" and seen[1].startswith("the cat") and [len(s) for s in seen[2:]] == [1] * 10
    seen.clear()
    printed(capsys, "the cat", "--model", chars, *SHORT, "--no-stream")
    assert set(seen) == {""}


def test_json(capsys, bpe):
    args = ["the cat", "--model", bpe, *SHORT, "--num-samples", "2"]
    content = json.loads(printed(capsys, *args, "--json")[0])
    assert list(content) == ["model", "prompt", "samples", "tokens_per_second"]
    assert (content["model"], content["prompt"]) == (bpe, "the cat")
    assert content["tokens_per_second"] > 0 and len(content["samples"]) == 2
    tokenizer = pretrained.load(bpe)[2]
    for sample in content["samples"]:
        assert list(sample) == ["text", "token_ids", "stopped_by"]
        assert sample["text"] == tokenizer.decode(sample["token_ids"])
        assert sample["stopped_by"] == "length" and len(sample["token_ids"]) == 12
    out, _ = printed(capsys, *args)
    assert out.endswith("the cat" + content["samples"][1]["text"] + "\n")


def test_logprobs_on_request(capsys, bpe):
    args = ["the cat", "--model", bpe, *SHORT, "--json"]
    plain = json.loads(printed(capsys, *args)[0])["samples"][0]
    (sample,) = json.loads(printed(capsys, *args, "--logprobs")[0])["samples"]
    logprobs = sample.pop("logprobs")
    assert sample == plain
    model, params, tokenizer = pretrained.load(bpe, BACKEND)
    ids = tokenizer.encode("the cat") + sample["token_ids"]
    logits = model.forward(params, np.array([ids[:-1]]))[0][0, -12:, : tokenizer.vocab_size].astype(
        np.float64
    )
    expected = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    np.testing.assert_allclose(logprobs, expected[np.arange(12), ids[-12:]], atol=1e-4)


def test_a_full_context_ends_the_text(capsys, chars):
    args = ["the cat", "--model", chars, "--max-new-tokens", "50", "--seed", "3", "--json"]
    (sample,) = json.loads(printed(capsys, *args)[0])["samples"]
    assert (sample["stopped_by"], len(sample["token_ids"])) == ("context", BLOCK - len("the cat") + 1)
    (longer,) = json.loads(printed(capsys, *args, "--overflow", "truncate")[0])["samples"]
    assert (longer["stopped_by"], len(longer["token_ids"])) == ("length", 50)
    assert longer["text"].startswith(sample["text"])


def test_samples_behind_the_first_wait_until_it_is_complete(capsys):
    page = generate._Page("notice", "P", 3, streaming=True)
    for i, piece in [(1, "b"), (0, "a"), (2, "c"), (1, "B")]:
        page.write(i, piece)
    assert capsys.readouterr().out == "--- sample 1 of 3\nPa"
    page.complete(1)
    assert capsys.readouterr().out == ""
    page.complete(0)
    assert capsys.readouterr().out == "\n--- sample 2 of 3\nPbB\n--- sample 3 of 3\nPc"
    page.write(2, "C")
    page.complete(2)
    page.close()
    assert capsys.readouterr().out == "C\n"


def test_stop_texts(capsys, chars):
    free = json.loads(printed(capsys, "the", "--model", chars, *SHORT, "--json")[0])["samples"][0]["text"]
    stop = free[5:8]
    args = ["the", "--model", chars, *SHORT, "--stop", "never", "--stop", stop]
    (sample,) = json.loads(printed(capsys, *args, "--json")[0])["samples"]
    assert sample["stopped_by"] == "stop" and sample["text"] == free[: free.index(stop)]
    assert len(sample["token_ids"]) == free.index(stop) + 3
    assert printed(capsys, *args)[0] == "the" + sample["text"] + "\n"


def test_greedy_and_top_k_1_agree(capsys, bpe):
    greedy = printed(capsys, "the cat", "--model", bpe, "--temperature", "0")[0]
    assert printed(capsys, "the cat", "--model", bpe, "--top-k", "1")[0] == greedy


def test_the_prompt_from_standard_input(capsys, chars, monkeypatch):
    expected, _ = printed(capsys, "the cat\nsat", "--model", chars, *SHORT)
    for data in (b"the cat\nsat\n", b"\xef\xbb\xbfthe cat\r\nsat\r\n", b"the cat\nsat"):
        type_in(monkeypatch, data)
        assert printed(capsys, "-", "--model", chars, *SHORT)[0] == expected


def test_without_a_prompt(capsys, bpe, chars):
    """BPE starts from the end-of-text token, which is no text; characters from a line break."""
    content = json.loads(printed(capsys, "--model", bpe, *SHORT, "--json")[0])
    model, params, tokenizer = pretrained.load(bpe, BACKEND)
    config, rng = SampleConfig(max_new_tokens=12), np.random.default_rng(3)
    ids = list(sampling.stream(model, params, [tokenizer.eot_id], config, rng, eot_id=tokenizer.eot_id))
    assert content["prompt"] == "" and content["samples"][0]["token_ids"] == ids
    assert printed(capsys, "--model", chars, *SHORT)[0].startswith("\n")


def test_end_of_text_ends_a_sample(capsys, tmp_path):
    """A model whose head reads a constant state and prefers the last token says nothing at all."""
    tokenizer = ByteBPE.train(TEXT, 257)
    model = GPT(GPTConfig(vocab_size=257, block_size=4, n_layer=1, n_head=1, n_embd=4))
    params = model.init(np.random.default_rng(0))
    params.flat["ln_f.weight"][...] = 0
    params.flat["ln_f.bias"][...] = 1
    params.flat["wte.weight"][tokenizer.eot_id] = 1
    checkpoint.save_model(tmp_path / "model", model.config, params, tokenizer)
    args = ["a", "--model", str(tmp_path / "model"), "--temperature", "0"]
    (sample,) = json.loads(printed(capsys, *args, "--json")[0])["samples"]
    assert sample == {"text": "", "token_ids": [], "stopped_by": "eot"}
    out, err = printed(capsys, *args)
    assert out == "a\n" and err.startswith("model ") and "0 tokens" in err


def test_past_the_context(capsys, chars):
    """The prompt fills the positions, and the text goes on."""
    out, _ = printed(
        capsys, TEXT[:BLOCK], "--model", chars, "--max-new-tokens", "40", "--overflow", "truncate"
    )
    assert len(out) == BLOCK + 40 + 1


def test_the_default_model_is_the_bundled_one(capsys, bpe, monkeypatch):
    monkeypatch.setattr(pretrained, "data_path", lambda name: {"mini": pretrained.Path(bpe)}[name])
    out, err = printed(capsys, "the cat")
    assert out.startswith("the cat") and err.startswith(f"model mini, backend {BACKEND.name}, seed ")


def test_help(capsys):
    with pytest.raises(SystemExit) as end:
        generate.main(["--help"])
    out = capsys.readouterr().out
    assert end.value.code == 0
    assert out.partition("examples:")[2].count("python -m scratchgpt.generate") == 5
    assert "--overflow truncate lets it go on" in out


# Bad input.


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["the", "--temprature", "1"], "Did you mean '--temperature'?"),
        (["the", "--temperature", "-1"], "temperature is -1.0, expected a number of at least 0"),
        (["the", "--temperature", "nan"], "temperature is nan"),
        (["the", "--temperature", "warm"], "invalid float value: 'warm'"),
        (["the", "--top-p", "2"], "top_p is 2.0, expected a number in (0, 1]"),
        (["the", "--top-p", "0"], "top_p is 0.0"),
        (["the", "--top-k", "-1"], "top_k is -1"),
        (["the", "--max-new-tokens", "0"], "max_new_tokens is 0"),
        (["the", "--num-samples", "0"], "num_samples is 0"),
        (["the", "--seed", "-1"], "seed is -1"),
        (["the", "--min-p", "1.5"], "min_p is 1.5, expected a number in [0, 1]"),
        (["the", "--repetition-penalty", "0"], "repetition_penalty is 0.0, expected a number above 0"),
        (["the", "--overflow", "slide"], "invalid choice: 'slide'"),
        (["the", "--logprobs"], "add --json"),
        (["the", "--interactive"], "leave out PROMPT"),
        (["--interactive", "--json"], "leave out --json"),
        (["--interactive", "--num-samples", "2"], "leave out --num-samples"),
        (["the", "--stop", ""], "stop is an empty string"),
        (["the", "--backend", "nunpy"], "Did you mean 'numpy'?"),
        (["the", "--threads", "0"], "--threads is 0, expected an integer of at least 1"),
        (["the", "--model", "minni"], "Did you mean 'mini'?"),
        ([""], "The prompt is empty"),
        (["once", "upon", "a"], "put the text in quotes"),
        (["caf\udce9"], "not valid UTF-8 at character 3"),
        (["-hello"], 'python -m scratchgpt.generate -- "-hello"'),
        (["the", "--stop", "-x"], "as in --stop=VALUE"),
    ],
)
def test_bad_input(capsys, args, message):
    assert message in refused(capsys, *args)


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", "is empty"), (b" \r\n\n", "is empty"), (b"caf\xe9 noir", "byte 0xe9 at offset 3")],
)
def test_bad_standard_input(capsys, monkeypatch, data, message):
    type_in(monkeypatch, data)
    assert message in refused(capsys, "-")


def test_a_prompt_too_long_for_the_context(capsys, chars):
    message = refused(capsys, TEXT[: BLOCK + 1], "--model", chars)
    assert "has 25 tokens, the model sees at most 24. Shorten it" in message
    out, _ = printed(capsys, TEXT[: BLOCK + 1], "--model", chars, *SHORT, "--overflow", "truncate")
    assert out.startswith(TEXT[: BLOCK + 1]) and len(out) == BLOCK + 1 + 12 + 1


def test_a_special_token_in_the_prompt(capsys, bpe):
    assert "special token '<|endoftext|>'" in refused(capsys, "the <|endoftext|>", "--model", bpe)


def test_a_character_outside_the_vocabulary(capsys, chars):
    assert "'Z' (U+005A)" in refused(capsys, "catZ", "--model", chars)


def test_nothing_to_start_from(capsys, tmp_path):
    folder = make_model(tmp_path / "model", CharTokenizer("abc"))
    assert "'\\n' (U+000A)" in refused(capsys, "--model", folder)


@pytest.mark.parametrize("spoil", [np.nan, np.inf, 3e38])
@pytest.mark.parametrize("mode", [[], ["--no-stream"], ["--json"]])
def test_broken_weights(capsys, tmp_path, spoil, mode):
    folder = make_model(tmp_path / "model", CharTokenizer.train(TEXT), spoil)
    assert "weights are broken" in refused(capsys, "the", "--model", folder, *mode)


# As its own process.


def start(*args, **options):
    command = [sys.executable, "-m", "scratchgpt.generate", *args]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(command, **{"env": environment, **pipes, **options})


def test_pipe_in_json_out(bpe):
    process = start("-", "--model", bpe, "--threads", "1", "--json", "--seed", "1")
    out, err = process.communicate("the cät\n".encode(), timeout=60)
    assert process.returncode == 0 and err.decode().startswith(f"model {bpe}, backend {BACKEND.name}, seed 1")
    assert json.loads(out)["prompt"] == "the cät"


def test_another_encoding_of_the_terminal(bpe):
    environment = {**os.environ, "PYTHONIOENCODING": "cp1251", "PYTHONUTF8": "0"}
    process = start("the cät \U0001f600", "--model", bpe, *SHORT, env=environment)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and out.decode().startswith("the cät \U0001f600"), err


def test_an_error_as_a_process(bpe):
    process = start("the", "--model", bpe + "x")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert err.startswith(b"error: There is no model") and err.count(b"\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="signals to a process")
def test_ctrl_c_ends_the_text(chars):
    # A shell that runs the tests in the background ignores Ctrl-C, and children inherit that.
    heard = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    process = start("the", "--model", chars, *ENDLESS, **heard)
    try:
        assert process.stdout.read(10).startswith(b"the")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert err.decode().splitlines()[1:] == ["", "interrupted"]


@pytest.mark.skipif(os.name != "posix", reason="pipes of Windows break with another error")
def test_a_reader_that_goes_away(chars):
    process = start("the", "--model", chars, *ENDLESS)
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(timeout=60) == 1
    assert b"Traceback" not in process.stderr.read()
    process.stdin.close()
    process.stderr.close()


def test_flags_are_read_before_numpy_loads():
    code = "import sys; from scratchgpt import generate, info; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
