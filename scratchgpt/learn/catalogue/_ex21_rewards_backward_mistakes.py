"""21.2: mistakes in the gradients of the rewards."""

from ...tasks.preferences import bradley_terry_backward
from ..exercise import Mistake
from ._ex21_more import SLOPES as MORE_SLOPES
from ._ex21_slopes import EACH, PUSH, SLOPES, XP
from ._unpaired import unpaired

DMARGIN = "dmargin = -wrong * (dloss / len(margin))"
RETURN = "return dmargin, -dmargin"
_WAY = "Which of the two should grow, so that the loss falls?"
_MEAN = "By how much does the mean over the pairs move when the loss of one of them does?"
_UPSTREAM = "What has the gradient from above to do with the gradients below?"
_BOTH = "What happens to the margin when the rejected answer's reward grows?"

# What goes wrong on the way back, in the words of a reward model and of DPO alike.
PAIRED = (
    (
        "probability of the right outcome",
        "The slope has the probability of the right outcome in it: the surer the model, the harder it is pushed on.",
        PUSH,
        "sigmoid_forward(-margin)",
        "sigmoid_forward(margin)",
    ),
    (
        "signs exchanged",
        "The signs of the two gradients are exchanged: a step down would favour the rejected answers.",
        _WAY,
        DMARGIN,
        "dmargin = wrong * (dloss / len(margin))",
    ),
    (
        "not averaged",
        "The portion of the mean is missing: each pair pulls as if it were the only one.",
        _MEAN,
        "(dloss / len(margin))",
        "dloss",
    ),
    (
        "gradient from above forgotten",
        "The gradient of the loss that came from above has been left out.",
        _UPSTREAM,
        "(dloss / len(margin))",
        "(1.0 / len(margin))",
    ),
    (
        "both alike",
        "Both gradients have the same sign; what is good for the one reward is bad for the other.",
        _BOTH,
        RETURN,
        "return dmargin, dmargin.copy()",
    ),
    (
        "rejected one forgotten",
        "The rejected answer has no gradient; its reward takes part in the margin too.",
        _BOTH,
        RETURN,
        "return dmargin, 0 * dmargin",
    ),
)

MORE = (
    Mistake(
        "cache overwritten",
        "The gradients are right, but the margins in the cache were changed on the way; the cache may be used again.",
        "Whose array is it?",
        edits=(
            ("(margin,) = cache", "(margin,) = cache\n    margin *= -1"),
            ("sigmoid_forward(-margin)", "sigmoid_forward(margin)"),
        ),
    ),
    *SLOPES,
    *(
        Mistake(key, says, asks, edits=((DMARGIN, new),))
        for key, says, asks, new in (
            (
                "half of it",
                "The gradients are half of what they should be: the mean goes over the pairs, not over their answers, and the margin "
                "moves fully with each of the two rewards.",
                _MEAN,
                "dmargin = -wrong * (dloss / (2 * len(margin)))",
            ),
            (
                "averaged twice",
                "The gradients were divided by the number of pairs twice.",
                _MEAN,
                "dmargin = -wrong * (dloss / len(margin) ** 2)",
            ),
            (
                "multiplied by the pairs",
                "The gradients were multiplied by the number of pairs, where they have to be divided by it.",
                _MEAN,
                "dmargin = -wrong * (dloss * len(margin))",
            ),
            (
                "gradient from above added",
                "The gradient from above was added; the chain rule multiplies.",
                _UPSTREAM,
                "dmargin = dloss - wrong / len(margin)",
            ),
            (
                "divided by the gradient from above",
                "The slope was divided by the gradient from above; the chain rule multiplies.",
                _UPSTREAM,
                "dmargin = -wrong / (dloss * len(margin))",
            ),
            (
                "last pair only",
                "Only the last pair has a gradient.",
                EACH,
                "dmargin = -wrong * (dloss / len(margin))\n    dmargin[:-1] = 0",
            ),
            (
                "one number for all pairs",
                "The gradients of the pairs were averaged to one number; each pair has its own.",
                EACH,
                "dmargin = -(wrong * dloss).mean()",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((RETURN, new),))
        for key, says, asks, new in (
            (
                "chosen one forgotten",
                "The chosen answer has no gradient; its reward takes part in the margin too.",
                _BOTH,
                "return 0 * dmargin, -dmargin",
            ),
            (
                "complement for the rejected one",
                "The rejected answer got the probability of the right outcome for its push; both rewards have the same push, with "
                "opposite signs.",
                _BOTH,
                "return dmargin, (1 - wrong) * (dloss / len(margin))",
            ),
            (
                "complement for the rejected one, downwards",
                "The rejected answer got the probability of the right outcome for its push, with a minus; both rewards have the same "
                "push, with opposite signs.",
                _BOTH,
                "return dmargin, -(1 - wrong) * (dloss / len(margin))",
            ),
            (
                "margin's gradient alone",
                "There is the gradient of the margin alone; those of the two rewards were asked for.",
                "How many gradients were asked for?",
                "return dmargin",
            ),
            (
                "gradients in a list of pairs",
                "The two gradients lie in one array, a row for each pair.",
                "How many gradients were asked for, and of which shape?",
                f"return {XP}.stack([dmargin, -dmargin], axis=1)",
            ),
            (
                "means returned",
                "The gradients were averaged over the pairs in the end; each pair has its own.",
                EACH,
                "return dmargin.mean(), -dmargin.mean()",
            ),
            (
                "rejected one twice",
                "The gradient of the rejected answers is twice as large as it should be.",
                _BOTH,
                "return dmargin, -2 * dmargin",
            ),
        )
    ),
)

MISTAKES = (
    *(Mistake(key, says, asks, edits=((old, new),)) for key, says, asks, old, new in PAIRED),
    *unpaired(
        bradley_terry_backward,
        (
            *MORE,
            *MORE_SLOPES,
            Mistake(
                "nothing for the rejected one",
                "In the place of the rejected answer's gradient stands nothing.",
                _BOTH,
                edits=((RETURN, "return dmargin, None"),),
            ),
        ),
    ),
)
