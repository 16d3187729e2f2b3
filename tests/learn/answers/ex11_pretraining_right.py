"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np


def minhash_signature__loops(shingle_set, a, b):
    """Python integers, with the modulo written out."""
    signature = []
    for x, y in zip(a.tolist(), b.tolist(), strict=True):
        signature.append(min((x * s + y) % 2**64 for s in shingle_set.tolist()) // 2**32)
    return np.array(signature)


def minhash_signature__other(shingle_set, a, b):
    """The upper halves first, the smallest of them then."""
    places = np.multiply.outer(shingle_set, a) + b
    return (places >> np.uint64(32)).min(axis=0)


def minhash_signature__float32(shingle_set, a, b):
    """One shingle after the other, keeping the smallest so far."""
    best = shingle_set[0] * a + b
    for s in shingle_set[1:]:
        best = np.minimum(best, s * a + b)
    return (best // np.uint64(2**32)).astype(np.uint32)


def minhash_similarity__loops(a, b):
    """A count."""
    same = 0
    for i in range(len(a)):
        if a[i] == b[i]:
            same += 1
    return same / len(a)


def minhash_similarity__other(a, b):
    """One less the share of differences."""
    return 1 - np.count_nonzero(a != b) / a.size


def minhash_similarity__float32(a, b):
    """A mean in float32."""
    return np.equal(a, b).astype(np.float32).mean()


def next_token_batch__loops(tokens, starts, block_size):
    """A loop over rows and positions."""
    ids = np.zeros((len(starts), block_size), dtype=np.int64)
    targets = np.zeros_like(ids)
    for row, start in enumerate(starts):
        for t in range(block_size):
            ids[row, t] = tokens[int(start) + t]
            targets[row, t] = tokens[int(start) + t + 1]
    return ids, targets


def next_token_batch__other(tokens, starts, block_size):
    """All windows of T + 1 tokens, of which some rows are taken."""
    windows = np.lib.stride_tricks.sliding_window_view(tokens, block_size + 1)[starts]
    return windows[:, :-1].astype(np.int64), windows[:, 1:].astype(np.int64)


def next_token_batch__float32(tokens, starts, block_size):
    """One piece of T + 1 tokens per row."""
    pieces = np.stack([tokens[s : s + block_size + 1] for s in starts])
    return pieces[:, :-1], pieces[:, 1:]


def accumulate_gradients__loops(losses, gradients, targets):
    """Counts token by token."""
    counts = [sum(1 for token in t.ravel().tolist() if token != -1) for t in targets]
    total = sum(counts)
    loss, gradient = 0.0, np.zeros_like(gradients[0])
    for n, x, g in zip(counts, losses, gradients, strict=True):
        if n:
            loss += n / total * x
            gradient = gradient + n / total * g
    return loss, gradient


def accumulate_gradients__other(losses, gradients, targets):
    """Sums first, and one division."""
    n = np.array([np.count_nonzero(t >= 0) for t in targets])
    counted = n > 0
    total = max(int(n.sum()), 1)
    loss = np.sum(n[counted] * np.array(losses)[counted]) / total
    stack = np.stack(gradients)[counted]
    return float(loss), np.einsum("m,m...->...", n[counted].astype(float), stack) / total


def accumulate_gradients__float32(losses, gradients, targets):
    """All in float32."""
    n = [np.float32((t != -1).sum()) for t in targets]
    total = max(sum(n), np.float32(1))
    loss, gradient = np.float32(0), np.zeros(gradients[0].shape, np.float32)
    for k, x, g in zip(n, losses, gradients, strict=True):
        if k > 0:
            loss += k / total * np.float32(x)
            gradient += k / total * g.astype(np.float32)
    return loss, gradient


def counted_probabilities__loops(ids, context, vocab_size):
    """A loop over orders, places and tokens."""
    p = [1 / vocab_size] * vocab_size
    for n in range(len(context) + 1):
        tail = context[len(context) - n :]
        counts = [0] * vocab_size
        for i in range(len(ids) - n):
            if all(ids[i + j] == tail[j] for j in range(n)):
                counts[ids[i + n]] += 1
        different = sum(c > 0 for c in counts)
        if different:
            p = [(c + different * q) / (sum(counts) + different) for c, q in zip(counts, p, strict=True)]
    return np.array(p)


def counted_probabilities__other(ids, context, vocab_size):
    """Recursion from the whole context down to none."""
    text = np.array(ids)

    def of(tail):
        n = len(tail)
        lower = of(tail[1:]) if n else np.full(vocab_size, 1 / vocab_size)
        if n >= len(text):
            return lower
        windows = np.lib.stride_tricks.sliding_window_view(text, n + 1)
        followed = windows[(windows[:, :-1] == np.array(tail, dtype=int)).all(axis=1), -1]
        if not len(followed):
            return lower
        d = len(set(followed.tolist()))
        return (np.bincount(followed, minlength=vocab_size) + d * lower) / (len(followed) + d)

    return of(list(context))


def counted_probabilities__float32(ids, context, vocab_size):
    """All in float32."""
    p = np.full(vocab_size, 1 / vocab_size, dtype=np.float32)
    for n in range(len(context) + 1):
        tail = list(context)[len(context) - n :]
        counts = np.zeros(vocab_size, dtype=np.float32)
        for end in range(n, len(ids)):
            if list(ids[end - n : end]) == tail:
                counts[ids[end]] += 1
        d = np.float32((counts > 0).sum())
        if d > 0:
            p = (counts + d * p) / (counts.sum() + d)
    return p
