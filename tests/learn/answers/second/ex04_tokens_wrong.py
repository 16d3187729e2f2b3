"""Answers written from the stub file alone, before the mistakes were catalogued."""

from collections import Counter
from itertools import pairwise


def _count(words):
    counts = {}
    for symbols, n in words:
        for pair in pairwise(symbols):
            counts[pair] = counts.get(pair, 0) + n
    return counts


def _merge(symbols, pair):
    merged, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            merged.append(pair[0] + pair[1])
            i += 2
        else:
            merged.append(symbols[i])
            i += 1
    return merged


def count_pairs__1(words):
    """Counted every pair once per entry of the list and forgot that the word occurs n times."""
    counts = {}
    for symbols, _ in words:
        for i in range(len(symbols) - 1):
            pair = (symbols[i], symbols[i + 1])
            counts[pair] = counts.get(pair, 0) + 1
    return counts


def count_pairs__2(words):
    """Collected the pairs of a word in a set, so that a pair that a word holds twice counts once."""
    result = Counter()
    for symbols, n in words:
        for pair in set(pairwise(symbols)):
            result[pair] += n
    return result


def merge_pair__1(symbols, pair):
    """Did not skip the right symbol after a merge, so that it is used again."""
    out = []
    i = 0
    while i < len(symbols):
        if i + 1 < len(symbols) and symbols[i] == pair[0] and symbols[i + 1] == pair[1]:
            out.append(pair[0] + pair[1])
        else:
            out.append(symbols[i])
        i += 1
    return out


def merge_pair__2(symbols, pair):
    """Stopped the loop one symbol early, so that a last symbol that is not merged gets lost."""
    left, right = pair
    new, k = [], 0
    while k < len(symbols) - 1:
        if (symbols[k], symbols[k + 1]) == (left, right):
            new += [left + right]
            k += 2
        else:
            new += [symbols[k]]
            k += 1
    return new


def learn_merges__1(words, n_merges):
    """Broke ties by the alphabet (the larger pair wins), not by which pair occurs first."""
    words = [(list(s), n) for s, n in words]
    merges = []
    for _ in range(n_merges):
        counts = _count(words)
        if not counts:
            break
        best = max(counts, key=lambda p: (counts[p], p))
        if counts[best] < 2:
            break
        merges.append(best)
        words = [(_merge(s, best), n) for s, n in words]
    return merges


def learn_merges__2(words, n_merges):
    """Stopped only when no pair is left and went on merging pairs that occur once."""
    state = [(list(symbols), n) for symbols, n in words]
    learned = []
    while len(learned) < n_merges:
        counts = _count(state)
        if len(counts) == 0:
            return learned
        pair = max(counts, key=counts.get)
        learned.append(pair)
        for i, (symbols, n) in enumerate(state):
            state[i] = (_merge(symbols, pair), n)
    return learned


def encode_word__1(word, merges):
    """Merged the leftmost pair that is in merges, not the one that was learned first."""
    symbols = [bytes([b]) for b in word.encode("utf-8")]
    known = set(merges)
    i = 0
    while i < len(symbols) - 1:
        if (symbols[i], symbols[i + 1]) in known:
            symbols[i : i + 2] = [symbols[i] + symbols[i + 1]]
            i = 0
        else:
            i += 1
    return symbols


def encode_word__2(word, merges):
    """Cut the word into characters at the start, not into bytes, so that an umlaut is one symbol."""
    parts = [ch.encode("utf-8") for ch in word]
    rank = {pair: r for r, pair in enumerate(merges)}
    while True:
        candidates = [p for p in pairwise(parts) if p in rank]
        if not candidates:
            return parts
        parts = _merge(parts, min(candidates, key=rank.get))


def decode__1(ids, tokens):
    """Decoded every token by itself, so that a character that is cut between two tokens is lost."""
    return "".join(tokens[i].decode("utf-8", errors="replace") for i in ids)


def decode__2(ids, tokens):
    """Dropped bytes that are not UTF-8 and did not write the replacement character."""
    data = b""
    for i in ids:
        data += tokens[i]
    return data.decode("utf-8", "ignore")


def complete_text__1(data):
    """Cut the rest off at the number of characters, not at the number of bytes of the text."""
    text = data.decode("utf-8", errors="ignore")
    return text, data[len(text) :]


def complete_text__2(data):
    """Tried at most two missing bytes at the end, but three of a four-byte character can be there."""
    for cut in range(3):
        end = len(data) - cut
        try:
            return data[:end].decode("utf-8"), data[end:]
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace"), b""
