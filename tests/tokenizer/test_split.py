"""GPT-2's split pattern."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchgpt.tokenizer.split import GPT2_PATTERN, split


def test_pattern_is_the_published_one() -> None:
    assert GPT2_PATTERN == (r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+""")


@given(st.text())
def test_nothing_is_lost(text: str) -> None:
    joined = "".join(split(text))
    assert joined == text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("low lower", ["low", " lower"]),
        ("  two spaces", [" ", " two", " spaces"]),
        ("end  ", ["end", "  "]),
        ("a\n\nb", ["a", "\n", "\n", "b"]),
        ("we'll WE'LL", ["we", "'ll", " WE", "'", "LL"]),
        ("3.14", ["3", ".", "14"]),
        ("naïve Ⅻ", ["naïve", " Ⅻ"]),
        ("a\ud800b", ["a", "\ufffd", "b"]),
    ],
)
def test_examples(text: str, words: list[str]) -> None:
    assert split(text) == words


def test_package_imports_neither_numpy_nor_tqdm() -> None:
    code = "import sys, scratchgpt.tokenizer; print({'numpy', 'tqdm', 'numba'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
