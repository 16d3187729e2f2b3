"""What an evaluation measures, in numbers that can be compared: tasks, and how a text is cut and counted.

Imports nothing but the standard library, so that a command line knows its flags before NumPy is loaded.
"""

import dataclasses
from dataclasses import dataclass
from typing import Self

from .config.fields import option as _f
from .errors import UserError

TASKS = {
    "perplexity": "how hard a text is to predict, by token and by word, and in bits per byte",
    "bpb": "bits per byte of a text, which models with different tokenizers can be compared by",
    "hellaswag": "the share of stories for which the right one of four endings is the likeliest",
    "lambada": "the share of passages whose last word is predicted, and the perplexity of that word",
}
"""The tasks by name, and what they measure."""

TEXT_TASKS = ("perplexity", "bpb")


@dataclass(frozen=True)
class TextProtocol:
    """How a text is cut into windows and what its loss is divided by.

    The model never sees more than a window. A window scores the tokens that no earlier window held, but
    not its own first one, which nothing precedes. Raises UserError for values that no text can have.
    """

    window: int = _f(0, "tokens in a window, up to block_size + 1: the last one is only predicted (0: all)")
    stride: int = _f(0, "tokens by which the window moves (0: window - 1, every token is predicted once)")
    start_token: bool = _f(True, "begin a text with the end-of-text token: its first token is predicted too")
    full_last: bool = _f(False, "move the last window of a text back until it is full")
    pages: bool = _f(False, "score each page of WikiText, which begins with ' = Title = ', on its own")
    detokenise: bool = _f(False, "undo the spacing of WikiText: ' @-@ ' is '-', ' , ' is ', ' and so on")
    blank_lines: bool = _f(False, "join the lines by blank lines, as the rows of the WikiText data set are")
    words: str = _f(
        "text",
        "what is a word of the original text: text, what white space separates; lines, line ends as well; "
        "runs, each run of white space and one more",
        choices=("text", "lines", "runs"),
    )

    def __post_init__(self) -> None:
        for name in ("window", "stride"):
            if getattr(self, name) < 0:
                raise UserError(f"{name} is {getattr(self, name)}, expected an integer of at least 0.")

    def within(self, block_size: int) -> Self:
        """Return the protocol for a model with fewer positions than the figures were measured with."""
        window = min(self.window, block_size)
        return dataclasses.replace(
            self, window=window, stride=min(self.stride, window) if window else self.stride
        )

    def resolve(self, block_size: int) -> Self:
        """Return the protocol with its numbers filled in, for a model of `block_size` positions.

        Raises UserError for a window that the model cannot see and for a stride that leaves tokens out.
        """
        window = self.window or block_size + 1
        if not 2 <= window <= block_size + 1:
            raise UserError(
                f"window is {window}, expected 2 to {block_size + 1}: the model sees {block_size} tokens and "
                "predicts one more."
            )
        stride = self.stride or window - 1
        if stride > window:
            raise UserError(
                f"stride is {stride}, expected 1 to {window} (window): a longer one leaves tokens out."
            )
        return dataclasses.replace(self, window=window, stride=stride)

    def flags(self) -> str:
        """Return the flags that make this protocol out of the default one."""
        words = []
        for field in dataclasses.fields(self):
            value, name = getattr(self, field.name), field.name.replace("_", "-")
            if value != field.default:
                words.append(
                    f"--{'' if value else 'no-'}{name}" if isinstance(value, bool) else f"--{name} {value}"
                )
        return " ".join(words)

    def sentence(self) -> str:
        """Describe a resolved protocol in one sentence."""
        words = {"text": "words", "lines": "words and line ends", "runs": "runs of white space and one"}
        parts = [f"windows of {self.window:,} tokens that move by {self.stride:,}"]
        parts += ["the last one moved back until full"] * self.full_last
        parts += ["each page on its own"] * self.pages
        parts += ["end-of-text first" if self.start_token else "nothing before the first token"]
        parts += ["detokenised" if self.detokenise else "not detokenised"]
        parts += ["lines joined by blank lines"] * self.blank_lines
        return f"{', '.join(parts)}; per-word figures count the {words[self.words]} of the original text"


PROTOCOLS = {
    # As the trainer evaluates: every token once, end to end.
    "plain": TextProtocol(),
    # The page "Perplexity of fixed-length models" of the transformers documentation.
    "huggingface": TextProtocol(window=1024, stride=1024, start_token=False, blank_lines=True),
    # The task `wikitext` of EleutherAI's lm-evaluation-harness: rolling log-likelihood of each page.
    "harness": TextProtocol(full_last=True, pages=True, detokenise=True, words="runs"),
    # Radford et al. 2019, section 3.1: "invertible de-tokenizers", the log-probability divided by the number
    # of canonical units, for WikiText-2 words, <unk> and line ends. The rest is our reading: neither the
    # de-tokenizer nor the stride was published (openai/gpt-2, issue 78); an author later named a stride of
    # 32 (quoted in karpathy/llm.c, pull request 276).
    "paper": TextProtocol(window=1024, stride=32, start_token=False, detokenise=True, words="lines"),
}
"""Published ways to measure perplexity on WikiText-2; flags change single fields."""

DATA = {
    "plain": "wikitext2",
    "huggingface": "wikitext2-raw",
    "harness": "wikitext2-raw",
    "paper": "wikitext2",
    "bpb": "tales",
    "hellaswag": "hellaswag",
    "lambada": "lambada",
}
"""What a protocol or a task is measured on unless a file is given; see `evaluation.data`."""
