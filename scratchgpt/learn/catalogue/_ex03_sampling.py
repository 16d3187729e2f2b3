"""Lesson 03: the mistakes that are made in the loss of negative sampling."""

from ..exercise import Mistake
from ._ex03_sampling_whole import SAMPLING_WHOLE

_LOSS = "    probs, _ = sigmoid"  # the line behind the loss
_SUM = "np.logaddexp(0, scores[1:]).sum()"

FORWARD = (
    Mistake(
        "draws taken for found",
        'Every pair was asked to be "found", the drawn ones too: the loss falls when a drawn word scores higher.',
        "Which answer is right for a word that was drawn at random?",
        edits=(("scores[1:]", "-scores[1:]"),),
    ),
    Mistake(
        "the found word taken for drawn",
        'The loss rises with the score of the word that was found, as if its right answer were "drawn".',
        "Should the loss fall or rise when the found word scores higher?",
        edits=(("-scores[0]", "scores[0]"),),
    ),
    Mistake(
        "draws averaged",
        "The surprises at the drawn words were averaged: ten draws weigh no more than one.",
        "What should twice as many draws do to the loss?",
        edits=((_SUM, "np.logaddexp(0, scores[1:]).mean()"),),
    ),
    Mistake(
        "all averaged",
        "The loss is the average over all pairs, where the surprises were to be added up.",
        "What should twice as many draws do to the loss?",
        edits=((_LOSS, "    loss = loss / len(ids)\n" + _LOSS),),
    ),
    Mistake(
        "the found word alone",
        "The draws have no part in the loss: making all scores large would make it 0.",
        "What keeps the model from calling every pair found?",
        edits=((" + " + _SUM, ""),),
    ),
    Mistake(
        "the draws alone",
        "The word that was found has no part in the loss: making all scores very negative would make it 0.",
        "Which of the pairs really came?",
        edits=(("np.logaddexp(0, -scores[0]) + ", ""),),
    ),
    Mistake(
        "repeated draws counted once",
        "A word that was drawn twice was counted once.",
        "How many yes/no questions are there when the draws repeat a word?",
        edits=((_SUM, "np.logaddexp(0, U[np.unique(negatives)] @ v).sum()"),),
    ),
    Mistake(
        "the found word left out of the draws",
        "A draw that hit the found word was left out, where the task counts it like the others.",
        "How many surprises are there to add up, whatever the draws are?",
        edits=((_SUM, "np.logaddexp(0, scores[1:][negatives != outside]).sum()"),),
    ),
    Mistake(
        "sign",
        "The loss is negative: the logarithms of probabilities are, but surprises are not.",
        "Should worse answers have a larger or a smaller loss?",
        edits=(("return loss, ", "return -loss, "),),
    ),
    Mistake(
        "no sigmoid",
        "The scores were added and subtracted as they are: neither a sigmoid nor a logarithm shows, and the loss may "
        "fall without end.",
        "How does a score become the probability of an answer?",
        edits=((_LOSS, "    loss = scores[1:].sum() - scores[0]\n" + _LOSS),),
    ),
    Mistake(
        "no logarithm",
        "The probabilities of the right answers were added, and not the surprises at them.",
        "What turns a probability into a surprise?",
        edits=(("return loss, ", "loss = probs[1:].sum() - len(negatives) - probs[0]\n    return loss, "),),
    ),
    Mistake(
        "columns of U",
        "The outside vectors were taken to be the columns of the table, which fits only when it is square.",
        "Which axis of the table counts the words?",
        edits=(("U[ids] @ v", "U.T[ids] @ v"),),
    ),
    Mistake(
        "overflow",
        "For large scores the loss is infinite: an exponential overflowed, or a probability came out as 0 before "
        "its logarithm was taken.",
        "Which form of this logarithm stays near the score itself when the score is large?",
        edits=(
            (
                _LOSS,
                "    loss = np.log(1 + np.exp(-scores[0])) + np.log(1 + np.exp(scores[1:])).sum()\n" + _LOSS,
            ),
        ),
    ),
    Mistake(
        "base 2",
        "The loss is in bits: its logarithms are to base 2, and it is larger than in nats by the factor "
        "1.4427.",
        "In which unit was the loss asked for?",
        edits=(("return loss, ", "return loss / np.log(2), "),),
    ),
    Mistake(
        "softmax over the pairs",
        "The pairs compete with each other here, as in a softmax over them; each of them was to have a yes/no "
        "question of its own.",
        "Must the probabilities of the pairs sum to 1?",
        edits=(
            (
                "    probs, _ = sigmoid_forward(scores)",
                "    logs = log_softmax(scores)\n    loss, probs = -logs[0], np.exp(logs)",
            ),
        ),
    ),
    Mistake(
        "draws compared with the found word",
        "The drawn words were scored against the word that was found, and not against the center word.",
        "Which vector do all pairs share?",
        edits=(
            ("scores = U[ids] @ v", "scores = np.concatenate(([U[outside] @ v], U[negatives] @ U[outside]))"),
        ),
    ),
    Mistake(
        "probabilities of the right answers",
        'For the drawn words the cache holds the probability of "drawn"; it was to hold that of "found" for every '
        "pair.",
        "For which answer is the cached number the probability?",
        edits=(("return loss, ", "probs[1:] = 1 - probs[1:]\n    return loss, "),),
    ),
    Mistake(
        "the found word last",
        "The ids and probabilities in the cache begin with the draws, and the found word stands at the end.",
        "Which id was to be the first?",
        edits=(("return loss, ", "ids, probs = np.roll(ids, -1), np.roll(probs, -1)\n    return loss, "),),
    ),
    Mistake(
        "scores in the cache",
        "The loss is right, but the cache holds the scores where probabilities belong.",
        "Between which two numbers does a probability lie?",
        edits=(("(v, ids, U, probs)", "(v, ids, U, scores)"),),
    ),
    Mistake(
        "base 10",
        "The logarithms are to base 10, so the loss is smaller than in nats by the factor 0.4343.",
        "In which unit was the loss asked for?",
        edits=(("return loss, ", "return loss / np.log(10), "),),
    ),
    Mistake(
        "probabilities of drawn",
        'The cache holds the probability of "drawn" for every pair; that of "found" was asked for.',
        "For which answer is the cached number the probability?",
        edits=(("(v, ids, U, probs)", "(v, ids, U, 1 - probs)"),),
    ),
    Mistake(
        "errors in the cache",
        "The loss is right, but in the cache 1 is missing from the probability of the word that was found.",
        "Between which two numbers does a probability lie?",
        edits=(("(v, ids, U, probs)", "(v, ids, U, probs - (np.arange(len(ids)) == 0))"),),
    ),
    Mistake(
        "the draws alone in the cache",
        "The word that was found is missing from the ids in the cache, where it was to be the first.",
        "How many pairs have a probability?",
        edits=(("(v, ids, U, probs)", "(v, negatives, U, probs)"),),
    ),
    Mistake(
        "the draws subtracted",
        "The surprises at the drawn words were subtracted from that at the found word: all of them were "
        "to be added up.",
        "What should a surprising draw do to the loss?",
        edits=((" + " + _SUM, " - " + _SUM),),
    ),
    *SAMPLING_WHOLE,
)
