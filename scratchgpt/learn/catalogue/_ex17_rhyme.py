"""17.2: which words rhyme."""

from ...tasks.verse.rhyme import rhyme_by_sound
from ..exercise import Exercise, Probe
from ._ex17_rhyme_slips import MISTAKES
from ._ex17_words import SAID


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    return [
        Probe(name, (a, b, SAID))
        for name, (a, b) in {
            "they rhyme": ("gaze", "amaze"),
            "they do not": ("gaze", "day"),
            "other consonants": ("day", "rain"),
            "another vowel": ("pain", "pen"),
            "two syllables": ("treasure", "measure"),
            "the same word": ("gaze", "gaze"),
            "words of one sound": ("sun", "son"),
            "first of two pronunciations": ("again", "men"),
            "first of two, the other way round": ("men", "again"),
            "second of two pronunciations": ("again", "pain"),
            "second of two, the other way round": ("pain", "again"),
            "neither of two": ("again", "day"),
            "second of two with one": ("find", "wind"),
            "second of two with second of two": ("does", "close"),
            "one sound among two": ("read", "red"),
            "two with two": ("fire", "again"),
            "weak syllables alone": ("treasure", "desire"),
            "a lifted syllable": ("posterity", "thee"),
            "a lifted syllable in front": ("see", "dexterity"),
            "two lifted syllables": ("posterity", "dexterity"),
            "a soft th": ("heath", "bequeath"),
            "fire": ("desire", "liar"),
            "an unknown word": ("gaze", "xyzzy"),
            "two unknown words": ("plugh", "xyzzy"),
            "the same unknown word": ("xyzzy", "xyzzy"),
            "no vowel": ("th'", "sh"),
        }.items()
    ]


EXERCISE = Exercise(
    id="17.2",
    reference=rhyme_by_sound,
    task="""
    Say whether two words rhyme, by a pronouncing dictionary.

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
    """,
    probes=probes,
    returns=("rhymes",),
    mistakes=MISTAKES,
    hints=(
        "Which rhyming parts can a word have, over all the ways to say it? Put them into one set per word.",
        "Two sets have something in common, or they have not. What is the set of a word that nobody knows?",
        "Two cases need a thought of their own: the same word twice, and a word that is missing. Only one of "
        "them needs a condition, if the sets are made with care.",
    ),
    difficulty=2,
    minutes=10,
    importance=3,
    lines=3,
    needs=("17.1",),
)
