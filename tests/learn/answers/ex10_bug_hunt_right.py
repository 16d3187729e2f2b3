"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np


def adamw_by_hand__loops(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """Number by number; the decay first."""
    new, new_m, new_v = np.empty_like(param), np.empty_like(m), np.empty_like(v)
    for i in np.ndindex(*param.shape):
        new_m[i] = betas[0] * m[i] + (1 - betas[0]) * grad[i]
        new_v[i] = betas[1] * v[i] + (1 - betas[1]) * grad[i] ** 2
        size = (new_v[i] / (1 - betas[1] ** step)) ** 0.5 + eps
        new[i] = param[i] - lr * weight_decay * param[i] - lr * new_m[i] / (1 - betas[0] ** step) / size
    return new, new_m, new_v


def adamw_by_hand__other(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """The step first, the decay of what it has left after it."""
    m = m + (1 - betas[0]) * (grad - m)
    v = v + (1 - betas[1]) * (np.square(grad) - v)
    move = (m / (1 - betas[0] ** step)) / (np.sqrt(v / (1 - betas[1] ** step)) + eps)
    return (param - lr * move) * (1 - lr * weight_decay), m, v


def adamw_by_hand__float32(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """In float32."""
    w, g, m, v = (a.astype(np.float32) for a in (param, grad, m, v))
    m = np.float32(betas[0]) * m + np.float32(1 - betas[0]) * g
    v = np.float32(betas[1]) * v + np.float32(1 - betas[1]) * g * g
    root = np.sqrt(v / np.float32(1 - betas[1] ** step)) + np.float32(eps)
    step_ = np.float32(lr) * m / np.float32(1 - betas[0] ** step) / root
    return w * np.float32(1 - lr * weight_decay) - step_, m, v
