"""Where the heads of a model look."""

from typing import Any

from ..model import GPT
from ..ops.arrays import Array, array_module
from ..params import Params


def attention_maps(model: GPT, params: Params, ids: Array, **options: Any) -> Array:
    """Return the attention weights of every head (L, B, H, T, T), each row a query's shares of the keys.

    ids (B, T). Options are those of `model.hidden`, of which `key_mask` is heeded here too; it raises what
    there is to raise (UserError).
    """
    _, cache = model.hidden(params, ids, **options)
    inside = [block.attn.attention.attention for block in cache.h]
    causal, key_mask = model.config.causal, options.get("key_mask")
    maps = [model.ops.attention_weights(a.q, a.k, causal=causal, key_mask=key_mask) for a in inside]
    return array_module(ids).stack(maps)  # (L, B, H, T, T)
