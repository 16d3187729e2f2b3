"""What an exercise is: a function of the package, probes, known mistakes, hints."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Probe:
    """One call of the function. `name` says what is special about it."""

    name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)  # each is one of a kind: compared and hashed as such, which is fast
class Mistake:
    """A wrong answer that has a name.

    It is the package's own function with `edits` (old text, new text) made in its source, each old text
    being there exactly once; or, where an edit cannot express it, the whole function `wrong`. `says` is
    the sentence that names it (a property that should hold included), `asks` the question that leads
    on. Neither holds code.
    """

    key: str
    says: str
    asks: str
    edits: tuple[tuple[str, str], ...] = ()
    wrong: Callable[..., Any] | None = None


@dataclass(frozen=True, eq=False)
class Exercise:
    """A function of the package, to be written again.

    `id` is "LL.N", lesson and number. `reference` is the package's function, whose name and signature the
    exercise bears. `task` is the docstring of the stub: what to compute, shapes and dtypes, what must not
    be modified, and worked numbers as `>>>` examples; `lines` is about how much there is to write.
    `probes` makes the calls that tell right from wrong, with a fixed seed. `hints` are given one at a time
    and hold no code. `returns` names the parts of the result.

    `edited` names further functions of the reference's file in which a mistake's edits may lie. `variants`
    are other right answers, accepted on purpose. `difficulty` and `importance` are 1 to 5, `seconds` the
    time limit of one call; `in_place` means that changing the arguments is the point; `needs` are ids of
    exercises to do first. `given` is the body of a function with a bug, to be found and repaired. `beside`
    are functions of the package that stand in for those of the learner's file while it is judged.
    """

    id: str
    reference: Callable[..., Any]
    task: str
    probes: Callable[[], Sequence[Probe]]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, str, str]
    difficulty: int
    minutes: int
    importance: int
    lines: int
    returns: tuple[str, ...] = ("y",)
    needs: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    variants: tuple[Callable[..., Any], ...] = ()
    given: str = ""
    beside: tuple[Callable[..., Any], ...] = ()
    in_place: bool = False
    seconds: float = 2.0

    @property
    def name(self) -> str:
        """The name of the function to write."""
        return self.reference.__name__

    @property
    def lesson(self) -> str:
        """The lesson's number, two digits."""
        return self.id.partition(".")[0]

    @property
    def belongs(self) -> str:
        """Where it belongs, in words."""
        return f"lesson {self.lesson}" if self.lesson.isdigit() else f"project {self.lesson}"

    @property
    def place(self) -> tuple[str, int]:
        """Lesson and number, to compare by: 08.10 comes behind 08.9, and a project behind all lessons."""
        lesson, _, number = self.id.partition(".")
        return lesson, int(number)


@dataclass(frozen=True, eq=False)
class Chapter:
    """The exercises of one lesson: one file of stubs. `imports` are the lines that its functions need.

    A project, several lessons in one file, has a letter for its lesson. `about` stands at the file's head.
    """

    lesson: str
    topic: str
    title: str
    imports: str
    exercises: tuple[Exercise, ...]
    about: str = ""

    @property
    def stem(self) -> str:
        """Name of the file of stubs, without its ending."""
        return f"project_{self.topic}" if self.is_project else f"ex{self.lesson}_{self.topic}"

    @property
    def is_project(self) -> bool:
        """Whether this is no single lesson's."""
        return not self.lesson.isdigit()
