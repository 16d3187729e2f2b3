"""09.3: the summed gradient of a table that is used twice."""

import numpy as np

from ...worked.tied_head import tied_table_gradient
from ..exercise import Exercise, Mistake, Probe
from ._ex09_table_more import TABLE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(92)

    def probe(name: str, ids: list[list[int]], V: int = 7, C: int = 5) -> Probe:
        B, T = np.shape(ids)
        arrays = (rng.standard_normal((B, T, n)) for n in (C, C, V))
        return Probe(name, (np.array(ids), *arrays))

    return [
        probe("basic", [[4, 0, 6], [1, 5, 2]]),
        probe("repeated ids", [[3, 1, 3], [3, 0, 1]]),
        probe("square", [[2, 0, 1, 3], [1, 1, 2, 0]], V=4, C=4),
        probe("one sequence", [[6, 2, 6]]),
        probe("one position", [[5], [5]]),
    ]


EXERCISE = Exercise(
    id="09.3",
    reference=tied_table_gradient,
    task="""
    The gradient of a table that is used twice: below, to look tokens up, and above, by the tied head.

    ids: (B, T), integers below V, the tokens that were looked up; a token may occur often. dx: (B, T, C),
    the gradient of the rows that the lookup gave. h: (B, T, C), the hidden states that the head read.
    dlogits: (B, T, V), the gradient of the head's scores.
    Return dweight (V, C), the gradient of the one table, with a row for every token, whether it was looked
    up or not: both uses count in full. Do not modify the arguments.

    Of four tokens, token 2 was looked up twice; the scores of tokens 0, 1 and 2 have gradients:

    >>> ids, dx = np.array([[2, 2]]), np.array([[[1.0, 0.0], [0.0, 5.0]]])
    >>> h, dlogits = np.array([[[1.0, 1.0], [2.0, 0.0]]]), np.array([[[1.0, 0, 0, 0], [0, 3.0, 2.0, 0]]])
    >>> tied_table_gradient(ids, dx, h, dlogits)
    array([[1., 1.],
           [6., 0.],
           [5., 5.],
           [0., 0.]])
    """,
    probes=probes,
    returns=("dweight",),
    mistakes=(
        Mistake(
            "lookup's half only",
            "Only the lookup's half is there: a token that was never looked up has no gradient, though the head scored it "
            "at every position.",
            "Along how many paths does the loss depend on the table?",
            edits=(("matmul(dlogits.reshape(-1, V).T, h.reshape(-1, C))", "array_module(dx).zeros((V, C))"),),
        ),
        Mistake(
            "head's half only",
            "Only the head's half is there: a token that was looked up ten times has the same gradient as if it had not been.",
            "Along how many paths does the loss depend on the table?",
            edits=(("    array_module(dx).add.at(dweight, ids, dx)  # repeated ids add up\n", ""),),
        ),
        Mistake(
            "averaged halves",
            "Both halves are there, and then the sum was halved; but the table acts in full in both places.",
            "What does the chain rule do with two paths, add them or average them?",
            edits=(("return dweight", "return dweight / 2"),),
        ),
        Mistake(
            "repeated ids overwritten",
            "Of a token that was looked up several times only the last place counts; the others have been lost.",
            "What does indexed addition do with an index that occurs twice?",
            edits=(("array_module(dx).add.at(dweight, ids, dx)", "dweight[ids] += dx"),),
        ),
        Mistake(
            "lookup overwrites the head",
            "In the rows of the tokens that were looked up, the lookup's part took the place of the head's.",
            "Does the second part begin the row anew, or go on with it?",
            edits=(
                (
                    "h.reshape(-1, C))  # (V, C)\n    array_module(dx).add.at(dweight, ids, dx)",
                    "h.reshape(-1, C))\n    dweight[ids] = dx",
                ),
            ),
        ),
        Mistake(
            "lookup overwrites the head, row by row",
            "In the rows of the tokens that were looked up, the lookup's part, rightly added up, took the place of the head's.",
            "Does the second part begin the row anew, or go on with it?",
            edits=(
                (
                    "array_module(dx).add.at(dweight, ids, dx)",
                    "dweight[ids] = 0\n    array_module(dx).add.at(dweight, ids, dx)",
                ),
            ),
        ),
        Mistake(
            "repeated ids averaged",
            "The gradients of a token that was looked up several times were averaged, where they have to be added.",
            "Does a token that occurs more often move the loss less?",
            edits=(
                (
                    "array_module(dx).add.at(dweight, ids, dx)",
                    "array_module(dx).add.at(dweight, ids, dx / (ids[..., None] == ids.reshape(-1)).sum(-1)[..., None])",
                ),
            ),
        ),
        Mistake(
            "head's half averaged",
            "The head's half was averaged over the positions, the lookup's was not: the two no longer weigh the same.",
            "Which of the two sums did you divide, and why that one?",
            edits=(("h.reshape(-1, C))", "h.reshape(-1, C)) / ids.size"),),
        ),
        Mistake(
            "head's half transposed",
            "The head's half lies the other way round: channels by tokens, where the table is tokens by channels.",
            "Which shape has the table?",
            edits=(
                (
                    "matmul(dlogits.reshape(-1, V).T, h.reshape(-1, C))",
                    "matmul(h.reshape(-1, C).T, dlogits.reshape(-1, V))",
                ),
            ),
        ),
        Mistake(
            "states scattered",
            "The hidden states themselves were added to the rows of the tokens, where the gradient of the lookup belongs.",
            "Which of the arguments have you not used yet?",
            edits=((".add.at(dweight, ids, dx)", ".add.at(dweight, ids, h)"),),
        ),
        Mistake(
            "lookup's gradient at the head",
            "The head's half was taken with the gradient of the lookup, where the hidden states belong.",
            "What did the head read?",
            edits=(("h.reshape(-1, C))", "dx.reshape(-1, C))"),),
        ),
        *TABLE,
    ),
    hints=(
        "The loss depends on the table along two paths. What does the chain rule do with two paths?",
        "The head's part is that of 09.2. The lookup's part goes to the rows of the tokens that were looked up.",
        "A token that occurs three times collects three gradients: plain indexing keeps only one of them, so look for the "
        "form of addition that does not.",
    ),
    difficulty=3,
    minutes=15,
    importance=5,
    lines=4,
    needs=("05.2", "09.2"),
)
