"""Text as it comes from a running model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchgpt.errors import UserError
from scratchgpt.tokenizer import ByteBPE, CharTokenizer, StreamDecoder, decode_stream

TOKENIZER = ByteBPE.train("naïve café 你好 😀😀 " * 4, 300)


@given(st.lists(st.integers(0, TOKENIZER.vocab_size - 1)))
def test_pieces_joined_are_the_text(ids: list[int]) -> None:
    assert "".join(decode_stream(TOKENIZER, ids)) == TOKENIZER.decode(ids)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_never_half_a_character(text: str) -> None:
    decoder, so_far = StreamDecoder(TOKENIZER), ""
    for b in text.encode():
        so_far += decoder.push(b)
        assert text.startswith(so_far)
    assert decoder.finish() == ""
    assert so_far == text


def test_a_character_comes_with_its_last_byte() -> None:
    decoder = StreamDecoder(ByteBPE({bytes([b]): b for b in range(256)}, []))
    assert [decoder.push(b) for b in "a😀".encode()] == ["a", "", "", "", "😀"]


def test_what_stays_incomplete_is_replaced_at_the_end() -> None:
    assert list(decode_stream(TOKENIZER, list("é".encode()[:1]))) == ["\ufffd"]


def test_pieces_come_as_soon_as_they_are_there() -> None:
    def endless():
        yield from CHARACTERS.encode("ab")
        raise AssertionError("asked for more than was needed")

    pieces = decode_stream(CHARACTERS, endless())
    assert [next(pieces), next(pieces)] == ["a", "b"]


CHARACTERS = CharTokenizer.train("ab")


def test_id_outside_the_vocabulary() -> None:
    with pytest.raises(UserError, match="outside the vocabulary"):
        StreamDecoder(CHARACTERS).push(2)
