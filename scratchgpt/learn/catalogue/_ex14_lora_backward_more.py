"""14.7: further mistakes, held against an answer alone."""

from typing import Any

from ...layers.lora import LoRACache, lora_backward
from ..exercise import Mistake
from ._unpaired import unpaired

RETURN = "return dx + through_weight, dlora_a, dlora_b"
UP = "scale * dy, LinearCache(low, lora_b, None)"


def _in_place(dy: Any, cache: LoRACache) -> tuple[Any, Any, Any]:
    dx, dlora_a, dlora_b = lora_backward(dy, cache)
    dy *= cache.scale
    return dx, dlora_a, dlora_b


MORE = unpaired(
    lora_backward,
    (
        Mistake(
            "matrices averaged",
            "The gradients of the thin matrices were averaged over the rows; an average, if there is one, was the loss's affair.",
            "What does the chain rule do with the many rows that one matrix served?",
            (
                (
                    RETURN,
                    "n = max(1, dy.size // dy.shape[-1])\n    return dx + through_weight, dlora_a / n, dlora_b / n",
                ),
            ),
        ),
        Mistake(
            "matrices divided by the batch",
            "The gradients of the thin matrices were divided by the length of the first axis; an average, if there is one, was the "
            "loss's affair.",
            "What does the chain rule do with the many rows that one matrix served?",
            ((RETURN, "return dx + through_weight, dlora_a / len(dy), dlora_b / len(dy)"),),
        ),
        Mistake(
            "last sequence only",
            "The gradients of the thin matrices come from the last entry of the first axis alone.",
            "When each sequence has its say in turn, what becomes of what the one before it said?",
            (
                (
                    RETURN,
                    "back = (dx + through_weight,)\n    if dy.ndim > 2:\n"
                    "        dlora_a, dlora_b = lora_backward(dy[-1], cache._replace(x=x[-1], low=low[-1]))[1:]\n"
                    "    return *back, dlora_a, dlora_b",
                ),
            ),
        ),
        Mistake(
            "gradients per sequence",
            "There is a gradient of each thin matrix for every sequence; one matrix served them all.",
            "What does the chain rule do with the many rows that one matrix served?",
            (
                (
                    RETURN,
                    "back = (dx + through_weight,)\n    if dy.ndim > 2:\n"
                    "        dlora_a = x.swapaxes(-1, -2) @ dlow\n"
                    "        dlora_b = low.swapaxes(-1, -2) @ (scale * dy)\n"
                    "    return *back, dlora_a, dlora_b",
                ),
            ),
        ),
        Mistake(
            "summed over the first axis only",
            "The thin matrices' gradients were summed over the first axis alone; all axes in front count.",
            "How many axes may stand in front of the columns?",
            (
                (
                    RETURN,
                    "if dy.ndim > 1:\n        dlora_a = (x[..., :, None] * dlow[..., None, :]).sum(axis=0)\n"
                    "        dlora_b = scale * (low[..., :, None] * dy[..., None, :]).sum(axis=0)\n    "
                    + RETURN,
                ),
            ),
        ),
        Mistake(
            "first gradient transposed",
            "The gradient of the first thin matrix lies on its side.",
            "Which shape has the matrix?",
            ((RETURN, "return dx + through_weight, dlora_a.T, dlora_b"),),
        ),
        Mistake(
            "second gradient transposed",
            "The gradient of the second thin matrix lies on its side.",
            "Which shape has the matrix?",
            ((RETURN, "return dx + through_weight, dlora_a, dlora_b.T"),),
        ),
        Mistake(
            "both gradients transposed",
            "The gradients of the thin matrices lie on their sides.",
            "Which shapes have the matrices?",
            ((RETURN, "return dx + through_weight, dlora_a.T, dlora_b.T"),),
        ),
        Mistake(
            "first matrix not transposed",
            "On the way back the first thin matrix was used as it lies; the gradient comes in at its other side.",
            "Which shape must a matrix have to make inputs of the few numbers between?",
            ((RETURN, "return dlow @ lora_a + through_weight, dlora_a, dlora_b"),),
        ),
        Mistake(
            "second matrix not transposed",
            "On the way back the second thin matrix was used as it lies; the gradient comes in at its other side.",
            "Which shape must a matrix have to make the few numbers between of outputs?",
            (
                (
                    "return dx +",
                    "dlow = scale * dy @ lora_b\n"
                    "    dx, dlora_a, _ = ops.linear_backward(dlow, LinearCache(x, lora_a, None))\n    return dx +",
                ),
            ),
        ),
        Mistake(
            "gradient at the output for the first matrix",
            "The gradient of the first thin matrix has as many columns as there are outputs: it was not taken back through the second.",
            "What did the first thin matrix give, and what is the gradient of that?",
            (
                (
                    RETURN,
                    "return dx + through_weight, x.reshape(-1, len(weight)).T @ (scale * dy.reshape(-1, weight.shape[1])), dlora_b",
                ),
            ),
        ),
        Mistake(
            "input for the middle in the second matrix",
            "The gradient of the second thin matrix has as many rows as there are inputs: it should be made of what that matrix received.",
            "What did the second thin matrix receive?",
            (
                (
                    RETURN,
                    "return dx + through_weight, dlora_a, x.reshape(-1, len(weight)).T @ (scale * dy.reshape(-1, weight.shape[1]))",
                ),
            ),
        ),
        Mistake(
            "gradient between for the second matrix",
            "The gradient of the second thin matrix is square: it was made of the gradient before that matrix, where the one behind it belongs.",
            "What is the gradient of what the second thin matrix gave?",
            (
                (
                    RETURN,
                    "return dx + through_weight, dlora_a, low.reshape(-1, len(lora_b)).T @ dlow.reshape(-1, len(lora_b))",
                ),
            ),
        ),
        Mistake(
            "middle for the input in the first matrix",
            "The gradient of the first thin matrix is square: it should be made of what that matrix received.",
            "What did the first thin matrix receive?",
            (
                (
                    RETURN,
                    "return dx + through_weight, low.reshape(-1, len(lora_b)).T @ dlow.reshape(-1, len(lora_b)), dlora_b",
                ),
            ),
        ),
        Mistake(
            "scaled twice everywhere",
            "All that goes back along the second way was scaled twice.",
            "How often was the second way multiplied by it?",
            ((UP, "scale * scale * dy, LinearCache(low, lora_b, None)"),),
        ),
        Mistake(
            "frozen gradient at the end",
            "There is a gradient too many, behind the others: the frozen matrix gets none.",
            "What does freezing mean for a gradient?",
            (
                (
                    RETURN,
                    RETURN + ", x.reshape(-1, len(weight)).T @ dy.reshape(-1, weight.shape[1])",
                ),
            ),
        ),
        Mistake(
            "gradient of the bias at the end",
            "There is a gradient too many, behind the others: the frozen bias gets none.",
            "What does freezing mean for a gradient?",
            ((RETURN, RETURN + ", dy.reshape(-1, weight.shape[1]).sum(axis=0)"),),
        ),
        Mistake(
            "axes in front not laid together",
            "The axes in front were not laid under each other before the thin matrices' gradients were made: turning an array of three "
            "axes turns all of them.",
            "How many axes should the input have before it is turned?",
            ((RETURN, "return dx + through_weight, x.T @ dlow, low.T @ (scale * dy)"),),
        ),
        Mistake(
            "input's gradient flattened",
            "The gradient of the input lost its axes in front: all rows lie under each other.",
            "Which shape has the input?",
            ((RETURN, "return (dx + through_weight).reshape(-1, len(weight)), dlora_a, dlora_b"),),
        ),
        Mistake(
            "scale divided by the rank again",
            "The scale was divided by the rank once more; the number in the cache is what the second way was multiplied by.",
            "What does the cache hold, alpha or alpha over the rank?",
            ((UP, "scale / lora_a.shape[1] * dy, LinearCache(low, lora_b, None)"),),
        ),
        Mistake(
            "divided by the scale",
            "What goes back along the second way was divided by the scale, where it should be multiplied.",
            "Does a larger scale make the output depend more or less on the thin matrices?",
            ((UP, "dy / scale, LinearCache(low, lora_b, None)"),),
        ),
        Mistake(
            "gradient from above changed",
            "The gradient from above was scaled in place; whoever passed it may need it again.",
            "Whose array is multiplied?",
            wrong=_in_place,
        ),
    ),
)
