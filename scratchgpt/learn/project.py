"""The film project at work: a learner's stages, with the package's for those that are still to be done."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..errors import UserError
from ..worked.film_given import film_reviews, film_sentences, initial_parameters
from ..worked.film_stages import (
    CLASSES,
    TESTS,
    VOCABULARY,
    encode,
    film_model,
    finetune,
    perplexity_floor,
    pretrain,
    sentences,
    xavier,
)
from . import catalogue
from .checking import solved_functions
from .exercise import Chapter
from .project_shows import SHOWS
from .wiring import Function, wired

NAME = "film"
TOLERANCE = 1e-3  # on a perplexity: float32 answers make it 1e-6
PROMPT = "Start the film was"


class Curves(NamedTuple):
    """Perplexities before each epoch of the first stage and at the end; accuracies of the second likewise."""

    perplexities: list[float]
    accuracies: list[float]


def chapter() -> Chapter:
    """Return the project's chapter."""
    return next(c for c in catalogue.chapters() if c.is_project and c.topic == NAME)


def own_stages(folder: Path) -> dict[str, Function]:
    """Return the learner's right answers by name, as they stand in the file of a folder of exercises."""
    return solved_functions(chapter().exercises, folder)


def stages(own: Mapping[str, Function]) -> dict[str, Function]:
    """Return all stages by name, wired together: those that are given, and the package's for the rest."""
    return wired({e.name: own.get(e.name, e.reference) for e in chapter().exercises})


def trained(stage: Mapping[str, Function], **epochs: int) -> tuple[Any, Curves]:
    """Train the film model with these stages, from the first draw; return its parameters and the curves.

    Both stages take `epochs=` where that is given. Raises UserError when a stage fails.
    """
    with _together():
        params, perplexities = stage["film_pretrain"](initial_parameters(), film_sentences(), **epochs)
        params, accuracies = stage["film_finetune"](params, film_reviews(), **epochs)
        return params, Curves([float(x) for x in perplexities], [float(x) for x in accuracies])


@contextlib.contextmanager
def _together() -> Iterator[None]:
    """Whatever a stage raises here becomes a UserError: by itself it was right."""
    try:
        yield
    except Exception as error:
        raise UserError(
            f"Your stages pass their checks one by one and fail together ({type(error).__name__}: {error}): "
            "does one of them count on the shapes of its own check?"
        ) from error


def reference() -> Curves:
    """Return the curves of the same recipe built from the package's layers (`worked.film_stages`)."""
    model = film_model()
    params = xavier(model, np.random.default_rng(0))
    return Curves(pretrain(model, params), finetune(model, params))


def apart(mine: Curves, right: Curves) -> float:
    """Return how far two perplexities lie apart at most; infinite where the numbers of epochs differ."""
    if len(mine.perplexities) != len(right.perplexities) or len(mine.accuracies) != len(right.accuracies):
        return float("inf")
    return float(np.max(np.abs(np.subtract(mine.perplexities, right.perplexities))))


def train_film(folder: Path) -> int:
    """Show the learner's stages at work, train with them and print the curves; returns the exit code.

    Raises UserError when the curves are not the package's.
    """
    own = own_stages(folder)
    stage = stages(own)
    print("\n".join(_whose(own)))
    with _together():
        print("\n".join(_at_work(own, stage)), end="\n\n" if own else "")
    began = time.perf_counter()
    params, mine = trained(stage)
    seconds = time.perf_counter() - began
    right = reference()
    print("\n".join(_curves(mine, right, "yours" if own else "by hand")))
    print("\n".join(_afterwards(stage, params)))
    worst = apart(mine, right)
    if not worst < TOLERANCE or mine.accuracies != right.accuracies:
        raise UserError(
            f"Your curves are not the package's (perplexities differ by {worst:.1e}). {_culprit(own)}"
        )
    print(f"\nTrained in {seconds:.1f} seconds; the perplexities differ by {worst:.0e} at most.")
    return 0


def _whose(own: Mapping[str, Function]) -> list[str]:
    every = chapter().exercises
    missing = [e.id for e in every if e.name not in own]
    said = f"{len(own)} of the {len(every)} stages of the film GPT are yours"
    if not missing:
        return [f"{said}: this is your GPT.", ""]
    rest = ", ".join(missing) if own else "all of them"
    return [f"{said}; the package's stand in for {rest}.", ""]


def _at_work(own: Mapping[str, Function], stage: Mapping[str, Function]) -> list[str]:
    """A line for each solved stage that shows what it does."""
    width = max(len(e.name) for e in chapter().exercises)
    return [
        f"  {e.id:5} {e.name:{width}}  {SHOWS[e.name](stage)}"
        for e in chapter().exercises
        if e.name in own and e.name in SHOWS
    ]


def _curves(mine: Curves, right: Curves, whose: str) -> list[str]:
    at = range(0, len(right.perplexities), 10)
    first = [*range(6), *range(10, len(right.accuracies), 10)]

    def row(label: str, values: list[object]) -> str:
        return f"  {label:<12}" + "".join(f"{value:>7}" for value in values)

    rows = [f"1. Pre-training: the perplexity, which cannot fall below {perplexity_floor(sentences()):.3f}."]
    rows.append(row("epoch", list(at)))
    for label, curves in ((whose, mine), ("the package", right)):
        rows.append(row(label, [f"{curves.perplexities[i]:.2f}" for i in at if i < len(curves.perplexities)]))
    rows += ["", "2. Fine-tuning: the share of the labelled sentences that are classified rightly."]
    rows.append(row("epoch", list(first)))
    for label, curves in ((whose, mine), ("the package", right)):
        rows.append(row(label, [f"{curves.accuracies[i]:.0%}" for i in first if i < len(curves.accuracies)]))
    return [*rows, ""]


def _afterwards(stage: Mapping[str, Function], params: Any) -> list[str]:
    """What the trained model says of sentences it never saw, and as a language model."""
    rows = []
    for text, label in TESTS:
        h, _ = stage["film_forward"](params, np.array(encode(f"Start {text} Extract")))
        p = stage["film_softmax"](h[-1] @ params["wy"])
        rows.append(f"  {text:<20} was in neither stage: P({CLASSES[label]}) = {p[label]:.4f}")
    h, _ = stage["film_forward"](params, np.array(encode(PROMPT)))
    p = stage["film_softmax"](h[-1] @ params["wte"].T)
    best = [f"{VOCABULARY[i]} {p[i]:.3f}" for i in np.argsort(-p)[:3]]
    return [*rows, f'  after "{PROMPT}": {", ".join(best)}']


def _culprit(own: Mapping[str, Function]) -> str:
    """Say which stage makes the difference, if it is one alone: two epochs among the package's show it."""
    right, _ = trained(stages({}), epochs=2)
    for exercise in chapter().exercises:
        if exercise.name in own:
            try:
                params, _ = trained(stages({exercise.name: own[exercise.name]}), epochs=2)
            except UserError:
                return f"Among the package's, your {exercise.name} fails; begin with {exercise.id}."
            if not all(np.allclose(params[name], value, atol=TOLERANCE) for name, value in right.items()):
                return f"Your {exercise.name} alone makes that difference; begin with {exercise.id}."
    return "No stage makes that difference alone: do two of them share something that they change?"
