"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.ops.embedding import EmbeddingCache
from scratchgpt.worked.embedding import EmbedCache


def embedding_forward__1(ids, weight):
    """Called np.take without an axis, which picks single numbers of the flattened table."""
    return np.take(weight, ids), EmbeddingCache(ids, weight)


def embedding_forward__2(ids, weight):
    """Picked columns of the table, not rows."""
    return weight.T[ids], EmbeddingCache(ids=ids, weight=weight)


def embedding_forward__3(ids, weight):
    """Flattened the ids and forgot to bring the result back to (B, T, C)."""
    rows = [weight[i] for i in ids.ravel()]
    return np.array(rows), EmbeddingCache(ids, weight)


def embedding_forward__4(ids, weight):
    """Counted ids from 1, so that each place gets the row above."""
    B, T = ids.shape
    y = np.zeros((B, T, weight.shape[1]))
    for b in range(B):
        for t in range(T):
            y[b, t] = weight[ids[b, t] - 1]
    return y, EmbeddingCache(ids, weight)


def embedding_forward__5(ids, weight):
    """Put the looked-up vectors into the cache in place of the table."""
    y = np.einsum("btv,vc->btc", np.eye(len(weight))[ids], weight)
    return y, EmbeddingCache(ids, y)


def embedding_forward__6(ids, weight):
    """Summed the vectors of each text, (B, C), as for a bag of words."""
    return weight[ids].sum(axis=1), EmbeddingCache(ids, weight)


def embedding_backward__1(dy, cache):
    """Used dweight[ids] += dy, which keeps only the last of the places that share an id."""
    grad = np.zeros_like(cache.weight)
    grad[cache.ids] += dy
    return grad


def embedding_backward__2(dy, cache):
    """Divided each row by the number of places where it was used: a mean, not a sum."""
    V = cache.weight.shape[0]
    hot = np.eye(V)[cache.ids.ravel()]
    total = hot.T @ dy.reshape(-1, dy.shape[-1])
    return total / np.maximum(hot.sum(axis=0), 1)[:, None]


def embedding_backward__3(dy, cache):
    """Began with a copy of the table in place of zeros."""
    d = cache.weight.copy()
    for b, row in enumerate(cache.ids):
        for t, i in enumerate(row):
            d[i] += dy[b, t]
    return d


def embedding_backward__4(dy, cache):
    """Gave the gradient only as many rows as the largest id needs: unused rows at the end are missing."""
    out = np.zeros((cache.ids.max() + 1, dy.shape[2]))
    np.add.at(out, cache.ids, dy)
    return out


def embedding_backward__5(dy, cache):
    """Assigned instead of adding, so that a row hears only from the last place where it was used."""
    table = np.zeros(cache.weight.shape)
    for index, i in np.ndenumerate(cache.ids):
        table[i] = dy[index]
    return table


def embedding_backward__6(dy, cache):
    """Collected the gradients in an array of whole numbers, which cuts off all that is behind the point."""
    V, C = cache.weight.shape
    grad = np.array([[0] * C for _ in range(V)])
    for index in np.ndindex(cache.ids.shape):
        row = cache.ids[index]
        grad[row] = grad[row] + dy[index]
    return grad


def embedding_backward__7(dy, cache):
    """Multiplied by the table, as if the lookup were a product with the rows."""
    hot = (cache.ids[..., None] == np.arange(len(cache.weight))).astype(float)
    return np.einsum("btv,btc->vc", hot, dy) * cache.weight


def embedding_backward__8(dy, cache):
    """Walked through the first text only and forgot the rest of the batch."""
    g = np.zeros(cache.weight.shape)
    for i, d in zip(cache.ids[0], dy[0], strict=True):
        g[i] += d
    return g


def sinusoidal_positions__1(T, C):
    """Put all sines into the first half of the columns and all cosines into the second."""
    angles = np.arange(T)[:, None] / 10000 ** (np.arange(0, C, 2) / C)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


def sinusoidal_positions__2(T, C):
    """Divided the number of the hand by C and not by the number of hands C/2: the speeds fall too slowly."""
    table = np.zeros((T, C))
    for t in range(T):
        for i in range(C // 2):
            angle = t / 10000 ** (i / C)
            table[t, 2 * i : 2 * i + 2] = math.sin(angle), math.cos(angle)
    return table


def sinusoidal_positions__3(T, C):
    """Counted the positions from 1."""
    speeds = 1e4 ** -(np.arange(C // 2) / (C // 2))
    turned = np.outer(np.arange(1, T + 1), speeds)
    return np.dstack([np.sin(turned), np.cos(turned)]).reshape(T, C)


def sinusoidal_positions__4(T, C):
    """Put the cosine first and the sine second."""
    z = np.exp(1j * np.outer(np.arange(T), 10000.0 ** (-np.arange(0, C, 2) / C)))
    out = np.empty((T, C))
    out[:, ::2] = z.real
    out[:, 1::2] = z.imag
    return out


def sinusoidal_positions__5(T, C):
    """Gave the last hand itself the speed 1/10000, not the one behind it."""
    freq = np.geomspace(1.0, 1e-4, num=C // 2)
    angle = np.arange(T).reshape(-1, 1) * freq
    return np.stack((np.sin(angle), np.cos(angle)), axis=2).reshape(T, C)


def sinusoidal_positions__6(T, C):
    """Gave each column a speed of its own, so that sine and cosine of a pair are not of the same angle."""
    pos, col = np.meshgrid(np.arange(T), np.arange(C), indexing="ij")
    angle = pos * np.power(10000.0, -col / C)
    return np.where(col % 2 == 0, np.sin(angle), np.cos(angle))


def sinusoidal_positions__7(T, C):
    """Turned the first hand by a whole turn, 2 pi, per position and not by 1 radian."""
    rows = []
    for t in range(T):
        angles = [2 * math.pi * t * 10000 ** (-2 * k / C) for k in range(C // 2)]
        rows.append([g(a) for a in angles for g in (math.sin, math.cos)])
    return np.array(rows).reshape(T, C)


def sinusoidal_positions__8(T, C):
    """Let the speeds grow by the constant factor in place of falling."""
    freqs = np.exp(np.arange(0, C, 2) * math.log(10000) / C)
    y = np.zeros((T, C))
    y[:, 0::2] = np.sin(np.arange(T)[:, None] * freqs)
    y[:, 1::2] = np.cos(np.arange(T)[:, None] * freqs)
    return y


def embed_forward__1(ids, wte, wpe):
    """Looked the position vectors up by the token ids."""
    return wte[ids] + wpe[ids], EmbedCache(ids, wte, wpe)


def embed_forward__2(ids, wte, wpe):
    """Added the whole table of positions, which fits only where T is N."""
    return wte[ids] + wpe[None], EmbedCache(ids, wte, wpe)


def embed_forward__3(ids, wte, wpe):
    """Counted the positions from 1 and so left out the first row of wpe."""
    places = [t + 1 for t in range(ids.shape[1])]
    return wte[ids] + wpe[places], EmbedCache(ids, wte, wpe)


def embed_forward__4(ids, wte, wpe):
    """Multiplied the two vectors in place of adding them."""
    return np.take(wte, ids, axis=0) * wpe[: ids.shape[1]], EmbedCache(ids, wte, wpe)


def embed_forward__5(ids, wte, wpe):
    """Gave the positions to the texts of the batch: all places of text b get row b."""
    h = wte[ids]
    for b in range(len(ids)):
        h[b] += wpe[b]
    return h, EmbedCache(ids, wte, wpe)


def embed_forward__6(ids, wte, wpe):
    """Took the last T rows of wpe and not the first."""
    T = ids.shape[-1]
    return wte[ids] + wpe[len(wpe) - T :], EmbedCache(ids=ids, wte=wte, wpe=wpe)


def embed_forward__7(ids, wte, wpe):
    """Joined the token and position vectors end to end, (B, T, 2C)."""
    places = np.broadcast_to(wpe[: ids.shape[1]], (*ids.shape, wpe.shape[1]))
    return np.concatenate([wte[ids], places], axis=-1), EmbedCache(ids, wte, wpe)


def embed_forward__8(ids, wte, wpe):
    """Went on counting the positions from one text to the next, as if the batch were one long text."""
    places = np.arange(ids.size).reshape(ids.shape)
    return wte[ids] + wpe[places], EmbedCache(ids, wte, wpe)


def embed_backward__1(dh, cache):
    """Returned dwpe with T rows only, where the table has N."""
    dwte = np.zeros_like(cache.wte)
    np.add.at(dwte, cache.ids, dh)
    return dwte, dh.sum(axis=0)


def embed_backward__2(dh, cache):
    """Overwrote the gradient of a position with each text, so that only the last text counts."""
    dwte, dwpe = np.zeros(cache.wte.shape), np.zeros(cache.wpe.shape)
    for b in range(dh.shape[0]):
        for t in range(dh.shape[1]):
            dwte[cache.ids[b, t]] += dh[b, t]
            dwpe[t] = dh[b, t]
    return dwte, dwpe


def embed_backward__3(dh, cache):
    """Lost repeated tokens with dwte[ids] += dh; the positions are right."""
    ids, wte, wpe = cache
    dwte = np.zeros(wte.shape)
    dwte[ids] += dh
    dwpe = np.zeros(wpe.shape)
    dwpe[: ids.shape[1]] += dh.sum(0)
    return dwte, dwpe


def embed_backward__4(dh, cache):
    """Averaged the gradient of a position over the texts in place of adding up."""
    hot = np.eye(len(cache.wte))[cache.ids]
    dwte = np.einsum("btv,btc->vc", hot, dh)
    dwpe = np.vstack([dh.mean(axis=0), np.zeros((len(cache.wpe) - dh.shape[1], dh.shape[2]))])
    return dwte, dwpe


def embed_backward__5(dh, cache):
    """Added the gradients of the positions up by token id."""
    tables = []
    for table in (cache.wte, cache.wpe):
        g = np.zeros(table.shape)
        np.add.at(g, cache.ids, dh)
        tables.append(g)
    return tuple(tables)


def embed_backward__6(dh, cache):
    """Summed dh over the places and not over the texts for dwpe."""
    flat = cache.ids.reshape(-1)
    dwte = np.array([dh.reshape(len(flat), -1)[flat == v].sum(axis=0) for v in range(len(cache.wte))])
    dwpe = np.zeros_like(cache.wpe)
    dwpe[: len(dh)] = dh.sum(axis=1)
    return dwte, dwpe


def embed_backward__7(dh, cache):
    """Returned the two gradients in the wrong order."""
    T = dh.shape[1]
    d_tok, d_pos = np.zeros_like(cache.wte), np.zeros_like(cache.wpe)
    np.add.at(d_tok, cache.ids.ravel(), dh.reshape(-1, dh.shape[-1]))
    np.add.at(d_pos, np.arange(T), dh.sum(axis=0))
    return d_pos, d_tok


def embed_backward__8(dh, cache):
    """Gave every row of wpe the sum over all places, also to rows that were not used."""
    dwte = np.zeros(cache.wte.shape)
    for i, g in zip(cache.ids.flat, dh.reshape(-1, dh.shape[2]), strict=True):
        dwte[i] += g
    return dwte, np.tile(dh.sum(axis=(0, 1)), (len(cache.wpe), 1))
