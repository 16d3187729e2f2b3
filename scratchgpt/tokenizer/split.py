"""How GPT-2 cuts text into words, the pieces that BPE never merges across."""

from collections.abc import Iterator

import regex

# Left to right, the first alternative that matches wins. `regex` and not `re`, because `re` knows
# neither \p{L} (a letter of any script) nor \p{N} (any digit or number). Every character falls under
# one alternative, so nothing is lost. Source: Radford et al. 2019, section 2.2, and openai/gpt-2.
GPT2_PATTERN = "|".join(
    (
        r"'s|'t|'re|'ve|'m|'ll|'d",  # English endings; lower case only, as GPT-2 has it
        r" ?\p{L}+",  # letters, with the one space before them: " word" is one piece
        r" ?\p{N}+",  # digits
        r" ?[^\s\p{L}\p{N}]+",  # punctuation and everything else that is not white space
        r"\s+(?!\S)",  # white space, but its last character stays when a word follows ...
        r"\s+",  # ... to be that word's space; what is left is a lone newline or tab
    )
)
_WORD = regex.compile(GPT2_PATTERN)

# White space after something else always begins a word, so no word crosses the place between them.
_CUT = regex.compile(r"\S(?=[ \n])")


def split(text: str) -> list[str]:
    """Return the words of `text` under GPT-2's pattern; joined they are the text again.

    >>> split("It's 3 o'clock,  dear")
    ['It', "'s", ' 3', ' o', "'", 'clock', ',', ' ', ' dear']

    Half a surrogate pair, which UTF-8 cannot write, becomes U+FFFD first (as in tiktoken). What counts
    as a letter follows the Unicode version of the `regex` package: a character that is newer than the
    one another program was built for may be cut differently there.
    """
    return _WORD.findall(well_formed(text))


def chunks(text: str, size: int = 1 << 20) -> Iterator[str]:
    """Yield `text` in parts of about `size` characters, at least, that have the words of the whole.

    So what a long text needs besides itself stays small. A text without spaces and newlines is one part.

    >>> list(chunks("one two  three", size=4))
    ['one two', '  three']
    """
    start = 0
    while len(text) - start > size and (cut := _CUT.search(text, start + size)):
        yield text[start : cut.end()]
        start = cut.end()
    if start < len(text):
        yield text[start:]


def well_formed(text: str) -> str:
    """Return the text as UTF-8 can write it: pairs of surrogates joined, halves made U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        # UTF-16 is where surrogates come from: it joins the pairs and replaces the lone halves.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
