"""Configurations: the presets are the published ones, and impossible values are named."""

import math

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
        (TrainConfig, {"lr": 0.0}),
        (TrainConfig, {"lr": math.inf}),
        (TrainConfig, {"min_lr": 1.0}),
        (TrainConfig, {"beta1": 1.0}),
        (TrainConfig, {"clip": -1.0}),
        (TrainConfig, {"clip": math.nan}),
        (TrainConfig, {"schedule": "step"}),
        (TrainConfig, {"seed": -1}),
        (TrainConfig, {"val_fraction": 0.0}),
        (SampleConfig, {"temperature": -0.1}),
        (SampleConfig, {"temperature": math.nan}),
        (SampleConfig, {"top_p": 0.0}),
        (SampleConfig, {"top_k": -1}),
        (SampleConfig, {"max_new_tokens": 0}),
        (SampleConfig, {"stop": ("",)}),
        (SampleConfig, {"seed": -1}),
    ],
)
def test_impossible_values_are_named(kind, values):
    with pytest.raises(UserError) as caught:
        kind(**values)
    message = str(caught.value)
    assert next(iter(values)) in message and "\n" not in message
