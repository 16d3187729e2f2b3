"""21.1 and 21.3: what goes wrong with the losses of pairs, for a reward model and for DPO."""

from ..exercise import Mistake

LOSSES = "losses = array_module(margin).logaddexp(0, -margin)"
MEAN = "losses.mean()"
XP = "array_module(margin)"
WINS = "Which answer should have the larger reward, and what does the loss do then?"
ALL = "How many pairs are there, and how many numbers is the loss?"
LOG = "How large should the loss of a pair be to which the model gives half a chance?"
FAR = "What is the loss when the margin is -900, and can a float hold the probability that belongs to it?"

OF_PAIRS = (
    Mistake(
        "mean probability",
        "That is the mean probability of the right outcome; the negative log of it was asked for.",
        LOG,
        edits=((LOSSES, f"losses = 1 / (1 + {XP}.exp(-margin))"),),
    ),
    *(
        Mistake(key, says, asks, edits=((LOSSES, new),))
        for key, says, asks, new in (
            (
                "misjudged probability",
                "That is the probability given to the wrong outcome; the loss is the negative log of the right one's.",
                LOG,
                f"losses = 1 / (1 + {XP}.exp(margin))",
            ),
            (
                "log of the wrong outcome",
                "The log was taken of the probability of the wrong outcome: the loss grows with the margin.",
                WINS,
                f"losses = {XP}.logaddexp(0, margin)",
            ),
            *(
                (
                    f"probability kept above {name}",
                    "A small number was added to the probability, or it was kept above one: that bounds the loss of a pair that is "
                    "judged quite wrongly, which can be in the hundreds.",
                    FAR,
                    f"losses = -{XP}.log({XP}.maximum(1 / (1 + {XP}.exp(-margin)), {low}))",
                )
                for name, low in (
                    ("1e-7", "1e-7"),
                    ("1e-8", "1e-8"),
                    ("1e-9", "1e-9"),
                    ("1e-10", "1e-10"),
                    ("1e-12", "1e-12"),
                    ("1e-15", "1e-15"),
                    ("the precision of a float", "2.0**-52"),
                    ("1e-16", "1e-16"),
                    ("1e-20", "1e-20"),
                    ("1e-30", "1e-30"),
                    ("1e-300", "1e-300"),
                    ("the smallest float", "2.0**-1022"),
                )
            ),
            *(
                (
                    f"margin bounded at {most}",
                    f"Margins were cut off at {most} and at -{most}: a pair that is judged quite wrongly costs more than that.",
                    FAR,
                    f"losses = {XP}.logaddexp(0, -{XP}.clip(margin, -{most}, {most}))",
                )
                for most in (20, 30, 50, 100, 500, 700)
            ),
            (
                "hinge",
                "That is a hinge: 0 beyond a margin of 1, a straight line below. The negative log of a sigmoid is never quite 0.",
                LOG,
                f"losses = {XP}.maximum(0, 1 - margin)",
            ),
            (
                "hinge at 0",
                "That is a hinge: 0 for every pair that is judged rightly. The negative log of a sigmoid is never quite 0.",
                LOG,
                f"losses = {XP}.maximum(0, -margin)",
            ),
            (
                "margin for the loss",
                "The loss is the negative margin: no probability and no log was taken.",
                LOG,
                "losses = -margin",
            ),
            (
                "squared margin",
                "The loss is the square of the margin: it rises again where the model is right and sure.",
                WINS,
                "losses = margin * margin",
            ),
            (
                "size of the margin",
                "The sign of the margin has been lost: a wrong judgement costs no more than a right one.",
                WINS,
                f"losses = {XP}.logaddexp(0, -abs(margin))",
            ),
            (
                "share of errors",
                "That is how often the rejected answer has the larger reward; the negative log of a probability was asked for.",
                "Does the loss change when a margin does, but not its sign?",
                "losses = (margin < 0).astype(margin.dtype)",
            ),
            (
                "both outcomes",
                "The logs of both outcomes went into the loss; only the one that came true counts.",
                "How many outcomes has a pair, and how many of them came true?",
                f"losses = {XP}.logaddexp(0, -margin) + {XP}.logaddexp(0, margin)",
            ),
            (
                "1 less the log",
                "1 was added to the loss of each pair.",
                LOG,
                f"losses = 1 + {XP}.logaddexp(0, -margin)",
            ),
            (
                "exponential alone",
                "The loss is the exponential of the negative margin: the 1 beside it and the log are missing.",
                LOG,
                f"losses = {XP}.exp(-margin)",
            ),
            (
                "softplus of the doubled margin",
                "The margin counts twice in the probability.",
                LOG,
                f"losses = {XP}.logaddexp(0, -2 * margin)",
            ),
            (
                "half the margin",
                "The margin counts half in the probability.",
                LOG,
                f"losses = {XP}.logaddexp(0, -margin / 2)",
            ),
            (
                "log10",
                "The log was taken to base 10; the natural log was asked for.",
                LOG,
                f"losses = {XP}.logaddexp(0, -margin) / 2.302585092994046",
            ),
            (
                "1 in the wrong place",
                "The 1 was added behind the log, not before it.",
                LOG,
                f"losses = 1 + {XP}.log({XP}.exp(-margin))",
            ),
            (
                "squared loss of the probability",
                "That is the squared distance of the probability from 1; its negative log was asked for.",
                LOG,
                f"losses = (1 - 1 / (1 + {XP}.exp(-margin))) ** 2",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((MEAN, new),))
        for key, says, asks, new in (
            (
                "not averaged",
                "There is a loss for each pair; their mean was asked for.",
                ALL,
                "losses",
            ),
            (
                "averaged over answers",
                "The sum was divided by the number of answers, which is twice that of the pairs.",
                ALL,
                "losses.sum() / (2 * len(losses))",
            ),
            (
                "last pair only",
                "The loss is that of the last pair alone.",
                ALL,
                "losses[-1]",
            ),
            (
                "first pair only",
                "The loss is that of the first pair alone.",
                ALL,
                "losses[0]",
            ),
            (
                "one pair less",
                "The sum was divided by one less than the number of pairs.",
                ALL,
                "losses.sum() / max(len(losses) - 1, 1)",
            ),
            (
                "median for mean",
                "The median of the losses was taken, where their mean was asked for.",
                ALL,
                f"{XP}.median(losses)",
            ),
            (
                "loss of the mean margin",
                "The margins were averaged first, and the loss of that one margin was taken; the losses are averaged.",
                "Which comes first, the mean or the log?",
                f"{XP}.logaddexp(0, -margin.mean())",
            ),
            (
                "log of the mean probability",
                "The probabilities were averaged first, and then the log was taken; the logs are averaged.",
                "Which comes first, the mean or the log?",
                f"-{XP}.log({XP}.exp(-losses).mean())",
            ),
        )
    ),
)
