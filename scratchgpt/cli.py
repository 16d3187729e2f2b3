"""What the command lines share: flags from configuration dataclasses, and errors on one line.

Imports nothing but the standard library, so that `--help` answers at once and `--threads` is still in
time: the linear-algebra libraries read the number of threads when NumPy loads.
"""

import argparse
import dataclasses
import io
import os
import re
import shlex
import sys
import types
import typing
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from .config import WEIGHTS_DTYPES
from .errors import UserError, nearest


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that raises UserError, and suggests the nearest flag for an unknown one."""

    def __init__(self, prog: str, description: str, examples: str) -> None:
        super().__init__(
            prog=f"python -m scratchgpt.{prog}",
            description=description,
            epilog=f"examples:\n{examples}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            add_help=False,
        )
        # -h is left to `parse`: as a flag of its own it would swallow the text "-hello".
        self.add_argument("--help", action="help", help="show this help and exit (also -h)")

    def error(self, message: str) -> NoReturn:
        """Raise UserError where argparse would print its usage and exit."""
        if lacking := re.fullmatch("argument (--.*): expected one argument", message):
            message += f", as in {lacking[1]}=VALUE"
        raise UserError(f"{message[0].upper()}{message[1:]}. Run '{self.prog} --help' for the flags.")

    def parse(self, argv: Sequence[str] | None = None, intermixed: bool = False) -> argparse.Namespace:
        """Parse, and name the nearest flag when one is unknown. Raises UserError.

        `intermixed`: flags may stand between positional arguments, none of which begins with '-'.
        """
        words = list(sys.argv[1:] if argv is None else argv)
        flags_end = words.index("--") if "--" in words else len(words)
        words[:flags_end] = ["--help" if word == "-h" else word for word in words[:flags_end]]
        args, unknown = (self.parse_known_intermixed_args if intermixed else self.parse_known_args)(words)
        if unknown:
            self._refuse(unknown[0])
        return args

    def _refuse(self, word: str) -> NoReturn:
        """Say that `word` is no flag, and how to give it if it was meant as a text."""
        known = [flag for action in self._actions for flag in action.option_strings]
        hint = nearest(word.partition("=")[0], known)
        takes_texts = any(not action.option_strings for action in self._actions)
        if word.startswith("-") and takes_texts and not (hint and word.startswith("--")):
            quoted = '"' + word + '"' if re.fullmatch(r"[\w\s.,:;?'-]+", word) else shlex.quote(word)
            hint += f" A text that begins with '-' stands last, after '--' ({self.prog} -- {quoted})."
        raise UserError(f"Unknown argument {word!r}.{hint} Run '{self.prog} --help' for the flags.")


def add_flags(parser: argparse._ActionsContainer, config: type, show_defaults: bool = True) -> None:
    """Add one flag per field of a dataclass; help texts come from the field's metadata.

    Absent flags parse to None, so that `from_flags` knows what the user gave.
    """
    hints = typing.get_type_hints(config)
    for f in dataclasses.fields(config):
        flag = "--" + f.name.replace("_", "-")
        text = f.metadata["help"]
        if show_defaults and f.default not in (None, ()) and "default" not in text:
            text += f" (default {f.default})"
        options: dict[str, Any] = {"help": text, "default": None, "dest": f.name}
        hint = hints[f.name]
        if isinstance(hint, types.UnionType):
            hint = next(t for t in typing.get_args(hint) if t is not types.NoneType)
        if hint is bool:
            options["action"] = argparse.BooleanOptionalAction
        elif typing.get_origin(hint) is tuple:
            options |= {"action": "append", "metavar": "TEXT"}
        else:
            options |= {"type": hint, "choices": f.metadata.get("choices")}
            if not options["choices"]:
                options["metavar"] = {int: "N", float: "X", str: "NAME"}[hint]
        parser.add_argument(flag, **options)


def from_flags(args: argparse.Namespace, base: Any) -> Any:
    """Return `base` (a dataclass value) with the fields that were given as flags replaced."""
    given = {
        f.name: getattr(args, f.name)
        for f in dataclasses.fields(base)
        if getattr(args, f.name, None) is not None
    }
    return dataclasses.replace(base, **{k: tuple(v) if isinstance(v, list) else v for k, v in given.items()})


def refuse_flags(
    parser: argparse.ArgumentParser, args: argparse.Namespace, names: Sequence[str], where: str
) -> None:
    """Raise UserError for the first of the named flags that was given: it has no meaning `where`."""
    for name in names:
        if getattr(args, name) != parser.get_default(name):
            raise UserError(f"--{name.replace('_', '-')} has no meaning for {where}: leave it out.")


def add_threads_flag(parser: argparse.ArgumentParser) -> None:
    """Add --threads, for `threads.set_number`."""
    parser.add_argument(
        "--threads",
        type=int,
        metavar="N",
        help="threads of matrix products and kernels (default: one per core)",
    )


def add_weights_flag(parser: argparse.ArgumentParser) -> None:
    """Add --weights-dtype, one of WEIGHTS_DTYPES."""
    parser.add_argument(
        "--weights-dtype",
        choices=WEIGHTS_DTYPES,
        default="fp32",
        help="how the weights are stored: fp32 (the default), bf16 in half and int8 in a quarter of the "
        "bytes, which are read faster. Storage only: arithmetic stays float32",
    )


def run(main: Callable[[], int | None]) -> NoReturn:
    """Run a command line: a UserError or a lack of memory ends it with one line and exit code 2.

    Ctrl-C ends it with 130. Standard output and error are UTF-8 from here on, whatever encoding the
    terminal has: a model may write any character.
    """
    _open_closed_streams()
    for out in (sys.stdout, sys.stderr):
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(encoding="utf-8", errors="replace")
    try:
        sys.exit(main() or 0)
    except UserError as error:
        _fail(str(error))
    except MemoryError as error:  # NumPy's says how much it asked for
        _fail(f"not enough memory: {str(error) or 'no more is free'}. Use a smaller model or batch.")
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The reader (head, less) went away: nothing left to say, not even at interpreter exit.
        _forget_output()
        sys.exit(1)
    except OSError as error:
        if error.filename is not None:
            _fail(
                f"Cannot use {str(error.filename)!r}: {error.strerror}. Check the path, and who may read and "
                "write it."
            )
        _forget_output()  # a full disk under standard output, say
        _fail(f"{error.strerror or error}: what was written is not whole.")


def _open_closed_streams() -> None:
    """Give a process that was started without a standard stream one that leads nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _forget_output() -> None:
    """Let what could not be written go, so that nothing complains about it at interpreter exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str) -> NoReturn:
    print(f"error: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(2)
