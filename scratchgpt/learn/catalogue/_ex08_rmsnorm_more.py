"""08.6: more mistakes of the norm without a mean."""

from ...ops.layernorm import rmsnorm_forward
from ..exercise import Mistake
from ._unpaired import unpaired

_SQUARES = "(x * x).mean(axis=-1, keepdims=True)"
_ROOT = "xp.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)"
_CACHE = "RMSNormCache(x, rrms, weight)"
_RETURN = "return x * rrms * weight, RMSNormCache(x, rrms, weight)"

_HOW_MANY = "How many vectors are there, and how many means have you computed?"
_AXES = "How many axes may an array of vectors have?"
_RRMS = "What is rrms?"

_MORE = (
    Mistake(
        "one root mean square, repeated",
        "Every vector was divided by the same number, that of the whole array; each should have its own.",
        _HOW_MANY,
        edits=((_SQUARES, "xp.broadcast_to((x * x).mean(), (*x.shape[:-1], 1))"),),
    ),
    *(
        Mistake(key, says, asks, edits=((_SQUARES, new),))
        for key, says, asks, new in (
            (
                "over the last two axes",
                "The mean of the squares was taken over the last two axes, all vectors of a sequence together; each has its "
                "own.",
                _HOW_MANY,
                "(x * x).mean(axis=(-2, -1), keepdims=True)",
            ),
            (
                "over the axis before the last",
                "The mean of the squares was taken along the axis before the last, over the positions.",
                "Along which axis do the numbers of one vector lie?",
                "(x * x).mean(axis=-2, keepdims=True)",
            ),
            (
                "over axis 1",
                "The mean was taken over the second axis: that is a vector's own axis only in a table of rows.",
                _AXES,
                "(x * x).mean(axis=1, keepdims=True)",
            ),
            (
                "over axis 2",
                "The mean was taken over the third axis: that is right for three axes, and there is none otherwise.",
                _AXES,
                "(x * x).mean(axis=2, keepdims=True)",
            ),
            (
                "axis given back at the wrong place",
                "The axis that the mean had lost was put back as the second one: that fits a table of rows and nothing else.",
                "Behind which axis does the new one belong when there are three?",
                "(x * x).mean(axis=-1)[:, None]",
            ),
            (
                "gain first",
                "The gain was multiplied in before the size was measured; the size should be that of the vector itself.",
                "What would a gain of 2 in every channel do to your result?",
                "((x * weight) ** 2).mean(axis=-1, keepdims=True)",
            ),
            (
                "divided by C - 1",
                "The squares were shared out among one fewer than there are.",
                "How many numbers does a mean divide by?",
                "(x * x).sum(axis=-1, keepdims=True) / (x.shape[-1] - 1)",
            ),
            (
                "square of the mean",
                "The mean was taken first and squared then: numbers of opposite sign cancel each other.",
                "In which order stand root, mean and square in the name?",
                "x.mean(axis=-1, keepdims=True) ** 2",
            ),
            (
                "square forgotten",
                "The mean was taken of the numbers themselves, not of their squares: under the root it may be negative.",
                "What do the three letters of the name stand for?",
                "x.mean(axis=-1, keepdims=True)",
            ),
            (
                "largest square",
                "The largest of the squares was taken, where their mean was asked for.",
                "What do the three letters of the name stand for?",
                "(x * x).max(axis=-1, keepdims=True)",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((_ROOT, new),))
        for key, says, asks, new in (
            (
                "length, eps outside the root",
                "The vectors were divided by their length, with eps added to it: the mean is missing, and eps belongs under the "
                "root.",
                "What should the mean of the squares be afterwards?",
                "(xp.sqrt((x * x).sum(axis=-1, keepdims=True)) + eps)",
            ),
            (
                "length over C",
                "The length was divided by the number of channels; but the mean belongs under the root.",
                "Which comes first, the mean or the root?",
                "(xp.sqrt((x * x).sum(axis=-1, keepdims=True) + eps) / x.shape[-1])",
            ),
            (
                "length over C, eps outside the root",
                "The length was divided by the number of channels; but the mean belongs under the root, and eps as well.",
                "Which comes first, the mean or the root?",
                "(xp.sqrt((x * x).sum(axis=-1, keepdims=True)) / x.shape[-1] + eps)",
            ),
            (
                "the larger of mean square and eps",
                "eps was taken as a lower limit of the mean square, where it has to be added to it.",
                "What does eps do to a vector that is long already?",
                "xp.sqrt(xp.maximum((x * x).mean(axis=-1, keepdims=True), eps))",
            ),
        )
    ),
    *(
        Mistake(
            f"eps fixed at {eps}",
            f"eps is always {eps}, whatever was asked for.",
            "Which of the arguments have you not used yet?",
            edits=(("keepdims=True) + eps)", f"keepdims=True) + {eps})"),),
        )
        for eps in ("1e-6", "1e-8", "1e-12")
    ),
    *(
        Mistake(key, says, asks, edits=(("return x * rrms * weight", new),))
        for key, says, asks, new in (
            (
                "multiplied by the root mean square",
                "The vectors were multiplied by their root mean square: long ones have become longer still.",
                "Should a long vector shrink or grow?",
                "return x / rrms * weight",
            ),
            (
                "x forgotten",
                "The vector itself is missing: all channels with the same gain come out alike.",
                "What is it that was to be divided?",
                "return rrms * weight + 0 * x",
            ),
            (
                "gain added",
                "The gain was added to the normalised vector, where it has to multiply it.",
                "What should a gain of 0 do to a channel?",
                "return x * rrms + weight",
            ),
            (
                "one plus the gain",
                "The channels were scaled by one plus the gain, where the gain itself was asked for.",
                "What should a gain of 0 do to a channel?",
                "return x * rrms * (1 + weight)",
            ),
            (
                "gain divided by",
                "The channels were divided by the gain, where they should be multiplied by it.",
                "What should a gain of 2 do to a channel?",
                "return x * rrms / weight",
            ),
            (
                "centred, not its width",
                "The mean was taken away from the vectors, though what they were divided by is right.",
                "What is the result for a vector whose numbers are all 3?",
                "return (x - x.mean(axis=-1, keepdims=True)) * rrms * weight",
            ),
        )
    ),
    *(
        Mistake(
            f"{key} cached",
            f"The output is right, but the cache holds {what} where {wanted} was asked for.",
            asks,
            edits=((_CACHE, f"RMSNormCache({new})"),),
        )
        for key, what, wanted, asks, new in (
            ("mean square and eps", "the mean square", "rrms", _RRMS, "x, 1 / rrms**2, weight"),
            (
                "mean square",
                "the mean square without eps",
                "rrms",
                _RRMS,
                "x, (x * x).mean(axis=-1, keepdims=True), weight",
            ),
            ("one over the mean square", "one over the mean square", "rrms", _RRMS, "x, rrms**2, weight"),
            (
                "bare root mean square",
                "the root mean square without eps",
                "rrms",
                _RRMS,
                "x, xp.sqrt((x * x).mean(axis=-1, keepdims=True)), weight",
            ),
            (
                "rrms without eps",
                "one over the root mean square without eps",
                "rrms",
                "By what did you divide in the output?",
                "x, 1 / xp.sqrt((x * x).mean(axis=-1, keepdims=True)), weight",
            ),
            (
                "rrms without its axis",
                "rrms without its last axis",
                "one of length 1",
                "Which shape is rrms to have?",
                "x, rrms[..., 0], weight",
            ),
            (
                "normalised x",
                "the normalised vector",
                "x",
                "What did the task say about x?",
                "x * rrms, rrms, weight",
            ),
            (
                "output",
                "the output",
                "x",
                "What did the task say about x?",
                "x * rrms * weight, rrms, weight",
            ),
            (
                "gain before rrms",
                "the gain and rrms",
                "rrms and the gain",
                "In which order do the fields stand?",
                "x, weight, rrms",
            ),
        )
    ),
    Mistake(
        "a plain tuple for the cache",
        "The output is right, but the cache is a tuple without the names of its fields.",
        "Which type was the cache to have?",
        edits=((_CACHE, "(x, rrms, weight)"),),
    ),
    Mistake(
        "no cache",
        "The output is there, but nothing for backward: a pair of output and cache was asked for.",
        "What does backward need beside the gradient from above?",
        edits=((_RETURN, "return x * rrms * weight"),),
    ),
)

MORE = unpaired(rmsnorm_forward, _MORE, but=("gain first", "one plus the gain"))
