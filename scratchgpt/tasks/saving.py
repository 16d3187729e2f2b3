"""Tuned models and the state of tuning on disk.

A tuned model is a model folder as any other (its token table has three rows more, a LoRA is merged), with
`head.safetensors`, the classifier, and `task.json`: the task's kind and classes, and how it was made.
"""

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from .. import atomic, checkpoint, tensor_files
from ..errors import UserError
from ..layers import ClassifierHead, ClozeHead, LoRALinear
from ..model import GPT
from ..ops import REFERENCE, Ops
from ..ops.arrays import array_module, to_host
from ..params import Params
from ..tensor_files import read_json
from ..tokenizer import Tokenizer
from ..trainer.step import TrainState
from .data.examples import TaskData
from .formats import Cloze, Formatter, Specials
from .model import TaskModel
from .starting import Base, Start

HEAD, TASK, STATE, TUNING = "head.safetensors", "task.json", "state.safetensors", "tuning.json"


def merged(start: Start, params: Params) -> Params:
    """Return the parameters of the plain GPT: every LoRA added to its matrix, without the head."""
    gpt = GPT(start.model.gpt.config, start.model.gpt.ops)
    plain = params.with_specs({name: spec for name, spec in params.specs.items() if name in gpt.specs()})
    make = start.model.gpt.linear(1, 1)
    if isinstance(make, LoRALinear):
        for name in plain.flat:
            part = name.removesuffix(".weight")
            if f"{part}.lora_a" in params.flat:
                names = ("weight", "bias", "lora_a", "lora_b")
                p = {n: params.flat[f"{part}.{n}"] for n in names if f"{part}.{n}" in params.flat}
                layer = dataclasses.replace(make, bias="bias" in p)
                plain.flat[name][...] = layer.merge(p)["weight"]
    return plain


def save_tuned(
    folder: Path, start: Start, params: Params, tokenizer: Tokenizer, data: TaskData, about: dict[str, Any]
) -> None:
    """Write a tuned model in one move. Raises UserError when the disk refuses."""
    task = {
        "name": data.name,
        "kind": data.kind,
        "labels": list(data.labels),
        "options": start.model.options,
        "scores": start.model.scores,
        "cloze": start.formatter.cloze._asdict() if start.formatter.cloze else None,
        "specials": start.formatter.specials._asdict(),
        **about,
    }
    prefix = "classifier."
    head = {
        n.removeprefix(prefix): np.array(to_host(v)) for n, v in params.flat.items() if n.startswith(prefix)
    }
    with atomic.new_folder(folder) as new:
        checkpoint.write_model(new, start.model.gpt.config, merged(start, params), tokenizer, None)
        save_file(head, new / HEAD)
        checkpoint.write_json(new / TASK, task)


def load_tuned(folder: Path, ops: Ops = REFERENCE) -> tuple[Start, Base, dict[str, Any]]:
    """Read a tuned model: ready to predict, as a base to tune again, and the content of task.json.

    Raises UserError for files that are missing or damaged.
    """
    task = read_json(folder / TASK)
    gpt, params, tokenizer = checkpoint.load_model(folder, ops)
    try:
        specials = Specials(**task["specials"])
        cloze = Cloze(*(tuple(task["cloze"][name]) for name in Cloze._fields)) if task["cloze"] else None
        formatter = Formatter(tokenizer, task["kind"], specials, gpt.config.block_size, cloze)
        head: ClassifierHead | ClozeHead = ClozeHead(formatter.answers, ops)
        if not cloze:
            classes = len(task["labels"]) if task["labels"] and not task["options"] else 1
            rows = 2 if task["kind"] == "similarity" else 1
            head = ClassifierHead(gpt.config.n_embd, classes, bias=True, ops=ops, rows=rows)
        model = TaskModel(gpt, head, options=int(task["options"]), scores=bool(task["scores"]))
    except (KeyError, TypeError) as error:
        raise UserError(f"{folder / TASK} is damaged ({error!r}).") from None
    whole = params.with_specs(model.specs(), np.random.default_rng(0))
    stored = tensor_files.open_safetensors(folder / HEAD) if head.specs() else {}
    for name in head.specs():
        if name not in stored or stored[name].shape != whole.flat[f"classifier.{name}"].shape:
            raise UserError(f"{folder / HEAD} does not fit {TASK}: the files belong to different models.")
        whole.flat[f"classifier.{name}"][...] = ops.xp.asarray(stored[name].array())
    base = Base(str(folder), gpt, params, tokenizer, specials)
    return Start(model, whole, formatter, 0), base, task


def save_state(folder: Path, state: TrainState, best: Params, about: dict[str, Any]) -> None:
    """Write all that tuning needs to go on, in one move, with the best parameters so far.

    Raises UserError when the disk refuses.
    """
    tensors = {
        f"{group}.{name}": np.ascontiguousarray(to_host(value))
        for group, params in (("params", state.params), ("best", best))
        for name, value in params.flat.items()
    }
    tensors |= {
        f"moments.{name}": np.ascontiguousarray(to_host(value)) for name, value in state.moments.items()
    }
    content = {
        **about,
        "step": state.step,
        "rng": state.rng.bit_generator.state,
        "best_loss": state.best_loss if math.isfinite(state.best_loss) else None,
        "best_step": state.best_step,
    }
    with atomic.new_folder(folder) as new:
        save_file(tensors, new / STATE)
        checkpoint.write_json(new / TUNING, content)


def load_state(folder: Path, fresh: TrainState) -> tuple[TrainState, Params, dict[str, Any]]:
    """Return the saved state in the layout of a fresh one, which it fills; the best parameters; the rest.

    Tuning goes on bit for bit. Raises UserError for files that are missing, damaged, or of another run.
    """
    content, path, best = read_json(folder / TUNING), folder / STATE, fresh.params.copy()
    stored = tensor_files.open_safetensors(path)
    wanted = {f"params.{name}": tensor for name, tensor in fresh.params.flat.items()}
    wanted |= {f"best.{name}": tensor for name, tensor in best.flat.items()}
    wanted |= {f"moments.{name}": moment for name, moment in fresh.moments.items()}
    if wanted.keys() != set(stored):
        other = sorted(wanted.keys() ^ set(stored))[0]
        raise UserError(f"{path} belongs to a run with other settings (they differ in {other}).")
    for name, tensor in wanted.items():
        tensor[...] = array_module(tensor).asarray(stored[name].array())
    try:
        fresh.rng.bit_generator.state = content["rng"]
        loss = content["best_loss"]
        state = dataclasses.replace(
            fresh,
            step=int(content["step"]),
            batch=int(content["step"]),
            best_loss=math.inf if loss is None else float(loss),
            best_step=int(content["best_step"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{folder / TUNING} is damaged ({error!r}).") from None
    return state, best, content
