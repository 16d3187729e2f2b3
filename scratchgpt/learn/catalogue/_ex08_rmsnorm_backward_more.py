"""08.7: more mistakes in the gradient of the norm without a mean."""

from ...ops.layernorm import rmsnorm_backward
from ..exercise import Mistake
from ._unpaired import unpaired

_X_HAT = "x_hat = x * rrms"
_DX = "dx = rrms * (d - x_hat * (d * x_hat).mean(axis=-1, keepdims=True))"
_SHARE = "x_hat * (d * x_hat).mean(axis=-1, keepdims=True)"
_OVER = "axis=tuple(range(dy.ndim - 1))"
_GAIN = "(dy * x_hat).sum(axis=tuple(range(dy.ndim - 1)))"

_GAINS = "How many gains are there, and how many vectors did each of them serve?"
_TWO = "Which results are asked for, and in which order?"

_MORE = (
    *(
        Mistake(
            key,
            f"The root mean square was computed again, with {what}, where the cache has the one of the forward pass.",
            "Which eps did the forward pass use, and which field of the cache knows it?",
            edits=((_X_HAT, f"rrms = 1 / ((x * x).mean(axis=-1, keepdims=True){eps}) ** 0.5\n    {_X_HAT}"),),
        )
        for key, what, eps in (
            ("rrms computed again", "an eps of its own, 0.00001", " + 1e-5"),
            ("rrms computed again with 1e-6", "an eps of its own, 0.000001", " + 1e-6"),
            ("rrms computed again without eps", "no eps or next to none", ""),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((_DX, new),))
        for key, says, asks, new in (
            (
                "gain missing in the share",
                "The share along the vector was made without the gain; but the gain acts before it.",
                "Which gradient reaches the root mean square, that of the output or that of the normalised vector?",
                "dx = rrms * (d - x_hat * (dy * x_hat).mean(axis=-1, keepdims=True))",
            ),
            (
                "gain missing in the direct path",
                "The direct path does not feel the gain, though the share along the vector does.",
                "What stands between the output and the normalised vector?",
                "dx = rrms * (dy - x_hat * (d * x_hat).mean(axis=-1, keepdims=True))",
            ),
            (
                "share lacks two divisions",
                "The share along the vector was made with x itself, twice, not yet divided by its root mean square.",
                "In how many places of this path does the root mean square divide?",
                "dx = rrms * (d - x * (d * x).mean(axis=-1, keepdims=True))",
            ),
            (
                "share lacks one division",
                "The share along the vector lacks one of its divisions by the root mean square: x stands there once where the "
                "normalised vector belongs, or the factor in front does not reach it.",
                "In how many places of this path does the root mean square divide?",
                "dx = rrms * (d - x * (d * x_hat).mean(axis=-1, keepdims=True))",
            ),
            (
                "share divided too often",
                "The share along the vector was divided by the root mean square once too often.",
                "In how many places of this path does the root mean square divide?",
                "dx = rrms * (d - rrms * x_hat * (d * x_hat).mean(axis=-1, keepdims=True))",
            ),
            (
                "share halved",
                "The share along the vector is there at half its size.",
                "What is the slope of a square, and what is the slope of a root?",
                "dx = rrms * (d - 0.5 * x_hat * (d * x_hat).mean(axis=-1, keepdims=True))",
            ),
            (
                "share doubled",
                "The share along the vector is there at twice its size.",
                "What is the slope of a square, and what is the slope of a root?",
                "dx = rrms * (d - 2 * x_hat * (d * x_hat).mean(axis=-1, keepdims=True))",
            ),
            (
                "share alone",
                "Only the path through the root mean square is there; x acts directly as well.",
                "In which two ways does x act?",
                "dx = -rrms * x_hat * (d * x_hat).mean(axis=-1, keepdims=True)",
            ),
            (
                "sum without the gain",
                "The share along the vector was made without the gain, and a sum stands where a mean belongs.",
                "Which gradient reaches the root mean square, that of the output or that of the normalised vector?",
                "dx = rrms * (d - x_hat * (dy * x_hat).sum(axis=-1, keepdims=True))",
            ),
            (
                "power lost and sum for mean",
                "The share along the vector was made with x itself, not yet divided, and a sum stands where a mean belongs.",
                "In how many places of this path does the root mean square divide?",
                "dx = rrms * (d - x * (d * x).sum(axis=-1, keepdims=True))",
            ),
            (
                "factor twice",
                "The gradient of the input was divided by the root mean square twice.",
                "How much does the output change when a short vector is moved a little?",
                "dx = rrms * rrms * (d - x_hat * (d * x_hat).mean(axis=-1, keepdims=True))",
            ),
            (
                "divided by rrms at the end",
                "At the end you divided by rrms, which is one over the root mean square already.",
                "Is rrms large or small for a short vector?",
                "dx = (d - x_hat * (d * x_hat).mean(axis=-1, keepdims=True)) / rrms",
            ),
            (
                "one mean for the whole array",
                "One mean of products was taken for the whole array, where each vector has its own share.",
                "How many vectors are there, and how many means have you computed?",
                "dx = rrms * (d - x_hat * (d * x_hat).mean())",
            ),
        )
    ),
    Mistake(
        "rrms taken for the root mean square",
        "rrms is one over the root mean square already, and you divided by it.",
        "Is rrms large or small for a short vector?",
        edits=(
            (_X_HAT, "x_hat = x / rrms"),
            ("dx = rrms * (d - x_hat * (d", "dx = 1 / rrms * (d - x_hat * (d"),
        ),
    ),
    Mistake(
        "divided by rrms in the normalised vector",
        "The normalised vector was rebuilt by dividing by rrms, which is one over the root mean square already.",
        "Is rrms large or small for a short vector?",
        edits=((_X_HAT, "x_hat = x / rrms"),),
    ),
    Mistake(
        "mean taken away in the normalised vector",
        "The normalised vector was rebuilt with its mean taken away, as in layer normalisation.",
        "What did the forward pass subtract?",
        edits=((_X_HAT, "x_hat = (x - x.mean(axis=-1, keepdims=True)) * rrms"),),
    ),
    *(
        Mistake(key, says, asks, edits=((_GAIN, new),))
        for key, says, asks, new in (
            (
                "gain over the first axis, vectors aside",
                "The gradient of the gain was summed over the first axis alone, so an axis of positions is left.",
                _GAINS,
                "(dy * x_hat).sum(axis=0 if dy.ndim > 1 else ())",
            ),
            (
                "gain over two axes",
                "The gradient of the gain was summed over the first two axes: that is right for three axes only.",
                "How many axes may stand in front of the last one?",
                "(dy * x_hat).sum(axis=(0, 1))",
            ),
            (
                "gain over the channels",
                "The gradient of the gain was summed along the last axis: one number per vector is left, not one per channel.",
                "Along which axis do the gains lie?",
                "(dy * x_hat).sum(axis=-1)",
            ),
            (
                "gain over the axis before the last",
                "The gradient of the gain was summed over the axis before the last alone, so one per sequence is left.",
                _GAINS,
                "(dy * x_hat).sum(axis=-2)",
            ),
            (
                "gain as one number",
                "The gradient of the gain is a single number: all channels were lumped together.",
                "How many gains are there?",
                "(dy * x_hat).sum()",
            ),
            (
                "gain divided by the batch",
                "The gradient of the gain was divided by the length of the first axis, where the plain sum was asked for.",
                "Does a parameter that serves twice as many vectors move the loss less?",
                "(dy * x_hat).sum(axis=tuple(range(dy.ndim - 1))) / len(x)",
            ),
            (
                "gain's gradient as a bias's",
                "The gradient of the gain is the plain sum of what comes from above, as for a bias.",
                "What does the gain multiply in the forward pass?",
                "dy.sum(axis=tuple(range(dy.ndim - 1)))",
            ),
        )
    ),
    *(
        Mistake(
            key, says, _TWO, edits=(("return dx, (dy * x_hat).sum(axis=tuple(range(dy.ndim - 1)))", new),)
        )
        for key, says, new in (
            (
                "results exchanged",
                "The gradients of input and gain stand in each other's place.",
                f"return {_GAIN}, dx",
            ),
            (
                "a third result",
                "A third result came back, but this norm has no bias.",
                f"return dx, {_GAIN}, None",
            ),
            ("dx alone", "Only the gradient of the input came back, the gain's is missing.", "return dx"),
        )
    ),
)

MORE = unpaired(
    rmsnorm_backward,
    _MORE,
    but=("gain missing in the share", "gain over the first axis, vectors aside", "share lacks two divisions"),
)
