"""The gradient checker: it passes what is right, names what is wrong, and survives a user's own file."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest

from scratchgpt.errors import UserError
from scratchgpt.gradcheck import check, check_direction, check_layer, check_pair, expected_zeros
from scratchgpt.gradcheck.__main__ import main
from scratchgpt.gradcheck.shapes import SIZES, Sizes, parse, shapes_of
from scratchgpt.layers import Linear
from scratchgpt.ops import REFERENCE
from scratchgpt.params import Params, Spec


def _rng():
    return np.random.default_rng(0)


def _cubes():
    """f(x, y) = sum x^3 + sum sin y, with its gradients."""
    arrays = {"x": _rng().standard_normal((2, 3)), "y": 1 + _rng().random(4)}
    grads = {"x": 3 * arrays["x"] ** 2, "y": np.cos(arrays["y"])}
    return lambda: (arrays["x"] ** 3).sum() + np.sin(arrays["y"]).sum(), arrays, grads


# Entry by entry


def test_right_gradients_pass_with_errors_near_1e_10():
    report = check(*_cubes())
    assert report.ok
    assert report.max_error < 1e-9
    assert [(row.name, row.shape, row.alive) for row in report.rows] == [("x", (2, 3), 1), ("y", (4,), 1)]


def test_the_error_is_the_relative_norm_and_the_worst_entry_is_named():
    f, arrays, grads = _cubes()
    grads["x"][1, 2] += 0.5
    report = check(f, arrays, grads)
    right, claimed = 3 * arrays["x"] ** 2, grads["x"]
    row = report.rows[0]
    assert row.error == pytest.approx(0.5 / (np.linalg.norm(right) + np.linalg.norm(claimed)), rel=1e-6)
    assert row.index == (1, 2)
    assert row.analytic == claimed[1, 2]
    assert row.numeric == pytest.approx(right[1, 2], rel=1e-6)
    assert [row.ok for row in report.rows] == [False, True]
    assert not report.ok
    assert report.max_error == row.error


@pytest.mark.parametrize("factor", [1.001, 0.5, -1, 0, math.nan, math.inf])
def test_wrong_gradients_fail(factor):
    f, arrays, grads = _cubes()
    with np.errstate(invalid="ignore"):
        report = check(f, arrays, grads | {"y": grads["y"] * factor})
    assert [row.ok for row in report.rows] == [True, False]


def test_a_function_that_is_not_finite_fails():
    x = np.zeros(2)
    report = check(lambda: x.sum() + math.nan, {"x": x}, {"x": np.ones(2)})
    assert not report.ok
    assert math.isnan(report.max_error)


def test_a_function_of_something_else_is_recognised():
    report = check(lambda: 1.0, {"x": np.ones(2)}, {"x": np.ones(2)})
    assert "does not react" in report.rows[0].verdict


def test_arrays_are_put_back_also_after_an_exception():
    f, arrays, grads = _cubes()
    before = {name: array.tobytes() for name, array in arrays.items()}
    check(f, arrays, grads)
    assert before == {name: array.tobytes() for name, array in arrays.items()}
    calls = []

    def stumbles():
        calls.append(1)
        if len(calls) == 4:
            raise RuntimeError("stop")
        return f()

    with pytest.raises(RuntimeError):
        check(stumbles, arrays, grads)
    with pytest.raises(ZeroDivisionError):
        check_direction(lambda: 1 / 0, arrays["x"], grads["x"], rng=_rng())
    assert before == {name: array.tobytes() for name, array in arrays.items()}


def test_views_and_scalars_can_be_checked():
    base, scalar = _rng().standard_normal((3, 4)), np.array(2.0)
    view = base.T[::2]
    report = check(
        lambda: (view**2).sum() * scalar,
        {"view": view, "scalar": scalar},
        {"view": 2 * view * scalar, "scalar": np.array((view**2).sum())},
    )
    assert report.ok
    assert report.rows[1].index == ()


def test_dead_tensors_fail_unless_exempt():
    x = np.array([1.0, 2.0, -1.0, -2.0])
    arguments = (lambda: np.maximum(x, 0).sum(), {"x": x}, {"x": (x > 0) * 1.0})
    report = check(*arguments)
    assert report.rows[0].alive == 0.5
    assert report.max_error < 1e-10
    assert not report.ok
    assert "DEAD" in report.rows[0].verdict
    assert check(*arguments, min_alive=0.5).ok
    assert check(*arguments, exempt=["x"]).ok
    assert check(*arguments, exempt="*").ok
    assert not check(*arguments, exempt=["y"]).ok


def test_entries_that_must_vanish_are_tested_absolutely():
    x = np.array([1.0, 2.0, 3.0])
    grads = {"x": np.array([2.0, 0.0, 6.0])}
    arguments = (lambda: x[0] ** 2 + x[2] ** 2, {"x": x}, grads)
    assert check(*arguments, zero={"x": slice(1, 2)}).rows[0].alive == 1
    assert check(*arguments, zero={"*": [1]}).ok
    grads["x"][1] = 1e-11
    assert check(*arguments, exempt="x").ok, "the relative error would not notice"
    assert "not zero" in check(*arguments, zero={"x": 1}).rows[0].verdict
    grads["x"][1] = 0.0
    report = check(lambda: (x**2).sum(), {"x": x}, grads, zero={"x": 1})
    assert "not zero" in report.rows[0].verdict, "nor may the function itself have a slope there"


def test_some_entries_of_large_tensors():
    x = _rng().standard_normal(1000)
    calls = []

    def f():
        calls.append(1)
        return (x**2).sum()

    assert check(f, {"x": x}, {"x": 2 * x}, max_entries=7, rng=_rng()).ok
    assert len(calls) == 14


@pytest.mark.parametrize(
    ("arrays", "grads", "message"),
    [
        ({"x": np.ones(2, np.float32)}, {"x": np.ones(2)}, r"x is float32, expected a float64.*astype"),
        ({"x": np.ones(2, int)}, {"x": np.ones(2)}, r"x is int64, expected a float64"),
        ({"x": [1.0]}, {"x": np.ones(1)}, r"x is list, expected a float64"),
        ({"x": np.ones(2)}, {"y": np.ones(2)}, r"no gradient of x, only of y"),
        ({"x": np.ones(2)}, {"x": np.ones(3)}, r"gradient of x has shape \(3,\), expected \(2,\)"),
        ({"x": np.broadcast_to(1.0, 2)}, {"x": np.ones(2)}, r"x is read-only"),
    ],
)
def test_what_cannot_be_checked_is_refused(arrays, grads, message):
    with pytest.raises(UserError, match=message):
        check(lambda: 0.0, arrays, grads)


def test_a_function_must_return_one_number():
    x = np.ones(2)
    with pytest.raises(UserError, match=r"shape \(2,\), expected one number"):
        check(lambda: x, {"x": x}, {"x": x})


def test_the_report_is_a_table():
    f, arrays, grads = _cubes()
    grads["x"][1, 2] *= 2
    lines = str(check(f, arrays, grads)).splitlines()
    assert " ".join(lines[0].split()) == "tensor shape error alive worst entry analytic numeric verdict"
    assert lines[1].startswith("x       (2, 3)")
    assert "(1, 2)" in lines[1]
    assert lines[1].endswith("WRONG")
    assert lines[2].endswith("ok")
    assert lines[3].endswith("NOT RIGHT: x")
    assert str(check(*_cubes())).endswith("tolerance 1e-06: all right")


# Along a direction


def test_directions_pass_right_and_fail_wrong_gradients_without_changing_the_buffer():
    x = _rng().standard_normal((20, 30))
    kept = x.copy()
    assert check_direction(lambda: (x**3).sum(), x, 3 * x**2, rng=_rng()).ok
    assert np.array_equal(x, kept)
    wrong = 3 * x**2
    wrong[:10] *= 1.001
    report = check_direction(lambda: (x**3).sum(), x, wrong, rng=_rng(), directions=3, name="weights")
    assert not report.ok
    assert report.rows[0].name == "weights"
    with pytest.raises(UserError, match="float32"):
        check_direction(lambda: 0.0, np.ones(2, np.float32), np.ones(2), rng=_rng())


# Pairs and layers


def test_a_pair_is_checked_under_a_random_upstream():
    """Under sum() softmax has no gradient at all, and a backward that returns zeros would pass."""
    x = _rng().standard_normal((3, 4))

    def forward(x):
        return REFERENCE.softmax(x), REFERENCE.softmax(x)

    assert check_pair(forward, REFERENCE.softmax_backward, {"x": x}, rng=_rng()).ok
    assert not check_pair(forward, lambda dy, y: 0 * y, {"x": x}, rng=_rng()).ok


def test_absent_inputs_have_the_gradient_none():
    inputs = {"x": _rng().standard_normal((2, 3)), "weight": _rng().standard_normal((3, 4)), "bias": None}
    report = check_pair(REFERENCE.linear_forward, REFERENCE.linear_backward, inputs, rng=_rng())
    assert [row.name for row in report.rows] == ["x", "weight"]
    assert report.ok
    with pytest.raises(UserError, match=r"NoneType for weight, expected an array of shape \(3, 4\)"):
        check_pair(REFERENCE.linear_forward, lambda dy, c: (dy, None, None), inputs, rng=_rng())
    with pytest.raises(UserError, match=r"float for bias, expected None"):
        check_pair(REFERENCE.linear_forward, lambda dy, c: (dy, dy, 0.0), inputs, rng=_rng())


def test_integers_need_no_gradient_but_may_have_none():
    inputs = {"ids": np.array([[0, 2, 1]]), "weight": _rng().standard_normal((3, 4))}
    forward, backward = REFERENCE.embedding_forward, REFERENCE.embedding_backward
    assert check_pair(forward, backward, inputs, rng=_rng()).ok
    assert check_pair(forward, lambda dy, c: (None, backward(dy, c)), inputs, rng=_rng()).ok


@pytest.mark.parametrize(
    ("backward", "message"),
    [
        (lambda dy, x: (dy, dy), r"returned 2 gradients, expected 1 \(x\)"),
        (lambda dy, x: (), r"returned 0 gradients, expected 1 \(x\)"),
        (lambda dy, x: None, r"NoneType for x, expected an array of shape \(2, 3\)"),
        (lambda dy, x: dy[0], r"<lambda> returned a gradient of x of shape \(3,\), expected \(2, 3\)"),
        (lambda dy, x: x.__imul__(2), r"changed the input x in place"),
        (lambda dy, x: dy.__imul__(2 * x), r"changed dy in place"),
    ],
)
def test_gradients_that_do_not_fit_are_refused(backward, message):
    x = _rng().standard_normal((2, 3))
    with pytest.raises(UserError, match=message):
        check_pair(lambda x: (x * x, x), backward, {"x": x}, rng=_rng())


@pytest.mark.parametrize("returned", ["the cache itself", "a new array"])
def test_a_backward_that_changes_its_cache_is_refused(returned):
    """The first answer is right, and a second one would not be: attention calls dropout's backward twice."""

    def backward(dy, slope):
        slope *= dy
        return slope if returned == "the cache itself" else slope.copy()

    x = _rng().standard_normal((2, 3))
    with pytest.raises(UserError, match=r"backward returned another gradient of x when called a second time"):
        check_pair(lambda x: (x * x, 2 * x), backward, {"x": x}, rng=_rng())


def test_a_pair_without_anything_to_differentiate_is_refused():
    ids = np.arange(3)
    with pytest.raises(UserError, match=r"double has neither float inputs nor parameters.*float64"):
        check_pair(
            _named("double", lambda ids: (2 * ids, None)), lambda dy, c: None, {"ids": ids}, rng=_rng()
        )
    with pytest.raises(UserError, match=r"nothing to check: give"):
        check(lambda: 0.0, {}, {})
    with pytest.raises(UserError, match=r"nothing to check: x is empty"):
        check(lambda: 0.0, {"x": np.ones((0, 3))}, {"x": np.ones((0, 3))})
    with pytest.raises(UserError, match=r"nothing to check: buffer is empty"):
        check_direction(lambda: 0.0, np.ones(0), np.ones(0), rng=_rng())


def _named(name, f):
    f.__name__ = name
    return f


@pytest.mark.parametrize("result", [np.ones(2), (np.ones(2),), None])
def test_a_forward_must_return_a_pair(result):
    with pytest.raises(UserError, match=r"expected a pair \(y, cache\)"):
        check_pair(lambda x: result, lambda dy, cache: dy, {"x": np.ones(2)}, rng=_rng())


def test_a_layer_is_checked_with_its_parameters():
    class HalfBias(Linear):
        def backward(self, dy, cache, g):
            dx = super().backward(dy, cache, g)
            g["bias"] *= 0.5
            return dx

    x = {"x": _rng().standard_normal((2, 5, 3))}
    report = check_layer(Linear(3, 4), x, rng=_rng())
    assert report.ok
    assert [row.name for row in report.rows] == ["weight", "bias", "x"]
    assert [row.ok for row in check_layer(HalfBias(3, 4), x, rng=_rng()).rows] == [True, False, True]


def test_a_layer_must_add_to_the_gradients_that_it_finds():
    class Overwrites(Linear):
        def backward(self, dy, cache, g):
            dx, g["weight"][...], g["bias"][...] = self.ops.linear_backward(dy, cache)
            return dx

    report = check_layer(Overwrites(3, 4), {"x": _rng().standard_normal((2, 5, 3))}, rng=_rng())
    assert [(row.name, row.ok) for row in report.rows] == [("weight", False), ("bias", False), ("x", True)]


def test_expected_zeros_are_key_biases_and_rows_without_a_token():
    specs = {
        "wte.weight": Spec((6, 4)),
        "wpe.weight": Spec((5, 4)),
        "h.0.attn.c_attn.bias": Spec((12,)),
        "lm_head.weight": Spec((6, 4)),
    }
    ids = np.array([[0, 2, 2]])
    zeros = expected_zeros(Params.zeros(specs), ids)
    assert zeros["h.0.attn.c_attn.bias"] == slice(4, 8)
    assert zeros["wpe.weight"].tolist() == [3, 4]
    assert zeros["wte.weight"].tolist() == [1, 3, 4, 5]
    del specs["lm_head.weight"]
    zeros = expected_zeros(Params.zeros(specs), ids, np.array([[0, 0, 4]]))
    assert zeros["wpe.weight"].tolist() == [1, 2, 3]
    assert "wte.weight" not in zeros, "a tied head uses every row"


# Shapes lines


def test_a_shapes_line_is_read():
    shapes = parse("x (..., I), ids (B, T) < V, n_head=H, T, w (3*H*D, 2) -> y (..., O), loss ()")
    assert [item.name for item in shapes.inputs] == ["x", "ids", "n_head", "T", "w"]
    assert [item.name for item in shapes.outputs] == ["y", "loss"]
    drawn = Sizes().draw(shapes, _rng())
    assert drawn["x"].shape == (2, 5, 8)
    assert drawn["ids"].shape == (2, 5)
    assert drawn["ids"].dtype.kind == "i"
    assert 0 <= drawn["ids"].min() <= drawn["ids"].max() < 13
    assert (drawn["n_head"], drawn["T"]) == (3, 5)
    assert drawn["w"].shape == (36, 2)
    assert [Sizes().shape(item) for item in shapes.outputs] == [(2, 5, 9), ()]
    assert parse("x (N) -> nothing").outputs == ()


def test_every_letter_has_a_size_of_its_own():
    sizes = Sizes()
    letters = [*SIZES, "E", "F", "n_inner"]
    assert len({sizes[letter] for letter in letters}) == len(letters)
    assert sizes["F"] == sizes["F"]


@pytest.mark.parametrize(
    "text", ["x (B, T)", "x (B -> y (B)", "x [B] -> y", "x (B+1) -> y (B)", "-> y ()", "x= -> y"]
)
def test_a_shapes_line_that_cannot_be_read_is_refused(text):
    with pytest.raises(UserError):
        parse(text)


def test_a_shapes_line_may_span_lines_and_ends_before_the_next_section():
    def f(x, weight):
        """Do something.

        Shapes: x (..., I),
            weight (I, O) -> y (..., O)
        Forward: y = x W -> never read
        """

    assert [item.name for item in shapes_of(f).inputs] == ["x", "weight"]
    assert len(shapes_of(f).outputs) == 1
    with pytest.raises(UserError, match="docstring of <lambda> has no Shapes line"):
        shapes_of(lambda x: x)


# A user's own file

SWISH = '''
import numpy as np

def swish_forward(x):
    """Swish. Shapes: x (..., C) -> y (..., C)"""
    s = 1 / (1 + np.exp(-x))
    return x * s, (x, s)

def swish_backward(dy, cache):
    x, s = cache
    return dy * (s + x * s * (1 - s))
'''

SCALE = '''
from typing import NamedTuple
from scratchgpt.params import Spec

class Cache(NamedTuple):
    x: object
    gain: object

class Scale:
    """y = gain * x"""

    def specs(self):
        return {"gain": Spec((6,))}

    def forward(self, p, x):
        return p["gain"] * x, Cache(x, p["gain"])

    def backward(self, dy, cache, g):
        g["gain"] += (dy * cache.x).sum(axis=0)
        return dy * cache.gain

    def inputs(self, rng):
        return rng.standard_normal((4, 6))
'''


@pytest.fixture
def own(tmp_path):
    def write(text):
        path = tmp_path / "own.py"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_a_right_pair_ends_with_exit_code_0(own, capsys):
    assert main([own(SWISH)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("swish\ntensor")
    assert "all right" in out


def test_a_wrong_pair_ends_with_exit_code_1_and_names_the_tensor(own, capsys):
    assert main([own(SWISH.replace("x * s * (1 - s)", "x * s"))]) == 1
    assert "NOT RIGHT: x" in capsys.readouterr().out


def test_the_tolerance_decides(own):
    path = own(SWISH.replace("return dy * (s", "return 1.0001 * dy * (s"))
    assert main([path]) == 1
    assert main([path, "--tolerance", "1e-3"]) == 0


def test_one_of_several_pairs_by_name(own, capsys):
    path = own(SWISH + SWISH.replace("swish", "bad").replace("dy * (s", "dy * (1 + s"))
    assert main([path]) == 1
    assert main([path, "swish"]) == 0
    assert main([path, "swish_forward"]) == 0
    assert main([path, "bad"]) == 1
    with pytest.raises(UserError, match=r"no pair or layer 'swich'; it has swish, bad.*Did you mean 'swish'"):
        main([path, "swich"])


def test_inputs_from_a_function_and_gradients_named_by_the_docstring(own):
    text = '''
import numpy as np

def loss_inputs(rng):
    return {"z": rng.standard_normal((3, 4)), "target": rng.random((3, 4))}

def loss_forward(z, target, scale=2.0):
    return scale * ((z - target) ** 2).sum(), (z, target, scale)

def loss_backward(dloss, cache):
    """Shapes: dloss () -> dz (N, C)"""
    z, target, scale = cache
    return dloss * 2 * scale * (z - target)
'''
    assert main([own(text)]) == 0
    assert (
        main([own(text.replace('{"z": ', "").replace('"target": ', "").replace("(3, 4))}", "(3, 4))"))]) == 0
    )


def test_half_a_pair_may_be_imported(own):
    text = """
from scratchgpt.ops.activations import gelu_forward

def gelu_backward(dy, cache):
    return 0 * dy
"""
    assert main([own(text)]) == 1


def test_layers_are_checked_and_those_without_inputs_are_passed_over(own, capsys):
    assert main([own(SCALE)]) == 0
    assert "gain" in capsys.readouterr().out
    assert main([own(SCALE.replace("dy * cache.x", "dy"))]) == 1
    capsys.readouterr()
    assert main([own(SWISH + SCALE.replace("def inputs", "def other"))]) == 0
    assert "Layer Scale was passed over: to check it, give it a method inputs(rng)" in capsys.readouterr().out
    with pytest.raises(UserError, match=r"Scale was passed over.*inputs\(rng\)"):
        main([own(SCALE.replace("def inputs", "def other"))])


def test_json_holds_the_same_and_nothing_else(own, capsys):
    text = 'print("hello")\n' + SWISH.replace("dy * (s", "dy * (np.nan + s")
    path = own(text)
    assert main([path, "--json"]) == 1
    captured = capsys.readouterr()
    answer = json.loads(captured.out)
    assert captured.err == "hello\n"
    assert (answer["file"], answer["ok"], answer["remarks"]) == (path, False, [])
    (found,) = answer["checks"]
    assert (found["name"], found["ok"], found["max_error"], found["tolerance"]) == (
        "swish",
        False,
        None,
        1e-6,
    )
    assert found["tensors"][0]["tensor"] == "x"
    assert found["tensors"][0]["shape"] == [2, 5, 6]


THREE = (
    SWISH
    + SWISH.replace("swish", "flat")
    .replace("return dy *", "return (dy *")
    .replace("(1 - s))", "(1 - s)))[0]")
    + SWISH.replace("swish", "odd").replace("Shapes:", "")
)


def test_what_cannot_be_checked_does_not_hide_the_rest(own, capsys):
    """Of three pairs one returns a wrong shape and one has unknown inputs: both are named."""
    with pytest.raises(UserError) as caught:
        main([own(THREE)])
    message = str(caught.value)
    assert message.startswith(
        "2 of 3 cannot be checked: flat_backward returned a gradient of x of shape (5, 6)"
    )
    assert "The inputs of odd_forward are unknown" in message and "\n" not in message
    assert capsys.readouterr().out.startswith("swish\ntensor")


def test_json_names_what_cannot_be_checked(own, capsys):
    with pytest.raises(UserError, match="2 of 3"):
        main([own(THREE), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert not answer["ok"]
    found = {check["name"]: check for check in answer["checks"]}
    assert found["swish"]["ok"] and found["swish"]["max_error"] < 1e-6
    assert found["flat"] == {
        "name": "flat",
        "ok": False,
        "error": "flat_backward returned a gradient of x of shape (5, 6), expected (2, 5, 6).",
    }
    assert not found["odd"]["ok"] and "odd_forward are unknown" in found["odd"]["error"]


def test_the_last_error_decides_the_exit_code(own):
    """A wrong gradient beside a pair that cannot be checked: 2, with the table of the wrong one."""
    done = _command(own(THREE.replace("dy * (s", "dy * (2 * s", 1)))
    assert done.returncode == 2 and "NOT RIGHT: x" in done.stdout
    assert done.stderr.startswith("error: 2 of 3") and done.stderr.count("\n") == 1


def test_an_error_of_the_library_inside_a_users_function_names_the_function(own):
    text = """
import numpy as np
from scratchgpt.ops import REFERENCE

def twice_inputs(rng):
    return rng.standard_normal((2, 3))

def twice_forward(x):
    return REFERENCE.replace(no_such_op=abs), x

def twice_backward(dy, x):
    return dy
"""
    with pytest.raises(UserError, match=r"twice_forward raised UserError: .*no_such_op.*line 9"):
        main([own(text)])


def test_the_seed_chooses_the_numbers(own, capsys):
    path = own(SWISH)
    outputs = []
    for seed in ("0", "0", "1"):
        main([path, "--seed", seed])
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1] != outputs[2]


def test_a_file_may_import_its_neighbour_and_is_left_clean(own, tmp_path):
    (tmp_path / "neighbour.py").write_text("FACTOR = 3.0\n", encoding="utf-8")
    text = "from neighbour import FACTOR\n" + SWISH.replace("x * s, (x", "FACTOR * x * s, (x")
    path = sys.path.copy()
    try:
        assert main([own(text)]) == 1
        assert main([own(text.replace("dy * (s", "FACTOR * dy * (s"))]) == 0
    finally:
        sys.modules.pop("neighbour", None)
    assert sys.path == path
    assert sorted(p.name for p in tmp_path.iterdir()) == ["neighbour.py", "own.py"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(:\n", r"own\.py, line 1: invalid syntax"),
        ("x = 1\n1 / 0\n", r"own\.py cannot be loaded: ZeroDivisionError.*line 2"),
        ("import nothing_of_that_name\n", r"cannot be loaded: ModuleNotFoundError.*line 1"),
        ("raise SystemExit(0)\n", r"cannot be loaded: SystemExit"),
        ("x = 1\n", r"defines nothing to check: expected functions x_forward"),
        (SWISH.replace("swish_backward", "other"), r"has no swish_backward"),
        (SWISH.replace("def swish_forward", "def other"), r"has no swish_forward"),
        (SWISH.replace("Shapes:", ""), r"swish_forward are unknown.*Shapes line.*swish_inputs\(rng\)"),
        (SWISH.replace("(..., C) ->", "(..., C ->"), r"Shapes line of swish_forward cannot be read"),
        (SWISH.replace("x (...", "z (..."), r"swish_forward has no parameter 'z'; it takes x"),
        (SWISH.replace("return dy *", "return dy, dy *"), r"swish_backward returned 2 gradients, expected 1"),
        (SWISH.replace("x, s = cache", "x, s, t = cache"), r"swish_backward raised ValueError.*line 10"),
        (SWISH.replace("s = 1 /", "s = y /"), r"swish_forward raised NameError: name 'y'.*line 6"),
        (
            SWISH.replace("x, s = cache", "raise SystemExit(0)"),
            r"swish_backward raised SystemExit: 0 .*line 10",
        ),
        (SWISH.replace("x, s = cache", "x, s = cache; s *= dy"), r"swish_backward returned another gradient"),
        (
            SWISH + "def swish_inputs(rng):\n    return np.arange(3)\n",
            r"swish_backward returned ndarray for x, expected None",
        ),
        (
            SWISH.replace("return dy *", "return None; dy *") + "def swish_inputs(rng):\n    return 3\n",
            r"swish_forward has neither float inputs nor parameters",
        ),
        (SWISH.replace("(x, s)\n", "(x, s), 1\n"), r"swish_forward returned tuple, expected a pair"),
        (SWISH + "def swish_inputs(rng):\n    return 1, 2, 3\n", r"takes 1 arguments, but 3"),
        (
            SWISH + "def swish_inputs(rng):\n    return rng.foo\n",
            r"swish_inputs raised AttributeError.*line 13",
        ),
        (
            SWISH + "def swish_inputs(rng):\n    return np.ones(3, np.float32)\n",
            r"x is float32, expected a float64",
        ),
        (
            SCALE.replace("dy * cache.gain", "dy * cache.weight"),
            r"Scale\.backward raised AttributeError.*line 20",
        ),
        (SCALE.replace("def specs(self)", "def specs(self, x)"), r"Scale\.specs raised TypeError"),
    ],
)
def test_bad_input_is_a_user_error_that_says_where(own, text, message):
    with pytest.raises(UserError, match=message):
        main([own(text)])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no_such.py"], r"no file no_such\.py"),
        (["."], r"no file \."),
        (["pyproject.toml"], r"must end in \.py"),
        (["x.py", "--sed", "1"], r"'--sed'.*Did you mean '--seed'"),
        (["x.py", "--seed", "-1"], r"--seed is -1"),
        (["x.py", "--tolerance", "0"], r"--tolerance is 0\.0"),
        (["x.py", "--tolerance", "nan"], r"--tolerance is nan"),
        ([], r"required: FILE\.py"),
    ],
)
def test_bad_arguments_are_user_errors(arguments, message, monkeypatch, request):
    monkeypatch.chdir(request.config.rootpath)
    with pytest.raises(UserError, match=message):
        main(arguments)


def test_a_file_that_is_not_text_is_a_user_error(tmp_path):
    path = tmp_path / "binary.py"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(UserError, match=r"binary\.py"):
        main([str(path)])


def _command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "scratchgpt.gradcheck", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_the_command_line_ends_with_0_1_and_2_and_one_line_on_stderr(own):
    right = _command(own(SWISH))
    assert (right.returncode, right.stderr) == (0, "")
    wrong = _command(own(SWISH.replace("1 - s", "1 + s")))
    assert (wrong.returncode, wrong.stderr) == (1, "")
    broken = _command(own(SWISH.replace("x, s = cache", "x, s, t = cache")))
    assert (broken.returncode, broken.stdout) == (2, "")
    assert broken.stderr.startswith("error: swish_backward raised ValueError")
    assert broken.stderr.count("\n") == 1


def test_help_shows_three_examples(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.split("examples:")[1].count("python -m scratchgpt.gradcheck") == 3
