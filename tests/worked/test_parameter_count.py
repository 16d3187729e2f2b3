import pytest

from scratchgpt.config import GPTConfig
from scratchgpt.costs import parameters_by_part
from scratchgpt.worked.parameter_count import gpt_parameters


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("shape", [(50, 11, 3, 8), (7, 5, 1, 6), (13, 9, 2, 10)])
def test_it_counts_what_the_model_has(shape, tied):
    vocab_size, block_size, n_layer, n_embd = shape
    config = GPTConfig(
        vocab_size=vocab_size, block_size=block_size, n_layer=n_layer, n_embd=n_embd, n_head=2, tied=tied
    )
    assert gpt_parameters(*shape, tied) == sum(parameters_by_part(config).values())


def test_published_sizes():
    assert gpt_parameters(50257, 1024, 12, 768) == 124_439_808
    assert gpt_parameters(50257, 1024, 24, 1024) == 354_823_168
    assert gpt_parameters(50257, 1024, 48, 1600) == 1_557_611_200


def test_tying_saves_one_table():
    tied, untied = (gpt_parameters(40_000, 512, 12, 768, tied) for tied in (True, False))
    assert untied - tied == 40_000 * 768 == 30_720_000
