"""Makes small_gpt1/, gpt1_cases.json and small_gpt1_cases.json: token ids of tricky strings, from Hugging
Face tokenizers for the treatment "transformers", from ftfy, spaCy and tokenizers for "original". Never
imports scratchgpt; needs the packages tokenizers, spacy and ftfy.

    python tests/tokenizer/make_gpt1_cases.py --train data/tales.txt tests/tokenizer/small_gpt1
    python tests/tokenizer/make_gpt1_cases.py tests/tokenizer/small_gpt1 tests/tokenizer/small_gpt1_cases.json
    python tests/tokenizer/make_gpt1_cases.py DATA/gpt1_bpe tests/tokenizer/gpt1_cases.json

small_gpt1 holds 600 symbols that tokenizers learned: small enough to lie in the repository, so that its cases
run everywhere. The clean-up before spaCy is the one published with GPT-1 (openai/finetune-transformer-lm).
"""

import argparse
import hashlib
import json
import re
from pathlib import Path

import ftfy
import spacy
import tokenizers
from tokenizers import models, normalizers, pre_tokenizers, trainers

END, UNKNOWN = "</w>", "<unk>"
SEPARATE = '-~!";?+,)(\\/*[]}{|_'
PLAIN = {"\u2014": "-", "\u2013": "-", "\u2015": "-", "\u2026": "...", "\u00b4": "'"}

STRINGS = [
    "", " ", "\n", "\n\n\n", "a", "A", ".", "...", "....", "the president is", "The President IS",
    "  the \t president\n\n is \r\n", "It's a dog's life; isn't it?", "Don't, can't, won't, shan't!",
    "DON'T SHOUT", "I'm I've I'll I'd we're they've she'll he'd you'd've", "cannot gonna gotta",
    "dont cant im ive", "well, its hell; were we ill?", "'Tis he, said 'em all.", "the boys' room",
    "'quoted words'", "''double''", "rock'n'roll o'clock ma'am y'all c'mon",
    "Who's there? What'll we do? That's how they'd go.",
    "Mr. Smith met Mrs. Jones and Dr. Brown at 8 a.m. in St. Ives.", "e.g. this, i.e. that, etc.",
    "J. R. R. Tolkien, U.S. and D.C.", "in Jan. 1923 or Sept. 1924.", "at 8am or 10 p.m.",
    "5.5 10,000 20% $3.50 #1", "well-known mother-in-law -- and -- so",
    "wait\u2014what\u2013is\u2015this", "He said: \u201cWait\u2026\u201d",
    "it\u2019s \u2018odd\u2019 \u00b4tis", "(a) [b] {c} <d>", "a/b\\c|d_e*f+g~h", "!!! ??? ?! ;;",
    "**bold** __under__", "end.Next word", "a.b.c x.y", "yes:no a=b c<d", "one...two", "50-50 2^10 x^2",
    "20th 1990s '90s 3:15", "me@example.org www.example.org",
    "na\u00efve caf\u00e9 \u00dcber \u00c9t\u00e9", "e\u0301a\u0300", "\u00df \u0130 \u01c5",
    "\u03a3\u03a3\u03a3 \u03a3\u03b1\u03c2", "\u041f\u0440\u0438\u0432\u0435\u0442",
    "\u4f60\u597d\u4e16\u754c", "\u3053\u3093\u306b\u3061\u306f", "\uac00\ub098",
    "\U0001f600 \u2665 \u266a", "\u00a0a\u00a0b\u3000c\u2003d", "\u200bzero\u200bwidth\u00adsoft",
    "\ufeffmark", "\x00nul\x07bell\x7f", "a\ufffdb", "\ufb01nd \uff21\uff22\uff01",
    "\u00bd \u00b2 \u2167", "\u00abguillemets\u00bb \u00bfqu\u00e9? \u00a1ol\u00e9!", "a\u2028b\u2029c",
    "the</w>the", "\n</w>", "#version", "x" * 70, "lower" * 20, "-" * 40, "!" * 12, "said \n said",
    "\nsaid\n", "Once upon a time there was a little girl who lived in the wood.",
]  # fmt: skip


def train(text: Path, folder: Path) -> None:
    hf = build(models.BPE(unk_token=UNKNOWN, continuing_subword_prefix="", end_of_word_suffix=END))
    trainer = trainers.BpeTrainer(
        vocab_size=599, special_tokens=[UNKNOWN], end_of_word_suffix=END, show_progress=False
    )
    hf.train_from_iterator([text.read_text(encoding="utf-8")], trainer)
    model = json.loads(hf.to_str())["model"]
    made = ["".join(merge) for merge in model["merges"]]
    single = sorted(set(model["vocab"]) - set(made) - {UNKNOWN})  # tokenizers has them in any order
    ids = {name: i for i, name in enumerate((UNKNOWN, *single, *made, f"\n{END}"))}
    folder.mkdir(exist_ok=True)
    vocab = json.dumps(ids, indent=0, ensure_ascii=False) + "\n"
    (folder / "vocab.json").write_text(vocab, encoding="utf-8", newline="\n")
    lines = ["#version: 0.2", *(" ".join(merge) for merge in model["merges"])]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def build(bpe: models.BPE) -> tokenizers.Tokenizer:
    """What transformers 5 builds for OpenAIGPTTokenizer."""
    hf = tokenizers.Tokenizer(bpe)
    hf.normalizer = normalizers.BertNormalizer(lowercase=True)
    hf.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return hf


def clean(text: str) -> str:
    text = ftfy.fix_text(text)
    for was, becomes in PLAIN.items():
        text = text.replace(was, becomes)
    for mark in SEPARATE:
        text = re.sub(f"{re.escape(mark)}+", lambda run: f" {run[0]} ", text)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return " \n ".join(line for line in lines if line)


def original(text: str, cut: spacy.tokenizer.Tokenizer, bpe: models.BPE) -> list[int]:
    ids: list[int] = []
    for token in cut(clean(text)):
        word = token.text.lower().strip(" ")
        # BPE knows no line break: it is a token, and no merge makes it.
        ids += [bpe.token_to_id(word + END)] if word == "\n" else [t.id for t in bpe.tokenize(word)]
    return ids


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--train", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    args = parser.parse_args()
    if args.train:
        train(args.train, args.folder)
    else:
        make_cases(args.folder, args.out)


def make_cases(folder: Path, out: Path) -> None:
    openai = (folder / "vocab_40000.bpe").exists()
    vocab = folder / ("encoder_bpe_40000.json" if openai else "vocab.json")
    merges = folder / ("vocab_40000.bpe" if openai else "merges.txt")
    options = {"continuing_subword_prefix": "", "end_of_word_suffix": END, "unk_token": UNKNOWN}
    hf = build(models.BPE.from_file(str(vocab), str(merges), **options))
    cut = spacy.blank("en").tokenizer
    cases = [
        {"text": text, "transformers": hf.encode(text).ids, "original": original(text, cut, hf.model)}
        for text in dict.fromkeys(STRINGS)
    ]
    made_by = {
        "tokenizers": tokenizers.__version__,
        "spacy": spacy.__version__,
        "ftfy": ftfy.__version__,
        "script": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
        merges.name: hashlib.sha256(merges.read_bytes()).hexdigest(),
        vocab.name: hashlib.sha256(vocab.read_bytes()).hexdigest(),
    }
    lines = ",\n".join(json.dumps(case) for case in cases)
    out.write_text(
        f'{{"made_by": {json.dumps(made_by)},\n"cases": [\n{lines}\n]}}\n', encoding="utf-8", newline="\n"
    )
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
