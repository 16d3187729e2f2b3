"""Lesson 12, spot the bug: what the repair can get wrong."""

from ...worked.cached_step import decode_step
from ..exercise import Mistake
from ._ex12_hunt_positions import POSITIONS
from ._unpaired import unpaired

_POSITION = "wpe[S : S + T]"
_MASK = "causal_mask(T, len(keys))"
_KEYS = "keys = np.concatenate([stored.keys, matmul(x, wk)])"
_VALUES = "values = np.concatenate([stored.values, matmul(x, wv)])"

HUNT = (
    Mistake(
        "positions begin anew",
        "The bug is still there: in each piece positions are counted from 0 again. The first piece is right, all others "
        "are not.",
        "How many tokens stand before the first one of the second piece?",
        edits=((_POSITION, "wpe[:T]"),),
    ),
    Mistake(
        "no mask",
        "Within a piece, tokens see those that come after them: the mask, which had been right, is gone.",
        "Was the prompt right before?",
        edits=((f"np.where({_MASK}, scores, -np.inf)", "scores"),),
    ),
    *POSITIONS,
    *unpaired(
        decode_step,
        (
            Mistake(
                "mask moved to the beginning",
                "The mask, which had been right, was laid at the beginning of the text: the new tokens do not see what is stored.",
                "Which keys may the first new token see?",
                edits=((_MASK, "np.tril(np.ones((T, S + T), dtype=bool))"),),
            ),
            Mistake(
                "mask over the new ones alone",
                "The stored tokens are no longer seen by the new ones.",
                "Which keys may the first new token see?",
                edits=((_MASK, "causal_mask(T, len(keys)) & (np.arange(S + T) >= S)"),),
            ),
            Mistake(
                "mask one too narrow",
                "A new token no longer sees itself.",
                "Was the prompt right before?",
                edits=(
                    (_MASK, "causal_mask(T, len(keys)) & (np.arange(S + T) < np.arange(S, S + T)[:, None])"),
                ),
            ),
            Mistake(
                "new ones in front",
                "What is new was put before what is stored; the text goes on at its end.",
                "Was the order of the keys wrong before?",
                edits=(
                    (_KEYS, "keys = np.concatenate([matmul(x, wk), stored.keys])"),
                    (_VALUES, "values = np.concatenate([matmul(x, wv), stored.values])"),
                ),
            ),
            Mistake(
                "nothing stored any more",
                "The logits are right, but the new tokens are no longer stored.",
                "What will the next piece need?",
                edits=(("Stored(keys, values)", "stored"),),
            ),
            Mistake(
                "only the new ones stored",
                "The logits are right, but only the new tokens are stored, and the earlier ones forgotten.",
                "What will the next piece need?",
                edits=(("Stored(keys, values)", "Stored(keys[S:], values[S:])"),),
            ),
            Mistake(
                "scale changed",
                "The scale of the scores, which had been right, was changed.",
                "Was the prompt right before?",
                edits=((" / math.sqrt(keys.shape[1])", ""),),
            ),
            Mistake(
                "residual lost",
                "The input is no longer added to what attention gives.",
                "Was the prompt right before?",
                edits=(("h = x + ", "h = "),),
            ),
            Mistake(
                "last token alone",
                "You return the logits of the last new token alone, and those of all new ones are asked for.",
                "Which shape have the logits?",
                edits=(("matmul(h, wte.T)", "matmul(h, wte.T)[-1:]"),),
            ),
            Mistake(
                "probabilities",
                "You return probabilities, and logits are asked for.",
                "Which of the two does the tied head give?",
                edits=(("matmul(h, wte.T)", "softmax(matmul(h, wte.T))"),),
            ),
        ),
        but=(
            "mask moved to the beginning",
            "mask over the new ones alone",
            "mask one too narrow",
            "mask of the new tokens",
            "new ones in front",
            "nothing stored any more",
            "only the new ones stored",
            "scale changed",
            "residual lost",
        ),
    ),
)
