"""Answers written from the stub file alone, before the mistakes were catalogued."""

import codecs
from collections import Counter
from itertools import pairwise


def count_pairs__loops(words):
    """Index loops and a plain dict."""
    counts = {}
    for symbols, n in words:
        for i in range(len(symbols) - 1):
            pair = (symbols[i], symbols[i + 1])
            if pair not in counts:
                counts[pair] = 0
            counts[pair] += n
    return counts


def count_pairs__other(words):
    """A Counter that is updated with one Counter per word."""
    total = Counter()
    for symbols, n in words:
        total.update({pair: n * k for pair, k in Counter(pairwise(symbols)).items()})
    return total


def count_pairs__third(words):
    """First all pairs in order, as keys with 0, then a second pass that adds."""
    pairs = [(pair, n) for symbols, n in words for pair in zip(symbols, symbols[1:], strict=False)]  # noqa: RUF007
    counts = dict.fromkeys([pair for pair, _ in pairs], 0)
    for pair, n in pairs:
        counts[pair] = counts[pair] + n
    return counts


def merge_pair__loops(symbols, pair):
    """A while loop that goes on by one or two symbols."""
    out = []
    i = 0
    while i < len(symbols):
        if i + 1 < len(symbols) and symbols[i] == pair[0] and symbols[i + 1] == pair[1]:
            out.append(pair[0] + pair[1])
            i += 2
        else:
            out.append(symbols[i])
            i += 1
    return out


def merge_pair__other(symbols, pair):
    """Looks back at the symbol before, with a flag that tells whether it is still free."""
    left, right = pair
    out, free = [], False
    for symbol in symbols:
        if free and out[-1] == left and symbol == right:
            out[-1] = left + right
            free = False
        else:
            out.append(symbol)
            free = True
    return out


def merge_pair__third(symbols, pair):
    """Recursion on the rest behind the first occurrence."""
    for i in range(len(symbols) - 1):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            return [*symbols[:i], pair[0] + pair[1], *merge_pair__third(symbols[i + 2 :], pair)]
    return list(symbols)


def learn_merges__loops(words, n_merges):
    """Plain loops: count, search the best with >, merge."""
    words = [(list(symbols), n) for symbols, n in words]
    merges = []
    for _ in range(n_merges):
        best, best_count = None, 1
        for pair, count in count_pairs__loops(words).items():
            if count > best_count:
                best, best_count = pair, count
        if best is None:
            break
        merges.append(best)
        for i in range(len(words)):
            words[i] = (merge_pair__loops(words[i][0], best), words[i][1])
    return merges


def learn_merges__other(words, n_merges):
    """Counter.most_common, which keeps the order of first occurrence among equals."""
    texts, numbers, merges = [list(s) for s, _ in words], [n for _, n in words], []
    while len(merges) < n_merges:
        top = count_pairs__other(zip(texts, numbers, strict=True)).most_common(1)
        if not top or top[0][1] < 2:
            return merges
        merges.append(top[0][0])
        texts = [merge_pair__other(t, top[0][0]) for t in texts]
    return merges


def learn_merges__third(words, n_merges):
    """Recursion: the first merge, followed by the merges of the merged words."""
    counts = count_pairs__third(words)
    if n_merges <= 0 or not counts or max(counts.values()) < 2:
        return []
    best = sorted(counts, key=counts.get, reverse=True)[0]
    merged = [(merge_pair__third(list(s), best), n) for s, n in words]
    return [best, *learn_merges__third(merged, n_merges - 1)]


def encode_word__loops(word, merges):
    """Tries the merges in the order of learning and begins again from the first after each merge."""
    symbols = [bytes([byte]) for byte in word.encode("utf-8")]
    again = True
    while again:
        again = False
        for left, right in merges:
            if any(a == left and b == right for a, b in pairwise(symbols)):
                symbols = merge_pair__loops(symbols, (left, right))
                again = True
                break
    return symbols


def encode_word__other(word, merges):
    """Merges one place at a time: the lowest rank, and among equals the leftmost."""
    data = word.encode()
    symbols = [data[i : i + 1] for i in range(len(data))]
    while len(symbols) > 1:
        ranks = [merges.index(p) if p in merges else len(merges) for p in pairwise(symbols)]
        i = ranks.index(min(ranks))
        if ranks[i] == len(merges):
            break
        symbols = [*symbols[:i], symbols[i] + symbols[i + 1], *symbols[i + 2 :]]
    return symbols


def encode_word__third(word, merges):
    """One pass through the merges in the order of learning, enough for lists that come from learning."""
    symbols = [bytes([byte]) for byte in word.encode()]
    for pair in merges:
        symbols = merge_pair__other(symbols, pair)
    return symbols


def decode__loops(ids, tokens):
    """A loop that collects the bytes one by one."""
    data = []
    for i in ids:
        for byte in tokens[i]:
            data.append(byte)
    return bytes(data).decode("utf-8", errors="replace")


def decode__other(ids, tokens):
    """An incremental decoder that is fed token by token and told at the end that nothing follows."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    return "".join([decoder.decode(tokens[i]) for i in ids]) + decoder.decode(b"", final=True)


def decode__third(ids, tokens):
    """The constructor of str on the joined bytes."""
    return str(b"".join(tokens[i] for i in ids), "utf-8", "replace")


def complete_text__loops(data):
    """Walks through the characters from the beginning, by their first bytes."""
    start = 0
    while start < len(data):
        first = data[start]
        length = 1 if first < 128 else 2 if first < 224 else 3 if first < 240 else 4
        if start + length > len(data):
            break
        start += length
    return data[:start].decode("utf-8"), data[start:]


def complete_text__other(data):
    """Cuts off up to three bytes until the rest in front can be decoded."""
    for cut in range(len(data), max(len(data) - 4, -1), -1):
        try:
            return data[:cut].decode("utf-8"), data[cut:]
        except UnicodeDecodeError:
            continue
    return "", data


def complete_text__third(data):
    """Looks back for the first byte of the last character and compares how long it should be."""
    start = len(data) - 1
    while start >= 0 and 128 <= data[start] < 192:
        start -= 1
    if start < 0:
        return data.decode(), b""
    need = 1 + sum(data[start] >= bound for bound in (192, 224, 240))
    end = start if len(data) - start < need else len(data)
    return data[:end].decode(), data[end:]
