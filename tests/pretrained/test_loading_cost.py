"""What loading costs: no random numbers, and next to no memory beside the parameters."""

import tracemalloc

import numpy as np
import pytest

from scratchgpt import pretrained
from scratchgpt.config import GPTConfig
from scratchgpt.model import GPT
from scratchgpt.params import Params
from scratchgpt.tokenizer import CharTokenizer


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    tokenizer = CharTokenizer("ab")
    model = GPT(GPTConfig(vocab_size=2000, block_size=64, n_layer=4, n_head=4, n_embd=320))
    path = tmp_path_factory.mktemp("model") / "model"
    pretrained.save(path, model, model.init(np.random.default_rng(0)), tokenizer)
    return path


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_loading_draws_nothing_and_takes_the_memory_of_the_parameters(folder, dtype, monkeypatch):
    def drawn(*args):
        raise AssertionError("parameters were drawn")

    monkeypatch.setattr(Params, "init", drawn)
    pretrained.load(folder, dtype=dtype)  # imports are not counted
    tracemalloc.start()
    try:
        _, params, _ = pretrained.load(folder, dtype=dtype)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert params.buffer.nbytes > 10_000_000
    assert peak <= 1.2 * params.buffer.nbytes
