"""Hugging Face's tokenizer.json: read when it is GPT-2's tokenizer, refused when it is another."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchgpt.errors import UserError
from scratchgpt.tokenizer import ByteBPE, load
from scratchgpt.tokenizer.vocabulary import printable_names

TOKENIZER = ByteBPE.train("low lower lowest newer wider " * 4, 270)
EOT = {"id": 269, "content": "<|endoftext|>", "single_word": False, "lstrip": False, "rstrip": False,
       "normalized": False, "special": True}  # fmt: skip


def described() -> dict:
    """Return what tokenizers writes for TOKENIZER."""
    ordinary = {TOKENIZER.token_bytes(i): i for i in range(269)}
    names, merges = printable_names(ordinary, TOKENIZER.merges)
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [EOT], "normalizer": None,
        "pre_tokenizer": level, "post_processor": {**level, "trim_offsets": False}, "decoder": level,
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
            "vocab": {**names, "<|endoftext|>": 269}, "merges": [list(pair) for pair in merges],
        },
    }  # fmt: skip


def write(folder: Path, content) -> Path:
    (folder / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def check_loads(folder: Path, content: dict) -> None:
    loaded = load(write(folder, content))
    assert isinstance(loaded, ByteBPE)
    assert loaded.merges == TOKENIZER.merges
    assert loaded.special_tokens == {"<|endoftext|>": 269}
    assert [loaded.token_bytes(i) for i in range(270)] == [TOKENIZER.token_bytes(i) for i in range(270)]


def test_merges_as_pairs(tmp_path: Path) -> None:
    check_loads(tmp_path, described())


def test_merges_as_strings(tmp_path: Path) -> None:
    content = described()
    content["model"]["merges"] = [" ".join(pair) for pair in content["model"]["merges"]]
    check_loads(tmp_path, content)


def test_first_files_leave_much_out(tmp_path: Path) -> None:
    content = described()
    for key in ("type", "byte_fallback", "ignore_merges"):
        del content["model"][key]
    del content["pre_tokenizer"]["use_regex"], content["post_processor"], content["decoder"]
    del content["model"]["vocab"]["<|endoftext|>"]
    check_loads(tmp_path, content)


def test_transformers_5_writes_a_template_that_adds_nothing(tmp_path: Path) -> None:
    """And it keeps what our configuration said, though it writes neither vocab.json nor merges.txt."""
    content = described()
    alone = [{"Sequence": {"id": "A", "type_id": 0}}]
    content["post_processor"] = {"type": "TemplateProcessing", "single": alone, "special_tokens": {}}
    (tmp_path / "tokenizer_config.json").write_text('{"kind": "bpe"}', encoding="utf-8")
    check_loads(tmp_path, content)


def test_tokenizer_json_goes_before_vocab_json(tmp_path: Path) -> None:
    ByteBPE.train("other other", 260).save(tmp_path)
    assert load(write(tmp_path, described())).vocab_size == 260  # ours says `kind`
    (tmp_path / "tokenizer_config.json").write_text("{}", encoding="utf-8")
    check_loads(tmp_path, described())


@pytest.mark.parametrize(
    ("where", "value", "message"),
    [
        ("model.type", "WordPiece", "model type 'WordPiece'"),
        ("model.type", None, "model type None"),
        ("model.dropout", 0.1, "model.dropout 0.1"),
        ("model.continuing_subword_prefix", "##", "continuing_subword_prefix '##'"),
        ("model.end_of_word_suffix", "@@", "end_of_word_suffix '@@'"),
        ("model.end_of_word_suffix", "</w>", "model.unk_token None, expected '<unk>'"),
        ("model.byte_fallback", True, "byte_fallback True"),
        ("model.ignore_merges", True, "ignore_merges True"),
        ("normalizer", {"type": "NFC"}, "normalizer 'NFC'"),
        ("pre_tokenizer", {"type": "Metaspace"}, "pre_tokenizer 'Metaspace'"),
        ("pre_tokenizer", {"type": "Sequence", "pretokenizers": []}, "pre_tokenizer 'Sequence'"),
        ("pre_tokenizer", None, "pre_tokenizer None"),
        ("pre_tokenizer", "ByteLevel", "pre_tokenizer that is no object ('ByteLevel')"),
        ("pre_tokenizer.add_prefix_space", True, "add_prefix_space"),
        ("pre_tokenizer.use_regex", False, "use_regex"),
        ("post_processor", {"type": "TemplateProcessing"}, "tokens around every text"),
        ("post_processor", {"type": "BertProcessing"}, "post_processor 'BertProcessing'"),
        ("decoder", {"type": "WordPiece"}, "decoder 'WordPiece'"),
        ("added_tokens", [{**EOT, "lstrip": True}], "with lstrip"),
        ("added_tokens", [{**EOT, "special": False}], "with special false"),
        ("added_tokens", [{**EOT, "id": "269"}], "an integer as id"),
        ("added_tokens", [{**EOT, "id": 1}], "has the ids 269 and 1"),
        ("added_tokens", ["<|endoftext|>"], "expected an object"),
        ("added_tokens", {"<|endoftext|>": 269}, "expected a list"),
        ("model", None, "no 'model'"),
        ("model", [], "no 'model'"),
        ("model.vocab", None, "model.vocab holds no tokens"),
        ("model.vocab", [], "model.vocab holds no tokens"),
        ("model.merges", None, "no list model.merges"),
        ("model.merges", {}, "no list model.merges"),
        ("model.merges", ["lo"], "merge 0 is 'lo'"),
        ("model.merges", [["l"]], "merge 0 is ['l']"),
        ("model.merges", [["l", 1]], "merge 0 is ['l', 1]"),
        ("model.merges", [7], "merge 0 is 7"),
        ("model.merges", [["l", "o"]], "No merge makes"),
        ("model.merges", [["", "o"]], "needs the token"),
    ],
)
def test_what_is_refused(tmp_path: Path, where: str, value, message: str) -> None:
    content = described()
    part, _, key = where.rpartition(".")
    (content[part] if part else content)[key] = value
    with pytest.raises(UserError) as error:
        load(write(tmp_path, content))
    text = str(error.value)
    assert message in text and "\n" not in text and len(text) < 600


@pytest.mark.parametrize("content", [[], None, "x", {}, 3])
def test_json_of_another_kind(tmp_path: Path, content) -> None:
    with pytest.raises(UserError, match=r"tokenizer\.json"):
        load(write(tmp_path, content))


def places(content, path=()):
    """Yield the path of every value in a JSON document."""
    yield path
    if isinstance(content, dict | list):
        for key in content if isinstance(content, dict) else range(len(content)):
            yield from places(content[key], (*path, key))


ODD = [None, True, -1, 1.5, 10**30, "", "x", "\ud800", [], [[]], {}, {"type": []}, {"type": "ByteLevel"}]


@given(st.sampled_from(list(places(described()))), st.sampled_from(ODD))
def test_any_value_changed_loads_or_is_a_user_error(tmp_path_factory, path: tuple, odd) -> None:
    content = {"root": described()}
    at = content
    for key in ("root", *path)[:-1]:
        at = at[key]
    at[("root", *path)[-1]] = odd
    folder = write(tmp_path_factory.mktemp("odd"), content["root"])
    try:
        tokenizer = load(folder)
    except UserError as error:
        assert "\n" not in str(error)
    else:
        assert tokenizer.decode(tokenizer.encode_ordinary("low é")) == "low é"
