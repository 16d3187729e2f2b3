"""Lesson 11: a model that only counts, with other contexts or another beginning."""

from ...worked.counting import counted_probabilities
from ..exercise import Mistake
from ._unpaired import unpaired

_LOOP = "for k in range(len(context) + 1):"
_END = "end = context[len(context) - k :]"
_PLACES = "for i in range(k, len(text)):"
_HERE = "if text[i - k : i] == end:"
_COUNT = "counts[text[i]] += 1"
_MIX = "p = (counts + different * p) / (counts.sum() + different)"
_BEGIN = "p = np.full(vocab_size, 1 / vocab_size)"

CONTEXTS = unpaired(
    counted_probabilities,
    (
        Mistake(
            "followed or not",
            "Each token that followed counts once, however often it did.",
            "How often has each token followed?",
            edits=((_COUNT, "counts[text[i]] = 1"),),
        ),
        Mistake(
            "context counted at the end of the text",
            "Where the text ends with the context nothing follows, and yet the place was counted: your "
            "probabilities do not sum to 1.",
            "What followed at the last place?",
            edits=(
                (
                    "(counts.sum() + different)",
                    "(counts.sum() + (text[len(text) - k :] == end) + different)",
                ),
            ),
        ),
        Mistake(
            "token before the context",
            "You counted what stands before the context, where it is asked what follows.",
            "On which side of the context does the token stand that is to be predicted?",
            edits=(
                (_HERE, "if i + 1 + k <= len(text) and text[i + 1 : i + 1 + k] == end:"),
                (_PLACES, "for i in range(len(text)):"),
            ),
        ),
        Mistake(
            "last token of the context counted",
            "You counted the last token of the context itself, where it is asked what follows.",
            "At which place stands the token behind a context that ends here?",
            edits=((_HERE, "if text[i - k + 1 : i + 1] == end:"),),
        ),
        Mistake(
            "one token too far",
            "You counted the second token behind the context, where the next one is asked for.",
            "At which place stands the token behind a context that ends here?",
            edits=((_HERE, "if i and text[max(i - k - 1, 0) : i - 1] == end:"),),
        ),
        Mistake(
            "context backwards",
            "The context was looked for backwards.",
            "In which order do the tokens of the context stand in the text?",
            edits=((_END, "end = context[len(context) - k :][::-1]"),),
        ),
        Mistake(
            "beginning of the context, backwards",
            "The context was turned round before its ends were taken.",
            "When one token of the context is to be kept, which one?",
            edits=((_END, "end = context[:k][::-1]"),),
        ),
        Mistake(
            "length 0 is the whole context",
            "The step without any context found nothing: a slice that begins 0 places from the end is the whole list.",
            "Which slice of a list has no element?",
            edits=((_END, "end = context[-k:]"),),
        ),
        Mistake(
            "longest first",
            "You went from the whole context down to none: the last word is then with the frequencies of single tokens.",
            "Which context should have the last word?",
            edits=((_LOOP, "for k in reversed(range(len(context) + 1)):"),),
        ),
        Mistake(
            "whole context alone",
            "Only the whole context was asked; the shorter ones know what it has seen too rarely.",
            "Which contexts are asked, in the third example?",
            edits=((_LOOP, "for k in range(len(context), len(context) + 1):"),),
        ),
        Mistake(
            "at most one token of the context",
            "Of the context at most one token was used.",
            "Which contexts are asked, in the third example?",
            edits=((_LOOP, "for k in range(min(len(context), 1) + 1):"),),
        ),
        Mistake(
            "no token of the context",
            "The context was not used: these are the frequencies of single tokens.",
            "Which of the arguments have you not used yet?",
            edits=((_LOOP, "for k in range(1):"),),
        ),
        Mistake(
            "unseen: equal",
            "Where nothing followed, you began again with equal probabilities; such a step changes nothing.",
            "What do the shorter contexts still know?",
            edits=(
                (
                    "if different:",
                    "p = p if different else np.full(vocab_size, 1 / vocab_size)\n        if different:",
                ),
            ),
        ),
        Mistake(
            "unseen: nothing",
            "Where nothing followed, all probabilities became 0; such a step changes nothing.",
            "What do the shorter contexts still know?",
            edits=(("if different:", "p = p if different else 0 * p\n        if different:"),),
        ),
        Mistake(
            "begun with zeros",
            "You began with zeros, and with nothing to mix in, your numbers sum to less than 1.",
            "What does one know before the first token was counted?",
            edits=((_BEGIN, "p = np.zeros(vocab_size)"),),
        ),
        Mistake(
            "begun with ones",
            "You began with ones, which sum to the size of the vocabulary.",
            "What should probabilities sum to?",
            edits=((_BEGIN, "p = np.ones(vocab_size)"),),
        ),
        Mistake(
            "begun with the tokens of the text",
            "You began with equal probabilities for the tokens of the text alone; a token that is not in it needs a chance, "
            "too.",
            "How many tokens can come next?",
            edits=((_BEGIN, "p = np.isin(np.arange(vocab_size), text) / len(set(text))"),),
        ),
        Mistake(
            "begun with bare frequencies",
            "The frequencies of single tokens are bare shares in your result; they were to be mixed with equal probabilities.",
            "With what does it begin, before anything is counted?",
            edits=(
                (
                    "if different:",
                    "if k == 0:\n            p = counts / counts.sum()\n        elif different:",
                ),
            ),
        ),
        Mistake(
            "likeliest token",
            "You return the likeliest token, and the probabilities of all are asked for.",
            "How many numbers should come out?",
            edits=(("return p", "return p.argmax()"),),
        ),
        Mistake(
            "a fixed share of the old ones",
            "Tokens that followed have their bare share, and all others 0.4 of what they had: that is another rule, and its "
            "numbers are no probabilities.",
            "With which weight do the old probabilities come in?",
            edits=((_MIX, "p = np.where(counts > 0, counts / counts.sum(), 0.4 * p)"),),
        ),
        Mistake(
            "logarithms",
            "These are logarithms; probabilities are asked for.",
            "Between which two numbers does a probability lie?",
            edits=(("return p", "return np.log(p)"),),
        ),
        Mistake(
            "counts for probabilities",
            "You return what was counted, and probabilities are asked for.",
            "What should your numbers sum to?",
            edits=(("return p", "return counts"),),
        ),
        Mistake(
            "counts never begun anew",
            "The counts of the shorter contexts are still in those of the longer ones.",
            "With what do the counts begin at each length?",
            edits=(
                ("    for k in range", "    counts = np.zeros(vocab_size)\n    for k in range"),
                ("        counts = np.zeros(vocab_size)\n", ""),
            ),
        ),
    ),
)
