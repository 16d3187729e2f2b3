"""Compares the ids of ByteBPE with tiktoken and Hugging Face tokenizers, and those of GPT1BPE with the
latter, on any text that comes along.

A job of its own, never part of the suite: it needs the packages tiktoken and tokenizers. From the root of
the repository:

    PYTHONPATH=. python tests/golden/tokenizer_parity.py DATA [--strings 10000] [--seed 0] [--only gpt1]

DATA holds gpt2_bpe/vocab.bpe and encoder.json, gpt1_bpe/vocab_40000.bpe and encoder_bpe_40000.json; every
text file below it is compared as well. Exit code 1 when any text differs. A character that Unicode has
assigned since a peer was built is a letter for one and unassigned for the other: such characters are
counted, and kept out of the random strings. BERT's clean-up in tokenizers, which GPT-1's uses, knows the
categories of Unicode 8; none of the younger characters may be one that GPT-1's vocabulary spells.
"""

import argparse
import json
import os
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import regex
import tiktoken
import tokenizers
from tiktoken.load import data_gym_to_mergeable_bpe_ranks

from scratchgpt import tokenizer as ours
from scratchgpt.tokenizer.files import GPT1_MERGES, GPT1_VOCAB
from scratchgpt.tokenizer.gpt1 import END, UNKNOWN
from scratchgpt.tokenizer.gpt1_text import clean_transformers, words_transformers
from scratchgpt.tokenizer.split import GPT2_PATTERN

EOT = "<|endoftext|>"
TEXT_FILES = (".txt", ".json", ".jsonl", ".csv", ".tsv", ".md", ".html", ".bpe", ".dict", ".phones", "")
# Where the random characters come from (first-last, hexadecimal), each range equally often.
RANGES = (
    "00-7F 20-7E 20-7E 80-FF 100-24F 300-36F 370-52F 590-6FF 900-DFF E00-EFF 1100-11FF 1E00-1FFF 2000-20CF "
    "2100-2BFF 3000-30FF 4E00-9FFF AC00-D7A3 E000-F8FF FE00-FFFF 10000-1FFFF 1F300-1FAFF 20000-2FFFF "
    "E0000-10FFFF"
)
# And what the pattern treats in a way of its own.
CHUNKS = (
    "'s", "'ll", "'LL", "'ve", " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "\u2028", "\x1c", "\x85",
    "\u200d", "\ufeff", "e\u0301", "0", "12", "\u00b2", "\u216b", "ab", "The", " the", "__", "...",
    "<|endoftext", "|>", EOT, UNKNOWN, "</w>", "\u03a3\u03a3", "\u0130", "\ufffd", "\u00c9",
)  # fmt: skip


def tiktoken_gpt2(folder: Path) -> tiktoken.Encoding:
    os.environ["TIKTOKEN_CACHE_DIR"] = ""  # read the files where they are
    ranks = data_gym_to_mergeable_bpe_ranks(str(folder / "vocab.bpe"), str(folder / "encoder.json"))
    return tiktoken.Encoding(
        "gpt2-staged", pat_str=GPT2_PATTERN, mergeable_ranks=ranks, special_tokens={EOT: 50256}
    )


def hf_gpt2(vocab: Path, merges: Path) -> tokenizers.Tokenizer:
    hf = tokenizers.Tokenizer(tokenizers.models.BPE.from_file(str(vocab), str(merges)))
    hf.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    hf.decoder = tokenizers.decoders.ByteLevel()
    hf.add_special_tokens([EOT])
    return hf


def hf_gpt1(vocab: Path, merges: Path) -> tokenizers.Tokenizer:
    """What transformers 5 builds for OpenAIGPTTokenizer."""
    bpe = tokenizers.models.BPE.from_file(
        str(vocab), str(merges), continuing_subword_prefix="", end_of_word_suffix=END, unk_token=UNKNOWN
    )
    hf = tokenizers.Tokenizer(bpe)
    hf.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    hf.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    hf.decoder = tokenizers.decoders.BPEDecoder(suffix=END)
    hf.add_special_tokens([UNKNOWN])
    return hf


def random_strings(
    count: int, rng: Random, without: set[str], chunks: tuple[str, ...] = CHUNKS
) -> Iterator[str]:
    for _ in range(count):
        parts = []
        for _ in range(rng.randint(0, 40)):
            if rng.random() < 0.3:
                parts.append(rng.choice(chunks))
                continue
            low, high = rng.choice(RANGES.split()).split("-")
            c = chr(rng.randint(int(low, 16), int(high, 16)))
            if c not in without and not "\ud800" <= c <= "\udfff":
                parts.append(c * rng.choice((1, 1, 1, 1, 2, 3, 30)))
        yield "".join(parts)


def texts_below(data: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(data.rglob("*")):
        if path.is_file() and path.suffix in TEXT_FILES:
            yield str(path.relative_to(data)), path.read_bytes().decode("utf-8", errors="replace")


def classes_tiktoken(pattern: str) -> Callable[[str], bool]:
    """Return a test for one character; tiktoken drops what its pattern does not match."""
    ranks = {bytes([b]): b for b in range(256)}
    encoding = tiktoken.Encoding("probe", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    return lambda c: bool(encoding.encode_ordinary(c))


def classes_hf(pattern: str) -> Callable[[str], bool]:
    cut = tokenizers.pre_tokenizers.Split(tokenizers.Regex(pattern), behavior="removed")
    return lambda c: not cut.pre_tokenize_str(c)


def differently_classed(peer_class: Callable[[str], Callable[[str], bool]]) -> set[str]:
    """Return the characters that are a letter, a number or white space for one and not for the other."""
    every = [chr(i) for i in range(0x110000) if not 0xD800 <= i < 0xE000]
    differ: set[str] = set()
    for pattern in (r"\p{L}", r"\p{N}", r"\s"):
        mine, peer = regex.compile(pattern), peer_class(pattern)
        differ |= {c for c in every if bool(mine.match(c)) != peer(c)}
    return differ


def compare(
    name: str,
    encode: Callable[[str], list[int]],
    peer: Callable[[str], list[int]],
    texts: list[tuple[str, str]],
) -> int:
    """Print how many of the texts differ, with the first ones, and return their number."""
    tokens, wrong = 0, []
    for where, text in texts:
        mine, theirs = encode(text), peer(text)
        tokens += len(mine)
        if mine != theirs:
            wrong.append(f"  {where}: {text[:200]!r}\n    ours {mine[:40]}\n    peer {theirs[:40]}")
    print("\n".join([f"{name}: {len(texts)} texts, {tokens:,} tokens, {len(wrong)} differ", *wrong[:5]]))
    return len(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--strings", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=("gpt1", "gpt2"))
    args = parser.parse_args()
    files = list(texts_below(args.data))
    wrong = 0
    if args.only != "gpt1":
        wrong += compare_gpt2(args, files)
    if args.only != "gpt2":
        wrong += compare_gpt1(args, files)
    print("all equal" if not wrong else f"{wrong} differences")
    return 1 if wrong else 0


def compare_gpt2(args: argparse.Namespace, files: list[tuple[str, str]]) -> int:
    gpt2 = args.data / "gpt2_bpe"
    mine, tik = ours.load(gpt2), tiktoken_gpt2(gpt2)

    def encode(text: str) -> list[int]:
        return mine.encode(text, allowed_special="all")

    hf = _hf_encode(hf_gpt2(gpt2 / "encoder.json", gpt2 / "vocab.bpe"))
    peers = (
        (
            f"tiktoken {tiktoken.__version__}",
            lambda text: tik.encode(text, allowed_special="all"),
            classes_tiktoken,
        ),
        (f"tokenizers {tokenizers.__version__}", hf, classes_hf),
    )
    wrong = 0
    for name, peer, classes in peers:
        newer = differently_classed(classes)
        known = sorted(c for c in newer if unicodedata.category(c) != "Cn")
        print(
            f"{name}: {len(newer)} characters are classed differently, {len(known)} of them assigned in "
            f"Unicode {unicodedata.unidata_version}: {known}"
        )
        wrong += len(known)
        strings = random_strings(args.strings, Random(args.seed), newer)
        wrong += compare(f"{name}, random strings", encode, peer, [("random", s) for s in strings])
        wrong += compare(f"{name}, staged files", encode, peer, files)
    wrong += compare_surrogates(encode, peers[0][1], Random(args.seed))
    return wrong + compare_trained(args.data, files, args.strings // 10, Random(args.seed))


def compare_surrogates(
    encode: Callable[[str], list[int]], peer: Callable[[str], list[int]], rng: Random
) -> int:
    """Lone surrogates and split pairs: tiktoken replaces and joins them, tokenizers refuses them."""
    letters = ["a", " ", "\ud83d", "\ude00", "\udcff", "\ud800", "\ufeff", "é"]
    texts = [("surrogates", "".join(rng.choices(letters, k=rng.randint(1, 9)))) for _ in range(1000)]
    return compare("tiktoken, surrogates", encode, peer, texts)


def compare_trained(data: Path, files: list[tuple[str, str]], count: int, rng: Random) -> int:
    """Train and save our own vocabulary, open the folder with tokenizers, and compare the ids."""
    text = (data / "tinyshakespeare" / "input.txt").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        ours.ByteBPE.train(text, 1000).save(folder)
        mine = ours.load(folder)
        peer = _hf_encode(hf_gpt2(Path(folder) / "vocab.json", Path(folder) / "merges.txt"))
        back = Path(folder) / "hf"
        back.mkdir()
        hf_gpt2(Path(folder) / "vocab.json", Path(folder) / "merges.txt").save(str(back / "tokenizer.json"))
        again = ours.load(back)
    texts = [("random", s) for s in random_strings(count, rng, differently_classed(classes_hf))] + files
    wrong = compare(
        "saved by us, opened by tokenizers", lambda s: mine.encode(s, allowed_special="all"), peer, texts
    )
    return wrong + compare(
        "saved by tokenizers, opened by us", lambda s: again.encode(s, allowed_special="all"), peer, texts
    )


def compare_gpt1(args: argparse.Namespace, files: list[tuple[str, str]]) -> int:
    """GPT-1 under the treatment "transformers": ids, decoded text, and files in both directions."""
    openai = args.data / "gpt1_bpe"
    vocab = json.loads((openai / GPT1_VOCAB).read_text(encoding="utf-8"))
    hf = hf_gpt1(openai / GPT1_VOCAB, openai / GPT1_MERGES)
    newer = differently_treated(hf)
    spelled = sorted(c for c in newer if c in vocab)
    print(
        f"tokenizers {tokenizers.__version__}: {len(newer)} characters are cleaned or cut differently "
        f"(here Unicode {unicodedata.unidata_version}), GPT-1 spells {len(spelled)} of them: {spelled}"
    )
    known = tuple(name.removesuffix(END) for name in vocab)
    chunks = (*CHUNKS * (len(known) // len(CHUNKS)), *known, *(name.title() for name in known))
    texts = [("random", s) for s in random_strings(args.strings, Random(args.seed), newer, chunks)] + files
    wrong = len(spelled)
    for name, mine, peer in gpt1_folders(openai, hf):
        mine_encode = _allowing(mine)
        wrong += compare(f"GPT-1, {name}", mine_encode, _hf_encode(peer), texts)
        decoded = [
            text
            for _, text in texts
            if mine.decode(ids := mine_encode(text)) != peer.decode(ids, skip_special_tokens=False)
        ]
        print(f"GPT-1, {name}: {len(decoded)} decoded texts differ {[text[:80] for text in decoded[:5]]}")
        wrong += len(decoded)
    return wrong


def gpt1_folders(
    openai: Path, hf: tokenizers.Tokenizer
) -> Iterator[tuple[str, ours.Tokenizer, tokenizers.Tokenizer]]:
    """Saved by us and opened by tokenizers; saved by tokenizers and opened by us."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = ours.load(openai)
        first.with_text("transformers").save(folder / "ours")
        hf.save(str(folder / "tokenizer.json"))
        peer = hf_gpt1(folder / "ours" / "vocab.json", folder / "ours" / "merges.txt")
        yield "saved by us, opened by tokenizers", ours.load(folder / "ours"), peer
        yield "saved by tokenizers, opened by us", ours.load(folder), hf


def differently_treated(hf: tokenizers.Tokenizer) -> set[str]:
    """Return the characters that come out of clean-up and word split in another way."""
    differ = set()
    for c in (chr(i) for i in range(0x110000) if not 0xD800 <= i < 0xE000):
        text = f"a{c}b{c}"  # inside a word and at its end
        theirs = hf.pre_tokenizer.pre_tokenize_str(hf.normalizer.normalize_str(text))
        mine = [word for chunk in clean_transformers(text).split() for word in words_transformers(chunk)]
        if [word for word, _ in theirs] != mine:
            differ.add(c)
    return differ


def _allowing(tokenizer: ours.Tokenizer) -> Callable[[str], list[int]]:
    return lambda text: tokenizer.encode(text, allowed_special="all")


def _hf_encode(hf: tokenizers.Tokenizer) -> Callable[[str], list[int]]:
    return lambda text: hf.encode(text).ids


if __name__ == "__main__":
    sys.exit(main())
