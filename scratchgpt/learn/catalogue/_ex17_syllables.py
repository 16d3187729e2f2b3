"""17.4: syllables, by the rule that schools teach."""

from ...worked.syllables import simple_syllables
from ..exercise import Exercise, Probe
from ._ex17_syllables_slips import MISTAKES

# Each kind of word, with what is special about it; some are made up.
WORDS = {
    "one group": "cat",
    "three groups": "banana",
    "neighbouring vowels": "beautiful",
    "two groups of two": "reason",
    "a group at the beginning": "our",
    "a group at the end": "potato",
    "y is a vowel": "rhythmy",
    "y in front": "yes",
    "y in front of a consonant": "yclept",
    "y between vowels": "player",
    "silent e": "hope",
    "silent e in a long word": "generate",
    "y and a silent e": "rhyme",
    "e is the only vowel": "the",
    "one letter": "a",
    "the e alone": "he",
    "two e at the end": "degree",
    "e after a vowel": "potatoe",
    "e after a vowel, one group": "blue",
    "e after y": "goodbye",
    "le after a consonant": "table",
    "le after two consonants": "gentle",
    "le after a double l": "ville",
    "le after a vowel": "whole",
    "le after two vowels": "seville",
    "le after y": "style",
    "le and no other letter": "le",
    "re at the end": "centre",
    "silent e and two groups in front": "educate",
    "e inside": "lovely",
    "e before s": "loves",
    "e before d": "seemed",
    "no vowel": "hmm",
    "le in the middle": "tables",
    "leave": "leave",
    "u after q": "queen",
    "one consonant and le": "ble",
    "vowels only": "eye",
    "e in front": "eke",
}

EXERCISE = Exercise(
    id="17.4",
    reference=simple_syllables,
    task="""
    Count the syllables of a word by its letters, with the rule that schools teach.

    word: a string of one or more lower-case letters a to z. The vowel letters are a, e, i, o, u and y.
    Return an integer. Each group of neighbouring vowel letters counts as one syllable, however long it is:
    "queen" has one. But an e at the end of the word is silent and does not count when the letter before it is
    a consonant letter, that is, none of the six ("hope": one). One exception: at the end of a word, the e of
    a consonant letter and le counts ("table": two; "whole", with a vowel letter before the le: one). Every
    word has at least one syllable, whatever the rule says ("the", "hmm").

    The rule is wrong for some words ("loves" would have two); keep to it here.

    >>> [simple_syllables(word) for word in ["cat", "beautiful", "hope", "table", "whole", "the"]]
    [1, 3, 1, 2, 1, 1]
    >>> [simple_syllables(word) for word in ["degree", "rhyme", "loves", "hmm"]]
    [2, 1, 2, 1]
    """,
    probes=lambda: [Probe(name, (word,)) for name, word in WORDS.items()],
    returns=("syllables",),
    mistakes=MISTAKES,
    hints=(
        "A group begins where a vowel letter follows on none. Count the beginnings, or let a pattern find the "
        "groups.",
        "The e at the end concerns three letters at most: the e itself, the one before it, and, if that one is "
        "an l, the one before that. A short word may not have so many.",
        "Count the groups, take one away if the last e is silent, and see to it at the very end that no word "
        "is left without a syllable.",
    ),
    difficulty=2,
    minutes=12,
    importance=2,
    lines=5,
)
