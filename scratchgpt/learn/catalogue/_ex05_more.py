"""Further wrong answers to 05.1 and 05.2."""

from typing import Any

import numpy as np

from ...ops.embedding import EmbeddingCache, embedding_backward
from ..exercise import Mistake


def _y(of: Any) -> Any:
    return lambda ids, weight: (of(weight[ids], ids, weight), EmbeddingCache(ids, weight))


def _cached(of: Any) -> Any:
    return lambda ids, weight: (weight[ids], of(ids, weight))


_KEEPS = "Which shape should the result have, axis by axis?"
_ROW = "Was anything to be done to the rows?"

MORE_EMBEDDING = (
    Mistake(
        "scaled",
        "The vectors are longer than the rows of the table, by the root of their size: some models do that, but "
        "not this lookup.",
        "Was anything to be done to the rows?",
        edits=(("return weight[ids]", "return weight[ids] * weight.shape[1] ** 0.5"),),
    ),
    *(
        Mistake(key, says, asks, wrong=_y(of))
        for key, says, asks, of in (
            (
                "averaged over the sequence",
                "The vectors of a sequence were averaged: each place should keep its own.",
                "How many vectors does a sequence of five ids have?",
                lambda y, ids, w: y.mean(axis=1),
            ),
            (
                "summed over the batch",
                "The sequences were added up: each should keep its own vectors.",
                _KEEPS,
                lambda y, ids, w: y.sum(axis=0),
            ),
            (
                "laid end to end",
                "The vectors of a sequence were laid end to end.",
                _KEEPS,
                lambda y, ids, w: y.reshape(len(y), -1),
            ),
            (
                "places last",
                "The numbers of a vector lie along the second axis and the places along the last one: it should be the "
                "other way round.",
                _KEEPS,
                lambda y, ids, w: y.swapaxes(1, 2),
            ),
            (
                "places first",
                "The places come before the sequences.",
                _KEEPS,
                lambda y, ids, w: y.swapaxes(0, 1),
            ),
            ("first sequence only", "Only the first sequence was looked up.", _KEEPS, lambda y, ids, w: y[0]),
            (
                "last place only",
                "Only the last place of each sequence was looked up.",
                _KEEPS,
                lambda y, ids, w: y[:, -1],
            ),
            (
                "first place only",
                "Only the first place of each sequence was looked up.",
                _KEEPS,
                lambda y, ids, w: y[:, 0],
            ),
            (
                "whole numbers",
                "All that is behind the point was cut off: the array for the result is one of whole numbers.",
                "Of which type is the array that you fill?",
                lambda y, ids, w: y.astype(int),
            ),
            (
                "id 0 left empty",
                "The id 0 got zeros; here it is a token like any other.",
                "Is any id special?",
                lambda y, ids, w: y * (ids != 0)[..., None],
            ),
            (
                "length 1",
                "The vectors were brought to length 1; they should be the rows as they are.",
                _ROW,
                lambda y, ids, w: y / np.linalg.norm(y, axis=-1, keepdims=True),
            ),
            (
                "scaled down",
                "The vectors were divided by the root of their size.",
                _ROW,
                lambda y, ids, w: y / y.shape[-1] ** 0.5,
            ),
            (
                "times the id",
                "The vectors were multiplied by their ids: an id says which row, not how much.",
                _ROW,
                lambda y, ids, w: y * ids[..., None],
            ),
        )
    ),
    Mistake(
        "ids one too high",
        "Every id got the row of its neighbour above, and the last one none: ids are counted from 0.",
        "Which row belongs to the id 0?",
        edits=(("return weight[ids]", "return weight[ids + 1]"),),
    ),
    Mistake(
        "cache missing",
        "Only the vectors came back; the cache was asked for as well.",
        "Which two things are to be returned?",
        wrong=lambda ids, weight: weight[ids],
    ),
    *(
        Mistake(
            key,
            f"The vectors are right, but the cache holds {says}.",
            "Which two arguments is the cache to hold?",
            wrong=_cached(of),
        )
        for key, says, of in (
            (
                "ids in a row in the cache",
                "the ids in one row",
                lambda ids, w: EmbeddingCache(ids.ravel(), w),
            ),
            (
                "shape in the cache",
                "the shape of the table in the place of the table",
                lambda ids, w: EmbeddingCache(ids, w.shape),
            ),
            ("no table in the cache", "no table", lambda ids, w: EmbeddingCache(ids, None)),
            ("no ids in the cache", "no ids", lambda ids, w: EmbeddingCache(None, w)),
            (
                "transposed table in the cache",
                "the table with its axes exchanged",
                lambda ids, w: EmbeddingCache(ids, w.T),
            ),
            (
                "one-hot ids in the cache",
                "one-hot vectors in the place of the ids",
                lambda ids, w: EmbeddingCache(np.eye(len(w))[ids], w),
            ),
        )
    ),
)


def _whole(dy: Any, cache: Any) -> Any:
    grad = np.zeros(cache.weight.shape, dtype=int)
    for place in np.ndindex(cache.ids.shape):
        grad[cache.ids[place]] = grad[cache.ids[place]] + dy[place]
    return grad


def _d(of: Any) -> Any:
    return lambda dy, cache: of(embedding_backward(dy, cache), dy, cache.ids)


def _part(ids_of: Any) -> Any:
    return lambda dy, cache: embedding_backward(ids_of(dy), EmbeddingCache(ids_of(cache.ids), cache.weight))


def _used(ids: Any, d: Any) -> Any:
    return np.isin(np.arange(len(d)), ids)[:, None]


_ABOVE = "Does the gradient that comes from above know already how the loss was averaged?"
_ALL = "At which places was the row used?"

MORE_EMBEDDING_BACKWARD = (
    Mistake(
        "whole numbers",
        "All that is behind the point was cut off: the array for the result is one of whole numbers.",
        "Of which type is the array that you fill?",
        wrong=_whole,
    ),
    Mistake(
        "whole numbers at the end",
        "All that is behind the point was cut off from the sums.",
        "Of which type should the result be?",
        wrong=_d(lambda d, dy, ids: d.astype(int)),
    ),
    Mistake(
        "first place left out",
        "The first place of each sequence has no part in the result.",
        _ALL,
        wrong=_part(lambda a: a[:, 1:]),
    ),
    Mistake(
        "last place left out",
        "The last place of each sequence has no part in the result.",
        _ALL,
        wrong=_part(lambda a: a[:, :-1]),
    ),
    Mistake(
        "last sequence only",
        "Only the last sequence of the batch was looked at.",
        _ALL,
        wrong=_part(lambda a: a[-1:]),
    ),
    Mistake(
        "first place of each sequence only",
        "Only the first place of each sequence was looked at.",
        _ALL,
        wrong=_part(lambda a: a[:, :1]),
    ),
    Mistake(
        "last place only",
        "Only the last place of each sequence was looked at.",
        _ALL,
        wrong=_part(lambda a: a[:, -1:]),
    ),
    Mistake(
        "divided by the length",
        "The gradient was divided by the length of a sequence.",
        _ABOVE,
        wrong=_d(lambda d, dy, ids: d / ids.shape[1]),
    ),
    Mistake(
        "divided by the rows",
        "The gradient was divided by the number of rows of the table.",
        _ABOVE,
        wrong=_d(lambda d, dy, ids: d / len(d)),
    ),
    Mistake(
        "id 0 left out",
        "The row of the id 0 has no gradient; here it is a token like any other.",
        "Is any id special?",
        wrong=_d(lambda d, dy, ids: np.concatenate([0 * d[:1], d[1:]])),
    ),
    Mistake(
        "ids from 1",
        "Each gradient went to the row before its own: ids are counted from 0.",
        "Which row belongs to the id 0?",
        wrong=_d(lambda d, dy, ids: np.roll(d, -1, axis=0)),
    ),
    Mistake(
        "everything to every row",
        "All rows got the sum over all places, the unused ones too.",
        _ALL,
        wrong=_d(lambda d, dy, ids: np.zeros(d.shape) + dy.sum(axis=(0, 1))),
    ),
    Mistake(
        "everything to the used rows",
        "Each row that was used got the sum over all places, where only those of its own id belong.",
        _ALL,
        wrong=_d(lambda d, dy, ids: _used(ids, d) * dy.sum(axis=(0, 1))),
    ),
    Mistake(
        "summed over the vector",
        "The numbers of each vector were added up: the table has each of them by itself.",
        "Which shape does the gradient of a table have?",
        wrong=_d(lambda d, dy, ids: d.sum(axis=-1)),
    ),
    Mistake(
        "counted twice",
        "The gradient is twice too large.",
        "How often does each place add to its row?",
        wrong=_d(lambda d, dy, ids: 2 * d),
    ),
)
