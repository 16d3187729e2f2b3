"""Lesson 11: a MinHash signature with other bits of other numbers."""

from ...corpus.minhash import minhash_signature
from ..exercise import Mistake
from ._unpaired import unpaired

_PLACES = "a[:, None] * shingle_set + b[:, None]"
_MIN = "places.min(axis=1)"
_UPPER = "(places.min(axis=1) >> np.uint64(32)).astype(np.uint32)"

BITS = unpaired(
    minhash_signature,
    (
        Mistake(
            "upper 16 bits",
            "Fewer bits were kept than 32: the number was moved too far.",
            "By how many bits do you have to move 64 of them, so that half of them stay?",
            edits=(("np.uint64(32)", "np.uint64(48)"),),
        ),
        Mistake(
            "upper 48 bits",
            "More bits were kept than 32: the number was not moved far enough.",
            "By how many bits do you have to move 64 of them, so that half of them stay?",
            edits=((_UPPER, "(places.min(axis=1) >> np.uint64(16))"),),
        ),
        Mistake(
            "moved by 31",
            "Your numbers are about twice what they should be: one bit too many was kept.",
            "By how many bits do you have to move 64 of them, so that half of them stay?",
            edits=((_UPPER, "(places.min(axis=1) >> np.uint64(31))"),),
        ),
        Mistake(
            "moved by 33",
            "Your numbers are half of what they should be: one bit too few was kept.",
            "By how many bits do you have to move 64 of them, so that half of them stay?",
            edits=(("np.uint64(32)", "np.uint64(33)"),),
        ),
        Mistake(
            "floats for integers",
            "The sizes are right, but these are floats, with a fraction perhaps; a signature is compared for equality "
            "and holds whole numbers.",
            "Which kind of division has no fraction, and which type should the result have?",
            edits=((_UPPER, "(places.min(axis=1) >> np.uint64(32)).astype(float)"),),
        ),
        Mistake(
            "sorted",
            "The numbers are right, but they were sorted: each belongs to its own order, and two signatures are compared "
            "place by place.",
            "To which order does the first number of a signature belong?",
            edits=((_UPPER, "np.sort(places.min(axis=1) >> np.uint64(32))"),),
        ),
        Mistake(
            "second place",
            "These are the places of the shingles that come second in each order.",
            "At which index does a sorted row begin?",
            edits=((_MIN, "np.sort(places, axis=1)[:, min(1, places.shape[1] - 1)]"),),
        ),
        Mistake(
            "places of one shingle",
            "Only one of the shingles was looked at: the first one in the array is not the first one in every order.",
            "How many shingles take part in each order?",
            edits=((_MIN, "places[:, 0]"),),
        ),
        Mistake(
            "places of the last shingle",
            "Only the last shingle of the array counts here: a later one took the place of the earlier ones without "
            "being compared.",
            "What has to be asked before a smaller number is replaced?",
            edits=((_MIN, "places[:, -1]"),),
        ),
        Mistake(
            "a table for each shingle",
            "All places are still there, one for each order and shingle; of each order only the smallest belongs "
            "into the signature.",
            "How many numbers should a document of many shingles have?",
            edits=((_MIN, "places"),),
        ),
        Mistake(
            "one number, repeated for each order",
            "The smallest of all places was taken, over orders and shingles together, and put down for every order.",
            "How many different numbers can a signature hold?",
            edits=((_UPPER, "np.full(len(a), places.min() >> np.uint64(32))"),),
        ),
        Mistake(
            "mean of the upper halves",
            "The places of an order were averaged; only the first of them matters.",
            "Does the mean of two sets tell whether they share their first member?",
            edits=((_UPPER, "(places >> np.uint64(32)).mean(axis=1)"),),
        ),
        Mistake(
            "median",
            "The place in the middle of an order was taken, and it should be the first.",
            "Does the middle of two sets tell whether they share their first member?",
            edits=((_UPPER, "np.median(places >> np.uint64(32), axis=1)"),),
        ),
        Mistake(
            "sum of the upper halves",
            "The places of an order were added up; only the first of them matters.",
            "Does a sum tell whether two sets share their first member?",
            edits=((_UPPER, "(places >> np.uint64(32)).sum(axis=1)"),),
        ),
        Mistake(
            "mean place",
            "The places of an order were averaged; only the first of them matters.",
            "Does the mean of two sets tell whether they share their first member?",
            edits=((_MIN, "places.mean(axis=1).astype(np.uint64)"),),
        ),
        Mistake(
            "sum of the places",
            "The places of an order were added up; only the first of them matters.",
            "Does a sum tell whether two sets share their first member?",
            edits=((_MIN, "places.sum(axis=1)"),),
        ),
        Mistake(
            "shingles cut first",
            "The upper half was taken of the shingles, before an order was applied; it belongs to the places.",
            "Which number is it whose upper bits are kept?",
            edits=((_PLACES, "a[:, None] * (shingle_set >> np.uint64(32)) + b[:, None]"),),
        ),
        Mistake(
            "shift added to the smallest product",
            "The smallest product was looked for, and the shift added to it afterwards. With the shift a place may begin "
            "anew, so that another shingle comes first.",
            "Of which numbers is the smallest looked for?",
            edits=((_PLACES, "a[:, None] * shingle_set"), (_MIN, "(places.min(axis=1) + b)")),
        ),
        Mistake(
            "shift added to the upper half",
            "The shift was added to the upper half of the smallest product; it belongs to the place before anything is "
            "compared or cut.",
            "Of which numbers is the smallest looked for?",
            edits=(
                (_PLACES, "a[:, None] * shingle_set"),
                (_UPPER, "(places.min(axis=1) >> np.uint64(32)) + b"),
            ),
        ),
        Mistake(
            "search begun too low",
            "Where the smallest place is large, another number stands: the search began below it.",
            "With which number can the search for a smallest place of 64 bits begin?",
            edits=((_MIN, "np.minimum(places.min(axis=1), np.uint64(2**63 - 1))"),),
        ),
        Mistake(
            "search begun at 32 bits",
            "Hardly any place lies below the number with which the search began: places have 64 bits.",
            "With which number can the search for a smallest place of 64 bits begin?",
            edits=((_MIN, "np.minimum(places.min(axis=1), np.uint64(2**32))"),),
        ),
        Mistake(
            "bits combined",
            "The two numbers were joined bit by bit, where a sum is asked for.",
            "What does the formula do with the product and the shift?",
            edits=((_PLACES, "a[:, None] * shingle_set ^ b[:, None]"),),
        ),
    ),
)
