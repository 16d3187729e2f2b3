"""21.3: mistakes in the loss of DPO."""

from ...tasks.preferences import dpo_forward
from ..exercise import Mistake
from ._ex21_dpo_rewards import BETA, DPO_REWARDS, REFERENCE, REWARDS, WINS
from ._ex21_losses import OF_PAIRS
from ._ex21_more import DPO
from ._ex21_more import LOSSES as MORE_LOSSES
from ._ex21_rewards_mistakes import LOSS_PAIRED
from ._unpaired import unpaired

_LOSS = "loss, (margin,) = bradley_terry_forward(*rewards)"
_CACHE = "DPOCache(margin, beta)"
_CACHED = "What was the cache to hold?"

_PAIRED = (
    (
        "reference left out",
        "The reference does not occur in the rewards: an answer that was unlikely from the start can hardly win.",
        REFERENCE,
        REWARDS,
        "rewards = beta * chosen, beta * rejected",
    ),
    (
        "reference the wrong way round",
        "The reference counts with the wrong sign: it was added to the model's log-probabilities, or each answer was held against "
        "the reference's log-probability of the other one.",
        REFERENCE,
        REWARDS,
        "rewards = beta * (chosen + ref_chosen), beta * (rejected + ref_rejected)",
    ),
    (
        "beta forgotten",
        "Beta is missing from the rewards, in the loss and in the margins of the cache.",
        BETA,
        REWARDS,
        "rewards = chosen - ref_chosen, rejected - ref_rejected",
    ),
    (
        "margin the wrong way round",
        "The margin is that of the rejected answer over the chosen one, in the loss and in the cache.",
        WINS,
        REWARDS,
        "rewards = beta * (rejected - ref_rejected), beta * (chosen - ref_chosen)",
    ),
    (
        "margin cached without beta",
        "The loss is right, but beta is missing from the margins in the cache.",
        _CACHED,
        _CACHE,
        "DPOCache(margin / beta, beta)",
    ),
)

_MORE = (
    *DPO_REWARDS,
    *(
        Mistake(key, says, asks, edits=((_LOSS, new),))
        for key, says, asks, new in (
            (
                "beta on the loss",
                "Beta multiplies the loss, where it should multiply the rewards that it is made of.",
                BETA,
                "loss, (margin,) = bradley_terry_forward(chosen - ref_chosen, rejected - ref_rejected)\n"
                "    loss, margin = beta * loss, beta * margin",
            ),
            (
                "beta on the loss, margin without it",
                "Beta multiplies the loss, where it should multiply the rewards; the margins in the cache lack it too.",
                BETA,
                "loss, (margin,) = bradley_terry_forward(chosen - ref_chosen, rejected - ref_rejected)\n"
                "    loss = beta * loss",
            ),
            (
                "beta in the cached margin only",
                "The margins in the cache are right, but beta is missing from the loss.",
                BETA,
                "loss, (margin,) = bradley_terry_forward(chosen - ref_chosen, rejected - ref_rejected)\n"
                "    margin = beta * margin",
            ),
            (
                "each answer on its own",
                "Each answer was judged on its own, the chosen one as good and the rejected one as bad; the loss is to depend on the "
                "margin alone.",
                "Does the loss change when both rewards grow by 1?",
                "loss, (margin,) = bradley_terry_forward(*rewards)\n"
                "    xp = array_module(margin)\n"
                "    loss = (xp.logaddexp(0, -rewards[0]) + xp.logaddexp(0, rewards[1])).mean()",
            ),
            (
                "squared distance to a target margin",
                "That is another loss for preferences: the squared distance of the margin from a target.",
                "Which loss has a reward model?",
                "loss, (margin,) = bradley_terry_forward(*rewards)\n"
                "    loss = ((margin / beta - 1 / (2 * beta)) ** 2).mean()",
            ),
            (
                "likelihood of the chosen one",
                "The loss is the mean surprise at the chosen answers: plain fine-tuning, without any comparison.",
                "Where do the rejected answers come in?",
                "loss, (margin,) = bradley_terry_forward(*rewards)\n    loss = -chosen.mean()",
            ),
            (
                "likelihood added",
                "The mean surprise at the chosen answers was added to the loss.",
                "On which number of a pair does the loss depend?",
                "loss, (margin,) = bradley_terry_forward(*rewards)\n    loss = loss - chosen.mean()",
            ),
            (
                "divergence added",
                "The mean distance between model and reference was added to the loss; beta keeps them together already.",
                "On which number of a pair does the loss depend?",
                "loss, (margin,) = bradley_terry_forward(*rewards)\n"
                "    loss = loss + beta * (chosen - ref_chosen).mean()",
            ),
        )
    ),
    *(
        Mistake(key, says, _CACHED, edits=((_CACHE, new),))
        for key, says, new in (
            (
                "fields exchanged",
                "The loss is right, but margins and beta have changed places in the cache.",
                "DPOCache(beta, margin)",
            ),
            (
                "margin alone",
                "The loss is right, but the margins came without the cache around them.",
                "margin",
            ),
            ("a tuple for the cache", "The loss is right, but the cache is a plain tuple.", "(margin, beta)"),
            (
                "negative margins cached",
                "The loss is right, but the margins in the cache have the wrong sign.",
                "DPOCache(-margin, beta)",
            ),
            (
                "losses cached",
                "The loss is right, but the cache holds the losses of the pairs, where the margins belong.",
                "DPOCache(array_module(margin).logaddexp(0, -margin), beta)",
            ),
            (
                "probabilities cached",
                "The loss is right, but the cache holds probabilities, where the margins belong.",
                "DPOCache(array_module(margin).exp(-array_module(margin).logaddexp(0, -margin)), beta)",
            ),
            (
                "mean margin cached",
                "The loss is right, but the cache holds the mean of the margins; there is one for each pair.",
                "DPOCache(margin.mean(), beta)",
            ),
            (
                "beta twice in the cached margin",
                "The loss is right, but the margins in the cache have beta in them twice.",
                "DPOCache(beta * margin, beta)",
            ),
            (
                "margin without the reference cached",
                "The loss is right, but the margins in the cache leave the reference out.",
                "DPOCache(beta * (chosen - rejected), beta)",
            ),
            (
                "margin without reference and beta cached",
                "The loss is right, but the margins in the cache leave out the reference and beta.",
                "DPOCache(chosen - rejected, beta)",
            ),
            (
                "rewards cached",
                "The loss is right, but the cache holds the rewards of both answers, where their margins belong.",
                "DPOCache(array_module(margin).stack(rewards), beta)",
            ),
        )
    ),
    Mistake(
        "no cache",
        "The loss is there, but nothing for backward: a pair of loss and cache was asked for.",
        _CACHED,
        edits=((f", {_CACHE}", ""),),
    ),
    Mistake(
        "log-probabilities overwritten",
        "The results are right, but the log-probabilities that you were given were changed on the way; others still need them.",
        "Whose array is it?",
        edits=(
            (
                REWARDS,
                "chosen -= ref_chosen\n    rejected -= ref_rejected\n    rewards = beta * chosen, beta * rejected",
            ),
        ),
    ),
    Mistake(
        "cache before loss",
        "Loss and cache have changed places.",
        "In which order are the two results asked for?",
        edits=((f"return loss, {_CACHE}", f"return {_CACHE}, loss"),),
    ),
)

_COMBINED = (*(m.key for m in DPO_REWARDS), "no cache", "not averaged")
_EDITED = ("bradley_terry_forward",)
MISTAKES = (
    *(
        Mistake(key, says, asks, edits=((old, new),))
        for key, says, asks, old, new in (*_PAIRED, *LOSS_PAIRED)
    ),
    *unpaired(dpo_forward, (*_MORE, *OF_PAIRS, *MORE_LOSSES, *DPO), edited=_EDITED, but=_COMBINED),
)
