"""From names on a command line to a Trainer: the texts, their tokenizer, the encoded data."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from .. import tokenizer as tokenizers
from ..config import GPTConfig, TrainConfig
from ..corpus import Document, encode_documents, eval_batches, read_documents, resolve, split
from ..corpus.batches import plain
from ..errors import UserError
from ..model import GPT
from ..ops import Ops
from ..resources import data_path
from ..tokenizer import Tokenizer
from .step import Trainer, sequence_length


class Texts(NamedTuple):
    """What a run learns from: the documents, the files they were read from, and the encoding."""

    documents: list[Document]
    paths: list[Path]
    encoding: str

    def about(self) -> dict[str, Any]:
        """Return what it takes to read the same text again, as JSON can hold it."""
        files = zip(self.paths, self.documents, strict=True)
        return {
            "texts": [{"path": str(path.resolve()), "sha256": text.sha256} for path, text in files],
            "encoding": self.encoding,
        }


def read_texts(names: Sequence[str], encoding: str) -> Texts:
    """Read files, folders and named corpora; without a name the bundled tales.

    Raises UserError as `corpus.resolve` and `corpus.read_documents` do.
    """
    paths = [path for name in names for path in resolve(name)] or [data_path("tales.txt")]
    return Texts(read_documents(paths, encoding), paths, encoding)


def choose_tokenizer(
    name: str, vocab_size: int, documents: Sequence[Document], val_fraction: float
) -> Tokenizer:
    """Return a tokenizer made for the texts ("char", "bpe") or the one in a folder.

    Raises UserError for a folder that holds none, and for a vocabulary too small for a BPE.
    """
    if name == "char":
        return tokenizers.CharTokenizer.train("".join(plain(document.text) for document in documents))
    if name == "bpe":
        # Learned from the training part only: the held-out text stays unseen.
        parts = [split(document, val_fraction)[0] for document in documents]
        return tokenizers.ByteBPE.train(parts, vocab_size, progress=sys.stderr.isatty())
    return tokenizers.load(name)


def make_trainer(
    shape: GPTConfig, config: TrainConfig, tokenizer: Tokenizer, documents: Sequence[Document], ops: Ops
) -> Trainer:
    """Encode the texts and return what trains a model of this shape on them.

    With the masked objective, the mask is the entry after the tokenizer's own. Raises UserError for an
    objective that does not fit the model, and for texts too short for a sequence.
    """
    masked = config.objective == "mlm"
    if not masked and not shape.causal:
        raise UserError(
            "The model reads in both directions (--no-causal), so it would only copy the next token: "
            "it needs --objective mlm."
        )
    if masked and (shape.causal or shape.vocab_size <= tokenizer.vocab_size):
        raise UserError(
            f"--objective mlm needs a model that reads in both directions and has a mask beside its "
            f"{tokenizer.vocab_size} tokens, but this one is causal or has none: leave out --objective."
        )
    model, T = GPT(shape, ops), sequence_length(config, shape)
    total = sum(len(document.text) for document in documents)
    with tqdm(total=total, desc="encoding", unit=" characters", unit_scale=True, disable=None) as bar:
        data = encode_documents(documents, tokenizer, config.val_fraction, bar.update)
    if len(data.train) <= T:
        raise UserError(
            f"The training text has {len(data.train)} tokens, expected more than the {T} of a sequence: "
            "give more text or a smaller --seq-len."
        )
    eval_batches(data.val, config.batch_size, T)  # complains when too little is held out
    return Trainer(model, config, data, tokenizer.vocab_size if masked else None)
