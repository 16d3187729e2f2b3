"""17.3: what goes wrong with rhyme schemes."""

from collections.abc import Callable
from string import ascii_uppercase
from typing import Any

from ...tasks.verse.rhyme import rhyme_by_sound, rhyme_scheme
from ..exercise import Mistake
from ._unpaired import styles, unpaired

RHYMES = "if rhyme_by_sound(word, ends[j], said)"
NEW = "ascii_uppercase[len(set(letters))]"


def _chained(ends: Any, said: Any) -> str:
    """Lines that are joined by a chain of rhymes have one letter."""
    groups: list[set[int]] = []
    for i, word in enumerate(ends):
        found = [group for group in groups if any(rhyme_by_sound(word, ends[j], said) for j in group)]
        groups = [group for group in groups if group not in found] + [{i}.union(*found)]
    groups.sort(key=min)
    return "".join(ascii_uppercase[k] for i in range(len(ends)) for k, g in enumerate(groups) if i in g)


def _with(change: Callable[[str], Any]) -> Callable[..., Any]:
    return lambda ends, said: change(rhyme_scheme(ends, said))


def _marked(symbol: str, skipped: bool) -> Callable[..., str]:
    """Lines whose last word is unknown have a symbol; with `skipped` no letter is left out for them."""

    def wrong(ends: Any, said: Any) -> str:
        kept = [word for word in ends if word in said] if skipped else ends
        letters = iter(rhyme_scheme(kept, said))
        given = [next(letters) if word in said or not skipped else symbol for word in ends]
        return "".join(g if w in said else symbol for g, w in zip(given, ends, strict=True))

    return wrong


UNKNOWN = Mistake(
    "no letter for an unknown word",
    "A line whose last word nobody knows has no letter; it rhymes with none, and gets a new one.",
    "What does a line get that rhymes with none above?",
    wrong=_marked("_", True),
)

MISTAKES = unpaired(
    rhyme_scheme,
    (
        Mistake(
            "a word that comes again has its letter",
            "A line that ends in the same word as one above has its letter; a word does not rhyme with itself.",
            "What does the exercise before say about a word and itself?",
            ((RHYMES, "if word == ends[j] or rhyme_by_sound(word, ends[j], said)"),),
        ),
        Mistake(
            "a word that comes again is always new",
            "A line whose last word stands above got a new letter, although it rhymes with another line above.",
            "Is every line above looked at, or are there some that end the search?",
            ((RHYMES, f"{RHYMES} and word not in ends[:i]"),),
        ),
        Mistake(
            "last line that rhymes",
            "Where a line rhymes with several above, the last of them decided; the first one should.",
            "In which direction do you look for a rhyme?",
            (("in range(i)", "in reversed(range(i))"),),
        ),
        Mistake(
            "line above only",
            "Each line was compared with the one right above it alone; in most schemes the rhyme stands further up.",
            "How far above may the first line be that rhymes?",
            (("in range(i)", "in range(max(0, i - 1), i)"),),
        ),
        Mistake(
            "two lines above only",
            "Each line was compared with the two above it alone; the rhyme may stand anywhere above.",
            "How far above may the first line be that rhymes?",
            (("in range(i)", "in range(max(0, i - 2), i)"),),
        ),
        Mistake(
            "three lines above only",
            "Each line was compared with the three above it alone; the rhyme may stand anywhere above.",
            "How far above may the first line be that rhymes?",
            (("in range(i)", "in range(max(0, i - 3), i)"),),
        ),
        Mistake(
            "four lines above only",
            "Each line was compared with the four above it alone; the rhyme may stand anywhere above.",
            "How far above may the first line be that rhymes?",
            (("in range(i)", "in range(max(0, i - 4), i)"),),
        ),
        Mistake(
            "lines at even distances only",
            "Each line was compared with every other line above it, and the ones between were left out.",
            "Which lines above may rhyme with a line?",
            (("in range(i)", "in range(i % 2, i, 2)"),),
        ),
        Mistake(
            "four lines at a time",
            "Rhymes were looked for within four lines at a time; a poem is one whole.",
            "How far above may the first line be that rhymes?",
            (("in range(i)", "in range(i - i % 4, i)"),),
        ),
        Mistake(
            "tuple for text",
            "The letters came back in a tuple; one string is asked for.",
            "What do the worked examples look like?",
            wrong=_with(tuple),
        ),
        Mistake(
            "every other line",
            "Each line was compared with the one two above it alone; the rhyme may stand anywhere above.",
            "How far above may the first line be that rhymes?",
            (("in range(i)", "in range(max(0, i - 2), max(0, i - 1))"),),
        ),
        Mistake(
            "first line not looked at",
            "The first line of the poem was never compared with: its rhymes have letters of their own.",
            "At which line does your search begin?",
            (("in range(i)", "in range(1, i)"),),
        ),
        Mistake(
            "only where a letter was new",
            "Each line was compared only with the lines at which a letter was new; a line may rhyme with another one of that letter.",
            "When a line rhymes with the second line of a letter, but not with the first, what does the task say?",
            ((RHYMES, f"{RHYMES} and letters[j] not in letters[:j]"),),
        ),
        Mistake(
            "letters by line",
            "A new letter was taken by the number of its line, so that letters are left out.",
            "Which letters are in use when the next is needed?",
            ((NEW, "ascii_uppercase[i]"),),
        ),
        Mistake(
            "letter after the one above",
            "A new letter is the one after the letter of the line above, which may be in use already.",
            "Which letters are in use when the next is needed?",
            ((NEW, '(ascii_uppercase + "A")[ascii_uppercase.index(letters[-1]) + 1 if letters else 0]'),),
        ),
        Mistake(
            "letters from B on",
            "The letters begin with B.",
            "How many letters are in use before the first line?",
            ((NEW, "ascii_uppercase[len(set(letters)) + 1]"),),
        ),
        Mistake(
            "small letters",
            "The letters are small; capitals are asked for.",
            "What do the worked examples look like?",
            wrong=_with(str.lower),
        ),
        Mistake(
            "list for text",
            "The letters came back in a list; one string is asked for.",
            "What do the worked examples look like?",
            wrong=_with(list),
        ),
        Mistake(
            "letters set apart",
            "There are blanks between the letters.",
            "What do the worked examples look like?",
            wrong=_with(" ".join),
        ),
        Mistake(
            "numbers for letters",
            "There are numbers in place of letters.",
            "What do the worked examples look like?",
            wrong=_with(lambda text: "".join(str(ascii_uppercase.index(letter)) for letter in text)),
        ),
        Mistake(
            "list of numbers",
            "What came back is a list of numbers; one string of letters is asked for.",
            "What do the worked examples look like?",
            wrong=_with(lambda text: [ascii_uppercase.index(letter) for letter in text]),
        ),
        Mistake(
            "letters closed after two lines",
            "A letter went to two lines at most; a third line that rhymes should have it too.",
            "How many lines may have one letter?",
            ((RHYMES, f"{RHYMES} and letters.count(letters[j]) < 2"),),
        ),
        Mistake(
            "unknown words share a letter",
            "All lines whose last words nobody knows have the same letter; such a word rhymes with none.",
            "What does the exercise before say about a word that is missing?",
            ((RHYMES, "if rhyme_by_sound(word, ends[j], said) or not (word in said or ends[j] in said)"),),
        ),
        Mistake(
            "fails on an unknown word",
            "A word that the dictionary does not know ends in an error; its line has a letter of its own.",
            "What does the exercise before say about a word that is missing?",
            ((RHYMES, "if said[word] and said[ends[j]] and rhyme_by_sound(word, ends[j], said)"),),
        ),
        Mistake(
            "no letter without a rhyme",
            "Lines that rhyme with none, or whose word nobody knows, have no proper letter; every line gets one.",
            "What does a line get that rhymes with none above?",
            wrong=lambda ends, said: "".join(
                letter if any(rhyme_by_sound(word, other, said) for other in ends) else "X"
                for letter, word in zip(rhyme_scheme(ends, said), ends, strict=True)
            ),
        ),
        Mistake(
            "rhymes chained",
            "Lines that rhyme with a common third have one letter, even where that line comes later; the first line above decides, "
            "and what has a letter keeps it.",
            "Do two words rhyme because a third rhymes with both?",
            wrong=_chained,
        ),
        Mistake(
            "last line of each letter",
            "Each line was compared only with the last line of each letter; a line may rhyme with an earlier one of that letter.",
            "Which lines above does a line have to be compared with?",
            ((RHYMES, f"{RHYMES} and letters[j] not in letters[j + 1 : i]"),),
        ),
        Mistake(
            "numbers from 1",
            "There are numbers in place of letters.",
            "What do the worked examples look like?",
            wrong=_with(lambda text: "".join(str(1 + ascii_uppercase.index(letter)) for letter in text)),
        ),
        UNKNOWN,
        *styles(
            UNKNOWN,
            **{
                f"{name}, {symbol!r}": _marked(symbol, known)
                for name, known in {"marked": False, "marked, no letter used": True}.items()
                for symbol in ("-", "X", "?", "x", " ", ".", "")
            },
        ),
        Mistake(
            "first letter for every rhyme",
            "Every line that rhymes at all has the first letter; it should have that of its own rhyme.",
            "Whose letter does a line take over?",
            (("letters[j] for j", "letters[0] for j"),),
        ),
        Mistake(
            "letter of the line above",
            "A line that rhymes has the letter of the line right above it; it should have that of the line it rhymes with.",
            "Whose letter does a line take over?",
            (("letters[j] for j", "letters[-1] for j"),),
        ),
    ),
    but=(
        "a word that comes again has its letter",
        "last line that rhymes",
        "line above only",
        "letters by line",
    ),
)
