"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np


def tied_model_backward__loops(dlogits, cache):
    """Position by position and token by token, both uses in one loop."""
    ids, h, weight = cache
    V, C = weight.shape
    dweight = np.zeros((V, C))
    for b, t in np.ndindex(ids.shape):
        for v in range(V):
            for c in range(C):
                dweight[v, c] += dlogits[b, t, v] * h[b, t, c]
                dweight[ids[b, t], c] += dlogits[b, t, v] * weight[v, c]
    return dweight


def tied_model_backward__other(dlogits, cache):
    """With the matrix G[u, v] of all gradients from token u to token v: G weight plus its mirror image."""
    ids, _, weight = cache
    V = len(weight)
    G = np.eye(V)[ids.ravel()].T @ dlogits.reshape(-1, V)
    return (G + G.T) @ weight


def tied_model_backward__float32(dlogits, cache):
    """The one line repaired (+= at the head), and everything in float32."""
    ids, h, weight = cache.ids, cache.h.astype(np.float32), cache.weight.astype(np.float32)
    dlogits = dlogits.astype(np.float32)
    V, C = weight.shape
    grads = {"h": dlogits @ weight, "weight": np.zeros((V, C), dtype=np.float32)}
    for token, gradient in zip(ids.reshape(-1), grads["h"].reshape(-1, C), strict=True):
        grads["weight"][token] += gradient  # the lookup
    grads["weight"] += dlogits.reshape(-1, V).T @ h.reshape(-1, C)  # the head
    return grads["weight"]
