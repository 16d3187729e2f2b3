"""Lesson 06: the mistakes that are made with scores and with the causal mask."""

from ..exercise import Mistake

_SCALE = "y *= 1 / math.sqrt(q.shape[-1])"

# Asked for again wherever scores are part of the answer.
SCALES = (
    Mistake(
        "no scale",
        "The dot products are not scaled: with D numbers of size 1, they have size root of D, and the softmax "
        "becomes the sharper the larger the heads are.",
        "What is the variance of a sum of D independent products, and what brings it back to 1?",
        edits=((_SCALE, "y *= 1"),),
    ),
    Mistake(
        "divided by the size",
        "The scores are divided by D, where its root is meant: they shrink as heads grow, and the weights become all "
        "alike.",
        "A sum of D products has the variance D. What is its standard deviation?",
        edits=((_SCALE, "y *= 1 / q.shape[-1]"),),
    ),
    Mistake(
        "root of the whole width",
        "The scale uses the width of all heads together, but a score is a sum over one head's numbers only.",
        "How many products are added up in one score?",
        edits=((_SCALE, "y *= 1 / math.sqrt(q.shape[-1] * q.shape[1])"),),
    ),
    Mistake(
        "root of the number of queries",
        "The scale is the root of the number of queries: the same query and key would get another score in a longer "
        "text.",
        "Which axis disappears in a dot product?",
        edits=((_SCALE, "y *= 1 / math.sqrt(q.shape[-2])"),),
    ),
    Mistake(
        "root of the number of keys",
        "The scale is the root of the number of keys: the same query and key would get another score in a longer "
        "text.",
        "Which axis disappears in a dot product?",
        edits=((_SCALE, "y *= 1 / math.sqrt(k.shape[-2])"),),
    ),
    Mistake(
        "multiplied by the root",
        "The scores were multiplied by the root of D instead of divided: their size is D now.",
        "Are the unscaled dot products too large or too small?",
        edits=((_SCALE, "y *= math.sqrt(q.shape[-1])"),),
    ),
)

EXCHANGED = Mistake(
    "queries and keys exchanged",
    "Rows and columns are exchanged: a row of the result belongs to a key and a column to a query.",
    "Whose scores should stand side by side in one row?",
    edits=(("matmul(q, k.swapaxes(2, 3))", "matmul(k, q.swapaxes(-1, -2))"),),
)

SCORES = (
    *SCALES,
    EXCHANGED,
    Mistake(
        "root of the number of heads",
        "The scale is the root of the number of heads: it was read from the wrong axis.",
        "How many products are added up in one score, and which axis has that many numbers?",
        edits=((_SCALE, "y *= 1 / math.sqrt(q.shape[1])"),),
    ),
    Mistake(
        "all axes turned round",
        "The keys' axes were all put in reverse order, batch and heads too, where only the last two should change "
        "places.",
        "Which axes take part in the product, and which only number the texts and heads?",
        edits=(("k.swapaxes(2, 3)", "k.T"),),
    ),
    Mistake(
        "keys not turned",
        "The keys were multiplied as they are: that adds up over the keys and not over the numbers of a head.",
        "Over which axis does a dot product of a query and a key run?",
        edits=(("k.swapaxes(2, 3)", "k"),),
    ),
    Mistake(
        "reshaped and not turned",
        "The keys got the right shape, but their numbers were only read off in a row: a reshape moves no number to "
        "another axis.",
        "What is the difference between another shape and exchanged axes?",
        edits=(("k.swapaxes(2, 3)", "k.reshape(*k.shape[:2], k.shape[3], k.shape[2])"),),
    ),
    Mistake(
        "heads and positions confused",
        "The positions were taken for heads: scores of different heads at one position, where they should be scores of "
        "different positions in one head.",
        "Which axis counts the heads here, the second or the third?",
        edits=(
            (
                "matmul(q, k.swapaxes(2, 3))",
                "matmul(q.swapaxes(1, 2), k.transpose(0, 2, 3, 1))",
            ),
        ),
    ),
    Mistake(
        "softmax taken already",
        "These are shares that sum to 1 in each row: the softmax belongs to the next step, behind the mask.",
        "Which numbers does the mask have to meet, scores or shares?",
        edits=(("return y, Att", "y = softmax(y)\n    return y, Att"),),
    ),
    Mistake(
        "scaled queries kept",
        "The scores are right, but the cache holds the queries after they were scaled: the way back would scale once too "
        "often or once too few.",
        "Which queries were given to you?",
        edits=(("y = matmul(", "q = q / math.sqrt(q.shape[-1])\n    y = matmul("), (_SCALE, "y *= 1")),
    ),
    Mistake(
        "queries changed in place",
        "The queries were scaled in place: whoever passed them finds other numbers in them now.",
        "Which of your steps writes into an array that is not yours?",
        edits=(("y = matmul(", "q /= math.sqrt(q.shape[-1])\n    y = matmul("), (_SCALE, "y *= 1")),
    ),
    Mistake(
        "cache forgotten",
        "The scores came back alone: the way back will need the queries and keys that they were made of.",
        "How many things were asked for?",
        edits=(("return y, AttentionScoresCache(q, k)", "return y"),),
    ),
    Mistake(
        "cache in the wrong order",
        "The scores are right, but in the cache the keys stand where the queries should be.",
        "In which order does the cache name its fields?",
        edits=(("AttentionScoresCache(q, k)", "AttentionScoresCache(k, q)"),),
    ),
)

_KEYS, _QUERIES = "np.arange(S)[None, :]", "np.arange(S - T, S)[:, None]"
_COMPARED = ":] <= np"  # the comparison
_LINE = f"return {_KEYS} <= {_QUERIES}"

STRICT = Mistake(
    "own position hidden",
    "Each query sees the positions before its own but not its own: the first one sees nothing.",
    "May a token look at itself?",
    edits=((_COMPARED, ":] < np"),),
)
BACKWARDS = Mistake(
    "future for past",
    "Each query sees its own position and those behind it: it looks into the future and not back.",
    "Which tokens are known when the next one is to be guessed?",
    edits=((_COMPARED, ":] >= np"),),
)
HIDDEN = Mistake(
    "hidden for allowed",
    "The mask is turned round: it marks what must be hidden, where it should mark what may be seen.",
    "What does True mean here?",
    edits=((_COMPARED, ":] > np"),),
)
PAST_FORGOTTEN = Mistake(
    "queries at the first positions",
    "With more positions than queries, the queries were placed at the first positions instead of the last: the "
    "keys that were computed earlier are taken for the future.",
    "If there are 5 positions and 2 queries, at which position does the first query stand?",
    edits=(("np.arange(S - T, S)", "np.arange(T)"),),
)

MASK = (
    STRICT,
    BACKWARDS,
    HIDDEN,
    PAST_FORGOTTEN,
    Mistake(
        "offset the wrong way",
        "With more positions than queries, the queries were moved to before the first position instead of to the end: "
        "many of them see nothing.",
        "How many keys does the last query see?",
        edits=(("np.arange(S - T, S)", "np.arange(T - S, 2 * T - S)"),),
    ),
    Mistake(
        "one position too far",
        "Each query also sees the position right behind its own: the very token that is to be guessed.",
        "Which is the last key that query 0 may see when queries stand at all positions?",
        edits=(("np.arange(S - T, S)", "np.arange(S - T + 1, S + 1)"),),
    ),
    Mistake(
        "rows and columns exchanged",
        "The shape is turned round: rows belong to keys and columns to queries.",
        "Which of the two should have a row each?",
        edits=((_LINE, f"return ({_KEYS} <= {_QUERIES}).T"),),
    ),
    Mistake(
        "everything allowed",
        "Every query sees every key: nothing is hidden, and the future is known.",
        "What is there to learn when the answer can be looked up?",
        edits=((_COMPARED, ":] < S + 0 * np"),),
    ),
    Mistake(
        "own position only",
        "Each query sees its own position and nothing else: no information passes between tokens.",
        "Which positions before its own may a query see?",
        edits=((_COMPARED, ":] == np"),),
    ),
    Mistake(
        "numbers to be added",
        "This is a table of numbers to be added to scores, 0 and minus infinity, where True and False were asked for.",
        "What should the table say of a key, and where will it be used?",
        edits=((_LINE, f"return np.where({_KEYS} <= {_QUERIES}, 0.0, -np.inf)"),),
    ),
    Mistake(
        "large numbers to be added",
        "This is a table of numbers to be added to scores, 0 and a very low one, where True and False were asked for.",
        "What should the table say of a key, and where will it be used?",
        edits=((_LINE, f"return np.where({_KEYS} <= {_QUERIES}, 0.0, -1e9)"),),
    ),
    Mistake(
        "only the queries' own keys",
        "The table has as many columns as rows: the keys at the positions before the first query are missing.",
        "How many keys are there?",
        edits=((_LINE, "return np.arange(T)[None, :] <= np.arange(T)[:, None]"),),
    ),
    Mistake(
        "a row for every position",
        "The table has a row for every position, but only the last of them have a query.",
        "How many queries are there?",
        edits=((_LINE, "return np.arange(S)[None, :] <= np.arange(S)[:, None]"),),
    ),
)
