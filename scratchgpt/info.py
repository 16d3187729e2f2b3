"""What a model costs before one runs it: python -m scratchgpt.info gpt2."""

import dataclasses
import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from . import cli, threads
from .config import PRESETS, GPTConfig
from .errors import UserError, nearest
from .resources import user_path

if TYPE_CHECKING:
    from .costs import Flops, TrainingBytes

DESCRIPTION = """\
Parameters, FLOPs, memory and time of a model, counted from its shapes: no weights are needed or loaded.

A FLOP is an addition or a multiplication; matrix products are counted, 2 FLOPs per multiply-add. Numbers
are float32, 4 bytes. The time is an estimate: a part of the model is run for half a second, here and now."""

EXAMPLES = """\
  python -m scratchgpt.info gpt2
  python -m scratchgpt.info mini --train --batch 8
  python -m scratchgpt.info runs/tales-char --context 32 --json"""


def parser() -> cli.Parser:
    """Return the parser."""
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
    p.add_argument("--no-measure", action="store_true", help="run nothing, estimate no time")
    cli.add_threads_flag(p)
    p.add_argument("--json", action="store_true", help="print one JSON object")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    args = parser().parse(argv)
    threads.set_number(args.threads)
    config = read_config(args.model)
    batch = args.batch if args.batch is not None else default_batch(args.model, args.train)
    if batch < 1:
        raise UserError(f"--batch is {batch}, expected an integer of at least 1.")
    context = config.block_size if args.context is None else args.context
    report = count(args.model, config, batch, context)
    if not args.no_measure:
        report["time"] = estimate(args.model, config, batch, context, training=args.train)
    print(json.dumps(report) if args.json else "\n".join(_lines(report)))
    return 0


def read_config(name: str) -> GPTConfig:
    """Return the configuration of a preset or a model folder.

    Raises UserError for a name that is neither, with the nearest preset.
    """
    if name in PRESETS:
        return PRESETS[name].model
    folder = user_path(name)
    if not folder.is_dir():
        raise UserError(
            f"There is no model {name!r}: expected {', '.join(PRESETS)} or a folder that "
            f"python -m scratchgpt.train wrote.{nearest(name, PRESETS)}"
        )
    from . import checkpoint

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


def estimate(
    name: str, config: GPTConfig, batch: int, context: int, *, training: bool
) -> dict[str, float | str]:
    """Measure for about half a second and return the time of a step, and of a preset's whole training."""
    from . import costs, kernels

    rate = costs.measure_rate(config, batch, context, training=training, ops=kernels.load())
    seconds = costs.step_flops(config, batch, context, training=training) / rate
    found: dict[str, float | str] = {
        "of": "training" if training else "generating",
        "gflop_per_second": rate / 1e9,
        "step_seconds": seconds,
        "tokens_per_second": batch * (context if training else 1) / seconds,
    }
    if training and name in PRESETS:
        preset = PRESETS[name].train
        found["run_seconds"] = preset.steps * preset.accumulate * seconds
    return found


# Printing.


def _lines(report: dict[str, Any]) -> Iterator[str]:
    c, name = report["config"], report["model"]
    yield (
        f"{name}: {report['parameters']['total']:,} parameters; {_count(c['n_layer'], 'layer')}, "
        f"{_count(c['n_head'], 'head')}, {c['n_embd']:,} wide, {_count(c['block_size'], 'position')}, "
        f"{_count(c['vocab_size'], 'token')}"
    )
    if name in PRESETS:
        yield f"({PRESETS[name].source})"
    yield from _parameter_lines(report)
    yield from _flops_lines(report)
    yield from _memory_lines(report)
    if report["time"]:
        yield from _time_lines(report)


def _row(label: str, value: str, note: str = "") -> str:
    return f"  {label:<31} {value:>15}   {note}".rstrip()


def _parameter_lines(report: dict[str, Any]) -> Iterator[str]:
    parameters, total = report["parameters"], report["parameters"]["total"]
    yield "\nParameters by part"
    for part, n in parameters["parts"].items():
        tied = part == "head" and report["config"]["tied"]
        yield _row(part, f"{n:,}", "tied: the embeddings once more" if tied else f"{n / total:6.1%}")
    yield "\nParameters by tensor"
    for name, (shape, times) in _merged(parameters["tensors"]).items():
        n = math.prod(shape) * times
        layers = f" in each of {_count(times, 'layer')}" if name.startswith("h.*") else ""
        yield _row(name, f"{n:,}", f"{n / total:6.1%}   {' x '.join(f'{i:,}' for i in shape)}{layers}")


def _merged(tensors: dict[str, list[int]]) -> dict[str, tuple[list[int], int]]:
    """Put the same tensor of all layers on one line: {"h.*.ln_1.weight": (shape, number of layers)}."""
    merged: dict[str, tuple[list[int], int]] = {}
    for name, shape in tensors.items():
        key = re.sub(r"^h\.\d+\.", "h.*.", name)
        merged[key] = (shape, merged.get(key, (shape, 0))[1] + 1)
    return merged


def _flops_lines(report: dict[str, Any]) -> Iterator[str]:
    full, causal = report["flops_per_token"]["full"], report["flops_per_token"]["causal"]
    yield f"\nMFLOP per token, averaged over a context of {report['context']:,}"
    yield _row("", "full attention", f"{'causal half':>15}")
    for label, key in (
        ("weights of the blocks", "blocks"),
        ("head", "head"),
        ("attention between tokens", "attention"),
        ("forward", "forward"),
        ("training, 3 x forward", "training"),
    ):
        yield _row(label, f"{full[key] / 1e6:,.2f}", f"{causal[key] / 1e6:>15,.2f}")
    shares = [f"{flops['attention'] / flops['forward']:.1%}" for flops in (full, causal)]
    yield _row("share of attention", shares[0], f"{shares[1]:>15}")


def _memory_lines(report: dict[str, Any]) -> Iterator[str]:
    memory, kv = report["memory_bytes"], report["kv_cache_bytes"]
    training = memory["training"]
    yield (
        f"\nMemory in float32 for {_count(report['batch'], 'sequence')} of "
        f"{_count(report['context'], 'token')}"
    )
    yield _row("to generate", _bytes(memory["generating"]))
    yield _row("  weights", _bytes(training["weights"]))
    yield _row("  KV cache", _bytes(kv["total"]), f"{kv['per_token']:,} bytes a token")
    yield _row("to train with AdamW", _bytes(training["total"]))
    yield _row("  weights, gradients, moments", _bytes(training["state"]), "4 + 4 + 8 bytes a parameter")
    yield _row("  activations for backward", _bytes(training["activations"]))
    yield _row("  logits, while the loss is made", _bytes(training["loss"]))


def _time_lines(report: dict[str, Any]) -> Iterator[str]:
    t = report["time"]
    yield (
        f"\nTime on this machine, estimated from a part of the model that ran at "
        f"{_figure(t['gflop_per_second'])} GFLOP/s"
    )
    generating = f"a new token behind {report['context'] - 1:,} others"
    what = "a step, forward and backward" if t["of"] == "training" else generating
    yield _row(what, _seconds(t["step_seconds"]), f"{_figure(t['tokens_per_second'])} tokens/s")
    if "run_seconds" in t:
        c = PRESETS[report["model"]].train
        yield _row(
            "the preset's whole training",
            _seconds(t["run_seconds"]),
            f"{c.steps:,} updates, each from {c.accumulate} x {_count(report['batch'], 'sequence')}",
        )


def _count(n: int, what: str) -> str:
    """Show a number of things.

    >>> _count(1, "token"), _count(1024, "token")
    ('1 token', '1,024 tokens')
    """
    return f"{n:,} {what}{'s' * (n != 1)}"


def _figure(x: float) -> str:
    """Show a rate with two digits at least, however small it is.

    >>> _figure(1234.56), _figure(3.25), _figure(0.01234)
    ('1,235', '3.2', '0.012')
    """
    return f"{x:,.0f}" if x >= 100 else f"{x:.1f}" if x >= 1 else f"{x:.2g}"


def _bytes(n: float) -> str:
    """Show bytes in decimal units.

    >>> _bytes(1_991_036_928)
    '1.99 GB'
    """
    for unit in ("bytes", "kB", "MB"):
        if n < 999.5:
            return f"{n:.3g} {unit}"
        n /= 1000
    return f"{n:,.2f} GB"


def _seconds(s: float) -> str:
    """Show a duration in the unit that suits it.

    >>> _seconds(0.0123), _seconds(7200)
    ('12.3 ms', '2.0 hours')
    """
    for unit, length in (("years", 365 * 86400), ("days", 86400), ("hours", 3600), ("minutes", 60)):
        if s >= 1.5 * length:
            return f"{s / length:,.1f} {unit}"
    return f"{s:.3g} s" if s >= 1 else f"{s * 1000:.3g} ms"


if __name__ == "__main__":
    cli.run(main)
