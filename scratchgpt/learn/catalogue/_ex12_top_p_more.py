"""Lesson 12: what goes wrong with top-p."""

from ...sampling.filters import top_p
from ..exercise import Mistake
from ._ex12_one_row import TOP_P_ONE_ROW
from ._ex12_top_p_rest import REST
from ._ex12_top_p_rules import OTHER_RULES
from ._ex12_top_p_whole import WHOLE
from ._unpaired import unpaired

_N = "n = 1 + int((reached[:-1] < p - _ROUNDING).sum())"
_FILL = "np.full_like(logits, -np.inf)"
_KEEP = "kept[order[:n]] = logits[order[:n]]"

TOP_P_MISTAKES = (
    Mistake(
        "one too many",
        "One token more stays than is needed to reach p.",
        "Do the tokens without your last one reach p already?",
        edits=((_N, _N.replace("n = 1", "n = 2")),),
    ),
    Mistake(
        "goes on where p is reached exactly",
        "Where the sum is exactly p you took another token; to reach p is enough.",
        "Is a sum of a half enough for a p of a half?",
        edits=((_N, _N.replace("< p - _ROUNDING", "<= p")),),
    ),
    Mistake(
        "0 for minus infinity",
        "Tokens that were cut off got the logit 0, which is likelier than any negative one.",
        "Which logit gives a probability of 0?",
        edits=((_FILL, "np.zeros_like(logits)"),),
    ),
    *unpaired(
        top_p,
        (
            Mistake(
                "a large negative number",
                "Tokens that were cut off have a finite logit; here they are to be impossible.",
                "Which logit gives a probability of exactly 0, whatever the others are?",
                edits=((_FILL, "np.full_like(logits, -1e9)"),),
            ),
            Mistake(
                "NaN",
                "Tokens that were cut off are no numbers now, and a softmax makes that of all others too.",
                "Which logit gives a probability of 0?",
                edits=((_FILL, "np.full_like(logits, np.nan)"),),
            ),
            Mistake(
                "probabilities of the nucleus",
                "At the places of the nucleus you return probabilities, and logits are asked for.",
                "What should stand at the places of those that stay?",
                edits=((_KEEP, "kept[order[:n]] = probs[order[:n]]"),),
            ),
            Mistake(
                "probabilities of the nucleus, 0 elsewhere",
                "You return probabilities with the tail set to 0, and logits are asked for.",
                "What should stand at the places of those that stay?",
                edits=((_FILL, "np.zeros_like(logits)"), (_KEEP, "kept[order[:n]] = probs[order[:n]]")),
            ),
            Mistake(
                "the tail",
                "The nucleus was cut off, and the tail stays.",
                "Which of the two should become impossible?",
                edits=((_KEEP, "kept[order[n:]] = logits[order[n:]]"),),
            ),
            Mistake(
                "the last token alone",
                "Only the token that reaches p stays, and those before it should stay with it.",
                "How many tokens does it take to reach p in the first example?",
                edits=((_KEEP, "kept[order[n - 1]] = logits[order[n - 1]]"),),
            ),
        ),
    ),
    *WHOLE,
    *REST,
    *TOP_P_ONE_ROW,
    *OTHER_RULES,
)
