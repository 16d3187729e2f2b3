"""Milestones: what a learner's functions can do together, shown by letting them do it.

Here is what there is to reach and what each needs; `milestone_runs` holds the runs themselves, which load
more than a status line should wait for.
"""

import importlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import UserError, nearest
from . import catalogue
from .exercise import Exercise
from .progress import Progress
from .running import without_warnings
from .state import State

COMMAND = "python -m scratchgpt.learn milestone"
NAMED = 4  # ids that one line names


@dataclass(frozen=True)
class Milestone:
    """`needs` are the functions that take part: each must be solved, and each is called in the run, which is
    "module:function". `told` is how its figures are told."""

    name: str
    title: str
    needs: tuple[str, ...]
    run: str
    told: str

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """The exercises of the functions that it needs, in the order of the lessons."""
        return tuple(e for _, e in catalogue.exercises().values() if e.name in self.needs)

    def summary(self, figures: Mapping[str, float]) -> str:
        """Tell the figures of a run, "" where one that was remembered is missing."""
        try:
            return self.told.format_map(figures)
        except (KeyError, ValueError):
            return ""


_ATTENTION = (
    "softmax",
    "attention_scores_forward",
    "causal_mask",
    "attention_weights",
    "attention_forward",
    "split_heads",
    "merge_heads",
    "qkv_attention_forward",
    "softmax_backward",
    "mix_values_backward",
    "attention_scores_backward",
    "attention_backward",
    "qkv_attention_backward",
)

MILESTONES = (
    Milestone(
        "bigram",
        "bigram beats uniform",
        ("log_softmax", "cross_entropy_forward", "perplexity", "counted_probabilities"),
        "milestone_runs:bigram",
        "perplexity {bigram perplexity:.1f}, not {uniform perplexity:.1f}",
    ),
    Milestone(
        "attention",
        "your attention overfits one batch",
        _ATTENTION,
        "milestone_runs:attention",
        "loss {last loss:.3f}, and {without looking back:.3f} at best without looking back",
    ),
    Milestone(
        "gpt",
        "your GPT trains",
        (
            *_ATTENTION,
            "log_softmax",
            "cross_entropy_forward",
            "cross_entropy_backward",
            "embedding_forward",
            "embedding_backward",
            "layernorm_forward",
            "layernorm_backward",
            "gelu_forward",
            "gelu_backward",
            "linear_backward",
            "dropout_forward",
            "dropout_backward",
            "adamw_step",
        ),
        "milestone_runs:gpt",
        "held-out loss {held-out loss:.3f}, and {counts of pairs:.3f} for counts of pairs",
    ),
    Milestone(
        "speech",
        "your tokenizer and sampler speak",
        (
            "softmax",
            "learn_merges",
            "encode_word",
            "decode",
            "complete_text",
            "apply_temperature",
            "top_k",
            "top_p",
            "cached_attention_step",
        ),
        "milestone_speech:speech",
        "{bytes a token:.2f} bytes a token, {known words:.0%} known words",
    ),
)


def find(name: str) -> Milestone:
    """Return the milestone of a name, or of its number from 1. Raises UserError for neither."""
    for number, milestone in enumerate(MILESTONES, start=1):
        if name in (milestone.name, str(number)):
            return milestone
    known = [milestone.name for milestone in MILESTONES]
    raise UserError(f"There is no milestone {name!r}, expected {', '.join(known)}.{nearest(name, known)}")


def carry_out(
    milestone: Milestone, functions: Mapping[str, Callable[..., Any]], say: Callable[[str], object]
) -> Any:
    """Let the functions that a milestone needs do their work; returns its `milestone_runs.Run`.

    `say` gets the lines that tell what happens. Raises UserError when one of the functions fails.
    """
    module, _, name = milestone.run.partition(":")
    run = getattr(importlib.import_module(f".{module}", __package__), name)
    with without_warnings():
        return run({need: functions[need] for need in milestone.needs}, say)


def solved_names(progress: Progress, state: State) -> set[str]:
    """Names of the functions that are solved: as judged just now or, where they were not, as remembered."""
    judged = {e.id for e in (*progress.solved, *progress.wrong, *progress.todo)}
    now = {e.name for e in progress.solved}
    return now | {
        exercise.name
        for name, (_, exercise) in catalogue.exercises().items()
        if name in state.solved and name not in judged
    }


def missing(milestone: Milestone, solved: Collection[str]) -> list[Exercise]:
    """Return the exercises that a milestone waits for."""
    return [exercise for exercise in milestone.exercises if exercise.name not in solved]


def line(solved: Collection[str], state: State) -> str:
    """Say in one line how many milestones are reached, and which is the next: one that is ready, if any."""
    waiting = [m for m in MILESTONES if m.name not in state.milestones]
    begin = f"milestones: {len(MILESTONES) - len(waiting)} of {len(MILESTONES)}"
    if not waiting:
        return f"{begin}."
    for milestone in waiting:
        if not missing(milestone, solved):
            return f"{begin}; ready: {milestone.title} ({COMMAND} {milestone.name})"
    return f"{begin}; next: {waiting[0].title}, {needs(missing(waiting[0], solved))}"


def needs(exercises: Sequence[Exercise]) -> str:
    """Say what is missing: "needs 08.4", "needs 06.1, 06.2, 06.3, 06.4 and 8 more".

    The first NAMED are named, or one more where only that one would be left.
    """
    ids = [exercise.id for exercise in exercises]
    shown = len(ids) if len(ids) <= NAMED + 1 else NAMED
    rest = len(ids) - shown
    return f"needs {', '.join(ids[:shown])}" + (f" and {rest} more" if rest else "")


def become_ready(before: Collection[str], after: Collection[str], state: State) -> list[Milestone]:
    """Return the milestones not reached yet for which the last function has just been solved."""
    return [
        milestone
        for milestone in MILESTONES
        if milestone.name not in state.milestones
        and missing(milestone, before)
        and not missing(milestone, after)
    ]
