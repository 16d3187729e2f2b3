"""Reading tensors that others wrote: equal to what the safetensors package wrote, and never trusted."""

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from scratchgpt import tensor_files
from scratchgpt.errors import UserError
from scratchgpt.tensor_files import open_folder, open_safetensors, open_shards

RNG = np.random.default_rng(0)
ARRAYS = {
    "double": RNG.standard_normal((3, 5)),
    "single": RNG.standard_normal((7, 2, 3)).astype("f"),
    "half": RNG.standard_normal(11).astype(np.float16),
    "empty": np.zeros((0, 4), "f"),
    "scalar": np.array(0.5, "f"),
    "integers": np.arange(9),
    "flags": np.array([True, False, True]),
}


def write(path, tensors, pad=0, metadata=None):
    """Write {name: (dtype, shape, bytes)} by hand, with a header of any length."""
    header, at = {"__metadata__": metadata or {"format": "pt"}}, 0
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header).encode() + b" " * pad
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(d for _, _, d in tensors.values()))
    return path


@pytest.fixture
def path(tmp_path):
    save_file(ARRAYS, tmp_path / "model.safetensors", metadata={"format": "pt"})
    return tmp_path / "model.safetensors"


@pytest.fixture(params=[1 << 22, 16])
def window(request, monkeypatch):
    """Also windows so small that every tensor takes several."""
    monkeypatch.setattr(tensor_files, "_WINDOW", request.param)


@pytest.mark.parametrize("name", ["double", "single", "half", "empty", "scalar"])
def test_tensors_come_back_as_written(path, window, name):
    tensor = open_safetensors(path)[name]
    assert tensor.shape == ARRAYS[name].shape and tensor.size == ARRAYS[name].size
    assert tensor.array().dtype == ARRAYS[name].dtype
    assert np.array_equal(tensor.array(), ARRAYS[name])
    for dtype in (np.float16, np.float32, np.float64):
        assert np.array_equal(tensor.array(dtype), ARRAYS[name].astype(dtype))


@pytest.mark.parametrize("pad", range(5))
def test_every_bfloat16_is_read_exactly(tmp_path, window, pad):
    """All 65,536 of them, wherever they begin in the file; a bfloat16 is the upper half of a float32."""
    count = 65536 if pad == 0 else 300
    raw = np.arange(count, dtype="<u2")
    expected = (raw.astype(np.uint32) << 16).view(np.float32)
    tensor = open_safetensors(write(tmp_path / "f", {"x": ("BF16", (count,), raw.tobytes())}, pad))["x"]
    single = tensor.array()
    assert single.dtype == np.float32 and single.tobytes() == expected.tobytes()
    with np.errstate(invalid="ignore"):  # some of them are signalling NaNs
        assert np.array_equal(tensor.array(np.float64), expected.astype(np.float64), equal_nan=True)


def test_a_stretch_of_a_tensor(path, window):
    out = np.zeros(5, "f")
    open_safetensors(path)["single"].copy_to(out, 30)
    assert np.array_equal(out, ARRAYS["single"].reshape(-1)[30:35])
    with pytest.raises(UserError, match="single has 42 numbers, not 43"):
        open_safetensors(path)["single"].copy_to(out, 38)


def test_equality_is_of_every_number_and_of_the_shape(path, window):
    tensor, values = open_safetensors(path)["single"], ARRAYS["single"]
    assert tensor.equals(values) and tensor.equals(values.astype(np.float16))
    assert not tensor.equals(values.reshape(2, 7, 3))
    for at in (0, 20, 41):
        other = values.copy()
        other.reshape(-1)[at] += 1
        assert not tensor.equals(other)
    other[:] = np.nan
    nans = write(path, {"x": ("F32", values.shape, other.tobytes())})
    assert open_safetensors(nans)["x"].equals(other)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_number_too_large_for_the_precision_is_said(tmp_path, window, dtype):
    values = np.array([1.0, np.inf, -np.inf, np.nan, float(np.finfo(dtype).max) * 2])
    good, bad = (
        write(tmp_path / name, {"x": ("F64", data.shape, data.tobytes())})
        for name, data in (("good", values[:4]), ("bad", values))
    )
    assert np.array_equal(open_safetensors(good)["x"].array(dtype), values[:4], equal_nan=True)
    with pytest.raises(UserError, match=f"x holds numbers beyond .*, the largest {np.dtype(dtype)}"):
        open_safetensors(bad)["x"].array(dtype)


def test_other_types_may_be_there_but_are_no_weights(path):
    with pytest.raises(UserError, match="integers holds I64, expected F64, F32, F16, BF16"):
        open_safetensors(path)["integers"].array()


X = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
HEADERS = {
    "a hole": ({"x": X, "y": {**X, "data_offsets": [12, 20]}}, 20, "'y' overlaps another tensor"),
    "an overlap": ({"x": X, "y": {**X, "data_offsets": [4, 12]}}, 12, "'y' overlaps another tensor"),
    "a late start": ({"x": {**X, "data_offsets": [4, 12]}}, 12, "'x' overlaps another tensor"),
    "bytes at the end": ({"x": X}, 9, r"its tensors end at byte \d+, the file at byte"),
    "bytes missing": ({"x": X}, 7, r"its tensors end at byte \d+, the file at byte"),
    "bytes without tensors": ({}, 1, "its tensors end at byte 10, the file at byte 11"),
    "an unknown dtype": ({"x": {**X, "dtype": "F33"}}, 8, "'x' has the unknown dtype 'F33'"),
    "a dtype that is no text": ({"x": {**X, "dtype": ["F32"]}}, 8, "unknown dtype"),
    "a size that is not its shape's": ({"x": {**X, "shape": [3]}}, 8, "has the offsets"),
    "room that no number needs": ({"x": {**X, "shape": [1]}}, 8, "has the offsets"),
    "offsets turned round": ({"x": {**X, "data_offsets": [8, 0]}}, 8, "has the offsets"),
    "one offset": ({"x": {**X, "data_offsets": [8]}}, 8, r"the offsets \[8\]"),
    "a negative dimension": ({"x": {**X, "shape": [-2, -1]}}, 8, r"the shape \[-2, -1\]"),
    "a fraction": ({"x": {**X, "shape": [2.0]}}, 8, r"the shape \[2.0\]"),
    "a truth value": ({"x": {**X, "data_offsets": [False, 8]}}, 8, r"the offsets \[False, 8\]"),
    "an absurd shape": ({"x": {**X, "shape": [1 << 40, 1 << 40]}}, 8, "has the offsets"),
    "an absurd dimension": ({"x": {**X, "shape": [10**400, 0]}}, 8, "the shape"),
    "too many dimensions": ({"x": {**X, "shape": [2] + [1] * 40}}, 8, "the shape"),
    "an entry that is none": ({"x": [1]}, 0, "'x' has the unknown dtype None"),
    "a list": ([X], 8, "the header is no JSON object"),
}


@pytest.mark.parametrize("fault", HEADERS)
def test_a_header_is_checked_to_the_byte(tmp_path, fault):
    header, size, message = HEADERS[fault]
    text = json.dumps(header).encode()
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(size))
    with pytest.raises(UserError, match=message) as caught:
        open_safetensors(path)
    assert "model.safetensors cannot be read (" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1 and len(str(caught.value)) < 500


def headed(text):
    """A header behind its length."""
    return struct.pack("<Q", len(text)) + text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ends inside its header"),
        (struct.pack("<Q", 3) + b"{}", "ends inside its header"),
        (struct.pack("<Q", 2**63) + b"{}", "ends inside its header"),
        (headed(b" " * 9_000_000), "a header of 9000000 bytes"),
        (headed(b'{"x":1,'), "Expecting"),
        (headed(b'{"x":1,"x":1}'), "'x' stands in it twice"),
        (headed(b"\xff\xfe{}"), "no JSON object"),
        (headed(b'{"\xff":1}'), "can't decode"),
        (headed(b'{"x":' + b"[" * 80_000), "nested too deeply"),
        (headed(b'{"x":' + b"9" * 5000 + b"}"), "Exceeds the limit"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, content, message):
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(UserError, match=message):
        open_safetensors(tmp_path / "model.safetensors")


def test_a_name_of_any_kind_fits_on_the_line(tmp_path):
    text = json.dumps({"a\nb\ud800" + "x" * 1000: 1}).encode()
    (tmp_path / "f").write_bytes(struct.pack("<Q", len(text)) + text)
    with pytest.raises(UserError) as caught:
        open_safetensors(tmp_path / "f")
    message = str(caught.value)
    assert "a\\nb\\ud800" in message and message.isprintable() and len(message) < 500


def test_a_file_that_shrinks_after_its_header_was_read(path):
    tensor = open_safetensors(path)["single"]
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(UserError, match="cannot be read"):
        tensor.array()
    path.unlink()
    with pytest.raises(UserError, match="cannot be read"):
        tensor.array()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "model.safetensors")
    with pytest.raises(UserError, match=r"model.safetensors is missing"):
        open_folder(tmp_path)


# Shards


@pytest.fixture
def shards(tmp_path):
    weight_map = {}
    for n, names in enumerate([("double", "half"), ("single",)], 1):
        shard = f"model-0000{n}-of-00002.safetensors"
        save_file({name: ARRAYS[name] for name in names}, tmp_path / shard)
        weight_map |= dict.fromkeys(names, shard)
    index = {"metadata": {"total_size": 1}, "weight_map": weight_map}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    return tmp_path


def test_shards_are_one_model(shards):
    tensors = open_folder(shards)
    assert set(tensors) == {"double", "half", "single"}
    assert all(np.array_equal(tensors[name].array(), ARRAYS[name]) for name in tensors)


def test_a_whole_file_goes_before_shards(shards):
    save_file({"x": ARRAYS["half"]}, shards / "model.safetensors")
    assert set(open_folder(shards)) == {"x"}


FIRST, SECOND = (f"model-0000{n}-of-00002.safetensors" for n in (1, 2))
OUTSIDE = "names the shard .*, expected a file beside it"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"single": FIRST}, "does not place 'single' in model-00002|places 'single' in"),
        ({"single": None}, "places 'single' in None, where it is not"),
        ({"other": SECOND}, "places 'other' in '.*', where it is not"),
        ({"half": SECOND}, "does not place 'half' in model-00001"),
        ({"single": "missing.safetensors"}, "missing.safetensors is missing"),
        ({"single": "../model.safetensors"}, OUTSIDE),
        ({"single": "/etc/passwd"}, OUTSIDE),
        ({"single": "a\\b.safetensors"}, OUTSIDE),
        ({"single": "C:b.safetensors"}, OUTSIDE),
        ({"single": "b.safetensors\n"}, OUTSIDE),
        ({"single": ".."}, OUTSIDE),
        ({"single": "pytorch_model.bin"}, OUTSIDE),
    ],
)
def test_an_index_says_exactly_what_its_shards_hold(shards, changes, message):
    path = shards / "model.safetensors.index.json"
    index = json.loads(path.read_text())
    index["weight_map"] |= changes
    path.write_text(json.dumps(index))
    with pytest.raises(UserError, match=message):
        open_shards(path)


@pytest.mark.parametrize("text", ["{}", '{"weight_map": {}}', '{"weight_map": ["x"]}', "[]", "{", ""])
def test_an_index_without_places(shards, text):
    (shards / "model.safetensors.index.json").write_text(text)
    with pytest.raises(UserError, match=r"has no weight_map|is not JSON as expected"):
        open_folder(shards)


def test_a_shard_that_tensors_were_removed_from(shards):
    save_file({"double": ARRAYS["double"]}, shards / FIRST)
    with pytest.raises(UserError, match=r"places 'half' in .*, where it is not"):
        open_folder(shards)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5"])
def test_pickles_are_never_read(tmp_path, name):
    (tmp_path / name).write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    with pytest.raises(UserError, match=f"{name} is not read: .*Take model.safetensors"):
        open_folder(tmp_path)


# Memory

_PEAK = """
import sys
from pathlib import Path
from scratchgpt import pretrained

def kilobytes(key):  # of this process alone: rusage would begin with the parent's peak
    return int(Path("/proc/self/status").read_text().split(key + ":")[1].split()[0])

before = kilobytes("VmRSS")
Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
_, params, _ = pretrained.load(sys.argv[1], dtype=sys.argv[2])
print((kilobytes("VmHWM") - before) * 1024 / params.buffer.nbytes)
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize(("stored", "width", "dtype"), [("F32", 4, "float32"), ("BF16", 2, "float32")])
def test_loading_takes_the_memory_of_the_parameters(tmp_path, stored, width, dtype):
    """No more than 1.2 times, mapped pages included; a second copy of half the size would show."""
    from scratchgpt import huggingface
    from scratchgpt.config import GPTConfig
    from scratchgpt.model import GPT
    from scratchgpt.tokenizer import CharTokenizer

    config = GPTConfig(vocab_size=30_000, block_size=256, n_layer=4, n_head=8, n_embd=512)
    header, at = {}, 0
    # The largest tensor is read last, when all the others are in memory.
    for name, spec in reversed(GPT(config).specs().items()):
        places = [at, at + spec.size * width]
        header[name] = {"dtype": stored, "shape": list(spec.shape), "data_offsets": places}
        at = places[1]
    text = json.dumps(header).encode()
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + at)  # zeros that take no room on the disk, but all of it in memory
    (tmp_path / "config.json").write_text(json.dumps(huggingface.to_json(config, None)))
    CharTokenizer("ab").save(tmp_path)
    command = [sys.executable, "-c", _PEAK, str(tmp_path), dtype]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert 0.95 < float(done.stdout) <= 1.2
