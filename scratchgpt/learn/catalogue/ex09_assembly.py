"""Lesson 09: a GPT, assembled. The tied head, the gradient of its table, the size and the first numbers."""

from ..exercise import Chapter
from . import _ex09_count, _ex09_first_weights, _ex09_table, _ex09_tied_head

CHAPTER = Chapter(
    lesson="09",
    topic="assembly",
    title="the tied head, the gradient of its table, the size of the whole, its first numbers",
    imports="from scratchgpt.worked.tied_head import TiedHeadCache",
    exercises=(
        _ex09_tied_head.FORWARD,
        _ex09_tied_head.BACKWARD,
        _ex09_table.EXERCISE,
        _ex09_count.EXERCISE,
        _ex09_first_weights.EXERCISE,
    ),
)
