"""Tune a model to a task: python -m scratchgpt.finetune TASK_OR_FILE."""

import argparse
import dataclasses
import functools
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import atomic, cli, kernels, threads
from .config import SMALL_MODEL, TuneConfig
from .errors import UserError, nearest
from .interrupts import interruptible
from .resources import user_path

if TYPE_CHECKING:
    from .ops import Ops
    from .tasks.comparison import Variant
    from .tasks.data import TaskData
    from .tasks.results import Table
    from .tasks.sonnets import Material
    from .tasks.starting import Base

DESCRIPTION = """\
Tune a model to a task by GPT-1's recipe: a classifier reads the last position of a text between learned
tokens, while the language model goes on learning beside it. Every gradient is hand-written.

TASK is one of
  sentiment reviews questions entailment stories     bundled, written for this project
  sst cfimdb quora sts mrpc cola rte snli mnli copa storycloze     known by name: --data FOLDER
  film        a GPT of ten tokens, pre-trained and tuned in under two seconds
  sonnets     tune on poems, continue three given lines to fourteen, and measure the verse
or a file of your own: .csv, .tsv or .jsonl with a text and a label in every row (or a folder with train, dev,
test). Columns are guessed and named, and a split is made where there is none.

Results, always beside the majority class and naive Bayes, go to the run folder: results.md, results.json,
results.png, errors.md (what went wrong, by length, negation, overlap ...), and every tuned model."""

EXAMPLES = """\
  python -m scratchgpt.finetune sentiment                     with and without pre-training
  python -m scratchgpt.finetune reviews.csv                   your own file
  python -m scratchgpt.finetune film
  python -m scratchgpt.finetune sonnets --prompts lines.txt
  python -m scratchgpt.finetune sst --data FOLDER --compare pretrained,scratch,lora --seeds 5
  python -m scratchgpt.finetune reviews --sweep lambda=0,0.5
  python -m scratchgpt.finetune reviews --learning-curve      would more data help?
  python -m scratchgpt.finetune sentiment --init-from runs/finetune-reviews     from 5 classes to 2
  python -m scratchgpt.finetune runs/finetune-sentiment --prompts lines.txt     classify new texts
  python -m scratchgpt.finetune sst --model gpt2 --data FOLDER --lr 2e-5        the real thing"""

_SMALL = 20_000_000  # parameters


def parser() -> cli.Parser:
    """Return the parser; the flags of the recipe come from TuneConfig."""
    p = cli.Parser("finetune", DESCRIPTION, EXAMPLES)
    p.add_argument("task", metavar="TASK", help="a task, a file or folder of your own, or a finished run")
    p.add_argument("--model", metavar="NAME_OR_DIR", help="what is tuned (default mini, the bundled model)")
    p.add_argument(
        "--init-from", type=Path, metavar="RUN", help="go on from a model tuned before, with a new head"
    )
    p.add_argument("--data", type=Path, metavar="FOLDER", help="where the files of a named task are")
    p.add_argument("--out", type=Path, metavar="DIR", help="run folder (default runs/finetune-TASK)")
    p.add_argument(
        "--compare",
        metavar="A,B",
        help="tune several ways and compare: pretrained, scratch, embeddings (transfer those only), frozen, "
        "lora, cloze, no-lm (lambda 0) (default pretrained; for the bundled model pretrained,scratch, unless "
        "there is a --sweep, or a flag that has no meaning from scratch)",
    )
    p.add_argument("--sweep", default="", metavar="NAME=A,B", help="a setting and its values: lambda=0,0.5")
    p.add_argument("--seeds", type=int, default=1, metavar="N", help="repeat with N seeds (default 1)")
    p.add_argument(
        "--learning-curve", action="store_true", help="tune on 1/8, 1/4, 1/2 and all of the training examples"
    )
    p.add_argument(
        "--prompts", type=Path, metavar="FILE", help="texts, one a line, to classify (sonnets: to continue)"
    )
    p.add_argument(
        "--cmudict", type=Path, metavar="FILE", help="sonnets: pronunciations, for rhyme and metre"
    )
    p.add_argument("--skip-bad", action="store_true", help="leave malformed rows out, and count them")
    for name, what in (("text", "the text"), ("text2", "the second text"), ("label", "the label")):
        p.add_argument(f"--{name}-column", metavar="NAME", help=f"column of {what} in a file of your own")
    p.add_argument("--backend", default="auto", metavar="NAME", help=kernels.flag_help())
    p.add_argument("--precision", default="fp32", metavar="NAME", help=kernels.precision_help())
    cli.add_threads_flag(p)
    c, size = SMALL_MODEL, f"below {_SMALL // 10**6} M parameters, as for mini"
    defaults = (
        f"defaults are GPT-1's; {size}, {c.epochs} epochs of {c.batch_size}, lr {c.lr}, warm-up {c.warmup}"
    )
    cli.add_flags(p.add_argument_group("the recipe", defaults), TuneConfig)
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    p = parser()
    args = p.parse(argv)
    cli.refuse_flags(p, args, _unused(args), args.task)
    if args.seeds < 1:
        raise UserError(f"--seeds is {args.seeds}, expected an integer of at least 1.")
    threads.set_number(args.threads)
    if args.task == "film":
        from .plots import film_curves
        from .worked import film

        if args.out is not None:
            _make(args.out)
        return film.main(args.seed or 0, args.out, film_curves)
    if _is_run(Path(args.task)):
        return _predict(args)
    from .tasks import predicting, sonnets
    from .trainer.lock import locked

    cli.from_flags(args, TuneConfig())  # complains before a model is downloaded
    data = None if args.task == "sonnets" else _data(args)
    base = _base(args)
    config = cli.from_flags(args, _settings(args.task, base.params.buffer.size))
    # Whatever is wrong is said before a folder is made and time is spent on tuning.
    plan = [] if data is None else _plan(args, base, data, config)
    lines = predicting.lines_for(data, args.prompts)
    if data is None:
        poems = sonnets.prepare(base, config, args.data, args.cmudict, lines)
        tune = functools.partial(_sonnets, base, config, poems, args.seeds)
    else:
        tune = functools.partial(_task, args, base, data, plan, lines)
    out = args.out or _free(Path("runs") / f"finetune-{Path(args.task).stem}")
    _make(out)
    with locked(out), interruptible("Stopping after this step (Ctrl-C again to stop at once) ...") as stopped:
        done = tune(out, stopped)
    if not done:
        print(f"Stopped and saved. Go on with the same command and --out {shlex.quote(str(out))}")
        return 130
    return 0


def _unused(args: argparse.Namespace) -> Sequence[str]:
    """The flags that a task has no use for."""
    if args.task == "film":
        used = ("task", "seed", "out", "threads", "backend", "precision")
        return [name for name in vars(args) if name not in used]
    columns = ("text_column", "text2_column", "label_column", "skip_bad")
    return ("compare", "sweep", "learning_curve", *columns) if args.task == "sonnets" else ("cmudict",)


def _plan(args: argparse.Namespace, base: "Base", data: "TaskData", config: TuneConfig) -> "list[Variant]":
    """What is compared: by default, where there is time for it, with pre-training and without."""
    from .tasks import comparison

    both = base.name == "mini" and not (config.keeps_weights or args.sweep)
    usual = ("pretrained,scratch" if both else "pretrained") if config.pretrained else "scratch"
    names = (args.compare or usual).split(",")
    curve_of = (config.examples or len(data.splits["train"])) if args.learning_curve else 0
    plan = comparison.variants(config, names, args.sweep, curve_of)
    comparison.check(plan, base, data)
    return plan


def _task(
    args: argparse.Namespace,
    base: "Base",
    data: "TaskData",
    plan: "list[Variant]",
    lines: list[str],
    out: Path,
    stopped: Callable[[], bool],
) -> bool:
    """Tune every variant, write and print the results; whether it came to the end."""
    from .tasks import comparison, reporting

    reporting.introduce(base, data, plan, args.seeds, out)
    found = comparison.run_all(out, plan, args.seeds, base, data, stopped)
    if found is None:
        return False
    table = reporting.report(out, base, data, plan, found)
    _draw(out, reporting.curves(data, plan, found, reporting.judged_part(data)), table)
    if lines:
        _classify(comparison.first_model(out, plan, args.seeds), lines, base.model.ops)
    return True


def _draw(out: Path, curves: dict[str, dict[int, list[float]]], table: "Table") -> None:
    """Save the pictures of a comparison, and say where everything is."""
    from . import plots
    from .tasks.results import record

    pictures = {"results.png": plots.comparison(record(table))}
    if any(len(sizes) > 1 for sizes in curves.values()):
        metric = table.metrics[0]
        baselines = {row.name: row.mean(metric) for row in table.rows if row.baseline}
        pictures["learning_curve.png"] = plots.learning_curve(curves, metric, baselines)
    for name, figure in pictures.items():
        atomic.save_picture(out / name, figure)
    print(f"{', '.join(('results.md', 'results.json', 'errors.md', *pictures))} are in {out}.")


def _classify(model: Path, lines: list[str], ops: "Ops") -> None:
    """Print what a tuned model takes each line for."""
    from .tasks import predicting

    for answer in predicting.classify(model, lines, ops):
        sure = max(answer.probabilities.values(), default=None)
        print(f"{answer.answer}{'' if sure is None else f' ({sure:.2f})'}: {answer.text}")


def _sonnets(
    base: "Base", config: TuneConfig, poems: "Material", seeds: int, out: Path, stopped: Callable[[], bool]
) -> bool:
    """Tune on poems and measure what the model makes of their beginnings; whether it came to the end."""
    from .plots import verse_comparison
    from .tasks import sonnets

    return sonnets.run(base, config, out, poems, seeds=seeds, stopped=stopped, draw=verse_comparison) == 0


def _settings(task: str, n_params: int) -> TuneConfig:
    """How a model is tuned unless flags say otherwise: by its size; 24 poems make few batches."""
    config = SMALL_MODEL if n_params < _SMALL else TuneConfig()
    if task == "sonnets":
        return dataclasses.replace(config, epochs=8, batch_size=4, lr=config.lr / 4, patience=3)
    return config


def _base(args: argparse.Namespace) -> "Base":
    """The model to tune, by name or as an earlier run left it."""
    from . import pretrained
    from .tasks import predicting, saving
    from .tasks.starting import Base

    ops = kernels.load(args.backend, args.precision)
    if args.init_from is None:
        name = args.model or "mini"
        return Base(name, *pretrained.load(name, ops))
    if args.model is not None:
        raise UserError("--init-from brings its model: leave out --model.")
    return saving.load_tuned(predicting.tuned_model(args.init_from), ops)[1]


def _data(args: argparse.Namespace) -> "TaskData":
    """The labelled examples: of a known task, or of a file of the user's own."""
    from .tasks import data

    columns = {f"{name}_column": getattr(args, f"{name}_column") for name in ("text", "text2", "label")}
    if args.task in data.NAMES:
        cli.refuse_flags(parser(), args, list(columns), f"{args.task}, whose columns are known")
        return data.load(args.task, folder=args.data, skip_bad=args.skip_bad)
    path = user_path(args.task)
    if not path.exists():
        known = ("film", "sonnets", *data.NAMES)
        raise UserError(
            f"There is no task and no file {args.task!r}: expected {', '.join(known)}, or a .csv, .tsv or "
            f".jsonl file.{nearest(args.task, known)}"
        )
    if args.data is not None:
        raise UserError("--data belongs to a named task: a file of your own is given by itself.")
    # The split stays the same whatever --seed says: it is what runs are compared on.
    return data.read_own(path, skip_bad=args.skip_bad, **columns)


def _is_run(path: Path) -> bool:
    """Whether a path is a folder that this command wrote."""
    return any(path.glob("best/task.json")) or any(path.glob("*/best/task.json"))


def _predict(args: argparse.Namespace) -> int:
    """Classify texts with a model that was tuned before."""
    from .tasks import predicting

    if args.prompts is None:
        further = f"or --init-from {shlex.quote(args.task)} and a task to tune it further."
        raise UserError(f"{args.task} is a finished run: give --prompts FILE to classify texts, {further}")
    model, lines = predicting.tuned_model(Path(args.task)), predicting.read_lines(args.prompts)
    _classify(model, lines, kernels.load(args.backend, args.precision))
    return 0


def _make(out: Path) -> None:
    """Make a run folder where there is none. Raises UserError when the system refuses."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot write to {out}: {error.strerror}. Choose another --out.") from None


def _free(first: Path) -> Path:
    """Return a folder for a new run: `first`, or the first of -2, -3, ... that does not exist."""
    n, free = 2, first
    while free.exists():
        n, free = n + 1, first.with_name(f"{first.name}-{n}")
    return free


if __name__ == "__main__":
    cli.run(main)
