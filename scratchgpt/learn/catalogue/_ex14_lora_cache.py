"""14.6: what goes wrong with the cache, and with what comes back; held against an answer alone."""

from typing import Any

from ...layers.lora import LoRACache, lora_forward
from ..exercise import Mistake
from ._unpaired import unpaired

SCALE = "alpha / lora_a.shape[1]"
CACHE = "LoRACache(x, low, weight, lora_a, lora_b, scale)"


def _frozen_changed(
    x: Any, weight: Any, bias: Any, lora_a: Any, lora_b: Any, alpha: float = 8.0
) -> tuple[Any, LoRACache]:
    y, cache = lora_forward(x, weight, bias, lora_a, lora_b, alpha)
    weight += cache.scale * (lora_a @ lora_b)
    return y, cache


CACHED = unpaired(
    lora_forward,
    (
        Mistake(
            "output for low in the cache",
            "The cache holds the end of the second way, where its middle should be.",
            "What did the second thin matrix receive?",
            ((CACHE, "LoRACache(x, update, weight, lora_a, lora_b, scale)"),),
        ),
        Mistake(
            "scaled output for low in the cache",
            "The cache holds the scaled end of the second way, where its middle should be.",
            "What did the second thin matrix receive?",
            ((CACHE, "LoRACache(x, scale * update, weight, lora_a, lora_b, scale)"),),
        ),
        Mistake(
            "1 in the cache",
            "The output is right; the cache holds 1, where the number should be by which the second way was multiplied.",
            "Which factor will the way back need?",
            ((CACHE, "LoRACache(x, low, weight, lora_a, lora_b, 1.0)"),),
        ),
        Mistake(
            "scale forgotten, here and in the cache",
            "The way through the thin matrices counts in full, and the cache says so too: it should be scaled.",
            "What does alpha over the rank do to the sum?",
            ((SCALE, "1.0"),),
        ),
        Mistake(
            "low scaled in the cache, and 1",
            "The output is right; in the cache the scale is part of what stands between the thin matrices, and 1 stands in its place.",
            "What does the task say about the number in the middle?",
            ((CACHE, "LoRACache(x, scale * low, weight, lora_a, lora_b, 1.0)"),),
        ),
        Mistake(
            "thin matrices the wrong way round",
            "The input met the second thin matrix first, turned over; it should meet the first.",
            "Which of the two has a row for each number of the input?",
            (
                ("linear_forward(x, lora_a)", "linear_forward(x, lora_b.T)"),
                ("linear_forward(low, lora_b)", "linear_forward(low, lora_a.T)"),
            ),
        ),
        Mistake(
            "one after the other, bias behind",
            "The thin matrices' product multiplied what the frozen matrix gave; both ways begin at the input and are added.",
            "What goes into the second way?",
            (
                ("(x, weight, bias)", "(x, weight)"),
                ("y + scale * update", "y * scale * update + (0 if bias is None else bias)"),
            ),
        ),
        Mistake(
            "rank in the cache",
            "The output is right; the cache holds the rank, where the number should be by which the second way was multiplied.",
            "Which factor will the way back need?",
            ((CACHE, "LoRACache(x, low, weight, lora_a, lora_b, lora_a.shape[1])"),),
        ),
        Mistake(
            "merged matrix in the cache",
            "The cache holds the frozen matrix with the thin ones added to it; it should hold the frozen one as it is.",
            "What does the way back through the frozen map need?",
            ((CACHE, "LoRACache(x, low, weight + scale * lora_a @ lora_b, lora_a, lora_b, scale)"),),
        ),
        Mistake(
            "thin matrices exchanged in the cache",
            "The two thin matrices stand in each other's place in the cache.",
            "In which order does the cache hold them?",
            ((CACHE, "LoRACache(x, low, weight, lora_b, lora_a, scale)"),),
        ),
        Mistake(
            "frozen matrix changed",
            "The frozen matrix itself was changed: the thin product was added to it in place.",
            "Whose matrix is it, and what happens at the next call?",
            wrong=_frozen_changed,
        ),
        Mistake(
            "output alone",
            "Only the output came back; the cache is asked for as well.",
            "What will the way back need?",
            ((f"y + scale * update, {CACHE}", "y + scale * update"),),
        ),
    ),
)
