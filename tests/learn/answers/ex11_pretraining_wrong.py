"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np


def minhash_signature__1(shingle_set, a, b):
    """Took the smallest shingle first and hashed only that one."""
    place = shingle_set.min() * a + b
    return (place >> np.uint64(32)).astype(np.uint32)


def minhash_signature__2(shingle_set, a, b):
    """Took the largest place instead of the smallest."""
    places = a[:, None] * shingle_set + b[:, None]
    return np.array([int(p.max()) >> 32 for p in places])


def minhash_signature__3(shingle_set, a, b):
    """Kept the lower 32 bits of the smallest place."""
    places = np.outer(shingle_set, a) + b
    return (places.min(axis=0) & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def minhash_signature__4(shingle_set, a, b):
    """Returned all 64 bits."""
    return np.stack([(x * shingle_set + y).min() for x, y in zip(a, b, strict=True)])


def minhash_signature__5(shingle_set, a, b):
    """Took the minimum over the orders: one number per shingle."""
    places = shingle_set[:, None] * a[None, :] + b[None, :]
    return (places.min(axis=1) >> np.uint64(32)).astype(np.uint32)


def minhash_signature__6(shingle_set, a, b):
    """Forgot b."""
    places = a[:, np.newaxis] * shingle_set[np.newaxis, :]
    return np.right_shift(np.min(places, axis=1), np.uint64(32)).astype(np.int64)


def minhash_signature__7(shingle_set, a, b):
    """Exchanged factor and summand of the orders."""
    places = b[:, None] * shingle_set + a[:, None]
    return (places.min(axis=1) >> np.uint64(32)).astype(np.uint32)


def minhash_similarity__1(a, b):
    """Treated the signatures as sets: common numbers over all numbers."""
    x, y = set(a.tolist()), set(b.tolist())
    return len(x & y) / len(x | y)


def minhash_similarity__2(a, b):
    """Counted the numbers of a that stand anywhere in b."""
    return np.isin(a, b).mean()


def minhash_similarity__3(a, b):
    """Returned the number of agreements, not their share."""
    return int(sum(p == q for p, q in zip(a, b, strict=True)))


def minhash_similarity__4(a, b):
    """Returned the share of differences."""
    return np.not_equal(a, b).mean()


def minhash_similarity__5(a, b):
    """Took the Jaccard formula over the agreements: k / (2K - k)."""
    k = int((a == b).sum())
    return k / (2 * len(a) - k)


def next_token_batch__1(tokens, starts, block_size):
    """Did not shift the targets."""
    ids = np.stack([tokens[s : s + block_size] for s in starts]).astype(np.int64)
    return ids, ids.copy()


def next_token_batch__2(tokens, starts, block_size):
    """Shifted the targets the wrong way: the token before."""
    where = np.asarray(starts)[:, None] + np.arange(block_size)
    return tokens[where].astype(np.int64), tokens[where - 1].astype(np.int64)


def next_token_batch__3(tokens, starts, block_size):
    """Shifted by two."""
    where = starts[:, None] + np.arange(block_size)
    wide = np.append(tokens, tokens[-1:])
    return tokens[where], wide[np.minimum(where + 2, len(tokens))]


def next_token_batch__4(tokens, starts, block_size):
    """Rolled each window, so that the last target is the window's own first token."""
    ids = np.array([tokens[s : s + block_size] for s in starts], dtype=int)
    return ids, np.roll(ids, -1, axis=1)


def next_token_batch__5(tokens, starts, block_size):
    """Took consecutive windows from the first start instead of each start."""
    B = len(starts)
    first = int(starts[0])
    piece = np.resize(tokens[first:], B * block_size + 1).astype(np.int64)
    return piece[:-1].reshape(B, block_size), piece[1:].reshape(B, block_size)


def next_token_batch__6(tokens, starts, block_size):
    """Gave one target per window, the token behind it."""
    ids = np.stack([tokens[s : s + block_size] for s in starts])
    return ids, np.array([tokens[s + block_size] for s in starts])


def next_token_batch__7(tokens, starts, block_size):
    """Sorted the starts."""
    where = np.sort(starts)[:, None] + np.arange(block_size)
    return tokens[where].astype(int), tokens[where + 1].astype(int)


def accumulate_gradients__1(losses, gradients, targets):
    """Took the mean of the means."""
    return sum(losses) / len(losses), np.mean(gradients, axis=0)


def accumulate_gradients__2(losses, gradients, targets):
    """Weighted by all positions of a micro-batch, padding included."""
    sizes = np.array([t.size for t in targets], dtype=float)
    share = sizes / sizes.sum()
    return float(share @ np.array(losses)), sum(s * g for s, g in zip(share, gradients, strict=True))


def accumulate_gradients__3(losses, gradients, targets):
    """Took the target 0 for padding."""
    n = np.array([(t > 0).sum() for t in targets])
    total = max(n.sum(), 1)
    loss = sum(k * x for k, x in zip(n, losses, strict=True) if k) / total
    gradient = np.zeros_like(gradients[0])
    for k, g in zip(n, gradients, strict=True):
        if k:
            gradient = gradient + g * (k / total)
    return loss, gradient


def accumulate_gradients__4(losses, gradients, targets):
    """Summed the weighted means and did not divide by the tokens."""
    n = [int((t != -1).sum()) for t in targets]
    loss = sum(k * x for k, x in zip(n, losses, strict=True) if k)
    gradient = np.sum(
        [k * g if k else 0 * np.nan_to_num(g) for k, g in zip(n, gradients, strict=True)], axis=0
    )
    return loss, gradient


def accumulate_gradients__5(losses, gradients, targets):
    """Weighted the loss and added up the gradients as they are."""
    n = np.array([(t >= 0).sum() for t in targets])
    total = n.sum()
    if not total:
        return 0.0, np.zeros_like(gradients[0])
    return float(sum(k * x for k, x in zip(n, losses, strict=True) if k)) / total, sum(gradients)


def accumulate_gradients__6(losses, gradients, targets):
    """Weighted by the number of rows of a micro-batch."""
    rows = np.array([len(t) for t in targets], float)
    w = rows / rows.sum()
    return float(np.dot(w, losses)), np.tensordot(w, np.array(gradients), axes=1)


def accumulate_gradients__7(losses, gradients, targets):
    """Divided by zero where no micro-batch has a target."""
    n = np.array([np.count_nonzero(t != -1) for t in targets])
    keep = n > 0
    loss = (n * np.where(keep, losses, 0)).sum() / n.sum()
    gradient = sum(k * g for k, g in zip(n, gradients, strict=True) if k) / n.sum()
    return loss, gradient


def counted_probabilities__1(ids, context, vocab_size):
    """Used the last step only: plain shares of what followed the longest context that occurs."""
    for n in range(len(context), -1, -1):
        tail = context[len(context) - n :]
        counts = np.zeros(vocab_size)
        for i in range(n, len(ids)):
            if ids[i - n : i] == tail:
                counts[ids[i]] += 1
        if counts.sum():
            return counts / counts.sum()
    return np.full(vocab_size, 1 / vocab_size)


def counted_probabilities__2(ids, context, vocab_size):
    """Mixed in the lower order with the weight 1 instead of the number of different tokens."""
    p = np.ones(vocab_size) / vocab_size
    for n in range(len(context) + 1):
        tail = context[len(context) - n :]
        followed = [ids[i + n] for i in range(len(ids) - n) if ids[i : i + n] == tail]
        if followed:
            p = (np.bincount(followed, minlength=vocab_size) + p) / (len(followed) + 1)
    return p


def counted_probabilities__3(ids, context, vocab_size):
    """Took the first tokens of the context instead of the last."""
    p = np.full(vocab_size, 1.0 / vocab_size)
    for n in range(len(context) + 1):
        head = context[:n]
        counts = np.zeros(vocab_size)
        for i in range(len(ids) - n):
            if ids[i : i + n] == head:
                counts[ids[i + n]] += 1
        d = (counts > 0).sum()
        if d:
            p = (counts + d * p) / (counts.sum() + d)
    return p


def counted_probabilities__4(ids, context, vocab_size):
    """Mixed with equal probabilities at each step instead of with those of the step before."""
    p = np.full(vocab_size, 1.0 / vocab_size)
    for n in range(len(context) + 1):
        tail = context[len(context) - n :]
        counts = (
            np.bincount(
                [ids[i + n] for i in range(len(ids) - n) if ids[i : i + n] == tail], minlength=vocab_size
            )
            if len(ids) > n
            else np.zeros(vocab_size)
        )
        d = np.count_nonzero(counts)
        if d:
            p = (counts + d / vocab_size) / (counts.sum() + d)
    return p


def counted_probabilities__5(ids, context, vocab_size):
    """Added one to every count at each step (Laplace), and forgot the shorter contexts."""
    n = len(context)
    counts = np.ones(vocab_size)
    for i in range(len(ids) - n):
        if ids[i : i + n] == context:
            counts[ids[i + n]] += 1
    return counts / counts.sum()


def counted_probabilities__6(ids, context, vocab_size):
    """Left the step with no context out."""
    p = np.full(vocab_size, 1.0 / vocab_size)
    for n in range(1, len(context) + 1):
        tail = context[-n:]
        counts = np.zeros(vocab_size)
        for i in range(len(ids) - n):
            if ids[i : i + n] == tail:
                counts[ids[i + n]] += 1
        d = np.count_nonzero(counts)
        if d:
            p = (counts + d * p) / (counts.sum() + d)
    return p


def counted_probabilities__7(ids, context, vocab_size):
    """Went from the longest context to the shortest."""
    p = np.full(vocab_size, 1.0 / vocab_size)
    for n in reversed(range(len(context) + 1)):
        tail = context[len(context) - n :]
        counts = np.zeros(vocab_size)
        for i in range(len(ids) - n):
            counts[ids[i + n]] += ids[i : i + n] == tail
        d = np.count_nonzero(counts)
        if d:
            p = (counts + d * p) / (counts.sum() + d)
    return p
