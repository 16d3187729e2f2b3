"""Lesson 03: the mistakes that are made in the naive softmax loss of word2vec."""

from ..exercise import Mistake
from ._ex03_softmax_whole import SOFTMAX_WHOLE

_SCORES = "    log_probs = log_softmax(U @ v)\n"
_LOSS = "return -log_probs[outside]"
_PROBS = ", np.exp(log_probs))"

FORWARD = (
    Mistake(
        "sign",
        "The loss is negative: it is the log-probability, which is to be made large, not small.",
        "Should a more likely word cost more or less?",
        edits=((_LOSS, "return log_probs[outside]"),),
    ),
    Mistake(
        "no maximum subtracted",
        "The exponential of a large score is infinite, and infinite over infinite is not a number.",
        "What can be subtracted from every score without changing the probabilities?",
        edits=((_SCORES, "    e = np.exp(U @ v)\n    log_probs = np.log(e / e.sum())\n"),),
    ),
    Mistake(
        "no maximum in the sum",
        "The sum of the exponentials overflows when a score is large, and its logarithm is infinite.",
        "What can be subtracted from every score, and added again, without changing the logarithm of the "
        "sum?",
        edits=((_SCORES, "    scores = U @ v\n    log_probs = scores - np.log(np.exp(scores).sum())\n"),),
    ),
    Mistake(
        "logarithm of an underflowed probability",
        "The probability was computed first and its logarithm afterwards: where it is too small for "
        "floating point it is 0, and the loss infinite.",
        "Can you get the log-probability without the probability?",
        edits=(("    return", "    log_probs = np.log(np.exp(log_probs))\n    return"),),
    ),
    Mistake(
        "base 2",
        "The loss is in bits: its logarithm is to base 2, and it is larger than in nats by the factor "
        "1.4427.",
        "In which unit was the loss asked for?",
        edits=((_LOSS, "return -log_probs[outside] / np.log(2)"),),
    ),
    Mistake(
        "the probability itself",
        "What was returned is the probability of the word, where its surprise was asked for.",
        "How large is the surprise at something certain?",
        edits=((_LOSS, "return np.exp(log_probs[outside])"),),
    ),
    Mistake(
        "the score alone",
        "The loss looks at the score of the word that was found and forgets all other words: raising every score "
        "alike would lower it.",
        "What do the words compete for?",
        edits=((_LOSS, "return -(U @ v)[outside]"),),
    ),
    Mistake(
        "a yes/no question",
        "The loss is that of one yes/no question with a sigmoid, and no other word takes part in it.",
        "Over how many words does this loss share out the probability?",
        edits=((_LOSS, "return np.logaddexp(0, -(U @ v)[outside])"),),
    ),
    Mistake(
        "averaged over all words",
        "The loss is the average surprise over the whole vocabulary, whichever word was found.",
        "Which of the arguments does your loss not depend on?",
        edits=((_LOSS, "return -log_probs.mean()"),),
    ),
    Mistake(
        "columns of U",
        "The outside vectors were taken to be the columns of the table, which fits only when it is square.",
        "Which axis of the table counts the words?",
        edits=(("log_softmax(U @ v)", "log_softmax(v @ U)"),),
    ),
    Mistake(
        "cosine for dot product",
        "The vectors were scaled to length 1 first, so their lengths no longer matter; the score asked for is the "
        "plain dot product.",
        "What happens to a score when a vector becomes twice as long?",
        edits=(
            (
                "log_softmax(U @ v)",
                "log_softmax(U @ v / np.sqrt((U * U).sum(axis=1) * (v * v).sum()))",
            ),
        ),
    ),
    Mistake(
        "the outside word as its own center",
        "The scores compare the words with the outside word and not with the center word.",
        "Which of the arguments have you not used yet?",
        edits=(("log_softmax(U @ v)", "log_softmax(U @ U[outside])"),),
    ),
    Mistake(
        "log-probabilities in the cache",
        "The loss is right, but the cache holds log-probabilities where probabilities belong: they are "
        "negative.",
        "What do the probabilities of all words sum to?",
        edits=((_PROBS, ", log_probs)"),),
    ),
    Mistake(
        "the error in the cache",
        "The loss is right, but in the cache 1 is missing from the probability of the word that was found.",
        "What do the probabilities of all words sum to?",
        edits=((_PROBS, ", np.exp(log_probs) - (np.arange(len(U)) == outside))"),),
    ),
    Mistake(
        "scores in the cache",
        "The loss is right, but the cache holds the scores where probabilities belong.",
        "What do the probabilities of all words sum to?",
        edits=((_PROBS, ", U @ v)"),),
    ),
    Mistake(
        "the found word left out of the sum",
        "The found word is missing from the sum of the exponentials: the loss compares it with the other words only, "
        "and may be negative.",
        "What would the probabilities of all words sum to in this way?",
        edits=((_LOSS, "return np.logaddexp.reduce(np.delete(log_probs, outside)) - log_probs[outside]"),),
    ),
    Mistake(
        "maximum not added back",
        "The largest score was subtracted in the sum, but not from the score of the found word: the loss "
        "is off by it.",
        "From which scores must the same number be subtracted?",
        edits=((_LOSS, "return -log_probs[outside] - (U @ v).max()"),),
    ),
    Mistake(
        "base 10",
        "The logarithm is to base 10, so the loss is smaller than in nats by the factor 0.4343.",
        "In which unit was the loss asked for?",
        edits=((_LOSS, "return -log_probs[outside] / np.log(10)"),),
    ),
    Mistake(
        "another word's surprise",
        "This is the surprise at the word before the one that was found: ids count from 0.",
        "Which place in an array has the word with the id 0?",
        edits=((_LOSS, "return -log_probs[outside - 1]"),),
    ),
    Mistake(
        "scores scaled",
        "The scores were divided by the root of the number of entries; here a score is the plain dot "
        "product.",
        "What does the task call a score?",
        edits=(("log_softmax(U @ v)", "log_softmax(U @ v / len(v) ** 0.5)"),),
    ),
    Mistake(
        "softmax twice",
        "The probabilities went through softmax a second time, so they are nearly equal.",
        "Does the function that you hand the scores to apply a softmax of its own?",
        edits=((_SCORES, "    log_probs = log_softmax(np.exp(log_softmax(U @ v)))\n"),),
    ),
    Mistake(
        "one probability in the cache",
        "The loss is right, but the cache holds the probability of the found word alone; all were asked for.",
        "For how many words does the way back need a probability?",
        edits=((_PROBS, ", np.exp(log_probs[outside]))"),),
    ),
    Mistake(
        "added up along the wrong axis",
        "The products were added up over the words: there is one score per entry of the vectors, and not "
        "one per word.",
        "How many scores are there?",
        edits=(("log_softmax(U @ v)", "log_softmax((U * v).sum(axis=0))"),),
    ),
    *SOFTMAX_WHOLE,
)
