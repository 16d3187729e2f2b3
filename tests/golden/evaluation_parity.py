"""Compares the four evaluations with transformers and a plain script, on a GPT-2 of 124 M random weights.

A job of its own, never part of the suite: it needs torch and transformers beside what scratchgpt needs. From
the root of the repository, in an environment with torch 2.13.0 and transformers 5.23.0:

    PYTHONPATH=. python tests/golden/evaluation_parity.py DATA [--work DIR]

DATA holds gpt2_bpe/, wikitext2/, hellaswag/ and zeroshot/. Weights are N(0, 0.1^2), the gains of the norms 1
more, so that logits are O(1). The plain side: transformers' tokenizer and model in float32, one text at a
time, every log-probability from torch's log_softmax over the whole window, windows by the definitions of the
transformers documentation and of lm-evaluation-harness; only the pages of WikiText and their detokenised text
are taken from scratchgpt. Ours: the command, on the same files. Every figure must agree to 1e-3 of itself,
every log-probability of an ending to 1e-3 nats. Exit code 1 otherwise. Five minutes, 3 GB.
"""

import argparse
import bz2
import contextlib
import io
import json
import math
import re
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

import torch
from transformers import GPT2Config, GPT2LMHeadModel, GPT2TokenizerFast

from scratchgpt import evaluate, pretrained
from scratchgpt.evaluation import wikitext
from scratchgpt.evaluation.scoring import score_endings

EOT = 50256
failures: list[str] = []


def check(what: str, ours: float, theirs: float, tolerance: float) -> None:
    ok = abs(ours - theirs) <= tolerance
    print("ok  " if ok else "FAIL", f"{what}: ours {ours:.7g}, theirs {theirs:.7g}", flush=True)
    if not ok:
        failures.append(what)


def save_random_gpt2(folder: Path, data: Path) -> GPT2LMHeadModel:
    model = GPT2LMHeadModel(GPT2Config())
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            tensor.normal_(0, 0.1, generator=generator)
            if "ln_" in name and name.endswith("weight"):
                tensor += 1
    model.eval().save_pretrained(folder)
    shutil.copy(data / "gpt2_bpe" / "encoder.json", folder / "vocab.json")
    shutil.copy(data / "gpt2_bpe" / "vocab.bpe", folder / "merges.txt")
    return model


class Plain:
    """transformers, asked for one text at a time."""

    def __init__(self, model: GPT2LMHeadModel, folder: Path) -> None:
        self.model = model
        self.tokenizer = GPT2TokenizerFast(
            vocab=str(folder / "vocab.json"), merges=str(folder / "merges.txt")
        )

    def encode(self, text: str) -> list[int]:
        return self.tokenizer(text)["input_ids"]

    def log_probs(self, ids: list[int]) -> torch.Tensor:
        """log p of ids[1:], each given all before it, and whether it is the likeliest, (2, n - 1)."""
        with torch.no_grad():
            table = torch.log_softmax(self.model(torch.tensor([ids[:-1]])).logits[0].float(), dim=-1)
        wanted = torch.tensor(ids[1:])
        picked = table[torch.arange(len(wanted)), wanted].double()
        return torch.stack([picked, (table.argmax(-1) == wanted).double()])

    def ending(self, context: str, ending: str) -> torch.Tensor:
        before, after = self.encode(context), self.encode(ending)
        return self.log_probs(before + after)[:, -len(after) :]

    def strided(self, ids: list[int], window: int, stride: int) -> list[float]:
        """As the documentation: windows from 0, stride, 2 stride, ...; each scores what is new in it, its own
        first token excepted."""
        losses, end_before = [], 0
        for begin in range(0, len(ids), stride):
            end = min(begin + window, len(ids))
            log_p = self.log_probs(ids[begin:end])[0]
            losses += (-log_p[-(end - end_before) :]).tolist()
            end_before = end
            if end == len(ids):
                break
        return losses

    def rolling(self, ids: list[int], length: int) -> float:
        """As the harness: EOT first, then blocks of `length`, the last with all the context that fits."""
        whole, total = [EOT, *ids], 0.0
        for begin in range(0, len(ids), length):
            new = min(length, len(ids) - begin)
            seen = whole[: begin + new + 1][-(length + 1) :]
            total -= float(self.log_probs(seen)[0][-new:].sum())
        return total


def ours(folder: Path, task: str, *flags: str) -> dict:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        evaluate.main(["--model", str(folder), "--task", task, "--json", *flags])
    return json.loads(out.getvalue())


def compare(what: str, found: dict, expected: dict[str, float]) -> None:
    print(f"--- {what}: {found['tokens']} tokens in {found['seconds']} s", flush=True)
    for name, value in expected.items():
        check(f"{what}, {name}", found["metrics"][name]["value"], value, 1e-3 * value)


def texts(plain: Plain, folder: Path, work: Path, data: Path) -> None:
    whole = (data / "wikitext2" / "test.txt").read_text(encoding="utf-8")
    page, other = sorted(wikitext.pages(whole), key=len)[5:7]
    text = page + "\n" + other
    path = work / "wiki.txt"
    path.write_text(text, encoding="utf-8", newline="\n")
    n_bytes = len(text.encode())

    rows = [f"{row}\n" if row.strip() else "" for row in text.removesuffix("\n").split("\n")]
    for stride, ids in ((1024, plain.encode("\n\n".join(rows))), (512, plain.encode("\n\n".join(rows)))):
        losses = plain.strided(ids, 1024, stride)
        found = ours(
            folder, "perplexity", "--data", str(path), "--protocol", "huggingface", "--stride", str(stride)
        )
        check(f"huggingface, stride {stride}, tokens", found["text_tokens"], len(ids), 0)
        check(f"huggingface, stride {stride}, scored", found["tokens"], len(losses), 0)
        mean = sum(losses) / len(losses)
        bits = mean * len(ids) / n_bytes / math.log(2)
        expected = {"token_perplexity": math.exp(mean), "bits_per_byte": bits}
        compare(f"huggingface, stride {stride}", found, expected)

    total, tokens, words, size = 0.0, 0, 0, 0
    for one in (page, other):
        ids = plain.encode(wikitext.detokenise(one))
        total += plain.rolling(ids, 1024)
        tokens += len(ids)
        words += len(re.split(r"\s+", one))
        size += len(one.encode())
    expected = {
        "token_perplexity": math.exp(total / tokens),
        "word_perplexity": math.exp(total / words),
        "bits_per_byte": total / size / math.log(2),
    }
    found = ours(folder, "perplexity", "--data", str(path), "--protocol", "harness")
    check("harness, tokens", found["tokens"], tokens, 0)
    compare("harness", found, expected)

    ids = [EOT, *plain.encode(text[:3000])]
    (work / "part.txt").write_text(text[:3000], encoding="utf-8", newline="\n")
    bits = -float(plain.log_probs(ids[:1025])[0].sum()) / len(text[:3000].encode()) / math.log(2)
    compare("bpb", ours(folder, "bpb", "--data", str(work / "part.txt")), {"bits_per_byte": bits})


def questions(plain: Plain, folder: Path, work: Path, data: Path, n: int) -> None:
    lines = (
        bz2.decompress((data / "hellaswag" / "hellaswag_val_full.txt.bz2").read_bytes()).decode().split("\n")
    )
    (work / "six.txt").write_text("\n".join(lines[: 6 * n]) + "\n", encoding="utf-8", newline="\n")
    model, params, tokenizer = pretrained.load(str(folder))
    right, worst = [0, 0, 0], 0.0
    for i in range(0, 6 * n, 6):
        context, label, endings = lines[i], int(lines[i + 1]), lines[i + 2 : i + 6]
        log_p = [plain.ending(context, " " + ending)[0] for ending in endings]
        sums = [float(x.sum()) for x in log_p]
        lengths = (1, 1, 1, 1), [len(x) for x in log_p], [len(ending) for ending in endings]
        for k, over in enumerate(lengths):
            figures = [a / b for a, b in zip(sums, over, strict=True)]
            right[k] += figures.index(max(figures)) == label
        scored = score_endings(
            model, params, tokenizer.encode(context), [tokenizer.encode(" " + ending) for ending in endings]
        )
        for a, b in zip(scored.continuations, sums, strict=True):
            worst = max(worst, abs(float(a.log_probs.sum()) - b))
    check(f"hellaswag, largest difference of {4 * n} sums in nats", worst, 0.0, 1e-3)
    names = ("accuracy_sum", "accuracy_per_token", "accuracy_per_character")
    found = ours(folder, "hellaswag", "--data", str(work / "six.txt"))
    compare("hellaswag", found, {name: k / n for name, k in zip(names, right, strict=True)})


def passages(plain: Plain, folder: Path, work: Path, data: Path, n: int) -> None:
    rows = (data / "zeroshot" / "lambada_openai.jsonl").read_text(encoding="utf-8").split("\n")[:n]
    (work / "lambada.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")
    losses, words, last = [], [], []
    for row in map(json.loads, rows):
        log_p, greedy = plain.ending(row["context"], " " + row["continuation"])
        losses.append(-float(log_p.sum()))
        words.append(bool(greedy.all()))
        last.append(bool(greedy[-1]))
    expected = {
        "word_perplexity": math.exp(sum(losses) / n),
        "accuracy": sum(words) / n,
        "last_token_accuracy": sum(last) / n,
    }
    compare("lambada", ours(folder, "lambada", "--data", str(work / "lambada.jsonl")), expected)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "--work", type=Path, help="folder for the model and the texts (default: a temporary one)"
    )
    parser.add_argument("--questions", type=int, default=12)
    parser.add_argument("--passages", type=int, default=24)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = args.work or Path(temporary)
        folder = work / "gpt2-random"
        folder.mkdir(parents=True, exist_ok=True)
        plain = Plain(save_random_gpt2(folder, args.data), folder)
        began = time.perf_counter()
        texts(plain, folder, work, args.data)
        questions(plain, folder, work, args.data, args.questions)
        passages(plain, folder, work, args.data, args.passages)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{time.perf_counter() - began:.0f} s, peak memory of both sides {peak:.2f} GiB")
    print("all equal" if not failures else f"{len(failures)} differences: {failures}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
