"""Draw the floor plan of the package: python -m scratchgpt.experiments.floor_plan [FILE.png]."""

from collections.abc import Sequence
from pathlib import Path

from .. import atomic, cli
from ..plots import floor_plan

# From the top; a room imports from its own floor and from those below. A test holds the package to it.
FLOORS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "commands",
        (
            ("generate", "continue a text"),
            ("evaluate", "perplexity, HellaSwag,\nLAMBADA"),
            ("conversation", "prompts in turn"),
            ("train", "train on any text"),
            ("finetune", "tune a model to a task"),
            ("info", "what a model costs"),
            ("bench", "how fast it is here"),
            ("experiments", "longer runs,\none command each"),
        ),
    ),
    (
        "lessons",
        (
            ("plots", "every recurring picture"),
            ("learn", "exercises that name\nyour mistake"),
            ("notebooks", "lessons: shown, built,\nchecked"),
            ("benchmarks", "ours beside others,\nmeasured in turn"),
        ),
    ),
    (
        "training",
        (
            ("trainer", "steps, runs,\nstatistics, progress"),
            ("evaluation", "loss, perplexity,\nbits per byte"),
            ("sampling", "logits to text"),
            ("pretrained", "models by name,\nreleased weights"),
            ("tasks", "fine-tuning: formats, heads,\ndata, metrics, verse"),
            ("worked", "examples to follow\non paper"),
            ("interpret", "looking inside:\nattribution, lens, probes"),
            ("checkpoint", "models on disk"),
        ),
    ),
    (
        "model",
        (
            ("model", "GPT: hidden states,\nlogits, loss, backward"),
            ("kv_cache", "what attention\nremembers"),
            ("costs", "parameters, FLOPs,\nbytes"),
            ("corpus", "text to batches"),
            ("count_model", "the baseline that\nonly counts"),
        ),
    ),
    (
        "wiring",
        (
            ("layers", "linear, norm, attention,\nMLP, block, heads"),
            ("optim", "SGD to AdamW,\nschedules, clipping"),
            ("huggingface", "their names\nfor what is ours"),
        ),
    ),
    (
        "tools",
        (
            ("kernels", "backends by name;\nCPU kernels (Numba)"),
            ("params", "one buffer, two views"),
            ("tensor_files", "safetensors,\nread with suspicion"),
            ("gradcheck", "finite differences;\na command for your own files"),
            ("input_checks", "ids and shapes,\nrefused in one line"),
        ),
    ),
    (
        "calculus",
        (
            ("ops", "forward and backward pairs in plain NumPy,\nand Ops, which makes them replaceable"),
            ("tokenizer", "characters, byte-level BPE,\nGPT-1's BPE"),
        ),
    ),
    (
        "ground",
        (
            ("config", "models, training,\nsampling, presets"),
            ("protocols", "how an evaluation\nmeasures"),
            ("errors", "one line\nfor the user"),
            ("cli", "flags from\ndataclasses"),
            ("threads", "who computes\nin how many"),
            ("compiling", "loops to\nmachine code"),
            ("atomic", "writing that\nsurvives a kill"),
            ("interrupts", "Ctrl-C\nas a request"),
            ("locks", "one process\nat a time"),
            ("downloads", "fetched once,\nchecked, resumed"),
            ("resources", "finds data/"),
        ),
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Raises UserError."""
    p = cli.Parser(
        "experiments.floor_plan",
        "Draw the floor plan of the package.",
        "  python -m scratchgpt.experiments.floor_plan data/floor_plan.png",
    )
    p.add_argument("file", nargs="?", type=Path, default=Path("data/floor_plan.png"), metavar="FILE.png")
    args = p.parse(argv)
    atomic.save_picture(args.file, floor_plan(FLOORS), dpi=110)
    print(f"Wrote {args.file}.")
    return 0


if __name__ == "__main__":
    cli.run(main)
