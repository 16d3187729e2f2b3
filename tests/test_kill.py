"""kill -9 at random moments: the run goes on from the last good checkpoint and ends with the same bytes."""

import os
import random
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 needs POSIX signals")

KILLS = int(os.environ.get("SCRATCHGPT_KILLS", "6"))
TEXT = "".join(f"{i} times {j} is {i * j}.\n" for i in range(12) for j in range(12))
# 4 batches of 8 windows an epoch and 2 a step: every other step is an epoch's border.
FLAGS = (
    "--n-layer 2 --n-head 2 --n-embd 16 --block-size 64 --batch-size 8 --accumulate 2 --warmup 5 "
    "--embd-dropout 0.1 --attn-dropout 0.1 --resid-dropout 0.1 --sample-every 0 --baseline 0 --no-plot "
    "--save-every 1 --eval-every 3 --eval-batches 1"
)


def start(*args):
    return subprocess.Popen(
        [sys.executable, "-m", "scratchgpt.train", *map(str, args)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )


def finish(process):
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()


def checkpoints(out):
    return {
        f"{file.parent.name}/{file.name}": file.read_bytes()
        for kind in ("last", "best")
        for file in sorted(out.glob(f"{kind}-*/*"))
    }


def last_step(out):
    return max((int(p.name[5:]) for p in out.glob("last-*")), default=0)


@pytest.mark.exhaustive
def test_killed_runs_end_with_the_same_bytes(tmp_path):
    text = tmp_path / "tables.txt"
    text.write_text(TEXT)
    flags = [text, "--steps", 10 * KILLS, *FLAGS.split()]
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    finish(start(*flags, "--out", whole))
    rng, kills = random.Random(), 0  # another set of moments in every run of the test
    print("seed of the moments:", seed := rng.randrange(10**6))
    rng.seed(seed)
    while kills < KILLS:
        saved = last_step(killed)
        process = start(*(["--resume", killed] if saved else [*flags, "--out", killed]))
        until = time.monotonic() + 60
        while last_step(killed) == saved:  # a new save, so that every round makes progress
            assert process.poll() is None, process.communicate()[1].decode()
            assert time.monotonic() < until, "no checkpoint within a minute"
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.08))
        process.kill()
        process.communicate()
        if process.returncode == 0:
            pytest.fail(f"the run ended after {kills} kills: raise the number of steps")
        kills += 1
        assert last_step(killed) > saved
    finish(start("--resume", killed))
    assert checkpoints(killed) == checkpoints(whole)
    assert not list(killed.glob(".unfinished*"))
