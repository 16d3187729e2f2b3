"""09.2: more mistakes in the gradients of the tied head."""

from ...worked.tied_head import tied_head_backward
from ..exercise import Mistake
from ._unpaired import unpaired

_LAYOUT = "Do a transposed matrix and a reshaped one have the same numbers in the same places?"
_ALL_STATES = "How many states did the table serve?"
_AXES = "How many axes may stand in front of the last one?"
_TWICE = "Where would the division happen a second time?"
_DH = "matmul(dlogits, weight)"
_DW = "matmul(dlogits.reshape(-1, V).T, h.reshape(-1, C))"
_ROUNDS = "When each position has its say in turn, what becomes of what the one before it said?"

MORE = unpaired(
    tied_head_backward,
    (
        *(
            Mistake(key, says, asks, edits=((_DW, new),))
            for key, says, asks, new in (
                (
                    "last position only",
                    "The gradient of the table comes from the very last position alone: the others have been forgotten on the way.",
                    _ROUNDS,
                    "matmul(dlogits.reshape(-1, V)[-1:].T, h.reshape(-1, C)[-1:])",
                ),
                (
                    "first position only",
                    "The gradient of the table comes from the very first position alone.",
                    _ALL_STATES,
                    "matmul(dlogits.reshape(-1, V)[:1].T, h.reshape(-1, C)[:1])",
                ),
                (
                    "first sequence only",
                    "The gradient of the table comes from the first sequence alone; all of them met the same table.",
                    _ALL_STATES,
                    "matmul(dlogits.reshape(-1, V)[: h.shape[-2]].T, h.reshape(-1, C)[: h.shape[-2]])",
                ),
                (
                    "last position of each sequence",
                    "The gradient of the table comes from the last position of each sequence alone.",
                    _ALL_STATES,
                    "matmul(dlogits[..., -1, :].reshape(-1, V).T, h[..., -1, :].reshape(-1, C))",
                ),
                (
                    "dweight doubled",
                    "The gradient of the table is twice too large: here it is used once, and what the lookup adds is another "
                    "number.",
                    "Which of the two uses of the table does this exercise ask for?",
                    f"2 * {_DW}",
                ),
                (
                    "dweight halved",
                    "The gradient of the table was halved; the head's part counts in full.",
                    "Which of the two uses of the table does this exercise ask for?",
                    f"{_DW} / 2",
                ),
                (
                    "dweight with the wrong sign",
                    "The gradient of the table has the wrong sign; that is the step, not the gradient.",
                    "Which of the two, gradient or step, is asked for?",
                    f"-{_DW}",
                ),
                (
                    "dweight reshaped",
                    "The gradient of the table was made the other way round, channels by tokens, and then reshaped, not "
                    "transposed.",
                    _LAYOUT,
                    "matmul(h.reshape(-1, C).T, dlogits.reshape(-1, V)).reshape(V, C)",
                ),
                (
                    "scores' gradient reshaped",
                    "The gradient of the scores was reshaped where it has to be transposed, so numbers of other tokens meet.",
                    _LAYOUT,
                    "matmul(dlogits.reshape(V, -1), h.reshape(-1, C))",
                ),
                (
                    "rows only",
                    "The gradient of the table was made as for rows of states: it fails as soon as there are more axes.",
                    _AXES,
                    "matmul(dlogits.T, h)",
                ),
                (
                    "three axes only",
                    "The gradient of the table was written for three axes, and fails for two.",
                    _AXES,
                    "sum(matmul(above.T, one) for one, above in zip(h, dlogits, strict=True))",
                ),
                (
                    "summed over the first axis only",
                    "The products were summed over the first axis alone: that is right for three axes, and for those only.",
                    _AXES,
                    "matmul(dlogits.swapaxes(-1, -2), h).sum(axis=0)",
                ),
                (
                    "dweight not summed",
                    "There is a gradient of the table for each position; but one table served them all.",
                    "What does the chain rule do with the many paths of one parameter?",
                    "dlogits[..., :, None] * h[..., None, :]",
                ),
            )
        ),
        *(
            Mistake(key, says, asks, edits=((_DH, new),))
            for key, says, asks, new in (
                (
                    "table reshaped on the way down",
                    "On the way down to the states the table was transposed and reshaped back: its rows are torn apart.",
                    _LAYOUT,
                    "matmul(dlogits, weight.T.reshape(V, C))",
                ),
                (
                    "dh scaled",
                    "The gradient of the states was divided by the root of C; the head does not scale.",
                    "Was anything scaled in the forward pass?",
                    "matmul(dlogits, weight) / C**0.5",
                ),
                (
                    "dh averaged",
                    "The gradient of the states was divided by the number of positions; an average, if there is one, was the "
                    "loss's affair.",
                    _TWICE,
                    "matmul(dlogits, weight) * C / h.size",
                ),
                (
                    "dh in rows",
                    "The gradient of the states is right, but it lies in rows: the states had more axes.",
                    "What shape have the states?",
                    "matmul(dlogits.reshape(-1, V), weight)",
                ),
                (
                    "dh averaged over the tokens",
                    "The gradient of the states was divided by the size of the vocabulary, where the plain sum was asked for.",
                    "What does the chain rule do with the many paths of one state?",
                    "matmul(dlogits, weight) / V",
                ),
            )
        ),
        Mistake(
            "both scaled",
            "Both gradients were divided by the root of C; the head does not scale.",
            "Was anything scaled in the forward pass?",
            edits=((_DH, _DH + " / C**0.5"), (_DW, _DW + " / C**0.5")),
        ),
        Mistake(
            "both averaged",
            "Both gradients were divided by the number of positions; an average, if there is one, was the loss's affair.",
            _TWICE,
            edits=((_DH, _DH + " * C / h.size"), (_DW, _DW + " * C / h.size")),
        ),
        Mistake(
            "back through a softmax",
            "The gradient from above was taken back through a softmax first; but it is that of the scores already.",
            "Of which numbers is the gradient that you are given?",
            edits=(
                (
                    "dh = matmul",
                    "p = 2.718281828459045 ** matmul(h, weight.T)\n    p /= p.sum(axis=-1, keepdims=True)\n"
                    "    dlogits = p * (dlogits - (p * dlogits).sum(axis=-1, keepdims=True))\n    dh = matmul",
                ),
            ),
        ),
        Mistake(
            "dh alone",
            "Only the gradient of the states came back, the table's is missing.",
            "In which order are the two results asked for?",
            edits=(("return dh, dweight", "return dh"),),
        ),
        Mistake(
            "dweight alone",
            "Only the gradient of the table came back, the states' is missing.",
            "In which order are the two results asked for?",
            edits=(("return dh, dweight", "return dweight"),),
        ),
    ),
)
