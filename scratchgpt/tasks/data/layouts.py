"""How the rows of known data sets lie on disk.

A file is looked for in the folder that is given and in a sub-folder of the layout's name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from .build import Columns
from .examples import Example
from .splits import first_text, linked

Table = Literal["quoted tabs", "plain tabs", "quoted commas", "json lines"]


class File(NamedTuple):
    """One file: its name or a pattern, and which split it holds; "" when its rows are to be divided."""

    split: str
    name: str
    needed: bool = True


@dataclass(frozen=True)
class Layout:
    """One way in which a data set lies on disk."""

    folder: str  # the sub-folder in which its files may lie
    files: tuple[File, ...]
    table: Table
    columns: Columns
    header: tuple[str, ...] = ()  # the columns of files without a first line that names them
    split_column: str = ""  # holds "train", "dev", "test" for files without a split
    groups: Callable[[Sequence[Example]], list[str]] | None = None  # rows divided by the hash of a group
    shares: tuple[float, ...] = (0.8, 0.1, 0.1)  # of train, dev, test
    rule: str = ""  # how the rows were divided, for a note


def cs224n(name: str) -> Layout:
    """Test files have one more column in front, and no labels."""
    files = (
        File("train", f"ids-{name}-train.csv"),
        File("dev", f"ids-{name}-dev.csv"),
        File("test", f"ids-{name}-test-student.csv", needed=False),
    )
    return Layout("cs224n", files, "quoted tabs", Columns(("sentence",), "sentiment", ("id",)))


def bundled(name: str, *texts: str) -> Layout:
    """A set written for this project: one file of tabs, with a column for the split."""
    columns = Columns(texts, "label", ("id",))
    return Layout("", (File("", f"{name}.tsv"),), "plain tabs", columns, split_column="split")


def by_premise(file: str) -> Layout:
    """Pairs of premise and hypothesis in one file, to be split."""
    return Layout(
        "nli",
        (File("", file),),
        "json lines",
        Columns(("premise", "hypothesis"), "label"),
        groups=first_text,
        rule="split 80/10/10 by the hash of the premise: no premise stands in two splits",
    )


def as_published(folder: str, train: str, dev: str, test: str) -> Layout:
    """SNLI and MultiNLI in the form of their authors."""
    files = (File("train", train), File("dev", dev), File("test", test, needed=False))
    rule = f"test is {test}"
    return Layout(folder, files, "json lines", Columns(("sentence1", "sentence2"), "gold_label"), rule=rule)


def _story(fields: Mapping[str, str]) -> tuple[str, ...]:
    context = " ".join(fields[f"InputSentence{k}"] for k in range(1, 5))
    return context, fields["RandomFifthSentenceQuiz1"], fields["RandomFifthSentenceQuiz2"]


def stories(year: str) -> Layout:
    """The Story Cloze Test of a year: four sentences and two endings."""
    sentences = tuple(f"InputSentence{k}" for k in range(1, 5))
    texts = (*sentences, "RandomFifthSentenceQuiz1", "RandomFifthSentenceQuiz2")
    return Layout(
        "storycloze",
        (File("", f"cloze_test_val*{year}*.csv"), File("test", f"cloze_test_test*{year}*.csv", needed=False)),
        "quoted commas",
        Columns(texts, "AnswerRightEnding", ("InputStoryid",), _story),
        groups=first_text,
        shares=(0.8, 0.2),
        rule="the validation file split 80/20 by the hash of the story, as the training file has no choices",
    )


def _copa(asks_for: str, ids: tuple[str, ...] = ()) -> Columns:
    """COPA asks for a cause or an effect: the context ends in "because" or in "so", for its full stop."""

    def compose(fields: Mapping[str, str]) -> tuple[str, ...]:
        words = {"cause": "because", "effect": "so"}
        if fields[asks_for] not in words:
            raise ValueError(f"asks for {fields[asks_for]!r}, expected 'cause' or 'effect'")
        context = f"{fields['premise'].removesuffix('.')} {words[fields[asks_for]]}"
        return context, fields["choice1"], fields["choice2"]

    return Columns(("premise", "choice1", "choice2", asks_for), "label", ids, compose)


def _copa_items(examples: Sequence[Example]) -> list[str]:
    """Balanced COPA mirrors item 7 as item 1007, with the same choices: one group."""
    return [str(int(e.id) % 1000) if e.id.isdecimal() else e.id for e in examples]


COPA_STAGED = Layout(
    "copa",
    (
        File("", "copa_dev.jsonl"),
        File("", "copa_dev_mirrored.jsonl", needed=False),
        File("test", "copa_test.jsonl", needed=False),
    ),
    "json lines",
    _copa("asks_for", ("id",)),
    groups=_copa_items,
    shares=(0.8, 0.2),
    rule="the development items, mirrored ones with their originals, split 80/20 by the hash of the number",
)
COPA_SUPERGLUE = Layout(
    "COPA",
    (File("train", "train.jsonl"), File("dev", "val.jsonl"), File("test", "test.jsonl", needed=False)),
    "json lines",
    _copa("question"),
)
RTE_TAGGED = Layout(
    "nli",
    (File("", "rte_test.jsonl"),),
    "json lines",
    Columns(("premise", "hypothesis"), "label"),
    split_column="tag",
)
RTE_GLUE = Layout(
    "RTE",
    (File("train", "train.tsv"), File("dev", "dev.tsv"), File("test", "test.tsv", needed=False)),
    "plain tabs",
    Columns(("sentence1", "sentence2"), "label"),
)
MRPC = Layout(
    "mrpc",
    (
        File("train", "msr-para-train.tsv"),
        File("dev", "msr-para-val.tsv"),
        File("test", "msr-para-test.tsv", needed=False),
    ),
    "plain tabs",
    Columns(("#1 String", "#2 String"), "Quality", ("#1 ID", "#2 ID")),
    rule="dev is the last 500 rows of the official training file",
)
COLA = Layout(
    "cola",
    (
        File("train", "in_domain_train.tsv"),
        File("dev", "in_domain_dev.tsv"),
        File("test", "out_of_domain_dev.tsv", needed=False),
    ),
    "plain tabs",
    Columns(("sentence",), "label"),
    header=("source", "label", "mark", "sentence"),
    rule="test is the published out-of-domain development file: the labels of the real test set are secret",
)
QUORA = Layout(
    "cs224n_minbert",
    (File("", "quora-dev.csv"),),
    "quoted tabs",
    Columns(("sentence1", "sentence2"), "is_duplicate", ("id",)),
    groups=linked,
    rule="quora-dev.csv split 80/10/10 by the hash of linked questions: no question stands in two splits",
)
STS = Layout(
    "cs224n_minbert",
    (
        File("train", "sts-train.csv"),
        File("dev", "sts-dev.csv"),
        File("test", "sts-test-student.csv", needed=False),
    ),
    "quoted tabs",
    Columns(("sentence1", "sentence2"), "similarity", ("id",)),
)
