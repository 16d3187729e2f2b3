"""Lesson 20: both directions. The masking of BERT."""

from ..exercise import Chapter
from . import _ex20_masking

CHAPTER = Chapter(
    lesson="20",
    topic="both_directions",
    title="masked tokens, for a model that reads in both directions",
    imports="",
    exercises=(_ex20_masking.EXERCISE,),
)
