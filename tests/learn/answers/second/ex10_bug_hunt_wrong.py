"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np


def adamw_by_hand__1(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """Decouples the decay but takes weight_decay of each weight itself, without lr."""
    b1, b2 = betas
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    m_hat, v_hat = m / (1 - b1**step), v / (1 - b2**step)
    param = param - weight_decay * param
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adamw_by_hand__2(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """Takes the decay out of v only: it still goes into m, and so is divided by the size of the gradient."""
    beta1, beta2 = betas
    decayed = grad + weight_decay * param
    m = beta1 * m + (1 - beta1) * decayed
    v = beta2 * v + (1 - beta2) * np.square(grad)
    top = m / (1 - beta1**step)
    bottom = np.sqrt(v / (1 - beta2**step)) + eps
    return param - lr * top / bottom, m, v


def adamw_by_hand__3(param, grad, m, v, *, lr, step, weight_decay, betas=(0.9, 0.999), eps=1e-08):
    """Moves the decay behind the averages, but into m_hat, where it is still divided by the root of v_hat."""
    beta1, beta2 = betas
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    m_hat = m / (1 - beta1**step) + weight_decay * param
    v_hat = v / (1 - beta2**step)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
