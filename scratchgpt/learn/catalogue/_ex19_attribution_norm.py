"""19.2: mistakes with the norm, while a logit is shared out."""

from ..exercise import Mistake

WHOLE = "_, norm = layernorm_forward(parts.sum(axis=0), weight, bias, eps)"
CENTRED = "centred = parts - parts.mean(axis=-1, keepdims=True)"
CONSTANT = "(bias * direction).sum(axis=-1)"
RETURN = "array_module(parts).concatenate([shares, constant[None]])"
ADD_UP = "Do your shares of a position add up to its logit?"
DEVIATION = "By which number does the model divide the stream at this position?"
MEAN = "What does the norm take away from the stream, and how much of that is this part's own?"
UNUSED = "Which of the arguments have you not used yet?"
BIAS = "What would the logit be if all parts were 0, and in which row does that stand?"
ROWS = "How many rows has the result, and what stands in the last of them?"
DOT = "What does the head do with a normalised vector and the row of a token?"
SPREAD = (
    "x = parts.sum(axis=0)\n"
    "    gaps = x - x.mean(axis=-1, keepdims=True)\n"
    "    variance = (gaps * gaps).mean(axis=-1, keepdims=True)\n"
    "    norm = layernorm_forward(x, weight, bias, eps)[1]._replace(rstd={})"
)

ATTRIBUTION_NORM = (
    *(
        Mistake(key, says, asks, edits=((WHOLE, new),))
        for key, says, asks, new in (
            (
                "eps not used",
                "The norm has its usual small constant, where you were given another.",
                UNUSED,
                "_, norm = layernorm_forward(parts.sum(axis=0), weight, bias)",
            ),
            (
                "deviation of the average part",
                "The deviation is that of the average of the parts; the stream is their sum.",
                DEVIATION,
                "_, norm = layernorm_forward(parts.mean(axis=0), weight, bias, eps)",
            ),
            (
                "deviation of the last part",
                "The deviation is that of the last part alone; the norm sees the whole stream.",
                DEVIATION,
                "_, norm = layernorm_forward(parts[-1], weight, bias, eps)",
            ),
            (
                "deviation of the first part",
                "The deviation is that of the first part alone; the norm sees the whole stream.",
                DEVIATION,
                "_, norm = layernorm_forward(parts[0], weight, bias, eps)",
            ),
            (
                "deviation of the stream so far",
                "Each part was divided by the deviation of the stream up to it; the last norm sees the whole stream alone.",
                DEVIATION,
                "_, norm = layernorm_forward(parts.cumsum(axis=0), weight, bias, eps)",
            ),
            *(
                (key, says, asks, SPREAD.format(rstd))
                for key, says, asks, rstd in (
                    (
                        "multiplied by the deviation",
                        "The parts were multiplied by the deviation of the stream, where they have to be divided by it.",
                        DEVIATION,
                        "array_module(x).sqrt(variance + eps)",
                    ),
                    (
                        "variance for deviation",
                        "The parts were divided by the variance of the stream, which is its deviation twice over.",
                        DEVIATION,
                        "1 / (variance + eps)",
                    ),
                    (
                        "divided by n - 1",
                        "The variance was divided by one less than the number of channels; it is the mean square of all of them.",
                        "By what is the variance divided in a norm, and by what in statistics?",
                        "1 / array_module(x).sqrt(variance * x.shape[-1] / (x.shape[-1] - 1) + eps)",
                    ),
                    (
                        "eps outside the root",
                        "The small constant was added to the deviation, behind the root; its place is with the variance.",
                        "Where does the constant stand, inside or outside of the root?",
                        "1 / (array_module(x).sqrt(variance) + eps)",
                    ),
                    (
                        "eps forgotten",
                        "The small constant under the root is missing.",
                        UNUSED,
                        "1 / array_module(x).sqrt(variance)",
                    ),
                    (
                        "root mean square",
                        "The parts were divided by the root mean square of the stream, from which the mean has not been taken.",
                        "What is taken away from the stream before its spread is measured?",
                        "1 / array_module(x).sqrt((x * x).mean(axis=-1, keepdims=True) + eps)",
                    ),
                    (
                        "length of the stream",
                        "The parts were divided by the length of the stream, from which the mean has not been taken.",
                        DEVIATION,
                        "1 / array_module(x).sqrt((x * x).sum(axis=-1, keepdims=True) + eps)",
                    ),
                    (
                        "one deviation for all positions",
                        "All positions were divided by one number; each has the deviation of its own stream.",
                        DEVIATION,
                        "1 / array_module(x).sqrt(x.var() + eps)",
                    ),
                    (
                        "deviation over positions",
                        "The deviation was taken over the positions, not over the channels.",
                        DEVIATION,
                        "1 / array_module(x).sqrt(x.var(axis=0, keepdims=True) + eps)",
                    ),
                    (
                        "variances added up",
                        "The variance of the stream was put together from the variances of the parts, as if these had nothing to do "
                        "with each other.",
                        "Do two parts that point the same way spread the stream as much as two that do not?",
                        "1 / array_module(x).sqrt(parts.var(axis=-1, keepdims=True).sum(axis=0) + eps)",
                    ),
                    (
                        "deviations added up",
                        "The deviation of the stream was put together from the deviations of the parts.",
                        "Is the deviation of a sum the sum of the deviations?",
                        "1 / array_module(x).sqrt(parts.var(axis=-1, keepdims=True) + eps).sum(axis=0)",
                    ),
                )
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((CENTRED, new),))
        for key, says, asks, new in (
            (
                "mean shared out evenly",
                "Every part lost an equal portion of the stream's mean. The sum is right, but a part without any mean of its own "
                "has lost some.",
                MEAN,
                "centred = parts - norm.mean / len(parts)",
            ),
            (
                "mean over the parts",
                "The mean over the parts was taken away; the norm's mean is one over the channels.",
                "Over which numbers does the norm take its mean?",
                "centred = parts - parts.mean(axis=0)",
            ),
            (
                "mean over the positions",
                "The mean over the positions was taken away; the norm's mean is one over the channels.",
                "Over which numbers does the norm take its mean?",
                "centred = parts - parts.mean(axis=1, keepdims=True)",
            ),
            (
                "one mean for a whole part",
                "A part lost one mean for all its positions; each position has its own.",
                "Over which numbers does the norm take its mean?",
                "centred = parts - parts.mean(axis=(1, 2), keepdims=True)",
            ),
            (
                "one mean for everything",
                "There is one mean for all numbers; each position of each part has its own.",
                "Over which numbers does the norm take its mean?",
                "centred = parts - parts.mean()",
            ),
            (
                "mean taken from the last part",
                "The last part paid for the mean of the whole stream, the others for none.",
                MEAN,
                "centred = parts.copy()\n    centred[-1] -= norm.mean",
            ),
            (
                "mean taken from the first part",
                "The first part paid for the mean of the whole stream, the others for none.",
                MEAN,
                "centred = parts.copy()\n    centred[0] -= norm.mean",
            ),
        )
    ),
)
