"""What a model costs before one runs it: python -m scratchgpt.info gpt2."""

import dataclasses
import json
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import cli
from .config import PRESETS, GPTConfig
from .errors import UserError, nearest

if TYPE_CHECKING:
    from .costs import Flops, TrainingBytes

DESCRIPTION = """\
Parameters, FLOPs, memory and time of a model, counted from its shapes: no weights are needed or loaded.

A FLOP is an addition or a multiplication; matrix products are counted, 2 FLOPs per multiply-add. Numbers
are float32, 4 bytes. The time is an estimate, made from one short matrix product measured here and now."""

EXAMPLES = """\
  python -m scratchgpt.info gpt2
  python -m scratchgpt.info mini --train --batch 8
  python -m scratchgpt.info runs/tales-char --context 32 --json"""

_ITEMSIZE = 4  # float32
_PRODUCT_ROWS = 1024  # at most: enough for full speed
_USUAL_FACTOR = "2 to 4"  # measured steps of char, mini and gpt2 against the matrix products alone


def parser() -> cli.Parser:
    p = cli.Parser("info", DESCRIPTION, EXAMPLES)
    p.add_argument("model", metavar="MODEL", help=f"{', '.join(PRESETS)}, or a folder that training wrote")
    p.add_argument(
        "--batch",
        type=int,
        metavar="N",
        help="sequences at once (default 1; with --train what the preset trains with)",
    )
    p.add_argument(
        "--context", type=int, metavar="N", help="tokens per sequence (default: all the model can see)"
    )
    p.add_argument("--train", action="store_true", help="estimate the time of training, not of generating")
    p.add_argument("--no-measure", action="store_true", help="measure nothing, estimate no time")
    cli.add_threads_flag(p)
    p.add_argument("--json", action="store_true", help="print one JSON object")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    args = parser().parse(argv)
    cli.set_threads(args.threads)
    config = read_config(args.model)
    batch = args.batch if args.batch is not None else default_batch(args.model, args.train)
    if batch < 1:
        raise UserError(f"--batch is {batch}, expected an integer of at least 1.")
    context = config.block_size if args.context is None else args.context
    report = count(args.model, config, batch, context)
    if not args.no_measure:
        rate = measure_rate(min(batch * context, _PRODUCT_ROWS), config.n_embd, config.inner)
        report["time"] = estimate(config, batch, context, rate, training=args.train)
    print(json.dumps(report) if args.json else "\n".join(_lines(report)))
    return 0


def read_config(name: str) -> GPTConfig:
    """Return the configuration of a preset or a model folder.

    Raises UserError for a name that is neither, with the nearest preset.
    """
    from . import checkpoint

    if name in PRESETS:
        return PRESETS[name].model
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise UserError(
            f"There is no model {name!r}: expected {', '.join(PRESETS)} or a folder that "
            f"python -m scratchgpt.train wrote.{nearest(name, PRESETS)}"
        )
    return checkpoint.read_config(checkpoint.find(folder))


def default_batch(name: str, training: bool) -> int:
    """Return the preset's batch size when the question is about training, else 1."""
    return PRESETS[name].train.batch_size if training and name in PRESETS else 1


# Counting.


def count(name: str, config: GPTConfig, batch: int, context: int) -> dict[str, Any]:
    """Return all that follows from the shapes, as the JSON object that --json prints.

    Raises UserError for a context that the model does not have.
    """
    from . import costs
    from .model import GPT

    specs = GPT(config).specs()
    memory = costs.training_bytes(config, batch, context)
    per_token = costs.kv_bytes_per_token(config)
    return {
        "model": name,
        "config": dataclasses.asdict(config),
        "batch": batch,
        "context": context,
        "parameters": {
            "total": sum(spec.size for spec in specs.values()),
            "parts": costs.parameters_by_part(config),
            "tensors": {key: list(spec.shape) for key, spec in specs.items()},
        },
        "flops_per_token": {
            kind: _flops(costs.flops_per_token(config, context, causal=kind == "causal"))
            for kind in ("full", "causal")
        },
        "kv_cache_bytes": {"per_token": per_token, "total": batch * context * per_token},
        "memory_bytes": {
            "generating": memory.weights + batch * context * per_token,
            "training": _training(memory),
        },
        "time": None,
    }


def _flops(flops: "Flops") -> dict[str, float]:
    return {**flops._asdict(), "forward": flops.forward, "training": flops.training}


def _training(memory: "TrainingBytes") -> dict[str, int]:
    return {**memory._asdict(), "state": memory.state, "total": sum(memory)}


# Estimating.


def measure_rate(rows: int, n_in: int, n_out: int, seconds: float = 0.3) -> float:
    """Return the FLOP/s of (rows, n_in) @ (n_in, n_out) in float32, the best of the runs that fit."""
    import numpy as np

    a, b = np.ones((rows, n_in), dtype=np.float32), np.ones((n_in, n_out), dtype=np.float32)
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - began)
    return 2 * rows * n_in * n_out / best


def estimate(
    config: GPTConfig, batch: int, context: int, rate: float, *, training: bool
) -> dict[str, float | str]:
    """Return the seconds of a step at `rate` FLOP/s, and the tokens per second.

    A step of training is forward and backward of batch x context tokens; a step of generating runs the
    full context once for each of `batch` new tokens, with the head at the last position only. Attention
    counts in full, as the NumPy reference computes it.
    """
    from . import costs

    flops = costs.flops_per_token(config, context)
    if training:
        step, tokens = batch * context * flops.training, batch * context
    else:
        step, tokens = batch * (context * (flops.blocks + flops.attention) + flops.head), batch
    seconds = step / rate
    return {
        "of": "training" if training else "generating",
        "gflop_per_second": rate / 1e9,
        "step_seconds": seconds,
        "tokens_per_second": tokens / seconds,
    }


# Printing.


def _lines(report: dict[str, Any]) -> Iterator[str]:
    c, name = report["config"], report["model"]
    yield (
        f"{name}: {report['parameters']['total']:,} parameters; {c['n_layer']} layers, {c['n_head']} heads, "
        f"{c['n_embd']:,} wide, {c['block_size']:,} positions, {c['vocab_size']:,} tokens"
    )
    if name in PRESETS:
        yield f"({PRESETS[name].source})"
    yield from _parameter_lines(report)
    yield from _flops_lines(report)
    yield from _memory_lines(report)
    if report["time"]:
        yield from _time_lines(report)


def _parameter_lines(report: dict[str, Any]) -> Iterator[str]:
    total = report["parameters"]["total"]
    yield "\nParameters by part"
    for part, n in report["parameters"]["parts"].items():
        tied = part == "head" and report["config"]["tied"]
        share = "the embeddings once more (tied)" if tied else f"{n / total:6.1%}"
        yield f"  {part:<28} {n:>15,}   {share}"
    yield "\nParameters by tensor"
    for name, (shape, times) in _merged(report["parameters"]["tensors"]).items():
        each = 1
        for length in shape:
            each *= length
        shown = " x ".join(f"{length:,}" for length in shape)
        layers = f" in each of {times} layers" if name.startswith("h.*") else ""
        yield f"  {name:<28} {each * times:>15,}   {each * times / total:6.1%}   {shown}{layers}"


def _merged(tensors: dict[str, list[int]]) -> dict[str, tuple[list[int], int]]:
    """Put the same tensor of all layers on one line: {"h.*.ln_1.weight": (shape, number of layers)}."""
    merged: dict[str, tuple[list[int], int]] = {}
    for name, shape in tensors.items():
        key = re.sub(r"^h\.\d+\.", "h.*.", name)
        merged[key] = (shape, merged.get(key, (shape, 0))[1] + 1)
    return merged


def _flops_lines(report: dict[str, Any]) -> Iterator[str]:
    full, causal = report["flops_per_token"]["full"], report["flops_per_token"]["causal"]
    yield f"\nMFLOP per token at a context of {report['context']:,}: attention in full, and its causal half"
    for label, key in (
        ("weights of the blocks", "blocks"),
        ("head", "head"),
        ("attention between tokens", "attention"),
        ("forward", "forward"),
        ("training (3 x forward)", "training"),
    ):
        shares = ""
        if key == "attention":
            shares = f"   {full[key] / full['forward']:.1%}, {causal[key] / causal['forward']:.1%} of forward"
        yield f"  {label:<28} {full[key] / 1e6:>15,.1f} {causal[key] / 1e6:>13,.1f}{shares}"


def _memory_lines(report: dict[str, Any]) -> Iterator[str]:
    memory, kv = report["memory_bytes"], report["kv_cache_bytes"]
    training = memory["training"]
    size = f"{report['batch']:,} x {report['context']:,} tokens"
    yield f"\nMemory in float32, for {size}"
    yield f"  {'to generate':<28} {_bytes(memory['generating']):>15}   weights and KV cache"
    yield f"  {'  weights':<28} {_bytes(training['weights']):>15}"
    yield (
        f"  {'  KV cache':<28} {_bytes(kv['total']):>15}   {kv['total'] / 2**20:,.1f} MiB; "
        f"{kv['per_token']:,} bytes a token"
    )
    yield f"  {'to train with AdamW':<28} {_bytes(training['total']):>15}"
    for label, key in (
        ("weights, gradients, moments", "state"),
        ("activations for backward", "activations"),
        ("logits, for a moment", "loss"),
    ):
        yield f"  {'  ' + label:<28} {_bytes(training[key]):>15}"


def _bytes(n: float) -> str:
    """
    >>> _bytes(1_991_036_928)
    '1.99 GB'
    """
    for unit in ("bytes", "kB", "MB"):
        if n < 999.5:
            return f"{n:.3g} {unit}"
        n /= 1000
    return f"{n:,.2f} GB"


def _time_lines(report: dict[str, Any]) -> Iterator[str]:
    t = report["time"]
    yield (
        f"\nTime on this machine: an estimate from {t['gflop_per_second']:,.0f} GFLOP/s, measured in a short "
        "matrix product"
    )
    if t["of"] == "training":
        what = "a step, forward and backward"
    else:
        what = "a new token, context run again"
    yield f"  {what:<28} {_seconds(t['step_seconds']):>15}   {t['tokens_per_second']:,.1f} tokens/s"
    yield (
        f"  At best: norms, softmax, activations and memory come on top; NumPy takes {_USUAL_FACTOR} times "
        "as long."
    )


def _seconds(s: float) -> str:
    return f"{s:.3g} s" if s >= 1 else f"{s * 1000:.3g} ms"


if __name__ == "__main__":
    cli.run(main)
