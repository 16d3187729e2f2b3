"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.layers.lora import LoRACache
from scratchgpt.ops.softmax import log_softmax
from scratchgpt.worked.extract_loss import ExtractLossCache


def fit_texts__loops(texts, room, cut="end"):
    """One token at a time."""
    left = [list(text) for text in texts]
    while sum(len(text) for text in left) > room:
        if cut != "longest" and left[0]:
            left[0].pop(-1 if cut == "end" else 0)
        else:
            lengths = [len(text) for text in left]
            left[lengths.index(max(lengths))].pop()
    return left


def fit_texts__other(texts, room, cut="end"):
    """Lengths first, slices last."""
    lengths = [len(text) for text in texts]
    over = max(sum(lengths) - room, 0)
    if cut in ("end", "beginning"):
        taken = min(over, lengths[0])
        lengths[0] -= taken
        over -= taken
    for _ in range(over):
        lengths[int(np.argmax(lengths))] -= 1
    first, *others = texts
    begin = len(first) - lengths[0] if cut == "beginning" else 0
    fitted = [list(first[begin : begin + lengths[0]])]
    return fitted + [list(t[:n]) for t, n in zip(others, lengths[1:], strict=True)]


def fit_texts__float32(texts, room, cut="end"):
    """The surplus of the context in one slice, the rest token by token."""
    result = [text[:] for text in texts]
    surplus = sum(map(len, result)) - room
    if surplus > 0 and cut == "end":
        result[0] = result[0][: max(0, len(result[0]) - surplus)]
    elif surplus > 0 and cut == "beginning":
        result[0] = result[0][surplus:]
    while sum(map(len, result)) > room:
        max(result, key=len).pop()
    return result


def task_rows__loops(kind, texts, specials, block_size):
    """A loop over groups of texts."""
    start, delim, extract = specials
    cut = {"single": "end", "pair": "end", "similarity": "longest", "choice": "beginning"}[kind]
    groups = [list(texts)]
    if kind == "similarity":
        groups.append([texts[1], texts[0]])
    if kind == "choice":
        groups = [[texts[0], option] for option in texts[1:]]
    rows = []
    for group in groups:
        row = [start]
        for i, text in enumerate(fit_texts__loops(group, block_size - 1 - len(group), cut)):
            if i:
                row.append(delim)
            row.extend(text)
        row.append(extract)
        rows.append(row)
    return rows


def task_rows__other(kind, texts, specials, block_size):
    """One expression for a row of two texts, one for a single text."""
    start, delim, extract = specials
    if kind == "single":
        (text,) = fit_texts__other(texts, block_size - 2)
        return [[start, *text, extract]]

    def pair(a, b, cut):
        a, b = fit_texts__other([a, b], block_size - 3, cut)
        return [start, *a, delim, *b, extract]

    a, *others = texts
    if kind == "pair":
        return [pair(a, others[0], "end")]
    if kind == "similarity":
        return [pair(a, others[0], "longest"), pair(others[0], a, "longest")]
    return [pair(a, option, "beginning") for option in others]


def task_rows__float32(kind, texts, specials, block_size):
    """Recursion: every kind is made of pairs."""
    start, delim, extract = specials
    if kind == "choice":
        context, *options = texts
        return [
            task_rows__float32("_choice", [context, option], specials, block_size)[0] for option in options
        ]
    if kind == "similarity":
        both = (texts, list(reversed(texts)))
        return [task_rows__float32("_similar", one, specials, block_size)[0] for one in both]
    cut = {"_choice": "beginning", "_similar": "longest"}.get(kind, "end")
    fitted = fit_texts__float32(texts, block_size - len(texts) - 1, cut)
    return [[*sum(([delim, *t] for t in fitted[1:]), [start, *fitted[0]]), extract]]


def extract_loss_forward__loops(h, lengths, weight, labels):
    """Row by row."""
    probs, total = [], 0.0
    for row, n, label in zip(h, lengths, labels, strict=True):
        scores = row[n - 1] @ weight
        e = np.exp(scores - scores.max())
        probs.append(e / e.sum())
        total += np.log(e.sum()) + scores.max() - scores[label]
    return total / len(h), ExtractLossCache(h, lengths, weight, labels, np.array(probs))


def extract_loss_forward__other(h, lengths, weight, labels):
    """A one-hot over the positions."""
    at = np.arange(h.shape[1]) == (np.asarray(lengths) - 1)[:, None]
    logp = log_softmax(h[at] @ weight)
    onehot = np.eye(weight.shape[1])[labels]
    loss = -np.where(onehot == 1, logp, 0).sum() / len(h)
    return loss, ExtractLossCache(h, lengths, weight, labels, np.exp(logp))


def extract_loss_forward__float32(h, lengths, weight, labels):
    """In float32."""
    rows = np.arange(len(h))
    logp = log_softmax(h.astype(np.float32)[rows, lengths - 1] @ weight.astype(np.float32))
    return -logp[rows, labels].mean(), ExtractLossCache(h, lengths, weight, labels, np.exp(logp))


def extract_loss_backward__loops(dloss, cache):
    """Row by row."""
    h, lengths, weight, labels, probs = cache
    dh, dweight = np.zeros_like(h), np.zeros_like(weight)
    for b in range(len(h)):
        d = np.array([probs[b, k] - (k == labels[b]) for k in range(weight.shape[1])]) * dloss / len(h)
        dh[b, lengths[b] - 1] = weight @ d
        dweight += np.outer(h[b, lengths[b] - 1], d)
    return dh, dweight


def extract_loss_backward__other(dloss, cache):
    """A one-hot over the positions."""
    h, lengths, weight, labels, probs = cache
    d = (probs - np.eye(weight.shape[1])[labels]) * (dloss / len(h))
    at = (np.arange(h.shape[1]) == (np.asarray(lengths) - 1)[:, None]).astype(h.dtype)
    state = h[at == 1]
    return np.einsum("bt,bk,ck->btc", at, d, weight), np.einsum("bc,bk->ck", state, d)


def extract_loss_backward__float32(dloss, cache):
    """In float32."""
    h, lengths, weight, labels, probs = cache
    rows = np.arange(len(h))
    d = probs.astype(np.float32)
    d[rows, labels] -= 1
    d *= np.float32(dloss) / np.float32(len(h))
    dh = np.zeros(h.shape, np.float32)
    dh[rows, lengths - 1] = d @ weight.astype(np.float32).T
    return dh, h[rows, lengths - 1].astype(np.float32).T @ d


def combined_loss__loops(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Row by row, token by token."""
    l2 = l1 = 0.0
    for b in range(len(ids)):
        l2 -= log_softmax(class_logits[b])[labels[b]] / len(ids)
        row = [-log_softmax(logits[b, t])[ids[b, t + 1]] for t in range(lengths[b] - 1)]
        l1 += sum(row) / len(row) / len(ids)
    return l2 + lm_weight * l1, l2, l1


def combined_loss__other(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Weights of 1 / (n - 1) / B at each predicted position."""
    l2 = -np.take_along_axis(log_softmax(class_logits), labels[:, None], 1).mean()
    nll = -np.take_along_axis(log_softmax(logits[:, :-1]), ids[:, 1:, None], 2)[..., 0]
    n = np.asarray(lengths)[:, None]
    real = np.arange(1, ids.shape[1]) < n
    l1 = np.where(real, nll / (n - 1), 0).sum() / len(ids)
    return l2 + lm_weight * l1, l2, l1


def combined_loss__float32(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """In float32."""
    rows = np.arange(len(ids))
    l2 = -log_softmax(class_logits.astype(np.float32))[rows, labels].mean()
    logp = log_softmax(logits.astype(np.float32))
    means = [-logp[b, np.arange(n - 1), ids[b, 1:n]].mean() for b, n in zip(rows, lengths, strict=True)]
    l1 = np.mean(np.array(means, np.float32))
    return l2 + np.float32(lm_weight) * l1, l2, l1


def lora_forward__loops(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """Row by row."""
    scale = alpha / lora_a.shape[1]
    flat = x.reshape(-1, x.shape[-1])
    low, y = [], []
    for row in flat:
        thin = [sum(row[i] * lora_a[i, r] for i in range(len(row))) for r in range(lora_a.shape[1])]
        low.append(thin)
        out = row @ weight + scale * (np.array(thin) @ lora_b)
        y.append(out if bias is None else out + bias)
    shape = x.shape[:-1]
    low, y = np.array(low).reshape(*shape, -1), np.array(y).reshape(*shape, -1)
    return y, LoRACache(x, low, weight, lora_a, lora_b, scale)


def lora_forward__other(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """The thin product merged into the frozen matrix."""
    scale = alpha / len(lora_b)
    y = np.einsum("...i,io->...o", x, weight + scale * (lora_a @ lora_b))
    if bias is not None:
        y = y + bias
    return y, LoRACache(x, x @ lora_a, weight, lora_a, lora_b, scale)


def lora_forward__float32(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """In float32."""
    scale = alpha / lora_a.shape[-1]
    small = [None if a is None else a.astype(np.float32) for a in (x, weight, bias, lora_a, lora_b)]
    low = small[0] @ small[3]
    y = small[0] @ small[1] + np.float32(scale) * (low @ small[4])
    return (y if bias is None else y + small[2]), LoRACache(x, low, weight, lora_a, lora_b, scale)


def lora_backward__loops(dy, cache):
    """Row by row."""
    x, low, weight, a, b, scale = cache
    dx, da, db = np.zeros(x.shape), np.zeros_like(a), np.zeros_like(b)
    for place in np.ndindex(*dy.shape[:-1]):
        d = dy[place]
        dlow = scale * (b @ d)
        dx[place] = weight @ d + a @ dlow
        da += np.outer(x[place], dlow)
        db += np.outer(low[place], scale * d)
    return dx, da, db


def lora_backward__other(dy, cache):
    """einsum, with the merged matrix for dx."""
    x, low, weight, a, b, scale = cache
    X, L, D = (t.reshape(-1, t.shape[-1]) for t in (x, low, dy))
    dx = np.einsum("...o,io->...i", dy, weight + scale * a @ b)
    return dx, scale * np.einsum("ni,no,ro->ir", X, D, b), scale * np.einsum("nr,no->ro", L, D)


def lora_backward__float32(dy, cache):
    """In float32."""
    *arrays, scale = cache
    x, low, weight, a, b = (t.astype(np.float32) for t in arrays)
    d, scale = dy.astype(np.float32), np.float32(scale)
    dlow = scale * (d @ b.T)
    rows = d.reshape(-1, d.shape[-1])
    da = x.reshape(-1, x.shape[-1]).T @ dlow.reshape(-1, dlow.shape[-1])
    return d @ weight.T + dlow @ a.T, da, scale * (low.reshape(-1, low.shape[-1]).T @ rows)
