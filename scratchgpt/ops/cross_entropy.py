"""Cross-entropy of a categorical prediction: the loss of a language model."""

from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from .activations import sigmoid_forward
from .arrays import Array, array_module
from .softmax import log_softmax

_LOG_SOFTMAX = SimpleNamespace(log_softmax=log_softmax)
_SIGMOID = SimpleNamespace(sigmoid_forward=sigmoid_forward)


class CrossEntropyCache(NamedTuple):
    """`log_probs` (..., V), `targets` (...) with 0 where ignored, `scale` (...) = w / sum(w)."""

    log_probs: Array
    targets: Array
    scale: Array


def cross_entropy_forward(
    logits: Array,
    targets: Array,
    weights: Array | None = None,
    ignore_index: int = -1,
    *,
    ops: Any = _LOG_SOFTMAX,
) -> tuple[Array, CrossEntropyCache]:
    """Weighted mean of the negative log-probability of the targets.

    Shapes: logits (..., V), targets (...) < V -> loss ()
    Forward: nll = -log_softmax(logits)[target]; loss = sum(w nll) / sum(w), 0 when that sum is 0.
        w is 1 unless given, and 0 where the target is `ignore_index`. w[b, t] = 1/len_b gives the mean
        of means per sequence (GPT-1); class weights are weights too.
    Cache: the log-probabilities, because the gradient is their exponential minus the one-hot target.
    Source: Goodfellow, Bengio, Courville, Deep Learning, section 6.2.
    """
    xp = array_module(logits)
    counted = targets != ignore_index
    # float16 cannot count beyond 65,504 tokens.
    scale = counted.astype(np.result_type(logits.dtype, np.float32))
    if weights is not None:
        scale = scale * weights.astype(scale.dtype)
    total = scale.sum()
    scale = scale / (total + (total == 0))
    targets = xp.where(counted, targets, 0)
    log_probs = ops.log_softmax(logits)
    nll = -xp.take_along_axis(log_probs, targets[..., None], axis=-1)[..., 0]
    loss = (nll * scale).sum().astype(logits.dtype)
    return loss, CrossEntropyCache(log_probs, targets, scale.astype(logits.dtype, copy=False))


def cross_entropy_backward(dloss: Array, cache: CrossEntropyCache) -> Array:
    """Gradient of the loss with respect to the logits.

    Shapes: dloss () -> dlogits (..., V)
    Backward: d nll / d logits_i = softmax(logits)_i - 1[i = target]; times w / sum(w), times dloss.
    """
    log_probs, targets, scale = cache
    xp = array_module(log_probs)
    dlogits = xp.exp(log_probs)
    picked = targets[..., None]
    xp.put_along_axis(dlogits, picked, xp.take_along_axis(dlogits, picked, axis=-1) - 1, axis=-1)
    dlogits *= (scale * dloss)[..., None]
    return dlogits


_FORWARD = SimpleNamespace(cross_entropy_forward=cross_entropy_forward)
_BACKWARD = SimpleNamespace(cross_entropy_backward=cross_entropy_backward)


def cross_entropy_donated_forward(
    logits: Array,
    targets: Array,
    weights: Array | None = None,
    ignore_index: int = -1,
    *,
    ops: Any = _FORWARD,
) -> tuple[Array, Any]:
    """The same loss of logits that the caller gives away: they may be overwritten.

    Shapes: logits (..., V), targets (...) < V -> loss ()
    Forward: cross_entropy_forward. A fused version writes dlogits over the logits: with 50,257 of them for
        each token they are the largest array of a training step.
    Cache: whatever the backward needs.
    Source: Goodfellow, Bengio, Courville, Deep Learning, section 6.2.
    """
    loss, cache = ops.cross_entropy_forward(logits, targets, weights, ignore_index)
    return loss, cache


def cross_entropy_donated_backward(dloss: Array, cache: Any, *, ops: Any = _BACKWARD) -> Array:
    """Gradient of the loss with respect to the logits that were given away.

    Shapes: dloss () -> dlogits (..., V)
    Backward: cross_entropy_backward. The result is only to be read: a fused version returns its cache.
    """
    return ops.cross_entropy_backward(dloss, cache)


class BinaryCrossEntropyCache(NamedTuple):
    """`probs` (...): the sigmoid of the logits; `targets` (...) in [0, 1]."""

    probs: Array
    targets: Array


def binary_cross_entropy_forward(
    logits: Array, targets: Array, *, ops: Any = _SIGMOID
) -> tuple[Array, BinaryCrossEntropyCache]:
    """Mean cross-entropy of yes/no predictions, from logits z (the sigmoid is inside).

    Shapes: logits (..., C), targets (..., C) -> loss ()
    Forward: -y log s - (1 - y) log(1 - s) with s = sigmoid(z), rearranged to
        max(z, 0) - z y + log(1 + exp(-|z|)), which neither overflows nor takes the log of 0.
    Cache: s, because the gradient is s - y.
    Source: Goodfellow, Bengio, Courville, Deep Learning, section 6.2.2.2.
    """
    xp = array_module(logits)
    targets = targets.astype(logits.dtype, copy=False)
    probs, _ = ops.sigmoid_forward(logits)
    small = xp.exp(-xp.abs(logits))  # in (0, 1]
    losses = xp.maximum(logits, 0) - logits * targets + xp.log1p(small)
    return losses.mean(), BinaryCrossEntropyCache(probs, targets)


def binary_cross_entropy_backward(dloss: Array, cache: BinaryCrossEntropyCache) -> Array:
    """Gradient of the loss with respect to the logits.

    Shapes: dloss () -> dlogits (..., C)
    Backward: (s - y) / n: the sigmoid's slope s (1 - s) cancels against the log's.
    """
    probs, targets = cache
    # A product with 1/n, since float16 cannot hold every n; a float64 dloss must not widen the gradient.
    return ((probs - targets) * (dloss * (1 / probs.size))).astype(probs.dtype, copy=False)
