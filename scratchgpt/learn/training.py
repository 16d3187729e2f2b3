"""Training a real GPT with the learner's functions in it: their attention, their backward pass."""

import dataclasses
import functools
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from .. import sampling
from ..config import GPTConfig, SampleConfig, TrainConfig
from ..corpus import encode_documents, read_documents
from ..errors import UserError
from ..model import GPT
from ..ops import REFERENCE, Ops
from ..resources import data_path
from ..tokenizer import CharTokenizer
from ..trainer import Trainer
from . import catalogue
from .checking import solved_functions
from .exercise import Exercise

COMPARED = 20  # steps that are also made with the package's functions
TOLERANCE = 1e-4  # on the loss, in nats
SECONDS = 50.0  # of training after the comparison
# Some dropout: without it a wrong dropout of the learner's would train like a right one.
MODEL = GPTConfig(block_size=64, n_layer=2, n_head=4, n_embd=64, resid_dropout=0.1)
TRAINING = TrainConfig(steps=2000, batch_size=8, lr=3e-3, min_lr=3e-4, warmup=20, beta2=0.99)


def of_lessons(lessons: str = "") -> dict[str, Exercise]:
    """Return the exercises of some lessons ("06,08") or of all, by their functions' names.

    Raises UserError for a lesson without exercises.
    """
    known = sorted({chapter.lesson for chapter in catalogue.chapters() if not chapter.is_project})
    wanted = [lesson.strip().zfill(2) for lesson in lessons.split(",") if lesson.strip()] or known
    for lesson in wanted:
        if lesson not in known:
            raise UserError(
                f"There are no exercises of lesson {lesson!r}, expected some of {', '.join(known)}."
            )
    return {
        e.name: e for chapter in catalogue.chapters() for e in chapter.exercises if chapter.lesson in wanted
    }


def namespace(functions: Mapping[str, Callable[..., Any]], calls: Counter[str]) -> Ops:
    """Return the reference with functions swapped in, each counting its calls in `calls`."""
    swapped = {name: counted(name, f, calls) for name, f in functions.items() if name in REFERENCE.functions}
    if "embedding_forward" in swapped:
        swapped["embedding_forward"] = _of_batches(swapped["embedding_forward"])
    return REFERENCE.replace(**swapped) if swapped else REFERENCE


def _of_batches(f: Callable[..., Any]) -> Callable[..., Any]:
    """An embedding_forward that gets ids (B, T), as its exercise promises; a model's positions are (T,)."""

    @functools.wraps(f)
    def call(ids: Any, weight: Any) -> Any:
        return f(ids if ids.ndim > 1 else ids[None], weight)

    return call


def counted(name: str, f: Callable[..., Any], calls: Counter[str]) -> Callable[..., Any]:
    """Return a learner's function, counting its calls in `calls`; it raises UserError where `f` fails."""

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        calls[name] += 1
        try:
            return f(*args, **kwargs)
        except Exception as error:
            if isinstance(error, UserError):
                raise
            raise UserError(
                f"Your {name} passes its check and fails on the model's shapes ({type(error).__name__}: "
                f"{error}): does it count on sizes that the probes happen to have?"
            ) from error

    return call


def train_mine(folder: Path, lessons: str, steps: int | None) -> int:
    """Train with the solved functions of the lessons, and say how it went; returns the exit code.

    Raises UserError when nothing that training uses is solved yet, and for fewer steps than are compared.
    """
    if steps is not None and steps < COMPARED:
        raise UserError(f"--steps is {steps}, expected {COMPARED} or more: so many are compared.")
    exercises = of_lessons(lessons)
    solved = solved_functions(exercises.values(), folder)
    in_model = {name: f for name, f in solved.items() if name in REFERENCE.functions}
    if not in_model:
        raise UserError(
            "None of your functions is part of a model yet: solve one of the lessons 02, 05 to 08 or 10 "
            "first (python -m scratchgpt.learn shows where you stand)."
        )
    calls: Counter[str] = Counter()
    mine, reference = make_trainer(namespace(in_model, calls)), make_trainer(REFERENCE)
    print(f"{len(in_model)} of the {len(REFERENCE.functions)} functions of the model are yours.")
    state, losses, seconds = compare(mine, reference)
    worst = max(abs(a - b) for a, b in losses)
    for name in solved:
        if calls[name]:
            print(f"  {exercises[name].id} {name}: yours, {calls[name]:,} calls")
    if unused := [f"{exercises[name].id} {name}" for name in solved if not calls[name]]:
        print(f"Solved, not used in training: {', '.join(unused)}.")
    verdict = "nothing but rounding" if worst < TOLERANCE else f"more than rounding explains ({TOLERANCE:g})"
    print(
        f"{COMPARED} steps with your functions and with the package's: losses differ by {worst:.1e} at most, "
        f"{verdict}."
    )
    if not worst < TOLERANCE:
        raise UserError(
            "Your functions pass their checks, but a model does not learn the same with them; begin with "
            "the one you solved last: python -m scratchgpt.learn check."
        )
    total = min(TRAINING.steps, COMPARED + int(SECONDS / seconds)) if steps is None else steps
    state = _go_on(mine, state, total)
    held_out = mine.evaluate(state.params, 20)
    print(f"Held-out loss after {state.step} steps: {held_out.loss:.3f} nats a character.")
    print(_sample(mine, state.params))
    return 0


def compare(mine: Trainer, reference: Trainer) -> tuple[Any, list[tuple[float, float]], float]:
    """Make the first steps with both; return the state, the losses in pairs, and seconds per step of mine."""
    states = [trainer.init(trainer.model.init(np.random.default_rng(0))) for trainer in (mine, reference)]
    losses, seconds = [], 0.0
    for _ in tqdm(range(COMPARED), desc="comparing", unit="step", leave=False, disable=None):
        began = time.perf_counter()
        states[0], a = mine.step(states[0])
        seconds += time.perf_counter() - began
        states[1], b = reference.step(states[1])
        losses.append((a.loss, b.loss))
    return states[0], losses, seconds / COMPARED


def _go_on(trainer: Trainer, state: Any, total: int) -> Any:
    with tqdm(total=total, initial=state.step, unit="step", disable=None) as bar:
        while state.step < total:
            state, report = trainer.step(state)
            bar.set_postfix_str(f"loss {report.loss:.3f}", refresh=False)
            bar.update(1)
    return state


@functools.lru_cache(maxsize=1)
def tales() -> tuple[CharTokenizer, Any]:
    """Return the bundled tales, cut into characters: the tokenizer, and what is for training and held out."""
    documents = read_documents([data_path("tales.txt")])
    tokenizer = CharTokenizer.train("".join(document.text for document in documents))
    return tokenizer, encode_documents(documents, tokenizer, 0.1)


def make_trainer(ops: Ops, shape: GPTConfig | None = None, config: TrainConfig | None = None) -> Trainer:
    """Return what trains a small model on the bundled tales with these ops."""
    tokenizer, data = tales()
    shape = dataclasses.replace(shape or MODEL, vocab_size=tokenizer.vocab_size)
    return Trainer(GPT(shape, ops), config or TRAINING, data)


def _sample(trainer: Trainer, params: Any) -> str:
    tokenizer, _ = tales()
    config = SampleConfig(max_new_tokens=200, overflow="truncate")
    ids = tokenizer.encode("\n")
    return sampling.sample_text(
        trainer.model, params, tokenizer, ids, config, sampling.generator(0)
    ).text.strip()
