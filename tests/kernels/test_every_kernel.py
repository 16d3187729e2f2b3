"""One table, (op, sizes, layout) x kernels: float32 against the float64 reference, float64 to rounding.

The namespace has the reference's names, signatures and defaults, and computes what the reference does,
whatever the sizes and however the arrays lie in memory.
"""

import numpy as np
import pytest
from gpt_cases import GPT2, STYLES, batch, random_params
from kernel_checks import BOUNDS, SIZES, check_names, check_op, check_whole_model, set_sizes
from op_cases import (
    BACKWARDS,
    FORWARDS,
    forward_of,
    inputs_of,
    run_backward,
    run_forward,
    strided,
    upstream_of,
)

from scratchgpt import kernels
from scratchgpt.errors import UserError
from scratchgpt.gradcheck import check_model
from scratchgpt.model import GPT

NUMBA = kernels.load("numba")


@pytest.fixture(params=SIZES)
def sizes(request, monkeypatch):
    set_sizes(request.param, monkeypatch)
    return request.param


@pytest.mark.parametrize("layout", [np.copy, strided], ids=["contiguous", "strided"])
@pytest.mark.parametrize("dtype", BOUNDS, ids=["float32", "float64"])
@pytest.mark.parametrize("name", FORWARDS)
def test_every_kernel_computes_what_the_reference_does(name, dtype, layout, sizes):
    check_op(NUMBA, name, dtype, layout)


def test_names_signatures_and_defaults_are_those_of_the_reference():
    check_names(NUMBA, 20)


@pytest.mark.parametrize("style", STYLES)
def test_the_gradient_checker_passes_the_kernels(style):
    model, data = GPT(STYLES[style], NUMBA), batch()
    params = random_params(model)
    report = check_model(model, params, data.ids, data.targets, dropout_seed=5, max_entries=6, **data.options)
    assert report.ok, f"\n{report}"


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("style", STYLES)
def test_whole_models_have_the_same_gradients(style, dtype):
    check_whole_model(NUMBA, style, dtype)


def test_an_empty_batch_is_refused():
    model = GPT(GPT2, NUMBA)
    with pytest.raises(UserError, match="neither of them 0"):
        model.hidden(random_params(model), np.zeros((0, 4), dtype=np.int64))


@pytest.mark.parametrize("name", BACKWARDS)
def test_backward_can_be_called_twice(name):
    """A kernel that works inside its cache would give something else the second time."""
    _, cache = run_forward(forward_of(name), inputs_of(forward_of(name)), NUMBA)
    dy = upstream_of(name)
    first = [np.copy(g) for g in run_backward(name, dy, cache, NUMBA)]
    for once, again in zip(first, run_backward(name, dy, cache, NUMBA), strict=True):
        np.testing.assert_array_equal(once, again)
