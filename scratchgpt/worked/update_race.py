"""Update rules racing: the same small GPT, the same first weights and batches, one rule after the other."""

import dataclasses
from collections.abc import Iterable

import numpy as np

from ..config import GPTConfig, TrainConfig
from ..corpus import encode_documents, read_documents
from ..model import GPT
from ..resources import data_path
from ..tokenizer import CharTokenizer
from ..trainer import Trainer, TrainingDiverged

SHAPE = GPTConfig(vocab_size=256, block_size=32, n_layer=2, n_head=2, n_embd=32)
SETTINGS = TrainConfig(steps=150, batch_size=8, warmup=10, schedule="cosine", min_lr=0.0, clip=1.0)


def tales_trainer(shape: GPTConfig = SHAPE, settings: TrainConfig = SETTINGS) -> Trainer:
    """Return what trains a character-level GPT on the bundled tales; its vocabulary is that of the text."""
    documents = read_documents([data_path("tales.txt")])
    tokenizer = CharTokenizer.train(documents[0].text)
    data = encode_documents(documents, tokenizer, settings.val_fraction)
    return Trainer(GPT(dataclasses.replace(shape, vocab_size=tokenizer.vocab_size)), settings, data)


def race(trainer: Trainer, rules: Iterable[tuple[str, float]]) -> dict[tuple[str, float], list[float]]:
    """Train once for each (optimizer, learning rate); return the loss before each step, in nats per token.

    The warm-up and the schedule are the trainer's. A run that is no longer a number ends early.
    """
    found = {}
    for name, lr in rules:
        config = dataclasses.replace(trainer.config, optimizer=name, lr=lr)
        runner = dataclasses.replace(trainer, config=config)
        state = runner.init(trainer.model.init(np.random.default_rng(trainer.config.seed)))
        losses: list[float] = []
        for _ in range(config.steps):
            try:
                state, report = runner.step(state)
            except TrainingDiverged:
                break
            losses.append(report.loss)
        found[name, lr] = losses
    return found


def last_mean(losses: list[float], n: int = 20) -> float:
    """Return the mean of the last n losses: one batch alone is noisy. Infinite for a run without any."""
    return float(np.mean(losses[-n:])) if losses else float("inf")
