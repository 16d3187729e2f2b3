"""A measuring process as its owner sees it: start it, ask for one repetition at a time, end it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..threads import COUNTS, DEFAULTS

_HERE = Path(__file__).resolve().parent
_OURS = (
    "import sys; sys.path.insert(0, sys.argv[1]); early = 'numpy' in sys.modules; "
    "from scratchgpt.benchmarks import ours; from scratchgpt.benchmarks.peers import worker; "
    "worker.serve(lambda task: ((made := ours.build(task))[0], {**made[1], 'numpy_first': early}))"
)
_PEERS = (
    "import sys; sys.path.insert(0, sys.argv[1]); from peers import worker; del sys.path[0]; "
    "worker.serve_peer(sys.argv[2])"
)


class Failed(Exception):
    """A measuring process could not do its work; the message is one line."""


class Process:
    """A process that prepares a task and then measures on request.

    `file` is a module of `peers`, None for ours. `facts` is what it said when it was ready, `peak_mb` the
    most memory it has had. It runs in a session of its own: Ctrl-C reaches the owner alone.
    """

    def __init__(self, task: Mapping[str, Any], python: str, file: str | None = None) -> None:
        self.facts: dict[str, Any] = {}
        self.peak_mb: float | None = None
        code = [_OURS, str(_HERE.parent.parent)] if file is None else [_PEERS, str(_HERE), file]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [python, "-c", *code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment(task["threads"], ours=file is None, foreign=python != sys.executable),
            start_new_session=True,
            text=True,
            encoding="utf-8",
        )
        self._send(json.dumps(dict(task)))

    def wait_until_ready(self) -> None:
        """Wait for the task to be prepared. Raises Failed when it cannot be."""
        self.facts = self._answer()["ready"]

    def measure(self) -> Any:
        """Ask for one repetition; return what was measured. Raises Failed."""
        self._send("")
        answer = self._answer()
        self.peak_mb = answer["peak_mb"]
        return answer["value"]

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.communicate()
        self._log.close()

    def _send(self, line: str) -> None:
        with suppress(OSError):  # it has ended; its answer says why
            print(line, file=self._process.stdin, flush=True)

    def _answer(self) -> dict[str, Any]:
        """Read one message. A process that died without a word is described by its last line of complaint."""
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            code = self._process.wait()
            self._log.seek(0)
            said = self._log.read().decode("utf-8", "replace").strip().splitlines()
            raise Failed(f"ended with code {code}" + (f": {said[-1].strip()[:200]}" if said else ""))
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise Failed(answer["failed"])
        return answer


def environment(threads: int, *, ours: bool, foreign: bool = False) -> dict[str, str]:
    """Return the variables of a measuring process.

    Ours has the user's, as always. A peer has none of the settings that we make for ourselves, but the
    same number of threads, and nothing is downloaded. Both keep compiled Python files, as an installation
    does. `foreign`: it runs under another Python.
    """
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    if not ours:
        prefixes = ("OMP_", "OPENBLAS_", "MKL_", "KMP_", "GOMP_")
        variables = {k: v for k, v in variables.items() if not k.startswith(prefixes) and k not in DEFAULTS}
        variables |= {"RAYON_NUM_THREADS": str(threads), "HF_HUB_OFFLINE": "1"}
        variables |= {"TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false"}
    if foreign:
        variables = {k: v for k, v in variables.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    return variables | {name: str(threads) for name in COUNTS}


def installed(python: str, modules: list[str]) -> dict[str, str]:
    """Return {module: version} of those modules that a Python can import. Raises Failed for no Python."""
    code = (
        "import json, sys, importlib.util as u, importlib.metadata as m\n"
        "names = m.packages_distributions()\n"
        "print(json.dumps({n: m.version(names[n][0]) if n in names else '' "
        "for n in json.loads(sys.argv[1]) if u.find_spec(n)}))"
    )
    try:
        done = subprocess.run(
            [python, "-c", code, json.dumps(modules)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment(1, ours=False, foreign=python != sys.executable),
            check=True,
        )
        found: dict[str, str] = json.loads(done.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise Failed(f"{type(error).__name__}") from None
    return found
