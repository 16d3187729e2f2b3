"""17.1: what goes wrong with the part that rhymes."""

from typing import Any

from ...tasks.verse.sounds import alike, tails
from ..exercise import Mistake
from ._unpaired import unpaired


def _before_alike(phones: Any) -> frozenset[Any]:
    """The digits taken off after the helper has spelled the part."""
    found = set()
    vowels = [i for i, phone in enumerate(phones) if phone[-1].isdigit()]
    stressed = [i for i in vowels if phones[i][-1] != "0"] or vowels
    for start in {*stressed[-1:], *(vowels[-1:] if sum(i > stressed[-1] for i in vowels) > 1 else [])}:
        found.add(tuple(phone.rstrip("012") for phone in alike(phones[start:])))
    return frozenset(found)


END = 'frozenset(alike(phone.rstrip("012") for phone in phones[start:]) for start in starts)'

MISTAKES = unpaired(
    tails,
    (
        Mistake(
            "first stressed vowel",
            "The part begins at the first stressed vowel, and is longer than it has to be where there are several.",
            "Which of the stressed vowels comes closest to the end?",
            (
                ("or vowels", "or vowels[-1:]"),
                ("starts = {stressed[-1]}", "starts = {stressed[0]}"),
                ("vowels.index(stressed[-1])", "vowels.index(stressed[0])"),
            ),
        ),
        Mistake(
            "first stressed vowel, or first of all",
            "The part begins at the first stressed vowel, and where none is stressed at the first of all; it is the last that counts.",
            "Which of the stressed vowels comes closest to the end?",
            (
                ("starts = {stressed[-1]}", "starts = {stressed[0]}"),
                ("vowels.index(stressed[-1])", "vowels.index(stressed[0])"),
            ),
        ),
        Mistake(
            "first main stress",
            "The part begins at the first vowel with main stress; the last stressed one counts, of either kind.",
            "Which of the stressed vowels comes closest to the end?",
            (
                ('phones[i][-1] != "0"', 'phones[i][-1] == "1"'),
                ("or vowels", "or vowels[-1:]"),
                ("starts = {stressed[-1]}", "starts = {stressed[0]}"),
                ("vowels.index(stressed[-1])", "vowels.index(stressed[0])"),
            ),
        ),
        Mistake(
            "main stress only",
            "A vowel with second stress was passed over; it counts as stressed too.",
            "What do the digits 1 and 2 have in common?",
            (('phones[i][-1] != "0"', 'phones[i][-1] == "1"'),),
        ),
        Mistake(
            "main stress first",
            "Where there is a main stress, a vowel with second stress behind it was passed over; the last stressed one counts, of "
            "either kind.",
            "Which of the stressed vowels comes closest to the end?",
            (
                (
                    '[i for i in vowels if phones[i][-1] != "0"]',
                    '[i for i in vowels if phones[i][-1] == "1"] or [i for i in vowels if phones[i][-1] == "2"]',
                ),
            ),
        ),
        Mistake(
            "highest digit",
            "Where a vowel has second stress it was taken before those with main stress: the digit 2 was read as the stronger one.",
            "What do the digits 1 and 2 say, and which vowel counts?",
            (
                (
                    "stressed[-1]}",
                    "max(stressed, key=lambda i: (phones[i][-1], i))}",
                ),
                (
                    "vowels.index(stressed[-1])",
                    "vowels.index(max(stressed, key=lambda i: (phones[i][-1], i)))",
                ),
            ),
        ),
        Mistake(
            "weak vowels only",
            "The parts begin at a weak vowel; stressed and unstressed were exchanged.",
            "Which digit stands for no stress?",
            (('phones[i][-1] != "0"', 'phones[i][-1] == "0"'),),
        ),
        Mistake(
            "last vowel, stressed or not",
            "The part begins at the last vowel, whether it is stressed or not.",
            "Where does the ear begin to listen for a rhyme in a word with a weak ending?",
            (('[i for i in vowels if phones[i][-1] != "0"] or vowels', "vowels"),),
        ),
        Mistake(
            "nothing without stress",
            "A word without a stressed vowel has no part at all; its last vowel should do.",
            "What does the task say about a word such as the article of English?",
            (
                ('!= "0"] or vowels', '!= "0"]'),
                ("    starts = {", "    if not stressed:\n        return frozenset()\n    starts = {"),
            ),
        ),
        Mistake(
            "fails without stress",
            "A word without a stressed vowel ends in an error; its last vowel should do.",
            "What is the last of no places?",
            (('!= "0"] or vowels', '!= "0"]'),),
        ),
        Mistake(
            "first vowel without stress",
            "Where no vowel is stressed the part begins at the first vowel; it should at the last.",
            "What does the task say about a word without stress?",
            (('!= "0"] or vowels', '!= "0"] or vowels[:1]'),),
        ),
        Mistake(
            "whole word without stress",
            "Where no vowel is stressed the part is the whole word; it should begin at the last vowel.",
            "What does the task say about a word without stress?",
            (
                ('!= "0"] or vowels', '!= "0"] or [0]'),
                (
                    "vowels.index(stressed[-1])",
                    "max(i >= 0 for i in stressed) * len([i for i in vowels if i < stressed[-1]])",
                ),
            ),
        ),
        Mistake(
            "one weak syllable is enough",
            "A single weak syllable at the end was lifted too; that takes two or more vowels behind the first part's.",
            "Does the last syllable of a word such as treasure carry a beat?",
            (("len(vowels) - 2", "len(vowels) - 1"),),
        ),
        Mistake(
            "three weak syllables needed",
            "With two weak syllables at the end the last one was not lifted; two are enough.",
            "How many vowels follow the stressed one in memory?",
            (("len(vowels) - 2", "len(vowels) - 3"),),
        ),
        Mistake(
            "three vowels are enough",
            "The vowels of the whole word were counted; it is those behind the stressed one that decide whether the last is lifted.",
            "How many weak syllables are there at the end?",
            (("vowels.index(stressed[-1]) < len(vowels) - 2", "len(vowels) > 2"),),
        ),
        Mistake(
            "sounds counted for syllables",
            "The sounds behind the stressed vowel were counted; it is the vowels that make syllables.",
            "How many syllables has a word that ends in two consonants?",
            (("vowels.index(stressed[-1]) < len(vowels) - 2", "len(phones) - stressed[-1] > 2"),),
        ),
        Mistake(
            "never lifted",
            "The second part is missing where two or more weak syllables end a word.",
            "How can memory rhyme with thee?",
            (("vowels.index(stressed[-1]) < len(vowels) - 2", "not vowels"),),
        ),
        Mistake(
            "lifted instead",
            "Where the last syllable is lifted the longer part is gone; both should be there.",
            "May memory still rhyme on its stressed vowel?",
            (("starts.add(vowels[-1])", "starts = {vowels[-1]}"),),
        ),
        Mistake(
            "syllable before the last lifted",
            "It is the syllable before the last that was lifted, where it should be the last.",
            "Which syllable of memory sounds like thee?",
            (("starts.add(vowels[-1])", "starts.add(vowels[-2])"),),
        ),
        Mistake(
            "every weak syllable lifted",
            "Every syllable behind the stressed one begins a part; only the last may.",
            "How many parts can a word have at most?",
            (("starts.add(vowels[-1])", "starts.update(i for i in vowels if i > stressed[-1])"),),
        ),
        Mistake(
            "the last sound lifted",
            "The second part begins at the last sound; it should begin at the last vowel.",
            "Where does a syllable's rhyme begin?",
            (("starts.add(vowels[-1])", "starts.add(len(phones) - 1)"),),
        ),
        Mistake(
            "digits kept",
            "The digits of stress are still there; each part is asked for without them.",
            "Should one sound with two degrees of stress count as two sounds?",
            (('phone.rstrip("012")', "phone"),),
        ),
        Mistake(
            "sounds as they are",
            "The parts are as the dictionary has them, with their digits, and two spellings for what no rhyme tells apart.",
            "What does the task ask to be done with each part?",
            ((END, "frozenset(tuple(phones[start:]) for start in starts)"),),
        ),
        Mistake(
            "digits of the first vowel kept",
            "The digit of the vowel at which the part begins is still there.",
            "Which of the sounds have you taken the digit off?",
            (
                (
                    END,
                    'frozenset((phones[start], *alike(phone.rstrip("012") for phone in phones[start:])[1:]) for start in starts)',
                ),
            ),
        ),
        Mistake(
            "zeros only",
            "Only the digit 0 was taken off; 1 and 2 are still there.",
            "Which digits may a vowel have?",
            (('rstrip("012")', 'rstrip("0")'),),
        ),
        Mistake(
            "twos kept",
            "The digit 2 was not taken off.",
            "Which digits may a vowel have?",
            (('rstrip("012")', 'rstrip("01")'),),
        ),
        Mistake(
            "last letter of every sound lost",
            "Consonants have lost a letter: only vowels end in a digit.",
            "Which sounds end in a digit?",
            (('phone.rstrip("012")', "phone[:-1]"),),
        ),
        Mistake(
            "alike forgotten",
            "The parts are spelled as the dictionary has them; sounds that no rhyme tells apart should have one spelling.",
            "What does the helper do with the last sound of breathe?",
            (
                (
                    'alike(phone.rstrip("012") for phone in phones[start:])',
                    'tuple(phone.rstrip("012") for phone in phones[start:])',
                ),
            ),
        ),
        Mistake(
            "alike before the digits",
            "The helper got sounds with their digits, and did not know them; take the digits off first.",
            "What does the task say that the helper takes?",
            wrong=_before_alike,
        ),
        Mistake(
            "alike for the whole word",
            "The helper got the whole word, and the part was cut out afterwards: what it does to the first vowel of a part is "
            "not what it does to one inside.",
            "What does the task say each part should be like?",
            (
                (
                    END,
                    'frozenset(alike(phone.rstrip("012") for phone in phones)[start - len(phones) :] for start in starts)',
                ),
            ),
        ),
    ),
    but=("main stress only", "one weak syllable is enough", "never lifted", "digits kept", "alike forgotten"),
)
