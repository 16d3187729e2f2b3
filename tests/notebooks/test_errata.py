"""The errata of lessons/README.md, computed: what is often told is not so, and what is right is."""

import dataclasses
import math
import re
from pathlib import Path

import numpy as np
import pytest

from scratchgpt import gradcheck
from scratchgpt.config import PRESETS
from scratchgpt.costs import parameters_by_part
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE as ops
from scratchgpt.ops.attention import attention_backward, attention_forward
from scratchgpt.tasks.formats import Formatter, Specials
from scratchgpt.tokenizer import CharTokenizer
from scratchgpt.worked.bpe import learn_merges
from scratchgpt.worked.network_2_2_1 import PAPER, PAPER_X, PAPER_Y, network_forward
from scratchgpt.worked.tied_head import tied_model_backward, tied_model_forward

README = Path(__file__).parents[2] / "lessons" / "README.md"

# Radford et al. 2018, Table 5: CoLA, SST-2, MRPC, STS-B, QQP, MNLI, QNLI, RTE.
WITH_AUXILIARY_LOSS = (45.4, 91.3, 82.3, 82.0, 70.3, 81.8, 88.1, 56.0)
WITHOUT = (47.9, 92.0, 84.9, 83.2, 69.8, 81.1, 86.9, 54.4)


def test_each_row_has_its_test_and_each_test_its_row():
    text = README.read_text(encoding="utf-8").partition("## Errata")[2]
    rows = re.findall(r"\| `(\w+)` \|$", text, re.MULTILINE)
    tests = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]
    assert sorted(rows) == sorted(name for name in tests if not name.startswith("each_row"))


def test_the_2_2_1_network():
    _, cache = network_forward(PAPER_X, PAPER_Y, PAPER)
    assert f"{cache.y_hat:.4f}" == "0.7645" and f"{cache.y_hat:.6f}" == "0.764498"


def test_a_softmax_that_does_not_sum_to_one():
    told = (0.098, 0.259, 0.204, 0.204, 0.179)
    assert sum(told) == pytest.approx(0.944)
    right = ops.softmax(np.array([-0.54, 0.43, 0.19, 0.19, 0.06]))
    assert right.round(4).tolist() == [0.1041, 0.2745, 0.2159, 0.2159, 0.1896]


def test_temperatures():
    logits = np.array([2.0, 1.0, 0.5])
    assert sum((0.51, 0.19, 0.15)) < 0.9 and sum((0.39, 0.24, 0.18)) < 0.9
    assert ops.softmax(logits).round(4).tolist() == [0.6285, 0.2312, 0.1402]
    assert ops.softmax(logits / 2).round(4).tolist() == [0.4810, 0.2918, 0.2272]


def test_which_rule_made_est():
    counts = {"low": 5, "lowest": 2, "newer": 3, "wider": 2}
    made = ["".join(pair) for pair in learn_merges(counts.items(), 99)]
    assert made[:8] == ["lo", "low", "er", "ne", "new", "newer", "lowe", "lowes"]
    assert "est" not in made and "wid" not in made[:8]


def test_unscaled_scores_make_gradients_vanish():
    rng = np.random.default_rng(0)
    q, k, v, dy = (rng.normal(size=(1, 1, 64, 1024)) for _ in range(4))

    def query_gradient(scale):
        """The median over queries: where two keys tie by chance, something gets through a hard softmax."""
        _, cache = attention_forward(q * scale, k, v, causal=False, ops=ops)
        dq, _, _ = attention_backward(dy, cache, ops=ops)
        return np.median(np.linalg.norm(dq * scale, axis=-1))

    # attention divides by sqrt(1024) = 32: queries 32 times as long leave the scores unscaled.
    assert query_gradient(32.0) < 0.2 * query_gradient(1.0)


def test_the_missing_transpose():
    rng = np.random.default_rng(0)
    q, k, v, dy = (rng.normal(size=(2, 3, 5, 4)) for _ in range(4))
    _, cache = attention_forward(q, k, v, ops=ops)
    _, dk, _ = attention_backward(dy, cache, ops=ops)
    weights = cache.weights
    dp = dy @ v.swapaxes(2, 3)
    ds = weights * (dp - (dp * weights).sum(-1, keepdims=True)) / math.sqrt(4)
    assert np.allclose(dk, ds.swapaxes(2, 3) @ q)

    def loss():
        return (attention_forward(q, k, v, ops=ops)[0] * dy).sum()

    assert gradcheck.check(loss, {"k": k}, {"k": dk}).ok
    wrong = gradcheck.check(loss, {"k": k}, {"k": ds @ q})
    assert not wrong.ok and wrong.max_error > 0.5


def test_both_halves_of_a_tied_gradient():
    rng = np.random.default_rng(0)
    weight, ids, dlogits = rng.normal(size=(7, 4)), rng.integers(0, 7, (2, 5)), rng.normal(size=(2, 5, 7))
    _, cache = tied_model_forward(ids, weight)
    right = tied_model_backward(dlogits, cache)

    def loss():
        return (tied_model_forward(ids, weight)[0] * dlogits).sum()

    assert gradcheck.check(loss, {"weight": weight}, {"weight": right}).ok
    assert not gradcheck.check(loss, {"weight": weight}, {"weight": right / 2}).ok


def test_residual_additions_are_counted():
    config = dataclasses.replace(
        PRESETS["gpt2"].model, vocab_size=50, block_size=8, n_layer=8, n_head=4, n_embd=256
    )
    params = GPT(config).init(np.random.default_rng(0))
    for name in ("attn", "mlp"):
        measured = params.flat[f"h.3.{name}.c_proj.weight"].std()
        assert measured == pytest.approx(0.02 / math.sqrt(2 * 8), rel=0.02)
        assert measured != pytest.approx(0.02 / math.sqrt(8), rel=0.2)


def test_how_many_parameters():
    assert sum(parameters_by_part(PRESETS["gpt2"].model).values()) == 124_439_808
    assert sum(parameters_by_part(PRESETS["openai-gpt"].model).values()) == 116_534_784


def test_gpt2_has_biases_in_attention():
    specs = GPT(PRESETS["gpt2"].model).specs()
    assert specs["h.0.attn.c_attn.bias"].shape == (2304,) and specs["h.0.attn.c_proj.bias"].shape == (768,)


def test_adam_without_correction():
    beta1, beta2 = 0.9, 0.999
    corrected = {t: (1 - beta1**t, math.sqrt(1 - beta2**t)) for t in (1, 10)}
    m, v = corrected[1]
    assert 1 / m == pytest.approx(10)  # what m alone lacks
    assert m / v == pytest.approx(3.16, abs=0.005)  # the step m / sqrt(v) is too large, not too small
    m, v = corrected[10]
    assert m / v == pytest.approx(6.5, abs=0.05)


def test_signals_of_a_text():
    ids = np.arange(9)  # T + 1 = 9 tokens
    logits, targets = np.zeros((1, len(ids) - 1, 9)), ids[None, 1:]
    _, cache = ops.cross_entropy_forward(logits, targets)
    assert np.count_nonzero(np.abs(ops.cross_entropy_backward(1.0, cache)).sum(-1)) == 8


def test_eighteen_tokens():
    premise, hypothesis = "abcdefg", "hijklm"  # and the space that begins a text
    tokenizer = CharTokenizer.train(premise + hypothesis + " ")
    formatter = Formatter(tokenizer, "pair", Specials.behind(tokenizer.vocab_size), 64)
    (ids,) = formatter.sequences([premise, hypothesis])
    assert (len(tokenizer.encode(f" {premise}")), len(tokenizer.encode(f" {hypothesis}"))) == (8, 7)
    assert len(ids) == 18


def test_two_times_2304():
    width, classes, rows = 768, 3, len(Specials.behind(0))
    assert width * classes == 2304 == rows * width
    assert width * 4 == 3072 != rows * width  # with four classes they differ


def test_a_mean_below_uniform():
    uniform, _ = ops.cross_entropy_forward(np.zeros((1, 40_000)), np.array([7]))
    assert f"{-uniform:.2f}" == "-10.60" and -uniform > -12.3


def test_the_auxiliary_loss():
    def mean(row):
        return sum(row) / len(row)

    assert f"{mean(WITHOUT):.1f}" == "75.0" and mean(WITH_AUXILIARY_LOSS) == pytest.approx(74.65)
    helped = [a > b for a, b in zip(WITH_AUXILIARY_LOSS, WITHOUT, strict=True)]
    assert helped == [False] * 4 + [True] * 4
