"""Lesson 11: what goes wrong when unequal micro-batches are put together."""

from ...worked.accumulation import accumulate_gradients
from ..exercise import Mistake
from ._ex11_accumulation_counts import COUNTS
from ._ex11_accumulation_whole import _MEANS, _MEANS_ASKS, WHOLE
from ._unpaired import unpaired

_COUNT = "int((one != IGNORE).sum())"
_TOTAL = "max(sum(counts), 1)"
_SHARE = "share = count / total"
_LOSS = "loss += share * one_loss"
_GRADIENT = "gradient += share * one_gradient"
_SIZES = ("    loss: float = 0\n", "    loss: float = 0\n    sizes = iter([x.size for x in targets])\n")

ACCUMULATION = (
    Mistake("mean of means", _MEANS, _MEANS_ASKS, edits=((_SHARE, "share = 1 / len(counts)"),)),
    Mistake(
        "mean of means, gradient",
        f"The loss is right, the gradient is not. {_MEANS}",
        _MEANS_ASKS,
        edits=((_GRADIENT, "gradient += one_gradient / len(counts)"),),
    ),
    Mistake(
        "padding counted",
        "Positions where there was nothing to predict were counted too, and these took no part in the mean.",
        "Over what was each loss averaged?",
        edits=((_COUNT, "one.size"),),
    ),
    Mistake(
        "no targets, no answer",
        "Where no micro-batch has a target, the sum of the counts is 0 and cannot be divided by.",
        "What are the results to be when there is nothing to predict at all?",
        edits=((_TOTAL, "sum(counts)"),),
    ),
    Mistake(
        "nothing, divided by nothing",
        "Where no micro-batch has a target, your results are not numbers: 0 was divided by 0.",
        "What are the results to be when there is nothing to predict at all?",
        edits=((_TOTAL, "np.float64(sum(counts))"),),
    ),
    *unpaired(
        accumulate_gradients,
        (
            Mistake(
                "mean of means, loss",
                f"The gradient is right, the loss is not. {_MEANS}",
                _MEANS_ASKS,
                edits=((_LOSS, "loss += one_loss / len(counts)"),),
            ),
            Mistake(
                "divided twice, in the gradient",
                "The loss is right; the gradient was weighed rightly, and then divided by the number of micro-batches as well.",
                "What is the sum of your weights?",
                edits=((_GRADIENT, "gradient += share * one_gradient / len(counts)"),),
            ),
            Mistake(
                "divided twice, in the loss",
                "The gradient is right; the loss was weighed rightly, and then divided by the number of micro-batches as well.",
                "What is the sum of your weights?",
                edits=((_LOSS, "loss += share * one_loss / len(counts)"),),
            ),
            Mistake(
                "sum of means",
                "Losses and gradients were added up as they are, and neither divided nor weighed: with more micro-batches "
                "the step becomes larger.",
                "Does the loss of a text grow when it is cut into more pieces?",
                edits=((_SHARE, "share = 1"),),
            ),
            Mistake(
                "gradients only added up",
                "The gradients were added up as they are, so that the step grows with the number of micro-batches.",
                "Which loss does your gradient belong to?",
                edits=((_GRADIENT, "gradient += one_gradient"),),
            ),
            Mistake(
                "losses only added up",
                "The gradient is right; the losses were added up as they are.",
                "Which loss does your gradient belong to?",
                edits=((_LOSS, "loss += one_loss"),),
            ),
            Mistake(
                "sum over all tokens",
                "These are sums over all target tokens, and means are asked for.",
                "By what is a sum over all target tokens still to be divided?",
                edits=((_SHARE, "share = count"),),
            ),
            Mistake(
                "gradient not divided",
                "The gradient is a sum over all target tokens, and belongs to their mean.",
                "Which loss does your gradient belong to?",
                edits=((_GRADIENT, "gradient += count * one_gradient"),),
            ),
            Mistake(
                "loss not divided",
                "The gradient is right; the loss is a sum over all target tokens, and their mean is asked for.",
                "Which loss does your gradient belong to?",
                edits=((_LOSS, "loss += count * one_loss"),),
            ),
            Mistake(
                "divided twice",
                "The weighted mean is right, and then it was divided by the number of micro-batches as well.",
                "What is the sum of your weights?",
                edits=((_SHARE, "share = count / total / len(counts)"),),
            ),
            Mistake(
                "means over the total",
                "The means were added up as they are and divided by the number of all target tokens: a mean has been "
                "divided by its own number already.",
                "From a mean and the number of its tokens, how do you get back to the sum?",
                edits=((_SHARE, "share = 1 / total"),),
            ),
            Mistake(
                "only the loss weighed",
                "The loss is right; the gradients were added up and divided by the number of all target tokens, "
                "but not weighed.",
                "By what does each gradient have to be multiplied first?",
                edits=((_GRADIENT, "gradient += one_gradient / total"),),
            ),
            Mistake(
                "all positions in the total",
                "Each micro-batch weighs as much as it has targets, but the total counts the padding too: the shares do not "
                "sum to 1.",
                "What is the sum of your weights?",
                edits=((_TOTAL, "sum(one.size for one in targets)"),),
            ),
            Mistake(
                "all positions in the counts",
                "Each micro-batch weighs as much as it has positions, padding included, but the total counts targets "
                "alone: the shares sum to more than 1.",
                "What is the sum of your weights?",
                edits=(
                    ("count / total", "count / max(sum(int((x != IGNORE).sum()) for x in targets), 1)"),
                    (_COUNT, "one.size"),
                ),
            ),
            Mistake(
                "padding counted, in the loss",
                "The gradient is right; in the loss, positions where there was nothing to predict were counted too.",
                "Over what was each loss averaged?",
                edits=(
                    _SIZES,
                    (_LOSS, "loss += one_loss / max(sum(x.size for x in targets), 1) * next(sizes)"),
                ),
            ),
            Mistake(
                "padding counted, in the gradient",
                "The loss is right; in the gradient, positions where there was nothing to predict were counted too.",
                "Over what was each loss averaged?",
                edits=(
                    _SIZES,
                    (
                        _GRADIENT,
                        "gradient += one_gradient / max(sum(x.size for x in targets), 1) * next(sizes)",
                    ),
                ),
            ),
            Mistake(
                "losses added up, gradient averaged",
                "The losses were added up as they are, and the micro-batches count the same in the gradient. Both are to be "
                "means over all target tokens.",
                "In the example, how many of the four target tokens has the first micro-batch?",
                edits=((_LOSS, "loss += one_loss"), (_GRADIENT, "gradient += one_gradient / len(counts)")),
            ),
            Mistake(
                "count of the first for all",
                "Every micro-batch has got the share of the first one.",
                "In the example, how many of the four target tokens has the second micro-batch?",
                edits=((_SHARE, "share = counts[0] / total"),),
            ),
            Mistake(
                "count of the last for all",
                "Every micro-batch has got the share of the last one.",
                "In the example, how many of the four target tokens has the first micro-batch?",
                edits=((_SHARE, "share = counts[-1] / total"),),
            ),
            Mistake(
                "one empty micro-batch spoils all",
                "When one micro-batch has no target, both results are 0 for you; that should be so only when none has one.",
                "What is to count for a micro-batch that predicts nothing?",
                edits=((_SHARE, "share = count / total * all(counts)"),),
            ),
            Mistake(
                "a number for the gradient of nothing",
                "Where no micro-batch has a target, you return a number for the gradient, and an array of zeros is asked for.",
                "Which shape has the gradient?",
                edits=(("return loss, gradient", "return (loss, gradient) if any(counts) else (0.0, 0.0)"),),
            ),
        ),
        but=("gradients only added up", "gradient not divided"),
    ),
    *COUNTS,
    *WHOLE,
)
