"""Compares models with transformers, in both directions, and writes the small cases of the suite.

A job of its own, never part of the suite: it needs torch and transformers beside what scratchgpt needs.
From the root of the repository, in an environment with torch 2.13.0 and transformers 5.23.0:

    PYTHONPATH=. python tests/golden/transformers_parity.py golden    write the folders in transformers/
    PYTHONPATH=. python tests/golden/transformers_parity.py small     small models, float64, both ways
    PYTHONPATH=. python tests/golden/transformers_parity.py full      GPT-2 124 M and GPT-1, random weights

Weights are random, N(0, 0.1^2), the gains of the norms 1 more (GPT-1: see telling_gpt1). Nothing is
downloaded. `golden` uses transformers alone. `full` needs 4 GB and a few minutes. Exit code 1 when a bound
is broken.

A folder in transformers/ is what save_pretrained wrote, with expected.npz: `ids` (B, T) and `logits`
(B, T, V), which transformers computed in float64 from the stored weights.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import (
    AutoModelForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    OpenAIGPTConfig,
    OpenAIGPTLMHeadModel,
    PreTrainedModel,
)

GOLDEN = Path(__file__).parent / "transformers"
TINY = {"vocab_size": 11, "n_positions": 6, "n_embd": 8, "n_layer": 2, "n_head": 2}
ODD = {"n_inner": 13, "layer_norm_epsilon": 1e-3, "activation_function": "gelu"}
failures: list[str] = []


def gpt2(std: float = 0.1, **changes: Any) -> PreTrainedModel:
    return with_random_weights(GPT2LMHeadModel(GPT2Config(**_without_eot(changes))), std)


def gpt1(std: float = 0.1, **changes: Any) -> PreTrainedModel:
    return with_random_weights(OpenAIGPTLMHeadModel(OpenAIGPTConfig(**changes)), std)


def _without_eot(changes: dict[str, Any]) -> dict[str, Any]:
    return {"bos_token_id": None, "eos_token_id": None} | changes if "vocab_size" in changes else changes


def telling_gpt1() -> PreTrainedModel:
    """GPT-1 with larger positions and smaller steps: else all its states become one, whatever the text."""
    model = gpt1()
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if name.endswith("weight"):
                tensor *= 10.0 if "positions" in name else 0.05 if "c_proj" in name else 1.0
    return model


def with_random_weights(model: PreTrainedModel, std: float) -> PreTrainedModel:
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            tensor.normal_(0, std, generator=generator)
            if "ln_" in name and name.endswith("weight"):
                tensor += 1
    return model.eval()


def logits_of(model: PreTrainedModel, ids: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return model(torch.from_numpy(ids)).logits.double().numpy()


def opened(folder: Path, dtype: torch.dtype) -> PreTrainedModel:
    model, info = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, output_loading_info=True)
    odd = {kind: keys for kind, keys in info.items() if keys}
    check(not odd, f"transformers opens {folder.name} without remark {odd or ''}")
    return model.eval()


def check(ok: bool, what: str) -> None:
    print("ok  " if ok else "FAIL", what, flush=True)
    if not ok:
        failures.append(what)


# The small cases of the suite


def golden() -> None:
    untied = {"tie_word_embeddings": False, "activation_function": "relu"}
    cases: dict[str, tuple[PreTrainedModel, dict[str, Any]]] = {
        "gpt2": (gpt2(0.5, **TINY), {}),
        "gpt2_bf16": (gpt2(0.5, **TINY).to(torch.bfloat16), {}),
        "gpt2_f16": (gpt2(0.5, **TINY).to(torch.float16), {}),
        "gpt2_sharded": (gpt2(0.5, **TINY), {"max_shard_size": "3KB"}),
        "gpt2_untied": (gpt2(0.5, **TINY, **untied), {}),
        "gpt2_without_prefix": (gpt2(0.5, **TINY, **ODD), {}),
        "gpt1": (gpt1(0.5, **TINY), {}),
        "gpt1_without_prefix": (gpt1(0.5, **TINY, afn="relu"), {}),
    }
    ids = np.random.default_rng(0).integers(0, 11, (2, 5))
    for name, (model, options) in cases.items():
        folder = GOLDEN / name
        shutil.rmtree(folder, ignore_errors=True)
        # The model without its head saves names without "transformer.".
        (model.transformer if "without" in name else model).save_pretrained(folder, **options)
        (folder / "generation_config.json").unlink(missing_ok=True)
        np.savez(folder / "expected.npz", ids=ids, logits=logits_of(model.double(), ids))


# Small models, in float64


def small() -> None:
    from scratchgpt import pretrained

    ids = np.random.default_rng(1).integers(0, 11, (2, 6))
    for name, theirs in (
        ("GPT-2", gpt2(0.5, **TINY)),
        ("GPT-2 with other settings", gpt2(0.5, **TINY, **ODD)),
        ("GPT-2 untied", gpt2(0.5, **TINY, tie_word_embeddings=False)),
        ("GPT-1", gpt1(0.5, **TINY)),
        ("GPT-1 with ReLU", gpt1(0.5, **TINY, afn="relu")),
    ):
        with tempfile.TemporaryDirectory() as scratch:
            first, second = Path(scratch) / "theirs", Path(scratch) / "ours"
            theirs.save_pretrained(first)
            expected = logits_of(opened(first, torch.float64), ids)
            close(f"{name}, ours", ours_in(first, ids, np.float64), expected)
            pretrained.save(second, *pretrained.load(first))
            close(f"{name}, there and back", logits_of(opened(second, torch.float64), ids), expected)
    from_openai_parts()


def from_openai_parts() -> None:
    theirs = gpt1(0.5, **TINY | {"n_embd": 128})
    ids = np.random.default_rng(1).integers(0, 11, (2, 6))
    with tempfile.TemporaryDirectory() as scratch:
        write_openai_parts(theirs, Path(scratch))
        close(
            "GPT-1 in OpenAI's parts",
            ours_in(Path(scratch), ids, np.float64),
            logits_of(theirs.double(), ids),
        )


def write_openai_parts(model: PreTrainedModel, folder: Path) -> None:
    """Write parts in the order of parameters_names.json in huggingface/pytorch-openai-transformer-lm."""
    block = "attn/c_attn/w attn/c_attn/b attn/c_proj/w attn/c_proj/b ln_1/g ln_1/b mlp/c_fc/w mlp/c_fc/b"
    block += " mlp/c_proj/w mlp/c_proj/b ln_2/g ln_2/b"
    spelled = {"w": "weight", "g": "weight", "b": "bias"}
    named = {name: tensor.detach().numpy() for name, tensor in model.transformer.named_parameters()}
    arrays = [named["positions_embed.weight"], named["tokens_embed.weight"]]
    for i in range(model.config.n_layer):
        for variable in block.split():
            *layer, kind = variable.split("/")
            array = named[f"h.{i}.{'.'.join(layer)}.{spelled[kind]}"]
            arrays.append(array[None] if kind == "w" else array)
    shapes = json.dumps([array.shape for array in arrays])
    (folder / "params_shapes.json").write_text(shapes, encoding="utf-8")
    row = np.concatenate([array.reshape(-1) for array in arrays])
    for n, part in enumerate(np.array_split(row, 10)):
        np.save(folder / f"params_{n}.npy", part)


def close(what: str, found: np.ndarray, expected: np.ndarray) -> None:
    error = np.abs(found - expected).max()
    check(
        error < 1e-10, f"{what}: at most {error:.1e} apart in float64, logits up to {abs(expected).max():.1f}"
    )


def ours_in(folder: Path, ids: np.ndarray, dtype: Any) -> np.ndarray:
    model, params = loaded(folder, dtype)
    return model.forward(params, ids)[0]


def loaded(folder: Path, dtype: Any) -> Any:
    from scratchgpt import pretrained
    from scratchgpt.tokenizer import CharTokenizer

    CharTokenizer("abcdefghij").save(folder)  # a model folder has one; it plays no part here
    return pretrained.load(folder, dtype=dtype)[:2]


# The real sizes, in float32


def full() -> None:
    torch.set_num_threads(2)
    for name, make in (("GPT-2 124 M", gpt2), ("GPT-1 117 M", telling_gpt1)):
        with tempfile.TemporaryDirectory() as scratch:
            model = make()
            print(f"{name}: {model.num_parameters():,} parameters")
            compare(f"{name}, float32", Path(scratch) / "whole", model.save_pretrained)
            shards = Path(scratch) / "shards"
            model.save_pretrained(shards, max_shard_size="150MB")
            n, same = len(list(shards.glob("model-*"))), []
            for folder in (shards, Path(scratch) / "whole"):
                same.append(loaded(folder, np.float32)[1].buffer)
            check(n > 1 and np.array_equal(*same), f"{name}: the same parameters from {n} shards")
            del same
            model = model.to(torch.bfloat16)
            compare(f"{name}, bfloat16", Path(scratch) / "bf16", model.save_pretrained)
            del model


def compare(name: str, folder: Path, save: Callable[[Path], Any]) -> None:
    """Compare float32 logits of 4 times 64 positions and 50 greedy tokens; float64 logits are the truth."""
    save(folder)
    model = opened(folder, torch.float64)
    ids = np.random.default_rng(2).integers(0, model.config.vocab_size, (4, 64))
    truth = logits_of(model, ids)
    model = opened(folder, torch.float32)
    theirs = logits_of(model, ids) - truth
    prompt = torch.from_numpy(ids[:1, :8])
    with torch.no_grad():
        options = {"do_sample": False, "eos_token_id": None, "pad_token_id": 0}
        expected = model.generate(prompt, max_new_tokens=50, **options)[0, 8:].tolist()
    del model
    gpt, params = loaded(folder, np.float32)
    ours = gpt.forward(params, ids)[0] - truth
    print(f"     {name}: logits {truth.std():.2f} rms, {abs(truth).max():.1f} at most")
    for measure, of in (("max", lambda d: abs(d).max()), ("rms", lambda d: (d * d).mean() ** 0.5)):
        ratio = of(ours) / of(theirs)
        figures = f"ours {of(ours):.2e}, theirs {of(theirs):.2e}, ratio {ratio:.2f}"
        check(ratio <= 1.5, f"{name}: {measure} distance from float64: {figures}")
    row = ids[0, :8].tolist()
    for _ in range(50):
        h, _ = gpt.hidden(params, np.array([row]))
        row.append(int(gpt.logits(params, h[:, -1:]).argmax()))
    check(row[8:] == expected, f"{name}: 50 greedy tokens, {len(set(expected))} different: {row[8:]}")


def main() -> int:
    jobs = {"golden": golden, "small": small, "full": full}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("job", choices=jobs)
    jobs[parser.parse_args().job]()
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
