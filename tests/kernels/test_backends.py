"""Which backend runs, and what is said when the kernels cannot."""

import subprocess
import sys

import pytest

from scratchgpt import kernels
from scratchgpt.errors import UserError
from scratchgpt.ops import REFERENCE

BLOCK_NUMBA = "import sys; sys.modules['numba'] = None\n"


def python(code, **environment):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, env=environment or None
    )


def test_auto_takes_the_kernels():
    assert kernels.load().name == "numba" and kernels.load("numpy") is REFERENCE
    assert kernels.available()[:2] == ("numba", "numpy")
    with pytest.raises(UserError, match=r"Unknown backend 'numbar'.*Did you mean 'numba'"):
        kernels.load("numbar")


def test_without_numba_auto_says_so_in_one_line_and_takes_the_reference():
    done = python(BLOCK_NUMBA + "from scratchgpt import kernels; print(kernels.load().name)")
    assert done.stdout == "numpy\n"
    assert done.stderr.startswith("Computing with plain NumPy") and done.stderr.count("\n") == 1


def test_without_numba_the_kernels_by_name_are_refused():
    code = BLOCK_NUMBA + "from scratchgpt import cli, kernels; cli.run(lambda: kernels.load('numba') and 0)"
    done = python(code)
    assert done.returncode == 2 and "--backend numpy" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("installed", [(), ("cupy",), ("numba", "cupy")])
def test_what_is_listed_is_installed(installed, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name in installed or None)
    expected = tuple(name for name in ("numba", "numpy", "cupy") if name in ("numpy", *installed))
    assert kernels.available() == expected
    shown = kernels.flag_help()
    assert f"auto, which takes {expected[0]} here" in shown
    assert ("cupy, for an NVIDIA GPU, is not installed" in shown) is ("cupy" not in installed)


def test_listing_the_backends_loads_no_library():
    code = "import sys; from scratchgpt import kernels; kernels.flag_help()\n"
    done = python(code + "print({'numpy', 'numba', 'llvmlite'} & set(sys.modules))")
    assert done.stdout == "set()\n", done.stderr
