"""The kernels that learn a vocabulary: the words and merges of the plain way, ties included."""

import sys
from collections import Counter
from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nasty_text import TALES, nasty_strings

from scratchgpt.tokenizer import ByteBPE, compiled
from scratchgpt.tokenizer.bpe_train import LONGEST_WORD, count_words, learn_merges

pytest.importorskip("numba")
from scratchgpt.tokenizer.compiled import learning
from scratchgpt.tokenizer.compiled.counting import WordCounts

# Few symbols: ties, runs of one symbol, and tokens whose first bytes are the same.
WORDS = st.dictionaries(st.text("ab\xff", max_size=24).map(lambda s: s.encode("latin-1")), st.integers(1, 4))


@pytest.fixture(autouse=True)
def plain_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "LONG", sys.maxsize)
    monkeypatch.setattr(compiled, "MANY", sys.maxsize)


@given(WORDS, st.integers(1, 4))
def test_any_words(words: dict[bytes, int], min_frequency: int) -> None:
    assert list(learning.learn(words, min_frequency)) == list(learn_merges(words, min_frequency))


def test_many_random_words() -> None:
    """Enough pairs and tokens that every array has to grow."""
    rng = Random(0)
    words = Counter(bytes(rng.choices(range(256), k=rng.randint(1, 5))) for _ in range(8_000))
    words += Counter(bytes(rng.choices(b"abc", k=rng.randint(1, 30))) for _ in range(1_000))
    merges = list(learning.learn(words, 1))
    assert merges == list(learn_merges(words, 1)) and len(merges) > 8_000


@pytest.mark.parametrize("word", [b"a" * 511, b"ab" * 300, b"aaab" * 99, b"\x00" * 64, b"aabaaabaaaab" * 20])
def test_runs(word: bytes) -> None:
    words = {word: 1, word[1:]: 1, word + b"a": 2}
    assert list(learning.learn(words, 1)) == list(learn_merges(words, 1))


@pytest.mark.parametrize("frequency", [1, 2, 50, 10**30])
def test_tales(frequency: int) -> None:
    words = count_words(TALES)
    merges = list(islice(learning.learn(words, frequency), 700))
    assert merges == list(islice(learn_merges(words, frequency), 700))


def test_the_order_of_the_words_does_not_matter() -> None:
    words = list(count_words(TALES[:50_000]).items())
    expected = list(learning.learn(dict(words), 2))
    Random(0).shuffle(words)
    assert list(learning.learn(dict(words), 2)) == expected


def test_nothing_to_learn() -> None:
    assert list(learning.learn({}, 1)) == list(learning.learn({b"": 3, b"a": 9}, 1)) == []


def test_slices_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C and the progress bar wait for one slice: a few merges, or one that visits many places."""
    slices, learn = [], learning._learn

    def watched(*arguments):
        slices.append(learn(*arguments))
        return slices[-1]

    monkeypatch.setattr(learning, "_learn", watched)
    merges = learning.learn(count_words(TALES), 2)
    assert next(merges) == (b" ", b"t") and len(slices) == 1
    assert len(list(islice(merges, 299))) == 299
    assert sum(n for n, _ in slices) >= 300 and max(n for n, _ in slices) <= 128


def counted(texts: list[str], longest: int = LONGEST_WORD) -> Counter[bytes]:
    words = WordCounts(longest)
    for text in texts:
        words.add(text)
    return words.result()


def test_counts() -> None:
    rng = Random(1)
    texts = [text.encode("utf-16", "replace").decode("utf-16") for text in nasty_strings(1000, seed=1)]
    texts += ["", TALES, "x" * 5000 + " " + "é" * 700, "", " ".join(str(rng.random()) for _ in range(3000))]
    assert counted(texts) == count_words(texts)
    assert counted([]) == {}


def test_kernels_and_plain_way_share_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first half megabyte is counted the plain way, the rest by the kernel."""
    texts = ["one\ud800<|endoftext|>two" * 9, TALES, TALES[5:] + "\udfff", "one"]
    expected = count_words(iter(texts), ["<|endoftext|>"])
    monkeypatch.setattr(compiled, "LONG", 300_000)
    assert count_words(iter(texts), ["<|endoftext|>"]) == expected


def test_training_takes_the_kernels_for_long_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = ByteBPE.train([TALES, TALES[::-1]], 900)
    monkeypatch.setattr(compiled, "LONG", 1)
    monkeypatch.setattr(compiled, "MANY", 1)
    monkeypatch.setattr("scratchgpt.tokenizer.bpe_train._PairTable", None)
    fast = ByteBPE.train([TALES, TALES[::-1]], 900, progress=True)
    assert fast.merges == plain.merges and fast.vocab_size == 900
