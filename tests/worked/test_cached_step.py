"""A step of decoding on arrays: with the cache the same numbers as without, at every step."""

import numpy as np
import pytest

from scratchgpt.ops.attention import attention_forward, causal_mask
from scratchgpt.ops.softmax import softmax
from scratchgpt.worked.cached_step import (
    Stored,
    cache_gaps,
    cached_attention_step,
    decode_step,
    nothing_stored,
    tiny_model,
)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_each_step_is_the_last_row_of_attention_over_the_whole_text(dtype):
    rng = np.random.default_rng(0)
    q, k, v = rng.standard_normal((3, 2, 3, 7, 4)).astype(dtype)  # each (B, H, T, D)
    whole, _ = attention_forward(q, k, v)
    keys, values = k[:, :, :0], v[:, :, :0]
    for t in range(7):
        now = slice(t, t + 1)
        before = keys.copy()
        y, longer, values = cached_attention_step(q[:, :, now], k[:, :, now], v[:, :, now], keys, values)
        np.testing.assert_array_equal(keys, before)
        keys = longer
        assert y.dtype == dtype
        np.testing.assert_allclose(
            y, whole[:, :, now], rtol=1e-5, atol=1e-13 if dtype == np.float64 else 1e-6
        )
    np.testing.assert_array_equal(keys, k)
    np.testing.assert_array_equal(values, v)


@pytest.mark.parametrize("pieces", [(3, 1, 1, 2), (1,) * 6, (2, 4), (5,)])
def test_a_text_in_pieces_has_the_logits_of_the_whole(pieces):
    gaps = cache_gaps(decode_step, pieces)
    assert len(gaps) == len(pieces) and max(gaps) < 1e-13


def test_what_is_stored_grows_behind_what_was_there():
    model = tiny_model(np.random.default_rng(1), 5, 6, 3)
    _, first = decode_step(np.array([4, 0, 4]), nothing_stored(model), model)
    logits, both = decode_step(np.array([2, 2]), first, model)
    assert logits.shape == (2, 5)
    assert [x.shape for x in both] == [(5, 3), (5, 3)]
    np.testing.assert_array_equal(both.keys[:3], first.keys)
    np.testing.assert_array_equal(both.values[3:], (model.wte[[2, 2]] + model.wpe[3:5]) @ model.wv)


def test_positions_that_are_not_moved_on_are_seen_at_the_second_piece():
    def forgetful(ids, stored, model):
        wte, wpe, wq, wk, wv = model
        x = wte[ids] + wpe[: len(ids)]
        keys, values = np.vstack([stored.keys, x @ wk]), np.vstack([stored.values, x @ wv])
        scores = np.where(causal_mask(len(ids), len(keys)), x @ wq @ keys.T / 2, -np.inf)
        return (x + softmax(scores) @ values) @ wte.T, Stored(keys, values)

    first, *others = cache_gaps(forgetful)
    assert first == 0
    assert min(others) > 0.1
