"""Folders: saved and loaded, the layouts of others, and every way a file can be damaged."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scratchgpt.errors import UserError
from scratchgpt.tokenizer import ByteBPE, CharTokenizer, load
from scratchgpt.tokenizer.bytes_unicode import (
    BYTE_OF_CHARACTER,
    CHARACTER_OF_BYTE,
    from_printable,
    to_printable,
)

TEXT = "low lower lowest; newer, wider: é\u00a0ü 你好\n\n" * 4
TOKENIZER = ByteBPE.train(TEXT, 300, special_tokens=("<|endoftext|>", "a special token"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    TOKENIZER.save(tmp_path / "tokenizer")
    return tmp_path / "tokenizer"


def same(a, b) -> bool:
    tokens = [[t.token_bytes(i) for i in range(t.vocab_size)] for t in (a, b)]
    return (
        type(a) is type(b)
        and tokens[0] == tokens[1]
        and a.merges == b.merges
        and a.special_tokens == b.special_tokens
    )


def test_table_of_bytes_is_gpt2s() -> None:
    assert len(CHARACTER_OF_BYTE) == len(BYTE_OF_CHARACTER) == 256
    assert to_printable(b" \n\x00\xad~") == "ĠĊĀŃ~"
    assert from_printable(to_printable(bytes(range(256)))) == bytes(range(256))
    assert not any(c.isspace() or not c.isprintable() for c in BYTE_OF_CHARACTER)


def test_save_and_load(folder: Path) -> None:
    assert same(load(folder), TOKENIZER)
    assert same(load(str(folder)), TOKENIZER)


def test_save_creates_folders_and_overwrites(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    CharTokenizer.train("abc").save(deep)
    TOKENIZER.save(deep)
    assert same(load(deep), TOKENIZER)
    CharTokenizer.train("abc").save(deep)
    assert load(deep).kind == "char"


def test_files_are_utf8_with_plain_newlines(folder: Path) -> None:
    merges = (folder / "merges.txt").read_bytes()
    assert merges.startswith(b"#version: 0.2\n") and merges.endswith(b"\n") and b"\r" not in merges
    assert json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["Ġlow"] > 255


def test_windows_newlines_are_read(folder: Path) -> None:
    content = (folder / "merges.txt").read_bytes()
    (folder / "merges.txt").write_bytes(content.replace(b"\n", b"\r\n"))
    assert same(load(folder), TOKENIZER)


def test_version_line_and_last_newline_may_be_missing(folder: Path) -> None:
    lines = (folder / "merges.txt").read_text(encoding="utf-8").split("\n")
    (folder / "merges.txt").write_text("\n".join(lines[1:-1]), encoding="utf-8", newline="\n")
    assert same(load(folder), TOKENIZER)


def test_a_merge_of_number_signs_is_no_comment(tmp_path: Path) -> None:
    tokenizer = ByteBPE.train("## ##", 258, special_tokens=())
    tokenizer.save(tmp_path)
    assert "# #" in (tmp_path / "merges.txt").read_text(encoding="utf-8")
    assert same(load(tmp_path), tokenizer)


def test_openai_names(tmp_path: Path) -> None:
    tokenizer = ByteBPE.train(TEXT, 300)
    tokenizer.save(tmp_path)
    (tmp_path / "tokenizer_config.json").unlink()
    (tmp_path / "vocab.json").rename(tmp_path / "encoder.json")
    (tmp_path / "merges.txt").rename(tmp_path / "vocab.bpe")
    # Without a configuration <|endoftext|> is known by its form.
    assert same(load(tmp_path), tokenizer)


def test_hugging_face_folder_without_special_tokens_in_vocab_json(folder: Path) -> None:
    config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    del config["kind"]
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    vocab = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    for name in TOKENIZER.special_tokens:
        del vocab[name]
    (folder / "vocab.json").write_text(json.dumps(vocab), encoding="utf-8")
    assert same(load(folder), TOKENIZER)


def change(name: str, value):
    """Return a damage: the JSON file `name` after the function `value`."""

    def damage(folder: Path) -> None:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        (folder / name).write_text(json.dumps(value(content)), encoding="utf-8")

    return damage


def write(name: str, content: bytes):
    return lambda folder: (folder / name).write_bytes(content)


def config(content: bytes):
    return write("tokenizer_config.json", content)


def stripping(config: dict) -> dict:
    for entry in config["added_tokens_decoder"].values():
        entry["lstrip"] = True
    return config


def moved(config: dict) -> dict:
    added = config["added_tokens_decoder"]
    return {**config, "added_tokens_decoder": {str(int(i) + 5): entry for i, entry in added.items()}}


DAMAGES = {
    "empty folder": (lambda f: [p.unlink() for p in f.iterdir()], "the folder holds none"),
    "no merges": (lambda f: (f / "merges.txt").unlink(), "merges.txt is missing beside vocab.json"),
    "no vocab": (lambda f: (f / "vocab.json").unlink(), "vocab.json is missing beside merges.txt"),
    "vocab empty": (write("vocab.json", b""), "vocab.json is no valid JSON"),
    "vocab cut": (write("vocab.json", b'{"a": 0, "b'), "vocab.json is no valid JSON"),
    "vocab binary": (write("vocab.json", b"\xff\xfe\x00"), "vocab.json is no UTF-8 text"),
    "vocab deep": (write("vocab.json", b"[" * 200_000), "vocab.json is no valid JSON"),
    "vocab huge number": (write("vocab.json", b'{"a": 1' + b"0" * 9999 + b"}"), "no valid JSON"),
    "vocab list": (write("vocab.json", b"[]"), "holds a JSON list, expected an object"),
    "vocab without tokens": (write("vocab.json", b"{}"), "holds no tokens"),
    "id is text": (change("vocab.json", lambda v: {**v, "a": "1"}), "the id '1', expected an integer"),
    "id is fractional": (change("vocab.json", lambda v: {**v, "a": 97.0}), "expected an integer"),
    "id is true": (change("vocab.json", lambda v: {**v, "a": True}), "expected an integer"),
    "id twice": (change("vocab.json", lambda v: {**v, "a": 98}), "97 is missing"),
    "token gone": (change("vocab.json", lambda v: {k: i for k, i in v.items() if k != "lo"}), "'lo'"),
    "byte gone": (change("vocab.json", lambda v: {k: i for k, i in v.items() if k != "z"}), "byte 0x7A"),
    "no byte-level": (change("vocab.json", lambda v: {**v, "你": 300}), "stands for no byte"),
    "merges cut at a line": (write("merges.txt", b"#version: 0.2\nl o\n"), "No merge makes"),
    "merges cut in a line": (write("merges.txt", b"#version: 0.2\nl o\nlo"), "line 3 is 'lo', expected two"),
    "merges empty": (write("merges.txt", b""), "No merge makes"),
    "merges with an empty line": (write("merges.txt", b"l o\n\nlo w\n"), "line 2 is ''"),
    "merges of three": (write("merges.txt", b"l o w\n"), "line 1 is 'l o w'"),
    "merges binary": (write("merges.txt", b"\x80\x81"), "merges.txt is no UTF-8 text"),
    "merges of others": (write("merges.txt", "好 好\n".encode()), "stands for no byte"),
    "config list": (config(b"[]"), "expected an object"),
    "config kind": (config(b'{"kind": "wordpiece"}'), "expected 'char', 'bpe' or 'gpt1'"),
    "config kind list": (config(b'{"kind": []}'), "expected 'char', 'bpe' or 'gpt1'"),
    "config char": (config(b'{"kind": "char"}'), "expected one character"),
    "other class": (config(b'{"tokenizer_class": "Qwen2Tokenizer"}'), "asks for 'Qwen2Tokenizer'"),
    "odd class": (config(b'{"tokenizer_class": {}}'), "expected GPT2Tokenizer"),
    "prefix space": (config(b'{"add_prefix_space": true}'), "add_prefix_space True"),
    "added list": (config(b'{"added_tokens_decoder": []}'), "that is not {id: description}"),
    "added null": (config(b'{"added_tokens_decoder": null}'), "that is not {id: description}"),
    "added entry": (config(b'{"added_tokens_decoder": {"1": 2}}'), "that is not {id: description}"),
    "added id": (config(b'{"added_tokens_decoder": {"x": {}}}'), "that is not {id: description}"),
    "added nameless": (config(b'{"added_tokens_decoder": {"1": {}}}'), "expected an object with a text"),
    "added strip": (change("tokenizer_config.json", stripping), "with lstrip, expected plain"),
    "added elsewhere": (change("tokenizer_config.json", moved), "has the ids"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_folder(folder: Path, name: str) -> None:
    damage, message = DAMAGES[name]
    damage(folder)
    with pytest.raises(UserError) as error:
        load(folder)
    text = str(error.value)
    assert text.startswith(f"Tokenizer in {str(folder)!r}: ") and message in text
    assert "\n" not in text and len(text) < 600


def test_folder_that_is_none(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path / "file"):
        (tmp_path / "file").touch()
        with pytest.raises(UserError, match="There is no folder"):
            load(path)


def test_folder_in_place_of_a_file(folder: Path) -> None:
    (folder / "merges.txt").unlink()
    (folder / "merges.txt").mkdir()
    with pytest.raises(UserError, match=r"merges\.txt is missing"):
        load(folder)


@pytest.mark.parametrize(
    "content",
    [{"a": 1}, {"a": 0, "b": 0}, {"a": 0, "bc": 1}, {"\ud800": 0}, {"a": 0, "b": 2}, {"": 0}, {"a": -1}],
)
def test_damaged_characters(tmp_path: Path, content: dict) -> None:
    CharTokenizer.train("abc").save(tmp_path)
    (tmp_path / "vocab.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UserError, match="Tokenizer in"):
        load(tmp_path)
    (tmp_path / "vocab.json").unlink()
    with pytest.raises(UserError, match=r"vocab\.json cannot be read"):
        load(tmp_path)


@settings(max_examples=100)
@given(st.data())
def test_a_changed_file_loads_or_is_a_user_error(tmp_path_factory: pytest.TempPathFactory, data) -> None:
    """Cut a file, or write other bytes somewhere in it: never an error of another kind."""
    folder = tmp_path_factory.mktemp("changed")
    TOKENIZER.save(folder)
    path = folder / data.draw(st.sampled_from(["vocab.json", "merges.txt", "tokenizer_config.json"]))
    content = path.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.sampled_from([0, 1, 5, len(content)]))
    other = data.draw(
        st.binary(max_size=4) | st.sampled_from([b"null", b"[", b'"', b"\n", b" ", b"{}", b"-1"])
    )
    path.write_bytes(content[:start] + other + content[start + length :])
    try:
        tokenizer = load(folder)
    except UserError as error:
        assert "\n" not in str(error)
    else:
        assert tokenizer.decode(tokenizer.encode_ordinary("low é")) == "low é"
    shutil.rmtree(folder)
