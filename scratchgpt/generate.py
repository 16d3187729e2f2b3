"""Continue a text: python -m scratchgpt.generate "Once upon a time"."""

import json
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from . import cli, kernels
from .config import SampleConfig
from .errors import UserError

if TYPE_CHECKING:
    from .sampling import Sample
    from .tokenizer import Tokenizer

DESCRIPTION = """\
Continue a text, token by token, with the bundled model or one of your own.

Without PROMPT the text starts from the end-of-text token, or from a line break where the tokenizer has
none. The prompt must fit into the model's context. A text that outgrows the context goes on: the model
then sees its last tokens only. Model, backend, seed and speed are reported on standard error."""

EXAMPLES = """\
  python -m scratchgpt.generate "Once upon a time"
  python -m scratchgpt.generate "The king" --temperature 0 --max-new-tokens 50 --stop "."
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
        help="a model's name, or a folder that training wrote (default mini, the bundled model)",
    )
    cli.add_flags(p, SampleConfig)
    preferred, *_ = names = kernels.available()
    p.add_argument(
        "--backend",
        default="auto",
        metavar="NAME",
        help=f"{', '.join(names)}, or auto, which takes {preferred} here (default auto)",
    )
    cli.add_threads_flag(p)
    p.add_argument("--no-stream", action="store_true", help="print each text when it is complete")
    p.add_argument(
        "--json",
        action="store_true",
        help='print one JSON object: {"model", "prompt", "samples": [{"text", "token_ids", "stopped_by"}], '
        '"tokens_per_second"}; text is the continuation alone, stopped_by is stop, eot or length',
    )
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    args = parser().parse(argv)
    config = cli.from_flags(args, SampleConfig(seed=secrets.randbits(32)))
    given = read_prompt(args.prompt)
    cli.set_threads(args.threads)
    ops = kernels.load(args.backend)

    from . import pretrained, sampling  # not above: NumPy reads the number of threads when it loads

    model, params, tokenizer = pretrained.load(args.model, ops)
    prompt, ids = start(given, tokenizer, model.config.block_size)

    def one(i: int, write: Callable[[str], object]) -> "Sample":
        rng = sampling.generator(config.seed, i)
        return sampling.sample_text(model, params, tokenizer, ids, config, rng, write=write)

    page = _Page(f"model {args.model}, backend {ops.name}, seed {config.seed}")
    began = time.perf_counter()
    if args.json:
        samples = [one(i, _ignore) for i in range(config.num_samples)]
    else:
        samples = _show(one, config.num_samples, prompt, page, streaming=not args.no_stream)
    n_tokens, seconds = sum(len(s.token_ids) for s in samples), time.perf_counter() - began
    if args.json:
        page.write(_as_json(args.model, prompt, samples, n_tokens / seconds) + "\n")
    print(f"{n_tokens} tokens in {seconds:.1f} s, {n_tokens / seconds:.1f} tokens/s", file=sys.stderr)
    return 0


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


def start(prompt: str | None, tokenizer: "Tokenizer", block_size: int) -> tuple[str, list[int]]:
    """Return the text and the token ids to begin with.

    Raises UserError when they do not fit into the context, and when the tokenizer cannot spell them.
    """
    if prompt is None and tokenizer.eot_id is not None:
        return "", [tokenizer.eot_id]
    text = "\n" if prompt is None else prompt
    ids = tokenizer.encode(text)
    if len(ids) > block_size:
        raise UserError(
            f"The prompt is too long for the context: it has {len(ids)} tokens, the model sees at most "
            f"{block_size}. Shorten it, or use a model with a longer context."
        )
    return text, ids


# What comes out.


class _Page:
    """Standard output. What stands before a text waits for the text's first piece, so that an
    error in the first step stays the only line on standard error."""

    def __init__(self, notice: str) -> None:
        self._notice = notice
        self._before = ""

    def begin(self, text: str) -> None:
        self._before += text

    def write(self, text: str) -> None:
        if self._notice:
            print(self._notice, file=sys.stderr, flush=True)
        sys.stdout.write(self._before + text)
        sys.stdout.flush()
        self._notice = self._before = ""


def _ignore(piece: str) -> None:
    pass


def _show(
    one: Callable[[int, Callable[[str], object]], "Sample"], n: int, prompt: str, page: _Page, streaming: bool
) -> list["Sample"]:
    """Draw n samples and print them, each after the prompt, with a rule above when there are several."""
    samples = []
    for i in range(n):
        page.begin(f"--- sample {i + 1} of {n}\n" * (n > 1) + prompt)
        samples.append(one(i, page.write if streaming else _ignore))
        page.write("\n" if streaming else samples[-1].text + "\n")
    return samples


def _as_json(model: str, prompt: str, samples: Sequence["Sample"], rate: float) -> str:
    content = {
        "model": model,
        "prompt": prompt,
        "samples": [sample._asdict() for sample in samples],
        "tokens_per_second": round(rate, 2),
    }
    return json.dumps(content, ensure_ascii=False)


if __name__ == "__main__":
    cli.run(main)
