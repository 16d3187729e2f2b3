"""What a user sees while `train` runs, and at its end."""

import shlex
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from tqdm import tqdm

from .. import checkpoint, sampling
from ..config import SampleConfig
from ..corpus import Document, split
from ..corpus.batches import plain
from ..count_model import Score, score_text
from .run import Row, Run, read_history
from .step import TrainState


class Progress:
    """The progress bar, a line per evaluation, and samples on the way."""

    def __init__(self, run: Run, state: TrainState) -> None:
        self.run = run
        self.tokens, self.seconds = 0, 0.0  # of steps, not of evaluations
        steps = run.trainer.config.steps
        self.bar = tqdm(total=steps, initial=state.step, unit="step", disable=None, dynamic_ncols=True)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.close()

    def __call__(self, row: Row, state: TrainState) -> None:
        if "loss" in row:
            self.tokens += row["tokens"]
            self.seconds += row["seconds"]
            speed = self.tokens / self.seconds
            self.bar.set_postfix_str(f"loss {row['loss']:.3f}, {speed:,.0f} tokens/s", refresh=False)
            self.bar.update(row["step"] - self.bar.n)
            every = self.run.trainer.config.sample_every
            if every and row["step"] % every == 0 and self.run.trainer.config.objective == "clm":
                self.bar.write(f"--- sample after step {row['step']}\n{sample(self.run, state)}\n---")
        elif "val_loss" in row:
            self.bar.write(f"step {row['step']:>6}: held-out loss {_figures(row)}")
        sys.stdout.flush()


def _figures(row: Row) -> str:
    bits = row["bits_per_byte"]
    per_byte = "" if bits is None else f", {bits:.3f} bits per byte"
    perplexity = f"{row['perplexity']:.2f}" if row["perplexity"] < 1e6 else f"{row['perplexity']:.1e}"
    return f"{row['val_loss']:.4f} nats, perplexity {perplexity}{per_byte}"


def sample(run: Run, state: TrainState, tokens: int = 100) -> str:
    """Return a text drawn from the model as it is now; the same seed in every step."""
    start = run.tokenizer.eot_id
    ids = [start if start is not None else int(run.trainer.data.val[0])]
    config = SampleConfig(max_new_tokens=tokens)
    rng = np.random.default_rng([run.trainer.config.seed, 3])
    drawn = sampling.stream(run.trainer.model, state.params, ids, config, rng, eot_id=start)
    return run.tokenizer.decode(list(drawn))


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a request to stop after the current step; the second one is final."""
    asked = []

    def ask(number: int, frame: object) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, previous)
        print("\nStopping after this step (Ctrl-C again to stop at once) ...", file=sys.stderr)

    previous = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, previous)


def summarise(run: Run, state: TrainState, texts: Sequence[Document], order: int) -> dict[int, Score]:
    """Evaluate the best model on all held-out text and sum up in one paragraph.

    Prints and returns the scores of count models of order 1 to `order` on the same text.
    """
    folder = checkpoint.find(run.out)
    _, params, _ = checkpoint.load_model(folder, run.trainer.model.ops)
    result = run.trainer.evaluate(params)
    bits = run.trainer.bits_per_byte(result)
    figures = _figures({"val_loss": result.loss, "perplexity": result.perplexity, "bits_per_byte": bits})
    rows = [row for row in read_history(run.history) if "loss" in row]
    seconds = sum(row["seconds"] for row in rows)
    print(
        f"\nDone: {state.step} steps in {seconds:,.0f} s, "
        f"{sum(row['tokens'] for row in rows) / max(seconds, 1e-9):,.0f} tokens/s. The best model "
        f"(step {state.best_step}) predicts {result.tokens:,} held-out tokens with a loss of {figures}. "
        f"It is in {folder}."
    )
    if run.trainer.model.config.causal:
        print(f"Try: python -m scratchgpt.generate --model {shlex.quote(str(run.out))}")
    scores = count_scores(texts, run.trainer.config.val_fraction, order)
    for n, score in scores.items():
        print(
            f"Count model, {n} characters of context: {score.nats_per_character:.3f} nats a character, "
            f"{score.bits_per_byte:.3f} bits per byte"
        )
    return scores


def count_scores(
    texts: Sequence[Document], fraction: float, order: int, escape: float = 1.0
) -> dict[int, Score]:
    """Score character count models of order 1 to `order` on the same split of the same text."""
    parts = [split(document, fraction) for document in texts]
    train, held_out = ("".join(map(plain, part)) for part in zip(*parts, strict=True))
    return score_text(train, held_out, order, escape)
