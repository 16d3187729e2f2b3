"""GPT-1's BPE on a vocabulary small enough to follow on paper."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchgpt.errors import UserError
from scratchgpt.tokenizer import GPT1BPE, StreamDecoder, decode_stream
from scratchgpt.tokenizer.word_cache import WordCache

MERGES = [("l", "o"), ("lo", "w</w>"), ("lo", "w"), ("e", "r</w>"), ("low", "er</w>"), ("'", "s</w>")]
NAMES = [
    "<unk>", *"lower'sat.?\u00e9\u03c3", *(f"{c}</w>" for c in "lower'sat.?\u00e9\u03c3"),
    *("".join(pair) for pair in MERGES), "\n</w>", "_start_",
]  # fmt: skip
TOKENS = {name: i for i, name in enumerate(dict.fromkeys(NAMES))}
SPECIAL = {name: TOKENS.pop(name) for name in ("<unk>", "_start_")}
HF = GPT1BPE(TOKENS, MERGES, SPECIAL)
ORIGINAL = GPT1BPE(TOKENS, MERGES, SPECIAL, text="original")
BOTH = pytest.mark.parametrize("tokenizer", [HF, ORIGINAL], ids=["transformers", "original"])
IDS = st.lists(st.integers(0, HF.vocab_size - 1))


def names(tokenizer: GPT1BPE, text: str) -> list[str]:
    by_id = {i: name for name, i in (TOKENS | SPECIAL).items()}
    return [by_id[i] for i in tokenizer.encode_ordinary(text)]


@BOTH
def test_only_the_last_symbol_ends_the_word(tokenizer: GPT1BPE) -> None:
    assert names(tokenizer, "low lower lowl") == ["low</w>", "lower</w>", "low", "l</w>"]
    assert names(tokenizer, "l") == ["l</w>"]
    assert names(tokenizer, "") == []


@BOTH
def test_case_does_not_count(tokenizer: GPT1BPE) -> None:
    assert names(tokenizer, "LOW Lower") == ["low</w>", "lower</w>"]


@BOTH
def test_every_unknown_character_is_one_unk(tokenizer: GPT1BPE) -> None:
    assert names(tokenizer, "z zz lozz\u4e00") == [*["<unk>"] * 3, "lo", *["<unk>"] * 3]
    assert names(tokenizer, "zlow") == ["<unk>", "low</w>"]


def test_the_treatments_differ_in_accents_contractions_and_line_breaks() -> None:
    text = "It's low.\n\nAt\u00e9"
    assert names(HF, text) == [
        "<unk>", "t</w>", "'</w>", "s</w>", "low</w>", ".</w>", "a", "t", "e</w>",
    ]  # fmt: skip
    assert names(ORIGINAL, text) == [
        "<unk>", "t</w>", "'s</w>", "low</w>", ".</w>", "\n</w>", "a", "t", "\u00e9</w>",
    ]  # fmt: skip


def test_sigma_at_the_end_of_a_word() -> None:
    """BERT lower-cases character by character; Python's lower(), which OpenAI used, knows the final form."""
    assert names(HF, "\u03a3\u03a3") == ["\u03c3", "\u03c3</w>"]
    assert names(ORIGINAL, "\u03a3\u03a3") == ["\u03c3", "<unk>"]


def test_special_tokens_are_refused_allowed_or_spelled() -> None:
    with pytest.raises(UserError, match=r"special token '<unk>' at position 4.*put a space inside it"):
        HF.encode("low <unk>")
    assert HF.encode("low_start_<unk>", allowed_special="all") == [TOKENS["low</w>"], SPECIAL["_start_"], 0]
    assert names(HF, "<unk>") == ["<unk>"] * 5
    assert HF.special_tokens == SPECIAL and HF.eot_id is None


def test_decode_puts_spaces_between_words_only() -> None:
    ids = [TOKENS[name] for name in ("low</w>", "lo", "w</w>", ".</w>")]
    assert HF.decode(ids) == "low low ."
    assert HF.decode([]) == ""
    assert HF.decode([0, *ids[:1], 0, *ids[:1]]) == "<unk>low <unk>low"
    assert HF.decode([ids[1]]) == "lo"


def test_a_line_break_has_no_spaces_beside_it() -> None:
    low, line = TOKENS["low</w>"], TOKENS["\n</w>"]
    assert HF.decode([low, line, low, low, line]) == "low\nlow low\n"
    assert HF.decode([line, line, low]) == "\n\nlow"


def test_token_bytes() -> None:
    assert HF.token_bytes(TOKENS["low</w>"]) == b"low "
    assert HF.token_bytes(TOKENS["low"]) == b"low"
    assert HF.token_bytes(TOKENS["\n</w>"]) == b"\n"
    assert HF.token_bytes(TOKENS["\u00e9</w>"]) == "\u00e9 ".encode()
    assert HF.token_bytes(0) == b"<unk>"


@given(IDS)
def test_pieces_joined_are_the_text(ids: list[int]) -> None:
    assert "".join(decode_stream(HF, ids)) == HF.decode(ids)


@given(IDS, IDS)
def test_a_continuation_begins_with_the_space_that_was_due(start: list[int], more: list[int]) -> None:
    decoder = StreamDecoder(HF, before=start[-1] if start else None)
    pieces = "".join([decoder.push(i) for i in more]) + decoder.finish()
    assert HF.decode(start) + pieces == HF.decode(start + more)


@pytest.mark.parametrize("token_id", [-1, HF.vocab_size])
def test_ids_outside_the_vocabulary(token_id: int) -> None:
    for wrong in (HF.decode, HF.token_bytes, StreamDecoder(HF).push, lambda i: StreamDecoder(HF, i)):
        with pytest.raises(UserError, match="outside the vocabulary"):
            wrong([token_id] if wrong == HF.decode else token_id)


@BOTH
@given(text=st.text(st.characters(codec=None), max_size=60))
def test_any_text_has_ids_and_they_decode(tokenizer: GPT1BPE, text: str) -> None:
    ids = tokenizer.encode_ordinary(text)
    assert all(0 <= i < tokenizer.vocab_size for i in ids)
    assert tokenizer.encode_ordinary(text) == ids
    tokenizer.decode(ids).encode()


WORDS = st.lists(st.sampled_from(["low", "lower", "a", "at", "lot", "sat", "e", "wee"]), max_size=12)


@BOTH
@given(words=WORDS)
def test_plain_words_come_back(tokenizer: GPT1BPE, words: list[str]) -> None:
    assert tokenizer.decode(tokenizer.encode(" ".join(words))) == " ".join(words)


@BOTH
def test_the_cache_changes_no_ids(tokenizer: GPT1BPE, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Low lower it's at lower low. " * 3
    expected = tokenizer.encode(text)
    monkeypatch.setattr(WordCache, "LIMIT", 2)
    monkeypatch.setattr(WordCache, "LONGEST", 3)
    again = tokenizer.with_text(tokenizer.text)
    assert again.encode(text) == again.encode(text) == expected
    assert len(again._cache) <= 2


@BOTH
@pytest.mark.parametrize(
    "chunk", ["(", "'", ".", "a.", "\n", " ", "\n ", "'s", ".'", "x:", "\u2665", "-", "low"]
)
def test_long_texts_take_no_quadratic_time(tokenizer: GPT1BPE, chunk: str) -> None:
    start = time.process_time()
    tokenizer.encode(chunk * 50_000)
    # The quadratic way takes minutes; this is ten times what is needed.
    assert time.process_time() - start < 5


@pytest.mark.parametrize("text", ["openai", "Original", "", None, 3, ["original"]])
def test_unknown_treatment(text) -> None:
    with pytest.raises(UserError, match="expected 'transformers' or 'original'"):
        GPT1BPE(TOKENS, MERGES, SPECIAL, text=text)
    with pytest.raises(UserError, match="expected 'transformers' or 'original'"):
        HF.with_text(text)


@pytest.mark.parametrize(
    ("tokens", "merges", "special", "message"),
    [
        (TOKENS | {"<unk>": 0}, MERGES, {"_start_": SPECIAL["_start_"]}, "has no <unk>"),
        (TOKENS, MERGES, SPECIAL | {"": 99}, "expected text that UTF-8 can write"),
        (TOKENS | {"_start_": 99}, MERGES, SPECIAL, "has the name of an ordinary token"),
        (TOKENS | {"</w>": 99}, MERGES, SPECIAL, "the token '</w>'"),
        (TOKENS | {"": 99}, MERGES, SPECIAL, "the token ''"),
        (TOKENS | {"a</w>b": 99}, MERGES, SPECIAL, "the token 'a</w>b'"),
        (TOKENS | {" ": 99}, MERGES, SPECIAL, "none of them white space"),
        (TOKENS | {"\r</w>": 99}, MERGES, SPECIAL, "none of them white space"),
        (TOKENS | {"\ud800": 99}, MERGES, SPECIAL, "that UTF-8 can write"),
        (TOKENS | {"zz": 99}, MERGES, SPECIAL, "No merge makes 1 tokens of the vocabulary, the first"),
        (TOKENS, MERGES[1:], SPECIAL, "No merge makes 1 tokens"),
        (TOKENS, [*MERGES, ("a", "t")], SPECIAL, "Merge 6 ('a' + 't') needs the token 'at'"),
        (TOKENS, [*MERGES, ("q", "t")], SPECIAL, "needs the token 'q'"),
        (TOKENS, [*MERGES, ("a</w>", "t")], SPECIAL, "needs the token 'a</w>t'"),
        (TOKENS | {"z": 99}, MERGES, SPECIAL, "is missing"),
        (TOKENS | {"z": 1}, MERGES, SPECIAL, "stands for two tokens"),
        (TOKENS | {"z": -1}, MERGES, SPECIAL, "stands for two tokens"),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit(tokens: dict, merges: list, special: dict, message: str) -> None:
    with pytest.raises(UserError) as error:
        GPT1BPE(tokens, merges, special)
    text = str(error.value)
    assert message in text and "\n" not in text and len(text) < 400
