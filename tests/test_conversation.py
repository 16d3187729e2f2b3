"""The interactive mode: what one turn hands to the next, and Ctrl-C at each place."""

import os
import signal

import numpy as np
import pytest

from scratchgpt import sampling
from scratchgpt.config import GPTConfig, SampleConfig
from scratchgpt.conversation import converse
from scratchgpt.model import GPT
from scratchgpt.tokenizer import CharTokenizer

TOKENIZER = CharTokenizer.train("abcdefgh\n")
CONFIG = SampleConfig(max_new_tokens=6, seed=4)


@pytest.fixture(scope="module")
def small():
    model = GPT(GPTConfig(vocab_size=9, block_size=40, n_layer=1, n_head=2, n_embd=12))
    params = model.init(np.random.default_rng(0))
    params.buffer += 0.3 * np.random.default_rng(1).standard_normal(params.buffer.shape)
    return model, params


def talk(small, capsys, *lines, config=CONFIG):
    """Say the lines (an exception is raised in place of one); return what was printed."""
    said = iter(lines)

    def read(prompt):
        assert prompt == "> "
        line = next(said, EOFError())
        if isinstance(line, BaseException):
            raise line
        return line

    assert converse(*small, TOKENIZER, config, read) == 0
    return capsys.readouterr()


def continuation(small, text, turn):
    rng = sampling.generator(CONFIG.seed, turn)
    return sampling.sample_text(*small, TOKENIZER, TOKENIZER.encode(text), CONFIG, rng).text


def test_each_prompt_goes_on_with_the_text_so_far(small, capsys):
    first = continuation(small, "ab", 0)
    second = continuation(small, "ab" + first + "\ncd", 1)
    out, err = talk(small, capsys, "ab", "cd", "", "/text")
    assert out == f"{first}\n{second}\n" + f"ab{first}\ncd{second}\n" + "\n"
    assert "/new begins a new text" in err


def test_new_forgets_and_quit_ends(small, capsys):
    first, again = continuation(small, "ab", 0), continuation(small, "ab", 1)
    out, _ = talk(small, capsys, "ab", "/new", "ab", "/quit", "never read")
    assert out == f"{first}\n{again}\n"


def test_an_error_is_said_and_changes_nothing(small, capsys):
    first, second = continuation(small, "ab", 0), None
    second = continuation(small, "ab" + first + "\ncd", 2)
    out, err = talk(small, capsys, "ab", "xyz", "cd")
    assert out == f"{first}\n{second}\n\n"
    assert "error: " in err and "'x'" in err


def test_a_full_context_is_said(small, capsys):
    _, err = talk(small, capsys, *["abcdefgh"] * 4)
    assert "too long for the context" in err and "/new begins a new text" in err


def test_ctrl_c_at_the_prompt_does_not_end_the_conversation(small, capsys):
    out, err = talk(small, capsys, KeyboardInterrupt(), "ab")
    assert out == continuation(small, "ab", 0) + "\n\n"
    assert "Ctrl-D or /quit ends" in err


@pytest.mark.skipif(os.name != "posix", reason="signals to a process")
def test_ctrl_c_stops_the_text_and_keeps_it(small, capsys, monkeypatch):
    drawn, real = [], sampling.decoding.draw

    def draw(probs, rng):
        drawn.append(real(probs, rng))
        if len(drawn) == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return drawn[-1]

    monkeypatch.setattr(sampling.decoding, "draw", draw)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        out, _ = talk(small, capsys, "ab", "/text")
    finally:
        signal.signal(signal.SIGINT, before)
    monkeypatch.undo()
    first = continuation(small, "ab", 0)[:3]
    assert out == f"{first} ...\nab{first}\n\n"


@pytest.mark.skipif(os.name != "posix", reason="signals to a process")
def test_pressing_ctrl_c_twice_does_not_end_the_conversation(small, capsys, monkeypatch):
    real = sampling.decoding.draw

    def draw(probs, rng):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        return real(probs, rng)

    monkeypatch.setattr(sampling.decoding, "draw", draw)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        out, err = talk(small, capsys, "ab", "/text")
    finally:
        signal.signal(signal.SIGINT, before)
    monkeypatch.undo()
    first = continuation(small, "ab", 0)[:1]
    assert out == f"{first} ...\nab{first}\n\n"
    assert err.count("(stopping)") == 1


def test_what_spells_a_stop_text_is_not_part_of_the_conversation(small, capsys):
    free = continuation(small, "ab", 0)
    config = SampleConfig(max_new_tokens=6, seed=4, stop=(free[2:4],))
    out, _ = talk(small, capsys, "ab", "/text", config=config)
    shown = free[: free.index(free[2:4])]
    assert out == f"{shown}\nab{shown}\n\n"
