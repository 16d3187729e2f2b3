"""10.5: the learning rate of a step, warm-up and half a cosine."""

from ...optim import warmup_cosine
from ..exercise import Exercise, Mistake, Probe
from ._ex10_rate_fall import FALL
from ._ex10_rate_rise import RISE


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    shape = {"steps": 50, "warmup": 8, "lr": 0.7, "min_lr": 0.1}

    def probe(name: str, step: int, **changed: float) -> Probe:
        kwargs = shape | changed
        return Probe(name, (step, kwargs.pop("steps"), kwargs.pop("warmup"), kwargs.pop("lr")), kwargs)

    return [
        probe("first step", 1),
        probe("in the warm-up", 5),
        probe("end of the warm-up", 8),
        probe("first step behind it", 9),
        probe("on the way down", 20),
        probe("half way down", 29),
        probe("near the end", 47),
        probe("last step", 50),
        probe("behind the last step", 51),
        probe("far behind the last step", 90),
        Probe("default", (13, 30, 4, 0.2)),
        Probe("default at the end", (30, 30, 4, 0.2)),
        probe("no warm-up, first step", 1, warmup=0),
        probe("no warm-up", 20, warmup=0),
        probe("a warm-up of one step", 1, warmup=1),
        probe("one step down", 9, steps=9),
        probe("warm-up to the end", 8, steps=8),
        probe("behind a warm-up to the end", 9, steps=8),
        probe("warm-up longer than the run", 20, steps=10, warmup=40),
        probe("nothing to fall", 30, min_lr=0.7),
    ]


EXERCISE = Exercise(
    id="10.5",
    reference=warmup_cosine,
    task="""
    The learning rate of one step: a straight rise, then down along half a cosine.

    step: the number of the step, an integer; the first one is 1. steps: how many there are. warmup: in how
    many of them the rate rises, 0 or more. lr: the highest rate. min_lr: the lowest one.
    Return a float. In the warm-up the rate is a share of lr that grows evenly, from one part in warmup at
    step 1 (so never 0) to all of lr at step warmup. After it the rate falls to min_lr, which it has at
    the last step, number steps: along half a period of a cosine, from its top to its bottom, so slowly at
    first, fastest in the middle, slowly at the end. It stays at min_lr when training goes on beyond steps,
    also where the warm-up took all of them. Without a warm-up (0) the fall begins at once: at
    step 1 one part in steps of the way down is already behind.

    >>> rates = [warmup_cosine(step, steps=12, warmup=4, lr=1.0, min_lr=0.2) for step in range(1, 14)]
    >>> [round(rate, 4) for rate in rates]
    [0.25, 0.5, 0.75, 1.0, 0.9696, 0.8828, 0.7531, 0.6, 0.4469, 0.3172, 0.2304, 0.2, 0.2]
    >>> round(warmup_cosine(1, 4, 0, 0.5), 4), round(warmup_cosine(2, 4, 0, 0.5), 4)
    (0.4268, 0.25)
    >>> round(warmup_cosine(2, 3, 6, 0.6), 4), round(warmup_cosine(9, 3, 6, 0.6, 0.1), 4)
    (0.2, 0.1)
    """,
    probes=probes,
    returns=("rate",),
    mistakes=(
        Mistake(
            "rise from 0",
            "The rise begins at 0: the first step is read for nothing, and the rate is not yet at its highest when the "
            "warm-up ends.",
            "Which share of the highest rate has the first step?",
            edits=(("lr * step / warmup", "lr * (step - 1) / warmup"),),
        ),
        Mistake(
            "falls to 0",
            "The rate falls to 0, whatever the lowest rate should be.",
            "Which of the arguments have you not used yet?",
            edits=(("return min_lr + (lr - min_lr)", "return lr"),),
        ),
        Mistake(
            "lowest rate on top",
            "The lowest rate was added to the whole cosine: behind the warm-up the rate is above the highest.",
            "Between which two rates does the cosine lead?",
            edits=(("(lr - min_lr) *", "lr *"),),
        ),
        Mistake(
            "rises again",
            "Behind the last step the rate goes up again, along the rest of the cosine.",
            "Which share of the way down is done when training goes on beyond its end?",
            edits=(
                (
                    "min(1.0, (step - warmup) / max(1, steps - warmup))",
                    "(step - warmup) / max(1, steps - warmup)",
                ),
            ),
        ),
        Mistake(
            "falls as if there were no warm-up",
            "The way down is counted from the first step of all: behind the warm-up the rate falls at once to where it "
            "would be without one.",
            "How much of the way down is done when the warm-up ends?",
            edits=(("(step - warmup) / max(1, steps - warmup)", "step / steps"),),
        ),
        Mistake(
            "a whole period",
            "The cosine goes down and up again within the steps: the last one has the highest rate.",
            "Through which angle does a cosine go from its top to its bottom?",
            edits=(("math.cos(math.pi * done)", "math.cos(2 * math.pi * done)"),),
        ),
        *RISE,
        *FALL,
    ),
    hints=(
        "Two cases: up to the end of the warm-up, and after it. For the second one, first work out which share of the "
        "way down is done, a number from 0 to 1.",
        "At step 8 of the example half of the way is done, 4 steps of 8, and the rate is in the middle of 1 and 0.2. "
        "What does a cosine do while its angle goes from 0 to half a turn?",
        "Half of one plus the cosine goes from 1 to 0: that is the share of the difference between the two rates that "
        "is left above the lowest one. Do not let the share of the way get above 1, nor divide by 0.",
    ),
    difficulty=2,
    minutes=12,
    importance=4,
    lines=4,
)
