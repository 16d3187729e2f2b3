"""GPT-1 in OpenAI's ten parts: the same model as in Hugging Face's layout, and nothing else taken for one."""

import json
import pickle
import re

import numpy as np
import pytest
from fake_device import DEVICE, FakeArray

from scratchgpt import pretrained
from scratchgpt.config import PRESETS
from scratchgpt.errors import UserError
from scratchgpt.model import GPT
from scratchgpt.pretrained import openai_parts
from scratchgpt.tokenizer import CharTokenizer

T, V, C, L = 7, 11, 64, 2
SHAPES = [[T, C], [V, C]]
SHAPES += [
    [1, C, 3 * C], [3 * C], [1, C, C], [C], [C], [C], [1, C, 4 * C], [4 * C], [1, 4 * C, C], [C], [C], [C],
] * L  # fmt: skip
# The variables of a block in the order of parameters_names.json (huggingface/pytorch-openai-transformer-lm).
BLOCK = ("attn.c_attn", "attn.c_proj", "ln_1", "mlp.c_fc", "mlp.c_proj", "ln_2")
ARRAYS = [np.random.default_rng(i).standard_normal(shape).astype("f") for i, shape in enumerate(SHAPES)]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "params_shapes.json").write_text(json.dumps(SHAPES), encoding="utf-8")
    row = np.concatenate([array.reshape(-1) for array in ARRAYS])
    # Cuts of any length: neither tensors nor parts of equal size are promised.
    cuts = np.sort(np.random.default_rng(0).integers(0, row.size, 9))
    for n, part in enumerate(np.split(row, cuts)):
        np.save(tmp_path / f"params_{n}.npy", part)
    CharTokenizer("abcdefghij").save(tmp_path)
    return tmp_path


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_tensor_comes_from_its_place(folder, dtype):
    model, params, tokenizer = pretrained.load(folder, dtype=dtype)
    assert params.buffer.dtype == dtype and tokenizer.encode("ba") == [1, 0]
    assert (model.config.n_head, model.config.n_layer, model.config.block_size) == (1, L, T)
    assert model.config.norm_position == "post" and not model.config.final_norm and model.config.tied
    flat = params.flat
    assert np.array_equal(flat["wpe.weight"], ARRAYS[0]) and np.array_equal(flat["wte.weight"], ARRAYS[1])
    at = 2
    for n in range(L):
        for layer in BLOCK:
            for kind in ("weight", "bias"):
                assert np.array_equal(flat[f"h.{n}.{layer}.{kind}"], np.squeeze(ARRAYS[at])), (layer, kind)
                at += 1
    assert at == len(ARRAYS)


def test_it_goes_on_in_hugging_faces_layout(folder, tmp_path):
    model, params, tokenizer = pretrained.load(folder)
    pretrained.save(tmp_path / "ours", model, params, tokenizer)
    again, same, _ = pretrained.load(tmp_path / "ours")
    assert again.config == model.config and same.buffer.tobytes() == params.buffer.tobytes()
    assert json.loads((tmp_path / "ours" / "config.json").read_text())["model_type"] == "openai-gpt"


def test_they_are_read_to_the_device(folder):
    _, params, _ = pretrained.load(folder, DEVICE)
    assert isinstance(params.buffer, FakeArray)
    assert np.array_equal(params.buffer.get(), pretrained.load(folder)[1].buffer)


@pytest.mark.shared
def test_the_published_shapes_are_those_of_the_preset(shared_data):
    shapes = openai_parts._read_shapes(shared_data / "gpt1_bpe" / "params_shapes.json")
    assert openai_parts._config(shapes, None) == PRESETS["openai-gpt"].model
    n = sum(spec.size for spec in GPT(PRESETS["openai-gpt"].model).specs().values())
    assert n == sum(int(np.prod(shape)) for shape in shapes) == 116_534_784


def shapes_without(index):
    return [shape for i, shape in enumerate(SHAPES) if i != index]


DAMAGE = {
    "no part": (lambda f: (f / "params_3.npy").unlink(), r"params_3\.npy is missing"),
    "a part of objects": (
        lambda f: np.save(f / "params_0.npy", np.array([print], dtype=object), allow_pickle=True),
        r"params_0\.npy is not a \.npy file with one row",
    ),
    "a pickle": (lambda f: (f / "params_0.npy").write_bytes(pickle.dumps([1])), "is not a .npy file"),
    "an empty part": (lambda f: (f / "params_0.npy").write_bytes(b""), "is not a .npy file"),
    "integers": (lambda f: np.save(f / "params_0.npy", np.arange(9)), "is not a .npy file"),
    "big-endian": (lambda f: np.save(f / "params_0.npy", np.zeros(9, ">f4")), "is not a .npy file"),
    "two dimensions": (lambda f: np.save(f / "params_0.npy", np.zeros((3, 3), "f")), "is not a .npy file"),
    "a cut part": (
        lambda f: (f / "params_1.npy").write_bytes((f / "params_1.npy").read_bytes()[:-1]),
        r"params_1\.npy has \d+ bytes, expected \d+",
    ),
    "too few numbers": (
        lambda f: np.save(f / "params_9.npy", np.zeros(5, "f")),
        r"The parts in .* hold \d+ numbers, expected 101\d+ by params_shapes\.json",
    ),
    "too many numbers": (
        lambda f: np.save(f / "params_9.npy", np.zeros(200_000, "f")),
        r"hold \d+ numbers, expected 101\d+ by",
    ),
    "no shapes": (lambda f: write(f, "{}"), "holds a dict, expected a list"),
    "cut shapes": (lambda f: write(f, json.dumps(SHAPES)[:-3]), r"params_shapes\.json is not JSON"),
    "a missing shape": (lambda f: write(f, json.dumps(shapes_without(5))), "found 25 shapes"),
    "shapes of no block": (lambda f: write(f, json.dumps(SHAPES[:2])), "found 2 shapes"),
    "negative shapes": (lambda f: write(f, json.dumps([[-7, C], *SHAPES[1:]])), r"the shape \[-7, 64\]"),
    "absurd shapes": (lambda f: write(f, json.dumps([[10**9, C], *SHAPES[1:]])), "expected 64000"),
    "absurd depth": (
        lambda f: write(f, json.dumps(SHAPES[:2] + SHAPES[2:14] * 10_001)),
        "n_layer 10001, expected at most 10000",
    ),
    "a shape that is none": (lambda f: write(f, json.dumps([7, *SHAPES[1:]])), "the shape 7"),
    "a width without heads": (lambda f: write(f, json.dumps(SHAPES).replace("64", "63")), "a multiple of 64"),
    "a wrong shape": (
        lambda f: write(f, json.dumps([*SHAPES[:3], [3], *SHAPES[4:]])),
        r"is not GPT-1's: h\.0\.attn\.c_attn\.bias has shape \[3\], expected \[192\]",
    ),
    "another tokenizer": (lambda f: CharTokenizer("abcdefghijklmn").save(f), "tokenizer has 14 tokens"),
}


def write(folder, text):
    (folder / "params_shapes.json").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_named(folder, damage):
    act, message = DAMAGE[damage]
    act(folder)
    with pytest.raises(UserError) as caught:
        pretrained.load(folder)
    assert re.search(message, str(caught.value)), caught.value
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_versions_of_the_npy_format(tmp_path, version):
    values = np.arange(5, dtype=np.float16)
    with (tmp_path / "params_0.npy").open("wb") as file:
        np.lib.format.write_array(file, values, version=version)
    tensor = openai_parts.open_npy(tmp_path / "params_0.npy")
    assert tensor.shape == (5,) and np.array_equal(tensor.array(), values)


def test_a_folder_with_config_json_is_in_hugging_faces_layout(folder):
    assert openai_parts.found_in(folder)
    (folder / "config.json").write_text("{}", encoding="utf-8")
    assert not openai_parts.found_in(folder)
