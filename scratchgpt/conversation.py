"""A conversation with a model: prompts are read one after the other, each goes on where the text stands."""

import contextlib
import sys
from collections.abc import Callable

from . import sampling
from .config import SampleConfig
from .errors import UserError
from .interrupts import interruptible
from .model import GPT
from .params import Params
from .tokenizer import Tokenizer

HELP = """\
Each prompt goes on with the text so far, on a new line. Ctrl-C stops a text.
/new begins a new text, /text shows the whole one, /quit (or Ctrl-D) ends."""


def converse(
    model: GPT,
    params: Params,
    tokenizer: Tokenizer,
    config: SampleConfig,
    read: Callable[[str], str] = input,
) -> int:
    """Ask for prompts with `read` until it ends, and print how the model continues them.

    The arrow keys bring earlier prompts back where Python has readline. What goes wrong with one prompt
    is said, and the next one is asked for. Returns the exit code.
    """
    with contextlib.suppress(ImportError):  # Windows has none
        import readline  # noqa: F401  (imported, it gives input() its history)
    print(HELP, file=sys.stderr)
    ids: list[int] = []
    turn = 0
    while True:
        try:
            line = read("> ")
            if line.strip() == "/quit":
                return 0
            if line.strip() == "/new":
                ids = []
            elif line.strip() == "/text":
                print(tokenizer.decode(ids))
            elif line.startswith("/"):
                print(HELP, file=sys.stderr)
            elif line:
                ids = _answer(model, params, tokenizer, config, ids, line, turn)
                turn += 1
        except EOFError:
            print()
            return 0
        except KeyboardInterrupt:
            print("\n(Ctrl-D or /quit ends)", file=sys.stderr)


def _answer(
    model: GPT,
    params: Params,
    tokenizer: Tokenizer,
    config: SampleConfig,
    ids: list[int],
    line: str,
    turn: int,
) -> list[int]:
    """Continue the text `ids` with a prompt and print the continuation; return the longer text.

    Turn n draws from the generator of sample n. A prompt that cannot be continued changes nothing.
    """
    try:
        asked = ids + tokenizer.encode("\n" * bool(ids) + line)
        # Reading a long prompt is one step: who presses again while it lasts means the same.
        with interruptible("(stopping)", final=False) as stopped:
            sample = sampling.sample_text(
                model,
                params,
                tokenizer,
                asked,
                config,
                sampling.generator(config.seed or 0, turn),
                write=_say,
                stopped=stopped,
            )
    except UserError as error:
        print(f"error: {error} (/new begins a new text)", file=sys.stderr)
        return ids
    print("" if sample.stopped_by != "interrupt" else " ...")
    # What spells a stop text was drawn and not shown: the conversation goes on from what can be read.
    shown = tokenizer.encode_ordinary(sample.text) if sample.stopped_by == "stop" else sample.token_ids
    return asked + shown


def _say(piece: str) -> None:
    sys.stdout.write(piece)
    sys.stdout.flush()
