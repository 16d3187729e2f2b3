"""Makes gpt2_cases.json: token ids of tricky strings from tiktoken. Never imports scratchgpt.

    python tests/tokenizer/make_gpt2_cases.py DATA/gpt2_bpe

The pattern is the one published with GPT-2 (openai/gpt-2, src/encoder.py).
"""

import hashlib
import json
import os
import sys
from pathlib import Path

import tiktoken
from tiktoken.load import data_gym_to_mergeable_bpe_ranks

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


def main() -> None:
    folder = Path(sys.argv[1])
    os.environ["TIKTOKEN_CACHE_DIR"] = ""  # read the files where they are
    merges, vocab = folder / "vocab.bpe", folder / "encoder.json"
    gpt2 = tiktoken.Encoding(
        "gpt2",
        pat_str=PATTERN,
        mergeable_ranks=data_gym_to_mergeable_bpe_ranks(str(merges), str(vocab)),
        special_tokens={EOT: 50256},
        explicit_n_vocab=50257,
    )
    cases = [
        {
            "text": text,
            "ids": gpt2.encode(text, allowed_special="all"),
            "ordinary": gpt2.encode_ordinary(text),
        }
        for text in dict.fromkeys(STRINGS)
    ]
    made_by = {
        "tiktoken": tiktoken.__version__,
        "script": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
        "vocab.bpe": hashlib.sha256(merges.read_bytes()).hexdigest(),
        "encoder.json": hashlib.sha256(vocab.read_bytes()).hexdigest(),
    }
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = f'{{"made_by": {json.dumps(made_by)},\n"cases": [\n{lines}\n]}}\n'
    Path(__file__).with_name("gpt2_cases.json").write_text(text, encoding="utf-8", newline="\n")
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
