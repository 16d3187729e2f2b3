"""The linear map and its seams on the GPU: products by cuBLAS, what stands beside them by elementwise.cu."""

from dataclasses import dataclass

import numpy as np

from ...ops import REFERENCE
from ...ops.activations import GeluCache
from ...ops.arrays import Array, array_module
from ...ops.dropout import DropoutCache, draw_key
from ...ops.linear import LinearCache
from ...ops.seams import LinearGeluCache, LinearResidualCache
from .elementwise import dropout_backward, each, gelu_backward, kept, sum_rows
from .launch import computable, dense, rows
from .products import product


@dataclass(frozen=True)
class LinearMaps:
    """The reference's functions with a matrix product in them, in one arithmetic (kernels.PRECISIONS)."""

    precision: str = "fp32"

    def linear_forward(self, x: Array, weight: Array, bias: Array | None = None) -> tuple[Array, LinearCache]:
        """As `linear_forward` of the reference.

        Shapes: x (..., I), weight (I, O), bias (O) -> y (..., O)
        """
        if not computable(x, weight, bias):
            return REFERENCE.linear_forward(x, weight, bias)
        y = product(rows(x), weight, self.precision)  # (N, O)
        if bias is not None:
            y += bias
        return y.reshape(*x.shape[:-1], weight.shape[1]), LinearCache(x, weight, bias)  # (..., O)

    def linear_backward(self, dy: Array, cache: LinearCache) -> tuple[Array, Array, Array | None]:
        """As `linear_backward` of the reference.

        Shapes: dy (..., O) -> dx (..., I), dweight (I, O), dbias (O)
        """
        xp, (_, weight, bias) = array_module(dy), cache
        dweight, dbias = xp.zeros_like(weight), None if bias is None else xp.zeros_like(bias)
        return self.linear_backward_into(dy, cache, dweight, dbias), dweight, dbias

    def linear_backward_into(
        self, dy: Array, cache: LinearCache, dweight: Array, dbias: Array | None = None
    ) -> Array:
        """As `linear_backward_into` of the reference: cuBLAS adds to dweight, a kernel sums up the bias's.

        Shapes: dy (..., O), dweight (I, O), dbias (O) -> dx (..., I)
        """
        x, weight, _ = cache
        if not computable(dy, x, weight, dweight):
            return REFERENCE.linear_backward_into(dy, cache, dweight, dbias)
        dy_rows = rows(dy)  # (N, O)
        product(rows(x).T, dy_rows, self.precision, dweight)  # (I, N)
        if dbias is not None:
            dbias += sum_rows(dy_rows)
        return product(dy_rows, weight.T, self.precision).reshape(x.shape)  # (..., I)

    def linear_gelu_forward(
        self, x: Array, weight: Array, bias: Array | None = None
    ) -> tuple[Array, LinearGeluCache]:
        """As `linear_gelu_forward` of the reference: bias and GELU in one pass.

        Shapes: x (..., I), weight (I, O), bias (O) -> y (..., O)
        """
        if not computable(x, weight, bias):
            return REFERENCE.linear_gelu_forward(x, weight, bias)
        wide = product(rows(x), weight, self.precision)  # (N, O)
        y = array_module(x).empty_like(wide)
        each("gelu", wide, wide, dense(bias), wide.size, wide.shape[1], y)
        shape = (*x.shape[:-1], weight.shape[1])
        cache = LinearGeluCache(LinearCache(x, weight, bias), GeluCache(wide.reshape(shape)))  # (..., O)
        return y.reshape(shape), cache  # (..., O)

    def linear_gelu_backward_into(
        self, dy: Array, cache: LinearGeluCache, dweight: Array, dbias: Array | None = None
    ) -> Array:
        """As `linear_gelu_backward_into` of the reference.

        Shapes: dy (..., O), dweight (I, O), dbias (O) -> dx (..., I)
        """
        return self.linear_backward_into(gelu_backward(dy, cache.gelu), cache.linear, dweight, dbias)

    def linear_residual_forward(
        self,
        x: Array,
        weight: Array,
        bias: Array | None,
        residual: Array,
        *,
        dropout: float = 0.0,
        rng: np.random.Generator | None = None,
    ) -> tuple[Array, LinearResidualCache]:
        """As `linear_residual_forward` of the reference: bias, dropout and residual in one pass.

        Shapes: x (..., I), weight (I, O), bias (O), residual (..., O) -> y (..., O)
        """
        if not computable(x, weight, bias, residual):
            return REFERENCE.linear_residual_forward(x, weight, bias, residual, dropout=dropout, rng=rng)
        drops = DropoutCache(None if rng is None or dropout == 0 else draw_key(rng), dropout)
        y = product(rows(x), weight, self.precision)  # (N, O)
        each("back_to_stream", y, y, dense(bias), rows(residual), y.size, y.shape[1], *kept(drops))
        return y.reshape(residual.shape), LinearResidualCache(LinearCache(x, weight, bias), drops)  # (..., O)

    def linear_residual_backward_into(
        self, dy: Array, cache: LinearResidualCache, dweight: Array, dbias: Array | None = None
    ) -> Array:
        """As `linear_residual_backward_into` of the reference.

        Shapes: dy (..., O), dweight (I, O), dbias (O) -> dx (..., I)
        """
        return self.linear_backward_into(dropout_backward(dy, cache.dropout), cache.linear, dweight, dbias)
