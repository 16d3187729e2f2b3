"""ByteBPE: encoding, decoding, the guard, and what cannot be a vocabulary."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchgpt.errors import UserError
from scratchgpt.tokenizer import ByteBPE
from scratchgpt.tokenizer.word_cache import WordCache

TEXT = "the cat sat on the mat; the cat's hat, the rat's mat. naïve café\n\n  The End\n" * 3
TOKENIZER = ByteBPE.train(TEXT, 330, special_tokens=("<|endoftext|>", "<|end|>", "<|endoftext|><|pad|>"))
BYTES = {bytes([b]): b for b in range(256)}


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text(alphabet=TEXT))
def test_what_is_encoded_decodes_to_itself(text: str) -> None:
    ids = TOKENIZER.encode_ordinary(text)
    assert TOKENIZER.decode(ids) == text
    assert TOKENIZER.decode_bytes(ids) == text.encode()
    assert all(0 <= i < TOKENIZER.vocab_size for i in ids)


@given(st.binary())
def test_any_bytes_decode(data: bytes) -> None:
    ids = [BYTES[bytes([b])] for b in data]
    assert TOKENIZER.decode_bytes(ids) == data
    assert TOKENIZER.decode(ids) == data.decode("utf-8", errors="replace")


@given(st.text())
def test_half_surrogates_become_replacement_characters(text: str) -> None:
    well_formed = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert TOKENIZER.decode(TOKENIZER.encode_ordinary(text)) == well_formed


def test_text_of_the_training_becomes_short() -> None:
    assert [TOKENIZER.token_bytes(i) for i in TOKENIZER.encode(" the cat's")] == [b" the", b" cat", b"'s"]


def test_common_interface() -> None:
    assert TOKENIZER.kind == "bpe"
    assert TOKENIZER.eot_id == TOKENIZER.special_tokens["<|endoftext|>"]
    assert ByteBPE(BYTES, []).eot_id is None
    assert TOKENIZER.token_bytes(TOKENIZER.eot_id) == b"<|endoftext|>"
    assert TOKENIZER.encode("") == [] and TOKENIZER.decode([]) == ""
    assert "special: <|endoftext|>, <|end|>" in repr(TOKENIZER)


def test_special_tokens_are_a_copy() -> None:
    TOKENIZER.special_tokens.clear()
    assert len(TOKENIZER.special_tokens) == 3


def test_ids_may_be_a_numpy_array() -> None:
    ids = TOKENIZER.encode("the cat")
    assert TOKENIZER.decode(np.array(ids, dtype=np.uint16)) == "the cat"


@pytest.mark.parametrize("token_id", [-1, 330, 10**12])
def test_id_outside_the_vocabulary(token_id: int) -> None:
    with pytest.raises(UserError, match=f"Token id {token_id} is outside"):
        TOKENIZER.decode([token_id])


def test_special_tokens_in_text_are_refused() -> None:
    with pytest.raises(UserError, match=r"'<\|endoftext\|>' at position 4"):
        TOKENIZER.encode("the <|endoftext|>")
    with pytest.raises(UserError, match=r"'<\|end\|>' at position 13"):
        TOKENIZER.encode("<|endoftext|><|end|>", allowed_special={"<|endoftext|>"})


def test_special_tokens_that_are_allowed_become_their_ids() -> None:
    eot, end = TOKENIZER.eot_id, TOKENIZER.special_tokens["<|end|>"]
    the = TOKENIZER.encode("the")
    assert TOKENIZER.encode("<|endoftext|>the<|end|>", allowed_special="all") == [eot, *the, end]
    assert TOKENIZER.encode("the<|end|>", allowed_special=["<|end|>"]) == [*the, end]


def test_longest_special_token_wins() -> None:
    name = "<|endoftext|><|pad|>"
    assert TOKENIZER.encode(name, allowed_special="all") == [TOKENIZER.special_tokens[name]]
    assert TOKENIZER.encode(name, allowed_special={name}) == [TOKENIZER.special_tokens[name]]


def test_special_tokens_as_plain_text() -> None:
    ids = TOKENIZER.encode_ordinary("a<|endoftext|>")
    assert TOKENIZER.eot_id not in ids
    assert TOKENIZER.decode(ids) == "a<|endoftext|>"


@pytest.mark.parametrize("allowed", [{"<|endofttext|>"}, ["<pad>"], "<|endoftext|>", ""])
def test_allowed_special_must_name_special_tokens(allowed) -> None:
    with pytest.raises(UserError, match="allowed_special"):
        TOKENIZER.encode("a", allowed_special=allowed)


def test_cache_is_bounded_and_changes_no_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WordCache, "LIMIT", 3)
    monkeypatch.setattr(WordCache, "LONGEST", 4)
    tokenizer = ByteBPE(*parts(TOKENIZER))
    for _ in range(2):
        assert tokenizer.encode(TEXT) == TOKENIZER.encode(TEXT)
    assert len(tokenizer._cache) <= 3
    assert all(len(word) <= 4 for word in tokenizer._cache)


def test_pickle() -> None:
    copy = pickle.loads(pickle.dumps(TOKENIZER))
    assert copy.encode(TEXT + " new words") == TOKENIZER.encode(TEXT + " new words")


def parts(tokenizer: ByteBPE) -> tuple[dict[bytes, int], tuple, dict[str, int]]:
    special = tokenizer.special_tokens
    ordinary = set(range(tokenizer.vocab_size)) - set(special.values())
    return {tokenizer.token_bytes(i): i for i in ordinary}, tokenizer.merges, special


@pytest.mark.parametrize(
    ("tokens", "merges", "special", "message"),
    [
        ({}, [], {}, "no token for the byte 0x00"),
        ({b: i for b, i in BYTES.items() if b != b"a"}, [], {}, "no token for the byte 0x61"),
        (BYTES, [(b"a", b"b")], {}, "needs the token b'ab'"),
        (BYTES, [(b"ab", b"c")], {}, "needs the token b'ab'"),
        ({**BYTES, b"ab": 256}, [], {}, "No merge makes 1 tokens of the vocabulary, the first being b'ab'"),
        ({**BYTES, b"ab": 257}, [(b"a", b"b")], {}, "256 is missing"),
        ({**BYTES, b"ab": 7}, [(b"a", b"b")], {}, "7 stands for two tokens"),
        ({**BYTES, b"ab": -1}, [(b"a", b"b")], {}, "-1 stands for two tokens"),
        (BYTES, [], {"<x>": 255}, "255 stands for two tokens"),
        (BYTES, [], {"": 256}, "special token"),
        (BYTES, [], {"a": 256}, "name of an ordinary token"),
    ],
)
def test_parts_that_make_no_vocabulary(tokens, merges, special, message: str) -> None:
    with pytest.raises(UserError, match=message):
        ByteBPE(tokens, merges, special)
