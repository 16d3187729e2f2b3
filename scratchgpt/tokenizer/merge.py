"""Applying learned merges to one word: the pair with the lowest rank goes first.

Two ways to the same ids. `merge_short` is the definition; it looks at all pairs again after every
merge, which is fastest for the short words of real text and takes n^2 steps for a word of n bytes.
`merge_long` keeps the pairs in a heap and the symbols in a linked list, and takes n log n.
"""

import heapq
import sys
from collections.abc import Mapping
from itertools import pairwise

# (left id, right id) -> (rank, id of the merged token)
MergeTable = Mapping[tuple[int, int], tuple[int, int]]

LONG = 8  # bytes from which the heap is the faster of the two (measured; at 64 it is 4 times as fast)

NEVER = (sys.maxsize, -1)  # stands for a pair without a merge: above every rank


def merge_word(ids: list[int], table: MergeTable) -> list[int]:
    """Return the ids of a word, given the ids of its bytes, after all merges that apply."""
    return merge_short(ids, table) if len(ids) < LONG else merge_long(ids, table)


def merge_short(ids: list[int], table: MergeTable) -> list[int]:
    """Merge the leftmost pair of lowest rank until no pair is in the table."""
    ids = list(ids)
    while len(ids) > 1:
        found = [table.get(pair, NEVER) for pair in pairwise(ids)]
        best = min(found)
        if best is NEVER:
            break
        i = found.index(best)
        ids[i : i + 2] = [best[1]]
    return ids


def merge_long(ids: list[int], table: MergeTable) -> list[int]:
    """Do what merge_short does, with a heap of (rank, position of the left symbol, ...)."""
    ids, n = list(ids), len(ids)
    after = list(range(1, n + 1))  # position of the next symbol that is still there; n at the end
    before = list(range(-1, n - 1))
    heap: list[tuple[int, int, int, int, int]] = []

    def offer(i: int, j: int) -> None:
        merge = table.get((ids[i], ids[j]))
        if merge is not None:
            heapq.heappush(heap, (merge[0], i, ids[i], ids[j], merge[1]))

    for i in range(n - 1):
        offer(i, i + 1)
    while heap:
        _, i, left, right, merged = heapq.heappop(heap)
        j = after[i]
        # An entry is stale when one of its symbols has become part of another (-1: it is gone).
        if ids[i] != left or j == n or ids[j] != right:
            continue
        ids[i], ids[j] = merged, -1
        after[i] = after[j]
        if after[i] < n:
            before[after[i]] = i
            offer(i, after[i])
        if before[i] >= 0:
            offer(before[i], i)
    return [token for token in ids if token >= 0]
