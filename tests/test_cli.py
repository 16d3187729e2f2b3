"""What the command lines share: flags from dataclasses, and one line for a user's mistake."""

import argparse
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scratchgpt import cli
from scratchgpt.errors import UserError


@dataclass(frozen=True)
class Config:
    rate: float = field(default=0.5, metadata={"help": "how fast"})
    steps: int | None = field(default=None, metadata={"help": "how long"})
    kind: str = field(default="a", metadata={"help": "which", "choices": ("a", "b")})
    tied: bool = field(default=True, metadata={"help": "whether"})
    stop: tuple[str, ...] = field(default=(), metadata={"help": "where"})


def parse(*argv):
    parser = cli.Parser("train", "Tests.", "  an example")
    cli.add_flags(parser, Config)
    return parser.parse(argv)


def test_flags_set_what_was_given_and_keep_the_rest():
    base = Config(rate=0.1, kind="b")
    assert cli.from_flags(parse(), base) == base
    given = parse("--rate", "2", "--steps", "3", "--no-tied", "--stop", "x", "--stop", "y")
    assert cli.from_flags(given, base) == Config(2.0, 3, "b", False, ("x", "y"))


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--rat", "1"], "Did you mean '--rate'"),
        (["--rate=fast"], "invalid float value"),
        (["--kind", "c"], "invalid choice"),
        (["--steps"], "expected one argument"),
        (["--stop", "-x"], "expected one argument, as in --stop=VALUE"),
        (["surprise"], "Unknown argument 'surprise'"),
    ],
)
def test_bad_flags_are_named(argv, message):
    with pytest.raises(UserError, match=message):
        parse(*argv)


def parse_text(*argv):
    """Parse with a parser that takes a text."""
    parser = cli.Parser("generate", "Tests.", "  an example")
    parser.add_argument("text", nargs="*")
    parser.add_argument("--steps", type=int)
    return parser.parse(argv)


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("-hello", '"-hello"'),
        ("-x", '"-x"'),
        ("--hi-there", '"--hi-there"'),
        ("-it's", '"-it\'s"'),
        ("-$HOME", "'-$HOME'"),
    ],
)
def test_a_text_that_begins_with_a_dash(word, shown):
    with pytest.raises(UserError) as caught:
        parse_text(word)
    assert str(caught.value).startswith(f"Unknown argument {word!r}.")
    assert f"stands last, after '--' (python -m scratchgpt.generate -- {shown})." in str(caught.value)
    assert parse_text("--", word).text == parse_text("--steps", "3", "--", word).text == [word]


def test_the_advice_on_dashes_is_for_texts_only():
    with pytest.raises(UserError, match=r"Did you mean '--steps'\? Run"):
        parse_text("--stepps", "1")
    with pytest.raises(UserError, match=r"Unknown argument '-x'\. Run"):
        parse("-x")
    assert parse_text("-hello, you").text == ["-hello, you"]  # no flag has a space in it
    assert parse_text("--", "-h").text == ["-h"]


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_has_defaults_and_examples(flag, capsys):
    with pytest.raises(SystemExit):
        parse(flag)
    printed = capsys.readouterr().out
    assert "how fast (default 0.5)" in printed and "an example" in printed


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UserError("two\n  lines"), 2, "error: two lines\n"),
        (KeyboardInterrupt(), 130, "\ninterrupted\n"),
        (
            MemoryError("Unable to allocate 7 TiB"),
            2,
            "error: not enough memory: Unable to allocate 7 TiB. Use a smaller model or batch.\n",
        ),
        (
            MemoryError(),
            2,
            "error: not enough memory: no more is free. Use a smaller model or batch.\n",
        ),
    ],
)
def test_run_ends_with_one_line(error, code, line, capsys):
    def main():
        raise error

    with pytest.raises(SystemExit) as ended:
        cli.run(main)
    assert ended.value.code == code
    assert capsys.readouterr().err == line


def test_run_lets_a_bug_show_itself():
    def main():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cli.run(main)


def test_numpy_says_how_much_memory_it_asked_for(capsys):
    import numpy as np

    with pytest.raises(SystemExit) as ended:
        cli.run(lambda: np.empty((1 << 40, 1 << 20), np.int8).size)
    error = capsys.readouterr().err
    assert ended.value.code == 2 and error.count("\n") == 1
    assert error.startswith("error: not enough memory: Unable to allocate 1.00 EiB")


@pytest.mark.parametrize("encoding", ["cp1251", "ascii", "utf-8"])
def test_any_character_can_be_printed(encoding):
    code = (
        "import sys\nfrom scratchgpt import cli\nfrom scratchgpt.errors import UserError\n"
        "def main():\n"
        "    print('\\u00e9\\u0120\\U0001f600\\ud800')\n"
        "    raise UserError('not \\u0120')\n"
        "cli.run(main)\n"
    )
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)
    assert done.stdout.decode().split() == ["é\u0120\U0001f600?"]
    assert (done.returncode, done.stderr.decode().strip()) == (2, "error: not \u0120")


def test_a_closed_pipe_is_no_error():
    code = "from scratchgpt import cli\ncli.run(lambda: [print('x' * 99) for _ in range(99999)] and 0)"
    reader = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    reader.stdout.read(10)
    reader.stdout.close()
    errors = reader.stderr.read()
    reader.stderr.close()
    reader.wait(timeout=30)
    assert errors == b""


def test_the_threads_flag():
    parser = argparse.ArgumentParser()
    cli.add_threads_flag(parser)
    assert parser.parse_args(["--threads", "2"]).threads == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_disk_under_standard_output_is_one_line():
    command = [sys.executable, "-c", "from scratchgpt import cli; cli.run(lambda: print('x', flush=True))"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == "error: No space left on device: what was written is not whole.\n"


def test_a_file_that_the_system_refuses_is_named_and_what_was_printed_stays():
    code = (
        "from pathlib import Path\nfrom scratchgpt import cli\n"
        "cli.run(lambda: print('a result') or Path('no', 'x').write_text('', encoding='utf-8'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "a result\n")
    path = str(Path("no", "x"))
    assert done.stderr == (
        f"error: Cannot use {path!r}: No such file or directory. Check the path, and who may read and write "
        "it.\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="closes streams in a shell")
def test_closed_streams_are_no_reason_to_fail():
    code = "from scratchgpt import cli; cli.run(lambda: print(repr(input.__name__)) or 0)"
    command = f"{shlex.quote(sys.executable)} -c {shlex.quote(code)} <&- >&-"
    assert subprocess.run(command, shell=True, stderr=subprocess.PIPE, timeout=60).returncode == 0
