import math

import numpy as np
import pytest

from scratchgpt.ops import REFERENCE
from scratchgpt.ops.attention import (
    AttentionScoresCache,
    attention_backward,
    attention_forward,
    attention_scores_forward,
    attention_weights,
    causal_mask,
)

B, H, T, S, D = 2, 3, 5, 7, 4


def _qkv(keys=S, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal((B, H, n, D)) for n in (T, keys, keys)]


def _slow(q, k, v, causal, key_mask=None):
    """Attention by the definition, one query at a time with Python's loops."""
    y, past = np.zeros_like(q), k.shape[2] - q.shape[2]
    for b, h, i in np.ndindex(q.shape[:3]):
        allowed = [
            j
            for j in range(k.shape[2])
            if (not causal or j <= past + i) and (key_mask is None or key_mask[b, j])
        ]
        scores = [math.exp(q[b, h, i] @ k[b, h, j] / math.sqrt(q.shape[-1])) for j in allowed]
        for j, score in zip(allowed, scores, strict=True):
            y[b, h, i] += score / sum(scores) * v[b, h, j]
    return y


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("keys", [T, S])
@pytest.mark.parametrize("masked", [False, True])
def test_attention_equals_the_definition(causal, keys, masked):
    q, k, v = _qkv(keys)
    key_mask = np.random.default_rng(1).integers(0, 2, (B, keys)) if masked else None
    y, _ = attention_forward(q, k, v, causal=causal, key_mask=key_mask)
    np.testing.assert_allclose(y, _slow(q, k, v, causal, key_mask), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_short_causal_sequences_equal_the_definition(n):
    q, k, v = (x[:, :, :n] for x in _qkv())
    np.testing.assert_allclose(attention_forward(q, k, v)[0], _slow(q, k, v, True), rtol=1e-12)


def test_queries_are_the_last_of_the_positions():
    q, k, v = _qkv()
    whole = np.concatenate([np.zeros((B, H, S - T, D)), q], axis=2)
    expected, _ = attention_forward(whole, k, v)
    found, _ = attention_forward(q, k, v)
    np.testing.assert_allclose(found, expected[:, :, S - T :], rtol=1e-13)


def test_the_causal_mask_is_the_end_of_the_table_of_all_positions():
    whole = [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]
    for T in (1, 2, 4):
        mask = causal_mask(T, 4)
        assert mask.dtype == bool
        assert mask.astype(int).tolist() == whole[4 - T :]


def test_scores_keep_the_variance_of_queries_and_keys():
    rng = np.random.default_rng(5)
    for size in (4, 64):
        q, k = (rng.standard_normal((2, 3, 40, size)) for _ in range(2))
        scores, _ = attention_scores_forward(q, k)
        assert scores.std() == pytest.approx(1, abs=0.05)


def test_weights_and_gradients_pass_through_the_parts_that_can_be_replaced():
    """Without the scale, and with a mask that hides nothing: two ablations of one name each."""
    q, k, v = _qkv()

    def unscaled(q, k):
        return q @ k.swapaxes(2, 3), AttentionScoresCache(q, k)

    ops = REFERENCE.replace(attention_scores_forward=unscaled)
    np.testing.assert_allclose(ops.attention_weights(q, k), attention_weights(2 * q, k), rtol=1e-12)
    ops = REFERENCE.replace(causal_mask=lambda T, S: np.ones((T, S), dtype=bool))
    np.testing.assert_allclose(
        ops.attention_forward(q, k, v)[0], attention_forward(q, k, v, causal=False)[0], rtol=1e-12
    )


def test_a_single_query_sees_every_key():
    q, k, v = _qkv()
    last, _ = attention_forward(q[:, :, -1:], k, v)
    np.testing.assert_allclose(last, attention_forward(q, k, v)[0][:, :, -1:], rtol=1e-13)


def test_weights_are_zero_where_masked_and_sum_to_one():
    q, k, _ = _qkv()
    key_mask = np.ones((B, S))
    key_mask[0, 1] = 0
    weights = attention_weights(q, k, key_mask=key_mask)
    later = np.arange(S)[None, :] > np.arange(S - T, S)[:, None]
    assert not weights[:, :, later].any()
    assert not weights[0, :, :, 1].any()
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-14)


@pytest.mark.parametrize("mask_type", [bool, int, float])
@pytest.mark.parametrize("causal", [True, False])
def test_a_row_without_any_key_gives_zero_not_nan(causal, mask_type):
    q, k, v = _qkv()
    key_mask = np.ones((B, S), dtype=mask_type)
    key_mask[1] = 0
    y, cache = attention_forward(q, k, v, causal=causal, key_mask=key_mask)
    assert not y[1].any()
    gradients = attention_backward(np.ones_like(y), cache)
    assert all(np.isfinite(g).all() and not g[1].any() for g in gradients)
    np.testing.assert_array_equal(y[0], attention_forward(q, k, v, causal=causal)[0][0])


def test_masked_keys_and_values_get_no_gradient():
    q, k, v = _qkv()
    key_mask = np.ones((B, S))
    key_mask[0, 2] = 0
    y, cache = attention_forward(q, k, v, causal=False, key_mask=key_mask)
    _, dk, dv = attention_backward(np.random.default_rng(2).standard_normal(y.shape), cache)
    assert not dk[0, :, 2].any()
    assert not dv[0, :, 2].any()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_scores_of_hundreds_stay_finite(dtype):
    q, k, v = (x.astype(dtype) for x in _qkv())
    y, cache = attention_forward(30 * q, 30 * k, v)
    assert np.isfinite(y).all()
    assert all(np.isfinite(g).all() for g in attention_backward(y, cache))


def test_dropout_acts_on_the_weights_after_the_softmax():
    q, k, v = _qkv()
    y, cache = attention_forward(q, k, v, dropout=0.5, rng=np.random.default_rng(0))
    dropped, _ = REFERENCE.dropout_forward(cache.weights, 0.5, np.random.default_rng(0))
    np.testing.assert_allclose(y, dropped @ v, rtol=1e-14)
    np.testing.assert_allclose(cache.weights, attention_weights(q, k), rtol=0, atol=0)


def test_packed_attention_equals_attention_on_the_parts():
    rng = np.random.default_rng(3)
    qkv = rng.standard_normal((B, T, 3 * H * D))
    q, k, v = (qkv[..., i * H * D : (i + 1) * H * D].reshape(B, T, H, D).swapaxes(1, 2) for i in range(3))
    y, _ = REFERENCE.qkv_attention_forward(qkv, H)
    expected = attention_forward(q, k, v)[0].swapaxes(1, 2).reshape(B, T, H * D)
    np.testing.assert_array_equal(y, expected)


def test_packed_attention_passes_mask_and_dropout_on():
    qkv = np.random.default_rng(3).standard_normal((B, T, 3 * H * D))
    q, k, v = (REFERENCE.split_heads(part, H) for part in np.split(qkv, 3, axis=-1))
    options = {"causal": False, "key_mask": np.array([[1, 0, 1, 1, 1], [0, 0, 1, 1, 1]]), "dropout": 0.4}
    y, _ = REFERENCE.qkv_attention_forward(qkv, H, **options, rng=np.random.default_rng(0))
    expected, _ = attention_forward(q, k, v, **options, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(y, REFERENCE.merge_heads(expected))


def test_split_and_merge_undo_each_other():
    x = np.random.default_rng(4).standard_normal((B, T, H * D))
    heads = REFERENCE.split_heads(x, H)
    np.testing.assert_array_equal(heads[1, 2, 3], x[1, 3, 2 * D : 3 * D])
    np.testing.assert_array_equal(REFERENCE.merge_heads(heads), x)
