"""The ten-word GPT by hand, trained: first on sentences, then on labelled reviews.

The model is in `film_by_hand` and `film_by_hand_gradients`. Both curves equal those of `film_stages` to
rounding.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ..ops.arrays import Array
from .film_by_hand import film_forward, film_language_loss
from .film_by_hand_gradients import film_gradients
from .film_given import film_adam, fresh_moments


def film_pretrain(
    params: Mapping[str, Array], sentences: Sequence[Array], epochs: int = 50, lr: float = 0.01
) -> tuple[Mapping[str, Array], list[float]]:
    """Train the language model, a step of Adam per sentence; return new parameters and perplexities.

    The perplexities (epochs + 1) are those before each epoch and at the end: exp of the mean loss per
    predicted word of all sentences together.
    """

    def perplexity() -> float:
        losses = [film_language_loss(params, film_forward(params, ids)[0], ids)[0] for ids in sentences]
        return float(np.exp(np.average(losses, weights=[len(ids) - 1 for ids in sentences])))

    moments, perplexities = fresh_moments(params), [perplexity()]
    for _ in range(epochs):
        for ids in sentences:
            _, grads = film_gradients(params, ids)
            params, moments = film_adam(params, grads, moments, lr)
        perplexities.append(perplexity())
    return params, perplexities


def film_finetune(
    params: Mapping[str, Array],
    reviews: Sequence[tuple[Array, int]],
    epochs: int = 40,
    lr: float = 0.005,
    lm_weight: float = 0.5,
) -> tuple[Mapping[str, Array], list[float]]:
    """Go on with labelled sentences and fresh moments; return new parameters and accuracies.

    The accuracies (epochs + 1) are those before each epoch and at the end: the share of the reviews whose
    likelier class is their label.
    """

    def accuracy() -> float:
        right = [
            (film_forward(params, ids)[0][-1] @ params["wy"]).argmax() == label for ids, label in reviews
        ]
        return float(np.mean(right))

    moments, accuracies = fresh_moments(params), [accuracy()]
    for _ in range(epochs):
        for ids, label in reviews:
            _, grads = film_gradients(params, ids, label, lm_weight)
            params, moments = film_adam(params, grads, moments, lr)
        accuracies.append(accuracy())
    return params, accuracies
