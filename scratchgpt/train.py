"""Train a GPT on any text: python -m scratchgpt.train [TEXT ...]."""

import argparse
import dataclasses
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import cli, kernels
from .config import PRESETS, GPTConfig, Preset, TrainConfig
from .errors import UserError, nearest

if TYPE_CHECKING:
    from .corpus.read import Document
    from .tokenizer import Tokenizer
    from .trainer import Run, Trainer, TrainState

# What a resumed run cannot change: the order of the data and what the model learns from it.
_FIXED = ("seed", "batch_size", "val_fraction", "objective", "mask_prob", "optimizer")

EXAMPLES = """\
  python -m scratchgpt.train                                 the bundled tales, character by character
  python -m scratchgpt.train shakespeare --steps 2000        a named corpus, downloaded once
  python -m scratchgpt.train notes.txt --preset mini --out runs/notes
  python -m scratchgpt.train --resume runs/notes             go on where it stopped, bit for bit"""


def parser() -> cli.Parser:
    """Return the parser; model and training flags come from the configuration dataclasses."""
    p = cli.Parser("train", "Train a GPT on text, with hand-written gradients.", EXAMPLES)
    p.add_argument(
        "text",
        nargs="*",
        metavar="TEXT",
        help="text files, folders of .txt files, or shakespeare, gutenberg, tinystories "
        "(default: the bundled tales)",
    )
    p.add_argument("--preset", metavar="NAME", help=f"{', '.join(PRESETS)} (default char)")
    p.add_argument(
        "--tokenizer",
        metavar="NAME",
        help="char, bpe (learned from the text) or a folder with a tokenizer (default: the preset's)",
    )
    p.add_argument("--encoding", metavar="NAME", help="of the text (default utf-8)")
    p.add_argument("--out", type=Path, metavar="DIR", help="run folder (default runs/TEXT-PRESET)")
    p.add_argument("--resume", type=Path, metavar="DIR", help="go on with the run in this folder")
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
    p.add_argument("--backend", default="auto", metavar="NAME", help="auto, numpy, ... (default auto)")
    cli.add_threads_flag(p)
    for title, config in (("training", TrainConfig), ("model", GPTConfig)):
        cli.add_flags(p.add_argument_group(title, "defaults are those of the preset"), config, False)
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    args = parser().parse(argv)
    cli.set_threads(args.threads)
    run, state, texts = _resumed(args) if args.resume else _fresh(args)
    c = run.trainer.config
    if state.step >= c.steps:
        print(f"The run in {run.out} has done all its {c.steps} steps; a larger --steps would go on.")
    from .trainer.progress import Progress, interruptible, summarise

    _say(run, state)
    with interruptible() as stopped, Progress(run, state) as progress:
        state = run.fit(state, progress, stopped)
    if stopped() and state.step < c.steps:
        print(
            f"Stopped and saved after step {state.step}. Resume with: "
            f"python -m scratchgpt.train --resume {shlex.quote(str(run.out))}"
        )
        return 130
    scores = summarise(run, state, texts, args.baseline)
    if args.plot:
        _draw(run, {f"count model, order {n}": score.nats_per_character for n, score in scores.items()})
    return 0


# Setting up a run.


def _fresh(args: argparse.Namespace) -> "tuple[Run, TrainState, list[Document]]":
    import numpy as np

    from .trainer import Run

    preset_name, encoding = args.preset or "char", args.encoding or "utf-8"
    preset = _preset(preset_name)
    config = _settings(args, preset.train)
    paths, texts = _read(args.text, encoding)
    name = Path(args.text[0]).stem if args.text else "tales"
    out = args.out or _unused(Path("runs") / f"{name}-{preset_name}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out} exists already: choose another --out, or --resume {out} to go on with it.")
    shape = cli.from_flags(args, preset.model)
    tokenizer = _tokenizer(args.tokenizer or preset.tokenizer, shape.vocab_size, texts, config)
    trainer = _trainer(shape, config, tokenizer, texts, args.backend)
    state = trainer.init(trainer.model.init(np.random.default_rng([config.seed, 0])))
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot write to {out}: {error.strerror}. Choose another --out.") from None
    return Run(trainer, tokenizer, out, _about(paths, texts, encoding)), state, texts


def _settings(args: argparse.Namespace, base: TrainConfig) -> TrainConfig:
    """The training flags over `base`; a lower --lr alone brings the lowest rate down with it."""
    if args.lr is not None and args.lr > 0 and args.min_lr is None:
        base = dataclasses.replace(base, lr=max(args.lr, base.min_lr), min_lr=min(args.lr, base.min_lr))
    return cli.from_flags(args, base)


def _resumed(args: argparse.Namespace) -> "tuple[Run, TrainState, list[Document]]":
    from . import checkpoint
    from .tokenizer import load as load_tokenizer
    from .trainer import Run

    model_flags = (f.name for f in dataclasses.fields(GPTConfig))
    fresh = ("text", "preset", "tokenizer", "encoding", "out")
    given = [n for n in (*fresh, *_FIXED, *model_flags) if getattr(args, n) not in (None, [])]
    if given:
        raise UserError(f"--resume goes on with the run as it was: leave out {', '.join(given)}.")
    if not args.resume.is_dir():
        raise UserError(f"There is no run in {args.resume}: expected a folder that train wrote.")
    if (args.resume / checkpoint.MODEL).is_file():
        raise UserError(
            f"{args.resume} is one checkpoint: resume its run folder, {args.resume.resolve().parent}."
        )
    folder = checkpoint.find(args.resume, ("last",))
    path = folder / checkpoint.TRAINING
    saved = checkpoint.read_json(path)
    try:
        config = checkpoint.from_json(TrainConfig, saved["train"], path)
        then, encoding = saved["texts"], saved["encoding"]
        paths, texts = _read([text["path"] for text in then], encoding)
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path} is damaged ({error!r}).") from None
    about = _about(paths, texts, encoding)
    if about["texts"] != then:
        changed = [text["path"] for text in then if text not in about["texts"]]
        raise UserError(
            f"{', '.join(changed)} has changed since the run in {args.resume} began: "
            "restore the text, or start a new run."
        )
    shape, tokenizer = checkpoint.read_config(folder), load_tokenizer(folder)
    trainer = _trainer(shape, _settings(args, config), tokenizer, texts, args.backend)
    run = Run(trainer, tokenizer, args.resume, about)
    return run, run.load(), texts


def _about(paths: "list[Path]", texts: "list[Document]", encoding: str) -> dict[str, Any]:
    """What it takes to read the same text again."""
    files = zip(paths, texts, strict=True)
    return {
        "texts": [{"path": str(path.resolve()), "sha256": text.sha256} for path, text in files],
        "encoding": encoding,
    }


def _preset(name: str) -> Preset:
    if name not in PRESETS:
        raise UserError(f"Unknown preset {name!r}, expected {', '.join(PRESETS)}.{nearest(name, PRESETS)}")
    return PRESETS[name]


def _read(names: Sequence[str], encoding: str) -> "tuple[list[Path], list[Document]]":
    from .corpus import read_documents, resolve
    from .resources import data_path

    paths = [path for name in names for path in resolve(name)] or [data_path("tales.txt")]
    return paths, read_documents(paths, encoding)


def _unused(path: Path) -> Path:
    """Return the path, or the first of path-2, path-3, ... that does not exist."""
    n, free = 2, path
    while free.exists():
        n, free = n + 1, path.with_name(f"{path.name}-{n}")
    return free


def _tokenizer(name: str, vocab_size: int, texts: "list[Document]", config: TrainConfig) -> "Tokenizer":
    from . import tokenizer
    from .corpus.batches import plain
    from .corpus.read import split

    if name == "char":
        return tokenizer.CharTokenizer.train("".join(plain(document.text) for document in texts))
    if name == "bpe":
        # Learned from the training part only: the held-out text stays unseen.
        parts = [split(document, config.val_fraction)[0] for document in texts]
        return tokenizer.ByteBPE.train(parts, vocab_size, progress=sys.stderr.isatty())
    return tokenizer.load(name)


def _trainer(
    shape: GPTConfig,
    config: TrainConfig,
    tokenizer: "Tokenizer",
    texts: "list[Document]",
    backend: str,
) -> "Trainer":
    """Encode the texts and return what trains on them."""
    from tqdm import tqdm

    from .corpus.batches import Batches, encode_documents, eval_batches
    from .model import GPT
    from .trainer import Trainer

    total = sum(len(document.text) for document in texts)
    with tqdm(total=total, desc="encoding", unit=" characters", unit_scale=True, disable=None) as bar:
        data = encode_documents(texts, tokenizer, config.val_fraction, bar.update)
    masked = config.objective == "mlm"
    # The mask is one more entry after the tokenizer's own.
    shape = dataclasses.replace(
        shape, vocab_size=tokenizer.vocab_size + masked, causal=shape.causal and not masked
    )
    if not masked and not shape.causal:
        raise UserError("--no-causal needs --objective mlm: a model that sees the next token only copies it.")
    Batches(data.train, config.batch_size, shape.block_size)  # complains when the text is too short
    eval_batches(data.val, config.batch_size, shape.block_size)
    model = GPT(shape, kernels.load(backend))
    return Trainer(model, config, data, tokenizer.vocab_size if masked else None)


def _draw(run: "Run", baselines: dict[str, float]) -> None:
    """Save the loss curve beside the checkpoints; nats per token compare with characters only."""
    from .plots import loss_curve
    from .trainer import read_history

    figure = loss_curve(read_history(run.history), baselines if run.tokenizer.kind == "char" else None)
    try:
        figure.savefig(run.out / "loss.png", dpi=120)
    except OSError as error:
        raise UserError(f"Cannot write {run.out / 'loss.png'}: {error.strerror}.") from None
    print(f"Loss curve: {run.out / 'loss.png'}")


def _say(run: "Run", state: "TrainState") -> None:
    c, data = run.trainer.model.config, run.trainer.data
    print(
        f"{state.params.buffer.size:,} parameters: {c.n_layer} layers, {c.n_head} heads, {c.n_embd} wide, "
        f"{c.block_size} positions, {c.vocab_size:,} {run.tokenizer.kind} tokens.\n"
        f"{len(data.train):,} tokens to train on ({run.trainer.batches.steps_per_epoch:,} batches an "
        f"epoch), {len(data.val):,} held out. Backend {run.trainer.model.ops.name}, "
        f"seed {run.trainer.config.seed}, run folder {run.out}.",
        flush=True,
    )


if __name__ == "__main__":
    cli.run(main)
