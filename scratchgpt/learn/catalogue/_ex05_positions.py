"""05.3: positions that are computed."""

from ...ops.positions import sinusoidal_positions
from ..exercise import Exercise, Mistake, Probe
from ._ex05_more_positions import MORE_POSITIONS


def _sizes() -> list[Probe]:
    return [
        Probe("basic", (5, 8)),
        Probe("square", (6, 6)),
        Probe("one position", (1, 6)),
        Probe("one pair of columns", (9, 2)),
        Probe("far along", (300, 4)),
    ]


POSITIONS = Exercise(
    id="05.3",
    reference=sinusoidal_positions,
    task="""
    A vector for every position that need not be learned: hands of clocks that turn at different speeds.

    T: number of positions, counted from 0. C: size of a vector, an even number.
    Return an array (T, C), float. Columns go in pairs, 0 and 1, 2 and 3, and so on: each pair is a hand that
    has turned by an angle in proportion to the position, and holds the sine of the angle first, then the
    cosine of the same angle. The first hand turns by 1 radian per position. From one hand to the next the
    speed falls by a constant factor; as many such steps as there are hands would lead down to 1/10000 radian
    per position, so that the last hand, one step less behind the first, is still a little faster than that.

    >>> sinusoidal_positions(3, 4).round(3)
    array([[ 0.   ,  1.   ,  0.   ,  1.   ],
           [ 0.841,  0.54 ,  0.01 ,  1.   ],
           [ 0.909, -0.416,  0.02 ,  1.   ]])
    """,
    probes=_sizes,
    returns=("y",),
    mistakes=(
        Mistake(
            "cosine first",
            "Sine and cosine are exchanged: at position 0 every hand should show the sine 0 first, then the cosine 1.",
            "Which of the two is 0 at an angle of 0?",
            edits=(("np.sin(angles), np.cos(angles)", "np.cos(angles), np.sin(angles)"),),
        ),
        Mistake(
            "in halves",
            "All sines stand in the first half of the columns and all cosines in the second; they should alternate.",
            "Which two columns make one hand?",
            edits=(("np.stack(", "np.concatenate("),),
        ),
        Mistake(
            "exponent halved",
            "The speeds fall too slowly: one more hand behind the last would turn by 1/100 radian, not by 1/10000.",
            "How many hands are there, and by which factor does the speed fall in all?",
            edits=(("np.arange(0, C, 2)", "np.arange(0, C // 2)"),),
        ),
        Mistake(
            "exponent doubled",
            "The speeds fall too fast: halfway through the hands they are down to 1/10000 already.",
            "How many hands are there, and by which factor does the speed fall in all?",
            edits=(("np.arange(0, C, 2)", "np.arange(0, 2 * C, 4)"),),
        ),
        Mistake(
            "a speed for every column",
            "The cosine of a hand turns slower than its sine: the two columns of a pair should hold the same angle.",
            "What is the sum of the squares of a sine and a cosine of the same angle, and what is it in your pairs?",
            edits=(("np.cos(angles)", "np.cos(angles * 10000 ** (-1 / C))"),),
        ),
        Mistake(
            "a speed for every column, exponent doubled",
            "Every column turns at a speed of its own, and the speeds fall twice too fast: the number of the column was "
            "taken for the number of the hand.",
            "Which number do the two columns of one hand share?",
            edits=(
                ("np.arange(0, C, 2)", "np.arange(0, 2 * C, 4)"),
                ("np.cos(angles)", "np.cos(angles * 10000 ** (-2 / C))"),
            ),
        ),
        Mistake(
            "last hand at 1/10000",
            "The last hand turns by 1/10000 radian per position; it is the one behind the last that should.",
            "Into how many steps did you divide the way from 1 to 1/10000?",
            edits=(("(-math.log(10000.0) / C)", "(-math.log(10000.0) / max(C - 2, 1))"),),
        ),
        Mistake(
            "10000 forgotten",
            "The speeds hardly fall: one more hand behind the last would turn by 0.37 radian, one over e, and not by 1/10000.",
            "Where does the number 10000 enter?",
            edits=(("-math.log(10000.0) / C", "-1 / C"),),
        ),
        Mistake(
            "speeds rise",
            "From hand to hand the speed rises, where it should fall.",
            "Which hand should turn the fastest?",
            edits=(("(-math.log", "(math.log"),),
        ),
        Mistake(
            "positions from 1",
            "The first row is that of position 1: positions are counted from 0.",
            "What is the sine of an angle that has not begun to turn?",
            edits=(("np.arange(T)", "np.arange(1, T + 1)"),),
        ),
        Mistake(
            "whole turns",
            "The first hand makes a whole turn per position, so that its columns never change: it should turn by 1 "
            "radian.",
            "How many radians has a whole turn?",
            edits=(("[:, None] * frequencies", "[:, None] * frequencies * 2 * np.pi"),),
        ),
        Mistake(
            "sines only",
            "Both columns of a pair hold the sine.",
            "What do you need besides the sine to tell two angles apart that have the same one?",
            edits=(("np.cos(angles)", "np.sin(angles)"),),
        ),
        Mistake(
            "transposed",
            "Positions lie along the columns: there should be a row per position.",
            "Which shape was asked for?",
            edits=(("return pairs.reshape(T, C)", "return pairs.reshape(T, C).T"),),
        ),
        *MORE_POSITIONS,
    ),
    hints=(
        "How many hands are there, and by which factor does the speed fall from one to the next, so that as many steps "
        "as there are hands make 10000?",
        "First the table of angles: a row per position, a column per hand. Each is a product.",
        "Every second column of the result, beginning with the first, takes the sines; the columns between take the "
        "cosines of the same table.",
    ),
    difficulty=3,
    minutes=15,
    importance=3,
    lines=5,
)
