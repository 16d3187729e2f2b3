"""Lesson 10: from slopes to steps. Momentum to AdamW, the rate, clipping, and a test for hidden state."""

from ..exercise import Chapter
from . import _ex10_adam, _ex10_adamw, _ex10_clip, _ex10_momentum, _ex10_purity, _ex10_rate, _ex10_rmsprop

CHAPTER = Chapter(
    lesson="10",
    topic="optimizers",
    title="momentum, RMSProp, Adam and AdamW, the learning rate, clipping, a test for hidden state",
    imports="",
    exercises=(
        _ex10_momentum.EXERCISE,
        _ex10_rmsprop.EXERCISE,
        _ex10_adam.EXERCISE,
        _ex10_adamw.EXERCISE,
        _ex10_rate.EXERCISE,
        _ex10_clip.EXERCISE,
        _ex10_purity.EXERCISE,
    ),
)
