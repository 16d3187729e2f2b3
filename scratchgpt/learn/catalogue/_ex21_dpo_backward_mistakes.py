"""21.4: mistakes in the gradients of DPO."""

from ...tasks.preferences import dpo_backward
from ..exercise import Mistake
from ._ex21_more import SLOPES
from ._ex21_rewards_backward_mistakes import MORE, PAIRED
from ._unpaired import unpaired

_RETURN = "return cache.beta * dchosen, cache.beta * drejected"
_BETA = "How far does a reward move when the model's log-probability of the answer moves by 1?"
_IN = "Is beta in the margin of the cache already?"

_PAIRED = (
    (
        "beta forgotten",
        "These are the gradients of the rewards: from there to the log-probabilities, beta is missing.",
        _BETA,
        _RETURN,
        "return dchosen, drejected",
    ),
    (
        "beta squared",
        "Beta was applied twice on the way back.",
        _BETA,
        _RETURN,
        "return cache.beta**2 * dchosen, cache.beta**2 * drejected",
    ),
    (
        "beta in the margin again",
        "The margin was multiplied by beta before the probability was taken; that has happened in the forward pass.",
        _IN,
        "BradleyTerryCache(cache.margin)",
        "BradleyTerryCache(cache.beta * cache.margin)",
    ),
    (
        "beta taken out of the margin",
        "The margin was divided by beta before the probability was taken; the loss is made of margins with beta in them.",
        _IN,
        "BradleyTerryCache(cache.margin)",
        "BradleyTerryCache(cache.margin / cache.beta)",
    ),
)

_MORE = (
    *(
        Mistake(key, says, asks, edits=((_RETURN, new),))
        for key, says, asks, new in (
            (
                "divided by beta",
                "The gradients of the rewards were divided by beta, where they have to be multiplied.",
                _BETA,
                "return dchosen / cache.beta, drejected / cache.beta",
            ),
            (
                "beta on the chosen one only",
                "Beta multiplies the gradient of the chosen answers alone.",
                _BETA,
                "return cache.beta * dchosen, drejected",
            ),
            (
                "beta on the rejected one only",
                "Beta multiplies the gradient of the rejected answers alone.",
                _BETA,
                "return dchosen, cache.beta * drejected",
            ),
            (
                "beta fixed",
                "Beta has its usual value, where the cache holds another.",
                "What else is in the cache beside the margin?",
                "return 0.1 * dchosen, 0.1 * drejected",
            ),
            (
                "beta added",
                "Beta was added to the gradients, where it multiplies.",
                _BETA,
                "return cache.beta + dchosen, cache.beta + drejected",
            ),
            (
                "gradients of the reference too",
                "There are four gradients; the reference is frozen and has none.",
                "How many gradients were asked for?",
                "return cache.beta * dchosen, cache.beta * drejected, -cache.beta * dchosen, -cache.beta * drejected",
            ),
            (
                "both gradients in one array",
                "The two gradients lie in one array, a row for each; a pair of arrays was asked for.",
                "How many gradients were asked for?",
                "return cache.beta * array_module(dchosen).stack([dchosen, drejected])",
            ),
            (
                "root of beta",
                "The root of beta was taken on the way back.",
                _BETA,
                "return cache.beta**0.5 * dchosen, cache.beta**0.5 * drejected",
            ),
        )
    ),
)

_EDITED = ("bradley_terry_backward",)
MISTAKES = (
    *(Mistake(key, says, asks, edits=((old, new),)) for key, says, asks, old, new in (*_PAIRED, *PAIRED)),
    *unpaired(dpo_backward, (*_MORE, *MORE, *SLOPES[:-1]), edited=_EDITED),
)
