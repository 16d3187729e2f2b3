"""Merging one word: computes `merge.merge_word`.

The merges lie in a hash table in one array: two 64-bit numbers per slot, the pair (left id, right id) and
what becomes of it (rank, merged id), so that one look-up touches one line of memory. As in the reference
there are two ways to the same ids: short words look for the lowest rank by going through the word, long
ones keep a heap.
"""

from collections.abc import Mapping

import numpy as np

from ...compiling import inlined, kernel

SHORT = 48  # bytes up to which a word is merged without a heap

_NONE = np.int64(-1)
_NEVER = np.int64(2**62)  # above every rank
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / the golden ratio: its multiples spread evenly
_32, _LOW = np.int64(32), np.int64(2**32 - 1)


def merge_slots(table: Mapping[tuple[int, int], tuple[int, int]]) -> np.ndarray:
    """Return {(left id, right id): (rank, merged id)} as (slots, 2) int64, slots a power of 2."""
    pairs = np.array(list(table), np.int64).reshape(-1, 2)  # (merges, 2)
    merges = np.array(list(table.values()), np.int64).reshape(-1, 2)  # (merges, 2)
    slots = np.full((1 << (2 * len(pairs) + 1).bit_length(), 2), _NONE)
    _insert(slots, pairs[:, 0] << 32 | pairs[:, 1], merges[:, 0] << 32 | merges[:, 1])
    return slots


@inlined
def _slot(pair, slots):
    """Return the slot that holds a pair, or the empty one where it would be."""
    mask = np.int64(len(slots) - 1)
    i = np.int64((np.uint64(pair) * _MIX) >> np.uint64(32)) & mask
    while slots[i, 0] != pair and slots[i, 0] != _NONE:
        i = (i + 1) & mask
    return i


@kernel()
def _insert(slots, pairs, merges):
    for k in range(len(pairs)):
        i = _slot(pairs[k], slots)
        slots[i, 0], slots[i, 1] = pairs[k], merges[k]


@inlined
def _merge_of(left, right, slots):
    """Return rank * 2^32 + merged id, or _NEVER."""
    i = _slot(np.int64(left) << _32 | np.int64(right), slots)
    return slots[i, 1] if slots[i, 0] != _NONE else _NEVER


@inlined
def merge_short(ids, n, slots, found):
    """Merge ids[:n] in place and return how many are left; `found` is room for n numbers.

    found[i] is the merge of ids[i] and ids[i + 1]; only the two beside a merge change.
    """
    for i in range(n - 1):
        found[i] = _merge_of(ids[i], ids[i + 1], slots)
    while n > 1:
        best, at = _NEVER, 0
        for i in range(n - 1):
            if found[i] < best:
                best, at = found[i], i
        if best == _NEVER:
            break
        ids[at] = best & _LOW
        n -= 1
        for i in range(at + 1, n):
            ids[i] = ids[i + 1]
            found[i - 1] = found[i]
        if at > 0:
            found[at - 1] = _merge_of(ids[at - 1], ids[at], slots)
        if at < n - 1:
            found[at] = _merge_of(ids[at], ids[at + 1], slots)
    return n


@inlined
def merge_long(ids, n, slots):
    """Do what merge_short does with a heap of rank * 2^32 + position, in n log n steps."""
    after, before = np.empty(n, np.int64), np.empty(n, np.int64)
    found = np.empty(n, np.int64)  # the merge of the symbol here and the next one that is still there
    heap, size = np.empty(3 * n, np.int64), 0
    for i in range(n):
        after[i], before[i] = i + 1, i - 1
        found[i] = _merge_of(ids[i], ids[i + 1], slots) if i + 1 < n else _NEVER
        size = _offer(heap, size, found[i], i)
    while size > 0:
        entry = heap[0]
        size = _drop_first(heap, size)
        i = entry & _LOW
        if found[i] >> _32 != entry >> _32:
            continue  # stale: one of the two has become part of another
        j = after[i]
        ids[i], ids[j] = found[i] & _LOW, _NONE
        found[i] = found[j] = _NEVER
        after[i] = after[j]
        if after[i] < n:
            before[after[i]] = i
        for left in (i, before[i]):
            if left >= 0 and after[left] < n:
                found[left] = _merge_of(ids[left], ids[after[left]], slots)
                size = _offer(heap, size, found[left], left)
    count = 0
    for i in range(n):
        if ids[i] != _NONE:
            ids[count] = ids[i]
            count += 1
    return count


@inlined
def _offer(heap, size, merge, position):
    if merge == _NEVER:
        return size
    entry = (merge >> _32) << _32 | position
    i = size
    while i > 0 and heap[(i - 1) >> 1] > entry:
        heap[i] = heap[(i - 1) >> 1]
        i = (i - 1) >> 1
    heap[i] = entry
    return size + 1


@inlined
def _drop_first(heap, size):
    size -= 1
    entry = heap[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= entry:
            break
        heap[i] = heap[child]
        i = child
    heap[i] = entry
    return size
