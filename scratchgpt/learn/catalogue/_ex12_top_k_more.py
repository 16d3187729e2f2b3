"""Lesson 12: what goes wrong with top-k."""

from ...sampling.filters import top_k
from ..exercise import Mistake
from ._ex12_one_row import TOP_K_ONE_ROW
from ._ex12_top_k_rest import REST
from ._ex12_top_k_whole import _SOME, WHOLE
from ._unpaired import unpaired

_KEPT = "above | (tied & (np.cumsum(tied, axis=-1) <= room))"
_FILL = "logits, -np.inf)"
_RESULT = f"np.where({_KEPT}, {_FILL}"
_KTH = "    kth = np.partition("

TOP_K_MISTAKES = (
    Mistake(
        "all equals stay",
        "More than k tokens stay when several logits equal the k-th largest: of those only as many as there is room for.",
        "How many of three equal logits stay when there is room for one?",
        edits=((_KEPT, "above | tied"),),
    ),
    Mistake(
        "no equals stay",
        "The k-th largest is cut off: your comparison leaves out what is equal to it.",
        "Is the k-th largest one of the k largest?",
        edits=((_KEPT, "above"),),
    ),
    Mistake(
        "0 for minus infinity",
        "Tokens that were cut off got the logit 0, which is likelier than any negative one.",
        "Which logit gives a probability of 0?",
        edits=((_FILL, "logits, 0.0)"),),
    ),
    Mistake(
        "a large negative number",
        "Tokens that were cut off have a finite logit; here they are to be impossible, so that the next step can tell.",
        "Which logit gives a probability of exactly 0, whatever the others are?",
        edits=((_FILL, "logits, -1e9)"),),
    ),
    Mistake(
        "nothing stays for k = 0",
        "For k = 0 all tokens are impossible, and 0 should keep all.",
        "What does a k of 0 mean here?",
        edits=(
            ("V = logits.shape[-1]\n", "V = logits.shape[-1]\n    asked, k = k, max(k, 1)\n"),
            ("room = k -", "room = asked -"),
            ("above | (tied", "(above & (asked > 0)) | (tied"),
        ),
    ),
    *unpaired(
        top_k,
        (
            Mistake(
                "the likeliest cut off",
                "The k largest were cut off, and all others stay.",
                "Which of the two should become impossible?",
                edits=((f"np.where({_KEPT}", f"np.where(~({_KEPT})"),),
            ),
            Mistake(
                "the k-th alone",
                "Only the k-th largest stays, and those above it should stay with it.",
                "How many tokens should stay?",
                edits=((_KEPT, "tied & (np.cumsum(tied, axis=-1) <= room)"),),
            ),
            Mistake(
                "one too many",
                f"{_SOME} It is one more.",
                "Which place does the k-th largest have, counted from 0?",
                edits=((_KTH, f"    k += 1\n{_KTH}"),),
            ),
            Mistake(
                "which tokens stay",
                "You return which tokens stay, and logits are asked for.",
                "What should stand at the places of those that stay?",
                edits=((_RESULT, _KEPT),),
            ),
            Mistake(
                "NaN",
                "Tokens that were cut off are no numbers now, and a softmax makes that of all others too.",
                "Which logit gives a probability of 0?",
                edits=((_FILL, "logits, np.nan)"),),
            ),
            Mistake(
                "plus infinity",
                "Tokens that were cut off are at plus infinity: that makes them certain.",
                "Which sign has the logit of an impossible token?",
                edits=((_FILL, "logits, np.inf)"),),
            ),
            Mistake(
                "largest finite number",
                "Tokens that were cut off have the smallest finite number; here they are to be at minus infinity.",
                "Which logit gives a probability of exactly 0, whatever the others are?",
                edits=((_FILL, "logits, np.finfo(logits.dtype).min)"),),
            ),
            Mistake(
                "ones for logits",
                "The k that stay all have the same logit now, and they should keep their own.",
                "What should stand at the places of those that stay?",
                edits=((_FILL, "np.zeros_like(logits), -np.inf)"),),
            ),
            Mistake(
                "ones and zeros",
                "You return a table of ones and zeros, and logits are asked for.",
                "What should stand at the places of those that stay?",
                edits=((_RESULT, f"({_KEPT}).astype(float)"),),
            ),
        ),
    ),
    *WHOLE,
    *REST,
    *TOP_K_ONE_ROW,
)
