"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np


def minhash_signature__1(shingle_set, a, b):
    """Keeps the lower 32 bits of the smallest place instead of the upper ones."""
    with np.errstate(over="ignore"):
        places = a[:, None] * shingle_set + b[:, None]
    return places.min(axis=1) & np.uint64(0xFFFFFFFF)


def minhash_signature__2(shingle_set, a, b):
    """Takes the minimum over the orders, one number per shingle, not over the shingles."""
    places = np.outer(a, shingle_set) + b.reshape(-1, 1)
    return np.min(places, axis=0) >> np.uint64(32)


def minhash_signature__3(shingle_set, a, b):
    """Returns the position in the array of the shingle that comes first, not the place it has."""
    out = []
    for ak, bk in zip(a, b, strict=True):
        order = ak * shingle_set + bk
        out.append(int(order.argmin()))
    return np.array(out)


def minhash_similarity__1(a, b):
    """Treats the signatures as sets and works out intersection over union of their numbers."""
    left, right = set(a.tolist()), set(b.tolist())
    return len(left & right) / len(left | right)


def minhash_similarity__2(a, b):
    """Counts a number as a match when it stands anywhere in the other signature."""
    return np.isin(a, b).mean()


def next_token_batch__1(tokens, starts, block_size):
    """Shifts the targets the wrong way: they are the tokens before those of the window."""
    ids = np.stack([tokens[s : s + block_size] for s in starts]).astype(np.int64)
    targets = np.stack([tokens[np.arange(s, s + block_size) - 1] for s in starts]).astype(np.int64)
    return ids, targets


def next_token_batch__2(tokens, starts, block_size):
    """Rolls the window to get the targets, so that the last target is the window's own first token."""
    idx = starts[:, None] + np.arange(block_size)[None, :]
    ids = tokens[idx].astype(int)
    return ids, np.roll(ids, -1, axis=1)


def next_token_batch__3(tokens, starts, block_size):
    """Gives for each window only the one token that follows the whole window, repeated."""
    ids, targets = [], []
    for s in starts:
        ids.append([int(t) for t in tokens[s : s + block_size]])
        targets.append([int(tokens[s + block_size])] * block_size)
    return np.array(ids), np.array(targets)


def accumulate_gradients__1(losses, gradients, targets):
    """Weights the losses by their tokens, but takes the plain mean of the gradients."""
    n = np.array([(t >= 0).sum() for t in targets], dtype=float)
    if n.sum() == 0:
        return 0.0, np.zeros_like(gradients[0])
    loss = sum(k * x for k, x in zip(n, losses, strict=True) if k) / n.sum()
    used = [g for k, g in zip(n, gradients, strict=True) if k]
    return loss, sum(used) / len(used)


def accumulate_gradients__2(losses, gradients, targets):
    """Weights by the size of each target array, padding included."""
    weights = [t.size if np.any(t != -1) else 0 for t in targets]
    total = sum(weights)
    if total == 0:
        return 0.0, np.zeros(gradients[0].shape)
    loss, grad = 0.0, np.zeros(gradients[0].shape)
    for w, lo, g in zip(weights, losses, gradients, strict=True):
        if w:
            loss += w / total * lo
            grad += w / total * g
    return loss, grad


def accumulate_gradients__3(losses, gradients, targets):
    """Counts `t > 0`, so that targets with the id 0 are taken for padding."""
    counts = [np.count_nonzero(t > 0) for t in targets]
    if not any(counts):
        return 0.0, 0.0 * gradients[0]
    rows = [i for i, c in enumerate(counts) if c]
    c = np.array([counts[i] for i in rows], dtype=float)
    loss = np.dot(c, [losses[i] for i in rows]) / c.sum()
    grad = np.tensordot(c / c.sum(), np.stack([gradients[i] for i in rows]), axes=1)
    return loss, grad


def counted_probabilities__1(ids, context, vocab_size):
    """Uses the number of observations as the weight D, not the number of different followers."""
    probs = np.full(vocab_size, 1 / vocab_size)
    for n in range(len(context) + 1):
        tail = list(context[len(context) - n :])
        counts = np.zeros(vocab_size)
        for i in range(len(ids) - n):
            if list(ids[i : i + n]) == tail:
                counts[ids[i + n]] += 1
        d = counts.sum()
        if d > 0:
            probs = (counts + d * probs) / (counts.sum() + d)
    return probs


def counted_probabilities__2(ids, context, vocab_size):
    """Takes the first n tokens of the context, those farthest away, and not the last n."""
    p = np.ones(vocab_size) / vocab_size
    for n in range(len(context) + 1):
        pattern = tuple(context[:n])
        follow = [ids[i + n] for i in range(len(ids) - n) if tuple(ids[i : i + n]) == pattern]
        if not follow:
            continue
        c = np.bincount(follow, minlength=vocab_size)
        d = len(set(follow))
        p = (c + d * p) / (len(follow) + d)
    return p


def counted_probabilities__3(ids, context, vocab_size):
    """Jumps behind each match, so that places that overlap are counted only once."""
    probs = [1.0 / vocab_size] * vocab_size
    for n in range(len(context) + 1):
        key = list(context)[len(context) - n :]
        seen = {}
        i = 0
        while i + n < len(ids):
            if list(ids[i : i + n]) == key:
                seen[ids[i + n]] = seen.get(ids[i + n], 0) + 1
                i += max(n, 1)
            else:
                i += 1
        if seen:
            d, total = len(seen), sum(seen.values())
            probs = [(seen.get(t, 0) + d * q) / (total + d) for t, q in enumerate(probs)]
    return np.array(probs)
