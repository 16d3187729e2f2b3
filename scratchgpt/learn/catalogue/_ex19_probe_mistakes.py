"""19.4: mistakes in a step of a linear probe."""

from typing import Any

import numpy as np

from ...interpret.probes import linear_probe_step
from ..exercise import Mistake
from ._ex19_more import PROBE
from ._ex19_probe_forward import BIAS, BIAS_ASKS, FORWARD, LABEL, LOSS, PROBE_FORWARD, ROWS, STEP, WEIGHT
from ._ex19_probe_steps import PROBE_STEPS
from ._ex19_twice import PROBE as TWICE
from ._unpaired import unpaired

_MINUS_ONE = "dlogits[rows, labels] -= 1"
_SHARED = "dlogits /= len(labels)"
_MEAN = "By how much does the mean over the states move when the loss of one of them does?"
_BEFORE = "With which weight and bias is the loss computed?"

_PAIRED = (
    (
        "bias forgotten",
        "The bias was not added to the scores.",
        FORWARD,
        "matmul(h, weight) + bias",
        "matmul(h, weight)",
    ),
    (
        "loss summed",
        "The losses of the states were added up; their mean was asked for.",
        _MEAN,
        LOSS,
        "loss = -log_probs[rows, labels].sum()",
    ),
    (
        "loss negative",
        "The loss is negative: a log-probability is, and the loss is its opposite.",
        "Can a cross-entropy be below 0?",
        LOSS,
        "loss = log_probs[rows, labels].mean()",
    ),
    (
        "one-hot forgotten",
        "From no probability was 1 taken: every class is pushed down, the label's own included.",
        LABEL,
        f"    {_MINUS_ONE}\n",
        "",
    ),
    (
        "gradient summed",
        "The gradients of the states were added up; the loss is a mean over them.",
        _MEAN,
        f"    {_SHARED}\n",
        "",
    ),
    (
        "uphill",
        "Weight and bias went up the slope: the gradient was added, so that the loss rises.",
        STEP,
        f"{WEIGHT}, {BIAS}",
        "weight + lr * matmul(h.T, dlogits), bias + lr * dlogits.sum(axis=0)",
    ),
    (
        "bias not learnt",
        "The bias has not moved. It learns too, for each class on its own: over all classes together its gradient cancels.",
        "What does the gradient of one class's bias collect?",
        BIAS,
        "bias.copy()",
    ),
    (
        "weight not learnt",
        "The weight has not moved; it learns too.",
        "Which of the two learn?",
        WEIGHT,
        "weight.copy()",
    ),
    (
        "bias averaged",
        "The bias got the average of the gradients of the states, which carry their portion of the mean already.",
        BIAS_ASKS,
        "dlogits.sum(axis=0)",
        "dlogits.mean(axis=0)",
    ),
    (
        "weight averaged",
        "The gradient of the weight was divided by the number of states again, though each carries its portion of the "
        "mean already.",
        _MEAN,
        "matmul(h.T, dlogits)",
        "matmul(h.T, dlogits) / len(h)",
    ),
)

_MORE = (
    *PROBE_FORWARD,
    *PROBE_STEPS,
    *(
        Mistake(key, says, asks, edits=((f"    {_MINUS_ONE}\n    {_SHARED}\n", new),))
        for key, says, asks, new in (
            (
                "1 taken from whole columns",
                "1 was taken from every state for the labels of all states; each state has one label of its own.",
                LABEL,
                "    dlogits[:, labels] -= 1\n    dlogits /= len(labels)\n",
            ),
            (
                "label alone",
                "Only the entry of the label has a gradient; the other classes have to give way too.",
                "What becomes of the other probabilities when that of the label grows?",
                "    true = dlogits[rows, labels] - 1\n"
                "    dlogits[...] = 0\n"
                "    dlogits[rows, labels] = true / len(labels)\n",
            ),
            (
                "one-hot alone",
                "The gradient is the label's alone: what the probe already believes does not occur in it.",
                "How hard should a state pull that is judged rightly and surely?",
                "    dlogits[...] = 0\n    dlogits[rows, labels] = -1 / len(labels)\n",
            ),
            (
                "1 taken after the division",
                "The probabilities were divided by the number of states before 1 was taken from those of the labels.",
                "Which two numbers does the mean share out?",
                "    dlogits /= len(labels)\n    dlogits[rows, labels] -= 1\n",
            ),
            (
                "1 added",
                "1 was added to the probability of the label, where it has to be taken away.",
                LABEL,
                "    dlogits[rows, labels] += 1\n    dlogits /= len(labels)\n",
            ),
            (
                "averaged over classes too",
                "The gradient was divided by the number of classes as well as by that of the states.",
                _MEAN,
                "    dlogits[rows, labels] -= 1\n    dlogits /= dlogits.size\n",
            ),
            (
                "averaged over classes instead",
                "The gradient was divided by the number of classes, not by that of the states.",
                _MEAN,
                "    dlogits[rows, labels] -= 1\n    dlogits /= len(bias)\n",
            ),
            (
                "averaged over channels instead",
                "The gradient was divided by the number of channels, not by that of the states.",
                _MEAN,
                "    dlogits[rows, labels] -= 1\n    dlogits /= h.shape[1]\n",
            ),
            (
                "back through the softmax again",
                "The difference of probabilities and labels passed the slope of the softmax once more, which it holds already.",
                "Which two steps does the difference of probabilities and labels lead back through?",
                "    probs = dlogits.copy()\n"
                "    dlogits[rows, labels] -= 1\n"
                "    dlogits = probs * (dlogits - (dlogits * probs).sum(axis=1, keepdims=True)) / len(labels)\n",
            ),
            (
                "slope of a sigmoid",
                "The difference of probabilities and labels was multiplied by the slope of a sigmoid, as under a squared error.",
                "Which loss is it whose slope you took?",
                "    probs = dlogits.copy()\n"
                "    dlogits[rows, labels] -= 1\n"
                "    dlogits *= probs * (1 - probs) / len(labels)\n",
            ),
            (
                "gradient of log-probabilities",
                "From the log-probabilities 1 was taken, not from the probabilities.",
                "What does the gradient hold of the classes, probabilities or their logs?",
                "    dlogits = log_probs.copy()\n"
                "    dlogits[rows, labels] -= 1\n"
                "    dlogits /= len(labels)\n",
            ),
            (
                "last state only",
                "Only the last state pulls at the probe.",
                BIAS_ASKS,
                "    dlogits[rows, labels] -= 1\n    dlogits /= len(labels)\n    dlogits[:-1] = 0\n",
            ),
            (
                "first state only",
                "Only the first state pulls at the probe.",
                BIAS_ASKS,
                "    dlogits[rows, labels] -= 1\n    dlogits /= len(labels)\n    dlogits[1:] = 0\n",
            ),
            (
                "the larger part only",
                "Only classes that should fall have a gradient; the label's own should rise.",
                LABEL,
                "    dlogits[rows, labels] = 0\n    dlogits /= len(labels)\n",
            ),
        )
    ),
)


def _after(weight: Any, bias: Any, h: Any, labels: Any, lr: float = 0.1) -> Any:
    _, weight, bias = linear_probe_step(weight, bias, h, labels, lr)
    return linear_probe_step(weight, bias, h, labels, lr)[0], weight, bias


def _one_by_one(weight: Any, bias: Any, h: Any, labels: Any, lr: float = 0.1) -> Any:
    losses = []
    for i in range(len(h)):
        loss, weight, bias = linear_probe_step(weight, bias, h[i : i + 1], labels[i : i + 1], lr)
        losses.append(loss)
    return np.mean(losses), weight, bias


def _one_by_one_shared(weight: Any, bias: Any, h: Any, labels: Any, lr: float = 0.1) -> Any:
    first, *_ = linear_probe_step(weight, bias, h, labels, lr)
    return first, *_one_by_one(weight, bias, h, labels, lr)[1:]


def _sigmoids(weight: Any, bias: Any, h: Any, labels: Any, lr: float = 0.1) -> Any:
    scores = h @ weight + bias
    onehot = np.eye(len(bias))[labels]
    loss = (np.logaddexp(0, scores) - onehot * scores).sum(axis=1).mean()
    gap = (np.exp(-np.logaddexp(0, -scores)) - onehot) / len(h)
    return loss, weight - lr * h.T @ gap, bias - lr * gap.sum(axis=0)


def _second_bias(weight: Any, bias: Any, h: Any, labels: Any, lr: float = 0.1) -> Any:
    loss, new, _ = linear_probe_step(weight, bias, h, labels, lr)
    return loss, new, linear_probe_step(new, bias, h, labels, lr)[2]


_WHOLE = (
    Mistake(
        "loss after the step",
        "The step is right, but the loss is that of the probe after it.",
        _BEFORE,
        wrong=_after,
    ),
    Mistake(
        "one step for each state",
        "The probe learnt after each state in turn; one step for all of them was asked for.",
        "How many steps are taken in one call?",
        wrong=_one_by_one,
    ),
    Mistake(
        "one step for each state, first loss",
        "The loss is right, but the probe learnt after each state in turn; one step for all of them was asked for.",
        "How many steps are taken in one call?",
        wrong=_one_by_one_shared,
    ),
    Mistake(
        "sigmoids for softmax",
        "Each class has a probability of its own, by a sigmoid; those of a state do not sum to 1.",
        ROWS,
        wrong=_sigmoids,
    ),
    Mistake(
        "bias after the new weight",
        "The bias learnt from scores that were made with the new weight already; both gradients belong to the probe "
        "as it was.",
        _BEFORE,
        wrong=_second_bias,
    ),
)

_COMBINED = (
    "no maximum taken away",
    "log of a vanished probability",
    "overflow in both",
    "1 taken from whole columns",
    "averaged over classes too",
    "loss over all classes",
)
MISTAKES = (
    *(Mistake(key, says, asks, edits=((old, new),)) for key, says, asks, old, new in _PAIRED),
    *unpaired(linear_probe_step, (*_MORE, *PROBE, *TWICE), but=_COMBINED),
    *_WHOLE,
)
