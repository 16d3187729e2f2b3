"""Lesson 12: top-k, right in a row and wrong in its result or in a batch."""

import numpy as np

from ...ops.softmax import log_softmax, softmax
from ...sampling.filters import top_k
from ..exercise import Mistake
from ._ex12_top_k_whole import (
    _by_order,
    _distinct_in_all,
    _falling,
    _first_threshold,
    _flat,
    _in_order,
    _in_place,
    _of_any_row,
    _of_kept,
    _one_row,
    _per_batch,
    _per_token,
    _rejects,
    _threshold,
)
from ._unpaired import styles

REST = (
    *styles(
        Mistake(
            "the k smallest cut off",
            "The k least likely tokens were cut off, and all others stay.",
            "How many tokens should stay?",
        ),
        highest_ids_first=_by_order(_falling, lambda k, V: V - k if 0 < k < V else V),
        lowest_ids_first=_by_order(
            lambda z: np.argsort(z, axis=-1, kind="stable")[..., ::-1], lambda k, V: V - k if 0 < k < V else V
        ),
    ),
    *styles(
        Mistake(
            "rows of a batch not kept apart",
            "A row alone is right; in a batch the rows are not judged one by one, and in each of them k tokens should stay.",
            "How many tokens should stay in each row?",
        ),
        all_rows_together=_per_batch,
        along_the_wrong_axis=_per_token,
        threshold_of_the_first=_first_threshold,
        threshold_of_all=_flat,
        what_any_row_keeps=_of_any_row,
        largest_values_of_all=_distinct_in_all,
        whole_rows=_one_row,
    ),
    *styles(
        Mistake(
            "probabilities",
            "You return probabilities, and logits are asked for: the softmax comes later.",
            "What should stand at the places of those that stay?",
        ),
        after=_of_kept(softmax),
        logarithms=_of_kept(log_softmax),
        before=lambda z, k: np.where(np.isfinite(top_k(z, k)), softmax(z), 0.0),
        before_with_infinity=lambda z, k: np.where(np.isfinite(top_k(z, k)), softmax(z), -np.inf),
    ),
    *styles(
        Mistake(
            "only what stays",
            "You return only the k logits that stay; the others should be there too, at minus infinity.",
            "How does one know which token a logit belongs to?",
        ),
        sorted=lambda z, k: -np.sort(-z, axis=-1)[..., : k or None],
        rising=lambda z, k: np.sort(z, axis=-1)[..., -k:],
        ids=lambda z, k: _falling(z)[..., : k or None],
        in_their_order=lambda z, k: z[np.isfinite(top_k(z, k))],
    ),
    *styles(
        Mistake(
            "sorted",
            "The right logits stay, but they were sorted: a logit belongs to the id at whose place it stands.",
            "How does one know which token a logit belongs to?",
        ),
        when_cut=_in_order,
        always=lambda z, k: np.where(
            np.arange(z.shape[-1]) < (k or z.shape[-1]), -np.sort(-z, axis=-1), -np.inf
        ),
        but_for_0=lambda z, k: (
            z.copy() if k == 0 else np.where(np.arange(z.shape[-1]) < k, -np.sort(-z, axis=-1), -np.inf)
        ),
    ),
    *styles(
        Mistake(
            "which tokens stay",
            "You return which tokens stay, and logits are asked for.",
            "What should stand at the places of those that stay?",
        ),
        always=lambda z, k: np.isfinite(top_k(z, k)),
        ones=lambda z, k: np.isfinite(top_k(z, k)).astype(float),
        ones_and_infinity=lambda z, k: np.where(np.isfinite(top_k(z, k)), 1.0, -np.inf),
        zeros_and_infinity=lambda z, k: np.where(np.isfinite(top_k(z, k)), 0.0, -np.inf),
    ),
    Mistake(
        "k above V refused",
        "With a k larger than the vocabulary it ends in an exception; such a k keeps all.",
        "What is the k-th largest of fewer than k numbers?",
        wrong=_rejects,
    ),
    Mistake(
        "all equals stay, k above V refused",
        "More than k tokens stay when several logits equal the k-th largest; and a k larger than the vocabulary ends in an "
        "exception.",
        "How many of three equal logits stay when there is room for one?",
        wrong=_threshold,
    ),
    Mistake(
        "changed in place",
        "The result is right, but the logits that were given have been cut off too.",
        "Whose array is it?",
        wrong=_in_place,
    ),
)
