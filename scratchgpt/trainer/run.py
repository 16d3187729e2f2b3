"""A training run in a folder: evaluation, history, the best and the last checkpoint, exact resume."""

import dataclasses
import functools
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import atomic, checkpoint, sampling
from ..config import SampleConfig
from ..errors import UserError
from ..tokenizer import Tokenizer
from .step import Trainer, TrainingDiverged, TrainState

Row = dict[str, Any]  # one line of history.jsonl


@dataclass(frozen=True)
class Run:
    """A training run that writes to a folder: last-N, best-N and history.jsonl.

    `about` goes into every checkpoint: what it takes to resume besides the state.
    """

    trainer: Trainer
    tokenizer: Tokenizer
    out: Path
    about: Mapping[str, Any]

    def fit(
        self,
        state: TrainState,
        report: Callable[[Row, TrainState], None] = lambda row, state: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> TrainState:
        """Train until the last step, `stopped()`, or `patience` evaluations without a new best.

        `report` gets every row of the history. The state is saved every `save_every` steps and at the
        end. Raises TrainingDiverged naming the checkpoint that remains, and UserError when the disk
        refuses.
        """
        c = self.trainer.config

        def record(state: TrainState, **row: Any) -> None:
            self._append({"step": state.step, **row})
            report({"step": state.step, **row}, state)

        if state.step == 0:
            self._cut_history(-1)
            self._keep(state)  # from the first step on there is something to go back to
            state = self._evaluate(state, record)
        while state.step < c.steps and not self.out_of_patience(state) and not stopped():
            state = self._step(state, record)
            self._prune(state)
            if state.step % c.eval_every == 0 or state.step == c.steps or self._is_milestone(state.step):
                state = self._evaluate(state, record)
            if state.step % c.save_every == 0:
                self._keep(state)
        self._keep(state)
        if not stopped():
            self._prune(state)
        return state

    def _step(self, state: TrainState, record: Callable[..., None]) -> TrainState:
        """Make a step and record it; when it diverges, say which checkpoint remains."""
        c = self.trainer.config
        number = state.step + 1
        stats = (bool(c.stats) and number % c.stats == 0) or self._is_milestone(number)
        started = time.perf_counter()
        try:
            state, done = self.trainer.step(state, stats)
        except TrainingDiverged as error:
            raise TrainingDiverged(f"{error} {self._remaining(state)}") from None
        seconds = time.perf_counter() - started
        record(
            state, loss=done.loss, lr=done.lr, grad_norm=done.grad_norm, tokens=done.tokens, seconds=seconds
        )
        if done.stats is not None:
            record(state, stats=[s._asdict() for s in done.stats])
        if self._is_milestone(number) and c.objective == "clm":
            record(state, samples=[self.sample(state, draw=i) for i in range(3)])
        return state

    def _is_milestone(self, step: int) -> bool:
        c = self.trainer.config
        return step in log_spaced(c.steps, c.milestones)

    def sample(self, state: TrainState, tokens: int = 100, draw: int = 0) -> str:
        """Return a text drawn from the model as it is now; the same seed in every step."""
        start = self.tokenizer.eot_id
        ids = [start if start is not None else int(self.trainer.data.val[0])]
        config = SampleConfig(max_new_tokens=tokens, overflow="truncate")
        rng = np.random.default_rng([self.trainer.config.seed, 3, draw])
        model, vocab_size = self.trainer.model, self.tokenizer.vocab_size
        drawn = sampling.stream(model, state.params, ids, config, rng, eot_id=start, vocab_size=vocab_size)
        return self.tokenizer.decode(list(drawn))

    def out_of_patience(self, state: TrainState) -> bool:
        """Whether `patience` evaluations have brought no new best."""
        c = self.trainer.config
        return bool(c.patience) and state.step - state.best_step >= c.patience * c.eval_every

    # Checkpoints.

    def _folder(self, kind: str, step: int) -> Path:
        return self.out / f"{kind}-{step:07d}"

    def _keep(self, state: TrainState) -> None:
        """Write "last-N" unless it is there."""
        if not self._folder("last", state.step).exists():
            self.save(state, "last")

    def _prune(self, state: TrainState) -> None:
        """Delete the checkpoints to which nothing can go back any more.

        A "last" goes when a newer one has proved itself: the step from it, or the evaluation of it, was
        finite. A "best" goes when a "last" that knows a better one is on disk.
        """
        lasts = checkpoint.numbered(self.out, "last")
        for old in lasts[1:]:
            atomic.discard(old)
        if lasts and _number(lasts[0]) >= state.best_step:
            for best in checkpoint.numbered(self.out, "best"):
                if _number(best) != state.best_step:
                    atomic.discard(best)

    def _remaining(self, state: TrainState) -> str:
        """What a user can do after training diverged.

        A "last" from which the very next step diverged is spoilt: it goes when there is an older one.
        """
        lasts = checkpoint.numbered(self.out, "last")
        if len(lasts) > 1 and _number(lasts[0]) == state.step:
            atomic.discard(lasts.pop(0))
        return f"The last good checkpoint is {lasts[0]}: resume the run, or start again, with a lower --lr."

    def save(self, state: TrainState, kind: str) -> None:
        """Write the checkpoint "last-N", or "best-N" without the moments. Older ones stay."""
        training = {
            **self.about,
            "train": dataclasses.asdict(self.trainer.config),
            "step": state.step,
            "batch": state.batch,
            "rng": state.rng.bit_generator.state,
            "best_loss": state.best_loss if math.isfinite(state.best_loss) else None,
            "best_step": state.best_step,
        }
        moments = state.moments if kind == "last" else {}
        config, path = self.trainer.model.config, self._folder(kind, state.step)
        checkpoint.save(path, config, state.params, self.tokenizer, moments, training)

    def load(self, folder: Path | None = None) -> TrainState:
        """Read the newest "last-N": training goes on from it bit for bit as if it had never stopped.

        An older one may be given as `folder`; what the run wrote after it is deleted then. Raises UserError
        when there is none or when it does not fit.
        """
        folder = folder or checkpoint.find(self.out, ("last",))
        atomic.sweep(self.out)
        _, params, _ = checkpoint.load_model(folder, self.trainer.model.ops)
        state = self.trainer.init(params)
        training = checkpoint.load_training(folder, params, tuple(state.moments))
        try:
            state.rng.bit_generator.state = training["rng"]
            best = training["best_loss"]
            state = dataclasses.replace(
                state,
                moments=training["moments"],
                step=int(training["step"]),
                batch=int(training["batch"]),
                best_loss=math.inf if best is None else float(best),
                best_step=int(training["best_step"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"{folder / checkpoint.TRAINING} is damaged ({error!r}).") from None
        self._cut_history(state.step)
        for later in (*checkpoint.numbered(self.out, "best"), *checkpoint.numbered(self.out, "last")):
            # A best that was found after the state was saved will be found again.
            if _number(later) > state.step:
                atomic.discard(later)
        return state

    def _evaluate(self, state: TrainState, record: Callable[..., None]) -> TrainState:
        """Evaluate, and keep the model when it is the best so far."""
        result = self.trainer.evaluate(state.params, self.trainer.config.eval_batches)
        if not math.isfinite(result.loss):
            raise TrainingDiverged(
                f"After step {state.step} the held-out loss is {result.loss}, expected a number. "
                f"{self._remaining(state)}"
            )
        bits = self.trainer.bits_per_byte(result)
        record(state, val_loss=result.loss, perplexity=result.perplexity, bits_per_byte=bits)
        if state.step and result.loss < state.best_loss:  # an untrained model is never the best
            state = dataclasses.replace(state, best_loss=result.loss, best_step=state.step)
            self.save(state, "best")
        return state

    # History.

    @property
    def history(self) -> Path:
        """The file with a line for every step and every evaluation."""
        return self.out / "history.jsonl"

    def _append(self, row: Row) -> None:
        try:
            with self.history.open("a", encoding="utf-8", newline="\n") as file:
                file.write(json.dumps(row) + "\n")
        except OSError as error:
            raise UserError(f"Cannot write {self.history}: {error.strerror}.") from None

    def _cut_history(self, step: int) -> None:
        """Drop what was written after the checkpoint, and a last line that a kill cut short."""
        rows = [row for row in read_history(self.history) if row["step"] <= step]
        atomic.write_text(self.history, "".join(json.dumps(row) + "\n" for row in rows))


@functools.cache
def log_spaced(steps: int, n: int) -> frozenset[int]:
    """Return n steps from 1 to `steps` at equal ratios, each rounded to the next one that is free.

    Most of what a model learns it learns early: equal ratios show it.
    """
    chosen: set[int] = set()
    for i in range(min(n, steps)):
        step = round(steps ** (i / max(n - 1, 1)))
        while step in chosen:
            step += 1
        chosen.add(step)
    return frozenset(chosen)


def _number(folder: Path) -> int:
    """The step of a checkpoint, from its name."""
    return int(folder.name.partition("-")[2])


def read_history(path: Path) -> list[Row]:
    """Return the rows of a history.jsonl; what is no row, such as a line cut short, is left out."""
    rows = []
    if path.exists():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict) and isinstance(row.get("step"), int):
                rows.append(row)
    return rows
