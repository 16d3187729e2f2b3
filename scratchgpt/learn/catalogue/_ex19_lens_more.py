"""19.1: slips with the logit lens that come in company, and neighbours of what was asked for."""

from itertools import product

from ..exercise import Mistake

_SCORES = "Are scores asked for, or something that is made of them?"
_NORM = "states, _ = layernorm_forward(stream, weight, bias, eps)"
_HEAD = "matmul(states, table.T)"
_BY_HAND = (
    "centred = stream - stream.mean(axis=-1, keepdims=True)\n"
    "    square = (centred * centred).mean(axis=-1, keepdims=True)\n"
    "    less = stream.shape[-1] / (stream.shape[-1] - 1)\n"
    "    root = array_module(stream).sqrt\n"
    "    states = {}{}"
)
_FIRST = (
    (
        "eps not used",
        "The small constant is not the one that you were given",
        "centred / root(square + 1e-5)",
    ),
    ("eps forgotten", "The small constant under the root is missing", "centred / root(square)"),
    (
        "eps outside the root",
        "The small constant stands outside of the root",
        "centred / (root(square) + eps)",
    ),
    (
        "divided by n - 1",
        "The variance was divided by n - 1, not by n",
        "centred / root(square * less + eps)",
    ),
    (
        "divided by n - 1, eps forgotten",
        "The variance was divided by n - 1, not by n, and the small constant is missing",
        "centred / root(square * less)",
    ),
    ("variance for deviation", "The variance took the place of the deviation", "centred / (square + eps)"),
    ("mean not taken away", "The mean was not taken away", "stream / root(square + eps)"),
    ("deviation forgotten", "The deviation is missing", "centred"),
)
_SECOND = (
    ("gain forgotten", "the gain is missing too", " + bias"),
    ("bias forgotten", "the bias is missing too", " * weight"),
    ("gain and bias forgotten", "gain and bias are missing too", ""),
)

TWICE = (
    *(
        Mistake(
            f"{key}, {other}",
            f"{says}, and {too}.",
            "Which steps does the norm have, from the stream to what the head reads?",
            edits=((_NORM, _BY_HAND.format(f"({norm})", rest)),),
        )
        for (key, says, norm), (other, too, rest) in product(_FIRST, _SECOND)
    ),
    Mistake(
        "divided by n - 1, eps forgotten",
        "The variance was divided by n - 1, not by n, and the small constant under the root is missing.",
        "By what is the variance divided in a norm, and by what in statistics?",
        edits=((_NORM, _BY_HAND.format("centred / root(square * less)", " * weight + bias")),),
    ),
    Mistake(
        "gain and bias for the last layer only",
        "Only the last layer has met gain and bias of the norm; the lens reads every layer with the whole norm.",
        "What does the model itself do between its last layer and its logits, and in which of your layers is it different?",
        edits=(
            (
                _NORM,
                "states, _ = layernorm_forward(stream, 1.0, None, eps)\n    states[-1] = states[-1] * weight + bias",
            ),
        ),
    ),
    *(
        Mistake(key, says, "Are scores asked for, or something that is made of them?", edits=((_HEAD, new),))
        for key, says, new in (
            (
                "one softmax for everything",
                "These are probabilities, and those of all layers and positions together sum to 1.",
                "(lambda e: e / e.sum())(array_module(table).exp((lambda s: s - s.max())(matmul(states, table.T))))",
            ),
            (
                "a list of layers",
                "The logits lie in a list, an array for each layer; one array was asked for.",
                "list(matmul(states, table.T))",
            ),
            (
                "cache returned too",
                "The logits are right, but there is a second result beside them.",
                "matmul(states, table.T), None",
            ),
            (
                "log-softmax of the last position",
                "These are log-probabilities, of the last position alone.",
                "(lambda s: s - array_module(s).log(array_module(s).exp(s).sum(axis=-1, keepdims=True)))"
                "((lambda s: s - s.max(axis=-1, keepdims=True))(matmul(states, table.T)))[:, -1]",
            ),
            (
                "softmax of the last position",
                "These are probabilities, of the last position alone.",
                "(lambda e: e / e.sum(axis=-1, keepdims=True))(array_module(table).exp("
                "(lambda s: s - s.max(axis=-1, keepdims=True))(matmul(states, table.T))))[:, -1]",
            ),
            (
                "softmax over the layers",
                "These are probabilities over the layers; the scores as they are were asked for.",
                "(lambda e: e / e.sum(axis=0))(array_module(table).exp("
                "(lambda s: s - s.max(axis=0))(matmul(states, table.T))))",
            ),
        )
    ),
)

LENS = (
    Mistake(
        "stream overwritten",
        "The logits are right, but the stream that you were given was normalised on the way; others still need it.",
        "Whose array is it?",
        edits=(
            (
                _NORM,
                "stream -= stream.mean(axis=-1, keepdims=True)\n"
                "    stream /= array_module(stream).sqrt((stream * stream).mean(axis=-1, keepdims=True) + eps)\n"
                "    states = stream * weight + bias",
            ),
        ),
    ),
    Mistake(
        "one layer late",
        "The results are one layer late: the first two are the same.",
        "Which stream belongs to which of the L + 1 results?",
        edits=(
            (
                _NORM,
                "earlier = array_module(stream).concatenate([stream[:1], stream[:-1]])\n"
                "    states, _ = layernorm_forward(earlier, weight, bias, eps)",
            ),
        ),
    ),
    *(
        Mistake(key, says, asks, edits=((_HEAD, new),))
        for key, says, asks, new in (
            (
                "mean score taken away",
                "From each position's scores their mean was taken away; the scores as they are were asked for.",
                _SCORES,
                "(lambda s: s - s.mean(axis=-1, keepdims=True))(matmul(states, table.T))",
            ),
            (
                "what each layer changed in the scores",
                "From the scores of each layer those of the layer before were taken away; each layer's own were asked for.",
                _SCORES,
                "array_module(table).concatenate((lambda s: [s[:1], s[1:] - s[:-1]])(matmul(states, table.T)))",
            ),
            (
                "averaged over the layers",
                "The scores were averaged over the layers; each has its own.",
                "How many layers are read, the embeddings included?",
                "matmul(states, table.T).mean(axis=0)",
            ),
            (
                "rows of the table centred",
                "The mean of each row was taken from the table; the head takes its rows as they are.",
                "What does the head do with a normalised vector and the row of a token?",
                "matmul(states, (table - table.mean(axis=1, keepdims=True)).T)",
            ),
            (
                "ranks",
                "These are ranks of the tokens; their scores were asked for.",
                _SCORES,
                "(-matmul(states, table.T)).argsort(axis=-1).argsort(axis=-1)",
            ),
            (
                "tokens in order",
                "These are the tokens in the order of their scores; the scores themselves were asked for.",
                _SCORES,
                "(-matmul(states, table.T)).argsort(axis=-1)",
            ),
        )
    ),
)
