"""Known mistakes of F.8, the loss of the class."""

from typing import Any

import numpy as np

from ...worked.film_by_hand import film_class_loss, film_softmax
from ..exercise import Mistake
from ._project_film_losses_more import CLASS as MORE
from ._unpaired import unpaired

_MINUS = "What is the gradient of the loss by the scores, in words?"
_STATE = "Where does Extract stand in a review?"
_CLASS_LOSS = "loss = -np.log(dlogits[label])"
_CLASS_DH = 'dh[-1] = params["wy"] @ dlogits'
_CLASS_RETURN = "return float(loss), dh, np.outer(h[-1], dlogits)"


def _class_of(read: Any, spread: Any) -> Any:
    """The class loss of another state: `read` makes it of h, `spread` gives h its gradient."""

    def film(params: Any, h: Any, label: Any) -> Any:
        state = read(h)
        p = film_softmax(state @ params["wy"])
        loss = -np.log(p[label])
        p[label] -= 1
        return float(loss), spread(h, params["wy"] @ p), np.outer(state, p)

    return film


def _at(i: int) -> Any:
    def spread(h: Any, d: Any) -> Any:
        dh = np.zeros_like(h)
        dh[i] = d
        return dh

    return spread


def _every_state(params: Any, h: Any, label: Any) -> Any:
    p = film_softmax(h @ params["wy"])
    loss = -np.log(p[:, label]).mean()
    p[:, label] -= 1
    p /= len(h)
    return float(loss), p @ params["wy"].T, h.T @ p


CLASS = (
    *unpaired(
        film_class_loss,
        (
            Mistake(
                "no one taken away",
                "The gradient of the scores is the probabilities alone: the label is not in it.",
                _MINUS,
                edits=(("    dlogits[label] -= 1\n", ""),),
            ),
            Mistake(
                "one added",
                "A one was added at the label, where it has to be taken away.",
                _MINUS,
                edits=(("dlogits[label] -= 1", "dlogits[label] += 1"),),
            ),
            Mistake(
                "one taken away from both",
                "A one was taken away from both classes, and not from the label alone.",
                _MINUS,
                edits=(("dlogits[label] -= 1", "dlogits -= 1"),),
            ),
            Mistake(
                "one taken away at the other class",
                "The one was taken away at the class that is not the label.",
                _MINUS,
                edits=(("dlogits[label] -= 1", "dlogits[1 - label] -= 1"),),
            ),
            Mistake(
                "the other class",
                "Loss and gradients are those of the other class.",
                "Which class does a label of 1 stand for?",
                edits=((_CLASS_LOSS, "label = 1 - label\n    loss = -np.log(dlogits[label])"),),
            ),
            Mistake(
                "loss of the other class",
                "The loss is that of the other class, and the gradients are those of the label.",
                "Which class does a label of 1 stand for?",
                edits=((_CLASS_LOSS, "loss = -np.log(dlogits[1 - label])"),),
            ),
            Mistake(
                "class 1 whatever the label",
                "The loss is that of class 1, whatever the label says.",
                "Which of the arguments have you not used yet?",
                edits=((_CLASS_LOSS, "label = 1\n    loss = -np.log(dlogits[label])"),),
            ),
            Mistake(
                "class 0 whatever the label",
                "The loss is that of class 0, whatever the label says.",
                "Which of the arguments have you not used yet?",
                edits=((_CLASS_LOSS, "label = 0\n    loss = -np.log(dlogits[label])"),),
            ),
            Mistake(
                "gradients with the wrong sign",
                "The gradients point the other way: the label, minus what the model said.",
                _MINUS,
                edits=((_CLASS_DH, 'dlogits = -dlogits\n    dh[-1] = params["wy"] @ dlogits'),),
            ),
            Mistake(
                "log-likelihood",
                "The loss is negative: it is the log-likelihood, whose sign has to be turned.",
                "Is a loss small or large when the model is right?",
                edits=((_CLASS_LOSS, "loss = np.log(dlogits[label])"),),
            ),
            Mistake(
                "log-likelihood and its gradients",
                "Loss and gradients have the wrong sign: this is the log-likelihood, which grows as the model gets better.",
                "Is a loss small or large when the model is right?",
                edits=(
                    (_CLASS_LOSS, "loss = np.log(dlogits[label])"),
                    (_CLASS_DH, 'dlogits = -dlogits\n    dh[-1] = params["wy"] @ dlogits'),
                ),
            ),
            Mistake(
                "logarithm to base 2",
                "The loss is in bits: it was asked for with the natural logarithm.",
                "Which base has the logarithm?",
                edits=(("-np.log(", "-np.log2("),),
            ),
            Mistake(
                "probability for its logarithm",
                "The loss is the probability with a minus; the logarithm is missing.",
                "What was asked for, the probability or its logarithm?",
                edits=((_CLASS_LOSS, "loss = -dlogits[label]"),),
            ),
            Mistake(
                "halved",
                "Loss and gradients were divided by the number of classes.",
                "Over how many predictions is this loss taken?",
                edits=(
                    (_CLASS_LOSS, _CLASS_LOSS + " / 2"),
                    ("dlogits[label] -= 1", "dlogits[label] -= 1\n    dlogits /= 2"),
                ),
            ),
            Mistake(
                "divided by T",
                "Loss and gradients were divided by the number of positions; only one of them is read.",
                "Over how many predictions is this loss taken?",
                edits=(
                    (_CLASS_LOSS, _CLASS_LOSS + " / len(h)"),
                    ("dlogits[label] -= 1", "dlogits[label] -= 1\n    dlogits /= len(h)"),
                ),
            ),
            Mistake(
                "gradients divided by T",
                "The gradients were divided by the number of positions; only one of them is read.",
                "Over how many predictions is this loss taken?",
                edits=(("dlogits[label] -= 1", "dlogits[label] -= 1\n    dlogits /= len(h)"),),
            ),
            Mistake(
                "dh at every position",
                "Every position got the gradient; only the last state was read.",
                "Which states did the loss depend on?",
                edits=((_CLASS_DH, 'dh[:] = params["wy"] @ dlogits'),),
            ),
            Mistake(
                "dh of one row",
                "dh is the gradient of one state; the others have a row as well, of zeros.",
                "Which shape have the hidden states?",
                edits=((f"    dh = np.zeros_like(h)\n    {_CLASS_DH}", '    dh = params["wy"] @ dlogits'),),
            ),
            Mistake(
                "dh at the first position",
                "The gradient stands at the first position; it was the last state that was read.",
                _STATE,
                edits=((_CLASS_DH, 'dh[0] = params["wy"] @ dlogits'),),
            ),
            Mistake(
                "dwy turned round",
                "The gradient of wy is turned round: it has a row per class, where a row per channel was asked for.",
                "Which shape has wy?",
                edits=(("np.outer(h[-1], dlogits)", "np.outer(dlogits, h[-1])"),),
            ),
            Mistake(
                "dwy from all states",
                "All states have a part in the gradient of wy; only the last one met it.",
                "Which states did the scores depend on?",
                edits=(("np.outer(h[-1], dlogits)", "np.outer(h.sum(axis=0), dlogits)"),),
            ),
            Mistake(
                "dwy from the mean state",
                "The gradient of wy was made with the mean of the states; only the last one met it.",
                "Which states did the scores depend on?",
                edits=(("np.outer(h[-1], dlogits)", "np.outer(h.mean(axis=0), dlogits)"),),
            ),
            Mistake(
                "Jacobian of softmax again",
                "The gradient went through softmax once more, though it is that of the scores already.",
                _MINUS,
                edits=(
                    (
                        _CLASS_DH,
                        'q = film_softmax(h[-1] @ params["wy"])\n'
                        "    dlogits = q * (dlogits - dlogits @ q)\n    " + _CLASS_DH,
                    ),
                ),
            ),
            Mistake(
                "no softmax",
                "The logarithm was taken of the score itself, and not of a probability.",
                "What makes probabilities of scores?",
                edits=(('film_softmax(h[-1] @ params["wy"])', 'h[-1] @ params["wy"]'),),
            ),
            Mistake(
                "results exchanged",
                "The two gradients stand in each other's place.",
                "In which order were they asked for?",
                edits=((_CLASS_RETURN, "return float(loss), np.outer(h[-1], dlogits), dh"),),
            ),
            Mistake(
                "loss alone",
                "The loss is there, and both gradients are missing.",
                "How many results were asked for?",
                edits=((_CLASS_RETURN, "return float(loss)"),),
            ),
            *MORE,
        ),
        but=("no one taken away", "dh at every position", "dwy turned round", "log-likelihood"),
    ),
    Mistake(
        "first position read",
        "The class was read at the first position, which has seen nothing of the sentence.",
        _STATE,
        wrong=_class_of(lambda h: h[0], _at(0)),
    ),
    Mistake(
        "position before the last read",
        "The class was read one position before the last.",
        _STATE,
        wrong=lambda params, h, label: _class_of(lambda h: h[-2], _at(-2))(params, h, label),
    ),
    Mistake(
        "mean of the states read",
        "The class was read from the mean of all states; the last alone was asked for.",
        _STATE,
        wrong=_class_of(lambda h: h.mean(axis=0), lambda h, d: np.tile(d / len(h), (len(h), 1))),
    ),
    Mistake(
        "sum of the states read",
        "The class was read from the sum of all states; the last alone was asked for.",
        _STATE,
        wrong=_class_of(lambda h: h.sum(axis=0), lambda h, d: np.tile(d, (len(h), 1))),
    ),
    Mistake(
        "class read everywhere",
        "Every position had to name the class; the last one alone was asked.",
        _STATE,
        wrong=_every_state,
    ),
)
