"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.ops.embedding import EmbeddingCache
from scratchgpt.worked.embedding import EmbedCache


def embedding_forward__loops(ids, weight):
    """Plain loops over texts, places and entries."""
    B, T, C = *ids.shape, weight.shape[1]
    y = np.zeros((B, T, C))
    for b in range(B):
        for t in range(T):
            for c in range(C):
                y[b, t, c] = weight[ids[b, t], c]
    return y, EmbeddingCache(ids, weight)


def embedding_forward__other(ids, weight):
    """A product with one-hot vectors."""
    hot = (ids[..., None] == np.arange(weight.shape[0])).astype(weight.dtype)
    return hot @ weight, EmbeddingCache(ids, weight)


def embedding_forward__float32(ids, weight):
    """np.take along the rows, in float32."""
    return np.take(weight.astype(np.float32), ids, axis=0), EmbeddingCache(ids, weight)


def embedding_backward__loops(dy, cache):
    """Plain loops over places and entries, adding into zeros."""
    dweight = np.zeros(cache.weight.shape)
    for b in range(dy.shape[0]):
        for t in range(dy.shape[1]):
            for c in range(dy.shape[2]):
                dweight[cache.ids[b, t], c] += dy[b, t, c]
    return dweight


def embedding_backward__other(dy, cache):
    """For each row of the table the sum over the places where a mask is true."""
    return np.stack([dy[cache.ids == i].sum(axis=0) for i in range(len(cache.weight))])


def embedding_backward__float32(dy, cache):
    """A transposed one-hot product in float32."""
    hot = np.eye(len(cache.weight), dtype=np.float32)[cache.ids.ravel()]
    return hot.T @ dy.reshape(-1, dy.shape[-1]).astype(np.float32)


def sinusoidal_positions__loops(T, C):
    """Plain loops over positions and columns, with the math module."""
    table = np.zeros((T, C))
    for t in range(T):
        for c in range(C):
            angle = t / 10000 ** (2 * (c // 2) / C)
            table[t, c] = math.sin(angle) if c % 2 == 0 else math.cos(angle)
    return table


def sinusoidal_positions__other(T, C):
    """Complex numbers of length 1, seen as pairs of real ones."""
    speeds = np.geomspace(1, 1e-4, C // 2 + 1)[:-1]
    hands = 1j * np.exp(-1j * np.outer(np.arange(T), speeds))  # sin + i cos
    return np.ascontiguousarray(hands).view(np.float64).reshape(T, C)


def sinusoidal_positions__float32(T, C):
    """Angles, sines and cosines in float32, filled into every second column."""
    hands = np.arange(C // 2, dtype=np.float32)
    speeds = np.float32(10000) ** (-2 * hands / np.float32(C))
    angles = np.arange(T, dtype=np.float32)[:, None] * speeds
    out = np.empty((T, C), dtype=np.float32)
    out[:, 0::2], out[:, 1::2] = np.sin(angles), np.cos(angles)
    return out


def embed_forward__loops(ids, wte, wpe):
    """Plain loops over texts and places."""
    h = np.zeros((*ids.shape, wte.shape[1]))
    for b, text in enumerate(ids):
        for t, token in enumerate(text):
            for c in range(wte.shape[1]):
                h[b, t, c] = wte[token, c] + wpe[t, c]
    return h, EmbedCache(ids, wte, wpe)


def embed_forward__other(ids, wte, wpe):
    """Two lookups, the second with a table of positions that is broadcast to the shape of ids."""
    places = np.broadcast_to(np.arange(ids.shape[1]), ids.shape)
    return np.add(np.take(wte, ids, axis=0), np.take(wpe, places, axis=0)), EmbedCache(ids, wte, wpe)


def embed_forward__float32(ids, wte, wpe):
    """Both tables in float32, the positions added in place to the fresh lookup."""
    h = wte.astype(np.float32)[ids]
    h += wpe[: ids.shape[1]].astype(np.float32)
    return h, EmbedCache(ids, wte, wpe)


def embed_backward__loops(dh, cache):
    """Plain loops over texts and places, adding into both tables."""
    dwte, dwpe = np.zeros(cache.wte.shape), np.zeros(cache.wpe.shape)
    for b in range(dh.shape[0]):
        for t in range(dh.shape[1]):
            for c in range(dh.shape[2]):
                dwte[cache.ids[b, t], c] += dh[b, t, c]
                dwpe[t, c] += dh[b, t, c]
    return dwte, dwpe


def embed_backward__other(dh, cache):
    """One-hot einsums for both tables."""
    ids, wte, wpe = cache
    token_hot = (ids[..., None] == np.arange(len(wte))).astype(dh.dtype)
    place_hot = np.eye(ids.shape[1], len(wpe))
    return np.einsum("btv,btc->vc", token_hot, dh), np.einsum("tn,btc->nc", place_hot, dh)


def embed_backward__float32(dh, cache):
    """np.add.at for both tables, in float32."""
    g = dh.astype(np.float32)
    dwte, dwpe = np.zeros(cache.wte.shape, np.float32), np.zeros(cache.wpe.shape, np.float32)
    np.add.at(dwte, cache.ids, g)
    np.add.at(dwpe, (np.arange(g.shape[1]),), g.sum(axis=0))
    return dwte, dwpe
