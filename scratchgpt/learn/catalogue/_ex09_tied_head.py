"""09.1 and 09.2: the tied head."""

import numpy as np

from ...worked.tied_head import TiedHeadCache, tied_head_backward, tied_head_forward
from ..exercise import Exercise, Mistake, Probe
from . import _ex09_tied_head_backward_more as backward
from . import _ex09_tied_head_more as forward


def forward_probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(90)
    weight = rng.standard_normal((7, 5))
    return [
        Probe("basic", (rng.standard_normal((2, 3, 5)), weight)),
        Probe("square", (rng.standard_normal((4, 4)), rng.standard_normal((4, 4)))),
        Probe("one position", (rng.standard_normal((2, 1, 5)), weight)),
        Probe("one state", (rng.standard_normal(5), weight)),
        Probe("a view", (rng.standard_normal((5, 3)).T, weight)),
    ]


def backward_probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(91)

    def probe(name: str, *shape: int, V: int) -> Probe:
        h, weight = rng.standard_normal(shape), rng.standard_normal((V, shape[-1]))
        return Probe(name, (rng.standard_normal((*shape[:-1], V)), TiedHeadCache(h, weight)))

    return [
        probe("basic", 2, 3, 5, V=7),
        probe("square", 2, 4, 4, V=4),
        probe("rows", 3, 5, V=7),
        probe("one position", 2, 1, 5, V=7),
    ]


FORWARD = Exercise(
    id="09.1",
    reference=tied_head_forward,
    task="""
    Score every token against each hidden state, with the table that also embeds the tokens.

    h: (..., C), float, with zero or more axes in front, the hidden states. weight: (V, C), the table of the token embedding, one row per
    token.
    Return (logits, cache). logits: (..., V), for each state its dot product with each token's row: scores
    as they are, neither scaled nor turned into probabilities. cache: TiedHeadCache(h, weight). Do not
    modify h or weight.

    The last state of the three-token example "I love cats":

    >>> We = np.array([[0.2, -0.1, 0.5, 0.3], [0.8, 0.4, -0.2, 0.1], [0.1, 0.7, 0.3, -0.4],
    ...                [0.3, 0.6, 0.2, -0.3], [-0.5, 0.2, 0.4, 0.6]])
    >>> logits, cache = tied_head_forward(np.array([-0.2, 0.9, -1.0, 0.3]), We)
    >>> logits.round(2)
    array([-0.54,  0.43,  0.19,  0.19,  0.06])
    >>> cache.h.shape, cache.weight.shape
    ((4,), (5, 4))
    """,
    probes=forward_probes,
    returns=("logits", "cache"),
    mistakes=(
        Mistake(
            "softmax applied",
            "These are probabilities: each state's numbers sum to 1. The head gives the scores from which they are made.",
            "Which number of a state's scores may be negative, and is any of yours?",
            edits=(
                (
                    "matmul(h, weight.T)",
                    "(lambda e: e / e.sum(axis=-1, keepdims=True))(array_module(h).exp(matmul(h, weight.T)))",
                ),
            ),
        ),
        Mistake(
            "log-softmax applied",
            "These are log-probabilities: none is above 0. The head gives the scores from which they are made.",
            "Is it the head or the loss that normalises?",
            edits=(
                (
                    "matmul(h, weight.T)",
                    "(lambda s: s - array_module(h).log(array_module(h).exp(s).sum(axis=-1, keepdims=True)))"
                    "(matmul(h, weight.T))",
                ),
            ),
        ),
        Mistake(
            "scaled",
            "The scores were divided by the root of C, as in attention; the head does not scale.",
            "Which of the two dot products of a GPT is scaled, that of queries and keys or that of states and tokens?",
            edits=(("matmul(h, weight.T)", "matmul(h, weight.T) / h.shape[-1] ** 0.5"),),
        ),
        Mistake(
            "cosine",
            "States and rows were brought to length 1 first: these are cosines, where plain dot products were asked for.",
            "May a token with a longer row get a larger score?",
            edits=(
                (
                    "matmul(h, weight.T)",
                    "(lambda unit: matmul(unit(h), unit(weight).T))"
                    "(lambda a: a / (a * a).sum(axis=-1, keepdims=True) ** 0.5)",
                ),
            ),
        ),
        Mistake(
            "table not transposed",
            "The state met the table the wrong way round: along the tokens, not along the channels. That fits only where "
            "there are as many tokens as channels.",
            "Which axis do a state and a row of the table have in common?",
            edits=(("matmul(h, weight.T)", "matmul(h, weight)"),),
        ),
        Mistake(
            "last position only",
            "There are scores for the last position alone: while training, every position predicts its next token.",
            "How many hidden states do you get, and how many were scored?",
            edits=(("matmul(h, weight.T)", "matmul(h[:, -1], weight.T)"),),
        ),
        Mistake(
            "last row only",
            "There are scores for the last row of the states alone: while training, every position predicts its next token.",
            "How many hidden states do you get, and how many were scored?",
            edits=(("matmul(h, weight.T)", "matmul(h[..., -1, :], weight.T)"),),
        ),
        Mistake(
            "table transposed in the cache",
            "The scores are right, but the cache holds the table the other way round than you were given it.",
            "Which shape should the table in the cache have?",
            edits=(("TiedHeadCache(h, weight)", "TiedHeadCache(h, weight.T)"),),
        ),
        *forward.MORE,
    ),
    hints=(
        "How many scores does one state get, and with which row of the table is each of them made?",
        "All dot products at once are a matrix product. Which axis of the table has to meet the last axis of the state?",
        "The table has a row per token; as a matrix from C numbers to V scores it has to lie the other way round.",
    ),
    difficulty=1,
    minutes=5,
    importance=5,
    lines=1,
)

BACKWARD = Exercise(
    id="09.2",
    reference=tied_head_backward,
    task="""
    The gradients of the tied head: of the hidden states, and of the table as far as the head goes.

    dlogits: (..., V), with one or more axes in front, the gradient of the scores. cache: TiedHeadCache(h, weight) of the forward pass: h
    (..., C), weight (V, C).
    Return (dh, dweight): dh (..., C), and dweight (V, C), a sum over all positions, in the layout of the
    table. What the lookup of the embeddings adds to the table's gradient comes in 09.3. Do not modify
    dlogits or the cache: the cache may be used again.

    >>> h, weight = np.array([[2.0, 3.0], [4.0, 1.0]]), np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    >>> cache = TiedHeadCache(h, weight)
    >>> dh, dweight = tied_head_backward(np.array([[3.0, 0.0, -1.0], [0.0, 1.0, 0.0]]), cache)
    >>> dh
    array([[ 2., -1.],
           [ 0.,  2.]])
    >>> dweight
    array([[ 6.,  9.],
           [ 4.,  1.],
           [-2., -3.]])
    >>> cache = TiedHeadCache(h.reshape(2, 1, 2), weight)
    >>> dh, dweight = tied_head_backward(np.array([[[3.0, 0.0, -1.0]], [[0.0, 1.0, 0.0]]]), cache)
    >>> dh.shape, dweight.shape
    ((2, 1, 2), (3, 2))
    """,
    probes=backward_probes,
    returns=("dh", "dweight"),
    mistakes=(
        Mistake(
            "table transposed on the way down",
            "The gradient went down through the table the way the scores went up: that fits only where there are as many "
            "tokens as channels, and is wrong even there.",
            "What shape has the gradient of the scores, and which way round does the table lead to C numbers?",
            edits=(("matmul(dlogits, weight)", "matmul(dlogits, weight.T)"),),
        ),
        Mistake(
            "dweight transposed",
            "The gradient of the table lies the other way round: channels by tokens, where the table is tokens by channels.",
            "Which shape has the table?",
            edits=(
                (
                    "matmul(dlogits.reshape(-1, V).T, h.reshape(-1, C))",
                    "matmul(h.reshape(-1, C).T, dlogits.reshape(-1, V))",
                ),
            ),
        ),
        Mistake(
            "dweight averaged",
            "The gradient of the table was averaged over the positions; an average, if there is one, was the loss's "
            "affair and is in the gradient from above already.",
            "Where would the division happen a second time?",
            edits=(("h.reshape(-1, C))", "h.reshape(-1, C)) * C / h.size"),),
        ),
        Mistake(
            "dweight divided by the batch",
            "The gradient of the table was divided by the length of the first axis; an average, if there is one, was the "
            "loss's affair and is in the gradient from above already.",
            "Where would the division happen a second time?",
            edits=(("h.reshape(-1, C))", "h.reshape(-1, C)) / len(h)"),),
        ),
        Mistake(
            "dweight per sequence",
            "There is a gradient of the table for each sequence; but one table served them all.",
            "What does the chain rule do with the many paths of one parameter?",
            edits=(
                ("matmul(dlogits.reshape(-1, V).T, h.reshape(-1, C))", "matmul(dlogits.swapaxes(-1, -2), h)"),
            ),
        ),
        Mistake(
            "last sequence only",
            "The gradient of the table comes from the last sequence alone: the others have been forgotten on the way.",
            "When each sequence has its say in turn, what becomes of what the one before it said?",
            edits=(
                ("dlogits.reshape(-1, V).T", "dlogits.reshape(-1, V)[-h.shape[-2] :].T"),
                ("h.reshape(-1, C))", "h.reshape(-1, C)[-h.shape[-2] :])"),
            ),
        ),
        Mistake(
            "gradient of the states for the states",
            "The gradient of the table was taken with the gradient of the states, where the states themselves belong.",
            "What did the table's rows meet in the forward pass?",
            edits=(("h.reshape(-1, C))", "dh.reshape(-1, C))"),),
        ),
        Mistake(
            "results exchanged",
            "The gradients of states and table stand in each other's place.",
            "In which order are the two results asked for?",
            edits=(("return dh, dweight", "return dweight, dh"),),
        ),
        *backward.MORE,
    ),
    hints=(
        "Which state took part in which scores, and which row of the table did? Each collects from there.",
        "A state collects the rows, each times its score's gradient: the table lies the right way round for this.",
        "A row collects the states, each times its score's gradient, over all positions of all sequences. Lay the "
        "positions under each other first.",
    ),
    difficulty=2,
    minutes=12,
    importance=5,
    lines=3,
    needs=("09.1",),
)
