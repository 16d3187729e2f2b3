"""Lesson 11: what goes wrong when two signatures are compared."""

from collections import Counter

import numpy as np

from ...corpus.minhash import minhash_similarity
from ..exercise import Mistake
from ._unpaired import styles, unpaired

_ALL = "float((a == b).mean())"


def _over(a: np.ndarray, b: np.ndarray, smaller: bool) -> float:
    one, other = set(a.tolist()), set(b.tolist())
    return len(one & other) / (min(len(one), len(other)) if smaller else len(one) + len(other))


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    x, y = a.astype(float), b.astype(float)
    return float(x @ y / np.sqrt((x @ x) * (y @ y)))


def _until_the_first_difference(a: np.ndarray, b: np.ndarray) -> float:
    different = np.flatnonzero(a != b)
    return (int(different[0]) if len(different) else len(a)) / len(a)


def _bags(a: np.ndarray, b: np.ndarray) -> int:
    return sum((Counter(a.tolist()) & Counter(b.tolist())).values())


def _bits(a: np.ndarray, b: np.ndarray) -> float:
    return 1 - sum(int(x).bit_count() for x in a ^ b) / (32 * len(a))


SIMILARITY = (
    Mistake(
        "count for share",
        "You return how many places agree; a similarity lies between 0 and 1.",
        "Of how many throws are these the hits?",
        edits=((".mean()", ".sum()"),),
    ),
    Mistake(
        "share of differences",
        "The same document has a similarity of 0 for you: the places that differ were counted.",
        "What similarity should two equal signatures have?",
        edits=(("a == b", "a != b"),),
    ),
    *unpaired(
        minhash_similarity,
        (
            Mistake(
                "all or nothing",
                "There is nothing between 0 and 1 in your results: you ask whether all places agree, or a division threw its "
                "fraction away.",
                "What do you know when half of the throws are hits?",
                edits=((".mean()", ".all()"),),
            ),
            Mistake(
                "one hit is enough",
                "There is nothing between 0 and 1 in your results: you ask whether any place agrees.",
                "What do you know when half of the throws are hits?",
                edits=((".mean()", ".any()"),),
            ),
            Mistake(
                "places for share",
                "You return for each place whether it agrees, and one number is asked for.",
                "How many throws were there, and how many were hits?",
                edits=((_ALL, "a == b"),),
            ),
            Mistake(
                "sorted first",
                "The signatures were sorted, so that numbers of different orders met: an equal one at another place "
                "is chance.",
                "To which order does the first number of a signature belong?",
                edits=((_ALL, "float((np.sort(a) == np.sort(b)).mean())"),),
            ),
            Mistake(
                "equal at any place",
                "Numbers of one signature were looked for anywhere in the other; an equal one at another place is chance.",
                "With which number of the other signature does each one belong together?",
                edits=((_ALL, "float(np.isin(a, b).mean())"),),
            ),
            Mistake(
                "different numbers in common",
                "The numbers that both signatures hold were counted, wherever they stand and each of them once, "
                "and divided by the number of orders.",
                "With which number of the other signature does each one belong together?",
                edits=((_ALL, "len(np.intersect1d(a, b)) / len(a)"),),
            ),
            Mistake(
                "Jaccard of the signatures",
                "The signatures were taken for sets, and these are their common members over all members. That is the "
                "definition for the shingles; signatures are lists, in which the place counts.",
                "What does an equal number at another place tell you?",
                edits=((_ALL, "len(np.intersect1d(a, b)) / len(np.union1d(a, b))"),),
            ),
            Mistake(
                "hits over all different numbers",
                "The hits were divided by how many different numbers there are in both signatures together, not by the "
                "number of throws.",
                "How many throws are there, when each order is one?",
                edits=((_ALL, "float((a == b).sum() / len(np.union1d(a, b)))"),),
            ),
            Mistake(
                "hits over the different numbers of one",
                "The hits were divided by how many different numbers one signature has, not by the number of throws.",
                "How many throws are there, when each order is one?",
                edits=((_ALL, "float((a == b).sum() / len(np.unique(a)))"),),
            ),
            Mistake(
                "hits over a union",
                "The hits were divided by both lengths together, less the hits. An order is one throw, not two.",
                "How many throws are there, when each order is one?",
                edits=((_ALL, "float((a == b).sum() / (2 * len(a) - (a == b).sum()))"),),
            ),
            Mistake(
                "hits over both lengths",
                "The same document has a similarity of a half for you: the hits were divided by the lengths of both.",
                "How many throws are there, when each order is one?",
                edits=((_ALL, "float((a == b).sum() / (len(a) + len(b)))"),),
            ),
            Mistake(
                "one throw too few",
                "The hits were divided by one less than the number of throws; a share needs all of them.",
                "What similarity should two equal signatures have?",
                edits=((_ALL, "float((a == b).sum() / np.float64(len(a) - 1))"),),
            ),
            Mistake(
                "one throw too many",
                "The hits were divided by one more than the number of throws; a share needs just these.",
                "What similarity should two equal signatures have?",
                edits=((_ALL, "float((a == b).sum() / (len(a) + 1))"),),
            ),
            Mistake(
                "percent",
                "Your numbers are a hundred times too large: these are percentages.",
                "Between which two numbers does a similarity lie?",
                edits=((_ALL, "100 * float((a == b).mean())"),),
            ),
            Mistake(
                "nearly equal",
                "Numbers that are close together were counted as equal. They are places in a random order: near is not "
                "similar.",
                "Does a place beside that of the other document say anything about the two?",
                edits=((_ALL, "float(np.isclose(a, b).mean())"),),
            ),
            Mistake(
                "squared",
                "The share was squared; by itself it estimates the similarity already.",
                "With which probability do two documents agree in one order?",
                edits=((_ALL, "float((a == b).mean() ** 2)"),),
            ),
            Mistake(
                "root",
                "The root of the share was taken; by itself it estimates the similarity already.",
                "With which probability do two documents agree in one order?",
                edits=((_ALL, "float((a == b).mean() ** 0.5)"),),
            ),
            Mistake(
                "smaller over larger",
                "The numbers were compared by size; they are places in random orders, where size means nothing, "
                "and only being equal counts.",
                "What do the places 10 and 11 of an order have to do with each other?",
                edits=(
                    (_ALL, "float(np.minimum(a, b).sum(dtype=float) / np.maximum(a, b).sum(dtype=float))"),
                ),
            ),
            Mistake(
                "error instead of estimate",
                "You return the standard error of the estimate, and the estimate itself is asked for.",
                "Which of the two is the share of equal places?",
                edits=((_ALL, "float(((a == b).mean() * (a != b).mean() / len(a)) ** 0.5)"),),
            ),
            Mistake(
                "first place left out",
                "The first place was left out of the comparison.",
                "At which index does a signature begin?",
                edits=((_ALL, "float((a[1:] == b[1:]).sum() / len(a))"),),
            ),
            Mistake(
                "last place left out",
                "The last place was left out of the comparison.",
                "At which index does a signature end?",
                edits=((_ALL, "float((a[:-1] == b[:-1]).sum() / len(a))"),),
            ),
        ),
    ),
    *styles(
        Mistake(
            "sets over one another",
            "The signatures were taken for sets, and their common members counted. Signatures are lists, in which the "
            "place counts.",
            "What does an equal number at another place tell you?",
        ),
        both=lambda a, b: _over(a, b, False),
        twice=lambda a, b: 2 * _over(a, b, False),
        count=lambda a, b: len(set(a.tolist()) & set(b.tolist())),
    ),
    *styles(
        Mistake(
            "first place left out",
            "The first place was left out of the comparison.",
            "At which index does a signature begin?",
        ),
        and_of_the_number=lambda a, b: float((a[1:] == b[1:]).mean()),
        one_throw_less=lambda a, b: float((a[1:] == b[1:]).sum() / max(len(a) - 1, 1)),
    ),
    *styles(
        Mistake(
            "last place left out",
            "The last place was left out of the comparison.",
            "At which index does a signature end?",
        ),
        and_of_the_number=lambda a, b: float((a[:-1] == b[:-1]).mean()),
        one_throw_less=lambda a, b: float((a[:-1] == b[:-1]).sum() / max(len(a) - 1, 1)),
    ),
    Mistake(
        "up to the first difference",
        "The comparison ended at the first place that differs; the places behind it are throws, too.",
        "How many throws are there, when each order is one?",
        wrong=_until_the_first_difference,
    ),
    Mistake(
        "bit by bit",
        "The numbers were compared bit by bit: of two different ones about half of the bits are equal by chance.",
        "What do two places of an order have to be, so that they count?",
        wrong=_bits,
    ),
    *styles(
        Mistake(
            "yes or no",
            "You say whether the documents are alike, and it is asked how much.",
            "What do you know when half of the throws are hits?",
        ),
        more_than_half=lambda a, b: bool((a == b).mean() > 0.5),
        at_least_half=lambda a, b: bool((a == b).mean() >= 0.5),
    ),
    Mistake(
        "doubled",
        "Two equal documents have a similarity of 2 for you: the share was doubled.",
        "Between which two numbers does a similarity lie?",
        wrong=lambda a, b: 2 * float((a == b).mean()),
    ),
    *styles(
        Mistake(
            "rounded",
            "Your share was rounded; the fraction is what tells documents apart.",
            "How many different shares are there with 16 throws?",
        ),
        one_digit=lambda a, b: round(float((a == b).mean()), 1),
        two_digits=lambda a, b: round(float((a == b).mean()), 2),
    ),
    *styles(
        Mistake(
            "compared by size",
            "The numbers were compared by size; they are places in random orders, where size means nothing, and only "
            "being equal counts.",
            "What do the places 10 and 11 of an order have to do with each other?",
        ),
        not_larger=lambda a, b: float((a <= b).mean()),
        not_smaller=lambda a, b: float((a >= b).mean()),
        distance=lambda a, b: float(1 - np.abs(a.astype(float) - b.astype(float)).mean() / 2**32),
        distance_over_the_largest=lambda a, b: float(
            1 - np.abs(a.astype(float) - b.astype(float)).mean() / max(a.max(), b.max())
        ),
        smaller_over_larger_each=lambda a, b: float((np.minimum(a, b) / np.maximum(a, b)).mean()),
        correlation=lambda a, b: float(np.corrcoef(a, b)[0, 1]),
    ),
    *styles(
        Mistake(
            "lists as bags",
            "The numbers that both signatures hold were counted, wherever they stand and as often as they do; an equal one "
            "at another place is chance.",
            "With which number of the other signature does each one belong together?",
        ),
        over_one=lambda a, b: _bags(a, b) / len(a),
        over_both=lambda a, b: _bags(a, b) / (2 * len(a) - _bags(a, b)),
    )[1:],
    *styles(
        Mistake(
            "sets over one of them",
            "The signatures were taken for sets, and their common members divided by the size of one of them. Signatures are "
            "lists, in which the place counts.",
            "What does an equal number at another place tell you?",
        ),
        first=lambda a, b: len(np.intersect1d(a, b)) / len(np.unique(a)),
        second=lambda a, b: len(np.intersect1d(a, b)) / len(np.unique(b)),
    ),
    Mistake(
        "cosine",
        "This is the cosine of the signatures as vectors. Their numbers are places in random orders, where size means "
        "nothing, and only being equal counts.",
        "What do the places 10 and 11 of an order have to do with each other?",
        wrong=_cosine,
    ),
)
