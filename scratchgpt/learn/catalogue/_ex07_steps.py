"""Lesson 07: the mistakes that are made with the gradients of the mixture and of the scores."""

from ..exercise import Mistake

_DWEIGHTS, _DV = "matmul(dy, v.swapaxes(2, 3))", "matmul(weights.swapaxes(2, 3), dy)"
_MIXED = f"return {_DWEIGHTS}, {_DV}"

DV_NOT_TURNED = Mistake(
    "weights not turned in dV",
    "The gradient of the values is mixed along the rows of the weights: each value should collect from the queries that "
    "looked at it.",
    "Which axis of the weights counts the queries, and over which axis must be summed here?",
    edits=((_DV, "matmul(weights, dy)"),),
)

MIX_BACKWARD = (
    DV_NOT_TURNED,
    Mistake(
        "values not turned",
        "The gradient of the weights multiplies dy by the values as they are: that sums over the values, where a dot "
        "product of dy and each value is needed.",
        "Over which axis does the dot product of dy and a value run?",
        edits=((_DWEIGHTS, "matmul(dy, v)"),),
    ),
    Mistake(
        "values reshaped and not turned",
        "The values got the right shape, but no axes changed places: their numbers were only read off in a row.",
        "What is the difference between another shape and exchanged axes?",
        edits=((_DWEIGHTS, "matmul(dy, v.reshape(*v.shape[:2], v.shape[3], v.shape[2]))"),),
    ),
    Mistake(
        "weights reshaped and not turned",
        "The weights got the right shape, but no axes changed places: their numbers were only read off in a row.",
        "What is the difference between another shape and exchanged axes?",
        edits=((_DV, "matmul(weights.reshape(*weights.shape[:2], *weights.shape[:1:-1]), dy)"),),
    ),
    Mistake(
        "all axes turned round",
        "The axes were all put in reverse order, texts and heads too, where only the last two should change places.",
        "Which axes take part in a product, and which only number the texts and heads?",
        edits=((_DWEIGHTS, "matmul(dy, v.T)"), (_DV, "matmul(weights.T, dy)")),
    ),
    Mistake(
        "values in place of the gradient",
        "The values' gradient is made of the values themselves: the gradient from above is not in it.",
        "What does every gradient of a backward pass contain?",
        edits=((_DV, "matmul(weights.swapaxes(2, 3), v)"),),
    ),
    Mistake(
        "gradients in the wrong order",
        "Both gradients are right, but they are returned in the wrong order.",
        "Which of the two was asked for first?",
        edits=((_MIXED, f"return {_DV}, {_DWEIGHTS}"),),
    ),
    Mistake(
        "weighted by the weights",
        "The gradient of the weights was multiplied by the weights: that is half of the next step, softmax's own gradient.",
        "In a product of two factors, does the derivative with respect to one contain that factor?",
        edits=((_DWEIGHTS, "weights * matmul(dy, v.swapaxes(2, 3))"),),
    ),
    Mistake(
        "softmax included",
        "The gradient of the weights has gone through softmax already: the weights count as independent numbers here.",
        "Which step of the forward pass are you taking back?",
        edits=(
            (
                _MIXED,
                f"dw = {_DWEIGHTS}\n    dw = weights * (dw - (dw * weights).sum(axis=-1, keepdims=True))\n"
                f"    return dw, {_DV}",
            ),
        ),
    ),
    Mistake(
        "hidden weights left out",
        "Where a weight is 0, its gradient was set to 0: but if that weight rose, the output would change all the same.",
        "Does the derivative of a product with respect to one factor depend on that factor being 0?",
        edits=((_DWEIGHTS, "matmul(dy, v.swapaxes(2, 3)) * (weights != 0)"),),
    ),
    Mistake(
        "scaled",
        "The gradient of the weights was divided by the root of D: no such factor stands between the weights and the output.",
        "To which step of the forward pass does the scale belong?",
        edits=((_DWEIGHTS, "matmul(dy, v.swapaxes(2, 3)) / math.sqrt(v.shape[-1])"),),
    ),
    Mistake(
        "averaged over the queries",
        "The values' gradient was divided by the number of queries: a value that two queries use counts twice.",
        "If two queries look at one value, do their gradients add up, or is their mean taken?",
        edits=((_DV, "matmul(weights.swapaxes(2, 3), dy) / dy.shape[2]"),),
    ),
)

_SCALED = "dy * (1 / math.sqrt(q.shape[-1]))"
_DQ, _DK = "matmul(scaled, k)", "matmul(scaled.swapaxes(2, 3), q)"
_BOTH = f"return {_DQ}, {_DK}"

SCALE_FORGOTTEN = Mistake(
    "scale forgotten",
    "Both gradients are larger than they should be, by the root of D: the forward pass divided by it, and a factor stays a "
    "factor.",
    "By which number were the dot products divided on the way forward?",
    edits=((_SCALED, "dy * 1"),),
)
SCALE_FORGOTTEN_Q = Mistake(
    "scale forgotten in dQ",
    "The keys' gradient is right, the queries' is larger than it should be, by the root of D.",
    "Which factor stands between a query and its score?",
    edits=((_DQ, "matmul(dy, k)"),),
)
SCALE_FORGOTTEN_K = Mistake(
    "scale forgotten in dK",
    "The queries' gradient is right, the keys' is larger than it should be, by the root of D.",
    "Which factor stands between a key and its score?",
    edits=((_DK, "matmul(dy.swapaxes(2, 3), q)"),),
)
SCALED_TWICE = Mistake(
    "divided by the size",
    "The gradients were divided by D, where the forward pass divided by its root.",
    "By which number were the dot products divided on the way forward?",
    edits=((_SCALED, "dy * (1 / q.shape[-1])"),),
)
SCALED_UP = Mistake(
    "multiplied by the root",
    "The gradients were multiplied by the root of D, where the forward pass divided by it: the derivative of a quotient "
    "keeps the divisor below.",
    "If a score is half a dot product, how much of the score's gradient reaches the dot product?",
    edits=((_SCALED, "dy * math.sqrt(q.shape[-1])"),),
)
WHOLE_WIDTH = Mistake(
    "root of the whole width",
    "The scale uses the width of all heads together, where the forward pass used the size of one.",
    "By which number were the dot products divided on the way forward?",
    edits=((_SCALED, "dy * (1 / math.sqrt(q.shape[-1] * q.shape[1]))"),),
)
DK_NOT_TURNED = Mistake(
    "dK not transposed",
    "The keys' gradient is mixed along the rows of the scores' gradient: a key should collect from the queries, and they "
    "are the rows.",
    "In the table of scores a key has a column. Over what must its gradient be summed?",
    edits=((_DK, "matmul(scaled, q)"),),
)
DQ_TURNED = Mistake(
    "dQ transposed",
    "The queries' gradient is mixed along the columns of the scores' gradient: a query has a row in the table of scores.",
    "Over what must a query's gradient be summed, over queries or over keys?",
    edits=((_DQ, "matmul(scaled.swapaxes(2, 3), k)"),),
)
QUERIES_FOR_KEYS = Mistake(
    "queries and keys exchanged",
    "The queries' gradient is made of queries and the keys' of keys: in a product, each factor's gradient holds the other "
    "factor.",
    "What is the derivative of a dot product with respect to the query?",
    edits=((_DQ, "matmul(scaled, q)"), (_DK, "matmul(scaled.swapaxes(2, 3), k)")),
)

SCORES_BACKWARD = (
    SCALE_FORGOTTEN,
    SCALE_FORGOTTEN_Q,
    SCALE_FORGOTTEN_K,
    SCALED_TWICE,
    SCALED_UP,
    WHOLE_WIDTH,
    DK_NOT_TURNED,
    DQ_TURNED,
    QUERIES_FOR_KEYS,
    Mistake(
        "root of the number of queries",
        "The scale is the root of the number of queries: it was read from the wrong axis.",
        "By which number were the dot products divided on the way forward?",
        edits=((_SCALED, "dy * (1 / math.sqrt(q.shape[-2]))"),),
    ),
    Mistake(
        "root of the number of keys",
        "The scale is the root of the number of keys: it was read from the last axis of the scores, which no longer knows "
        "the size of a head.",
        "By which number were the dot products divided on the way forward?",
        edits=((_SCALED, "dy * (1 / math.sqrt(dy.shape[-1]))"),),
    ),
    Mistake(
        "gradients in the wrong order",
        "Both gradients are right, but they are returned in the wrong order.",
        "Which of the two was asked for first?",
        edits=((_BOTH, f"return {_DK}, {_DQ}"),),
    ),
    Mistake(
        "reshaped and not turned",
        "The table got the right shape for the keys' gradient, but no axes changed places: its numbers were only read off "
        "in a row.",
        "What is the difference between another shape and exchanged axes?",
        edits=((_DK, "matmul(scaled.reshape(*dy.shape[:2], *dy.shape[:1:-1]), q)"),),
    ),
    Mistake(
        "all axes turned round",
        "The axes were all put in reverse order, texts and heads too, where only the last two should change places.",
        "Which axes take part in a product, and which only number the texts and heads?",
        edits=((_DK, "matmul(scaled.T, q)"),),
    ),
    Mistake(
        "keys turned",
        "The keys were turned round as on the way forward: here the table of gradients meets them as they are.",
        "Over which axis must a query's gradient be summed, and where does it stand in the keys?",
        edits=((_DQ, "matmul(scaled, k.swapaxes(2, 3))"),),
    ),
    Mistake(
        "dK left lying on its side",
        "The numbers of the keys' gradient are right, but its last two axes are exchanged.",
        "Which shape does a gradient have?",
        edits=((_DK, "matmul(q.swapaxes(2, 3), scaled)"),),
    ),
    Mistake(
        "argument changed in place",
        "The result is right, but an array that was given was changed on the way: the gradient from above, or the cache.",
        "Who else may need the arrays that you were given?",
        edits=(
            ("scaled = " + _SCALED, "dy *= 1 / math.sqrt(q.shape[-1])"),
            (_BOTH, "return matmul(dy, k), matmul(dy.swapaxes(2, 3), q)"),
        ),
    ),
)
