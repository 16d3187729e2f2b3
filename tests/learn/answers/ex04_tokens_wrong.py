"""Answers written from the stub file alone, before the mistakes were catalogued."""

from collections import Counter, defaultdict
from itertools import pairwise


def count_pairs__1(words):
    """Counted each pair once per word of the list and ignored how often the word occurs."""
    counts = Counter()
    for symbols, _ in words:
        counts.update(pairwise(symbols))
    return counts


def count_pairs__2(words):
    """Put all words into one long row, so that pairs across the ends of words are counted too."""
    row = [(s, n) for symbols, n in words for s in symbols]
    counts = {}
    for (a, n), (b, _) in pairwise(row):
        counts[a, b] = counts.get((a, b), 0) + n
    return counts


def count_pairs__3(words):
    """Made a set of the pairs of a word, so that a pair that stands in it twice counts once."""
    counts = defaultdict(int)
    for symbols, n in words:
        for pair in dict.fromkeys(pairwise(symbols)):
            counts[pair] += n
    return dict(counts)


def count_pairs__4(words):
    """Went on two symbols after a pair, so that neighbours that share a symbol are missed."""
    table = {}
    for symbols, n in words:
        i = 0
        while i + 1 < len(symbols):
            key = (symbols[i], symbols[i + 1])
            table[key] = table.get(key, 0) + n
            i += 2
    return table


def count_pairs__5(words):
    """Used the joined string as the key, not a tuple of two strings."""
    c = Counter()
    for symbols, n in words:
        for i in range(1, len(symbols)):
            c[symbols[i - 1] + symbols[i]] += n
    return c


def count_pairs__6(words):
    """Stopped one pair early, so that the last pair of each word is missing."""
    out = {}
    for symbols, n in words:
        for k in range(len(symbols) - 2):
            out.setdefault((symbols[k], symbols[k + 1]), 0)
            out[symbols[k], symbols[k + 1]] += n
    return out


def count_pairs__7(words):
    """Overwrote the count with that of the latest word in place of adding to it."""
    return {pair: n for symbols, n in words for pair in pairwise(symbols)}


def count_pairs__8(words):
    """Sorted each pair, so that 'ab' and 'ba' are counted as the same."""
    total = Counter()
    for symbols, n in words:
        for left, right in pairwise(symbols):
            total[tuple(sorted((left, right)))] += n
    return total


def count_pairs__9(words):
    """Returned the pairs sorted by count, not in the order in which they first occur."""
    total = Counter()
    for symbols, n in words:
        for pair in pairwise(symbols):
            total[pair] += n
    return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))


def merge_pair__1(symbols, pair):
    """Merged the first occurrence only."""
    for i, two in enumerate(pairwise(symbols)):
        if two == tuple(pair):
            return [*symbols[:i], pair[0] + pair[1], *symbols[i + 2 :]]
    return list(symbols)


def merge_pair__2(symbols, pair):
    """Used a symbol for two merges: 'aaa' becomes 'aa', 'aa'."""
    out, skip = [], False
    for i, s in enumerate(symbols):
        if i + 1 < len(symbols) and (s, symbols[i + 1]) == tuple(pair):
            out.append(s + symbols[i + 1])
            skip = True
        elif skip:
            skip = False
        else:
            out.append(s)
    return out


def merge_pair__3(symbols, pair):
    """Lost the last symbol of the word where it is not part of a merge."""
    result = []
    i = 0
    while i < len(symbols) - 1:
        if [symbols[i], symbols[i + 1]] == list(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def merge_pair__4(symbols, pair):
    """Worked in the caller's list with pop, and so modified symbols."""
    i = 0
    while i < len(symbols) - 1:
        if symbols[i] == pair[0] and symbols[i + 1] == pair[1]:
            symbols[i] = symbols[i] + symbols.pop(i + 1)
        i += 1
    return symbols


def merge_pair__5(symbols, pair):
    """Went from right to left, so that of 'aaa' the last two are merged."""
    out = []
    k = len(symbols) - 1
    while k >= 0:
        if k > 0 and symbols[k - 1] == pair[0] and symbols[k] == pair[1]:
            out.append(symbols[k - 1] + symbols[k])
            k -= 2
        else:
            out.append(symbols[k])
            k -= 1
    return out[::-1]


def merge_pair__6(symbols, pair):
    """Compared the joined strings, so that other symbols that join to the same string are merged as well."""
    left, right = pair
    joined, new, i = left + right, [], 0
    while i < len(symbols):
        if i + 1 < len(symbols) and symbols[i] + symbols[i + 1] == joined:
            new.append(joined)
            i += 2
        else:
            new.append(symbols[i])
            i += 1
    return new


def merge_pair__7(symbols, pair):
    """Replaced text in the word joined with spaces, which also finds parts of longer symbols."""
    if symbols and isinstance(symbols[0], bytes):
        return b" ".join(symbols).replace(b" ".join(pair), b"".join(pair)).split(b" ")
    return " ".join(symbols).replace(" ".join(pair), "".join(pair)).split(" ")


def merge_pair__8(symbols, pair):
    """Merged the two symbols in the opposite order too, 'ew' as well as 'we'."""
    it, out = list(symbols), []
    while it:
        if len(it) > 1 and {it[0], it[1]} == set(pair):
            out.append(it.pop(0) + it.pop(0))
        else:
            out.append(it.pop(0))
    return out


def merge_pair__9(symbols, pair):
    """Joined with an empty text string, which fails on byte strings."""
    out = []
    for s in symbols:
        if out and out[-1] == pair[0] and s == pair[1]:
            out[-1] = "".join([out[-1], s])
        else:
            out.append(s)
    return out


def _pairs(words):
    counts = Counter()
    for symbols, n in words:
        for pair in pairwise(symbols):
            counts[pair] += n
    return counts


def _merge(symbols, pair):
    out, i = [], 0
    while i < len(symbols):
        hit = tuple(symbols[i : i + 2]) == tuple(pair)
        out.append(pair[0] + pair[1] if hit else symbols[i])
        i += 2 if hit else 1
    return out


def learn_merges__1(words, n_merges):
    """Broke ties by the alphabet, not by the first occurrence."""
    words, merges = [(list(s), n) for s, n in words], []
    for _ in range(n_merges):
        counts = _pairs(words)
        if not counts or max(counts.values()) < 2:
            break
        best = min(counts, key=lambda p: (-counts[p], p))
        merges.append(best)
        words = [(_merge(s, best), n) for s, n in words]
    return merges


def learn_merges__2(words, n_merges):
    """Went on to merge pairs that occur only once."""
    learned = []
    current = [(list(s), n) for s, n in words]
    while len(learned) < n_merges and (counts := _pairs(current)):
        top = max(counts, key=counts.get)
        learned.append(top)
        current = [(_merge(s, top), n) for s, n in current]
    return learned


def learn_merges__3(words, n_merges):
    """Counted once at the beginning and took the most frequent pairs of that one count."""
    return [pair for pair, count in _pairs(words).most_common(n_merges) if count >= 2]


def learn_merges__4(words, n_merges):
    """Stopped already when the best pair occurs exactly twice."""
    merges = []
    pool = [[list(s), n] for s, n in words]
    for _ in range(n_merges):
        counts = _pairs(pool)
        best = max(counts, key=counts.__getitem__, default=None)
        if best is None or counts[best] <= 2:
            return merges
        for entry in pool:
            entry[0] = _merge(entry[0], best)
        merges.append(best)
    return merges


def learn_merges__5(words, n_merges):
    """Wrote the merged words back into the caller's list."""
    result = []
    for _ in range(n_merges):
        ranked = _pairs(words).most_common(1)
        if not ranked or ranked[0][1] < 2:
            break
        result.append(ranked[0][0])
        for i, (symbols, n) in enumerate(words):
            words[i] = (_merge(symbols, ranked[0][0]), n)
    return result


def learn_merges__6(words, n_merges):
    """Lost the frequencies: every word counts once."""
    texts, out = [list(s) for s, _ in words], []
    for _ in range(n_merges):
        c = Counter(p for t in texts for p in pairwise(t))
        if not c or c.most_common(1)[0][1] < 2:
            break
        pair = c.most_common(1)[0][0]
        out.append(pair)
        texts = [_merge(t, pair) for t in texts]
    return out


def learn_merges__7(words, n_merges):
    """Returned the merged strings, not the pairs."""
    words = [(list(s), n) for s, n in words]
    tokens = []
    while len(tokens) < n_merges:
        counts = _pairs(words)
        if not counts:
            break
        pair, count = counts.most_common(1)[0]
        if count < 2:
            break
        tokens.append("".join(pair))
        words = [(_merge(s, pair), n) for s, n in words]
    return tokens


def learn_merges__8(words, n_merges):
    """Called max on an empty count, which fails when every word is one symbol."""
    state, merges = [(list(s), n) for s, n in words], []
    for _ in range(n_merges):
        counts = _pairs(state)
        best = max(counts, key=counts.get)
        if counts[best] < 2:
            break
        merges += [best]
        state = [(_merge(s, best), n) for s, n in state]
    return merges


def learn_merges__9(words, n_merges):
    """Gave ties to the pair that occurs last (sorted is stable, and the last one is taken)."""
    merges, work = [], [(list(s), n) for s, n in words]
    for _ in range(n_merges):
        ordered = sorted(_pairs(work).items(), key=lambda item: item[1])
        if not ordered or ordered[-1][1] < 2:
            break
        merges.append(ordered[-1][0])
        work = [(_merge(s, merges[-1]), n) for s, n in work]
    return merges


def encode_word__1(word, merges):
    """Began with characters and not with bytes, so that a character outside of ASCII is one symbol."""
    parts = [c.encode() for c in word]
    ranks = {p: r for r, p in enumerate(merges)}
    while True:
        found = [p for p in pairwise(parts) if p in ranks]
        if not found:
            return parts
        parts = _merge(parts, min(found, key=ranks.get))


def encode_word__2(word, merges):
    """Merged the leftmost pair that is in merges, whenever it was learned."""
    known = set(merges)
    symbols = [bytes([b]) for b in word.encode("utf-8")]
    i = 0
    while i + 1 < len(symbols):
        if (symbols[i], symbols[i + 1]) in known:
            symbols[i : i + 2] = [symbols[i] + symbols[i + 1]]
            i = 0
        else:
            i += 1
    return symbols


def encode_word__3(word, merges):
    """Merged the pair that gives the longest token, not the one learned first."""
    tokens = [word.encode()[i : i + 1] for i in range(len(word.encode()))]
    while candidates := [p for p in pairwise(tokens) if p in merges]:
        longest = max(candidates, key=lambda p: len(p[0]) + len(p[1]))
        tokens = _merge(tokens, longest)
    return tokens


def encode_word__4(word, merges):
    """Took the longest known token from the left, again and again, without following the merges."""
    data, out, vocabulary = word.encode(), [], {a + b for a, b in merges}
    while data:
        length = max((len(t) for t in vocabulary if data.startswith(t)), default=1)
        out.append(data[:length])
        data = data[length:]
    return out


def encode_word__5(word, merges):
    """Merged the pair that was learned last (max of the rank)."""
    order = dict(zip(merges, range(len(merges)), strict=True))
    seq = list(map(lambda b: bytes((b,)), word.encode()))  # noqa: C417
    possible = [p for p in pairwise(seq) if p in order]
    while possible:
        seq = _merge(seq, max(possible, key=lambda p: order[p]))
        possible = [p for p in pairwise(seq) if p in order]
    return seq


def encode_word__6(word, merges):
    """Applied the merge rules in order, but each of them only to its first place in the word."""
    pieces = [bytes([b]) for b in word.encode()]
    for left, right in merges:
        for i in range(len(pieces) - 1):
            if pieces[i] == left and pieces[i + 1] == right:
                pieces[i : i + 2] = [left + right]
                break
    return pieces


def encode_word__7(word, merges):
    """Merged one round only: the first rule that applies, and then stopped."""
    raw = word.encode()
    symbols = [raw[i : i + 1] for i in range(len(raw))]
    neighbours = set(pairwise(symbols))
    for rule in merges:
        if rule in neighbours:
            return _merge(symbols, rule)
    return symbols


def encode_word__8(word, merges):
    """Cut the word into latin-1 bytes, not UTF-8, and so failed or went wrong outside of ASCII."""
    symbols = [bytes([b]) for b in word.encode("latin-1", errors="replace")]
    for rule in merges:
        symbols = _merge(symbols, rule)
    return symbols


def decode__1(ids, tokens):
    """Decoded each token by itself, so that a character cut between two tokens is destroyed."""
    return "".join(tokens[i].decode("utf-8", errors="replace") for i in ids)


def decode__2(ids, tokens):
    """Dropped the bytes that are not UTF-8 (errors='ignore') in place of marking them."""
    data = b""
    for i in ids:
        data += tokens[i]
    return data.decode("utf-8", "ignore")


def decode__3(ids, tokens):
    """Did not think of bytes that are not UTF-8: the decoder raises an error."""
    return str(b"".join(map(tokens.__getitem__, ids)), "utf-8")


def decode__4(ids, tokens):
    """Made a character of every single byte, as latin-1 does."""
    return "".join(chr(byte) for i in ids for byte in tokens[i])


def decode__5(ids, tokens):
    """Fell back to latin-1 for the whole text when some bytes are not UTF-8."""
    joined = bytes(byte for i in ids for byte in tokens[i])
    try:
        return joined.decode()
    except UnicodeDecodeError:
        return joined.decode("latin-1")


def decode__6(ids, tokens):
    """Cut the text at the first byte that is not UTF-8, and so lost the rest."""
    data = b"".join([tokens[k] for k in ids])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data[: error.start].decode("utf-8") + "\N{REPLACEMENT CHARACTER}"


def decode__7(ids, tokens):
    """Emptied the caller's list of ids with pop."""
    data = bytearray()
    while ids:
        data.extend(tokens[ids.pop(0)])
    return data.decode("utf-8", errors="replace")


def decode__8(ids, tokens):
    """Replaced a bad byte by a question mark and not by U+FFFD."""
    out = b"".join(tokens[i] for i in ids).decode("utf-8", errors="replace")
    return out.replace("\ufffd", "?")


def complete_text__1(data):
    """Dropped the incomplete character, and so lost the bytes that were to be kept."""
    return data.decode("utf-8", errors="ignore"), b""


def complete_text__2(data):
    """Kept every last character outside of ASCII as the rest, also when it is complete."""
    end = len(data)
    while end > 0 and 128 <= data[end - 1] <= 191:
        end -= 1
    if end > 0 and data[end - 1] >= 192:
        end -= 1
    return data[:end].decode(), data[end:]


def complete_text__3(data):
    """Looked at the last byte only, so that a character with two of three or four bytes fails."""
    if data and data[-1] >= 192:
        return data[:-1].decode("utf-8", "replace"), data[-1:]
    return data.decode("utf-8", "replace"), b""


def complete_text__4(data):
    """Took every longer character for two bytes long, and so called characters complete too early."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte < 128:
            break
        if byte >= 192:
            cut = len(data) - back if back < 2 else len(data)
            return data[:cut].decode("utf-8", "replace"), data[cut:]
    return data.decode("utf-8", "replace"), b""


def complete_text__5(data):
    """Stopped at the first byte outside of ASCII and called everything from there on the rest."""
    n = 0
    while n < len(data) and data[n] < 128:
        n += 1
    return data[:n].decode("ascii"), data[n:]


def complete_text__6(data):
    """Returned the rest as a string of replacement characters, not as bytes."""
    shown = data.decode("utf-8", errors="replace")
    text = shown.rstrip("\ufffd")
    return text, shown[len(text) :]


def complete_text__7(data):
    """Cut at the first U+FFFD of the shown text, so that a real U+FFFD is taken for a gap."""
    text = data.decode("utf-8", errors="replace")
    if "\ufffd" in text:
        text = text[: text.index("\ufffd")]
    return text, data[len(text.encode("utf-8")) :]


def complete_text__8(data):
    """Looked back two bytes at most, so that a four-byte character without its last byte is not seen."""
    lengths = {6: 2, 7: 3}
    for back in (1, 2):
        if back <= len(data) and data[-back] >= 192:
            need = 4 if data[-back] >= 240 else lengths[data[-back] >> 5]
            if need > back:
                return data[:-back].decode("utf-8", "replace"), data[-back:]
    return data.decode("utf-8", "replace"), b""
