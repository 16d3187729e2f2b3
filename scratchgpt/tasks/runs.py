"""One tuning in a folder: progress, the best model, exact resume, and the outcome as JSON."""

import dataclasses
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from .. import atomic
from ..config import TuneConfig
from ..corpus.batches import eval_batches, plain
from ..errors import UserError
from ..evaluation import mean_loss
from ..model import GPT
from ..params import Params
from ..resources import data_path
from ..tensor_files import read_json
from ..tokenizer import Tokenizer
from ..trainer.step import TrainState
from .batches import Encoded, encode
from .data.examples import TaskData
from .saving import load_state, merged, save_state, save_tuned
from .starting import Base, begin
from .tuning import Judgement, Tuner, TuneReport, judge, predicted

RESULT, LAST, BEST = "result.json", "last", "best"

_SAVE_EVERY = 60.0  # seconds
_PLAIN_WINDOWS = 32  # of the bundled tales, which no model was trained on


@dataclass(frozen=True)
class Outcome:
    """What came of one tuning with its settings.

    `parts` holds, for "dev" and "test", metrics, probabilities and L1. `plain_losses` are the language
    model's, in nats a token, on windows of plain text (the bundled tales), before and after: what tuning
    made it forget (none where the tokenizer cannot spell them). `epochs` is that of the best model,
    `epochs_done` all.
    """

    settings: dict[str, Any]
    parts: dict[str, dict[str, Any]]
    plain_losses: tuple[list[float], list[float]]
    n_trained: int
    n_params: int
    epochs: int
    epochs_done: int
    seconds: float

    def value(self, metric: str, part: str = "dev") -> float:
        """Return a metric of a part of the data."""
        return float(self.parts[part]["metrics"][metric])

    @property
    def plain_loss(self) -> tuple[float, float]:
        """The mean loss on plain text before and after; NaN where it could not be measured."""
        before, after = (float(np.mean(losses)) if losses else math.nan for losses in self.plain_losses)
        return before, after

    def predictions(self, part: str = "dev") -> np.ndarray:
        """Return the likeliest classes or options (n,), or the scores, of a part of the data."""
        return predicted(self.probabilities(part))

    def probabilities(self, part: str = "dev") -> np.ndarray:
        """Return the probabilities (n, K), or scores (n,), of a part of the data."""
        return np.array(self.parts[part]["probabilities"])


def tune(
    folder: Path,
    variant: str,
    base: Base,
    data: TaskData,
    config: TuneConfig,
    stopped: Callable[[], bool] = lambda: False,
    say: Callable[[str], object] = print,
) -> Outcome | None:
    """Tune the model in a folder, or go on with what stands there; None when it was stopped (and saved).

    The finished run is not repeated: its outcome is read. Raises UserError when the folder holds a run with
    other settings, and as `begin` and `Tuner` do.
    """
    settings = {"variant": variant, "model": base.name, "task": data.name, **dataclasses.asdict(config)}
    settings = json.loads(json.dumps(settings))  # as JSON gives them back
    if (folder / RESULT).exists():
        saved = read_json(folder / RESULT)
        check_settings(folder, saved.get("settings", {}), settings)
        return _outcome(saved, folder)
    start = begin(base, data, config)
    examples = {name: encode(part, start.formatter) for name, part in data.splits.items()}
    train, limit = drawn(examples["train"], config), start.formatter.block_size
    if full := sum(example.longest >= limit for example in train):
        say(f"{variant}: {full:,} of {len(train):,} examples fill all {limit} tokens; longer ones are cut.")
    tuner = Tuner(start, config, train, examples["dev"], _metrics(data))
    state, best, seconds = tuner.init(), start.params.copy(), 0.0
    atomic.sweep(folder)
    if (folder / LAST).exists():
        state, best, about = load_state(folder / LAST, state)
        check_settings(folder, about["settings"], settings)
        seconds = float(about["seconds"])
        say(f"{variant}: going on after step {state.step} of {tuner.steps}.")
    keeper = Keeper(folder, tuner, best, settings, seconds, say)
    state = keeper.run(state, variant, stopped)
    if stopped():
        return None
    outcome = _finish(settings, base, tuner, keeper, examples, state)
    save_tuned(folder / BEST, start, keeper.best, base.tokenizer, data, {"made": settings})
    atomic.write_text(folder / RESULT, json.dumps(dataclasses.asdict(outcome)) + "\n")
    atomic.discard(folder / LAST)
    return outcome


def check_settings(folder: Path, saved: dict[str, Any], settings: dict[str, Any]) -> None:
    """Raise UserError when a run was saved with other settings than it is to go on with."""
    differing = [name for name in settings if saved.get(name) != settings[name]]
    if differing:
        name = differing[0]
        raise UserError(
            f"{folder} holds a run with other settings ({name} is {saved.get(name)!r} there, now "
            f"{settings[name]!r}): choose another --out, or the same settings to go on."
        )


def _outcome(saved: dict[str, Any], folder: Path) -> Outcome:
    try:
        return Outcome(**{**saved, "plain_losses": tuple(saved["plain_losses"])})
    except (KeyError, TypeError) as error:
        raise UserError(f"{folder / RESULT} is damaged ({error!r}): delete the folder.") from None


def _metrics(data: TaskData) -> tuple[str, ...]:
    return (data.metric, *data.also_report)


def check_number(asked: int, there: int) -> None:
    """Raise UserError when more training examples are asked for than there are."""
    if asked > there:
        raise UserError(f"examples is {asked}, but there are {there} to train on.")


def drawn(examples: list[Encoded], config: TuneConfig) -> list[Encoded]:
    """Return the training examples that are used: all, or `examples` of them drawn by the seed."""
    check_number(config.examples, len(examples))
    if not config.examples:
        return examples
    rng = np.random.default_rng([config.seed, 3])
    return [examples[i] for i in rng.permutation(len(examples))[: config.examples]]


class Keeper:
    """What is kept and shown while a model is tuned: the best parameters, the state, a progress bar."""

    def __init__(
        self,
        folder: Path,
        tuner: Tuner,
        best: Params,
        settings: dict[str, Any],
        seconds: float,
        say: Callable[[str], object],
    ) -> None:
        self.folder, self.tuner, self.best, self.settings = folder, tuner, best, settings
        self.seconds, self._before, self._say = seconds, seconds, say
        self._began = self._saved = time.perf_counter()

    def run(self, state: TrainState, variant: str, stopped: Callable[[], bool]) -> TrainState:
        """Tune to the end, or until stopped; the state is on disk then."""
        self._began = self._saved = time.perf_counter()
        bar = tqdm(total=self.tuner.steps, initial=state.step, desc=variant, unit="step", disable=None)

        def step(state: TrainState, report: TuneReport) -> None:
            self.seconds = self._before + time.perf_counter() - self._began
            bar.set_postfix_str(
                f"task {report.losses.task:.3f}, language {report.losses.lm:.3f}", refresh=False
            )
            bar.update()
            # In the middle of an epoch only: at its end the judgement has yet to come.
            if time.perf_counter() - self._saved > _SAVE_EVERY and state.step % self.tuner.steps_per_epoch:
                self._save(state)

        def epoch(state: TrainState, judgement: Judgement, best: bool) -> None:
            if best:
                self.best.buffer[...] = state.params.buffer
            shown = ", ".join(f"{name} {value:.3f}" for name, value in judgement.values.items())
            number, mark = state.step // self.tuner.steps_per_epoch, " (best)" if best else ""
            bar.write(f"{variant}, epoch {number}: {shown}{mark}")

        with bar:
            state = self.tuner.fit(state, step=step, epoch=epoch, stopped=stopped)
        self.seconds = self._before + time.perf_counter() - self._began
        if stopped():
            self._save(state)
        return state

    def _save(self, state: TrainState) -> None:
        about = {"settings": self.settings, "seconds": self.seconds}
        save_state(self.folder / LAST, state, self.best, about)
        self._saved = time.perf_counter()


def _finish(
    settings: dict[str, Any],
    base: Base,
    tuner: Tuner,
    keeper: Keeper,
    examples: dict[str, list[Encoded]],
    state: TrainState,
) -> Outcome:
    """Judge the best model on development and test data, and what it has kept of the language."""
    start = tuner.start
    parts: dict[str, dict[str, Any]] = {}
    for part in [p for p in ("dev", "test") if p in examples]:
        judged = judge(start, keeper.best, examples[part], tuner.metrics)
        if judged.values:
            parts[part] = {
                "metrics": judged.values,
                "probabilities": np.round(judged.probabilities.astype(float), 6).tolist(),
                "language_loss": judged.language_loss,
            }
    gpt = GPT(start.model.gpt.config, start.model.gpt.ops)
    after = plain_losses(gpt, merged(start, keeper.best), base.tokenizer)
    per_epoch = tuner.steps_per_epoch
    return Outcome(
        settings,
        parts,
        (plain_losses(base.model, base.params, base.tokenizer), after),
        start.n_trained,
        int(start.params.buffer.size),
        state.best_step // per_epoch,
        state.step // per_epoch,
        keeper.seconds,
    )


def plain_losses(model: GPT, params: Params, tokenizer: Tokenizer) -> list[float]:
    """Return the losses in nats a token on windows at the beginning of the bundled tales.

    None of them when the tokenizer cannot spell the tales: a character tokenizer may lack some.
    """
    text, T = plain(data_path("tales.txt").read_text(encoding="utf-8")), min(model.config.block_size, 256)
    n = _PLAIN_WINDOWS * T + 1  # tokens, of eight characters at most on average
    try:
        ids = np.array(tokenizer.encode(text[: 8 * n])[:n])
    except UserError:
        return []
    return [mean_loss(model, params, [window]).loss for window in eval_batches(ids, 1, T)]
