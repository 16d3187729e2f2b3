"""The floor plan, held by walking the syntax trees: who imports whom, sizes, and a few habits."""

import ast
import graphlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scratchgpt.experiments import floor_plan

PACKAGE = Path(__file__).resolve().parents[1] / "scratchgpt"
FILES = sorted(PACKAGE.rglob("*.py"))

# From the ground up, as the README's picture shows them: a room imports from its own floor and below.
FLOORS = [" ".join(name for name, _ in rooms) for _, rooms in reversed(floor_plan.FLOORS)]
COMMAND_LINE = len(FLOORS)  # a module with `if __name__ == "__main__"`: it may import everything
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms.split()}


def _name(path):
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


MODULES = {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def _tests_name(node, name):
    return isinstance(node, ast.If) and any(
        isinstance(part, ast.Name | ast.Attribute) and getattr(part, "id", getattr(part, "attr", "")) == name
        for part in ast.walk(node.test)
    )


def _is_command_line(tree):
    return any(_tests_name(node, "__name__") for node in tree.body)


def _statements(tree):
    """All nodes but those that only a type checker sees."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        for child in ast.iter_child_nodes(node):
            if not _tests_name(child, "TYPE_CHECKING"):
                todo.append(child)


def _imports(module, tree, is_package):
    """The modules of this package that `module` imports, by their names inside it."""
    here = module.split(".") if is_package else module.split(".")[:-1]
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ["scratchgpt", *here[: len(here) + 1 - node.level]] if node.level else []
            base += node.module.split(".") if node.module else []
            names = [".".join((*base, alias.name)) for alias in node.names]
        else:
            continue
        for name in names:
            if name.partition(".")[0] == "scratchgpt" and "." in name:
                yield name.partition(".")[2]


def _floor(module):
    while module not in MODULES and "." in module:
        module = module.rpartition(".")[0]  # a name inside a module
    if module in MODULES and _is_command_line(MODULES[module]):
        return COMMAND_LINE
    return FLOOR_OF.get(module.partition(".")[0], -1)


def _package_imports():
    for path in FILES:
        module = _name(path)
        for imported in _imports(module, MODULES[module], path.name == "__init__.py"):
            if imported.partition(".")[0] != module.partition(".")[0]:
                yield module, imported


def test_every_room_has_its_place_in_the_floor_plan():
    homeless = [
        module
        for module, tree in MODULES.items()
        if module != "__init__" and not _is_command_line(tree) and _floor(module) < 0
    ]
    assert homeless == [], "add the room to FLOORS, on the lowest floor that its imports allow"


def test_imports_run_downwards_only():
    upwards = [
        f"{module} imports {imported}"
        for module, imported in _package_imports()
        if _floor(imported) > _floor(module)
    ]
    assert upwards == []


def test_rooms_do_not_import_each_other_in_a_circle():
    graph = {}
    for module, imported in _package_imports():
        if _floor(module) < COMMAND_LINE:
            graph.setdefault(module.partition(".")[0], set()).add(imported.partition(".")[0])
    list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle


def test_only_command_lines_import_what_command_lines_share():
    users = {module for module, imported in _package_imports() if imported.partition(".")[0] == "cli"}
    assert users
    assert all(_floor(module) == COMMAND_LINE for module in users)


def test_errors_and_configuration_need_the_standard_library_alone():
    for module in ("errors", "config", "cli"):
        for node in _statements(MODULES[module]):
            if isinstance(node, ast.Import):
                assert all(alias.name.partition(".")[0] in sys.stdlib_module_names for alias in node.names)
            if isinstance(node, ast.ImportFrom) and not node.level:
                assert node.module.partition(".")[0] in sys.stdlib_module_names


def test_the_walk_sees_imports_of_every_form():
    source = """
import numpy, scratchgpt.model
from . import params
from .ops.arrays import Array
from scratchgpt.config import GPTConfig
if TYPE_CHECKING:
    from .trainer import Trainer
def f():
    from ..scratchgpt_is_not_left import x
    from .sampling import stream
"""
    found = set(_imports("layers", ast.parse(source), is_package=False))
    assert found >= {"model", "params", "ops.arrays.Array", "config.GPTConfig", "sampling.stream"}
    assert not [name for name in found if "trainer" in name]
    inside = ast.parse("from ..config import A\nfrom .run import B\nfrom . import step")
    assert set(_imports("trainer.run", inside, False)) == {"config.A", "trainer.run.B", "trainer.step"}
    assert set(_imports("trainer", ast.parse("from .run import B"), True)) == {"trainer.run.B"}


# What importing loads

LIBRARIES = ("numba", "cupy", "matplotlib", "torch")


@pytest.mark.parametrize(
    ("statement", "unloaded"),
    [
        ("import scratchgpt, scratchgpt.cli, scratchgpt.config, scratchgpt.kernels", ("numpy", *LIBRARIES)),
        ("import scratchgpt.model, scratchgpt.optim, scratchgpt.gradcheck", LIBRARIES),
        ("import scratchgpt.trainer, scratchgpt.sampling, scratchgpt.pretrained", LIBRARIES),
    ],
)
def test_importing_loads_no_heavy_library(statement, unloaded):
    loaded = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout.split()
    assert "scratchgpt" in loaded
    assert [name for name in unloaded if name in loaded] == []


# Sizes and habits

_SCALARS = {"B", "T", "S", "C", "H", "D", "V", "L", "n_layer", "n_head", "n_embd", "head_dim", "step"}
_SCALARS |= {"eps", "lr", "beta1", "beta2", "self", "config", "c", "cls"}
_FUNCTIONS = {"sqrt", "exp", "log", "tanh", "sin", "cos", "cosh", "abs", "power", "square"}


def _numpy_on_scalars(tree):
    """Lines like np.sqrt(head_dim): the result is float64 and widens every float32 it meets."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        library = getattr(node.func.value, "id", None)
        if library in ("np", "numpy", "xp") and node.func.attr in _FUNCTIONS:
            argument = node.args[0]
            names = {part.id for part in ast.walk(argument) if isinstance(part, ast.Name)}
            shape = any(
                isinstance(part, ast.Attribute) and part.attr == "shape" for part in ast.walk(argument)
            )
            if shape or names <= _SCALARS:
                yield node.lineno


def _global_randomness(tree):
    """Lines that use NumPy's global generator instead of a Generator argument."""
    for node in ast.walk(tree):
        at_random = isinstance(node, ast.Attribute) and ast.unparse(node.value) in (
            "np.random",
            "numpy.random",
        )
        if at_random and node.attr[0].islower() and node.attr != "default_rng":
            yield node.lineno


def _text_without_encoding(tree):
    """Lines that open a text file in whatever encoding the machine prefers."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", None))
        binary = any(
            isinstance(a, ast.Constant) and isinstance(a.value, str) and "b" in a.value and len(a.value) < 4
            for a in (*node.args, *(k.value for k in node.keywords if k.arg == "mode"))
        )
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        elsewhere = getattr(owner, "id", None) in ("os", "webbrowser", "atomic", "Image")  # others' functions
        given = any(k.arg == "encoding" for k in node.keywords)
        if name in ("open", "read_text", "write_text") and not (binary or given or elsewhere):
            yield node.lineno


def _asserts(tree):
    return (node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert))


@pytest.mark.parametrize("habit", [_asserts, _numpy_on_scalars, _global_randomness, _text_without_encoding])
def test_the_package_is_free_of(habit):
    code = [(name, tree) for name, tree in MODULES.items() if not name.startswith("learn.catalogue.")]
    found = [f"{module}, line {line}" for module, tree in code for line in habit(tree)]
    assert found == [], habit.__doc__


@pytest.mark.parametrize(
    ("habit", "source", "lines"),
    [
        (_asserts, "assert x", [1]),
        (_numpy_on_scalars, "np.sqrt(2.0)\nnp.sqrt(q.shape[-1])\nxp.sqrt(self.n)\nnp.sqrt(x)", [1, 2, 3]),
        (_global_randomness, "np.random.seed(0)\nnp.random.default_rng(0)\nnp.random.Generator", [1]),
        (
            _text_without_encoding,
            "open(p)\np.open('rb')\np.read_text(encoding='utf-8')\np.read_text()",
            [1, 4],
        ),
    ],
)
def test_the_search_finds(habit, source, lines):
    assert list(habit(ast.parse(source))) == lines


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith("learn.")])
def test_what_is_public_has_a_docstring(module):
    definitions = [node for node in MODULES[module].body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    methods = [
        node
        for c in definitions
        if isinstance(c, ast.ClassDef)
        for node in c.body
        if isinstance(node, ast.FunctionDef)
    ]
    public = [node for node in (*definitions, *methods) if not node.name.startswith("_")]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name in ("ops", "layers")], ids=_name)
def test_every_reshape_and_transpose_ends_with_its_shape(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    turning = [line.strip() for line in lines if re.search(r"\.(reshape|swapaxes)\(|\.T\b", line)]
    assert [line for line in turning if not re.search(r"  # .*\(.*\)", line)] == []


def test_files_and_functions_stay_small():
    """Room for the few that read better in one piece: the aim is 250 lines a file, 40 a function."""
    # A chapter of exercises is prose in a fixed form, and stands together.
    code = [path for path in FILES if path.parent.name != "catalogue"]
    long_files = [str(path) for path in code if len(path.read_text(encoding="utf-8").splitlines()) > 300]
    assert long_files == []
    long_functions = [
        f"{module}.{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 50
    ]
    assert long_functions == []
