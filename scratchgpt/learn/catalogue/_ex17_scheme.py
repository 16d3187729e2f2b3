"""17.3: the scheme of a poem."""

from ...tasks.verse.rhyme import rhyme_scheme
from ..exercise import Exercise, Probe
from ._ex17_scheme_slips import MISTAKES
from ._ex17_words import SAID


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    return [
        Probe(name, (text.split(), SAID))
        for name, text in {
            "alternating": "gaze sun amaze son",
            "couplets": "gaze amaze sun son day way",
            "embracing": "sea rain pain thee",
            "no rhymes": "gaze day sun men",
            "all rhyme": "day way day way",
            "a third rhyme": "pen sea men gaze ten",
            "words that come again": "gaze sun gaze sun",
            "a word that comes again, and a rhyme": "gaze amaze gaze",
            "rhymes with two lines": "men pain again rain ten",
            "the other way round": "pain men again ten rain",
            "rhymes that do not go on": "men again pain rain ten",
            "a lifted syllable": "posterity thee dexterity sea",
            "far apart": "gaze sun day men amaze treasure son thee way",
            "unknown words": "xyzzy gaze plugh amaze xyzzy",
            "a sonnet": "gaze sun amaze son day men way pen rain sea vain thee treasure measure",
            "one line": "day",
            "no line": "",
        }.items()
    ]


EXERCISE = Exercise(
    id="17.3",
    reference=rhyme_scheme,
    task="""
    Write down the rhyme scheme of a poem: a letter for each line, the same for lines that rhyme.

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
    """,
    probes=probes,
    returns=("scheme",),
    mistakes=MISTAKES,
    hints=(
        "For one line, what do you have to know of the lines above it? Keep the letters that you gave so far.",
        "Rhyming is no chain: a line may rhyme with two lines that do not rhyme with each other. The task says "
        "which of them decides.",
        "The next new letter depends on how many different ones are in use, not on the number of the line.",
    ),
    difficulty=2,
    minutes=12,
    importance=3,
    lines=5,
    needs=("17.2",),
)
