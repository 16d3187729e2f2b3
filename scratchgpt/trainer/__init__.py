"""Training: `step` makes one, `run` keeps a folder of checkpoints around many, `progress` shows them,
`stats` looks inside, `setup` gathers what a run needs, `resume` goes on with one, `lock` keeps it alone."""

from .run import Row, Run, read_history
from .stats import LayerStats
from .step import StepReport, Trainer, TrainingDiverged, TrainState

__all__ = [
    "LayerStats",
    "Row",
    "Run",
    "StepReport",
    "TrainState",
    "Trainer",
    "TrainingDiverged",
    "read_history",
]
