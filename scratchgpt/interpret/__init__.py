"""Looking inside a model: what its parts say, what its layers would say, where its heads look."""

from .attention import attention_maps
from .attribution import attribute_logits, direct_logit_attribution, stream_parts
from .induction import induction_score, induction_scores
from .lens import lens_logits, logit_lens
from .probes import linear_probe_step

__all__ = [
    "attention_maps",
    "attribute_logits",
    "direct_logit_attribution",
    "induction_score",
    "induction_scores",
    "lens_logits",
    "linear_probe_step",
    "logit_lens",
    "stream_parts",
]
