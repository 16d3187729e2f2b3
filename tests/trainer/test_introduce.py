"""What a user is told before the first step."""

import dataclasses

import pytest
from test_run import make, start

from scratchgpt.config import GPTConfig
from scratchgpt.model import GPT
from scratchgpt.trainer.progress import introduce


def told(run, capsys):
    introduce(run, start(run))
    return capsys.readouterr().out.splitlines()


def test_the_model_and_its_data_are_told(tmp_path, capsys):
    lines = told(make(tmp_path / "r", seq_len=4), capsys)
    assert lines[0].startswith("4,008 parameters: 2 layers, 3 heads, 12 wide, 6 positions, 12 char tokens.")
    assert lines[1].startswith("200 tokens to train on (16 batches of 3 x 4 an epoch), 60 held out.")
    assert len(lines) == 2


# 200 tokens to train on; a step reads 2 x 3 x 6 of them, so 222 steps read them 39.96 times.
@pytest.mark.parametrize(("steps", "warned"), [(222, False), (223, True), (2230, True)])
def test_a_text_read_too_often_is_warned_of(tmp_path, capsys, steps, warned):
    lines = told(make(tmp_path / "r", steps=steps), capsys)
    assert len(lines) == 2 + warned
    if warned:
        assert lines[2].startswith(
            "Warning: 200 tokens are few for 4,008 parameters, and the run reads them "
        )
        assert lines[2].endswith("more. Give more text, fewer --steps or a smaller model.")
        assert f" {steps * 36 / 200:,.0f} times" in lines[2]


def test_a_text_larger_than_the_model_is_not_warned_of(tmp_path, capsys):
    run = make(tmp_path / "r", steps=10**6)
    small = GPT(GPTConfig(vocab_size=12, block_size=2, n_layer=1, n_head=1, n_embd=2))
    run = dataclasses.replace(run, trainer=dataclasses.replace(run.trainer, model=small))
    lines = told(run, capsys)
    assert lines[0].startswith("106 parameters: 1 layer, 1 head, 2 wide, 2 positions") and len(lines) == 2
