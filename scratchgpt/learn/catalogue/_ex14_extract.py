"""14.3 and 14.4: the task's loss is read at Extract, and its gradient goes back there."""

import numpy as np

from ...worked.extract_loss import extract_loss_backward, extract_loss_forward
from ..exercise import Exercise, Probe
from ._ex14_extract_backward_more import BACKWARD_MORE
from ._ex14_extract_backward_slips import BACKWARD_ALONE, BACKWARD_PAIRED
from ._ex14_extract_losses import FORWARD_LOSSES
from ._ex14_extract_slips import FORWARD_ALONE, FORWARD_PAIRED

Arrays = tuple[np.ndarray, ...]


def _batch(rng: np.random.Generator, lengths: list[int], T: int, C: int, K: int) -> Arrays:
    h = rng.standard_normal((len(lengths), T, C))
    return h, np.array(lengths), rng.standard_normal((C, K)), rng.integers(0, K, len(lengths))


def _batches() -> list[tuple[str, Arrays]]:
    rng = np.random.default_rng(143)
    basic = _batch(rng, [5, 2, 4], 6, 4, 3)
    far = _batch(rng, [3, 1, 4], 5, 2, 3)
    far[0][[0, 1, 2], [2, 0, 3]] = [[1.0, 0.0], [0.5, 1.0], [0.0, -1.0]]  # the states at Extract
    scores = np.array([[450.0, -400.0, 900.0], [-450.0, 300.0, 800.0]])
    view = _batch(rng, [4, 6], 7, 3, 4)
    return [
        ("basic", basic),
        ("no padding", _batch(rng, [4, 4], 4, 5, 3)),
        ("square", _batch(rng, [1, 3, 4, 2], 4, 4, 4)),
        ("one row", _batch(rng, [3], 5, 2, 6)),
        ("one position", _batch(rng, [1, 1, 1], 1, 3, 2)),
        ("equal labels", (*_batch(rng, [2, 3, 3, 5], 5, 2, 3)[:3], np.array([1, 1, 1, 1]))),
        ("far scores", (far[0], far[1], scores, np.array([1, 2, 2]))),
        ("a view", (np.concatenate([view[0], -view[0]], axis=-1)[:, :, ::2], *view[1:])),
    ]


def forward_probes() -> list[Probe]:
    """Calls that tell right from wrong; what stands behind Extract are the states of pads, and differs."""
    return [Probe(name, batch) for name, batch in _batches()]


def backward_probes() -> list[Probe]:
    """The same batches, with an upstream gradient that is not 1."""
    upstream = np.random.default_rng(144).uniform(0.3, 2.0, 20).round(2)
    probes = [
        Probe(name, (float(dloss), extract_loss_forward(*batch)[1]))
        for dloss, (name, batch) in zip(upstream, _batches(), strict=False)
    ]
    return [*probes, Probe("upstream 1", (1.0, extract_loss_forward(*_batches()[0][1])[1]))]


FORWARD = Exercise(
    id="14.3",
    reference=extract_loss_forward,
    task="""
    The loss of a classifier that reads each row of a padded batch at its Extract token.

    h: (B, T, C), the last hidden states. lengths: (B,), integers from 1 to T: row b has that many real
    tokens, of which Extract is the last, and pads behind them; the states at pads mean nothing. weight: (C,
    K), the classifier's matrix, without a bias. labels: (B,), integers below K, the right classes.
    Return (loss, cache). loss: a number, the negative log-probability of the right class, in nats, averaged
    over the B rows; the classes' scores are those of the state at Extract. cache: ExtractLossCache(h,
    lengths, weight, labels, probs) with probs (B, K), the probabilities of the classes. Do not modify the
    arguments. log_softmax of lesson 02 is at hand; scores may be as large as 900.

    The last states of "I love cats", by a matrix for two classes, positive and negative:

    >>> h = np.array([[[-0.8, 1.2, 0.3, -0.7], [0.5, -0.3, 1.1, -1.3], [-0.2, 0.9, -1.0, 0.3]]])
    >>> weight = np.array([[0.15, -0.20], [0.30, 0.10], [-0.25, 0.40], [0.10, -0.15]])
    >>> loss, cache = extract_loss_forward(h, np.array([3]), weight, np.array([0]))
    >>> round(float(loss), 4), cache.probs.round(4)
    (0.3604, array([[0.6974, 0.3026]]))
    >>> loss, cache = extract_loss_forward(h, np.array([2]), weight, np.array([0]))
    >>> round(float(loss), 4)
    1.259
    """,
    probes=forward_probes,
    returns=("loss", "cache"),
    mistakes=(*FORWARD_PAIRED, *FORWARD_ALONE, *FORWARD_LOSSES),
    hints=(
        "Of each row, one state counts. At which position does it stand, when the row has so many real tokens?",
        "Pairs of row number and position pick one state per row, (B, C). What remains is a classifier as in "
        "lesson 02.",
        "Scores by one matrix product, log-probabilities from them, that of the right class in each row, and "
        "their mean with the other sign. The probabilities for the cache follow from their logarithms.",
    ),
    difficulty=2,
    minutes=12,
    importance=5,
    lines=5,
)

BACKWARD = Exercise(
    id="14.4",
    reference=extract_loss_backward,
    task="""
    The gradients of that loss: of the hidden states, and of the classifier's matrix.

    dloss: a number, the gradient of the loss. cache: ExtractLossCache(h, lengths, weight, labels, probs) of
    14.3: h (B, T, C); lengths (B,), real tokens per row, Extract the last of them; weight (C, K); labels
    (B,); probs (B, K). The loss was a mean over the B rows.
    Return (dh, dweight). dh: (B, T, C), the gradient of all hidden states, as the layers below need it.
    dweight: (C, K). Do not modify the cache: it may be used again.

    >>> h = np.array([[[-0.8, 1.2, 0.3, -0.7], [0.5, -0.3, 1.1, -1.3], [-0.2, 0.9, -1.0, 0.3]]])
    >>> weight = np.array([[0.15, -0.20], [0.30, 0.10], [-0.25, 0.40], [0.10, -0.15]])
    >>> loss, cache = extract_loss_forward(h, np.array([3]), weight, np.array([0]))
    >>> dh, dweight = extract_loss_backward(1.0, cache)
    >>> dh[0, 2].round(4)
    array([-0.1059, -0.0605,  0.1967, -0.0756])
    >>> dweight.round(4)
    array([[ 0.0605, -0.0605],
           [-0.2723,  0.2723],
           [ 0.3026, -0.3026],
           [-0.0908,  0.0908]])
    """,
    probes=backward_probes,
    returns=("dh", "dweight"),
    mistakes=(*BACKWARD_PAIRED, *BACKWARD_ALONE, *BACKWARD_MORE),
    hints=(
        "On which states does the loss depend, and on which does it not depend at all?",
        "Begin with the gradient of the scores, (B, K): the probabilities, with something taken away at the "
        "right class, and the share that each row has in the mean.",
        "From there it is the backward pass of a linear map whose inputs were the states at Extract. Their "
        "gradient goes back to where they were read, into an array of zeros.",
    ),
    difficulty=3,
    minutes=15,
    importance=5,
    lines=7,
    needs=("14.3",),
)
