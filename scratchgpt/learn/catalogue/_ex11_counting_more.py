"""Lesson 11: what goes wrong in a model that only counts."""

from ...worked.counting import counted_probabilities
from ..exercise import Mistake
from ._ex11_counting_contexts import CONTEXTS
from ._ex11_counting_whole import WHOLE
from ._unpaired import unpaired

_LOOP = "for k in range(len(context) + 1):"
_END = "end = context[len(context) - k :]"
_PLACES = "for i in range(k, len(text)):"
_HERE = "if text[i - k : i] == end:"
_COUNT = "counts[text[i]] += 1"
_DIFFERENT = "different = np.count_nonzero(counts)"
_MIX = "p = (counts + different * p) / (counts.sum() + different)"
_BEGIN = "p = np.full(vocab_size, 1 / vocab_size)"

COUNTING = (
    Mistake(
        "beginning of the context",
        "The first tokens of the context were taken; nearest to the token that is to be predicted are its last ones.",
        "When one token of the context is to be kept, which one?",
        edits=((_END, "end = context[:k]"),),
    ),
    Mistake(
        "last length left out",
        "The whole context was never looked up: your loop ends one token too early.",
        "How many lengths are there from 0 to the whole context?",
        edits=((_LOOP, "for k in range(len(context)):"),),
    ),
    Mistake(
        "length 0 left out",
        "The step without any context is missing: how common each token is by itself does not show in your result.",
        "With which length does it begin?",
        edits=((_LOOP, "for k in range(1, len(context) + 1):"),),
    ),
    Mistake(
        "mixed with equal ones",
        "With the longest context that occurs, equal probabilities were mixed, so that what the shorter contexts know "
        "is lost.",
        "What has the step before left?",
        edits=(("different * p)", "different / vocab_size)"),),
    ),
    Mistake(
        "bare counts",
        "These are bare shares of what was counted: a token that has not followed yet gets nothing.",
        "What becomes of the probabilities that the step before has left?",
        edits=((_MIX, "p = counts / counts.sum()"),),
    ),
    Mistake(
        "occurrences for different tokens",
        "The old probabilities weigh as much as all that was counted; their weight is the number of different tokens.",
        "How many different tokens have followed in the second example?",
        edits=((_DIFFERENT, "different = counts.sum()"),),
    ),
    Mistake(
        "last token of the text left out",
        "The last token of the text was not counted, though something stands before it.",
        "Which tokens of a text follow something?",
        edits=((_PLACES, "for i in range(k, len(text) - 1):"),),
    ),
    Mistake(
        "unseen: divided by zero",
        "Where nothing followed, 0 was divided by 0, and what came of it is no number; such a step changes nothing.",
        "What is your divisor when nothing followed?",
        edits=(("if different:", "if True:"),),
    ),
    *unpaired(
        counted_probabilities,
        (
            Mistake(
                "one for different tokens",
                "The old probabilities weigh as much as a single observation; their weight is the number of "
                "different tokens that followed.",
                "How many different tokens have followed in the second example?",
                edits=((_MIX, "p = (counts + p) / (counts.sum() + 1)"),),
            ),
            Mistake(
                "vocabulary for different tokens",
                "The old probabilities weigh as much as there are tokens in the vocabulary; their weight is the number "
                "of different ones that followed here.",
                "How many different tokens have followed in the second example?",
                edits=((_MIX, "p = (counts + vocab_size * p) / (counts.sum() + vocab_size)"),),
            ),
            Mistake(
                "different tokens of the text",
                "The number of different tokens was taken from the whole text, and it is that of the followers of "
                "this context.",
                "Among which tokens do you count the different ones?",
                edits=((_DIFFERENT, "different = len(set(text)) * counts.any()"),),
            ),
            Mistake(
                "different tokens that followed once",
                "Only tokens that followed exactly once were counted as different; each that followed counts, "
                "however often.",
                "How many different tokens are there in: a, a, b?",
                edits=(
                    (
                        _MIX,
                        "once = (counts == 1).sum()\n            p = (counts + once * p) / (counts.sum() + once)",
                    ),
                ),
            ),
            Mistake(
                "add one",
                "Each count was raised by 1 and the shorter contexts were not asked.",
                "What becomes of the probabilities that the step before has left?",
                edits=((_MIX, "p = (counts + 1) / (counts.sum() + vocab_size)"),),
            ),
            Mistake(
                "add one, unseen contexts too",
                "Each count was raised by 1, even where nothing followed, and the shorter contexts were not asked.",
                "What becomes of the probabilities that the step before has left?",
                edits=(
                    ("if different:\n            " + _MIX, "p = (counts + 1) / (counts.sum() + vocab_size)"),
                ),
            ),
            Mistake(
                "weight only in the divisor",
                "Your probabilities do not sum to 1: the weight of the old ones is in the divisor, and above it they "
                "come in once.",
                "What is the sum of your numbers before the division, and by what do you divide?",
                edits=(("different * p)", "p)"),),
            ),
            Mistake(
                "old ones left out above",
                "Your probabilities do not sum to 1: the weight of the old ones is in the divisor, but they themselves were "
                "left out.",
                "What is the sum of your numbers before the division, and by what do you divide?",
                edits=(("(counts + different * p)", "counts"),),
            ),
            Mistake(
                "weight left out of the divisor",
                "Your probabilities sum to more than 1: the old ones were added, and not counted in the divisor.",
                "What is the sum of your numbers before the division, and by what do you divide?",
                edits=(("(counts.sum() + different)", "counts.sum()"),),
            ),
            Mistake(
                "never divided by the whole",
                "Your numbers are no probabilities: what was counted was mixed and not divided.",
                "What should your numbers sum to?",
                edits=((" / (counts.sum() + different)", ""),),
            ),
            Mistake(
                "vocabulary in the divisor",
                "Your probabilities do not sum to 1: the divisor counts the whole vocabulary, and above it the old ones "
                "weigh less.",
                "What is the sum of your numbers before the division, and by what do you divide?",
                edits=(("(counts.sum() + different)", "(counts.sum() + vocab_size)"),),
            ),
            Mistake(
                "one more than the different tokens",
                "The old probabilities weigh one more than there are different tokens among the followers.",
                "How many different tokens have followed in the second example?",
                edits=((_MIX, "p = (counts + (different + 1) * p) / (counts.sum() + different + 1)"),),
            ),
            Mistake(
                "length of the text in the divisor",
                "What followed was divided by the length of the text; among the tokens that followed this context the "
                "share is asked for.",
                "How many tokens have followed in the second example?",
                edits=(("(counts.sum() + different)", "(len(text) + different)"),),
            ),
            Mistake(
                "length of the text as the number of followers",
                "The old probabilities have the share that would be left if every token of the text had followed.",
                "How many tokens have followed in the second example?",
                edits=((_MIX, "p = (counts + different * p) / len(text)"),),
            ),
            Mistake(
                "old ones shared among unseen tokens",
                "Only tokens that have not followed yet get a share of the old probabilities in your result; all tokens do.",
                "Which tokens do the old probabilities speak of?",
                edits=(
                    (
                        _MIX,
                        "rest = np.where(counts > 0, 0.0, p)\n"
                        "            rest = rest / rest.sum() if rest.sum() else rest\n"
                        "            p = (counts + different * rest) / (counts.sum() + different * rest.sum())",
                    ),
                ),
            ),
            Mistake(
                "equal share for unseen tokens",
                "Tokens that have not followed yet share the weight of the old probabilities equally in your result.",
                "What has the step before left?",
                edits=(
                    (
                        _MIX,
                        "unseen = (counts == 0).sum()\n"
                        "            p = np.where(counts > 0, counts, different / max(unseen, 1)) / (counts.sum() + different)",
                    ),
                ),
            ),
            Mistake(
                "first token left out",
                "Without any context every token of the text counts, the first one too: nothing has to stand before it.",
                "How many tokens are counted in the first example?",
                edits=((_PLACES, "for i in range(max(k, 1), len(text)):"),),
            ),
            Mistake(
                "followers of any token of the context",
                "The context was looked for as a set or token by token; it is a stretch of the text, in its order.",
                "Does 2 1 occur in 1 2?",
                edits=((_HERE, "if sorted(text[i - k : i]) == sorted(end):"),),
            ),
            Mistake(
                "last token of the context alone",
                "At each length the last token of the context alone was looked for.",
                "What has to stand before a token so that it is counted at length 2?",
                edits=((_HERE, "if text[max(i - 1, 0) : i][-min(k, 1) :] == end[-1:] or k == 0:"),),
            ),
            Mistake(
                "weights exchanged",
                "The weights have changed places: what was counted weighs as much as there are different tokens, the old "
                "probabilities as much as there are observations.",
                "Which of the two should win when a context has been seen very often?",
                edits=(
                    (
                        _MIX,
                        "n = counts.sum()\n            p = (different * counts / n + n * p) / (n + different)",
                    ),
                ),
            ),
            Mistake(
                "old ones for unseen tokens alone",
                "A token that followed gets nothing from the shorter contexts in your result; the old probabilities are mixed "
                "into all of them, and your numbers do not sum to 1.",
                "Which tokens do the old probabilities speak of?",
                edits=(
                    (
                        _MIX,
                        "p = np.where(counts > 0, counts, different * p) / (counts.sum() + different)",
                    ),
                ),
            ),
        ),
    ),
    *CONTEXTS,
    *WHOLE,
)
