"""F.12 to F.14: the combined loss, pre-training, fine-tuning."""

from functools import cache

import numpy as np

from ...worked.film_by_hand_gradients import film_gradients
from ...worked.film_by_hand_training import film_finetune, film_pretrain
from ..exercise import Exercise, Probe
from . import _project_film_finetune_mistakes as finetune_mistakes
from . import _project_film_gradients_mistakes as gradients_mistakes
from . import _project_film_pretrain_mistakes as pretrain_mistakes
from ._project_film_parts import STAGES, film_size, odd_sizes


@cache
def _gradients() -> list[Probe]:
    odd, film = odd_sizes(110), film_size(6)
    ids = np.array([1, 6, 3, 6, 0])
    return [
        Probe("a label", (odd, ids, 1)),
        Probe("label 0", (odd, ids[1:], 0)),
        Probe("no label", (odd, ids)),
        Probe("another weight", (odd, ids, 0, 1.7)),
        Probe("weight 0", (odd, ids, 1), {"lm_weight": 0.0}),
        Probe("another weight, no label", (odd, ids[:2]), {"lm_weight": 0.3}),
        Probe("the film's sizes", (film, np.array([0, 3, 4, 5, 6, 2]), 1)),
    ]


GRADIENTS = Exercise(
    id="F.12",
    reference=film_gradients,
    task="""
    The loss of one sentence and the gradient of every parameter: the two losses together.

    params: all parameters. ids: (T,), integers, T at least 2. label: None, 0 or 1. lm_weight: a number, the
    lambda of lesson 14. Without a label the loss is L1, that of the next words, and lm_weight has no part in
    it. With a label it is L2 + lm_weight L1, where L2 is the loss of the class.
    Return (loss, grads): loss a number, grads a dict with the gradient of the loss by each of the fifteen
    parameters, in their shapes. wte is used twice, to look words up and to score them, and both count. wy
    has a part in L2 alone; without a label its gradient is zeros. Do not modify the arguments.

    >>> params, ids = initial_parameters(), np.array([0, 3, 4, 5, 6, 2])
    >>> loss, grads = film_gradients(params, ids)
    >>> round(loss, 4), len(grads), bool(grads["wy"].any())
    (3.4423, 15, False)
    >>> loss, grads = film_gradients(params, ids, label=1)
    >>> round(loss, 4), grads["wy"][0].round(4)
    (2.1101, array([-0.714,  0.714]))
    >>> loss, grads = film_gradients(params, ids, label=1, lm_weight=0.0)
    >>> round(loss, 4), grads["wy"][0].round(4)
    (0.3889, array([-0.714,  0.714]))
    """,
    probes=_gradients,
    returns=("loss", "grads"),
    mistakes=gradients_mistakes.GRADIENTS,
    hints=(
        "One forward pass serves both losses. What they want of the states adds up before you go down, once.",
        "Whatever multiplies a loss multiplies each of its gradients: those of the states and those of the parameters.",
        "The way down gives wte the lookup's part; the language model's loss gave you the other part, which carries its "
        "weight too.",
    ),
    difficulty=3,
    minutes=15,
    importance=5,
    lines=9,
    needs=("F.6", "F.7", "F.8", "F.11"),
    beside=STAGES,
)


def _texts(*lengths: int) -> list[np.ndarray]:
    rng = np.random.default_rng(sum(lengths))
    return [rng.integers(0, 7, n) for n in lengths]


@cache
def _pretrain() -> list[Probe]:
    odd = odd_sizes(111)
    return [
        Probe("one epoch", (odd, _texts(5, 2), 1)),
        Probe("two epochs", (odd, _texts(2, 4, 3), 2), {"lr": 0.02}),
        Probe("no epoch", (odd, _texts(3, 6), 0)),
        Probe("one sentence", (odd, _texts(4)), {"epochs": 3}),
    ]


PRETRAIN = Exercise(
    id="F.13",
    reference=film_pretrain,
    task="""
    Pre-training: a step of Adam for each sentence, epoch after epoch.

    params: all parameters, to begin with. sentences: a list of arrays of ids, (T,) each, of different
    lengths, every one with at least 2 words. epochs: an integer, 0 or more. lr: the learning rate.
    An epoch takes the sentences in their order. Each gives one step: the gradients of its own language loss,
    at the parameters as they are by then, and film_adam. That function is given: it takes parameters,
    gradients, moments and the learning rate, in this order, returns new parameters and new moments, and
    leaves the old ones as they are. fresh_moments(params) are the moments to begin with.
    Return (params, perplexities): the parameters at the end, and a list of epochs + 1 numbers, the perplexity
    before each epoch and at the end. The perplexity is e to the mean loss per predicted word of all sentences
    together: every predicted word counts the same, whichever sentence it is in. Do not modify the arguments.

    >>> params, perplexities = film_pretrain(initial_parameters(), film_sentences(), epochs=2)
    >>> [round(x, 3) for x in perplexities]
    [14.572, 3.106, 2.498]
    >>> params["wte"][3, :3].round(4)
    array([-0.4783,  0.2893,  0.2394])
    """,
    probes=_pretrain,
    returns=("params", "perplexities"),
    mistakes=pretrain_mistakes.PRETRAIN,
    hints=(
        "What has to be handed from one step to the next, and what is made anew in each?",
        "The list begins before the first step and grows at the end of each epoch, always measured with the parameters "
        "as they are then.",
        "A sentence's loss is a mean over its predicted words. To average over all words, a sentence counts as often as "
        "it has predicted words, which is one less than its length.",
    ),
    difficulty=3,
    minutes=20,
    importance=5,
    lines=11,
    needs=("F.12",),
    beside=STAGES,
)


def _labelled(*lengths: int) -> list[tuple[np.ndarray, int]]:
    return [(ids, (n + i) % 2) for i, (ids, n) in enumerate(zip(_texts(*lengths), lengths, strict=True))]


@cache
def _finetune() -> list[Probe]:
    odd = odd_sizes(112)
    return [
        Probe("one epoch", (odd, _labelled(5, 4), 1)),
        Probe("two epochs", (odd, _labelled(2, 4, 3), 2), {"lr": 0.3, "lm_weight": 1.5}),
        Probe("no epoch", (odd, _labelled(3, 5, 6), 0)),
        Probe("one review", (odd, _labelled(4)), {"epochs": 3, "lm_weight": 0.0}),
    ]


FINETUNE = Exercise(
    id="F.14",
    reference=film_finetune,
    task="""
    Fine-tuning: the same loop with labels, and the class and the language learn together.

    params: all parameters, to begin with, as pre-training left them. reviews: a list of (ids, label), ids
    (T,), label 0 or 1. epochs, lr: as in F.13. lm_weight: the lambda of the combined loss. An epoch takes the
    reviews in their order, one step of Adam for each, with the gradients of L2 + lm_weight L1; the moments
    begin afresh.
    Return (params, accuracies): the parameters at the end, and a list of epochs + 1 numbers, the accuracy
    before each epoch and at the end: the share of the reviews, 0 to 1, whose class with the larger score is
    their label. The class is read at the last position, as in F.8. Do not modify the arguments.

    >>> params, perplexities = film_pretrain(initial_parameters(), film_sentences(), epochs=10)
    >>> params, accuracies = film_finetune(params, film_reviews(), epochs=5)
    >>> accuracies
    [0.5, 0.5, 0.5, 0.5, 1.0, 1.0]
    >>> params["wy"][0].round(4)
    array([ 0.0964, -0.1679])
    """,
    probes=_finetune,
    returns=("params", "accuracies"),
    mistakes=finetune_mistakes.FINETUNE,
    hints=(
        "Lay your F.13 beside it: which three things differ?",
        "The accuracy needs no probabilities: which of the two scores at the last position is larger?",
        "Every review is asked with the parameters as they are after the epoch, and the share of right answers is one "
        "number.",
    ),
    difficulty=3,
    minutes=15,
    importance=5,
    lines=10,
    needs=("F.12", "F.13"),
    beside=STAGES,
)
