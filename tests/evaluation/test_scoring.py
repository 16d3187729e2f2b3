"""Scores of continuations: padded, shared context or not, shortened, on a device."""

import fake_device
import numpy as np
import pytest

from scratchgpt.config import GPTConfig
from scratchgpt.errors import UserError
from scratchgpt.evaluation import scoring
from scratchgpt.evaluation.scoring import accuracy, score_endings, score_pairs, score_targets
from scratchgpt.model import GPT
from scratchgpt.params import Params

BLOCK = 9


@pytest.fixture(scope="module")
def small():
    model = GPT(GPTConfig(vocab_size=7, block_size=BLOCK, n_layer=2, n_head=2, n_embd=8))
    params = model.init(np.random.default_rng(0), np.float64)
    params.buffer += 0.4 * np.random.default_rng(1).standard_normal(params.buffer.shape)
    return model, params


def slowly(model, params, context, ending):
    """(log-probabilities, greedy) of the tokens that can be scored, one forward pass each."""
    log_probs, greedy = [], []
    whole = [*context, *ending]
    visible = whole[-BLOCK - 1 :]
    for i in range(max(1, len(visible) - len(ending)), len(visible)):
        logits = model.forward(params, np.array([visible[:i]]))[0][0, -1]
        p = np.exp(logits - logits.max())
        log_probs.append(float(np.log(p[visible[i]] / p.sum())))
        greedy.append(bool(logits.argmax() == visible[i]))
    return log_probs, greedy


CONTEXTS = ([3], [1, 2, 3, 4, 5], [6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4], [2, 2])
ENDINGS = ([5, 0, 1], [2], [6, 6, 1, 0], list(range(7)) * 2)


@pytest.mark.parametrize("context", CONTEXTS)
def test_continuations_one_token_at_a_time(small, context):
    model, params = small
    scored = score_endings(model, params, context, ENDINGS)
    for found, ending in zip(scored.continuations, ENDINGS, strict=True):
        log_probs, greedy = slowly(model, params, context, ending)
        np.testing.assert_allclose(found.log_probs, log_probs, rtol=1e-9)
        assert found.greedy.tolist() == greedy


@pytest.mark.parametrize("context", [[1, 2, 3], [4, 3, 2, 1, 0, 6]])
def test_a_context_that_fits_is_read_once(small, context):
    model, params = small
    endings = [[5, 0, 1], [2], [6, 1]]
    shared = score_endings(model, params, context, endings)
    apart = score_pairs(model, params, [(context, ending) for ending in endings])
    assert shared.read == len(context) - 1 + 3 * 3 < apart.read == 3 * (len(context) + 2)
    for a, b in zip(shared.continuations, apart.continuations, strict=True):
        np.testing.assert_allclose(a.log_probs, b.log_probs, rtol=1e-9)


def test_only_what_is_too_long_is_counted_as_shortened(small):
    model, params = small
    pairs = [([1] * 8, [2, 3]), ([1] * 9, [2, 3]), ([1], [4] * 20)]
    scored = score_pairs(model, params, pairs)
    assert scored.shortened == 2
    assert [len(c.log_probs) for c in scored.continuations] == [2, 2, BLOCK]


def test_logits_come_in_slices(small, monkeypatch):
    model, params = small
    ids = np.random.default_rng(0).integers(7, size=(3, 8))
    targets = np.where(ids % 3 == 0, -1, (ids + 1) % 7)
    whole = score_targets(model, params, ids, targets)
    sizes = []
    logits = GPT.logits
    monkeypatch.setattr(GPT, "logits", lambda self, p, h: sizes.append(len(h)) or logits(self, p, h))
    monkeypatch.setattr(scoring, "_LOGITS", 4 * 7 + 3)
    sliced = score_targets(model, params, ids, targets)
    assert max(sizes) == 4 and sum(sizes) == (targets != -1).sum() == len(whole.log_probs)
    np.testing.assert_allclose(sliced.log_probs, whole.log_probs, rtol=1e-12)
    assert np.array_equal(sliced.rows, np.nonzero(targets != -1)[0])


def test_on_a_device(small):
    """Arrays of another library are never mixed with NumPy's."""
    model, params = small
    there = Params(params.specs, fake_device.to_device(params.buffer.copy()))
    expected = score_endings(model, params, [1, 2], ENDINGS[:3])
    found = score_endings(model, there, [1, 2], ENDINGS[:3])
    for a, b in zip(expected.continuations, found.continuations, strict=True):
        np.testing.assert_array_equal(a.log_probs, b.log_probs)
        assert type(b.log_probs) is np.ndarray


def test_float32_is_close(small):
    model, params = small
    for a, b in zip(
        score_endings(model, params, [1, 2], ENDINGS[:3]).continuations,
        score_endings(model, params.astype(np.float32), [1, 2], ENDINGS[:3]).continuations,
        strict=True,
    ):
        np.testing.assert_allclose(a.log_probs, b.log_probs, atol=1e-5)


@pytest.mark.parametrize("spoil", [np.nan, np.inf])
def test_a_broken_model_is_named(small, spoil):
    model, params = small
    broken = params.copy()
    broken.flat["ln_f.bias"][...] = spoil
    with pytest.raises(UserError, match="not all numbers"):
        score_pairs(model, broken, [([1], [2])])


def test_accuracy_and_its_error():
    metric = accuracy([True, False, False, True, True])
    assert metric.value == 0.6
    assert metric.stderr == pytest.approx((0.6 * 0.4 / 5) ** 0.5)
    assert accuracy([True]) == (1.0, None)
