"""GPT-2's pattern as a loop over UTF-8 bytes: computes `split.split`, one word after another.

The pattern asks four things of a character: letter, number, white space or none of these. The answers lie
in a table with a byte per code point, filled from the `regex` package itself, so that both always agree. A
loop that walks along a run of one kind then needs no backtracking: the only place where the pattern looks
ahead is white space, whose last character is left to the word that follows.

Measured on tiny Shakespeare (1.1 MB, 298,000 words), the split alone: 101 ms before, 7 ms after.
"""

import functools

import numpy as np
import regex

from ...compiling import inlined

OTHER, LETTER, NUMBER, WHITE = 0, 1, 2, 3

_APOSTROPHE, _SPACE = ord("'"), ord(" ")
_S, _T, _M, _D, _R, _E, _V, _L = (ord(c) for c in "stmdrevl")
_SURROGATES = slice(0xD800, 0xE000)


@functools.cache
def kinds() -> np.ndarray:
    """Return the kind of every code point, (0x110000,) uint8; 30 ms, once in a process."""
    codes = np.arange(0x110000, dtype="<u4")
    codes[_SURROGATES] = ord("\ufffd")  # a surrogate is no character; text has none left
    every = codes.tobytes().decode("utf-32-le")
    table = np.full(len(codes), OTHER, np.uint8)
    for kind, pattern in ((LETTER, r"\p{L}+"), (NUMBER, r"\p{N}+"), (WHITE, r"\s+")):
        for run in regex.finditer(pattern, every):
            table[run.start() : run.end()] = kind
    table.flags.writeable = False
    return table


@inlined
def word_end(text, i, n, kinds):
    """Return where the word ends that begins at byte i of text[:n], which is whole UTF-8 characters."""
    if text[i] == _APOSTROPHE:
        j = _ending(text, i, n)
        if j > i:
            return j
    kind, j = _character(text, i, kinds)
    if text[i] == _SPACE and j < n:
        next_kind, after = _character(text, j, kinds)
        if next_kind != WHITE:  # the space belongs to the word
            kind, j = next_kind, after
    last = i  # where the run's last character begins
    while j < n:
        next_kind, after = _character(text, j, kinds)
        if next_kind != kind:
            break
        last, j = j, after
    if kind == WHITE and j < n and last > i:
        return last
    return j


@inlined
def _ending(text, i, n):
    """Return the end of 's, 't, 'm, 'd, 're, 've or 'll at i, or i where there is none of them."""
    if i + 1 < n:
        a = text[i + 1]
        if a in (_S, _T, _M, _D):
            return i + 2
        if i + 2 < n:
            b = text[i + 2]
            if (b == _E and a in (_R, _V)) or (b == _L and a == _L):
                return i + 3
    return i


@inlined
def _character(text, i, kinds):
    """Return (kind, where the next one begins) of the UTF-8 character that begins at i."""
    a = np.int64(text[i])
    if a < 0x80:
        return kinds[a], i + 1
    b = np.int64(text[i + 1]) & 0x3F
    if a < 0xE0:
        return kinds[(a & 0x1F) << 6 | b], i + 2
    c = np.int64(text[i + 2]) & 0x3F
    if a < 0xF0:
        return kinds[(a & 0x0F) << 12 | b << 6 | c], i + 3
    d = np.int64(text[i + 3]) & 0x3F
    return kinds[(a & 0x07) << 18 | b << 12 | c << 6 | d], i + 4
