"""Lesson 12: what goes wrong with the temperature."""

from ...sampling.filters import apply_temperature
from ..exercise import Mistake
from ._ex12_temperature_whole import WHOLE
from ._unpaired import unpaired


def _gives(result: str) -> tuple[tuple[str, str]]:
    """The edit that returns something else."""
    return (("return logits / temperature", f"return {result}"),)


TEMPERATURE = (
    Mistake(
        "multiplied",
        "The gaps grow where they should shrink and the other way round: the logits were multiplied.",
        "In the example the temperature is a half. What has happened to each logit?",
        edits=_gives("logits * temperature"),
    ),
    *unpaired(
        apply_temperature,
        (
            Mistake(
                "not used",
                "The logits came back as they were.",
                "Which of the arguments have you not used yet?",
                edits=_gives("logits.copy()"),
            ),
            Mistake(
                "subtracted",
                "The temperature was subtracted: that moves all logits alike and changes no probability.",
                "Which operation changes the gaps between the logits?",
                edits=_gives("logits - temperature"),
            ),
            Mistake(
                "added",
                "The temperature was added: that moves all logits alike and changes no probability.",
                "Which operation changes the gaps between the logits?",
                edits=_gives("logits + temperature"),
            ),
            Mistake(
                "upside down",
                "The temperature was divided by the logits: a larger logit became a smaller one.",
                "Which of the two stands above the line?",
                edits=_gives("temperature / logits"),
            ),
            Mistake(
                "power of the logits",
                "The logits were raised to a power. It is the probabilities that this happens to, and their logarithms are "
                "only stretched by it.",
                "What does a power become under the logarithm?",
                edits=_gives("logits ** (1 / temperature)"),
            ),
            Mistake(
                "power of their sizes",
                "The logits were raised to a power and kept their signs. It is the probabilities that this happens to, and "
                "their logarithms are only stretched by it.",
                "What does a power become under the logarithm?",
                edits=_gives("np.sign(logits) * np.abs(logits) ** (1 / temperature)"),
            ),
            Mistake(
                "power of their sizes, the other way",
                "The logits were raised to the power of the temperature; they are only to be stretched.",
                "What does a power become under the logarithm?",
                edits=_gives("np.sign(logits) * np.abs(logits) ** temperature"),
            ),
            Mistake(
                "raised to the temperature",
                "The logits were raised to the power of the temperature; they are only to be stretched.",
                "What does a power become under the logarithm?",
                edits=_gives("logits**temperature"),
            ),
            Mistake(
                "squared temperature",
                "The gaps changed by the square of what they should: the temperature comes in twice.",
                "By which factor do the gaps of the example grow?",
                edits=_gives("logits / temperature**2"),
            ),
            Mistake(
                "root of the temperature",
                "The gaps changed by less than they should: the root of the temperature came in.",
                "By which factor do the gaps of the example grow?",
                edits=_gives("logits / temperature**0.5"),
            ),
            Mistake(
                "whole numbers",
                "The division threw the fractions away, so that different logits became equal.",
                "Which kind of division keeps the fraction?",
                edits=_gives("logits // temperature"),
            ),
            Mistake(
                "never below 1",
                "A temperature below 1 has no effect, and it should make the gaps grow.",
                "What does a temperature of a half do?",
                edits=_gives("logits / max(temperature, 1.0)"),
            ),
            Mistake(
                "never above 1",
                "A temperature above 1 has no effect, and it should make the gaps shrink.",
                "What does a temperature of 2 do?",
                edits=_gives("logits / min(temperature, 1.0)"),
            ),
            Mistake(
                "one more",
                "To the temperature 1 was added before the division: a temperature of 1 should change nothing.",
                "What does a temperature of 1 do?",
                edits=_gives("logits / (1 + temperature)"),
            ),
            Mistake(
                "logarithm of the temperature",
                "The logarithm of the temperature came in; the temperature itself is to be used.",
                "What does a temperature of 1 do?",
                edits=_gives("logits - np.log(temperature)"),
            ),
            Mistake(
                "divided by the logarithm",
                "The logits were divided by the logarithm of the temperature.",
                "What does a temperature of 1 do?",
                edits=_gives("logits / np.log(temperature)"),
            ),
            Mistake(
                "multiplied by what is missing to 1",
                "The logits were multiplied by one less the temperature, so that a temperature of 1 leaves nothing of them.",
                "What does a temperature of 1 do?",
                edits=_gives("logits * (1 - temperature)"),
            ),
            Mistake(
                "exponentials",
                "You return exponentials of logits; the softmax, which makes them, comes later.",
                "What is left of a logit that is minus infinity?",
                edits=_gives("np.exp(logits / temperature)"),
            ),
            Mistake(
                "exponential of the temperature",
                "The logits were divided by the exponential of the temperature.",
                "What does a temperature of 1 do?",
                edits=_gives("logits / np.exp(temperature)"),
            ),
            Mistake(
                "positive logits only",
                "Negative logits were not divided by the temperature, but multiplied or left: the rule is one and the same "
                "for all logits.",
                "What should become of the gap between a positive and a negative logit?",
                edits=_gives("np.where(logits > 0, logits / temperature, logits * temperature)"),
            ),
            Mistake(
                "positive logits only, the others left",
                "Negative logits were left as they are: the rule is one and the same for all logits.",
                "What should become of the gap between a positive and a negative logit?",
                edits=_gives("np.where(logits > 0, logits / temperature, logits)"),
            ),
            Mistake(
                "likeliest only",
                "Only the largest logit was changed; the temperature acts on all of them.",
                "What should become of the gap between the second and the third token?",
                edits=_gives(
                    "np.where(logits == logits.max(axis=-1, keepdims=True), logits / temperature, logits)"
                ),
            ),
            Mistake(
                "likeliest left",
                "The largest logit was left as it is; the temperature acts on all of them.",
                "What should become of the gap between the first and the second token?",
                edits=_gives(
                    "np.where(logits == logits.max(axis=-1, keepdims=True), logits, logits / temperature)"
                ),
            ),
            Mistake(
                "rounded to whole numbers",
                "The logits were rounded, so that different ones became equal.",
                "Which type should the result have?",
                edits=_gives("np.round(logits / temperature)"),
            ),
            Mistake(
                "half precision",
                "The numbers are nearly right: they were rounded to half precision.",
                "Which precision did the logits have that were given?",
                edits=_gives("(logits / temperature).astype(np.float16).astype(logits.dtype)"),
            ),
            Mistake(
                "absolute values",
                "Negative logits became positive.",
                "Which is likelier, a logit of -5 or one of 1?",
                edits=_gives("np.abs(logits) / temperature"),
            ),
            Mistake(
                "sign turned",
                "The order of the tokens was turned round: the likeliest is the least likely now.",
                "Does any temperature make two tokens change places?",
                edits=_gives("-logits / temperature"),
            ),
            Mistake(
                "first row of the batch only",
                "Only the first row of a batch was changed.",
                "To how many texts does the temperature of a batch apply?",
                edits=_gives(
                    "np.concatenate([logits[:1] / temperature, logits[1:]]) if logits.ndim > 1 else "
                    "logits / temperature"
                ),
            ),
            Mistake(
                "first row of the batch returned",
                "Of a batch only the first row came back.",
                "Which shape has the result?",
                edits=_gives("(logits if logits.ndim == 1 else logits[0]) / temperature"),
            ),
            Mistake(
                "cut-off tokens become 0",
                "Tokens that had been cut off came back: minus infinity became 0, a logit like any other.",
                "What is minus infinity, divided by any temperature?",
                edits=_gives("np.where(np.isfinite(logits), logits / temperature, 0.0)"),
            ),
            Mistake(
                "cut-off tokens become a finite number",
                "Tokens that had been cut off have a finite logit now; they are to stay at minus infinity.",
                "What is minus infinity, divided by any temperature?",
                edits=_gives("np.where(np.isfinite(logits), logits / temperature, -1e9)"),
            ),
        ),
    ),
    *WHOLE,
)
