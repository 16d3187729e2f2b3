"""The runs behind the milestones: a learner's functions at work, and the package's beside them.

Every run does its work twice where that is cheap, once with the learner's functions and once with the
package's, and must come to the same figures: so a function that is right on its probes and wrong here is
noticed. The goals were fixed before any learner came; beside each stands why it is where it is.
"""

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from .. import optim
from ..config import GPTConfig, TrainConfig
from ..corpus.batches import next_token_batch
from ..count_model import CountModel
from ..model import GPT
from ..ops import REFERENCE
from ..ops.cross_entropy import cross_entropy_forward
from ..ops.softmax import log_softmax
from ..trainer import TrainingDiverged
from ..worked.likelihood import perplexity
from .training import COMPARED, TOLERANCE, compare, counted, make_trainer, namespace, tales

Functions = Mapping[str, Callable[..., Any]]
Say = Callable[[str], object]


@dataclass(frozen=True)
class Run:
    """How a run ended: figures, how often each function was called, and what was missed ("": nothing)."""

    figures: dict[str, float]
    calls: Counter[str]
    missed: str = ""


# 1. Counting pairs of characters.

COUNTED = 20_000  # characters of the tales that are counted: enough for pairs, and read 60 times over
# nats a character. Single characters, without the one before, have 3.02 when all of the training text is
# counted: nothing gets below 2.6 without looking back. Equal probabilities for 79 characters have 4.37.
BIGRAM_GOAL = 2.6


def bigram(functions: Functions, say: Say) -> Run:
    """Predict held-out tales from the character before, with counts of pairs."""
    calls: Counter[str] = Counter()
    mine = {name: counted(name, f, calls) for name, f in functions.items()}
    tokenizer, data = tales()
    V, held_out = tokenizer.vocab_size, data.val.astype(np.int64)
    text = data.train[-COUNTED:].astype(np.int64)
    model = CountModel.fit(text, V, 1)
    package: Functions = {
        "log_softmax": log_softmax,
        "cross_entropy_forward": cross_entropy_forward,
        "perplexity": perplexity,
        "counted_probabilities": lambda ids, context, V: model.distribution(np.array(context)),
    }
    own = _bigram_figures(mine, text.tolist(), held_out, V)
    right = _bigram_figures(package, text.tolist(), held_out, V)
    say(f"{len(held_out):,} characters of the bundled tales that were not counted:")
    for what in ("uniform", "bigram"):
        loss, hard = own[f"{what} loss"], own[f"{what} perplexity"]
        name = f"all {V} characters equally likely" if what == "uniform" else "from the character before"
        say(f"  {name:33} {loss:.3f} nats a character, perplexity {hard:.1f}")
    missed = _differs(own, right) or _above("The bigram's loss", own["bigram loss"], BIGRAM_GOAL)
    return Run(own, calls, missed)


def _bigram_figures(functions: Functions, text: list[int], held_out: np.ndarray, V: int) -> dict[str, float]:
    """Loss and perplexity of equal probabilities, and of counted ones, on the held-out characters.

    The perplexity is that of the counted probabilities as they are: the loss would not notice if they had
    another sum than 1, because its softmax mends that.
    """
    before, after = held_out[:-1], held_out[1:]
    rows = np.zeros((V, V))
    for c in np.unique(before).tolist():
        rows[c] = np.log(functions["counted_probabilities"](text, [c], V))
    equal = np.zeros((len(after), V))
    place = np.arange(len(after))
    figures = {}
    for what, logits, log_probs in (
        ("uniform", equal, functions["log_softmax"](equal)),
        ("bigram", rows[before], rows[before]),
    ):
        loss, _ = functions["cross_entropy_forward"](logits, after)
        figures[f"{what} loss"] = float(loss)
        figures[f"{what} perplexity"] = float(functions["perplexity"](log_probs[place, after]))
    return figures


def _differs(own: Mapping[str, float], right: Mapping[str, float]) -> str:
    """Say which of the figures is not the package's, "" when all are."""
    for name, value in right.items():
        if not math.isclose(own[name], value, rel_tol=1e-4):
            return f"With the package's functions the {name} is {value:.4f}, with yours {own[name]:.4f}."
    return ""


def _above(what: str, value: float, goal: float) -> str:
    return "" if value < goal else f"{what} is {value:.3f}, expected below {goal:g} nats."


# 2. Attention, on one batch.

BATCH = 4, 32  # rows and characters
ONE_BATCH = GPTConfig(block_size=BATCH[1], n_layer=2, n_head=4, n_embd=32, positions="none")
MEMORISING = 300  # steps; the goal is passed after about 150
# nats: a mean probability of 0.9 for the right character. There are no positions in the model, so that what
# sees only the character itself cannot get below 1.31 on this batch: the rest has to come from attention.
ONE_BATCH_GOAL = 0.1


def attention(functions: Functions, say: Say) -> Run:
    """Learn one batch by heart with a model that has nothing but attention to look back with."""
    calls: Counter[str] = Counter()
    tokenizer, data = tales()
    ids, targets = next_token_batch(data.train, 1000 * np.arange(BATCH[0]), BATCH[1])
    shape = dataclasses.replace(ONE_BATCH, vocab_size=tokenizer.vocab_size)
    mine = GPT(shape, namespace(functions, calls))
    own, right = (_losses(model, ids, targets, COMPARED) for model in (mine, GPT(shape, REFERENCE)))
    if missed := _apart(own, right):
        return Run({"first loss": own[0]}, calls, missed)
    own, alone = _losses(mine, ids, targets, MEMORISING), seen_alone(ids, targets)
    say(f"one batch of {BATCH[0]} x {BATCH[1]} characters, {MEMORISING} steps, all attention yours:")
    say(f"  before {own[0]:.3f} nats, after {own[-1]:.3f}; without looking back at least {alone:.3f}")
    figures = {"first loss": own[0], "last loss": own[-1], "without looking back": alone}
    return Run(figures, calls, _above("The loss after the last step", own[-1], ONE_BATCH_GOAL))


def _losses(model: GPT, ids: np.ndarray, targets: np.ndarray, steps: int) -> list[float]:
    """Train on one batch and return the loss before each step."""
    config = TrainConfig(steps=steps, lr=1e-2, weight_decay=0.0, beta2=0.99)
    params = model.init(np.random.default_rng(0))
    grads, rule = params.zeros_like(), optim.from_config(config, model.ops)
    moments, losses = rule.init(params), []
    for step in tqdm(range(1, steps + 1), unit="step", leave=False, disable=None):
        loss, cache = model.loss(params, ids, targets)
        grads.buffer[...] = 0
        model.loss_backward(1.0, cache, grads)
        _, scale = optim.clip_factor(grads, config.clip)
        rule.step(params, grads, moments, lr=config.lr, step=step, scale=scale)
        losses.append(float(loss))
    return losses


def seen_alone(ids: np.ndarray, targets: np.ndarray) -> float:
    """Return the least mean loss, in nats, of anything that sees each character by itself.

    Shapes: ids (B, T), targets (B, T). It is the entropy of the targets, given the character before each.
    """
    pairs = Counter(zip(ids.ravel().tolist(), targets.ravel().tolist(), strict=True))
    firsts = Counter(ids.ravel().tolist())
    return -sum(n * math.log(n / firsts[first]) for (first, _), n in pairs.items()) / ids.size


def _apart(own: list[float], right: list[float]) -> str:
    """Say how far the first losses are from the package's, "" when it is but rounding."""
    gaps = [abs(a - b) for a, b in zip(own, right, strict=False)]
    first = next((step for step, gap in enumerate(gaps, start=1) if not gap < TOLERANCE), None)
    if first is None:
        return ""
    return (
        f"From step {first} on the losses are not those of the package's functions "
        f"({own[first - 1]:.5f}, expected {right[first - 1]:.5f})."
    )


# 3. A whole model.

SMALL = GPTConfig(block_size=32, n_layer=2, n_head=4, n_embd=64, resid_dropout=0.1)
TRAINING = TrainConfig(steps=300, batch_size=16, lr=6e-3, min_lr=6e-4, warmup=20, beta2=0.99)


def gpt(functions: Functions, say: Say) -> Run:
    """Train a GPT on the tales and hold it against counts of pairs: below them, it uses more than one
    character before. Counted on all of the training text, they are as good as pairs can be here."""
    calls: Counter[str] = Counter()
    tokenizer, data = tales()
    pairs = CountModel.fit(data.train.astype(np.int64), tokenizer.vocab_size, 1)
    goal = pairs.mean_nll(data.val.astype(np.int64))
    mine, package = (make_trainer(ops, SMALL, TRAINING) for ops in (namespace(functions, calls), REFERENCE))
    try:
        state, losses, seconds = compare(mine, package)
    except TrainingDiverged as error:
        return Run({}, calls, f"With your functions training breaks off. {error}")
    if missed := _apart([a for a, _ in losses], [b for _, b in losses]):
        return Run({"first loss": losses[0][0]}, calls, missed)
    if (minutes := round(seconds * TRAINING.steps / 60)) > 1:
        say(f"({TRAINING.steps} steps take about {minutes} minutes with your functions; Ctrl-C ends.)")
    for _ in tqdm(range(TRAINING.steps - state.step), unit="step", leave=False, disable=None):
        state, _ = mine.step(state)
    held_out = mine.evaluate(state.params).loss
    say(f"{state.params.buffer.size:,} parameters, {state.step} steps on the bundled tales, held-out text:")
    say(f"  your GPT {held_out:.3f} nats a character, counts of pairs {goal:.3f}")
    figures = {"held-out loss": held_out, "counts of pairs": goal, "steps": float(state.step)}
    return Run(figures, calls, _above("The held-out loss", held_out, goal))
