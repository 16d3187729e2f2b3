"""Fixtures that every room's tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of staged public data; tests that need it are skipped where it is not."""
    staged = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("SCRATCHGPT_DATA", staged))
    if not folder.is_dir():
        pytest.skip("staged data not found: set SCRATCHGPT_DATA")
    return folder
