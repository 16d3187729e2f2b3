"""What a namespace of kernels has to do, whichever it is: compute what the reference computes.

float32 is held against the float64 reference, float64 to rounding, whatever the sizes and however the arrays
lie in memory.
"""

import inspect

import numpy as np
from gpt_cases import STYLES, batch, random_params
from op_cases import ARRAYLESS, inputs_of, run_backward, run_forward, upstream_of

from scratchgpt.gradcheck import shapes
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE

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


def set_sizes(which, monkeypatch):
    """Draw inputs of these sizes from now on."""
    for letter, size in SIZES[which].items():
        monkeypatch.setitem(shapes.SIZES, letter, size)
    monkeypatch.setattr(shapes, "LEADING", LEADING[which])


def check_op(ops, name, dtype, layout):
    """Forward, what it changes in place and that nothing else is, and backward where there is one."""
    inputs = inputs_in(name, dtype, layout)
    reference = {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in widened(inputs).items()}
    expected, expected_cache = run_forward(name, reference)
    found, cache = run_forward(name, inputs, ops)
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
        for f, e in zip(run_backward(gradient, layout(dy), cache, ops), expected, strict=True):
            assert error(f, e) < backward and np.asarray(f).dtype == dtype


def check_names(ops, least):
    """Names, signatures and defaults are the reference's; at least so many functions are not."""
    assert list(ops) == list(REFERENCE)
    assert sum(ops.functions[name] is not REFERENCE.functions[name] for name in ops) >= least
    for name in ops:
        theirs, ours = (inspect.signature(o.functions[name]).parameters for o in (REFERENCE, ops))
        described = [
            [(p.name, p.kind, p.default) for p in parameters.values() if p.name != "ops"]
            for parameters in (theirs, ours)
        ]
        assert described[0] == described[1], name


def check_whole_model(ops, style, dtype):
    """Padding, weights, ties and dropout on: the same mask is drawn bit for bit."""
    data, found = batch(), []
    for chosen, wanted in ((REFERENCE, np.float64), (ops, dtype)):
        model = GPT(STYLES[style], chosen)
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
