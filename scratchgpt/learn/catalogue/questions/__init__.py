"""Recall questions of the lessons: one module each, at least three questions in it."""

import importlib
import pkgutil

from ...questions import Question

_MODULES = sorted(module.name for module in pkgutil.iter_modules(__path__))

QUESTIONS: tuple[Question, ...] = tuple(
    question for name in _MODULES for question in importlib.import_module(f"{__name__}.{name}").QUESTIONS
)
