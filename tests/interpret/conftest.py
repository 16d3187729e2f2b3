import numpy as np
import pytest

from scratchgpt import pretrained


@pytest.fixture(scope="session")
def mini():
    """The bundled model in float64 and a few ids of its: (model, params, ids)."""
    model, params, _ = pretrained.load("mini", dtype=np.float64)
    return model, params, np.random.default_rng(0).integers(model.config.vocab_size, size=(2, 5))
