"""Lesson 11: unequal micro-batches, weighed by a count of something else."""

from ...worked.accumulation import accumulate_gradients
from ..exercise import Mistake
from ._unpaired import unpaired

_COUNT = "int((one != IGNORE).sum())"
_TOTAL = "max(sum(counts), 1)"
_SHARE = "share = count / total"
_LOSS = "loss += share * one_loss"
_GRADIENT = "gradient += share * one_gradient"

COUNTS = unpaired(
    accumulate_gradients,
    (
        Mistake(
            "rows counted",
            "A micro-batch weighs as much as it has rows; rows differ in how many targets they hold.",
            "What was each loss averaged over, rows or tokens?",
            edits=((_COUNT, "len(one)"),),
        ),
        Mistake(
            "rows with a target counted",
            "A micro-batch weighs as much as it has rows with a target; rows differ in how many targets they hold.",
            "What was each loss averaged over, rows or tokens?",
            edits=((_COUNT, "int((one != IGNORE).any(axis=1).sum())"),),
        ),
        Mistake(
            "positions of a row counted",
            "A micro-batch weighs as much as its rows are long; how many rows there are was left out.",
            "How many targets can a table of B rows and T columns hold?",
            edits=((_COUNT, "one.shape[1]"),),
        ),
        Mistake(
            "first row counted",
            "Only the targets in the first row of each micro-batch were counted.",
            "How many rows does a micro-batch have?",
            edits=((_COUNT, "int((one[0] != IGNORE).sum())"),),
        ),
        Mistake(
            "id 0 taken for padding",
            "Targets with the id 0 were not counted; 0 is a token like any other, and padding is -1.",
            "How does this text say that there is nothing to predict?",
            edits=((_COUNT, "int((one > 0).sum())"),),
        ),
        Mistake(
            "what is not 0 counted",
            "Everything but the id 0 was counted, padding included; 0 is a token like any other, and padding is -1.",
            "How does this text say that there is nothing to predict?",
            edits=((_COUNT, "int(np.count_nonzero(one))"),),
        ),
        Mistake(
            "only padding counted",
            "The positions without a target were counted, and these are the ones that do not count.",
            "How does this text say that there is nothing to predict?",
            edits=((_COUNT, "int((one == IGNORE).sum())"),),
        ),
        Mistake(
            "ids added up",
            "The ids of the targets were added up, where their number is asked for.",
            "Does a token with a larger id count more?",
            edits=((_COUNT, "int(one.sum())"),),
        ),
        Mistake(
            "different targets counted",
            "A target id that occurs twice in a micro-batch was counted once; each occurrence is a prediction.",
            "How many predictions are made when the same token follows twice?",
            edits=((_COUNT, "len(set(one[one != IGNORE].tolist()))"),),
        ),
        Mistake(
            "at least one target each",
            "A micro-batch without any target was counted as if it had one.",
            "What is to count for a micro-batch that predicts nothing?",
            edits=((_COUNT, "max(int((one != IGNORE).sum()), 1)"),),
        ),
        Mistake(
            "one more in the total",
            "The shares do not sum to 1: the total is one token too large.",
            "What is the sum of your weights?",
            edits=((_TOTAL, "(sum(counts) + 1)"),),
        ),
        Mistake(
            "weighed the wrong way round",
            "A micro-batch with fewer targets weighs more in your result, and it should weigh less.",
            "In the example, how many of the four target tokens has the first micro-batch?",
            edits=((_SHARE, "share = (total - count) / total"),),
        ),
        Mistake(
            "whole numbers",
            "The shares were rounded down to whole numbers, so that nearly all of them are 0.",
            "Which kind of division keeps the fraction?",
            edits=((_SHARE, "share = count // total"),),
        ),
        Mistake(
            "last micro-batch only",
            "Only the last micro-batch is left: what came before was replaced, not added to.",
            "Does a sum go on from what is there, or begin anew?",
            edits=(
                (_LOSS, "loss = share * one_loss"),
                (_GRADIENT, "gradient = share * one_gradient"),
            ),
        ),
        Mistake(
            "last gradient only",
            "The loss is right; of the gradients only the last is left: what came before was replaced, not added to.",
            "Does a sum go on from what is there, or begin anew?",
            edits=((_GRADIENT, "gradient = share * one_gradient"),),
        ),
        Mistake(
            "last loss only",
            "The gradient is right; of the losses only the last is left: what came before was replaced, not added to.",
            "Does a sum go on from what is there, or begin anew?",
            edits=((_LOSS, "loss = share * one_loss"),),
        ),
        Mistake(
            "first gradient twice",
            "The first gradient counts in full, and then once more with its share: the sum did not begin at zero.",
            "What is in the sum before the first micro-batch?",
            edits=(("np.zeros_like(gradients[0])", "gradients[0].copy()"),),
        ),
        Mistake(
            "first gradient twice, in place",
            "The sum was begun in the first gradient itself, so that this one counts twice and was changed.",
            "What is in the sum before the first micro-batch, and whose array is it?",
            edits=(("np.zeros_like(gradients[0])", "gradients[0]"),),
        ),
        Mistake(
            "gradient averaged to one number",
            "The gradient was averaged over its own numbers too; each parameter keeps a slope of its own.",
            "Which shape has the gradient?",
            edits=(("return loss, gradient", "return loss, gradient.mean()"),),
        ),
    ),
    but=("id 0 taken for padding", "what is not 0 counted", "rows with a target counted"),
)
