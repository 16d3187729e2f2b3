"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.worked.tied_head import TiedHeadCache


def tied_head_forward__1(h, weight):
    """Divides the scores by the square root of C, as in attention."""
    logits = h @ weight.T / np.sqrt(h.shape[-1])
    return logits, TiedHeadCache(h, weight)


def tied_head_forward__2(h, weight):
    """Returns probabilities: puts a softmax over the scores."""
    z = np.einsum("...c,vc->...v", h, weight)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True), TiedHeadCache(h, weight)


def tied_head_backward__1(dlogits, cache):
    """Returns dweight in the layout (C, V), as for the transposed table of a linear map."""
    h, weight = cache
    V, C = weight.shape
    dh = dlogits @ weight
    dweight = h.reshape(-1, C).T @ dlogits.reshape(-1, V)
    return dh, dweight


def tied_head_backward__2(dlogits, cache):
    """Averages dweight over the positions instead of summing."""
    V, C = cache.weight.shape
    d, hid = dlogits.reshape(-1, V), cache.h.reshape(-1, C)
    dW = sum(np.outer(a, b) for a, b in zip(d, hid, strict=True)) / len(d)
    return np.matmul(dlogits, cache.weight), dW


def tied_table_gradient__1(ids, dx, h, dlogits):
    """Adds the lookup's part with dweight[ids] += dx, which counts a repeated token once only."""
    V, C = dlogits.shape[-1], h.shape[-1]
    dweight = dlogits.reshape(-1, V).T @ h.reshape(-1, C)
    dweight[ids] += dx
    return dweight


def tied_table_gradient__2(ids, dx, h, dlogits):
    """Takes the mean of the two uses, as the table is only one."""
    lookup = np.zeros((dlogits.shape[2], dx.shape[2]))
    np.add.at(lookup, ids, dx)
    head = np.einsum("btv,btc->vc", dlogits, h)
    return (lookup + head) / 2


def gpt_parameters__1(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Forgets the biases of the linear maps."""
    C = n_embd
    attention = C * 3 * C + C * C
    mlp = C * 4 * C + 4 * C * C
    block = 2 * 2 * C + attention + mlp
    total = vocab_size * C + block_size * C + n_layer * block + 2 * C
    return total if tied else total + vocab_size * C


def gpt_parameters__2(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Forgets the norm behind the last block."""

    def linear(n_in, n_out):
        return n_in * n_out + n_out

    norm = 2 * n_embd
    block = 2 * norm + linear(n_embd, 3 * n_embd) + linear(n_embd, n_embd)
    block += linear(n_embd, 4 * n_embd) + linear(4 * n_embd, n_embd)
    tables = vocab_size + block_size + (0 if tied else vocab_size)
    return tables * n_embd + n_layer * block


def first_weights__1(name, shape, n_layer, rng):
    """Counts one branch per block: divides by the root of n_layer where it should be 2 n_layer."""
    if name.endswith("bias"):
        return np.zeros(shape)
    if ".ln_" in name or name.startswith("ln_f"):
        return np.ones(shape)
    std = 0.02 / np.sqrt(n_layer) if "c_proj" in name else 0.02
    return std * rng.standard_normal(shape)


def first_weights__2(name, shape, n_layer, rng):
    """Takes only attention's c_proj for a matrix that writes into the stream, not the MLP's."""
    parts = name.split(".")
    if parts[-1] == "bias":
        return np.zeros(shape)
    if parts[-2].startswith("ln"):
        return np.ones(shape)
    w = 0.02 * rng.standard_normal(shape)
    if "attn.c_proj" in name:
        w /= (2 * n_layer) ** 0.5
    return w


def first_weights__3(name, shape, n_layer, rng):
    """Divides the deviation by 2 n_layer itself, not by the root of it."""
    kind = name.split(".")[-1]
    if kind == "bias":
        return np.zeros(shape, dtype=np.float64)
    if "ln" in name:
        return np.ones(shape, dtype=np.float64)
    sigma = 0.02
    if "c_proj" in name:
        sigma = sigma / (2 * n_layer)
    return rng.standard_normal(shape) * sigma
