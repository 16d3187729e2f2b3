"""A network of two inputs, two hidden units and one output, small enough to be computed on paper.

The recipe of every network in this package is here: go forward and keep what the way back will need, find
the error at the output, walk back by the chain rule, take a step. The functions take any number of inputs
and hidden units; PAPER and the numbers in the docstrings are the network on paper.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ..ops.activations import relu_forward
from ..ops.arrays import Array
from ..ops.cross_entropy import binary_cross_entropy_forward


class Network(NamedTuple):
    """The parameters, or their gradients: `W1` (H, I), `b1` (H), `W2` (H) and the number `b2`.

    Row j of W1 holds the weights that lead into hidden unit j, as in W x + b on paper.
    """

    W1: Array
    b1: Array
    W2: Array
    b2: Array


class NetworkCache(NamedTuple):
    """What backward needs: `x` (I), `y`, `z1` (H) before ReLU and `h` (H) after it, `y_hat`, and `W2` (H)."""

    x: Array
    y: Array
    z1: Array
    h: Array
    y_hat: Array
    W2: Array


PAPER = Network(
    W1=np.array([[0.15, 0.20], [0.25, 0.30]]),
    b1=np.array([0.35, 0.35]),
    W2=np.array([0.40, 0.45]),
    b2=np.float64(0.60),
)
PAPER_X, PAPER_Y, PAPER_LR = np.array([1.0, 0.5]), np.float64(1.0), 0.5


def network_forward(x: Array, y: Array, params: Network) -> tuple[Array, NetworkCache]:
    """Predict one answer, y = 1 for yes and 0 for no, and say how far off the prediction is.

    Shapes: x (I), y (), W1 (H, I), b1 (H), W2 (H), b2 () -> loss ()
    Forward: z1 = W1 x + b1, h = max(z1, 0), z2 = W2 . h + b2, y_hat = 1 / (1 + exp(-z2)),
        loss = -y log y_hat - (1 - y) log(1 - y_hat)
    Cache: x and h for the gradients of the weights, z1 for the slope of ReLU, W2 for the way back to the
        hidden units, y_hat and y for the error at the output.
    Source: Rumelhart, Hinton, Williams 1986.

    On paper: z1 = (0.60, 0.75), z2 = 1.1775, y_hat = 0.764498, loss = 0.268536.
    """
    W1, b1, W2, b2 = params
    z1 = W1 @ x + b1
    h, _ = relu_forward(z1)
    z2 = W2 @ h + b2
    loss, (y_hat, _) = binary_cross_entropy_forward(z2, np.asarray(y))
    return loss, NetworkCache(x, y, z1, h, y_hat, W2)


def network_backward(dloss: Array, cache: NetworkCache) -> Network:
    """Gradients of the loss with respect to the parameters.

    Shapes: dloss () -> W1 (H, I), b1 (H), W2 (H), b2 ()
    Backward: dz2 = y_hat - y, because the slope y_hat (1 - y_hat) of the sigmoid cancels against the
        denominator of the loss's; dW2 = dz2 h, db2 = dz2; dz1 = dz2 W2 where z1 > 0, else 0;
        dW1[j, i] = dz1[j] x[i], db1 = dz1.
    Source: Rumelhart, Hinton, Williams 1986.

    On paper: dz2 = -0.235502, dW2 = (-0.141301, -0.176627), dz1 = (-0.094201, -0.105976).
    """
    x, y, z1, h, y_hat, W2 = cache
    dz2 = dloss * (y_hat - y)
    dz1 = dz2 * W2 * (z1 > 0)
    return Network(W1=np.outer(dz1, x), b1=dz1, W2=dz2 * h, b2=dz2)


def sgd_update(params: Network, grads: Network, lr: float) -> Network:
    """Return the parameters after one step against the gradient, p - lr dp; the old ones stay.

    On paper, with lr = 0.5, the next loss is 0.198166.
    """
    return Network(*(p - lr * dp for p, dp in zip(params, grads, strict=True)))


def flatten(params: Network) -> Array:
    """Return all parameters as one vector (H I + 2 H + 1), in the order W1, b1, W2, b2."""
    return np.concatenate([np.ravel(p) for p in params])


def unflatten(vector: Array, like: Network) -> Network:
    """Return the network whose `flatten` is `vector`, in the shapes of `like`."""
    ends = np.cumsum([np.size(p) for p in like])
    parts = np.split(vector, ends[:-1])
    return Network(*(part.reshape(np.shape(p)) for part, p in zip(parts, like, strict=True)))


def every_value(x: Array, y: Array, params: Network) -> dict[str, float]:
    """Name every number of a forward pass as the code indexes it: x[0], W1[0,0], z1[0], ..., loss.

    Inputs and parameters come first, then what is computed of them, in that order.
    """
    loss, cache = network_forward(x, y, params)
    z2 = params.W2 @ cache.h + params.b2
    arrays = {"x": x, **params._asdict(), "z1": cache.z1, "h": cache.h, "z2": z2, "y_hat": cache.y_hat}
    return _named({**arrays, "loss": loss})


def every_gradient(x: Array, y: Array, params: Network) -> dict[str, float]:
    """Name the gradient of the loss with respect to every number of `every_value`, under the same names.

    The inputs' is what a layer below would receive, dx = W1^T dz1. The prediction's, dy_hat, is the slope
    of the loss alone: (y_hat - y) / (y_hat (1 - y_hat)).
    """
    _, cache = network_forward(x, y, params)
    grads = network_backward(np.float64(1), cache)
    dz2, dz1 = grads.b2, grads.b1
    dy_hat = dz2 / (cache.y_hat * (1 - cache.y_hat))
    arrays = {"x": params.W1.T @ dz1, **grads._asdict(), "z1": dz1, "h": dz2 * params.W2, "z2": dz2}
    return _named({**arrays, "y_hat": dy_hat, "loss": np.float64(1)})


def _named(arrays: Mapping[str, Array]) -> dict[str, float]:
    return {
        name + (f"[{','.join(map(str, index))}]" if index else ""): float(value)
        for name, array in arrays.items()
        for index, value in np.ndenumerate(array)
    }
