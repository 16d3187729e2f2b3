"""Training as explicit state: a step takes the state and returns the new one."""

import dataclasses
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import optim
from ..config import GPTConfig, TrainConfig
from ..corpus.batches import Batches, Encoded, eval_batches, mask_tokens
from ..errors import UserError
from ..evaluation import Evaluation, mean_loss
from ..model import GPT, LossCache
from ..ops.arrays import array_module
from ..params import Params
from .stats import LayerStats, layer_statistics

Windows = Iterable[tuple[np.ndarray, np.ndarray]]  # batches (ids, targets)


class TrainingDiverged(UserError):
    """The loss or the gradient is no longer a number."""


@dataclass(frozen=True)
class TrainState:
    """All that changes during training. A step owns what it is given: it updates the arrays in place
    and returns the new state; `copy()` first to keep the old one."""

    params: Params
    grads: Params  # room for gradients, cleared by every step
    moments: optim.Moments
    rng: np.random.Generator  # dropout and masking
    step: int = 0  # optimizer steps done
    batch: int = 0  # batches consumed: the position in the data
    best_loss: float = math.inf  # on held-out text
    best_step: int = 0

    def copy(self) -> "TrainState":
        """Return a snapshot that shares nothing."""
        rng = np.random.default_rng()
        rng.bit_generator.state = self.rng.bit_generator.state
        return dataclasses.replace(
            self,
            params=self.params.copy(),
            grads=self.grads.copy(),
            moments={name: m.copy() for name, m in self.moments.items()},
            rng=rng,
        )


@dataclass(frozen=True)
class StepReport:
    """What a step did: `loss` in nats per token before the update, the gradient norm before clipping,
    the learning rate, the number of target tokens, and the statistics if they were asked for."""

    loss: float
    grad_norm: float
    lr: float
    tokens: int
    stats: list[LayerStats] | None = None


def sequence_length(config: TrainConfig, shape: GPTConfig) -> int:
    """Return the tokens of a sequence: `seq_len`, or all that the model sees.

    Raises UserError for more tokens than the model has positions.
    """
    if config.seq_len > shape.block_size:
        raise UserError(
            f"seq_len is {config.seq_len}, expected at most {shape.block_size}, the positions of the model "
            "(0: all of them)."
        )
    return config.seq_len or shape.block_size


@dataclass(frozen=True)
class Trainer:
    """What stays the same during training. `mask_id` is the id of the mask token, if any."""

    model: GPT
    config: TrainConfig
    data: Encoded
    mask_id: int | None = None

    @property
    def optimizer(self) -> optim.Optimizer:
        """The update rule of the configuration."""
        return optim.from_config(self.config, self.model.ops)

    @property
    def seq_len(self) -> int:
        """Tokens of a sequence, in training and evaluation."""
        return sequence_length(self.config, self.model.config)

    @property
    def batches(self) -> Batches:
        """The training text as batches by number."""
        return Batches(self.data.train, self.config.batch_size, self.seq_len, self.config.seed)

    def init(self, params: Params) -> TrainState:
        """Return the state before the first step. The parameters belong to it from now on."""
        rng = np.random.default_rng([self.config.seed, 1])
        return TrainState(params, params.zeros_like(), self.optimizer.init(params), rng)

    # What overflows is diagnosed, in one line instead of NumPy's warnings.
    @np.errstate(over="ignore", invalid="ignore", divide="ignore")
    def step(self, state: TrainState, stats: bool = False) -> tuple[TrainState, StepReport]:
        """Make one optimizer step over `accumulate` batches, each weighted by its target tokens.

        Raises TrainingDiverged, with the parameters unchanged, when loss or gradient is not finite.
        """
        number = state.step + 1
        batches = [
            self._batch(*self.batches.at(state.batch + i), state.rng) for i in range(self.config.accumulate)
        ]
        loss, tokens, cache = self._gradients(state, batches)
        norm, scale = optim.clip_factor(state.grads, self.config.clip)
        if not math.isfinite(loss) or not math.isfinite(norm):
            raise TrainingDiverged(
                f"Step {number}: the loss is {loss} and the gradient norm {norm}, expected numbers."
            )
        before = state.params.copy() if stats else None
        lr = optim.learning_rate(number, self.config)
        self.optimizer.step(state.params, state.grads, state.moments, lr=lr, step=number, scale=scale)
        rows = None
        if before is not None:
            rows = layer_statistics(self.model, cache, state.grads, before, state.params)
        new = dataclasses.replace(state, step=number, batch=state.batch + len(batches))
        return new, StepReport(loss, norm, lr, tokens, rows)

    def _gradients(self, state: TrainState, batches: list[Any]) -> tuple[float, int, LossCache]:
        """Fill `state.grads` from all batches; return loss, target tokens and the last cache."""
        xp = array_module(state.params.buffer)
        state.grads.buffer[...] = 0
        counts = [int((targets != -1).sum()) for _, targets in batches]
        mean_loss = 0.0
        for (ids, targets), count in zip(batches, counts, strict=True):
            # Each batch's loss is a mean over its own tokens: its share makes it a mean over all.
            share = count / max(sum(counts), 1)
            loss, cache = self.model.loss(state.params, xp.asarray(ids), xp.asarray(targets), rng=state.rng)
            self.model.loss_backward(share, cache, state.grads)
            mean_loss += float(loss) * share
        return mean_loss, sum(counts), cache

    def evaluate(
        self,
        params: Params,
        limit: int | None = None,
        watch: Callable[[Windows], Windows] = iter,
    ) -> Evaluation:
        """Evaluate on the held-out tokens: all of them, or `limit` batches spread over them.

        `watch` wraps the batches, say in a progress bar. The masked objective draws the same masks each
        time. Raises UserError when it masks nothing.
        """
        rng = np.random.default_rng([self.config.seed, 2])
        batches = eval_batches(self.data.val, self.config.batch_size, self.seq_len, limit)
        result = mean_loss(self.model, params, (self._batch(*b, rng) for b in watch(batches)))
        if not result.tokens:
            raise UserError(
                f"With mask_prob {self.config.mask_prob}, none of the held-out tokens was masked: "
                "hold out more text or raise --mask-prob."
            )
        return result

    def bits_per_byte(self, result: Evaluation) -> float | None:
        """Bits per byte of the held-out text; None for the masked objective, which predicts but a part."""
        if self.config.objective == "mlm":
            return None
        return result.bits_per_byte(len(self.data.val), self.data.val_bytes)

    def _batch(self, ids: Any, targets: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        """Apply the objective to a batch of next-token windows."""
        if self.config.objective == "clm":
            return ids, targets
        if self.mask_id is None:
            raise UserError("The masked objective needs a mask token, but there is none.")
        padding = targets == -1
        inputs, chosen = mask_tokens(
            ids,
            rng,
            mask_id=self.mask_id,
            vocab_size=self.mask_id,
            probability=self.config.mask_prob,
        )
        return inputs, np.where(padding, -1, chosen)
