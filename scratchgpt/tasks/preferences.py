"""Learning from preferences: which of two answers is better. A reward model's loss, and DPO's.

Both are the same loss. A reward model learns rewards for it; in direct preference optimisation (DPO) the
model's own log-probabilities, held against those of a frozen copy, take their place.
"""

from typing import NamedTuple

from ..ops.activations import sigmoid_forward
from ..ops.arrays import Array, array_module


class BradleyTerryCache(NamedTuple):
    """`margin` (B): by how much the reward of the chosen answer exceeds that of the rejected one."""

    margin: Array


def bradley_terry_forward(chosen: Array, rejected: Array) -> tuple[Array, BradleyTerryCache]:
    """Mean surprise at the preferences of a pair each, from the rewards of its two answers.

    Shapes: chosen (B), rejected (B) -> loss ()
    Forward: the chosen answer wins with the probability sigmoid(chosen - rejected); loss = -mean log of it,
        as log(1 + exp(-margin)), which neither overflows nor takes the log of 0.
    Cache: the margins.
    Source: Bradley, Terry 1952; Ouyang et al. 2022, section 3.5.
    """
    margin = chosen - rejected
    losses = array_module(margin).logaddexp(0, -margin)
    return losses.mean(), BradleyTerryCache(margin)


def bradley_terry_backward(dloss: Array, cache: BradleyTerryCache) -> tuple[Array, Array]:
    """Gradients of the rewards.

    Shapes: dloss () -> dchosen (B), drejected (B)
    Backward: the slope of -log sigmoid(margin) is -sigmoid(-margin): what the pair is still misjudged by.
    """
    (margin,) = cache
    wrong, _ = sigmoid_forward(-margin)
    dmargin = -wrong * (dloss / len(margin))
    return dmargin, -dmargin


class DPOCache(NamedTuple):
    """`margin` (B): the difference of the two implicit rewards, `beta` included; and `beta`."""

    margin: Array
    beta: float


def dpo_forward(
    chosen: Array, rejected: Array, ref_chosen: Array, ref_rejected: Array, beta: float = 0.1
) -> tuple[Array, DPOCache]:
    """Direct preference optimisation: the loss of a reward model whose rewards are implicit.

    Shapes: chosen (B), rejected (B), ref_chosen (B), ref_rejected (B) -> loss ()
    Forward: inputs are log-probabilities of whole answers, the first two by the model, the others by its
        frozen reference. The reward of an answer is beta (log p - log p_ref); the loss is Bradley-Terry's.
    Cache: the margin of the rewards, and beta.
    Source: Rafailov et al. 2023 (arXiv 2305.18290), equation 7.
    """
    rewards = beta * (chosen - ref_chosen), beta * (rejected - ref_rejected)
    loss, (margin,) = bradley_terry_forward(*rewards)
    return loss, DPOCache(margin, beta)


def dpo_backward(dloss: Array, cache: DPOCache) -> tuple[Array, Array]:
    """Gradients of the model's log-probabilities; the reference is frozen.

    Shapes: dloss () -> dchosen (B), drejected (B)
    Backward: that of Bradley-Terry, times beta.
    """
    dchosen, drejected = bradley_terry_backward(dloss, BradleyTerryCache(cache.margin))
    return cache.beta * dchosen, cache.beta * drejected
