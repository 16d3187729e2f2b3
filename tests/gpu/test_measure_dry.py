"""The measurement of a GPU runs: all of it, tiny, on the CPU."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MEASURE = Path(__file__).parent / "measure.py"


@pytest.mark.cuda
def test_every_stage_runs_dry_and_writes_what_it_found(tmp_path):
    out = tmp_path / "gpu.json"
    stages = ["about", "ceilings", "sanitizer", "each_kernel", "training", "decoding"]
    command = [sys.executable, str(MEASURE), "--dry", "--out", str(out), "--only", *stages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text(encoding="utf-8"))
    assert list(found) == ["dry", *stages] and not any("failed" in found[stage] for stage in stages)
    assert found["training"]["B=2, T=16, fp32"]["ours"]["tokens/s"] > 0
    assert found["decoding"]["B=2, tokens/s"] > 0
    assert set(found["each_kernel"]) == {"layernorm", "gelu", "qkv_attention", "cross_entropy", "embedding"}


@pytest.mark.cuda
def test_a_stage_that_fails_stops_nothing(tmp_path):
    """Without a GPU, and not dry, every stage that needs one fails, and the last one still has its turn."""
    out = tmp_path / "gpu.json"
    done = subprocess.run(
        [sys.executable, str(MEASURE), "--out", str(out), "--only", "ceilings", "decoding"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(out.read_text(encoding="utf-8"))
    if done.returncode == 0:
        pytest.skip("there is a GPU here")
    assert list(found) == ["dry", "ceilings", "decoding"]
    assert all("BackendUnavailable" in found[stage]["failed"] for stage in ("ceilings", "decoding"))
