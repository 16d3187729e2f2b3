"""02.4: the gradient of cross-entropy."""

import numpy as np

from ...ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from ..exercise import Exercise, Mistake, Probe
from ._ex02_cross_entropy import predictions
from ._ex02_more_entropy_backward import MORE_BACKWARD


def _losses() -> list[Probe]:
    rng = np.random.default_rng(4)
    upstream = [np.float64(v) for v in rng.uniform(0.5, 2.0, 10)]
    return [
        Probe(probe.name, (dloss, cross_entropy_forward(*probe.args, **probe.kwargs)[1]))
        for dloss, probe in zip(upstream, predictions(), strict=True)
    ]


CROSS_ENTROPY_BACKWARD = Exercise(
    id="02.4",
    reference=cross_entropy_backward,
    task="""
    The gradient of the mean surprise with respect to the logits.

    dloss: the gradient of the loss, one number. cache: CrossEntropyCache of the forward pass, with log_probs
    (..., V), targets (...) and scale (...), the share of each place.
    Return dlogits (..., V). Each row sums to 0; a row with share 0 is 0. Do not modify the cache: it may be
    used again.

    >>> logits = np.log(np.array([[0.4, 0.5, 0.1], [0.3, 0.1, 0.6]]))
    >>> _, cache = cross_entropy_forward(logits, np.array([0, 2]))
    >>> cross_entropy_backward(1.0, cache).round(2)
    array([[-0.3 ,  0.25,  0.05],
           [ 0.15,  0.05, -0.2 ]])
    >>> cross_entropy_backward(2.0, cache).round(2)
    array([[-0.6,  0.5,  0.1],
           [ 0.3,  0.1, -0.4]])
    """,
    probes=_losses,
    returns=("dlogits",),
    mistakes=(
        Mistake(
            "one-hot forgotten",
            "These are the probabilities themselves: nothing says which token really came, and each row sums to its "
            "share instead of 0.",
            "At which entry of a row does the target show?",
            edits=(
                (
                    "xp.take_along_axis(dlogits, picked, axis=-1) - 1",
                    "xp.take_along_axis(dlogits, picked, axis=-1)",
                ),
            ),
        ),
        Mistake(
            "sign",
            "The sign is turned round: a step against this gradient would make the target less likely.",
            "Is the entry of the target above or below 0 in the right gradient?",
            edits=(("dlogits *= (scale * dloss)[..., None]", "dlogits *= -(scale * dloss)[..., None]"),),
        ),
        Mistake(
            "dloss forgotten",
            "The gradient that comes from above was not used: it is as if it were 1.",
            "What does the chain rule do with what comes from above?",
            edits=(("(scale * dloss)[..., None]", "scale[..., None]"),),
        ),
        Mistake(
            "share forgotten",
            "Every place counts fully: the gradient is that of a sum, and ignored places have one too.",
            "Where in the cache does the average of the forward pass survive?",
            edits=(("(scale * dloss)[..., None]", "xp.ones(scale.shape)[..., None] * dloss"),),
        ),
        Mistake(
            "divided by the number of places",
            "The gradient was divided by the number of all places: that is right only where every place counts the same.",
            "Where in the cache does it say how much each place counts?",
            edits=(("(scale * dloss)[..., None]", "xp.full(scale.shape, dloss / scale.size)[..., None]"),),
        ),
        Mistake(
            "divided by the first axis only",
            "The gradient was divided by the length of the first axis, not by the number of places.",
            "Where in the cache does it say how much each place counts?",
            edits=(("(scale * dloss)[..., None]", "xp.full(scale.shape, dloss / len(scale))[..., None]"),),
        ),
        Mistake(
            "divided by the vocabulary too",
            "The gradient is V times too small: the average was taken over the vocabulary too.",
            "How many surprises does one place contribute?",
            edits=(("(scale * dloss)[..., None]", "(scale * dloss)[..., None] / log_probs.shape[-1]"),),
        ),
        Mistake(
            "log-probabilities used as probabilities",
            "The log-probabilities were used where probabilities belong.",
            "What leads from a log-probability back to the probability?",
            edits=(("dlogits = xp.exp(log_probs)", "dlogits = log_probs.copy()"),),
        ),
        Mistake(
            "extra softmax gradient",
            "The gradient went through softmax once more: the difference of probability and target has that in it "
            "already.",
            "With respect to which of them is the difference the gradient, the probabilities or the logits?",
            edits=(
                (
                    "    dlogits *= (scale * dloss)[..., None]\n    return dlogits",
                    "    p = xp.exp(log_probs)\n    dlogits = p * (dlogits - (dlogits * p).sum(axis=-1, keepdims=True))\n"
                    "    dlogits *= (scale * dloss)[..., None]\n    return dlogits",
                ),
            ),
        ),
        Mistake(
            "1 subtracted from whole columns",
            "The 1 was subtracted in every row at the columns of all targets, where each row has one target of its own.",
            "Which pairs of row and column does your index mean?",
            edits=(
                (
                    "xp.put_along_axis(dlogits, picked, xp.take_along_axis(dlogits, picked, axis=-1) - 1, axis=-1)",
                    "dlogits[..., xp.unique(targets)] -= 1",
                ),
            ),
        ),
        *MORE_BACKWARD,
    ),
    hints=(
        "Write the loss of one row with log-softmax written out, and differentiate it with respect to one logit. Two terms "
        "remain.",
        "One term is a probability. The other is there at one entry of the row only.",
        "The shares of the forward pass and the gradient from above are factors: one number per row.",
    ),
    difficulty=3,
    minutes=20,
    importance=5,
    lines=5,
    needs=("02.3",),
)
