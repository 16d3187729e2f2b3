"""Lesson 12: top-p, wrong in its sums, in what it returns, or in a batch."""

import numpy as np

from ...ops.softmax import log_softmax, softmax
from ...sampling.filters import top_p
from ..exercise import Mistake
from ._ex12_top_p_whole import (
    _all_rows,
    _first,
    _first_row_decides,
    _in_place,
    _of_kept,
    _order,
    _per_token,
    _reach,
    _rows,
    _shares_of_all,
    _sorted,
)
from ._unpaired import styles

REST = (
    *styles(
        Mistake(
            "no maximum subtracted",
            "With logits of 900 your probabilities overflow. The softmax that is imported subtracts the maximum first.",
            "Which softmax did you use?",
        ),
        plain=_first(_reach, weights=lambda z: np.exp(z) / np.exp(z).sum()),
    ),
    *styles(
        Mistake(
            "the rest for p",
            "One less p was reached: at a p of 0.9 you keep a tenth of the probability.",
            "Does a larger p keep more tokens, or fewer?",
        ),
        one_stays=_first(lambda s, p: _reach(s, 1 - p)),
        all_for_1_too=_first(lambda s, p: _reach(s, 1 - p), all_for_1=False),
    ),
    Mistake(
        "sorted",
        "The right logits stay, but they were sorted: a logit belongs to the id at whose place it stands.",
        "How does one know which token a logit belongs to?",
        wrong=_rows(_sorted),
    ),
    *styles(
        Mistake(
            "likeliest alone",
            "Only the likeliest token stays, whatever p is. If you took running sums, of what? Those of probabilities begin "
            "with a number below 1.",
            "How many tokens does it take to reach p in the first example?",
        ),
        but_for_1=_first(lambda s, p: 1),
        always=_first(lambda s, p: 1, all_for_1=False),
    ),
    Mistake(
        "nothing cut off",
        "All tokens stay, whatever p is. If you took running sums, of what? Those of probabilities would reach p.",
        "How many tokens does it take to reach p in the first example?",
        wrong=lambda z, p: z.copy(),
    ),
    *styles(
        Mistake(
            "rows of a batch not kept apart",
            "A row alone is right; in a batch the rows are not judged one by one, and each has a nucleus of its own.",
            "How many probabilities of a batch have the sum 1?",
        ),
        all_rows_together=_all_rows,
        along_the_wrong_axis=_per_token,
        number_of_the_first=_first_row_decides,
        softmax_over_all=_shares_of_all,
    ),
    *styles(
        Mistake(
            "probabilities",
            "You return probabilities, and logits are asked for: the softmax comes later.",
            "What should stand at the places of those that stay?",
        ),
        after=_of_kept(softmax),
        logarithms=_of_kept(log_softmax),
        before_and_zeros=lambda z, p: np.where(np.isfinite(top_p(z, p)), softmax(z), 0.0),
        before_and_infinity=lambda z, p: np.where(np.isfinite(top_p(z, p)), softmax(z), -np.inf),
    ),
    *styles(
        Mistake(
            "which tokens stay",
            "You return which tokens stay, and logits are asked for.",
            "What should stand at the places of those that stay?",
        ),
        truth=_of_kept(np.isfinite),
        ones=_of_kept(lambda z: np.isfinite(z).astype(float)),
        zeros_and_infinity=_of_kept(lambda z: np.where(np.isfinite(z), 0.0, -np.inf)),
    ),
    *styles(
        Mistake(
            "0 for minus infinity",
            "Tokens that were cut off got the logit 0, which is likelier than any negative one.",
            "Which logit gives a probability of 0?",
        ),
        by_multiplying=lambda z, p: z * np.isfinite(top_p(z, p)),
        for_p_1_too=lambda z, p: np.nan_to_num(top_p(z, p), neginf=0.0),
    )[:1],
    *styles(
        Mistake(
            "only what stays",
            "You return only the logits that stay; the others should be there too, at minus infinity.",
            "How does one know which token a logit belongs to?",
        ),
        in_their_order=lambda z, p: z[np.isfinite(top_p(z, p))],
        sorted=_rows(lambda z, p: z[_order(z)[: _reach(np.cumsum(softmax(z)[_order(z)]), p)]]),
        ids=_rows(lambda z, p: _order(z)[: _reach(np.cumsum(softmax(z)[_order(z)]), p)]),
    ),
    Mistake(
        "changed in place",
        "The result is right, but the logits that were given have been cut off too.",
        "Whose array is it?",
        wrong=_in_place,
    ),
)
