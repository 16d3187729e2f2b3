"""The ten-token film example with one setting changed: learning rate, lambda, what is frozen.

All variations of a seed begin with the same pre-trained parameters, and the same forty epochs follow.
`film_stages` holds the stages.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..model import GPT
from ..ops.arrays import Array
from ..params import Params
from ..tasks.batches import collate
from .film_stages import (
    FINETUNING_LR,
    Run,
    film_model,
    finetune,
    first_perfect,
    perplexity,
    pretrain,
    reviews,
    sentences,
    xavier,
)

RATES = (FINETUNING_LR / 16, FINETUNING_LR / 4, FINETUNING_LR, FINETUNING_LR * 4, FINETUNING_LR * 16)
FREEZE = {
    "nothing": (),
    "embeddings": ("wte.*", "wpe.*"),
    "all but W_y": ("wte.*", "wpe.*", "h.*"),
}


class Variation(NamedTuple):
    """What became of a pre-trained model: how it classifies, and how it finds texts as a language model.

    `reached` is the first epoch after which all four labels are right, None for never; `accuracy` is the
    share at the end, `certainty` the probability of the right class of the less certain test sentence;
    `labelled` and `earlier` are perplexities, of the labelled format and of the five sentences that were
    pre-trained on; `n_trained` counts the numbers that were trained.
    """

    reached: int | None
    accuracy: float
    certainty: float
    labelled: float
    earlier: float
    n_trained: int


def pretrained_film(seed: int = 0) -> Params:
    """Return the parameters after the first stage, from the draw of `default_rng(seed)`."""
    model = film_model()
    params = xavier(model, np.random.default_rng(seed))
    pretrain(model, params)
    return params


def vary(
    start: Params, *, rate: float = FINETUNING_LR, lm_weight: float = 0.5, freeze: Sequence[str] = ()
) -> Variation:
    """Fine-tune a copy of pre-trained parameters with one setting changed.

    `freeze` are patterns of names that are not trained.
    """
    model = film_model(lm_weight)
    scaled = {name: replace(spec, lr_scale=rate / FINETUNING_LR) for name, spec in start.specs.items()}
    params = start.with_specs(scaled).freeze(*freeze)
    accuracies = finetune(model, params)
    run = Run(model, params, [], accuracies)
    return Variation(
        first_perfect(accuracies),
        accuracies[-1],
        run.certainty,
        run.kept,
        perplexity(model, params, collate(sentences())),
        params.n_trainable,
    )


def untuned(start: Params) -> tuple[float, float]:
    """Return the perplexities (labelled format, earlier sentences) before the second stage."""
    model = film_model()
    labelled, earlier = (perplexity(model, start, collate(texts)) for texts in (reviews(), sentences()))
    return labelled, earlier


def reach(gpt: GPT, params: Params, ids: Sequence[int], other: int) -> Array:
    """Return how far the state of each position moves when one token is exchanged, (T, T).

    Entry [i, j] is the norm of the change of state i when token j becomes `other`.
    """
    rows = np.array([ids] * (len(ids) + 1))  # row 0 stays as it is
    for j in range(len(ids)):
        rows[j + 1, j] = other
    h, _ = gpt.hidden(params, rows, keep_cache=False)  # (T + 1, T, C)
    moved: Array = np.linalg.norm(h[1:] - h[0], axis=-1)  # (j, i)
    return moved.T  # (T, T)
