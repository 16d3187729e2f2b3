"""Generating a token on the GPU: launches what is in decode.cu, which tells the idea.

For one new position of a few texts; longer pieces, such as a prompt, are products of matrices, and go the
way that training goes.
"""

from typing import Any

from ...ops import REFERENCE
from ...ops.arrays import Array, array_module
from ...ops.packing import Packed
from .attention import places
from .launch import computable, dense, launch

_FILE, _THREADS, _COLUMNS = "decode", 256, 8
_TEXTS = 16  # more vectors than this are a product of matrices
_POSITIONS = 24_000  # so many scores fit into the shared memory of a block
_STORED = {"float32": "float", "float64": "double", "uint16": "unsigned short", "int8": "signed char"}


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
    ops: Any = REFERENCE,
) -> Array:
    """As `gpt2_blocks_cached` of the reference: five launches a block for one new position.

    Shapes: x (B, T, H*D), n_head=H, keys (L, B, H, S, D), values (L, B, H, S, D) and the parameters -> y
        (B, T, H*D)
    """
    parameters = (
        *(ln_1, ln_1_bias, c_attn, c_attn_bias, attn_proj, attn_proj_bias),
        *(ln_2, ln_2_bias, c_fc, c_fc_bias, mlp_proj, mlp_proj_bias),
    )
    plain = [p for p in parameters if p is not None and not isinstance(p, Packed)]
    small = x.shape[1] == 1 and len(x) <= _TEXTS and keys.shape[3] <= _POSITIONS
    fits = x.shape[2] // n_head <= _THREADS and keys.strides[4] == x.dtype.itemsize
    if not small or not fits or not computable(x, keys, values, *plain):
        reference = REFERENCE.functions["gpt2_blocks_cached"]
        return reference(x, n_head, keys, values, *parameters, key_mask=key_mask, eps=eps, ops=ops)
    xp, (B, _, C) = array_module(x), x.shape
    mask = None if key_mask is None else xp.ascontiguousarray(key_mask != 0, dtype="uint8")
    stream = dense(x.reshape(B, C))  # (B, C)
    for i in range(len(keys)):
        of_layer = [None if p is None else p[i] for p in parameters]
        g_1, b_1, w_qkv, b_qkv, w_proj, b_proj, g_2, b_2, w_fc, b_fc, w_mlp, b_mlp = of_layer
        qkv = _matvec(stream, w_qkv, b_qkv, norm=(g_1, b_1, eps))  # (B, 3C)
        mixed = _attend(qkv, n_head, keys[i], values[i], mask)  # (B, C)
        stream = _matvec(mixed, w_proj, b_proj, residual=stream)
        wide = _matvec(stream, w_fc, b_fc, norm=(g_2, b_2, eps), gelu=True)  # (B, 4C)
        stream = _matvec(wide, w_mlp, b_mlp, residual=stream)
    return stream.reshape(x.shape)  # (B, 1, C)


def linear_cached(x: Array, weight: Array, *, ops: Any = REFERENCE) -> Array:
    """As `linear_cached` of the reference.

    Shapes: x (..., I), weight (I, O) -> y (..., O)
    """
    rows = x.reshape(-1, x.shape[-1])  # (N, I)
    plain = [] if isinstance(weight, Packed) else [weight]
    if len(rows) > _TEXTS or not computable(x, *plain):
        return REFERENCE.functions["linear_cached"](x, weight, ops=ops)
    return _matvec(dense(rows), weight, None).reshape(*x.shape[:-1], weight.shape[1])  # (..., O)


def _matvec(
    x: Array,
    weight: Array | Packed,
    bias: Array | None,
    *,
    norm: tuple[Array | None, Array | None, float] = (None, None, 0.0),
    residual: Array | None = None,
    gelu: bool = False,
) -> Array:
    """Return f(norm(x) W + bias) + residual (N, O), of x (N, I), contiguous, and W (I, O), perhaps packed."""
    data, scale = (weight.data, weight.scale) if isinstance(weight, Packed) else (weight, None)
    (N, I), O = x.shape, weight.shape[1]
    y = array_module(x).empty((N, O), x.dtype)
    scale = None if scale is None else dense(scale.reshape(-1))  # (O)
    rows = next(n for n in (1, 2, 4, 8) if n >= min(N, 8))
    grid, room = (-(-O // _COLUMNS), -(-N // rows)), rows * I * x.dtype.itemsize
    constants: dict[str, int | str] = {"ROWS": rows, "STORED": _STORED[str(data.dtype)]}
    if data.T.flags.c_contiguous and not data.flags.c_contiguous and norm[0] is None and bias is None:
        table = x, data.T, scale, N, I, O, y
        launch(_FILE, "matvec_transposed", x.dtype, grid, _THREADS, *table, shared=room, **constants)
        return y
    gain, shift, eps = norm
    of_norm, of_map = (dense(gain), dense(shift), float(eps)), (dense(data), scale, dense(bias))
    passed = x, *of_norm, *of_map, residual, gelu, N, I, O, y
    launch(_FILE, "matvec", x.dtype, grid, _THREADS, *passed, shared=room, **constants)
    return y


def _attend(qkv: Array, n_head: int, keys: Array, values: Array, mask: Array | None) -> Array:
    """Write the newest key and value to their places; return what the newest query finds (B, H*D)."""
    B, S, D = len(qkv), keys.shape[2], keys.shape[3]
    y = array_module(qkv).empty((B, n_head * D), qkv.dtype)
    passed = qkv, D, S, mask, *places(keys, values), y
    grid, room = (n_head, B), S * qkv.dtype.itemsize
    launch(_FILE, "attend_newest", qkv.dtype, grid, _THREADS, *passed, shared=room, ROWS=1, STORED="float")
    return y
