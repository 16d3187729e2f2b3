"""Lesson 08: what a block is made of beside attention. Norms, GELU and the linear map, with gradients."""

from ..exercise import Chapter
from . import (
    _ex08_gelu,
    _ex08_gelu_backward,
    _ex08_layernorm,
    _ex08_layernorm_backward,
    _ex08_linear,
    _ex08_rmsnorm,
    _ex08_rmsnorm_backward,
)

CHAPTER = Chapter(
    lesson="08",
    topic="block",
    title="normalisation, GELU and the linear map, with their gradients",
    imports="""
    from scratchgpt.ops.activations import GeluCache
    from scratchgpt.ops.layernorm import LayerNormCache, RMSNormCache
    from scratchgpt.ops.linear import LinearCache
    """,
    exercises=(
        _ex08_layernorm.EXERCISE,
        _ex08_layernorm_backward.EXERCISE,
        _ex08_gelu.EXERCISE,
        _ex08_gelu_backward.EXERCISE,
        _ex08_linear.EXERCISE,
        _ex08_rmsnorm.EXERCISE,
        _ex08_rmsnorm_backward.EXERCISE,
    ),
)
