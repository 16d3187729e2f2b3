"""19.3: mistakes with the induction score."""

from ...interpret.induction import induction_score
from ..exercise import Mistake
from ._ex19_induction_places import INDUCTION_PLACES, PICKED, WEIGHT, WHERE, WHO
from ._ex19_more import INDUCTION
from ._ex19_twice import INDUCTION as TWICE
from ._unpaired import unpaired

_MEAN = ".mean(axis=-1)"
_ALL = f"{PICKED}{_MEAN}"
_HOW_MANY = "How many weights does the mean go over?"
_HEADS = "How many scores should come out for three heads?"

_PAIRED = (
    (
        "earlier occurrence itself",
        "These are the weights on the earlier occurrence of the token itself: that head finds duplicates. An induction head "
        "looks one further, at what followed.",
        WHERE,
        "queries - T // 2 + 1",
        "queries - T // 2",
    ),
    (
        "before the earlier occurrence",
        "These are the weights on the position before the earlier occurrence; what followed stands behind it.",
        WHERE,
        "queries - T // 2 + 1",
        "queries - T // 2 - 1",
    ),
    (
        "two behind the earlier occurrence",
        "These are the weights two positions behind the earlier occurrence; what followed stands one behind.",
        WHERE,
        "queries - T // 2 + 1",
        "queries - T // 2 + 2",
    ),
    (
        "previous position",
        "These are the weights on the position just before the query, as for a head that looks at the previous token.",
        WHERE,
        "queries - T // 2 + 1",
        "queries - 1",
    ),
    (
        "own position",
        "These are the weights of the queries on themselves.",
        WHERE,
        "queries - T // 2 + 1",
        "queries",
    ),
    (
        "sum for mean",
        "The weights were added up, so that a perfect head has more than 1.",
        "What score should a head have that always looks at the right place?",
        _MEAN,
        ".sum(axis=-1)",
    ),
    (
        "one score for all heads",
        "There is one number for all heads together; each has its own score.",
        _HEADS,
        _MEAN,
        ".mean()",
    ),
    (
        "averaged over the heads",
        "The heads were averaged, and the queries were kept; it is the other way round.",
        _HEADS,
        _MEAN,
        ".mean(axis=0)",
    ),
    (
        "largest for mean",
        "The largest of the weights was taken, where their mean was asked for.",
        _HOW_MANY,
        _MEAN,
        ".max(axis=-1)",
    ),
    (
        "averaged over all queries",
        "The sum was divided by the number of all positions, but only the second half has an earlier occurrence.",
        _HOW_MANY,
        _MEAN,
        ".sum(axis=-1) / T",
    ),
    (
        "last query left out",
        "The last position has not been counted; its token has occurred before too.",
        WHO,
        "arange(T // 2, T)",
        "arange(T // 2, T - 1)",
    ),
    (
        "first query left out",
        "The first position of the second half has not been counted; its token has occurred before too.",
        WHO,
        "arange(T // 2, T)",
        "arange(T // 2 + 1, T)",
    ),
    (
        "one query too early",
        "The last position of the first half was counted too; its token is new there.",
        WHO,
        "arange(T // 2, T)",
        "arange(T // 2 - 1, T)",
    ),
)

_MORE = (
    *INDUCTION_PLACES,
    *(
        Mistake(key, says, asks, edits=((_ALL, new),))
        for key, says, asks, new in (
            (
                "averaged over layers or heads, too",
                "The first axis was averaged as well; each head of each layer has its own score.",
                _HEADS,
                f"(lambda score: score.mean(axis=0) if score.ndim else score)({_ALL})",
            ),
            (
                "not averaged",
                "There is a weight for each query; their mean was asked for.",
                _HEADS,
                PICKED,
            ),
            (
                "axis kept",
                "The score has kept an axis of 1 at the end.",
                _HEADS,
                f"{PICKED}.mean(axis=-1, keepdims=True)",
            ),
            (
                "last query only",
                "Only the last query was counted; the whole second half was asked for.",
                _HOW_MANY,
                f"{PICKED}[..., -1]",
            ),
            (
                "first query only",
                "Only the first query of the second half was counted; all of it was asked for.",
                _HOW_MANY,
                f"{PICKED}[..., 0]",
            ),
            (
                "median for mean",
                "The median of the weights was taken, where their mean was asked for.",
                _HOW_MANY,
                f"array_module(weights).median({PICKED}, axis=-1)",
            ),
            (
                "mean of the whole block",
                "All weights of the second half on the first were averaged, those in the wrong places too.",
                _HOW_MANY,
                "weights[..., T // 2 :, : T // 2].mean(axis=(-2, -1))",
            ),
            (
                "mean of all pairs",
                "Every query was combined with every key of the list, so that the mean goes over all pairs of the two.",
                _HOW_MANY,
                "weights[..., queries[:, None], queries - T // 2 + 1].mean(axis=(-2, -1))",
            ),
            (
                "sum over the block by queries",
                "All weight of the second half on the first was added up; only one position of it is right for a query.",
                _HOW_MANY,
                "weights[..., T // 2 :, : T // 2].sum(axis=(-2, -1))",
            ),
            (
                "other side of the diagonal",
                "The diagonal that was averaged lies above the main one: there earlier positions look at later ones.",
                "Which axis of the weights is that of the queries?",
                "array_module(weights).diagonal(weights, T // 2 - 1, -2, -1).mean(axis=-1)",
            ),
            (
                "axes of the heads",
                "The diagonal was taken along the first two axes, not along queries and keys.",
                "Which two axes are those of queries and keys?",
                "array_module(weights).diagonal(weights, 1 - T // 2).mean(axis=-1)",
            ),
            (
                "lift over chance",
                "The score was divided by what evenly spread attention has; the mean weight itself was asked for.",
                WEIGHT,
                f"{_ALL} * T",
            ),
            (
                "less the previous token",
                "The weight on the previous position was taken away from the score.",
                WEIGHT,
                f"{_ALL} - weights[..., queries, queries - 1].mean(axis=-1)",
            ),
        )
    ),
    Mistake(
        "half of the axis in front",
        "The length of the sequence was read off the first axis, which is that of the heads where there are several.",
        "Which axes of the weights are as long as the sequence?",
        edits=(("weights.shape[-1]", "weights.shape[0]"),),
    ),
)

MISTAKES = (
    *(Mistake(key, says, asks, edits=((old, new),)) for key, says, asks, old, new in _PAIRED),
    *unpaired(induction_score, (*_MORE, *INDUCTION, *TWICE)),
)
