"""Lesson 01: rarer mistakes in the XOR step, whole functions because they are not combined."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...worked.xor import XorNetwork
from ..exercise import Mistake

Array = np.ndarray


def _sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def _step(
    hidden: Callable[..., Any] = lambda z1: np.maximum(z1, 0),
    loss: Callable[..., Any] = lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(),
    error: Callable[..., Any] = lambda p, y, x: (p - y) / len(x),
    back: Callable[..., Any] = lambda dh, z1, x: dh * (z1 > 0),
    change: Callable[..., Any] = lambda grads, x: grads,
    update: Callable[..., Any] = lambda old, grad, lr: old - lr * grad,
    bias: Callable[..., Any] = lambda errors: errors.sum(axis=0),
    output_bias: Callable[..., Any] = lambda errors: errors.sum(axis=0),
) -> Callable[..., Any]:
    """The step with one of its parts replaced."""

    def xor_step(params: XorNetwork, x: Array, y: Array, lr: float) -> tuple[XorNetwork, Array]:
        z1 = x @ params.W1 + params.b1
        h = hidden(z1)
        probs = _sigmoid(h @ params.W2 + params.b2)
        dlogits = error(probs, y, x)
        dz1 = back(dlogits @ params.W2.T, z1, x)
        grads = XorNetwork(x.T @ dz1, bias(dz1), h.T @ dlogits, output_bias(dlogits))
        pairs = zip(params, change(grads, x), strict=True)
        return XorNetwork(*(update(old, grad, lr) for old, grad in pairs)), loss(probs, y)

    return xor_step


def _kept(*names: str) -> Callable[..., Any]:
    """The step that leaves these parameters as they were."""
    return _step(change=lambda g, x: g._replace(**{name: 0 * getattr(g, name) for name in names}))


def _times(weight: float, *names: str) -> Callable[..., Any]:
    """The step with these gradients multiplied by a power of the number of examples."""
    return _step(
        change=lambda g, x: g._replace(**{name: getattr(g, name) * len(x) ** weight for name in names})
    )


_UPDATED = "How many of the four parameters did you update?"
_OFTEN = "How often does the number of examples enter for each of the four parameters?"

XOR_WHOLE = (
    Mistake(
        "weights left as they were",
        "Only the biases moved: the weights of both layers are the old ones.",
        _UPDATED,
        wrong=_kept("W1", "W2"),
    ),
    Mistake(
        "output layer left as it was",
        "Only the hidden layer learned; the parameters of the output layer are the old ones.",
        _UPDATED,
        wrong=_kept("W2", "b2"),
    ),
    Mistake(
        "hidden weights left", "The weights of the hidden layer did not move.", _UPDATED, wrong=_kept("W1")
    ),
    Mistake(
        "hidden biases left", "The biases of the hidden layer did not move.", _UPDATED, wrong=_kept("b1")
    ),
    Mistake("output weights left", "The weights of the output did not move.", _UPDATED, wrong=_kept("W2")),
    Mistake("output bias left", "The bias of the output did not move.", _UPDATED, wrong=_kept("b2")),
    Mistake(
        "hidden biases averaged again",
        "The hidden biases moved too little by the number of examples: their gradients were averaged although the "
        "average had been taken before.",
        _OFTEN,
        wrong=_times(-1, "b1"),
    ),
    Mistake(
        "output bias averaged again",
        "The output bias moved too little by the number of examples: its gradient was averaged although the "
        "average had been taken before.",
        _OFTEN,
        wrong=_times(-1, "b2"),
    ),
    Mistake(
        "weights averaged again",
        "The weights moved too little by the number of examples: their gradients were divided by it although the "
        "average had been taken before.",
        _OFTEN,
        wrong=_times(-1, "W1", "W2"),
    ),
    Mistake(
        "hidden weights averaged again",
        "The hidden weights moved too little by the number of examples: the average was taken once more "
        "for them.",
        _OFTEN,
        wrong=_times(-1, "W1"),
    ),
    Mistake(
        "output weights averaged again",
        "The output weights moved too little by the number of examples: the average was taken once more "
        "for them.",
        _OFTEN,
        wrong=_times(-1, "W2"),
    ),
    Mistake(
        "biases not averaged",
        "The biases moved too far by the number of examples: the average was taken for the weights alone.",
        _OFTEN,
        wrong=_times(1, "b1", "b2"),
    ),
    Mistake(
        "weights not averaged",
        "The weights moved too far by the number of examples: the average was taken for the biases alone.",
        _OFTEN,
        wrong=_times(1, "W1", "W2"),
    ),
    Mistake(
        "hidden layer not averaged",
        "The hidden layer moved too far by the number of examples: the average was taken for the output "
        "layer alone.",
        _OFTEN,
        wrong=_times(1, "W1", "b1"),
    ),
    Mistake(
        "output layer not averaged",
        "The output layer moved too far by the number of examples: the average was taken for the hidden "
        "layer alone.",
        _OFTEN,
        wrong=_times(1, "W2", "b2"),
    ),
    Mistake(
        "the output bias not summed",
        "The output bias has grown a row per example: what comes back from the examples was not added up "
        "for it.",
        "How many output biases are there, and how many did you get?",
        wrong=_step(output_bias=lambda errors: errors),
    ),
    Mistake(
        "the hidden biases not summed",
        "The hidden biases have grown a row per example: what comes back from the examples was not added "
        "up for them.",
        "How many hidden biases are there, and how many did you get?",
        wrong=_step(bias=lambda errors: errors),
    ),
    Mistake(
        "a loss per example",
        "The step is right, but there is a loss for each example: their average was asked for.",
        "How many numbers is a loss?",
        wrong=_step(loss=lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p))),
    ),
    Mistake(
        "divided by the number of inputs",
        "The error was divided by the number of inputs; the average runs over the examples.",
        "Which axis of the inputs counts the examples?",
        wrong=_step(error=lambda p, y, x: (p - y) / x.shape[1]),
    ),
    Mistake(
        "divided by all entries",
        "The error was divided by the number of all entries of the inputs; the average runs over the "
        "examples.",
        "Which axis of the inputs counts the examples?",
        wrong=_step(error=lambda p, y, x: (p - y) / x.size),
    ),
    Mistake(
        "factor 2",
        "The step is twice as long as it should be; a 2 comes from a square, and there is none here.",
        "Which loss was asked for?",
        wrong=_step(error=lambda p, y, x: 2 * (p - y) / len(x)),
    ),
    Mistake(
        "factor 2 and the sigmoid's slope",
        "The step is that of the mean squared distance to the answers, while the loss is the cross-entropy.",
        "Of which loss are these the gradients?",
        wrong=_step(error=lambda p, y, x: 2 * (p - y) * p * (1 - p) / len(x)),
    ),
    Mistake(
        "squared error, halved",
        "Loss and gradients are those of half of the squared distance to the answers, not of the cross- "
        "entropy.",
        "Which loss was asked for?",
        wrong=_step(
            error=lambda p, y, x: (p - y) * p * (1 - p) / len(x),
            loss=lambda p, y: 0.5 * ((p - y) ** 2).mean(),
        ),
    ),
    Mistake(
        "squared error without the sigmoid's slope",
        "Loss and gradients belong to the squared distance, and the slope of the sigmoid is missing besides.",
        "Which loss was asked for?",
        wrong=_step(
            error=lambda p, y, x: 2 * (p - y) / len(x),
            loss=lambda p, y: ((p - y) ** 2).mean(),
        ),
    ),
    Mistake(
        "the answers not used",
        "The error at the output is the prediction itself: what was right has no part in it.",
        "With what must a prediction be compared?",
        wrong=_step(error=lambda p, y, x: p / len(x)),
    ),
    Mistake(
        "slope of a sigmoid on the way back",
        "The hidden layer goes forward with ReLU and back with the slope of a sigmoid.",
        "Which function stands between the hidden sums and the hidden values?",
        wrong=_step(back=lambda dh, z1, x: dh * np.maximum(z1, 0) * (1 - np.maximum(z1, 0))),
    ),
    Mistake(
        "ReLU's value for its slope",
        "What comes back was multiplied by the hidden value itself, not by how fast that value changes.",
        "If the hidden sum grows by a little, how much does ReLU's result grow?",
        wrong=_step(back=lambda dh, z1, x: dh * np.maximum(z1, 0)),
    ),
    Mistake(
        "ReLU on the gradient",
        "What comes back was cut off at 0, as if ReLU were applied to it: whether it passes should depend on the "
        "hidden sum.",
        "Whose sign decides whether a unit was on?",
        wrong=_step(back=lambda dh, z1, x: np.maximum(dh, 0)),
    ),
    Mistake(
        "leaky ReLU",
        "Of a negative hidden sum one hundredth passes on, forward and back, where ReLU lets nothing "
        "through.",
        "What is the hidden value of a unit that is off?",
        wrong=_step(
            hidden=lambda z1: np.where(z1 > 0, z1, 0.01 * z1),
            back=lambda dh, z1, x: dh * np.where(z1 > 0, 1, 0.01),
        ),
    ),
    Mistake(
        "hidden biases added up",
        "The hidden biases all moved by the same amount, the sum of theirs: each of them has a gradient "
        "of its own.",
        "Over which axis are the errors of the hidden layer added up for its biases?",
        wrong=_step(bias=lambda errors: errors.sum()),
    ),
    Mistake(
        "hidden biases averaged over all",
        "The hidden biases all moved by the same amount, the mean of theirs: each of them has a gradient "
        "of its own.",
        "Over which axis are the errors of the hidden layer added up for its biases?",
        wrong=_step(bias=lambda errors: errors.mean()),
    ),
    Mistake(
        "biases added up along the units",
        "The errors of the hidden layer were added up per example; a bias wants them per unit.",
        "Which axis counts the examples?",
        wrong=_step(bias=lambda errors: errors.sum(axis=1)),
    ),
    Mistake(
        "biases of both layers added up along the units",
        "The errors were added up per example; a bias wants them per unit.",
        "Which axis counts the examples?",
        wrong=_step(bias=lambda errors: errors.sum(axis=1), output_bias=lambda errors: errors.sum(axis=1)),
    ),
    Mistake(
        "learning rate for the weights only",
        "The biases moved by the whole gradient, whatever learning rate was given.",
        "For which of the parameters have you used the learning rate?",
        wrong=_step(update=lambda old, grad, lr: old - (lr if old.ndim == 2 else 1) * grad),
    ),
    Mistake(
        "biases uphill",
        "The weights moved down the gradient, but the biases up.",
        "Which sign has each of the four updates?",
        wrong=_step(update=lambda old, grad, lr: old - (lr if old.ndim == 2 else -lr) * grad),
    ),
    Mistake(
        "learning rate in the divisor",
        "The gradient was divided by the learning rate: a smaller rate gives a longer step.",
        "What should a smaller learning rate do to the step?",
        wrong=_step(update=lambda old, grad, lr: old - grad / lr),
    ),
    Mistake(
        "only the change returned",
        "What was returned is the change of each parameter, and not the parameter after it.",
        "From what is the change to be subtracted?",
        wrong=_step(update=lambda old, grad, lr: -lr * grad),
    ),
    Mistake(
        "the old parameters returned",
        "Nothing moved: the parameters that were returned are the old ones.",
        "What became of your gradients?",
        wrong=_step(update=lambda old, grad, lr: old.copy()),
    ),
)
