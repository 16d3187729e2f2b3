"""Lesson 12, spot the bug: repairs that give other positions, or give them to a part only."""

from ...worked.cached_step import decode_step
from ..exercise import Mistake
from ._unpaired import unpaired

_POSITION = "wpe[S : S + T]"
_X = f"x = wte[ids] + {_POSITION}"
_MASK = "causal_mask(T, len(keys))"
_KEYS = "keys = np.concatenate([stored.keys, matmul(x, wk)])"
_QUERY = "matmul(x, wq)"

POSITIONS = unpaired(
    decode_step,
    (
        Mistake(
            "one position for the whole piece",
            "One new token is right now; of several in a piece, all have got the position of the first.",
            "Which position has the second token of a piece?",
            edits=((_POSITION, "wpe[S]"),),
        ),
        Mistake(
            "last position for the whole piece",
            "One new token is right now; of several in a piece, all have got the position of the last.",
            "Which position has the first token of a piece?",
            edits=((_POSITION, "wpe[S + T - 1]"),),
        ),
        Mistake(
            "one too far",
            "The positions are moved on by one too many: the very first token of a text has the position 0.",
            "Which position has a token before which none stands?",
            edits=((_POSITION, "wpe[np.arange(T) + S + 1]"),),
        ),
        Mistake(
            "one too far, from the second piece on",
            "In every piece but the first the positions are moved on by one too many.",
            "How many tokens stand before the first one of the second piece?",
            edits=((_POSITION, "wpe[np.arange(T) + S + (S > 0)]"),),
        ),
        Mistake(
            "one too few",
            "The positions are moved on by one too few: the first new token has got the position of the last stored one.",
            "How many tokens stand before the first one of the second piece?",
            edits=((_POSITION, "wpe[np.arange(T) + S - 1]"),),
        ),
        Mistake(
            "one too few, from the second piece on",
            "The positions are moved on by one too few: the first new token has got the position of the last stored one.",
            "How many tokens stand before the first one of the second piece?",
            edits=((_POSITION, "wpe[np.arange(T) + max(S - 1, 0)]"),),
        ),
        Mistake(
            "moved on by the length of the piece",
            "The positions are moved on by the number of the new tokens, and it is the number of the stored ones that counts.",
            "How many tokens stand before the first one of the second piece?",
            edits=((_POSITION, "wpe[np.arange(T) + T]"),),
        ),
        Mistake(
            "moved on by the length of the piece, from the second piece on",
            "The positions are moved on by the number of the new tokens, and it is the number of the stored ones that counts.",
            "How many tokens stand before the first one of the second piece?",
            edits=((_POSITION, "wpe[np.arange(T) + T * (S > 0)]"),),
        ),
        Mistake(
            "an empty stretch of positions",
            "Behind stored tokens there are no positions left for the new ones: the stretch was to begin at the number of "
            "stored tokens, and ends at the number of new ones.",
            "At which position does a piece of T tokens end that begins at S?",
            edits=((_POSITION, "wpe[S:T]"),),
        ),
        Mistake(
            "positions of the whole text",
            "All positions up to the new tokens were taken, and only the new ones need one.",
            "How many rows of the table of positions does a piece of T tokens need?",
            edits=((_POSITION, "wpe[: S + T]"),),
        ),
        Mistake(
            "moved on by the width",
            "The positions are moved on by the width of the vectors; the number of stored tokens is another axis.",
            "Which axis of the stored keys counts the tokens?",
            edits=((_POSITION, "wpe[np.arange(T) + stored.keys.shape[1]]"),),
        ),
        Mistake(
            "moved on by the table",
            "The positions were counted from the end of the table.",
            "How long is the text up to now, and how long could it become?",
            edits=((_POSITION, "wpe[np.arange(T) - S]"),),
        ),
        Mistake(
            "twice as far",
            "The positions are moved on by twice the number of stored tokens.",
            "How many tokens stand before the first one of the second piece?",
            edits=((_POSITION, "wpe[(np.arange(T) + 2 * S) % len(wpe)]"),),
        ),
        Mistake(
            "numbers for vectors",
            "The number of the position was added to the embedding, in all of its channels; what belongs there is the row of "
            "the table with this number.",
            "What stands in the table of positions?",
            edits=((_POSITION, "np.arange(S, S + T)[:, None]"),),
        ),
        Mistake(
            "one position too far for all",
            "All new tokens have got the position behind the last of them.",
            "Which position has the last token of a text of seven?",
            edits=((_POSITION, "wpe[S + T]"),),
        ),
        Mistake(
            "mask of the new tokens",
            "The mask knows the new tokens alone, and the scores have a column for each stored one too: behind others, a "
            "piece of several tokens ends in an exception.",
            "Which shape have the scores?",
            edits=((_MASK, "causal_mask(T, T)"),),
        ),
        Mistake(
            "moved on by both",
            "The positions are moved on by stored and new tokens together; the new ones do not stand before themselves.",
            "How many tokens stand before the first one of a text?",
            edits=((_POSITION, "wpe[np.arange(T) + S + T]"),),
        ),
        Mistake(
            "last rows of the table",
            "The new tokens have got the last rows of the table of positions: that holds places for longer texts, too.",
            "How long is the text up to now, and how long could it become?",
            edits=((_POSITION, "wpe[len(wpe) - T :]"),),
        ),
        Mistake(
            "no positions",
            "The tokens have no positions any more; a table of them is there to be used.",
            "Which of the arguments is not used any more?",
            edits=((_X, "x = wte[ids]"),),
        ),
        Mistake(
            "positions by ids",
            "The table of positions was asked with the ids of the tokens; it is asked with their places in the text.",
            "What tells the same word at two places apart?",
            edits=((_POSITION, "wpe[ids]"),),
        ),
        Mistake(
            "single tokens only",
            "A piece of one token is right now; a longer piece behind others still begins at 0.",
            "How many tokens may a piece have?",
            edits=((_POSITION, "wpe[S if T == 1 else 0 :][:T]"),),
        ),
        Mistake(
            "only queries moved on",
            "The queries have the right positions, the keys and values that are stored have not: they were made from "
            "what the old line gave.",
            "From which vector are a query, a key and a value made?",
            edits=(
                (_KEYS, f"z = wte[ids] + wpe[:T]\n    {_KEYS.replace('x, wk', 'z, wk')}"),
                ("matmul(x, wv)", "matmul(z, wv)"),
            ),
        ),
        Mistake(
            "only keys and values moved on",
            "Keys and values have the right positions, the queries have not.",
            "From which vector are a query, a key and a value made?",
            edits=((_QUERY, "matmul(wte[ids] + wpe[:T], wq)"),),
        ),
        Mistake(
            "queries alone moved on",
            "The queries have the right positions; keys, values and what is added to the output have the old ones.",
            "From which vector are a query, a key and a value made?",
            edits=((_POSITION, "wpe[:T]"), (_QUERY, f"matmul(wte[ids] + {_POSITION}, wq)")),
        ),
        Mistake(
            "keys alone moved on",
            "The keys have the right positions; queries, values and what is added to the output have the old ones.",
            "From which vector are a query, a key and a value made?",
            edits=((_POSITION, "wpe[:T]"), ("matmul(x, wk)", f"matmul(wte[ids] + {_POSITION}, wk)")),
        ),
        Mistake(
            "queries and keys alone moved on",
            "Queries and keys have the right positions; values and what is added to the output have the old ones.",
            "From which vector are a query, a key and a value made?",
            edits=(
                (_POSITION, "wpe[:T]"),
                ("matmul(x, wk)", f"matmul(wte[ids] + {_POSITION}, wk)"),
                (_QUERY, f"matmul(wte[ids] + {_POSITION}, wq)"),
            ),
        ),
        Mistake(
            "moved on by the product",
            "The positions are moved on by the product of stored and new tokens: that is right for pieces of one.",
            "How many tokens stand before the first one of the second piece?",
            edits=((_POSITION, "wpe[(np.arange(T) + S * T) % len(wpe)]"),),
        ),
        Mistake(
            "moved on by the number of the piece",
            "The positions are moved on by one, however many tokens are stored.",
            "How many tokens stand before the first one of the second piece?",
            edits=((_POSITION, "wpe[np.arange(T) + (S > 0)]"),),
        ),
        Mistake(
            "number of stored tokens added to the vectors",
            "The number of the stored tokens was added to the vectors of the old positions; it is the row of the table that "
            "moves on.",
            "What stands in the table of positions?",
            edits=((_POSITION, "(wpe[:T] + S)"),),
        ),
        Mistake(
            "vectors of the positions multiplied",
            "The vectors of the old positions were multiplied; it is the row of the table that moves on.",
            "What stands in the table of positions?",
            edits=((_POSITION, "wpe[:T] * (S + 1)"),),
        ),
        Mistake(
            "residual not moved on",
            "Attention is right now, but what is added to it still has the old position.",
            "To which vector does attention add its output?",
            edits=(("h = x + ", "h = wte[ids] + wpe[:T] + "),),
        ),
        Mistake(
            "position added behind attention",
            "The positions came in behind the attention, whose queries and keys do not know of them.",
            "Where does a model add what tells first from last?",
            edits=((_X, "x = wte[ids]"), ("h = x + ", f"h = x + {_POSITION} + ")),
        ),
    ),
)
