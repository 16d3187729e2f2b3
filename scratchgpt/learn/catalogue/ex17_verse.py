"""Lesson 17: judging verse. Which words rhyme, the scheme of a poem, and syllables."""

from ..exercise import Chapter
from . import _ex17_rhyme, _ex17_scheme, _ex17_syllables, _ex17_tails

CHAPTER = Chapter(
    lesson="17",
    topic="verse",
    title="which words rhyme, the rhyme scheme of a poem, syllables",
    imports="from scratchgpt.tasks.verse.sounds import alike",
    exercises=(
        _ex17_tails.EXERCISE,
        _ex17_rhyme.EXERCISE,
        _ex17_scheme.EXERCISE,
        _ex17_syllables.EXERCISE,
    ),
)
