"""Exercises from the command line: python -m scratchgpt.learn."""

from collections.abc import Sequence
from pathlib import Path

from .. import cli, threads
from ..errors import UserError, nearest

COMMANDS = ("status", "start", "check", "hint", "watch", "solution", "reset", "train", "report")

DESCRIPTION = """\
Exercises that name your mistake.

Without COMMAND: where you stand and what comes next. An exercise is named by its id (06.4) or by its
function (attention_forward)."""

EXAMPLES = """\
  python -m scratchgpt.learn                      where you stand
  python -m scratchgpt.learn start                a copy of the exercises for you, in exercises/mine/
  python -m scratchgpt.learn check 02.1           judge one answer (or a file, or all of them)
  python -m scratchgpt.learn hint 02.1            the next of three hints
  python -m scratchgpt.learn watch 02.1           judge it again whenever the file is saved
  python -m scratchgpt.learn train --mine         train a GPT with your functions in it"""


def parser() -> cli.Parser:
    """Return the parser."""
    p = cli.Parser("learn", DESCRIPTION, EXAMPLES)
    p.add_argument("command", nargs="?", default="status", metavar="COMMAND", help=", ".join(COMMANDS))
    p.add_argument(
        "which", nargs="?", metavar="EXERCISE", help="an id, a function or a file; all where left out"
    )
    p.add_argument("--json", action="store_true", help="check: print one JSON object")
    p.add_argument("--using", choices=("mine", "package"), default="mine", help="check: whose functions")
    p.add_argument("--quiet", action="store_true", help="check, watch: the symptom only, not the mistake")
    p.add_argument(
        "--mine",
        nargs="?",
        const="",
        metavar="LESSONS",
        help="train: with your functions (of the lessons 06,08, say; all that are solved where left out)",
    )
    p.add_argument(
        "--steps", type=int, metavar="N", help="train: how many steps (default: about a minute of them)"
    )
    p.add_argument("--out", type=Path, metavar="FILE", help="report: write it there as Markdown")
    cli.add_threads_flag(p)
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    args = parser().parse(argv, intermixed=True)
    if args.command not in COMMANDS:
        raise UserError(
            f"There is no command {args.command!r}, expected {', '.join(COMMANDS)}."
            f"{nearest(args.command, COMMANDS)}"
        )
    threads.set_number(args.threads)
    from . import commands  # not above: NumPy reads the number of threads when it loads

    return getattr(commands, args.command)(args)


if __name__ == "__main__":
    cli.run(main)
