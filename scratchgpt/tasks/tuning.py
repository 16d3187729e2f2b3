"""Tuning as explicit state: a step takes the state and returns the new one; an epoch ends with a look at
the development data."""

import dataclasses
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .. import optim
from ..config import TrainConfig, TuneConfig
from ..errors import UserError
from ..ops.arrays import to_host
from ..params import Params
from ..trainer.step import TrainingDiverged, TrainState
from .batches import Encoded, collate, in_order_of_length, training_order
from .metrics import METRICS
from .model import Losses
from .starting import Start


class TuneReport(NamedTuple):
    """What a step did: the losses before the update, the gradient norm before clipping, the rate."""

    losses: Losses
    grad_norm: float
    lr: float
    tokens: int


class Judgement(NamedTuple):
    """How a model does on a part of the data.

    `probabilities` (n, K), or scores (n,); `values` by the names of the metrics; `language_loss`, L1 in nats:
    what is left of the language model.
    """

    probabilities: np.ndarray
    values: dict[str, float]
    language_loss: float

    @property
    def predictions(self) -> np.ndarray:
        """The likeliest classes or options (n,), or the scores."""
        return predicted(self.probabilities)


def predicted(probabilities: np.ndarray) -> np.ndarray:
    """Return the likeliest classes or options (n,) of probabilities (n, K); scores (n,) as they are."""
    return probabilities.argmax(axis=1) if probabilities.ndim == 2 else probabilities


@dataclass(frozen=True)
class Tuner:
    """What stays the same while a model is tuned. `metrics` are names; the first one says what is best."""

    start: Start
    config: TuneConfig
    train: Sequence[Encoded]
    dev: Sequence[Encoded]
    metrics: tuple[str, ...]

    def __post_init__(self) -> None:
        for name, part in (("training", self.train), ("development", self.dev)):
            if not part:
                raise UserError(f"There is no {name} example, expected at least one.")

    @property
    def steps_per_epoch(self) -> int:
        """Batches in one pass over the training examples."""
        return math.ceil(len(self.train) / self.config.batch_size)

    @property
    def steps(self) -> int:
        """Optimizer steps of the whole run."""
        return self.steps_per_epoch * self.config.epochs

    @cached_property
    def schedule(self) -> TrainConfig:
        """The same settings as optimizers and schedules take them."""
        c, steps = self.config, max(self.steps, 1)
        return TrainConfig(
            steps=steps,
            lr=c.lr,
            min_lr=0.0,
            # At least one step is taken at the full rate: the last one has none, and may be the only one.
            warmup=max(1, round(c.warmup * steps)),
            schedule="linear",
            beta2=0.999,
            weight_decay=c.weight_decay,
            clip=c.clip,
            seed=c.seed,
        )

    @cached_property
    def optimizer(self) -> optim.Optimizer:
        """AdamW, as GPT-1 was tuned."""
        return optim.from_config(self.schedule, self.start.model.gpt.ops)

    @cached_property
    def class_weights(self) -> np.ndarray | None:
        """The inverse of each class's share of the training examples, scaled to a mean of 1; or None."""
        if not self.config.class_weights:
            return None
        model = self.start.model
        if model.scores or model.options:
            raise UserError("class_weights need classes, but this task has scores or options: leave it out.")
        counts = np.bincount([int(e.label or 0) for e in self.train])
        return len(self.train) / (len(counts) * np.maximum(counts, 1.0))

    def init(self) -> TrainState:
        """Return the state before the first step; the parameters of `start` belong to it from now on."""
        params = self.start.params
        rng = np.random.default_rng([self.config.seed, 1])
        return TrainState(params, params.zeros_like(), self.optimizer.init(params), rng)

    def batch(self, number: int) -> list[Encoded]:
        """Return a batch by its number: the same one however often the run was interrupted."""
        epoch, i = divmod(number, self.steps_per_epoch)
        return [self.train[int(n)] for n in self._order(epoch)[i]]

    def _order(self, epoch: int) -> list[np.ndarray]:
        rng = np.random.default_rng([self.config.seed, 2, epoch])
        return training_order(self.train, self.config.batch_size, rng)

    @np.errstate(over="ignore", invalid="ignore", divide="ignore")  # diagnosed, in one line
    def step(self, state: TrainState) -> tuple[TrainState, TuneReport]:
        """Make one optimizer step. Raises TrainingDiverged, parameters unchanged, when it is not finite."""
        model, number = self.start.model, state.step + 1
        batch = collate(self.batch(state.step))
        state.grads.buffer[...] = 0
        losses, cache = model.loss(state.params, batch, class_weights=self.class_weights, rng=state.rng)
        model.loss_backward(1.0, cache, state.grads)
        for name in ("wte.weight", "lm_head.weight"):
            if self.start.held_rows and name in state.grads.flat:
                # AdamW leaves what has never had a gradient where it is.
                state.grads.flat[name][: self.start.held_rows] = 0
        norm, scale = optim.clip_factor(state.grads, self.config.clip)
        if not math.isfinite(losses.total) or not math.isfinite(norm):
            raise TrainingDiverged(
                f"Step {number}: the loss is {losses.total} and the gradient norm {norm}, expected numbers. "
                "Try a lower --lr."
            )
        lr = optim.learning_rate(number, self.schedule)
        self.optimizer.step(state.params, state.grads, state.moments, lr=lr, step=number, scale=scale)
        new = dataclasses.replace(state, step=number, batch=number)
        return new, TuneReport(losses, norm, lr, int(batch.key_mask.sum()))

    def judge(
        self,
        params: Params,
        examples: Sequence[Encoded],
        watch: Callable[[Iterable[np.ndarray]], Iterable[np.ndarray]] = iter,
    ) -> Judgement:
        """Predict examples, and compute the metrics where they are labelled (else there are none)."""
        return judge(self.start, params, examples, self.metrics, watch)

    def fit(
        self,
        state: TrainState,
        *,
        step: Callable[[TrainState, TuneReport], object] = lambda state, report: None,
        epoch: Callable[[TrainState, Judgement, bool], object] = lambda state, judgement, best: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> TrainState:
        """Train to the end, to `stopped()`, or until `patience` epochs have brought no new best.

        `epoch` is told the judgement on the development data and whether it is the best so far: the caller
        keeps the parameters. The earlier of two equals is the best. `best_loss` is the metric, negated.
        """
        while state.step < self.steps and not self._out_of_patience(state) and not stopped():
            state, report = self.step(state)
            step(state, report)
            if state.step % self.steps_per_epoch:
                continue
            judgement = self.judge(state.params, self.dev)
            loss = -judgement.values[self.metrics[0]]
            best = loss < state.best_loss
            if best:
                state = dataclasses.replace(state, best_loss=loss, best_step=state.step)
            epoch(state, judgement, best)
        return state

    def _out_of_patience(self, state: TrainState) -> bool:
        patience = self.config.patience * self.steps_per_epoch
        return bool(patience) and state.step - state.best_step >= patience


def judge(
    start: Start,
    params: Params,
    examples: Sequence[Encoded],
    metrics: Sequence[str],
    watch: Callable[[Iterable[np.ndarray]], Iterable[np.ndarray]] = iter,
) -> Judgement:
    """Predict examples with a task's model; see `Tuner.judge`."""
    model = start.model
    parts: dict[int, np.ndarray] = {}
    total, count = 0.0, 0
    for numbers in watch(in_order_of_length(examples)):
        batch = collate([examples[int(n)] for n in numbers])
        predicted, loss, sequences = model.predict(params, batch)
        parts |= dict(zip(numbers.tolist(), to_host(predicted), strict=True))
        total, count = total + loss * sequences, count + sequences
    probabilities = np.array([parts[i] for i in range(len(examples))])
    if not np.isfinite(probabilities).all():
        raise UserError("The model's predictions are NaN or infinite: tune again with a lower --lr.")
    judgement = Judgement(probabilities, {}, total / max(count, 1))
    if all(example.label is not None for example in examples):
        targets = np.array([example.label for example in examples])
        judgement.values.update(
            {name: float(METRICS[name](targets, judgement.predictions)) for name in metrics}
        )
    return judgement
