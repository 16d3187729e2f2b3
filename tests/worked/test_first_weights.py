"""The first weights by hand are those that the model's own specs ask for."""

import numpy as np
import pytest

from scratchgpt.config import GPTConfig
from scratchgpt.model import GPT
from scratchgpt.worked.first_weights import first_weights


@pytest.mark.parametrize("n_layer", [1, 3])
def test_every_tensor_begins_as_its_spec_says(n_layer):
    config = GPTConfig(vocab_size=11, block_size=5, n_layer=n_layer, n_head=2, n_embd=4)
    for name, spec in GPT(config).specs().items():
        drawn = first_weights(name, spec.shape, n_layer, np.random.default_rng(7))
        standard = np.random.default_rng(7).standard_normal(spec.shape)
        np.testing.assert_allclose(drawn, spec.mean + spec.std * standard, rtol=1e-14, err_msg=name)
        assert drawn.shape == spec.shape and drawn.dtype == np.float64


def test_all_blocks_together_add_the_variance_of_one_piece():
    rng, n_layer = np.random.default_rng(0), 8
    pieces = [
        first_weights(f"h.{i}.{part}.c_proj.weight", (100, 100), n_layer, rng)
        for i in range(n_layer)
        for part in ("attn", "mlp")
    ]
    assert np.std(sum(pieces)) == pytest.approx(0.02, rel=0.03)
