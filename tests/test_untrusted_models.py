"""Model files from outside, damaged in 10,000 ways: either they are read, or one UserError says why not.

An example of hypothesis damages a file some fifty times, each time from the same start; a failure names
the damage.
"""

import functools
import json
import shutil
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from scratchgpt import checkpoint, pretrained
from scratchgpt.config import GPTConfig
from scratchgpt.errors import UserError
from scratchgpt.model import GPT
from scratchgpt.pretrained.openai_parts import open_npy
from scratchgpt.tensor_files import open_folder, open_safetensors
from scratchgpt.tokenizer import CharTokenizer

CASES, AT_ONCE = 10_000, 50
BOUND = 1_000_000  # bytes of memory; the models here have some thousand, the peak is a fifth of this

INDEX = "model.safetensors.index.json"
CONFIG = GPTConfig(vocab_size=5, block_size=4, n_layer=1, n_head=1, n_embd=4)

# JSON that no reader expects where it stands.
NASTY = [
    *("null", "true", "false", "-1", "0", "1", "3", "4", "8", "64", "2.0", "1e400", "NaN"),
    *("2147483648", "1152921504606846976", "18446744073709551616"),
    *(json.dumps(t) for t in ("", "F32", "BF16", "I64", "F4", "gpt2", "openai-gpt", "scratchgpt", "relu")),
    *(json.dumps(t) for t in ("model.safetensors", "../model.safetensors", "/dev/zero", "\0", "\ud800")),
    *(json.dumps(t) for t in ([], [0], [-1], [[]], [0, 8], [1, 2, 3, 4], {}, {"a": 1}, [1 << 62, 1 << 62])),
    *("9" * 5000, "[" * 3000, json.dumps("x" * 3000), json.dumps([1] * 50)),
]


def fuzz(share):
    """Run a test on a share of the cases: tuples (where, how, what) of integers."""
    cases = st.binary(min_size=12 * AT_ONCE, max_size=12 * AT_ONCE)
    cases = cases.map(lambda data: [(a, b % 6, c) for a, b, c in struct.iter_unpack("<III", data)])
    number = settings(
        max_examples=CASES * share // 100 // AT_ONCE, derandomize=True, deadline=None, database=None
    )
    return lambda test: number(given(cases)(test))


def places(value, path=()):
    """All places in a JSON value but its root."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield (*path, key)
        yield from places(part, (*path, key))


@functools.cache
def places_in(text):
    return list(places(json.loads(text)))


def damaged_json(text, where, how, what):
    """Replace a value, remove it, give it twice, or damage the bytes."""
    if how > 3:
        return damaged_bytes(text, where, how, what)
    value, found = json.loads(text), places_in(text)
    *path, key = found[where % len(found)]
    holder = value
    for step in path:
        holder = holder[step]
    if how == 1:
        del holder[key]
    elif how == 2 and isinstance(holder, dict):
        holder["@"] = holder[key]
        return json.dumps(value).replace('"@"', json.dumps(key)).encode()
    else:
        holder[key] = "@"
    return json.dumps(value).replace('"@"', NASTY[what % len(NASTY)]).encode()


def damaged_bytes(content, where, how, what):
    """Change a byte, cut, insert, remove or repeat some bytes."""
    at, some = where % (len(content) + 1), what % 40
    if how == 0:
        return content[:at]
    if how == 1:
        return content[:at] + struct.pack("<Q", what) + content[at:]
    if how == 2:
        return content[:at] + content[at + some :]
    if how == 3:
        return content[:at] + content[max(0, at - some) :]
    return content[:at] + bytes([what % 256]) + content[at + 1 :]


def damaged_header(content, where, how, what):
    """The header of a safetensors file, with a length that fits it, or the bytes of the whole file."""
    length = struct.unpack("<Q", content[:8])[0]
    if how > 3:
        return damaged_bytes(content, where % 64 if how == 4 else where, what % 5, what)
    header = damaged_json(content[8 : 8 + length], where, how, what)
    return struct.pack("<Q", len(header)) + header + content[8 + length :]


def overwrite(file, content):
    file.seek(0)
    file.write(content)
    file.truncate()


def survives(path, read, harm, cases):
    """Read a file after each damage; return the share of cases in which it was still read.

    Memory is watched in every fifth example: watching takes twice as long as reading.
    """
    content, fine = path.read_bytes(), 0
    if cases[0][0] % 5 == 0:
        tracemalloc.start()
    with path.open("r+b", buffering=0) as file:  # opening it for every case would take longer than the rest
        for case in cases:
            overwrite(file, harm(content, *case))
            try:
                read(path)
                fine += 1
            except UserError as error:
                assert str(error).isprintable() and len(str(error)) < 4000, case
            except Exception as error:
                raise AssertionError(f"{path.name} after the damage {case}") from error
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        overwrite(file, content)
    assert peak < BOUND
    read(path)
    return fine / len(cases)


def read_floats(tensors):
    """Read all numbers of a file, as loading does where they fit."""
    for tensor in tensors.values():
        if tensor.dtype in ("F64", "F32", "F16", "BF16"):
            assert tensor.array(np.float32).shape == tensor.shape


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gpt2") / "m"
    params = GPT(CONFIG).init(np.random.default_rng(0))
    checkpoint.save_model(folder, CONFIG, params, CharTokenizer("abc"))
    tensors = {"transformer." + k: v for k, v in params.flat.items()}
    tensors["lm_head.weight"] = params.flat["wte.weight"].copy()
    tensors["transformer.h.0.attn.bias"] = np.ones((1, 1, 4, 4), bool)
    save_file(tensors, folder / "model.safetensors")
    return folder


def loaded(path):
    pretrained.load(path.parent)


@pytest.fixture(scope="module")
def sharded(tmp_path_factory):
    golden = Path(__file__).parent / "golden" / "transformers" / "gpt2_sharded"
    folder = Path(shutil.copytree(golden, tmp_path_factory.mktemp("sharded") / "m"))
    CharTokenizer("abc").save(folder)
    return folder


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    c, folder = 64, tmp_path_factory.mktemp("parts")
    shapes = [[4, c], [5, c], [1, c, 3 * c], [3 * c], [1, c, c], [c], [c], [c]]
    shapes += [[1, c, 4 * c], [4 * c], [1, 4 * c, c], [c], [c], [c]]
    (folder / "params_shapes.json").write_text(json.dumps(shapes), encoding="utf-8")
    row = np.ones(sum(int(np.prod(shape)) for shape in shapes), np.float16)
    for n, part in enumerate((row[:30], row[30:100], row[100:], *[row[:0]] * 7)):
        np.save(folder / f"params_{n}.npy", part)
    CharTokenizer("abc").save(folder)
    return folder


# The readers one by one; the shares are per cent of the cases.


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    path = tmp_path_factory.mktemp("few") / "f.safetensors"
    save_file(
        {"a": np.ones((2, 3), "f"), "b": np.ones(3, "e"), "c": np.ones(1), "d": np.ones((0, 2), int)}, path
    )
    return path


@fuzz(40)
def test_safetensors(few, cases):
    survives(few, lambda p: read_floats(open_safetensors(p)), damaged_header, cases)


@fuzz(5)
def test_index_of_shards(sharded, cases):
    survives(sharded / INDEX, lambda p: read_floats(open_folder(p.parent)), damaged_json, cases)


@fuzz(15)
def test_config(gpt2, cases):
    survives(gpt2 / "config.json", lambda p: checkpoint.read_config(p.parent), damaged_json, cases)


@fuzz(30)
def test_npy(parts, cases):
    survives(parts / "params_1.npy", lambda p: open_npy(p).array(), damaged_bytes, cases)


# The door, through all of them.


@fuzz(2)
def test_folder_with_damaged_tensors(gpt2, cases):
    survives(gpt2 / "model.safetensors", loaded, damaged_header, cases)


@fuzz(2)
def test_folder_with_a_damaged_configuration(gpt2, cases):
    survives(gpt2 / "config.json", loaded, damaged_json, cases)


@fuzz(2)
def test_folder_with_a_damaged_index(sharded, cases):
    survives(sharded / INDEX, loaded, damaged_json, cases)


@fuzz(2)
def test_folder_with_damaged_shapes(parts, cases):
    survives(parts / "params_shapes.json", loaded, damaged_json, cases)


@fuzz(2)
def test_folder_with_damaged_parts(parts, cases):
    survives(parts / "params_1.npy", loaded, damaged_bytes, cases)


def test_damage_both_breaks_and_spares(gpt2, sharded, parts):
    """The search means something: most damage is refused, some is none."""
    rng = np.random.default_rng(0)
    cases = [(int(a), int(b) % 6, int(c)) for a, b, c in rng.integers(0, 1 << 32, (100, 3))]
    for path, harm in (
        (gpt2 / "model.safetensors", damaged_header),
        (gpt2 / "config.json", damaged_json),
        (sharded / INDEX, damaged_json),
        (parts / "params_shapes.json", damaged_json),
        (parts / "params_1.npy", damaged_bytes),
    ):
        share = survives(path, loaded, harm, cases)
        assert 0.01 <= share < 0.8, path.name
