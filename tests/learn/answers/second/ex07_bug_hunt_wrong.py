"""Answers written from the stub file alone, before the mistakes were catalogued."""

from scratchgpt.ops.softmax import softmax_backward


def one_head_backward__1(dy, cache):
    """Transposes the wrong one: dscores.T in dq, while dk stays as it was."""
    x, wq, wk, wv, q, k, v, weights = cache
    dv = weights.T @ dy
    dscores = softmax_backward(dy @ v.T, weights) / q.shape[1] ** 0.5
    dq = dscores.T @ k
    dk = dscores @ q
    dx = dq @ wq.T + dk @ wk.T + dv @ wv.T
    return dx, x.T @ dq, x.T @ dk, x.T @ dv


def one_head_backward__2(dy, cache):
    """Swaps k and q in the line of dk instead of transposing dscores."""
    x, wq, wk, wv, q, k, v, weights = cache
    dv = weights.T @ dy
    dscores = softmax_backward(dy @ v.T, weights) / q.shape[1] ** 0.5
    dq = dscores @ k
    dk = dscores @ k
    dx = dq @ wq.T + dk @ wk.T + dv @ wv.T
    return dx, x.T @ dq, x.T @ dk, x.T @ dv
