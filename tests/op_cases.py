"""Inputs for every op, drawn from the shapes that its docstring promises."""

import math
from typing import Any

import numpy as np

from scratchgpt.gradcheck.shapes import Sizes, shapes_of
from scratchgpt.ops import REFERENCE, Ops

ADAMW = {"lr": 0.1, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1, "step": 3}

FORWARDS = [name for name in REFERENCE if not name.endswith("_backward")]
BACKWARDS = [name for name in REFERENCE if name.endswith("_backward")]

# These take no array, so their results follow no dtype and no device: whoever calls them converts and moves.
ARRAYLESS = ("sinusoidal_positions", "causal_mask")


def forward_of(backward: str) -> str:
    """softmax_backward belongs to softmax, gelu_backward to gelu_forward."""
    name = backward.removesuffix("_backward")
    return name if name in REFERENCE.functions else f"{name}_forward"


def extras(name: str) -> dict[str, Any]:
    """Required arguments that are not arrays; a fresh generator each time, so that masks repeat."""
    if name == "dropout_forward":
        return {"p": 0.3, "rng": np.random.default_rng(7)}
    if name == "adamw_scaled_step":
        return ADAMW | {"scale": 0.5}
    return ADAMW if name == "adamw_step" else {}


def inputs_of(name: str, dtype: Any = np.float64, seed: int = 0) -> dict[str, Any]:
    """Draw the inputs of a forward op, N(0, 1) (AdamW's second moment: positive).

    The matrices of whole blocks keep the size of what they multiply: larger ones would make each softmax
    a choice, which rounding tips.
    """
    drawn = Sizes().draw(shapes_of(REFERENCE.functions[name]), np.random.default_rng(seed), dtype)
    if name in ("adamw_step", "adamw_scaled_step"):
        drawn["v"] = abs(drawn["v"])
    if name.endswith("_backward_into"):  # needs what the forward kept
        forward = name.replace("_backward_into", "_forward")
        _, drawn["cache"] = run_forward(forward, inputs_of(forward, dtype, seed + 1))
    for matrix in ("c_attn", "attn_proj", "c_fc", "mlp_proj") if name == "gpt2_blocks_cached" else ():
        drawn[matrix] *= dtype(1 / math.sqrt(drawn[matrix].shape[1]))
    return drawn


def upstream_of(backward: str, dtype: Any = np.float64, seed: int = 1) -> np.ndarray:
    """Draw dy, the first input of a backward op."""
    item = shapes_of(REFERENCE.functions[backward]).inputs[0]
    return np.asarray(np.random.default_rng(seed).standard_normal(Sizes().shape(item))).astype(dtype)


def run_forward(name: str, inputs: dict[str, Any], ops: Ops = REFERENCE, **options: Any) -> tuple[Any, Any]:
    """Return (y, cache); the cache of an op without one is its output."""
    result = getattr(ops, name)(**inputs, **extras(name), **options)
    return result if name.endswith("_forward") else (result, result)


def run_backward(name: str, dy: Any, cache: Any, ops: Ops = REFERENCE) -> tuple[Any, ...]:
    """Return the gradients as a tuple."""
    result = getattr(ops, name)(dy, cache)
    return result if isinstance(result, tuple) else (result,)


def arrays_in(value: Any) -> list[Any]:
    """All arrays in a result, also inside caches."""
    if isinstance(value, tuple | list):
        return [array for item in value for array in arrays_in(item)]
    return [value] if isinstance(value, np.ndarray | np.generic) else []


def strided(value: Any) -> Any:
    """The same numbers as every second element of a larger array, last axis first in memory."""
    if not isinstance(value, np.ndarray) or value.ndim == 0:
        return value
    room = np.full((*value.shape[::-1], 2), 99, dtype=value.dtype)
    view = room[..., 0].T
    view[...] = value
    return view
