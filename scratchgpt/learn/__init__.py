"""Exercises that name your mistake.

`learn.check("06.4")` judges an answer from Python, `learn.ask("06.q2", answer)` a recall question,
`learn.compare_grads(mine, ref)` shows the first gradient that is wrong; `python -m scratchgpt.learn` does the
rest. What needs the catalogue is loaded when it is first used: an exercise file imports Todo alone.
"""

from typing import Any

from .todo import Todo

__all__ = ["Todo", "ask", "check", "compare_grads"]


def __getattr__(name: str) -> Any:
    if name == "check":
        from .looks import check

        return check
    if name == "ask":
        from .questions import ask

        return ask
    if name == "compare_grads":
        from .gradients import compare_grads

        return compare_grads
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
