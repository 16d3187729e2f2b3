"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.ops.embedding import EmbeddingCache
from scratchgpt.worked.embedding import EmbedCache


def embedding_forward__1(ids, weight):
    """Looked up columns of the table, not rows."""
    y = weight.T[ids]
    return y, EmbeddingCache(ids, weight)


def embedding_forward__2(ids, weight):
    """Put the vectors that were looked up into the cache, not the table."""
    y = np.take(weight, ids, axis=0)
    return y, EmbeddingCache(ids, y)


def embedding_backward__1(dy, cache):
    """Added with dweight[ids] += dy, which keeps only the last place of an id that occurs several times."""
    dweight = np.zeros_like(cache.weight)
    dweight[cache.ids] += dy
    return dweight


def embedding_backward__2(dy, cache):
    """Took the mean over the places where a row was used, not the sum."""
    V, C = cache.weight.shape
    dweight = np.zeros((V, C))
    for row in range(V):
        here = cache.ids == row
        if here.any():
            dweight[row] = dy[here].mean(axis=0)
    return dweight


def sinusoidal_positions__1(T, C):
    """Put all sines into the first half of the columns and all cosines into the second, not side by side."""
    freqs = 10000.0 ** (-np.arange(0, C, 2) / C)
    angles = np.arange(T)[:, None] * freqs[None, :]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


def sinusoidal_positions__2(T, C):
    """Divided the number of the hand by C, not by C / 2, so that the speeds only fall to about 1/100."""
    table = np.zeros((T, C))
    for t in range(T):
        for i in range(C // 2):
            angle = t / 10000 ** (i / C)
            table[t, 2 * i] = np.sin(angle)
            table[t, 2 * i + 1] = np.cos(angle)
    return table


def embed_forward__1(ids, wte, wpe):
    """Looked up the position vectors by the token ids, not by the places."""
    h = wte[ids] + wpe[ids]
    return h, EmbedCache(ids, wte, wpe)


def embed_forward__2(ids, wte, wpe):
    """Added the whole position table and did not cut it to the first T rows."""
    return np.take(wte, ids, axis=0) + wpe[None, :, :], EmbedCache(ids, wte, wpe)


def embed_backward__1(dh, cache):
    """Returned a position gradient with T rows only, not with the N rows of wpe."""
    dwte = np.zeros_like(cache.wte)
    np.add.at(dwte, cache.ids, dh)
    dwpe = dh.sum(axis=0)
    return dwte, dwpe


def embed_backward__2(dh, cache):
    """Took the mean over the texts of the batch for the positions, not the sum."""
    ids, wte, wpe = cache
    B, T = ids.shape
    dwte, dwpe = np.zeros(wte.shape), np.zeros(wpe.shape)
    for b in range(B):
        for t in range(T):
            dwte[ids[b, t]] += dh[b, t]
    dwpe[:T] = dh.mean(axis=0)
    return dwte, dwpe
