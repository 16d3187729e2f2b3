"""Lesson 09, spot the bug: a tied head that returns half of its gradient, as a published GPT does."""

import numpy as np

from ...worked.tied_head import tied_model_backward, tied_model_forward
from ..exercise import Chapter, Exercise, Mistake, Probe
from ._ex09_table_more import BUG_HUNT


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(93)

    def probe(name: str, ids: list[list[int]], V: int = 7, C: int = 5) -> Probe:
        logits, cache = tied_model_forward(np.array(ids), rng.standard_normal((V, C)))
        return Probe(name, (rng.standard_normal(logits.shape), cache))

    return [
        probe("basic", [[4, 0, 6], [1, 5, 2]]),
        probe("repeated ids", [[3, 1, 3], [3, 0, 1]]),
        probe("square", [[2, 0, 1, 3], [1, 1, 2, 0]], V=4, C=4),
        probe("one sequence", [[6, 2, 6]]),
        probe("one position", [[5], [5]]),
    ]


TIED_MODEL_BACKWARD = Exercise(
    id="09.5",
    reference=tied_model_backward,
    task="""
    Spot the bug. The smallest model with a tied head looks its tokens up in a table and scores them with
    the same table at once. Its gradient below runs without an error, has the right shape, and is wrong: a
    published GPT has had this bug.

    dlogits: (B, T, V), the gradient of the scores. cache: TiedModelCache(ids, h, weight) of the forward
    pass: ids (B, T), integers below V; h (B, T, C), the rows that were looked up, which are the hidden
    states here; weight (V, C), the table.
    Return dweight (V, C), the gradient of the table. Do not modify dlogits or the cache.

    Take the line with Todo away and let finite differences look at it first (FILE.py is the file that you
    are reading):

        python -m scratchgpt.gradcheck FILE.py tied_model

    They compare each entry with the slope of the model itself; a relative error above 0.000001 is a
    mistake. Then find the line and repair it.

    >>> logits, cache = tied_model_forward(np.array([[0, 0]]), np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]))
    >>> logits
    array([[[1., 0., 1.],
            [1., 0., 1.]]])
    >>> tied_model_backward(np.array([[[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]]), cache)
    array([[2., 2.],
           [0., 0.],
           [2., 0.]])
    """,
    probes=probes,
    returns=("dweight",),
    edited=("tied_table_gradient",),
    mistakes=(
        Mistake(
            "head's half only",
            "The bug is still there: only the head's half comes out. The rows of the tokens that were looked up are wrong, "
            "all others are right.",
            "What was in the table's gradient before the last step, and where has it gone?",
            edits=(("    array_module(dx).add.at(dweight, ids, dx)  # repeated ids add up\n", ""),),
        ),
        Mistake(
            "lookup's half only",
            "Now only the lookup's half comes out: a token that was never looked up has no gradient, though the head "
            "scored it at every position.",
            "Along how many paths does the loss depend on the table?",
            edits=(("matmul(dlogits.reshape(-1, V).T, h.reshape(-1, C))", "array_module(dx).zeros((V, C))"),),
        ),
        Mistake(
            "averaged halves",
            "Both halves are there, and then the sum was halved; but the table acts in full in both places.",
            "What does the chain rule do with two paths, add them or average them?",
            edits=(("return dweight", "return dweight / 2"),),
        ),
        Mistake(
            "half doubled",
            "The head's half was doubled: right in size on the whole, perhaps, but the lookup's half is another one.",
            "Are the two halves equal?",
            edits=(
                (
                    "h.reshape(-1, C))  # (V, C)\n    array_module(dx).add.at(dweight, ids, dx)  # repeated ids add up\n"
                    "    return dweight\n",
                    "h.reshape(-1, C)) * 2\n    return dweight\n",
                ),
            ),
        ),
        Mistake(
            "repeated ids overwritten",
            "Both halves are there now, but of a token that was looked up several times only the last place counts.",
            "What does indexed addition do with an index that occurs twice?",
            edits=(("array_module(dx).add.at(dweight, ids, dx)", "dweight[ids] += dx"),),
        ),
        Mistake(
            "lookup overwrites the head",
            "In the rows of the tokens that were looked up, the lookup's part took the place of the head's.",
            "Does the second part begin the row anew, or go on with it?",
            edits=(
                (
                    "array_module(dx).add.at(dweight, ids, dx)",
                    "dweight[ids] = 0\n    array_module(dx).add.at(dweight, ids, dx)",
                ),
            ),
        ),
        Mistake(
            "states for gradients",
            "The hidden states themselves went to the rows of the tokens, where the gradient belongs that the head sends down.",
            "What does the lookup receive on the way back?",
            edits=((".add.at(dweight, ids, dx)", ".add.at(dweight, ids, h)"),),
        ),
        *BUG_HUNT,
    ),
    hints=(
        "Let the two uses of the table speak one by one: what would the gradient be if only the lookup used it, "
        "and what if only the head did?",
        "Print the gradient after each of the steps. Does each step keep what the one before it found?",
        "One of the steps begins the table's gradient anew, where it should go on with what is there already.",
    ),
    difficulty=2,
    minutes=12,
    importance=5,
    lines=6,
    needs=("09.3",),
    given="""
    ids, h, weight = cache
    V, C = weight.shape
    grads = {"h": dlogits @ weight, "weight": np.zeros((V, C))}
    for token, gradient in zip(ids.reshape(-1), grads["h"].reshape(-1, C), strict=True):
        grads["weight"][token] += gradient
    grads["weight"] = dlogits.reshape(-1, V).T @ h.reshape(-1, C)
    return grads["weight"]
    """,
)

CHAPTER = Chapter(
    lesson="09",
    topic="bug_hunt",
    title="spot the bug in the gradient of a tied head",
    imports="from scratchgpt.worked.tied_head import TiedModelCache, tied_model_forward",
    exercises=(TIED_MODEL_BACKWARD,),
)
