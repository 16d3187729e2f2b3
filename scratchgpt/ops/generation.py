"""One step of generation: the newest positions go through all blocks, and their states to the head.

Nothing is kept for a backward pass, and the weights may be packed (`packing`). The blocks of GPT-2's kind
are one op, so that a kernel can read all weights of a token in one go.
"""

from types import SimpleNamespace
from typing import Any

from .activations import gelu_forward
from .arrays import Array
from .heads import qkv_attention_cached
from .layernorm import layernorm_forward
from .linear import linear_forward

_BLOCKS = SimpleNamespace(
    layernorm_forward=layernorm_forward,
    linear_forward=linear_forward,
    qkv_attention_cached=qkv_attention_cached,
    gelu_forward=gelu_forward,
)
_LINEAR = SimpleNamespace(linear_forward=linear_forward)


def gpt2_blocks_cached(
    x: Array,
    n_head: int,
    keys: Array,
    values: Array,
    ln_1: Array,
    ln_1_bias: Array | None,
    c_attn: Array,
    c_attn_bias: Array | None,
    attn_proj: Array,
    attn_proj_bias: Array | None,
    ln_2: Array,
    ln_2_bias: Array | None,
    c_fc: Array,
    c_fc_bias: Array | None,
    mlp_proj: Array,
    mlp_proj_bias: Array | None,
    *,
    key_mask: Array | None = None,
    eps: float = 1e-5,
    ops: Any = _BLOCKS,
) -> Array:
    """All L blocks of a GPT-2 on the last T of S positions, whose earlier keys and values are remembered.

    Shapes: x (B, T, H*D), n_head=H, keys (L, B, H, S, D), values (L, B, H, S, D), ln_1 (L, H*D),
        ln_1_bias (L, H*D), c_attn (L, H*D, 3*H*D), c_attn_bias (L, 3*H*D), attn_proj (L, H*D, H*D),
        attn_proj_bias (L, H*D), ln_2 (L, H*D), ln_2_bias (L, H*D), c_fc (L, H*D, 4*H*D),
        c_fc_bias (L, 4*H*D), mlp_proj (L, 4*H*D, H*D), mlp_proj_bias (L, H*D) -> y (B, T, H*D)
    Forward: for each block, x = x + attention(layernorm(x)), x = x + W' gelu(W layernorm(x)); the
        attention as in qkv_attention_cached. The matrices may be packed; each bias may be None.
    Cache: none: text is generated forward only. `keys` and `values` are changed in place.
    Source: Radford et al. 2019, section 2.3.
    """
    biases = (ln_1_bias, c_attn_bias, attn_proj_bias, ln_2_bias, c_fc_bias, mlp_proj_bias)
    for i in range(len(keys)):
        b_1, b_attn, b_proj, b_2, b_fc, b_mlp = (None if b is None else b[i] for b in biases)
        n, _ = ops.layernorm_forward(x, ln_1[i], b_1, eps)
        qkv, _ = ops.linear_forward(n, c_attn[i], b_attn)  # (B, T, 3C)
        mixed = ops.qkv_attention_cached(qkv, n_head, keys[i], values[i], key_mask=key_mask)
        x = x + ops.linear_forward(mixed, attn_proj[i], b_proj)[0]
        n, _ = ops.layernorm_forward(x, ln_2[i], b_2, eps)
        wide, _ = ops.linear_forward(n, c_fc[i], b_fc)  # (B, T, 4C)
        active, _ = ops.gelu_forward(wide)
        x = x + ops.linear_forward(active, mlp_proj[i], b_mlp)[0]
    return x


def linear_cached(x: Array, weight: Array, *, ops: Any = _LINEAR) -> Array:
    """Multiply the newest states by a matrix, which may be packed: the head, while text is generated.

    Shapes: x (..., I), weight (I, O) -> y (..., O)
    Forward: y = x W
    Cache: none.
    Source: as linear_forward.
    """
    y: Array = ops.linear_forward(x, weight)[0]
    return y
