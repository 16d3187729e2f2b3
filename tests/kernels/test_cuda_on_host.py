"""The CUDA kernels and their launch code, run on the CPU: compiled by g++, on NumPy arrays (cuda_host).

What a GPU alone can tell, how fast they are and whether its memory model forgives less, is not tested here.
"""

import dataclasses

import cuda_host
import numpy as np
import pytest
from gpt_cases import GPT2, STYLES, batch, random_params
from kernel_checks import BOUNDS, check_names, check_op, check_whole_model, error, set_sizes
from op_cases import FORWARDS, strided

from scratchgpt import sampling
from scratchgpt.config import SampleConfig, TrainConfig
from scratchgpt.corpus.batches import Encoded
from scratchgpt.gradcheck import check_model
from scratchgpt.kernels.cupy_gpu import launch
from scratchgpt.kernels.cupy_gpu.functions import gpu_ops
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE
from scratchgpt.ops.packing import packed, stacked
from scratchgpt.trainer import Trainer

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(cuda_host.COMPILER is None, reason="there is no g++ to compile the CUDA kernels with"),
]
OPS = gpu_ops(module="numpy")
OURS = [name for name in FORWARDS if OPS.functions[name] is not REFERENCE.functions[name]]


@pytest.fixture(autouse=True)
def host(monkeypatch):
    monkeypatch.setitem(launch.COMPILERS, "numpy", cuda_host.HostModule)


@pytest.fixture
def poisoned(monkeypatch):
    """Arrays that are made without contents begin as NaN, or as numbers that are no index."""

    empty = cuda_host.poisoned
    monkeypatch.setattr(np, "empty", empty)
    monkeypatch.setattr(np, "empty_like", lambda x, dtype=None, **o: empty(np.shape(x), dtype or x.dtype))


@pytest.mark.parametrize("schedule", [0, 1, 2], ids=["forwards", "backwards", "shuffled"])
@pytest.mark.parametrize("sizes", ["small", "one position", "odd"])
@pytest.mark.parametrize("dtype", BOUNDS, ids=["float32", "float64"])
@pytest.mark.parametrize("name", OURS)
def test_every_kernel_computes_what_the_reference_does(name, dtype, sizes, schedule, poisoned, monkeypatch):
    set_sizes(sizes, monkeypatch)
    monkeypatch.setattr(cuda_host.HostModule, "schedule", schedule)
    check_op(OPS, name, dtype, strided if schedule == 1 else np.copy)


def test_names_signatures_and_defaults_are_those_of_the_reference():
    check_names(OPS, 25)


def test_the_gradient_checker_passes_the_kernels():
    model, data = GPT(GPT2, OPS), batch()
    params = random_params(model)
    report = check_model(model, params, data.ids, data.targets, dropout_seed=5, max_entries=2, **data.options)
    assert report.ok, f"\n{report}"


@pytest.mark.parametrize("dtype", BOUNDS, ids=["float32", "float64"])
@pytest.mark.parametrize("style", STYLES)
def test_whole_models_have_the_same_gradients(style, dtype, poisoned):
    """Padding, weights, ties and dropout on: the same mask is drawn bit for bit."""
    check_whole_model(OPS, style, dtype)


def test_a_model_trains_three_steps_and_speaks_as_with_the_reference(poisoned):
    text = np.random.default_rng(0).integers(0, 13, 400)
    data = Encoded(text[:300], text[300:], 100)
    config = TrainConfig(steps=3, batch_size=3, accumulate=2, warmup=0, lr=1e-2, clip=0.5)
    shape = dataclasses.replace(GPT2, n_embd=24, n_head=2)
    found = []
    for ops in (REFERENCE, OPS):
        trainer = Trainer(GPT(shape, ops), config, data)
        state = trainer.init(trainer.model.init(np.random.default_rng(0), dtype=np.float64))
        losses = []
        for _ in range(3):
            state, report = trainer.step(state)
            losses.append(report.loss)
        sample = SampleConfig(max_new_tokens=12, temperature=0, overflow="truncate")
        words = list(sampling.stream(trainer.model, state.params, [1, 2, 3], sample, sampling.generator(0)))
        found.append((losses, state.params.buffer, words))
    np.testing.assert_allclose(found[1][0], found[0][0], rtol=1e-12)
    assert error(found[1][1], found[0][1]) < 1e-10
    assert found[1][2] == found[0][2] and len(found[0][2]) == 12


def test_hidden_keys_and_dropout_and_strides_in_attention(poisoned, monkeypatch):
    """Several tiles, queries that are the last of the positions, a text without any key."""
    rng = np.random.default_rng(0)
    B, H, T, S, D = 2, 2, 41, 70, 19
    q, dy = rng.standard_normal((2, B, H, T, D))
    k, v = rng.standard_normal((2, B, H, S, D))
    mask = rng.random((B, S)) < 0.7
    mask[0] = False
    for schedule, options in enumerate(
        ({"key_mask": mask}, {"causal": False, "key_mask": mask}, {"key_mask": mask, "dropout": 0.3})
    ):
        monkeypatch.setattr(cuda_host.HostModule, "schedule", schedule)
        results = []
        for ops in (REFERENCE, OPS):
            y, cache = ops.attention_forward(q, k, v, **options, rng=np.random.default_rng(3))
            results.append((y, *ops.attention_backward(dy, cache)))
        for found, expected in zip(results[1], results[0], strict=True):
            assert error(found, expected) < 1e-12
        assert not results[1][0][0].any(), "a query without any key gets zeros"


@pytest.mark.parametrize("B, H, D, S", [(1, 2, 6, 5), (3, 3, 20, 37), (11, 2, 64, 70)])
@pytest.mark.parametrize("storage", ["fp32", "bf16", "int8"])
def test_a_new_token_is_made_of_packed_weights_and_a_cache_with_room(storage, B, H, D, S, monkeypatch):
    monkeypatch.setattr(cuda_host.HostModule, "schedule", B % 3)
    rng, (L, C) = np.random.default_rng(0), (2, H * D)

    def draw(*shape):
        return rng.standard_normal(shape).astype(np.float32)

    x, mask = draw(B, 1, C), rng.random((B, S)) < 0.8
    parameters = [draw(L, C), draw(L, C)]
    for inputs, outputs, norm in ((C, 3 * C, False), (C, C, True), (C, 4 * C, False), (4 * C, C, False)):
        weight = [packed(draw(inputs, outputs) / inputs**0.5, storage, 1) for _ in range(L)]
        parameters += [np.stack(weight) if storage == "fp32" else stacked(weight), draw(L, outputs)]
        parameters += [draw(L, C), None] if norm else []
    found = []
    for ops in (REFERENCE, OPS):
        rng = np.random.default_rng(1)
        caches = [rng.standard_normal((L, B, H, S + 3, D)).astype(np.float32)[:, :, :, :S] for _ in range(2)]
        y = ops.gpt2_blocks_cached(x, H, *caches, *parameters, key_mask=mask)
        table = packed(np.random.default_rng(2).standard_normal((53, C)).astype(np.float32), storage, 0)
        found.append((y, *caches, ops.linear_cached(y, table.T)))
    for ours, expected in zip(found[1], found[0], strict=True):
        assert error(ours, expected.astype(np.float64)) < 1e-5


def test_a_target_that_is_no_token_makes_the_loss_nan():
    """A device cannot raise an error; it must not read what is not there either."""
    logits = np.zeros((2, 5), np.float32)
    for target in (5, -7, 2**40):
        loss, _ = OPS.cross_entropy_donated_forward(logits.copy(), np.array([1, target]))
        assert np.isnan(loss)
        assert np.isnan(OPS.cross_entropy_forward(logits, np.array([1, target]))[0])


def test_cross_entropy_of_logits_at_the_ends_of_the_scale():
    logits = np.array([[900.0, -800, 0], [-np.inf, 1, 2], [np.nan, 0, 0], [5, 5, 5]])
    for rows in ([0, 1, 3], [2]):
        x, targets = logits[rows], np.array([1, 2, 0])[: len(rows)]
        expected, cache = REFERENCE.cross_entropy_forward(x, targets)
        found, ours = OPS.cross_entropy_forward(x, targets)
        np.testing.assert_allclose(found, expected, rtol=1e-14)
        np.testing.assert_allclose(
            OPS.cross_entropy_backward(1.0, ours), REFERENCE.cross_entropy_backward(1.0, cache), atol=1e-15
        )


@pytest.mark.parametrize("targets, weights", [([-1, -1], None), ([1, 0], [2.0, -2.0]), ([-1, 2], [1.0, 0.0])])
def test_cross_entropy_when_nothing_counts_or_the_weights_cancel(targets, weights):
    logits, targets = np.array([[1.0, 2, 0], [0, 1, 3]]), np.array(targets)
    given = None if weights is None else np.array(weights)
    expected, cache = REFERENCE.cross_entropy_forward(logits, targets, given)
    found, ours = OPS.cross_entropy_forward(logits, targets, given)
    assert np.isfinite(found) and abs(found - expected) < 1e-14
    expected = REFERENCE.cross_entropy_backward(1.0, cache)
    np.testing.assert_allclose(OPS.cross_entropy_backward(1.0, ours), expected, atol=1e-15)


def test_ids_may_count_from_the_end_of_the_table():
    dy = np.random.default_rng(0).standard_normal((2, 3, 5))
    ids, weight = np.array([[0, -1, 6], [-7, 3, -1]]), np.zeros((7, 5))
    found = OPS.embedding_backward(dy, OPS.embedding_forward(ids, weight)[1])
    expected = REFERENCE.embedding_backward(dy, REFERENCE.embedding_forward(ids, weight)[1])
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_what_a_gpu_would_take_without_a_word_is_refused_here():
    x = np.zeros((4, 3), np.float32)
    with pytest.raises(AssertionError, match="arguments for"):
        launch.launch("embedding", "scatter_add", "float32", 1, 32, x)
    with pytest.raises(AssertionError, match="float64 for REAL"):
        launch.launch("elementwise", "gelu_back", "float32", 1, 32, x.astype(float), x, np.int64(12), x)
    with pytest.raises(AssertionError, match="int32 int32 for long long"):
        launch.launch("elementwise", "gelu_back", "float32", 1, 32, x, x, 12, x)
    with pytest.raises(AssertionError, match="not contiguous"):
        launch.launch("elementwise", "gelu_back", "float32", 1, 32, x.T, x, np.int64(12), x)


def test_no_kernel_is_left_out(monkeypatch):
    """The ops of the first test launch every kernel of every file: what no test runs is not tested."""
    set_sizes("small", monkeypatch)
    launched = set()
    monkeypatch.setattr(cuda_host.HostModule, "launched", launched)
    for name in OURS:
        check_op(OPS, name, np.float32, np.copy)
    set_sizes("one position", monkeypatch)  # the kernels of generating
    check_op(OPS, "gpt2_blocks_cached", np.float32, np.copy)
    weight = np.ones((3, 4), np.float32)
    OPS.linear_cached(np.ones((1, 1, 4), np.float32), weight.T)
    q = np.ones((1, 1, 1, 16), np.float32)  # the kernels of another precision
    tensor_cores = gpu_ops("bf16", "numpy")
    tensor_cores.attention_backward(q, tensor_cores.attention_forward(q, q, q)[1])
    files = sorted(launch.FOLDER.glob("*.cu"))
    declared = {kernel for f in files for kernel, _ in cuda_host.KERNEL.findall(f.read_text("utf-8"))}
    assert declared == launched and len(declared) >= 15


_BROKEN = """
extern "C" __global__ void reversed(const REAL* x, REAL* y) {
    SHARED(REAL, tile, [64]);
    tile[threadIdx.x] = x[threadIdx.x];
    %s
    y[threadIdx.x] = tile[63 - threadIdx.x];
}
extern "C" __global__ void divided(REAL* y) {
    if (threadIdx.x == 0) __syncwarp();
    else __syncthreads();
    y[0] = 1;
}
"""


@pytest.mark.parametrize("schedule", [0, 1, 2])
def test_a_dropped_barrier_shows_and_a_divided_one_is_reported(schedule, tmp_path, monkeypatch):
    """The tests of the kernels rest on this: what is wrong with the order of threads does not pass."""
    monkeypatch.setattr(launch, "FOLDER", tmp_path)
    monkeypatch.setattr(cuda_host.HostModule, "schedule", schedule)
    (tmp_path / "device.cuh").write_text("")
    x, right = np.arange(64.0), []
    for barrier in ("__syncthreads();", ""):
        (tmp_path / "broken.cu").write_text(_BROKEN % barrier)
        module, y = cuda_host.HostModule("broken", "float64"), np.zeros(64)
        module.get_function("reversed")((1, 1, 1), (64, 1, 1), (x, y))
        right.append(np.array_equal(y, x[::-1]))
    assert right == [True, False]
    with pytest.raises(AssertionError, match="wait at a barrier that others never reach"):
        module.get_function("divided")((1, 1, 1), (64, 1, 1), (y,))
