"""Makes gpt2_cases.json and small_cases.json: token ids of tricky strings from tiktoken, which Hugging Face
tokenizers must confirm. Never imports scratchgpt.

    python tests/tokenizer/make_gpt2_cases.py DATA/gpt2_bpe tests/tokenizer/gpt2_cases.json
    python tests/tokenizer/make_gpt2_cases.py tests/tokenizer/small_bpe tests/tokenizer/small_cases.json

The pattern and the printable names of the bytes are those published with GPT-2 (openai/gpt-2,
src/encoder.py). small_bpe holds 1,000 entries that ByteBPE.train learned from data/tales.txt: small enough to
lie in the repository, so that its cases run everywhere.
"""

import hashlib
import json
import sys
from pathlib import Path

import tiktoken
import tokenizers

PATTERN = r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
EOT = "<|endoftext|>"

STRINGS = [
    "", "a", " ", "  ", "   a", "a   ", "\n", "\n\n", " \n ", "\t\tx", "\r\n", "a\r\nb\r\n", "\x00",
    "\x7f\x80", "hello world", "Hello world", " hello world", "hello  world", "HELLO WORLD",
    "hello\nworld", "hello \n world", "It's, we'll, they've, I'm, you're, he'd, don't",
    "IT'S, WE'LL, DON'T", "'s's 's ''s", "it\u2019s", "o'clock", "1234567890", "3.14159",
    "1,000,000", "x2y", "\u00b2\u00b3\u2075", "\u2160\u216b", "\u0665\u0663", "\u00bd", "!!!",
    "...", " ...", "?!?!", "a_b__c", "---------", "================", "# # #", "\\n", "{}[]()<>",
    "def f(x):\n    return x ** 2  # square\n", "<html>\n\t<p class=\"x\">&nbsp;</p>\n</html>",
    "https://example.org/a?b=c&d=%20", "na\u00efve caf\u00e9 \u00dcber", "e\u0301", "\u00e9",
    "\u00df", "\u0130i", "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440",
    "\u0393\u03b5\u03b9\u03ac", "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627",
    "\u0928\u092e\u0938\u094d\u0924\u0947", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    "\u4f60\u597d\u4e16\u754c", "\u3053\u3093\u306b\u3061\u306f", "\uc548\ub155", "\u304b\u3099",
    "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1eb\U0001f1f7",
    "\U0001d518\U0001d52b", "\u2764\ufe0f", "\u00a0", "a\u00a0b", "\u2003\u2003x", "\u3000\u3000",
    "\u2028", "\u200b", "\ufeffx", "\x85", "\x1c\x1d", "\u180e", "\ud800", "a\udcffb",
    "\ud83d\ude00", "\uffff", "\U0010ffff", "\ue000", "\ufffd", "a" * 100, " " * 100, "0" * 37,
    "ab" * 70, "\n" * 9 + "x", "\u00e9" * 40, "supercalifragilisticexpialidocious",
    "antidisestablishmentarianism", "unprecedented",
    "low low low low low lowest lowest newer newer newer wider wider", EOT, "a" + EOT, EOT + "b",
    EOT + EOT, f"one{EOT}two {EOT} three", "<|endoftext", "|endoftext|>", "<|ENDOFTEXT|>",
    "\n" + EOT + "\n", "\u0120the", "\u00c3\u00a9",
]  # fmt: skip


def names_of_bytes() -> list[str]:
    """The character that stands for each byte in vocab.json: itself where it is printable."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printable]
    return [chr(b if b in printable else 256 + others.index(b)) for b in range(256)]


def read_tiktoken(vocab: Path) -> tiktoken.Encoding:
    """An id is a rank: in both vocabularies the merges stand in the order in which they were learned."""
    byte_of = {name: b for b, name in enumerate(names_of_bytes())}
    ids = json.loads(vocab.read_text(encoding="utf-8"))
    special = {EOT: ids.pop(EOT)}
    ranks = {bytes(byte_of[c] for c in name): i for name, i in ids.items()}
    return tiktoken.Encoding("cases", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens=special)


def read_tokenizers(vocab: Path, merges: Path) -> tokenizers.Tokenizer:
    hf = tokenizers.Tokenizer(tokenizers.models.BPE.from_file(str(vocab), str(merges)))
    hf.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    hf.add_special_tokens([EOT])
    return hf


def make_cases(tt: tiktoken.Encoding, hf: tokenizers.Tokenizer) -> list[dict]:
    """Ids of every string, with its special tokens and as ordinary text. Exits where the two differ."""
    cases = []
    for text in dict.fromkeys(STRINGS):
        ids = tt.encode(text, allowed_special="all")
        cases.append({"text": text, "ids": ids, "ordinary": tt.encode_ordinary(text)})
        # Half a surrogate pair is no text to tokenizers.
        if not any("\ud800" <= c <= "\udfff" for c in text) and hf.encode(text).ids != ids:
            sys.exit(f"{text!r}: tiktoken says {ids}, tokenizers {hf.encode(text).ids}")
    return cases


def main() -> None:
    folder, out = map(Path, sys.argv[1:])
    openai = (folder / "encoder.json").exists()
    vocab = folder / ("encoder.json" if openai else "vocab.json")
    merges = folder / ("vocab.bpe" if openai else "merges.txt")
    cases = make_cases(read_tiktoken(vocab), read_tokenizers(vocab, merges))
    made_by = {
        "tiktoken": tiktoken.__version__,
        "tokenizers": tokenizers.__version__,
        "script": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
        merges.name: hashlib.sha256(merges.read_bytes()).hexdigest(),
        vocab.name: hashlib.sha256(vocab.read_bytes()).hexdigest(),
    }
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = f'{{"made_by": {json.dumps(made_by)},\n"cases": [\n{lines}\n]}}\n'
    out.write_text(text, encoding="utf-8", newline="\n")
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
