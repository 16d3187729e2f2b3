"""Rhyme: which line ends sound alike, and how much of a rhyme scheme a poem keeps.

Two different words rhyme by sound when a pronunciation of one and a pronunciation of the other have the same
phones from the last stressed vowel on: "increase" and "decease", and with a weak syllable after it "pleasure"
and "treasure". English verse adds one licence: where two or more weak syllables end a word, the metre lifts
the last of them to a beat, and it may rhyme alone: "posterity" with "thee".

A dictionary says how Americans speak now. Where it finds no rhyme, or does not know a word, the letters
decide, as `rimes` reads them: "gazeth" and "amazeth", and "love" and "prove", which rhymed in 1609.

A word does not rhyme with itself; words of one sound ("sun", "son") do.
"""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Literal

from .derived import Pronunciation
from .pronunciation import Pronunciations
from .rimes import spelled_tails
from .sounds import tails
from .spelling import words

SONNET = "ABABCDCDEFEFGG"
"""Shakespeare's scheme: lines with the same letter rhyme."""

Rhyme = Literal["sound", "spelling"]


def rhyme(a: str, b: str, dictionary: Pronunciations | None = None) -> Rhyme | None:
    """Return how two words in lower case rhyme, or None. Without a dictionary the spelling alone decides."""
    if not a or not b or a == b:
        return None
    if dictionary is not None and rhyme_by_sound(a, b, {word: dictionary.of(word) for word in (a, b)}):
        return "sound"
    return "spelling" if spelled_tails(a) & spelled_tails(b) else None


def rhyme_by_sound(a: str, b: str, said: Mapping[str, Sequence[Pronunciation]]) -> bool:
    """Whether two words rhyme in some pronunciation of each; `said` has those of the words that it knows.

    A word does not rhyme with itself, and a word that is not in `said` with none.
    """
    sounds = [{tail for phones in said.get(word, ()) for tail in tails(phones)} for word in (a, b)]
    return a != b and not sounds[0].isdisjoint(sounds[1])


def rhyme_scheme(ends: Sequence[str], said: Mapping[str, Sequence[Pronunciation]]) -> str:
    """Return a letter for each line of a poem from the words at the line ends: "ABAB" when they alternate.

    A line has the letter of the first line above it with which it rhymes by sound, else the next letter that
    is not in use, A to Z.
    """
    letters = ""
    for i, word in enumerate(ends):
        found = (letters[j] for j in range(i) if rhyme_by_sound(word, ends[j], said))
        letters += next(found, ascii_uppercase[len(set(letters))])
    return letters


def rhyming_pairs(
    lines: Sequence[str], dictionary: Pronunciations | None = None, scheme: str = SONNET
) -> tuple[Rhyme | None, ...]:
    """Return how each pair of lines rhymes that the scheme wants to: seven answers for a sonnet.

    A line that the poem does not have, or that ends in no word, rhymes with nothing.
    """
    last = [next(iter(words(line)[-1:]), "") for line in lines] + [""] * len(scheme)
    return tuple(rhyme(last[i], last[j], dictionary) for i, j in scheme_pairs(scheme))


def scheme_pairs(scheme: str = SONNET) -> list[tuple[int, int]]:
    """Return the pairs of lines, counted from 0, that rhyme in a scheme: each with the next of its letter."""
    pairs = ((i, scheme.find(letter, i + 1)) for i, letter in enumerate(scheme))
    return [(i, j) for i, j in pairs if j > 0]
