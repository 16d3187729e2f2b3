"""Further wrong answers to 05.4."""

from typing import Any

import numpy as np

from ...ops.positions import sinusoidal_positions
from ...worked.embedding import EmbedCache
from ..exercise import Mistake


def _h(of: Any) -> Any:
    """Another h from (token vectors, position vectors, ids, wte, wpe); the cache is right."""

    def wrong(ids: Any, wte: Any, wpe: Any) -> Any:
        return of(wte[ids], wpe[: ids.shape[1]], ids, wte, wpe), EmbedCache(ids, wte, wpe)

    return wrong


def _cached(of: Any) -> Any:
    return lambda ids, wte, wpe: (wte[ids] + wpe[: ids.shape[1]], of(ids, wte, wpe))


def _places(ids: Any) -> Any:
    return np.arange(ids.size).reshape(ids.shape)


_PLACE = "Which row belongs to the first place of each text?"
_SUM = "Was anything to be done to the vectors besides adding them?"

MORE_EMBED = (
    *(
        Mistake(key, says, asks, wrong=_h(of))
        for key, says, asks, of in (
            (
                "positions counted on",
                "The positions were counted on from text to text, as if the batch were one long text: each text begins at position 0.",
                _PLACE,
                lambda t, p, ids, wte, wpe: t + wpe[_places(ids)],
            ),
            (
                "positions backwards",
                "The positions were counted from the end of the text.",
                _PLACE,
                lambda t, p, ids, wte, wpe: t + p[::-1],
            ),
            (
                "tokens forgotten",
                "These are the position vectors alone: which token stands there makes no difference.",
                "Which of the arguments have you not used yet?",
                lambda t, p, ids, wte, wpe: 0 * t + p,
            ),
            (
                "last vector of the table",
                "All places got the last row of the position table.",
                _PLACE,
                lambda t, p, ids, wte, wpe: t + wpe[-1],
            ),
            (
                "sum of the positions",
                "All places got the sum of the position vectors, so that they cannot be told apart.",
                _PLACE,
                lambda t, p, ids, wte, wpe: t + p.sum(axis=0),
            ),
            (
                "mean of the positions",
                "All places got the mean of the position vectors, so that they cannot be told apart.",
                _PLACE,
                lambda t, p, ids, wte, wpe: t + p.mean(axis=0),
            ),
            (
                "averaged",
                "Token and position were averaged, where they should be added.",
                _SUM,
                lambda t, p, ids, wte, wpe: (t + p) / 2,
            ),
            (
                "subtracted",
                "The position was taken away from the token, where it should be added.",
                _SUM,
                lambda t, p, ids, wte, wpe: t - p,
            ),
            (
                "sum scaled",
                "The sum was made longer by the root of its size.",
                _SUM,
                lambda t, p, ids, wte, wpe: (t + p) * t.shape[-1] ** 0.5,
            ),
            (
                "numbers of the places",
                "The number of the place was added, where its row of the position table should be.",
                "Which of the arguments have you not used yet?",
                lambda t, p, ids, wte, wpe: t + np.arange(ids.shape[1])[:, None],
            ),
            (
                "computed positions",
                "Sines and cosines were added, where the rows of the position table should be.",
                "Which of the arguments have you not used yet?",
                lambda t, p, ids, wte, wpe: t + sinusoidal_positions(ids.shape[1], wte.shape[1] // 2 * 2),
            ),
            (
                "tables exchanged",
                "The ids picked rows of the position table, and the places rows of the token table.",
                "Which table has a row per token?",
                lambda t, p, ids, wte, wpe: wpe[ids] + wte[: ids.shape[1]],
            ),
            (
                "places summed",
                "The vectors of a text were added up: each place should keep its own.",
                "Which shape should the result have?",
                lambda t, p, ids, wte, wpe: (t + p).sum(axis=1),
            ),
        )
    ),
    Mistake(
        "cache missing",
        "Only the vectors came back; the cache was asked for as well.",
        "Which two things are to be returned?",
        wrong=lambda ids, wte, wpe: wte[ids] + wpe[: ids.shape[1]],
    ),
    *(
        Mistake(
            key,
            f"The vectors are right, but the cache holds {says}.",
            "Which three arguments is the cache to hold?",
            wrong=_cached(of),
        )
        for key, says, of in (
            (
                "used positions in the cache",
                "only the rows of the position table that were used",
                lambda ids, wte, wpe: EmbedCache(ids, wte, wpe[: ids.shape[1]]),
            ),
            (
                "vectors in the cache",
                "vectors that were looked up in the place of the token table",
                lambda ids, wte, wpe: EmbedCache(ids, wte[ids], wpe),
            ),
            (
                "looked-up vectors in the cache",
                "looked-up vectors in the place of both tables",
                lambda ids, wte, wpe: EmbedCache(ids, wte[ids], wpe[: ids.shape[1]]),
            ),
        )
    ),
)
