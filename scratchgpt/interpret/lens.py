"""The logit lens: what a model would say if it stopped after each of its layers."""

from typing import Any

from ..model import GPT
from ..ops.arrays import Array, array_module, matmul
from ..ops.layernorm import layernorm_forward
from ..params import Params


def logit_lens(stream: Array, weight: Array, bias: Array, table: Array, eps: float = 1e-5) -> Array:
    """Read the residual stream of every layer with the last norm and the head.

    Shapes: stream (N, T, C), weight (C), bias (C), table (V, C) -> logits (N, T, V)

    N is L + 1, and any axes may stand in the place of T: stream[0] are the embeddings, stream[l] is the
    residual stream behind layer l. Each of its vectors is
    normalised with its own mean and deviation, by the norm that the model has behind its last layer, and
    scored against the head's rows: the last of the results are the model's logits.

    Source: nostalgebraist 2020, "interpreting GPT: the logit lens".
    """
    states, _ = layernorm_forward(stream, weight, bias, eps)
    return matmul(states, table.T)  # (L + 1, T, V)


def lens_logits(model: GPT, params: Params, ids: Array, **options: Any) -> Array:
    """Read the stream of a GPT before its first and behind each of its layers.

    ids (B, T) -> logits (L + 1, B, T, V), the last being the model's own, whatever its norm and its head
    are. Options are those of `model.hidden`, which also raises what there is to raise (UserError).
    """
    _, cache = model.hidden(params, ids, **options)
    p = params.tree
    states = (model.ln_f.forward(p.get("ln_f"), x)[0] for x in cache.stream)
    return array_module(ids).stack([model.logits(params, h) for h in states])  # (L + 1, B, T, V)
