"""The kernels of a training step, where the table of every kernel does not look: options, edges, threads."""

import dataclasses
import platform
import subprocess
import sys

import numpy as np
import pytest

from scratchgpt import kernels, optim
from scratchgpt.config import PRESETS, GPTConfig, TrainConfig
from scratchgpt.corpus import Encoded
from scratchgpt.errors import UserError
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE
from scratchgpt.ops.cross_entropy import CrossEntropyCache
from scratchgpt.params import Params, Spec
from scratchgpt.tokenizer import CharTokenizer
from scratchgpt.trainer import Trainer

NUMBA = kernels.load("numba")
FLOATS = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def draw(*shape, dtype=np.float32, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def error(found, expected):
    expected = np.asarray(expected, dtype=np.float64)
    return np.linalg.norm(np.asarray(found, dtype=np.float64) - expected) / np.linalg.norm(expected)


# Cross-entropy: weights, ignored targets, logits that are given away


LOGITS = 3 * draw(4, 5, 211)
TARGETS = np.random.default_rng(1).integers(0, 211, (4, 5))
TARGETS[0], TARGETS[2, 3] = 7, -1
WEIGHTS = np.random.default_rng(2).random((4, 5))


@pytest.mark.parametrize("name", ["cross_entropy", "cross_entropy_donated"])
@pytest.mark.parametrize("weights", [None, WEIGHTS, np.zeros((4, 5))], ids=["plain", "weighted", "all zero"])
@pytest.mark.parametrize("ignore_index", [-1, 7])
def test_cross_entropy_with_weights_and_ignored_targets(name, weights, ignore_index):
    targets = np.where(TARGETS == -1, ignore_index, TARGETS)
    wide = LOGITS.astype(np.float64)
    expected, cache = REFERENCE.cross_entropy_forward(wide, targets, weights, ignore_index)
    gradient = REFERENCE.cross_entropy_backward(0.3, cache)
    forward, backward = getattr(NUMBA, f"{name}_forward"), getattr(NUMBA, f"{name}_backward")
    loss, found = forward(LOGITS.copy(), targets, weights, ignore_index)
    assert loss == pytest.approx(expected, rel=1e-5) and loss.dtype == np.float32
    for dloss in (0.3, np.float64(0.3), np.float32(0.3)):
        dlogits = backward(dloss, found)
        assert dlogits.dtype == np.float32 and dlogits.shape == LOGITS.shape
        assert np.linalg.norm(dlogits - gradient) <= 1e-5 * np.linalg.norm(gradient)
    assert np.array_equal(backward(0.3, found), backward(0.3, found))


def test_logits_given_away_become_their_gradient_and_others_stay():
    logits = LOGITS.copy()
    _, cache = NUMBA.cross_entropy_forward(logits, TARGETS)
    dlogits = NUMBA.cross_entropy_backward(1.0, cache)
    assert np.array_equal(logits, LOGITS)
    _, cache = NUMBA.cross_entropy_donated_forward(logits, TARGETS)
    donated = NUMBA.cross_entropy_donated_backward(1.0, cache)
    assert np.shares_memory(donated, logits)
    np.testing.assert_allclose(donated, dlogits, rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("name", ["cross_entropy_forward", "cross_entropy_donated_forward"])
def test_cross_entropy_refuses_a_target_beyond_the_vocabulary(name):
    with pytest.raises(IndexError):
        getattr(NUMBA, name)(LOGITS.copy(), TARGETS + 211)
    _, cache = NUMBA.cross_entropy_forward(LOGITS, TARGETS - 211, ignore_index=-212)
    assert isinstance(cache, CrossEntropyCache), "an index from the end is the reference's business"


# What is not a number stays visible


@FLOATS
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_behaves_as_in_the_reference(value, dtype):
    x = draw(6, 19, dtype=dtype)
    x[2, 3] = value
    dy, weight, bias = draw(6, 19, dtype=dtype, seed=1), draw(19, dtype=dtype), draw(19, dtype=dtype)
    targets = np.arange(6)

    def results(ops):
        with np.errstate(invalid="ignore", over="ignore"):
            y, cache = ops.layernorm_forward(x, weight, bias)
            z, gelu = ops.gelu_forward(x)
            loss, logits = ops.cross_entropy_forward(x, targets)
            donated, owned = ops.cross_entropy_donated_forward(x.copy(), targets)
            dropped, mask = ops.dropout_forward(x, 0.5, np.random.default_rng(3))
            yield from (y, z, loss, donated, dropped, *ops.layernorm_backward(dy, cache))
            yield from (ops.gelu_backward(dy, gelu), ops.dropout_backward(x, mask))
            yield ops.cross_entropy_backward(1.0, logits)
            yield ops.cross_entropy_donated_backward(1.0, owned)

    for found, expected in zip(results(NUMBA), results(REFERENCE), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)  # NaN where the other has NaN


def test_gelu_far_from_zero():
    x = np.array([-1e4, -60, -11, -5, -1e-6, 0, 1e-6, 5, 11, 60, 1e4], np.float32)
    y, cache = NUMBA.gelu_forward(x)
    wide, wide_cache = REFERENCE.gelu_forward(x.astype(np.float64))
    np.testing.assert_allclose(y, wide, rtol=1e-5, atol=1e-6)
    slope = REFERENCE.gelu_backward(np.ones(11), wide_cache)
    np.testing.assert_allclose(
        NUMBA.gelu_backward(np.ones(11, np.float32), cache), slope, rtol=1e-5, atol=2e-6
    )


# Dropout draws the reference's mask


@pytest.mark.parametrize("size", [(1,), (3, 7), (2, 3, 4, 129), (1000, 701)])
@pytest.mark.parametrize("p", [0.1, 0.5, 0.999])
def test_dropout_is_the_same_bit_for_bit(size, p):
    x = draw(*size)
    y, cache = NUMBA.dropout_forward(x, p, np.random.default_rng(5))
    expected, expected_cache = REFERENCE.dropout_forward(x, p, np.random.default_rng(5))
    assert cache == expected_cache and np.array_equal(y, expected)
    assert np.array_equal(NUMBA.dropout_backward(x, cache), REFERENCE.dropout_backward(x, cache))


def test_dropout_does_nothing_without_a_generator():
    x = draw(3, 4)
    assert NUMBA.dropout_forward(x, 0.5, None)[0] is x


# Gradients that are added


def test_repeated_ids_collect_all_their_gradients():
    ids = np.array([[3, 3, 3, 0], [-1, 3, 5, 0]])
    weight, dy = draw(6, 5), draw(2, 4, 5, seed=1)
    _, cache = NUMBA.embedding_forward(ids, weight)
    expected = REFERENCE.embedding_backward(
        dy.astype(np.float64), REFERENCE.embedding_forward(ids, weight)[1]
    )
    assert error(NUMBA.embedding_backward(dy, cache), expected) < 1e-6
    given = weight.copy()
    NUMBA.embedding_backward_into(dy, cache, given)
    assert error(given, expected + weight) < 1e-6


@pytest.mark.parametrize("into", ["plain", "transposed", "view"])
@pytest.mark.parametrize("panel", [1, 100, None])
def test_a_weight_gradient_is_added_by_the_product_or_panel_by_panel(into, panel, monkeypatch):
    if panel:
        monkeypatch.setattr("scratchgpt.kernels.numba_cpu.linear.add_matmul", lambda a, b, c: False)
        monkeypatch.setattr("scratchgpt.kernels.numba_cpu.linear._PANEL", panel)
    x, dy, weight, bias = draw(2, 5, 7), draw(2, 5, 9, seed=1), draw(7, 9, seed=2), draw(9, seed=3)
    before = draw(7, 9, seed=4)
    room = {"plain": np.zeros((7, 9)), "transposed": np.zeros((9, 7)).T, "view": np.zeros((7, 18))[:, ::2]}
    dweight, dbias = room[into].astype(np.float32), draw(9, seed=5)
    if into == "view":
        dweight = np.zeros((7, 18), np.float32)[:, ::2]
    dweight[...] = before
    _, cache = NUMBA.linear_forward(x, weight, bias)
    dx, own, own_bias = REFERENCE.linear_backward(dy.astype(np.float64), cache)
    assert error(NUMBA.linear_backward_into(dy, cache, dweight, dbias), dx) < 1e-6
    assert error(dweight, before + own) < 1e-6
    assert error(dbias, draw(9, seed=5) + own_bias) < 1e-6


def test_a_replaced_backward_serves_the_reference_and_is_refused_where_it_is_hidden():
    def twice(dy, cache):
        return tuple(2 * g for g in REFERENCE.linear_backward(dy, cache))

    _, cache = REFERENCE.linear_forward(draw(4, 7), draw(7, 9), draw(9))
    dweight = np.zeros((7, 9), np.float32)
    REFERENCE.replace(linear_backward=twice).linear_backward_into(draw(4, 9), cache, dweight)
    np.testing.assert_allclose(dweight, 2 * REFERENCE.linear_backward(draw(4, 9), cache)[1])
    for name in ("linear_backward", "embedding_backward", "cross_entropy_forward", "adamw_step"):
        with pytest.raises(UserError, match=r'kernels\.load\("numpy"\)'):
            NUMBA.replace(**{name: REFERENCE.functions[name]})


# The optimizer


@FLOATS
@pytest.mark.parametrize("n", [1, 37, 700_001])
def test_adamw_is_the_reference_s(n, dtype):
    rates = {"lr": 0.1, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1, "step": 3}
    arrays = [draw(n, dtype=dtype, seed=i) for i in range(3)] + [abs(draw(n, dtype=dtype, seed=3))]
    expected = [a.astype(np.float64) for a in arrays]
    grad = arrays[1].copy()
    REFERENCE.adamw_step(expected[0], 0.25 * expected[1], *expected[2:], **rates)
    NUMBA.adamw_scaled_step(*arrays, scale=0.25, **rates)
    assert np.array_equal(arrays[1], grad)
    for i in (0, 2, 3):
        assert error(arrays[i], expected[i]) < (1e-12 if dtype == np.float64 else 1e-6)


@pytest.mark.parametrize("name", ["sgd", "momentum", "rmsprop", "adam", "adamw"])
def test_a_scaled_step_is_the_step_of_clipped_gradients(name):
    results = []
    for clipped_before in (True, False):
        params = Params.zeros({"a": Spec((40, 7), decay=True), "b": Spec((5,))}, np.float64)
        grads = params.zeros_like()
        grads.buffer[...] = draw(params.buffer.size, dtype=np.float64)
        rule = optim.from_config(TrainConfig(optimizer=name), NUMBA)
        moments = rule.init(params)
        norm, scale = optim.clip_factor(grads, 0.5)
        assert scale == pytest.approx(0.5 / norm) and scale < 1
        if clipped_before:
            grads.buffer *= scale
            scale = 1.0
        rule.step(params, grads, moments, lr=0.1, step=1, scale=scale)
        results.append(params.buffer)
    np.testing.assert_allclose(results[1], results[0], rtol=1e-12)


# A training run


CONFIG = GPTConfig(vocab_size=65, block_size=16, n_layer=2, n_head=4, n_embd=32)


@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_twenty_steps_have_the_losses_of_the_reference(dropout):
    config = dataclasses.replace(CONFIG, embd_dropout=dropout, attn_dropout=dropout, resid_dropout=dropout)
    tokens = (np.random.default_rng(1).integers(0, 65, 3000) ** 2 % 65).astype(np.uint16)
    train = TrainConfig(steps=20, batch_size=4, warmup=4, lr=3e-3, clip=0.5, accumulate=2)
    losses = []
    for ops in (REFERENCE, NUMBA):
        trainer = Trainer(GPT(config, ops), train, Encoded(tokens, tokens[:200], 200))
        state = trainer.init(trainer.model.init(np.random.default_rng(0)))
        rows = []
        for _ in range(20):
            state, report = trainer.step(state)
            rows.append((report.loss, report.grad_norm))
        losses.append(rows)
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-4)
    assert losses[0][-1][0] < losses[0][0][0]


_BYTES = """
import hashlib, numpy as np
from scratchgpt import kernels
ops = kernels.load("numba")
rng = np.random.default_rng(0)
x, dy = rng.standard_normal((2, 1100, 512), np.float32)
w = rng.standard_normal(512, np.float32)
digest = hashlib.sha256()
for result in (ops.layernorm_backward(dy, ops.layernorm_forward(x, w, w)[1]), ops.gelu_forward(x)[0],
               ops.linear_backward(dy, ops.linear_forward(x, np.outer(w, w) / 512, w)[1])[2]):
    for a in result if isinstance(result, tuple) else (result,):
        digest.update(a.tobytes())
        print(float(abs(a).astype(np.float64).sum()))
print(digest.hexdigest())
"""


@pytest.mark.exhaustive
def test_the_same_threads_give_the_same_bytes_and_others_the_same_numbers(monkeypatch):
    found = []
    for threads in ("2", "2", "1"):
        monkeypatch.setenv("NUMBA_NUM_THREADS", threads)
        found.append(
            subprocess.run([sys.executable, "-c", _BYTES], capture_output=True, text=True, check=True)
        )
    first, again, other = (result.stdout.split() for result in found)
    assert first == again
    np.testing.assert_allclose([float(a) for a in other[:-1]], [float(a) for a in first[:-1]], rtol=1e-6)


@pytest.mark.shared
@pytest.mark.exhaustive
def test_tiny_shakespeare_has_the_same_loss_curve(shared_data):
    """The char preset as `train` runs it, 50 steps: float32 rounds differently, and no more than that."""
    text = (shared_data / "tinyshakespeare" / "input.txt").read_text(encoding="utf-8")
    tokenizer = CharTokenizer.train(text)
    preset = PRESETS["char"]
    ids = np.array(tokenizer.encode(text[:200_000]), dtype=np.uint16)
    shape = dataclasses.replace(preset.model, vocab_size=tokenizer.vocab_size)
    losses = []
    for ops in (REFERENCE, NUMBA):
        trainer = Trainer(GPT(shape, ops), preset.train, Encoded(ids[:-10_000], ids[-10_000:], 10_000))
        state = trainer.init(trainer.model.init(np.random.default_rng(0)))
        curve = []
        for _ in range(50):
            state, report = trainer.step(state)
            curve.append(report.loss)
        losses.append(curve)
    assert losses[0][-1] < losses[0][0] - 1
    np.testing.assert_allclose(losses[1], losses[0], rtol=0, atol=1e-4)


FAULTS = """
import resource
import numpy as np
from scratchgpt import kernels
kernels.load("numba")

def make():
    np.empty(8_000_000, np.float32).fill(1)  # 32 MB

make()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    make()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="mallopt is glibc's")
def test_large_arrays_are_made_from_memory_that_the_process_has():
    done = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 500, "5 arrays of 8,000 pages each"


def test_a_few_vectors_need_no_kernel_with_threads(monkeypatch):
    """While text is generated: that kernel takes three times as long to compile, for nothing."""
    from scratchgpt.kernels.numba_cpu import layernorm

    def threads(*args):
        raise RuntimeError("asked for threads")

    monkeypatch.setattr(layernorm, "_layernorm", threads)
    weight, bias = draw(64, seed=1), draw(64, seed=2)
    x = draw(4, 2, 64)
    expected, _ = REFERENCE.layernorm_forward(x.astype(np.float64), weight, bias)
    assert error(NUMBA.layernorm_forward(x, weight, bias)[0], expected) < 1e-6
    with pytest.raises(RuntimeError, match="asked for threads"):
        NUMBA.layernorm_forward(draw(9, 64), weight, bias)
