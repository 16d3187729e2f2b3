"""Pre-train a small character model on the bundled tales, and the same with learning rates too large.

    python -m scratchgpt.experiments.pretraining [--run FOLDER] [--out FOLDER]

Lesson 11 draws the record. Shape, settings and rates were fixed before the run; the runs at large rates were
planned with 300 steps and prolonged. At log-spaced steps the
held-out loss, statistics of every block and sixteen texts are kept. Every run is a folder of `trainer.Run`:
Ctrl-C saves, and the same command goes on where it stopped.
"""

import dataclasses
import datetime
import hashlib
import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import atomic, cli, kernels, threads
from ..config import GPTConfig, SampleConfig, TrainConfig
from ..errors import UserError
from ..interrupts import interruptible
from .pretraining_signs import Probe, judge_texts, words_of

if TYPE_CHECKING:
    from ..ops import Ops
    from ..trainer import Run, Trainer, TrainState

NAME = "pretraining"

SHAPE = GPTConfig(block_size=64, n_layer=4, n_head=4, n_embd=128)  # the vocabulary is the text's
CONFIG = TrainConfig(
    steps=3000,
    batch_size=8,
    lr=2e-3,
    min_lr=1e-4,
    warmup=100,
    beta2=0.99,
    eval_every=500,
    eval_batches=48,  # all of the held-out text
    save_every=100,
    sample_every=0,
    milestones=20,
)
# 3, 10 and 30 times the rate above, under the same schedule; 600 steps show what becomes of them.
LARGE_RATES = (6e-3, 2e-2, 6e-2)
LARGE_STEPS = 600
ORDERS = range(5)  # of the count models
TEXTS = 16  # drawn at each milestone
DRAW = SampleConfig(max_new_tokens=100, temperature=1.0, top_p=1.0, overflow="truncate")
PROBES = "probes.jsonl"
SPENT = "spent.jsonl"
_CODE = (
    "ops",
    "kernels",
    "layers",
    "model.py",
    "params.py",
    "optim.py",
    "corpus/batches.py",
    "trainer/step.py",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    p = cli.Parser(
        f"experiments.{NAME}",
        "Pre-train a small character model and record how it learns; then with rates too large. Takes about "
        "ten minutes on a free core; Ctrl-C saves, and the same command goes on.",
        f"  python -m scratchgpt.experiments.{NAME}\n"
        f"  python -m scratchgpt.experiments.{NAME} --run /tmp/run --out /tmp/results",
    )
    p.add_argument("--run", type=Path, default=Path("runs") / NAME, metavar="FOLDER", help="of the runs")
    p.add_argument("--out", type=Path, default=Path("data/results"), metavar="FOLDER", help="for the record")
    cli.add_threads_flag(p)
    args = p.parse(argv)
    threads.set_number(args.threads)
    rates = (CONFIG.lr, *LARGE_RATES)
    ops = kernels.load()
    with interruptible("Stopping after this step ...") as asked:
        for rate in rates:
            if not _train(args.run, rate, ops, asked):
                print("Stopped and saved. The same command goes on.")
                return 130
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / f"{NAME}.json"
    atomic.write_text(path, json.dumps(_record(args.run, rates, ops), indent=1) + "\n")
    print(f"Wrote {path}.")
    return 0


# One run.


def make_trainer(rate: float = CONFIG.lr, ops: "Ops | None" = None) -> "tuple[Trainer, Any]":
    """Return (trainer, tokenizer) of a run at a highest learning rate of `rate`, by `ops` (the reference).

    The lowest rate keeps its ratio to the highest. The first steps of the record follow from
    `trainer.init(trainer.model.init(np.random.default_rng([0, 0])))` and `trainer.step`.
    """
    from ..ops import REFERENCE
    from ..trainer import setup

    config = dataclasses.replace(CONFIG, lr=rate, min_lr=CONFIG.min_lr / CONFIG.lr * rate)
    texts = setup.read_texts([], "utf-8")  # the bundled tales
    tokenizer = setup.choose_tokenizer("char", SHAPE.vocab_size, texts.documents, config.val_fraction)
    shape = dataclasses.replace(SHAPE, vocab_size=tokenizer.vocab_size)
    return setup.make_trainer(shape, config, tokenizer, texts.documents, ops or REFERENCE), tokenizer


def _end(rate: float) -> int:
    return CONFIG.steps if rate == CONFIG.lr else LARGE_STEPS


def make_run(folder: Path, rate: float, ops: "Ops") -> "tuple[Run, TrainState]":
    """Return the run in `folder` and its state: where it stopped, or before the first step."""
    import numpy as np

    from .. import checkpoint
    from ..trainer import Run

    trainer, tokenizer = make_trainer(rate, ops)
    run = Run(trainer, tokenizer, folder, {"texts": [], "encoding": "utf-8"})
    if folder.is_dir() and checkpoint.numbered(folder, "last"):
        return run, run.load()
    folder.mkdir(parents=True, exist_ok=True)
    return run, trainer.init(trainer.model.init(np.random.default_rng([trainer.config.seed, 0])))


def _train(folder: Path, rate: float, ops: "Ops", asked: Callable[[], bool]) -> bool:
    """Train at one rate to its end; return False when Ctrl-C asked to stop before."""
    from ..trainer.progress import Progress

    run, state = make_run(folder / f"rate-{rate}", rate, ops)
    end = _end(rate)
    known = words_of(run.tokenizer.decode(run.trainer.data.train.tolist()))
    done = state.step
    began = time.perf_counter()
    with Progress(run, state) as progress:

        def report(row: dict[str, Any], state: "TrainState") -> None:
            nonlocal done
            done = row["step"]
            progress(row, state)
            if "samples" in row:
                _append(run.out / PROBES, {"step": row["step"], **probe(run, state, known)._asdict()})

        run.fit(state, report, lambda: asked() or done >= end)
    _append(run.out / SPENT, {"step": done, "seconds": time.perf_counter() - began})
    return done >= end


def probe(run: "Run", state: "TrainState", known: Collection[str]) -> Probe:
    """Draw texts from the model as it is now, from the same seeds each time, and judge their words."""
    import numpy as np

    from .. import sampling

    start = run.tokenizer.encode("\n")
    rngs = [np.random.default_rng([run.trainer.config.seed, 3, i]) for i in range(TEXTS)]
    drawn = sampling.sample_texts(run.trainer.model, state.params, run.tokenizer, [start] * TEXTS, DRAW, rngs)
    return judge_texts([sample.text for sample in drawn], known)


def _append(path: Path, row: Mapping[str, Any]) -> None:
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(row) + "\n")
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror}.") from None


# The record.


def count_lines(train: Any, held_out: Any, vocab_size: int) -> list[float]:
    """Return nats per token of count models of order 0 to 4 on held-out tokens, both (N,) integers."""
    from ..count_model import CountModel

    model = CountModel.fit(train, vocab_size, max(ORDERS))
    shorter = (dataclasses.replace(model, levels=model.levels[: order + 1]) for order in ORDERS)
    return [m.mean_nll(held_out) for m in shorter]


def _record(folder: Path, rates: Sequence[float], ops: "Ops") -> dict[str, Any]:
    from ..benchmarks import machine

    trainer, tokenizer = make_trainer()
    train, held_out = trainer.data.train, trainer.data.val
    ceiling = judge_texts([tokenizer.decode(held_out.tolist())], words_of(tokenizer.decode(train.tolist())))
    runs = [_of_run(folder / f"rate-{rate}", rate) for rate in rates]
    return {
        "command": f"python -m scratchgpt.experiments.{NAME}",
        "date": datetime.date.today().isoformat(),
        "minutes": round(sum(run.pop("seconds") for run in runs) / 60, 1),
        "machine": {**machine.facts(), "versions": machine.versions(), "backend": ops.name},
        "code_sha256": code_digest(),
        "seed": CONFIG.seed,
        "model": dataclasses.asdict(trainer.model.config),
        "train": dataclasses.asdict(CONFIG),
        "tokens": {"train": len(train), "held_out": len(held_out)},
        "count_lines": count_lines(train, held_out, tokenizer.vocab_size),
        "held_out_known": ceiling.known,
        "runs": runs,
    }


def code_digest() -> str:
    """Return the sha256 of the sources that the numbers come from, so that a reader sees if they changed."""
    package = Path(__file__).resolve().parents[1]
    files = [
        f for name in _CODE for f in sorted(package.glob(f"{name}/**/*.py" if "." not in name else name))
    ]
    content = b"".join(f.read_bytes() for f in (*files, Path(__file__)))
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def _of_run(folder: Path, rate: float) -> dict[str, Any]:
    from ..trainer import read_history

    rows = [row for row in read_history(folder / "history.jsonl") if row["step"] <= _end(rate)]
    probes = {row["step"]: row for row in read_history(folder / PROBES) if row["step"] <= _end(rate)}
    steps = [row for row in rows if "loss" in row]
    return {
        "lr": rate,
        "loss": [round(row["loss"], 5) for row in steps],
        "grad_norm": [round(row["grad_norm"], 5) for row in steps],
        "held_out": [[row["step"], round(row["val_loss"], 5)] for row in rows if "val_loss" in row],
        "stats": [_rounded(row) for row in rows if "stats" in row],
        "probes": [probes[step] for step in sorted(probes)],
        "seconds": sum(row["seconds"] for row in read_history(folder / SPENT)),
    }


def _rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    """The statistics of a step, with five significant digits."""
    short = [
        {
            k: [float(f"{x:.5g}") for x in v] if isinstance(v, list) else float(f"{v:.5g}")
            for k, v in s.items()
        }
        for s in row["stats"]
    ]
    return {"step": row["step"], "blocks": short}


if __name__ == "__main__":
    cli.run(main)
