"""What a GPT's first block reads: the vector of the token plus the vector of its position."""

from typing import NamedTuple

from ..ops.arrays import Array, array_module
from ..ops.embedding import EmbeddingCache, embedding_backward, embedding_forward


class EmbedCache(NamedTuple):
    """`ids` (B, T), and the tables `wte` (V, C) and `wpe` (N, C), of which backward uses the shapes only."""

    ids: Array
    wte: Array
    wpe: Array


def embed_forward(ids: Array, wte: Array, wpe: Array) -> tuple[Array, EmbedCache]:
    """Look up the tokens, and add to each the vector of the place where it stands.

    Shapes: ids (B, T) < V, wte (V, C), wpe (N, C) -> h (B, T, C)
    Forward: h[b, t] = wte[ids[b, t]] + wpe[t]; T is at most N.
    Cache: the ids.
    Source: Radford et al. 2018, section 3.1, equation 2 (h0 = U We + Wp).
    """
    T = ids.shape[1]
    tokens, _ = embedding_forward(ids, wte)
    return tokens + wpe[:T], EmbedCache(ids, wte, wpe)


def embed_backward(dh: Array, cache: EmbedCache) -> tuple[Array, Array]:
    """Gradients of both tables.

    Shapes: dh (B, T, C) -> dwte (V, C), dwpe (N, C)
    Backward: each token's row collects the places where the token stood; the row of position t collects
        place t of every sequence, and rows that no sequence reaches stay 0.
    """
    ids, wte, wpe = cache
    T = ids.shape[1]
    dwte = embedding_backward(dh, EmbeddingCache(ids, wte))
    dwpe = array_module(wpe).zeros_like(wpe)
    dwpe[:T] = dh.sum(axis=0)
    return dwte, dwpe
