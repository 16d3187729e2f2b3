"""The ten-word GPT by hand: the numbers of the ops, finite differences, and the curves of the layers."""

import inspect

import numpy as np
import pytest

from scratchgpt.ops import activations, attention, layernorm, softmax
from scratchgpt.worked import film_by_hand as up
from scratchgpt.worked import film_by_hand_gradients as back
from scratchgpt.worked import film_given as given
from scratchgpt.worked import film_stages
from scratchgpt.worked.film_by_hand_training import film_finetune, film_pretrain

RNG = np.random.default_rng(0)
IDS = np.array([0, 3, 4, 3, 8, 2])  # a word occurs twice


@pytest.fixture
def params():
    """The first parameters, with every number moved: no gain is 1 and no bias 0."""
    rng = np.random.default_rng(5)
    return {n: p + 0.3 * rng.standard_normal(p.shape) for n, p in given.initial_parameters().items()}


@pytest.fixture
def small(params):
    """Parameters of a smaller model: 6 channels, 7 in the wide layer."""
    rows = {"wte": 10, "wpe": 6, "down_w": 7}
    columns = {"attn_w": 18, "attn_b": 18, "fc_w": 7, "fc_b": 7, "wy": 2}
    rng = np.random.default_rng(6)
    shapes = {
        n: (rows.get(n, 6), columns.get(n, 6)) if p.ndim == 2 else (columns.get(n, 6),)
        for n, p in params.items()
    }
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}


def test_the_pieces_are_the_ops():
    x, gain, bias, dy = (RNG.standard_normal(shape) for shape in ((4, 6), (6,), (6,), (4, 6)))
    assert np.array_equal(up.film_softmax(x), softmax.softmax(x))
    y, slope = up.film_gelu(x)
    right, cache = activations.gelu_forward(x)
    np.testing.assert_allclose(y, right, rtol=1e-12)
    np.testing.assert_allclose(slope, activations.gelu_backward(np.ones_like(x), cache), rtol=1e-12)
    y, cache = up.film_layernorm(x, gain, bias)
    right, theirs = layernorm.layernorm_forward(x, gain, bias)
    np.testing.assert_allclose(y, right, rtol=1e-12)
    pairs = zip(
        back.film_layernorm_backward(dy, cache), layernorm.layernorm_backward(dy, theirs), strict=True
    )
    for mine, expected in pairs:
        np.testing.assert_allclose(mine, expected, rtol=1e-11, atol=1e-14)
    assert np.array_equal(up.film_mask(5), attention.causal_mask(5, 5))


def _numerical(f, params, name):
    """Central differences of f() by every number of a parameter."""
    p, grad = params[name], np.zeros_like(params[name])
    for i in np.ndindex(p.shape):
        before, values = p[i], []
        for h in (1e-5, -1e-5):
            p[i] = before + h
            values.append(f())
        p[i] = before
        grad[i] = (values[0] - values[1]) / 2e-5
    return grad


@pytest.mark.parametrize("label", [None, 1], ids=["language", "both losses"])
def test_every_gradient_is_that_of_finite_differences(small, label):
    _, grads = back.film_gradients(small, IDS, label, 0.7)
    assert sorted(grads) == sorted(small)
    for name, grad in grads.items():
        numerical = _numerical(lambda: back.film_gradients(small, IDS, label, 0.7)[0], small, name)
        if name == "attn_b":  # a bias of all keys moves every score of a row alike: its gradient is 0
            assert np.abs(grad[6:12]).max() < 1e-12
            grad, numerical = np.delete(grad, range(6, 12)), np.delete(numerical, range(6, 12))
        if name == "wy" and label is None:
            assert not grad.any()
            continue
        error = np.linalg.norm(grad - numerical) / (np.linalg.norm(grad) + np.linalg.norm(numerical))
        assert error < 1e-6, name
        assert (np.abs(grad) > 1e-8).mean() > (0.5 if name in ("wte", "wpe") else 0.8), name


def test_wy_learns_nothing_from_the_language(params):
    _, weighted = back.film_gradients(params, IDS, 1, 0.5)
    _, alone = back.film_gradients(params, IDS, 1, 0.0)
    assert np.array_equal(weighted["wy"], alone["wy"]) and alone["wy"].any()


def test_no_state_depends_on_later_words(params):
    h, _ = up.film_forward(params, IDS)
    other, _ = up.film_forward(params, np.array([0, 3, 4, 9, 5, 1]))
    assert np.array_equal(h[:3], other[:3]) and not np.isclose(h[3:], other[3:]).any()


@pytest.mark.parametrize(("seed", "epochs"), [(0, (50, 40)), (1, (3, 3))])
def test_both_curves_are_those_of_the_layers(seed, epochs):
    model = film_stages.film_model()
    theirs = film_stages.xavier(model, np.random.default_rng(seed))
    mine, perplexities = film_pretrain(given.initial_parameters(seed), given.film_sentences(), epochs[0])
    expected = film_stages.pretrain(model, theirs, epochs=epochs[0])
    np.testing.assert_allclose(perplexities, expected, rtol=1e-9)
    mine, accuracies = film_finetune(mine, given.film_reviews(), epochs[1])
    assert accuracies == film_stages.finetune(model, theirs, epochs=epochs[1])
    assert set(given.PARAMETERS.values()) == set(theirs.specs)
    for short, name in given.PARAMETERS.items():
        np.testing.assert_allclose(mine[short], theirs.flat[name], atol=1e-7)
    if seed == 0:
        assert [round(x, 2) for x in perplexities[::10]] == [14.57, 1.74, 1.65, 1.64, 1.64, 1.63]
        assert accuracies[10:] == [1.0] * 31


def test_training_leaves_what_it_was_given(params):
    before = {name: p.copy() for name, p in params.items()}
    film_pretrain(params, given.film_sentences(), epochs=1)
    film_finetune(params, given.film_reviews(), epochs=1)
    assert all(np.array_equal(params[name], before[name]) for name in before)


def test_the_page_is_plain_numpy():
    """What a learner writes imports nothing of the package but what is given."""
    for module in (up, back):
        source = inspect.getsource(module)
        used = [line for line in source.splitlines() if line.startswith("from .")]
        assert all("film_" in line or line == "from ..ops.arrays import Array" for line in used)
