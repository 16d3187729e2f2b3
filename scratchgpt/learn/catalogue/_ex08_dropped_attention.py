"""08.12: what a repair of attention with dropout may leave undone, or do wrongly."""

from ...worked.dropped_attention import dropped_attention_backward
from ..exercise import Mistake
from ._unpaired import unpaired

_DV = "dv = (weights * scaled).T @ dy"
_DWEIGHTS = "dweights = dy @ v.T * scaled"
_DSCORES = "dscores = softmax_backward(dweights, weights) / math.sqrt(q.shape[1])"
_SCALED = "scaled = kept / (1 - p)"
_RETURN = "return dscores @ k, dscores.T @ q, dv"
_BUG = (_DV, "dv = weights.T @ dy")

_MIXED = "With which numbers were the values mixed in the forward pass?"
_RIGHT = "Which of the three gradients did the checker find wrong?"
_SOFTMAX = "Which weights came out of the softmax, those before dropout or those after it?"
_WHO = "Rows belong to queries, columns to keys and values: over which of them does a value have to collect?"

_AT_DV = (
    (
        "weights before dropout in dV",
        "The bug is still there: the values' gradient is made of the weights as they were before dropout. The other two are "
        "right.",
        _MIXED,
        "weights.T @ dy",
    ),
    (
        "mask without scale in dV",
        "The values' gradient has the mask now, but the weights that stayed were scaled up as well.",
        _MIXED,
        "(weights * kept).T @ dy",
    ),
    (
        "scale without mask in dV",
        "The values' gradient has the scale now, but the weights that were dropped are still in it.",
        _MIXED,
        "weights.T @ dy / (1 - p)",
    ),
    (
        "mask and opposite scale in dV",
        "The values' gradient has the mask, but it was made smaller where the forward pass made the weights larger.",
        _MIXED,
        "(weights * kept).T @ dy * (1 - p)",
    ),
    (
        "opposite scale in dV",
        "The values' gradient was made smaller, and the weights that were dropped are still in it.",
        _MIXED,
        "weights.T @ dy * (1 - p)",
    ),
    (
        "divided by p in dV",
        "The values' gradient has the mask, but its scale is made of the share that was dropped, not of the share that stays.",
        "By what were the weights divided in the forward pass?",
        "(weights * kept).T @ dy / max(p, 1e-9)",
    ),
    (
        "dropped ones in dV",
        "The mask of the values' gradient is the wrong way round: it is made of the weights that were dropped.",
        "Which weights stay where the mask is 1?",
        "(weights * (1 - kept) / (1 - p)).T @ dy",
    ),
    (
        "mask alone in dV",
        "The values' gradient is made of the mask alone: the weights have gone.",
        _MIXED,
        "scaled.T @ dy",
    ),
    (
        "mask twice in dV",
        "The values' gradient was scaled twice; the forward pass scaled the weights once.",
        _MIXED,
        "(weights * scaled * scaled).T @ dy",
    ),
    (
        "not transposed in dV",
        "The weights in the values' gradient are the right ones, but they are not transposed any more.",
        _WHO,
        "(weights * scaled) @ dy",
    ),
    (
        "neither transposed nor dropped in dV",
        "The weights in the values' gradient are still those before dropout, and they are not transposed any more.",
        _WHO,
        "weights @ dy",
    ),
    (
        "gradient of the scores in dV",
        "The values' gradient is made of the gradient of the scores: the values never met the scores.",
        "What is the derivative of a mixture with respect to what is mixed?",
        "(softmax_backward(dy @ v.T * scaled, weights) / math.sqrt(q.shape[1])).T @ dy",
    ),
    (
        "mask transposed in dV",
        "The mask was laid over the transposed weights without being transposed itself.",
        "Whose row of the mask belongs to a row of the transposed weights?",
        "(weights.T * scaled) @ dy",
    ),
    (
        "mask transposed, scale lost in dV",
        "The mask was laid over the transposed weights without being transposed itself, and its scale is missing.",
        "Whose row of the mask belongs to a row of the transposed weights?",
        "(weights.T * kept) @ dy",
    ),
    (
        "mask on dy in dV",
        "The mask was applied to the gradient of the output, after the weights: it belongs to the weights, number by number.",
        "What was dropped, outputs or weights?",
        "weights.T @ (scaled @ dy)",
    ),
    (
        "mask behind dV",
        "The mask was multiplied onto the finished product, where it belongs to the weights, number by number.",
        "What was dropped, outputs or weights?",
        "scaled.T @ (weights.T @ dy)",
    ),
    (
        "gradient of the weights in dV",
        "The values' gradient is made of the weights' gradient, where it needs the weights.",
        "What is the derivative of a mixture with respect to what is mixed?",
        "(dy @ v.T * scaled).T @ dy",
    ),
    (
        "shares summed to 1 in dV",
        "The weights that stayed were divided by their sum: the forward pass did not do that.",
        _MIXED,
        "(weights * kept / ((weights * kept).sum(axis=-1, keepdims=True) + 1e-30)).T @ dy",
    ),
    (
        "softmax again in dV",
        "The weights that stayed went through another softmax: the forward pass did not do that.",
        _MIXED,
        "softmax(weights * scaled).T @ dy",
    ),
    (
        "sign of dV",
        "The values' gradient has the wrong sign.",
        "Where in the forward pass is there a minus?",
        "-(weights * scaled).T @ dy",
    ),
)

_ELSEWHERE = (
    (
        "dropped weights into softmax",
        "The values' gradient is right now, but the way back through softmax got the dropped weights too: that spoils queries "
        "and keys.",
        _SOFTMAX,
        ((_DSCORES, _DSCORES.replace("weights)", "weights * scaled)")),),
    ),
    (
        "dropped weights into softmax alone",
        "The weights were exchanged in the wrong line: values are as wrong as before, and now queries and keys are too.",
        _SOFTMAX,
        (_BUG, (_DSCORES, _DSCORES.replace("weights)", "weights * scaled)"))),
    ),
    (
        "mask of the weights' gradient lost",
        "The mask went from the weights' gradient, where it had been right, to the values'.",
        _RIGHT,
        ((_DWEIGHTS, "dweights = dy @ v.T"),),
    ),
    (
        "no mask anywhere",
        "Neither gradient has the mask now.",
        _RIGHT,
        (_BUG, (_DWEIGHTS, "dweights = dy @ v.T")),
    ),
    (
        "scale of the weights' gradient lost",
        "The weights' gradient has lost its scale, which had been right.",
        _RIGHT,
        ((_DWEIGHTS, "dweights = dy @ v.T * kept"),),
    ),
    (
        "scale lost everywhere",
        "The mask is in both places, but the scale of the weights that stayed is in neither.",
        "By what were the weights divided in the forward pass?",
        ((_SCALED, "scaled = kept"),),
    ),
    (
        "mask twice in the weights' gradient",
        "The weights' gradient has mask and scale twice.",
        _RIGHT,
        ((_DWEIGHTS, "dweights = dy @ v.T * scaled * scaled"),),
    ),
    (
        "dropped weights into softmax, mask lost",
        "The weights were exchanged for the dropped ones everywhere, and the mask taken from their gradient.",
        _SOFTMAX,
        ((_DWEIGHTS, "dweights = dy @ v.T"), (_DSCORES, _DSCORES.replace("weights)", "weights * scaled)"))),
    ),
    (
        "mask the wrong way round",
        "The mask is the wrong way round in all gradients: what stayed has gone, and what was dropped is there.",
        "Which weights stay where the mask is 1?",
        ((_SCALED, "scaled = (1 - kept) / (1 - p)"),),
    ),
    (
        "mask of the scores",
        "The mask was applied to the gradient of the scores too, behind the softmax, where nothing was dropped.",
        "Between which two steps of the forward pass does dropout stand?",
        ((_DSCORES, _DSCORES + " * scaled"),),
    ),
    (
        "mask of the scores in place of the weights",
        "The mask was applied to the gradient of the scores, where the forward pass dropped weights.",
        "Between which two steps of the forward pass does dropout stand?",
        ((_DWEIGHTS, "dweights = dy @ v.T"), (_DSCORES, _DSCORES + " * scaled")),
    ),
    (
        "p for the share that stays",
        "The scale is made of the share that was dropped, not of the share that stays.",
        "By what were the weights divided in the forward pass?",
        ((_SCALED, "scaled = kept / max(p, 1e-9)"),),
    ),
    (
        "multiplied by the share that stays",
        "The scale makes the weights smaller, where the forward pass made them larger.",
        "By what were the weights divided in the forward pass?",
        ((_SCALED, "scaled = kept * (1 - p)"),),
    ),
    (
        "scale of the scores forgotten",
        "The values' gradient is right now, but the scale of the scores has gone from the other two.",
        _RIGHT,
        ((_DSCORES, "dscores = softmax_backward(dweights, weights)"),),
    ),
    (
        "dK not transposed",
        "The values' gradient is right now, but the keys' gradient has lost its transposition.",
        _RIGHT,
        ((_RETURN, "return dscores @ k, dscores @ q, dv"),),
    ),
    (
        "dQ transposed",
        "The values' gradient is right now, but the queries' gradient is made of the transposed scores.",
        _RIGHT,
        ((_RETURN, "return dscores.T @ k, dscores.T @ q, dv"),),
    ),
    (
        "dQ and dK exchanged",
        "The gradients of queries and keys stand in each other's place.",
        "In which order were the three gradients asked for?",
        ((_RETURN, "return dscores.T @ q, dscores @ k, dv"),),
    ),
    (
        "dV first",
        "The values' gradient comes first, where it was asked for last.",
        "In which order were the three gradients asked for?",
        ((_RETURN, "return dv, dscores @ k, dscores.T @ q"),),
    ),
)

MISTAKES = unpaired(
    dropped_attention_backward,
    (
        *(Mistake(key, says, asks, edits=((_DV, f"dv = {new}"),)) for key, says, asks, new in _AT_DV),
        *(Mistake(key, says, asks, edits=edits) for key, says, asks, edits in _ELSEWHERE),
    ),
    but=(
        "weights before dropout in dV",
        "mask without scale in dV",
        "not transposed in dV",
        "scale of the scores forgotten",
    ),
)
