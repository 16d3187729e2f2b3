"""Lesson 04: BPE by hand: counting pairs, merging them, encoding, and bytes back to text.

Write a function, then run:   pytest exercises/ex04_tokens.py
Stuck?                        python -m scratchgpt.learn hint 04.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo


# 04.1  difficulty 1 of 5, importance 4 of 5, about 8 minutes
def count_pairs(words):
    """Count the neighbours: how often does each pair of symbols stand side by side?

    words: list of (symbols, n). symbols is one word, cut into strings: a list of strings, or a string, whose
    letters are then the symbols. n is how often the word occurs in the text, and each pair of the word counts
    so many times. Pairs lie inside words only. Symbols may share a neighbour: "aaa" holds the pair twice.
    Return a dict (or Counter): (left symbol, right symbol), a tuple of two strings -> count. Pairs that do
    not occur are not in it; their order in the dict does not matter. Do not modify words.

    >>> counts = count_pairs([("low", 5), ("lowest", 2), ("newer", 3), ("wider", 2)])
    >>> counts["l", "o"], counts["w", "e"], counts["e", "s"]
    (7, 5, 2)
    >>> dict(count_pairs([(["lo", "w"], 5), ("aaa", 1)]))
    {('lo', 'w'): 5, ('a', 'a'): 2}
    """
    # TODO 04.1: your code here (about 5 lines)
    raise Todo("04.1")


# 04.2  difficulty 2 of 5, importance 4 of 5, about 12 minutes
def merge_pair(symbols, pair):
    """Make one symbol of every occurrence of a pair.

    symbols: list of strings (or of byte strings), one word. pair: (left, right), two of such strings.
    Return a new list. Wherever the symbols left and right stand side by side, in this order, one symbol takes
    their place: the two joined. This goes from left to right, and a symbol is used once: of "aaa" the first
    two become "aa" and the third stays. All other symbols stay as they are. Do not modify symbols.

    >>> merge_pair(["n", "e", "w", "e", "r"], ("w", "e"))
    ['n', 'e', 'we', 'r']
    >>> merge_pair(["a", "a", "a", "a", "a"], ("a", "a"))
    ['aa', 'aa', 'a']
    >>> merge_pair([b"l", b"ow", b"lo", b"w"], (b"lo", b"w"))
    [b'l', b'ow', b'low']
    """
    # TODO 04.2: your code here (about 10 lines)
    raise Todo("04.2")


# 04.3  difficulty 3 of 5, importance 4 of 5, about 20 minutes, after 04.1, 04.2
def learn_merges(words, n_merges):
    """Learn a vocabulary: merge the most frequent pair of neighbours, count again, and so on.

    words: list of (symbols, n), as in 04.1. n_merges: how many merges to learn.
    Return a list of pairs (tuples of two strings), the first learned first. Each time the pair with the
    highest count is taken; when several have it, the one that occurs first: earliest word in the list, and in
    a word from left to right, as the symbols stand now. It is merged in every word, and counts are taken anew
    from the merged words. When no pair occurs at least twice, the list ends early. Do not modify words. Your
    count_pairs and merge_pair are at hand.

    >>> learn_merges([("low", 5), ("lowest", 2), ("newer", 3), ("wider", 2)], 6)
    [('l', 'o'), ('lo', 'w'), ('e', 'r'), ('n', 'e'), ('ne', 'w'), ('new', 'er')]
    >>> learn_merges([("zy", 2), ("ab", 2), ("cd", 1)], 9)
    [('z', 'y'), ('a', 'b')]
    """
    # TODO 04.3: your code here (about 10 lines)
    raise Todo("04.3")


# 04.4  difficulty 3 of 5, importance 5 of 5, about 20 minutes, after 04.2
def encode_word(word, merges):
    """Cut a word into tokens with merges that were learned before.

    word: a string, any characters. merges: list of pairs (left, right) of byte strings, the first learned
    first; they were learned as in 04.3 from words that were cut into single bytes.
    Return a list of byte strings: joined, they are the word in UTF-8. At the start every byte is a symbol by
    itself, so that a character outside of ASCII is two to four symbols. Then, among the pairs of neighbours
    that are in merges, always the one learned first is merged, wherever it stands in the word and however
    short it is (from left to right where it stands more than once), until no pair of neighbours is in merges.
    Do not modify merges. Your merge_pair is at hand.

    >>> encode_word("lower", [(b"l", b"o"), (b"lo", b"w"), (b"e", b"r"), (b"low", b"e")])
    [b'low', b'er']
    >>> encode_word("banana", [(b"a", b"n"), (b"b", b"an"), (b"an", b"a")])
    [b'ban', b'ana']
    >>> [list(token) for token in encode_word("né", [])]
    [[110], [195], [169]]
    """
    # TODO 04.4: your code here (about 8 lines)
    raise Todo("04.4")


# 04.5  difficulty 1 of 5, importance 4 of 5, about 8 minutes
def decode(ids, tokens):
    """Turn ids back into text.

    ids: list of integers. tokens: list of byte strings; the one at index i is what the id i stands for.
    Return a string: the bytes of all tokens, one after the other, read as UTF-8. Tokens are cut between
    bytes, not between characters, so one may end in the middle of a character and the next one complete it.
    Bytes that are not UTF-8 even so (a character that is never completed, a byte that cannot occur) become
    the replacement character U+FFFD, as many of them as Python's own decoder writes, and the rest of the text
    stays. Do not modify the arguments.

    >>> tokens = [b"ca", b"f", bytes([195]), bytes([169])]
    >>> decode([0, 1, 2, 3], tokens)
    'café'
    >>> decode([0, 1, 2], tokens)
    'caf�'
    """
    # TODO 04.5: your code here (about 2 lines)
    raise Todo("04.5")


# 04.6  difficulty 3 of 5, importance 3 of 5, about 15 minutes, after 04.5
def complete_text(data):
    """Show what can be shown: while a model writes, the last character may not be there in full.

    data: bytes, the beginning of a text in UTF-8, cut anywhere (between the bytes of a character too).
    Return (text, rest). text: a string, all characters that are complete. rest: bytes, what has come of a
    last character that is not complete; it is to be kept until more bytes come, and is b"" when nothing is
    missing. The text that data begins is valid, so nothing has to be replaced (a U+FFFD that is in it is a
    character like any other), and nothing is lost.

    How UTF-8 tells: a byte below 128 is a character by itself; the first byte of a longer character is at
    least 192 for two bytes, 224 for three, 240 for four; its other bytes lie between 128 and 191.

    >>> data = bytes([99, 97, 102, 195, 169])
    >>> complete_text(data) == ("café", b"")
    True
    >>> complete_text(data[:4]) == ("caf", data[3:4])
    True
    """
    # TODO 04.6: your code here (about 8 lines)
    raise Todo("04.6")
