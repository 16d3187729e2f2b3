"""Lesson 01: the mistakes that are made in finite differences."""

from ..exercise import Mistake
from ._ex01_differences_whole import DIFFERENCES_WHOLE, moved_in_place

_SLOPE = "_slope(lambda: f(moved), moved, index, h)"

DIFFERENCES = (
    Mistake(
        "forward difference",
        "The step goes up only: such a one-sided slope is off by about half the step times the curvature.",
        "What cancels when the two places lie at equal distances on both sides?",
        edits=(("kept + h, kept - h", "kept + h, kept"),),
    ),
    Mistake(
        "backward difference",
        "The step goes down only: such a one-sided slope is off by about half the step times the curvature.",
        "What cancels when the two places lie at equal distances on both sides?",
        edits=(("kept + h, kept - h", "kept, kept - h"),),
    ),
    Mistake(
        "half of a forward difference",
        "One of the two places is where the entry stood before, but the division is for two places twice as far "
        "apart: the slopes are about half of what they should be.",
        "Where was the entry at each of the two moments when you asked the function?",
        edits=(("kept + h, kept - h", "kept + h, kept"), ("float(above - below)", "(2 * h)")),
    ),
    Mistake(
        "divided by one step",
        "The slopes are twice as steep as they should be: the two places are two steps apart.",
        "How far is it from a step down to a step up?",
        edits=(("float(above - below)", "h"),),
    ),
    Mistake(
        "multiplied by the step",
        "The difference was halved and then multiplied by the step instead of being divided by it.",
        "In which order does Python work off a division followed by a multiplication?",
        edits=((" / float(above - below)", " / 2 * h"),),
    ),
    Mistake(
        "divided by 2 alone",
        "The difference was halved, but not divided by the step: the slopes shrink with it.",
        "How far apart are the two places?",
        edits=((" / float(above - below)", " / 2"),),
    ),
    Mistake(
        "not divided",
        "These are differences and not slopes: they shrink with the step.",
        "By what does one divide a rise to get a slope?",
        edits=((" / float(above - below)", ""),),
    ),
    Mistake(
        "sign",
        "The slopes have the wrong sign: where the function rises they are negative.",
        "Which of the two values is to be subtracted from the other?",
        edits=(("return rise", "return -rise"),),
    ),
    Mistake(
        "the step not used",
        "The step is always the same small one, whatever was asked for.",
        "Which of the arguments have you not used yet?",
        edits=(("kept + h, kept - h", "kept + 1e-5, kept - 1e-5"),),
    ),
    Mistake(
        "not put back",
        "An entry that has been moved stays moved while the next ones have their turn, so those slopes belong "
        "to another place.",
        "What does the array look like when the second entry has its turn?",
        edits=(("array[index] = kept", "pass"),),
    ),
    Mistake(
        "x left moved",
        "The entries of the array that was handed in were moved and not put back: the slopes belong to other "
        "places, and the caller's array has changed.",
        "Whose array is it, and what should it look like afterwards?",
        wrong=moved_in_place(floats=False, flat=False, back=False),
    ),
    Mistake(
        "x put back by steps",
        "The array that was handed in was moved and moved back by steps, and rounding left it a little beside "
        "where it was.",
        "How could you keep the entry itself, or leave the caller's array alone?",
        wrong=moved_in_place(floats=False, flat=False, back=True),
    ),
    Mistake(
        "all entries moved together",
        "Every entry has the same slope: all of them were moved at once.",
        "What must stay as it is while one entry moves?",
        edits=((_SLOPE, "(f(moved + h) - f(moved - h)) / (2 * h)"),),
    ),
    Mistake(
        "rows moved together",
        "All entries of a row have the same slope: the loop runs over the first axis only.",
        "How many slopes does an array of two rows and three columns have?",
        edits=(
            ("np.ndindex(moved.shape)", "np.ndindex(moved.shape[:1])"),
            ("float(above - below)", "(2 * h)"),
        ),
    ),
    Mistake(
        "the function never sees the move",
        "All slopes are 0: the function was asked about the array that did not move.",
        "Which array did you move, and which did you hand to the function?",
        edits=(("lambda: f(moved)", "lambda: f(x)"),),
    ),
    Mistake(
        "a flattened copy moved",
        "For a transposed array all slopes are 0: flattening made a copy of it, and the function never saw what "
        "moved there.",
        "When does flattening give a view of the same numbers, and when new ones?",
        edits=((_SLOPE, "_slope(lambda: f(moved), moved.ravel(), np.ravel_multi_index(index, x.shape), h)"),),
    ),
    Mistake(
        "flattened",
        "The slopes are right, but they stand in one long row.",
        "Which shape was asked for?",
        edits=(("return gradient", "return gradient.reshape(-1)"),),
    ),
    Mistake(
        "whole numbers moved",
        "An array of whole numbers cannot hold a small step: the entry is cut off to a whole number.",
        "What is 3 plus a hundred-thousandth in an array of integers?",
        edits=(
            ("np.array(x, dtype=np.float64)", "np.array(x)"),
            ("np.empty_like(moved)", "np.empty(moved.shape)"),
        ),
    ),
    Mistake(
        "slopes cut to whole numbers",
        "For whole numbers the slopes come out as whole numbers: what stood behind the point is cut off.",
        "Of which type is the array that receives the slopes?",
        edits=(("np.empty_like(moved)", "np.empty_like(x)"),),
    ),
    Mistake(
        "whole numbers moved, slopes cut",
        "For whole numbers both go wrong: the entry cannot hold a small step, and the slopes lose what stood behind "
        "the point.",
        "Of which type is the copy, when the array holds integers?",
        edits=(("np.array(x, dtype=np.float64)", "np.array(x)"),),
    ),
    *DIFFERENCES_WHOLE,
)
