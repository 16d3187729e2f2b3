"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.worked.network_2_2_1 import Network, NetworkCache
from scratchgpt.worked.xor import XorNetwork


def network_forward__1(x, y, params):
    """Took column j of W1, not row j, for the weights that lead into hidden unit j."""
    z1 = np.array([sum(params.W1[:, j] * x) for j in range(len(params.b1))]) + params.b1
    h = np.where(z1 > 0, z1, 0.0)
    y_hat = 1 / (1 + np.exp(-(h.dot(params.W2) + params.b2)))
    loss = -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))
    return loss, NetworkCache(x, y, z1, h, y_hat, params.W2)


def network_forward__2(x, y, params):
    """Used the sigmoid for the hidden units as well, where ReLU was asked for."""

    def squash(s):
        return 1.0 / (1.0 + np.exp(-s))

    W1, b1, W2, b2 = params
    hidden_sums = W1 @ x + b1
    hidden = squash(hidden_sums)
    p = squash(W2 @ hidden + b2)
    bce = -y * np.log(p) - (1 - y) * np.log(1 - p)
    return bce, NetworkCache(x=x, y=y, z1=hidden_sums, h=hidden, y_hat=p, W2=W2)


def network_forward__3(x, y, params):
    """Wrote down only the half -y log p of the cross-entropy, so that a 'no' costs nothing."""
    z1 = np.einsum("ji,i->j", params.W1, x) + params.b1
    h = z1.clip(min=0)
    p = 1 / (1 + np.exp(-np.inner(h, params.W2) - params.b2))
    return -y * np.log(p), NetworkCache(x, y, z1, h, p, params.W2)


def network_forward__4(x, y, params):
    """Measured the cross-entropy in bits, with the logarithm to base 2."""
    sums = params.b1 + params.W1.dot(x)
    relu = (abs(sums) + sums) / 2
    out = params.b2 + np.sum(relu * params.W2)
    prob = np.exp(out) / (np.exp(out) + 1)
    surprise = [y * -math.log2(prob), (1 - y) * -math.log2(1 - prob)]
    return sum(surprise), NetworkCache(x, y, sums, relu, prob, params.W2)


def network_forward__5(x, y, params):
    """Applied ReLU in place, so that z1 in the cache holds the values after ReLU."""
    z1 = np.matmul(params.W1, x) + params.b1
    h = np.maximum(z1, 0, out=z1)
    z2 = params.W2 @ h + params.b2
    y_hat = np.reciprocal(1 + np.exp(-z2))
    loss = -np.log(y_hat) * y - np.log1p(-y_hat) * (1 - y)
    return loss, NetworkCache(x, y, z1, h, y_hat, params.W2)


def network_forward__6(x, y, params):
    """Sent the output sum through ReLU too, before the sigmoid, so that no probability is below one half."""
    a = x
    for W, b in ((params.W1, params.b1), (params.W2, params.b2)):
        z = W @ a + b
        a = np.maximum(0, z)
    z1 = params.W1 @ x + params.b1
    p = 1 / (1 + math.exp(-a))
    loss = -math.log(p if y == 1 else 1 - p) if y in (0, 1) else -y * math.log(p) - (1 - y) * math.log(1 - p)
    return loss, NetworkCache(x, y, z1, np.maximum(0, z1), p, params.W2)


def network_forward__7(x, y, params):
    """Returned the squared error of the prediction as the loss."""
    z1 = params.W1 @ x + params.b1
    h = z1 * (z1 > 0)
    y_hat = 1 / (1 + np.exp(-(params.W2 @ h + params.b2)))
    return (y_hat - y) ** 2, NetworkCache(x, y, z1, h, y_hat, params.W2)


def network_backward__1(dloss, cache):
    """Multiplied the error y_hat - y by the slope of the sigmoid, which has already cancelled."""
    delta = dloss * (cache.y_hat - cache.y) * cache.y_hat * (1 - cache.y_hat)
    hidden = np.where(cache.z1 > 0, delta * cache.W2, 0)
    return Network(hidden[:, None] * cache.x[None, :], hidden, delta * cache.h, delta)


def network_backward__2(dloss, cache):
    """Forgot the slope of ReLU: hidden units that are off receive a gradient too."""
    x, y, _, h, p, W2 = cache
    g = (p - y) * dloss
    db1 = g * W2
    return Network(W1=np.outer(db1, x), b1=db1, W2=g * h, b2=g)


def network_backward__3(dloss, cache):
    """Took y - y_hat for the error at the output: every gradient has the wrong sign."""
    err = dloss * (cache.y - cache.y_hat)
    dW2 = np.array([err * unit for unit in cache.h])
    db1 = np.array([err * w if z > 0 else 0.0 for w, z in zip(cache.W2, cache.z1, strict=True)])
    dW1 = np.array([[d * xi for xi in cache.x] for d in db1])
    return Network(dW1, db1, dW2, err)


def network_backward__4(dloss, cache):
    """Built the outer product the wrong way round, so that the gradient of W1 is (I, H)."""
    d_out = (cache.y_hat - cache.y) * dloss
    d_hid = d_out * cache.W2 * np.heaviside(cache.z1, 0.0)
    return Network(np.einsum("i,h->ih", cache.x, d_hid), d_hid, d_out * cache.h, d_out)


def network_backward__5(dloss, cache):
    """Multiplied by dloss at the output layer only; the gradients of W1 and b1 start from the bare error."""
    error = cache.y_hat - cache.y
    back = error * cache.W2
    back[cache.z1 <= 0] = 0
    return Network(np.outer(back, cache.x), back, dloss * error * cache.h, dloss * error)


def network_backward__6(dloss, cache):
    """Let the gradient pass where a hidden sum is exactly 0 (>= where > was needed)."""
    gate = (cache.z1 >= 0).astype(float)
    dz2 = dloss * (cache.y_hat - cache.y)
    dz1 = gate * (dz2 * cache.W2)
    return Network(W1=dz1.reshape(-1, 1) @ cache.x.reshape(1, -1), b1=dz1, W2=dz2 * cache.h, b2=dz2)


def network_backward__7(dloss, cache):
    """Used the sums before ReLU in place of the hidden values for the gradient of W2."""
    x, y, z1, _, y_hat, W2 = cache
    top = np.multiply(dloss, y_hat - y)
    dW2 = top * z1
    db1 = np.zeros(len(z1))
    for j in np.flatnonzero(z1 > 0):
        db1[j] = top * W2[j]
    return Network(np.multiply.outer(db1, x), db1, dW2, top)


def _xor_loss(p, y):
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())


def xor_step__1(params, x, y, lr):
    """Averaged the loss but not its gradient: the step is N times too long."""
    z1 = x @ params.W1 + params.b1
    h = np.maximum(z1, 0)
    p = 1 / (1 + np.exp(-(h @ params.W2 + params.b2)))
    d2 = p - y
    d1 = (d2 @ params.W2.T) * (z1 > 0)
    grads = (x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0))
    return XorNetwork(*[w - lr * g for w, g in zip(params, grads, strict=True)]), _xor_loss(p, y)


def xor_step__2(params, x, y, lr):
    """Updated W2 first and then sent the error back through the new W2."""
    W1, b1, W2, b2 = (a.copy() for a in params)
    pre = x.dot(W1) + b1
    act = np.where(pre > 0, pre, 0)
    prob = 1 / (1 + np.exp(-(act.dot(W2) + b2)))
    loss = _xor_loss(prob, y)
    err = (prob - y) / x.shape[0]
    W2 -= lr * act.T.dot(err)
    b2 -= lr * err.sum(axis=0)
    back = np.where(pre > 0, err.dot(W2.T), 0)
    W1 -= lr * x.T.dot(back)
    b1 -= lr * back.sum(axis=0)
    return XorNetwork(W1, b1, W2, b2), loss


def xor_step__3(params, x, y, lr):
    """Added the gradients, and so walked up the loss."""
    n = len(x)
    s1 = np.einsum("ni,ih->nh", x, params.W1) + params.b1
    a1 = s1.clip(0)
    p = 1 / (1 + np.exp(-np.einsum("nh,ho->no", a1, params.W2) - params.b2))
    e = (p - y) / n
    g = np.einsum("no,ho->nh", e, params.W2)
    g[s1 <= 0] = 0
    return XorNetwork(
        params.W1 + lr * np.einsum("ni,nh->ih", x, g),
        params.b1 + lr * np.einsum("nh->h", g),
        params.W2 + lr * np.einsum("nh,no->ho", a1, e),
        params.b2 + lr * np.einsum("no->o", e),
    ), _xor_loss(p, y)


def xor_step__4(params, x, y, lr):
    """Updated the arrays of params in place, so that the old parameters are lost."""
    W1, b1, W2, b2 = params
    z = x @ W1 + b1
    h = (z + np.abs(z)) / 2
    p = 1 / (1 + np.exp(-(h @ W2 + b2)))
    delta = (p - y) / len(y)
    hidden = delta @ W2.T * (z > 0)
    for array, grad in [(W1, x.T @ hidden), (b1, hidden.sum(0)), (W2, h.T @ delta), (b2, delta.sum(0))]:
        array -= lr * grad
    return XorNetwork(W1, b1, W2, b2), _xor_loss(p, y)


def xor_step__5(params, x, y, lr):
    """Took the mean over the rows for the biases although the error was divided by N already."""
    z1 = x @ params.W1 + params.b1
    h = np.maximum(0, z1)
    probs = np.exp(-np.logaddexp(0, -(h @ params.W2 + params.b2)))
    dlogits = (probs - y) / y.size
    dz1 = (dlogits @ params.W2.T) * np.sign(h)
    new = XorNetwork(
        W1=params.W1 - lr * (x.T @ dz1),
        b1=params.b1 - lr * dz1.mean(axis=0),
        W2=params.W2 - lr * (h.T @ dlogits),
        b2=params.b2 - lr * dlogits.mean(axis=0),
    )
    return new, _xor_loss(probs, y)


def xor_step__6(params, x, y, lr):
    """Returned the loss after the step in place of the loss before it."""

    def forward(q):
        sums = x @ q.W1 + q.b1
        hid = np.maximum(sums, 0)
        return sums, hid, 1 / (1 + np.exp(-(hid @ q.W2 + q.b2)))

    sums, hid, p = forward(params)
    e = (p - y) / len(x)
    eh = np.where(sums > 0, e * params.W2.T, 0)
    gradients = [x.T @ eh, eh.sum(axis=0), hid.T @ e, e.sum(axis=0)]
    stepped = XorNetwork(*(old - lr * g for old, g in zip(params, gradients, strict=True)))
    return stepped, _xor_loss(forward(stepped)[2], y)


def xor_step__7(params, x, y, lr):
    """Multiplied the error at the output by p (1 - p), as if the loss were the squared error."""
    z1 = np.matmul(x, params.W1) + params.b1
    h = np.maximum(z1, 0)
    p = 1 / (1 + np.exp(-(np.matmul(h, params.W2) + params.b2)))
    d2 = (p - y) * p * (1 - p) / len(x)
    d1 = np.matmul(d2, params.W2.T) * (z1 > 0)
    W2, b2 = params.W2 - lr * np.matmul(h.T, d2), params.b2 - lr * d2.sum(0)
    W1, b1 = params.W1 - lr * np.matmul(x.T, d1), params.b1 - lr * d1.sum(0)
    return XorNetwork(W1, b1, W2, b2), _xor_loss(p, y)


def xor_step__8(params, x, y, lr):
    """Forgot ReLU on the way back and divided only the loss, not the gradient, by N."""
    z1 = x @ params.W1 + params.b1
    h = np.fmax(z1, 0)
    p = 1 / (1 + np.exp(-h @ params.W2 - params.b2))
    back = (p - y) @ params.W2.T
    stepped = XorNetwork(
        params.W1 - lr * x.T @ back,
        params.b1 - lr * back.sum(0),
        params.W2 - lr * h.T @ (p - y),
        params.b2 - lr * (p - y).sum(0),
    )
    return stepped, _xor_loss(p, y)


def numerical_gradient__1(f, x, h=1e-05):
    """Took the one-sided difference f(x + h) - f(x) over h."""
    base = f(np.array(x, dtype=np.float64))
    out = np.zeros(np.shape(x))
    for k in range(out.size):
        moved = np.array(x, dtype=np.float64)
        moved.flat[k] += h
        out.flat[k] = (f(moved) - base) / h
    return out


def numerical_gradient__2(f, x, h=1e-05):
    """Divided by h, although the two points are 2h apart."""
    slopes = []
    for index in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        slopes.append((f(x + step) - f(x - step)) / h)
    return np.array(slopes, dtype=np.float64).reshape(x.shape)


def numerical_gradient__3(f, x, h=1e-05):
    """Never put an entry back after moving it, so that later slopes are taken at another point."""
    w = x.astype(np.float64)
    grad = np.empty_like(w)
    it = np.nditer(x, flags=["multi_index", "zerosize_ok"])
    for _ in it:
        i = it.multi_index
        w[i] += h
        up = f(w)
        w[i] -= 2 * h
        grad[i] = (up - f(w)) / (2 * h)
    return grad


def numerical_gradient__4(f, x, h=1e-05):
    """Copied x with its own dtype, so that a step is rounded away where x holds whole numbers."""
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        plus, minus = x.copy(), x.copy()
        plus[i] = plus[i] + h
        minus[i] = minus[i] - h
        g[i] = (f(plus) - f(minus)) / (2 * h)
    return g


def numerical_gradient__5(f, x, h=1e-05):
    """Moved all entries at once and gave the one slope to every entry."""
    x = np.asarray(x, dtype=float)
    slope = (f(x + h) - f(x - h)) / (2 * h)
    return np.full(x.shape, slope)


def numerical_gradient__6(f, x, h=1e-05):
    """Walked along the first axis only, and so moved whole rows where x has two axes."""
    point = np.array(x, dtype=np.float64)
    result = np.zeros_like(point)
    for i, kept in enumerate(point.copy()):
        point[i] = kept + h
        high = f(point)
        point[i] = kept - h
        low = f(point)
        point[i] = kept
        result[i] = (high - low) / (2 * h)
    return result


def numerical_gradient__7(f, x, h=1e-05):
    """Worked on the caller's own array and added and subtracted steps, which leaves rounding errors in x."""
    data = np.asarray(x, dtype=np.float64)
    flat = data.reshape(-1)
    slopes = np.empty(flat.size)
    for i in range(flat.size):
        flat[i] += h
        right = f(data)
        flat[i] -= 2 * h
        left = f(data)
        flat[i] += h
        slopes[i] = (right - left) / (2 * h)
    return slopes.reshape(data.shape)


def numerical_gradient__8(f, x, h=1e-05):
    """Returned a flat list of slopes as an array, without the shape of x."""
    x64 = np.array(x, dtype=np.float64)
    eye = np.eye(x64.size) * h
    return np.array([(f(x64 + e.reshape(x64.shape)) - f(x64 - e.reshape(x64.shape))) / (2 * h) for e in eye])
