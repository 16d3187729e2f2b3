"""Answers that do not return, or return the wrong thing: each its own message, and nothing else is harmed."""

import dataclasses
import os
import signal
import sys
import threading
import time

import learner
import numpy as np
import pytest

from scratchgpt.learn.diagnosis import judge
from scratchgpt.learn.exercise import Mistake, Probe
from scratchgpt.learn.running import call
from scratchgpt.learn.wrong import function_of
from scratchgpt.ops.adamw import adamw_step

HEAD = "def softmax(x, axis=-1):\n"

# Calls that would not end
ENDLESS = {
    "a loop": "    while True:\n        pass\n",
    "a sleep": "    __import__('time').sleep(100)\n",
    "a trap": "    while True:\n        try:\n            x + 1\n        except:\n            pass\n",
    "a sleeping trap": (
        "    import time\n    while True:\n        try:\n            time.sleep(100)\n"
        "        except:\n            pass\n"
    ),
    "a trap in a function": (
        "    def step():\n        try:\n            return x + 1\n        except BaseException:\n"
        "            return 0\n    while True:\n        step()\n"
    ),
    "a finally": "    while True:\n        try:\n            x + 1\n        finally:\n            continue\n",
    "printing": "    while True:\n        print('x')\n",
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_what_does_not_end_is_stopped(tmp_path, body):
    tracer, handler, began = sys.gettrace(), signal.getsignal(signal.SIGALRM), time.perf_counter()
    said = learner.message(tmp_path, HEAD + body, seconds=0.1)
    assert said.startswith('probe "basic" (2, 3, 5): no answer within 0.1 seconds')
    assert said.endswith("Is there a loop that never ends?")
    assert time.perf_counter() - began < 3
    assert (sys.gettrace(), signal.getsignal(signal.SIGALRM)) == (tracer, handler)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_what_does_not_end_is_stopped_in_a_thread(tmp_path):
    """Where there are no signals (in a thread, on Windows)."""
    said = []
    body = HEAD + ENDLESS["a trap"]
    thread = threading.Thread(target=lambda: said.append(learner.message(tmp_path, body, seconds=0.1)))
    thread.start()
    thread.join(10)
    assert said and "no answer within 0.1 seconds" in said[0]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory limit needs Linux")
@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("    return np.zeros((10**5, 10**5))\n", ": Unable to allocate 74.5 GiB for an array with shape"),
        ("    return [0.0] * 10**10\n", ". The largest"),
    ],
    ids=["array", "list"],
)
def test_too_much_memory(tmp_path, body, asked):
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    said = learner.message(tmp_path, HEAD + body)
    assert said.startswith('probe "basic" (2, 3, 5): it asked for more memory than is allowed')
    assert asked in said and said.endswith("which of your shapes is too large?")
    assert resource.getrlimit(resource.RLIMIT_AS) == before


# What is raised

RAISED = {
    "sys.exit": ("    import sys\n    sys.exit(0)\n", "SystemExit at", "That would end the whole program"),
    "quit": ("    quit()\n", "SystemExit at", "That would end the whole program"),
    "os._exit": ("    import os\n    os._exit(0)\n", "SystemExit at", "That would end the whole program"),
    "input": ("    return input()\n", "EOFError: ", "Nobody can type anything in here"),
    "recursion": (
        "    return softmax(x, axis)\n",
        "RecursionError: ",
        "Does the function call itself without",
    ),
    "BaseException": ("    raise GeneratorExit('out')\n", "GeneratorExit: out at", ""),
    "pytest": ("    import pytest\n    pytest.skip('no')\n", "Skipped: no at", ""),
    "no text": (
        "    class Mute(Exception):\n        def __str__(self):\n            raise self\n    raise Mute\n",
        "Mute at line +4",
        "",
    ),
    "shapes": (
        "    top = x.max(axis)\n    return x - top\n",
        "ValueError: operands could not be broadcast together with shapes (2,3,5) (2,3) at line +2",
        "where the shapes are x (2, 3, 5), top (2, 3).",
    ),
}


@pytest.mark.parametrize(("body", "first", "second"), RAISED.values(), ids=RAISED)
def test_what_is_raised_is_said_with_line_and_shapes(tmp_path, body, first, second):
    leave = os._exit
    said = learner.message(tmp_path, HEAD + body)
    assert said.startswith(f'probe "basic" (2, 3, 5): {first}')
    assert second in said
    assert os._exit is leave


def test_ctrl_c_is_not_swallowed(tmp_path):
    path = learner.write(tmp_path, softmax=HEAD + "    raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        learner.verdict(path)


def test_an_exception_keeps_no_arrays_alive():
    def f():
        big = np.zeros(10)  # noqa: F841
        try:
            raise KeyError
        except KeyError:
            raise ValueError("x") from None

    error = call(f, Probe("p", ()), 1.0).error
    assert (error.__traceback__, error.__context__, error.__cause__) == (None, None, None)


# What is returned

SHARES = "    e = np.exp(x - x.max(axis, keepdims=True))\n    y = e / e.sum(axis, keepdims=True)\n"

RETURNED = {
    "nothing": (SHARES, "it returned nothing (None)."),
    "nothing but print": (
        SHARES + "    print(y.shape)\n",
        "it returned nothing (None). It printed something instead: printing shows a result, returning hands "
        "it on.\nIt printed:\n  (2, 3, 5)",
    ),
    "two values": (SHARES + "    return y, e\n", "it returned a tuple of 2, expected an array (2, 3, 5)."),
    "a list": (
        SHARES + "    return y.tolist()\n",
        "it returned a list of 2, expected an array (2, 3, 5). numpy.array makes one of a list.",
    ),
    "a list of itself": (
        "    a = []\n    a.append(a)\n    return a\n",
        "it returned a list of 1, expected an array",
    ),
    "a generator": (
        SHARES + "    yield y\n",
        "y is a generator, expected an array (2, 3, 5) of float64. yield makes a generator; return hands",
    ),
    "a string": ("    return 'shares'\n", "y is a str, expected an array (2, 3, 5) of float64."),
    "an axis lost": (
        SHARES + "    return y.sum(axis)\n",
        "y has shape (2, 3), expected (2, 3, 5). One axis is lost: axis 2 should still be there.",
    ),
    "an axis more": (
        SHARES + "    return y[:, None]\n",
        "y has shape (2, 1, 3, 5), expected (2, 3, 5). One axis too many: axis 1 was not summed",
    ),
    "float16": (
        SHARES + "    return y.astype(np.float16)\n",
        "y holds float16, expected float64. That has 3 digits only.",
    ),
    "integers": (SHARES + "    return y.astype(int)\n", "y holds int64, expected float64."),
    "truth values": (SHARES + "    return y > 0\n", "y holds bool, expected float64."),
    "complex": (
        SHARES + "    return y.astype(complex)\n",
        "y is an array (2, 3, 5) of complex128, expected an array (2, 3, 5) of float64.",
    ),
    "objects": (
        SHARES + "    return y.astype(object)\n",
        "y is an array (2, 3, 5) of object, expected an array",
    ),
    "masked": (
        SHARES + "    return np.ma.masked_array(y)\n",
        "y is a MaskedArray, expected an array (2, 3, 5)",
    ),
    "changed": (
        "    x -= x.max(axis, keepdims=True)\n    e = np.exp(x)\n    return e / e.sum(axis, keepdims=True)\n",
        "x was changed on the way. Whose array is it? The result is right.",
    ),
    "a hostile object": (
        "    class Odd:\n        def __repr__(self):\n            raise ValueError\n"
        "        __eq__ = __len__ = __repr__\n    return Odd()\n",
        "y is an Odd, expected an array (2, 3, 5) of float64.",
    ),
}


@pytest.mark.parametrize(("body", "expected"), RETURNED.values(), ids=RETURNED)
def test_what_is_returned_is_described(tmp_path, body, expected):
    said = learner.message(tmp_path, HEAD + body)
    assert said.startswith(f'probe "basic" (2, 3, 5): {expected}'), said


ACCEPTED = {
    "float32": SHARES + "    return y.astype(np.float32)\n",
    "long double": SHARES + "    return y.astype(np.longdouble)\n",
    "other strides": SHARES + "    return np.asfortranarray(y)\n",
    "printing": SHARES + "    print(y)\n    return y\n",
    "warnings": SHARES
    + "    import warnings\n    warnings.warn('x')\n    np.log(np.zeros(1))\n    return y\n",
}


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_what_is_as_good_is_accepted(tmp_path, body):
    assert learner.verdict(learner.write(tmp_path, softmax=HEAD + body)).status == "solved"


def test_python_numbers_stand_for_arrays_without_axes(tmp_path):
    right = learner.EXERCISES["cross_entropy_forward"].reference
    path = learner.write(
        tmp_path,
        cross_entropy_forward=f"""
            from {right.__module__} import cross_entropy_forward as theirs


            def cross_entropy_forward(logits, targets, weights=None, ignore_index=-1):
                loss, cache = theirs(logits, targets, weights, ignore_index)
                return [float(loss) or 0, cache]
            """,
    )
    assert learner.verdict(path, "cross_entropy_forward").status == "solved"


def test_the_parts_of_a_tuple_are_named(tmp_path):
    head = "def cross_entropy_forward(logits, targets, weights=None, ignore_index=-1):\n"

    def said(body):
        return learner.message(tmp_path, f"{head}    return {body}\n", "cross_entropy_forward").splitlines()[
            0
        ]

    assert "it returned a float, expected a tuple of 2 (loss, cache)." in said("1.5")
    assert "it returned a tuple of 3, expected a tuple of 2 (loss, cache)." in said("1.5, 2, 3")
    expected = "expected a CrossEntropyCache(log_probs, targets, scale)."
    assert f"cache is None, {expected}" in said("1.5, None")
    assert f"cache is a tuple of 3, {expected}" in said("1.5, (logits, targets, targets)")


# A named mistake is named, whatever else is the matter


def test_a_mistake_made_in_place_is_named_with_both(tmp_path):
    body = "    x -= x.max(axis, keepdims=True)\n    e = np.exp(x)\n    return e / e.sum()\n"
    path = learner.write(tmp_path, softmax=HEAD + body)
    found = learner.verdict(path)
    assert found.mistake == "one sum for all"
    assert "x was changed on the way. Whose array is it?" in found.message


def test_a_mistake_is_named_although_some_calls_raise(tmp_path):
    body = "    e = np.exp(x)\n    return e / e.sum(axis, keepdims=True)\n"
    found = learner.verdict(learner.write(tmp_path, softmax=HEAD + body))
    assert found.mistake == "no maximum subtracted"
    assert found.symptom in found.message and "Likely mistake:" in found.message
    assert "Likely mistake:" not in found.symptom


def test_a_learners_patches_of_libraries_end_with_the_call(tmp_path):
    before = {name: getattr(np, name) for name in ("exp", "asarray", "max")}
    floats, state = np.geterr(), np.get_printoptions()
    body = "    np.exp = np.asarray = np.max = None\n    np.seterr(all='raise')\n    return x\n"
    assert "0 % of the numbers agree" in learner.message(tmp_path, HEAD + body)
    assert {name: getattr(np, name) for name in before} == before
    assert (np.geterr(), np.get_printoptions()) == (floats, state)


# Functions whose point is to change their arguments


def _adamw_exercise():
    def probes():
        rng = np.random.default_rng(0)
        rates = {"lr": 0.1, "betas": (0.9, 0.99), "eps": 1e-8, "weight_decay": 0.1, "step": 3}
        param, grad, m = rng.standard_normal((3, 2, 4))
        return [Probe("basic", (param, grad, m, rng.random((2, 4))), rates)]

    wrong = Mistake(
        "sign", "It climbs.", "Down or up?", edits=(("    param -= update", "    param += update"),)
    )
    return dataclasses.replace(
        learner.EXERCISES["softmax"], reference=adamw_step, probes=probes, mistakes=(wrong,), in_place=True
    )


def test_what_works_in_place_is_judged_by_its_arguments():
    exercise = _adamw_exercise()
    assert judge(exercise, adamw_step).status == "solved"
    idle = judge(exercise, lambda param, grad, m, v, **rates: None)
    assert idle.status == "wrong" and "param: 0 % of the numbers agree." in idle.message
    assert judge(exercise, function_of(exercise, exercise.mistakes)).mistake == "sign"

    def returning(param, grad, m, v, **rates):
        adamw_step(param, grad, m, v, **rates)
        return param

    assert "result is" in judge(exercise, returning).message
