"""The character tokenizer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchgpt.errors import UserError
from scratchgpt.tokenizer import CharTokenizer, load

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(TEXT)
def test_what_is_encoded_decodes_to_itself(text: str) -> None:
    tokenizer = CharTokenizer.train(text)
    ids = tokenizer.encode(text)
    assert len(ids) == len(text)
    assert tokenizer.decode(ids) == text
    assert tokenizer.decode_bytes(ids) == text.encode()


def test_vocabulary_is_the_sorted_set_of_characters() -> None:
    tokenizer = CharTokenizer.train("banana\n")
    assert tokenizer.characters == ("\n", "a", "b", "n")
    assert tokenizer.vocab_size == 4
    assert tokenizer.encode("nab\n") == [3, 1, 2, 0]


def test_common_interface() -> None:
    tokenizer = CharTokenizer.train("é")
    assert tokenizer.kind == "char"
    assert tokenizer.special_tokens == {}
    assert tokenizer.eot_id is None
    assert tokenizer.token_bytes(0) == "é".encode()
    assert repr(tokenizer) == "CharTokenizer(1 tokens, special: none)"


def test_special_names_are_plain_text() -> None:
    tokenizer = CharTokenizer.train("<|endoftext|>")
    assert tokenizer.decode(tokenizer.encode("<|endoftext|>", allowed_special="all")) == "<|endoftext|>"


def test_unknown_character_is_named_with_its_place() -> None:
    with pytest.raises(UserError, match=r"'é' \(U\+00E9\) at position 2 is not among the 3 characters"):
        CharTokenizer.train("abc").encode("abé")


@pytest.mark.parametrize("token_id", [-1, 3, 10**9])
def test_id_outside_the_vocabulary(token_id: int) -> None:
    with pytest.raises(UserError, match=f"Token id {token_id} is outside the vocabulary, expected 0 to 2"):
        CharTokenizer.train("abc").decode([0, token_id])


@pytest.mark.parametrize("characters", [[], ["ab"], [""], ["a", "a"], ["\ud800"]])
def test_impossible_vocabulary(characters: list[str]) -> None:
    with pytest.raises(UserError):
        CharTokenizer(characters)


def test_empty_text() -> None:
    with pytest.raises(UserError, match="empty"):
        CharTokenizer.train("")
    assert CharTokenizer.train("a").encode("") == []


@given(TEXT)
def test_save_and_load(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    tokenizer = CharTokenizer.train(text)
    folder = tmp_path_factory.mktemp("char")
    tokenizer.save(folder)
    loaded = load(folder)
    assert isinstance(loaded, CharTokenizer)
    assert loaded.characters == tokenizer.characters
