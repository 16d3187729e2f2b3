"""A training step in PyTorch: GPT-2's architecture, its fused attention and its fused AdamW."""

import importlib
import time
from collections.abc import Callable
from typing import Any


def build(task: dict[str, Any]) -> tuple[Callable[[], float], dict[str, Any]]:
    """Return what times `amount` training steps, in seconds.

    On a GPU ("device": "cuda") with "precision" bf16 the forward pass runs under autocast, tf32 allows that
    arithmetic in products.
    """
    torch = importlib.import_module("torch")
    torch.set_num_threads(task["threads"])
    torch.manual_seed(0)
    device, precision = task.get("device", "cpu"), task.get("precision", "fp32")
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    model = _gpt(torch, task).to(device)
    optimizer = _adamw(torch, model)
    loss_of = torch.compile(model) if task["compiled"] else model
    tokens = torch.randint(task["vocab_size"], (task["batch_size"], task["seq_len"] + 1)).to(device)
    ids, targets = tokens[:, :-1].contiguous(), tokens[:, 1:].contiguous()

    def measure() -> float:
        began = time.perf_counter()
        for _ in range(task["amount"]):
            with torch.autocast(device, torch.bfloat16, enabled=precision == "bf16"):
                loss = loss_of(ids, targets)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            loss.item()
        return time.perf_counter() - began

    return measure, {}


def _gpt(torch: Any, task: dict[str, Any]) -> Any:
    """GPT-2 as PyTorch's own layers make it; the head shares the embedding's matrix."""
    nn, F = torch.nn, torch.nn.functional
    C, H = task["n_embd"], task["n_head"]

    class Block(nn.Module):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.ln_1, self.ln_2 = nn.LayerNorm(C), nn.LayerNorm(C)
            self.c_attn, self.attn_proj = nn.Linear(C, 3 * C), nn.Linear(C, C)
            self.c_fc, self.mlp_proj = nn.Linear(C, 4 * C), nn.Linear(4 * C, C)

        def forward(self, x: Any) -> Any:
            B, T, _ = x.shape
            q, k, v = self.c_attn(self.ln_1(x)).view(B, T, 3, H, C // H).permute(2, 0, 3, 1, 4)
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.attn_proj(y.transpose(1, 2).reshape(B, T, C))
            return x + self.mlp_proj(F.gelu(self.c_fc(self.ln_2(x)), approximate="tanh"))

    class GPT(nn.Module):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.wte = nn.Embedding(task["vocab_size"], C)
            self.wpe = nn.Embedding(task["block_size"], C)
            self.h = nn.ModuleList(Block() for _ in range(task["n_layer"]))
            self.ln_f = nn.LayerNorm(C)
            for name, p in self.named_parameters():
                if p.dim() > 1:
                    nn.init.normal_(p, std=0.02)
                elif name.endswith("bias"):
                    nn.init.zeros_(p)

        def forward(self, ids: Any, targets: Any) -> Any:
            x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1], device=ids.device))
            for block in self.h:
                x = block(x)
            logits = F.linear(self.ln_f(x), self.wte.weight)
            return F.cross_entropy(logits.view(-1, task["vocab_size"]), targets.view(-1))

    return GPT()


def _adamw(torch: Any, model: Any) -> Any:
    matrices = [p for p in model.parameters() if p.dim() > 1]
    rest = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.95), fused=True)
