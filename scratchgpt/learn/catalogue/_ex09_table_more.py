"""09.3 and 09.5: more mistakes in the gradient of a table that is used twice."""

from ...worked.tied_head import tied_model_backward, tied_table_gradient
from ..exercise import Mistake
from ._unpaired import unpaired

_HEAD = "matmul(dlogits.reshape(-1, V).T, h.reshape(-1, C))"
_LOOKUP = "array_module(dx).add.at(dweight, ids, dx)"
_LEFT = "return dweight"
_ADDS = "What does the chain rule do with two paths?"
_TWICE = "Where would the division happen a second time?"
_FULL = "How often does each of the two uses count?"

_BOTH = (
    *(
        Mistake(key, says, asks, edits=((_HEAD, new),))
        for key, says, asks, new in (
            (
                "head doubled",
                "The lookup's half is right, and the head's is there twice.",
                _FULL,
                f"2 * {_HEAD}",
            ),
            (
                "head at every position",
                "The head's half, which is a sum over all positions already, was added once for every position.",
                "How many positions does the matrix product collect from?",
                f"ids.size * {_HEAD}",
            ),
            (
                "head for every sequence",
                "The head's half, which is a sum over all sequences already, was added once for each of them.",
                "How many sequences does the matrix product collect from?",
                f"len(ids) * {_HEAD}",
            ),
            (
                "head's half divided by the batch",
                "The head's half was divided by the number of sequences, the lookup's was not.",
                "Which of the two sums did you divide, and why that one?",
                f"{_HEAD} / len(ids)",
            ),
            (
                "head subtracted",
                "The head's half was taken away, where it has to be added.",
                _ADDS,
                f"-{_HEAD}",
            ),
            (
                "head only at the tokens that were looked up",
                "At each position the head's half counts for the token that was looked up there alone; but the head scored "
                "all tokens everywhere.",
                "How many tokens does the head score at a position?",
                "array_module(dx).zeros((V, C))\n"
                "    own = array_module(dx).take_along_axis(dlogits, ids[..., None], axis=-1) * h\n"
                "    array_module(dx).add.at(dweight, ids, own)",
            ),
            (
                "scores' gradient reshaped",
                "In the head's half the gradient of the scores was reshaped where it has to be transposed.",
                "Do a transposed matrix and a reshaped one have the same numbers in the same places?",
                "matmul(dlogits.reshape(V, -1), h.reshape(-1, C))",
            ),
            (
                "head reshaped",
                "The head's half was made channels by tokens and then reshaped, not transposed.",
                "Do a transposed matrix and a reshaped one have the same numbers in the same places?",
                "matmul(h.reshape(-1, C).T, dlogits.reshape(-1, V)).reshape(V, C)",
            ),
            (
                "head from the first sequence",
                "The head's half comes from the first sequence alone.",
                "How many sequences did the head score?",
                "matmul(dlogits[0].T, h[0])",
            ),
            (
                "head from the last sequence",
                "The head's half comes from the last sequence alone: the others have been forgotten on the way.",
                "How many sequences did the head score?",
                "matmul(dlogits[-1].T, h[-1])",
            ),
            (
                "head from the last position",
                "The head's half comes from the very last position alone: the others have been forgotten on the way.",
                "How many positions did the head score?",
                "matmul(dlogits[-1, -1:].T, h[-1, -1:])",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((_LOOKUP, new),))
        for key, says, asks, new in (
            (
                "lookup doubled",
                "The head's half is right, and the lookup's is there twice.",
                _FULL,
                "array_module(dx).add.at(dweight, ids, 2 * dx)",
            ),
            (
                "lookup subtracted",
                "The lookup's half was taken away, where it has to be added.",
                _ADDS,
                "array_module(dx).add.at(dweight, ids, -dx)",
            ),
            (
                "lookup averaged over the positions",
                "The lookup's half was averaged over the positions, the head's was not.",
                "Which of the two sums did you divide, and why that one?",
                "array_module(dx).add.at(dweight, ids, dx / ids.size)",
            ),
            (
                "first place counts",
                "Of a token that was looked up several times only the first place counts; the others have been lost.",
                "Does a token that occurs more often move the loss less?",
                "dweight[ids.reshape(-1)[::-1]] += dx.reshape(-1, C)[::-1]",
            ),
            (
                "head only in the rows that were looked up",
                "Rows of tokens that were never looked up are 0; but the head scored those tokens too.",
                "Which tokens does the head score?",
                "array_module(dx).add.at(dweight, ids, dx)\n"
                "    seen = array_module(dx).isin(array_module(dx).arange(V), ids)\n    dweight = dweight * seen[:, None]",
            ),
            (
                "head once per lookup",
                "The head's half was added once more at each place where a token was looked up.",
                _FULL,
                "array_module(dx).add.at(dweight, ids, dx + dweight[ids])",
            ),
            (
                "lookup from the first sequence",
                "The lookup's half comes from the first sequence alone.",
                "In how many sequences were tokens looked up?",
                "array_module(dx).add.at(dweight, ids[0], dx[0])",
            ),
            (
                "lookup from the last sequence",
                "The lookup's half comes from the last sequence alone.",
                "In how many sequences were tokens looked up?",
                "array_module(dx).add.at(dweight, ids[-1], dx[-1])",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((_LEFT, new),))
        for key, says, asks, new in (
            (
                "both doubled",
                "Both halves are there, and then the sum was doubled.",
                _FULL,
                "return 2 * dweight",
            ),
            (
                "both averaged over the positions",
                "The sum of both halves was divided by the number of positions; an average, if there is one, is in the "
                "gradients from above already.",
                _TWICE,
                "return dweight / ids.size",
            ),
            (
                "both divided by the batch",
                "The sum of both halves was divided by the number of sequences; an average, if there is one, is in the "
                "gradients from above already.",
                _TWICE,
                "return dweight / len(ids)",
            ),
            (
                "transposed",
                "The gradient lies the other way round: channels by tokens.",
                "Which shape has the table?",
                "return dweight.T",
            ),
        )
    ),
)

TABLE = unpaired(
    tied_table_gradient,
    (
        *_BOTH,
        Mistake(
            "half doubled",
            "The head's half is there twice and the lookup's is not there at all.",
            "Are the two halves equal?",
            edits=((_HEAD, "2 * " + _HEAD), (f"    {_LOOKUP}  # repeated ids add up\n", "")),
        ),
        Mistake(
            "lookup's half doubled",
            "The lookup's half is there twice and the head's is not there at all.",
            "Are the two halves equal?",
            edits=((_HEAD, "array_module(dx).zeros((V, C))"), (_LOOKUP, f"{_LOOKUP}\n    dweight *= 2")),
        ),
        Mistake(
            "rows up to the largest id",
            "The table ends with the largest token that was looked up; it has a row for every token that is scored.",
            "Which of the arguments knows the size of the vocabulary?",
            edits=((_LEFT, "return dweight[: int(ids.max()) + 1]"),),
        ),
        Mistake(
            "size from the largest id",
            "The number of tokens was taken from the largest one that was looked up, and the halves do not fit together when the "
            "last tokens do not occur.",
            "Which of the arguments knows the size of the vocabulary?",
            edits=((_LOOKUP, f"dweight += array_module(dx).zeros((int(ids.max()) + 1, C))\n    {_LOOKUP}"),),
        ),
        Mistake(
            "halves side by side",
            "The two halves came back side by side; one table has one gradient.",
            _ADDS,
            edits=(
                (_LOOKUP, "lookup = 0 * dweight\n    array_module(dx).add.at(lookup, ids, dx)"),
                (_LEFT, "return dweight, lookup"),
            ),
        ),
        Mistake(
            "halves side by side, lookup first",
            "The two halves came back side by side; one table has one gradient.",
            _ADDS,
            edits=(
                (_LOOKUP, "lookup = 0 * dweight\n    array_module(dx).add.at(lookup, ids, dx)"),
                (_LEFT, "return lookup, dweight"),
            ),
        ),
        Mistake(
            "lookup without its gradient",
            "The rows of the tokens were counted up by 1 where the gradient of the lookup belongs.",
            "Which of the arguments have you not used yet?",
            edits=((_LOOKUP, "array_module(dx).add.at(dweight, ids, 1.0)"),),
        ),
    ),
)

BUG_HUNT = unpaired(
    tied_model_backward,
    (
        *_BOTH,
        Mistake(
            "repeated ids averaged",
            "The gradients of a token that was looked up several times were averaged, where they have to be added.",
            "Does a token that occurs more often move the loss less?",
            edits=(
                (
                    _LOOKUP,
                    "array_module(dx).add.at(dweight, ids, dx / (ids[..., None] == ids.reshape(-1)).sum(-1)[..., None])",
                ),
            ),
        ),
        Mistake(
            "head's half averaged",
            "The head's half was averaged over the positions, the lookup's was not.",
            "Which of the two sums did you divide, and why that one?",
            edits=((_HEAD, f"{_HEAD} / ids.size"),),
        ),
        Mistake(
            "gradient of the states at the head",
            "The head's half was made with the gradient of the hidden states, where the states themselves belong.",
            "What did the table's rows meet when the head scored them?",
            edits=((_HEAD, "matmul(dlogits.reshape(-1, V).T, dx.reshape(-1, C))"),),
        ),
        Mistake(
            "last place replaces the head",
            "In the rows of the tokens that were looked up, the last lookup's part took the place of all else.",
            "Does the second part begin the row anew, or go on with it?",
            edits=((_LOOKUP, "dweight[ids] = dx"),),
        ),
        Mistake(
            "begun with the table",
            "The table itself is in the sum: the gradient was added to it, not to zeros.",
            "With what does a sum of gradients begin?",
            edits=(
                (
                    "return tied_table_gradient(ids, dh, h, dlogits)",
                    "return weight + tied_table_gradient(ids, dh, h, dlogits)",
                ),
            ),
        ),
        Mistake(
            "both gradients",
            "The gradient of the states came back as well; only the table's was asked for.",
            "What is to be returned?",
            edits=(
                (
                    "return tied_table_gradient(ids, dh, h, dlogits)",
                    "return {'h': dh, 'weight': tied_table_gradient(ids, dh, h, dlogits)}",
                ),
            ),
        ),
        Mistake(
            "lookup's half doubled",
            "The lookup's half is there twice and the head's is not there at all.",
            "Are the two halves equal?",
            edits=((_HEAD, "array_module(dx).zeros((V, C))"), (_LOOKUP, f"{_LOOKUP}\n    dweight *= 2")),
        ),
    ),
    edited=("tied_table_gradient",),
)
