"""10.7: does a step have hidden state?"""

import numpy as np

from ...worked.hidden_state import same_twice
from ..exercise import Exercise, Mistake, Probe
from . import _ex10_steps as steps
from ._ex10_purity_more import MORE
from ._ex10_steps import Step
from ._unpaired import unpaired


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(107)
    a, b, g = rng.standard_normal((3, 4))
    nan = np.array([1.0, np.nan, 2.0])
    square = rng.standard_normal((3, 3))

    def noise() -> np.random.Generator:
        return np.random.default_rng(5)

    return [
        Probe("a pure function", (Step(steps.pure), a, square)),
        Probe("a pure loss", (Step(steps.number), square)),
        Probe("gradients not zeroed, a copy", (Step(steps.adds_up, sum=np.zeros(4)), a)),
        Probe("gradients not zeroed, the array itself", (Step(steps.adds_up_in_place, sum=b.copy()), g)),
        Probe("dropout", (Step(steps.dropout, rng=noise()), square)),
        Probe("noise in the last digits", (Step(steps.noisy_number, rng=noise()), a)),
        Probe("noise in an array", (Step(steps.noisy, rng=noise()), square)),
        Probe("the same numbers in another order", (Step(steps.another_order, calls=0), 2.0 ** np.arange(4))),
        Probe("another last bit", (Step(steps.last_bit, calls=0), a)),
        Probe("another last number", (Step(steps.last_entry, calls=0), a)),
        Probe("a row more each time", (Step(steps.grows, rows=[]), a)),
        Probe("an argument changed", (Step(steps.in_place), a)),
        Probe("an argument cleared", (Step(steps.sets_to_zero), a)),
        Probe("an argument changed and changed back", (Step(steps.flips), a)),
        Probe("an argument updated and returned", (Step(steps.steps_in_place), a, g)),
        Probe("an argument changed, another result", (Step(steps.both, calls=0), b)),
        Probe("the second argument changed", (Step(steps.second_in_place), a, b)),
        Probe("an argument changed at the second call", (Step(steps.once, calls=0), a)),
        Probe("an argument changed at the first call", (Step(steps.at_first, calls=0), a)),
        Probe("the same object twice, unchanged", (Step(steps.constant, table=np.arange(3.0)), a)),
        Probe("the same room filled anew", (Step(steps.scratch, room=np.zeros(4)), a)),
        Probe("it counts, and it does not show", (Step(steps.counts, calls=0), a)),
        Probe("it returns its argument", (Step(steps.identity), a)),
        Probe("NaN each time", (Step(steps.undefined), a)),
        Probe("NaN at the second call", (Step(steps.sometimes_undefined, calls=0), a)),
        Probe("NaN in an argument", (Step(steps.finite), nan)),
        Probe("no arguments", (Step(steps.nothing_given, calls=0),)),
        Probe("no arguments, pure", (Step(steps.constant, table=np.float64(3.0)),)),
    ]


_EDITS = (
    Mistake(
        "first result not kept",
        "A step that hands out the same array each time passes your test: after the second call both results are the "
        "second one.",
        "What does the second call do to an array that you hold from the first?",
        edits=(("np.copy(call(*given))", "call(*given)"),),
    ),
    Mistake(
        "arguments not looked at",
        "A step that changes its arguments passes your test, as long as it returns the same.",
        "What else can a call change, beside what it returns?",
        edits=(("if not all(", "if False and not all("),),
    ),
    Mistake(
        "NaN in an argument",
        "A step that leaves its arguments alone fails your test when there is a NaN in them: a NaN does not equal itself.",
        "Is a NaN that was there before a change?",
        edits=(("(a, b, equal_nan=True)", "(a, b)"),),
    ),
    Mistake(
        "NaN in a result",
        "A step that returns the same NaN both times fails your test: a NaN does not equal itself.",
        "Is a NaN that comes each time a sign of hidden state?",
        edits=(("(first, second, equal_nan=True)", "(first, second)"),),
    ),
    Mistake(
        "tolerance",
        "Results that differ in their last digits pass your test; hidden state may be that small.",
        "How different may two results be that come from the same numbers by the same arithmetic?",
        edits=(
            (
                "np.array_equal(first, second, equal_nan=True)",
                "first.shape == second.shape and np.allclose(first, second, equal_nan=True)",
            ),
        ),
    ),
    Mistake(
        "the other way round",
        "Steps without hidden state get False and all others True.",
        "Which of the two answers stands for a pure step?",
        edits=(("return False", "return True"), ("return np.array_equal(", "return not np.array_equal(")),
    ),
)

EXERCISE = Exercise(
    id="10.7",
    reference=same_twice,
    task="""
    A test of purity: does a training or an evaluation step depend on anything but its arguments?

    call: the step, a function of arrays that returns an array or a number; call(*arrays) runs it. arrays:
    the arguments of the step, float arrays of any shapes, none or more of them.
    Return a bool: True if two calls with the same numbers return the same, and neither of them changes an
    array that it was given, not even if the other call would change it back. The same means in shape and
    to the last bit, no tolerance; a NaN counts as the same as a NaN. Call the step twice. When you are
    done, arrays hold what they held before, even where the step changes what it is given.

    Beware of a step that hands out an array of its own and writes into it again at the next call: what you
    hold then is the second result, twice.

    >>> total = np.zeros(2)
    >>> def backward(x):
    ...     total[...] += 2 * x  # gradients that nobody sets to zero
    ...     return total
    >>> same_twice(backward, np.array([1.0, 3.0]))
    False
    >>> same_twice(lambda x: 2 * x, np.array([1.0, 3.0]))
    True
    >>> rng = np.random.default_rng(0)
    >>> same_twice(lambda: rng.random())
    False
    """,
    probes=probes,
    returns=("pure",),
    mistakes=(*unpaired(same_twice, _EDITS), *MORE),
    hints=(
        "Three things are to be compared: the two results with each other, and the arguments after each of the calls "
        "with what they were before it.",
        "The result of the first call may be an array that the second call writes into, and an argument may be "
        "changed and changed back. What can you keep, so that neither escapes you?",
        "Give each call fresh copies of the arrays, look at the copies after that call, and keep a copy of what it "
        "returned. At the end compare the two, number by number and exactly.",
    ),
    difficulty=3,
    minutes=15,
    importance=4,
    lines=7,
)
