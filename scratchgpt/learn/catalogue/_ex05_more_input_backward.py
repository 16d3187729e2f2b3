"""Further wrong answers to 05.5."""

from typing import Any

import numpy as np

from ...worked.embedding import EmbedCache, embed_backward
from ..exercise import Mistake


def _dwpe(of: Any) -> Any:
    """Another dwpe from (dh, zeros of its shape, ids); dwte is right."""

    def wrong(dh: Any, cache: Any) -> Any:
        dwte, _ = embed_backward(dh, cache)
        return dwte, of(dh, np.zeros(cache.wpe.shape), cache.ids)

    return wrong


def _both(of: Any) -> Any:
    return lambda dh, cache: of(*embed_backward(dh, cache), dh, cache)


def _put(table: Any, rows: Any, values: Any) -> Any:
    table[rows] = values
    return table


def _add(table: Any, rows: Any, values: Any) -> Any:
    np.add.at(table, rows, values)
    return table


def _one_text(dh: Any, cache: Any, at: slice) -> Any:
    return embed_backward(dh[at], EmbedCache(cache.ids[at], cache.wte, cache.wpe))[0]


_WHERE = "Over which axes was a position's vector repeated on the way forward?"
_TOKEN = "At which places was the token's vector added?"
_ABOVE = "Does the gradient that comes from above know already how the loss was averaged?"

MORE_EMBED_BACKWARD = (
    *(
        Mistake(key, says, _WHERE, wrong=_dwpe(of))
        for key, says, of in (
            (
                "summed over the places, a row per text",
                "The sum was taken along the text, and the rows of the position table are those of the texts: the places should stay apart and the texts be summed.",
                lambda dh, zeros, ids: _put(zeros, slice(len(dh)), dh.sum(axis=1)),
            ),
            (
                "all rows alike",
                "Every row of the position table got the sum over all places, the unused ones too.",
                lambda dh, zeros, ids: zeros + dh.sum(axis=(0, 1)),
            ),
            (
                "one row for all places",
                "All places went into the first row of the position table.",
                lambda dh, zeros, ids: _put(zeros, 0, dh.sum(axis=(0, 1))),
            ),
            (
                "a bias",
                "The gradient of the positions is one vector, as that of a bias; the table has a row per position.",
                lambda dh, zeros, ids: dh.sum(axis=(0, 1)),
            ),
            (
                "positions from 1",
                "Each place went into the row behind its own: positions are counted from 0.",
                lambda dh, zeros, ids: _put(zeros, slice(1, dh.shape[1] + 1), dh.sum(axis=0)),
            ),
            (
                "positions backwards",
                "The places went into the rows in the opposite order.",
                lambda dh, zeros, ids: _put(zeros, slice(dh.shape[1]), dh.sum(axis=0)[::-1]),
            ),
            (
                "positions counted on",
                "The positions were counted on from text to text: each text begins at position 0.",
                lambda dh, zeros, ids: _add(zeros, np.arange(ids.size).reshape(ids.shape), dh),
            ),
            (
                "positions averaged over the text",
                "The positions' gradient was divided by the length of the text.",
                lambda dh, zeros, ids: _put(zeros, slice(dh.shape[1]), dh.sum(axis=0) / dh.shape[1]),
            ),
            (
                "positions averaged over all places",
                "The positions' gradient was divided by the number of all places.",
                lambda dh, zeros, ids: _put(zeros, slice(dh.shape[1]), dh.sum(axis=0) / ids.size),
            ),
        )
    ),
    *(
        Mistake(key, says, asks, wrong=_both(of))
        for key, says, asks, of in (
            (
                "positions missing",
                "Only the gradient of the tokens came back.",
                "Which two gradients were asked for?",
                lambda dwte, dwpe, dh, c: dwte,
            ),
            (
                "a gradient for the ids",
                "There are three results; ids have no gradient, and the two of the tables were asked for.",
                "Which two gradients were asked for?",
                lambda dwte, dwpe, dh, c: (None, dwte, dwpe),
            ),
            (
                "tokens averaged over the text",
                "The tokens' gradient was divided by the length of the text.",
                _ABOVE,
                lambda dwte, dwpe, dh, c: (dwte / dh.shape[1], dwpe),
            ),
            (
                "tokens averaged over all places",
                "The tokens' gradient was divided by the number of all places.",
                _ABOVE,
                lambda dwte, dwpe, dh, c: (dwte / c.ids.size, dwpe),
            ),
            (
                "tokens averaged over their uses",
                "The gradient of a token that repeats was averaged: what is used in several places collects the sum.",
                _TOKEN,
                lambda dwte, dwpe, dh, c: (
                    dwte / np.maximum(np.bincount(c.ids.ravel(), minlength=len(dwte)), 1)[:, None],
                    dwpe,
                ),
            ),
            (
                "both averaged over the batch",
                "Both gradients were divided by the number of texts.",
                _ABOVE,
                lambda dwte, dwpe, dh, c: (dwte / len(dh), dwpe / len(dh)),
            ),
            (
                "tokens of the first text only",
                "The tokens hear from the first text of the batch only.",
                _TOKEN,
                lambda dwte, dwpe, dh, c: (_one_text(dh, c, slice(1)), dwpe),
            ),
            (
                "tokens of the last text only",
                "The tokens hear from the last text of the batch only.",
                _TOKEN,
                lambda dwte, dwpe, dh, c: (_one_text(dh, c, slice(-1, None)), dwpe),
            ),
            (
                "tokens forgotten",
                "The gradient of the tokens is 0 everywhere.",
                _TOKEN,
                lambda dwte, dwpe, dh, c: (0 * dwte, dwpe),
            ),
            (
                "tokens not scattered",
                "The gradient of the tokens has still one vector per place: those of the same token are to be brought together.",
                _TOKEN,
                lambda dwte, dwpe, dh, c: (dh, dwpe),
            ),
            (
                "started from the token table",
                "The token table itself is still in its gradient.",
                "What is the gradient of a row that was never used?",
                lambda dwte, dwpe, dh, c: (dwte + c.wte, dwpe),
            ),
            (
                "started from the position table",
                "The position table itself is still in its gradient.",
                "What is the gradient of a row that was never used?",
                lambda dwte, dwpe, dh, c: (dwte, dwpe + c.wpe),
            ),
            (
                "started from the tables",
                "The tables themselves are still in their gradients.",
                "What is the gradient of a row that was never used?",
                lambda dwte, dwpe, dh, c: (dwte + c.wte, dwpe + c.wpe),
            ),
            (
                "token rows missing",
                "The gradient of the tokens ends with the largest id that occurs; the table goes on behind it.",
                "Which shape does the gradient of a table have?",
                lambda dwte, dwpe, dh, c: (dwte[: c.ids.max() + 1], dwpe),
            ),
            (
                "sign",
                "Both signs are turned round.",
                "Who subtracts, the gradient or the optimizer?",
                lambda dwte, dwpe, dh, c: (-dwte, -dwpe),
            ),
            (
                "whole numbers",
                "All that is behind the point was cut off: the arrays hold whole numbers.",
                "Of which type are the arrays that you fill?",
                lambda dwte, dwpe, dh, c: (dwte.astype(int), dwpe.astype(int)),
            ),
        )
    ),
)
