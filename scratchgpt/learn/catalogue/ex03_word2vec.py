"""Lesson 03: word2vec. The naive softmax loss and negative sampling, with their gradients."""

import numpy as np

from ...worked.word2vec import (
    naive_softmax_backward,
    naive_softmax_forward,
    negative_sampling_backward,
    negative_sampling_forward,
)
from ..exercise import Chapter, Exercise, Probe
from . import _ex03_sampling, _ex03_sampling_backward, _ex03_softmax, _ex03_softmax_backward


def _pairs() -> list[Probe]:
    rng = np.random.default_rng(31)

    def probe(name: str, n_words: int, size: int, outside: int, scale: float = 1.0) -> Probe:
        v, U = rng.standard_normal(size) * scale, rng.standard_normal((n_words, size)) * scale
        return Probe(name, (v, outside, U))

    large = probe("large scores", 6, 3, 1, 30.0)
    scores = large.args[2] @ large.args[0]
    return [
        probe("basic", 7, 4, 2),
        probe("square", 5, 5, 3),
        probe("more numbers than words", 3, 6, 0),
        probe("the last word", 6, 2, 5),
        large,
        Probe("large scores, the least likely word", (large.args[0], int(scores.argmin()), large.args[2])),
        Probe("large scores, the most likely word", (large.args[0], int(scores.argmax()), large.args[2])),
        Probe("a view", (rng.standard_normal(8)[::2], 4, rng.standard_normal((4, 7)).T)),
    ]


def _pair_gradients() -> list[Probe]:
    rng = np.random.default_rng(32)
    return [
        Probe(probe.name, (np.float64(rng.uniform(0.5, 2.0)), naive_softmax_forward(*probe.args)[1]))
        for probe in _pairs()
    ]


NAIVE_SOFTMAX = Exercise(
    id="03.1",
    reference=naive_softmax_forward,
    task="""
    The surprise at finding a certain word near a center word: -log P(outside given center).

    v: (D,), the vector of the center word. outside: the id of the word that was found, an integer below V.
    U: (V, D), one outside vector per word of the vocabulary. The score of a word is the dot product of its
    outside vector with v; the probabilities are the softmax of all V scores.
    Return (loss, cache). loss: one number, in nats. cache: NaiveSoftmaxCache(v, outside, U, probs), where
    probs (V,) are the probabilities of all words; the others as given. Scores may be in the hundreds: nothing
    may overflow, and a probability too small for float64 still has an exact loss. Do not modify the
    arguments.

    >>> U = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> loss, cache = naive_softmax_forward(np.array([np.log(2), 0.0]), 0, U)
    >>> cache.probs.round(4), round(float(loss), 4)
    (array([0.4, 0.2, 0.4]), 0.9163)
    """,
    probes=_pairs,
    returns=("loss", "cache"),
    mistakes=_ex03_softmax.FORWARD,
    hints=(
        "It is cross-entropy for one position. Where do the logits come from here?",
        "One product of a matrix and a vector gives all scores. Which of the two has a row per word?",
        "Compute the log-probabilities as in 02.2. The loss needs one of them; the probabilities follow "
        "from all.",
    ),
    difficulty=2,
    minutes=10,
    importance=3,
    lines=3,
    needs=("02.2",),
)

NAIVE_SOFTMAX_BACKWARD = Exercise(
    id="03.2",
    reference=naive_softmax_backward,
    task="""
    The two gradients of the naive softmax loss: how the center vector and all outside vectors should move.

    dloss: one number, the gradient that arrives from above. cache: NaiveSoftmaxCache(v, outside, U, probs) of
    03.1: v (D,), outside an integer below V, U (V, D), probs (V,) the probabilities of all words.
    Return (dv, dU), of the shapes of v and U. Do not modify the cache: it may be used again.

    >>> U, probs = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([0.4, 0.2, 0.4])
    >>> dv, dU = naive_softmax_backward(0.5, NaiveSoftmaxCache(np.array([2.0, -1.0]), 0, U, probs))
    >>> dv.round(4)
    array([-0.1,  0.3])
    >>> dU.round(4)
    array([[-0.6,  0.3],
           [ 0.2, -0.1],
           [ 0.4, -0.2]])
    """,
    probes=_pair_gradients,
    returns=("dv", "dU"),
    mistakes=_ex03_softmax_backward.BACKWARD,
    hints=(
        "How does the loss change with each score? You know this gradient from 02.4.",
        "A score is a dot product of two vectors: its slope with respect to the one is the other.",
        "The center vector takes part in all scores, so what comes back from them adds up. Each outside vector takes part "
        "in one score only.",
    ),
    difficulty=3,
    minutes=20,
    importance=4,
    lines=5,
    needs=("03.1",),
)


def _draws() -> list[Probe]:
    rng = np.random.default_rng(33)

    def probe(
        name: str, n_words: int, size: int, outside: int, negatives: list[int], scale: float = 1.0
    ) -> Probe:
        v, U = rng.standard_normal(size) * scale, rng.standard_normal((n_words, size)) * scale
        return Probe(name, (v, outside, np.array(negatives), U))

    return [
        probe("basic", 9, 4, 2, [5, 0, 7]),
        probe("a word drawn twice", 8, 3, 1, [6, 4, 6, 0]),
        probe("a word drawn three times", 5, 3, 0, [2, 2, 4, 2, 1]),
        probe("the outside word among the draws", 6, 5, 3, [1, 3, 5]),
        probe("square", 4, 4, 1, [0, 3, 2]),
        probe("one draw", 7, 2, 6, [3]),
        probe("large scores", 6, 3, 1, [4, 0, 2, 5], 30.0),
        Probe("a view", (rng.standard_normal(8)[::2], 2, np.arange(6)[::2], rng.standard_normal((4, 7)).T)),
    ]


def _draw_gradients() -> list[Probe]:
    rng = np.random.default_rng(34)
    return [
        Probe(probe.name, (np.float64(rng.uniform(0.5, 2.0)), negative_sampling_forward(*probe.args)[1]))
        for probe in _draws()
    ]


NEGATIVE_SAMPLING = Exercise(
    id="03.3",
    reference=negative_sampling_forward,
    task="""
    Negative sampling: tell the word that was found from K words drawn at random, by yes/no questions.

    v: (D,), the vector of the center word. outside: the id of the word that was found, an integer below V.
    negatives: (K,) integers below V, K at least 1, the words that were drawn; a word may occur more than once
    and counts each time, also when it is the outside word itself. U: (V, D), one outside vector per word.
    The score of a pair is the dot product of the word's outside vector with v; the sigmoid of the score is
    the probability that the pair was found and not drawn.
    Return (loss, cache). loss: one number in nats, the surprise at all 1 + K right answers, added up: "found"
    for the outside word, "drawn" for each negative. cache: NegativeSamplingCache(v, ids, U, probs): ids
    (1 + K,) is an integer array, the outside word first, then the negatives in their order; probs (1 + K,)
    the sigmoids of their scores; v and U as given. Scores may be in the hundreds: nothing may overflow, and
    the loss stays exact. Do not modify the arguments.

    >>> U = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> loss, cache = negative_sampling_forward(np.array([np.log(3), 0.0]), 0, np.array([1, 2]), U)
    >>> cache.ids, cache.probs.round(4), round(float(loss), 4)
    (array([0, 1, 2]), array([0.75, 0.5 , 0.75]), 2.3671)
    >>> round(float(negative_sampling_forward(np.array([np.log(3), 0.0]), 0, np.array([1, 1]), U)[0]), 4)
    1.674
    """,
    probes=_draws,
    returns=("loss", "cache"),
    mistakes=_ex03_sampling.FORWARD,
    hints=(
        'How large is the probability of the answer "drawn", when that of "found" is the sigmoid of the score?',
        "The sigmoid of the opposite score is the probability of the opposite answer. So one kind of "
        "logarithm serves both.",
        "The surprise is the logarithm of 1 plus an exponential. NumPy has a function that adds two exponentials and takes "
        "the logarithm without overflow.",
    ),
    difficulty=3,
    minutes=20,
    importance=3,
    lines=5,
    needs=("03.1",),
)

NEGATIVE_SAMPLING_BACKWARD = Exercise(
    id="03.4",
    reference=negative_sampling_backward,
    task="""
    The two gradients of negative sampling: only the words that took part move.

    dloss: one number, the gradient that arrives from above. cache: NegativeSamplingCache(v, ids, U, probs) of
    03.3: v (D,); ids (1 + K,), the word that was found first, then the K that were drawn; U (V, D); probs
    (1 + K,), the probability "found" for each pair.
    Return (dv, dU), of the shapes of v and U. A row of dU whose word is not in ids is 0; a word that stands
    in ids more than once gets the sum of all its parts. Do not modify the cache: it may be used again.

    >>> U, probs = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([0.75, 0.5, 0.5])
    >>> cache = NegativeSamplingCache(np.array([2.0, -1.0]), np.array([0, 1, 1]), U, probs)
    >>> dv, dU = negative_sampling_backward(2.0, cache)
    >>> dv.round(4)
    array([-0.5,  2. ])
    >>> dU.round(4)
    array([[-1. ,  0.5],
           [ 4. , -2. ],
           [ 0. ,  0. ]])
    """,
    probes=_draw_gradients,
    returns=("dv", "dU"),
    mistakes=_ex03_sampling_backward.BACKWARD,
    hints=(
        "Each pair is a yes/no question like the output of the network in lesson 01. What was its error?",
        "The right answer is yes for the first pair and no for all others.",
        "When an id occurs twice, plain indexing on the left of an assignment keeps one of its parts. A loop over the ids "
        "adds them all; so does a method of NumPy's add.",
    ),
    difficulty=3,
    minutes=20,
    importance=4,
    lines=6,
    needs=("03.3", "01.2"),
)

CHAPTER = Chapter(
    lesson="03",
    topic="word2vec",
    title="word2vec, the gradient that started it",
    imports="from scratchgpt.worked.word2vec import NaiveSoftmaxCache, NegativeSamplingCache",
    exercises=(NAIVE_SOFTMAX, NAIVE_SOFTMAX_BACKWARD, NEGATIVE_SAMPLING, NEGATIVE_SAMPLING_BACKWARD),
)
