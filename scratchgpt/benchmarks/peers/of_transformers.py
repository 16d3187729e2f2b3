"""Generating with transformers on PyTorch: greedy, over its KV cache."""

import importlib
import time
from collections.abc import Callable
from typing import Any


def build(task: dict[str, Any]) -> tuple[Callable[[], float], dict[str, Any]]:
    """Return what times a job: "prefill" up to the first token, "decode" the `amount` tokens after it.

    The loop is written out, because transformers' `generate` adds a few per cent around it.
    """
    torch = importlib.import_module("torch")
    transformers = importlib.import_module("transformers")
    torch.set_num_threads(task["threads"])
    dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[task["weights"]]
    model = transformers.AutoModelForCausalLM.from_pretrained(task["model"], dtype=dtype).eval()
    ids = torch.tensor([task["ids"]])

    def measure() -> float:
        with torch.inference_mode():
            began = time.perf_counter()
            out = model(ids, use_cache=True, logits_to_keep=1)
            token = out.logits[:, -1:].argmax(-1)
            if task["job"] == "prefill":
                return time.perf_counter() - began
            began = time.perf_counter()
            for _ in range(task["amount"]):
                out = model(token, past_key_values=out.past_key_values, use_cache=True)
                token = out.logits[:, -1:].argmax(-1)
                token.item()
            return time.perf_counter() - began

    return measure, {}
