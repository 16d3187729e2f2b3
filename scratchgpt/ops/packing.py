"""Packed weights: matrices stored in 16 or 8 bits a number, for reading only.

To generate one token, every weight is read once and used once: the time is that of reading memory. Half or
a quarter of the bytes take half or a quarter of the time. What is packed is the storage alone: every
number is widened before it is used, and all arithmetic stays float32.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import UserError
from .arrays import Array, array_module

_PANEL = 1 << 18  # numbers that are widened at a time for a product: they stay in a cache


class Packed:
    """A float32 matrix (I, O), or a stack of them (L, I, O), stored in fewer bits.

    Attributes: `data`, uint16 (bf16) or int8, in the shape of the matrix; `scale`, None or float32 that
    broadcasts to it. The matrix is widened(data) * scale.

    It stands where ops expect a weight: it can be multiplied by (`x @ packed`), transposed and indexed:
    `packed[ids]` are rows of a table, as float32; an integer picks one matrix of a stack, still packed.
    """

    __array_ufunc__ = None  # so that `array @ packed` asks the packed side

    def __init__(self, data: Array, scale: Array | None) -> None:
        self.data, self.scale = data, scale

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the matrix."""
        shape: tuple[int, ...] = self.data.shape
        return shape

    @property
    def ndim(self) -> int:
        """2, or 3 for a stack."""
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """The bytes that are stored."""
        return int(self.data.nbytes + (0 if self.scale is None else self.scale.nbytes))

    @property
    def T(self) -> "Packed":
        """The transposed matrix (O, I): a view."""
        scale = None if self.scale is None else self.scale.T  # (1, I) or (O, 1)
        return Packed(self.data.T, scale)  # (O, I)

    def __len__(self) -> int:
        return self.shape[0]

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise UserError(
            "Packed weights are copies for generating and measuring, expected plain arrays here: use the "
            "parameters that they were packed from."
        )

    def __getitem__(self, which: Any) -> Any:
        if self.ndim == 3:
            return Packed(self.data[which], None if self.scale is None else self.scale[which])
        if self.scale is None:
            return widened(self.data[which])
        scale = self.scale if self.scale.shape[0] == 1 else self.scale[which]
        return widened(self.data[which]) * scale

    def __rmatmul__(self, x: Array) -> Array:
        """Return x (N, I) times this matrix (I, O), widened panel by panel."""
        xp, (I, O) = array_module(x), self.shape
        y = xp.empty((len(x), O), dtype=np.result_type(x.dtype, np.float32))
        step = max(_PANEL // max(I, 1), 1)
        by_column = self.scale is not None and self.scale.shape[0] == 1
        for start in range(0, O, step):
            columns = slice(start, start + step)
            panel = widened(self.data[:, columns])
            if self.scale is not None:
                panel *= self.scale[:, columns] if by_column else self.scale
            y[:, columns] = x @ panel
        return y


def widened(data: Array) -> Array:
    """Return the stored numbers, uint16 (bf16) or int8, as float32."""
    if data.dtype == np.int8:
        return data.astype(np.float32)
    # A bf16 is the upper half of a float32: the lower half is zero.
    wide = data.astype(np.uint32, order="K")
    wide <<= 16
    return wide.view(np.float32)


def pack_bf16(weight: Array) -> Packed:
    """Store a matrix as bf16: 8 bits of mantissa, the exponents of float32; to the nearest, ties to even.

    Source: Kalamkar et al. 2019 (arXiv 1905.12322), section 3.
    """
    xp = array_module(weight)
    bits = xp.ascontiguousarray(weight, dtype=np.float32).view(np.uint32)
    # Half a unit of the last kept bit is added, one less where that bit is even.
    data = ((bits + (0x7FFF + ((bits >> 16) & 1))) >> 16).astype(np.uint16)
    # Rounding would carry some NaNs into the sign: they keep their upper half and a bit that makes it NaN.
    return Packed(xp.where(xp.isnan(weight), (bits >> 16 | 0x40).astype(np.uint16), data), None)


def pack_int8(weight: Array, axis: int) -> Packed:
    """Store a matrix as integers from -127 to 127 and one scale for each output, which runs along `axis`.

    Each output's largest weight becomes 127. An output with a NaN or an infinity becomes NaN.

    Source: Dettmers et al. 2022 (arXiv 2208.07339), section 2.1, row-wise absmax quantisation.
    """
    xp = array_module(weight)
    scale = (abs(weight).max(axis=1 - axis, keepdims=True) / 127).astype(np.float32)
    finite = xp.isfinite(scale)
    divisor = xp.where(finite & (scale > 0), scale, 1).astype(np.float32)
    data = xp.rint(xp.where(finite, weight / divisor, 0)).astype(np.int8)
    return Packed(data, xp.where(finite, scale, xp.nan).astype(np.float32))


def packed(weight: Array, storage: str, axis: int) -> Array | Packed:
    """Store a matrix as "fp32", "bf16" or "int8"; its outputs run along `axis`."""
    if storage == "bf16":
        return pack_bf16(weight)
    if storage == "int8":
        return pack_int8(weight, axis)
    return weight.astype(np.float32, copy=False)


def stacked(matrices: Sequence[Packed]) -> Packed:
    """Return matrices of one shape as a stack."""
    xp, scales = array_module(matrices[0].data), [m.scale for m in matrices if m.scale is not None]
    return Packed(xp.stack([m.data for m in matrices]), xp.stack(scales) if scales else None)
