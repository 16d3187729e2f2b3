"""Known mistakes of F.1 to F.3: those of the lessons, and those of the signatures that are new here."""

from typing import Any

import numpy as np

from ...worked.film_by_hand import film_gelu, film_layernorm
from ..exercise import Mistake
from ._ex02_softmax import SOFTMAX as LESSON_02
from ._ex08_gelu import EXERCISE as LESSON_08_GELU
from ._ex08_gelu_backward import EXERCISE as LESSON_08_SLOPE
from ._ex08_layernorm import EXERCISE as LESSON_08_NORM
from ._project_film_borrowed import (
    beside_the_right_value,
    borrowed,
    edited,
    of_one_argument,
    with_its_cache,
    with_its_slope,
    with_the_right_cache,
    with_the_right_slope,
)
from ._unpaired import unpaired

_MAX, _SUM = "x.max(axis=-1, keepdims=True)", "e.sum(axis=-1, keepdims=True)"
SOFTMAX = (
    *edited(
        borrowed(
            LESSON_02,
            of_one_argument,
            but=("axis ignored", "axis ignored in the maximum", "axis ignored in the total", "second axis"),
        ),
        {
            "no maximum subtracted": ((f"x - {_MAX}", "x"),),
            "one maximum for all": ((_MAX, "x.max()"),),
            "minimum subtracted": ((_MAX, "x.min(axis=-1, keepdims=True)"),),
            "one sum for all": ((_SUM, "e.sum()"),),
            "axis lost in the total": ((_SUM, "e.sum(axis=-1)"),),
            "mean for sum": ((_SUM, "e.mean(axis=-1, keepdims=True)"),),
            "not normalised": ((f"return e / {_SUM}", "return e"),),
            "power of 2": (("np.exp(", "np.exp2("),),
        },
    ),
    Mistake(
        "second axis",
        "The numbers compete along the second axis, which is the last one only in a table of rows.",
        "How many axes do the scores of two heads have?",
        wrong=lambda x: LESSON_02.reference(x, 1),
    ),
    Mistake(
        "axis before the last",
        "The numbers compete along the axis before the last: columns sum to 1, and rows should.",
        "Along which axis do the scores lie that one position has to choose from?",
        wrong=lambda x: LESSON_02.reference(x, -2),
    ),
    Mistake(
        "total of the first axis",
        "The totals were taken along the first axis: columns were divided by their sums, and rows should be.",
        "What should the numbers of a row sum to?",
        edits=((_SUM, "e.sum(axis=0, keepdims=True)"),),
    ),
    *(
        Mistake(
            f"{small} added to the total",
            f"A small number, {small}, was added to the total: the shares of a row sum to a little less than 1.",
            "Can the total be 0 when the largest exponential is 1?",
            edits=((_SUM, f"({_SUM} + {small})"),),
        )
        for small in ("1e-2", "1e-3", "1e-4")
    ),
    Mistake(
        "logarithm returned, exact",
        "These are log-probabilities: they are negative, and their exponentials sum to 1.",
        "Was a probability asked for, or its logarithm?",
        edits=((f"return e / {_SUM}", f"return x - {_MAX} - np.log({_SUM})"),),
    ),
)

_NO_CACHE = (
    "output cached",
    "tangent cached",
    "gate cached",
    "u cached",
    "x for the cache",
    "a plain tuple for the cache",
    "no cache",
)
_ABOVE = ("dy forgotten", "dy on the first term only", "dy added", "output for slope")


def _gelu(result: Any) -> Any:
    """A function whose result is made from the right value and slope, and from x."""
    return lambda x: result(*film_gelu(x), x)


GELU = (
    *borrowed(LESSON_08_GELU, with_its_slope, but=_NO_CACHE),
    *borrowed(LESSON_08_GELU, with_the_right_slope, but=_NO_CACHE, mark=" (value alone)"),
    *borrowed(LESSON_08_SLOPE, beside_the_right_value, but=_ABOVE, mark=" (slope alone)"),
    *unpaired(
        film_gelu,
        [
            Mistake(
                f"{constant} in the slope of u",
                f"In the slope of u the constant of the cube is {constant}, and 0.044715 was asked for.",
                "Which digits does the constant have, and in how many places does it stand?",
                edits=(("3 * 0.044715", f"3 * {constant}"),),
            )
            for constant in ("0.44715", "0.04715", "0.0044715", "0.0447", "0.45", "0.04")
        ],
    ),
    *(
        Mistake(
            f"ReLU, slope {at} at 0",
            "This is ReLU and its slope, with a kink at 0: GELU lets a little through on the left.",
            "What should come out for x = -1?",
            wrong=wrong,
        )
        for at, wrong in (
            ("0", lambda x: (np.maximum(x, 0.0), (x > 0) * 1.0)),
            ("1", lambda x: (np.maximum(x, 0.0), (x >= 0) * 1.0)),
        )
    ),
    Mistake(
        "slope before value",
        "Both results are right, and each stands in the other's place.",
        "In which order were they asked for?",
        wrong=_gelu(lambda y, slope, x: (slope, y)),
    ),
    Mistake(
        "value for slope",
        "In the place of the slope stands the value once more: at 0 the slope is one half.",
        "How much does the value grow when x grows a little?",
        wrong=_gelu(lambda y, slope, x: (y, y.copy())),
    ),
    Mistake(
        "slope times x",
        "The slope was multiplied by x: at 0 it should be one half.",
        "Is x a factor of the first of the two terms that the product rule gives?",
        wrong=_gelu(lambda y, slope, x: (y, slope * x)),
    ),
    Mistake(
        "value alone",
        "The value is there, and the slope is missing: a pair was asked for.",
        "What will the way back multiply by?",
        wrong=_gelu(lambda y, slope, x: y),
    ),
)

_OUTPUTS = (
    "gain forgotten",
    "bias forgotten",
    "bias scaled",
    "gain and bias exchanged",
    "gain added",
    "one plus the gain",
    "bias taken away",
)
_ROWS = (
    "divided by C - 1",
    "eps outside the root",
    "variance for deviation",
    "mean absolute deviation",
    "root mean square",
    "mean kept",
    "over the axis before the last",
    "over all axes",
    "one mean, one deviation",
    "one mean and one deviation, repeated",
    "one deviation about the vectors' means",
    "one deviation of the whole array",
    "axis lost",
    "C - 1 and eps outside the root",
    "the larger of variance and eps",
    "sum of squares",
    "width about zero",
    "upside down",
    "multiplied by the deviation",
    "deviation cached",
    "variance cached",
    "variance with eps cached",
    "one over the variance cached",
    "bare deviation cached",
    "eps missing in the cache",
    "rstd cached without its axis",
)
_CACHE = "FilmNorm(x_hat, rstd, gain)"


def _cached(key: str, what: str, new: str) -> Mistake:
    return Mistake(
        key,
        f"The output is right, but the cache holds {what} where the normalised rows were asked for.",
        "What does each row of the first field have to sum to, and how wide should it be?",
        edits=((_CACHE, f"FilmNorm({new}, rstd, gain)"),),
    )


_VARIANCE = "(centred**2).mean(axis=1, keepdims=True)"
LAYERNORM = (
    *edited(
        borrowed(LESSON_08_NORM, with_its_cache, only=_ROWS),
        {
            "divided by C - 1": ((_VARIANCE, "(centred**2).sum(axis=1, keepdims=True) / (x.shape[1] - 1)"),),
            "variance for deviation": (("1 / np.sqrt(", "1 / ("),),
            "mean kept": (("x_hat = centred", "x_hat = x"),),
            "deviation cached": (("x_hat, rstd, gain", "x_hat, 1 / rstd, gain"),),
            "rstd cached without its axis": (("x_hat, rstd, gain", "x_hat, rstd[:, 0], gain"),),
        },
    ),
    *edited(
        borrowed(LESSON_08_NORM, with_the_right_cache, only=_OUTPUTS),
        {
            "gain forgotten": (("x_hat * gain + bias", "x_hat + bias"),),
            "bias forgotten": (("* gain + bias", "* gain"),),
        },
    ),
    *unpaired(
        film_layernorm,
        (
            Mistake(
                "x overwritten",
                "The mean was subtracted from x itself: whoever gave you x has lost it.",
                "Which operation makes a new array, and which one changes the old?",
                edits=(
                    (
                        "centred = x - x.mean(axis=1, keepdims=True)",
                        "x -= x.mean(axis=1, keepdims=True)\n    centred = x",
                    ),
                ),
            ),
            Mistake(
                "gain and bias forgotten",
                "The rows are normalised, but neither scaled nor shifted: gain and bias change nothing.",
                "Which of the arguments have you not used yet?",
                edits=(("x_hat * gain + bias", "x_hat.copy()"),),
            ),
            Mistake(
                "no eps",
                "Nothing was added to the variance: a constant row has the variance 0, and 0 divided by 0 is not a number.",
                "What did the task say is added before the root is taken?",
                edits=((" + 1e-5)", ")"),),
            ),
            *(
                Mistake(
                    f"{eps} added",
                    f"Another number was added to the variance, {eps}: rows of small numbers show it.",
                    "How many zeros stand behind the point?",
                    edits=((" + 1e-5)", f" + {eps})"),),
                )
                for eps in ("1e-2", "1e-3", "1e-4", "1e-6", "1e-7", "1e-8", "1e-12")
            ),
            _cached("x cached", "x itself", "x"),
            _cached("centred x cached", "x without its mean", "centred"),
            _cached("output cached", "the output", "x_hat * gain + bias"),
            _cached("scaled rows cached", "the rows with the gain in them", "x_hat * gain"),
            Mistake(
                "bias cached",
                "The output is right, but in the cache the bias stands where the gain was asked for.",
                "Which of the two does the way back multiply by?",
                edits=((_CACHE, "FilmNorm(x_hat, rstd, bias)"),),
            ),
            Mistake(
                "fields exchanged",
                "The output is right, but in the cache the normalised rows and their factors stand in each other's place.",
                "In which order do the fields stand?",
                edits=((_CACHE, "FilmNorm(rstd, x_hat, gain)"),),
            ),
            Mistake(
                "a plain tuple for the cache",
                "The output is right, but the cache is a tuple without the names of its fields.",
                "Which type was the cache to have?",
                edits=((_CACHE, "(x_hat, rstd, gain)"),),
            ),
            Mistake(
                "no cache",
                "The output is there, but nothing for the way back: a pair of output and cache was asked for.",
                "What does the way back need beside the gradient from above?",
                edits=((f", {_CACHE}", ""),),
            ),
        ),
    ),
)
