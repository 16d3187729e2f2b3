import numpy as np
import pytest

from scratchgpt.ops.embedding import embedding_backward, embedding_forward
from scratchgpt.ops.positions import sinusoidal_positions

WEIGHT = np.random.default_rng(0).standard_normal((13, 6))


def test_lookup_equals_the_product_with_one_hot_vectors():
    ids = np.array([[1, 12, 1], [0, 5, 1]])
    y, _ = embedding_forward(ids, WEIGHT)
    np.testing.assert_array_equal(y, np.eye(13)[ids] @ WEIGHT)


def test_repeated_ids_add_up():
    ids = np.array([[4, 4, 2], [4, 2, 0]])
    dy = np.random.default_rng(1).standard_normal((2, 3, 6))
    dweight = embedding_backward(dy, embedding_forward(ids, WEIGHT)[1])
    expected = np.zeros_like(WEIGHT)
    for b in range(2):
        for t in range(3):
            expected[ids[b, t]] += dy[b, t]
    np.testing.assert_allclose(dweight, expected, rtol=1e-15)
    np.testing.assert_allclose(dweight, np.tensordot(np.eye(13)[ids], dy, axes=((0, 1), (0, 1))), rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.int64])
def test_any_integer_type_of_ids_works(dtype):
    ids = np.array([[3, 12]])
    y, cache = embedding_forward(ids.astype(dtype), WEIGHT)
    np.testing.assert_array_equal(y, WEIGHT[ids])
    np.testing.assert_array_equal(
        embedding_backward(y, cache), embedding_backward(y, embedding_forward(ids, WEIGHT)[1])
    )


def test_sinusoidal_positions_by_the_formula():
    y = sinusoidal_positions(7, 6)
    for t in range(7):
        for i in range(3):
            angle = t / 10000 ** (2 * i / 6)
            np.testing.assert_allclose(y[t, 2 * i : 2 * i + 2], [np.sin(angle), np.cos(angle)], rtol=1e-13)


def test_sinusoidal_shift_is_a_rotation_that_does_not_depend_on_the_position():
    y = sinusoidal_positions(40, 8).reshape(40, 4, 2)
    z = y[..., 1] + 1j * y[..., 0]  # exp(i t w)
    np.testing.assert_allclose(z[3:] / z[:-3], np.broadcast_to((z[3] / z[0]), (37, 4)), rtol=1e-12)
