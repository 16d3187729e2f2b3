"""14.5: the loss of the task and the loss of the language, together."""

from typing import Any

import numpy as np

from ...worked.combined_loss import combined_loss
from ..exercise import Exercise, Probe
from ._ex14_combined_slips import PAIRED
from ._ex14_combined_sums import SUMS
from ._ex14_combined_targets import TARGETS


def probes() -> list[Probe]:
    """Calls that tell right from wrong; behind the real tokens stand pads of id 0, with scores like any."""
    rng = np.random.default_rng(145)

    def probe(name: str, lengths: list[int], T: int, K: int, V: int, **options: Any) -> Probe:
        B = len(lengths)
        ids = rng.integers(0, V, (B, T)) * (np.arange(T) < np.array(lengths)[:, None])
        class_logits, logits = rng.standard_normal((B, K)), rng.standard_normal((B, T, V))
        args = (class_logits * 1.5, rng.integers(0, K, B), logits * 1.5, ids, np.array(lengths))
        return Probe(name, args, options)

    _, _, logits, *rows = probe("far", [3, 4], 5, 3, 4).args
    far = np.array([[900.0, -100.0, 40.0], [-500.0, 800.0, 300.0]]), np.array([1, 1]), 400 * logits, *rows
    return [
        probe("basic", [5, 2, 6], 6, 4, 7),
        probe("another lambda", [3, 5], 6, 3, 4, lm_weight=0.8),
        probe("lambda 0", [4, 2], 4, 2, 5, lm_weight=0.0),
        probe("lambda 1", [2, 5], 5, 4, 3, lm_weight=1.0),
        probe("no padding", [4, 4, 4], 4, 2, 6),
        probe("square", [3, 4, 2, 4], 4, 4, 4),
        probe("one row", [4], 6, 3, 5),
        probe("one row without padding", [5], 5, 3, 4),
        probe("two positions", [2, 2, 2], 2, 3, 4),
        Probe("far scores", far),
    ]


EXERCISE = Exercise(
    id="14.5",
    reference=combined_loss,
    task="""
    The loss of fine-tuning: that of the task, and beside it lambda times that of the language model.

    class_logits: (B, K), the classes' scores of each row. labels: (B,), integers below K. logits: (B, T, V),
    the scores of the next token at every position. ids: (B, T), integers below V, the rows themselves.
    lengths: (B,), integers from 2 to T: so many tokens of the row are real, Start first and Extract last;
    behind them stand pads, whose id is 0, an id that real tokens may have as well. lm_weight: lambda.
    Return (L3, L2, L1), three numbers in nats. All are losses, to be minimised (sources that write
    log-likelihoods have the opposite sign). L2 is the classes' cross-entropy, averaged over the rows. L1 is
    the cross-entropy of the next tokens. Every real token but the first is predicted, Extract too, from the
    position before it; nothing is predicted from Extract, and no pad. Average over the predicted tokens of
    each row first, then over the rows: a short row counts as much as a long one. L3 is L2 plus lambda times
    L1. Do not modify the arguments. log_softmax of lesson 02 is at hand; scores may be in the thousands.

    "Start This film was brilliant Extract", with the probability 0.85 for the right class. Here an id says
    only whether the token is Start; the model gave the next tokens 0.02, 0.08, 0.35, 0.05 and 0.01:

    >>> p, ids = np.array([0.02, 0.08, 0.35, 0.05, 0.01, 0.6]), np.array([[0, 1, 1, 1, 1, 1]])
    >>> class_logits, logits = np.log([[0.15, 0.85]]), np.log(np.stack([1 - p, p], axis=-1))[None]
    >>> logits.shape
    (1, 6, 2)
    >>> losses = combined_loss(class_logits, np.array([1]), logits, ids, np.array([6]))
    >>> [round(float(loss), 4) for loss in losses]
    [1.6714, 0.1625, 3.0177]
    >>> losses = combined_loss(class_logits, np.array([1]), logits, ids, np.array([3]), lm_weight=2.0)
    >>> [round(float(loss), 4) for loss in losses]
    [6.6003, 0.1625, 3.2189]
    """,
    probes=probes,
    returns=("L3", "L2", "L1"),
    mistakes=(*PAIRED, *TARGETS, *SUMS),
    hints=(
        "How many tokens of a row of six are predicted, and from which positions?",
        "Shift the rows against the scores: the scores at a position belong to the id that follows. Then ask "
        "of each pair whether that id is a real token.",
        "Take the log-probability of each following id, make those of pads zero, add up along the row, and "
        "divide by the number of predicted tokens of that row. Then average over the rows.",
    ),
    difficulty=4,
    minutes=20,
    importance=5,
    lines=6,
    needs=("14.3",),
)
