"""Lesson 17: which words rhyme, the rhyme scheme of a poem, syllables.

Write a function, then run:   pytest exercises/ex17_verse.py
Stuck?                        python -m scratchgpt.learn hint 17.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.tasks.verse.sounds import alike


# 17.1  difficulty 3 of 5, importance 3 of 5, about 15 minutes
def tails(phones):
    """Find the part of a pronunciation that has to sound alike when two words rhyme.

    phones: list or tuple of strings, the sounds of a word. Consonants are capital letters such as "SH". A
    vowel ends in a digit, its stress: 1 main stress, 2 second stress, 0 none. A vowel with 1 or 2 counts as
    stressed. "night" is N AY1 T; each vowel makes a syllable.
    Return a set (or frozenset) of tuples of strings. One is the part from the last stressed vowel to the end;
    where no vowel is stressed, from the last vowel to the end. When two or more vowels follow after the vowel
    at which that part begins, there is a second one, from the last vowel of the word to the end: verse may
    lift a last syllable to a beat, and let "memory" rhyme with "thee". Without a vowel the set is empty.
    Each part is given without the digits, and as alike(part) returns it. alike is at hand: it takes phones
    without digits, and gives one spelling to sounds that no rhyme tells apart (the th of "breathe", DH, is
    that of "teeth", TH), as a tuple. Do not modify phones.

    >>> sorted(tails(["D", "IH0", "K", "R", "IY1", "S"]))
    [('IY', 'S')]
    >>> sorted(tails(["M", "EH1", "M", "ER0", "IY0"]))
    [('EH', 'M', 'ER', 'IY'), ('IY',)]
    >>> sorted(tails(["T", "R", "EH1", "ZH", "ER0"])), sorted(tails(["EH1", "V", "ER0", "M", "AO2", "R"]))
    ([('EH', 'ZH', 'ER')], [('AO', 'R')])
    >>> alike(["IY", "DH"]), alike(["IY", "TH"])
    (('IY', 'TH'), ('IY', 'TH'))
    """
    # TODO 17.1: your code here (about 8 lines)
    raise Todo("17.1")


# 17.2  difficulty 2 of 5, importance 3 of 5, about 10 minutes, after 17.1
def rhyme_by_sound(a, b, said):
    """Say whether two words rhyme, by a pronouncing dictionary.

    a, b: two words, strings in lower case. said: dict, word -> list of its pronunciations, each a list or
    tuple of phones as in 17.1; many words have several, as "wind" in the air and what one does to a clock.
    Return True or False. Two words rhyme when some pronunciation of the one and some pronunciation of the
    other have a rhyming part in common (17.1; some pronunciations have two such parts, and one in common is
    enough). A word never rhymes with itself; two different words of the same sound do ("sun", "son"). A word
    that is not in said rhymes with none. Do not modify said. Your tails is at hand.

    >>> said = {"wind": [["W", "IH1", "N", "D"], ["W", "AY1", "N", "D"]], "find": [["F", "AY1", "N", "D"]],
    ...         "sinned": [["S", "IH1", "N", "D"]], "fine": [["F", "AY1", "N"]]}
    >>> rhyme_by_sound("wind", "find", said), rhyme_by_sound("sinned", "wind", said)
    (True, True)
    >>> rhyme_by_sound("find", "sinned", said), rhyme_by_sound("find", "fine", said)
    (False, False)
    >>> rhyme_by_sound("find", "find", said), rhyme_by_sound("find", "behind", said)
    (False, False)
    """
    # TODO 17.2: your code here (about 3 lines)
    raise Todo("17.2")


# 17.3  difficulty 2 of 5, importance 3 of 5, about 12 minutes, after 17.2
def rhyme_scheme(ends, said):
    """Write down the rhyme scheme of a poem: a letter for each line, the same for lines that rhyme.

    ends: list of strings, the last word of each line. said: dict of pronunciations, as in 17.2. Two lines
    rhyme when their last words do as in 17.2; so a word that comes again does not rhyme with itself.
    Return a string of as many capital letters as there are lines. Line by line from the top: look for the
    first line of the poem, above this one, with which it rhymes. If there is one, the line gets that line's
    letter; if not, a new one. New letters are taken in the order of the alphabet, none is left out, and there
    are never more than 26. Do not modify the arguments. Your rhyme_by_sound is at hand.

    >>> said = {"day": [["D", "EY1"]], "may": [["M", "EY1"]], "dates": [["D", "EY1", "T", "S"]],
    ...         "temperate": [["T", "EH1", "M", "P", "R", "AH0", "T"]]}
    >>> rhyme_scheme(["day", "temperate", "may", "dates"], said)
    'ABAC'
    >>> rhyme_scheme(["dates", "day", "day", "may", "day"], said)
    'ABCBB'
    """
    # TODO 17.3: your code here (about 5 lines)
    raise Todo("17.3")


# 17.4  difficulty 2 of 5, importance 2 of 5, about 12 minutes
def simple_syllables(word):
    """Count the syllables of a word by its letters, with the rule that schools teach.

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
    """
    # TODO 17.4: your code here (about 5 lines)
    raise Todo("17.4")
