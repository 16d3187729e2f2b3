"""Corpora with a name: public texts, downloaded once from a fixed commit and checked by sha256."""

from pathlib import Path

from ..downloads import RemoteFile, cache_folder, fetch
from .read import named_path, text_files

_GITHUB = "https://raw.githubusercontent.com"
_NLTK = f"{_GITHUB}/nltk/nltk/a8a85af0682d183480a553e84ca4cbf9f445fdab/corpora/gutenberg"
# Moby-Dick was added to NLTK later, when the books had moved to another folder.
_NLTK_DATA = f"{_GITHUB}/nltk/nltk/4dc39fbf6965509f7b74316eff239bd110a03b49/nltk_data/corpora/gutenberg"


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
