"""Words that were encoded before: text repeats its words, so most are found here."""

from collections.abc import Callable


class WordCache(dict[str, tuple[int, ...]]):
    """Word -> ids, computed when first asked for."""

    LIMIT = 1 << 16  # words; then the cache starts afresh, which keeps its memory bounded
    LONGEST = 64  # characters; longer words hardly ever come back

    def __init__(self, encode_word: Callable[[str], tuple[int, ...]]) -> None:
        super().__init__()
        self._encode_word = encode_word

    def __missing__(self, word: str) -> tuple[int, ...]:
        ids = self._encode_word(word)
        if len(word) <= self.LONGEST:
            if len(self) >= self.LIMIT:
                self.clear()
            self[word] = ids
        return ids
