"""A device without a GPU: arrays that refuse to meet plain NumPy arrays, as CuPy's do.

`array_module` finds this module through the class, so an op that creates an array with `numpy` instead of
`array_module(x)` mixes the two kinds and raises. What a subclass of ndarray cannot see is not caught:
`np.asarray(device_array)`, and a plain array indexed with, or assigned from, a device array.
"""

from typing import Any

import numpy as np

from scratchgpt.ops import REFERENCE
from scratchgpt.ops.namespace import Ops

DEVICE = Ops(REFERENCE.functions, "fake", __name__)
"""The reference, computing on this device."""


class FakeArray(np.ndarray):
    """A NumPy array that claims to live elsewhere."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        _refuse_plain((inputs, kwargs), ufunc.__name__)
        result = getattr(ufunc, method)(*_to_host(inputs), **_to_host(kwargs))
        out = kwargs.get("out")
        return out[0] if out else to_device(result)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        _refuse_plain((args, kwargs), func.__name__)
        return to_device(func(*_to_host(args), **_to_host(kwargs)))

    def __getitem__(self, index: Any) -> Any:
        _refuse_plain(index, "indexing")
        return super().__getitem__(index)

    def get(self) -> np.ndarray:
        """Copy to the host, as CuPy's arrays do."""
        return np.array(self.view(np.ndarray))

    def __setitem__(self, index: Any, value: Any) -> None:
        _refuse_plain((index, value), "assignment")
        super().__setitem__(index, value)


def _refuse_plain(value: Any, where: str) -> None:
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        for item in value:
            _refuse_plain(item, where)
    elif type(value) is np.ndarray and value.ndim > 0:
        raise TypeError(f"{where} mixes a NumPy array of shape {value.shape} with a device array")


def _to_host(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _to_host(item) for key, item in value.items()}
    if type(value) in (tuple, list):
        return type(value)(_to_host(item) for item in value)
    return value.view(np.ndarray) if isinstance(value, FakeArray) else value


def to_device(value: Any) -> Any:
    """Move arrays, also inside tuples, lists and dicts, to the device; scalars become 0-d arrays."""
    if isinstance(value, dict):
        return {key: to_device(item) for key, item in value.items()}
    if hasattr(value, "_fields"):  # a cache
        return type(value)(*map(to_device, value))
    if type(value) in (tuple, list):
        return type(value)(to_device(item) for item in value)
    return np.asarray(value).view(FakeArray) if isinstance(value, np.ndarray | np.generic) else value


def to_host(value: Any) -> Any:
    """Copy arrays back to the host."""
    return _to_host(value)


def asarray(value: Any, dtype: Any = None) -> FakeArray:
    """The one explicit transfer, as `cupy.asarray`."""
    return to_device(np.asarray(_to_host(value), dtype=dtype))


def __getattr__(name: str) -> Any:
    """Offer NumPy's functions under this module's name; what they create lives on the device."""
    if name.startswith("__"):
        raise AttributeError(name)
    attribute = getattr(np, name)
    if isinstance(attribute, type | np.ufunc) or not callable(attribute):
        return attribute  # ufuncs reach FakeArray by themselves

    def on_device(*args: Any, **kwargs: Any) -> Any:
        _refuse_plain((args, kwargs), name)
        return to_device(attribute(*_to_host(args), **_to_host(kwargs)))

    return on_device
