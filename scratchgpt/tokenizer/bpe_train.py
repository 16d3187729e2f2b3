"""Learning a BPE vocabulary: count the pairs of neighbours, merge the most frequent, repeat.

Source: Sennrich, Haddow and Birch 2016, Algorithm 1, on bytes as in Radford et al. 2019. The text is
needed only for how often each word occurs: pairs are counted once per distinct word, and a merge
revisits only the words that hold its pair.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from . import compiled
from .special import special_pattern
from .split import chunks, split, well_formed

Pair = tuple[bytes, bytes]
S = TypeVar("S", bound=Hashable)

# A longer word is counted in parts: revisiting one endless word (a line of base64, a text without
# spaces) at every merge would take all the time, for merges that help nowhere else.
LONGEST_WORD = 512


def count_words(texts: str | Iterable[str], special_tokens: Iterable[str] = ()) -> Counter[bytes]:
    """Count the words of a text, or of several, under GPT-2's split pattern, as UTF-8.

    Special tokens in the text separate words and are not counted. Parts of a word longer than 512
    bytes are counted as words. What comes after the first half megabyte is counted by a kernel.
    """
    boundary = special_pattern(special_tokens)
    strings: Counter[str] = Counter()
    kernel, seen = None, 0
    for text in [texts] if isinstance(texts, str) else texts:
        for chunk in (chunk for piece in boundary.split(text)[::2] for chunk in chunks(piece)):
            seen += len(chunk)
            if kernel is None and seen >= compiled.LONG and compiled.works():
                from .compiled.counting import WordCounts

                kernel = WordCounts(LONGEST_WORD)
            if kernel is None:
                strings.update(split(chunk))
            else:
                kernel.add(well_formed(chunk))
    words: Counter[bytes] = Counter() if kernel is None else kernel.result()
    for string, n in strings.items():
        word = string.encode()
        for start in range(0, len(word), LONGEST_WORD):
            words[word[start : start + LONGEST_WORD]] += n
    return words


def count_pairs(words: Iterable[tuple[Sequence[S], int]]) -> Counter[tuple[S, S]]:
    """Count neighbouring symbols over (word as symbols, how often it occurs).

    >>> count_pairs([("low", 5), ("lowest", 2)]).most_common(3)
    [(('l', 'o'), 7), (('o', 'w'), 7), (('w', 'e'), 2)]
    """
    counts: Counter[tuple[S, S]] = Counter()
    for symbols, n in words:
        for pair in pairwise(symbols):
            counts[pair] += n
    return counts


def merge_pair(symbols: Sequence[bytes], pair: Pair) -> list[bytes]:
    """Return the symbols with every occurrence of the pair, from left to right, made into one."""
    left, right = pair
    merged: list[bytes] = []
    i, last = 0, len(symbols) - 1
    while i <= last:
        if i < last and symbols[i] == left and symbols[i + 1] == right:
            merged.append(left + right)
            i += 2
        else:
            merged.append(symbols[i])
            i += 1
    return merged


def learn_merges(words: Mapping[bytes, int], min_frequency: int = 2) -> Iterator[Pair]:
    """Yield merges, best first, until no pair occurs `min_frequency` times.

    The best pair is the one with the highest count; **ties** go to the pair whose left part is
    smallest as bytes, then whose right part is. The rule depends on the words and their counts alone,
    not on the order in which a text brings them. (The rule that is handy on paper, "earliest first
    occurrence", is another one: both merge the same pairs until the first tie.) From many words a kernel
    learns the same merges.
    """
    min_frequency = max(min_frequency, 1)
    if sum(map(len, words)) >= compiled.MANY and compiled.works():
        from .compiled.learning import learn

        yield from learn(words, min_frequency)
        return
    state = _PairTable(words)
    while (pair := state.pop_best(min_frequency)) is not None:
        yield pair
        state.merge(pair)


class _PairTable:
    """Pair counts that are kept up to date while words are merged."""

    def __init__(self, words: Mapping[bytes, int]) -> None:
        self.words: list[list[bytes]] = [[bytes([b]) for b in word] for word in words]
        self.frequency = list(words.values())
        self.counts = count_pairs(zip(self.words, self.frequency, strict=True))
        self.where: defaultdict[Pair, set[int]] = defaultdict(set)  # pair -> words that may hold it
        for i, symbols in enumerate(self.words):
            for pair in pairwise(symbols):
                self.where[pair].add(i)
        # A heap of (-count, pair) gives the highest count first and breaks ties as documented.
        self.heap = [(-n, pair) for pair, n in self.counts.items()]
        heapq.heapify(self.heap)

    def pop_best(self, min_frequency: int) -> Pair | None:
        """Remove and return the best pair, or None when its count is below `min_frequency`.

        Entries are corrected only when they reach the top. That is enough, because the count of a
        pair never rises after the merge that made its younger part: an entry is never too low.
        """
        while self.heap:
            negative, pair = self.heap[0]
            count = self.counts[pair]
            if count < min_frequency:
                heapq.heappop(self.heap)
            elif count < -negative:
                heapq.heapreplace(self.heap, (-count, pair))
            else:
                return heapq.heappop(self.heap)[1]
        return None

    def merge(self, pair: Pair) -> None:
        """Merge the pair in every word that holds it, and recount the pairs of those words."""
        token = pair[0] + pair[1]
        fresh: set[Pair] = set()
        for i in self.where.pop(pair):
            old, n = self.words[i], self.frequency[i]
            new = self.words[i] = merge_pair(old, pair)
            for neighbours in pairwise(old):
                self.counts[neighbours] -= n
            for neighbours in pairwise(new):
                self.counts[neighbours] += n
                if token in neighbours:
                    self.where[neighbours].add(i)
                    fresh.add(neighbours)
        for neighbours in fresh:
            heapq.heappush(self.heap, (-self.counts[neighbours], neighbours))
