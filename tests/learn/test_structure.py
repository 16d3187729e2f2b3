"""What wrong numbers betray: a sentence for each kind of difference, on arrays with real mistakes in them."""

import numpy as np
import pytest

from scratchgpt.learn import catalogue
from scratchgpt.learn.diagnosis import judge
from scratchgpt.learn.exercise import Probe
from scratchgpt.learn.structure import describe, describe_shape
from scratchgpt.learn.symptoms import repeated
from scratchgpt.ops.layernorm import layernorm_forward

SIZES = {"B": 2, "T": 3, "D": 7}
RNG = np.random.default_rng(0)
Y = RNG.standard_normal((2, 3, 7))
SQUARE = RNG.standard_normal((4, 4))


def _with(change):
    y = Y.copy()
    change(y)
    return y


def _far(y):
    y[:, 2] += RNG.standard_normal((2, 7))


KNOWN = {
    "a size": (3 * Y, Y, "Exactly 3 times what it should be, and 3 is T here."),
    "a product": (Y / 6, Y, "Exactly 0.166667 times what it should be, and 0.166667 is 1 / (B T) here."),
    "a root": (Y * 7**0.5, Y, "Exactly 2.64575 times what it should be, and 2.64575 is the root of D here."),
    "one over a root": (Y / 7**0.5, Y, "and 0.377964 is 1 / the root of D here."),
    "n for n - 1": (Y * 6 / 7, Y, "and 0.857143 is (D - 1) / D here."),
    "a deviation": (Y * (6 / 7) ** 0.5, Y, "and 0.92582 is the root of (D - 1) / D here."),
    "some factor": (1.3 * Y, Y, "Exactly 1.3 times what it should be."),
    "a loss summed": (
        np.float64(6.6),
        np.float64(1.1),
        "Exactly 6 times what it should be, and 6 is B T here.",
    ),
    "another loss": (np.float64(6.7), np.float64(1.1), ""),
    "sign": (-Y, Y, "Right but for the sign."),
    "sign of a loss": (np.float64(-1.1), np.float64(1.1), "Right but for the sign."),
    "zeros": (0 * Y, Y, "All your numbers are 0."),
    "transposed": (SQUARE.T, SQUARE, "Your numbers are right, but axes 0 and 1 are exchanged."),
    "moved": (Y[::-1], Y, "All your numbers are right, but they stand in the wrong places."),
    "shifted": (Y + 0.25, Y, "Each of your numbers is off by the same 0.25."),
    "first row": (_with(lambda y: y[0].fill(9)), Y, "Along axis 0, only index 0 of 2 is wrong."),
    "a row of four": (
        np.where(np.arange(4)[:, None] == 0, 9, SQUARE),
        SQUARE,
        "Along axis 0, only index 0 of 4 is wrong.",
    ),
    "last position": (_with(_far), Y, "Along axis 1, only index 2 of 3 is wrong."),
    "two positions": (
        _with(lambda y: y[:, :, 2:].fill(9)),
        Y,
        "Along axis 2, only indices 0, 1 of 7 are right.",
    ),
    "NaN": (_with(lambda y: y[0, 0].fill(np.nan)), Y, "7 of 42 of your numbers are NaN, and none should be."),
    "infinite": (_with(lambda y: y[0].fill(-np.inf)), Y, "21 of 42 of your numbers are infinite, and none"),
    "nothing": (RNG.standard_normal((2, 3, 7)), Y, ""),
    "one number": (np.float64(0.3), np.float64(0.7), ""),
    "empty": (np.zeros((0, 3)), np.zeros((0, 3)), ""),
}


@pytest.mark.parametrize(("mine", "right", "expected"), KNOWN.values(), ids=KNOWN)
def test_a_difference_has_its_sentence(mine, right, expected):
    said = describe(mine, right, SIZES)
    assert expected in said if expected else said == ""


def test_rows_of_repeated_ids():
    ids, dy = np.array([[1, 4, 1], [2, 5, 4]]), RNG.standard_normal((2, 3, 2))
    right, overwritten = np.zeros((9, 2)), np.zeros((9, 2))
    np.add.at(right, ids, dy)
    overwritten[ids] = dy
    again = repeated(Probe("p", (dy, (ids, np.zeros((9, 2))))), len(right))
    assert again == {1, 4}
    assert describe(overwritten, right, {}, again) == (
        "Only the rows of ids that occur more than once are wrong (1, 4)."
    )
    assert "ids" not in describe(right + RNG.standard_normal((9, 2)), right, {}, again)
    assert repeated(Probe("a row per place", (dy, ids)), 2) == set()


@pytest.mark.parametrize("axes", [{"ddof": 1}, {"eps": 1e-2}])
def test_an_eps_or_n_minus_1_is_nearly_right(axes):
    x = RNG.standard_normal((5, 64)) + 3
    weight, bias = RNG.standard_normal((2, 64))
    variance = x.var(axis=-1, keepdims=True, ddof=axes.get("ddof", 0))
    mine = (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(variance + axes.get("eps", 1e-5)) * weight + bias
    said = describe(mine, layernorm_forward(x, weight, bias)[0], {})
    assert said.startswith("Nearly right: off by at most ") and "an eps" in said and "n - 1" in said


@pytest.mark.parametrize(
    ("mine", "right", "expected"),
    [
        ((2, 3), (3,), "One axis too many: axis 0 was not summed, or not picked from."),
        ((2, 5), (2, 3, 5), "One axis is lost: axis 1 should still be there."),
        ((5, 3), (3, 5), "The right axes in the wrong order."),
        ((30,), (2, 15), "As many numbers as there should be, in another shape."),
        ((7, 7), (3, 5), ""),
    ],
)
def test_a_shape_is_guessed_at(mine, right, expected):
    assert describe_shape(mine, right) == expected


def test_the_sentence_comes_with_the_first_wrong_number():
    _, exercise = catalogue.find("log_softmax")
    message = judge(exercise, lambda x, axis=-1: 3 * exercise.reference(x, axis), name_mistakes=False).message
    symptom, structure = message.splitlines()
    assert symptom == 'probe "basic" (2, 3, 5): y: 0 % of the numbers agree.'
    assert structure.startswith("Exactly 3 times what it should be. First wrong: y[0, 0, 0] is -")
    assert ", expected -" in structure and "; largest error " in structure
