"""Corpora with a name: public texts, downloaded once from a fixed commit and checked by sha256."""

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from ..errors import UserError
from .read import named_path, text_files

_GITHUB = "https://raw.githubusercontent.com"
_NLTK = f"{_GITHUB}/nltk/nltk/a8a85af0682d183480a553e84ca4cbf9f445fdab/corpora/gutenberg"
# Moby-Dick was added to NLTK later, when the books had moved to another folder.
_NLTK_DATA = f"{_GITHUB}/nltk/nltk/4dc39fbf6965509f7b74316eff239bd110a03b49/nltk_data/corpora/gutenberg"


@dataclass(frozen=True)
class RemoteFile:
    """One file of a corpus: where it comes from, and where it lies below a data folder."""

    path: str  # below the data folder, with forward slashes
    url: str
    sha256: str


def _book(name: str, sha256: str, folder: str = _NLTK) -> RemoteFile:
    return RemoteFile(f"gutenberg/{name}.txt", f"{folder}/{name}.txt", sha256)


CORPORA: dict[str, tuple[RemoteFile, ...]] = {
    # Tiny Shakespeare: 1.1 MB of plays, the text of char-rnn and nanoGPT. Public domain.
    "shakespeare": (
        RemoteFile(
            "tinyshakespeare/input.txt",
            f"{_GITHUB}/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e"
            "/data/tinyshakespeare/input.txt",
            "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        ),
    ),
    # 14 books from Project Gutenberg, 6.2 MB, as NLTK selected them. Public domain.
    "gutenberg": (
        _book("austen-emma", "53f6f260581f4306abe5025e45af53bc40d7a79ab54de76e96e2c3fc37ac064b"),
        _book("austen-persuasion", "ed1c8186360fcd9cdd10bff3bf33e3a240409393e3b61e8cdc4c62956ad4d26f"),
        _book("austen-sense", "b38e58f4f1c97e462fb9a6177fa0146a1ae15b62c3ce7e4e8b637dac9a2b3f70"),
        _book("blake-poems", "9ba8233d6f6e529ff1fc6b9896c3eea62fcbd5709696e80dd16410cf34a5422f"),
        _book("blake-songs", "b9acae52573265fe6f2c2118b58a14f23c00daabb083fe30fbd53e2ccfc8ea70"),
        _book("chesterton-ball", "6ce209831fd2fb5224a343a786b9c74b66a7f6c0b7d0e98c23670af2ec41f2b9"),
        _book("chesterton-brown", "f48019c92c9456b6f3d673ff2c24a308bda631e483b2fc71471879c7331981eb"),
        _book("chesterton-thursday", "70e90dd1cdb145141d0e2fbaa91845c63d4ab4e809c011270b7b2bc1e457129f"),
        _book(
            "melville-moby_dick",
            "dc2466ee3c2e6e2ea1f86233d142e4b5578fdc1d6f0ca657bee7572202a980c7",
            _NLTK_DATA,
        ),
        _book("milton-paradise", "1038f87e3d0ed16bc18ed2659a9caca220a9bb1bc2fd2f932ce358347c9db15f"),
        _book("shakespeare-caesar", "0f267961696dc9b4d42eb5297177f6e4ade0e3e09872d73c1ccbadba9a1e8bcd"),
        _book("shakespeare-hamlet", "ab285360fc4541b5dd5fa4b42cca225d6246b3193d237e865b440f8da1d20607"),
        _book("shakespeare-macbeth", "bb1f6725cabb8ff4ad0a50540cd8d59de6519c13cfc42ef00978fd59c53d9cb0"),
        _book("whitman-leaves", "d408d750b21b4dc1a94580120a03d446a06e1358f83546910b779eef2c634a66"),
    ),
    # TinyStories (Eldan & Li 2023): the first 2 MiB of the training split. CDLA-Sharing-1.0.
    "tinystories": (
        RemoteFile(
            "tinystories/tinystories_sample.txt",
            f"{_GITHUB}/gusjengis/toy-RNN/e4c7ff8bba4ff7989e69a3a816ebe4b14813b41e"
            "/data/tinystories_sample.txt",
            "5352b299dcb1a32898b2d779b145b5a05f3e1265953fd21c264c9f9f9c9ae33d",
        ),
    ),
}
"""The files of each named corpus."""


def resolve(text: str, cache: Path | None = None) -> list[Path]:
    """Return the files that `text` names: those of a corpus, one file, or a folder's `.txt` files.

    A corpus is downloaded on first use into `cache` (default: `cache_folder()`). Its name wins over
    a file of the same name; "./shakespeare" is the file. Raises UserError for an empty name, when there
    is no such corpus, file or folder (and suggests the nearest name), and for a download that fails.
    """
    if text in CORPORA:
        folder = cache_folder() if cache is None else cache
        return [fetch(file, folder) for file in CORPORA[text]]
    return text_files(named_path(text), also=CORPORA)


def cache_folder() -> Path:
    """Return the folder that downloads are kept in, such as ~/.cache/scratchgpt on Linux."""
    import pooch

    return Path(pooch.os_cache("scratchgpt"))


def fetch(file: RemoteFile, cache: Path) -> Path:
    """Return the local path of `file`, with the right sha256; download it when there is none.

    Looks first below the folder that the environment variable SCRATCHGPT_DATA names, then below
    `cache`. A download goes to a temporary file, which takes its place only when its sha256 is
    right: a broken or changed one leaves nothing behind. Address, place and progress appear on
    standard error. Raises UserError when the download fails: it says where to put the file by hand.
    """
    for folder in (os.environ.get("SCRATCHGPT_DATA"), cache):
        if folder and _is_intact(local := Path(folder) / file.path, file.sha256):
            return local
    return _download(file, cache / file.path)


def _is_intact(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _download(file: RemoteFile, target: Path) -> Path:
    # Imported here: pooch brings requests, which is slow to load and absent in a browser.
    import pooch
    from tqdm import tqdm

    # Its own announcement goes to the standard error of the moment it was imported, which may be
    # closed by now; ours goes to today's.
    pooch.get_logger().setLevel("WARNING")
    print(f"Downloading {file.url} to {target}", file=sys.stderr)
    by_hand = f"put the file at {str(target)!r} yourself; its sha256 must be {file.sha256}."
    try:
        # A total of 1 until the server says better: a bar without one has no truth value. Ours, not
        # pooch's own bar, because that one stays open when the connection breaks off.
        with tqdm(total=1, desc=target.name, unit="B", unit_scale=True) as bar:
            pooch.retrieve(
                url=file.url,
                known_hash=file.sha256,
                fname=target.name,
                path=target.parent,
                downloader=pooch.HTTPDownloader(progressbar=bar, timeout=30),
            )
    except OSError as error:  # requests' exceptions are OSErrors too
        response = getattr(error, "response", None)
        reason = type(error).__name__
        if response is not None:
            reason = f"status {response.status_code}"
            response.close()  # pooch leaves the connection of a refused request open
        raise UserError(
            f"Cannot download {file.url} ({reason}): try again with a network connection, or " + by_hand
        ) from error
    except ValueError as error:
        raise UserError(
            f"{file.url} sent other bytes than expected (the sha256 differs), and they were thrown "
            f"away: try again, or {by_hand}"
        ) from error
    return target
