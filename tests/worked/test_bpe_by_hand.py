"""BPE on paper: the numbers of the lesson, and the same answers as the package's own tokenizer."""

import doctest
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scratchgpt.worked.bpe
from scratchgpt.tokenizer import ByteBPE
from scratchgpt.tokenizer.bpe_train import count_pairs, merge_pair
from scratchgpt.tokenizer.bpe_train import learn_merges as learn_fast
from scratchgpt.tokenizer.split import split, well_formed
from scratchgpt.tokenizer.stream import StreamDecoder
from scratchgpt.worked.bpe import complete_text, decode, encode_word, learn_merges

TEXT = "low low low low low lowest lowest newer newer newer wider wider"
WORDS = list(Counter(TEXT.split()).items())
MIXED = "née café naïve ж🙂 12,5 € — low lower lowest «é» 日本語 newer"
BPE = ByteBPE.train([TEXT, MIXED, MIXED], vocab_size=300)
TOKENS = [BPE.token_bytes(i) for i in range(BPE.vocab_size)]


def _in_bytes(word):
    return [bytes([byte]) for byte in word.encode()]


def _joined(merges):
    return [left + right for left, right in merges]


def test_merges_of_the_paper_example():
    expected = ["lo", "low", "er", "ne", "new", "newer", "lowe", "lowes"]
    assert _joined(learn_merges(WORDS, 8)) == expected
    assert _joined(learn_merges(WORDS, 3)) == expected[:3]
    in_bytes = [(_in_bytes(word), n) for word, n in WORDS]
    assert _joined(learn_merges(in_bytes, 8)) == [token.encode() for token in expected]


def test_counts_and_ties_of_the_paper_example():
    words, steps = [(list(word), n) for word, n in WORDS], []
    for pair in learn_merges(WORDS, 8):
        counts = count_pairs(words)
        tie = list(counts.values()).count(counts[pair]) > 1
        steps.append(f"{''.join(pair)} {counts[pair]}{' tie' if tie else ''}")
        words = [(merge_pair(symbols, pair), n) for symbols, n in words]
    assert steps == [
        "lo 7 tie",
        "low 7",
        "er 5",
        "ne 3 tie",
        "new 3 tie",
        "newer 3",
        "lowe 2 tie",
        "lowes 2 tie",
    ]


def test_merges_of_the_paper_example_with_an_end_marker():
    marked = [(word + "_", n) for word, n in WORDS]
    assert _joined(learn_merges(marked, 8)) == ["lo", "low", "low_", "er", "er_", "ne", "new", "newer_"]


def test_the_alphabet_of_the_example_cannot_spell_another_word():
    alphabet = {letter for word, _ in WORDS for letter in word}
    assert sorted(set("unprecedented") - alphabet) == ["c", "p", "u"]
    assert b"".join(encode_word("unprecedented", [])) == b"unprecedented"  # bytes can


def test_training_ends_when_no_pair_occurs_twice():
    assert learn_merges([("ab", 2), ("cde", 1)], 5) == [("a", "b")]
    assert learn_merges([], 5) == []


def test_the_words_given_are_left_alone():
    words = [(["a", "b", "a", "b"], 3)]
    learn_merges(words, 2)
    assert words == [(["a", "b", "a", "b"], 3)]


@given(st.dictionaries(st.text("abc", min_size=1, max_size=9), st.integers(1, 9), max_size=8))
def test_both_trainings_agree_until_the_first_tie(counted):
    words = [(_in_bytes(word), n) for word, n in counted.items()]
    by_hand = learn_merges(words, 100)
    fast = list(learn_fast({word.encode(): n for word, n in counted.items()}))
    for mine, theirs in zip(by_hand, fast, strict=False):
        counts = count_pairs(words)
        if list(counts.values()).count(counts[mine]) > 1:
            return
        assert mine == theirs
        words = [(merge_pair(symbols, mine), n) for symbols, n in words]
    assert len(by_hand) == len(fast)


ANY_TEXT = st.text(st.sampled_from("lowernstabé€🙂 "), max_size=14) | st.text(max_size=6)


@given(ANY_TEXT)
def test_encoding_and_decoding_agree_with_the_tokenizer(text):
    text = well_formed(text)
    ids = BPE.encode_ordinary(text)
    assert [token for word in split(text) for token in encode_word(word, BPE.merges)] == [
        TOKENS[i] for i in ids
    ]
    assert decode(ids, TOKENS) == text


@given(st.lists(st.integers(0, BPE.vocab_size - 1), max_size=12))
def test_any_ids_decode_as_the_tokenizer_decodes_them(ids):
    assert decode(ids, TOKENS) == BPE.decode(ids)


@pytest.mark.parametrize("cut", range(len(MIXED.encode()) + 1))
def test_half_a_character_waits(cut):
    data = MIXED.encode()[:cut]
    text, rest = complete_text(data)
    assert MIXED.startswith(text)
    assert text.encode() + rest == data
    assert len(rest) < len(MIXED[len(text) : len(text) + 1].encode() or b" ")


@given(st.binary(max_size=12))
def test_of_any_bytes_the_same_text_comes_as_from_the_stream(data):
    decoder = StreamDecoder(BPE)
    streamed = "".join([decoder.push(byte) for byte in data])  # a byte's id is its value
    assert complete_text(data)[0] == streamed


def test_the_examples_in_the_docstrings_run():
    result = doctest.testmod(scratchgpt.worked.bpe)
    assert (result.attempted > 3, result.failed) == (True, 0)
