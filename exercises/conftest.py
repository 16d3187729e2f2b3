"""Makes `pytest exercises/` check the exercises; see scratchgpt/learn/plugin.py."""

from scratchgpt.learn.plugin import (
    pytest_addoption,
    pytest_collect_file,
    pytest_pycollect_makemodule,
    pytest_terminal_summary,
)

__all__ = [
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_pycollect_makemodule",
    "pytest_terminal_summary",
]
