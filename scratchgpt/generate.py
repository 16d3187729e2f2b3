"""Continue a text: python -m scratchgpt.generate "Once upon a time"."""

import argparse
import json
import secrets
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import cli, kernels, threads
from .config import SampleConfig
from .errors import UserError

if TYPE_CHECKING:
    from .sampling import Sample
    from .tokenizer import Tokenizer

DESCRIPTION = """\
Continue a text, token by token, with the bundled model, a released one or one of your own.

Without PROMPT the text starts from the end-of-text token, or from a line break where the tokenizer has
none. A text ends when it fills the model's context; --overflow truncate lets it go on: the model then sees
the last half of its context. Released models are downloaded once. Model, backend, seed and speed are
reported on standard error."""

EXAMPLES = """\
  python -m scratchgpt.generate "Once upon a time"
  python -m scratchgpt.generate --model gpt2 "The transformer"
  python -m scratchgpt.generate "The king" --temperature 0 --max-new-tokens 50 --stop "."
  python -m scratchgpt.generate --interactive
  echo "My dear friend," | python -m scratchgpt.generate - --num-samples 3 --seed 7 --json"""


def parser() -> cli.Parser:
    """Return the parser; the flags of sampling come from SampleConfig."""
    p = cli.Parser("generate", DESCRIPTION, EXAMPLES)
    p.add_argument(
        "prompt", nargs="*", metavar="PROMPT", help="text to continue ('-': read it from standard input)"
    )
    p.add_argument(
        "--model",
        default="mini",
        metavar="NAME_OR_DIR",
        help="mini (bundled, the default), gpt2, gpt2-medium, gpt2-large, gpt2-xl, openai-gpt (GPT-1), or a "
        "folder: one that training wrote, or one in Hugging Face layout",
    )
    cli.add_flags(p, SampleConfig)
    p.add_argument("--backend", default="auto", metavar="NAME", help=kernels.flag_help())
    cli.add_weights_flag(p)
    cli.add_threads_flag(p)
    p.add_argument("--no-stream", action="store_true", help="print the texts when they are complete")
    p.add_argument(
        "--interactive",
        action="store_true",
        help="read one prompt after another; each goes on with the conversation so far",
    )
    p.add_argument(
        "--json",
        action="store_true",
        help='print one JSON object: {"model", "prompt", "samples": [{"text", "token_ids", "stopped_by"}], '
        '"tokens_per_second"}; text is the continuation alone, stopped_by is stop, eot, length or context',
    )
    p.add_argument(
        "--logprobs",
        action="store_true",
        help='with --json: "logprobs" in each sample, ln p of each token by the model, before any filter',
    )
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    args = parser().parse(argv)
    _check(args)
    config = cli.from_flags(args, SampleConfig(seed=secrets.randbits(32)))
    given = None if args.interactive else read_prompt(args.prompt)
    threads.set_number(args.threads)
    ops = kernels.load(args.backend)

    from . import pretrained, sampling  # not above: NumPy reads the number of threads when it loads

    model, params, tokenizer = pretrained.load(args.model, ops)
    params = params.pack(args.weights_dtype)
    stored = "" if args.weights_dtype == "fp32" else f" in {args.weights_dtype}"
    notice = f"model {args.model}{stored}, backend {ops.name}, seed {config.seed}"
    if args.interactive:
        from .conversation import converse

        print(notice, file=sys.stderr)
        return converse(model, params, tokenizer, config)
    prompt, ids = start(given, tokenizer)
    n = config.num_samples
    rngs = [sampling.generator(config.seed, i) for i in range(n)]
    page = _Page(notice, prompt, n, streaming=not args.no_stream and not args.json)
    began = time.perf_counter()
    samples = sampling.sample_texts(
        model,
        params,
        tokenizer,
        [ids] * n,
        config,
        rngs,
        write=page.write,
        complete=page.complete,
        logprobs=args.logprobs,
    )
    n_tokens, seconds = sum(len(s.token_ids) for s in samples), time.perf_counter() - began
    page.close(_as_json(args.model, prompt, samples, n_tokens / seconds) + "\n" if args.json else None)
    if not args.json and any(sample.stopped_by == "context" for sample in samples):
        print(
            f"The context of {model.config.block_size} tokens is full; --overflow truncate goes on.",
            file=sys.stderr,
        )
    said = "token" if n_tokens == 1 else "tokens"
    print(f"{n_tokens} {said} in {seconds:.1f} s, {n_tokens / seconds:.1f} tokens/s", file=sys.stderr)
    return 0


def _check(args: argparse.Namespace) -> None:
    """Raise UserError for flags that contradict each other."""
    if args.logprobs and not args.json:
        raise UserError("--logprobs is part of the JSON output: add --json.")
    for flag in ("json", "no_stream", "num_samples"):
        if args.interactive and getattr(args, flag):
            raise UserError(f"--interactive is a conversation: leave out --{flag.replace('_', '-')}.")
    if args.interactive and args.prompt:
        raise UserError("--interactive asks for the prompts: leave out PROMPT.")


# What goes in.


def read_prompt(words: Sequence[str]) -> str | None:
    """Return the text that was given, None when there was none.

    Raises UserError for an empty text, for several words without quotes, and for what is not UTF-8.
    """
    if not words:
        return None
    if len(words) > 1:
        raise UserError(
            f'Expected one PROMPT, got {len(words)} words: put the text in quotes, as in "Once upon a time".'
        )
    text = _read_stdin() if words[0] == "-" else words[0]
    if not text:
        raise UserError(
            "The prompt is empty, expected at least one character: write a text to continue, or leave "
            "PROMPT out to start from nothing."
        )
    try:
        text.encode("utf-8")  # an argument's undecodable bytes arrive as lone surrogates
    except UnicodeEncodeError as error:
        raise UserError(
            f"The prompt is not valid UTF-8 at character {error.start}: write it in UTF-8."
        ) from None
    return text


def _read_stdin() -> str:
    """Return standard input without the line break at its end, "" when it is blank."""
    data = sys.stdin.buffer.read()
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UserError(
            f"Standard input is not valid UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}. "
            "Convert the text to UTF-8 first."
        ) from None
    return text.removesuffix("\n") if text.strip() else ""


def start(prompt: str | None, tokenizer: "Tokenizer") -> tuple[str, list[int]]:
    """Return the text and the token ids to begin with. Raises UserError when it cannot be spelled."""
    if prompt is None and tokenizer.eot_id is not None:
        return "", [tokenizer.eot_id]
    text = "\n" if prompt is None else prompt
    ids = tokenizer.encode(text)
    if not ids:
        raise UserError(
            "There is nothing to continue: this model's tokenizer has no token for white space, expected a "
            "PROMPT with at least one word."
        )
    return text, ids


# What comes out.


class _Page:
    """Standard output. Samples are drawn together and shown one after the other: the first one that is
    not complete appears as it is drawn, those behind it wait. What stands before a text waits for its first
    piece, so that an error in the first step stays the only line on standard error."""

    def __init__(self, notice: str, prompt: str, n: int, streaming: bool) -> None:
        self._notice, self._streaming = notice, streaming
        self._texts = [f"--- sample {i + 1} of {n}\n" * (n > 1) + prompt for i in range(n)]
        self._complete = [False] * n
        self._shown = 0  # the sample that is being shown

    def write(self, i: int, piece: str) -> None:
        """Take a piece of sample i."""
        self._texts[i] += piece
        if self._streaming and i == self._shown:
            self._flush()

    def complete(self, i: int) -> None:
        """Take notice that sample i is complete; show those that waited for it."""
        self._texts[i] += "\n"
        self._complete[i] = True
        while self._streaming and self._shown < len(self._texts) and self._complete[self._shown]:
            self._flush()
            self._shown += 1
        if self._streaming and self._shown < len(self._texts):
            self._flush()

    def close(self, instead: str | None = None) -> None:
        """Print what was not printed yet, or `instead` of all samples."""
        if not self._streaming:
            self._print("".join(self._texts) if instead is None else instead)

    def _flush(self) -> None:
        self._print(self._texts[self._shown])
        self._texts[self._shown] = ""

    def _print(self, text: str) -> None:
        if self._notice:
            print(self._notice, file=sys.stderr, flush=True)
            self._notice = ""
        sys.stdout.write(text)
        sys.stdout.flush()


def _as_json(model: str, prompt: str, samples: Sequence["Sample"], rate: float) -> str:
    content = {
        "model": model,
        "prompt": prompt,
        "samples": [
            {name: value for name, value in sample._asdict().items() if value is not None}
            for sample in samples
        ],
        "tokens_per_second": round(rate, 2),
    }
    return json.dumps(content, ensure_ascii=False)


if __name__ == "__main__":
    cli.run(main)
