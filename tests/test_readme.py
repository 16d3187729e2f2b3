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
        'pip install -e ".[dev]" && pytest -n auto',
    ]


def test_the_example_runs(capsys):
    example = next(b for b in blocks("python") if "pretrained.load" in b)
    exec(compile(example, "README.md", "exec"), {})
    found, quoted = (text.partition("\n") for text in (capsys.readouterr().out, _behind(example)))
    assert [float(x) for x in found[0].split()] == pytest.approx(
        [float(x) for x in quoted[0].split()], rel=1e-3
    )
    assert len(found[2].split()) > 5, "the text itself may differ by the rounding of another machine"


def _behind(example):
    """The block of output that follows an example."""
    return re.search(r"```text\n(.*?)```", README[README.index(example) :], flags=re.DOTALL)[1]


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


def test_the_figures_of_the_bundled_model_are_those_of_its_card():
    card = (ROOT / "data" / "mini" / "README.md").read_text(encoding="utf-8")
    row = next(
        line for line in README.splitlines() if line.startswith("| the bundled model on held-out text")
    )
    figures = re.findall(r"\d\.\d{3}", row)
    assert len(figures) == 2 and all(figure in card for figure in figures)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README))
def test_links_lead_somewhere(link):
    assert (ROOT / link).exists()
