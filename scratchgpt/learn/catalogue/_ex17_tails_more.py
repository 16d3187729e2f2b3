"""17.1: further mistakes, held against an answer alone."""

from typing import Any

from ...tasks.verse.sounds import tails
from ..exercise import Mistake
from ._unpaired import unpaired

END = 'frozenset(alike(phone.rstrip("012") for phone in phones[start:]) for start in starts)'


def _one_part(phones: Any) -> Any:
    found = sorted(tails(phones), key=len)
    return found[-1] if found else ()


MORE = unpaired(
    tails,
    (
        Mistake(
            "vowel left out",
            "The parts begin behind their vowel; the vowel itself has to sound alike too.",
            "Do words with the same consonants at the end rhyme?",
            (("phones[start:]", "phones[start + 1 :]"),),
        ),
        Mistake(
            "vowel only",
            "The parts are a vowel alone; what follows it has to sound alike too.",
            "Do two words rhyme that share their last vowel and end in different consonants?",
            (("phones[start:]", "phones[start : start + 1]"),),
        ),
        Mistake(
            "vowels only",
            "The parts hold vowels alone; the consonants between and behind them have to sound alike too.",
            "Do pleasure and feather rhyme?",
            (("phones[start:]", "[p for p in phones[start:] if p[-1].isdigit()]"),),
        ),
        Mistake(
            "the same sound looked up",
            "A part begins too early where its vowel, with the same stress, stands further left as well: it was looked up by its sound.",
            "What does looking something up find when it is there twice?",
            (("phones[start:]", "phones[list(phones).index(phones[start]) :]"),),
        ),
        Mistake(
            "lifted part not spelled alike",
            "The part of the lifted syllable is spelled as the dictionary has it.",
            "Which parts should the helper spell?",
            (
                (
                    'alike(phone.rstrip("012") for phone in phones[start:]) for start',
                    '(alike if start == stressed[-1] else tuple)(phone.rstrip("012") for phone in phones[start:]) for start',
                ),
            ),
        ),
        Mistake(
            "last sound lost",
            "The last sound of each part is missing.",
            "Where does a part end?",
            (("phones[start:]", "phones[start:-1]"),),
        ),
        Mistake(
            "consonant before the vowel",
            "The parts hold the sound before their vowel as well: then only words that begin the syllable alike would rhyme.",
            "Where does a part begin?",
            (("phones[start:]", "phones[max(0, start - 1) :]"),),
        ),
        Mistake(
            "whole word",
            "The part is the whole word.",
            "Which sounds of a word have to sound alike?",
            (("phones[start:]", "phones[0:]"),),
        ),
        Mistake(
            "empty part without a vowel",
            "A word without a vowel has an empty part, and would rhyme with all others of its kind; it should have none.",
            "What have two words in common that have nothing that rhymes?",
            (("return frozenset()", "return frozenset({()})"),),
        ),
        Mistake(
            "whole word without a vowel",
            "A word without a vowel is a part as a whole; it should have none.",
            "What does the task say about a word without a vowel?",
            (("return frozenset()", 'return frozenset({alike(phone.rstrip("012") for phone in phones)})'),),
        ),
        Mistake(
            "fails without a vowel",
            "A word without a vowel ends in an error; it should have an empty set.",
            "What is the last of no places?",
            (("    if not vowels:\n        return frozenset()\n", ""),),
        ),
        Mistake(
            "fails without a vowel (the largest of none)",
            "A word without a vowel ends in an error; it should have an empty set.",
            "What is the largest of no places?",
            (("    if not vowels:\n        return frozenset()\n", "    max(vowels)\n"),),
        ),
        Mistake(
            "fails without stress (the largest of none)",
            "A word without a stressed vowel ends in an error; its last vowel should do.",
            "What is the largest of no places?",
            (('!= "0"] or vowels', '!= "0"]\n    max(stressed)'),),
        ),
        Mistake(
            "nothing at all without a vowel",
            "For a word without a vowel nothing came back; an empty set is asked for.",
            "What does a caller do with what you return?",
            (("return frozenset()", "return None"),),
        ),
        Mistake(
            "part for set of parts",
            "The part itself came back, and not a set that holds it.",
            "How many parts may a word have?",
            wrong=_one_part,
        ),
        Mistake(
            "list for set",
            "The parts came back in a list; a set is asked for.",
            "Does the order of the parts mean anything?",
            (
                ("return frozenset(alike(", "return list(alike("),
                ("        return frozenset()", "        return []"),
            ),
        ),
        Mistake(
            "joined to text",
            "The parts are texts; tuples of sounds are asked for.",
            "What does the helper return?",
            (
                (
                    END,
                    'frozenset(" ".join(alike(phone.rstrip("012") for phone in phones[start:])) for start in starts)',
                ),
            ),
        ),
    ),
)
