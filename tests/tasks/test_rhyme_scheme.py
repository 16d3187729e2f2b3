"""Rhyme by sound from a plain dictionary, schemes of poems, and syllables by the rule of schools."""

import numpy as np
import pytest

from scratchgpt.resources import data_path
from scratchgpt.tasks.verse import rhyme_by_sound, rhyme_scheme, words
from scratchgpt.tasks.verse.spelling import usual_syllables
from scratchgpt.worked.syllables import simple_syllables

SAID = {
    word: [phones.split() for phones in each]
    for word, each in {
        "again": ("AH0 G EH1 N", "AH0 G EY1 N"),
        "men": ("M EH1 N",),
        "pain": ("P EY1 N",),
        "posterity": ("P AA0 S T EH1 R AH0 T IY0",),
        "thee": ("DH IY1",),
    }.items()
}


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("again", "men", True),
        ("pain", "again", True),
        ("men", "pain", False),
        ("posterity", "thee", True),
        ("men", "men", False),
        ("men", "unknown", False),
        ("unknown", "other", False),
    ],
)
def test_words_rhyme_in_some_pronunciation(a, b, expected):
    assert rhyme_by_sound(a, b, SAID) is expected


@pytest.mark.parametrize(
    ("ends", "scheme"),
    [
        ("thee men posterity again", "ABAB"),
        ("men pain again", "ABA"),  # with the first of the two
        ("pain men again", "ABA"),
        ("men men again men", "ABAA"),  # a word does not rhyme with itself
        ("unknown men unknown again", "ABCB"),
        ("", ""),
    ],
)
def test_the_first_line_above_that_rhymes_gives_the_letter(ends, scheme):
    assert rhyme_scheme(ends.split(), SAID) == scheme


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("cat", 1),
        ("beautiful", 3),
        ("hope", 1),
        ("table", 2),
        ("whole", 1),
        ("the", 1),
        ("hmm", 1),
        ("le", 1),
    ],
)
def test_syllables_by_the_rule_of_schools(word, syllables):
    assert simple_syllables(word) == syllables


def test_it_agrees_with_the_longer_rule_on_nine_words_in_ten():
    text = data_path("sonnets.txt").read_text(encoding="utf-8")
    known = sorted({word for word in words(text) if word.isalpha()})
    assert len(known) > 1000
    agreeing = np.mean([simple_syllables(word) == usual_syllables(word) for word in known])
    assert agreeing == pytest.approx(0.91, abs=0.01)
