"""Models with their training, by name."""

from dataclasses import dataclass

from .model import GPTConfig
from .training import TrainConfig


@dataclass(frozen=True)
class Preset:
    """A model with its training configuration and where both come from."""

    model: GPTConfig
    train: TrainConfig
    tokenizer: str  # "char" or "bpe"
    source: str


def _gpt2(n_layer: int, n_head: int, n_embd: int) -> Preset:
    # 16 x 32 sequences of 1,024 tokens are the 0.5 M tokens of a step.
    return Preset(
        GPTConfig(n_layer=n_layer, n_head=n_head, n_embd=n_embd),
        TrainConfig(
            steps=600_000,
            batch_size=16,
            accumulate=32,
            lr=6e-4,
            min_lr=6e-5,
            warmup=2000,
            beta2=0.95,
            weight_decay=0.1,
            clip=1.0,
            val_fraction=0.001,
            eval_every=1000,
            eval_batches=200,
            save_every=1000,
            sample_every=1000,
        ),
        "bpe",
        "shape: Radford et al. 2019, Table 2; training: nanoGPT's reproduction of GPT-2 on OpenWebText, "
        "with the batch of Brown et al. 2020, Table 2.1",
    )


PRESETS: dict[str, Preset] = {
    "mini": Preset(
        GPTConfig(vocab_size=4096, block_size=256, n_layer=6, n_head=8, n_embd=256),
        TrainConfig(
            steps=7000,
            batch_size=8,
            lr=2e-3,
            min_lr=1e-4,
            warmup=100,
            beta2=0.99,
            val_fraction=0.02,
            eval_every=500,
            eval_batches=20,
            save_every=100,
            sample_every=1000,
            milestones=20,
        ),
        "bpe",
        "the bundled model: GPT-2's architecture at a size that two cores can train",
    ),
    "char": Preset(
        GPTConfig(vocab_size=256, block_size=64, n_layer=4, n_head=4, n_embd=128),
        TrainConfig(steps=2000, batch_size=12, lr=1e-3, min_lr=1e-4, warmup=100, beta2=0.99),
        "char",
        "nanoGPT's configuration for tiny Shakespeare on a laptop's CPU",
    ),
    "gpt2": _gpt2(12, 12, 768),
    "gpt2-medium": _gpt2(24, 16, 1024),
    "gpt2-large": _gpt2(36, 20, 1280),
    "gpt2-xl": _gpt2(48, 25, 1600),
    "openai-gpt": Preset(
        GPTConfig(
            vocab_size=40478,
            block_size=512,
            norm_position="post",
            final_norm=False,
            embd_dropout=0.1,
            attn_dropout=0.1,
            resid_dropout=0.1,
        ),
        TrainConfig(
            # 100 epochs of 985 million words (Zhu et al. 2015, Table 2), each at least one token.
            steps=3_000_000,
            batch_size=64,
            lr=2.5e-4,
            min_lr=0.0,
            warmup=2000,
            beta2=0.999,
            weight_decay=0.01,
            val_fraction=0.001,
            eval_every=1000,
            eval_batches=200,
            save_every=1000,
            sample_every=1000,
        ),
        "bpe",
        "Radford et al. 2018, section 4.1: 64 sequences of 512 tokens, 100 epochs, cosine to 0",
    ),
}
