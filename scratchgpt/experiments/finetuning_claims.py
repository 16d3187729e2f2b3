"""What fine-tuning is worth at our size: GPT-1's claims, tested on the bundled model.

    python -m scratchgpt.experiments.finetuning_claims [DATA SET ...] [--run FOLDER] [--out FOLDER]

Claims, data sets and settings below were fixed before the runs. Every variant is tuned with five seeds; a
claim is a difference between two variants on the same examples, with a paired bootstrap interval, and its
verdict is computed. What has been measured is kept in the run folder: the command goes on where it stopped.
"""

import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import atomic, cli, kernels, threads
from ..config import SMALL_MODEL, TuneConfig
from ..errors import UserError, nearest
from ..interrupts import interruptible

if TYPE_CHECKING:
    from ..tasks.comparison import Variant
    from ..tasks.data import TaskData
    from ..tasks.reporting import Found
    from ..tasks.results import Finding
    from ..tasks.starting import Base

NAME = "finetuning_claims"
SEEDS = 5

# The claims: first, relation, second, margin, and what is compared. "task" is the task's own metric on the
# test rows, or the development rows where the test rows have no labels; "language" is the language model's
# loss on plain text after tuning, of which less is better.
CLAIMS = (
    ("pretrained", "beats", "scratch", 0.0, "task"),
    ("pretrained", "beats", "lambda 0", 0.0, "language"),
    ("pretrained", "beats", "embeddings", 0.0, "task"),
    ("pretrained", "beats", "half the layers", 0.0, "task"),
    ("half the layers", "beats", "embeddings", 0.0, "task"),
    ("lora", "is within", "pretrained", 0.03, "task"),
    ("lora", "beats", "pretrained", 0.0, "language"),
)

VARIANTS: dict[str, dict[str, Any]] = {
    "pretrained": {},
    "scratch": {"pretrained": False},
    "lambda 0": {"lm_weight": 0.0},
    "embeddings": {"transfer": 0},
    "half the layers": {"transfer": 3},
    "lora": {"lora": 4, "lr": 3e-3},
}

# The data sets, and how each is tuned: five epochs of 16, rate 1e-3, unless changed. The rates were chosen on
# training rows of sst and sentiment alone (one part to learn from, another to judge): of 1e-4, 3e-4, 6e-4 and
# 1e-3 the last was best, for LoRA 3e-3 of 1e-3 and 3e-3. Few examples of the large sets: five seeds of six
# variants are to end in two hours on two cores.
DATA: dict[str, TuneConfig] = {
    "sst": replace(SMALL_MODEL, epochs=3, batch_size=32, examples=1500, max_tokens=64),
    "sentiment": SMALL_MODEL,
    "cfimdb": replace(SMALL_MODEL, epochs=3, examples=400, max_tokens=128),
    "quora": replace(SMALL_MODEL, epochs=3, batch_size=32, examples=1000, max_tokens=96, head="cloze"),
    "reviews": SMALL_MODEL,
    "questions": SMALL_MODEL,
    "entailment": SMALL_MODEL,
    "stories": replace(SMALL_MODEL, batch_size=8),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    p = cli.Parser(
        f"experiments.{NAME}",
        "Test GPT-1's claims about fine-tuning on the bundled model: five seeds, intervals, verdicts. "
        "Takes about two hours; Ctrl-C saves, and the same command goes on.",
        f"  python -m scratchgpt.experiments.{NAME} sentiment reviews\n"
        f"  python -m scratchgpt.experiments.{NAME} sst --data FOLDER",
    )
    p.add_argument("names", nargs="*", metavar="DATA SET", help=f"{', '.join(DATA)} (default: all)")
    p.add_argument("--data", type=Path, metavar="FOLDER", help="where the files of sst, cfimdb and quora are")
    p.add_argument(
        "--run", type=Path, default=Path("runs/finetuning-claims"), metavar="FOLDER", help="of the runs"
    )
    p.add_argument("--out", type=Path, default=Path("data/results"), metavar="FOLDER", help="for the records")
    cli.add_threads_flag(p)
    args = p.parse(argv)
    for name in args.names:
        if name not in DATA:
            raise UserError(
                f"There are no claims about {name!r}, expected {', '.join(DATA)}.{nearest(name, DATA)}"
            )
    threads.set_number(args.threads)

    from .. import pretrained  # not above: NumPy reads the number of threads when it loads
    from ..tasks.data import load
    from ..tasks.starting import Base

    base = Base("mini", *pretrained.load("mini", kernels.load()))
    with interruptible("Stopping after this step ...") as stopped:
        for name in args.names or DATA:
            data = load(name, folder=args.data if _is_staged(name) else None)
            found = _outcomes(args.run / name, base, data, stopped)
            if found is None:
                print(
                    f"Stopped and saved. Go on with the same command and --run {shlex.quote(str(args.run))}"
                )
                return 130
            _write(args.out, base, data, found)
    summary = summarise(args.out)
    atomic.write_text(args.out / f"{NAME}.md", summary)
    print(summary)
    return 0


def _is_staged(name: str) -> bool:
    return name in ("sst", "cfimdb", "quora")


def _plan(data: "TaskData") -> "list[Variant]":
    from ..tasks.comparison import Variant

    base = DATA[data.name]
    return [Variant(name, replace(base, **change)) for name, change in VARIANTS.items()]


def _outcomes(folder: Path, base: "Base", data: "TaskData", stopped: Callable[[], bool]) -> "Found | None":
    from ..tasks.comparison import run_all

    folder.mkdir(parents=True, exist_ok=True)
    return run_all(folder, _plan(data), SEEDS, base, data, stopped)


def judge(data: "TaskData", found: "Found") -> "list[Finding]":
    """Judge every claim on what was measured."""
    import numpy as np

    from ..tasks.bootstrap import Claim, difference, verdict
    from ..tasks.reporting import judged_part
    from ..tasks.results import Finding, judged

    part = judged_part(data)
    targets = np.array([example.label for example in data.splits[part]])
    findings = []
    for first, relation, second, margin, measure in CLAIMS:
        claim, rng = Claim(first, relation, second, margin), np.random.default_rng(0)
        pair = [found[name] for name in (first, second)]
        if measure == "task":
            one, other = ([o.predictions(part) for o in outcomes] for outcomes in pair)
            findings.append(judged(claim, data.metric, targets, one, other, rng))
        else:
            one, other = ([np.array(o.plain_losses[1]) for o in outcomes] for outcomes in pair)
            nothing = np.zeros(len(one[0]))
            interval = difference(lambda _, losses: -float(losses.mean()), nothing, one, other, rng)
            findings.append(Finding(claim, "plain_text_loss", interval, verdict(interval, claim)))
    return findings


def summarise(folder: Path) -> str:
    """Return all recorded verdicts as one table in Markdown: a row per claim, a column per data set.

    Raises UserError for a record that cannot be read.
    """
    from ..tasks.metrics import shown
    from ..tasks.results import shown_difference
    from ..tensor_files import read_json

    paths = {name: folder / f"finetuning_{name}.json" for name in DATA}
    records = {name: read_json(path) for name, path in paths.items() if path.exists()}
    lines = ["| claim | " + " | ".join(records) + " |", "|---" * (len(records) + 1) + "|"]
    for i, (first, relation, second, margin, measure) in enumerate(CLAIMS):
        words = f"{first} {relation}" + (f" {100 * margin:g} points of" if margin else "") + f" {second}"
        cells = [words + (", language" if measure == "language" else "")]
        for record in records.values():
            found = record["findings"][i]
            cells.append(f"{found['verdict']}, {shown_difference(found['metric'], found['difference'])}")
        lines.append("| " + " | ".join(cells) + " |")
    for name in ("naive Bayes, unigrams", "pretrained", "scratch"):
        rows = {data: {row["name"]: row for row in record["rows"]} for data, record in records.items()}
        means = [
            shown(metric, by_name[name]["mean"][metric]) if name in by_name else ""
            for by_name, metric in ((rows[data], record["metrics"][0]) for data, record in records.items())
        ]
        lines.append(f"| {name} | " + " | ".join(means) + " |")
    return "\n".join(lines) + "\n"


def _write(folder: Path, base: "Base", data: "TaskData", found: "Found") -> None:
    """Write the record of a data set as JSON and as a table, and print the table."""
    from ..benchmarks import machine
    from ..tasks import reporting, results

    table = reporting.table(base, data, _plan(data), found, reporting.judged_part(data))
    table = replace(table, findings=tuple(judge(data, found)))
    record = {
        "command": f"python -m scratchgpt.experiments.{NAME} {data.name}",
        "machine": {**machine.facts(), "versions": machine.versions()},
        "settings": {name: found[name][0].settings for name in found},
        **results.record(table),
    }
    folder.mkdir(parents=True, exist_ok=True)
    atomic.write_text(folder / f"finetuning_{data.name}.json", json.dumps(record, indent=1) + "\n")
    text = results.to_markdown(table)
    atomic.write_text(folder / f"finetuning_{data.name}.md", text)
    print(text)


if __name__ == "__main__":
    cli.run(main)
