"""21.2 and 21.4: what goes wrong with the slope of the loss, for a reward model and for DPO."""

from ..exercise import Mistake

WRONG = "wrong, _ = sigmoid_forward(-margin)"
XP = "array_module(margin)"
PUSH = "How hard should a pair pull that is judged rightly and surely, and how hard one that is misjudged?"
_FAR = "Which of the two forms of a sigmoid keeps its exponential small?"
EACH = "How many pairs are there, and how many numbers should each gradient have?"

SLOPES = (
    *(
        Mistake(key, says, asks, edits=((WRONG, new),))
        for key, says, asks, new in (
            (
                "slope of the sigmoid",
                "That is the slope of the sigmoid alone; of its log, only a part of it is left, and that does not fade for a "
                "misjudged pair.",
                "What is the slope of a log, and what cancels?",
                "wrong = sigmoid_forward(margin)[0] * sigmoid_forward(-margin)[0]",
            ),
            (
                "slope of a squared error",
                "The slope is that of a squared error of the probability; the loss is the negative log of it.",
                "Which loss is it whose slope you took?",
                "wrong = 2 * sigmoid_forward(margin)[0] * sigmoid_forward(-margin)[0] ** 2",
            ),
            (
                "1 over the probability",
                "The slope of the log alone was taken, 1 over the probability; the slope of the sigmoid belongs to it.",
                "How many functions does the margin pass on its way to the loss?",
                "wrong = 1 / sigmoid_forward(margin)[0]",
            ),
            (
                "log of the probability",
                "The gradient holds the loss of the pair itself, where its slope belongs.",
                "Is the loss asked for, or how it changes with the margin?",
                f"wrong = {XP}.logaddexp(0, -margin)",
            ),
            (
                "log-probability",
                "The gradient holds a log-probability, where the slope of the loss belongs.",
                "Is the loss asked for, or how it changes with the margin?",
                f"wrong = -{XP}.logaddexp(0, -margin)",
            ),
            (
                "infinity over infinity",
                "For a margin of -900 there is no number: an exponential on the way is infinite, and was divided by infinity or "
                "multiplied by 0.",
                _FAR,
                f"wrong = {XP}.exp(-margin) / (1 + {XP}.exp(-margin))",
            ),
            (
                "infinity over infinity, the other way",
                "For a margin of 900 there is no number: an exponential on the way is infinite, and was divided by infinity or "
                "multiplied by 0.",
                _FAR,
                f"wrong = 1 - {XP}.exp(margin) / (1 + {XP}.exp(margin))",
            ),
            (
                "constant push",
                "Every pair pulls alike; one that is judged rightly and surely should hardly pull.",
                PUSH,
                "wrong = 1 + 0 * margin",
            ),
            (
                "half a push for all",
                "Every pair pulls with one half; one that is judged rightly and surely should hardly pull.",
                PUSH,
                "wrong = 0.5 + 0 * margin",
            ),
            (
                "errors only",
                "Only pairs that are judged wrongly pull, each with 1: that is the slope of a hinge.",
                PUSH,
                "wrong = (margin < 0).astype(margin.dtype)",
            ),
            (
                "errors and hair's breadths",
                "Only pairs whose margin is below 1 pull, each with 1: that is the slope of a hinge.",
                PUSH,
                "wrong = (margin < 1).astype(margin.dtype)",
            ),
            (
                "margin for the push",
                "Each pair pulls with its margin, not with a probability.",
                PUSH,
                "wrong = margin.copy()",
            ),
            (
                "twice the margin",
                "The margin counts twice in the probability.",
                PUSH,
                "wrong, _ = sigmoid_forward(-2 * margin)",
            ),
            (
                "size of the margin",
                "The sign of the margin has been lost: a misjudged pair pulls no harder than a right one.",
                PUSH,
                "wrong, _ = sigmoid_forward(-abs(margin))",
            ),
            (
                "probability of both",
                "The difference of both probabilities was taken, where that of the wrong outcome belongs.",
                PUSH,
                "wrong = sigmoid_forward(-margin)[0] - sigmoid_forward(margin)[0]",
            ),
            (
                "push squared",
                "The probability of the wrong outcome was squared.",
                PUSH,
                "wrong = sigmoid_forward(-margin)[0] ** 2",
            ),
            (
                "exponential alone",
                "The exponential of the negative margin was taken for the probability; the 1 beside it is missing.",
                _FAR,
                f"wrong = {XP}.exp(-margin)",
            ),
            (
                "softmax over the pairs",
                "The pairs compete for the push, as in a softmax; each is judged on its own.",
                EACH,
                f"wrong = (lambda e: e / e.sum())({XP}.exp(-margin - (-margin).max()))",
            ),
            (
                "slope of the mean margin",
                "The margins were averaged before the probability was taken; each pair has its own.",
                EACH,
                "wrong = sigmoid_forward(-margin.mean())[0] + 0 * margin",
            ),
        )
    ),
)
