"""The namespace of the GPU: the reference's functions, of which those that training spends its time in have
kernels of their own. What has none is computed by the reference, on CuPy's arrays."""

from ...ops import REFERENCE
from ...ops.namespace import Ops
from .attention import Attention, qkv_attention_cached
from .cross_entropy import (
    cross_entropy_backward,
    cross_entropy_donated_backward,
    cross_entropy_donated_forward,
    cross_entropy_forward,
)
from .decode import gpt2_blocks_cached, linear_cached
from .elementwise import (
    adamw_scaled_step,
    adamw_step,
    dropout_backward,
    dropout_forward,
    gelu_backward,
    gelu_forward,
)
from .embedding import embedding_backward, embedding_backward_into
from .layernorm import layernorm_backward, layernorm_forward, rmsnorm_backward, rmsnorm_forward
from .linear import LinearMaps

_KERNELS = (
    *(cross_entropy_forward, cross_entropy_backward),
    *(cross_entropy_donated_forward, cross_entropy_donated_backward),
    *(layernorm_forward, layernorm_backward, rmsnorm_forward, rmsnorm_backward),
    *(gelu_forward, gelu_backward, dropout_forward, dropout_backward),
    *(embedding_backward, embedding_backward_into, adamw_step, adamw_scaled_step),
    *(qkv_attention_cached, gpt2_blocks_cached, linear_cached),
)


def gpu_ops(precision: str = "fp32", module: str = "cupy") -> Ops:
    """Return the namespace: products and attention in one of kernels.PRECISIONS, on a library's arrays."""
    chosen = {f.__name__: f for f in _KERNELS}
    for part in (LinearMaps(precision), Attention(precision)):
        chosen |= {name: getattr(part, name) for name in vars(type(part)) if name in REFERENCE.functions}
    return Ops({**REFERENCE.functions, **chosen}, "cupy", module)
