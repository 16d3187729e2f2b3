"""Batches are a function of their number; encoding keeps documents apart and counts bytes."""

import numpy as np
import pytest

from scratchgpt.corpus import Batches, encode_documents, eval_batches, mask_tokens
from scratchgpt.corpus.read import Document
from scratchgpt.errors import UserError
from scratchgpt.tokenizer.characters import CharTokenizer


class Utf8Tokenizer:
    """Bytes plus an end-of-text token: the smallest tokenizer that has one."""

    vocab_size = 257
    eot_id = 256

    def encode(self, text):
        assert "<|endoftext|>" not in text
        return list(text.encode())

    def encode_arrays(self, text):
        yield np.array(self.encode(text), np.int32)


def document(text):
    return Document("", text, "", len(text.encode()))


@pytest.mark.parametrize("n_tokens", [9, 10, 16, 17, 18, 25, 100, 1001])
@pytest.mark.parametrize("batch_size", [1, 3, 7])
def test_batches_are_full_and_shifted_by_one(n_tokens, batch_size):
    batches = Batches(np.arange(n_tokens, dtype=np.uint16), batch_size, block_size=8, seed=3)
    for n in range(3 * batches.steps_per_epoch):
        ids, targets = batches.at(n)
        assert ids.shape == targets.shape == (batch_size, 8)
        assert ids.dtype == targets.dtype == np.int64
        # Token i is i, so a window is consecutive numbers and its targets are one more.
        np.testing.assert_array_equal(ids - ids[:, :1], np.arange(8)[None].repeat(batch_size, 0))
        np.testing.assert_array_equal(targets, ids + 1)
        assert targets.max() < n_tokens


def test_any_batch_can_be_asked_for_first():
    tokens = np.arange(500)
    one, other = (Batches(tokens, 4, 8, seed=1) for _ in range(2))
    forwards = [one.at(n)[0] for n in range(40)]
    for n in reversed(range(40)):
        np.testing.assert_array_equal(other.at(n)[0], forwards[n])
    assert not np.array_equal(Batches(tokens, 4, 8, seed=2).at(0)[0], forwards[0])


def test_an_epoch_visits_a_window_once_and_epochs_differ():
    batches = Batches(np.arange(1000), 5, 10, seed=0)
    steps = batches.steps_per_epoch
    assert steps == 98 // 5
    firsts = [np.concatenate([batches.at(e * steps + n)[0][:, 0] for n in range(steps)]) for e in range(20)]
    for starts in firsts:
        assert len(set(starts)) == 5 * steps
        assert len(set(starts % 10)) == 1
    assert len({starts[0] % 10 for starts in firsts}) > 4  # the phase changes
    assert [batches.epoch_of(n) for n in (0, steps - 1, steps)] == [0, 0, 1]


def test_every_token_is_reached():
    batches = Batches(np.arange(60), 2, 8, seed=0)
    seen = {int(t) for n in range(40 * batches.steps_per_epoch) for t in batches.at(n)[1].ravel()}
    assert seen == set(range(1, 60))


def test_the_order_is_the_same_everywhere():
    # Checkpoints keep one integer and rely on these numbers in every later version.
    first_tokens = Batches(np.arange(1000), 4, 10, seed=7).at(30)[0][:, 0]
    assert first_tokens.tolist() == [937, 47, 267, 287]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tokens": np.arange(8)}, "8 tokens, expected at least block_size \\+ 1 = 9"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"block_size": 0}, "block_size is 0"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_bad_batches(options, said):
    with pytest.raises(UserError, match=said):
        Batches(**{"tokens": np.arange(50), "batch_size": 2, "block_size": 8} | options)


def test_negative_batch_number():
    with pytest.raises(UserError, match="batch number is -1"):
        Batches(np.arange(50), 2, 8).at(-1)


@pytest.mark.parametrize("n_tokens", [2, 8, 9, 10, 24, 25, 26, 100])
def test_evaluation_covers_every_target_once(n_tokens):
    tokens = np.arange(n_tokens, dtype=np.uint16)
    batches = list(eval_batches(tokens, batch_size=3, block_size=8))
    targets = np.concatenate([t.ravel() for _, t in batches])
    ids = np.concatenate([i.ravel() for i, _ in batches])
    assert targets.dtype == ids.dtype == np.int64
    np.testing.assert_array_equal(targets[targets >= 0], np.arange(1, n_tokens))
    np.testing.assert_array_equal(ids[targets >= 0], np.arange(n_tokens - 1))
    assert not ids[targets < 0].any()
    assert (targets < 0).sum() < 8


def test_a_limit_spreads_evenly():
    batches = list(eval_batches(np.arange(1001), 1, 10, limit=4))
    assert [ids[0, 0] for ids, _ in batches] == [0, 250, 500, 750]
    assert len(list(eval_batches(np.arange(31), 1, 10, limit=9))) == 3


def test_bad_evaluation():
    with pytest.raises(UserError, match="1 tokens, expected at least 2"):
        eval_batches(np.arange(1), 2, 8)
    with pytest.raises(UserError, match="number of batches is 0"):
        eval_batches(np.arange(50), 2, 8, limit=0)


def test_documents_begin_with_the_end_of_text_token():
    done = []
    texts = [document("abc\n<|endoftext|>\ndéf"), document("0123456789")]
    encoded = encode_documents(texts, Utf8Tokenizer(), 0.1, done.append)
    # Of 21 characters 18 stay, the separator and its newline among them; of 10 nine stay.
    eot = 256
    assert encoded.train.tolist() == [eot, *b"abc\n", eot, *b"012345678"]
    assert encoded.val.tolist() == [eot, *"déf".encode(), eot, *b"9"]
    assert encoded.val_bytes == len("déf".encode()) + 1
    assert encoded.train.dtype == np.uint16
    assert sum(done) == sum(len(d.text) for d in texts)


def test_separators_inside_a_document():
    text = "one\n<|endoftext|>\ntwo\n"
    encoded = encode_documents([document(text + "3")], Utf8Tokenizer(), 1 / (len(text) + 1))
    assert encoded.train.tolist() == [256, *b"one\n", 256, *b"two\n"]
    assert encoded.val.tolist() == [256, *b"3"]


def test_characters_have_blank_lines_for_separators():
    text = "ab\n<|endoftext|>\nba" + "ab"
    encoded = encode_documents([document(text)], CharTokenizer.train("\nab"), 2 / len(text))
    assert encoded.train.tolist() == [1, 2, 0, 0, 2, 1]
    assert encoded.val.tolist() == [1, 2]


def test_bytes_are_those_of_what_is_predicted():
    """A separator is a token where there is one for it, and one newline where there is not."""
    text = "x" * 60 + "é\n<|endoftext|>\ny" + "<|endoftext|>\n"
    fraction = (len(text) - 60) / len(text)
    plain_text, raw_text = "é\n\ny", text[60:]
    encoded = encode_documents([document(text)] * 2, CharTokenizer.train("\nxyé"), fraction)
    assert (len(encoded.val), encoded.val_bytes) == (2 * len(plain_text), 2 * len(plain_text.encode()))
    encoded = encode_documents([document(text)] * 2, Utf8Tokenizer(), fraction)
    assert encoded.val_bytes == 2 * len(raw_text.encode())


@pytest.mark.parametrize("cut", range(3, 18))
def test_a_cut_inside_a_separator_makes_no_junk(cut):
    text = "ab\n<|endoftext|>\nba"
    fraction = (len(text) - cut) / len(text) - 1e-9
    encoded = encode_documents([document(text)], CharTokenizer.train("\nab"), fraction)
    assert (encoded.train.tolist(), encoded.val.tolist()) == ([1, 2, 0], [2, 1])
    encoded = encode_documents([document(text)], Utf8Tokenizer(), fraction)
    assert (encoded.train.tolist(), encoded.val.tolist()) == ([256, *b"ab\n"], [256, *b"ba"])


def test_large_vocabularies_need_four_bytes():
    class Large(Utf8Tokenizer):
        vocab_size = 2**16 + 1

    encoded = encode_documents([document("ab")], Large(), 0)
    assert encoded.train.dtype == encoded.val.dtype == np.uint32
    assert len(encoded.val) == 0


def test_masking_is_80_10_10():
    ids = np.random.default_rng(0).integers(0, 1000, size=(200, 500)).astype(np.uint16)
    rng = np.random.default_rng(1)
    inputs, targets = mask_tokens(ids, rng, mask_id=1000, vocab_size=1000, probability=0.15)
    chosen = targets >= 0
    assert chosen.mean() == pytest.approx(0.15, abs=0.005)
    np.testing.assert_array_equal(inputs[~chosen], ids[~chosen])
    np.testing.assert_array_equal(targets[chosen], ids[chosen])
    masked = inputs[chosen] == 1000
    kept = inputs[chosen] == ids[chosen]
    assert masked.mean() == pytest.approx(0.8, abs=0.01)
    assert kept.mean() == pytest.approx(0.1, abs=0.01)
    assert inputs.dtype == targets.dtype == np.int64
    again = mask_tokens(ids, np.random.default_rng(1), mask_id=1000, vocab_size=1000)
    np.testing.assert_array_equal(again[0], inputs)


def test_bad_mask_probability():
    with pytest.raises(UserError, match="mask probability is 2"):
        mask_tokens(np.zeros(3, int), np.random.default_rng(0), mask_id=0, vocab_size=2, probability=2)
