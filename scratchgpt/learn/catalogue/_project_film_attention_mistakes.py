"""Known mistakes of F.5, attention."""

from ...worked.film_by_hand import film_attention
from ..exercise import Mistake
from ._project_film_attention_more import MORE
from ._unpaired import unpaired

_SCALE = " / (C // HEADS) ** 0.5"
_CUT = "qkv.reshape(T, 3, HEADS, C // HEADS).transpose(1, 2, 0, 3)"
_MERGED = "(weights @ v).swapaxes(0, 1).reshape(T, C)"
_WEIGHTS = "film_softmax(np.where(film_mask(T), scores, -np.inf))"
_DONE = 'mixed @ params["proj_w"] + params["proj_b"]'
_CACHE = "FilmAttention(x, q, k, v, weights, mixed)"

_SIZE = "By how much does a dot product of D numbers vary, and what brings it back to 1?"
_SEEN = "Which words are known when the next one is to be guessed?"
_HEADS = "How many numbers does a head have for one position, and where do they stand among the C columns?"

ATTENTION = unpaired(
    film_attention,
    (
        Mistake(
            "no scale",
            "The scores were not divided by anything: softmax gets too sure of itself.",
            _SIZE,
            edits=((_SCALE, ""),),
        ),
        Mistake(
            "divided by D",
            "The scores were divided by D itself, where its root belongs, or by the root twice: the weights are too even.",
            _SIZE,
            edits=((_SCALE, " / (C // HEADS)"),),
        ),
        Mistake(
            "root of C",
            "The scores were divided by the root of C, the width of the stream; a head has D channels.",
            "How many products are in one dot product of a query and a key?",
            edits=((_SCALE, " / np.sqrt(C)"),),
        ),
        Mistake(
            "divided by C",
            "The scores were divided by C, the width of the stream: the weights are far too even.",
            _SIZE,
            edits=((_SCALE, " / C"),),
        ),
        Mistake(
            "root of T",
            "The scores were divided by the root of the number of positions: a score should not depend on how many there are.",
            "How many products are in one dot product of a query and a key?",
            edits=((_SCALE, " / np.sqrt(T)"),),
        ),
        Mistake(
            "root of the number of heads",
            "The scores were divided by the root of the number of heads; a dot product has D terms.",
            "How many products are in one dot product of a query and a key?",
            edits=((_SCALE, " / np.sqrt(HEADS)"),),
        ),
        Mistake(
            "multiplied by the root of D",
            "The scores were multiplied by the root of D, where they should be divided by it.",
            _SIZE,
            edits=((_SCALE, " * (C // HEADS) ** 0.5"),),
        ),
        Mistake(
            "scaled after softmax",
            "The weights were divided, and not the scores: they do not sum to 1.",
            "What should the weights of a position sum to?",
            edits=((_SCALE, ""), (_WEIGHTS, f"{_WEIGHTS}{_SCALE}")),
        ),
        Mistake(
            "no mask",
            "Every position looks at every other, those behind it included.",
            _SEEN,
            edits=((_WEIGHTS, "film_softmax(scores)"),),
        ),
        Mistake(
            "mask turned round",
            "Each position looks at itself and those behind it, and not at those before.",
            _SEEN,
            edits=(("film_mask(T), scores", "film_mask(T).T, scores"),),
        ),
        Mistake(
            "hidden for allowed",
            "The mask was used the wrong way round: what may be looked at is hidden, and what is hidden is read.",
            "What does True say in your mask?",
            edits=(("film_mask(T), scores, -np.inf", "film_mask(T), -np.inf, scores"),),
        ),
        Mistake(
            "mask after softmax",
            "The mask was applied to the weights: those of a position do not sum to 1 any more.",
            "Which step shares out the weights, and who still got a share?",
            edits=((_WEIGHTS, "film_softmax(scores) * film_mask(T)"),),
        ),
        Mistake(
            "zero for hidden",
            "The scores of hidden positions became 0, and softmax gives a share to a score of 0 as well.",
            "Which score gets no share at all?",
            edits=(("scores, -np.inf", "scores, 0.0"),),
        ),
        Mistake(
            "mask added as numbers",
            "True and False were added to the scores as 1 and 0: nothing is hidden.",
            "Which score gets no share at all?",
            edits=((_WEIGHTS, "film_softmax(scores + film_mask(T))"),),
        ),
        Mistake(
            "softmax over the queries",
            "The shares of each column sum to 1; it is the row of a position that should.",
            "Who chooses among whom?",
            edits=(
                (
                    _WEIGHTS,
                    "film_softmax(np.where(film_mask(T), scores, -np.inf).swapaxes(1, 2)).swapaxes(1, 2)",
                ),
            ),
        ),
        Mistake(
            "no softmax",
            "The scores themselves were used for shares; they may be negative and sum to anything.",
            "What makes shares out of scores?",
            edits=((_WEIGHTS, "np.where(film_mask(T), scores, 0.0)"),),
        ),
        Mistake(
            "queries and keys exchanged",
            "The scores are turned round: rows belong to the positions that are looked at.",
            "Who asks, and who is asked?",
            edits=(("q @ k.swapaxes(1, 2)", "k @ q.swapaxes(1, 2)"),),
        ),
        *(
            Mistake(
                key,
                f"The C columns of {said}.",
                "In which order do the three parts lie side by side?",
                edits=(("    q, k, v = ", f"    {order} = "),),
            )
            for key, said, order in (
                ("keys first", "queries and keys were taken for each other", "k, q, v"),
                ("values first", "the values were taken first; they come last", "v, q, k"),
                ("values in the middle", "the values were taken in the middle; they come last", "q, v, k"),
                ("the three parts backwards", "queries and values were taken for each other", "v, k, q"),
            )
        ),
        Mistake(
            "keys for values",
            "The mixture was made of the keys; the values are what is read.",
            "Which of the three parts is never compared with anything?",
            edits=(("(weights @ v)", "(weights @ k)"),),
        ),
        Mistake(
            "x for values",
            "The mixture was made of the stream itself and not of the values.",
            "Which of the three parts is never compared with anything?",
            edits=(
                (
                    "(weights @ v)",
                    "(weights @ x.reshape(T, HEADS, C // HEADS).swapaxes(0, 1))",
                ),
            ),
        ),
        Mistake(
            "heads before the three parts",
            "The columns were cut into heads first and then into queries, keys and values: the heads of one part do not lie "
            "side by side like that.",
            "Which are the first C columns?",
            edits=((_CUT, "qkv.reshape(T, HEADS, 3, C // HEADS).transpose(2, 1, 0, 3)"),),
        ),
        Mistake(
            "interleaved heads",
            "Every second channel went to a head, where each head has neighbouring ones.",
            _HEADS,
            edits=((_CUT, "qkv.reshape(T, 3, C // HEADS, HEADS).transpose(1, 3, 0, 2)"),),
        ),
        Mistake(
            "interleaved parts",
            "Every third column went to the queries, where the first C belong to them.",
            "Which are the first C columns?",
            edits=((_CUT, "qkv.reshape(T, HEADS, C // HEADS, 3).transpose(3, 1, 0, 2)"),),
        ),
        Mistake(
            "reshaped without exchange",
            "The positions were cut up among the heads: a change of shape alone does not bring the heads to the front.",
            "Which numbers lie side by side in memory, those of a head or those of a position?",
            edits=((_CUT, "(part.reshape(HEADS, T, C // HEADS) for part in np.split(qkv, 3, axis=1))"),),
        ),
        Mistake(
            "one head",
            "There is one head over all channels, where two were asked for.",
            _HEADS,
            edits=(
                (_CUT, "qkv.reshape(T, 3, 1, C).transpose(1, 2, 0, 3)"),
                (_SCALE, " / np.sqrt(C)"),
            ),
        ),
        Mistake(
            "heads joined without exchange",
            "What the heads made was joined without bringing the positions to the front: rows hold numbers of several positions.",
            "In which order do axes stand before they are joined?",
            edits=((_MERGED, "(weights @ v).reshape(T, C)"),),
        ),
        Mistake(
            "heads interleaved when joined",
            "The heads were joined channel by channel, and not one behind the other.",
            "Where do the numbers of head 0 belong among the C columns?",
            edits=((_MERGED, "(weights @ v).transpose(1, 2, 0).reshape(T, C)"),),
        ),
        Mistake(
            "head 1 first",
            "The heads were joined in the wrong order: head 0 comes first.",
            "Where do the numbers of head 0 belong among the C columns?",
            edits=((_MERGED, "(weights @ v)[::-1].swapaxes(0, 1).reshape(T, C)"),),
        ),
        Mistake(
            "bias of the first map forgotten",
            "The map to queries, keys and values has lost its bias.",
            "Which of the four parameters have you not used yet?",
            edits=((' + params["attn_b"]', ""),),
        ),
        Mistake(
            "bias of the last map forgotten",
            "The map behind the heads has lost its bias.",
            "Which of the four parameters have you not used yet?",
            edits=((' + params["proj_b"]', ""),),
        ),
        Mistake(
            "last map forgotten",
            "The heads were joined and returned: the map that leads them back to the stream is missing.",
            "Which of the four parameters have you not used yet?",
            edits=((_DONE, "mixed"),),
        ),
        Mistake(
            "matrix behind the heads turned round",
            "The matrix behind the heads was turned round: its rows belong to the channels that come in.",
            "How does a linear map stand in the head of the file?",
            edits=(('mixed @ params["proj_w"]', 'mixed @ params["proj_w"].T'),),
        ),
        Mistake(
            "residual added",
            "The stream was added to the result; that comes later, in the forward pass.",
            "What is the gradient of this function alone to be?",
            edits=((f"return {_DONE}", f"return x + {_DONE}"),),
        ),
        Mistake(
            "result cached",
            "The output is right, but the cache holds it where the heads side by side were asked for.",
            "What does the matrix behind the heads multiply?",
            edits=((_CACHE, f"FilmAttention(x, q, k, v, weights, {_DONE})"),),
        ),
        Mistake(
            "mixture cached by heads",
            "The output is right, but the mixture lies in the cache head by head, where it was asked for side by side.",
            "Which shape was asked for?",
            edits=((_CACHE, "FilmAttention(x, q, k, v, weights, weights @ v)"),),
        ),
        Mistake(
            "parts cached before the cut",
            "The output is right, but queries, keys and values lie in the cache as they were before they were cut into heads.",
            "Which shapes were asked for?",
            edits=((_CACHE, "FilmAttention(x, *np.split(qkv, 3, axis=1), weights, mixed)"),),
        ),
        Mistake(
            "a plain tuple for the cache",
            "The output is right, but the cache is a tuple without the names of its fields.",
            "Which type was the cache to have?",
            edits=((_CACHE, "(x, q, k, v, weights, mixed)"),),
        ),
        Mistake(
            "no cache",
            "The output is there, but nothing for the way back: a pair of output and cache was asked for.",
            "What does the way back need beside the gradient from above?",
            edits=((f", {_CACHE}", ""),),
        ),
        *MORE,
    ),
    but=(
        "zero for hidden",
        "reshaped without exchange",
        "heads interleaved when joined",
        "no scale",
        "root of C",
        "no mask",
        "interleaved heads",
        "heads joined without exchange",
        "bias of the first map forgotten",
        "bias of the last map forgotten",
    ),
)
