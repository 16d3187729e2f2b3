"""Exercises from the command line: python -m scratchgpt.learn."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .. import cli, threads
from ..errors import UserError, nearest

# What each command can be given; --threads goes with all of them.
USES = {
    "status": (),
    "start": (),
    "check": ("which", "json", "using", "quiet"),
    "hint": ("which",),
    "stuck": ("which", "text", "done"),
    "watch": ("which", "quiet"),
    "solution": ("which",),
    "reset": ("which",),
    "minutes": ("which",),
    "milestone": ("which", "using"),
    "train": ("which", "mine", "steps"),
    "report": ("out",),
}
COMMANDS = tuple(USES)
FLAGS = ("json", "using", "quiet", "mine", "steps", "out")

DESCRIPTION = """\
Exercises that name your mistake.

Without COMMAND: where you stand and what comes next. An exercise is named by its id (06.4) or by its
function (attention_forward)."""

EXAMPLES = """\
  python -m scratchgpt.learn                      where you stand
  python -m scratchgpt.learn start                a copy of the exercises for you, in exercises/mine/
  python -m scratchgpt.learn check 02.1           judge one answer (or a file, or all of them)
  python -m scratchgpt.learn hint 02.1            the next of three hints
  python -m scratchgpt.learn stuck 02.1 "Why subtract the maximum?"
                                                  a note, shown again when 02.1 is checked and solved
  python -m scratchgpt.learn stuck                all your notes
  python -m scratchgpt.learn watch 02.1           judge it again whenever the file is saved
  python -m scratchgpt.learn minutes 02           what the exercises of a lesson took you
  python -m scratchgpt.learn milestone            what your functions can do together
  python -m scratchgpt.learn train --mine         train a GPT with your functions in it
  python -m scratchgpt.learn train film           your stages of the film project at work"""


def parser() -> cli.Parser:
    """Return the parser."""
    p = cli.Parser("learn", DESCRIPTION, EXAMPLES)
    p.add_argument("command", nargs="?", default="status", metavar="COMMAND", help=", ".join(COMMANDS))
    p.add_argument(
        "which",
        nargs="?",
        metavar="EXERCISE",
        help="an id, function or file (minutes: also a lesson; milestone, train: a name); all where left out",
    )
    p.add_argument("text", nargs="*", metavar="NOTE", help="stuck: what you do not see, in quotation marks")
    p.add_argument("--done", action="store_true", help="stuck: the notes on the exercise are resolved")
    p.add_argument("--json", action="store_true", help="check: print one JSON object")
    p.add_argument(
        "--using", choices=("mine", "package"), default="mine", help="check, milestone: whose functions"
    )
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
    p = parser()
    args = p.parse(argv, intermixed=True)
    if args.command not in COMMANDS:
        raise UserError(
            f"There is no command {args.command!r}, expected {', '.join(COMMANDS)}."
            f"{nearest(args.command, COMMANDS)}"
        )
    if args.text and (args.command != "stuck" or args.done):
        raise UserError(
            f"{args.command} has no use for {args.text[0]!r}: a text belongs to stuck EXERCISE NOTE."
        )
    if args.done and (args.command != "stuck" or not args.which):
        raise UserError(
            "--done belongs to stuck EXERCISE, such as python -m scratchgpt.learn stuck 06.4 --done."
        )
    if args.which is not None and "which" not in USES[args.command]:
        raise UserError(f"{args.command} has no use for {args.which!r}: leave it out.")
    cli.refuse_flags(p, args, [name for name in FLAGS if name not in USES[args.command]], args.command)
    threads.set_number(_threads(args.command, args.threads))
    from . import commands  # not above: NumPy reads the number of threads when it loads

    return getattr(commands, args.command)(args)


def _threads(command: str, given: int | None) -> int | None:
    """One thread for milestones, where that can still be had: their products are too small to be shared."""
    free = "numpy" not in sys.modules and not any(name in os.environ for name in threads.COUNTS)
    return 1 if given is None and command == "milestone" and free else given


if __name__ == "__main__":
    cli.run(main)
