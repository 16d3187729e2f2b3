"""Lesson 06: the mistakes that are made with the layout of heads."""

import numpy as np

from ..exercise import Mistake
from ._unpaired import styles

_SPLIT = "return x.reshape(B, T, n_head, C // n_head).swapaxes(1, 2)"
_MERGE = "return x.swapaxes(1, 2).reshape(B, T, H * D)"

SPLIT_RESHAPED = Mistake(
    "split by a reshape alone",
    "The shape is right, but no axes changed places: the numbers of different positions are mixed in one head.",
    "A reshape reads the numbers in the same order as before. Which number follows the first D of position 0?",
    edits=((_SPLIT, "return x.reshape(B, n_head, T, C // n_head)"),),
)
SPLIT_INTERLEAVED = Mistake(
    "split interleaved",
    "Neighbouring numbers went to different heads: head 0 got every n-th number, where it should have the first D in a "
    "row.",
    "Of the two new axes, which one moves slowly along the vector?",
    edits=((_SPLIT, "return x.reshape(B, T, C // n_head, n_head).transpose(0, 3, 1, 2)"),),
)
MERGED_RESHAPED = Mistake(
    "merged by a reshape alone",
    "The shape is right, but no axes changed places: the vector of a position holds numbers of other positions.",
    "Which numbers are neighbours in memory before the last two axes become one?",
    edits=((_MERGE, "return x.reshape(B, T, H * D)"),),
)
MERGED_INTERLEAVED = Mistake(
    "merged interleaved",
    "The heads were merged number by number: first the first number of each head, then the second, where each head should "
    "stay in one piece.",
    "Which of the last two axes should move slowly along the merged vector?",
    edits=((_MERGE, "return x.transpose(0, 2, 3, 1).reshape(B, T, H * D)"),),
)

SPLIT = (
    SPLIT_RESHAPED,
    SPLIT_INTERLEAVED,
    Mistake(
        "heads behind the positions",
        "The vectors are cut rightly, but the axis of heads still stands behind the positions.",
        "Which axes has attention to find last, so that each head is by itself?",
        edits=((_SPLIT, "return x.reshape(B, T, n_head, C // n_head)"),),
    ),
    Mistake(
        "number and size of heads exchanged",
        "There are as many heads as a head should have numbers: the number of heads and their size are exchanged.",
        "How many heads were asked for?",
        edits=((_SPLIT, "return x.reshape(B, T, C // n_head, n_head).swapaxes(1, 2)"),),
    ),
    Mistake(
        "heads before the texts",
        "The axis of heads went to the very front, before the texts.",
        "In which order do texts and heads stand in the result?",
        edits=((_SPLIT, "return x.reshape(B, T, n_head, C // n_head).transpose(2, 0, 1, 3)"),),
    ),
    Mistake(
        "positions last",
        "Positions and the numbers of a head are exchanged: that is how keys stand in a product, not how heads are kept.",
        "Which axis should be the last one?",
        edits=((_SPLIT, "return x.reshape(B, T, n_head, C // n_head).transpose(0, 2, 3, 1)"),),
    ),
    Mistake(
        "heads last",
        "The axis of heads changed places with the numbers of a head and not with the positions.",
        "Which two axes have to change places?",
        edits=((_SPLIT, "return x.reshape(B, T, n_head, C // n_head).swapaxes(1, 3)"),),
    ),
    *styles(
        Mistake(
            "heads in reverse order",
            "The vectors are cut rightly, but the last piece became head 0.",
            "Which numbers belong to head 0?",
        ),
        all=lambda x, n: np.stack(np.split(x, n, axis=2)[::-1], axis=1),
    ),
    *styles(
        Mistake(
            "positions changed places before the cut",
            "The axes changed places before the vectors were cut: the reshape afterwards mixes the numbers of different "
            "positions.",
            "Along which axis must the vectors be cut, and is it still the last one then?",
        ),
        all=lambda x, n: x.swapaxes(1, 2).reshape(len(x), n, x.shape[1], -1),
        sizes=lambda x, n: x.reshape(len(x), n, -1, x.shape[1]).swapaxes(2, 3),
    ),
    *styles(
        Mistake(
            "heads last, nothing moved",
            "The axis of heads stands at the end and no axes changed places: asked for were heads in front of the positions.",
            "In which order do the four axes of the result stand?",
        ),
        interleaved=lambda x, n: x.reshape(*x.shape[:2], -1, n),
        apart=lambda x, n: np.stack(np.split(x, n, axis=2), axis=-1),
    ),
    *styles(
        Mistake(
            "a list of heads",
            "The heads came back as a list of arrays: asked for was one array with an axis for them.",
            "What puts arrays of one shape on a new axis, and where should it stand?",
        ),
        all=lambda x, n: np.split(x, n, axis=2),
    ),
    *styles(
        Mistake(
            "texts and heads in one axis",
            "Texts and heads share one axis: each should have its own.",
            "How many axes should the result have?",
        ),
        all=lambda x, n: (
            x.reshape(*x.shape[:2], n, -1).swapaxes(1, 2).reshape(-1, x.shape[1], x.shape[2] // n)
        ),
    ),
    *styles(
        Mistake(
            "heads to the front by a reshape",
            "Heads stand before texts and positions, and the numbers got there by a reshape alone: texts and positions are "
            "mixed.",
            "A reshape moves no number to another axis. What does?",
        ),
        all=lambda x, n: x.reshape(n, *x.shape[:2], -1),
    ),
    *styles(
        Mistake(
            "vectors not cut",
            "Every head has the whole vector: each should have its own part of it.",
            "How many numbers does one head have?",
        ),
        copies=lambda x, n: np.repeat(x[:, None], n, axis=1),
        one=lambda x, n: x[:, None],
    ),
    *styles(
        Mistake(
            "positions cut",
            "The positions were cut into pieces and not the vectors: every head should see all positions.",
            "Along which axis do the numbers of a vector lie?",
        ),
        all=lambda x, n: np.stack(np.split(x, n, axis=1), axis=1),
    ),
    *styles(
        Mistake(
            "number and size exchanged, heads behind",
            "There are as many heads as a head should have numbers, and their axis still stands behind the positions.",
            "How many heads were asked for, and where should their axis stand?",
        ),
        sizes=lambda x, n: x.reshape(*x.shape[:2], x.shape[2] // n, n).transpose(0, 1, 3, 2),
    ),
)

MERGE = (
    MERGED_RESHAPED,
    MERGED_INTERLEAVED,
    Mistake(
        "heads not joined",
        "The axes are in the right order, but heads and their numbers are still two axes.",
        "How many axes had the vectors before they were split?",
        edits=((_MERGE, "return x.swapaxes(1, 2)"),),
    ),
    Mistake(
        "heads added",
        "The heads were added up: their numbers should stand side by side, so that nothing is lost.",
        "How long is the vector of a position?",
        edits=((_MERGE, "return x.sum(axis=1)"),),
    ),
    Mistake(
        "heads behind each other",
        "The heads were laid behind each other along the positions: they should stand side by side at each position.",
        "How many positions does the result have?",
        edits=((_MERGE, "return x.reshape(B, H * T, D)"),),
    ),
    Mistake(
        "positions and numbers exchanged",
        "Positions and the numbers of a head changed places, where positions and heads should have.",
        "Which axis must stand next to the numbers of a head before both become one?",
        edits=((_MERGE, "return x.swapaxes(2, 3).reshape(B, T, H * D)"),),
    ),
    Mistake(
        "heads averaged",
        "The heads were averaged: their numbers should stand side by side, so that nothing is lost.",
        "How long is the vector of a position?",
        edits=((_MERGE, "return x.mean(axis=1)"),),
    ),
    Mistake(
        "texts and heads mixed",
        "Texts and heads changed places on the way: the vector of a position holds numbers of another text.",
        "Which axis should no number ever leave?",
        edits=((_MERGE, "return x.transpose(2, 1, 0, 3).reshape(B, T, H * D)"),),
    ),
    *styles(
        Mistake(
            "heads in reverse order",
            "The heads stand side by side, but the last one first: the vector should begin with head 0.",
            "Which numbers come first in the vector of a position?",
        ),
        all=lambda x: x[:, ::-1].swapaxes(1, 2).reshape(len(x), x.shape[2], -1),
    ),
    *styles(
        Mistake(
            "texts put side by side",
            "What was laid side by side are the texts and not the heads: the vector of a position holds numbers of other texts.",
            "Which axis should no number ever leave?",
        ),
        last=lambda x: np.concatenate(list(x), axis=-1),
        positions=lambda x: np.concatenate(list(x), axis=1),
    ),
    *styles(
        Mistake(
            "heads laid behind the texts",
            "The heads were joined along the first axis, that of the texts: they should stand side by side in each position's "
            "vector.",
            "How many texts does the result have?",
        ),
        all=lambda x: np.concatenate(list(x.swapaxes(0, 1)), axis=0),
        texts_first=lambda x: x.reshape(-1, *x.shape[2:]),
    ),
    *styles(
        Mistake(
            "heads stacked at the end",
            "The heads lie on an axis of their own at the end: they should follow each other within the vector.",
            "How many axes had the vectors before they were split?",
        ),
        all=lambda x: x.transpose(0, 2, 3, 1),
    ),
    *styles(
        Mistake(
            "positions before the texts",
            "The heads are put together, but positions and texts have changed places.",
            "Which axis comes first in the result?",
        ),
        all=lambda x: x.transpose(2, 0, 1, 3).reshape(x.shape[2], len(x), -1),
    ),
    *styles(
        Mistake(
            "texts and positions in one axis",
            "The vectors are right, but texts and positions share one axis.",
            "How many axes should the result have?",
        ),
        all=lambda x: x.swapaxes(1, 2).reshape(-1, x.shape[1] * x.shape[3]),
    ),
    *styles(
        Mistake(
            "positions last",
            "The vectors stand upright: positions are the last axis, where the numbers of a vector should be.",
            "Which axis should be the last one?",
        ),
        all=lambda x: x.swapaxes(2, 3).reshape(len(x), -1, x.shape[2]),
        reshaped=lambda x: x.reshape(len(x), -1, x.shape[2]),
    ),
    *styles(
        Mistake(
            "heads and numbers exchanged",
            "Heads changed places with the numbers of a head, where positions and heads should have.",
            "Which two axes have to change places before two become one?",
        ),
        all=lambda x: x.swapaxes(1, 3).reshape(len(x), x.shape[2], -1),
    ),
    *styles(
        Mistake(
            "one head only",
            "Only one of the heads is left: the others should stand beside it.",
            "How long is the vector of a position?",
        ),
        first=lambda x: x[:, 0],
        last=lambda x: x[:, -1],
    ),
)
