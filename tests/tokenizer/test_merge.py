"""Two ways to merge a word, the same ids; and long words in reasonable time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchgpt.tokenizer import ByteBPE
from scratchgpt.tokenizer.merge import merge_long, merge_short, merge_word

TOKENIZER = ByteBPE.train("aaaa aab abab bbb abcabc cab ccc " * 3 + "abcabcabcaaabbb" * 4, 280)
# Any table at all, also one that no training gives: repeated results, late parts, gaps in the ranks.
TABLES = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.integers(0, 99), st.integers(0, 5)),
    max_size=20,
)


@given(st.lists(st.integers(0, 2), max_size=80), TABLES)
def test_both_ways_agree(ids: list[int], table: dict) -> None:
    # One rank belongs to one merge.
    table = {pair: (rank * 100 + i, made) for i, (pair, (rank, made)) in enumerate(table.items())}
    assert merge_short(ids, table) == merge_long(ids, table) == merge_word(ids, table)


@given(st.text("abc ", max_size=200))
def test_both_ways_agree_on_a_trained_vocabulary(text: str) -> None:
    ids = list(text.encode())
    assert merge_short(ids, TOKENIZER._table) == merge_long(ids, TOKENIZER._table)


def test_lowest_rank_first_then_leftmost() -> None:
    table = {(1, 2): (1, 12), (2, 3): (0, 23)}
    assert merge_short([1, 2, 3], table) == [1, 23]
    assert merge_short([1, 1, 1], {(1, 1): (0, 11)}) == [11, 1]


def test_the_word_given_is_not_changed() -> None:
    ids = [1, 2] * 10
    merge_word(ids, {(1, 2): (0, 12)})
    assert ids == [1, 2] * 10


@pytest.mark.parametrize(
    "word", ["a" * 100_000, " " * 100_000, "0123456789" * 10_000, "abc" * 33_000, "é" * 50_000]
)
def test_long_words_take_no_quadratic_time(word: str) -> None:
    start = time.process_time()
    ids = TOKENIZER.encode(word)
    # The quadratic way takes minutes; a second of processor time is ten times what the heap needs.
    assert time.process_time() - start < 5
    assert TOKENIZER.decode(ids) == word
