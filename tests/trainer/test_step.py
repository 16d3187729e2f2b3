"""One step: accumulation weighs tokens, divergence changes nothing, the state is explicit."""

import dataclasses

import numpy as np
import pytest

from scratchgpt import optim
from scratchgpt.config import GPTConfig, TrainConfig
from scratchgpt.corpus import Encoded
from scratchgpt.model import GPT
from scratchgpt.trainer import Trainer, TrainingDiverged

MODEL = GPTConfig(vocab_size=13, block_size=6, n_layer=2, n_head=3, n_embd=12)
DROPOUT = dataclasses.replace(MODEL, embd_dropout=0.1, attn_dropout=0.2, resid_dropout=0.3)


def make(config=MODEL, dtype=np.float64, mask_id=None, **settings):
    tokens = np.random.default_rng(5).integers(0, 12, 400).astype(np.uint16)
    train = TrainConfig(**{"steps": 20, "batch_size": 4, "warmup": 0, "lr": 1e-2, **settings})
    trainer = Trainer(GPT(config), train, Encoded(tokens, tokens[:100], 100), mask_id)
    return trainer, trainer.init(trainer.model.init(np.random.default_rng(0), dtype))


def steps(trainer, state, n):
    for _ in range(n):
        state, _ = trainer.step(state)
    return state


def test_overfits_one_batch():
    trainer, state = make(MODEL, np.float32, batch_size=4, lr=3e-2, steps=400, weight_decay=0.0)
    ids, targets = trainer.batches.at(0)
    ids, targets = ids[:2], targets[:2]
    same = dataclasses.replace(
        trainer, data=Encoded(np.append(ids[0], targets[0][-1]), trainer.data.val, 100)
    )
    for _ in range(300):
        state, report = same.step(state)
    assert report.loss < 0.01


def test_same_seed_same_bytes():
    results = [steps(*make(DROPOUT, accumulate=2), 5) for _ in range(2)]
    assert results[0].params.buffer.tobytes() == results[1].params.buffer.tobytes()
    other = steps(*make(DROPOUT, accumulate=2, seed=1), 5)
    assert other.params.buffer.tobytes() != results[0].params.buffer.tobytes()


def test_copy_is_a_snapshot():
    trainer, state = make(DROPOUT)
    state = steps(trainer, state, 2)
    kept = state.copy()
    once = steps(trainer, state, 3)
    again = steps(trainer, kept, 3)
    assert once.params.buffer.tobytes() == again.params.buffer.tobytes()
    assert once.step == again.step == 5 and kept.step == 2


def test_accumulation_equals_one_large_batch():
    small, state_a = make(batch_size=2, accumulate=3)
    large, state_b = make(batch_size=6)
    pieces = [small.batches.at(i) for i in range(3)]
    whole = tuple(np.concatenate(part) for part in zip(*pieces, strict=True))
    loss_a, tokens_a, _ = small._gradients(state_a, pieces)
    loss_b, tokens_b, _ = large._gradients(state_b, [whole])
    assert tokens_a == tokens_b == 36
    assert loss_a == pytest.approx(loss_b, rel=1e-12)
    np.testing.assert_allclose(state_a.grads.buffer, state_b.grads.buffer, rtol=1e-9, atol=1e-14)


def test_accumulation_weighs_tokens_not_batches():
    trainer, state = make()
    (ids_a, targets_a), (ids_b, targets_b) = (trainer.batches.at(i) for i in (0, 1))
    targets_a[0] = -1  # fewer tokens in the first batch
    targets_a[1, :3] = -1
    loss, tokens, _ = trainer._gradients(state, [(ids_a, targets_a), (ids_b, targets_b)])
    accumulated = state.grads.copy()
    both = [np.concatenate([ids_a, ids_b]), np.concatenate([targets_a, targets_b])]
    whole, _, _ = trainer._gradients(state, [both])
    assert tokens == 24 + 15
    assert loss == pytest.approx(whole, rel=1e-12)
    np.testing.assert_allclose(accumulated.buffer, state.grads.buffer, rtol=1e-9, atol=1e-14)


def test_loss_and_gradient_are_those_of_the_model():
    trainer, state = make()
    batch = trainer.batches.at(0)
    loss, cache = trainer.model.loss(state.params, *batch)
    expected = state.params.zeros_like()
    trainer.model.loss_backward(1.0, cache, expected)
    found, tokens, _ = trainer._gradients(state, [batch])
    assert (found, tokens) == (float(loss), 24)
    np.testing.assert_array_equal(state.grads.buffer, expected.buffer)
    _, report = trainer.step(state)
    assert (report.loss, report.tokens) == (float(loss), 24)
    assert report.grad_norm == pytest.approx(np.linalg.norm(expected.buffer))


def test_a_step_moves_by_the_clipped_gradient_at_the_scheduled_rate():
    trainer, state = make(optimizer="sgd", clip=0.25, lr=0.5, warmup=4, accumulate=2)
    before = state.params.buffer.copy()
    state, report = trainer.step(state)
    assert report.lr == optim.learning_rate(1, trainer.config) == 0.125
    assert report.grad_norm > 0.25
    assert np.linalg.norm(state.params.buffer - before) == pytest.approx(0.125 * 0.25)


def test_gradients_are_cleared_between_steps():
    trainer, state = make()
    batch = [trainer.batches.at(0)]
    trainer._gradients(state, batch)
    first = state.grads.copy()
    trainer._gradients(state, batch)
    assert np.array_equal(first.buffer, state.grads.buffer)


@pytest.mark.parametrize("poison", [np.nan, np.inf])
def test_divergence_names_the_step_and_changes_nothing(poison):
    trainer, state = make()
    state = steps(trainer, state, 2)
    state.params.flat["wte.weight"][...] = poison
    before = state.params.buffer.copy()
    with pytest.raises(TrainingDiverged, match="Step 3"):
        trainer.step(state)
    np.testing.assert_array_equal(state.params.buffer, before)


def test_a_gradient_that_is_not_finite_stops_too(monkeypatch):
    trainer, state = make()
    before = state.params.buffer.copy()
    monkeypatch.setattr(optim, "clip_factor", lambda grads, max_norm: (np.inf, 1.0))
    with pytest.raises(TrainingDiverged, match="gradient norm inf"):
        trainer.step(state)
    np.testing.assert_array_equal(state.params.buffer, before)


def test_evaluation_covers_every_token_and_uses_no_dropout():
    trainer, state = make(DROPOUT)
    first, second = trainer.evaluate(state.params), trainer.evaluate(state.params)
    assert first == second and first.tokens == 99
    rows = [(i, i + 6) for i in range(0, 99, 6)]
    total = 0.0
    for a, b in rows:
        ids = trainer.data.val[a : min(b, 99)].astype(np.int64)[None]
        targets = trainer.data.val[a + 1 : min(b, 99) + 1].astype(np.int64)[None]
        total += float(trainer.model.loss(state.params, ids, targets)[0]) * ids.size
    assert first.loss == pytest.approx(total / 99, rel=1e-12)
    assert first.perplexity == pytest.approx(np.exp(first.loss))
    assert first.bits_per_byte(100, 50) == pytest.approx(2 * first.loss / np.log(2))


def test_masked_objective_learns_masked_tokens():
    bidirectional = dataclasses.replace(MODEL, causal=False)
    trainer, state = make(bidirectional, np.float32, mask_id=12, objective="mlm", mask_prob=0.3)
    _, report = trainer.step(state)
    assert 0 < report.tokens < 24
    noise = often_masked_inputs(trainer)
    assert set(noise) == set(range(12)), "the replaced tokens are drawn from the whole vocabulary"
    # The last window is padded: a pad is never a target, however many tokens are chosen.
    often, state = make(bidirectional, np.float32, mask_id=12, objective="mlm", mask_prob=0.999)
    assert 90 < often.evaluate(state.params).tokens <= 99
    assert trainer.evaluate(state.params) == trainer.evaluate(state.params)


def often_masked_inputs(trainer):
    """The inputs that masking changed into other tokens, over many draws."""
    ids, targets = trainer.batches.at(0)
    rng, found = np.random.default_rng(0), []
    for _ in range(400):
        inputs, chosen = trainer._batch(ids, targets, rng)
        found += inputs[(chosen != -1) & (inputs != ids) & (inputs != 12)].tolist()
    return found


def test_attention_entropy_is_that_of_each_heads_weights():
    trainer, state = make()
    state.params.buffer[...] = np.random.default_rng(3).normal(0, 0.7, state.params.buffer.shape)
    ids, _ = trainer.batches.at(0)
    _, cache = trainer.model.hidden(state.params, ids)
    _, report = trainer.step(state.copy(), stats=True)
    for s, block in zip(report.stats, cache.h, strict=True):
        weights = block.attn.attention.attention.weights  # (B, H, T, T)
        logs = np.log(np.where(weights > 0, weights, 1))
        assert s.attention_entropy == pytest.approx((-(weights * logs).sum(-1)).mean((0, 2)).tolist())
        assert len(set(np.round(s.attention_entropy, 3))) == 3


def test_statistics_describe_the_step():
    trainer, state = make()
    plain, plain_report = trainer.step(state.copy())
    new, report = trainer.step(state.copy(), stats=True)
    assert np.array_equal(plain.params.buffer, new.params.buffer) and plain_report.stats is None
    assert [s.layer for s in report.stats] == [0, 1]
    batch = trainer.batches.at(0)
    trainer._gradients(state, [batch])
    for s in report.stats:
        names = [n for n in state.grads.flat if n.startswith(f"h.{s.layer}.")]
        norm = np.sqrt(sum((state.grads.flat[n] ** 2).sum() for n in names))
        moved = np.sqrt(sum(((new.params.flat[n] - state.params.flat[n]) ** 2).sum() for n in names))
        weight = np.sqrt(sum((state.params.flat[n] ** 2).sum() for n in names))
        assert s.grad_norm == pytest.approx(norm) and s.update_ratio == pytest.approx(moved / weight)
        # At initialisation attention is nearly uniform: the entropy is the mean of log(1..T).
        assert s.attention_entropy == pytest.approx([np.log(np.arange(1, 7)).mean()] * 3, rel=1e-2)
    _, cache = trainer.model.hidden(state.params, batch[0])
    assert report.stats[0].activation_std == pytest.approx(cache.stream[1].std())
    assert report.stats[1].activation_mean == pytest.approx(cache.stream[2].mean())
