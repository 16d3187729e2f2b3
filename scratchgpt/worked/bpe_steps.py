"""BPE with every step kept: all counts before a merge, ties and who wins them, a word while it is encoded.

The merges of the rule "earliest" are those of `worked.bpe.learn_merges`.
Source: Sennrich, Haddow and Birch 2016, Algorithm 1, which leaves ties open.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from ..tokenizer import ByteBPE
from ..tokenizer.bpe_train import count_pairs, merge_pair

Pair = tuple[Any, Any]
Rule = Callable[[Pair, int, Mapping[Any, int]], tuple[Any, ...]]


class MergeStep(NamedTuple):
    """One merge: `counts` of all pairs before it (in order of first occurrence), the `pair` that was taken,
    the other pairs that had the same count (`tied`), and the `words` as symbols after it."""

    counts: dict[Pair, int]
    pair: Pair
    tied: tuple[Pair, ...]
    words: list[tuple[list[Any], int]]


# Of pairs with the same count the one with the smallest key is merged. A key is made from the pair, its
# place in the order of first occurrence, and the ids of the symbols (the alphabet sorted, then as merged).
TIE_RULES: dict[str, Rule] = {
    "earliest": lambda pair, place, ids: (place,),
    "latest": lambda pair, place, ids: (-place,),
    "lowest ids": lambda pair, place, ids: (ids[pair[0]], ids[pair[1]]),
    "lowest letters": lambda pair, place, ids: pair,
    "shortest": lambda pair, place, ids: (len(pair[0] + pair[1]), place),
}


def merge_steps(
    words: Iterable[tuple[Sequence[Any], int]], n_merges: int, rule: str = "earliest"
) -> list[MergeStep]:
    """Learn up to `n_merges` merges and keep what one writes down on paper.

    words: (word as symbols, how often it occurs); rule: a name of TIE_RULES. Ends early when no pair occurs
    twice. Raises KeyError for a rule that there is not.

    >>> [step.pair for step in merge_steps([("low", 5), ("lowest", 2)], 2, "latest")]
    [('o', 'w'), ('l', 'ow')]
    """
    key, cut = TIE_RULES[rule], [(list(symbols), n) for symbols, n in words]
    ids = {symbol: i for i, symbol in enumerate(sorted({s for symbols, _ in cut for s in symbols}))}
    steps: list[MergeStep] = []
    while len(steps) < n_merges:
        counts = dict(count_pairs(cut))
        highest = max(counts.values(), default=0)
        if highest < 2:
            break
        place = {pair: i for i, pair in enumerate(counts)}
        candidates = [pair for pair, n in counts.items() if n == highest]
        best = min(candidates, key=lambda pair: key(pair, place[pair], ids))
        ids.setdefault(best[0] + best[1], len(ids))
        cut = [(merge_pair(symbols, best), n) for symbols, n in cut]
        steps.append(MergeStep(counts, best, tuple(pair for pair in candidates if pair != best), cut))
    return steps


def merged_symbols(steps: Iterable[MergeStep]) -> list[Any]:
    """Return the symbols that the steps make, the first merge first."""
    return [step.pair[0] + step.pair[1] for step in steps]


def encoding_steps(word: str, merges: Sequence[tuple[bytes, bytes]]) -> list[list[bytes]]:
    """Return a word as symbols: its single bytes, then after each merge; the last are its tokens.

    >>> encoding_steps("low", [(b"l", b"o"), (b"lo", b"w")])
    [[b'l', b'o', b'w'], [b'lo', b'w'], [b'low']]
    """
    rank = {pair: i for i, pair in enumerate(merges)}
    rows = [[bytes([byte]) for byte in word.encode()]]
    while possible := [pair for pair in pairwise(rows[-1]) if pair in rank]:
        rows.append(merge_pair(rows[-1], min(possible, key=lambda pair: rank[pair])))
    return rows


def with_fewer_merges(tokenizer: ByteBPE, n_merges: int) -> ByteBPE:
    """Return the tokenizer that training would have given had it stopped after `n_merges` merges.

    Merges are learned one after the other, so that each vocabulary contains all smaller ones. Its ids: bytes
    by value, merges in order, special tokens.
    """
    merges = tokenizer.merges[:n_merges]
    spelled = [bytes([b]) for b in range(256)] + [left + right for left, right in merges]
    tokens = {token: i for i, token in enumerate(spelled)}
    special = {name: len(tokens) + i for i, name in enumerate(tokenizer.special_tokens)}
    return ByteBPE(tokens, merges, special)


def bytes_per_token(tokenizer: ByteBPE, text: str) -> float:
    """Return how many bytes of a text one token spells on average; special tokens in it count as text."""
    return len(text.encode()) / len(tokenizer.encode_ordinary(text))


def longest_match(word: str, tokens: frozenset[bytes] | set[bytes]) -> list[bytes]:
    """Cut a word from left to right, each time with the longest token that fits: another rule than BPE's.

    tokens: the vocabulary, all 256 single bytes among them, else ValueError is raised where none fits.

    >>> bytes_only = {bytes([b]) for b in range(256)}
    >>> longest_match("aabc", bytes_only | {b"aa", b"ab", b"abc"})
    [b'aa', b'b', b'c']
    """
    data, cut, longest = word.encode(), [], max(map(len, tokens))
    while data:
        cut.append(next((data[:n] for n in range(longest, 0, -1) if data[:n] in tokens), b""))
        if not cut[-1]:
            raise ValueError(f"no token begins {data!r}")
        data = data[len(cut[-1]) :]
    return cut
