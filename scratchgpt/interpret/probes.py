"""Linear probes: how much of a label can be read off hidden states by a linear map alone."""

from ..ops.arrays import Array, array_module, matmul
from ..ops.softmax import log_softmax


def linear_probe_step(
    weight: Array, bias: Array, h: Array, labels: Array, lr: float = 0.1
) -> tuple[Array, Array, Array]:
    """One gradient step of a softmax regression on hidden states; the states themselves stay as they are.

    Shapes: weight (C, K), bias (K), h (N, C), labels (N) < K -> loss (), weight (C, K), bias (K)

    The loss is the mean cross-entropy of the N labels, before the step. With p the probabilities and y the
    labels as one-hot rows, the gradient of the logits is (p - y) / N, that of the weight h^T of it, that of
    the bias its sum over the N. The new weight and bias are new arrays.

    Source: Alain, Bengio 2016, "Understanding intermediate layers using linear classifier probes".
    """
    xp = array_module(h)
    log_probs = log_softmax(matmul(h, weight) + bias)  # (N, K)
    rows = xp.arange(len(labels))
    loss = -log_probs[rows, labels].mean()
    dlogits = xp.exp(log_probs)
    dlogits[rows, labels] -= 1
    dlogits /= len(labels)
    return loss, weight - lr * matmul(h.T, dlogits), bias - lr * dlogits.sum(axis=0)
