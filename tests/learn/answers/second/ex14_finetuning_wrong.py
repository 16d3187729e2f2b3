"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.layers.lora import LoRACache
from scratchgpt.ops.softmax import log_softmax
from scratchgpt.tasks.formats import fit_texts
from scratchgpt.worked.extract_loss import ExtractLossCache


def fit_texts__1(texts, room, cut="end"):
    """Among equally long texts it takes the token off the last one, not off the first."""
    out = [list(t) for t in texts]
    extra = sum(map(len, out)) - room
    if extra > 0 and cut != "longest":
        n = min(extra, len(out[0]))
        out[0] = out[0][n:] if cut == "beginning" else out[0][: len(out[0]) - n]
        extra -= n
    while extra > 0:
        sizes = [len(t) for t in out]
        last = len(out) - 1 - sizes[::-1].index(max(sizes))
        out[last].pop()
        extra -= 1
    return out


def fit_texts__2(texts, room, cut="end"):
    """With "beginning" it keeps the last `context[-n:]` tokens, which is all of them when n is 0."""
    texts = [list(t) for t in texts]
    if sum(len(t) for t in texts) <= room:
        return texts
    if cut in ("end", "beginning"):
        rest = sum(len(t) for t in texts[1:])
        n = max(room - rest, 0)
        if n < len(texts[0]):
            texts[0] = texts[0][:n] if cut == "end" else texts[0][-n:]
    while sum(len(t) for t in texts) > room:
        longest = max(range(len(texts)), key=lambda i: len(texts[i]))
        texts[longest].pop()
    return texts


def fit_texts__3(texts, room, cut="end"):
    """Cuts only the context: what is still too much in the other texts stays."""
    new = [list(t) for t in texts]
    over = sum(len(t) for t in new) - room
    if over <= 0:
        return new
    if cut == "longest":
        for _ in range(over):
            max(new, key=len).pop()
    elif cut == "end":
        new[0] = new[0][: max(len(new[0]) - over, 0)]
    else:
        new[0] = new[0][over:]
    return new


def task_rows__1(kind, texts, specials, block_size):
    """Reserves room for two special tokens in every row and forgets the delimiter."""
    start, delim, extract = specials
    room = block_size - 2

    def row(parts, how):
        a, *b = fit_texts(parts, room, how)
        return [start, *a, *([delim, *b[0]] if b else []), extract]

    if kind == "single":
        return [row(texts, "end")]
    if kind == "pair":
        return [row(texts, "end")]
    if kind == "similarity":
        return [row(texts, "longest"), row(texts[::-1], "longest")]
    return [row([texts[0], o], "beginning") for o in texts[1:]]


def task_rows__2(kind, texts, specials, block_size):
    """Cuts the two texts of a similarity once and exchanges the cut ones for the second row."""
    s, d, e = specials
    if kind == "single":
        (text,) = fit_texts(texts, block_size - 2, "end")
        return [[s, *text, e]]
    if kind == "pair":
        p, h = fit_texts(texts, block_size - 3, "end")
        return [[s, *p, d, *h, e]]
    if kind == "similarity":
        a, b = fit_texts(texts, block_size - 3, "longest")
        return [[s, *x, d, *y, e] for x, y in ((a, b), (b, a))]
    rows = []
    for option in texts[1:]:
        c, o = fit_texts([texts[0], option], block_size - 3, "beginning")
        rows.append([s, *c, d, *o, e])
    return rows


def task_rows__3(kind, texts, specials, block_size):
    """Cuts the context of a choice at its end, as that of a pair."""
    start, delim, extract = specials
    if kind == "single":
        return [[start, *fit_texts(texts, block_size - 2)[0], extract]]
    pairs = {
        "pair": lambda: [(texts[0], texts[1])],
        "similarity": lambda: [(texts[0], texts[1]), (texts[1], texts[0])],
        "choice": lambda: [(texts[0], t) for t in texts[1:]],
    }[kind]()
    cut = "longest" if kind == "similarity" else "end"
    rows = []
    for pair in pairs:
        a, b = fit_texts(list(pair), block_size - 3, cut)
        rows.append([start, *a, delim, *b, extract])
    return rows


def extract_loss_forward__1(h, lengths, weight, labels):
    """Reads each row at its very last position, pads or not."""
    logp = log_softmax(h[:, -1] @ weight)
    loss = -logp[np.arange(len(labels)), labels].mean()
    return loss, ExtractLossCache(h, lengths, weight, labels, np.exp(logp))


def extract_loss_forward__2(h, lengths, weight, labels):
    """Scores the mean of the real states of a row instead of the state at Extract."""
    B, T, _ = h.shape
    real = np.arange(T) < lengths[:, None]
    pooled = np.where(real[..., None], h, 0.0).sum(axis=1) / lengths[:, None]
    logp = log_softmax(pooled @ weight)
    loss = -np.mean([logp[b, labels[b]] for b in range(B)])
    return loss, ExtractLossCache(h, lengths, weight, labels, np.exp(logp))


def extract_loss_forward__3(h, lengths, weight, labels):
    """Sums the losses of the rows and does not average them."""
    last = np.take_along_axis(h, (lengths - 1)[:, None, None], axis=1).squeeze(1)
    logp = log_softmax(np.einsum("bc,ck->bk", last, weight))
    total = 0.0
    for row, y in zip(logp, labels, strict=True):
        total -= row[y]
    return total, ExtractLossCache(h, lengths, weight, labels, np.exp(logp))


def extract_loss_backward__1(dloss, cache):
    """Forgets that the loss was a mean: no division by B."""
    h, lengths, weight, labels, probs = cache
    rows = np.arange(len(labels))
    d = probs.copy()
    d[rows, labels] -= 1
    d *= dloss
    dh = np.zeros_like(h)
    dh[rows, lengths - 1] = d @ weight.T
    return dh, h[rows, lengths - 1].T @ d


def extract_loss_backward__2(dloss, cache):
    """Puts the gradient of the states at the last position of each row, pads or not."""
    B, T, C = cache.h.shape
    onehot = np.eye(cache.weight.shape[1])[cache.labels]
    dlogits = dloss * (cache.probs - onehot) / B
    dh = np.zeros((B, T, C))
    for b in range(B):
        dh[b, -1] = cache.weight @ dlogits[b]
    at = cache.h[np.arange(B), cache.lengths - 1]
    return dh, at.T @ dlogits


def extract_loss_backward__3(dloss, cache):
    """Subtracts 1 in cache.probs itself, so that the cache is spoilt for a second use."""
    h, lengths, weight, labels, probs = cache
    n = np.arange(len(h))
    probs[n, labels] -= 1.0
    g = probs * (dloss / len(h))
    dh = np.zeros_like(h)
    dh[n, lengths - 1] = np.einsum("bk,ck->bc", g, weight)
    return dh, np.einsum("bc,bk->ck", h[n, lengths - 1], g)


def combined_loss__1(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Averages L1 over all predicted tokens of the batch at once, so that long rows count for more."""
    B, T = ids.shape
    L2 = -log_softmax(class_logits)[np.arange(B), labels].mean()
    lp = np.take_along_axis(log_softmax(logits[:, :-1]), ids[:, 1:, None], axis=2)[..., 0]
    mask = np.arange(1, T) < np.asarray(lengths)[:, None]
    L1 = -(lp * mask).sum() / mask.sum()
    return L2 + lm_weight * L1, L2, L1


def combined_loss__2(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Reads the log-probability of a token at its own position, without the shift by one."""
    lp = log_softmax(logits)
    per_row = []
    for b, n in enumerate(lengths):
        per_row.append(np.mean([-lp[b, t, ids[b, t]] for t in range(1, n)]))
    L1 = float(np.mean(per_row))
    cls = log_softmax(class_logits)
    L2 = float(-np.mean([cls[b, y] for b, y in enumerate(labels)]))
    return L2 + lm_weight * L1, L2, L1


def combined_loss__3(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Takes every 0 for a pad, though real tokens may have that id too."""
    n = len(labels)
    l2 = -log_softmax(class_logits)[range(n), labels].sum() / n
    logp = log_softmax(logits[:, :-1])
    nxt = ids[:, 1:]
    nll = -np.take_along_axis(logp, nxt[..., None], -1).squeeze(-1)
    real = (nxt != 0) & (np.arange(nxt.shape[1]) < lengths[:, None] - 1)
    l1 = np.mean((nll * real).sum(1) / np.maximum(real.sum(1), 1))
    return l2 + lm_weight * l1, l2, l1


def lora_forward__1(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """Multiplies by alpha alone: the division by the rank is missing."""
    low = x @ lora_a
    y = x @ weight + alpha * (low @ lora_b)
    if bias is not None:
        y = y + bias
    return y, LoRACache(x, low, weight, lora_a, lora_b, float(alpha))


def lora_forward__2(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """Scales the frozen way too: the whole of both ways is multiplied by alpha over the rank."""
    scale = alpha / lora_a.shape[1]
    low = np.matmul(x, lora_a)
    y = scale * (np.matmul(x, weight) + np.matmul(low, lora_b))
    y = y if bias is None else y + bias
    return y, LoRACache(x, low, weight, lora_a, lora_b, scale)


def lora_forward__3(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """Keeps `low` already scaled in the cache."""
    rank = lora_b.shape[0]
    low = np.tensordot(x, lora_a, axes=1) * (alpha / rank)
    y = np.tensordot(x, weight, axes=1) + np.tensordot(low, lora_b, axes=1)
    if bias is not None:
        y += bias
    return y, LoRACache(x, low, weight, lora_a, lora_b, alpha / rank)


def lora_backward__1(dy, cache):
    """Forgets the frozen way in dx: only the thin matrices send a gradient down."""
    x, low, _weight, a, b, scale = cache
    dlow = scale * (dy @ b.T)
    x2, low2, dy2, dlow2 = (z.reshape(-1, z.shape[-1]) for z in (x, low, dy, dlow))
    return dlow @ a.T, x2.T @ dlow2, scale * low2.T @ dy2


def lora_backward__2(dy, cache):
    """The scale is missing in dlora_b, because low is believed to be scaled."""
    x, low, weight, a, b, s = cache
    dlow = np.einsum("...o,ro->...r", dy, b) * s
    dx = np.einsum("...o,io->...i", dy, weight) + np.einsum("...r,ir->...i", dlow, a)
    front = list(range(dy.ndim - 1))
    da = np.tensordot(x, dlow, axes=(front, front))
    db = np.tensordot(low, dy, axes=(front, front))
    return dx, da, db


def lora_backward__3(dy, cache):
    """Applies the scale twice on the way to lora_a and to x."""
    sdy = dy * cache.scale
    dlow = cache.scale * (sdy @ cache.lora_b.T)
    X = cache.x.reshape(-1, cache.x.shape[-1])
    dx = dy @ cache.weight.T + dlow @ cache.lora_a.T
    da = X.T @ dlow.reshape(X.shape[0], -1)
    db = cache.low.reshape(X.shape[0], -1).T @ sdy.reshape(X.shape[0], -1)
    return dx, da, db
