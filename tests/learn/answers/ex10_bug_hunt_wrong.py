"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np


def _adam(param, grad, m, v, lr, step, betas, eps):
    m = betas[0] * m + (1 - betas[0]) * grad
    v = betas[1] * v + (1 - betas[1]) * grad**2
    return lr * (m / (1 - betas[0] ** step)) / (np.sqrt(v / (1 - betas[1] ** step)) + eps), m, v


def adamw_by_hand__1(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """Left the code as it was: decay in the gradient."""
    update, m, v = _adam(param, grad + weight_decay * param, m, v, lr, step, betas, eps)
    return param - update, m, v


def adamw_by_hand__2(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """Took the decay away altogether."""
    update, m, v = _adam(param, grad, m, v, lr, step, betas, eps)
    return param - update, m, v


def adamw_by_hand__3(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """Decayed without the learning rate."""
    update, m, v = _adam(param, grad, m, v, lr, step, betas, eps)
    return (1 - weight_decay) * param - update, m, v


def adamw_by_hand__4(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """Kept the decay in m and took it out of v only."""
    new_v = betas[1] * v + (1 - betas[1]) * grad * grad
    new_m = betas[0] * m + (1 - betas[0]) * (grad + weight_decay * param)
    root = np.sqrt(new_v / (1 - betas[1] ** step)) + eps
    return param - lr * new_m / (1 - betas[0] ** step) / root, new_m, new_v


def adamw_by_hand__5(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """Added the decay to the corrected average before it is divided by the root."""
    m = betas[0] * m + (1 - betas[0]) * grad
    v = betas[1] * v + (1 - betas[1]) * grad * grad
    m_hat = m / (1 - betas[0] ** step) + weight_decay * param
    return param - lr * m_hat / (np.sqrt(v / (1 - betas[1] ** step)) + eps), m, v


def adamw_by_hand__6(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """Let the weights grow: the decay has the wrong sign."""
    update, m, v = _adam(param, grad, m, v, lr, step, betas, eps)
    return param * (1 + lr * weight_decay) - update, m, v


def adamw_by_hand__7(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """Decayed in both ways: in the gradient and beside it."""
    update, m, v = _adam(param, grad + weight_decay * param, m, v, lr, step, betas, eps)
    return param - update - lr * weight_decay * param, m, v
