"""GPT-1's folders: OpenAI's and Hugging Face's layouts, and every way a file can be damaged."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scratchgpt.errors import UserError
from scratchgpt.tokenizer import GPT1BPE, ByteBPE, load

TOKENS = {
    "l": 1, "o": 2, "w": 3, "e": 4, "o</w>": 5, "w</w>": 6, "r</w>": 7, "lo": 8, "low</w>": 9, "er</w>": 10,
    "l</w>": 11, "\n</w>": 12, "\u00e9": 13, "\u00ad</w>": 14,
}  # fmt: skip
MERGES = [("l", "o"), ("lo", "w</w>"), ("e", "r</w>")]
TOKENIZER = GPT1BPE(TOKENS, MERGES, {"<unk>": 0, "_start_": 15}, text="original")
UNK = {"id": 0, "content": "<unk>", "single_word": False, "lstrip": False, "rstrip": False,
       "normalized": False, "special": True}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    TOKENIZER.save(tmp_path / "tokenizer")
    return tmp_path / "tokenizer"


def same(a, b) -> bool:
    if not (isinstance(a, GPT1BPE) and isinstance(b, GPT1BPE)):
        return False
    return all(getattr(a, name) == getattr(b, name) for name in ("_ids", "merges", "special_tokens", "text"))


def plain(text: str) -> GPT1BPE:
    """The tokenizer of files that name no special token."""
    return GPT1BPE(TOKENS | {"x": 15}, MERGES, {"<unk>": 0}, text=text)


def publish(folder: Path, vocab: str, merges: str) -> None:
    """Write the files of `plain` under other names, without a configuration."""
    plain("original").save(folder)
    (folder / "tokenizer_config.json").unlink()
    (folder / "vocab.json").rename(folder / vocab)
    (folder / "merges.txt").rename(folder / merges)


def described() -> dict:
    """Return what transformers writes for `plain`."""
    part = {"Sequence": {"id": "A", "type_id": 0}}
    second = {"Sequence": {"id": "B", "type_id": 1}}
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [UNK],
        "normalizer": {
            "type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
            "strip_accents": None, "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing", "single": [part], "pair": [part, second], "special_tokens": {},
        },
        "decoder": {"type": "BPEDecoder", "suffix": "</w>"},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": "",
            "end_of_word_suffix": "</w>", "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
            "vocab": {"<unk>": 0, **TOKENS, "x": 15}, "merges": [list(pair) for pair in MERGES],
        },
    }  # fmt: skip


def write_json(path: Path, content) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path.parent


def test_save_and_load(folder: Path) -> None:
    assert same(load(folder), TOKENIZER)
    config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    assert (config["kind"], config["text"]) == ("gpt1", "original")
    assert config["tokenizer_class"] == "OpenAIGPTTokenizer"


@pytest.mark.parametrize("beside", [None, {}, {"tokenizer_class": "OpenAIGPTTokenizerFast"}])
def test_hugging_faces_layout(tmp_path: Path, beside: dict | None) -> None:
    publish(tmp_path, "vocab.json", "merges.txt")
    if beside is not None:
        write_json(tmp_path / "tokenizer_config.json", beside)
    assert same(load(tmp_path), plain("transformers"))


def test_openais_layout(tmp_path: Path) -> None:
    publish(tmp_path, "encoder_bpe_40000.json", "vocab_40000.bpe")
    (tmp_path / "params_shapes.json").write_text("[]", encoding="utf-8")
    (tmp_path / "params_0.npy").touch()
    assert same(load(tmp_path), plain("original"))


def test_hugging_faces_layout_names_its_special_tokens_in_the_configuration(folder: Path) -> None:
    config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    del config["kind"], config["text"]
    write_json(folder / "tokenizer_config.json", config)
    vocab = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    del vocab["_start_"]
    write_json(folder / "vocab.json", vocab)
    loaded = load(folder)
    assert loaded.special_tokens == {"<unk>": 0, "_start_": 15} and loaded.text == "transformers"


def test_tokenizer_json(tmp_path: Path) -> None:
    assert same(load(write_json(tmp_path / "tokenizer.json", described())), plain("transformers"))
    first_files = described()
    for key in ("type", "fuse_unk", "byte_fallback", "ignore_merges", "continuing_subword_prefix"):
        del first_files["model"][key]
    del first_files["post_processor"], first_files["added_tokens"]
    first_files["model"]["merges"] = [" ".join(pair) for pair in MERGES]
    first_files["normalizer"]["strip_accents"] = True
    assert same(load(write_json(tmp_path / "tokenizer.json", first_files)), plain("transformers"))


def test_a_folder_of_ours_that_transformers_saved_again(tmp_path: Path) -> None:
    """It writes tokenizer.json alone, and keeps what our configuration says."""
    write_json(tmp_path / "tokenizer_config.json", {"kind": "gpt1", "text": "original"})
    assert same(load(write_json(tmp_path / "tokenizer.json", described())), plain("original"))


def test_gpt2_files_may_hold_the_end_of_word(tmp_path: Path) -> None:
    ByteBPE.train("</w></w></w>", 262).save(tmp_path)
    assert isinstance(load(tmp_path), ByteBPE)
    write_json(tmp_path / "tokenizer_config.json", {"tokenizer_class": "GPT2Tokenizer"})
    assert isinstance(load(tmp_path), ByteBPE)


def change(name: str, value):
    return lambda f: write_json(f / name, value(json.loads((f / name).read_text(encoding="utf-8"))))


def write(name: str, content: bytes):
    return lambda f: (f / name).write_bytes(content)


def entry(**flags):
    return change("tokenizer_config.json", lambda c: c["added_tokens_decoder"]["15"].update(flags) or c)


DAMAGES = {
    "no merges": (lambda f: (f / "merges.txt").unlink(), "merges.txt is missing beside vocab.json"),
    "no vocab": (lambda f: (f / "vocab.json").unlink(), "vocab.json is missing beside merges.txt"),
    "vocab cut": (write("vocab.json", b'{"<unk>": 0, "l'), "vocab.json is no valid JSON"),
    "id is text": (change("vocab.json", lambda v: {**v, "l": "1"}), "the id '1', expected an integer"),
    "id twice": (change("vocab.json", lambda v: {**v, "l": 2}), "1 is missing"),
    "token gone": (change("vocab.json", lambda v: {k: i for k, i in v.items() if k != "lo"}), "'lo'"),
    "no unk": (lambda f: (change("vocab.json", lambda v: {k: i for k, i in v.items() if i})(f),
                          write_json(f / "tokenizer_config.json", {})), "has no <unk>"),
    "special elsewhere": (change("vocab.json", lambda v: {**v, "_start_": 16}), "has the ids 16 and 15"),
    "white space": (change("vocab.json", lambda v: {**v, "a b": 16}), "none of them white space"),
    "half a pair": (change("vocab.json", lambda v: {**v, "\ud800": 16}), "that UTF-8 can write"),
    "merges cut at a line": (write("merges.txt", b"#version: 0.2\nl o\n"), "No merge makes 2 tokens"),
    "merges cut in a line": (write("merges.txt", b"#version: 0.2\nl o\nlo"), "line 3 is 'lo', expected two"),
    "merges of others": (write("merges.txt", b"a b\n"), "needs the token 'a'"),
    "treatment": (change("tokenizer_config.json", lambda c: {**c, "text": "bert"}), "text is 'bert'"),
    "odd treatment": (change("tokenizer_config.json", lambda c: {**c, "text": []}), "text is []"),
    "kind": (change("tokenizer_config.json", lambda c: {**c, "kind": "gpt3"}), "'char', 'bpe' or 'gpt1'"),
    "of gpt-2": (change("tokenizer_config.json", lambda c: {**c, "kind": "bpe", "tokenizer_class": None}),
                 "stands for no byte"),
    "normalized": (entry(normalized=True), "with normalized, expected plain special tokens"),
    "added strip": (entry(lstrip=True), "with lstrip, expected plain"),
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


@pytest.mark.parametrize(
    ("where", "value", "message"),
    [
        ("model.unk_token", None, "model.unk_token None, expected '<unk>'"),
        ("model.unk_token", "[UNK]", "model.unk_token '[UNK]', expected '<unk>'"),
        ("model.fuse_unk", True, "model.fuse_unk True"),
        ("model.continuing_subword_prefix", "##", "continuing_subword_prefix '##'"),
        ("model.end_of_word_suffix", "@", "end_of_word_suffix '@'"),
        ("model.end_of_word_suffix", None, "pre_tokenizer 'BertPreTokenizer', expected 'ByteLevel'"),
        ("normalizer", None, "the normalizer None"),
        ("normalizer.lowercase", False, "BERT's with lower case"),
        ("normalizer.strip_accents", False, "BERT's with lower case and no accents"),
        ("pre_tokenizer", {"type": "ByteLevel"}, "pre_tokenizer 'ByteLevel', expected 'BertPreTokenizer'"),
        ("decoder", {"type": "WordPiece"}, "decoder 'WordPiece', expected 'BPEDecoder'"),
        ("post_processor.single", [{"SpecialToken": {"id": "[CLS]"}}], "tokens around every text"),
        ("added_tokens", [{**UNK, "normalized": True}], "with normalized"),
        ("added_tokens", [{**UNK, "id": 3}], "has the ids 0 and 3"),
        ("model.merges", [["l", "o"]], "No merge makes 2"),
    ],
)
def test_what_tokenizer_json_may_not_ask_for(tmp_path: Path, where: str, value, message: str) -> None:
    content = described()
    part, _, key = where.rpartition(".")
    (content[part] if part else content)[key] = value
    with pytest.raises(UserError) as error:
        load(write_json(tmp_path / "tokenizer.json", content))
    text = str(error.value)
    assert message in text and "\n" not in text and len(text) < 600


def check_loads_or_is_a_user_error(folder: Path) -> None:
    try:
        tokenizer = load(folder)
    except UserError as error:
        assert "\n" not in str(error)
    else:
        ids = tokenizer.encode_ordinary("low er \u00e9\n")
        assert ids and all(0 <= i < tokenizer.vocab_size for i in ids)
        tokenizer.save(folder / "again")
        again = load(folder / "again")
        assert again.encode_ordinary("low er \u00e9\n") == ids and again.decode(ids) == tokenizer.decode(ids)
    shutil.rmtree(folder)


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
    pieces = [b"null", b"[", b'"', b"\n", b" ", b"{}", b"-1", b"</w>", b"<unk>", b"\\n", b"\\ud800"]
    other = data.draw(st.binary(max_size=4) | st.sampled_from(pieces))
    path.write_bytes(content[:start] + other + content[start + length :])
    check_loads_or_is_a_user_error(folder)


def places(content, path=()):
    """Yield the path of every value in a JSON document."""
    yield path
    if isinstance(content, dict | list):
        for key in content if isinstance(content, dict) else range(len(content)):
            yield from places(content[key], (*path, key))


ODD = [None, True, -1, 1.5, 10**30, "", "x", "</w>", "\ud800", "\n", [], [[]], {}, {"type": []}]


@given(st.sampled_from(list(places(described()))), st.sampled_from(ODD))
def test_any_value_changed_loads_or_is_a_user_error(tmp_path_factory, path: tuple, odd) -> None:
    content = {"root": described()}
    at = content
    for key in ("root", *path)[:-1]:
        at = at[key]
    at[("root", *path)[-1]] = odd
    check_loads_or_is_a_user_error(
        write_json(tmp_path_factory.mktemp("odd") / "tokenizer.json", content["root"])
    )


SYMBOLS = st.characters(codec="utf-8") | st.sampled_from(["a", "b", "</w>", "\u2028", "#", "\x00"])


@given(st.lists(SYMBOLS, max_size=6), st.lists(st.tuples(SYMBOLS, SYMBOLS), max_size=6))
def test_whatever_can_be_built_can_be_saved(tmp_path_factory, singles: list, pairs: list) -> None:
    """Any symbols, any merges: refused at once, or the same after a round trip through files."""
    names = dict.fromkeys([*singles, *(part for pair in pairs for part in (*pair, "".join(pair)))])
    tokens = {name: i + 1 for i, name in enumerate(names)}
    try:
        tokenizer = GPT1BPE(tokens, pairs, {"<unk>": 0})
    except UserError:
        return
    folder = tmp_path_factory.mktemp("built")
    tokenizer.save(folder)
    assert same(load(folder), tokenizer)
    shutil.rmtree(folder)
