"""Lesson 19: looking inside. Attribution, the logit lens, induction heads, linear probes."""

from ..exercise import Chapter
from . import _ex19_attribution, _ex19_induction, _ex19_lens, _ex19_probe

CHAPTER = Chapter(
    lesson="19",
    topic="looking_inside",
    title="logit attribution, the logit lens, induction heads, linear probes",
    imports="""
from scratchgpt.ops.layernorm import layernorm_forward
from scratchgpt.ops.softmax import log_softmax
    """,
    exercises=(
        _ex19_lens.EXERCISE,
        _ex19_attribution.EXERCISE,
        _ex19_induction.EXERCISE,
        _ex19_probe.EXERCISE,
    ),
)
