"""14.1: further mistakes, held against an answer alone."""

from typing import Any

from ...tasks.formats import fit_texts
from ..exercise import Mistake
from ._unpaired import styles, unpaired


def _same_share(texts: Any, room: int, cut: str = "end") -> list[list[int]]:
    fits = sum(map(len, texts)) <= room
    return [list(text) if fits else list(text)[: room // len(texts)] for text in texts]


def _on_the_side(texts: Any, room: int, cut: str = "end") -> list[list[int]]:
    fits, share = sum(map(len, texts)) <= room, room // len(texts)
    if fits or cut != "beginning":
        return _same_share(texts, room)
    return [list(text)[max(0, len(text) - share) :] for text in texts]


def _in_order_on_the_side(texts: Any, room: int, cut: str = "end") -> list[list[int]]:
    if cut == "longest":
        return fit_texts(texts, room, cut)
    kept = [list(text) for text in texts]
    over = max(0, sum(map(len, kept)) - room)
    for i, text in enumerate(kept):
        n = min(over, len(text))
        kept[i] = text[n:] if cut == "beginning" else text[: len(text) - n]
        over -= n
    return kept


SAME_SHARE = Mistake(
    "same share for all",
    "Each text was cut to an equal share of the room, which leaves room unused where a text is short.",
    "What happens to a short text beside a very long one?",
    wrong=_same_share,
)

ALONE = unpaired(
    fit_texts,
    (
        Mistake(
            "nothing is cut token by token",
            "Only the context was ever cut: with the longest to be cut, and where a context is used up, the texts stay "
            "too long.",
            "How many tokens are left in all, and how many may there be?",
            (("range(over)", "range(0)"),),
        ),
        Mistake(
            "cut on one side, then on the same",
            "After the beginning of the context the other texts lost their beginnings too; those lose their ends.",
            "Which of the texts does the third argument speak of?",
            ((".pop()", '.pop(0 if cut == "beginning" else -1)'),),
        ),
        Mistake(
            "shortest cut",
            "Token by token, the shortest text was cut, where the longest should be.",
            "Which text has most to spare?",
            (("max(kept, key=len)", "min(kept, key=len)"),),
        ),
        Mistake(
            "rest off the last text",
            "What was still too much all came off the last text; each token should come off the text that is the longest "
            "then.",
            "Which of the texts is the longest at that moment?",
            (("max(kept, key=len)", "kept[-1]"),),
        ),
        Mistake(
            "rest off the first text",
            "What was still too much came off the first text, whether or not it is the longest.",
            "Which of the texts is the longest at that moment?",
            (("max(kept, key=len)", "kept[0]"),),
        ),
        Mistake(
            "rest off the last text, once the context is used up",
            "When the context is used up all of the rest came off the last text; each token should come off the text that is the longest then.",
            "Which of the texts is the longest at that moment?",
            (("max(kept, key=len)", '(max(kept, key=len) if cut == "longest" else kept[-1])'),),
        ),
        Mistake(
            "rest off the second text, once the context is used up",
            "When the context is used up all of the rest came off the second text; each token should come off the text that is the longest then.",
            "Which of the texts is the longest at that moment?",
            (("max(kept, key=len)", '(max(kept, key=len) if cut == "longest" else kept[len(kept) > 1])'),),
        ),
        Mistake(
            "one text after another, once the context is used up",
            "When the context is used up, the next text in the list is cut, and so on; the rest should come off whichever text is the longest.",
            "What decides which text loses the next token?",
            (
                (
                    "max(kept, key=len)",
                    '(max(kept, key=len) if cut == "longest" else next(text for text in kept if text))',
                ),
            ),
        ),
        Mistake(
            "last text first, once the context is used up",
            "When the context is used up, the texts are cut from the last one on; the rest should come off whichever text is the longest.",
            "What decides which text loses the next token?",
            (
                (
                    "max(kept, key=len)",
                    '(max(kept, key=len) if cut == "longest" else next(text for text in reversed(kept) if text))',
                ),
            ),
        ),
        Mistake(
            "longest first, on the side that is asked for",
            "The longest text was cut in every case, at its beginning or at its end; the third argument speaks of the context, which "
            "gives all it has before another text loses anything.",
            "Which text can be spared most easily when one of them is the context?",
            (('if cut != "longest":', "if not texts:"), (".pop()", '.pop(0 if cut == "beginning" else -1)')),
        ),
        Mistake(
            "a token of the context kept",
            "One token of the context stayed while other texts were cut; it should give all that it has.",
            "Of how many tokens may a context consist in the end?",
            (("min(over, len(context))", "min(over, max(0, len(context) - 1))"),),
        ),
        Mistake(
            "one after another, on the side that is asked for",
            "All texts were cut one after another on the same side; only the context is cut there, the rest comes off the ends of "
            "the longest.",
            "Which of the texts does the third argument speak of?",
            wrong=_in_order_on_the_side,
        ),
        Mistake(
            "longest cut at its beginning",
            "With the longest to be cut, the texts lost their first tokens; they should lose their last ones.",
            "From which side does your step take a token away?",
            ((".pop()", '.pop(0 if cut == "longest" else -1)'),),
        ),
        Mistake(
            "texts changed",
            "The texts themselves were cut: whoever passed them, to use them for another row as well, has lost tokens.",
            "Whose list is it that gets shorter?",
            (("[list(text) for text in texts]", "[text for text in texts]"),),
        ),
        Mistake(
            "room that is left counts backwards",
            "Where all fits with some room to spare, tokens are missing from the context: a negative number of superfluous "
            "tokens was taken as a place to cut.",
            "How many tokens are too many when there are fewer than there is room for?",
            (("max(0, sum(map(len, kept)) - room)", "sum(map(len, kept)) - room"),),
        ),
        Mistake(
            "context dropped whole",
            "As soon as something is too long the whole context is gone, though a part of it would have fitted.",
            "How much of the context can stay?",
            (("min(over, len(context))", "len(context) if over else 0"),),
        ),
        Mistake(
            "more than the context has",
            "More tokens were to come off the context than it has, and what it could not give was forgotten.",
            "What happens to the rest when the context is shorter than what is too much?",
            (("min(over, len(context))", "over"),),
        ),
        Mistake(
            "one more cut at the beginning",
            "A token more than necessary is missing at the beginning of the context.",
            "At which index does the part that stays begin?",
            (("context[n:]", "context[n + (n > 0) :]"),),
        ),
        Mistake(
            "one more cut at the end",
            "A token more than necessary is missing at the end of the context.",
            "How many tokens of the context stay?",
            ((": len(context) - n]", ": max(0, len(context) - n - (n > 0))]"),),
        ),
        SAME_SHARE,
        *styles(
            SAME_SHARE,
            also_when_all_fits=lambda texts, room, cut="end": [list(t)[: room // len(texts)] for t in texts],
            on_the_side_asked_for=_on_the_side,
            when_the_longest_is_cut=lambda texts, room, cut="end": (
                _same_share(texts, room) if cut == "longest" else fit_texts(texts, room, cut)
            ),
        ),
        Mistake(
            "empty texts left out",
            "A text of which nothing is left is missing from the list; it should be there, empty.",
            "How many lists does the task ask for?",
            (("    return kept", "    return [text for text in kept if text]"),),
        ),
        Mistake(
            "texts joined",
            "The texts came back as one list of tokens; each should still be a list of its own.",
            "How many lists does the task ask for?",
            (("    return kept", "    return sum(kept, [])"),),
        ),
        Mistake(
            "longest found once, cut by its number",
            "All that was too much came off the text that was the longest in the beginning, and some of it came back: a slice with a "
            "negative end counts from behind.",
            "Which text is the longest after some tokens are gone?",
            (
                (
                    "    for _ in range(over):\n        max(kept, key=len).pop()\n",
                    "    longest = max(kept, key=len)\n"
                    "    longest[:] = longest[: len(longest) - max(0, over)]\n",
                ),
            ),
        ),
        Mistake(
            "in turn",
            "The texts lost their tokens in turn; each token should come off the text that is the longest then.",
            "What decides which text loses the next token?",
            (
                (
                    "for _ in range(over):\n        max(kept, key=len).pop()",
                    "for i in range(over):\n        kept[i % len(kept)][-1:] = []",
                ),
            ),
        ),
        Mistake(
            "every text by itself",
            "Each text by itself was cut to the room; it is all texts together that have to fit.",
            "What does the row hold, one text or all of them?",
            wrong=lambda texts, room, cut="end": [
                list(text[-room:] if cut == "beginning" else text[:room]) for text in texts
            ],
        ),
        Mistake(
            "beginning by default",
            "When nothing is said about it, the context is cut at its beginning; that should be its end.",
            "What does the line with the parameters say, and what does yours assume?",
            (('cut: str = "end"', 'cut: str = "beginning"'),),
        ),
        Mistake(
            "longest by default",
            "When nothing is said about it, the longest text is cut; the first one should be, at its end.",
            "What does the line with the parameters say, and what does yours assume?",
            (('cut: str = "end"', 'cut: str = "longest"'),),
        ),
        Mistake(
            "one text after another",
            "When the context is used up, the next text in the list is cut, and so on; the rest should come off whichever "
            "text is the longest.",
            "What decides which text loses the next token?",
            (("max(kept, key=len)", "next(text for text in kept if text)"),),
        ),
        Mistake(
            "last text first",
            "When the context is used up, the texts are cut from the last one on; the rest should come off whichever text is the "
            "longest.",
            "What decides which text loses the next token?",
            (("max(kept, key=len)", "next(text for text in reversed(kept) if text)"),),
        ),
        Mistake(
            "longest context",
            "The longest text was taken for the context; it is the first one.",
            "Which text does the task call the context?",
            (
                (
                    "context = kept[0]",
                    "i = max(range(len(kept)), key=lambda j: len(kept[j]))\n        context = kept[i]",
                ),
                ("        kept[0] =", "        kept[i] ="),
            ),
        ),
        Mistake(
            "last text is the context",
            "The last text was taken for the context; it is the first one.",
            "Which text does the task call the context?",
            (("context = kept[0]", "context = kept[-1]"), ("        kept[0] =", "        kept[-1] =")),
        ),
    ),
)
