"""The losses of fine-tuning from arrays: at Extract, and combined; as the task model computes them."""

import numpy as np
import pytest

from scratchgpt.gradcheck import check_pair
from scratchgpt.layers import ClassifierHead
from scratchgpt.ops import REFERENCE
from scratchgpt.tasks.batches import collate
from scratchgpt.worked.combined_loss import combined, combined_loss
from scratchgpt.worked.extract_loss import extract_loss_backward, extract_loss_forward
from scratchgpt.worked.film_stages import film_model, reviews, xavier
from scratchgpt.worked.gpt1_head import STATES, W_Y, classify

B, T, C, K = 4, 5, 3, 6
LENGTHS, LABELS = np.array([2, 5, 1, 3]), np.array([4, 0, 5, 0])


def _drawn(*shapes):
    rng = np.random.default_rng(0)
    return [rng.standard_normal(shape) for shape in shapes]


def test_the_loss_at_extract_against_finite_differences():
    h, weight = _drawn((B, T, C), (C, K))
    inputs = {"h": h, "lengths": LENGTHS, "weight": weight, "labels": LABELS}
    report = check_pair(
        extract_loss_forward, extract_loss_backward, inputs, rng=np.random.default_rng(1), exempt=["h"]
    )  # only one position per row has a gradient
    assert report.ok, f"\n{report}"
    assert report.max_error < 1e-8


def test_it_is_the_head_and_the_cross_entropy_of_a_model():
    h, weight = _drawn((B, T, C), (C, K))
    logits, head = ClassifierHead(C, K).forward({"weight": weight}, h, LENGTHS - 1)
    loss, cache = REFERENCE.cross_entropy_forward(logits, LABELS)
    g = {"weight": np.zeros((C, K))}
    dh = ClassifierHead(C, K).backward(REFERENCE.cross_entropy_backward(0.7, cache), head, g)
    mine, own = extract_loss_forward(h, LENGTHS, weight, LABELS)
    assert mine == pytest.approx(loss, rel=1e-14)
    np.testing.assert_allclose(own.probs, REFERENCE.softmax(logits), rtol=1e-14)
    for found, expected in zip(extract_loss_backward(0.7, own), (dh, g["weight"]), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-14)


def test_the_example_on_paper():
    on_paper = classify()
    loss, cache = extract_loss_forward(STATES[None], np.array([3]), W_Y, np.array([0]))
    dh, dweight = extract_loss_backward(1.0, cache)
    assert loss == pytest.approx(on_paper.loss, rel=1e-12)
    np.testing.assert_allclose(dh[0], on_paper.dstates, atol=1e-14)
    np.testing.assert_allclose(dweight, on_paper.dw_y, atol=1e-14)


def test_what_stands_at_pads_does_not_count():
    h, weight = _drawn((B, T, C), (C, K))
    loss, cache = extract_loss_forward(h, LENGTHS, weight, LABELS)
    real = np.arange(T) < LENGTHS[:, None]
    other, _ = extract_loss_forward(np.where(real[..., None], h, 1e6), LENGTHS, weight, LABELS)
    assert loss == other
    dh, _ = extract_loss_backward(1.0, cache)
    assert [tuple(np.flatnonzero(row.any(axis=-1))) for row in dh] == [(n - 1,) for n in LENGTHS]


def test_the_combined_loss_is_that_of_the_task_model():
    model = film_model(lm_weight=0.7)
    params, batch = xavier(model, np.random.default_rng(1)), collate(reviews())
    losses, _ = model.loss(params, batch)
    h, _ = model.gpt.hidden(params, batch.ids, key_mask=batch.key_mask)
    class_logits, _ = model.head.forward(params.tree["classifier"], h, batch.at)
    logits, lengths = model.gpt.logits(params, h), batch.at + 1
    assert len(set(lengths)) > 1, "some rows are padded"
    found = combined_loss(class_logits, batch.labels, logits, batch.ids, lengths, 0.7)
    np.testing.assert_allclose(found, losses, rtol=1e-12)


def test_the_combined_loss_is_the_negative_of_the_trace_on_paper():
    p = np.array([0.02, 0.08, 0.35, 0.05, 0.01, 0.5])
    ids, logits = np.array([[0, 1, 1, 1, 1, 1]]), np.log(np.stack([1 - p, p], axis=-1))[None]
    total, task, lm = combined_loss(np.log([[0.15, 0.85]]), np.array([1]), logits, ids, np.array([6]))
    c = combined(0.85, p[:-1])
    np.testing.assert_allclose([total, task, lm], [-c.l3, -c.l2, -c.mean], rtol=1e-12)
