"""What attention's kernels must do beyond the table of every kernel: options, blocks, memory, bits."""

import subprocess
import sys

import numpy as np
import pytest

from scratchgpt.kernels import load
from scratchgpt.kernels.numba_cpu import attention, attention_gradients
from scratchgpt.ops import REFERENCE

NUMBA = load("numba")
BOUNDS = {np.float32: (1e-5, 1e-4), np.float64: (1e-12, 1e-12)}

# B, H, T, S, D: below, at and beyond the widths of blocks (32 queries, 64 keys), and a single query.
SIZES = [(2, 3, 5, 7, 4), (1, 2, 64, 64, 64), (2, 1, 33, 70, 19), (1, 1, 200, 200, 33), (2, 3, 1, 9, 5)]

LEFT = [[0] * 3 + [1] * 9, [1] * 12]
RIGHT = [[1] * 12, [1] * 5 + [0] * 7]


def draw(B, H, T, S, D, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal((B, H, n, D)).astype(dtype) for n in (T, S, S, T)]  # q, k, v, dy


def both_ways(ops, q, k, v, dy, seed=None, **options):
    """The output and the three gradients."""
    rng = None if seed is None else np.random.default_rng(seed)
    y, cache = ops.attention_forward(q, k, v, rng=rng, **options)
    return [y, *ops.attention_backward(dy, cache)]


def assert_same(found, expected, dtype):
    for i, (a, b) in enumerate(zip(found, expected, strict=True)):
        assert a.dtype == dtype and a.shape == b.shape
        assert np.linalg.norm(a - b) <= BOUNDS[dtype][i > 0] * np.linalg.norm(b) + 1e-12


def compare(arrays, dtype, **options):
    expected = both_ways(REFERENCE, *arrays, **options)
    assert_same(both_ways(NUMBA, *(x.astype(dtype) for x in arrays), **options), expected, dtype)


@pytest.mark.parametrize("dtype", BOUNDS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("causal", [True, False])
def test_output_and_gradients_equal_the_reference(sizes, causal, dtype):
    B, _, _, S, _ = sizes
    arrays = [x.astype(dtype).astype(np.float64) for x in draw(*sizes)]
    compare(arrays, dtype, causal=causal)
    padding = np.random.default_rng(1).integers(0, 2, (B, S))
    compare(arrays, dtype, causal=causal, key_mask=padding)
    compare(arrays, dtype, causal=causal, key_mask=padding, dropout=0.3, seed=5)


@pytest.mark.parametrize("key_mask", [LEFT, RIGHT, [[0] * 12, [1] * 12]], ids=["left", "right", "all"])
@pytest.mark.parametrize("T", [12, 4, 1])
def test_padding_and_rows_without_any_key(key_mask, T):
    arrays = draw(2, 3, T, 12, 8)
    compare(arrays, np.float64, key_mask=np.array(key_mask))
    lost = np.cumsum(key_mask, axis=1)[:, -T:] == 0  # (B, T): no key up to their own position
    found = both_ways(NUMBA, *arrays, key_mask=np.array(key_mask))
    for x in found[:2]:
        assert (x[np.broadcast_to(lost[:, None], x.shape[:3])] == 0).all()


def test_large_and_small_scores_neither_overflow_nor_vanish():
    q, k, v, dy = draw(1, 1, 130, 130, 8)
    compare([60 * q, 60 * k, v, dy], np.float64)
    found = both_ways(NUMBA, 1e4 * q, 1e4 * k, v, dy)  # each query attends to a single key
    expected = both_ways(REFERENCE, 1e4 * q, 1e4 * k, v, dy)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-6)


@pytest.mark.parametrize("dropout", [0.2, 0.9])
def test_dropout_drops_what_the_reference_drops(dropout):
    """With the values of an identity matrix the outputs are the dropped weights."""
    q, k, _, _ = draw(2, 2, 70, 70, 70, np.float32)
    v = np.broadcast_to(np.eye(70, dtype=np.float32), q.shape)
    options = {"causal": False, "dropout": dropout}
    kept = [
        ops.attention_forward(q, k, v, rng=np.random.default_rng(3), **options)[0]
        for ops in (REFERENCE, NUMBA)
    ]
    assert np.array_equal(kept[0] == 0, kept[1] == 0) and 0.5 < (kept[0] == 0).mean() / dropout < 1.5
    rngs = [np.random.default_rng(3) for _ in range(2)]
    for ops, rng in zip((REFERENCE, NUMBA), rngs, strict=True):
        ops.attention_forward(q, k, v, rng=rng, **options)
    assert rngs[0].random() == rngs[1].random(), "one key is drawn"


@pytest.mark.parametrize("at", [3, 60])
@pytest.mark.parametrize("which", [0, 1], ids=["query", "key"])
def test_nan_shows_where_the_reference_shows_it(which, at):
    arrays = draw(1, 2, 100, 100, 6, np.float32)
    arrays[which][0, 1, at, 2] = np.nan
    y = NUMBA.attention_forward(*arrays[:3])[0]
    expected = REFERENCE.attention_forward(*arrays[:3])[0]
    assert np.array_equal(np.isnan(y), np.isnan(expected)) and np.isnan(y).any()
    assert np.isnan(both_ways(NUMBA, *arrays)[2]).any()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("at", [3, 90])
def test_values_that_are_not_finite_spread_as_in_the_reference(bad, at):
    """0 x NaN is NaN: they reach the queries before them, too."""
    B, H, T, D = 2, 3, 100, 6
    qkv = np.random.default_rng(0).standard_normal((B, T, 3 * H * D)).astype(np.float32)
    qkv[0, at, 2 * H * D + 1] = bad
    with np.errstate(invalid="ignore"):
        found, expected = (
            (
                ops.qkv_attention_forward(qkv, H)[0],
                ops.attention_forward(*(ops.split_heads(part, H) for part in np.split(qkv, 3, axis=-1)))[0],
                ops.qkv_attention_cached(qkv, H, *np.zeros((2, B, H, T, D), np.float32)),
            )
            for ops in (NUMBA, REFERENCE)
        )
    for f, e in zip(found, expected, strict=True):
        assert np.array_equal(np.isfinite(f), np.isfinite(e)) and (~np.isfinite(e)).sum() == T


def test_minus_infinity_is_not_taken_for_a_mask():
    q, k, v, _ = draw(1, 1, 3, 3, 2)
    k[0, 0, 0] = -np.inf
    q[...] = np.abs(q)
    with np.errstate(invalid="ignore"):  # the first query sees only a score of -inf
        found, expected = (ops.attention_forward(q, k, v)[0] for ops in (NUMBA, REFERENCE))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert np.isnan(found[0, 0, 0]).all() and not np.isnan(found[0, 0, 1:]).any()


def turned(x):
    """The same numbers, laid out in another order with gaps."""
    room = np.zeros((*x.shape[::-1], 2), x.dtype)
    room[..., 0] = x.T
    return room[..., 0].T


def test_any_layout_is_read_where_it_lies():
    for sizes in (SIZES[2], SIZES[4]):
        arrays = draw(*sizes, np.float32)
        compare([turned(x) for x in arrays], np.float32)
    qkv, dy = (np.random.default_rng(0).standard_normal((2, 40, n)) for n in (3 * 24, 24))
    y, cache = NUMBA.qkv_attention_forward(turned(qkv), 3, dropout=0.1, rng=np.random.default_rng(1))
    expected, kept = REFERENCE.qkv_attention_forward(qkv, 3, dropout=0.1, rng=np.random.default_rng(1))
    assert_same([y], [expected], np.float64)
    dqkv = NUMBA.qkv_attention_backward(turned(dy), cache)
    assert_same([dqkv], [REFERENCE.qkv_attention_backward(dy, kept)], np.float64)


@pytest.mark.parametrize("heads", [1, 3, 16])
def test_the_number_of_threads_changes_nothing_but_rounding(heads, monkeypatch):
    arrays = draw(1, heads, 150, 150, 20, np.float32)
    results = []
    for n in (1, 2, 2, 3):
        for module in (attention, attention_gradients):
            monkeypatch.setattr(module, "pieces", lambda size, n=n: n)
        results.append(both_ways(NUMBA, *arrays, dropout=0.1, seed=2))
    assert all(map(np.array_equal, results[1], results[2]))
    for other in (results[1], results[3]):
        assert np.array_equal(results[0][0], other[0])
        assert_same(other, [x.astype(np.float64) for x in results[0]], np.float32)


@pytest.mark.parametrize("dtype", BOUNDS)
@pytest.mark.parametrize("T", [1, 7, 40])
@pytest.mark.parametrize("D", [5, 64])
def test_the_cached_form_fills_the_cache_and_attends(T, D, dtype):
    B, H, S = 2, 3, 80
    rng = np.random.default_rng(0)
    qkv = rng.standard_normal((B, T, 3 * H * D)).astype(dtype)
    room = rng.standard_normal((2, B, H, 100, D)).astype(dtype)
    padding = np.ones((B, S), dtype=int)
    padding[1, :30] = 0
    for options in ({}, {"key_mask": padding}, {"causal": False}, {"key_mask": 0 * padding}):
        rooms = [room.astype(np.float64), room.copy()]
        expected, found = (
            ops.qkv_attention_cached(x, H, r[0, :, :, :S], r[1, :, :, :S], **options)
            for ops, x, r in zip((REFERENCE, NUMBA), (qkv.astype(np.float64), qkv), rooms, strict=True)
        )
        assert_same([found], [expected], dtype)
        assert np.array_equal(rooms[1], rooms[0].astype(dtype))
        assert np.array_equal(rooms[1][:, :, :, S:], room[:, :, :, S:])


def test_other_dtypes_are_computed_by_the_reference():
    arrays = [x.astype(np.float16) for x in draw(2, 3, 5, 7, 4)]
    assert all(map(np.array_equal, both_ways(NUMBA, *arrays), both_ways(REFERENCE, *arrays)))


MEMORY = """
import numpy as np
from scratchgpt.kernels import load
ops = load("numba")
def both(T):
    qkv, dy = np.ones((1, T, 3 * 768), np.float32), np.ones((1, T, 768), np.float32)
    reset()
    before = peak()
    dqkv = ops.qkv_attention_backward(dy, ops.qkv_attention_forward(qkv, 12)[1])
    return peak() - before
def peak():
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1000
def reset():
    open("/proc/self/clear_refs", "w").write("5")
both(8)
print(both(2048))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from Linux")
def test_no_array_of_all_pairs_is_made():
    """At T = 2,048 with 12 heads the square alone would take 201 MB; y and dqkv take 25 MB."""
    done = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True)
    assert 25 < float(done.stdout) < 60, done.stderr
