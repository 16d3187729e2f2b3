"""How kernels are compiled: exp, the assumptions of the compiler, the machine code on disk."""

import os
import subprocess
import sys

import numpy as np
import pytest

from scratchgpt.compiling import FAST_MATH, exp, kernel

KERNEL = """
import numpy as np
from scratchgpt.compiling import kernel, exp

@kernel()
def total(x):
    s = np.float32(0)
    for i in range(x.size):
        s += exp(x[i])
    return s

print(total(np.zeros(7, dtype=np.float32)))
"""


@kernel()
def exponentials(x, y):
    for i in range(x.size):
        y[i] = exp(x[i])


@kernel()
def row_maximum(x):
    highest = np.float32(-np.inf)
    for i in range(x.size):
        highest = max(highest, x[i])
    return highest


def test_exp_is_accurate_over_its_range():
    x = np.linspace(-86.9, 88.7, 400_001).astype(np.float32)
    y = np.empty_like(x)
    exponentials(x, y)
    expected = np.exp(x.astype(np.float64))
    assert np.abs(y / expected - 1).max() < 5e-7


def test_exp_at_the_ends():
    x = np.array([-np.inf, np.inf, np.nan, 0, 88.72, 88.73, -87.01, -1e30, 1e30], dtype=np.float32)
    y = np.empty_like(x)
    exponentials(x, y)
    np.testing.assert_array_equal(y[[0, 1, 2, 3]], [0, np.inf, np.nan, 1])
    assert np.isfinite(y[4]) and y[5] == np.inf and y[6] == 0 and y[7] == 0 and y[8] == np.inf


def test_exp_of_float64_is_the_librarys():
    x = np.random.default_rng(0).normal(size=1000) * 100
    y = np.empty_like(x)
    exponentials(x, y)
    np.testing.assert_allclose(y, np.exp(x), rtol=1e-15)


def test_the_compiler_may_not_assume_that_all_numbers_are_finite():
    assert FAST_MATH.isdisjoint({"nnan", "ninf", "fast"})
    assert row_maximum(np.full(5, -np.inf, dtype=np.float32)) == -np.inf


def run(script, **environment):
    return subprocess.run(
        [sys.executable, "-W", "error", script],
        capture_output=True,
        text=True,
        env={k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"} | environment,
    )


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "kernels.py"
    path.write_text(KERNEL, encoding="utf-8")
    return path


@pytest.mark.exhaustive
def test_the_machine_code_is_kept_and_compiling_is_announced_once(script, tmp_path):
    first, second = (run(script, XDG_CACHE_HOME=str(tmp_path / "cache")) for _ in range(2))
    assert (first.stdout, second.stdout) == ("7.0\n", "7.0\n")
    assert first.stderr.startswith("Compiling kernels") and first.stderr.count("\n") == 1
    assert "kept for the next run" in first.stderr
    assert second.stderr == ""


def test_machine_code_of_older_versions_goes_after_a_month(script, tmp_path):
    root = tmp_path / "cache" / "scratchgpt"
    old, recent, other = (root / f"kernels-{name}" for name in ("kernels-0a", "kernels-0b", "linear-0a"))
    for folder in (old, recent, other):
        folder.mkdir(parents=True)
    for folder in (old, other):
        os.utime(folder, (0, 0))
    assert run(script, XDG_CACHE_HOME=str(tmp_path / "cache")).stdout == "7.0\n"
    assert (old.exists(), recent.exists(), other.exists()) == (False, True, True)


@pytest.mark.exhaustive
def test_a_change_of_a_file_that_is_inlined_is_noticed(script, tmp_path):
    """Numba itself compares the kernel's own file only."""
    (tmp_path / "kernels.py").write_text(
        "import sys; sys.path.insert(0, '')\nimport scratchgpt\nimport package.outer\n", encoding="utf-8"
    )
    package = tmp_path / "package"
    package.mkdir()
    outer = "from scratchgpt.compiling import kernel\nfrom .inner import inner\n"
    outer += "@kernel()\ndef f(x):\n    return inner(x)\nprint(f(2))\n"
    (package / "outer.py").write_text(outer, encoding="utf-8")
    inner = "from scratchgpt.compiling import inlined\n@inlined\ndef inner(x):\n    return x * {}\n"
    for factor in (3, 5):
        (package / "inner.py").write_text(inner.format(factor), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-B", str(script)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=dict(os.environ) | {"XDG_CACHE_HOME": str(tmp_path / "cache")},
        )
        assert done.stdout == f"{2 * factor}\n", done.stderr


@pytest.mark.parametrize("where", ["/dev/null/cache", "/proc/cache"])
def test_a_cache_folder_that_cannot_be_made_is_done_without(script, where):
    done = run(script, XDG_CACHE_HOME=where)
    assert done.stdout == "7.0\n", done.stderr
    assert done.stderr.startswith("Compiling kernels") and done.stderr.count("\n") == 1
    assert "no folder can be written" in done.stderr
