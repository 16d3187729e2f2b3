"""On a real GPU: every op against the float64 reference on the CPU, whole models, training there and back.

Without CuPy and a GPU these tests are skipped, with the reason that the backend itself would give.
"""

import dataclasses

import numpy as np
import pytest
from gpt_cases import GPT2, STYLES, batch, random_params
from kernel_checks import BOUNDS, error, inputs_in, set_sizes, widened
from op_cases import ARRAYLESS, FORWARDS, arrays_in, run_backward, run_forward, upstream_of

from scratchgpt import kernels, sampling
from scratchgpt.checkpoint import load_model, save_model
from scratchgpt.config import SampleConfig, TrainConfig
from scratchgpt.corpus.batches import Encoded
from scratchgpt.errors import UserError
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE
from scratchgpt.ops.arrays import to_host
from scratchgpt.tokenizer import CharTokenizer
from scratchgpt.trainer import Trainer

pytestmark = pytest.mark.gpu


@pytest.fixture(scope="module")
def gpu():
    try:
        return kernels.load("cupy")
    except UserError as error:
        pytest.skip(str(error))


def moved(value, move):
    """The same with every array moved, also inside caches."""
    if hasattr(value, "_fields"):
        return type(value)(*(moved(item, move) for item in value))
    if isinstance(value, dict):
        return {key: moved(item, move) for key, item in value.items()}
    return move(value) if isinstance(value, np.ndarray) or hasattr(value, "get") else value


@pytest.mark.parametrize("sizes", ["small", "one position", "odd", "long"])
@pytest.mark.parametrize("dtype", BOUNDS, ids=["float32", "float64"])
@pytest.mark.parametrize("name", [name for name in FORWARDS if name not in ARRAYLESS])
def test_every_op_computes_what_the_reference_does(gpu, name, dtype, sizes, monkeypatch):
    set_sizes(sizes, monkeypatch)
    inputs = inputs_in(name, dtype, np.copy)
    reference = moved(widened(inputs), np.copy)
    on_device = moved(inputs, gpu.xp.asarray)
    expected, expected_cache = run_forward(name, reference)
    found, cache = run_forward(name, on_device, gpu)
    forward, backward = BOUNDS[dtype]
    for f, e in zip(arrays_in(moved(found, to_host)), arrays_in(expected), strict=False):
        assert error(f, e) < forward
    for key, value in reference.items():
        if isinstance(value, np.ndarray) and not (key == "logits" and "donated" in name):
            assert error(to_host(on_device[key]), value) < forward, f"{key} after the call"
    gradient = f"{name.removesuffix('_forward')}_backward"
    if gradient in REFERENCE.functions:
        dy = upstream_of(gradient).astype(dtype)
        expected = run_backward(gradient, dy.astype(np.float64), expected_cache)
        found = run_backward(gradient, gpu.xp.asarray(dy), cache, gpu)
        again = run_backward(gradient, gpu.xp.asarray(dy), cache, gpu)
        for f, a, e in zip(found, again, expected, strict=True):
            assert error(to_host(f), e) < backward
            assert name.startswith("cross_entropy") or np.array_equal(to_host(f), to_host(a)), "bit for bit"


@pytest.mark.parametrize("D", [16, 64, 128])
@pytest.mark.parametrize("dropout", [0, 0.2])
def test_attention_on_tensor_cores(gpu, D, dropout):
    ops, rng = kernels.load("cupy", "bf16"), np.random.default_rng(0)
    qkv, dy = (rng.standard_normal((3, 131, n * 2 * D)).astype(np.float32) for n in (3, 1))
    mask = rng.random((3, 131)) < 0.8
    mask[0] = False  # a text without any key
    results = []
    for chosen, given in ((REFERENCE, np.float64), (ops, np.float32), (ops, np.float32)):
        x, above, keys = (chosen.xp.asarray(a) for a in (qkv.astype(given), dy.astype(given), mask))
        options = {"key_mask": keys, "dropout": dropout, "rng": np.random.default_rng(1)}
        y, cache = chosen.qkv_attention_forward(x, 2, **options)
        results.append([to_host(a) for a in (y, chosen.qkv_attention_backward(above, cache))])
    for expected, found, again in zip(*results, strict=True):
        assert error(found, expected) < 1e-2
        assert np.array_equal(found, again), "bit for bit"


@pytest.mark.parametrize("style", STYLES)
def test_whole_models_have_the_same_gradients(gpu, style):
    data, found = batch(), []
    for ops in (REFERENCE, gpu):
        model = GPT(STYLES[style], ops)
        params = random_params(model).on(ops.xp)
        grads, options = params.zeros_like(), moved(data.options, ops.xp.asarray)
        ids, targets = ops.xp.asarray(data.ids), ops.xp.asarray(data.targets)
        loss, cache = model.loss(params, ids, targets, rng=np.random.default_rng(5), **options)
        model.loss_backward(1.0, cache, grads)
        found.append((float(loss), to_host(grads.buffer)))
    assert abs(found[1][0] - found[0][0]) < 1e-10
    assert error(found[1][1], found[0][1]) < 1e-10


@pytest.mark.parametrize("precision, bound", [("fp32", 1e-5), ("tf32", 1e-2), ("bf16", 5e-2)])
def test_training_learns_the_same_and_a_run_moves_between_devices(gpu, precision, bound, tmp_path):
    text = np.random.default_rng(0).integers(0, 13, 4000)
    data = Encoded(text[:3000], text[3000:], 1000)
    config = TrainConfig(steps=6, batch_size=4, warmup=0, lr=1e-3, clip=0.5)
    shape, losses = dataclasses.replace(GPT2, n_embd=24, n_head=2), []
    for ops in (REFERENCE, kernels.load("cupy", precision)):
        trainer = Trainer(GPT(shape, ops), config, data)
        state = trainer.init(trainer.model.init(np.random.default_rng(0)))
        for _ in range(3):
            state, report = trainer.step(state)
        losses.append(report.loss)
    assert abs(losses[1] - losses[0]) < bound
    saved = tmp_path / "model"  # written on the GPU, read on the CPU
    save_model(saved, shape, state.params, CharTokenizer.train("abcdefghijklm"))
    model, params, _ = load_model(saved, REFERENCE)
    assert np.array_equal(params.buffer, to_host(state.params.buffer))
    sample = SampleConfig(max_new_tokens=8, temperature=0, overflow="truncate")
    words = [
        list(sampling.stream(m, p, [1, 2, 3], sample, sampling.generator(0)))
        for m, p in ((model, params), (trainer.model, state.params))
    ]
    assert precision != "fp32" or words[0] == words[1]
