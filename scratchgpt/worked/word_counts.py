"""Words counted beside words: what word2vec learns from, and what counting alone makes of it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from ..ops.arrays import Array
from ..resources import data_path

_TABLES = ("reviews", "questions", "entailment", "stories")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


def bundled_texts() -> list[str]:
    """Return every text of data/: the tales and sonnets, then the reviews, questions, premises and stories.

    A text that a table repeats (one hypothesis stands in three rows) comes once.
    """
    tales = data_path("tales.txt").read_text(encoding="utf-8").split("<|endoftext|>")
    sonnets = data_path("sonnets.txt").read_text(encoding="utf-8").split("\n\n")
    texts = [*tales, *sonnets]
    for name in _TABLES:
        rows = data_path(f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
        texts += [text for row in rows for text in row.split("\t")[3:]]  # after id, split and label
    return list(dict.fromkeys(texts))


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, an apostrophe inside a word with it.

    >>> words_of("The cat sat; it didn't purr.")
    ['the', 'cat', 'sat', 'it', "didn't", 'purr']
    """
    return _WORD.findall(text.lower())


def vocabulary(texts: Iterable[Sequence[str]], min_count: int) -> list[str]:
    """Return the words that occur at least `min_count` times, the commonest first, ties in the alphabet."""
    counts = Counter(word for text in texts for word in text)
    kept = [word for word, n in counts.items() if n >= min_count]
    return sorted(kept, key=lambda word: (-counts[word], word))


def pairs_of(texts: Iterable[Sequence[str]], words: Sequence[str], window: int) -> tuple[Array, Array]:
    """Return all pairs of a center word and a word at most `window` places away from it, as ids.

    Shapes: -> centers (N), outside (N), integers below V = len(words)
    Words outside the vocabulary are taken out before places are counted; pairs do not cross from one text
    into the next. Each pair comes twice, with either word at its center.
    """
    id_of = {word: i for i, word in enumerate(words)}
    centers, outside = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for text in texts:
        ids = np.array([id_of[word] for word in text if word in id_of], np.int64)
        for distance in range(1, window + 1):
            centers += [ids[:-distance], ids[distance:]]
            outside += [ids[distance:], ids[:-distance]]
    return np.concatenate(centers), np.concatenate(outside)


def co_occurrences(texts: Iterable[Sequence[str]], words: Sequence[str], window: int) -> Array:
    """Count the pairs of `pairs_of` in a table.

    Shapes: V = len(words) -> counts (V, V), row: center word, column: outside word; symmetric
    """
    V = len(words)
    centers, outside = pairs_of(texts, words, window)
    counts = np.bincount(centers * V + outside, minlength=V * V).astype(np.float64)
    return counts.reshape(V, V)


def pmi(counts: Array) -> Array:
    """Pointwise mutual information: how much likelier a pair is than two words that ignore each other.

    Shapes: counts (V, W) -> pmi (V, W), minus infinity for a pair that never occurred
    Forward: log(P(c, o) / (P(c) P(o))), with P from the counts.
    Source: Church and Hanks 1990.
    """
    total = counts.sum()
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total
    with np.errstate(divide="ignore"):
        return np.log(counts) - np.log(expected)


def ppmi(counts: Array) -> Array:
    """PMI with everything negative set to 0: rare pairs say little about what they avoid.

    Shapes: counts (V, W) -> (V, W)
    Source: Levy, Goldberg, Dagan 2015, section 2.
    """
    return np.maximum(pmi(counts), 0)


def svd_vectors(table: Array, size: int, rounds: int = 8) -> Array:
    """Shorten each row of a table to `size` numbers, by its singular value decomposition.

    Shapes: table (V, W), size D <= min(V, W) -> vectors (V, D)
    Forward: table = L S R^T; the first D columns of L times the roots of the first D singular values. This
        is the table times a fixed matrix, so that what adds up in the rows adds up in the vectors. Only the
        leading directions are computed: random ones, multiplied by table^T table `rounds` times, turn
        towards them; without `rounds` that matter (a small table) the result is exact.
    Source: Levy, Goldberg, Dagan 2015, section 2; Halko, Martinsson, Tropp 2011, algorithm 4.4.
    """
    width = min(size + 20, *table.shape)
    directions = np.random.default_rng(0).standard_normal((table.shape[1], width))
    for _ in range(rounds):
        directions, _ = np.linalg.qr(table.T @ (table @ directions))
    directions, _ = np.linalg.qr(directions)
    left, values, _ = np.linalg.svd(table @ directions, full_matrices=False)
    return left[:, :size] * np.sqrt(values[:size])


def principal_axes(vectors: Array, size: int) -> Array:
    """Place vectors on the `size` axes along which they differ most (PCA).

    Shapes: vectors (V, D) -> places (V, size)
    Forward: centered = vectors - mean = L S R^T; places = centered R, cut to `size` columns. An axis points
        to the side of its largest entry, so that pictures do not flip from machine to machine.
    """
    centered = vectors - vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(centered, full_matrices=False)
    places = centered @ axes[:size].T
    return places * np.sign(places[np.abs(places).argmax(axis=0), np.arange(size)])


def cosines(vector: Array, table: Array) -> Array:
    """Cosine between a vector and each row of a table; 0 for a row of length 0.

    Shapes: vector (D), table (V, D) -> (V)
    """
    lengths = np.linalg.norm(table, axis=1) * np.linalg.norm(vector)
    return table @ vector / np.maximum(lengths, np.finfo(np.float64).tiny)


def nearest(word: str, words: Sequence[str], table: Array, k: int) -> list[str]:
    """Return the `k` words whose rows of `table` (V, D) have the largest cosine with the word's own row."""
    at = words.index(word)
    order = np.argsort(-cosines(table[at], table), kind="stable")
    return [words[i] for i in order if i != at][:k]


def analogy(a: str, b: str, c: str, words: Sequence[str], table: Array) -> list[str]:
    """Order all other words by the cosine with b - a + c: "a is to b as c is to ..."; the answer first.

    Shapes: table (V, D). Rows are divided by their lengths first; a, b and c themselves are left out, as
    published results do: they often come first otherwise.
    Source: Mikolov, Yih, Zweig 2013.
    """
    rows = table / np.linalg.norm(table, axis=1, keepdims=True)
    ids = [words.index(word) for word in (a, b, c)]
    order = np.argsort(-cosines(rows[ids[1]] - rows[ids[0]] + rows[ids[2]], rows), kind="stable")
    return [words[i] for i in order if i not in ids]


GROUPS: dict[str, tuple[str, ...]] = {
    "numbers": ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    "colours": ("red", "green", "blue", "white", "black", "brown", "yellow", "grey"),
    "family": ("mother", "father", "brother", "sister", "daughter", "wife", "husband"),
    "body": ("hand", "hands", "feet", "face", "head", "eyes", "arm", "fingers", "knees", "hair"),
    "time": ("morning", "night", "day", "evening", "afternoon", "week", "year", "hour", "winter"),
}
"""Words that a reader would put together: what vectors are judged by."""


def own_group(words: Sequence[str], table: Array) -> float:
    """Share of the words in GROUPS whose nearest neighbour, among those words, is of their own group.

    Shapes: table (V, D), a row for each of `words`
    """
    ids = np.array([words.index(word) for group in GROUPS.values() for word in group])
    group_of = np.repeat(np.arange(len(GROUPS)), [len(group) for group in GROUPS.values()])
    rows = table[ids] / np.linalg.norm(table[ids], axis=1, keepdims=True)
    similar = rows @ rows.T
    np.fill_diagonal(similar, -np.inf)
    return float((group_of[similar.argmax(axis=1)] == group_of).mean())
