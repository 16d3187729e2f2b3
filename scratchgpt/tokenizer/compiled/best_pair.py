"""The pair to merge next: a heap of (pair, count), the best on top.

The best pair is the one with the highest count; ties go to the pair whose left part is smallest as bytes,
then whose right part is, as in `bpe_train.learn_merges`.
"""

import numpy as np

from ...compiling import inlined
from . import columns as col


@inlined
def _compare(tokens, data, a, b):
    """Return a number below, at or above 0 as the bytes of token a come before, with or after those of b."""
    if a == b:
        return 0
    if tokens[a, col.PREFIX] != tokens[b, col.PREFIX]:
        return tokens[a, col.PREFIX] - tokens[b, col.PREFIX]
    start_a, start_b = tokens[a, col.START], tokens[b, col.START]
    length_a, length_b = tokens[a + 1, col.START] - start_a, tokens[b + 1, col.START] - start_b
    for k in range(min(length_a, length_b)):
        difference = np.int64(data[start_a + k]) - np.int64(data[start_b + k])
        if difference != 0:
            return difference
    return length_a - length_b


@inlined
def _better(pairs, tokens, data, a, count_a, b, count_b):
    if count_a != count_b:
        return count_a > count_b
    order = _compare(tokens, data, pairs[a, col.LEFT], pairs[b, col.LEFT])
    if order == 0:
        order = _compare(tokens, data, pairs[a, col.RIGHT], pairs[b, col.RIGHT])
    return order < 0


@inlined
def offer(pairs, heap, tokens, data, used, pair):
    """Put a pair and its count into the heap."""
    count, i = pairs[pair, col.COUNT], used[col.N_HEAP]
    used[col.N_HEAP] += 1
    while i > 0:
        parent = (i - 1) >> 1
        if not _better(pairs, tokens, data, pair, count, heap[parent, 0], heap[parent, 1]):
            break
        heap[i, 0], heap[i, 1] = heap[parent, 0], heap[parent, 1]
        i = parent
    heap[i, 0], heap[i, 1] = pair, count


@inlined
def best_pair(pairs, heap, tokens, data, used, min_frequency):
    """Return the best pair, which stays in the heap (until its count is found to be 0), or -1."""
    while used[col.N_HEAP] > 0:
        pair = heap[0, 0]
        count = pairs[pair, col.COUNT]
        if count >= min_frequency:
            if count == heap[0, 1]:
                return pair
        else:
            used[col.N_HEAP] -= 1
            pair, count = heap[used[col.N_HEAP], 0], heap[used[col.N_HEAP], 1]
        _sink(pairs, heap, tokens, data, used, pair, count)
    return col.NONE


@inlined
def _sink(pairs, heap, tokens, data, used, pair, count):
    """Put a pair in the place of the first one, and from there where it belongs."""
    i, child, size = 0, 1, used[col.N_HEAP]
    while child < size:
        other = child + 1
        if other < size and _better(
            pairs, tokens, data, heap[other, 0], heap[other, 1], heap[child, 0], heap[child, 1]
        ):
            child = other
        if not _better(pairs, tokens, data, heap[child, 0], heap[child, 1], pair, count):
            break
        heap[i, 0], heap[i, 1] = heap[child, 0], heap[child, 1]
        i, child = child, 2 * child + 1
    heap[i, 0], heap[i, 1] = pair, count
