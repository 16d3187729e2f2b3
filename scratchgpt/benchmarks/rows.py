"""The rows of the table: what is measured, in which unit, and who else is asked to do the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..errors import UserError, nearest


@dataclass(frozen=True)
class Peer:
    """Another program: what it is called, what it takes to run it, and the module in `peers` that does.

    `options` are handed to that module with the row's settings. `slow`: too slow for --quick.
    """

    label: str
    modules: tuple[str, ...]
    file: str
    options: dict[str, Any] = field(default_factory=dict)
    slow: bool = False


PEERS = {
    "torch": Peer("PyTorch eager", ("torch",), "of_torch", {"compiled": False}),
    "torch-compiled": Peer("PyTorch compiled", ("torch",), "of_torch", {"compiled": True}, slow=True),
    "transformers": Peer("transformers", ("torch", "transformers"), "of_transformers"),
    "ctranslate2": Peer("CTranslate2", ("ctranslate2", "torch", "transformers"), "of_ctranslate2", slow=True),
    "llama.cpp": Peer("llama.cpp", ("llama_cpp", "gguf", "safetensors", "numpy"), "of_llama_cpp"),
    "tiktoken": Peer("tiktoken", ("tiktoken",), "of_tokenizers"),
    "tokenizers": Peer("tokenizers", ("tokenizers",), "of_tokenizers"),
    "numpy-import": Peer("import numpy", ("numpy",), "of_starting", {"module": "numpy"}),
    "transformers-import": Peer(
        "import transformers", ("torch", "transformers"), "of_starting", {"module": "transformers"}
    ),
    "transformers-token": Peer("transformers", ("torch", "transformers"), "of_starting", slow=True),
}


@dataclass(frozen=True)
class Row:
    """One row. A repetition does `settings["amount"]` units of work: steps, tokens, MB, runs.

    `unit` ends with "/s" for rates, of which more is better; else it is a time for one unit of work. `job`
    is what a measuring process is asked to do. `quick` replaces settings. `ceiling` is what limits the work:
    "matmul", counted in FLOPs, or "read", in bytes.
    """

    name: str
    what: str
    unit: str
    job: str
    settings: dict[str, Any]
    quick: dict[str, Any]
    peers: tuple[str, ...]
    ceiling: str | None = None

    @property
    def is_rate(self) -> bool:
        """Whether more is better."""
        return self.unit.endswith("/s")

    def figure(self, seconds: float, amount: float) -> float:
        """Return a repetition's time as the figure of the row, `amount` units having been done."""
        if self.is_rate:
            return amount / seconds
        return seconds / amount * (1000 if self.unit == "ms" else 1)


def _train(name: str, what: str, shape: dict[str, int], steps: int, quick: dict[str, Any]) -> Row:
    settings = {"amount": steps, **shape}
    return Row(
        f"train/{name}",
        f"a training step, {what}",
        "ms",
        "train",
        settings,
        quick,
        ("torch", "torch-compiled"),
        ceiling="matmul",
    )


def _shape(vocab: int, block: int, layers: int, heads: int, width: int, B: int, T: int) -> dict[str, int]:
    return {
        "vocab_size": vocab,
        "block_size": block,
        "n_layer": layers,
        "n_head": heads,
        "n_embd": width,
        "batch_size": B,
        "seq_len": T,
    }


def _decode(weights: str, peers: tuple[str, ...]) -> Row:
    what = f"GPT-2 124 M, 1 text, {weights} weights: 128 tokens after 32"
    settings = {"amount": 128, "prompt": 32, "weights": weights}
    quick = {"amount": 24}
    return Row(f"decode/{weights}", what, "tokens/s", "decode", settings, quick, peers, ceiling="read")


_GPT2 = (50257, 1024, 12, 12, 768)
_SMALL = {"n_layer": 2, "vocab_size": 20000}

ROWS = {
    row.name: row
    for row in (
        _train("char", "0.81 M, B=12, T=64", _shape(65, 64, 4, 4, 128, 12, 64), 20, {"amount": 5}),
        _train("10m", "10.8 M, B=16, T=256", _shape(65, 256, 6, 6, 384, 16, 256), 1, {"batch_size": 3}),
        _train("gpt2-b4t64", "GPT-2 124 M, B=4, T=64", _shape(*_GPT2, 4, 64), 1, _SMALL),
        _train(
            "gpt2-b1t512", "GPT-2 124 M, B=1, T=512", _shape(*_GPT2, 1, 512), 1, _SMALL | {"seq_len": 256}
        ),
        _decode("fp32", ("transformers", "ctranslate2", "llama.cpp")),
        _decode("bf16", ("transformers", "llama.cpp")),
        _decode("int8", ("ctranslate2", "llama.cpp")),
        Row(
            "prefill/512",
            "GPT-2 124 M: the first token after 512",
            "tokens/s",
            "prefill",
            {"amount": 512, "prompt": 512, "weights": "fp32"},
            {"amount": 256, "prompt": 256},
            ("transformers", "ctranslate2", "llama.cpp"),
            ceiling="matmul",
        ),
        Row(
            "encode/gpt2",
            "text to tokens of GPT-2, 1 thread",
            "MB/s",
            "encode",
            {"threads": 1},
            {"cut": 400_000},
            ("tiktoken", "tokenizers"),
        ),
        Row(
            "bpe-train/4096",
            "a BPE of 4,096 entries from 1.1 MB",
            "s",
            "learn",
            {"amount": 1, "vocab_size": 4096},
            {"cut": 200_000},
            ("tokenizers",),
        ),
        Row(
            "start/import",
            "import scratchgpt",
            "s",
            "import",
            {"amount": 1},
            {},
            ("numpy-import", "transformers-import"),
        ),
        Row(
            "start/first-token",
            "from nothing to a token of the bundled model",
            "s",
            "first-token",
            {"amount": 1},
            {},
            ("transformers-token",),
        ),
    )
}


def chosen(names: Iterable[str] | None) -> list[Row]:
    """Return the rows of these names, in the order of the table; "decode" means all of decode/....

    None means all rows. Raises UserError for a name that is neither a row nor a group, with the nearest.
    """
    if names is None:
        return list(ROWS.values())
    groups = {name.partition("/")[0] for name in ROWS}
    wanted = [part for name in names for part in name.split(",") if part]
    for name in wanted:
        if name not in ROWS and name not in groups:
            raise UserError(
                f"There is no row {name!r}, expected any of {', '.join(ROWS)}, or a group such as "
                f"decode.{nearest(name, [*ROWS, *groups])}"
            )
    if not wanted:
        raise UserError(f"--rows names no row, expected any of {', '.join(ROWS)}.")
    return [row for row in ROWS.values() if {row.name, row.name.partition("/")[0]} & set(wanted)]
