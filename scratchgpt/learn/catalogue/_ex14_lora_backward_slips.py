"""14.7: what goes wrong with LoRA backward."""

from ...layers.lora import lora_backward
from ..exercise import Mistake
from ._unpaired import unpaired

UP = "scale * dy, LinearCache(low, lora_b, None)"
DOWN = "dlow, LinearCache(x, lora_a, None)"
RETURN = "return dx + through_weight, dlora_a, dlora_b"


MISTAKES = unpaired(
    lora_backward,
    (
        Mistake(
            "scale forgotten",
            "The scale does not appear: the gradients of the thin matrices, and one part of the input's, miss it.",
            "By what was the second way multiplied in the forward pass?",
            ((UP, "dy, LinearCache(low, lora_b, None)"),),
        ),
        Mistake(
            "scale forgotten in the input's gradient",
            "The gradients of the thin matrices are right; in the input's the second way misses its scale.",
            "Which of the two parts of the input's gradient came along the scaled way?",
            (("return dx + through_weight", "return dx / scale + through_weight"),),
        ),
        Mistake(
            "scale forgotten in the first matrix",
            "The gradient of the first thin matrix misses the scale.",
            "By what is its product multiplied before it reaches the output?",
            ((RETURN, "return dx + through_weight, dlora_a / scale, dlora_b"),),
        ),
        Mistake(
            "scale forgotten in the second matrix",
            "The gradient of the second thin matrix misses the scale: what is in the middle of the cache was not scaled.",
            "By what is its product multiplied before it reaches the output?",
            ((RETURN, "return dx + through_weight, dlora_a, dlora_b / scale"),),
        ),
        Mistake(
            "scale forgotten in both matrices",
            "The input's gradient is right; those of both thin matrices miss the scale.",
            "By what are their products multiplied before they reach the output?",
            ((RETURN, "return dx + through_weight, dlora_a / scale, dlora_b / scale"),),
        ),
        Mistake(
            "scale only in the first matrix",
            "Only the gradient of the first thin matrix has the scale; it belongs to everything that comes along the second way.",
            "Which results depend on what goes back along the second way?",
            ((RETURN, "return dx / scale + through_weight, dlora_a, dlora_b / scale"),),
        ),
        Mistake(
            "scale only in the second matrix",
            "Only the gradient of the second thin matrix has the scale; it belongs to everything that comes along the second way.",
            "Which results depend on what goes back along the second way?",
            ((RETURN, "return dx / scale + through_weight, dlora_a / scale, dlora_b"),),
        ),
        Mistake(
            "scaled twice below the second matrix",
            "Behind the second thin matrix the scale came in once more.",
            "How often was the second way multiplied by it?",
            ((DOWN, "scale * dlow, LinearCache(x, lora_a, None)"),),
        ),
        Mistake(
            "second matrix scaled twice",
            "The gradient of the second thin matrix holds the scale twice.",
            "How often was the second way multiplied by it?",
            ((UP, "scale * dy, LinearCache(scale * low, lora_b, None)"),),
        ),
        Mistake(
            "first matrix scaled twice",
            "The gradient of the first thin matrix holds the scale twice.",
            "How often was the second way multiplied by it?",
            ((RETURN, "return dx + through_weight, dlora_a * scale, dlora_b"),),
        ),
        Mistake(
            "both matrices scaled twice",
            "The gradients of both thin matrices hold the scale twice.",
            "How often was the second way multiplied by it?",
            ((RETURN, "return dx + through_weight, dlora_a * scale, dlora_b * scale"),),
        ),
        Mistake(
            "frozen way scaled",
            "In the input's gradient the frozen way is scaled too; it was not in the forward pass.",
            "What multiplied the frozen way?",
            (("return dx + through_weight", "return dx + scale * through_weight"),),
        ),
        Mistake(
            "whole gradient of the input scaled twice",
            "The scale multiplies the whole gradient of the input once more.",
            "Which of its two parts came along the scaled way, and how often was it scaled?",
            (("return dx + through_weight", "return scale * (dx + through_weight)"),),
        ),
        Mistake(
            "scale on the frozen way only",
            "In the input's gradient the scale multiplies the frozen way, where it belongs to the other.",
            "What multiplied the frozen way?",
            (("return dx + through_weight", "return dx / scale + scale * through_weight"),),
        ),
        Mistake(
            "frozen way forgotten",
            "The input's gradient lacks what comes back through the frozen map: it gets no gradient itself, but lets it pass.",
            "Along how many ways did the input reach the output?",
            (("return dx + through_weight", "return dx"),),
        ),
        Mistake(
            "thin way forgotten",
            "The input's gradient lacks what comes back through the thin matrices.",
            "Along how many ways did the input reach the output?",
            (("return dx + through_weight", "return through_weight"),),
        ),
        Mistake(
            "thin way taken off",
            "What comes back through the thin matrices was taken off, where it should be added.",
            "What does the chain rule do with two ways?",
            (("return dx + through_weight", "return through_weight - dx"),),
        ),
        Mistake(
            "frozen matrix not transposed",
            "On the way back the frozen matrix was used as it lies; the gradient comes in at its other side.",
            "Which shape must a matrix have to make inputs of outputs?",
            (("weight.T", "weight"),),
        ),
        Mistake(
            "thin matrices' gradients exchanged",
            "The gradients of the two thin matrices stand in each other's place.",
            "In which order are they asked for?",
            (
                ("dlora_a, dlora_b\n", "dlora_b, dlora_a\n")
                if False
                else (RETURN, "return dx + through_weight, dlora_b, dlora_a"),
            ),
        ),
        Mistake(
            "input's gradient last",
            "The gradient of the input comes last; it is asked for first.",
            "In which order are they asked for?",
            ((RETURN, "return dlora_a, dlora_b, dx + through_weight"),),
        ),
        Mistake(
            "gradient of the frozen matrix too",
            "There is a gradient too many: the frozen matrix gets none.",
            "What does freezing mean for a gradient?",
            (
                (
                    RETURN,
                    "return dx + through_weight, x.reshape(-1, x.shape[-1]).T @ dy.reshape(-1, dy.shape[-1]), dlora_a, dlora_b",
                ),
            ),
        ),
    ),
    but=(
        "scale forgotten",
        "frozen way scaled",
        "frozen way forgotten",
        "thin way forgotten",
        "frozen matrix not transposed",
        "thin matrices' gradients exchanged",
    ),
)
