"""Direct logit attribution: the residual stream is a sum, so a logit is one too, part by part.

`direct_logit_attribution` does it to arrays, `stream_parts` takes a GPT's stream apart, and
`attribute_logits` joins the two.
"""

from ..errors import UserError
from ..layers import LayerNorm, Linear, PreNormBlock
from ..model import GPT
from ..ops.arrays import Array, array_module, matmul
from ..ops.layernorm import layernorm_forward
from ..params import Params


def direct_logit_attribution(
    parts: Array, weight: Array, bias: Array, direction: Array, eps: float = 1e-5
) -> Array:
    """Share a logit out among the parts that the residual stream is the sum of.

    Shapes: parts (N, T, C), weight (C), bias (C), direction (T, C) -> shares (M, T)

    M is N + 1, and any axes may stand in the place of T. The stream x is the sum of the N parts; the last
    norm, with gain `weight` and `bias`, and the head's row of a token, `direction`, make the logit. With
    the norm's mean and deviation held at those of x, each part goes its way alone: share[i] = ((part_i -
    mean part_i) / deviation * weight) . direction. The last share is that of the norm's bias. The sum of
    all shares is the logit.

    Source: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits".
    """
    _, norm = layernorm_forward(parts.sum(axis=0), weight, bias, eps)
    centred = parts - parts.mean(axis=-1, keepdims=True)  # (N, T, C)
    shares = (centred * norm.rstd * weight * direction).sum(axis=-1)  # (N, T)
    constant = (bias * direction).sum(axis=-1)  # (T)
    return array_module(parts).concatenate([shares, constant[None]])  # (N + 1, T)


def stream_parts(
    model: GPT, params: Params, ids: Array, by_head: bool = False
) -> tuple[tuple[str, ...], Array]:
    """Take the residual stream before the last norm apart: who added what.

    ids (B, T) -> names, one for each part, and parts (N, B, T, C), whose sum is the stream: "tokens",
    "positions", then for each layer "attn 0" and "mlp 0", the biases of their last projections included.
    With `by_head` attention falls apart into "head 0.0", "head 0.1", ... and "attn bias 0".

    Raises UserError for a model whose blocks do not add to the stream as GPT-2's do (a norm behind the
    sum), or whose projections are no plain `Linear`, and what `model.hidden` raises.
    """
    _check(model)
    _, cache = model.hidden(params, ids)
    tokens, _ = model.wte.forward(params.tree["wte"], ids)
    found = {"tokens": tokens, "positions": cache.stream[0] - tokens}
    for i, block in enumerate(cache.h):
        attn, mlp = block.attn.c_proj, block.mlp.c_proj
        if by_head:
            found |= _heads(i, attn.x, attn.weight, attn.bias, model.config.n_head)
        else:
            found[f"attn {i}"] = _projected(attn.x, attn.weight, attn.bias)
        found[f"mlp {i}"] = _projected(mlp.x, mlp.weight, mlp.bias)
    return tuple(found), array_module(ids).stack(list(found.values()))  # (N, B, T, C)


def _check(model: GPT) -> None:
    block = model.blocks[0] if model.blocks else None
    added = block is None or (isinstance(block, PreNormBlock) and type(block.attn.c_proj) is Linear)
    if not added or not isinstance(model.ln_f, LayerNorm):
        raise UserError(
            f"The model has norm position {model.config.norm_position!r}, last norm "
            f"{type(model.ln_f).__name__}, expected a stream that layers only add to and a LayerNorm behind "
            "it: take a model built like GPT-2, with a LoRA merged."
        )


def _projected(x: Array, weight: Array, bias: Array | None) -> Array:
    y = matmul(x, weight)
    return y if bias is None else y + bias


def _heads(i: int, x: Array, weight: Array, bias: Array | None, n_head: int) -> dict[str, Array]:
    """What each head of layer i added, from the heads' outputs side by side, x (B, T, C)."""
    D = x.shape[-1] // n_head
    own = [slice(h * D, (h + 1) * D) for h in range(n_head)]
    found = {f"head {i}.{h}": matmul(x[..., own[h]], weight[own[h]]) for h in range(n_head)}
    if bias is not None:
        found[f"attn bias {i}"] = array_module(x).zeros_like(x) + bias
    return found


def attribute_logits(
    model: GPT, params: Params, ids: Array, targets: Array, by_head: bool = False
) -> tuple[tuple[str, ...], Array]:
    """Share the logit of a token at each position out among the parts of the stream.

    ids, targets (B, T) -> names and shares (N + 1, B, T): for each part of `stream_parts` what it adds to
    the logit of token targets[b, t] at position t, and last the "norm bias". Their sum is the logit.
    Raises UserError as `stream_parts` does.
    """
    names, parts = stream_parts(model, params, ids, by_head)
    table, norm = model.head_tree(params.tree)["weight"], params.tree["ln_f"]
    weight = norm["weight"]
    bias = norm.get("bias", array_module(weight).zeros_like(weight))
    shares = direct_logit_attribution(parts, weight, bias, table[targets], model.config.norm_eps)
    return (*names, "norm bias"), shares
