"""Records what transformers computes with the bundled model: data/results/mini_reference.json.

A job of its own, never part of the suite: it needs torch and transformers beside what scratchgpt needs.
From the root of the repository, in an environment with torch 2.13.0 and transformers 5.23.0:

    PYTHONPATH=. python tests/golden/mini_reference.py

The record holds `text`, its `ids` (T), and the `logits` (T, 64) of every 64th entry of the vocabulary, in
float64 from the stored weights, rounded to 7 decimals.
"""

import json
from importlib.metadata import version
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

from scratchgpt import atomic, pretrained

ROOT = Path(__file__).resolve().parents[2]
TEXT = "Once upon a time there was an old saw, and it hung where it always had."
EVERY = 64


def main() -> None:
    *_, tokenizer = pretrained.load("mini")
    ids = tokenizer.encode(TEXT)
    model = AutoModelForCausalLM.from_pretrained(ROOT / "data" / "mini", dtype=torch.float64).eval()
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0, :, ::EVERY]
    record = {
        "command": "python tests/golden/mini_reference.py",
        "versions": {name: version(name) for name in ("torch", "transformers")},
        "dtype": "float64",
        "text": TEXT,
        "ids": ids,
        "every": EVERY,
        "logits": [[round(x, 7) for x in row] for row in logits.tolist()],
    }
    atomic.write_text(ROOT / "data" / "results" / "mini_reference.json", json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
