"""The kernels for long texts: the ids of the plain way for every string, and when which way is taken."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import numpy as np
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from nasty_text import NASTY, SPACES, TALES, nasty_strings

from scratchgpt.tokenizer import ByteBPE, CharTokenizer, compiled, load
from scratchgpt.tokenizer.merge import merge_short
from scratchgpt.tokenizer.split import chunks, split

pytest.importorskip("numba")
from scratchgpt.tokenizer.compiled.encoding import Encoder
from scratchgpt.tokenizer.compiled.scanning import LETTER, NUMBER, OTHER, WHITE, kinds

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def small() -> ByteBPE:
    """A vocabulary that has merges in every kind of word, so that a wrong cut gives other ids."""
    tokenizer = ByteBPE.train([TALES[:20_000], "".join(Random(5).choices((*NASTY, *SPACES), k=3000))], 900)
    assert {b"  ", b" \n", b"..", b"'s", b"'ll"} <= {left + right for left, right in tokenizer.merges}
    return tokenizer


@pytest.fixture(autouse=True)
def plain_way(small: ByteBPE, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tokenizers take the plain way here unless a test says otherwise; `small` always does."""
    monkeypatch.setattr(compiled, "LONG", sys.maxsize)
    yield
    assert small._encoder is None


def encoder_of(tokenizer: ByteBPE) -> Encoder:
    return Encoder(tokenizer._byte_ids, tokenizer._table)


def encode(encoder: Encoder, text: str) -> list[int]:
    return [i for ids in encoder.encode(text) for i in ids.tolist()]


def test_the_kinds_are_those_of_the_pattern() -> None:
    codes = [c for c in [*range(0x3100), *range(0x3100, 0x110000, 97)] if not 0xD800 <= c < 0xE000]
    expected = [
        LETTER if regex.match(r"\p{L}", c) else NUMBER if regex.match(r"\p{N}", c)
        else WHITE if regex.match(r"\s", c) else OTHER
        for c in map(chr, codes)
    ]  # fmt: skip
    assert kinds()[codes].tolist() == expected
    assert set(expected) == {LETTER, NUMBER, WHITE, OTHER}


def test_random_strings(small: ByteBPE) -> None:
    encoder = encoder_of(small)
    texts = [*NASTY, *SPACES, *nasty_strings(10_000, seed=0)]
    assert [text for text in texts if encode(encoder, text) != small.encode_ordinary(text)] == []


@given(st.text() | st.text("ab' \n's1.é字\ud800"))
def test_any_string(small: ByteBPE, text: str) -> None:
    assert encode(encoder_of(small), text) == small.encode_ordinary(text)


@given(
    st.text("abcdef", max_size=20) | st.text("abcdef", min_size=49, max_size=120),
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 5)),
        st.tuples(st.integers(0, 99), st.integers(0, 5)),
        max_size=36,
    ),
)
def test_any_merges(word: str, table: dict) -> None:
    """Also tables that no training gives. Words above 48 bytes are merged with a heap."""
    table = {pair: (rank * 100 + i, made) for i, (pair, (rank, made)) in enumerate(table.items())}
    byte_ids = [max(b - ord("a"), 0) for b in range(256)]
    assert encode(Encoder(byte_ids, table), word) == merge_short([byte_ids[ord(c)] for c in word], table)


def test_a_vocabulary_without_merges() -> None:
    tokenizer = ByteBPE({bytes([255 - b]): b for b in range(256)}, [])
    for text in ("", "abc é 'll", "x" * 200):
        assert encode(encoder_of(tokenizer), text) == tokenizer.encode_ordinary(text)


@pytest.mark.parametrize(
    "word", ["a" * 100_000, " " * 100_000, "0123456789" * 10_000, "é" * 50_000, "thethe" * 9]
)
def test_long_words(small: ByteBPE, word: str) -> None:
    assert encode(encoder_of(small), word) == small.encode_ordinary(word)


def test_words_that_share_a_place_in_memory(small: ByteBPE) -> None:
    """More words than places, in two orders: newcomers drive out others all the time."""
    rng = Random(0)
    words = ["".join(rng.choices("aeinrst ", k=rng.randint(4, 15))) for _ in range(40_000)]
    encoder = encoder_of(small)
    for _ in range(2):
        text = "\n".join(words)
        assert encode(encoder, text) == small.encode_ordinary(text)
        rng.shuffle(words)


def test_two_threads_at_once(small: ByteBPE) -> None:
    encoder, halves = encoder_of(small), (TALES[: len(TALES) // 2], TALES[len(TALES) // 2 :])
    expected = [small.encode_ordinary(text) for text in halves]
    with ThreadPoolExecutor(2) as pool:
        for _ in range(20):
            assert list(pool.map(lambda text: encode(encoder, text), halves)) == expected


@given(st.text("ab '\n\t\u3000s1."), st.integers(1, 8))
def test_chunks_have_the_words_of_the_whole(text: str, size: int) -> None:
    parts = list(chunks(text, size))
    assert "".join(parts) == text and all(parts)
    assert [word for part in parts for word in split(part)] == split(text)


def test_chunks_are_short_where_the_text_allows_it() -> None:
    assert max(map(len, chunks(TALES, 1000))) < 1100
    assert list(chunks("x" * 3000, 1000)) == ["x" * 3000]


# Which way is taken.


def test_a_tokenizer_takes_the_kernels_once_the_texts_were_long(
    small: ByteBPE, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, fresh = TALES[:400], pickle.loads(pickle.dumps(small))
    expected = small.encode(text)
    monkeypatch.setattr(compiled, "LONG", 1000)
    for expect_kernels in (False, False, True, True):
        assert fresh.encode(text) == expected
        assert (fresh._encoder is not None) is expect_kernels
    copy = pickle.loads(pickle.dumps(fresh))
    assert copy.encode(text) == expected and copy._encoder is None


def test_without_numba_the_plain_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "LONG", 1)
    monkeypatch.setattr(compiled, "MANY", 1)
    monkeypatch.setattr(compiled, "works", lambda: False)
    fresh = ByteBPE.train(TALES[:20_000], 400)
    ids = fresh.encode(TALES[:1000])
    assert fresh._encoder is None and fresh.decode(ids) == TALES[:1000]


def test_broken_kernels_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled.works.cache_clear()
    monkeypatch.setitem(sys.modules, "scratchgpt.tokenizer.compiled.encoding", None)
    monkeypatch.delattr(compiled, "encoding")
    assert not compiled.works()
    compiled.works.cache_clear()


def test_a_short_text_loads_neither_numpy_nor_numba() -> None:
    code = (
        "import sys; from scratchgpt.tokenizer import load;"
        f"t = load({str(HERE / 'small_bpe')!r}); t.decode(t.encode('Once upon a time' * 99));"
        "print({'numpy', 'numba'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("long", [1, sys.maxsize])
def test_arrays_hold_the_ids(small: ByteBPE, monkeypatch: pytest.MonkeyPatch, long: int) -> None:
    expected = small.encode(TALES + "<|endoftext|>" + TALES, allowed_special="all")
    monkeypatch.setattr(compiled, "LONG", long)
    tokenizer = pickle.loads(pickle.dumps(small))
    arrays = list(tokenizer.encode_arrays(TALES + "<|endoftext|>" + TALES, allowed_special="all"))
    assert all(array.dtype == np.int32 for array in arrays)
    assert np.concatenate(arrays).tolist() == expected
    assert sum(map(len, tokenizer.encode_arrays(""))) == 0


def test_arrays_of_characters() -> None:
    tokenizer = CharTokenizer.train(TALES + "é\U0001f600")
    text = TALES * 5 + "é\U0001f600"
    arrays = list(tokenizer.encode_arrays(text))
    assert len(arrays) == 2 and all(array.dtype == np.int32 for array in arrays)
    assert np.concatenate(arrays).tolist() == tokenizer.encode(text)


# The staged texts, with the vocabulary of GPT-2.


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["tinyshakespeare/input.txt", "tinystories/tinystories_sample.txt", "gutenberg/[c-s]*.txt"]
)
def test_staged_texts(shared_data: Path, name: str) -> None:
    tokenizer = load(shared_data / "gpt2_bpe")
    assert isinstance(tokenizer, ByteBPE)
    encoder = encoder_of(tokenizer)
    for path in shared_data.glob(name):
        text = path.read_bytes().decode("utf-8", errors="replace")
        assert encode(encoder, text) == tokenizer.encode_ordinary(text), path.name
