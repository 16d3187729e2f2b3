"""02.3: cross-entropy."""

import numpy as np

from ...ops.cross_entropy import cross_entropy_forward
from ..exercise import Exercise, Mistake, Probe
from ._ex02_more_entropy import MORE_FORWARD


def predictions() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(3)
    logits, targets = rng.standard_normal((2, 3, 5)), rng.integers(0, 5, (2, 3))
    ignored = targets.copy()
    ignored[0, 1] = -1
    far = np.array([[0.0, -800.0, 1.0], [900.0, 0.0, 2.0]])
    return [
        Probe("basic", (logits, targets)),
        Probe("one row", (logits[0], targets[0])),
        Probe("square", (rng.standard_normal((4, 4)), rng.integers(0, 4, 4))),
        Probe("an ignored target", (logits, ignored)),
        Probe("weights", (logits, targets, rng.uniform(0.5, 2.0, (2, 3)))),
        Probe("weights and an ignored target", (logits, ignored, rng.uniform(0.5, 2.0, (2, 3)))),
        Probe("nothing counts", (logits, np.full((2, 3), -1))),
        Probe("another ignore_index", (logits, np.array([[3, 1, 4], [0, 3, 2]])), {"ignore_index": 3}),
        Probe("small weights", (logits, targets, rng.uniform(0.02, 0.1, (2, 3)))),
        Probe("a target 800 below", (far, np.array([1, 1]))),
    ]


CROSS_ENTROPY = Exercise(
    id="02.3",
    reference=cross_entropy_forward,
    task="""
    The mean surprise of a model at the tokens that really came: -log P(target), averaged.

    logits: (..., V), float, as far apart as those of 02.2. targets: (...), integers below V. `ignore_index`, -1
    or one of the ids, marks the places that do not count. weights: (...), floats above 0, or None; each place
    counts as much as its weight, and places that do not count have none, whatever their weight.
    Return (loss, cache). loss: one number, sum of weight x surprise over the sum of the weights that count; 0
    when every place is ignored. cache: CrossEntropyCache(log_probs, targets, scale), where log_probs are the
    log-probabilities (..., V), targets hold 0 where they are ignored, and scale (...) is the share of each
    place: 0 where ignored, 1 in sum. Do not modify the arguments.

    >>> logits = np.log(np.array([[0.4, 0.5, 0.1], [0.3, 0.1, 0.6]]))
    >>> loss, cache = cross_entropy_forward(logits, np.array([0, 2]))
    >>> round(float(loss), 4), cache.scale
    (0.7136, array([0.5, 0.5]))
    >>> three = np.log(np.array([[0.4, 0.5, 0.1], [0.3, 0.1, 0.6], [0.2, 0.2, 0.6]]))
    >>> loss, cache = cross_entropy_forward(three, np.array([0, 2, -1]), np.array([1.0, 3.0, 5.0]))
    >>> round(float(loss), 4), cache.targets, cache.scale
    (0.6122, array([0, 2, 0]), array([0.25, 0.75, 0.  ]))
    """,
    probes=predictions,
    returns=("loss", "cache"),
    mistakes=(
        Mistake(
            "sum for mean",
            "The surprises were added and not averaged: the loss grows with the number of tokens.",
            "Would two copies of the same text be twice as hard to predict?",
            edits=(("scale = scale / (total + (total == 0))", "scale = scale / 1"),),
        ),
        Mistake(
            "sign",
            "The loss is negative: it is the mean log-probability, which is to be made large, not small.",
            "Should a better prediction have a larger or a smaller loss?",
            edits=(("nll = -xp.take_along_axis", "nll = xp.take_along_axis"),),
        ),
        Mistake(
            "ignored places in the average",
            "Ignored places add nothing to the sum, but they still count in the number that it is divided by.",
            "How many places were really predicted?",
            edits=(("total = scale.sum()", "total = scale.size if weights is None else weights.sum()"),),
        ),
        Mistake(
            "ignored places counted",
            "Places whose target is to be ignored count like all others, with token 0 as their target.",
            "Which places should have the share 0?",
            edits=(
                (
                    "scale = counted.astype(np.result_type(logits.dtype, np.float32))",
                    "scale = xp.ones(targets.shape)",
                ),
            ),
        ),
        Mistake(
            "weights forgotten",
            "The weights change nothing: every place counts the same.",
            "Which of the arguments have you not used yet?",
            edits=(("if weights is not None:", "if False:"),),
        ),
        Mistake(
            "weights not in the denominator",
            "The surprises are weighted, but the total is the number of places and not the sum of their weights.",
            "If every weight were doubled, should the loss double?",
            edits=(("total = scale.sum()", "total = counted.sum()"),),
        ),
        Mistake(
            "nothing counts",
            "When every place is ignored, the total is 0, and dividing by it gives NaN.",
            "What should the loss of nothing be?",
            edits=(("scale = scale / (total + (total == 0))", "scale = scale / total"),),
        ),
        Mistake(
            "ignore_index fixed",
            "It is always -1 (or every negative target) that is ignored, whatever was asked for.",
            "Which of the arguments have you not used yet?",
            edits=(("targets != ignore_index", "targets != -1"),),
        ),
        Mistake(
            "averaged over the first axis only",
            "The sum was divided by the length of the first axis, not by the number of places that count.",
            "How many places are in 2 texts of 3 tokens?",
            edits=(("total = scale.sum()", "total = len(targets)"),),
        ),
        Mistake(
            "averaged over the vocabulary too",
            "The loss is V times too small: the average was taken over the vocabulary too, where each place has only one "
            "surprise.",
            "How many surprises does one place contribute?",
            edits=(("total = scale.sum()", "total = scale.sum() * logits.shape[-1]"),),
        ),
        Mistake(
            "no maximum subtracted",
            "The exponential of a large score is infinite, and so are the loss and the log-probabilities.",
            "Which function of this lesson gives log-probabilities that never overflow?",
            edits=(
                (
                    "log_probs = ops.log_softmax(logits)",
                    "log_probs = logits - xp.log(xp.exp(logits).sum(axis=-1, keepdims=True))",
                ),
            ),
        ),
        Mistake(
            "logarithm of an underflowed probability",
            "The probability was computed first and its logarithm afterwards: a target 800 below the others has the "
            "probability 0 in floating point, and an infinite loss.",
            "Which function of this lesson gives log-probabilities without computing probabilities?",
            edits=(
                (
                    "log_probs = ops.log_softmax(logits)",
                    "log_probs = (lambda e: xp.log(e / e.sum(axis=-1, keepdims=True)))"
                    "(xp.exp(logits - logits.max(axis=-1, keepdims=True)))",
                ),
            ),
        ),
        Mistake(
            "softmax twice",
            "Softmax was applied twice: to the logits, and then again to the probabilities.",
            "Does the function that gives log-probabilities want logits or probabilities?",
            edits=(
                (
                    "log_probs = ops.log_softmax(logits)",
                    "log_probs = ops.log_softmax(xp.exp(ops.log_softmax(logits)))",
                ),
            ),
        ),
        Mistake(
            "base 2",
            "The loss is in bits (logarithms to base 2), where nats were asked for.",
            "Which logarithm does the exponential undo?",
            edits=(
                ("log_probs = ops.log_softmax(logits)", "log_probs = ops.log_softmax(logits) / np.log(2)"),
            ),
        ),
        *MORE_FORWARD,
    ),
    hints=(
        "Begin without weights and ignored places: which number do you need from each row of log-probabilities?",
        "There is a function in NumPy that takes one element per row, given the index of each along an axis.",
        "Give every place a share first: 1 or its weight or 0, divided by the sum of them all. The loss is then a sum of products.",
    ),
    difficulty=3,
    minutes=20,
    importance=5,
    lines=9,
    needs=("02.2",),
)
