"""Tokens plus positions: the paper numbers of the GPT-1 example, and both gradients."""

import numpy as np
import pytest

from scratchgpt.gradcheck import check_pair
from scratchgpt.layers.embedding import Embedding, LearnedPositions
from scratchgpt.worked.embedding import EmbedCache, embed_backward, embed_forward

IDS = np.array([[3, 7, 3, 0, 12], [5, 3, 12, 12, 1]])


def _tables(rng, dtype=np.float64):
    return rng.standard_normal((13, 6)).astype(dtype), rng.standard_normal((7, 6)).astype(dtype)


def test_the_input_of_i_love_cats():
    wte = np.array([[0.2, -0.1, 0.5, 0.3], [0.8, 0.4, -0.2, 0.1], [0.1, 0.7, 0.3, -0.4]])
    wpe = np.array([[0, 0.1, 0, -0.1], [0.1, 0, -0.1, 0.1], [0, -0.1, 0.1, 0]])
    h, _ = embed_forward(np.array([[0, 1, 2]]), wte, wpe)
    expected = [[0.2, 0.0, 0.5, 0.2], [0.9, 0.4, -0.3, 0.2], [0.1, 0.6, 0.4, -0.4]]
    np.testing.assert_allclose(h, [expected], atol=1e-15)


def test_gradients_match_finite_differences():
    rng = np.random.default_rng(0)
    wte, wpe = _tables(rng)
    # Tokens and positions that do not occur have no gradient; that share is no fault here.
    report = check_pair(
        embed_forward, embed_backward, {"ids": IDS, "wte": wte, "wpe": wpe}, rng=rng, exempt=("wte", "wpe")
    )
    assert report.ok, f"\n{report}"
    assert report.max_error < 1e-8


def test_rows_that_were_not_used_have_no_gradient():
    rng = np.random.default_rng(1)
    _, cache = embed_forward(IDS, *_tables(rng))
    dwte, dwpe = embed_backward(rng.standard_normal((2, 5, 6)), cache)
    assert np.flatnonzero(dwte.any(axis=1)).tolist() == sorted({*IDS.ravel().tolist()})
    assert np.flatnonzero(dwpe.any(axis=1)).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_layers_of_a_gpt_do_the_same(dtype):
    rng = np.random.default_rng(2)
    wte, wpe = _tables(rng, dtype)
    h, cache = embed_forward(IDS, wte, wpe)
    tokens, token_cache = Embedding(13, 6).forward({"weight": wte}, IDS)
    places, place_cache = LearnedPositions(7, 6).forward({"weight": wpe}, np.arange(5))
    np.testing.assert_array_equal(h, tokens + places)
    dh = rng.standard_normal(h.shape).astype(dtype)
    g_tokens, g_places = {"weight": np.zeros_like(wte)}, {"weight": np.zeros_like(wpe)}
    Embedding(13, 6).backward(dh, token_cache, g_tokens)
    LearnedPositions(7, 6).backward(dh, place_cache, g_places)
    dwte, dwpe = embed_backward(dh, cache)
    assert isinstance(cache, EmbedCache)
    assert h.dtype == dwte.dtype == dwpe.dtype == dtype
    np.testing.assert_allclose(dwte, g_tokens["weight"], rtol=1e-6)
    np.testing.assert_allclose(dwpe, g_places["weight"], rtol=1e-6)
