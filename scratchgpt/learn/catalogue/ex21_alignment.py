"""Lesson 21: alignment. Which of two answers is better: a reward model's loss, and DPO's."""

from ..exercise import Chapter
from . import _ex21_dpo, _ex21_rewards

CHAPTER = Chapter(
    lesson="21",
    topic="alignment",
    title="learning from preferences: the loss of a reward model, and DPO",
    imports="from scratchgpt.tasks.preferences import BradleyTerryCache, DPOCache",
    exercises=(
        _ex21_rewards.FORWARD,
        _ex21_rewards.BACKWARD,
        _ex21_dpo.FORWARD,
        _ex21_dpo.BACKWARD,
    ),
)
