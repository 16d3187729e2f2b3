"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.worked.tied_head import TiedHeadCache


def tied_head_forward__1(h, weight):
    """Turned the scores into probabilities with a softmax."""
    s = h @ weight.T
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True), TiedHeadCache(h, weight)


def tied_head_forward__2(h, weight):
    """Scaled the scores by the root of C, as attention does."""
    return np.einsum("...c,vc->...v", h, weight) / np.sqrt(h.shape[-1]), TiedHeadCache(h, weight)


def tied_head_forward__3(h, weight):
    """Took the cosine: each token's row is brought to length 1 first."""
    unit = weight / np.linalg.norm(weight, axis=1, keepdims=True)
    return np.inner(h, unit), TiedHeadCache(h, weight)


def tied_head_forward__4(h, weight):
    """Made the shapes fit by reshaping the table to (C, V) instead of transposing it."""
    V, C = weight.shape
    return np.matmul(h, weight.reshape(C, V)), TiedHeadCache(h=h, weight=weight)


def tied_head_forward__5(h, weight):
    """Put the transposed table into the cache."""
    head = np.transpose(weight)
    return np.dot(h, head), TiedHeadCache(h, head)


def tied_head_forward__6(h, weight):
    """Flattened the axes in front and did not restore them: a table of N rows of logits."""
    states = h.reshape(-1, h.shape[-1])
    logits = np.array([[np.dot(state, row) for row in weight] for state in states])
    return logits, TiedHeadCache(h, weight)


def tied_head_forward__7(h, weight):
    """Subtracted the largest score of each state, to be safe from overflow."""
    logits = np.tensordot(h, weight, axes=(-1, 1))
    return logits - np.max(logits, axis=-1, keepdims=True), TiedHeadCache(h, weight)


def tied_head_backward__1(dlogits, cache):
    """Gave the table's gradient transposed, in the shape (C, V)."""
    h, weight = cache
    C = h.shape[-1]
    return dlogits @ weight, h.reshape(-1, C).T @ dlogits.reshape(-1, len(weight))


def tied_head_backward__2(dlogits, cache):
    """Averaged the table's gradient over the positions instead of summing it."""
    h, W = cache
    rows, grads = h.reshape(-1, W.shape[1]), dlogits.reshape(-1, W.shape[0])
    dW = np.einsum("nv,nc->vc", grads, rows) / rows.shape[0]
    return np.einsum("...v,vc->...c", dlogits, W), dW


def tied_head_backward__3(dlogits, cache):
    """Summed over the positions of each text only: with three axes, dweight keeps one for the texts."""
    h, weight = cache
    dh = np.matmul(dlogits, weight)
    dweight = np.swapaxes(np.atleast_2d(dlogits), -1, -2) @ np.atleast_2d(h)
    return dh, dweight


def tied_head_backward__4(dlogits, cache):
    """Overwrote a token's row at each position instead of adding to it."""
    h, weight = cache
    V, C = weight.shape
    dweight = np.zeros((V, C))
    for state, grad in zip(h.reshape(-1, C), dlogits.reshape(-1, V), strict=True):
        for v in range(V):
            dweight[v] = grad[v] * state
    return dlogits @ weight, dweight


def tied_head_backward__5(dlogits, cache):
    """Doubled the table's gradient because the table is used twice."""
    h, weight = cache
    lead = list(range(h.ndim - 1))
    dweight = 2 * np.tensordot(dlogits, h, axes=(lead, lead))
    return np.dot(dlogits, weight), dweight


def tied_head_backward__6(dlogits, cache):
    """Returned the two gradients in the wrong order."""
    h, weight = cache
    dh = dlogits @ weight
    dweight = dlogits.reshape(-1, weight.shape[0]).T @ h.reshape(-1, weight.shape[1])
    return dweight, dh


def tied_head_backward__7(dlogits, cache):
    """Multiplied by the reshaped instead of the plain table for dh, in the belief that a transpose is due."""
    h, weight = cache
    V, C = weight.shape
    dh = dlogits @ weight.T.reshape(V, C)
    dweight = np.einsum("nv,nc->vc", dlogits.reshape(-1, V), h.reshape(-1, C))
    return dh, dweight


def tied_head_backward__8(dlogits, cache):
    """Read dlogits as the gradient of probabilities and took it back through a softmax first."""
    h, weight = cache
    s = h @ weight.T
    p = np.exp(s - s.max(-1, keepdims=True))
    p = p / p.sum(-1, keepdims=True)
    ds = p * (dlogits - (p * dlogits).sum(-1, keepdims=True))
    return ds @ weight, ds.reshape(-1, len(weight)).T @ h.reshape(-1, weight.shape[1])


def tied_table_gradient__1(ids, dx, h, dlogits):
    """Added the lookup's part with fancy indexing, where a repeated token counts only once."""
    V = dlogits.shape[-1]
    dweight = dlogits.reshape(-1, V).T @ h.reshape(-1, h.shape[-1])
    dweight[ids] += dx
    return dweight


def tied_table_gradient__2(ids, dx, h, dlogits):
    """Forgot the lookup: the head's part alone."""
    return np.einsum("btv,btc->vc", dlogits, h)


def tied_table_gradient__3(ids, dx, h, dlogits):
    """Forgot the head: the lookup's part alone."""
    table = np.zeros((dlogits.shape[2], dx.shape[2]))
    for token, g in zip(ids.ravel(), dx.reshape(-1, dx.shape[2]), strict=True):
        table[token] += g
    return table


def tied_table_gradient__4(ids, dx, h, dlogits):
    """Took the mean of the two parts instead of their sum."""
    onehot = np.eye(dlogits.shape[-1])[ids]
    lookup = np.einsum("btv,btc->vc", onehot, dx)
    head = np.einsum("btv,btc->vc", dlogits, h)
    return (lookup + head) / 2


def tied_table_gradient__5(ids, dx, h, dlogits):
    """Let the lookup replace the head's part in the rows of the tokens that occur."""
    V, C = dlogits.shape[-1], h.shape[-1]
    lookup = np.zeros((V, C))
    np.add.at(lookup, ids, dx)
    head = np.tensordot(dlogits, h, axes=([0, 1], [0, 1]))
    seen = np.isin(np.arange(V), ids)
    return np.where(seen[:, None], lookup, head)


def tied_table_gradient__6(ids, dx, h, dlogits):
    """Added the hidden states instead of dx to the rows of the looked-up tokens."""
    V, C = dlogits.shape[-1], h.shape[-1]
    grad = dlogits.reshape(-1, V).T @ h.reshape(-1, C)
    for b in range(ids.shape[0]):
        for t in range(ids.shape[1]):
            grad[ids[b, t]] += h[b, t]
    return grad


def tied_table_gradient__7(ids, dx, h, dlogits):
    """Divided the lookup's part by how often the token occurs."""
    out = np.einsum("btv,btc->vc", dlogits, h)
    flat = dx.reshape(-1, dx.shape[-1])
    for token in np.unique(ids):
        out[token] += flat[ids.reshape(-1) == token].mean(axis=0)
    return out


def tied_table_gradient__8(ids, dx, h, dlogits):
    """Took the size of the vocabulary from the largest id, so the table lacks its last rows."""
    V, C = int(ids.max()) + 1, dx.shape[-1]
    dweight = np.zeros((V, C))
    np.add.at(dweight, ids.ravel(), dx.reshape(-1, C))
    return dweight + dlogits[..., :V].reshape(-1, V).T @ h.reshape(-1, C)


def tied_table_gradient__9(ids, dx, h, dlogits):
    """Counted the head only at the tokens that were looked up, not at all V of them."""
    B, T, C = h.shape
    dweight = np.zeros((dlogits.shape[-1], C))
    for b in range(B):
        for t in range(T):
            i = ids[b, t]
            dweight[i] += dx[b, t] + dlogits[b, t, i] * h[b, t]
    return dweight


def gpt_parameters__1(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Forgot the biases of the linear maps."""
    block = 4 * n_embd + 3 * n_embd**2 + n_embd**2 + 8 * n_embd**2
    total = (vocab_size + block_size) * n_embd + n_layer * block + 2 * n_embd
    return total if tied else total + vocab_size * n_embd


def gpt_parameters__2(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Gave the untied head a bias."""
    C = n_embd
    attention = C * 3 * C + 3 * C + C * C + C
    mlp = C * 4 * C + 4 * C + 4 * C * C + C
    n = vocab_size * C + block_size * C + n_layer * (attention + mlp + 4 * C) + 2 * C
    if not tied:
        n += vocab_size * C + vocab_size
    return n


def gpt_parameters__3(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Forgot the norm behind the last block."""
    shapes = [(vocab_size, n_embd), (block_size, n_embd)]
    for _ in range(n_layer):
        shapes += [(2, n_embd), (n_embd + 1, 3 * n_embd), (n_embd + 1, n_embd)]
        shapes += [(2, n_embd), (n_embd + 1, 4 * n_embd), (4 * n_embd + 1, n_embd)]
    if not tied:
        shapes.append((vocab_size, n_embd))
    return sum(a * b for a, b in shapes)


def gpt_parameters__4(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Counted one norm per block instead of two."""

    def linear(i, o):
        return i * o + o

    norm = 2 * n_embd
    block = norm + linear(n_embd, 3 * n_embd) + linear(n_embd, n_embd)
    block += linear(n_embd, 4 * n_embd) + linear(4 * n_embd, n_embd)
    tables = vocab_size * (1 if tied else 2) + block_size
    return tables * n_embd + n_layer * block + norm


def gpt_parameters__5(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Gave the MLP's first map a bias of n_embd numbers instead of four times as many."""
    c = n_embd
    per_layer = 2 * (2 * c)
    per_layer += 3 * c * c + 3 * c
    per_layer += c * c + c
    per_layer += 4 * c * c + c
    per_layer += 4 * c * c + c
    head = 0 if tied else vocab_size * c
    return vocab_size * c + block_size * c + per_layer * n_layer + 2 * c + head


def gpt_parameters__6(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Turned tied round: counts the second table when the head is tied."""
    twelve = 12 * n_embd**2 + 13 * n_embd
    n_tables = 2 if tied else 1
    return n_tables * vocab_size * n_embd + block_size * n_embd + n_layer * twelve + 2 * n_embd


def gpt_parameters__7(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Left out the map from the heads' output back to n_embd."""
    d = n_embd
    parts = {
        "tokens": vocab_size * d,
        "positions": block_size * d,
        "norms": (2 * n_layer + 1) * 2 * d,
        "qkv": n_layer * 3 * d * (d + 1),
        "mlp": n_layer * (4 * d * (d + 1) + d * (4 * d + 1)),
        "head": 0 if tied else vocab_size * d,
    }
    return sum(parts.values())


def gpt_parameters__8(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Counted the gains of the norms but not their biases."""
    norms = (2 * n_layer + 1) * n_embd
    maps = 0
    for i, o in [(1, 3), (1, 1), (1, 4), (4, 1)]:
        maps += n_layer * (i * n_embd * o * n_embd + o * n_embd)
    return (vocab_size * (2 - bool(tied)) + block_size) * n_embd + norms + maps


def gpt_parameters__9(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Took the positions to be computed, not learnt, and left their table out."""
    block = 2 * 2 * n_embd + 12 * n_embd * n_embd + (3 + 1 + 4 + 1) * n_embd
    embeddings = vocab_size * n_embd if tied else 2 * vocab_size * n_embd
    return embeddings + n_layer * block + 2 * n_embd


def first_weights__1(name, shape, n_layer, rng):
    """Counted one addition per block: the root of n_layer."""
    if name.endswith("bias"):
        return np.zeros(shape)
    if ".ln_" in f".{name}":
        return np.ones(shape)
    w = 0.02 * rng.standard_normal(shape)
    return w / np.sqrt(n_layer) if "c_proj" in name else w


def first_weights__2(name, shape, n_layer, rng):
    """Divided by 2 n_layer instead of its root."""
    if name.endswith("bias"):
        return np.zeros(shape)
    if "ln_" in name:
        return np.ones(shape)
    w = 0.02 * rng.standard_normal(shape)
    return w / (2 * n_layer) if "c_proj" in name else w


def first_weights__3(name, shape, n_layer, rng):
    """Scaled nothing down."""
    if name.endswith("bias"):
        return np.zeros(shape)
    return np.ones(shape) if "ln_" in name else 0.02 * rng.standard_normal(shape)


def first_weights__4(name, shape, n_layer, rng):
    """Scaled down every matrix of a block."""
    if name.endswith("bias"):
        return np.zeros(shape)
    if "ln_" in name:
        return np.ones(shape)
    w = 0.02 * rng.standard_normal(shape)
    return w * (2 * n_layer) ** -0.5 if name.startswith("h.") else w


def first_weights__5(name, shape, n_layer, rng):
    """Scaled down attention's projection only."""
    if name.endswith("bias"):
        return np.zeros(shape)
    if "ln_" in name:
        return np.ones(shape)
    w = 0.02 * rng.standard_normal(shape)
    return w / (2 * n_layer) ** 0.5 if name.endswith("attn.c_proj.weight") else w


def first_weights__6(name, shape, n_layer, rng):
    """Drew the gains of the norms, too."""
    if name.endswith("bias"):
        return np.zeros(shape)
    w = 0.02 * rng.standard_normal(shape)
    return w / np.sqrt(2 * n_layer) if "c_proj" in name else w


def first_weights__7(name, shape, n_layer, rng):
    """Took 0.02 for the variance."""
    if name.endswith("bias"):
        return np.zeros(shape)
    if "ln_" in name:
        return np.ones(shape)
    w = np.sqrt(0.02) * rng.standard_normal(shape)
    return w / np.sqrt(2 * n_layer) if "c_proj" in name else w


def first_weights__8(name, shape, n_layer, rng):
    """Let gains begin at 0 like biases."""
    if name.endswith("bias") or "ln_" in name:
        return np.zeros(shape)
    scale = 0.02 / np.sqrt(2 * n_layer) if name.endswith("c_proj.weight") else 0.02
    return scale * rng.standard_normal(shape)
