"""19.1: mistakes with the logit lens."""

from ...interpret.lens import logit_lens
from ..exercise import Mistake
from ._ex19_lens_more import LENS, TWICE
from ._ex19_lens_norms import LENS_NORMS, NORM, SAME, STREAM
from ._unpaired import unpaired

_HEAD = "matmul(states, table.T)"
_LAST = "How many layers are read, the embeddings included?"
_TABLE = "How does a table with a row per token have to lie for a product with the states?"
_SCORES = "Are scores asked for, or something that is made of them?"

# (key, says, asks, new text); those of the first tuple can be combined with each other.
_NORMS = (
    (
        "no norm",
        "The stream went to the head as it is, without the last norm.",
        SAME,
        "states = stream",
    ),
    (
        "gain forgotten",
        "Mean and deviation are right, and the bias is there, but the gain of the norm is missing.",
        "Which of the arguments have you not used yet?",
        "states, _ = layernorm_forward(stream, 1.0, bias, eps)",
    ),
    (
        "bias forgotten",
        "The bias of the norm is missing.",
        "Which of the arguments have you not used yet?",
        "states, _ = layernorm_forward(stream, weight, None, eps)",
    ),
    (
        "gain and bias forgotten",
        "The vectors have mean 0 and variance 1 now, but gain and bias of the norm are missing.",
        "Which of the arguments have you not used yet?",
        "states, _ = layernorm_forward(stream, 1.0, None, eps)",
    ),
    (
        "frozen at the last layer",
        "Every layer was normalised with mean and deviation of the last one. The lens gives each vector its own; to hold "
        "the norm still is for attribution.",
        "Whose mean would the model take away if it really stopped after this layer?",
        "_, last = layernorm_forward(stream[-1], weight, bias, eps)\n"
        "    states = (stream - last.mean) * last.rstd * weight + bias",
    ),
    (
        "what each layer added",
        "You read what each layer added to the stream, not the stream behind the layer.",
        STREAM,
        "added = stream.copy()\n"
        "    added[1:] -= stream[:-1]\n"
        "    states, _ = layernorm_forward(added, weight, bias, eps)",
    ),
    (
        "eps not used",
        "The norm has its usual small constant, where you were given another.",
        "Which of the arguments have you not used yet?",
        "states, _ = layernorm_forward(stream, weight, bias)",
    ),
)
_HEADS = (
    (
        "softmax applied",
        "These are probabilities: for each layer and position they sum to 1.",
        _SCORES,
        "(lambda e: e / e.sum(axis=-1, keepdims=True))"
        "(array_module(table).exp((lambda s: s - s.max(axis=-1, keepdims=True))(matmul(states, table.T))))",
    ),
    (
        "log-softmax applied",
        "These are log-probabilities: none is above 0.",
        _SCORES,
        "(lambda s: s - array_module(s).log(array_module(s).exp(s).sum(axis=-1, keepdims=True)))"
        "((lambda s: s - s.max(axis=-1, keepdims=True))(matmul(states, table.T)))",
    ),
    (
        "last layer only",
        "There are the logits of the last layer alone: those the model gives anyway.",
        _LAST,
        "matmul(states, table.T)[-1]",
    ),
    (
        "embeddings left out",
        "The first of the L + 1 is missing: what the embeddings alone would say.",
        _LAST,
        "matmul(states, table.T)[1:]",
    ),
    (
        "table not transposed",
        "The states met the table the wrong way round; that fits only where there are as many tokens as channels.",
        _TABLE,
        "matmul(states, table)",
    ),
)

_MORE = (
    *LENS_NORMS,
    *(
        Mistake(key, says, asks, edits=((_HEAD, new),))
        for key, says, asks, new in (
            (
                "table reshaped",
                "The table was reshaped to fit, not transposed: its numbers stand in the wrong places.",
                "Do a transposed matrix and a reshaped one have the same numbers in the same places?",
                "matmul(states, table.reshape(table.shape[1], table.shape[0]))",
            ),
            (
                "likeliest tokens",
                "There is one token for each layer and position, the one with the largest score; all scores were asked for.",
                _SCORES,
                "matmul(states, table.T).argmax(axis=-1)",
            ),
            (
                "largest score taken away",
                "From each position's scores the largest was taken away; the scores as they are were asked for.",
                _SCORES,
                "(lambda s: s - s.max(axis=-1, keepdims=True))(matmul(states, table.T))",
            ),
            (
                "scaled",
                "The scores were divided by the root of the number of channels, as in attention; the head does not scale.",
                "Which dot products of a GPT are scaled, those of queries and keys or those of states and tokens?",
                "matmul(states, table.T) / states.shape[-1] ** 0.5",
            ),
            (
                "rows brought to length 1",
                "The rows of the table were brought to length 1 first; plain dot products were asked for.",
                "May a token with a longer row get a larger score?",
                "matmul(states, (table / (table * table).sum(axis=-1, keepdims=True) ** 0.5).T)",
            ),
            (
                "cosines",
                "These are cosines between states and rows; plain dot products were asked for.",
                "May a token with a longer row get a larger score?",
                "(lambda unit: matmul(unit(states), unit(table).T))"
                "(lambda a: a / (a * a).sum(axis=-1, keepdims=True) ** 0.5)",
            ),
            (
                "last position only",
                "There are scores for the last position alone; every position has some.",
                "How many vectors has a layer, and how many were scored?",
                "matmul(states, table.T)[:, -1]",
            ),
            (
                "last position only, axis kept",
                "There are scores for the last position alone, along an axis of 1; every position has some.",
                "How many vectors has a layer, and how many were scored?",
                "matmul(states, table.T)[:, -1:]",
            ),
            (
                "averaged over positions",
                "The scores were averaged over the positions; every position has its own.",
                "How many vectors has a layer, and how many were scored?",
                "matmul(states, table.T).mean(axis=1)",
            ),
            (
                "last layer left out",
                "The last of the L + 1 is missing: what the model itself says.",
                _LAST,
                "matmul(states, table.T)[:-1]",
            ),
            (
                "layers turned round",
                "The layers stand in the order from the last to the first.",
                "Which of the L + 1 should be the model's own scores?",
                "matmul(states, table.T)[::-1]",
            ),
            (
                "positions before layers",
                "The axes of layers and positions have changed places.",
                "Which axis comes first in the stream?",
                "matmul(states, table.T).swapaxes(0, 1)",
            ),
            (
                "tokens before positions",
                "The axes of positions and tokens have changed places.",
                "Along which axis do the scores of one position lie?",
                "matmul(states, table.T).swapaxes(1, 2)",
            ),
            (
                "gap to the last layer",
                "The scores of the last layer were taken away from those of all; each layer's own scores were asked for.",
                _SCORES,
                "(lambda s: s - s[-1])(matmul(states, table.T))",
            ),
            (
                "states returned",
                "These are the normalised states; the head has not read them yet.",
                "How many numbers has each position behind the head?",
                "states",
            ),
            (
                "mean for sum",
                "The dot products were divided by the number of channels.",
                "Does a dot product add its terms, or average them?",
                "matmul(states, table.T) / states.shape[-1]",
            ),
        )
    ),
    Mistake(
        "norm behind the head",
        "The stream was scored first, and the scores were normalised then; the norm comes before the head, and its gain has "
        "a number per channel, not per token.",
        SAME,
        edits=(
            (NORM, "states = stream"),
            (_HEAD, "layernorm_forward(matmul(states, table.T), 1.0, None, eps)[0]"),
        ),
    ),
    Mistake(
        "gain and bias behind a bare head",
        "Gain and bias were applied, but mean and deviation were left alone.",
        "What does the norm do before gain and bias act?",
        edits=((NORM, "states = stream * weight + bias"),),
    ),
)

MISTAKES = (
    *(Mistake(key, says, asks, edits=((NORM, new),)) for key, says, asks, new in _NORMS),
    *(Mistake(key, says, asks, edits=((_HEAD, new),)) for key, says, asks, new in _HEADS),
    *unpaired(logit_lens, (*_MORE, *LENS, *TWICE)),
)
