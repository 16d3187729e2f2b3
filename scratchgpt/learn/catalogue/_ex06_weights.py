"""Lesson 06: the mistakes that are made with attention weights: mask, softmax, key mask."""

from dataclasses import replace

from ...ops.attention import attention_weights
from ..exercise import Mistake
from . import _ex06_scores as scores
from ._unpaired import unpaired

# The lines of attention_weights in which the mask meets the scores, without and with a key mask.
_PLAIN = "return ops.softmax(scores if allowed is None else xp.where(allowed, scores, -xp.inf))"
_KEYED = "return ops.softmax(xp.where(allowed | lost, scores, -xp.inf)) * ~lost"
_CAUSAL = "if causal and q.shape[2] > 1:"
_BOTH = "allowed = keys if allowed is None else allowed & keys"
# The same function, written so that a row without any key gets zeros without a key mask too.
_CAREFUL = (
    (
        f"if key_mask is None:\n        {_PLAIN}\n    keys = (key_mask != 0)",
        "if key_mask is None:\n        key_mask = xp.ones(k.shape[::2])\n    keys = (key_mask != 0)",
    ),
)

SCALED_AFTERWARDS = Mistake(
    "scaled after the softmax",
    "The weights were scaled, and not the scores: the rows no longer sum to 1, and they are as sharp as without a "
    "scale.",
    "What should become smaller, the scores or the shares?",
    edits=(
        ("y *= 1 / math.sqrt(q.shape[-1])", "y *= 1"),
        (_PLAIN, _PLAIN + " / math.sqrt(q.shape[-1])"),
        (_KEYED, _KEYED + " / math.sqrt(q.shape[-1])"),
    ),
)
NOT_CAUSAL = Mistake(
    "no causal mask",
    "Every query sees every key, also those behind it: above the diagonal the weights should be 0.",
    "What may a token know of the tokens that follow it?",
    edits=((_CAUSAL, "if False:"),),
)
AFTER_SOFTMAX = Mistake(
    "mask after the softmax",
    "The mask was applied to the weights, after the shares were given out: the rows with something hidden no longer sum "
    "to 1.",
    "Which step shares out the probability, and who still got a share?",
    edits=(
        (_PLAIN, "return ops.softmax(scores) if allowed is None else ops.softmax(scores) * allowed"),
        (_KEYED, "return ops.softmax(scores) * allowed"),
    ),
)
ZERO_FILLED = Mistake(
    "hidden scores set to 0",
    "Hidden keys got the score 0, and 0 is a score like any other: they still have a share.",
    "Which score makes the exponential vanish?",
    edits=(
        (_PLAIN, _PLAIN.replace("-xp.inf", "0")),
        (_KEYED, _KEYED.replace("-xp.inf", "0")),
    ),
)
OVER_QUERIES = Mistake(
    "softmax over the queries",
    "The columns sum to 1 and not the rows: the queries compete for a key, where the keys should compete for a "
    "query.",
    "Who shares out its attention, a query or a key?",
    edits=(
        (_PLAIN, _PLAIN[:-1] + ", axis=-2)"),
        (_KEYED, _KEYED.replace("-xp.inf))", "-xp.inf), axis=-2)")),
    ),
)
KEYS_IGNORED = Mistake(
    "key mask ignored",
    "The key mask changes nothing: keys that are marked with 0 still have weight.",
    "Which of the arguments have you not used yet?",
    edits=(("if key_mask is None:", "if True:"),),
)
ALL_HIDDEN_NAN = Mistake(
    "a query without keys gives NaN",
    "Where a query may see no key, all its scores are minus infinity, and 0 divided by 0 is not a number.",
    "What should the weights of such a query be, and before which step must it be treated apart?",
    edits=((_KEYED, "return ops.softmax(xp.where(allowed, scores, -xp.inf))"),),
)
ALL_HIDDEN_UNIFORM = Mistake(
    "a query without keys attends to all",
    "Where a query may see no key, all its scores are equally low, and the softmax makes equal shares of them: it "
    "looks at everything.",
    "What is left of a very low number when the row's maximum is subtracted?",
    edits=(
        (_PLAIN, _PLAIN.replace("-xp.inf", "-1e9")),
        (_KEYED, "return ops.softmax(xp.where(allowed, scores, -1e9))"),
    ),
)
# A wrong causal mask shows at a single query too, for which the package needs no mask at all.
STRICT, HIDDEN, BACKWARDS, PAST_FORGOTTEN = (
    replace(m, edits=(*m.edits, (_CAUSAL, "if causal:")))
    for m in (scores.STRICT, scores.HIDDEN, scores.BACKWARDS, scores.PAST_FORGOTTEN)
)
STRICT_ZERO, HIDDEN_ZERO = (
    replace(m, key=f"{m.key} (zeros)", edits=(*m.edits, *_CAREFUL)) for m in (STRICT, HIDDEN)
)

KEY_MASK_AFTERWARDS = Mistake(
    "key mask after the softmax",
    "The future was hidden before the softmax, but the key mask was applied to the weights: rows with a masked key "
    "no longer sum to 1.",
    "Which step shares out the probability, and who still got a share?",
    edits=(
        (
            _KEYED,
            "before = scores if not causal else xp.where(causal_mask(*scores.shape[2:]), scores, -xp.inf)\n"
            "    return ops.softmax(before) * keys",
        ),
    ),
)
TURNED_ROUND = Mistake(
    "key mask turned round",
    "The key mask is read the wrong way round: the keys marked with 1 are hidden, and those marked with 0 are "
    "seen.",
    "What does a 0 in the key mask say?",
    edits=(("(key_mask != 0)", "(key_mask == 0)"),),
)
_OFTEN = ("no scale", "divided by the size")
_ALONE = (
    *(m for m in scores.SCALES if m.key not in _OFTEN),
    scores.EXCHANGED,
    SCALED_AFTERWARDS,
    STRICT_ZERO,
    HIDDEN,
    HIDDEN_ZERO,
    Mistake(
        "key mask along the queries",
        "The key mask hides rows, where it should hide columns: it says which keys are there, not which queries.",
        "To which axis of the scores belong the keys?",
        edits=(("[:, None, None, :]", "[:, None, :, None]"),),
    ),
    KEY_MASK_AFTERWARDS,
    Mistake(
        "only whole texts without keys",
        "Texts without any key are treated apart, but a single query can be without keys too: when all keys up to its "
        "own position are masked. Its weights are not a number.",
        "For which queries, and not only which texts, is nothing left after both masks?",
        edits=(("lost = ~allowed.any", "lost = ~keys.any"),),
    ),
)

WEIGHTS = (
    *(m for m in scores.SCALES if m.key in _OFTEN),
    NOT_CAUSAL,
    STRICT,
    BACKWARDS,
    PAST_FORGOTTEN,
    AFTER_SOFTMAX,
    ZERO_FILLED,
    OVER_QUERIES,
    KEYS_IGNORED,
    ALL_HIDDEN_NAN,
    ALL_HIDDEN_UNIFORM,
    Mistake(
        "always causal",
        "The future is hidden even where causal is False.",
        "Which of the arguments have you not used yet?",
        edits=((_CAUSAL, "if q.shape[2] > 1:"),),
    ),
    TURNED_ROUND,
    Mistake(
        "one of the masks is enough",
        "A key is seen when one of the two masks allows it, where both have to.",
        "May a later key be seen because it is no padding?",
        edits=((_BOTH, _BOTH.replace("&", "|")),),
    ),
    Mistake(
        "key mask in place of the causal mask",
        "With a key mask, the future is no longer hidden: the second mask took the place of the first.",
        "How many conditions must a key meet?",
        edits=((_BOTH, "allowed = keys"),),
    ),
    *unpaired(attention_weights, _ALONE, ("attention_scores_forward", "causal_mask")),
)
