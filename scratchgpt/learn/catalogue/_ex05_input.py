"""05.4 and 05.5: tokens plus positions, and the gradients of both tables."""

import numpy as np

from ...worked.embedding import embed_backward, embed_forward
from ..exercise import Exercise, Mistake, Probe
from ._ex05_more_input import MORE_EMBED
from ._ex05_more_input_backward import MORE_EMBED_BACKWARD


def _texts() -> list[Probe]:
    rng = np.random.default_rng(53)
    wte, wpe = rng.standard_normal((13, 6)), rng.standard_normal((7, 6))
    square = np.array([[1, 3, 0, 1], [2, 2, 3, 0], [0, 1, 1, 3], [3, 0, 2, 2]])
    return [
        Probe("basic", (np.array([[3, 7, 3, 0, 12], [5, 3, 12, 12, 1]]), wte, wpe)),
        Probe("square", (square, wte[:4, :4], wpe[:6, :4])),
        Probe("one position", (np.array([[4], [11], [4]]), wte, wpe)),
        Probe("one sequence", (np.array([[2, 2, 9]]), wte, wpe)),
        Probe("a long table", (np.array([[3, 9, 3], [11, 0, 6]]), wte, wpe)),
        Probe("a view", (np.array([[8, 0], [12, 8], [1, 5]]).T, rng.standard_normal((6, 13)).T, wpe)),
    ]


EMBED = Exercise(
    id="05.4",
    reference=embed_forward,
    task="""
    What the first block of a GPT reads: the vector of the token plus the vector of its place.

    ids: integers (B, T), from 0 to V - 1. wte: (V, C), a row per token. wpe: (N, C), a row per position, the
    first for position 0; N is the longest text the model can read, and T is at most N.
    Return (h, cache). h: (B, T, C). The same token at two places has two different vectors; the same place
    has the same position vector in all B texts. cache: EmbedCache(ids, wte, wpe), the arguments. Do not
    modify the arguments.

    >>> wte = np.array([[0.2, -0.1, 0.5, 0.3], [0.8, 0.4, -0.2, 0.1], [0.1, 0.7, 0.3, -0.4]])
    >>> wpe = np.array([[0.0, 0.1, 0.0, -0.1], [0.1, 0.0, -0.1, 0.1], [0.0, -0.1, 0.1, 0.0]])
    >>> h, cache = embed_forward(np.array([[2, 0], [2, 2]]), wte, wpe)
    >>> h.round(4)
    array([[[ 0.1,  0.8,  0.3, -0.5],
            [ 0.3, -0.1,  0.4,  0.4]],
    <BLANKLINE>
           [[ 0.1,  0.8,  0.3, -0.5],
            [ 0.2,  0.7,  0.2, -0.3]]])
    """,
    probes=_texts,
    returns=("h", "cache"),
    mistakes=(
        Mistake(
            "positions forgotten",
            "These are the vectors of the tokens alone: the same token has the same vector wherever it stands.",
            "Which of the arguments have you not used yet?",
            edits=(("return tokens + wpe[:T]", "return tokens"),),
        ),
        Mistake(
            "position picked by the token",
            "The row of the position table was picked by the token, where the place should say the row.",
            "Which place has the first token of each text?",
            edits=(("wpe[:T]", "wpe[ids]"),),
        ),
        Mistake(
            "position picked by the text",
            "Every text of the batch has one position vector for all of its places: the rows were counted along the "
            "batch.",
            "Along which axis does the position change?",
            edits=(("wpe[:T]", "wpe[: len(ids), None]"),),
        ),
        Mistake(
            "as many positions as texts",
            "As many rows of the position table were taken as there are texts in the batch; it should be as many as "
            "there are places in a text.",
            "Which axis of the ids is the one along the text?",
            edits=(("wpe[:T]", "wpe[: len(ids)]"),),
        ),
        Mistake(
            "last rows",
            "The last rows of the position table were taken; the first token of a text stands at position 0.",
            "Which row belongs to position 0?",
            edits=(("wpe[:T]", "wpe[-T:]"),),
        ),
        Mistake(
            "positions from 1",
            "The first token got the vector of position 1: positions are counted from 0.",
            "Which row belongs to the first place?",
            edits=(("wpe[:T]", "wpe[1 : T + 1]"),),
        ),
        Mistake(
            "whole position table",
            "All rows of the position table were used, which fits only when the text is as long as the longest one.",
            "How many positions does this text have?",
            edits=(("wpe[:T]", "wpe"),),
        ),
        Mistake(
            "one vector for all places",
            "All places got the same position vector, so that they cannot be told apart.",
            "How many rows of the position table does a text of three tokens use?",
            edits=(("wpe[:T]", "wpe[T - 1]"),),
        ),
        Mistake(
            "first vector for all places",
            "All places got the vector of position 0, so that they cannot be told apart.",
            "How many rows of the position table does a text of three tokens use?",
            edits=(("wpe[:T]", "wpe[0]"),),
        ),
        Mistake(
            "side by side",
            "Token and position stand side by side in a vector that is too long: they should be added.",
            "How long should the vector of a place be?",
            edits=(
                (
                    "return tokens + wpe[:T]",
                    "xp = array_module(wpe)\n"
                    "    return xp.concatenate([tokens, xp.broadcast_to(wpe[:T], tokens.shape)], axis=-1)",
                ),
            ),
        ),
        Mistake(
            "multiplied",
            "Token and position were multiplied, where they should be added.",
            "What should a token's vector be where the position vector is 0?",
            edits=(("tokens + wpe[:T]", "tokens * wpe[:T]"),),
        ),
        Mistake(
            "tokens scaled",
            "The token vectors were made longer by the root of their size before the sum: the first Transformer did "
            "that, a GPT does not.",
            "Was anything to be done to the rows before the sum?",
            edits=(("tokens + wpe[:T]", "tokens * wte.shape[1] ** 0.5 + wpe[:T]"),),
        ),
        Mistake(
            "tables exchanged in the cache",
            "The two tables are in each other's place in the cache.",
            "Which part of the cache is the table of the tokens?",
            edits=(("EmbedCache(ids, wte, wpe)", "EmbedCache(ids, wpe, wte)"),),
        ),
        *MORE_EMBED,
    ),
    hints=(
        "Two lookups are added. By what is a row picked in the first table, and by what in the second?",
        "Only so many rows of the position table are used as the texts are long.",
        "An array (T, C) added to one of shape (B, T, C) is added to each of the B: nothing has to be repeated.",
    ),
    difficulty=1,
    minutes=8,
    importance=4,
    lines=2,
    needs=("05.1",),
)


def _upstream() -> list[Probe]:
    rng = np.random.default_rng(54)
    pairs = [(probe.name, *embed_forward(*probe.args)) for probe in _texts()]
    return [Probe(name, (rng.standard_normal(h.shape), cache)) for name, h, cache in pairs]


EMBED_BACKWARD = Exercise(
    id="05.5",
    reference=embed_backward,
    task="""
    The gradients of both tables: tokens may repeat, and positions are shared by all texts of the batch.

    dh: (B, T, C), the gradient of the loss with respect to h of 05.4. cache: EmbedCache(ids, wte, wpe) of the
    forward pass, ids (B, T), wte (V, C), wpe (N, C).
    Return (dwte, dwpe), of the shapes (V, C) and (N, C). Every row collects the gradients of all the places
    where it was added; rows that were not used stay 0. Do not modify dh or the cache. Your embedding_backward
    is at hand.

    >>> wte, wpe = np.array([[0.2, 0.1], [0.4, 0.3]]), np.array([[0.5, 0.1], [0.2, 0.6], [0.3, 0.7]])
    >>> _, cache = embed_forward(np.array([[1, 1], [0, 1]]), wte, wpe)
    >>> dwte, dwpe = embed_backward(np.array([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]), cache)
    >>> dwte
    array([[ 5.,  6.],
           [11., 14.]])
    >>> dwpe
    array([[ 6.,  8.],
           [10., 12.],
           [ 0.,  0.]])
    """,
    probes=_upstream,
    returns=("dwte", "dwpe"),
    mistakes=(
        Mistake(
            "last text only",
            "The positions hear from the last text of the batch only, and yet all texts share their vectors.",
            "In how many texts was the vector of position 0 added?",
            edits=(("dh.sum(axis=0)", "dh[-1]"),),
        ),
        Mistake(
            "first text only",
            "The positions hear from the first text of the batch only, and yet all texts share their vectors.",
            "In how many texts was the vector of position 0 added?",
            edits=(("dh.sum(axis=0)", "dh[0]"),),
        ),
        Mistake(
            "positions averaged over the batch",
            "The positions got the mean over the texts: what is used in several places collects the sum.",
            "If a number appears in two texts, what is the derivative of the sum of their losses?",
            edits=(("dh.sum(axis=0)", "dh.mean(axis=0)"),),
        ),
        Mistake(
            "summed over the places",
            "The sum was taken along the text, where the places should stay apart and the texts be summed.",
            "Which axis of the gradient did the position vectors not have?",
            edits=(("dh.sum(axis=0)", "dh.sum(axis=1)"),),
        ),
        Mistake(
            "a gradient per text",
            "The sum was taken along the text: there is one gradient for each text, where there should be one for each "
            "position.",
            "Which axis of the gradient did the position vectors not have?",
            edits=(("return dwte, dwpe", "return dwte, dh.sum(axis=1)"),),
        ),
        Mistake(
            "positions forgotten",
            "The gradient of the positions is 0 everywhere, as if they had not been added.",
            "What does a sum do with the gradient that comes from above?",
            edits=(("dwpe[:T] = dh.sum(axis=0)", "pass"),),
        ),
        Mistake(
            "one gradient for all places",
            "All positions got the same gradient, as if they shared one vector like a bias.",
            "Over which axes was a position's vector repeated on the way forward?",
            edits=(("dh.sum(axis=0)", "dh.sum(axis=(0, 1))"),),
        ),
        Mistake(
            "batch not summed",
            "The gradient of the positions still has one copy per text; their table has none.",
            "Which shape does the gradient of a table have?",
            edits=(("return dwte, dwpe", "return dwte, dh"),),
        ),
        Mistake(
            "unused rows missing",
            "The gradient of the positions ends with the text: rows that no text reached should be there, as zeros.",
            "Which shape does the gradient of a table have?",
            edits=(("return dwte, dwpe", "return dwte, dwpe[:T]"),),
        ),
        Mistake(
            "last rows",
            "The gradient went to the last rows of the position table; the first place of a text is position 0.",
            "Which rows were added on the way forward?",
            edits=(("dwpe[:T] =", "dwpe[-T:] ="),),
        ),
        Mistake(
            "position picked by the token",
            "The gradient of the positions went to rows picked by the tokens.",
            "By what was a row of the position table picked on the way forward?",
            edits=(("dwpe[:T] = dh.sum(axis=0)", "array_module(wpe).add.at(dwpe, ids, dh)"),),
        ),
        Mistake(
            "repeated tokens overwritten",
            "Where a token repeats, only its last place counts: the others were overwritten.",
            "How often did the token's vector enter the sum?",
            edits=(
                (
                    "dwte = embedding_backward(dh, EmbeddingCache(ids, wte))",
                    "dwte = array_module(wte).zeros_like(wte)\n    dwte[ids] = dh",
                ),
            ),
        ),
        Mistake(
            "tokens averaged over the batch",
            "The tokens' gradient was divided by the number of texts; if the loss is a mean, the gradient that comes from "
            "above knows it already.",
            "Where was the average taken on the way forward?",
            edits=(("return dwte, dwpe", "return dwte / len(ids), dwpe"),),
        ),
        Mistake(
            "gradient shared out",
            "Both tables got half of the gradient: a sum does not divide it, each term gets all of it.",
            "By how much does a sum grow when one of its terms grows by 1?",
            edits=(("ids, wte, wpe = cache", "ids, wte, wpe = cache\n    dh = dh / 2"),),
        ),
        Mistake(
            "tables exchanged",
            "The gradient of the positions comes first and that of the tokens second: it should be the other way round.",
            "In which order were the two results asked for?",
            edits=(("return dwte, dwpe", "return dwpe, dwte"),),
        ),
        *MORE_EMBED_BACKWARD,
    ),
    hints=(
        "A sum hands its gradient on to both of its terms unchanged. What is left to do for each table?",
        "The token table is the lookup's gradient once more. For the positions: where was the row of position 0 added?",
        "What was copied to all texts on the way forward is summed over all texts on the way back.",
    ),
    difficulty=3,
    minutes=12,
    importance=4,
    lines=5,
    needs=("05.2", "05.4"),
)
