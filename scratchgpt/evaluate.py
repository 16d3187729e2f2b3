"""Measure a model: python -m scratchgpt.evaluate --task perplexity."""

import argparse
import dataclasses
import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import cli, kernels, threads
from .errors import UserError
from .protocols import DATA, PROTOCOLS, TASKS, TEXT_TASKS, TextProtocol

if TYPE_CHECKING:
    from .evaluation.report import Measured
    from .evaluation.scoring import Progress
    from .model import GPT
    from .params import Params
    from .tokenizer import Tokenizer

    Loaded = tuple[GPT, Params, Tokenizer]

DESCRIPTION = f"""\
Measure a model on public data or on your own text. Progress on standard error, figures with their standard
errors on standard output, and the published figure beside them where protocol and data are the same.

perplexity  of a text, by token and by word, and bits per byte. --protocol NAME stands for a set of flags:
  plain        every token once, windows end to end, end-of-text first: the default, and what training does
  huggingface  29.94 for gpt2: by token, windows end to end, WikiText-2 raw, not detokenised
               = {PROTOCOLS["huggingface"].flags()}
  harness      37.37 for gpt2: by word, WikiText-2 raw, as lm-evaluation-harness measures it
               = {PROTOCOLS["harness"].flags()}
  paper        29.41 for gpt2: by word, WikiText-2 with <unk>; that the stride is 32 and the de-tokenizer the
               harness' is our reading, the paper states neither; the model reads the text 32 times
               = {PROTOCOLS["paper"].flags()}
bpb         bits per byte, which models with different tokenizers can be compared by, as long as these keep
            the whole text: GPT-1's makes it lower-case
hellaswag   accuracy by the sum of log-probabilities (acc of the harness), per token, and per character
            (acc_norm); original JSON lines, or six lines an item. gpt2: 0.2892 by sum and 0.3114 per
            character with the labelled prompt, 0.2859 by sum and 0.2955 per token with the plain one
lambada     accuracy and perplexity of the last word; {{"text"}} or {{"context", "continuation"}} JSON lines.
            gpt2: 0.3256 and 40.06; the paper's 0.4599 was measured otherwise, close to the last token alone

Where a context is longer than the model sees, its last tokens are kept. Standard errors: of a share,
sqrt(p (1 - p) / n); of a perplexity or bits per byte, from the spread between pages, windows or passages."""

EXAMPLES = """\
  python -m scratchgpt.evaluate --task bpb                             the bundled model, the bundled tales
  python -m scratchgpt.evaluate --task perplexity --data notes.txt --stride 64
  python -m scratchgpt.evaluate --model gpt2 --task perplexity --protocol huggingface      29.94, by token
  python -m scratchgpt.evaluate --model gpt2 --task perplexity --protocol harness          37.37, by word
  python -m scratchgpt.evaluate --model gpt2 --task perplexity --protocol paper            29.41, by word
  python -m scratchgpt.evaluate --model gpt2 --task hellaswag --limit 500 --json
  python -m scratchgpt.evaluate --model gpt2 --selfcheck               is the download the released model?"""

# The tasks that a flag belongs to; the others refuse it.
_USED_BY = {
    "prompt": ("hellaswag",),
    **dict.fromkeys(("protocol", "encoding", "val_fraction"), TEXT_TASKS),
    **dict.fromkeys((field.name for field in dataclasses.fields(TextProtocol)), TEXT_TASKS),
}


def parser() -> cli.Parser:
    """Return the parser; the flags of windows and words come from TextProtocol."""
    p = cli.Parser("evaluate", DESCRIPTION, EXAMPLES)
    p.add_argument("--model", default="mini", metavar="NAME_OR_DIR", help="a name or a folder (default mini)")
    p.add_argument("--task", choices=TASKS, metavar="NAME", help=", ".join(TASKS))
    p.add_argument(
        "--data",
        nargs="+",
        metavar="FILE",
        help="files, or names: " + ", ".join(dict.fromkeys(DATA.values())) + ", and the corpora of train "
        "(default: what the protocol or the task is published on; for bpb the last tenth of the tales)",
    )
    p.add_argument("--limit", type=int, metavar="N", help="score the first N questions, or windows of a text")
    p.add_argument(
        "--prompt", choices=("labelled", "plain"), help="HellaSwag: with the activity (default), or without"
    )
    p.add_argument("--selfcheck", action="store_true", help="compare greedy token ids with published ones")
    p.add_argument("--backend", default="auto", metavar="NAME", help=kernels.flag_help())
    cli.add_weights_flag(p)
    cli.add_threads_flag(p)
    p.add_argument(
        "--json",
        action="store_true",
        help='print one JSON object: {"task", "model", "data": [{"path", "sha256"}], "protocol", "metrics": '
        '{name: {"value", "stderr", "published"}}, "n", "tokens", "tokens_read", "seconds", ...}',
    )
    group = p.add_argument_group("texts (perplexity and bpb)", "defaults are those of the protocol")
    group.add_argument("--protocol", choices=PROTOCOLS, help="see above (default plain)")
    group.add_argument("--encoding", metavar="NAME", help="of the text (default utf-8)")
    group.add_argument(
        "--val-fraction",
        type=float,
        metavar="X",
        help="score the last share of every file, as train holds out",
    )
    cli.add_flags(group, TextProtocol, show_defaults=False)
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code, 1 for a failed self-check. Raises UserError."""
    args = parser().parse(argv)
    _check(args)
    threads.set_number(args.threads)
    if args.selfcheck:
        return self_check(args)
    ops = kernels.load(args.backend)

    from . import pretrained  # not above: NumPy reads the number of threads when it loads
    from .evaluation.scoring import check_causal

    model, params, tokenizer = pretrained.load(args.model, ops)
    check_causal(model)
    loaded = model, params.pack(args.weights_dtype), tokenizer
    began = time.perf_counter()
    measured = _TASKS[args.task](args, loaded)
    seconds = time.perf_counter() - began
    report = measured.as_json(args.task, args.model, seconds, whole=args.limit is None)
    print(json.dumps(report, ensure_ascii=False) if args.json else "\n".join(measured.lines(report)))
    return 0


def _check(args: argparse.Namespace) -> None:
    """Raise UserError for flags that contradict each other, and for those that the task has no use for."""
    if (args.task is None) != args.selfcheck:
        raise UserError(f"Expected --task NAME ({', '.join(TASKS)}) or --selfcheck, one of the two.")
    if args.limit is not None and args.limit < 1:
        raise UserError(f"--limit is {args.limit}, expected an integer of at least 1.")
    for name, tasks in _USED_BY.items():
        if getattr(args, name) is not None and args.task not in tasks:
            raise UserError(
                f"--{name.replace('_', '-')} has no meaning for {args.task or 'a self-check'}, expected it "
                f"with --task {' or '.join(tasks)}: leave it out."
            )


def self_check(args: argparse.Namespace) -> int:
    """Print whether the model continues a text with the published ids: 0 if it does, else 1."""
    from . import pretrained
    from .evaluation import selfcheck

    expected = selfcheck.known(args.model)
    model, params, tokenizer = pretrained.load(args.model, kernels.load(args.backend))
    right, text = selfcheck.self_check(model, params.pack(args.weights_dtype), tokenizer, expected)
    print(
        json.dumps({"model": args.model, "right": right, "text": text})
        if args.json
        else f"{args.model}: {text}"
    )
    return 0 if right else 1


# Measuring.


def _bar(total: int, unit: str) -> "tuple[Any, Progress]":
    """Return a progress bar on standard error, and the function that moves it."""
    from tqdm import tqdm

    bar = tqdm(total=total, unit=unit, disable=None, dynamic_ncols=True)

    def progress(n: int, running: str) -> None:
        bar.set_postfix_str(running, refresh=False)
        bar.update(n)

    return bar, progress


def _text(args: argparse.Namespace, loaded: "Loaded") -> "Measured":
    from .evaluation import data, texts
    from .evaluation.report import Measured

    model, params, tokenizer = loaded
    name = args.protocol or "plain"
    asked = cli.from_flags(args, PROTOCOLS[name].within(model.config.block_size))
    protocol = texts.fit(asked, model, tokenizer)
    names, share = args.data, args.val_fraction
    if names is None:
        names = [DATA["bpb"] if args.task == "bpb" and args.protocol is None else DATA[name]]
        share = 0.1 if share is None and names == [DATA["bpb"]] else share
    documents = data.texts(names, share or 0.0, args.encoding or "utf-8")
    encoded = texts.encode_texts(documents, tokenizer, protocol)
    bar, progress = _bar(texts.count_windows(encoded, protocol, args.limit), "window")
    with bar:
        result = texts.score_texts(model, params, encoded, protocol, args.limit, progress)
    words = f"{name}: {protocol.sentence()}" + (f"; the last {100 * share:g}% of every file" if share else "")
    fields = {**dataclasses.asdict(protocol), "val_fraction": share or 0.0}
    return Measured(result, {"name": name, **fields}, words, [(d.name, d.sha256) for d in documents])


def _questions(args: argparse.Namespace, loaded: "Loaded") -> "Measured":
    from .evaluation import data, hellaswag
    from .evaluation.report import Measured

    file = data.read_lines(data.locate(_one(args)))
    prompt = args.prompt or "labelled"
    questions = hellaswag.read_questions(file, prompt)[: args.limit]
    bar, progress = _bar(len(questions), "question")
    with bar:
        result = hellaswag.score_questions(*loaded, questions, progress)
    words = f"{prompt} prompt, no examples before it; a longer context loses its first tokens"
    return Measured(result, {"prompt": prompt}, words, [(str(file.path), file.sha256)])


def _passages(args: argparse.Namespace, loaded: "Loaded") -> "Measured":
    from .evaluation import data, lambada
    from .evaluation.report import Measured

    file = data.read_lines(data.locate(_one(args)))
    passages = lambada.read_passages(file)[: args.limit]
    bar, progress = _bar(len(passages), "passage")
    with bar:
        result = lambada.score_passages(*loaded, passages, progress)
    words = "the last word after its passage, right if each of its tokens is the likeliest"
    return Measured(result, {}, words, [(str(file.path), file.sha256)])


_TASKS = {"perplexity": _text, "bpb": _text, "hellaswag": _questions, "lambada": _passages}


def _one(args: argparse.Namespace) -> str:
    """Return the one file that a task of questions reads."""
    names = args.data or [DATA[args.task]]
    if len(names) > 1:
        raise UserError(f"--data names {len(names)} files, expected one for {args.task}.")
    return names[0]


if __name__ == "__main__":
    cli.run(main)
