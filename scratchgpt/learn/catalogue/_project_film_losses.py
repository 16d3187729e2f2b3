"""F.7 and F.8: both losses with their gradients."""

from functools import cache

import numpy as np

from ...worked.film_by_hand import film_class_loss, film_language_loss
from ..exercise import Exercise, Probe
from . import _project_film_class_mistakes as class_mistakes
from . import _project_film_language_mistakes as language_mistakes
from ._project_film_parts import STAGES, film_size, odd_sizes, some


@cache
def _language() -> list[Probe]:
    rng = np.random.default_rng(105)
    odd, film = some(odd_sizes(105), "wte"), some(film_size(2), "wte")
    square = {"wte": rng.standard_normal((4, 4))}
    return [
        Probe("basic", (odd, rng.standard_normal((5, 6)), np.array([1, 6, 3, 6, 0]))),
        Probe("two words", (odd, rng.standard_normal((2, 6)), np.array([4, 2]))),
        Probe("square", (square, rng.standard_normal((4, 4)), np.array([3, 1, 1, 2]))),
        Probe("the film's sizes", (film, rng.standard_normal((6, 16)), np.array([0, 3, 4, 5, 6, 2]))),
    ]


LANGUAGE = Exercise(
    id="F.7",
    reference=film_language_loss,
    task="""
    L1, the loss of the language model on one sentence, and where it wants the states and the table to go.

    params holds wte (V, C), the table of the words. h: (T, C), float, the hidden states. ids: (T,), integers,
    the words that were read; T is at least 2. The state at each position scores every word by its dot product
    with the word's row of wte, and predicts the word that follows; the last state has nothing to predict.
    Return (loss, dh, dwte). loss: a number, the mean over the T - 1 predictions of minus the natural
    logarithm of the probability of the right word. dh: (T, C) and dwte: (V, C), the gradients of that mean by
    h and by the table as it was used here, to score (its use to look words up comes in F.11). The states have
    been normalised, so scores are small. Do not modify the arguments.

    >>> params = {"wte": np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])}
    >>> loss, dh, dwte = film_language_loss(params, np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([0, 2]))
    >>> round(loss, 4)
    0.862
    >>> dh.round(4)
    array([[-0.1554, -0.4223],
           [ 0.    ,  0.    ]])
    >>> dwte.round(4)
    array([[ 0.4223,  0.    ],
           [ 0.1554,  0.    ],
           [-0.5777,  0.    ]])
    """,
    probes=_language,
    returns=("loss", "dh", "dwte"),
    mistakes=language_mistakes.LANGUAGE,
    hints=(
        "Which states predict, and which words are their targets? Both lists have one entry less than the sentence.",
        "The gradient of the scores is known from lesson 02: what the model said, minus what came; and the mean is a "
        "division.",
        "From the gradient of the scores, the states get it times the table, and the table gets it, turned round, times "
        "the states that predicted.",
    ),
    difficulty=3,
    minutes=15,
    importance=5,
    lines=8,
    needs=("F.1",),
    beside=STAGES,
)


@cache
def _class() -> list[Probe]:
    rng = np.random.default_rng(106)
    odd, film = some(odd_sizes(106), "wy"), some(film_size(3), "wy")
    return [
        Probe("basic", (odd, rng.standard_normal((5, 6)), 1)),
        Probe("the other class", (odd, rng.standard_normal((4, 6)), 0)),
        Probe("one position", (odd, rng.standard_normal((1, 6)), 1)),
        Probe("square", ({"wy": rng.standard_normal((2, 2))}, rng.standard_normal((2, 2)), 0)),
        Probe("the film's sizes", (film, rng.standard_normal((6, 16)), 0)),
    ]


CLASS = Exercise(
    id="F.8",
    reference=film_class_loss,
    task="""
    L2, the loss of the class of one sentence, and where it wants the states and wy to go.

    params holds wy (C, 2), the matrix of the classifier, which has no bias. h: (T, C), float, the hidden
    states. label: 0 or 1, an integer. The class is read at the last position alone, where the word Extract
    stands: its state times wy gives two scores.
    Return (loss, dh, dwy). loss: a number, minus the natural logarithm of the probability of the label. dh:
    (T, C) and dwy: (C, 2), the gradients of the loss. Do not modify the arguments.

    The example of lesson 14, with a position before it:

    >>> params = {"wy": np.array([[0.15, -0.20], [0.30, 0.10], [-0.25, 0.40], [0.10, -0.15]])}
    >>> h = np.array([[1.0, 1.0, 1.0, 1.0], [-0.2, 0.9, -1.0, 0.3]])
    >>> loss, dh, dwy = film_class_loss(params, h, 0)
    >>> round(loss, 4)
    0.3604
    >>> dh.round(4)
    array([[ 0.    ,  0.    ,  0.    ,  0.    ],
           [-0.1059, -0.0605,  0.1967, -0.0756]])
    >>> dwy.round(4)
    array([[ 0.0605, -0.0605],
           [-0.2723,  0.2723],
           [ 0.3026, -0.3026],
           [-0.0908,  0.0908]])
    """,
    probes=_class,
    returns=("loss", "dh", "dwy"),
    mistakes=class_mistakes.CLASS,
    hints=(
        "Only one row of h takes part. What is the gradient of all the others?",
        "The gradient of the two scores is their probabilities, less one at the label.",
        "Each entry of wy joins one channel with one class: its gradient is the product of the two numbers at its ends.",
    ),
    difficulty=2,
    minutes=10,
    importance=5,
    lines=6,
    needs=("F.1",),
    beside=STAGES,
)
