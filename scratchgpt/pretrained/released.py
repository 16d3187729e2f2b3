"""The released weights of GPT-2 and GPT-1: fetched once from a fixed revision at Hugging Face, and checked.

`gpt2` has 124 M parameters, `gpt2-medium` 355 M, `gpt2-large` 774 M, `gpt2-xl` 1,558 M (Radford et al. 2019,
modified MIT license), `openai-gpt` 117 M (Radford et al. 2018, MIT license).
"""

import json
import os
from pathlib import Path

from ..downloads import RemoteFile, cache_folder, download
from ..errors import UserError, nearest


def _files(
    name: str,
    revision: str,
    config: tuple[str | None, int],
    vocabulary: tuple[tuple[str, int], tuple[str, int]],
    weights: tuple[str, int | None],
) -> tuple[RemoteFile, ...]:
    """Each file as (sha256, bytes); the vocabulary is vocab.json and merges.txt."""
    vocab, merges = vocabulary
    folder = f"https://huggingface.co/openai-community/{name}/resolve/{revision}"
    # The largest comes last: a mistake in the others costs no gigabytes.
    known = {"config.json": config, "vocab.json": vocab, "merges.txt": merges, "model.safetensors": weights}
    return tuple(
        RemoteFile(f"{name}/{file}", f"{folder}/{file}", sha256, size)
        for file, (sha256, size) in known.items()
    )


# The same bytes as OpenAI's encoder.json and vocab.bpe.
_GPT2_VOCABULARY = (
    ("196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783", 1_042_301),
    ("1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5", 456_318),
)
# The same bytes as OpenAI's encoder_bpe_40000.json and vocab_40000.bpe.
_GPT1_VOCABULARY = (
    ("fdf49b19e7de236852091da09b84a7a3cd5e7b0e79916376cf45f6b8127b8078", 815_973),
    ("0ea9b51ae695073cd871e0358f7016311d671a7ff3963e367d5236522f294725", 458_495),
)

FILES: dict[str, tuple[RemoteFile, ...]] = {
    "gpt2": _files(
        "gpt2",
        "607a30d783dfa663caf39e06633721c8d4cfcd7e",
        ("0daed7749b4f02b8f76240d5444551d7b08712dab4d0adb8239c56ba823bb7b4", 665),
        _GPT2_VOCABULARY,
        ("248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707", 548_105_171),
    ),
    "gpt2-medium": _files(
        "gpt2-medium",
        "6dcaa7a952f72f9298047fd5137cd6e4f05f41da",
        ("ef1a44d889ad1a0acc7731c78134f1b87d2d222f110e97dd10fd4117331caf22", 718),
        _GPT2_VOCABULARY,
        ("fc5a354a19255ad494f3d71549390baca1ccf61d1d822b9408971705c687c9cd", 1_519_984_962),
    ),
    "gpt2-large": _files(
        "gpt2-large",
        "32b71b12589c2f8d625668d2335a01cac3249519",
        ("7fccdcfd6622055342a734c663ee0b61ff4fd697f42467595df0bf4448c8c170", 666),
        _GPT2_VOCABULARY,
        ("5f47f3e12f91cd33b662ce7e433b6150ad5512b5884a2cee961b50e9c3bbebce", 3_247_159_078),
    ),
    "gpt2-xl": _files(
        "gpt2-xl",
        "15ea56dee5df4983c59b2538573817e1667135e2",
        ("be48115d52314bc27327e160bf10197760db02ea689d10adb24db4102edf7a8a", 689),
        _GPT2_VOCABULARY,
        ("0f8b28eb05a8075f48b61b6f35332978c74fc7763fa9fb4051a1c30511736a6a", None),
    ),
    "openai-gpt": _files(
        "openai-gpt",
        "1e0d4f3028acbffb47fe933cea64619c5ec1a002",
        (None, 656),  # nobody published its sha256
        _GPT1_VOCABULARY,
        ("25c82cdf1844d2d93e9120b3b628fc6c2b4fcc7801a1297f58465ba67d45deb3", None),
    ),
}
"""The files of each released model, below a data folder in a folder of its name."""

NAMES = tuple(FILES)

# What may lie there instead, put by hand: a model in shards, a vocabulary in one file.
_STAND_INS = {
    "model.safetensors": "model.safetensors.index.json",
    "vocab.json": "tokenizer.json",
    "merges.txt": "tokenizer.json",
}


def folder(name: str) -> Path:
    """Return the folder of a released model in Hugging Face's layout; download what it lacks.

    It is `name` below the folder that SCRATCHGPT_DATA names, when that has everything, else `name` below
    `cache_folder()`. Files that lie there are used as they are, without the network: a download gets its name
    only when it is complete and checked. Raises UserError for a name that is not in NAMES and when a download
    fails: it names all the files that are missing, and where to put them by hand.
    """
    if name not in FILES:
        raise UserError(
            f"There is no released model {name!r}, expected one of {', '.join(NAMES)}.{nearest(name, NAMES)}"
        )
    if (complete := found(name)) is not None:
        return complete
    cache = cache_folder()
    here = cache / name
    while missing := _missing(here, name):
        first = missing[0]
        names = ", ".join(_name(file) for file in missing)
        page = first.url.rpartition("/")[0].replace("/resolve/", "/tree/")  # what a browser can show
        by_hand = f"put {names} from {page} into the folder {str(here)!r} yourself."
        # The check is for a file without a sha256, and the only one is a config.json.
        download(first, cache, check=_is_json_object, by_hand=by_hand)
    return here


def found(name: str) -> Path | None:
    """Return the folder of a released model when all its files are on this machine, else None.

    Looks where `folder` does, and never at the network.
    """
    data = os.environ.get("SCRATCHGPT_DATA")
    places = [Path(root) / name for root in (data, cache_folder()) if root]
    return next((place for place in places if not _missing(place, name)), None)


def _name(file: RemoteFile) -> str:
    return file.path.rpartition("/")[2]


def _missing(place: Path, name: str) -> list[RemoteFile]:
    """The files of a model that are neither in the folder `place` nor replaced there by another."""
    return [
        file
        for file in FILES[name]
        if not any((place / alias).is_file() for alias in (_name(file), _STAND_INS.get(_name(file), "")))
    ]


def _is_json_object(path: Path) -> None:
    """Raise ValueError when a file is not one JSON object (a sign-in page, say)."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise ValueError("not a JSON object")
