"""What a model is given (ids, positions, masks, targets), refused in one line where it cannot be meant."""

from typing import Any

import numpy as np

from .config import GPTConfig
from .errors import UserError
from .ops.arrays import Array


def check_ids(config: GPTConfig, ids: Array, positions: Array | None, key_mask: Array | None) -> None:
    """Raise UserError for ids without a row in the tables, and for shapes that do not fit them."""
    _check_array("ids", ids)
    if ids.ndim != 2 or 0 in ids.shape:
        raise UserError(f"ids have shape {ids.shape}, expected (batch, time), neither of them 0.")
    if ids.shape[1] > config.block_size:
        raise UserError(
            f"The sequence has {ids.shape[1]} tokens, but the model sees at most {config.block_size} "
            "(block_size): shorten it."
        )
    _check_shape("positions", positions, ids.shape[1:], ids.shape)
    _check_shape("key_mask", key_mask, ids.shape)
    _check_range("token id", ids, 0, config.vocab_size)
    _check_range("position", positions, 0, config.block_size)


def check_targets(config: GPTConfig, ids: Array, targets: Array, weights: Array | None) -> None:
    """Raise UserError for targets that are no tokens (-1 is allowed), and for shapes that do not fit ids."""
    _check_array("ids", ids)
    _check_shape("targets", targets, ids.shape)
    _check_shape("weights", weights, ids.shape)
    _check_range("target", targets, -1, config.vocab_size)


def _check_shape(name: str, values: Array | None, *expected: tuple[int, ...]) -> None:
    """Raise UserError for an array that does not fit the ids; NumPy would broadcast some of them."""
    if values is None:
        return
    _check_array(name, values)
    if values.shape not in expected:
        shapes = " or ".join(map(str, expected))
        raise UserError(f"The shape of {name} is {values.shape}, expected {shapes} to fit the ids.")


def _check_range(name: str, values: Array | None, low: int, high: int) -> None:
    """Raise UserError for values that are no integers in [low, high). Device arrays are not read."""
    if type(values) is not np.ndarray or not values.size:
        return
    if not np.issubdtype(values.dtype, np.integer):
        raise UserError(f"A {name} is an integer, but the array holds {values.dtype}, expected integers.")
    if not low <= values.min() <= values.max() < high:
        bad = values[(values < low) | (values >= high)][0]
        raise UserError(f"{name} {bad} is outside {low}..{high - 1}: is it the right tokenizer?")


def _check_array(name: str, values: Any) -> None:
    if not hasattr(values, "ndim"):
        raise UserError(
            f"{name} is a {type(values).__name__}, expected an array: np.array(...) makes one of a list."
        )
