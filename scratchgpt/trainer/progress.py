"""What a user sees while `train` runs, and at its end."""

import math
import shlex
import sys
from collections.abc import Sequence
from functools import partial

from tqdm import tqdm

from .. import checkpoint
from ..corpus import Document, split
from ..corpus.batches import plain
from ..count_model import Score, score_text
from .run import Row, Run, read_history
from .step import TrainState

# Passes over the same text after which a model with more parameters than tokens knows it by heart.
_PASSES = 40


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
                self.bar.write(f"--- sample after step {row['step']}\n{self.run.sample(state)}\n---")
        elif "val_loss" in row:
            self.bar.write(f"step {row['step']:>6}: held-out loss {_figures(row)}")
        sys.stdout.flush()


def _figures(row: Row) -> str:
    bits = row["bits_per_byte"]
    per_byte = "" if bits is None else f", {bits:.3f} bits per byte"
    perplexity = f"{row['perplexity']:.2f}" if row["perplexity"] < 1e6 else f"{row['perplexity']:.1e}"
    return f"{row['val_loss']:.4f} nats, perplexity {perplexity}{per_byte}"


def introduce(run: Run, state: TrainState) -> None:
    """Print the model, its data and how it is trained, and a warning when the text is far too short."""
    trainer, size = run.trainer, state.params.buffer.size
    c, t, data = trainer.model.config, trainer.config, trainer.data
    print(
        f"{size:,} parameters: {_count(c.n_layer, 'layer')}, {_count(c.n_head, 'head')}, {c.n_embd} wide, "
        f"{_count(c.block_size, 'position')}, {c.vocab_size:,} {run.tokenizer.kind} tokens.\n"
        f"{len(data.train):,} tokens to train on ({_count(trainer.batches.steps_per_epoch, 'batch', 'es')} "
        f"of {t.batch_size} x {trainer.seq_len} an epoch), {len(data.val):,} held out. Backend "
        f"{trainer.model.ops.name}, seed {t.seed}, run folder {run.out}."
    )
    passes = t.steps * t.accumulate * t.batch_size * trainer.seq_len / len(data.train)
    if passes > _PASSES and len(data.train) < size:
        print(
            f"Warning: {len(data.train):,} tokens are few for {size:,} parameters, and the run reads them "
            f"{passes:,.0f} times: after about {_PASSES} times a model learns a text by heart and nothing "
            "more. Give more text, fewer --steps or a smaller model."
        )
    sys.stdout.flush()


def say_what_is_new(run: Run, state: TrainState, changed: str, flags: Sequence[str]) -> None:
    """Print how a resumed run differs from the one that began, or why it does not go on.

    `changed` are the settings that differ, `flags` those that were given for this resumption.
    """
    c, vain = run.trainer.config, [flag for flag in flags if flag != "--steps"]
    nothing = f", so {', '.join(vain)} change{'s' * (len(vain) == 1)} nothing" if vain else ""
    if state.step >= c.steps:
        print(
            f"The run in {run.out} has done all its {state.step} steps{nothing}; "
            "a larger --steps would go on."
        )
    elif run.out_of_patience(state):
        print(
            f"The run in {run.out} stopped early, after step {state.step}: "
            f"{_count(c.patience, 'evaluation')} brought no new best{nothing}; "
            "a larger --patience (0: no end) would go on."
        )
    elif changed:
        print(f"Changed since the run began: {changed}.")


def _count(n: int, what: str, plural: str = "s") -> str:
    return f"{n:,} {what}{'' if n == 1 else plural}"


def summarise(run: Run, state: TrainState, texts: Sequence[Document], order: int) -> dict[int, Score]:
    """Evaluate the best model on all held-out text and sum up in one paragraph.

    Prints and returns the scores of count models of order 1 to `order` on the same text.
    """
    folder = checkpoint.find(run.out)
    _, params, _ = checkpoint.load_model(folder, run.trainer.model.ops)
    size = run.trainer.config.batch_size * run.trainer.seq_len
    total = math.ceil((len(run.trainer.data.val) - 1) / size)
    watch = partial(tqdm, total=total, desc="held-out text", unit="batch", disable=None, leave=False)
    result = run.trainer.evaluate(params, watch=watch)
    bits = run.trainer.bits_per_byte(result)
    figures = _figures({"val_loss": result.loss, "perplexity": result.perplexity, "bits_per_byte": bits})
    rows = [row for row in read_history(run.history) if "loss" in row]
    seconds = sum(row["seconds"] for row in rows)
    print(
        f"\nDone: {state.step} steps in {seconds:,.0f} s, "
        f"{sum(row['tokens'] for row in rows) / max(seconds, 1e-9):,.0f} tokens/s. The best model "
        f"(step {state.best_step}) predicts {result.tokens:,} held-out tokens, in sequences of "
        f"{run.trainer.seq_len}, with a loss of {figures}. It is in {folder}."
    )
    _say_if_worse(run, state)
    if run.trainer.model.config.causal:
        print(f"Try: python -m scratchgpt.generate --model {shlex.quote(str(run.out))}")
    scores = count_scores(texts, run.trainer.config.val_fraction, order)
    for n, score in scores.items():
        print(
            f"Count model, {_count(n, 'character')} of context: {score.nats_per_character:.3f} nats a "
            f"character, {score.bits_per_byte:.3f} bits per byte"
        )
    return scores


def _say_if_worse(run: Run, state: TrainState) -> None:
    """Compare the best evaluation with the one before the first step, which saw the same batches."""
    rows = read_history(run.history)
    before = next((row["val_loss"] for row in rows if row["step"] == 0 and "val_loss" in row), math.inf)
    if state.best_loss >= before:
        print(
            f"Training made the model worse: the held-out loss was {before:.4f} nats before the first step "
            f"and {state.best_loss:.4f} at its best afterwards, on the same batches. "
            "Try a lower --lr, fewer --steps or more text."
        )


def count_scores(
    texts: Sequence[Document], fraction: float, order: int, escape: float = 1.0
) -> dict[int, Score]:
    """Score character count models of order 1 to `order` on the same split of the same text."""
    parts = [split(document, fraction) for document in texts]
    train, held_out = ("".join(map(plain, part)) for part in zip(*parts, strict=True))
    return score_text(train, held_out, order, escape)
