"""The examples in docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import scratchgpt.tokenizer

MODULES = sorted(m.name for m in pkgutil.iter_modules(scratchgpt.tokenizer.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    module = importlib.import_module(f"scratchgpt.tokenizer.{name}")
    assert doctest.testmod(module).failed == 0
