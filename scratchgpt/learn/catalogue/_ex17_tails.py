"""17.1: what of a word rhymes."""

from ...tasks.verse.sounds import tails
from ..exercise import Exercise, Probe
from ._ex17_tails_more import MORE
from ._ex17_tails_slips import MISTAKES


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    words = {
        "one syllable": "N AY1 T",
        "stress at the end": "D IH0 K R IY1 S",
        "one weak syllable at the end": "T R EH1 ZH ER0",
        "two weak syllables at the end": "M EH1 M ER0 IY0",
        "three weak syllables at the end": "V EH1 JH AH0 T AH0 B AH0 L",
        "two main stresses": "S IH1 K S T IY1 N",
        "a second stress": "EH1 V ER0 M AO2 R",
        "a second stress, then a weak syllable": "L IH1 T ER0 AH0 CH UH2 R IY0",
        "a second stress, then two weak syllables": "AE1 K S AH0 D EH2 N T AH0 L IY0",
        "a second stress before the first": "W IH2 DH AW1 T",
        "the only stress is a second one": "DH EH2 R AH0",
        "the vowel is the last sound": "AH0 G OW1",
        "the vowel is all there is": "AY1",
        "the same vowel twice": "B AH1 T AH0 N",
        "the same vowel with the same stress": "B AH0 N AE1 N AH0 N AH0",
        "no vowel is stressed": "DH AH0",
        "no stress in two syllables": "IH0 N T UH0",
        "no stress in three syllables": "AH0 N D ER0 AH0",
        "no vowel": "SH",
        "no sound": "",
        "a soft th": "B R IY1 DH",
        "a soft th in a lifted syllable": "L AE1 V ER0 IH0 DH",
        "fire": "F AY1 ER0",
        "a vowel before R": "Z IY1 R OW0",
    }
    listed = Probe("a list", (["P", "L", "EH1", "ZH", "ER0"],))
    return [listed, *(Probe(name, (tuple(phones.split()),)) for name, phones in words.items())]


EXERCISE = Exercise(
    id="17.1",
    reference=tails,
    task="""
    Find the part of a pronunciation that has to sound alike when two words rhyme.

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
    """,
    probes=probes,
    returns=("tails",),
    mistakes=(*MISTAKES, *MORE),
    hints=(
        "Where are the vowels, and which of them are stressed? Places are more useful here than the phones "
        "themselves.",
        "One beginning you always have, as soon as there is a vowel. For the second, count the vowels that come "
        "behind the first.",
        "Collect the places where parts begin, one or two of them. For each take what stands from there to the "
        "end, take the digits off, and let the helper spell it.",
    ),
    difficulty=3,
    minutes=15,
    importance=3,
    lines=8,
)
