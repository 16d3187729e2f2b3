"""Lesson 01: a network on paper. Forward, backward, the XOR step, finite differences."""

import numpy as np

from ...gradcheck import numerical_gradient
from ...worked.network_2_2_1 import PAPER, PAPER_X, Network, network_backward, network_forward
from ...worked.xor import INPUTS, TARGETS, XorNetwork, init_xor, xor_step
from ..exercise import Chapter, Exercise, Probe
from ._ex01_differences import DIFFERENCES
from ._ex01_network import FORWARD
from ._ex01_network_backward import BACKWARD
from ._ex01_xor import XOR


def _network(rng: np.random.Generator, n_in: int, n_hidden: int) -> Network:
    return Network(
        rng.standard_normal((n_hidden, n_in)),
        rng.standard_normal(n_hidden),
        rng.standard_normal(n_hidden),
        np.float64(rng.standard_normal()),
    )


def _examples() -> list[Probe]:
    rng = np.random.default_rng(11)
    off = _network(rng, 3, 2)._replace(b1=np.array([-20.0, -30.0]))
    at_zero = _network(rng, 3, 4)._replace(b1=np.array([0.0, 0.7, 0.0, -0.4]))
    return [
        Probe("on paper", (PAPER_X, 1.0, PAPER)),
        Probe("basic", (rng.standard_normal(3), 1.0, _network(rng, 3, 5))),
        Probe("the answer no", (rng.standard_normal(4), 0.0, _network(rng, 4, 2))),
        Probe("perhaps", (rng.standard_normal(2), 0.3, _network(rng, 2, 6))),
        Probe("square", (rng.standard_normal(3), 0.0, _network(rng, 3, 3))),
        Probe("all hidden units off", (rng.standard_normal(3), 1.0, off)),
        Probe("hidden sums of exactly 0", (np.zeros(3), 0.0, at_zero)),
        Probe("a view", (rng.standard_normal(6)[::2], 1.0, _network(rng, 3, 4))),
    ]


def _answers() -> list[Probe]:
    rng = np.random.default_rng(12)
    return [
        Probe(probe.name, (np.float64(rng.uniform(0.5, 2.0)), network_forward(*probe.args)[1]))
        for probe in _examples()
    ]


NETWORK_FORWARD = Exercise(
    id="01.1",
    reference=network_forward,
    task="""
    One example through a small network: a prediction, and how far off it is.

    x: (I,), float. y: one number from 0 to 1, the right answer (1 yes, 0 no). params: Network(W1, b1, W2, b2)
    with W1 (H, I), whose row j holds the weights that lead into hidden unit j; b1 (H,); W2 (H,), the weights
    that lead to the one output; b2, one number.
    The hidden units are ReLU units; the output goes through a sigmoid, which makes it a probability.
    Return (loss, cache). loss: one number, the binary cross-entropy in nats (natural logarithms) of the
    prediction and y, not negative. cache: NetworkCache(x, y, z1, h, y_hat, W2): z1 (H,) are the hidden sums
    before ReLU, h (H,) after it, y_hat the probability; x, y and W2 as given. The output sum stays moderate:
    nothing can overflow. Do not modify the arguments.

    >>> params = Network(
    ...     W1=np.array([[0.15, 0.20], [0.25, 0.30]]),
    ...     b1=np.array([0.35, 0.35]),
    ...     W2=np.array([0.40, 0.45]),
    ...     b2=0.60,
    ... )
    >>> loss, cache = network_forward(np.array([1.0, 0.5]), 1.0, params)
    >>> cache.z1.round(6), round(float(cache.y_hat), 6), round(float(loss), 6)
    (array([0.6 , 0.75]), 0.764498, 0.268536)
    """,
    probes=_examples,
    returns=("loss", "cache"),
    mistakes=FORWARD,
    hints=(
        "Draw the network and write the four stages in a row: hidden sums, hidden values, output sum, "
        "probability.",
        "Each hidden unit multiplies its own row of weights with the inputs and adds its own bias. Which product of "
        "a matrix and a vector does that for all units at once?",
        "The loss has two terms, one for yes and one for no, each a logarithm weighted by how much of that answer "
        "there is. When y is 1, only the surprise at the predicted yes is left.",
    ),
    difficulty=1,
    minutes=15,
    importance=5,
    lines=7,
)

NETWORK_BACKWARD = Exercise(
    id="01.2",
    reference=network_backward,
    task="""
    The way back through the small network: how the loss changes with each parameter.

    dloss: one number, the gradient that arrives from above (1 for the loss itself); everything is
    proportional to it. cache: NetworkCache(x, y, z1, h, y_hat, W2) of the forward pass of 01.1: x (I,), y one
    number from 0 to 1, z1 (H,) the hidden sums before ReLU, h (H,) after it, y_hat the probability, W2 (H,).
    Return the gradients as Network(W1, b1, W2, b2), each of the shape of its parameter: (H, I), (H,), (H,)
    and one number. The slope of ReLU at exactly 0 is 0. Do not modify the cache.

    >>> x, W2 = np.array([1.0, 0.5]), np.array([0.40, 0.45])
    >>> z1 = np.array([0.60, 0.75])
    >>> grads = network_backward(1.0, NetworkCache(x, 1.0, z1, z1.copy(), 0.764498, W2))
    >>> round(float(grads.b2), 6), grads.W2.round(6), grads.b1.round(6)
    (-0.235502, array([-0.141301, -0.176626]), array([-0.094201, -0.105976]))
    >>> h, off = np.array([0.6, 0.0]), np.array([0.6, -2.0])
    >>> grads = network_backward(2.0, NetworkCache(x, 0.0, off, h, 0.75, W2))
    >>> round(float(grads.b2), 6), grads.W2.round(6), grads.b1.round(6)
    (1.5, array([0.9, 0. ]), array([0.6, 0. ]))
    >>> grads.W1.round(6)
    array([[0.6, 0.3],
           [0. , 0. ]])
    """,
    probes=_answers,
    returns=("grads",),
    mistakes=BACKWARD,
    hints=(
        "Begin at the end: how does the loss change with the output sum, before the sigmoid? Work it out on paper; the "
        "result is short.",
        "A weight's gradient is the product of what went in at its one end and what comes back at its other end. A bias "
        "has the input 1.",
        "To reach a hidden sum, what comes back from the output passes the weight that led there, and then the ReLU, "
        "which lets it through or not.",
    ),
    difficulty=2,
    minutes=20,
    importance=5,
    lines=4,
    needs=("01.1",),
)


def _steps() -> list[Probe]:
    rng = np.random.default_rng(13)

    def probe(name: str, lr: float, n: int, n_in: int, n_hidden: int) -> Probe:
        params = XorNetwork(
            rng.standard_normal((n_in, n_hidden)),
            rng.standard_normal(n_hidden),
            rng.standard_normal((n_hidden, 1)),
            rng.standard_normal(1),
        )
        return Probe(name, (params, rng.standard_normal((n, n_in)), rng.uniform(0, 1, (n, 1)), lr))

    basic = probe("basic", 0.3, 5, 3, 4)
    params, _, y, lr = basic.args
    return [
        Probe("xor", (init_xor(np.random.default_rng(0)), INPUTS, TARGETS, 0.5)),
        basic,
        probe("square", 2.0, 3, 3, 3),
        probe("one example", 0.7, 1, 2, 3),
        probe("one hidden unit", 1.5, 4, 2, 1),
        Probe("a hidden unit that is off", (params._replace(b1=params.b1 - [0, 50, 0, 0]), *basic.args[1:])),
        Probe("a view", (params, rng.standard_normal((3, 5)).T, y, lr)),
    ]


XOR_STEP = Exercise(
    id="01.3",
    reference=xor_step,
    task="""
    One step of gradient descent for all examples at once: forward, backward, update.

    params: XorNetwork(W1, b1, W2, b2) with W1 (I, H), b1 (H,), W2 (H, 1), b2 (1,): here column j of W1 leads
    into hidden unit j, because the examples are the rows of x. x: (N, I). y: (N, 1), numbers from 0 to 1.
    lr: the learning rate, one number. ReLU in the hidden layer, a sigmoid at the output, and the loss is the
    binary cross-entropy (in nats) averaged over the N examples. The output sums stay moderate: nothing can
    overflow.
    Return (stepped, loss). stepped: an XorNetwork of new arrays, after one step down the gradient, in which
    every gradient is taken at the old parameters. loss: one number, that of the old parameters. The slope of
    ReLU at exactly 0 is 0. Do not modify the arguments: the old parameters may still be needed.

    >>> W1, W2 = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([[1.0], [1.0]])
    >>> params = XorNetwork(W1, np.zeros(2), W2, np.zeros(1))
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> y = np.array([[0.0], [1.0], [1.0], [0.0]])
    >>> stepped, loss = xor_step(params, x, y, lr=0.5)
    >>> round(float(loss), 4), stepped.W2.round(4).tolist(), stepped.b2.round(4).tolist()
    (0.5032, [[1.0336], [1.0336]], [-0.0578])
    >>> stepped.W1.round(4).tolist(), stepped.b1.round(4).tolist()
    ([[1.0336, -1.0], [-1.0, 1.0336]], [0.0336, 0.0336])
    """,
    probes=_steps,
    returns=("stepped", "loss"),
    mistakes=XOR,
    hints=(
        "It is 01.1 and 01.2 again with a row per example. Write the shape beside every line; each gradient has the shape "
        "of what it belongs to.",
        "The loss is an average: at which single place does the number of examples enter the way back?",
        "A matrix product with the transposed input adds up the examples for a weight. For a bias, whose input is 1, the "
        "same adding up is a sum along the axis of the examples.",
    ),
    difficulty=3,
    minutes=30,
    importance=4,
    lines=12,
    needs=("01.2",),
)

_A = np.random.default_rng(14).standard_normal((3, 4))


def _wave(x: np.ndarray) -> np.ndarray:
    angles = x * np.arange(1, x.size + 1).reshape(x.shape)
    return np.sin(angles).sum()


def _product(x: np.ndarray) -> np.ndarray:
    return x.prod()


def _polynomial(x: np.ndarray) -> np.ndarray:
    return (x**3 - 2 * x**2).sum()


def _quarter(x: np.ndarray) -> np.ndarray:
    return _polynomial(x) / 4


def _layer(x: np.ndarray) -> np.ndarray:
    return (np.tanh(x @ _A) ** 2).sum()


def _functions() -> list[Probe]:
    rng = np.random.default_rng(15)
    return [
        Probe("basic", (_wave, rng.standard_normal((2, 3)))),
        Probe("a large step", (_polynomial, rng.standard_normal(4), 0.5)),
        Probe("entries that act together", (_product, rng.uniform(1.0, 2.0, 5), 0.25)),
        Probe("a matrix", (_layer, rng.standard_normal((2, 3)), 0.1)),
        Probe("three axes", (_wave, rng.standard_normal((2, 3, 2)), 0.01)),
        Probe("a view", (_layer, rng.standard_normal((3, 5)).T)),
        Probe("a whole number", (_quarter, np.array([5]))),
        Probe("a single entry", (_wave, rng.standard_normal(1), 0.125)),
    ]


NUMERICAL_GRADIENT = Exercise(
    id="01.4",
    reference=numerical_gradient,
    task="""
    The gradient of any function without any calculus: move one entry, and see what the function does.

    f: a function that takes an array of the shape of x and returns one number; it neither changes the array
    nor keeps it. x: array of one axis or more, with at least one entry, of floats or of whole numbers; it need
    not be contiguous (it may be a transposed view). h: the size of the step, 1e-5 unless given.
    Return a float64 array of the shape of x: for each entry the slope of f by central differences, a step of
    h up against a step of h down, all other entries as they are. Compute in float64, also where x holds whole
    numbers. Do not modify x.

    >>> numerical_gradient(lambda w: (w**3).sum(), np.array([1.0, 2.0]), h=0.1).round(6)
    array([ 3.01, 12.01])
    >>> numerical_gradient(lambda w: w[0] * w[1], np.array([3, 5])).round(6)
    array([5., 3.])
    """,
    probes=_functions,
    returns=("gradient",),
    mistakes=DIFFERENCES,
    edited=("_slope",),
    hints=(
        "For one number you would ask the function twice, a little to the right and a little to the left. How far apart "
        "are the two places?",
        "Go through all index tuples of the array, whatever its shape; NumPy has an iterator for that.",
        "Work on a copy made of floats. Move one entry, ask, move it to the other side, ask again, and put it back before "
        "the next entry has its turn.",
    ),
    difficulty=2,
    minutes=15,
    importance=5,
    lines=9,
)

CHAPTER = Chapter(
    lesson="01",
    topic="network",
    title="a network you can compute on paper",
    imports="""
    from scratchgpt.worked.network_2_2_1 import Network, NetworkCache
    from scratchgpt.worked.xor import XorNetwork
    """,
    exercises=(NETWORK_FORWARD, NETWORK_BACKWARD, XOR_STEP, NUMERICAL_GRADIENT),
)
