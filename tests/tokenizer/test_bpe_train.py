"""Training: counts, ties, determinism, and equality with the plain algorithm."""

from collections import Counter
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchgpt.errors import UserError
from scratchgpt.tokenizer import ByteBPE
from scratchgpt.tokenizer.bpe_train import (
    LONGEST_WORD,
    Pair,
    count_pairs,
    count_words,
    learn_merges,
    merge_pair,
)

PAPER = "low low low low low lowest lowest newer newer newer wider wider"
WORDS = st.dictionaries(st.text("abc", min_size=1, max_size=9).map(str.encode), st.integers(1, 5), max_size=8)


def plain_merges(words: dict[bytes, int], min_frequency: int) -> list[Pair]:
    """The algorithm as one would write it down: recount everything after every merge."""
    table = [([bytes([b]) for b in word], n) for word, n in words.items()]
    merges: list[Pair] = []
    while counts := count_pairs(table):
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        if counts[best] < min_frequency:
            break
        merges.append(best)
        table = [(merge_pair(symbols, best), n) for symbols, n in table]
    return merges


def test_pair_counts_of_the_paper_example() -> None:
    counts = count_pairs([(word, n) for word, n in Counter(PAPER.split()).items()])
    expected = {
        "lo": 7,
        "ow": 7,
        "we": 5,
        "er": 5,
        "ne": 3,
        "ew": 3,
        "es": 2,
        "st": 2,
        "wi": 2,
        "id": 2,
        "de": 2,
    }
    assert {"".join(pair): n for pair, n in counts.items()} == expected


def test_merges_of_the_paper_example() -> None:
    words = {word.encode(): n for word, n in Counter(PAPER.split()).items()}
    merges = [b"".join(pair).decode() for pair in learn_merges(words)]
    # By hand, "earliest first occurrence" goes on with ne, new, newer; ours with the smallest bytes, ew.
    assert merges[:6] == ["lo", "low", "er", "ew", "ewer", "newer"]


def test_ties_go_to_the_smallest_left_bytes_then_the_smallest_right_bytes() -> None:
    assert next(learn_merges({b"ba": 3, b"ab": 3})) == (b"a", b"b")
    assert next(learn_merges({b"ac": 3, b"ab": 3})) == (b"a", b"b")
    assert next(learn_merges({b"\xff\x00": 3, b"\x01\x02": 3})) == (b"\x01", b"\x02")
    assert next(learn_merges({b"zz": 4, b"ab": 3})) == (b"z", b"z")


@given(WORDS, st.integers(1, 4))
def test_equals_the_plain_algorithm(words: dict[bytes, int], min_frequency: int) -> None:
    assert list(learn_merges(words, min_frequency)) == plain_merges(words, min_frequency)


@given(WORDS)
def test_no_token_is_made_twice(words: dict[bytes, int]) -> None:
    made = [left + right for left, right in learn_merges(words, 1)]
    assert len(made) == len(set(made))


@given(WORDS, st.randoms(use_true_random=False))
def test_order_of_the_text_does_not_matter(words: dict[bytes, int], random) -> None:
    shuffled = list(words.items())
    random.shuffle(shuffled)
    assert list(learn_merges(dict(shuffled))) == list(learn_merges(words))


def test_merge_pair_goes_from_left_to_right() -> None:
    symbols = [b"a"] * 5
    assert merge_pair(symbols, (b"a", b"a")) == [b"aa", b"aa", b"a"]
    assert merge_pair(symbols, (b"a", b"b")) == symbols
    assert merge_pair([], (b"a", b"a")) == []


def test_min_frequency_ends_training_early() -> None:
    assert ByteBPE.train("ab ab cd", 300, special_tokens=()).merges == ((b"a", b"b"),)
    everything = ByteBPE.train("ab ab cd", 300, special_tokens=(), min_frequency=1)
    assert [everything.token_bytes(i) for i in everything.encode(" cd")] == [b" cd"]


def test_ids_are_bytes_then_merges_then_special_tokens() -> None:
    tokenizer = ByteBPE.train("low low low", 260, special_tokens=("<|endoftext|>", "<pad>"))
    assert [tokenizer.token_bytes(i) for i in range(256)] == [bytes([b]) for b in range(256)]
    assert tokenizer.token_bytes(256) == b"lo"
    assert tokenizer.special_tokens == {"<|endoftext|>": 258, "<pad>": 259}
    assert tokenizer.vocab_size == 260


def test_special_tokens_separate_and_are_not_learned() -> None:
    text = "one<|endoftext|>two" * 9
    assert count_words(text, ["<|endoftext|>"]) == {b"one": 1, b"twoone": 8, b"two": 1}
    tokenizer = ByteBPE.train(text, 300)
    assert not any(b"endo" in left + right for left, right in tokenizer.merges)


def test_several_documents_count_like_their_words() -> None:
    assert count_words(["a b", "a b"]) == {b"a": 2, b" b": 2}


def test_a_long_word_is_counted_in_parts() -> None:
    words = count_words("x" * (3 * LONGEST_WORD + 5))
    assert words == {b"x" * LONGEST_WORD: 3, b"x" * 5: 1}
    assert next(learn_merges(words)) == (b"x", b"x")


def test_training_twice_gives_the_same_bytes(tmp_path) -> None:
    text = " ".join(f"{a}{b}" for a, b in pairwise(PAPER.split())) * 3
    for name in ("one", "two"):
        ByteBPE.train(text, 300).save(tmp_path / name)
    for file in ("vocab.json", "merges.txt", "tokenizer_config.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_merges_can_be_taken_one_at_a_time() -> None:
    words = count_words(PAPER)
    assert list(islice(learn_merges(words), 2)) == list(learn_merges(words))[:2]


def test_progress_bar(capsys: pytest.CaptureFixture[str]) -> None:
    quiet, shown = ByteBPE.train(PAPER, 262), ByteBPE.train(PAPER, 262, progress=True)
    assert quiet.merges == shown.merges
    assert "merges" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("", {"vocab_size": 300}, "empty"),
        ("<|endoftext|>", {"vocab_size": 300}, "empty"),
        ([], {"vocab_size": 300}, "empty"),
        ("a", {"vocab_size": 256}, "expected at least 257"),
        ("a", {"vocab_size": 300, "special_tokens": ("x", "x")}, "each name once"),
        ("a", {"vocab_size": 300, "special_tokens": ("",)}, "UTF-8 can write"),
        ("a", {"vocab_size": 300, "special_tokens": ("\ud800",)}, "UTF-8 can write"),
        ("a", {"vocab_size": 300, "special_tokens": "<pad>"}, "a tuple of names"),
        ("b", {"vocab_size": 300, "special_tokens": ("a",)}, "name of an ordinary token"),
    ],
)
def test_what_cannot_be_trained(text, options: dict, message: str) -> None:
    with pytest.raises(UserError, match=message):
        ByteBPE.train(text, **options)
