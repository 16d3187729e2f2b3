"""Attention on tensor cores (attention_mma.cu), run on the CPU, where cuda_host has a copy of their products.

Two references. One computes in float64 and rounds to bf16 exactly where the kernels do: what is left is the
rounding of float32 sums, and now and then a weight that is rounded the other way, so that one number in a
wrong place or a missing barrier does not pass. The other rounds nowhere, and says what bf16 costs.
"""

import dataclasses
import functools
from typing import NamedTuple

import cuda_host
import numpy as np
import pytest
from gpt_cases import GPT2, batch, random_params
from kernel_checks import error
from op_cases import strided

from scratchgpt.kernels.cupy_gpu import launch
from scratchgpt.kernels.cupy_gpu.functions import gpu_ops
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE
from scratchgpt.ops.keyed_masks import draw_key, keep_mask

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(cuda_host.COMPILER is None, reason="there is no g++ to compile the CUDA kernels with"),
]
OPS, TILE = gpu_ops("bf16", "numpy"), 64
SAME_ROUNDING, BF16 = 3e-4, 1e-2  # relative to the norm of the result
KERNELS = {f"attention_mma{step}" for step in ("", "_shares", "_dq", "_dkv")}


@pytest.fixture(autouse=True)
def launched(monkeypatch):
    """On the CPU; arrays that are made without contents begin as NaN. The names of launched kernels."""
    names = set()
    monkeypatch.setitem(launch.COMPILERS, "numpy", cuda_host.HostModule)
    monkeypatch.setattr(cuda_host.HostModule, "launched", names)
    monkeypatch.setattr(np, "empty", cuda_host.poisoned)
    return names


def bf16(x):
    """Rounded to bf16: to the nearest of 8 bits of mantissa, ties to even."""
    bits = np.ascontiguousarray(x, np.float32).view(np.uint32)
    kept = (bits + 0x7FFF + (bits >> 16 & 1)) & np.uint32(0xFFFF0000)
    return kept.view(np.float32).astype(np.float64)


class Case(NamedTuple):
    q: np.ndarray
    k: np.ndarray
    v: np.ndarray
    dy: np.ndarray
    options: dict


def drawn(B, H, T, S, D, *, dtype=np.float32, mask=False, **options):
    rng = np.random.default_rng(T + D)
    q, k, v, dy = (rng.standard_normal((B, H, n, D)).astype(dtype) for n in (T, S, S, T))
    if mask:
        options["key_mask"] = rng.random((B, S)) < 0.7
        options["key_mask"][0] = False  # a text without any key
    return Case(q, k, v, dy, options)


def results(ops, case, layout=np.copy):
    """y, dq, dk, dv."""
    q, k, v, dy = (layout(x) for x in case[:4])
    y, cache = ops.attention_forward(q, k, v, **case.options, rng=np.random.default_rng(3))
    return y, *ops.attention_backward(dy, cache)


def with_the_same_rounding(case):
    """The kernels' results in float64: factors of products are rounded, and nothing else."""
    q, k, v, dy = map(bf16, case[:4])
    (B, H, T, D), S, options = q.shape, k.shape[2], case.options
    allowed = np.full((B, H, T, S), True)
    if options.get("causal", True):
        allowed &= REFERENCE.causal_mask(T, S)
    if options.get("key_mask") is not None:
        allowed &= options["key_mask"][:, None, None, :]
    factors, p = np.ones((B, H, T, S)), options.get("dropout", 0)
    if p:
        factors = keep_mask(factors, draw_key(np.random.default_rng(3)), p) / (1 - p)
    scores = np.where(allowed, q @ k.swapaxes(2, 3) / D**0.5, -np.inf)
    top, total, y = np.full((B, H, T, 1), -np.inf), 0.0, 0.0
    for start in range(0, S, TILE):  # weights are rounded relative to the largest score so far
        here = slice(start, start + TILE)
        largest = np.maximum(top, scores[..., here].max(-1, keepdims=True))
        base = np.where(np.isinf(largest), 0, largest)
        weights = np.exp(scores[..., here] - base)
        total = total * np.exp(top - base) + weights.sum(-1, keepdims=True)
        y = y * np.exp(top - base) + bf16(weights * factors[..., here]) @ v[:, :, here]
        top = largest
    seen = total > 0
    total = np.where(seen, total, 1)
    y = np.where(seen, y / total, 0)
    P = np.where(seen, np.exp(scores - np.where(seen, top, 0)) / total, 0)
    shares = (dy * y).sum(-1, keepdims=True)
    dscores = bf16(P * (dy @ v.swapaxes(2, 3) * factors - shares))
    dq, dk = dscores @ k / D**0.5, dscores.swapaxes(2, 3) @ q / D**0.5
    return y, dq, dk, bf16(P * factors).swapaxes(2, 3) @ dy


def near(found, expected, bound):
    """Whether the norm of the difference is this part of that of what is expected, which may be zero."""
    return np.linalg.norm(found - expected) < bound * np.linalg.norm(expected) + 1e-6


def check(case, layout=np.copy, cost=BF16):
    exact = Case(*(x.astype(np.float64) for x in case[:4]), case.options)
    found, rounded, wanted = (
        results(OPS, case, layout),
        with_the_same_rounding(case),
        results(REFERENCE, exact),
    )
    for ours, same, reference in zip(found, rounded, wanted, strict=True):
        assert ours.dtype == np.float32
        assert near(ours, same, SAME_ROUNDING)
        assert near(ours, reference, cost)
    return found


CASES = {
    "one position": drawn(2, 1, 1, 1, 16),
    "one query of many keys": drawn(1, 2, 1, 70, 16),
    "one tile exactly": drawn(1, 1, 64, 64, 16),
    "odd": drawn(2, 3, 67, 131, 48),
    "every pair": drawn(1, 2, 41, 63, 16, causal=False),
    "all but one key of a tile": drawn(1, 1, 49, 63, 16),
    "hidden keys": drawn(2, 2, 41, 70, 16, mask=True),
    "hidden keys, every pair": drawn(2, 1, 67, 67, 16, mask=True, causal=False),
    "dropout": drawn(2, 2, 67, 67, 16, dropout=0.3),
    "all at once": drawn(3, 2, 41, 131, 48, mask=True, dropout=0.2),
}


@pytest.mark.parametrize("schedule", [0, 1, 2], ids=["forwards", "backwards", "shuffled"])
@pytest.mark.parametrize("name", CASES)
def test_tensor_cores_compute_what_the_reference_does(name, schedule, launched, monkeypatch):
    monkeypatch.setattr(cuda_host.HostModule, "schedule", schedule)
    case = CASES[name]
    y, dq, dk, dv = check(case, strided if schedule == 1 else np.copy)
    assert launched == KERNELS
    if case.options.get("key_mask") is not None:
        for found in (y, dq, dk, dv):
            assert not found[0].any(), "a text without any key gets zeros"


@pytest.mark.parametrize("D", [64, 128])
def test_heads_of_other_sizes(D):
    check(drawn(1, 2, 67, 80, D))


def test_vectors_that_begin_anywhere():
    """At odd places and distances two numbers cannot be read at once."""

    def odd(x):
        room = np.full((*x.shape[:-1], x.shape[-1] + 1), np.nan, x.dtype)
        room[..., 1:] = x
        return room[..., 1:]

    case = CASES["odd"]
    for ours, usual in zip(check(case, odd), results(OPS, case), strict=True):
        assert np.array_equal(ours, usual)


def test_scores_at_the_ends_of_the_scale():
    """Weights of all sizes, scores far from 0, a largest score that comes last or first."""
    case = drawn(1, 2, 67, 67, 16)
    case.q[0, 0] *= 30
    case.k[0, 1, :, 0] += np.arange(67)
    check(case, cost=5e-2)


def test_packed_queries_keys_and_values_are_read_where_they_lie(launched):
    rng = np.random.default_rng(0)
    qkv, dy = (rng.standard_normal((2, 67, n * 48)).astype(np.float32) for n in (3, 1))
    y, cache = OPS.qkv_attention_forward(qkv, 3)
    q, k, v = (REFERENCE.split_heads(part, 3).copy() for part in np.split(qkv, 3, axis=-1))
    split = Case(q, k, v, REFERENCE.split_heads(dy, 3).copy(), {})
    expected = check(split)
    assert np.array_equal(REFERENCE.split_heads(y, 3), expected[0])
    for found, e in zip(
        np.split(OPS.qkv_attention_backward(dy, cache), 3, axis=-1), expected[1:], strict=True
    ):
        assert np.array_equal(REFERENCE.split_heads(found, 3), e)


def test_what_is_kept_for_backward_is_what_the_other_kernels_keep(launched):
    """The float32 kernels can go on from it; log sum exp is that of the scores of rounded vectors."""
    case = drawn(1, 2, 67, 80, 16)
    _, cache = OPS.attention_forward(*case[:3])
    scores = bf16(case.q) @ bf16(case.k).swapaxes(2, 3) / 4
    scores = np.where(REFERENCE.causal_mask(67, 80), scores, -np.inf)
    np.testing.assert_allclose(cache.log_sum_exp, np.log(np.exp(scores).sum(-1)), rtol=1e-5, atol=1e-5)
    for found, e in zip(
        gpu_ops("fp32", "numpy").attention_backward(case.dy, cache), results(REFERENCE, case)[1:], strict=True
    ):
        assert error(found, e.astype(np.float64)) < BF16
    assert launched == {"attention_mma", "attention_shares", "attention_dq", "attention_dkv"}


@pytest.mark.parametrize(
    "precision, case",
    [
        ("fp32", drawn(1, 2, 7, 7, 16)),
        ("tf32", drawn(1, 2, 7, 7, 16)),
        ("bf16", drawn(1, 2, 7, 7, 19)),
        ("bf16", drawn(1, 2, 7, 7, 16, dtype=np.float64)),
    ],
    ids=["fp32", "tf32", "a head that is no multiple of 16", "float64"],
)
def test_all_else_is_computed_as_before(precision, case, launched):
    results(gpu_ops(precision, "numpy"), case)
    assert launched == {"attention", "attention_shares", "attention_dq", "attention_dkv"}


def test_a_gpt_has_nearly_the_same_gradients(launched):
    """Padding, weights, ties and dropout on, with heads of 16."""
    data, found = batch(), []
    for ops, dtype in ((REFERENCE, np.float64), (OPS, np.float32)):
        model = GPT(dataclasses.replace(GPT2, n_embd=48), ops)
        params = random_params(model, scale=0.3).astype(dtype)
        grads = params.zeros_like()
        loss, cache = model.loss(params, data.ids, data.targets, rng=np.random.default_rng(5), **data.options)
        model.loss_backward(1.0, cache, grads)
        found.append((float(loss), grads.buffer))
    assert abs(found[1][0] - found[0][0]) < 5e-3
    assert error(found[1][1], found[0][1]) < 2e-2
    assert launched >= KERNELS


_ONE_PRODUCT = """
extern "C" __global__ void product(const REAL* a, const REAL* b, REAL* c) {
    int g = threadIdx.x / 4, t = threadIdx.x % 4;
    unsigned of_a[4], of_b[2];
    float of_c[4];
    for (int i = 0; i < 4; i++) {
        int row = g + i % 2 * 8, column = 2 * t + i / 2 * 8;
        of_a[i] = two_bf16(a[row * 16 + column], a[row * 16 + column + 1]);
        of_c[i] = c[(g + i / 2 * 8) * 8 + 2 * t + i % 2];
    }
    for (int i = 0; i < 2; i++)
        of_b[i] = two_bf16(b[(2 * t + i * 8) * 8 + g], b[(2 * t + i * 8 + 1) * 8 + g]);
    mma_16816(of_c, of_a, of_b);
    for (int i = 0; i < 4; i++) c[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = of_c[i];
}
"""


def test_the_copy_of_tensor_cores_holds_its_numbers_where_the_manual_says(tmp_path, monkeypatch):
    """Its one product, with PTX's formulas for rows and columns; exact, as sums of small integers are."""
    device = (launch.FOLDER / "device.cuh").read_text("utf-8")
    monkeypatch.setattr(launch, "FOLDER", tmp_path)
    (tmp_path / "device.cuh").write_text(device)
    rng, right = np.random.default_rng(0), []
    a, b, c = (rng.integers(-9, 10, shape).astype(np.float32) for shape in ((16, 16), (16, 8), (16, 8)))
    for order in ("i % 2 * 8, column = 2 * t + i / 2 * 8", "i / 2 * 8, column = 2 * t + i % 2 * 8"):
        text = _ONE_PRODUCT.replace("i % 2 * 8, column = 2 * t + i / 2 * 8", order)
        (tmp_path / "one.cu").write_text(text)
        found = c.copy()
        cuda_host.HostModule("one", "float32").get_function("product")((1, 1, 1), (32, 1, 1), (a, b, found))
        right.append(np.array_equal(found, a @ b + c))
    assert right == [True, False]


SLIPS = {
    "a barrier is missing": (
        "__syncthreads();  // the tiles before are read no more",
        "",
    ),
    "two words of a factor are exchanged": (
        "lane.g + i % 2 * 8][part * 8 + lane.t + i / 2 * 4]",
        "lane.g + i / 2 * 8][part * 8 + lane.t + i % 2 * 4]",
    ),
    "a query sees one key more": ("last <= S - T + first_query", "last <= S - T + first_query + 1"),
    "what was mixed is not shrunk": ("*= shrink[i / 2]", "*= 1"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_does_not_pass(slip, monkeypatch):
    """The tests above rest on this: their bounds are narrow enough, and some case comes by every place."""
    right, (old, new) = launch.source("attention_mma"), SLIPS[slip]
    assert old in right
    monkeypatch.setattr(launch, "source", lambda name: right.replace(old, new))
    for cache in (launch._module, launch._kernel):  # nothing compiled before, and nothing of this is kept
        monkeypatch.setattr(launch, cache.__name__, functools.cache(cache.__wrapped__))
    caught = 0
    for schedule in (0, 1, 2):
        monkeypatch.setattr(cuda_host.HostModule, "schedule", schedule)
        for name in ("all but one key of a tile", "one query of many keys", "hidden keys, every pair"):
            try:
                check(CASES[name])
            except AssertionError:
                caught += 1
    assert caught
