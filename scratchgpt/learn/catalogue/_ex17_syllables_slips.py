"""17.4: what goes wrong with syllables."""

import re

from ...worked.syllables import simple_syllables
from ..exercise import Mistake
from ._unpaired import unpaired

GROUPS = '"[aeiouy]+"'
SILENT, LE = '"[^aeiouy]e$"', '"[^aeiouy]le$"'
EXCEPT_LE = f" and not re.search({LE}, word)"
COUNT = "max(1, len(groups) - bool(silent))"


def _le_without_a_look(word: str) -> int:
    """Two letters before the end are looked at in words that may not have them."""
    if word[-1] == "e" and word[-2] not in "aeiouy" and not (word[-2] == "l" and word[-3] not in "aeiouy"):
        return max(1, len(re.findall("[aeiouy]+", word)) - 1)
    return max(1, len(re.findall("[aeiouy]+", word)))


def _no_vowel_fails(word: str) -> int:
    if not re.search("[aeiouy]", word):
        raise IndexError
    return simple_syllables(word)


MISTAKES = unpaired(
    simple_syllables,
    (
        Mistake(
            "every vowel letter counts",
            "Each vowel letter was counted by itself; neighbours make one syllable together.",
            "How many syllables has queen?",
            ((GROUPS, '"[aeiouy]"'),),
        ),
        Mistake(
            "pairs of vowel letters",
            "Groups of three vowel letters count twice; a group counts once however long it is.",
            "How many syllables does the rule give the first part of beautiful?",
            ((GROUPS, '"[aeiouy]{1,2}"'),),
        ),
        Mistake(
            "y is no vowel",
            "The letter y was taken for a consonant; here it is a vowel letter like the other five.",
            "How many vowel letters has rhythm?",
            ((GROUPS, '"[aeiou]+"'), (SILENT, '"[^aeiou]e$"'), (LE, '"[^aeiou]le$"')),
        ),
        Mistake(
            "y is no vowel in a group",
            "In the groups y was taken for a consonant; here it is a vowel letter like the other five.",
            "How many vowel letters has rhythm?",
            ((GROUPS, '"[aeiou]+"'),),
        ),
        Mistake(
            "y is no vowel before e",
            "At the end of a word y was taken for a consonant; here it is a vowel letter like the other five.",
            "Is the e at the end of goodbye a syllable by itself?",
            ((SILENT, '"[^aeiou]e$"'),),
        ),
        Mistake(
            "y is no vowel before le",
            "Before le at the end y was taken for a consonant; here it is a vowel letter like the other five.",
            "How many syllables does the rule give style?",
            ((LE, '"[^aeiou]le$"'),),
        ),
        Mistake(
            "y is no vowel at the end",
            "In the rule about the last e, y was taken for a consonant; here it is a vowel letter like the other five.",
            "Which six letters does the task name?",
            ((SILENT, '"[^aeiou]e$"'), (LE, '"[^aeiou]le$"')),
        ),
        Mistake(
            "y at the beginning is a consonant",
            "A y at the beginning of the word was taken for a consonant; by this rule it is a vowel letter everywhere.",
            "Which six letters does the task name?",
            ((GROUPS, '"[aeiou]+[aeiouy]*|(?<!^)y[aeiouy]*"'),),
        ),
        Mistake(
            "y before a vowel is a consonant",
            "A y before another vowel letter was taken for a consonant, as it sounds; by this rule it is always a vowel letter.",
            "Into how many groups does the rule cut player?",
            ((GROUPS, '"(?:[aeiou]|y(?![aeiou]))+"'),),
        ),
        Mistake(
            "last e counts",
            "An e at the end was counted where it is silent.",
            "How many syllables has hope?",
            (("- bool(silent)", "- 0"),),
        ),
        Mistake(
            "le taken for silent",
            "The e of a word that ends in a consonant and le was taken for silent.",
            "How many syllables has table?",
            ((EXCEPT_LE, ""),),
        ),
        Mistake(
            "le always counts",
            "The e of le was counted also where a vowel letter stands before the l.",
            "How many syllables has whole?",
            ((LE, '"le$"'),),
        ),
        Mistake(
            "le counts after a vowel only",
            "The exception is turned around: the e of le was counted behind a vowel letter, and not behind a consonant.",
            "How many syllables have table and whole?",
            ((LE, '"[aeiouy]le$"'),),
        ),
        Mistake(
            "double l does not count",
            "The e of le was taken for silent behind another l; that is a consonant letter like the others.",
            "Which letter stands before the le of ville?",
            ((LE, '"[^aeiouyl]le$"'),),
        ),
        Mistake(
            "re counts too",
            "The e of re was counted as well; the exception is for le alone.",
            "How many syllables does the rule give centre?",
            ((LE, '"[^aeiouy][lr]e$"'),),
        ),
        Mistake(
            "le counts twice",
            "In a word that ends in a consonant and le a syllable was added, though its e is a group already.",
            "How many groups has table?",
            (
                (
                    COUNT,
                    f"max(1, len(groups) - bool(silent)) + bool(re.search({LE}, word) and len(groups) > 1)",
                ),
            ),
        ),
        Mistake(
            "every e at the end is silent",
            "An e at the end was taken for silent after a vowel letter too, where it is part of a group that counts.",
            "How many syllables has degree?",
            ((SILENT, '"e$"'),),
        ),
        Mistake(
            "every e at the end is silent, le too",
            "Every e at the end was taken for silent, after a vowel letter and in le as well.",
            "How many syllables have degree and table?",
            ((SILENT, '"e$"'), (EXCEPT_LE, "")),
        ),
        Mistake(
            "every e at the end taken off",
            "All e at the end were taken off before counting, also those of a group that counts.",
            "How many syllables has degree?",
            (
                (GROUPS + ", word", GROUPS + f', word if re.search({LE}, word) else re.sub("e+$", "", word)'),
                ("- bool(silent)", "- 0"),
            ),
        ),
        Mistake(
            "every e at the end taken off, le too",
            "All e at the end were taken off before counting, also those of a group that counts and that of le.",
            "How many syllables have degree and table?",
            ((GROUPS + ", word", GROUPS + ', re.sub("e+$", "", word)'), ("- bool(silent)", "- 0")),
        ),
        Mistake(
            "every e at the end is silent, but for le",
            "An e at the end was taken for silent after a vowel letter too, and every le for a syllable.",
            "How many syllables have degree and whole?",
            ((SILENT, '"e$"'), (LE, '"le$"')),
        ),
        Mistake(
            "any vowel letter at the end is silent",
            "A word's last vowel letter was taken for silent, whichever it is; only an e can be.",
            "How many syllables has potato?",
            ((SILENT, '"[^aeiouy][aeiouy]$"'),),
        ),
        Mistake(
            "e before s silent too",
            "An e before a last s was taken for silent as well; by this rule only an e that is the last letter can be.",
            "How many syllables does the rule give loves?",
            ((SILENT, '"[^aeiouy]es?$"'),),
        ),
        Mistake(
            "e before s and d silent too",
            "An e before a last s or d was taken for silent as well; by this rule only an e that is the last letter can be.",
            "How many syllables does the rule give loves and seemed?",
            ((SILENT, '"[^aeiouy]e[sd]?$"'),),
        ),
        Mistake(
            "e before d silent too",
            "An e before a last d was taken for silent as well; by this rule only an e that is the last letter can be.",
            "How many syllables does the rule give seemed?",
            ((SILENT, '"[^aeiouy]ed?$"'),),
        ),
        Mistake(
            "e silent inside too",
            "An e inside of the word was taken for silent as well; by this rule only an e that is the last letter can be.",
            "How many syllables does the rule give lovely?",
            ((SILENT, '"[^aeiouy]e"'),),
        ),
        Mistake(
            "no syllable left",
            "Some words have no syllable at all; every word has at least one.",
            "How many syllables have the, and hmm?",
            ((COUNT, "len(groups) - bool(silent)"),),
        ),
        Mistake(
            "no syllable without a vowel",
            "A word without a vowel letter has no syllable; every word has at least one.",
            "How many syllables has hmm?",
            ((COUNT, "max(bool(groups), len(groups) - bool(silent))"),),
        ),
        Mistake(
            "no syllable when the only e is silent",
            "A word whose only vowel letter is its last e has no syllable; every word has at least one.",
            "How many syllables has the?",
            ((COUNT, "max(not groups, len(groups) - bool(silent))"),),
        ),
        Mistake(
            "fails without a vowel",
            "A word without a vowel letter ends in an error; it has one syllable.",
            "How many syllables has hmm?",
            wrong=_no_vowel_fails,
        ),
        Mistake(
            "fails on short words",
            "A short word ends in an error: letters before its end were looked at that it does not have.",
            "How many letters has the shortest word?",
            wrong=_le_without_a_look,
        ),
        Mistake(
            "short words keep their e",
            "In words of three letters the last e was counted; by this rule it is silent if another group is left.",
            "How many syllables does the rule give eke?",
            ((SILENT, '".[^aeiouy]e$" if len(word) > 3 else "^$"'),),
        ),
        Mistake(
            "at least two",
            "Every word has at least two syllables.",
            "What is the smallest number a word can have?",
            ((COUNT, COUNT.replace("1", "2")),),
        ),
        Mistake(
            "group at the beginning missed",
            "A group at the beginning of the word was not counted: no consonant stands before it.",
            "How many syllables has our?",
            ((GROUPS, '"[^aeiouy][aeiouy]+"'),),
        ),
        Mistake(
            "group at the end missed",
            "A group at the end of the word was not counted: no consonant stands behind it.",
            "How many syllables has potato?",
            ((GROUPS, '"[aeiouy]+(?=[^aeiouy])"'),),
        ),
        Mistake(
            "groups of consonants",
            "The groups of consonants were counted; it is those of vowels that make syllables.",
            "How many syllables has banana, and how many has strengths?",
            ((GROUPS, '"[^aeiouy]+"'),),
        ),
        Mistake(
            "groups of consonants, last e or not",
            "The groups of consonants were counted, and nothing done about an e at the end; it is groups of vowels that make syllables.",
            "How many syllables has banana, and how many has strengths?",
            ((GROUPS, '"[^aeiouy]+"'), ("- bool(silent)", "- 0")),
        ),
        Mistake(
            "different groups",
            "Groups of the same letters were counted once; each makes a syllable.",
            "How many syllables has banana?",
            ((COUNT, COUNT.replace("groups", "set(groups)")),),
        ),
        Mistake(
            "one too many",
            "There is one syllable too many.",
            "How many syllables has cat?",
            ((COUNT, COUNT + " + 1"),),
        ),
    ),
    but=(
        "every vowel letter counts",
        "y is no vowel in a group",
        "last e counts",
        "le taken for silent",
        "no syllable left",
    ),
)
