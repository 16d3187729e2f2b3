"""A training run in a folder: evaluation, history, the best and the last checkpoint, exact resume."""

import dataclasses
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import atomic, checkpoint
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
        seconds, tokens = 0.0, 0  # of steps only, not of evaluations

        def record(**row: Any) -> None:
            self._append(row)
            report(row, state)

        if state.step == 0:
            state = self._evaluate(state, record)
        while state.step < c.steps and not stopped():
            stats = bool(c.stats) and (state.step + 1) % c.stats == 0
            started = time.perf_counter()
            try:
                state, done = self.trainer.step(state, stats)
            except TrainingDiverged as error:
                raise TrainingDiverged(f"{error} {self._remaining()}") from None
            tokens += done.tokens
            seconds += time.perf_counter() - started
            record(
                step=state.step,
                loss=done.loss,
                lr=done.lr,
                grad_norm=done.grad_norm,
                tokens_per_second=tokens / seconds,
            )
            if done.stats is not None:
                record(step=state.step, stats=[s._asdict() for s in done.stats])
            if state.step % c.eval_every == 0 or state.step == c.steps:
                state = self._evaluate(state, record)
            if state.step % c.save_every == 0:
                self.save(state, "last")
            if c.patience and state.step - state.best_step >= c.patience * c.eval_every:
                break
        if not self._folder(state, "last").exists():
            self.save(state, "last")
        return state

    def _folder(self, state: TrainState, kind: str) -> Path:
        return self.out / f"{kind}-{state.step:07d}"

    def save(self, state: TrainState, kind: str) -> None:
        """Write the checkpoint "last-N" or "best-N", then delete the older ones of its kind."""
        path = self._folder(state, kind)
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
        config = self.trainer.model.config
        checkpoint.save(path, config, state.params, self.tokenizer, moments, training)
        for old in checkpoint.numbered(self.out, kind):
            if old != path:
                atomic.discard(old)

    def load(self) -> TrainState:
        """Read the newest "last-N": training goes on from it bit for bit as if it had never stopped.

        Raises UserError when there is none or when it does not fit.
        """
        folder = checkpoint.find(self.out, ("last",))
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
        for best_folder in checkpoint.numbered(self.out, "best"):
            # A best that was found after the state was saved will be found again.
            if int(best_folder.name.partition("-")[2]) > state.step:
                atomic.discard(best_folder)
        return state

    def _evaluate(self, state: TrainState, record: Callable[..., None]) -> TrainState:
        """Evaluate, and keep the model when it is the best so far."""
        result = self.trainer.evaluate(state.params, self.trainer.config.eval_batches)
        data = self.trainer.data
        record(
            step=state.step,
            val_loss=result.loss,
            perplexity=result.perplexity,
            bits_per_byte=result.bits_per_byte(len(data.val), data.val_bytes),
        )
        if state.step and result.loss < state.best_loss:  # an untrained model is never the best
            state = dataclasses.replace(state, best_loss=result.loss, best_step=state.step)
            self.save(state, "best")
        return state

    def _remaining(self) -> str:
        """What a user can do after training diverged."""
        saved = checkpoint.numbered(self.out, "last")
        if not saved:
            return "Nothing was saved yet: start again with a lower --lr."
        return f"The last good checkpoint is {saved[0]}: resume it, or start again with a lower --lr."

    @property
    def history(self) -> Path:
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


def read_history(path: Path) -> list[Row]:
    """Return the rows of a history.jsonl; a line that is cut short is left out."""
    rows = []
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                rows.append(json.loads(line))
            except ValueError:
                continue
    return rows
