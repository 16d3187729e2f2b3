"""config.json and tensor names as transformers writes them: read, written, refused where they say more."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from scratchgpt import huggingface
from scratchgpt.config import PRESETS, GPTConfig
from scratchgpt.errors import UserError
from scratchgpt.model import GPT
from scratchgpt.tensor_files import StoredTensor

PATH = Path("config.json")
SMALL = GPTConfig(vocab_size=11, block_size=6, n_layer=2, n_head=2, n_embd=8)
GPT1 = dataclasses.replace(SMALL, norm_position="post", final_norm=False)


def read(**content):
    return huggingface.from_json(content, PATH)


# config.json

# What is published beside the released weights, without what concerns the tokenizer and fine-tuning.
RELEASED_GPT2 = {
    "activation_function": "gelu_new",
    "architectures": ["GPT2LMHeadModel"],
    "attn_pdrop": 0.1,
    "bos_token_id": 50256,
    "embd_pdrop": 0.1,
    "eos_token_id": 50256,
    "initializer_range": 0.02,
    "layer_norm_epsilon": 1e-05,
    "model_type": "gpt2",
    "n_ctx": 1024,
    "n_embd": 768,
    "n_head": 12,
    "n_layer": 12,
    "n_positions": 1024,
    "resid_pdrop": 0.1,
    "vocab_size": 50257,
}
RELEASED_GPT1 = {
    "afn": "gelu",
    "attn_pdrop": 0.1,
    "embd_pdrop": 0.1,
    "layer_norm_epsilon": 1e-05,
    "model_type": "openai-gpt",
    "n_ctx": 512,
    "n_embd": 768,
    "n_head": 12,
    "n_layer": 12,
    "n_positions": 512,
    "n_special": 0,
    "predict_special_tokens": True,
    "resid_pdrop": 0.1,
    "vocab_size": 40478,
}
DROPOUT = {"embd_dropout": 0.1, "attn_dropout": 0.1, "resid_dropout": 0.1}


def test_released_configurations_are_the_presets():
    assert read(**RELEASED_GPT2) == dataclasses.replace(PRESETS["gpt2"].model, **DROPOUT)
    assert read(**RELEASED_GPT1) == PRESETS["openai-gpt"].model


def test_what_is_missing_has_the_defaults_of_transformers():
    assert read(model_type="gpt2") == read(**RELEASED_GPT2)
    assert read(model_type="openai-gpt") == read(**RELEASED_GPT1)


def test_every_field_is_read():
    sizes = {"vocab_size": 31, "n_positions": 17, "n_layer": 3, "n_head": 5, "n_embd": 20, "n_inner": 7}
    rates = {"embd_pdrop": 0.2, "attn_pdrop": 0.3, "resid_pdrop": 0.4}
    assert read(
        model_type="gpt2",
        layer_norm_epsilon=1e-3,
        tie_word_embeddings=False,
        activation_function="relu",
        **sizes,
        **rates,
    ) == GPTConfig(
        vocab_size=31,
        block_size=17,
        n_layer=3,
        n_head=5,
        n_embd=20,
        n_inner=7,
        norm_eps=1e-3,
        tied=False,
        activation="relu",
        embd_dropout=0.2,
        attn_dropout=0.3,
        resid_dropout=0.4,
    )


def test_other_names_of_the_same_fields():
    config = read(
        model_type="gpt2",
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=3,
        max_position_embeddings=9,
    )
    assert (config.n_embd, config.n_layer, config.n_head, config.block_size) == (24, 2, 3, 9)


@pytest.mark.parametrize(
    ("kind", "field", "spelling", "activation"),
    [
        ("gpt2", "activation_function", "gelu_new", "gelu"),
        ("gpt2", "activation_function", "gelu_pytorch_tanh", "gelu"),
        ("gpt2", "activation_function", "gelu", "gelu_erf"),  # GPT-2's "gelu" is the exact form
        ("gpt2", "activation_function", "relu", "relu"),
        ("openai-gpt", "afn", "gelu", "gelu"),  # GPT-1's is the tanh form
        ("openai-gpt", "afn", "relu", "relu"),
    ],
)
def test_activations(kind, field, spelling, activation):
    assert read(model_type=kind, **{field: spelling}).activation == activation


REFUSED = [
    ({"model_type": "bert"}, "model_type 'bert', expected 'gpt2', 'openai-gpt' or 'scratchgpt'"),
    ({"model_type": ["gpt2"]}, "model_type"),
    ({"activation_function": "silu"}, "activation_function 'silu', expected one of gelu_new, "),
    ({"activation_function": None}, "activation_function None"),
    ({"activation_function": ["gelu"]}, "activation_function"),
    ({"model_type": "openai-gpt", "afn": "silu"}, "afn 'silu', expected one of gelu, relu"),
    ({"scale_attn_weights": False}, "scale_attn_weights False, expected True: no other is computed"),
    ({"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx True, expected False"),
    ({"add_cross_attention": True}, "add_cross_attention True"),
    ({"is_encoder_decoder": True}, "is_encoder_decoder True"),
    ({"quantization_config": {"bits": 4}}, r"quantization_config \{'bits': 4\}, expected None"),
    ({"n_positions": 1024, "n_ctx": 512}, "n_positions 1024 and n_ctx 512, which mean the same"),
    ({"n_embd": 768, "hidden_size": 512}, "n_embd 768 and hidden_size 512"),
    ({"n_embd": 770}, "n_embd must be a multiple of n_head"),
    ({"n_layer": "12"}, "n_layer is '12', expected an integer"),
    ({"n_positions": 0}, "n_positions is 0, expected an integer of at least 1"),
    ({"layer_norm_epsilon": 0}, "layer_norm_epsilon is 0, expected a number above 0"),
    ({"layer_norm_epsilon": float("nan")}, "layer_norm_epsilon is nan"),
    ({"tie_word_embeddings": None}, "tie_word_embeddings is None, expected True or False"),
    ({"attn_pdrop": 1.0}, "attn_pdrop is 1.0, expected a probability"),
]


@pytest.mark.parametrize(("content", "message"), REFUSED)
def test_what_is_not_computed_is_refused(content, message):
    with pytest.raises(UserError, match=f"config.json.*{message}") as caught:
        read(**{"model_type": "gpt2"} | content)
    assert "\n" not in str(caught.value)


def test_attention_in_float32_is_what_we_do_anyway():
    assert read(model_type="gpt2", reorder_and_upcast_attn=True) == read(model_type="gpt2")


CHANGES = [
    {},
    {"tied": False},
    {"activation": "gelu_erf"},
    {"activation": "relu"},
    {"norm_eps": 1e-6},
    {"embd_dropout": 0.1, "attn_dropout": 0.2, "resid_dropout": 0.3},
]


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        *(("gpt2", dataclasses.replace(SMALL, **changes)) for changes in [*CHANGES, {"n_inner": 9}]),
        *(("openai-gpt", dataclasses.replace(GPT1, **c)) for c in CHANGES if c != {"activation": "gelu_erf"}),
    ],
)
def test_what_transformers_can_express_is_written_so(kind, config):
    content = json.loads(json.dumps(huggingface.to_json(config, 7)))
    assert content["model_type"] == kind
    assert content["bos_token_id"] == content["eos_token_id"] == 7
    assert huggingface.from_json(content, PATH) == config


def test_an_inner_width_that_is_spelled_out_is_no_other_architecture():
    content = huggingface.to_json(dataclasses.replace(GPT1, n_inner=32), None)
    assert content["model_type"] == "openai-gpt" and content["bos_token_id"] is None
    assert huggingface.from_json(content, PATH).inner == 32


@pytest.mark.parametrize(
    "changes",
    [
        {"norm": "rmsnorm"},
        {"norm_position": "post"},  # with a final norm
        {"final_norm": False},
        {"positions": "none"},
        {"bias": False},
        {"causal": False},
        {"activation": "swish"},
        {"norm_position": "post", "final_norm": False, "n_inner": 9},
        {"norm_position": "post", "final_norm": False, "activation": "gelu_erf"},
    ],
)
def test_the_rest_is_our_own(changes):
    config = dataclasses.replace(SMALL, **changes)
    content = huggingface.to_json(config, 7)
    assert content == {"model_type": "scratchgpt", **dataclasses.asdict(config)}
    names = ["wte.weight", "wpe.weight"]
    assert huggingface.file_names(config, names) == {name: name for name in names}


# Tensors


def stored(config, prefix="", **changes):
    """The tensors of a file that fits `config`; nothing is read from them."""
    specs = GPT(config).specs()
    names = huggingface.file_names(config, specs)
    tensors = {prefix + names[name]: ("F32", spec.shape) for name, spec in specs.items()}
    if not config.tied:
        tensors["lm_head.weight"] = tensors.pop(prefix + "lm_head.weight")  # never with the prefix
    tensors |= {prefix + name: value for name, value in changes.items()}
    return {name: StoredTensor(Path("f"), name, *value, start=0) for name, value in tensors.items() if value}


def fill(config, tensors, monkeypatch):
    """Fill parameters with 1, the head with 1 too; returns what was read."""
    read_names = []

    def copy_to(self, out, first=0):
        read_names.append(self.name)
        out[:] = 1

    monkeypatch.setattr(StoredTensor, "copy_to", copy_to)
    params = huggingface.fill(config, GPT(config).specs(), tensors, Path("f"), np.float64)
    assert (params.buffer == 1).all()
    return read_names


MASKS = {f"h.{n}.attn.{kind}": ("U8", (1, 1, 6, 6)) for n in range(2) for kind in ("bias", "masked_bias")}


@pytest.mark.parametrize("config", [SMALL, GPT1], ids=["gpt2", "gpt1"])
@pytest.mark.parametrize("prefix", ["", "transformer."])
def test_names_with_and_without_prefix_and_masks(config, prefix, monkeypatch):
    tensors = stored(config, prefix, **MASKS, position_ids=("I64", (6,)))
    names = fill(config, tensors, monkeypatch)
    assert len(names) == len(set(names)) == len(GPT(config).specs())
    assert prefix + ("wte.weight" if config is SMALL else "tokens_embed.weight") in names


def test_a_tied_head_may_be_stored_where_it_is_equal(monkeypatch):
    assert "lm_head.weight" in fill(SMALL, stored(SMALL, **{"lm_head.weight": ("F32", (11, 8))}), monkeypatch)
    # What is read is 1 everywhere, but of another shape.
    with pytest.raises(UserError, match=r'head.weight differs .* write "tie_word_embeddings": false'):
        fill(SMALL, stored(SMALL, **{"lm_head.weight": ("F32", (11, 7))}), monkeypatch)


def test_an_untied_head_is_a_parameter(monkeypatch):
    config = dataclasses.replace(SMALL, tied=False)
    tensors = stored(config, "transformer.")
    assert "lm_head.weight" in fill(config, tensors, monkeypatch)
    del tensors["lm_head.weight"]
    with pytest.raises(UserError, match=r"lm_head.weight is missing, expected \[11, 8\]"):
        fill(config, tensors, monkeypatch)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ln_f.bias": None}, r"ln_f.bias is missing, expected \[8\]"),
        ({"ln_f.bias": ("F32", (9,))}, r"transformer.ln_f.bias has shape \[9\], expected \[8\]"),
        ({"wte.weight": ("F32", (8, 11))}, r"wte.weight has shape \[8, 11\], expected \[11, 8\]"),
        ({"ln_f.bias": ("I8", (8,))}, "transformer.ln_f.bias holds I8, expected F64, F32, F16, BF16"),
        ({"h.2.ln_1.bias": ("F32", (8,))}, r"transformer.h.2.ln_1.bias \[8\] is not in the model"),
        ({"h.0.attn.weight": ("F32", (8,))}, "h.0.attn.weight .* is not in the model"),
        ({"attn.bias": ("F32", (1,))}, "attn.bias .* is not in the model"),
        ({"tokens_embed.weight": ("F32", (11, 8))}, "wte.weight are the same parameter"),
        ({"a\nb": ("F32", (1,))}, r"'transformer.a\\nb' \[1\] is not in the model"),
    ],
)
def test_tensors_that_do_not_fit_are_named(changes, message, monkeypatch):
    with pytest.raises(UserError, match=f"f does not fit config.json: .*{message}") as caught:
        fill(SMALL, stored(SMALL, "transformer.", **changes), monkeypatch)
    assert "\n" not in str(caught.value)


def test_a_wholly_different_file_is_told_in_a_few_words(monkeypatch):
    deep = dataclasses.replace(SMALL, n_layer=40)
    tensors = {f"model.{name}": t for name, t in stored(deep).items()}
    with pytest.raises(
        UserError, match=r"is missing.*; and 22 more; .* not in the model; .*more\.$"
    ) as caught:
        fill(SMALL, tensors, monkeypatch)
    assert len(str(caught.value)) < 1000


def test_a_gpt1_file_is_spoken_of_in_its_own_names(monkeypatch):
    tensors = stored(GPT1, **{"tokens_embed.weight": None})
    with pytest.raises(UserError, match=r"tokens_embed.weight is missing"):
        fill(GPT1, tensors, monkeypatch)
