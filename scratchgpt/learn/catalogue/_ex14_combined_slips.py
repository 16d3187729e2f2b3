"""14.5: what often goes wrong with the combined loss."""

from ...worked.combined_loss import combined_loss
from ..exercise import Mistake
from ._unpaired import unpaired

MEAN = "(logs * real).sum(axis=1) / (lengths - 1)).mean()"

MAIN = (
    Mistake(
        "pads predicted too",
        "Pads were predicted as well and went into the average; nothing should be learned from them.",
        "Which of the following ids are real tokens?",
        (("-((logs * real).sum(axis=1) / (lengths - 1)).mean()", "-logs.mean()"),),
    ),
    Mistake(
        "average over all tokens of the batch",
        "All predicted tokens count the same, so that a long row counts more than a short one; the average is taken in each row "
        "first.",
        "How much should a row of two tokens count beside one of ten?",
        ((MEAN, "(logs * real).sum() / real.sum())"),),
    ),
    Mistake(
        "sum over the tokens",
        "The tokens of a row were added up, not averaged: a long text then drowns the class.",
        "What becomes of the language model's loss when every text is twice as long?",
        ((MEAN, "(logs * real).sum(axis=1)).mean()"),),
    ),
    Mistake(
        "divided by the real tokens",
        "The sum of a row was divided by the number of its tokens; one fewer is predicted.",
        "Which token of a row is never predicted?",
        (("/ (lengths - 1)", "/ lengths"),),
    ),
    Mistake(
        "divided by all positions but one",
        "The sum of a short row was divided by the number of predictions of a full one, as if pads had been predicted at no cost.",
        "How many tokens are predicted in a row of three?",
        (("/ (lengths - 1)", "/ (T - 1)"),),
    ),
    Mistake(
        "Extract not predicted",
        "Extract itself was not predicted; it is a real token like the others, and the task says that it is a target.",
        "Which is the last token of a row that is predicted?",
        (("np.arange(1, T) < lengths[:, None]", "np.arange(1, T) < lengths[:, None] - 1"),),
    ),
    Mistake(
        "one pad predicted",
        "In padded rows the first pad was predicted from Extract; behind Extract there is nothing to predict.",
        "Which is the last token of a row that is predicted?",
        (("np.arange(1, T) < lengths[:, None]", "np.arange(1, T) <= lengths[:, None]"),),
    ),
    Mistake(
        "not shifted",
        "The scores at a position were held against the token that stands there, which the model has already seen.",
        "Which token do the scores at a position speak of?",
        (("ids[:, 1:, None]", "ids[:, :-1, None]"),),
    ),
    Mistake(
        "lambda on the other loss",
        "Lambda multiplies the task's loss; it belongs to the language model's.",
        "Which of the two losses is the auxiliary one?",
        (("task + lm_weight * lm, task", "lm_weight * task + lm, task"),),
    ),
    Mistake(
        "lambda forgotten",
        "The two losses were simply added up: lambda does not appear.",
        "What should remain of the sum when lambda is 0?",
        (("task + lm_weight * lm, task", "task + lm, task"),),
    ),
    Mistake(
        "one weight for both",
        "Lambda was given to one loss and what it lacks to 1 to the other; the task's loss should count in full.",
        "What does the sum hold when lambda is 1?",
        (("task + lm_weight * lm, task", "(1 - lm_weight) * task + lm_weight * lm, task"),),
    ),
    Mistake(
        "signs mixed",
        "The language model's loss was taken off instead of added: to make the sum small, the optimizer would unlearn the "
        "language.",
        "Are both numbers losses, or is one of them a log-likelihood?",
        (("task + lm_weight * lm, task", "task - lm_weight * lm, task"),),
    ),
    Mistake(
        "language's sign",
        "The language model's part is a log-likelihood, below zero; a loss is its negative.",
        "Should a better model have a larger or a smaller number here?",
        (("lm = -((logs", "lm = ((logs"),),
    ),
    Mistake(
        "task's sign",
        "The task's part is a log-likelihood, below zero; a loss is its negative.",
        "Should a better model have a larger or a smaller number here?",
        (("task = -log_softmax", "task = log_softmax"),),
    ),
    Mistake(
        "sum over the rows for the task",
        "The task's losses were added up over the rows; they should be averaged.",
        "What should a batch of two equal rows cost, compared with one of them?",
        (("labels].mean()", "labels].sum()"),),
    ),
)


OFTEN_WITH_OTHERS = (
    "pads predicted too",
    "average over all tokens of the batch",
    "sum over the tokens",
    "divided by the real tokens",
    "Extract not predicted",
    "not shifted",
    "lambda on the other loss",
    "lambda forgotten",
    "signs mixed",
)
PAIRED = unpaired(combined_loss, MAIN, but=OFTEN_WITH_OTHERS)
