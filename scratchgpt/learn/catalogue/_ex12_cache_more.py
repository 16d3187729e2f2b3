"""Lesson 12: what goes wrong in a step with a cache."""

from ...worked.cached_step import cached_attention_step
from ..exercise import Mistake
from ._ex12_cache_whole import WHOLE
from ._unpaired import unpaired

_KEYS = "keys = np.concatenate([keys, k], axis=2)"
_VALUES = "values = np.concatenate([values, v], axis=2)"
_SCORES = "scores = matmul(q, keys.swapaxes(2, 3)) / math.sqrt(q.shape[-1])"
_SCALE = " / math.sqrt(q.shape[-1])"
_MIX = "matmul(softmax(scores), values)"
_RETURN = "return matmul(softmax(scores), values), keys, values"

CACHE = (
    Mistake(
        "scale forgotten",
        "The scores have not been divided by the root of the width of a head.",
        "What keeps the scores of a wide head from growing?",
        edits=((_SCALE, ""),),
    ),
    Mistake(
        "new position in front",
        "The new position stands at the beginning of the cache; the oldest comes first, and the new one last.",
        "At which end of the text is the new token?",
        edits=(
            (_KEYS, "keys = np.concatenate([k, keys], axis=2)"),
            (_VALUES, "values = np.concatenate([v, values], axis=2)"),
        ),
    ),
    Mistake(
        "key and value exchanged",
        "The new value was put to the keys and the new key to the values.",
        "Which of the two is compared with the query, and which is mixed?",
        edits=(("[keys, k]", "[keys, v]"), ("[values, v]", "[values, k]")),
    ),
    Mistake(
        "keys and values exchanged in the result",
        "Keys and values have changed places in what you return.",
        "In which order does the task name the results?",
        edits=((_RETURN, f"return {_MIX}, values, keys"),),
    ),
    *unpaired(
        cached_attention_step,
        (
            Mistake(
                "divided by the width",
                "The scores were divided by the width of a head, and not by its root (or by the root, but twice).",
                "How does the spread of a sum of D products grow with D?",
                edits=((_SCALE, " / q.shape[-1]"),),
            ),
            Mistake(
                "multiplied by the root",
                "The scores were multiplied by the root of the width, and are to be divided by it.",
                "What keeps the scores of a wide head from growing?",
                edits=((_SCALE, " * math.sqrt(q.shape[-1])"),),
            ),
            Mistake(
                "root of the number of positions",
                "The scores were divided by the root of the number of positions; the width of a head belongs there.",
                "Over how many numbers does the product of a query and a key sum?",
                edits=((_SCALE, " / math.sqrt(keys.shape[2])"),),
            ),
            Mistake(
                "root of the number of earlier positions",
                "The scores were divided by the root of the number of earlier positions; the width of a head belongs there.",
                "Over how many numbers does the product of a query and a key sum?",
                edits=((_SCALE, " / np.sqrt(keys.shape[2] - 1)"),),
            ),
            Mistake(
                "root of the number of earlier positions, none refused",
                "The scores were divided by the root of the number of earlier positions, which fails when there are none; the "
                "width of a head belongs there.",
                "Over how many numbers does the product of a query and a key sum?",
                edits=((_SCALE, " / (1 / (1 / math.sqrt(keys.shape[2] - 1)))"),),
            ),
            Mistake(
                "root of the number of texts",
                "The scores were divided by the root of the size of the batch; the width of a head belongs there.",
                "Over how many numbers does the product of a query and a key sum?",
                edits=((_SCALE, " / math.sqrt(q.shape[0])"),),
            ),
            Mistake(
                "exponential of the negative",
                "A key that matches the query well gets a small weight, and one that does not a large one: the scores have the "
                "wrong sign.",
                "Which key should get the largest weight?",
                edits=(("softmax(scores)", "softmax(-scores)"),),
            ),
            Mistake(
                "best position alone",
                "Only the value of the best match came back; the values are mixed in the shares that the softmax gives.",
                "Which share does the second-best match get?",
                edits=(("softmax(scores)", "(scores == scores.max(axis=-1, keepdims=True)).astype(float)"),),
            ),
            Mistake(
                "softmax twice",
                "The softmax was taken twice: the second one takes shares for scores and makes them nearly alike.",
                "Do the shares of a row already sum to 1 after the first time?",
                edits=(("softmax(scores)", "softmax(softmax(scores))"),),
            ),
            Mistake(
                "root of the number of heads",
                "The scores were divided by the root of the number of heads; the width of one head belongs there.",
                "Over how many numbers does the product of a query and a key sum?",
                edits=((_SCALE, " / math.sqrt(q.shape[1])"),),
            ),
            Mistake(
                "root of all heads together",
                "The scores were divided by the root of the width of all heads together; that of one head belongs there.",
                "Over how many numbers does the product of a query and a key sum?",
                edits=((_SCALE, " / math.sqrt(q.shape[1] * q.shape[-1])"),),
            ),
            Mistake(
                "scaled after the softmax",
                "The weights were divided after the softmax, so that they no longer sum to 1.",
                "What do the weights of the new position sum to?",
                edits=((_SCALE, ""), ("softmax(scores)", "softmax(scores) / math.sqrt(q.shape[-1])")),
            ),
            Mistake(
                "no softmax",
                "The values were mixed with the scores themselves, which do not sum to 1.",
                "Which function makes shares of scores?",
                edits=(("softmax(scores)", "scores"),),
            ),
            Mistake(
                "sum of exponentials missing",
                "The values were mixed with exponentials that do not sum to 1.",
                "What makes shares of amounts?",
                edits=(("softmax(scores)", "np.exp(scores)"),),
            ),
            Mistake(
                "softmax without the maximum",
                "With large scores your exponentials overflow. The softmax that is imported subtracts the maximum first.",
                "Which softmax did you use?",
                edits=(("softmax(scores)", "(np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True))"),),
            ),
            Mistake(
                "all positions alike",
                "All values were averaged alike: the query has no say in it.",
                "What do the scores do?",
                edits=(("softmax(scores)", "softmax(0 * scores)"),),
            ),
            Mistake(
                "itself alone",
                "The new position sees itself alone, so that its value comes back as it was.",
                "Which of the S + 1 positions may the new one see?",
                edits=((_RETURN, "return v.copy(), keys, values"),),
            ),
            Mistake(
                "mask from the beginning",
                "The new position sees only the first one: a mask of one row was laid at the beginning of the text, "
                "where the row of the first position is.",
                "In which row of the whole mask does the new position stand?",
                edits=((_RETURN, "return values[:, :, :1].copy(), keys, values"),),
            ),
            Mistake(
                "keys for values",
                "The keys were mixed, and the values were not used.",
                "What does a query take from the positions that it likes?",
                edits=((_MIX, "matmul(softmax(scores), keys)"),),
            ),
            Mistake(
                "values for keys",
                "The query was compared with the values; it is compared with the keys.",
                "With what is a query compared?",
                edits=((_SCORES, _SCORES.replace("keys.swap", "values.swap")),),
            ),
            Mistake(
                "key for query",
                "The new key was compared with the keys; the query asks.",
                "Which of the arguments have you not used yet?",
                edits=((_SCORES, _SCORES.replace("matmul(q", "matmul(k")),),
            ),
            Mistake(
                "query remembered",
                "The new query was put to the keys; nothing of queries is remembered.",
                "What do later positions compare their queries with?",
                edits=(("[keys, k]", "[keys, q]"),),
            ),
            Mistake(
                "key remembered as value",
                "The new key was put to the values as well.",
                "What do later positions take from this one?",
                edits=(("[values, v]", "[values, k]"),),
            ),
            Mistake(
                "value remembered as key",
                "The new value was put to the keys as well.",
                "What do later positions compare their queries with?",
                edits=(("[keys, k]", "[keys, v]"),),
            ),
            Mistake(
                "keys in front",
                "The new key stands at the beginning of its cache and the new value at the end: they no longer belong together.",
                "At which end of the text is the new token?",
                edits=((_KEYS, "keys = np.concatenate([k, keys], axis=2)"),),
            ),
            Mistake(
                "values in front",
                "The new value stands at the beginning of its cache and the new key at the end: they no longer belong together.",
                "At which end of the text is the new token?",
                edits=((_VALUES, "values = np.concatenate([v, values], axis=2)"),),
            ),
            Mistake(
                "appended twice",
                "The new position is in the cache twice, and counts twice.",
                "How many positions does the cache hold afterwards?",
                edits=(
                    (_KEYS, "keys = np.concatenate([keys, k, k], axis=2)"),
                    (_VALUES, "values = np.concatenate([values, v, v], axis=2)"),
                ),
            ),
            Mistake(
                "scale stored with the keys",
                "The keys of your cache were divided by the root of the width; the next step will divide them again.",
                "What is the cache to hold of the new position?",
                edits=((_RETURN, f"return {_MIX}, keys / math.sqrt(q.shape[-1]), values"),),
            ),
            Mistake(
                "axis of the positions lost",
                "The right numbers, but the axis of the one new position is gone.",
                "Which shape has the output of one position?",
                edits=((_MIX, f"{_MIX}[:, :, 0]"),),
            ),
            Mistake(
                "input added",
                "The query was added to the output: the residual connection comes later, and not with the query.",
                "What does attention give by itself?",
                edits=((_MIX, f"{_MIX} + q"),),
            ),
            Mistake(
                "own value added",
                "The new value was added to the output: it takes part in the mixture already.",
                "What does attention give by itself?",
                edits=((_MIX, f"{_MIX} + v"),),
            ),
            Mistake(
                "new key scaled instead of the scores",
                "The new key was divided by the root of the width before it was stored, and the scores were not: the keys that "
                "were there already are not scaled now.",
                "Which keys did the cache hold before, scaled ones or not?",
                edits=((_SCALE, ""), ("[keys, k]", "[keys, k / math.sqrt(q.shape[-1])]")),
            ),
            Mistake(
                "new key scaled as well",
                "The new key was divided by the root of the width before it was stored, and its score once more.",
                "What is the cache to hold of the new position?",
                edits=(("[keys, k]", "[keys, k / math.sqrt(q.shape[-1])]"),),
            ),
            Mistake(
                "output divided by the positions",
                "The output was divided by the number of positions; the weights sum to 1 already.",
                "What do the weights of the new position sum to?",
                edits=((_MIX, f"{_MIX} / keys.shape[2]"),),
            ),
            Mistake(
                "output alone",
                "You return the output alone; without the cache, the next step does not know of this position.",
                "Which results does the task name?",
                edits=((_RETURN, f"return {_MIX}"),),
            ),
        ),
    ),
    *WHOLE,
)
