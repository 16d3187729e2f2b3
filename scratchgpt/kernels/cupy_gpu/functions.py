"""The namespace of the GPU: the reference's functions, of which those that training spends its time in have
kernels of their own. What has none is computed by the reference, on CuPy's arrays."""

from ...ops import REFERENCE
from ...ops.namespace import Ops
from .attention import (
    attention_backward,
    attention_forward,
    qkv_attention_backward,
    qkv_attention_cached,
    qkv_attention_forward,
)
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
    *(attention_forward, attention_backward),
    *(qkv_attention_forward, qkv_attention_backward, qkv_attention_cached),
    *(layernorm_forward, layernorm_backward, rmsnorm_forward, rmsnorm_backward),
    *(gelu_forward, gelu_backward, dropout_forward, dropout_backward),
    *(embedding_backward, embedding_backward_into, adamw_step, adamw_scaled_step),
    *(gpt2_blocks_cached, linear_cached),
)


def gpu_ops(precision: str = "fp32", module: str = "cupy") -> Ops:
    """Return the namespace: products in one of kernels.PRECISIONS, on the arrays of a library."""
    maps = LinearMaps(precision)
    products = {name: getattr(maps, name) for name in vars(LinearMaps) if name.startswith("linear_")}
    return Ops({**REFERENCE.functions, **{f.__name__: f for f in _KERNELS}, **products}, "cupy", module)
