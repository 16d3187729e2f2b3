"""14.6: what goes wrong with LoRA forward."""

from ...layers.lora import lora_forward
from ..exercise import Mistake
from ._unpaired import unpaired

SCALE = "alpha / lora_a.shape[1]"
CACHE = "LoRACache(x, low, weight, lora_a, lora_b, scale)"


MISTAKES = unpaired(
    lora_forward,
    (
        Mistake(
            "scale forgotten",
            "The way through the thin matrices counts in full: it should be scaled.",
            "What does alpha over the rank do to the sum?",
            (("y + scale * update", "y + update"),),
        ),
        Mistake(
            "rank forgotten",
            "The way through the thin matrices was multiplied by alpha alone; with the rank left out, another rank would need another "
            "learning rate.",
            "By what is alpha divided?",
            ((SCALE, "alpha"),),
        ),
        Mistake(
            "root of the rank",
            "Alpha was divided by the root of the rank; the rank itself is asked for.",
            "By what is alpha divided?",
            ((SCALE, "alpha / lora_a.shape[1] ** 0.5"),),
        ),
        Mistake(
            "width for rank",
            "Alpha was divided by the width of the input; the rank is the other size of the first thin matrix.",
            "Which size do the two thin matrices have in common?",
            ((SCALE, "alpha / lora_a.shape[0]"),),
        ),
        Mistake(
            "outputs for rank",
            "Alpha was divided by the number of outputs; the rank is the other size of the second thin matrix.",
            "Which size do the two thin matrices have in common?",
            ((SCALE, "alpha / lora_b.shape[1]"),),
        ),
        Mistake(
            "upside down",
            "The scale is upside down: the rank over alpha.",
            "Should a larger alpha make the second way count more or less?",
            ((SCALE, "lora_a.shape[1] / alpha"),),
        ),
        Mistake(
            "alpha forgotten",
            "The second way was divided by the rank, and alpha does not appear.",
            "What is alpha for?",
            ((SCALE, "1 / lora_a.shape[1]"),),
        ),
        Mistake(
            "alpha times rank",
            "Alpha was multiplied by the rank, where it should be divided.",
            "Should a larger rank make the second way count more or less?",
            ((SCALE, "alpha * lora_a.shape[1]"),),
        ),
        Mistake(
            "whole numbers",
            "Alpha over the rank was rounded down to a whole number.",
            "What is 8 divided by 3?",
            ((SCALE, "alpha // lora_a.shape[1]"),),
        ),
        Mistake(
            "alpha always 8",
            "Alpha is 8 whatever was asked for.",
            "Which argument says how much the second way counts?",
            ((SCALE, "8.0 / lora_a.shape[1]"),),
        ),
        Mistake(
            "alpha is 1 by default",
            "When nothing is said about it, alpha is 1; it should be 8.",
            "What does the line with the parameters say, and what does yours assume?",
            (("alpha: float = 8.0", "alpha: float = 1.0"),),
        ),
        Mistake(
            "alpha is 16 by default",
            "When nothing is said about it, alpha is 16; it should be 8.",
            "What does the line with the parameters say, and what does yours assume?",
            (("alpha: float = 8.0", "alpha: float = 16.0"),),
        ),
        Mistake(
            "frozen map scaled too",
            "The scale multiplies both ways; what the frozen map gives should stay as it is.",
            "What should come out when the second thin matrix is all zeros?",
            (("y + scale * update", "scale * (y + update)"),),
        ),
        Mistake(
            "frozen matrix scaled, bias not",
            "The scale multiplies what the frozen matrix gives too, all but the bias; it belongs to the other way alone.",
            "What should come out when the second thin matrix is all zeros?",
            (
                ("(x, weight, bias)", "(x, weight)"),
                ("y + scale * update", "(0 if bias is None else bias) + scale * (y + update)"),
            ),
        ),
        Mistake(
            "fails without a bias",
            "Without a bias the call ends in an error; nothing should be added then.",
            "What is given where there is no bias?",
            (("(x, weight, bias)", "(x, weight, bias + 0)"),),
        ),
        Mistake(
            "whether a bias is true",
            "The bias itself was asked whether it is true, and an array of several numbers cannot say.",
            "How do you ask whether something is None?",
            (("(x, weight, bias)", "(x, weight, bias if bias else None)"),),
        ),
        Mistake(
            "root of alpha over the rank",
            "The second way was multiplied by the root of alpha over the rank.",
            "By what is the second way scaled?",
            ((SCALE, f"({SCALE}) ** 0.5"),),
        ),
        Mistake(
            "rank twice",
            "Alpha was divided by the rank twice.",
            "By what is alpha divided?",
            ((SCALE, "alpha / lora_a.shape[1] ** 2"),),
        ),
        Mistake(
            "low flattened in the cache",
            "What stands between the thin matrices lost its axes in front on its way into the cache.",
            "Which shape does the task give it?",
            ((CACHE, "LoRACache(x, low.reshape(-1, len(lora_b)), weight, lora_a, lora_b, scale)"),),
        ),
        Mistake(
            "output flattened",
            "The output lost its axes in front: all rows lie under each other.",
            "Which shape does the task give it?",
            (("return y + scale * update", "return (y + scale * update).reshape(-1, weight.shape[1])"),),
        ),
        Mistake(
            "scale on the frozen map",
            "The scale multiplies what the frozen map gives, where it should multiply the other way.",
            "What should come out when the second thin matrix is all zeros?",
            (("y + scale * update", "scale * y + update"),),
        ),
        Mistake(
            "bias scaled",
            "The bias went along the second way and was scaled there; it belongs to the frozen map.",
            "What should come out when the second thin matrix is all zeros?",
            (
                ("(x, weight, bias)", "(x, weight)"),
                ("linear_forward(low, lora_b)", "linear_forward(low, lora_b, bias)"),
            ),
        ),
        Mistake(
            "bias forgotten",
            "The bias is missing.",
            "What does the frozen map do besides multiplying?",
            (("(x, weight, bias)", "(x, weight)"),),
        ),
        Mistake(
            "bias twice",
            "The bias was added along both ways; it belongs to the frozen map alone.",
            "What should come out when the second thin matrix is all zeros?",
            (("linear_forward(low, lora_b)", "linear_forward(low, lora_b, bias)"),),
        ),
        Mistake(
            "frozen way missing",
            "Only what the thin matrices give came out; the frozen map is still there beside them.",
            "What should come out when the second thin matrix is all zeros?",
            (("y + scale * update", "scale * update"),),
        ),
        Mistake(
            "frozen way missing but for the bias",
            "Of the frozen map only the bias came out; its matrix is still there too.",
            "What should come out when the second thin matrix is all zeros?",
            (("y + scale * update", "0 * y + (0 if bias is None else bias) + scale * update"),),
        ),
        Mistake(
            "thin way missing",
            "Only what the frozen map gives came out; nothing that is learned takes part.",
            "How many ways lead from input to output?",
            (("y + scale * update", "y"),),
        ),
        Mistake(
            "thin way taken off",
            "The second way was taken off, where it should be added.",
            "Are the two ways added?",
            (("y + scale * update", "y - scale * update"),),
        ),
        Mistake(
            "one after the other",
            "The thin matrices' product multiplied what the frozen map gave; both ways begin at the input and are added.",
            "What goes into the second way?",
            (("y + scale * update", "y * scale * update"),),
        ),
        Mistake(
            "scaled twice",
            "The second way was scaled twice, once after each thin matrix.",
            "How often does the factor appear?",
            (("y + scale * update", "y + scale * scale * update"),),
        ),
        Mistake(
            "low scaled in the cache",
            "The output is right; what stands between the thin matrices was scaled already when it went into the cache.",
            "What does the task say about the number in the middle?",
            ((CACHE, "LoRACache(x, scale * low, weight, lora_a, lora_b, scale)"),),
        ),
        Mistake(
            "alpha in the cache",
            "The output is right; the cache holds alpha, where the number should be by which the second way was multiplied.",
            "Which factor will the way back need?",
            ((CACHE, "LoRACache(x, low, weight, lora_a, lora_b, alpha)"),),
        ),
    ),
    but=(
        "scale forgotten",
        "rank forgotten",
        "width for rank",
        "alpha forgotten",
        "frozen map scaled too",
        "bias forgotten",
        "low scaled in the cache",
        "alpha in the cache",
    ),
)
