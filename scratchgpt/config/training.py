"""How a model is trained."""

from dataclasses import dataclass

from ..errors import UserError
from .fields import check, check_types, option

SCHEDULES = ("cosine", "linear", "constant")
OPTIMIZERS = ("adamw", "adam", "rmsprop", "momentum", "sgd")
OBJECTIVES = ("clm", "mlm")


@dataclass(frozen=True)
class TrainConfig:
    """How a model is trained. Raises UserError for values that cannot be meant."""

    steps: int = option(2000, "optimizer steps")
    batch_size: int = option(12, "sequences in one forward pass")
    seq_len: int = option(0, "tokens of a sequence, in training and evaluation (0: the model's block_size)")
    accumulate: int = option(1, "forward passes whose gradients are added before a step")
    lr: float = option(1e-3, "learning rate at its highest")
    min_lr: float = option(1e-4, "learning rate at the end")
    warmup: int = option(100, "steps over which the learning rate rises from 0")
    schedule: str = option("cosine", "how the rate falls after the warm-up", choices=SCHEDULES)
    optimizer: str = option("adamw", "update rule", choices=OPTIMIZERS)
    beta1: float = option(0.9, "decay of the gradient average (momentum)")
    beta2: float = option(0.95, "decay of the squared-gradient average")
    eps: float = option(1e-8, "added to the root of the squared-gradient average")
    weight_decay: float = option(0.1, "decoupled decay of matrices; biases and norms never decay")
    clip: float = option(1.0, "largest global gradient norm (0: no clipping)")
    objective: str = option("clm", "next token (clm) or masked token (mlm, 80/10/10)", choices=OBJECTIVES)
    mask_prob: float = option(0.15, "share of tokens chosen by the masked objective")
    val_fraction: float = option(0.1, "last share of every file held out for evaluation")
    eval_every: int = option(250, "steps between evaluations on held-out text")
    eval_batches: int = option(
        40, "batches of an evaluation on the way (the summary covers all held-out text)"
    )
    save_every: int = option(250, "steps between checkpoints")
    sample_every: int = option(500, "steps between printed samples (0: none)")
    patience: int = option(0, "stop after so many evaluations without a new best (0: never)")
    stats: int = option(0, "write per-layer statistics to history.jsonl every N steps (0: never)")
    milestones: int = option(
        0, "record so many log-spaced steps in history.jsonl: evaluation, statistics, samples (0: none)"
    )
    seed: int = option(0, "seed of initialisation, data order and dropout")

    def __post_init__(self) -> None:
        check_types(self)
        check(
            self,
            "steps batch_size accumulate eval_every eval_batches save_every",
            lambda v: v >= 1,
            "an integer of at least 1",
        )
        check(
            self,
            "seq_len warmup sample_every patience stats milestones seed",
            lambda v: v >= 0,
            "an integer of at least 0",
        )
        check(self, "lr eps", lambda v: v > 0, "a number above 0")
        check(self, "min_lr weight_decay clip", lambda v: v >= 0, "a number of at least 0")
        check(self, "beta1 beta2", lambda v: 0 <= v < 1, "a number in [0, 1)")
        check(self, "val_fraction mask_prob", lambda v: 0 < v < 1, "a share between 0 and 1, both excluded")
        if self.min_lr > self.lr:
            raise UserError(f"min_lr is {self.min_lr} and lr is {self.lr}: min_lr must not be above lr.")
