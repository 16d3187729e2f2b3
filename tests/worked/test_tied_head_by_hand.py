import numpy as np
import pytest

from scratchgpt.gradcheck import check, check_pair
from scratchgpt.layers.heads import TiedHead
from scratchgpt.ops.activations import gelu_backward, gelu_forward
from scratchgpt.ops.embedding import embedding_backward, embedding_forward
from scratchgpt.worked.tied_head import (
    tied_head_backward,
    tied_head_forward,
    tied_model_backward,
    tied_model_forward,
    tied_table_gradient,
)

B, T, C, V = 2, 5, 4, 7
IDS = np.array([[3, 1, 3, 0, 6], [5, 3, 2, 2, 1]])  # repeated ids, and 4 never


def _drawn(*shapes):
    rng = np.random.default_rng(0)
    return [rng.standard_normal(shape) for shape in shapes]


@pytest.mark.parametrize("leading", [(), (T,), (B, T)])
def test_the_head_against_finite_differences(leading):
    h, weight = _drawn((*leading, C), (V, C))
    inputs = {"h": h, "weight": weight}
    report = check_pair(tied_head_forward, tied_head_backward, inputs, rng=np.random.default_rng(1))
    assert report.ok, f"\n{report}"


def test_the_smallest_tied_model_against_finite_differences():
    (weight,) = _drawn((V, C))
    inputs = {"ids": IDS, "weight": weight}
    report = check_pair(tied_model_forward, tied_model_backward, inputs, rng=np.random.default_rng(1))
    assert report.ok, f"\n{report}"


def test_the_checker_sees_each_missing_half():
    (weight,) = _drawn((V, C))

    def head_only(dlogits, cache):
        return tied_head_backward(dlogits, (cache.h, cache.weight))[1]

    def lookup_only(dlogits, cache):
        return tied_model_backward(dlogits, cache) - head_only(dlogits, cache)

    for half in (head_only, lookup_only):
        inputs = {"ids": IDS, "weight": weight}
        report = check_pair(tied_model_forward, half, inputs, rng=np.random.default_rng(1))
        assert report.max_error > 0.1


def test_the_sum_of_both_uses_with_a_layer_between_them():
    weight, dlogits = _drawn((V, C), (B, T, V))

    def forward():
        h, cache = gelu_forward(embedding_forward(IDS, weight)[0])
        return h, cache, tied_head_forward(h, weight)

    h, gelu, (_, head) = forward()
    dh, _ = tied_head_backward(dlogits, head)
    dweight = tied_table_gradient(IDS, gelu_backward(dh, gelu), h, dlogits)
    report = check(lambda: (dlogits * forward()[2][0]).sum(), {"weight": weight}, {"weight": dweight})
    assert report.ok, f"\n{report}"


def test_it_is_what_embedding_and_head_of_a_model_add_up():
    weight, dx, h, dlogits = _drawn((V, C), (B, T, C), (B, T, C), (B, T, V))
    g = {"weight": embedding_backward(dx, embedding_forward(IDS, weight)[1])}
    logits, cache = TiedHead().forward({"weight": weight}, h)
    np.testing.assert_allclose(tied_head_forward(h, weight)[0], logits, rtol=1e-14)
    TiedHead().backward(dlogits, cache, g)
    np.testing.assert_allclose(tied_table_gradient(IDS, dx, h, dlogits), g["weight"], rtol=1e-12)


def test_scores_of_the_three_token_example():
    We = [
        [0.2, -0.1, 0.5, 0.3],
        [0.8, 0.4, -0.2, 0.1],
        [0.1, 0.7, 0.3, -0.4],
        [0.3, 0.6, 0.2, -0.3],
        [-0.5, 0.2, 0.4, 0.6],
    ]
    h = [[-0.8, 1.2, 0.3, -0.7], [0.5, -0.3, 1.1, -1.3], [-0.2, 0.9, -1.0, 0.3]]
    expected = [
        [-0.34, -0.29, 1.13, 0.75, 0.34],
        [0.29, -0.07, 0.69, 0.58, -0.65],
        [-0.54, 0.43, 0.19, 0.19, 0.06],
    ]
    np.testing.assert_allclose(tied_head_forward(np.array(h), np.array(We))[0], expected, atol=1e-12)


def test_the_table_gradient_of_the_one_head_decoder():
    """The lookup's and the head's part on paper, to four decimals; tokens 0, 1, 2 were looked up."""
    h = [
        [0.0386, 0.0169, -1.4414, 1.3859],
        [-0.8084, 1.6161, 0.0482, -0.8558],
        [1.2426, -1.2410, -0.6775, 0.6759],
    ]
    dlogits = [
        [0.1436, -0.3070, 0.0701, 0.0710, 0.0224],
        [0.0318, 0.1227, -0.3133, 0.0621, 0.0967],
        [0.1086, 0.0229, 0.1272, -0.2800, 0.0214],
    ]
    lookup = [
        [0.2065, -0.7319, 0.3743, 0.1487],
        [-0.0494, -0.0685, 0.2106, -0.0898],
        [-0.1339, -0.0881, 0.1428, 0.0822],
    ]
    expected = [
        [0.3213, -0.8129, 0.0953, 0.3939],
        [-0.1320, 0.0961, 0.6436, -0.6048],
        [0.2801, -0.7510, -0.0595, 0.5335],
        [-0.3954, 0.4491, 0.0904, -0.1441],
        [-0.0508, 0.1302, -0.0421, -0.0373],
    ]
    ids = np.array([[0, 1, 2]])
    found = tied_table_gradient(ids, *(np.array([a]) for a in (lookup, h, dlogits)))
    np.testing.assert_allclose(found, expected, atol=3e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_in_is_dtype_out(dtype):
    weight, dlogits = (a.astype(dtype) for a in _drawn((V, C), (B, T, V)))
    logits, cache = tied_model_forward(IDS, weight)
    assert logits.dtype == tied_model_backward(dlogits, cache).dtype == dtype
