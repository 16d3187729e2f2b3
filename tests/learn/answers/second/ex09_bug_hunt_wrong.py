"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np


def tied_model_backward__1(dlogits, cache):
    """Returns the lookup's part only: drops the head's line instead of adding it."""
    ids, _, weight = cache
    V, C = weight.shape
    grads = {"h": dlogits @ weight, "weight": np.zeros((V, C))}
    for token, gradient in zip(ids.reshape(-1), grads["h"].reshape(-1, C), strict=True):
        grads["weight"][token] += gradient
    return grads["weight"]


def tied_model_backward__2(dlogits, cache):
    """Adds the head's part inside the loop, once for every token that was looked up."""
    ids, h, weight = cache
    V, C = weight.shape
    grads = {"h": dlogits @ weight, "weight": np.zeros((V, C))}
    for token, gradient in zip(ids.reshape(-1), grads["h"].reshape(-1, C), strict=True):
        grads["weight"][token] += gradient
        grads["weight"] += dlogits.reshape(-1, V).T @ h.reshape(-1, C)
    return grads["weight"]
