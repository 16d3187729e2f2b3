"""Lesson 07: the mistakes that are made on the whole way back through attention."""

from ...ops.attention import attention_backward
from ..exercise import Mistake
from . import _ex07_steps as steps
from ._ex07_chain import CHAIN
from ._unpaired import unpaired

_DSCORES = "dscores = ops.softmax_backward(dweights, weights)"

_ALONE = (
    steps.SCALE_FORGOTTEN_K,
    steps.SCALE_FORGOTTEN_Q,
    steps.WHOLE_WIDTH,
    steps.SCALED_UP,
    Mistake(
        "softmax with a plain sum",
        "In the gradient of the scores, the plain row sum was subtracted: each entry counts as much as its weight, so that "
        "the rows sum to 0.",
        "Which mean of a row makes the result 0 when all its entries are equal?",
        edits=((_DSCORES, "dscores = weights * (dweights - dweights.sum(axis=-1, keepdims=True))"),),
    ),
    Mistake(
        "softmax applied again",
        "Softmax was applied to the weights before its gradient was taken: they came out of softmax already.",
        "Does the cache hold scores or weights?",
        edits=((_DSCORES, "dscores = ops.softmax_backward(dweights, softmax(weights))"),),
    ),
    Mistake(
        "always masked",
        "The gradients of later keys were set to 0, as if the mask were always causal: without a causal mask they count.",
        "What does the gradient of softmax do where a weight is 0, and what where it is not?",
        edits=((_DSCORES, _DSCORES.replace("dweights,", "dweights * causal_mask(*weights.shape[2:]),")),),
    ),
    Mistake(
        "gradient and weights exchanged",
        "Weights and their gradient changed places in the gradient of softmax: hidden keys, of weight 0, get a gradient.",
        "Which of the two came out of softmax?",
        edits=((_DSCORES, "dscores = ops.softmax_backward(weights, dweights)"),),
    ),
    Mistake(
        "weights without the mask",
        "The weights were computed again from queries and keys, without the mask: gradients reach keys that no query could "
        "see.",
        "Where do the weights of the forward pass still exist?",
        edits=(
            (
                "q, k, v, weights, dropout_cache = cache",
                "q, k, v, weights, dropout_cache = cache\n"
                "    weights = softmax(matmul(q, k.swapaxes(2, 3)) / math.sqrt(q.shape[-1]))",
            ),
        ),
    ),
    Mistake(
        "values and keys in the wrong order",
        "The three gradients are right, but they are not returned in the order of queries, keys, values.",
        "In which order were they asked for?",
        edits=(("return dq, dk, dv", "return dq, dv, dk"),),
    ),
)

MISTAKES = (
    steps.SCALE_FORGOTTEN,
    steps.SCALED_TWICE,
    steps.DK_NOT_TURNED,
    steps.DQ_TURNED,
    steps.QUERIES_FOR_KEYS,
    steps.DV_NOT_TURNED,
    Mistake(
        "softmax skipped",
        "The gradient of the weights was used as if it were that of the scores: hidden keys get a gradient, and the rows do "
        "not sum to 0.",
        "Which step of the forward pass lies between scores and weights?",
        edits=((_DSCORES, "dscores = dweights"),),
    ),
    Mistake(
        "softmax's diagonal only",
        "In the gradient of the scores, each weight answers to its own score only: the influence of a score on the other "
        "weights of its row is missing.",
        "How many weights change when one score does?",
        edits=((_DSCORES, "dscores = dweights * weights * (1 - weights)"),),
    ),
    Mistake(
        "softmax along the queries",
        "The gradient of softmax was taken along the columns: the weights of a query, a row, sum to 1.",
        "Along which axis did the keys compete?",
        edits=((_DSCORES, "dscores = ops.softmax_backward(dweights, weights, -2)"),),
    ),
    Mistake(
        "keys in place of values",
        "The gradient of the weights was made with the keys: what the weights were multiplied by are the values.",
        "Which two arrays met in the last step of the forward pass?",
        edits=(("MixValuesCache(dropped, v)", "MixValuesCache(dropped, k)"),),
    ),
    Mistake(
        "values first",
        "The three gradients are right, but they are returned in the order in which they are found, values first.",
        "In which order were they asked for?",
        edits=(("return dq, dk, dv", "return dv, dq, dk"),),
    ),
    Mistake(
        "opposite order",
        "The three gradients are right, but they are returned in the opposite order.",
        "In which order were they asked for?",
        edits=(("return dq, dk, dv", "return dv, dk, dq"),),
    ),
    Mistake(
        "keys before queries",
        "The three gradients are right, but they are not returned in the order of queries, keys, values.",
        "In which order were they asked for?",
        edits=(("return dq, dk, dv", "return dk, dq, dv"),),
    ),
    Mistake(
        "softmax without the row sum",
        "In the gradient of the scores, each entry was only multiplied by its weight: more for one key means less for the "
        "others, so the rows must sum to 0.",
        "If one score of a row rises, what happens to the other weights?",
        edits=((_DSCORES, "dscores = weights * dweights"),),
    ),
    *unpaired(attention_backward, _ALONE, ("attention_scores_backward", "mix_values_backward")),
    *CHAIN,
)
