"""The two tools of pre-training that are written by hand agree with those that the package uses."""

import numpy as np
import pytest

from scratchgpt.config import GPTConfig, TrainConfig
from scratchgpt.corpus.batches import Encoded, next_token_batch
from scratchgpt.count_model import CountModel
from scratchgpt.model import GPT
from scratchgpt.trainer import Trainer
from scratchgpt.worked.accumulation import accumulate_gradients
from scratchgpt.worked.counting import counted_probabilities


@pytest.mark.parametrize("context", [[], [1], [2, 0], [0, 2, 2, 1], [3], [1, 3], [3, 1]])
def test_counting_by_hand_is_the_count_model(context):
    ids = np.random.default_rng(0).integers(3, size=60)  # 3 is in the vocabulary, but never occurs
    model = CountModel.fit(ids, 4, order=len(context))
    p = counted_probabilities(ids, context, 4)
    np.testing.assert_allclose(p, model.distribution(np.array(context, np.int64)), rtol=1e-13)
    assert p.sum() == pytest.approx(1, abs=1e-14)


def test_a_text_of_nothing_leaves_all_tokens_equal():
    np.testing.assert_array_equal(counted_probabilities([], [1], 4), np.full(4, 0.25))


@pytest.fixture(scope="module")
def unequal():
    """A small model and two micro-batches of 3 and 8 target tokens; losses, gradients, and both as one."""
    model = GPT(GPTConfig(vocab_size=11, block_size=5, n_layer=1, n_head=2, n_embd=4))
    rng = np.random.default_rng(1)
    params = model.init(rng, np.float64)
    ids, targets = next_token_batch(rng.integers(11, size=40), np.array([0, 9, 20]), 5)
    targets[0, 3:] = targets[1:, 4] = -1
    targets[1:, 0] = [-1, 7]
    pieces = [(ids[:1], targets[:1]), (ids[1:], targets[1:])]

    def loss_and_gradient(ids, targets):
        loss, cache = model.loss(params, ids, targets)
        grads = params.zeros_like()
        model.loss_backward(1.0, cache, grads)
        return float(loss), grads.buffer

    return (
        [loss_and_gradient(*piece) for piece in pieces],
        [t for _, t in pieces],
        loss_and_gradient(ids, targets),
    )


def test_accumulated_gradients_are_those_of_one_batch(unequal):
    parts, targets, (loss, gradient) = unequal
    assert [int((t != -1).sum()) for t in targets] == [3, 7]
    found = accumulate_gradients([x for x, _ in parts], [g for _, g in parts], targets)
    assert found[0] == pytest.approx(loss, rel=1e-13)
    np.testing.assert_allclose(found[1], gradient, atol=1e-14)
    mean_of_means = (parts[0][1] + parts[1][1]) / 2
    assert np.abs(mean_of_means - gradient).max() > 1e-3


def test_no_target_at_all_gives_nothing():
    nothing = np.full((2, 3), -1)
    loss, gradient = accumulate_gradients([0.0, 0.0], [np.ones(4, np.float32)] * 2, [nothing, nothing])
    assert loss == 0 and gradient.dtype == np.float32
    np.testing.assert_array_equal(gradient, np.zeros(4))


def test_the_trainer_accumulates_in_the_same_shares():
    model = GPT(GPTConfig(vocab_size=11, block_size=5, n_layer=1, n_head=2, n_embd=4))
    config = TrainConfig(accumulate=2, batch_size=2)
    trainer = Trainer(model, config, Encoded(np.arange(40) % 11, np.arange(20) % 11, 20))
    state = trainer.init(model.init(np.random.default_rng(1), np.float64))
    batches = [trainer.batches.at(0), trainer.batches.at(1)]
    batches[0][1][0, 2:] = -1
    mean, tokens, _ = trainer._gradients(state, batches)
    parts = []
    for ids, targets in batches:
        value, cache = model.loss(state.params, ids, targets)
        grads = state.params.zeros_like()
        model.loss_backward(1.0, cache, grads)
        parts.append((float(value), grads.buffer))
    found = accumulate_gradients([x for x, _ in parts], [g for _, g in parts], [t for _, t in batches])
    assert tokens == 17 and mean == pytest.approx(found[0], rel=1e-13)
    np.testing.assert_allclose(state.grads.buffer, found[1], atol=1e-14)
