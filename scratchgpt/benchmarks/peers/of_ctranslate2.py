"""Generating with CTranslate2, from the same weights in its own format."""

import importlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_TYPES = {"fp32": "float32", "int8": "int8_float32"}


def build(task: dict[str, Any]) -> tuple[Callable[[], float], dict[str, Any]]:
    """Return what times a job: "prefill" up to the first token, "decode" the `amount` tokens after it."""
    ctranslate2 = importlib.import_module("ctranslate2")
    kind = _TYPES[task["weights"]]
    folder = Path(task["scratch"]) / f"ctranslate2-{kind}"
    if not folder.is_dir():
        converter = ctranslate2.converters.TransformersConverter(task["model"])
        converter.convert(str(folder), quantization=kind)
    generator = ctranslate2.Generator(str(folder), compute_type=kind, intra_threads=task["threads"])
    names = names_of(task)
    new = 1 if task["job"] == "prefill" else task["amount"] + 1

    def measure() -> float:
        times: list[float] = []

        def came(step: Any) -> bool:
            times.append(time.perf_counter())
            return False

        began = time.perf_counter()
        generator.generate_batch(
            [names],
            max_length=new,
            min_length=new,
            sampling_topk=1,
            include_prompt_in_result=False,
            callback=came,
        )
        return times[-1] - (began if task["job"] == "prefill" else times[0])

    return measure, {}


def names_of(task: dict[str, Any]) -> list[str]:
    """The prompt as CTranslate2 takes it: tokens by the names that the vocabulary file gives them."""
    ids = json.loads((Path(task["model"]) / "vocab.json").read_text(encoding="utf-8"))
    names = {i: name for name, i in ids.items()}
    return [names[i] for i in task["ids"]]
