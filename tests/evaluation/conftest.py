"""The bundled model in float64, and the log-probability of a single token, computed on its own."""

import numpy as np
import pytest

from scratchgpt import pretrained


@pytest.fixture(scope="session")
def mini64():
    """The bundled model, its parameters in float64, its tokenizer."""
    return pretrained.load("mini", dtype=np.float64)


@pytest.fixture(scope="session")
def alone(mini64):
    """log p(token | context), from logits of `model.forward` over the whole context: nothing is shared with
    the package's scoring but the forward pass."""
    model, params, _ = mini64
    known = {}

    def log_p(context, token):
        key = tuple(int(i) for i in context)
        if key not in known:
            logits = model.forward(params, np.array([key]))[0][0, -1]
            known[key] = logits - np.log(np.exp(logits).sum())
        return float(known[key][token])

    return log_p
