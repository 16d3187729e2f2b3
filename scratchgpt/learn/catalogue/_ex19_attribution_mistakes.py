"""19.2: mistakes in sharing a logit out."""

from ...interpret.attribution import direct_logit_attribution
from ..exercise import Mistake
from ._ex19_attribution_norm import (
    ADD_UP,
    ATTRIBUTION_NORM,
    BIAS,
    CENTRED,
    CONSTANT,
    DEVIATION,
    DOT,
    MEAN,
    RETURN,
    ROWS,
    SPREAD,
    UNUSED,
    WHOLE,
)
from ._ex19_attribution_rows import ATTRIBUTION_ROWS
from ._ex19_more import ATTRIBUTION
from ._ex19_twice import ATTRIBUTION as TWICE
from ._unpaired import unpaired

_SHARES = "(centred * norm.rstd * weight * direction).sum(axis=-1)"

_PAIRED = (
    (
        "each part's own deviation",
        "Each part was divided by its own deviation: that is a norm for every part. The stream as a whole passes one norm, so "
        "the shares no longer add up to the logit.",
        DEVIATION,
        "parts.sum(axis=0), weight",
        "parts, weight",
    ),
    (
        "deviation forgotten",
        "Nothing was divided by the deviation of the stream.",
        DEVIATION,
        "centred * norm.rstd * weight",
        "centred * weight",
    ),
    (
        "gain forgotten",
        "The gain of the norm is missing from the shares.",
        UNUSED,
        "norm.rstd * weight",
        "norm.rstd",
    ),
    (
        "mean kept",
        "The parts kept their means; the norm takes the mean of the stream away.",
        MEAN,
        CENTRED,
        "centred = parts",
    ),
    (
        "mean of the whole stream",
        "The mean of the whole stream was taken from every single part: with N parts it is gone N times.",
        MEAN,
        CENTRED,
        "centred = parts - norm.mean",
    ),
    (
        "bias forgotten",
        "The last row, the share of the norm's bias, is missing.",
        ROWS,
        RETURN,
        "shares",
    ),
    (
        "bias for all tokens",
        "The last row is the sum of the bias itself; the row of the token has not met it.",
        BIAS,
        CONSTANT,
        "bias.sum() + 0 * direction[..., 0]",
    ),
)

_MORE = (
    *ATTRIBUTION_NORM,
    *ATTRIBUTION_ROWS,
    *(
        Mistake(key, says, asks, edits=((_SHARES, new),))
        for key, says, asks, new in (
            (
                "mean for sum",
                "The products were averaged over the channels; a dot product adds them.",
                DOT,
                "(centred * norm.rstd * weight * direction).mean(axis=-1)",
            ),
            (
                "bias in every share",
                "The share of the bias is in every part's share already, and once more in the last row.",
                ADD_UP,
                "((centred * norm.rstd * weight + bias) * direction).sum(axis=-1)",
            ),
            (
                "bias shared out too",
                "Every part got an equal portion of the bias, which has a row of its own at the end.",
                ADD_UP,
                "((centred * norm.rstd * weight + bias / len(parts)) * direction).sum(axis=-1)",
            ),
            (
                "direction forgotten",
                "The channels of the normalised part were added up; the row of the token has not met them.",
                DOT,
                "(centred * norm.rstd * weight + 0 * direction).sum(axis=-1)",
            ),
            (
                "first direction for all",
                "All positions met the row of the first position's token; each has its own.",
                DOT,
                "(centred * norm.rstd * weight * direction[0]).sum(axis=-1)",
            ),
            (
                "last direction for all",
                "All positions met the row of the last position's token; each has its own.",
                DOT,
                "(centred * norm.rstd * weight * direction[-1]).sum(axis=-1)",
            ),
            (
                "cosines",
                "The row of the token was brought to length 1; the head takes it as it is.",
                DOT,
                "(centred * norm.rstd * weight * direction).sum(axis=-1)"
                " / (direction * direction).sum(axis=-1) ** 0.5",
            ),
            (
                "sizes only",
                "A share has lost its sign: a part can speak against a token too.",
                "Can a part make a token less likely?",
                "abs((centred * norm.rstd * weight * direction).sum(axis=-1))",
            ),
            (
                "sizes of the products",
                "The products of the channels have lost their signs before they were added up.",
                "Can a part make a token less likely?",
                "abs(centred * norm.rstd * weight * direction).sum(axis=-1)",
            ),
            (
                "gain squared",
                "The gain of the norm was applied twice.",
                "How often does the norm multiply by its gain?",
                "(centred * norm.rstd * weight * weight * direction).sum(axis=-1)",
            ),
            (
                "gain counted from 1",
                "1 was added to the gain; here the gain is the whole factor.",
                "What does a gain of 1 do to a vector?",
                "(centred * norm.rstd * (1 + weight) * direction).sum(axis=-1)",
            ),
            (
                "bias for the gain",
                "The bias multiplies where the gain should.",
                "Which of the two multiplies?",
                "(centred * norm.rstd * bias * direction).sum(axis=-1)",
            ),
            (
                "added up so far",
                "Each row holds the sum of the shares up to it; each part's own share was asked for.",
                ADD_UP,
                "(centred * norm.rstd * weight * direction).sum(axis=-1).cumsum(axis=0)",
            ),
        )
    ),
    Mistake(
        "no norm at all",
        "The parts met the row of the token as they are: mean, deviation and gain of the norm are missing.",
        "What does the stream pass before the head?",
        edits=(
            (CENTRED, "centred = parts"),
            ("centred * norm.rstd * weight * direction", "centred * direction"),
        ),
    ),
    Mistake(
        "a norm for every part",
        "Each part passed the whole norm on its own, bias included, and there is no row for the bias: the sum of all "
        "that is not the logit.",
        DEVIATION,
        edits=(
            ("parts.sum(axis=0), weight", "parts, weight"),
            (RETURN, "shares + constant"),
        ),
    ),
    Mistake(
        "root mean square, mean kept",
        "That is another norm, which keeps the mean and divides by the root mean square.",
        MEAN,
        edits=(
            (WHOLE, SPREAD.format("1 / array_module(x).sqrt((x * x).mean(axis=-1, keepdims=True) + eps)")),
            (CENTRED, "centred = parts"),
        ),
    ),
    Mistake(
        "mean in the last row alone",
        "The parts kept their means, and the last row pays for all of them beside the bias. The sum is right, but a part that "
        "only shifts all channels alike has a share.",
        MEAN,
        edits=(
            (CENTRED, "centred = parts"),
            (CONSTANT, "((bias - norm.mean * norm.rstd * weight) * direction).sum(axis=-1)"),
        ),
    ),
)

_COMBINED = (
    "bias in every share",
    "last row 0",
    "mean for sum",
    "bias for the average",
    "eps not used",
    "eps forgotten",
    "eps outside the root",
    "divided by n - 1",
    "divided by n - 1, eps forgotten",
    "variance for deviation",
    "multiplied by the deviation",
    "bias first",
)
MISTAKES = (
    *(Mistake(key, says, asks, edits=((old, new),)) for key, says, asks, old, new in _PAIRED),
    *unpaired(direct_logit_attribution, (*_MORE, *ATTRIBUTION, *TWICE), but=_COMBINED),
)
