"""All exercises, one file per lesson, named as the learner's files are: exercises/exNN_topic.py.

Projects, which take several lessons together, come last: exercises/project_topic.py.
"""

import importlib
import pkgutil
from functools import lru_cache

from ...errors import UserError, nearest
from ..exercise import Chapter, Exercise


@lru_cache(maxsize=1)
def chapters() -> tuple[Chapter, ...]:
    """Return all chapters, in the order of the lessons."""
    names = (m.name for m in pkgutil.iter_modules(__path__) if m.name.startswith(("ex", "project_")))
    found = (importlib.import_module(f"{__name__}.{name}").CHAPTER for name in names)
    return tuple(sorted(found, key=_place))


def _place(chapter: Chapter) -> tuple[str, int]:
    """Lesson and number of the first exercise: a bug hunt comes behind what has to be written before it."""
    lesson, _, number = chapter.exercises[0].id.partition(".")
    return lesson, int(number)


@lru_cache(maxsize=1)
def exercises() -> dict[str, tuple[Chapter, Exercise]]:
    """Return (chapter, exercise) by id ("06.4")."""
    return {exercise.id: (chapter, exercise) for chapter in chapters() for exercise in chapter.exercises}


def find(text: str) -> tuple[Chapter, Exercise]:
    """Return (chapter, exercise) for an id or a function's name. Raises UserError for neither."""
    for chapter, exercise in exercises().values():
        if text in (exercise.id, exercise.name):
            return chapter, exercise
    if not isinstance(text, str):  # as in a notebook; 10.1 might be 10.10 as well
        raise UserError(f"An exercise is named by a text such as '06.4', got {text!r}: put it in quotes.")
    known = [*exercises(), *(exercise.name for _, exercise in exercises().values())]
    raise UserError(f"There is no exercise {text!r}, expected an id such as 06.4.{nearest(text, known)}")
