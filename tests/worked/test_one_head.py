import numpy as np

from scratchgpt.gradcheck import check_pair
from scratchgpt.gradcheck.shapes import Sizes, shapes_of
from scratchgpt.ops.attention import attention_forward
from scratchgpt.worked.one_head import difference, one_head_backward, one_head_forward

# "the cat sat" with 4 numbers per token, computed by hand: vectors with positions, and projections near I.
X = np.array([[0.2, 0.1, -0.2, 0.5], [-0.1, 0.5, 0.2, -0.2], [0.4, -0.2, 0.1, 0.4]])
WQ = np.array([[1, 0, 0.02, 0], [0.06, 1, -0.02, -0.06], [-0.06, 0.02, 0.98, 0.06], [0, 0.04, 0.02, 1]])
WK = np.eye(4) + 0.1 * np.eye(4, k=1)
WV = np.eye(4) - 0.1 * np.eye(4, k=-1)


def _drawn(seed=0):
    return Sizes().draw(shapes_of(one_head_forward), np.random.default_rng(seed))


def test_the_example_computed_by_hand():
    y, cache = one_head_forward(X, WQ, WK, WV)
    q = [[0.218, 0.116, -0.184, 0.482], [-0.082, 0.496, 0.18, -0.218], [0.382, -0.182, 0.118, 0.418]]
    k = [[0.2, 0.12, -0.19, 0.48], [-0.1, 0.49, 0.25, -0.18], [0.4, -0.16, 0.08, 0.41]]
    v = [[0.19, 0.12, -0.25, 0.5], [-0.15, 0.48, 0.22, -0.2], [0.42, -0.21, 0.06, 0.4]]
    for found, expected in ((cache.q, q), (cache.k, k), (cache.v, v)):
        np.testing.assert_allclose(found, expected, atol=1e-12)
    weights = [[1, 0, 0], [0.4463, 0.5537, 0], [0.3468, 0.2831, 0.3701]]
    mixed = [[0.19, 0.12, -0.25, 0.5], [0.0017, 0.3193, 0.0102, 0.1124], [0.1789, 0.0998, -0.0022, 0.2648]]
    np.testing.assert_allclose(cache.weights, weights, atol=5.1e-5)
    np.testing.assert_allclose(y, mixed, atol=5.1e-5)


def test_it_is_attention_on_three_projections():
    drawn = _drawn()
    x = drawn["x"]
    y, cache = one_head_forward(**drawn)
    parts = [(x @ drawn[name])[None, None] for name in ("wq", "wk", "wv")]
    expected, attention = attention_forward(*parts)
    np.testing.assert_allclose(y, expected[0, 0], rtol=1e-13)
    np.testing.assert_allclose(cache.weights, attention.weights[0, 0], rtol=1e-13)


def test_gradients_match_finite_differences():
    report = check_pair(one_head_forward, one_head_backward, _drawn(), rng=np.random.default_rng(1))
    assert [row.name for row in report.rows] == ["x", "wq", "wk", "wv"]
    assert report.ok and report.max_error < 1e-8, f"\n{report}"


def test_gradients_have_the_shapes_they_promise():
    drawn = _drawn()
    y, cache = one_head_forward(**drawn)
    gradients = one_head_backward(np.random.default_rng(2).standard_normal(y.shape), cache)
    items = shapes_of(one_head_backward).outputs
    assert [g.shape for g in gradients] == [Sizes().shape(item) for item in items]
    assert [g.shape for g in gradients] == [drawn[item.name[1:]].shape for item in items]


def test_the_difference_of_a_backward_pass_to_itself_and_to_its_double():
    same = difference(one_head_backward, 1.0, np.random.default_rng(0), draws=3)
    assert same == (0.0, 0.0, 1.0)

    def doubled(dy, cache):
        return tuple(2 * one for one in one_head_backward(dy, cache))

    twice = difference(doubled, 1.0, np.random.default_rng(0), draws=3)
    np.testing.assert_allclose(twice.relative, 1 / 3, rtol=1e-12)
    assert twice.passed == 0
    assert (
        difference(doubled, 0.02, np.random.default_rng(0), upstream="mean", atol=1e-2, draws=3).passed == 1
    )


def test_a_mean_divides_the_gradient_of_a_sum():
    def wrong(dy, cache):
        return tuple(np.zeros_like(one) for one in one_head_backward(dy, cache))

    ones, mean = (
        difference(wrong, 1.0, np.random.default_rng(0), upstream=name, draws=3) for name in ("ones", "mean")
    )
    np.testing.assert_allclose(ones.absolute, 20 * mean.absolute, rtol=1e-12)
    assert ones.relative == mean.relative == 1
