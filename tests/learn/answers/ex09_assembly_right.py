"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np

from scratchgpt.worked.tied_head import TiedHeadCache


def tied_head_forward__loops(h, weight):
    """One dot product after the other, channel by channel."""
    V, C = weight.shape
    logits = np.zeros((*h.shape[:-1], V))
    for state in np.ndindex(h.shape[:-1]):
        for v in range(V):
            for c in range(C):
                logits[(*state, v)] += h[state][c] * weight[v, c]
    return logits, TiedHeadCache(h, weight)


def tied_head_forward__other(h, weight):
    """Einsum with the letters of the axes."""
    return np.einsum("...c,vc->...v", h, weight), TiedHeadCache(h, weight)


def tied_head_forward__float32(h, weight):
    """Matrix product with the transposed table, in float32."""
    return h.astype(np.float32) @ weight.astype(np.float32).T, TiedHeadCache(h, weight)


def tied_head_backward__loops(dlogits, cache):
    """Every score passes its gradient on to one state and one row of the table."""
    h, weight = cache
    dh, dweight = np.zeros(h.shape), np.zeros(weight.shape)
    for state in np.ndindex(h.shape[:-1]):
        for v in range(len(weight)):
            for c in range(h.shape[-1]):
                dh[(*state, c)] += dlogits[state][v] * weight[v, c]
                dweight[v, c] += dlogits[state][v] * h[state][c]
    return dh, dweight


def tied_head_backward__other(dlogits, cache):
    """Einsum for dh, tensordot over all the axes in front for dweight."""
    h, weight = cache
    front = list(range(h.ndim - 1))
    return np.einsum("...v,vc->...c", dlogits, weight), np.tensordot(dlogits, h, axes=(front, front))


def tied_head_backward__float32(dlogits, cache):
    """Flattened matrix products in float32."""
    h, weight, g = (np.asarray(a, np.float32) for a in (*cache, dlogits))
    V, C = weight.shape
    return np.matmul(g, weight), np.matmul(g.reshape(-1, V).T, h.reshape(-1, C))


def tied_table_gradient__loops(ids, dx, h, dlogits):
    """Position by position: one row for the lookup, every row for the head."""
    B, T, C = h.shape
    V = dlogits.shape[2]
    dweight = np.zeros((V, C))
    for b in range(B):
        for t in range(T):
            for c in range(C):
                dweight[ids[b, t], c] += dx[b, t, c]
                for v in range(V):
                    dweight[v, c] += dlogits[b, t, v] * h[b, t, c]
    return dweight


def tied_table_gradient__other(ids, dx, h, dlogits):
    """The lookup as a product with one-hot vectors."""
    onehot = np.eye(dlogits.shape[-1])[ids]
    return np.einsum("btv,btc->vc", onehot, dx) + np.einsum("btv,btc->vc", dlogits, h)


def tied_table_gradient__float32(ids, dx, h, dlogits):
    """Matrix product for the head, add.at for the lookup, in float32."""
    V, C = dlogits.shape[-1], h.shape[-1]
    dweight = dlogits.astype(np.float32).reshape(-1, V).T @ h.astype(np.float32).reshape(-1, C)
    np.add.at(dweight, ids, dx.astype(np.float32))
    return dweight


def gpt_parameters__loops(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Layer by layer, adding up the size of every array."""
    count = vocab_size * n_embd + block_size * n_embd
    for _ in range(n_layer):
        for _norm in range(2):
            count += n_embd + n_embd
        for n_in, n_out in [(1, 3), (1, 1), (1, 4), (4, 1)]:
            count += n_in * n_embd * n_out * n_embd + n_out * n_embd
    count += 2 * n_embd
    if not tied:
        count += vocab_size * n_embd
    return count


def gpt_parameters__other(vocab_size, block_size, n_layer, n_embd, tied=True):
    """The closed formula: 12 C^2 + 13 C per block."""
    tables = vocab_size * (1 if tied else 2) + block_size
    return n_embd * (tables + n_layer * (12 * n_embd + 13) + 2)


def gpt_parameters__float32(vocab_size, block_size, n_layer, n_embd, tied=True):
    """No floats here: a dictionary of the shapes of all arrays."""
    C = n_embd
    shapes = {"wte": (vocab_size, C), "wpe": (block_size, C), "ln_f": (2, C)}
    for i in range(n_layer):
        shapes |= {f"{i}.norms": (4, C), f"{i}.qkv": (C + 1, 3 * C), f"{i}.proj": (C + 1, C)}
        shapes |= {f"{i}.up": (C + 1, 4 * C), f"{i}.down": (4 * C + 1, C)}
    if not tied:
        shapes["head"] = (C, vocab_size)
    return sum(rows * columns for rows, columns in shapes.values())


def first_weights__loops(name, shape, n_layer, rng):
    """Number by number, after one draw."""
    *_, layer, kind = ("", *name.split("."))
    if kind == "bias":
        return np.zeros(shape)
    if layer.startswith("ln"):
        return np.ones(shape)
    drawn = rng.standard_normal(shape)
    deviation = 0.02 / math.sqrt(2 * n_layer) if layer == "c_proj" else 0.02
    for place in np.ndindex(*shape):
        drawn[place] *= deviation
    return drawn


def first_weights__other(name, shape, n_layer, rng):
    """By the ends of the name."""
    if name.endswith(".bias"):
        return np.full(shape, 0.0)
    if name.endswith(("ln_1.weight", "ln_2.weight", "ln_f.weight")):
        return np.full(shape, 1.0)
    factor = (2 * n_layer) ** -0.5 if name.endswith("c_proj.weight") else 1.0
    return rng.standard_normal(size=shape) * (0.02 * factor)


def first_weights__float32(name, shape, n_layer, rng):
    """In float32, by the variance."""
    if "bias" in name:
        return np.zeros(shape, np.float32)
    if "ln_" in name:
        return np.ones(shape, np.float32)
    variance = 0.0004 / (2 * n_layer if "c_proj" in name else 1)
    return (rng.standard_normal(shape) * math.sqrt(variance)).astype(np.float32)
