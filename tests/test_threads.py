"""The number of threads and how they wait: set before NumPy loads, and only where the user set nothing."""

import os
import subprocess
import sys

import pytest

from scratchgpt import threads
from scratchgpt.errors import UserError


def test_threads_are_set_before_numpy_loads():
    code = (
        "import os, sys\n"
        "from scratchgpt import cli, config, kernels, threads\n"
        "assert 'numpy' not in sys.modules\n"
        "threads.set_number(1)\n"
        "print(*(os.environ[name] for name in threads.COUNTS))\n"
    )
    environment = {k: v for k, v in os.environ.items() if k not in threads.COUNTS}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.stdout.split() == ["1"] * len(threads.COUNTS), done.stderr


def test_threads_after_numpy_are_refused(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    import numpy  # noqa: F401

    with pytest.raises(UserError, match="after NumPy was loaded"):
        threads.set_number(3)
    for number in (0, 100_000):
        with pytest.raises(
            UserError, match=f"--threads is {number}, expected an integer of at least 1 and at most 1024"
        ):
            threads.set_number(number)
    threads.set_number(None)
    assert os.environ["OMP_NUM_THREADS"] == "5"


def test_importing_the_package_sets_what_the_user_has_not():
    code = f"import os, scratchgpt; print(*(os.environ[name] for name in {list(threads.DEFAULTS)}))"
    for given in ({}, dict.fromkeys(threads.DEFAULTS, "7")):
        environment = {k: v for k, v in os.environ.items() if k not in threads.DEFAULTS} | given
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
        assert done.stdout.split() == list((given or threads.DEFAULTS).values()), done.stderr
