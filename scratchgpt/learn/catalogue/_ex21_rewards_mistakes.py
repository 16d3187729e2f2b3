"""21.1: mistakes in the loss of a reward model."""

from ...tasks.preferences import bradley_terry_forward
from ..exercise import Mistake
from ._ex21_losses import ALL, FAR, LOG, LOSSES, MEAN, OF_PAIRS, WINS, XP
from ._ex21_more import LOSSES as MORE_LOSSES
from ._unpaired import unpaired

MARGIN = "margin = chosen - rejected"
CACHE = "BradleyTerryCache(margin)"
_CACHED = "What was the cache to hold?"

# What goes wrong with the losses of pairs, in the words of a reward model and of DPO alike.
LOSS_PAIRED = (
    (
        "summed over the pairs",
        "The losses of the pairs were added up; their mean was asked for.",
        ALL,
        MEAN,
        "losses.sum()",
    ),
    (
        "sign of the loss",
        "The loss is negative: the log of a probability is, and the loss is its opposite.",
        "Can a surprise be below 0?",
        LOSSES,
        f"losses = -{XP}.logaddexp(0, -margin)",
    ),
    (
        "bits for nats",
        "The loss is in bits; the natural log was asked for.",
        "What is the loss of a pair to which the model gives half a chance: 1, or the natural log of 2?",
        LOSSES,
        f"losses = {XP}.logaddexp(0, -margin) / 0.6931471805599453",
    ),
    (
        "overflow",
        "The loss of a very wrong pair is infinite: on the way to it an exponential grew too large or a probability became 0. "
        "On paper, it is about as large as the margin.",
        FAR,
        LOSSES,
        f"losses = {XP}.log(1 + {XP}.exp(-margin))",
    ),
    (
        "infinity over infinity",
        "For a large margin, the probability was computed as infinity over infinity, which is no number.",
        "Which of the two forms of a sigmoid keeps its exponential small?",
        LOSSES,
        f"losses = -{XP}.log({XP}.exp(margin) / (1 + {XP}.exp(margin)))",
    ),
    (
        "probability for its log",
        "The loss is made of probabilities, where it should be made of their logs.",
        LOG,
        LOSSES,
        f"losses = -1 / (1 + {XP}.exp(-margin))",
    ),
)

_MORE = (
    Mistake(
        "margin the wrong way round",
        "The margin is that of the rejected answer over the chosen one, in the loss and in the cache: the better the model, the "
        "larger its loss.",
        WINS,
        edits=((MARGIN, "margin = rejected - chosen"),),
    ),
    Mistake(
        "margin without its sign",
        "The sign of the margin has been lost, in the loss and in the cache: a wrong judgement costs no more than a right one.",
        WINS,
        edits=((MARGIN, "margin = abs(chosen - rejected)"),),
    ),
    Mistake(
        "rewards added",
        "The rewards of the two answers were added; the margin is their difference.",
        WINS,
        edits=((MARGIN, "margin = chosen + rejected"),),
    ),
    Mistake(
        "chosen alone",
        "The rejected answer's reward has been left out.",
        "On which two numbers does the margin depend?",
        edits=((MARGIN, "margin = chosen.copy()"),),
    ),
    Mistake(
        "quotient of the rewards",
        "The rewards were divided by each other; the margin is their difference.",
        "Can a reward be negative?",
        edits=((MARGIN, "margin = chosen / rejected"),),
    ),
    Mistake(
        "margin of the probabilities",
        "Each reward passed a sigmoid of its own before the difference was taken; the sigmoid is one of the margin.",
        "Which comes first, the difference or the sigmoid?",
        edits=(
            (
                MARGIN,
                "margin = 1 / (1 + array_module(chosen).exp(-chosen)) - 1 / (1 + array_module(chosen).exp(-rejected))",
            ),
        ),
    ),
    Mistake(
        "all pairs of answers",
        "Every chosen answer met every rejected one; only those of the same pair belong together.",
        "Which rejected answer does a chosen one compete with?",
        edits=((MARGIN, "margin = (chosen[:, None] - rejected).reshape(-1)"),),
    ),
    *(
        Mistake(key, says, asks, edits=((LOSSES, new),))
        for key, says, asks, new in (
            (
                "each answer on its own",
                "Each answer was judged on its own, the chosen one as good and the rejected one as bad: the loss is to depend on their "
                "difference alone.",
                "Does the loss change when both rewards grow by 1?",
                f"losses = {XP}.logaddexp(0, -chosen) + {XP}.logaddexp(0, rejected)",
            ),
            (
                "each answer on its own, averaged",
                "Each answer was judged on its own, and the two losses averaged: the loss is to depend on the difference alone.",
                "Does the loss change when both rewards grow by 1?",
                f"losses = ({XP}.logaddexp(0, -chosen) + {XP}.logaddexp(0, rejected)) / 2",
            ),
            (
                "difference of the logs",
                "The log of a sigmoid was taken of each reward, and then the difference; the log is one of the margin's sigmoid.",
                "Does the loss change when both rewards grow by 1?",
                f"losses = {XP}.logaddexp(0, -chosen) - {XP}.logaddexp(0, -rejected)",
            ),
            (
                "chosen alone in the loss",
                "The margin in the cache is right, but the loss looks at the chosen answer alone.",
                "On which two numbers does the loss depend?",
                f"losses = {XP}.logaddexp(0, -chosen)",
            ),
            (
                "softmax without care",
                "The exponentials of large rewards are infinite; only their difference matters, and that is small.",
                "Does the probability change when both rewards grow by 800?",
                f"losses = -{XP}.log({XP}.exp(chosen) / ({XP}.exp(chosen) + {XP}.exp(rejected)))",
            ),
            (
                "log of a sum without care",
                "The exponentials of large rewards are infinite; only their difference matters, and that is small.",
                "Does the probability change when both rewards grow by 800?",
                f"losses = {XP}.log({XP}.exp(chosen) + {XP}.exp(rejected)) - chosen",
            ),
            (
                "rewards as probabilities",
                "The chosen reward was divided by the sum of both, as if rewards could not be negative.",
                "Can a reward be negative?",
                f"losses = -{XP}.log(chosen / (chosen + rejected))",
            ),
        )
    ),
    *(
        Mistake(key, says, _CACHED, edits=((CACHE, new),))
        for key, says, new in (
            (
                "losses cached",
                "The loss is right, but the cache holds the losses of the pairs, where the margins belong.",
                "BradleyTerryCache(losses)",
            ),
            (
                "probabilities cached",
                "The loss is right, but the cache holds probabilities, where the margins belong.",
                f"BradleyTerryCache({XP}.exp(-losses))",
            ),
            (
                "negative margins cached",
                "The loss is right, but the margins in the cache have the wrong sign.",
                "BradleyTerryCache(-margin)",
            ),
            (
                "mean margin cached",
                "The loss is right, but the cache holds the mean of the margins; there is one for each pair.",
                "BradleyTerryCache(margin.mean())",
            ),
            (
                "size of the margin cached",
                "The loss is right, but the margins in the cache have lost their sign.",
                "BradleyTerryCache(abs(margin))",
            ),
            (
                "misjudged probabilities cached",
                "The loss is right, but the cache holds the probabilities of the wrong outcome, where the margins belong.",
                f"BradleyTerryCache(1 / (1 + {XP}.exp(margin)))",
            ),
            (
                "margin alone",
                "The loss is right, but the margins came without the cache around them.",
                "margin",
            ),
            ("a tuple for the cache", "The loss is right, but the cache is a plain tuple.", "(margin,)"),
            (
                "rewards cached",
                "The loss is right, but the cache is a tuple of the rewards.",
                "(chosen, rejected)",
            ),
        )
    ),
    Mistake(
        "no cache",
        "The loss is there, but nothing for backward: a pair of loss and cache was asked for.",
        _CACHED,
        edits=((f", {CACHE}", ""),),
    ),
    Mistake(
        "rewards overwritten",
        "The results are right, but the rewards that you were given were changed on the way; others still need them.",
        "Whose array is it?",
        edits=((MARGIN, "chosen -= rejected\n    margin = chosen.copy()"),),
    ),
    Mistake(
        "cache before loss",
        "Loss and cache have changed places.",
        "In which order are the two results asked for?",
        edits=((f"return {MEAN}, {CACHE}", f"return {CACHE}, {MEAN}"),),
    ),
)

_KEPT = (
    "margin the wrong way round",
    "margin without its sign",
    "rewards added",
    "chosen alone",
    "margin of the probabilities",
    "no cache",
    "not averaged",
    "averaged over answers",
    "one pair less",
    "softmax without care",
    "log of a sum without care",
)
_UNPAIRED = unpaired(bradley_terry_forward, (*OF_PAIRS, *_MORE, *MORE_LOSSES), but=_KEPT)
MISTAKES = (
    *(Mistake(key, says, asks, edits=((old, new),)) for key, says, asks, old, new in LOSS_PAIRED),
    *_UNPAIRED,
)
