"""Merges with their counts, ties and the rules that settle them; encoding step by step."""

import doctest
from collections import Counter
from itertools import pairwise

import pytest

import scratchgpt.worked.bpe_steps
from scratchgpt.tokenizer import ByteBPE
from scratchgpt.tokenizer.bpe_train import count_pairs
from scratchgpt.tokenizer.bpe_train import learn_merges as learn_fast
from scratchgpt.worked.bpe import encode_word, learn_merges
from scratchgpt.worked.bpe_steps import (
    TIE_RULES,
    bytes_per_token,
    encoding_steps,
    longest_match,
    merge_steps,
    merged_symbols,
    with_fewer_merges,
)

TEXT = "low low low low low lowest lowest newer newer newer wider wider"
WORDS = list(Counter(TEXT.split()).items())


def made(rule, n=8, words=WORDS):
    return merged_symbols(merge_steps(words, n, rule))


def test_the_first_counts_and_the_ties():
    steps = merge_steps(WORDS, 8)
    assert {"".join(pair): n for pair, n in steps[0].counts.items()} == {
        "lo": 7,
        "ow": 7,
        "we": 5,
        "er": 5,
        "ne": 3,
        "ew": 3,
        **dict.fromkeys(("es", "st", "wi", "id", "de"), 2),
    }
    assert [bool(step.tied) for step in steps] == [True, False, False, True, True, False, True, True]
    assert steps[0].tied == (("o", "w"),)
    assert steps[-1].words == [(["low"], 5), (["lowes", "t"], 2), (["newer"], 3), (["w", "i", "d", "er"], 2)]


def test_every_merge_saves_as_many_symbols_as_its_pair_occurs():
    length = sum(len(word) * n for word, n in WORDS)
    for step in merge_steps(WORDS, 8):
        shorter = sum(len(symbols) * n for symbols, n in step.words)
        assert shorter == length - step.counts[step.pair]
        length = shorter


def test_each_rule_gives_its_own_list():
    assert made("earliest") == [left + right for left, right in learn_merges(WORDS, 8)]
    assert made("lowest ids") == ["lo", "low", "er", "ew", "new", "newer", "der", "es"]
    ours = [left + right for left, right in learn_fast({word.encode(): n for word, n in WORDS})]
    assert [symbol.encode() for symbol in made("lowest letters", 99)] == ours
    marked = [(word + "_", n) for word, n in WORDS]
    assert made("earliest", words=marked) == ["lo", "low", "low_", "er", "er_", "ne", "new", "newer_"]


def test_one_rule_alone_makes_est_and_wid():
    assert [rule for rule in TIE_RULES if {"est", "wid"} <= set(made(rule, 10))] == ["shortest"]


def test_the_words_given_are_left_alone_and_the_end_comes_early():
    words = [(["a", "b", "c"], 3)]
    assert merged_symbols(merge_steps(words, 9)) == ["ab", "abc"]
    assert words == [(["a", "b", "c"], 3)]
    assert merge_steps([("ab", 1)], 3) == merge_steps([], 3) == []
    with pytest.raises(KeyError):
        merge_steps(WORDS, 1, "alphabetic")


BPE = ByteBPE.train([TEXT, "née café low lower newest wide " * 3], vocab_size=300)


def test_encoding_goes_from_bytes_to_tokens_one_merge_at_a_time():
    rows = encoding_steps("newest café", BPE.merges)
    assert rows[-1] == encode_word("newest café", BPE.merges)
    assert rows[0] == [bytes([byte]) for byte in "newest café".encode()]
    assert all(b"".join(row) == rows[0][0] + "ewest café".encode() for row in rows)
    assert all(len(after) < len(before) for before, after in pairwise(rows))


@pytest.mark.parametrize("n_merges", [0, 3, 11])
def test_fewer_merges_are_what_a_shorter_training_learns(n_merges):
    texts = [TEXT, "née café low lower newest wide " * 3]
    shorter, cut = ByteBPE.train(texts, 257 + n_merges), with_fewer_merges(BPE, n_merges)
    assert (cut.merges, cut.special_tokens) == (shorter.merges, shorter.special_tokens)
    assert cut.encode("newest café") == shorter.encode("newest café")


def test_bytes_per_token():
    assert bytes_per_token(with_fewer_merges(BPE, 0), "née") == 1
    assert bytes_per_token(BPE, "low low") == 7 / len(BPE.encode("low low")) > 1


def test_the_longest_match_is_another_rule():
    bytes_only = {bytes([b]) for b in range(256)}
    merges = [(b"b", b"c"), (b"a", b"b")]
    assert encode_word("abc", merges) == [b"a", b"bc"]
    assert longest_match("abc", bytes_only | {b"ab", b"bc"}) == [b"ab", b"c"]
    with pytest.raises(ValueError, match="no token begins"):
        longest_match("ab", {b"a"})


def test_counts_stand_in_the_order_of_first_occurrence():
    assert list(merge_steps(WORDS, 1)[0].counts) == list(count_pairs(WORDS))


def test_the_examples_in_the_docstrings_run():
    result = doctest.testmod(scratchgpt.worked.bpe_steps)
    assert (result.attempted > 3, result.failed) == (True, 0)
