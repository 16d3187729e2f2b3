"""09.1: more mistakes of the tied head."""

from ...worked.tied_head import tied_head_forward
from ..exercise import Mistake
from ._unpaired import unpaired

_SCORES, _CACHE = "matmul(h, weight.T)", "TiedHeadCache(h, weight)"
_UNIT = "(lambda a: a / (a * a).sum(axis=-1, keepdims=True) ** 0.5)"
_LAYOUT = "Do a transposed matrix and a reshaped one have the same numbers in the same places?"
_PLAIN = "What did the task say about the scores?"

MORE = unpaired(
    tied_head_forward,
    (
        *(
            Mistake(key, says, asks, edits=((_SCORES, new),))
            for key, says, asks, new in (
                (
                    "rows brought to length 1",
                    "Each token's row was brought to length 1 first; the rows were to be taken as they are.",
                    "May a token with a longer row get a larger score?",
                    f"matmul(h, {_UNIT}(weight).T)",
                ),
                (
                    "states brought to length 1",
                    "Each hidden state was brought to length 1 first; the states were to be taken as they are.",
                    "May a longer state give larger scores?",
                    f"matmul({_UNIT}(h), weight.T)",
                ),
                (
                    "table reshaped",
                    "The table was reshaped so that the shapes fit; that is no transposition: its rows are torn apart.",
                    _LAYOUT,
                    "matmul(h, weight.reshape(weight.shape[::-1]))",
                ),
                (
                    "scores in rows",
                    "The scores are right, but they lie in rows, one per state: the axes in front were not restored.",
                    "Which shape should the scores have for a state without axes in front, and for three axes?",
                    "matmul(h.reshape(-1, h.shape[-1]), weight.T)",
                ),
                (
                    "largest score taken away",
                    "The largest score of each state was taken away: the probabilities stay, but these are no longer the "
                    "dot products.",
                    _PLAIN,
                    "(lambda s: s - s.max(axis=-1, keepdims=True))(matmul(h, weight.T))",
                ),
                (
                    "mean score taken away",
                    "The mean score of each state was taken away: the probabilities stay, but these are no longer the dot "
                    "products.",
                    _PLAIN,
                    "(lambda s: s - s.mean(axis=-1, keepdims=True))(matmul(h, weight.T))",
                ),
                (
                    "softmax over the positions",
                    "These are probabilities, made over the positions even; the plain scores were asked for.",
                    _PLAIN,
                    "(lambda e: e / e.sum(axis=-2, keepdims=True))(array_module(h).exp(matmul(h, weight.T)))",
                ),
                (
                    "sigmoid applied",
                    "All numbers lie between 0 and 1: a sigmoid was applied to the scores.",
                    _PLAIN,
                    "1 / (1 + array_module(h).exp(-matmul(h, weight.T)))",
                ),
                (
                    "exponentials of the scores",
                    "These are the exponentials of the scores; the scores themselves were asked for.",
                    _PLAIN,
                    "array_module(h).exp(matmul(h, weight.T))",
                ),
                (
                    "divided by C",
                    "The scores were divided by the number of channels; the head does not scale.",
                    _PLAIN,
                    "matmul(h, weight.T) / h.shape[-1]",
                ),
                (
                    "divided by the root of V",
                    "The scores were divided by the root of the size of the vocabulary; the head does not scale.",
                    _PLAIN,
                    "matmul(h, weight.T) / weight.shape[0] ** 0.5",
                ),
                (
                    "multiplied by the root of C",
                    "The scores were multiplied by the root of C, as some models do with embeddings; this head does not scale.",
                    _PLAIN,
                    "matmul(h, weight.T) * h.shape[-1] ** 0.5",
                ),
                (
                    "best token",
                    "The token with the largest score came back, where all scores were asked for.",
                    "How many numbers should there be for each state?",
                    "matmul(h, weight.T).argmax(axis=-1)",
                ),
                (
                    "tokens before states",
                    "The scores lie the other way round: tokens by states, where each state's scores belong on the last axis.",
                    "Along which axis do the scores of one state lie?",
                    "matmul(weight, h.T)",
                ),
                (
                    "tokens before states in each sequence",
                    "The scores lie the other way round: tokens by positions, where each state's scores belong on the last axis.",
                    "Along which axis do the scores of one state lie?",
                    "matmul(weight, h.swapaxes(-1, -2))",
                ),
                (
                    "first state only",
                    "There are scores for the first row of the states alone.",
                    "How many hidden states do you get, and how many were scored?",
                    "matmul(h[..., 0, :], weight.T)",
                ),
                (
                    "channels not summed",
                    "State and rows were multiplied number by number, and the products were not added up.",
                    "What is a dot product?",
                    "h[..., None, :] * weight",
                ),
                (
                    "negative scores",
                    "All scores have the wrong sign.",
                    "Should a state get a large or a small score with a row that resembles it?",
                    "-matmul(h, weight.T)",
                ),
                (
                    "distances",
                    "These are distances between states and rows, or their negatives; dot products were asked for.",
                    "What did the task ask for, and how is it computed?",
                    "-((h[..., None, :] - weight) ** 2).sum(axis=-1)",
                ),
            )
        ),
        *(
            Mistake(key, says, "What was the cache to hold, and in which order?", edits=((_CACHE, new),))
            for key, says, new in (
                (
                    "fields exchanged",
                    "The scores are right, but table and states have changed places in the cache.",
                    "TiedHeadCache(weight, h)",
                ),
                (
                    "scores cached",
                    "The scores are right, but they were cached too, where the states belong.",
                    "TiedHeadCache(matmul(h, weight.T), weight)",
                ),
                (
                    "states cached in rows",
                    "The scores are right, but the states in the cache lie in rows.",
                    "TiedHeadCache(h.reshape(-1, h.shape[-1]), weight)",
                ),
                (
                    "a plain tuple for the cache",
                    "The scores are right, but the cache is a tuple without the names of its fields.",
                    "(h, weight)",
                ),
            )
        ),
        Mistake(
            "no cache",
            "The scores are there, but nothing for backward: a pair of scores and cache was asked for.",
            "What does backward need beside the gradient from above?",
            edits=((", TiedHeadCache(h, weight)", ""),),
        ),
    ),
)
