"""The gradient of the embedding on the GPU: launches what is in embedding.cu, which tells the idea."""

from ...ops import REFERENCE
from ...ops.arrays import Array, array_module
from ...ops.embedding import EmbeddingCache
from .launch import computable, launch, rows


def embedding_backward(dy: Array, cache: EmbeddingCache) -> Array:
    """As `embedding_backward` of the reference.

    Shapes: dy (B, T, C) -> dweight (V, C)
    """
    dweight = array_module(dy).zeros(cache.weight.shape, cache.weight.dtype)
    embedding_backward_into(dy, cache, dweight)
    return dweight


def embedding_backward_into(dy: Array, cache: EmbeddingCache, dweight: Array) -> None:
    """As `embedding_backward_into` of the reference: only the rows of the ids are touched.

    Shapes: dy (B, T, C), dweight (V, C) -> nothing
    """
    ids, xp = cache.ids, array_module(dy)
    fits = dy.shape == (*ids.shape, dweight.shape[-1])
    if not computable(dy, dweight) or not fits or not dweight.flags.c_contiguous:
        REFERENCE.embedding_backward_into(dy, cache, dweight)
        return
    places = ids.reshape(-1).astype("int64")  # (N,)
    places = xp.where(places < 0, places + len(dweight), places)
    order = xp.argsort(places, kind="stable")
    N, C = len(places), dweight.shape[1]
    launch("embedding", "scatter_add", dy.dtype, N, 128, rows(dy), order, places[order], N, C, dweight)
