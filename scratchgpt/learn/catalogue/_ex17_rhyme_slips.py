"""17.2: what goes wrong with rhymes."""

from collections.abc import Callable
from itertools import product
from typing import Any

from ...tasks.verse.rhyme import rhyme_by_sound
from ...tasks.verse.sounds import tails
from ..exercise import Mistake
from ._unpaired import unpaired

SHARED = "not sounds[0].isdisjoint(sounds[1])"
EACH = "for phones in said.get(word, ()) for tail in tails(phones)"


def _of(take: Callable[[Any, Any], bool]) -> Callable[..., bool]:
    """Two different words rhyme when `take` says so of their pronunciations."""
    return lambda a, b, said: a != b and bool(take(said.get(a, ()), said.get(b, ())))


def _meet(p: Any, q: Any) -> bool:
    return not tails(p).isdisjoint(tails(q))


MISTAKES = unpaired(
    rhyme_by_sound,
    (
        Mistake(
            "first pronunciation only",
            "Of each word only the first pronunciation was tried; any of them may rhyme.",
            "In how many ways can wind be said?",
            ((EACH, EACH.replace("())", "())[:1]")),),
        ),
        Mistake(
            "last pronunciation only",
            "Of each word only the last pronunciation was tried; any of them may rhyme.",
            "In how many ways can wind be said?",
            ((EACH, EACH.replace("())", "())[-1:]")),),
        ),
        Mistake(
            "first pronunciation of the first word",
            "Of the first word only one pronunciation was tried; any of them may rhyme.",
            "What should change when the two words are exchanged?",
            wrong=_of(lambda x, y: any(_meet(p, q) for p in x[:1] for q in y)),
        ),
        Mistake(
            "first pronunciation of the second word",
            "Of the second word only one pronunciation was tried; any of them may rhyme.",
            "What should change when the two words are exchanged?",
            wrong=_of(lambda x, y: any(_meet(p, q) for p in x for q in y[:1])),
        ),
        Mistake(
            "first with first, second with second",
            "The first pronunciation of one word met only the first of the other, and so on; each should meet each.",
            "How many pairs do two words make that can be said in two ways each?",
            wrong=_of(lambda x, y: any(_meet(p, q) for p, q in zip(x, y, strict=False))),
        ),
        Mistake(
            "every pronunciation has to rhyme",
            "Words rhyme here only if all their pronunciations do; one pair of them is enough.",
            "Does wind rhyme with find in some way of saying it?",
            wrong=_of(lambda x, y: x and y and all(_meet(p, q) for p, q in product(x, y))),
        ),
        Mistake(
            "every pronunciation has to rhyme, and none is needed",
            "All pronunciations have to rhyme here, which is true of a word that has none; one pair that does is needed, and "
            "enough.",
            "What does your function say of a word that nobody knows?",
            wrong=_of(lambda x, y: all(_meet(p, q) for p, q in product(x, y))),
        ),
        Mistake(
            "every pronunciation of the first word",
            "Every pronunciation of the first word has to rhyme here; one is enough.",
            "What should change when the two words are exchanged?",
            wrong=_of(lambda x, y: x and all(any(_meet(p, q) for q in y) for p in x)),
        ),
        Mistake(
            "every pronunciation of the second word",
            "Every pronunciation of the second word has to rhyme here; one is enough.",
            "What should change when the two words are exchanged?",
            wrong=_of(lambda x, y: y and all(any(_meet(p, q) for p in x) for q in y)),
        ),
        Mistake(
            "all parts in common",
            "Words rhyme here only if all their rhyming parts are the same; one in common is enough.",
            "Which parts have memory and thee in common?",
            ((SHARED, "sounds[0] == sounds[1]"),),
        ),
        Mistake(
            "all parts in common, and some part there",
            "Known words rhyme here only if all their rhyming parts are the same; one in common is enough.",
            "Which parts have memory and thee in common?",
            ((SHARED, "bool(sounds[0]) and sounds[0] == sounds[1]"),),
        ),
        Mistake(
            "same parts for some pronunciations",
            "Two pronunciations rhyme here only if all their parts are the same; one in common is enough.",
            "Which parts have memory and thee in common?",
            wrong=_of(lambda x, y: any(tails(p) == tails(q) for p in x for q in y)),
        ),
        Mistake(
            "one set inside the other",
            "Words rhyme here if all parts of the first are among those of the second; one in common is enough.",
            "What should change when the two words are exchanged?",
            ((SHARED, "sounds[0] <= sounds[1]"),),
        ),
        Mistake(
            "one set around the other",
            "Words rhyme here if all parts of the second are among those of the first; one in common is enough.",
            "What should change when the two words are exchanged?",
            ((SHARED, "sounds[0] >= sounds[1]"),),
        ),
        Mistake(
            "nothing in common",
            "The answer is turned around: words rhyme here that have no part in common.",
            "What does it mean when two sets have nothing in common?",
            ((SHARED, "sounds[0].isdisjoint(sounds[1])"),),
        ),
        Mistake(
            "a word rhymes with itself",
            "A word rhymes with itself here; it never should.",
            "What has to be asked about the two words before their sounds?",
            (("a != b and ", ""),),
        ),
        Mistake(
            "words of one sound do not rhyme",
            "Two different words of the same sound do not rhyme here; they should.",
            "Is it the word that must not be the same, or its sound?",
            (("a != b and ", "a != b and said.get(a) != said.get(b) and "),),
        ),
        Mistake(
            "sounds compared for words",
            "It was asked whether the sounds are the same, not the words: two words of one sound should rhyme.",
            "Is it the word that must not be the same, or its sound?",
            wrong=lambda a, b, said: any(
                _meet(p, q) and tuple(p) != tuple(q) for p in said.get(a, ()) for q in said.get(b, ())
            ),
        ),
        Mistake(
            "fails on an unknown word",
            "A word that the dictionary does not know ends in an error; it rhymes with none.",
            "What does a dict do with a key that it does not have?",
            (("said.get(word, ())", "said[word]"),),
        ),
        Mistake(
            "fails on an unknown word beside another",
            "A word that the dictionary does not know ends in an error; it rhymes with none.",
            "What does a dict do with a key that it does not have?",
            wrong=lambda a, b, said: a != b and any(_meet(p, q) for p in said[a] for q in said[b]),
        ),
        Mistake(
            "nothing to go through",
            "For a word that the dictionary does not know there is nothing to go through, and the call ends in an error.",
            "What does asking a dict for a missing key give, when no error?",
            (("said.get(word, ())", "said.get(word)"),),
        ),
        Mistake(
            "nothing to go through beside another word",
            "For a word that the dictionary does not know there is nothing to go through, and the call ends in an error.",
            "What does asking a dict for a missing key give, when no error?",
            wrong=lambda a, b, said: a != b and any(_meet(p, q) for p in said.get(a) for q in said.get(b)),
        ),
        Mistake(
            "a word rhymes with itself, known or not",
            "A word rhymes with itself here, even one that nobody knows; it never should.",
            "What does the task say about a word and itself?",
            wrong=lambda a, b, said: a == b or rhyme_by_sound(a, b, said),
        ),
        Mistake(
            "last syllable",
            "The last syllables were compared, stressed or not; a rhyme begins at the last stressed vowel.",
            "Do treasure and desire rhyme?",
            (
                (
                    EACH,
                    "for phones in said.get(word, ()) for tail in tails(phones[max(i for i, p in enumerate(phones) if p[-1].isdigit()) :] if any(p[-1].isdigit() for p in phones) else phones)",
                ),
            ),
        ),
        Mistake(
            "last two sounds",
            "The last two sounds were compared; a rhyme begins at a vowel, however many sounds follow.",
            "What does the function of the exercise before give you?",
            ((EACH, "for phones in said.get(word, ()) for tail in [tuple(phones[-2:])]"),),
        ),
        Mistake(
            "unknown words rhyme with each other",
            "Two words that nobody knows rhyme here; a word that is missing rhymes with none.",
            "What have two empty sets in common?",
            ((SHARED, f"(sounds[0] == sounds[1] == set() or {SHARED})"),),
        ),
        Mistake(
            "nothing said of an unknown word",
            "For a word that is missing nothing came back; it should be that they do not rhyme.",
            "What does a caller make of the answer?",
            (
                (
                    "    return a != b",
                    "    if a not in said or b not in said:\n        return None\n    return a != b",
                ),
            ),
        ),
        Mistake(
            "longer part only",
            "A last syllable that verse lifts was left out: some pronunciations have two rhyming parts, and either will do.",
            "How many parts can a pronunciation have?",
            ((EACH, EACH.replace("tails(phones)", "sorted(tails(phones), key=len)[-1:]")),),
        ),
        Mistake(
            "last sound",
            "The last sounds were compared; a rhyme begins at a vowel.",
            "What does the function of the exercise before give you?",
            ((EACH, "for phones in said.get(word, ()) for tail in [phones[-1]]"),),
        ),
        Mistake(
            "same sound from beginning to end",
            "Only words of the same sound rhyme here: whole pronunciations were compared.",
            "Which part of a pronunciation has to sound alike?",
            ((EACH, "for phones in said.get(word, ()) for tail in [tuple(phones)]"),),
        ),
        Mistake(
            "spelling",
            "The letters at the ends of the words were compared; it is their sounds that rhyme.",
            "What is the dictionary for?",
            wrong=lambda a, b, said: a != b and a[-2:] == b[-2:],
        ),
        Mistake(
            "set for answer, empty for the same word",
            "What came back is a set of parts; True or False is asked for.",
            "What does the task ask: what they have in common, or whether they have anything?",
            (("return a != b and ", "return "), (SHARED, "sounds[0] & sounds[1] if a != b else set()")),
        ),
        Mistake(
            "spelling of unknown words",
            "Words that the dictionary does not know were compared by their letters; they rhyme with none.",
            "What does the task say about a word that is missing?",
            wrong=lambda a, b, said: (
                rhyme_by_sound(a, b, said) if a in said and b in said else a[-2:] == b[-2:]
            ),
        ),
        Mistake(
            "set for answer",
            "What came back is a set of parts; True or False is asked for.",
            "What does the task ask: what they have in common, or whether they have anything?",
            ((SHARED, "sounds[0] & sounds[1]"),),
        ),
    ),
    but=(
        "first pronunciation only",
        "all parts in common",
        "nothing in common",
        "a word rhymes with itself",
        "fails on an unknown word",
    ),
)
