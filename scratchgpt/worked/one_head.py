"""One attention head from end to end, small enough to follow on paper: one text, no batch, no bias."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..ops.arrays import Array
from ..ops.attention import causal_mask
from ..ops.softmax import softmax, softmax_backward


class OneHeadCache(NamedTuple):
    """`x` (T, C); `wq`, `wk`, `wv` (C, D); `q`, `k`, `v` (T, D); `weights` (T, T)."""

    x: Array
    wq: Array
    wk: Array
    wv: Array
    q: Array
    k: Array
    v: Array
    weights: Array


def one_head_forward(x: Array, wq: Array, wk: Array, wv: Array) -> tuple[Array, OneHeadCache]:
    """Causal self-attention with one head, on the vectors of one text.

    Shapes: x (T, C), wq (C, D), wk (C, D), wv (C, D) -> y (T, D)
    Forward: q = x wq, k = x wk, v = x wv; y = softmax(mask(q k^T / sqrt(D))) v
    Cache: all of them, and the weights; the scores are never needed again.
    Source: Vaswani et al. 2017, section 3.2.1.
    """
    q, k, v = x @ wq, x @ wk, x @ wv  # (T, D) each
    scores = q @ k.T / math.sqrt(q.shape[1])  # (T, T)
    weights = softmax(np.where(causal_mask(len(x), len(x)), scores, -np.inf))
    return weights @ v, OneHeadCache(x, wq, wk, wv, q, k, v, weights)


def one_head_backward(dy: Array, cache: OneHeadCache) -> tuple[Array, Array, Array, Array]:
    """Gradients of the vectors and of the three projections.

    Shapes: dy (T, D) -> dx (T, C), dwq (C, D), dwk (C, D), dwv (C, D)
    Backward: dv = P^T dy; dP = dy v^T; dS = softmax'(dP) / sqrt(D); dq = dS k; dk = dS^T q; each
        projection y = x w gives dw = x^T dy and adds dy w^T to dx.
    """
    x, wq, wk, wv, q, k, v, weights = cache
    dv = weights.T @ dy  # (T, D)
    dscores = softmax_backward(dy @ v.T, weights) / math.sqrt(q.shape[1])  # (T, T)
    dq = dscores @ k  # (T, D)
    dk = dscores.T @ q  # (T, D)
    dx = dq @ wq.T + dk @ wk.T + dv @ wv.T  # (T, C)
    return dx, x.T @ dq, x.T @ dk, x.T @ dv


class Difference(NamedTuple):
    """How far a wrong backward pass is from the right one, seen at the gradient of the keys' projection.

    `relative`: |wrong - right| / (|wrong| + |right|), norms over the tensor; `absolute`: the largest
    difference of two entries; both are medians over the draws. `passed`: the share of the draws in which all
    four gradients lie within the tolerances of a test that compares entry by entry.
    """

    relative: float
    absolute: float
    passed: float


def difference(
    backward: Callable[..., Any],
    size: float,
    rng: np.random.Generator,
    *,
    upstream: str = "random",
    rtol: float = 1e-3,
    atol: float = 1e-5,
    draws: int = 20,
) -> Difference:
    """Compare another backward pass with `one_head_backward` on numbers of standard deviation `size`.

    T, C, D = 5, 6, 4. `upstream`: "random" draws dy from N(0, 1); "ones" is the gradient of a sum, "mean"
    that of a mean. The tolerances are those of torch.autograd.gradcheck unless given.
    """
    rows = []
    for _ in range(draws):
        x = size * rng.standard_normal((5, 6))
        projections = size * rng.standard_normal((3, 6, 4))
        y, cache = one_head_forward(x, *projections)
        ones = np.ones_like(y)
        dy = {"random": rng.standard_normal(y.shape), "ones": ones, "mean": ones / y.size}[upstream]
        right, wrong = one_head_backward(dy, cache), backward(dy, cache)
        a, b = right[2], wrong[2]
        rows.append(
            (
                np.linalg.norm(b - a) / (np.linalg.norm(a) + np.linalg.norm(b)),
                np.abs(b - a).max(),
                all(np.allclose(w, r, rtol=rtol, atol=atol) for w, r in zip(wrong, right, strict=True)),
            )
        )
    relative, absolute, passed = np.array(rows).T
    return Difference(float(np.median(relative)), float(np.median(absolute)), float(passed.mean()))
