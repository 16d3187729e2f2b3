"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.worked.network_2_2_1 import Network, NetworkCache
from scratchgpt.worked.xor import XorNetwork


def network_forward__loops(x, y, params):
    """Plain loops over hidden units and inputs, with the math module."""
    z1 = np.zeros(len(params.b1))
    h = np.zeros(len(params.b1))
    z2 = float(params.b2)
    for j in range(len(z1)):
        total = params.b1[j]
        for i in range(len(x)):
            total += params.W1[j][i] * x[i]
        z1[j] = total
        h[j] = total if total > 0 else 0.0
        z2 += params.W2[j] * h[j]
    y_hat = 1 / (1 + math.exp(-z2))
    loss = -y * math.log(y_hat) - (1 - y) * math.log(1 - y_hat)
    return loss, NetworkCache(x, y, z1, h, y_hat, params.W2)


def network_forward__other(x, y, params):
    """Broadcast products and sums, and the loss from the output sum by logaddexp."""
    z1 = (params.W1 * x).sum(axis=1) + params.b1
    h = np.where(z1 > 0, z1, 0.0)
    z2 = (h * params.W2).sum() + params.b2
    loss = y * np.logaddexp(0, -z2) + (1 - y) * np.logaddexp(0, z2)
    return loss, NetworkCache(x=x, y=y, z1=z1, h=h, y_hat=(1 + np.tanh(z2 / 2)) / 2, W2=params.W2)


def network_forward__float32(x, y, params):
    """All sums, the probability and the loss in float32."""
    W1, b1, W2, b2 = (np.asarray(p, dtype=np.float32) for p in params)
    z1 = W1 @ x.astype(np.float32) + b1
    h = np.maximum(z1, np.float32(0))
    z2 = W2 @ h + b2
    y_hat = 1 / (1 + np.exp(-z2))
    loss = np.float32(y) * np.logaddexp(np.float32(0), -z2) + np.float32(1 - y) * np.logaddexp(
        np.float32(0), z2
    )
    return loss, NetworkCache(x, y, z1, h, y_hat, params.W2)


def network_backward__loops(dloss, cache):
    """Plain loops over hidden units and inputs."""
    n_hidden, n_in = len(cache.h), len(cache.x)
    dz2 = dloss * (cache.y_hat - cache.y)
    dW1, db1, dW2 = np.zeros((n_hidden, n_in)), np.zeros(n_hidden), np.zeros(n_hidden)
    for j in range(n_hidden):
        dW2[j] = dz2 * cache.h[j]
        if cache.z1[j] > 0:
            db1[j] = dz2 * cache.W2[j]
        for i in range(n_in):
            dW1[j, i] = db1[j] * cache.x[i]
    return Network(dW1, db1, dW2, dz2)


def network_backward__other(dloss, cache):
    """Einsum, with dloss multiplied onto the finished gradients at the end."""
    error = cache.y_hat - cache.y
    db1 = np.where(cache.z1 > 0, error * cache.W2, 0.0)
    dW1 = np.einsum("j,i->ji", db1, cache.x)
    return Network(*(dloss * g for g in (dW1, db1, error * cache.h, error)))


def network_backward__float32(dloss, cache):
    """Every factor is cast to float32 first."""
    x, y, z1, h, y_hat, W2 = (np.asarray(a, dtype=np.float32) for a in cache)
    dz2 = np.float32(dloss) * (y_hat - y)
    dz1 = np.heaviside(z1, np.float32(0)) * W2 * dz2
    return Network(dz1[:, None] * x, dz1, dz2 * h, dz2)


def xor_step__loops(params, x, y, lr):
    """One example after the other, gradients added up with plain loops, the update at the end."""
    N, I, H = len(x), len(x[0]), len(params.b1)
    dW1, db1, dW2, db2 = (np.zeros(p.shape) for p in params)
    loss = 0.0
    for n in range(N):
        z1 = [sum(x[n, i] * params.W1[i, j] for i in range(I)) + params.b1[j] for j in range(H)]
        h = [max(z, 0.0) for z in z1]
        z2 = sum(h[j] * params.W2[j, 0] for j in range(H)) + params.b2[0]
        p = 1 / (1 + math.exp(-z2))
        loss -= (y[n, 0] * math.log(p) + (1 - y[n, 0]) * math.log(1 - p)) / N
        e = (p - y[n, 0]) / N
        db2[0] += e
        for j in range(H):
            dW2[j, 0] += e * h[j]
            if z1[j] > 0:
                db1[j] += e * params.W2[j, 0]
                for i in range(I):
                    dW1[i, j] += e * params.W2[j, 0] * x[n, i]
    grads = (dW1, db1, dW2, db2)
    return XorNetwork(*[p - lr * g for p, g in zip(params, grads, strict=True)]), loss


def xor_step__other(params, x, y, lr):
    """Einsum throughout; the gradients are summed first and divided by N in the update."""
    z1 = np.einsum("ni,ih->nh", x, params.W1) + params.b1
    h = np.clip(z1, 0, None)
    z2 = np.einsum("nh,ho->no", h, params.W2) + params.b2
    loss = np.mean(np.logaddexp(0, z2) - y * z2)
    err = (1 + np.tanh(z2 / 2)) / 2 - y
    back = np.einsum("no,ho,nh->nh", err, params.W2, (z1 > 0).astype(float))
    rate = lr / x.shape[0]
    W1 = params.W1 - rate * np.einsum("ni,nh->ih", x, back)
    W2 = params.W2 - rate * np.einsum("nh,no->ho", h, err)
    return XorNetwork(W1, params.b1 - rate * back.sum(0), W2, params.b2 - rate * err.sum(0)), loss


def xor_step__float32(params, x, y, lr):
    """The whole step in float32."""
    W1, b1, W2, b2 = (p.astype(np.float32) for p in params)
    x, y, lr = x.astype(np.float32), y.astype(np.float32), np.float32(lr)
    z1 = x @ W1 + b1
    h = z1 * (z1 > 0)
    z2 = h @ W2 + b2
    loss = (np.logaddexp(np.float32(0), z2) - y * z2).mean()
    e = (1 / (1 + np.exp(-z2)) - y) / np.float32(len(x))
    dz1 = (e @ W2.T) * (z1 > 0)
    return XorNetwork(
        W1 - lr * (x.T @ dz1), b1 - lr * dz1.sum(0), W2 - lr * (h.T @ e), b2 - lr * e.sum(0)
    ), loss


def numerical_gradient__loops(f, x, h=1e-05):
    """One flat loop; the moved entry is put back from a saved value."""
    w = np.array(x, dtype=np.float64)
    grad = np.zeros(w.shape, dtype=np.float64)
    for i in range(w.size):
        kept = w.flat[i]
        w.flat[i] = kept + h
        up = f(w)
        w.flat[i] = kept - h
        down = f(w)
        w.flat[i] = kept
        grad.flat[i] = (up - down) / (2 * h)
    return grad


def numerical_gradient__other(f, x, h=1e-05):
    """A step array for each entry, added to and subtracted from an x that nobody writes to."""
    x = np.asarray(x)
    steps = (h * np.eye(x.size)).reshape((x.size, *x.shape))
    slopes = [(f(x + s) / h - f(x - s) / h) / 2 for s in steps]
    return np.array(slopes, dtype=np.float64).reshape(x.shape)


def numerical_gradient__third(f, x, h=1e-05):
    """A fresh float64 copy for each side of each index (no float32 here: the task asks for float64)."""

    def at(index, delta):
        moved = np.array(x).astype(np.float64)
        moved[index] += delta
        return float(f(moved))

    out = np.empty(np.shape(x))
    for index in np.ndindex(np.shape(x)):
        out[index] = (at(index, +h) - at(index, -h)) / h * 0.5
    return out
