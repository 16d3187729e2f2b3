"""19.2: mistakes with the bias and the rows of the result, while a logit is shared out."""

from ..exercise import Mistake
from ._ex19_attribution_norm import ADD_UP, BIAS, CONSTANT, DOT, RETURN, ROWS

ATTRIBUTION_ROWS = (
    *(
        Mistake(key, says, asks, edits=((CONSTANT, new),))
        for key, says, asks, new in (
            (
                "bias divided by the deviation",
                "The share of the bias was divided by the deviation; the bias is added behind that.",
                "In which order do deviation, gain and bias act?",
                "(bias * norm.rstd * direction).sum(axis=-1)",
            ),
            (
                "bias times the gain",
                "The share of the bias was multiplied by the gain; the bias is added behind that.",
                "In which order do deviation, gain and bias act?",
                "(bias * weight * direction).sum(axis=-1)",
            ),
            (
                "bias scaled like a part",
                "The bias was treated like a part of the stream, divided by the deviation and multiplied by the gain; it is added "
                "behind both.",
                "In which order do deviation, gain and bias act?",
                "(bias * norm.rstd * weight * direction).sum(axis=-1)",
            ),
            (
                "bias passed through the norm",
                "The bias was treated like a part of the stream, its mean taken away as well; it is added behind the norm.",
                "In which order do deviation, gain and bias act?",
                "((bias - bias.mean()) * norm.rstd * weight * direction).sum(axis=-1)",
            ),
            (
                "bias without its mean",
                "The mean of the bias was taken away before it met the row of the token.",
                "Does anything take a mean away behind the bias?",
                "((bias - bias.mean()) * direction).sum(axis=-1)",
            ),
            (
                "bias for the average",
                "The share of the bias was averaged over the channels; a dot product adds them.",
                DOT,
                "(bias * direction).mean(axis=-1)",
            ),
            (
                "gain for the bias",
                "The last row was made with the gain; the share of the bias belongs there.",
                BIAS,
                "(weight * direction).sum(axis=-1)",
            ),
            (
                "bias subtracted",
                "The share of the bias has the wrong sign.",
                ADD_UP,
                "-(bias * direction).sum(axis=-1)",
            ),
            (
                "last row 0",
                "The last row is 0, where the share of the bias belongs.",
                BIAS,
                "0 * direction[..., 0]",
            ),
            (
                "logit in the last row",
                "The last row holds the whole logit, where the share of the bias belongs.",
                ROWS,
                "shares.sum(axis=0) + (bias * direction).sum(axis=-1)",
            ),
            (
                "sum of the parts in the last row",
                "The last row holds the sum of the parts' shares, where the share of the bias belongs.",
                ROWS,
                "shares.sum(axis=0)",
            ),
            (
                "mean in the last row",
                "Into the share of the bias came what the mean of the stream takes away; each part pays for its own mean already.",
                ADD_UP,
                "((bias - norm.mean * norm.rstd * weight) * direction).sum(axis=-1)",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((RETURN, new),))
        for key, says, asks, new in (
            (
                "bias first",
                "The share of the bias stands in the first row, not in the last.",
                ROWS,
                "array_module(parts).concatenate([constant[None], shares])",
            ),
            (
                "bias added to every row",
                "There is no row for the bias: its share was added to that of every part.",
                ADD_UP,
                "shares + constant",
            ),
            (
                "bias shared out evenly",
                "There is no row for the bias: every part got an equal portion of it.",
                ROWS,
                "shares + constant / len(parts)",
            ),
            (
                "bias with the last part",
                "There is no row for the bias: its share went to the last part.",
                ROWS,
                "array_module(parts).concatenate([shares[:-1], (shares[-1] + constant)[None]])",
            ),
            (
                "bias with the first part",
                "There is no row for the bias: its share went to the first part.",
                ROWS,
                "array_module(parts).concatenate([(shares[0] + constant)[None], shares[1:]])",
            ),
            (
                "shares not summed over channels",
                "There is a number for each channel; a share is one number.",
                DOT,
                "centred * norm.rstd * weight * direction",
            ),
            (
                "neither summed over channels",
                "There is a number for each channel, in the last row too; a share is one number.",
                DOT,
                "array_module(parts).concatenate("
                "[centred * norm.rstd * weight * direction, (bias * direction)[None]])",
            ),
            (
                "logits only",
                "These are the logits themselves, the sums of all shares; the shares one by one were asked for.",
                ROWS,
                "shares.sum(axis=0) + constant",
            ),
            (
                "a row too many",
                "There is one more row, with the whole logit; the shares alone were asked for.",
                ROWS,
                "array_module(parts).concatenate("
                "[shares, constant[None], (shares.sum(axis=0) + constant)[None]])",
            ),
            (
                "as portions of the logit",
                "The shares of a position add up to 1, not to its logit: they were divided by it.",
                ADD_UP,
                "(lambda rows: rows / rows.sum(axis=0))"
                "(array_module(parts).concatenate([shares, constant[None]]))",
            ),
            (
                "averaged over positions",
                "The shares were averaged over the positions; each position has its own.",
                ROWS,
                "array_module(parts).concatenate([shares, constant[None]]).mean(axis=1)",
            ),
            (
                "positions by parts",
                "Positions and parts have changed places.",
                "Which axis comes first, that of the parts or that of the positions?",
                "array_module(parts).concatenate([shares, constant[None]]).T",
            ),
            (
                "softmax over the parts",
                "The shares were made probabilities; a share can be negative, and they add up to the logit.",
                ADD_UP,
                "(lambda e: e / e.sum(axis=0))(array_module(parts).exp("
                "array_module(parts).concatenate([shares, constant[None]])))",
            ),
        )
    ),
)
