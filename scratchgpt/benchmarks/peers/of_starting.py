"""Starting: how long a fresh Python takes to import a library, or to make a first token with it."""

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

_IMPORT = "import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"

_TOKEN = """
import sys, torch
from transformers import AutoModelForCausalLM, AutoTokenizer
torch.set_num_threads(int(sys.argv[2]))
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32)
ids = tokenizer("Once upon a time", return_tensors="pt").input_ids
print(tokenizer.decode(model.generate(ids, max_new_tokens=1, do_sample=False)[0]))
"""


def build(task: dict[str, Any]) -> tuple[Callable[[], float], dict[str, Any]]:
    """Return what times a job: "import" of a module, or the "first-token" of the bundled model."""
    if task["job"] == "import":
        code = _IMPORT.format(module=task["module"])
        return lambda: float(_output([sys.executable, "-c", code])), {}
    words = [sys.executable, "-c", _TOKEN, task["bundled"], str(task["threads"])]
    return lambda: wall(words), {}


def _output(words: list[str]) -> str:
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError((done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1])
    return done.stdout


def wall(words: list[str]) -> float:
    """Run a command to its end; return its seconds. Raises RuntimeError with what it said last."""
    began = time.perf_counter()
    _output(words)
    return time.perf_counter() - began
