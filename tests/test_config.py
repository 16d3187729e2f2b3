"""Configurations: the presets are the published ones, and impossible values are named."""

import math
from dataclasses import asdict

import numpy as np
import pytest

from scratchgpt.config import PRESETS, GPTConfig, SampleConfig, TrainConfig
from scratchgpt.errors import UserError


def test_presets_are_the_published_models():
    shapes = {
        "gpt2": (12, 12, 768),
        "gpt2-medium": (24, 16, 1024),
        "gpt2-large": (36, 20, 1280),
        "gpt2-xl": (48, 25, 1600),
    }
    for name, shape in shapes.items():
        m, t = PRESETS[name].model, PRESETS[name].train
        assert (m.n_layer, m.n_head, m.n_embd) == shape
        assert (m.vocab_size, m.block_size, m.norm_position, m.final_norm) == (50257, 1024, "pre", True)
        assert t.batch_size * t.accumulate * m.block_size == 524_288  # 0.5 M tokens a step
        assert (t.lr, t.warmup, t.beta1, t.beta2, t.weight_decay, t.clip) == (6e-4, 2000, 0.9, 0.95, 0.1, 1)
    m, t = PRESETS["openai-gpt"].model, PRESETS["openai-gpt"].train
    assert (m.vocab_size, m.block_size, m.norm_position, m.final_norm) == (40478, 512, "post", False)
    assert (t.lr, t.batch_size, t.min_lr) == (2.5e-4, 64, 0.0)


# Every field of every preset, so that none changes unnoticed. Radford et al. 2019, section 2.3 and Table 2.
GPT2_MODEL = {
    "vocab_size": 50257,
    "block_size": 1024,
    "n_layer": 12,
    "n_head": 12,
    "n_embd": 768,
    "n_inner": None,
    "norm": "layernorm",
    "norm_position": "pre",
    "final_norm": True,
    "norm_eps": 1e-5,
    "activation": "gelu",
    "positions": "learned",
    "bias": True,
    "tied": True,
    "causal": True,
    "embd_dropout": 0.0,
    "attn_dropout": 0.0,
    "resid_dropout": 0.0,
}
# nanoGPT's train_gpt2.py and its README; GPT-2's own training was never published in full.
GPT2_TRAINING = {
    "steps": 600_000,
    "batch_size": 16,
    "seq_len": 0,
    "accumulate": 32,
    "lr": 6e-4,
    "min_lr": 6e-5,
    "warmup": 2000,
    "schedule": "cosine",
    "optimizer": "adamw",
    "beta1": 0.9,
    "beta2": 0.95,
    "eps": 1e-8,
    "weight_decay": 0.1,
    "clip": 1.0,
    "objective": "clm",
    "mask_prob": 0.15,
    "val_fraction": 0.001,
    "eval_every": 1000,
    "eval_batches": 200,
    "save_every": 1000,
    "sample_every": 1000,
    "patience": 0,
    "stats": 0,
    "milestones": 0,
    "seed": 0,
}
# Radford et al. 2018, section 4.1: 12 layers, 768 wide, 12 heads, 3,072 inside the MLP, 512 positions, GELU;
# Adam up to 2.5e-4 over 2,000 updates, a cosine to 0, 64 sequences, all three dropouts 0.1, decoupled L2 of
# 0.01 on all but biases and gains. Section 4.1 leaves beta, eps and the clipping to the code published with
# it (openai/finetune-transformer-lm: 0.9, 0.999, 1e-8, 1).
GPT1_MODEL = GPT2_MODEL | {
    "vocab_size": 40478,
    "block_size": 512,
    "norm_position": "post",
    "final_norm": False,
    "embd_dropout": 0.1,
    "attn_dropout": 0.1,
    "resid_dropout": 0.1,
}
GPT1_TRAINING = GPT2_TRAINING | {
    "steps": 3_000_000,
    "batch_size": 64,
    "accumulate": 1,
    "lr": 2.5e-4,
    "min_lr": 0.0,
    "beta2": 0.999,
    "weight_decay": 0.01,
}
# nanoGPT's README for tiny Shakespeare on a laptop, and ours for the bundled model.
SMALL_TRAINING = GPT2_TRAINING | {
    "accumulate": 1,
    "min_lr": 1e-4,
    "warmup": 100,
    "beta2": 0.99,
}
CHAR_TRAINING = SMALL_TRAINING | {
    "steps": 2000,
    "batch_size": 12,
    "lr": 1e-3,
    "val_fraction": 0.1,
    "eval_every": 250,
    "eval_batches": 40,
    "save_every": 250,
    "sample_every": 500,
}
MINI_TRAINING = SMALL_TRAINING | {
    "steps": 7000,
    "batch_size": 8,
    "lr": 2e-3,
    "val_fraction": 0.02,
    "eval_every": 500,
    "eval_batches": 20,
    "save_every": 100,
    "sample_every": 1000,
    "milestones": 20,
}


def shaped(base, **sizes):
    return base | sizes


PUBLISHED = {
    "gpt2": (GPT2_MODEL, GPT2_TRAINING, "bpe"),
    "gpt2-medium": (shaped(GPT2_MODEL, n_layer=24, n_head=16, n_embd=1024), GPT2_TRAINING, "bpe"),
    "gpt2-large": (shaped(GPT2_MODEL, n_layer=36, n_head=20, n_embd=1280), GPT2_TRAINING, "bpe"),
    "gpt2-xl": (shaped(GPT2_MODEL, n_layer=48, n_head=25, n_embd=1600), GPT2_TRAINING, "bpe"),
    "openai-gpt": (GPT1_MODEL, GPT1_TRAINING, "bpe"),
    "char": (
        shaped(GPT2_MODEL, vocab_size=256, block_size=64, n_layer=4, n_head=4, n_embd=128),
        CHAR_TRAINING,
        "char",
    ),
    "mini": (
        shaped(GPT2_MODEL, vocab_size=4096, block_size=256, n_layer=6, n_head=8, n_embd=256),
        MINI_TRAINING,
        "bpe",
    ),
}


@pytest.mark.parametrize("name", PRESETS)
def test_every_field_of_a_preset_is_pinned(name):
    preset = PRESETS[name]
    assert (asdict(preset.model), asdict(preset.train), preset.tokenizer) == PUBLISHED[name]


def test_every_preset_has_a_source_and_a_tokenizer():
    assert set(PRESETS) == {
        "mini", "char", "gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl", "openai-gpt"
    }  # fmt: skip
    for preset in PRESETS.values():
        assert len(preset.source) > 20 and preset.tokenizer in ("char", "bpe")


@pytest.mark.parametrize("kind", [GPTConfig, TrainConfig, SampleConfig])
def test_every_field_explains_itself(kind):
    for name, f in kind.__dataclass_fields__.items():
        assert len(f.metadata["help"]) > 10, name


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (GPTConfig, {"n_embd": 10, "n_head": 3}),
        (GPTConfig, {"n_layer": 0}),
        (GPTConfig, {"n_layer": 2.5}),
        (GPTConfig, {"n_layer": True}),
        (GPTConfig, {"n_layer": "2"}),
        (GPTConfig, {"tied": 1}),
        (GPTConfig, {"norm_eps": "small"}),
        (GPTConfig, {"activation": None}),
        (GPTConfig, {"n_head": -1}),
        (GPTConfig, {"n_inner": 0}),
        (GPTConfig, {"norm": "batchnorm"}),
        (GPTConfig, {"norm_eps": 0.0}),
        (GPTConfig, {"norm_eps": math.nan}),
        (GPTConfig, {"embd_dropout": 1.0}),
        (GPTConfig, {"attn_dropout": -0.1}),
        (GPTConfig, {"positions": "sinusoidal", "n_embd": 9, "n_head": 3}),
        (TrainConfig, {"steps": 0}),
        (TrainConfig, {"seq_len": -1}),
        (TrainConfig, {"lr": 0.0}),
        (TrainConfig, {"lr": math.inf}),
        (TrainConfig, {"min_lr": 1.0}),
        (TrainConfig, {"beta1": 1.0}),
        (TrainConfig, {"clip": -1.0}),
        (TrainConfig, {"clip": math.nan}),
        (TrainConfig, {"schedule": "step"}),
        (TrainConfig, {"seed": -1}),
        (TrainConfig, {"val_fraction": 0.0}),
        (TrainConfig, {"mask_prob": 0.0}),
        (TrainConfig, {"mask_prob": 1.0}),
        (TrainConfig, {"lr": np.float32("inf")}),
        (SampleConfig, {"temperature": -0.1}),
        (SampleConfig, {"temperature": math.nan}),
        (SampleConfig, {"top_p": 0.0}),
        (SampleConfig, {"top_k": -1}),
        (SampleConfig, {"max_new_tokens": 0}),
        (SampleConfig, {"stop": ("",)}),
        (SampleConfig, {"seed": -1}),
        (SampleConfig, {"temperature": np.float32("inf")}),
    ],
)
def test_impossible_values_are_named(kind, values):
    with pytest.raises(UserError) as caught:
        kind(**values)
    message = str(caught.value)
    assert next(iter(values)) in message and "\n" not in message


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"top_k": 2.5}, "top_k is 2.5, expected an integer."),
        ({"max_new_tokens": 2.5}, "max_new_tokens is 2.5, expected an integer."),
        ({"num_samples": True}, "num_samples is True, expected an integer."),
        ({"temperature": "hot"}, "temperature is 'hot', expected a number."),
        ({"top_p": None}, "top_p is None, expected a number."),
        ({"seed": 1.5}, "seed is 1.5, expected an integer."),
        ({"stop": "END"}, "stop is 'END', expected a tuple of texts, such as ('END',)."),
        ({"stop": (".", 3)}, "stop is ('.', 3), expected a tuple of texts, such as ('END',)."),
    ],
)
def test_sampling_takes_the_types_of_its_fields(values, message):
    with pytest.raises(UserError) as caught:
        SampleConfig(**values)
    assert str(caught.value) == message


def test_numpy_numbers_are_numbers():
    assert SampleConfig(top_k=np.int64(3), temperature=np.float32(0.5), seed=np.uint8(1)).top_k == 3
    assert SampleConfig(temperature=1, stop=("a", "b")).stop == ("a", "b")
