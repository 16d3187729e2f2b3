"""Generating with llama.cpp, through its Python binding, from the same weights in its own format."""

import importlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_TYPES = {"fp32": "F32", "bf16": "F16", "int8": "Q8_0"}  # what it stores in as many bytes

# Its names of GPT-2's tensors: in a block, and outside.
_BLOCK = {
    "ln_1": "attn_norm",
    "attn.c_attn": "attn_qkv",
    "attn.c_proj": "attn_output",
    "ln_2": "ffn_norm",
    "mlp.c_fc": "ffn_up",
    "mlp.c_proj": "ffn_down",
}
_OUTSIDE = {"wte": "token_embd", "wpe": "position_embd", "ln_f": "output_norm"}


def build(task: dict[str, Any]) -> tuple[Callable[[], float], dict[str, Any]]:
    """Return what times a job: "prefill" up to the first token, "decode" the `amount` tokens after it."""
    llama_cpp = importlib.import_module("llama_cpp")
    kind = _TYPES[task["weights"]]
    path = Path(task["scratch"]) / f"llama-{kind}.gguf"
    if not path.is_file():
        write_gguf(Path(task["model"]), path, kind)
    n = task["threads"]
    llama = llama_cpp.Llama(
        str(path), n_ctx=1024, n_batch=512, n_ubatch=512, n_threads=n, n_threads_batch=n, verbose=False
    )
    context, vocab_size = llama.ctx, llama.n_vocab()
    np = importlib.import_module("numpy")

    def best() -> int:
        logits = llama_cpp.llama_get_logits_ith(context, -1)
        return int(np.ctypeslib.as_array(logits, shape=(vocab_size,)).argmax())

    def measure() -> float:
        llama.reset()
        began = time.perf_counter()
        llama.eval(task["ids"])
        token = best()
        if task["job"] == "prefill":
            return time.perf_counter() - began
        began = time.perf_counter()
        for _ in range(task["amount"]):
            llama.eval([token])
            token = best()
        return time.perf_counter() - began

    return measure, {"stored": kind}


def write_gguf(folder: Path, path: Path, kind: str) -> None:
    """Write a GPT-2 folder in Hugging Face's layout as GGUF, matrices as `kind`, the rest as F32."""
    gguf, np = importlib.import_module("gguf"), importlib.import_module("numpy")
    load_file = importlib.import_module("safetensors.numpy").load_file
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    writer = gguf.GGUFWriter(str(path), "gpt2")
    writer.add_context_length(config["n_positions"])
    writer.add_embedding_length(config["n_embd"])
    writer.add_block_count(config["n_layer"])
    writer.add_feed_forward_length(4 * config["n_embd"])
    writer.add_head_count(config["n_head"])
    writer.add_layer_norm_eps(config["layer_norm_epsilon"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_tokenizer_model("none")
    stored = getattr(gguf.GGMLQuantizationType, kind)
    for name, tensor in load_file(str(folder / "model.safetensors")).items():
        place = name.removeprefix("transformer.")
        matrix = tensor.ndim == 2 and not place.startswith("wpe")
        if matrix and place.startswith("h."):
            tensor = np.ascontiguousarray(tensor.T)  # GPT-2's are (in, out)
        data = gguf.quants.quantize(tensor, stored) if matrix and kind != "F32" else tensor
        writer.add_tensor(gguf_name(place), data, raw_dtype=stored if matrix else None)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def gguf_name(name: str) -> str:
    """Return llama.cpp's name of a tensor.

    >>> gguf_name("h.3.attn.c_attn.weight"), gguf_name("wte.weight")
    ('blk.3.attn_qkv.weight', 'token_embd.weight')
    """
    stem, _, kind = name.rpartition(".")
    if not name.startswith("h."):
        return f"{_OUTSIDE[stem]}.{kind}"
    _, block, part = stem.split(".", 2)
    return f"blk.{block}.{_BLOCK[part]}.{kind}"
