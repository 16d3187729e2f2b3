"""All that is to be measured on a real GPU, in one command of at most ten minutes.

    python tests/gpu/measure.py --out gpu.json         with a GPU, `pip install ".[gpu]"`, torch beside it
    python tests/gpu/measure.py --out dry.json --dry   all of it, tiny, on a CPU: that it runs is all it says

The JSON file is written anew after each stage, and a stage that fails says why and stops nothing. Times are
medians of five, with what is compared taken in turn.
"""

import argparse
import datetime
import importlib
import importlib.util
import json
import shutil
import statistics
import subprocess
import sys
import time
import traceback
from pathlib import Path

import numpy as np

from scratchgpt import atomic, costs, kernels, sampling
from scratchgpt.benchmarks import machine
from scratchgpt.benchmarks.peers import of_torch
from scratchgpt.config import GPTConfig, SampleConfig, TrainConfig
from scratchgpt.corpus import Encoded
from scratchgpt.kernels.cupy_gpu.products import product
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE
from scratchgpt.ops.namespace import Ops
from scratchgpt.trainer import Trainer

TESTS = Path(__file__).parents[1]
TINY = GPTConfig(vocab_size=97, block_size=16, n_layer=2, n_head=2, n_embd=32)
REPEATS = 5


class Setting:
    """Where and how large: on the GPU with GPT-2's sizes, or dry, on the CPU and tiny."""

    def __init__(self, dry: bool) -> None:
        self.dry = dry
        self.shape = TINY if dry else GPTConfig()  # whose defaults are those of GPT-2, 124 M
        self.precisions = ("fp32",) if dry else kernels.PRECISIONS
        self.batches = ((2, 16),) if dry else ((8, 1024), (64, 1024))
        self.side = 64 if dry else 8192
        self.texts = (1, 2) if dry else (1, 16, 64)
        self.new_tokens = 4 if dry else 64

    def ops(self, precision: str = "fp32") -> Ops:
        return REFERENCE if self.dry else kernels.load("cupy", precision)

    def wait(self) -> None:
        """Return when the device has done all that it was given."""
        if not self.dry:
            self.ops().xp.cuda.Stream.null.synchronize()

    def seconds(self, work) -> float:
        """Return the median time of a call, after two that do not count."""
        times = []
        for _ in range(REPEATS + 2):
            self.wait()
            began = time.perf_counter()
            work()
            self.wait()
            times.append(time.perf_counter() - began)
        return statistics.median(times[2:])


def about(s: Setting) -> dict:
    """The machine, its GPU, and the versions of what computes."""
    found = {
        "date": datetime.date.today().isoformat(),
        "machine": machine.facts(),
        "versions": machine.versions(),
    }
    for name in ("cupy", "torch"):
        found["versions"][name] = getattr(_module(name), "__version__", None)
    if not s.dry:
        runtime = s.ops().xp.cuda.runtime
        found["gpu"] = runtime.getDeviceProperties(0)["name"].decode()
        found["cuda"] = {"driver": runtime.driverGetVersion(), "runtime": runtime.runtimeGetVersion()}
    return found


def ceilings(s: Setting) -> dict:
    """What the device can do at most: copying (bytes/s), products in each arithmetic (FLOP/s)."""
    xp = s.ops().xp
    x = xp.ones(s.side * s.side // 2, np.float32)
    y = xp.empty_like(x)
    found = {"copy, bytes/s": 2 * x.nbytes / s.seconds(lambda: y.__setitem__(slice(None), x))}
    a = xp.ones((s.side, s.side), np.float32)
    for precision in s.precisions:
        took = s.seconds(lambda precision=precision: product(a, a, precision))
        found[f"product {precision}, FLOP/s"] = 2 * s.side**3 / took
    return found


def parity(s: Setting) -> dict:
    """`pytest -m gpu`: every op, whole models, training and generation against the CPU."""
    return _run([sys.executable, "-m", "pytest", "-m", "gpu", "-q", str(TESTS / "gpu")])


def sanitizer(s: Setting) -> dict:
    """compute-sanitizer over the tests of the smallest sizes: reads beyond arrays, races in shared memory."""
    tool = shutil.which("compute-sanitizer")
    if tool is None:
        return {"skipped": "compute-sanitizer is not installed: it comes with the CUDA toolkit"}
    pytest = [
        sys.executable,
        "-m",
        "pytest",
        "-m",
        "gpu",
        "-q",
        "-x",
        "-k",
        "small and float32 or tensor_cores",
        str(TESTS / "gpu"),
    ]
    return {
        check: _run([tool, "--tool", check, "--error-exitcode", "9", *pytest])
        for check in ("memcheck", "racecheck")
    }


def each_kernel(s: Setting) -> dict:
    """The kernels at GPT-2's sizes beside what CuPy does with the reference: seconds, and how much faster."""
    ops, xp, (B, T) = s.ops(), s.ops().xp, s.batches[0]
    C, H, V = s.shape.n_embd, s.shape.n_head, s.shape.vocab_size
    rng, found = np.random.default_rng(0), {}

    def draw(*shape):
        return xp.asarray(rng.standard_normal(shape, dtype=np.float32))

    x, gain, ids = draw(B, T, C), draw(C), xp.asarray(rng.integers(V, size=(B, T)))
    cases = {
        "layernorm": ({"x": x, "weight": gain, "bias": gain}, x),
        "gelu": ({"x": draw(B, T, 4 * C)}, draw(B, T, 4 * C)),
        "qkv_attention": ({"qkv": draw(B, T, 3 * C), "n_head": H}, x),
        "cross_entropy": ({"logits": draw(B, T, V), "targets": ids}, 1.0),
        "embedding": ({"ids": ids, "weight": draw(V, C)}, x),
    }
    for name, (arguments, dy) in cases.items():
        times = {}
        for label, chosen in (("kernel", ops), ("reference", REFERENCE)):
            forward, backward = (getattr(chosen, f"{name}_{way}") for way in ("forward", "backward"))
            _, cache = forward(**arguments)
            times[label] = {
                "forward, s": s.seconds(lambda forward=forward: forward(**arguments)),  # noqa: B023
                "backward, s": s.seconds(lambda backward=backward, cache=cache: backward(dy, cache)),  # noqa: B023
            }
        found[name] = times
    return found


def training(s: Setting) -> dict:
    """Tokens a second and the share of the product's ceiling, ours and PyTorch's, eager and compiled."""
    found = {}
    for B, T in s.batches:
        for precision in s.precisions:
            row = {"ours": _ours(s, B, T, precision)}
            for name, compiled in (("torch eager", False), ("torch compiled", True)):
                if _module("torch") is not None and not (s.dry and compiled):
                    row[name] = _torch(s, B, T, precision, compiled)
            found[f"B={B}, T={T}, {precision}"] = row
    return found


def _ours(s: Setting, B: int, T: int, precision: str) -> dict:
    rng = np.random.default_rng(0)
    tokens = rng.integers(s.shape.vocab_size, size=4 * B * T).astype(np.uint16)
    trainer = Trainer(
        GPT(s.shape, s.ops(precision)),
        TrainConfig(batch_size=B, seq_len=T, lr=1e-4, weight_decay=0.1, clip=1.0),
        Encoded(tokens, tokens, len(tokens)),
    )
    state, losses = trainer.init(trainer.model.init(rng)), []

    def step():
        nonlocal state
        state, report = trainer.step(state)
        losses.append(report.loss)

    took = s.seconds(step)
    flops = costs.flops_per_token(s.shape, T, causal=True).training
    return {"tokens/s": B * T / took, "FLOP/s": flops * B * T / took, "losses": losses}


def _torch(s: Setting, B: int, T: int, precision: str, compiled: bool) -> dict:
    task = {
        name: getattr(s.shape, name) for name in ("vocab_size", "block_size", "n_layer", "n_head", "n_embd")
    }
    task |= {"batch_size": B, "seq_len": T, "threads": 1, "amount": 1, "compiled": compiled}
    measure, _ = of_torch.build(task | {"device": "cpu" if s.dry else "cuda", "precision": precision})
    times = [measure() for _ in range(REPEATS + 2)]
    return {"tokens/s": B * T / statistics.median(times[2:])}


def decoding(s: Setting) -> dict:
    """Tokens a second while text is generated, for one text and for several at once."""
    model = GPT(s.shape, s.ops())
    params = model.init(np.random.default_rng(0))
    found = {}
    for texts in s.texts:
        config = SampleConfig(max_new_tokens=s.new_tokens, temperature=0, num_samples=texts, seed=0)

        def generate(config=config, texts=texts):
            rngs = [np.random.default_rng(i) for i in range(texts)]
            decoding = sampling.Decoding(model, params, [[1, 2, 3]] * texts, config, rngs)
            for _ in range(config.max_new_tokens):
                decoding.step()

        found[f"B={texts}, tokens/s"] = texts * s.new_tokens / s.seconds(generate)
    return found


STAGES = (about, ceilings, parity, sanitizer, each_kernel, training, decoding)


def _module(name: str):
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def _run(command: list[str]) -> dict:
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=TESTS.parent)
    last = (done.stdout + done.stderr).strip().splitlines()[-3:]
    return {"exit": done.returncode, "seconds": round(time.perf_counter() - began, 1), "said": last}


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", type=Path, required=True, metavar="FILE.json")
    p.add_argument("--dry", action="store_true", help="everything tiny, on the CPU")
    p.add_argument("--only", nargs="*", metavar="STAGE", choices=[f.__name__ for f in STAGES])
    args = p.parse_args()
    setting, report = Setting(args.dry), {"dry": args.dry}
    for stage in STAGES:
        if args.only and stage.__name__ not in args.only:
            continue
        began = time.perf_counter()
        try:
            report[stage.__name__] = stage(setting)
        except Exception as error:  # whatever it is, the other stages have their turn
            report[stage.__name__] = {"failed": f"{type(error).__name__}: {error}"}
            traceback.print_exc()
        took = time.perf_counter() - began
        print(f"{stage.__name__}: {took:.1f} s {json.dumps(report[stage.__name__])[:300]}", flush=True)
        atomic.write_text(args.out, json.dumps(report, indent=2) + "\n")
    return 1 if any("failed" in part for part in report.values() if isinstance(part, dict)) else 0


if __name__ == "__main__":
    raise SystemExit(main())
