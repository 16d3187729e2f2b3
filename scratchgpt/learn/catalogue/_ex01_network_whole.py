"""Lesson 01: rarer mistakes in the network on paper, whole functions because they are not combined."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...worked.network_2_2_1 import Network, NetworkCache
from ..exercise import Mistake

Array = np.ndarray


def _relu(z: Array) -> Array:
    return np.maximum(z, 0)


def _sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def _surprise(p: Array, y: float) -> Array:
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def _forward(
    hidden: Callable[..., Any] = _relu,
    output: Callable[..., Any] = np.dot,
    loss: Callable[..., Any] = _surprise,
    kept: Callable[..., Any] = lambda cache, params: cache,
) -> Callable[..., Any]:
    """The forward pass with one of its steps replaced."""

    def network_forward(x: Array, y: float, params: Network) -> tuple[Array, NetworkCache]:
        z1 = params.W1 @ x + params.b1
        h = hidden(z1)
        y_hat = _sigmoid(output(params.W2, h) + params.b2)
        return loss(y_hat, y), kept(NetworkCache(x, y, z1, h, y_hat, params.W2), params)

    return network_forward


def _backward(
    error: Callable[..., Any] = lambda cache, dloss: dloss * (cache.y_hat - cache.y),
    hidden: Callable[..., Any] = lambda cache, dh: dh * (cache.z1 > 0),
    change: Callable[..., Any] = lambda grads, cache: grads,
) -> Callable[..., Any]:
    """The way back with one of its steps replaced."""

    def network_backward(dloss: float, cache: NetworkCache) -> Network:
        dz2 = error(cache, dloss)
        dz1 = hidden(cache, dz2 * cache.W2)
        return change(Network(np.outer(dz1, cache.x), dz1, dz2 * cache.h, dz2), cache)

    return network_backward


FORWARD_WHOLE = (
    Mistake(
        "a step in the hidden layer",
        "The hidden values are 0 or 1: they say whether a sum is positive, and not how large it is.",
        "What does ReLU do with a sum of 3?",
        wrong=_forward(hidden=lambda z: np.where(z > 0, 1.0, 0.0)),
    ),
    Mistake(
        "leaky ReLU",
        "Of a negative hidden sum one hundredth passes on, where ReLU lets nothing through.",
        "What is the hidden value of a unit that is off?",
        wrong=_forward(hidden=lambda z: np.where(z > 0, z, 0.01 * z)),
    ),
    Mistake(
        "absolute value for ReLU",
        "Negative hidden sums came out positive: they lost their sign, where ReLU makes them 0.",
        "What does ReLU do with a sum of -3?",
        wrong=_forward(hidden=np.abs),
    ),
    Mistake(
        "softplus for ReLU",
        "The hidden values are positive even where the sums are negative: a smooth bend took the place of "
        "ReLU.",
        "What is the hidden value of a unit that is off?",
        wrong=_forward(hidden=lambda z: np.logaddexp(0, z)),
    ),
    Mistake(
        "output not added up",
        "There is a prediction per hidden unit: their contributions to the one output were not added up.",
        "How many outputs does this network have?",
        wrong=_forward(output=np.multiply),
    ),
    Mistake(
        "output weights not used",
        "The hidden values were added up as they are, and the output weights have no part in the prediction.",
        "Which of the four parameters have you not used yet?",
        wrong=_forward(output=lambda w, h: h.sum()),
    ),
    Mistake(
        "absolute error",
        "The loss is the plain distance between the prediction and the answer: a confident mistake costs 1 at "
        "most, where its surprise would have no limit.",
        "Which loss was asked for?",
        wrong=_forward(loss=lambda p, y: abs(p - y)),
    ),
    Mistake(
        "the error for the loss",
        "What was returned as the loss is the difference of prediction and answer, which may be negative.",
        "Which loss was asked for?",
        wrong=_forward(loss=lambda p, y: p - y),
    ),
    Mistake(
        "the logarithm of the mixture",
        "For an answer between no and yes the two probabilities were mixed before the logarithm; their "
        "logarithms were to be mixed.",
        "Does the weight of an answer belong inside the logarithm or in front of it?",
        wrong=_forward(loss=lambda p, y: -np.log(y * p + (1 - y) * (1 - p))),
    ),
    Mistake(
        "the logarithm of the nearness",
        "For an answer between no and yes the loss looks at how near the prediction comes; two surprises were to "
        "be weighted.",
        "What does a right answer of 0.3 mean for the two terms?",
        wrong=_forward(loss=lambda p, y: -np.log(1 - abs(y - p))),
    ),
    Mistake(
        "the prediction's own entropy",
        "The two surprises were weighted with the prediction itself, and not with the right answer.",
        "Which of the arguments does your loss not depend on?",
        wrong=_forward(loss=lambda p, y: _surprise(p, p)),
    ),
    Mistake(
        "prediction and output weights exchanged in the cache",
        "In the cache the output weights stand in the place of the prediction, and the other way round.",
        "In which order do the fields of the cache stand?",
        wrong=_forward(kept=lambda c, params: c._replace(y_hat=c.W2, W2=c.y_hat)),
    ),
    Mistake(
        "the first weights in the cache",
        "The cache keeps the weights of the hidden layer where those of the output belong.",
        "Which weights lie between the output and the hidden values?",
        wrong=_forward(kept=lambda c, params: c._replace(W2=params.W1)),
    ),
    Mistake(
        "the probability of the right answer kept",
        "Where the right answer is no, the cache holds the probability of no; it was to hold that of yes.",
        "For which answer is the output of the sigmoid the probability?",
        wrong=_forward(kept=lambda c, params: c._replace(y_hat=c.y * c.y_hat + (1 - c.y) * (1 - c.y_hat))),
    ),
    Mistake(
        "the error kept as prediction",
        "The cache keeps the difference of prediction and answer where the prediction belongs.",
        "Is every prediction in your cache between 0 and 1?",
        wrong=_forward(kept=lambda c, params: c._replace(y_hat=c.y_hat - c.y)),
    ),
)

BACKWARD_WHOLE = (
    Mistake(
        "ReLU on the gradient",
        "What comes back was cut off at 0, as if ReLU were applied to it: whether it passes should depend on the "
        "hidden sum.",
        "Whose sign decides whether a unit was on?",
        wrong=_backward(hidden=lambda c, dh: np.maximum(dh, 0)),
    ),
    Mistake(
        "the sum for ReLU's slope",
        "What comes back was multiplied by the hidden sum itself, not by how fast the hidden value "
        "changes with it.",
        "If the hidden sum grows by a little, how much does ReLU's result grow?",
        wrong=_backward(hidden=lambda c, dh: dh * c.z1),
    ),
    Mistake(
        "sign for ReLU's slope",
        "For units that were off the gradient comes back with its sign turned; nothing should come back.",
        "Which slope does ReLU have below 0?",
        wrong=_backward(hidden=lambda c, dh: dh * np.sign(c.z1)),
    ),
    Mistake(
        "ReLU's slope turned round",
        "The units that were off receive a gradient, and those that were on receive none.",
        "Which units had a part in the prediction?",
        wrong=_backward(hidden=lambda c, dh: dh * (c.z1 <= 0)),
    ),
    Mistake(
        "slope one half at 0",
        "A hidden unit whose sum is exactly 0 passes half of the gradient on, where its slope was to "
        "count as 0.",
        "What did the task say about a sum of exactly 0?",
        wrong=_backward(hidden=lambda c, dh: dh * np.heaviside(c.z1, 0.5)),
    ),
    Mistake(
        "leaky ReLU's slope",
        "For units that were off one hundredth of the gradient comes back, where ReLU lets nothing through.",
        "Which slope does ReLU have below 0?",
        wrong=_backward(hidden=lambda c, dh: dh * np.where(c.z1 > 0, 1, 0.01)),
    ),
    Mistake(
        "factor 2",
        "All gradients are twice as large as they should be; a 2 comes from a square, and there is none "
        "here.",
        "Of which loss were the gradients asked for?",
        wrong=_backward(error=lambda c, dloss: 2 * dloss * (c.y_hat - c.y)),
    ),
    Mistake(
        "dloss twice everywhere",
        "The gradient that arrives from above is in all gradients once too often.",
        "If the loss were twice as large, how much larger would its gradients be?",
        wrong=_backward(error=lambda c, dloss: dloss**2 * (c.y_hat - c.y)),
    ),
    Mistake(
        "dloss added",
        "The gradient that arrives from above was added to the error, but the chain rule multiplies.",
        "If the loss were twice as large, how much larger would its gradients be?",
        wrong=_backward(error=lambda c, dloss: dloss + (c.y_hat - c.y)),
    ),
    Mistake(
        "the slope of the sigmoid alone",
        "The error at the output is the slope of the sigmoid; how the loss changes with the prediction is "
        "missing.",
        "Which of the two steps behind the output sum is the last?",
        wrong=_backward(error=lambda c, dloss: dloss * c.y_hat * (1 - c.y_hat)),
    ),
    Mistake(
        "the hidden layer without a gradient",
        "The hidden layer has the gradient 0, as if the loss did not depend on its parameters.",
        "Through what does a hidden weight reach the output?",
        wrong=_backward(change=lambda g, c: g._replace(W1=0 * g.W1, b1=0 * g.b1)),
    ),
    Mistake(
        "from the output to the input",
        "The gradients stand in the order of the way back, the output layer first; they were to stand like the "
        "parameters.",
        "In which order do the four parameters stand?",
        wrong=_backward(change=lambda g, c: Network(g.W2, g.b2, g.W1, g.b1)),
    ),
    Mistake(
        "no table of products",
        "The gradient of the first weight matrix was multiplied place by place: it should have an entry for each "
        "hidden unit and each input.",
        "How many weights are there between the inputs and the hidden units?",
        wrong=_backward(change=lambda g, c: g._replace(W1=g.b1 * c.x)),
    ),
    Mistake(
        "inputs not used for the hidden weights",
        "All weights of a hidden unit have the same gradient: the inputs that they multiply have no part "
        "in it.",
        "How strongly does a hidden sum react to each of its weights?",
        wrong=_backward(change=lambda g, c: g._replace(W1=np.outer(g.b1, np.ones(len(c.x))))),
    ),
)
