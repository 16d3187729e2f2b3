"""The README says what is so: its code runs, its quotations are exact, its commands exist."""

import importlib
import re
import shlex
from pathlib import Path

import pytest
from readme_commands import setup_commands

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_setup_is_two_commands():
    assert setup_commands(README) == [
        'pip install -e . && python -m scratchgpt.generate "Once upon a time"',
        'pip install -e ".[dev]" && pytest',
    ]


def test_the_example_runs(capsys):
    example = next(b for b in blocks("python") if "pretrained.load" in b)
    exec(compile(example, "README.md", "exec"), {})
    loss, norm = map(float, capsys.readouterr().out.split())
    assert 0 < loss < 9 and norm > 0


def test_the_extension_is_quoted_as_tested():
    quoted = next(b for b in blocks("python") if "def rotate" in b)
    assert quoted.strip() in (ROOT / "tests" / "test_extension.py").read_text(encoding="utf-8")


def test_every_command_and_flag_exists(capsys):
    commands = re.findall(r"`(python -m scratchgpt\.[^`]+)`", README)
    assert len(commands) >= 6
    for command in commands:
        _, _, module, *rest = shlex.split(command)
        package = importlib.import_module(module)
        main = getattr(package, "main", None) or importlib.import_module(f"{module}.__main__").main
        with pytest.raises(SystemExit):
            main(["--help"])
        shown = capsys.readouterr().out
        for flag in (word for word in rest if word.startswith("--")):
            assert flag in shown, command


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README))
def test_links_lead_somewhere(link):
    assert (ROOT / link).exists()
