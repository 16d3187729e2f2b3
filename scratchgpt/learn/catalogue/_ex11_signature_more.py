"""Lesson 11: what goes wrong in a MinHash signature."""

from collections.abc import Callable

import numpy as np

from ...corpus.minhash import minhash_signature
from ..exercise import Mistake
from ._ex11_signature_bits import BITS
from ._unpaired import styles, unpaired

U = np.uint64
_PLACES = "a[:, None] * shingle_set + b[:, None]"
_MIN = "places.min(axis=1)"
_UPPER = "(places.min(axis=1) >> np.uint64(32)).astype(np.uint32)"

SIGNATURE = (
    Mistake(
        "last place",
        "These are the last places of the shingles, and a signature holds the first.",
        "Which of two places comes first in an order?",
        edits=((_MIN, "places.max(axis=1)"),),
    ),
    Mistake(
        "first order of each shingle",
        "You have a number for each shingle: its smallest place in any order. There should be one for each order.",
        "Along which axis of your table do the shingles lie?",
        edits=((_MIN, "places.min(axis=0)"),),
    ),
    Mistake(
        "one number for all orders",
        "The smallest of all places was taken, over orders and shingles together; each order needs one of its own.",
        "How many numbers does a signature have?",
        edits=((_MIN, "places.min()"),),
    ),
    Mistake(
        "all 64 bits",
        "The places are the right ones, but all 64 bits of them were kept.",
        "Which half of the bits does a signature keep?",
        edits=((_UPPER, _MIN),),
    ),
    Mistake(
        "lower 32 bits",
        "The right places were found, and then their lower halves were kept, which say nothing about the order.",
        "Which half of a number decides whether it is large?",
        edits=((_UPPER, "places.min(axis=1).astype(np.uint32)"),),
    ),
    Mistake(
        "a and b exchanged",
        "The two numbers of an order have changed their roles: one multiplies the shingle, the other is added.",
        "Which of the two multiplies?",
        edits=((_PLACES, "b[:, None] * shingle_set + a[:, None]"),),
    ),
    Mistake(
        "shift forgotten",
        "The shingles were multiplied, but nothing was added to them.",
        "Which of the arguments have you not used yet?",
        edits=((_PLACES, "a[:, None] * shingle_set"),),
    ),
    Mistake(
        "factor forgotten",
        "Something was added to the shingles, but they were not multiplied: so one order is much like another.",
        "Which of the arguments have you not used yet?",
        edits=((_PLACES, "shingle_set + b[:, None]"),),
    ),
    *unpaired(
        minhash_signature,
        (
            Mistake(
                "shift subtracted",
                "The second number of each order was taken away, and it is to be added.",
                "Which sign stands in the formula?",
                edits=((_PLACES, "a[:, None] * shingle_set - b[:, None]"),),
            ),
            Mistake(
                "shift before the factor",
                "The shift was added first and then multiplied along with the shingle; it comes in once, at the end.",
                "What is done first when a product and a sum stand side by side?",
                edits=((_PLACES, "a[:, None] * (shingle_set + b[:, None])"),),
            ),
            Mistake(
                "which shingle comes first",
                "You return which of the shingles comes first, a small number; the signature holds its place.",
                "What do two documents compare: where their first shingle stands in a list, or its place in the order?",
                edits=((_UPPER, "places.argmin(axis=1)"),),
            ),
            Mistake(
                "the first shingle itself",
                "You return the first shingle as it was before the order was applied; the signature holds its place.",
                "Which number did you compare, and which do you return?",
                edits=((_UPPER, "(shingle_set[places.argmin(axis=1)] >> np.uint64(32))"),),
            ),
            Mistake(
                "the first shingle itself, all of its bits",
                "You return the first shingle as it was before the order was applied, with all bits of it; the "
                "signature holds the upper half of its place.",
                "Which number did you compare, and which do you return?",
                edits=((_UPPER, "shingle_set[places.argmin(axis=1)]"),),
            ),
            Mistake(
                "no order at all",
                "The smallest shingle itself stands at every place: no order was applied.",
                "What do the two numbers of an order do to a shingle?",
                edits=((_PLACES, "0 * a[:, None] + shingle_set"),),
            ),
            Mistake(
                "modulo 2 to the 32",
                "The places were cut to 32 bits before they were compared; they have 64, and the lower half decides nothing.",
                "At what size do the places begin anew?",
                edits=(
                    (_PLACES, "(a[:, None] * shingle_set + b[:, None]) & np.uint64(2**32 - 1)"),
                    (_UPPER, _MIN),
                ),
            ),
            Mistake(
                "all zeros",
                "All your numbers are 0. Either the places were cut to 32 bits, of which nothing is left above the 32nd, "
                "or the search for the smallest began at 0.",
                "At what size do the places begin anew, and below which number do you search?",
                edits=((_PLACES, "(a[:, None] * shingle_set + b[:, None]) & np.uint64(2**32 - 1)"),),
            ),
        ),
    ),
    *BITS,
)


def _of(
    place: Callable[[np.ndarray, int, int], list[int]], end: Callable[[int], int]
) -> Callable[..., object]:
    """A signature in Python's own integers: `place` of all shingles under an order, `end` of the smallest."""

    def signature(shingle_set: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        numbers = [int(s) for s in shingle_set]
        pairs = zip(a.tolist(), b.tolist(), strict=True)
        return np.array([end(min(place(numbers, x, y))) for x, y in pairs])  # type: ignore[arg-type]

    return signature


def _signed(shift: bool) -> Callable[..., object]:
    def signature(shingle_set: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        places = (a[:, None] * shingle_set + b[:, None]).view(np.int64)  # (K, n)
        smallest = places.min(axis=1)
        return smallest >> 32 if shift else (smallest.view(U) >> U(32)).astype(np.uint32)

    return signature


def _sizes(shingle_set: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.abs((a[:, None] * shingle_set + b[:, None]).view(np.int64)).min(axis=1) >> 32


def _floats(end: Callable[[np.ndarray], np.ndarray]) -> Callable[..., object]:
    def signature(shingle_set: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        places = (a[:, None].astype(float) * shingle_set.astype(float) + b[:, None].astype(float)) % 2.0**64
        return end(places.min(axis=1))

    return signature


SIGNATURE += (
    *styles(
        Mistake(
            "signed integers",
            "Places above 2 to the 63 were taken for negative numbers, which come before all others.",
            "Which type has no sign?",
        ),
        negative=_signed(True),
        cut=_signed(False),
        sizes=_sizes,
    ),
    *styles(
        Mistake(
            "floats",
            "The places were computed with floats, which keep 53 bits of a number: of a product of two such integers the "
            "lower 64 bits are lost.",
            "Which type keeps every bit of a 64-bit number?",
        ),
        whole=_floats(lambda x: (x.astype(U) >> U(32)).astype(np.uint32)),
        fraction=_floats(lambda x: x // 2.0**32),
    ),
    *styles(
        Mistake(
            "no modulo",
            "In every order the smallest shingle came first: the places were compared without the modulo, or the shingles "
            "before the order was applied. With the modulo places begin anew, and the order becomes random.",
            "What happens to a place that is larger than 64 bits can hold, and when?",
        ),
        cut_afterwards=_of(lambda S, x, y: [x * s + y for s in S], lambda p: p % 2**64 >> 32),
        not_cut=_of(lambda S, x, y: [x * s + y for s in S], lambda p: p >> 32),
    ),
    *styles(
        Mistake(
            "modulo of the product alone",
            "The modulo was taken before the shift was added, so that some places lie beyond the end.",
            "What stands inside of the brackets of the modulo?",
        ),
        large=_of(lambda S, x, y: [x * s % 2**64 + y for s in S], lambda p: p >> 32),
    ),
    *styles(
        Mistake(
            "another modulus",
            "The places begin anew at another size than 2 to the 64.",
            "At what size do the places begin anew?",
        ),
        less_one=_of(lambda S, x, y: [(x * s + y) % (2**64 - 1) for s in S], lambda p: p >> 32),
        half=_of(lambda S, x, y: [(x * s + y) % 2**63 for s in S], lambda p: p >> 32),
        prime=_of(lambda S, x, y: [(x * s + y) % (2**61 - 1) for s in S], lambda p: p >> 32),
        prime_and_lower_half=_of(lambda S, x, y: [(x * s + y) % (2**61 - 1) for s in S], lambda p: p % 2**32),
    ),
)
