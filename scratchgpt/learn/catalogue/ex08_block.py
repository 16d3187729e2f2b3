"""Lesson 08: what a block is made of beside attention, with gradients, and the gradient of the whole."""

from ..exercise import Chapter
from . import (
    _ex08_dropout,
    _ex08_gelu,
    _ex08_gelu_backward,
    _ex08_layernorm,
    _ex08_layernorm_backward,
    _ex08_linear,
    _ex08_residual,
    _ex08_rmsnorm,
    _ex08_rmsnorm_backward,
)

CHAPTER = Chapter(
    lesson="08",
    topic="block",
    title="normalisation, GELU, the linear map, dropout and the whole block, with their gradients",
    imports="""
    from scratchgpt.ops import REFERENCE as ops
    from scratchgpt.ops.activations import GeluCache
    from scratchgpt.ops.dropout import DropoutCache
    from scratchgpt.ops.keyed_masks import draw_key, keep_mask
    from scratchgpt.ops.layernorm import LayerNormCache, RMSNormCache
    from scratchgpt.ops.linear import LinearCache
    from scratchgpt.worked.residual_block import ResidualBlockCache, residual_block_forward
    """,
    exercises=(
        _ex08_layernorm.EXERCISE,
        _ex08_layernorm_backward.EXERCISE,
        _ex08_gelu.EXERCISE,
        _ex08_gelu_backward.EXERCISE,
        _ex08_linear.EXERCISE,
        _ex08_rmsnorm.EXERCISE,
        _ex08_rmsnorm_backward.EXERCISE,
        _ex08_dropout.FORWARD,
        _ex08_dropout.BACKWARD,
        _ex08_residual.EXERCISE,
    ),
)
