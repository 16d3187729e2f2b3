"""One table, (op, sizes, layout) x kernels: float32 against the float64 reference, float64 to rounding.

The namespace has the reference's names, signatures and defaults, and computes what the reference does,
whatever the sizes and however the arrays lie in memory.
"""

import inspect

import numpy as np
import pytest
from gpt_cases import GPT2, STYLES, batch, random_params
from op_cases import (
    ARRAYLESS,
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
from scratchgpt.gradcheck import check_model, shapes
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE

NUMBA = kernels.load("numba")

# The letters of the docstrings. Beyond 64 and 128 the kernels cut their work into several blocks.
SIZES = {
    "small": {},
    "one position": {"T": 1, "B": 1, "N": 1},
    "odd": {"B": 3, "T": 67, "S": 131, "H": 5, "D": 19, "C": 78, "V": 211, "I": 33, "O": 65, "N": 5003},
    "long": {"B": 1, "T": 260, "S": 260, "H": 2, "D": 64, "C": 384, "V": 1000, "I": 96, "O": 384, "N": 70001},
}
LEADING = {"small": (2, 5), "one position": (1, 1), "odd": (3, 67), "long": (1, 260)}
# Relative to the norm of the whole result. float32 keeps 7 digits; sums lose some of them.
BOUNDS = {np.float32: (1e-5, 1e-4), np.float64: (1e-13, 1e-12)}


@pytest.fixture(params=SIZES)
def sizes(request, monkeypatch):
    for letter, size in SIZES[request.param].items():
        monkeypatch.setitem(shapes.SIZES, letter, size)
    monkeypatch.setattr(shapes, "LEADING", LEADING[request.param])
    return request.param


def error(found, expected):
    """The norm of the difference over the norm of what is expected, which is in float64."""
    assert np.shape(found) == np.shape(expected)
    difference = np.asarray(found, dtype=np.float64) - expected
    return np.linalg.norm(difference) / (np.linalg.norm(expected) + 1e-30)


def inputs_in(name, dtype, layout):
    drawn = inputs_of(name, np.float64)
    return {
        k: _each(v, lambda a: layout(a.astype(dtype if a.dtype == np.float64 else a.dtype)))
        for k, v in drawn.items()
    }


def _each(value, f):
    """f of an array, or of each array in a cache."""
    if hasattr(value, "_fields"):
        return type(value)(*(_each(item, f) for item in value))
    return f(value) if isinstance(value, np.ndarray) else value


def widened(inputs):
    """The inputs of the float64 reference: exactly the numbers that the kernel got."""
    return {
        k: _each(v, lambda a: a.astype(np.float64 if a.dtype == np.float32 else a.dtype))
        for k, v in inputs.items()
    }


@pytest.mark.parametrize("layout", [np.copy, strided], ids=["contiguous", "strided"])
@pytest.mark.parametrize("dtype", BOUNDS, ids=["float32", "float64"])
@pytest.mark.parametrize("name", FORWARDS)
def test_every_kernel_computes_what_the_reference_does(name, dtype, layout, sizes):
    inputs = inputs_in(name, dtype, layout)
    reference = {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in widened(inputs).items()}
    expected, expected_cache = run_forward(name, reference)
    found, cache = run_forward(name, inputs, NUMBA)
    forward, backward = BOUNDS[dtype]
    if expected is not None:
        assert error(found, expected) < forward
        assert name in ARRAYLESS or np.asarray(found).dtype == dtype
    for key, value in reference.items():  # what is changed in place, and that nothing else is
        if isinstance(value, np.ndarray) and not (key == "logits" and "donated" in name):
            assert error(inputs[key], value) < forward, f"{key} after the call"
    gradient = f"{name.removesuffix('_forward')}_backward"
    if gradient in REFERENCE.functions:
        dy = upstream_of(gradient).astype(dtype)
        expected = run_backward(gradient, dy.astype(np.float64), expected_cache)
        for f, e in zip(run_backward(gradient, layout(dy), cache, NUMBA), expected, strict=True):
            assert error(f, e) < backward and np.asarray(f).dtype == dtype


def test_names_signatures_and_defaults_are_those_of_the_reference():
    assert list(NUMBA) == list(REFERENCE)
    assert sum(NUMBA.functions[name] is not REFERENCE.functions[name] for name in NUMBA) >= 20
    for name in NUMBA:
        theirs, ours = (inspect.signature(ops.functions[name]).parameters for ops in (REFERENCE, NUMBA))
        described = [
            [(p.name, p.kind, p.default) for p in parameters.values() if p.name != "ops"]
            for parameters in (theirs, ours)
        ]
        assert described[0] == described[1], name


@pytest.mark.parametrize("style", STYLES)
def test_the_gradient_checker_passes_the_kernels(style):
    model, data = GPT(STYLES[style], NUMBA), batch()
    params = random_params(model)
    report = check_model(model, params, data.ids, data.targets, dropout_seed=5, max_entries=6, **data.options)
    assert report.ok, f"\n{report}"


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("style", STYLES)
def test_whole_models_have_the_same_gradients(style, dtype):
    """Padding, weights, ties and dropout on: the same mask is drawn bit for bit."""
    data, found = batch(), []
    for ops, wanted in ((REFERENCE, np.float64), (NUMBA, dtype)):
        model = GPT(STYLES[style], ops)
        params = random_params(model).astype(np.float32).astype(wanted)
        grads = params.zeros_like()
        loss, cache = model.loss(params, data.ids, data.targets, rng=np.random.default_rng(5), **data.options)
        model.loss_backward(1.0, cache, grads)
        found.append((np.asarray(loss, dtype=np.float64), grads))
    bound = 1e-11 if dtype == np.float64 else 1e-4
    assert error(found[1][0], found[0][0]) < bound
    for name in found[0][1].flat:
        expected = found[0][1].flat[name]
        # The gradient of a key bias is zero; beside the others of its tensor its rounding is nothing.
        assert error(found[1][1].flat[name], expected) < bound, name


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
