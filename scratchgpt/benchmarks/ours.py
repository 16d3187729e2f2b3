"""Our side of every row, with the settings that a user gets. Runs in a process of its own."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .. import costs, kernels, pretrained, sampling
from .. import tokenizer as tokenizers
from ..config import GPTConfig, SampleConfig, TrainConfig
from ..corpus import Encoded
from ..errors import UserError
from ..model import GPT
from ..params import Params
from ..tokenizer import ByteBPE
from ..trainer import Trainer
from . import ceilings, machine
from .peers import of_starting

Measure = Callable[[], Any]
Prepared = tuple[Measure, dict[str, Any]]


def build(task: dict[str, Any]) -> Prepared:
    """Return what times a repetition of a task, and "work", its FLOPs or bytes, where there is a ceiling."""
    return _JOBS[task["job"]](task)


def train(task: dict[str, Any]) -> Prepared:
    """Time training steps on random tokens: batch, forward, backward, clipping, AdamW."""
    rng = np.random.default_rng(0)
    shape = GPTConfig(**{k: task[k] for k in ("vocab_size", "block_size", "n_layer", "n_head", "n_embd")})
    B, T, steps = task["batch_size"], task["seq_len"], task["amount"]
    tokens = rng.integers(shape.vocab_size, size=20 * B * T).astype(np.uint16)
    config = TrainConfig(batch_size=B, seq_len=T, lr=1e-4, weight_decay=0.1, clip=1.0)
    ops = kernels.load()
    trainer = Trainer(GPT(shape, ops), config, Encoded(tokens, tokens, len(tokens)))
    state = trainer.init(trainer.model.init(rng))

    def measure() -> float:
        nonlocal state
        began = time.perf_counter()
        for _ in range(steps):
            state, _ = trainer.step(state)
        return time.perf_counter() - began

    flops = costs.flops_per_token(shape, T, causal=True).training * B * T * steps
    return measure, {"work": flops, "backend": ops.name}


def decode(task: dict[str, Any]) -> Prepared:
    """Time the `amount` greedy tokens behind the first one."""
    model, params = _model(task)
    config = SampleConfig(temperature=0.0, max_new_tokens=task["amount"] + 1)

    def measure() -> float:
        tokens = sampling.stream(model, params, task["ids"], config, np.random.default_rng(0))
        next(tokens)
        began = time.perf_counter()
        for _ in tokens:
            pass
        return time.perf_counter() - began

    return measure, {"work": task["amount"] * _weight_bytes(model, task["weights"])}


def prefill(task: dict[str, Any]) -> Prepared:
    """Time the way to the first token of a long prompt."""
    model, params = _model(task)
    config = SampleConfig(temperature=0.0, max_new_tokens=1)

    def measure() -> float:
        began = time.perf_counter()
        next(sampling.stream(model, params, task["ids"], config, np.random.default_rng(0)))
        return time.perf_counter() - began

    flops = costs.flops_per_token(model.config, len(task["ids"]), causal=True)
    # Of the head only the last position is needed.
    return measure, {"work": (flops.blocks + flops.attention) * len(task["ids"]) + flops.head}


def encode(task: dict[str, Any]) -> Prepared:
    """Time encoding a text, each time with a fresh tokenizer: its cache of words starts empty."""
    text = Path(task["text"]).read_text(encoding="utf-8")
    n = 0

    def measure() -> float:
        nonlocal n
        tokenizer = tokenizers.load(task["vocabulary"])
        began = time.perf_counter()
        n = len(tokenizer.encode_ordinary(text))
        return time.perf_counter() - began

    measure()
    return measure, {"tokens": n}


def learn(task: dict[str, Any]) -> Prepared:
    """Time learning a BPE vocabulary."""
    text = Path(task["text"]).read_text(encoding="utf-8")

    def measure() -> float:
        began = time.perf_counter()
        ByteBPE.train(text, task["vocab_size"])
        return time.perf_counter() - began

    return measure, {}


def start(task: dict[str, Any]) -> Prepared:
    """Time `import scratchgpt` in a fresh Python, or the way from nothing to the bundled model's token."""
    if task["job"] == "import":
        return of_starting.build({**task, "module": "scratchgpt"})
    words = [sys.executable, "-m", "scratchgpt.generate", "Once upon a time"]
    words += ["--max-new-tokens", "1", "--temperature", "0", "--threads", str(task["threads"])]
    return lambda: of_starting.wall(words), {}


def measure_ceilings(task: dict[str, Any]) -> Prepared:
    """Measure what the machine can do on this process's threads."""
    options = {k: task[k] for k in ("kinds", "repeats", "side", "size") if k in task}
    return ceilings.prepare(**options), {"versions": machine.versions(), "backend": kernels.load().name}


def write(task: dict[str, Any]) -> Prepared:
    """Write the vocabulary and, with a shape, a model with random weights, for all programs to read."""
    scratch = Path(task["scratch"])
    tokenizer = tokenizers.load(task["source"])
    tokenizer.save(scratch / "vocabulary")
    if task["shape"] and not (scratch / "model").exists():
        model = GPT(GPTConfig(**task["shape"]))
        pretrained.save(scratch / "model", model, model.init(np.random.default_rng(0)), tokenizer)
    return lambda: None, {}


_JOBS: dict[str, Callable[[dict[str, Any]], Prepared]] = {
    "train": train,
    "decode": decode,
    "prefill": prefill,
    "encode": encode,
    "learn": learn,
    "import": start,
    "first-token": start,
    "ceilings": measure_ceilings,
    "write": write,
}


def _model(task: dict[str, Any]) -> tuple[GPT, Params]:
    model, params, _ = pretrained.load(task["model"], kernels.load())
    if task["weights"] == "fp32":
        return model, params
    pack = getattr(params, "pack", None)
    if pack is None:
        raise UserError(f"weights are stored as fp32 only, not yet as {task['weights']}.")
    return model, pack(task["weights"])


def _weight_bytes(model: GPT, weights: str) -> int:
    """Bytes of the weights that every new token reads: all but the positions, of which one row is."""
    parts = costs.parameters_by_part(model.config)
    return (sum(parts.values()) - parts["positions"]) * {"fp32": 4, "bf16": 2, "int8": 1}[weights]
