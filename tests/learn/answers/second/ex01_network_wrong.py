"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.worked.network_2_2_1 import Network, NetworkCache
from scratchgpt.worked.xor import XorNetwork


def network_forward__1(x, y, params):
    """Left out the (1 - y) half of the binary cross-entropy, so that a "no" costs nothing."""
    z1 = params.W1 @ x + params.b1
    h = np.maximum(z1, 0)
    z2 = params.W2 @ h + params.b2
    y_hat = 1 / (1 + np.exp(-z2))
    loss = -y * np.log(y_hat)
    return loss, NetworkCache(x, y, z1, h, y_hat, params.W2)


def network_forward__2(x, y, params):
    """Multiplied x from the left of W1, as if the columns of W1 led into the hidden units."""
    W1, b1, W2, b2 = params
    hidden_sum = np.dot(x, W1) + b1
    hidden = np.where(hidden_sum > 0, hidden_sum, 0.0)
    p = 1.0 / (1.0 + np.exp(-(np.sum(hidden * W2) + b2)))
    bce = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    return bce, NetworkCache(x=x, y=y, z1=hidden_sum, h=hidden, y_hat=p, W2=W2)


def network_backward__1(dloss, cache):
    """Sent the gradient through ReLU as if its slope were 1 everywhere."""
    dz2 = dloss * (cache.y_hat - cache.y)
    dW2 = dz2 * cache.h
    dz1 = dz2 * cache.W2
    dW1 = np.outer(dz1, cache.x)
    return Network(dW1, dz1, dW2, dz2)


def network_backward__2(dloss, cache):
    """Multiplied y_hat - y by the slope of the sigmoid once more, although the cross-entropy cancels it."""
    x, y, z1, h, p, W2 = cache
    delta = dloss * (p - y) * p * (1 - p)
    back = np.array([delta * w if z > 0 else 0.0 for w, z in zip(W2, z1, strict=True)])
    return Network(W1=back[:, None] * x[None, :], b1=back, W2=delta * h, b2=delta)


def xor_step__1(params, x, y, lr):
    """Averaged the loss over the examples but summed the gradients, so that the step is N times too long."""
    W1, b1, W2, b2 = params
    z1 = x @ W1 + b1
    h = np.maximum(z1, 0)
    p = 1 / (1 + np.exp(-(h @ W2 + b2)))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    dz2 = p - y
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    stepped = XorNetwork(
        W1 - lr * x.T @ dz1, b1 - lr * dz1.sum(axis=0), W2 - lr * h.T @ dz2, b2 - lr * dz2.sum(axis=0)
    )
    return stepped, loss


def xor_step__2(params, x, y, lr):
    """Updated W2 first and then used the new W2 to send the gradient back to the hidden layer."""
    n = len(x)
    pre = np.einsum("ni,ih->nh", x, params.W1) + params.b1
    act = pre.clip(min=0)
    out = 1 / (1 + np.exp(-(act @ params.W2 + params.b2)))
    loss = (-y * np.log(out) - (1 - y) * np.log(1 - out)).sum() / n

    error = (out - y) / n
    W2 = params.W2 - lr * act.T @ error
    b2 = params.b2 - lr * error.sum(0)

    hidden_error = error @ W2.T
    hidden_error[pre <= 0] = 0
    W1 = params.W1 - lr * x.T @ hidden_error
    b1 = params.b1 - lr * hidden_error.sum(0)
    return XorNetwork(W1, b1, W2, b2), loss


def numerical_gradient__1(f, x, h=1e-05):
    """Took the forward difference: a step up against no step at all."""
    x = np.array(x, dtype=np.float64)
    grad = np.zeros_like(x)
    base = f(x.copy())
    for idx in np.ndindex(x.shape):
        moved = x.copy()
        moved[idx] += h
        grad[idx] = (f(moved) - base) / h
    return grad


def numerical_gradient__2(f, x, h=1e-05):
    """Copied x without turning it into floats, so that with whole numbers the step is cut off."""
    work = x.copy()
    slopes = np.zeros(x.shape, dtype=np.float64)
    for i in np.ndindex(*x.shape):
        old = work[i]
        work[i] = old + h
        up = f(work)
        work[i] = old - h
        down = f(work)
        work[i] = old
        slopes[i] = (up - down) / (2 * h)
    return slopes
