"""Lesson 14: fine-tuning. A task as rows of tokens, its loss at Extract, the language's beside it, and LoRA."""

from ..exercise import Chapter
from . import _ex14_combined, _ex14_extract, _ex14_fit, _ex14_lora, _ex14_rows

CHAPTER = Chapter(
    lesson="14",
    topic="finetuning",
    title="a task as rows of tokens, the loss at Extract, the combined loss, LoRA",
    imports="""
    from scratchgpt.layers.lora import LoRACache
    from scratchgpt.ops.softmax import log_softmax
    from scratchgpt.worked.extract_loss import ExtractLossCache
    """,
    exercises=(
        _ex14_fit.EXERCISE,
        _ex14_rows.EXERCISE,
        _ex14_extract.FORWARD,
        _ex14_extract.BACKWARD,
        _ex14_combined.EXERCISE,
        _ex14_lora.FORWARD,
        _ex14_lora.BACKWARD,
    ),
)
