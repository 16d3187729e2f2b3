"""A whole transformer block, forward and backward, with as few parameters as one can have.

The wiring is that of GPT-2's block: each of two sub-layers reads the normalised stream and adds to it. The
norms are without mean and bias, attention is one head without projections, the MLP is without biases.
"""

from typing import NamedTuple

from ..ops.activations import GeluCache, gelu_backward, gelu_forward
from ..ops.arrays import Array
from ..ops.attention import AttentionCache, attention_backward, attention_forward
from ..ops.layernorm import RMSNormCache, rmsnorm_backward, rmsnorm_forward
from ..ops.linear import LinearCache, linear_backward, linear_forward


class ResidualBlockCache(NamedTuple):
    """The caches of the six steps, in the order of the forward pass."""

    norm_1: RMSNormCache
    attention: AttentionCache
    norm_2: RMSNormCache
    up: LinearCache
    gelu: GeluCache
    down: LinearCache


def residual_block_forward(
    x: Array, gain_1: Array, gain_2: Array, w_up: Array, w_down: Array
) -> tuple[Array, ResidualBlockCache]:
    """A pre-norm block: attention over the positions, then an MLP, each added to what it was made from.

    Shapes: x (B, T, C), gain_1 (C), gain_2 (C), w_up (C, I), w_down (I, C) -> y (B, T, C)
    Forward: h = x + attend(norm(x) gain_1); y = h + gelu(norm(h) gain_2 w_up) w_down. In attend, a
        normalised vector is query, key and value at once.
    Cache: those of the six steps.
    Source: Radford et al. 2019, section 2.3.
    """
    n, norm_1 = rmsnorm_forward(x, gain_1)
    heads = n[:, None]  # (B, 1, T, C)
    mixed, attention = attention_forward(heads, heads, heads)
    h = x + mixed[:, 0]  # (B, T, C)
    n, norm_2 = rmsnorm_forward(h, gain_2)
    a, up = linear_forward(n, w_up)
    a, gelu = gelu_forward(a)
    branch, down = linear_forward(a, w_down)
    return h + branch, ResidualBlockCache(norm_1, attention, norm_2, up, gelu, down)


def residual_block_backward(dy: Array, cache: ResidualBlockCache) -> tuple[Array, Array, Array, Array, Array]:
    """Gradients of the stream, of both gains and of both matrices: the forward pass, read from its end.

    Shapes: dy (B, T, C) -> dx (B, T, C), dgain_1 (C), dgain_2 (C), dw_up (C, I), dw_down (I, C)
    Backward: at y = h + f(h) the gradient goes both ways, so dh = dy + (what f's backward makes of dy);
        the same at h = x + f(x). A vector that was query, key and value gets the sum of the three.
    """
    da, dw_down, _ = linear_backward(dy, cache.down)
    dn, dw_up, _ = linear_backward(gelu_backward(da, cache.gelu), cache.up)
    dbranch, dgain_2 = rmsnorm_backward(dn, cache.norm_2)
    dh = dy + dbranch  # (B, T, C)
    dq, dk, dv = attention_backward(dh[:, None], cache.attention)
    dbranch, dgain_1 = rmsnorm_backward((dq + dk + dv)[:, 0], cache.norm_1)
    return dh + dbranch, dgain_1, dgain_2, dw_up, dw_down
