"""From texts to shards of tokens: python -m scratchgpt.corpus."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from .. import atomic, cli
from ..errors import UserError

if TYPE_CHECKING:
    import numpy as np

    from ..tokenizer import Tokenizer
    from .pipeline import Decision, Page, Pipeline

REPORT = "report.jsonl"
EXAMPLES = """\
  python -m scratchgpt.corpus pages/ --out corpus                 a folder of .txt files, one document each
  python -m scratchgpt.corpus crawl.jsonl --out corpus            lines like {"name": "a", "text": "..."}
  python -m scratchgpt.corpus crawl.jsonl --out corpus --language de --quality 0
  python -m scratchgpt.corpus a.txt b.txt --out corpus --tokenizer runs/a --unwanted words.txt"""


def parser() -> cli.Parser:
    """Return the parser."""
    p = cli.Parser(
        "corpus",
        "Filter documents, drop duplicates, and write what is left as shards of tokens, with a report: one "
        "line for each document, kept or dropped, and why.",
        EXAMPLES,
    )
    p.add_argument(
        "text",
        nargs="+",
        metavar="FILE",
        help="text files, folders of .txt files, .jsonl files; <|endoftext|> ends a document inside a file",
    )
    p.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="a new folder for shards and report"
    )
    p.add_argument("--tokenizer", default="mini", metavar="NAME", help="mini (default) or a folder with one")
    p.add_argument("--encoding", default="utf-8", metavar="NAME", help="of the text (default utf-8)")
    p.add_argument("--language", default="en", metavar="CODE", help="en (default), de, fr, es, or any")
    p.add_argument(
        "--quality", type=float, default=0.5, metavar="P", help="least P(good), English only (default 0.5)"
    )
    p.add_argument(
        "--similarity", type=float, default=0.5, metavar="J", help="of near-duplicates, above 0 (default 0.5)"
    )
    p.add_argument(
        "--unwanted", type=Path, metavar="FILE", help="words, one a line, any of which drops a document"
    )
    p.add_argument(
        "--shard-tokens", type=int, default=10_000_000, metavar="N", help="of a shard (default 10,000,000)"
    )
    p.add_argument("--seed", type=int, default=0, metavar="N", help="of the signatures")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    args = parser().parse(argv)
    _check(args.quality, args.similarity, args.seed)
    atomic.check_new(args.out)

    from tqdm import tqdm

    from .read import read_documents
    from .shards import fill_shards

    read_documents([], args.encoding)  # refuses an unknown name
    files = _files(args.text)
    pipeline = _pipeline(args.language, args.quality, args.similarity, args.unwanted, args.seed)
    tokenizer = _tokenizer(args.tokenizer)
    counts: Counter[str] = Counter()
    total = sum(file.stat().st_size for file in files)
    with (
        atomic.new_folder(args.out) as new,
        (new / REPORT).open("w", encoding="utf-8", newline="\n") as report,
        tqdm(total=total, desc="reading", unit=" bytes", unit_scale=True, disable=None) as bar,
    ):
        decisions = pipeline.decide(_pages(files, args.encoding, bar.update))
        kept = _reported(decisions, report, counts)
        tokens = fill_shards(
            (array for page in kept for array in _tokens(page, tokenizer)),
            new,
            tokenizer.vocab_size,
            args.shard_tokens,
        )
    _summarise(args.out, counts, tokens)
    return 0


def _check(quality: float, similarity: float, seed: int) -> None:
    if not 0 <= quality <= 1:
        raise UserError(f"--quality is {quality}, expected a probability from 0 to 1.")
    if not 0 < similarity <= 1:
        raise UserError(f"--similarity is {similarity}, expected a share above 0 and at most 1.")
    if seed < 0:
        raise UserError(f"--seed is {seed}, expected an integer of at least 0.")


def _files(names: Sequence[str]) -> list[Path]:
    from .read import named_path, text_files

    return [file for name in names for file in text_files(named_path(name))]


def _pipeline(code: str, quality: float, similarity: float, listed: Path | None, seed: int) -> "Pipeline":
    """Build the pipeline; the classifier of quality knows English alone."""
    from dataclasses import replace

    from ..worked import crawl
    from .filters import FUNCTION_WORDS, UNWANTED
    from .pipeline import Limits, standard

    if code not in (*FUNCTION_WORDS, "any"):
        raise UserError(f"--language is {code!r}, expected {', '.join(FUNCTION_WORDS)} or any.")
    classifier = crawl.classifier() if code == "en" and quality else None
    limits = Limits(language="" if code == "any" else code, quality=quality, similarity=similarity)
    words = UNWANTED if listed is None else _listed(listed)
    return replace(standard(classifier, limits, seed), listed=words)


def _listed(path: Path) -> frozenset[str]:
    """Return the words of a list. A line that is not one word would never be found in a text."""
    from .filters import words
    from .read import read_documents

    found = set()
    for document in read_documents([path]):
        for number, line in enumerate(document.text.lower().splitlines(), 1):
            if (word := line.strip()) and words(word) != [word]:
                raise UserError(
                    f"{document.name}, line {number}: {word!r} is not one word, expected letters alone."
                )
            found.add(word)
    return frozenset(found - {""})


def _tokenizer(name: str) -> "Tokenizer":
    from ..resources import data_path
    from ..tokenizer import load

    return load(data_path("mini") if name == "mini" else name)


def _pages(files: Sequence[Path], encoding: str, progress: Callable[[int], object]) -> "Iterator[Page]":
    """Yield the documents of the files; of a .jsonl file one line at a time is in memory."""
    from .read import read_documents

    for file in files:
        if file.suffix.lower() == ".jsonl":
            yield from _lines(file, encoding, progress)
        elif not file.stat().st_size:
            yield from _split(str(file), "")  # an empty page is dropped, and no reason to stop
        else:
            document = read_documents([file], encoding)[0]
            yield from _split(str(file), document.text)
            progress(document.bytes)


def _split(name: str, text: str) -> "Iterator[Page]":
    """Yield the documents that `<|endoftext|>` separates, numbered from 1 when there are several."""
    from .pipeline import Page
    from .read import pieces

    found = pieces(text) or [""]
    for i, piece in enumerate(found, 1):
        yield Page(f"{name}:{i}" if len(found) > 1 else name, piece)


def _lines(file: Path, encoding: str, progress: Callable[[int], object]) -> "Iterator[Page]":
    import codecs

    # A mark at the beginning is no text. What cannot be decoded is refused below, at its line.
    codec = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    number = 0
    try:
        with file.open(encoding=codec, errors="surrogateescape") as lines:
            for line in lines:
                number += 1
                progress(len(line.encode(encoding)))
                if line.strip():
                    name, text = _row(json.loads(line), f"{file}:{number}")
                    (name + text).encode()
                    yield from _split(name, text)
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        if half in line:  # a byte of the file, not an escape of JSON
            raise _no_document(file, number, encoding) from None
        raise UserError(
            f"{file}, line {number}: expected whole characters, got half of one, {half!r}: leave it out."
        ) from None
    except UnicodeError:  # the next line could not be decoded
        raise _no_document(file, number + 1, encoding) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _no_document(file, number, encoding) from None
    except OSError as error:
        raise UserError(f"Cannot read {file}: {error.strerror}.") from None


def _row(row: Any, name: str) -> tuple[str, str]:
    """Return name and text of a decoded line; a line without a name has that of its place."""
    given = row.get("name")
    return name if given is None else str(given), row["text"] + ""


def _no_document(file: Path, number: int, encoding: str) -> UserError:
    return UserError(
        f"{file}, line {number}: expected an object in {encoding} on each line, such as "
        '{"name": "a", "text": "..."}.'
    )


def _reported(decisions: "Iterator[Decision]", report: TextIO, counts: Counter[str]) -> "Iterator[Page]":
    """Write every decision as a line, count it, and yield the pages that are kept.

    Raises UserError when there were none.
    """
    from .pipeline import KEPT

    for decision in decisions:
        report.write(json.dumps(decision.row(), ensure_ascii=False) + "\n")
        counts[decision.reason] += 1
        if decision.kept:
            yield decision.page
    if not counts:
        raise UserError("There are no documents in the files, expected at least one.")
    if not counts[KEPT]:
        why = ", ".join(f"{n:,} {reason}" for reason, n in counts.most_common())
        raise UserError(
            f"Every document was dropped ({why}), expected some to keep: see --help for the limits."
        )


def _tokens(page: "Page", tokenizer: "Tokenizer") -> "Iterator[np.ndarray]":
    """Yield the tokens of a page, the one that begins a text first, if the tokenizer has it."""
    import numpy as np

    if tokenizer.eot_id is not None:
        yield np.array([tokenizer.eot_id])
    yield from tokenizer.encode_arrays(page.text)


def _summarise(out: Path, counts: Counter[str], tokens: int) -> None:
    from .pipeline import KEPT, REASONS

    print(f"{counts.total():,} document{'s' * (counts.total() != 1)}:")
    for reason in (KEPT, *REASONS):
        if counts[reason]:
            print(f"{counts[reason]:>8,}  {reason}")
    print(f"{tokens:,} tokens in {out}; every document and why: {out / REPORT}")


if __name__ == "__main__":
    cli.run(main)
