"""How well a model predicts: loss, perplexity and bits per byte of texts, HellaSwag, LAMBADA.

Reading order: loss (a mean over batches, as training uses it), scoring (log-probabilities of chosen
tokens), texts (windows over a text), hellaswag and lambada (endings and last words); then data, records
and wikitext (what is read), report, published and selfcheck (what is said about it).
"""

from .loss import Evaluation, mean_loss

__all__ = ["Evaluation", "mean_loss"]
