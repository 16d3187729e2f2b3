"""Train a GPT on any text: python -m scratchgpt.train [TEXT ...]."""

import argparse
import dataclasses
import shlex
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from . import atomic, cli, kernels, threads
from .config import PRESETS, GPTConfig, Preset, TrainConfig
from .errors import UserError, nearest
from .interrupts import interruptible

if TYPE_CHECKING:
    from .corpus.read import Document
    from .ops import Ops
    from .params import Params
    from .tokenizer import Tokenizer
    from .trainer import Run, TrainState

# How --init-from trains unless flags say otherwise. The rate lies between those of nanoGPT's fine-tuning of
# GPT-2 (3e-5) and of GPT-1's (6.25e-5, falling linearly, decay 0.01; Radford et al. 2018, section 4.1):
# weights that know much are spoilt by the rates that fresh ones need. Steps, sequences and evaluations are
# few and short, so that GPT-2 with its 124 million parameters gets through on a laptop.
FINE_TUNING = TrainConfig(
    steps=200,
    batch_size=4,
    seq_len=128,
    lr=5e-5,
    min_lr=0.0,
    warmup=20,
    schedule="linear",
    beta2=0.999,
    weight_decay=0.01,
    eval_every=50,
    eval_batches=10,
    save_every=100,
    sample_every=100,
)

# What a resumed run cannot change: the order of the data and what the model learns from it.
_FIXED = ("seed", "batch_size", "seq_len", "val_fraction", "objective", "mask_prob", "optimizer")

EXAMPLES = """\
  python -m scratchgpt.train                                 the bundled tales, character by character
  python -m scratchgpt.train shakespeare --steps 2000        a named corpus, downloaded once
  python -m scratchgpt.train notes.txt --preset mini --out runs/notes
  python -m scratchgpt.train notes.txt --init-from gpt2      go on from released weights
  python -m scratchgpt.train --resume runs/notes             go on where it stopped, bit for bit"""


def parser() -> cli.Parser:
    """Return the parser; model and training flags come from the configuration dataclasses."""
    p = cli.Parser("train", "Train a GPT on text, with hand-written gradients.", EXAMPLES)
    p.add_argument(
        "text",
        nargs="*",
        metavar="TEXT",
        help="text files, folders of .txt files, or shakespeare, gutenberg, tinystories "
        "(default: the bundled tales; with --resume: where the run's text is now)",
    )
    p.add_argument("--preset", metavar="NAME", help=f"{', '.join(PRESETS)} (default char)")
    c = FINE_TUNING
    p.add_argument(
        "--init-from",
        metavar="MODEL",
        help="begin with the weights, shape and tokenizer of a model: gpt2, mini, ... or a folder in Hugging "
        f"Face's layout or ours; trains gently: {c.steps} steps of {c.batch_size} x {c.seq_len} tokens, "
        f"lr {c.lr}",
    )
    p.add_argument(
        "--tokenizer",
        metavar="NAME",
        help="char, bpe (learned from the text) or a folder with a tokenizer (default: the preset's)",
    )
    p.add_argument("--encoding", metavar="NAME", help="of the text (default utf-8)")
    p.add_argument(
        "--out", type=Path, metavar="DIR", help="run folder (default runs/TEXT-PRESET or runs/TEXT-MODEL)"
    )
    p.add_argument(
        "--resume", type=Path, metavar="DIR", help="go on with the run in this folder, or from its last-N"
    )
    p.add_argument(
        "--plot",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="draw loss.png into the run folder at the end",
    )
    p.add_argument(
        "--baseline",
        type=int,
        default=4,
        metavar="N",
        help="at the end, compare with count models of up to N characters of context (0: none, default 4)",
    )
    p.add_argument("--backend", default="auto", metavar="NAME", help=kernels.flag_help())
    p.add_argument("--precision", default="fp32", metavar="NAME", help=kernels.precision_help())
    cli.add_threads_flag(p)
    for title, config in (("training", TrainConfig), ("model", GPTConfig)):
        cli.add_flags(p.add_argument_group(title, "defaults are those of the preset"), config, False)
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    args = parser().parse(argv)
    threads.set_number(args.threads)
    with ExitStack() as held:
        run, state, texts = (_resumed if args.resume else _fresh)(args, held)
        return _train(args, run, state, texts)


def _train(args: argparse.Namespace, run: "Run", state: "TrainState", texts: "Sequence[Document]") -> int:
    from .trainer.progress import Progress, introduce, summarise

    introduce(run, state)
    stopping = "Stopping after this step (Ctrl-C again to stop at once) ..."
    with interruptible(stopping) as stopped, Progress(run, state) as progress:
        state = run.fit(state, progress, stopped)
    if stopped() and state.step < run.trainer.config.steps:
        print(
            f"Stopped and saved after step {state.step}. Resume with: "
            f"python -m scratchgpt.train --resume {shlex.quote(str(run.out))}"
        )
        return 130
    scores = summarise(run, state, texts, args.baseline)
    if args.plot:
        _draw(run, {f"count model, order {n}": score.nats_per_character for n, score in scores.items()})
    return 0


def _settings(args: argparse.Namespace, base: TrainConfig) -> TrainConfig:
    """The training flags over `base`; a lower --lr alone brings the lowest rate down with it."""
    if args.lr is not None and args.lr > 0 and args.min_lr is None:
        base = dataclasses.replace(base, lr=max(args.lr, base.min_lr), min_lr=min(args.lr, base.min_lr))
    return cli.from_flags(args, base)


# A new run.


class _Start(NamedTuple):
    """What a run begins with. From scratch, the tokenizer is a name and the parameters are drawn."""

    config: TrainConfig
    shape: GPTConfig
    tokenizer: "Tokenizer | str"
    params: "Params | None"


def _fresh(args: argparse.Namespace, held: ExitStack) -> "tuple[Run, TrainState, list[Document]]":
    import numpy as np

    from .trainer import Run, setup
    from .trainer.lock import locked

    ops = kernels.load(args.backend, args.precision)
    scratch = _from_scratch(args, ops) if args.init_from is None else None
    texts = setup.read_texts(args.text, args.encoding or "utf-8")
    out = args.out or _default_folder(args)
    _check_unused(out)
    config, shape, tokenizer, params = scratch or _from_model(args, ops)  # may download; so last
    if isinstance(tokenizer, str):
        tokenizer = setup.choose_tokenizer(tokenizer, shape.vocab_size, texts.documents, config.val_fraction)
        masked = config.objective == "mlm"
        shape = dataclasses.replace(
            shape, vocab_size=tokenizer.vocab_size + masked, causal=shape.causal and not masked
        )
    trainer = setup.make_trainer(shape, config, tokenizer, texts.documents, ops)
    if params is None:
        params = trainer.model.init(np.random.default_rng([config.seed, 0]))
    state = trainer.init(params)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot write to {out}: {error.strerror}. Choose another --out.") from None
    held.enter_context(locked(out))
    _check_unused(out)  # another process may have come first
    about = {**texts.about(), "began": dataclasses.asdict(config), "init_from": args.init_from}
    return Run(trainer, tokenizer, out, about), state, texts.documents


def _from_scratch(args: argparse.Namespace, ops: "Ops") -> _Start:
    from .model import GPT

    preset = _preset(args.preset or "char")
    shape = cli.from_flags(args, preset.model)
    GPT(shape, ops)  # complains of an unknown activation before a text is downloaded
    return _Start(_settings(args, preset.train), shape, args.tokenizer or preset.tokenizer, None)


def _from_model(args: argparse.Namespace, ops: "Ops") -> _Start:
    """The model of --init-from, with other dropout rates where they are given."""
    from . import pretrained

    for flag in ("preset", "tokenizer"):
        if getattr(args, flag) is not None:
            raise UserError(f"--init-from brings shape and tokenizer of its model: leave out --{flag}.")
    model, params, tokenizer = pretrained.load(args.init_from, ops)
    shape = model.config
    other = [
        f.name
        for f in dataclasses.fields(GPTConfig)
        if not f.name.endswith("_dropout") and getattr(args, f.name) not in (None, getattr(shape, f.name))
    ]
    if other:
        raise UserError(
            f"The model {args.init_from} has {', '.join(f'{n} {getattr(shape, n)}' for n in other)}, and "
            f"--init-from keeps its shape: leave out {', '.join(map(_flag, other))}"
            f"{' (--seq-len makes the sequences shorter)' * ('block_size' in other)}."
        )
    base = dataclasses.replace(FINE_TUNING, seq_len=min(FINE_TUNING.seq_len, shape.block_size))
    return _Start(_settings(args, base), cli.from_flags(args, shape), tokenizer, params)


def _preset(name: str) -> Preset:
    if name not in PRESETS:
        raise UserError(f"Unknown preset {name!r}, expected {', '.join(PRESETS)}.{nearest(name, PRESETS)}")
    return PRESETS[name]


def _default_folder(args: argparse.Namespace) -> Path:
    """Return runs/TEXT-PRESET or runs/TEXT-MODEL, or the first of -2, -3, ... that does not exist."""
    text = Path(args.text[0]).resolve().stem if args.text else "tales"
    model = Path(args.init_from).resolve().name if args.init_from else args.preset or "char"
    first = Path("runs") / f"{text}-{model}"
    n, free = 2, first
    while free.exists():
        n, free = n + 1, first.with_name(f"{first.name}-{n}")
    return free


def _check_unused(out: Path) -> None:
    """Raise UserError for a folder that holds more than the lock that a new run takes."""
    from .trainer.lock import LOCK

    if out.exists() and (not out.is_dir() or any(path.name != LOCK for path in out.iterdir())):
        raise UserError(f"{out} exists already: choose another --out, or --resume {out} to go on with it.")


# A run that goes on.


def _resumed(args: argparse.Namespace, held: ExitStack) -> "tuple[Run, TrainState, list[Document]]":
    from .trainer import Run, progress, resume, setup
    from .trainer.lock import locked

    model_flags = (f.name for f in dataclasses.fields(GPTConfig))
    fresh = ("preset", "init_from", "tokenizer", "encoding", "out")
    given = [name for name in (*fresh, *_FIXED, *model_flags) if getattr(args, name) is not None]
    if given:
        raise UserError(f"--resume goes on with the run as it was: leave out {', '.join(given)}.")
    out, _ = resume.locate(args.resume)
    held.enter_context(locked(out))
    _, folder = resume.locate(args.resume)  # which was the newest may have changed before the lock
    with resume.way_on(out, folder):
        saved = resume.read(folder)
    texts = resume.read_again(out, saved, args.text)
    config, ops = _settings(args, saved.config), kernels.load(args.backend, args.precision)
    trainer = setup.make_trainer(saved.shape, config, saved.tokenizer, texts.documents, ops)
    run = Run(trainer, saved.tokenizer, out, {**saved.about, **texts.about()})
    newest = resume.locate(out)[1]
    with resume.way_on(out, folder):
        state = run.load(folder)
    if folder != newest:
        print(f"Going back to step {state.step}: the checkpoints after it are deleted.")
    given = [f.name for f in dataclasses.fields(TrainConfig) if getattr(args, f.name) is not None]
    progress.say_what_is_new(run, state, resume.changes(saved.began, config), list(map(_flag, given)))
    return run, state, texts.documents


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _draw(run: "Run", baselines: dict[str, float]) -> None:
    """Save the loss curve beside the checkpoints; nats per token compare with characters only."""
    from .plots import loss_curve
    from .trainer import read_history

    figure = loss_curve(read_history(run.history), baselines if run.tokenizer.kind == "char" else None)
    atomic.save_picture(run.out / "loss.png", figure)
    print(f"Loss curve: {run.out / 'loss.png'}")


if __name__ == "__main__":
    cli.run(main)
