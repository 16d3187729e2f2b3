"""Recall questions of lesson 13."""

from ....config import GPTConfig
from ....model import GPT
from ...questions import Question


def _word_perplexity(per_token: float, tokens_per_word: float) -> float:
    """The loss of a word is that of its tokens together: exp(tokens per word x ln perplexity)."""
    return per_token**tokens_per_word


def _masks_in_megabytes() -> float:
    gpt2 = GPTConfig()
    return gpt2.n_layer * gpt2.block_size**2 * 4 / 1e6


QUESTIONS = (
    Question(
        "13.q1",
        "Besides its weights, the file of GPT-2 small holds the causal mask of every layer, 1,024 x 1,024 numbers "
        "of four bytes, 12 times. How many megabytes (10^6 bytes) are that?",
        _masks_in_megabytes,
        {
            4.194304: "That is one layer's mask: the file has one for each of twelve.",
            12.582912: "Those are the numbers, in millions: each takes four bytes.",
            603.979776: "That gives each of the twelve heads a mask of its own: a layer has one for all.",
        },
    ),
    Question(
        "13.q2",
        "PyTorch's Linear keeps a weight as (out, in). What shape has h.0.mlp.c_fc.weight, from 768 to 3,072, "
        'in the file of GPT-2 small? Write it like "(3, 4)".',
        lambda: str(GPT(GPTConfig()).specs()["h.0.mlp.c_fc.weight"].shape),
        {
            "(3072, 768)": "That is Linear's way. GPT-2 was written with a convolution of width 1: in comes first.",
            "(768, 768)": "That is the shape of attn.c_proj: the MLP widens fourfold.",
            "(768, 2304)": "That is attn.c_attn, with queries, keys and values side by side.",
        },
    ),
    Question(
        "13.q3",
        "A model's perplexity on a text is 20 per token, and a word has 1.25 tokens on average. What is the "
        "perplexity per word?",
        lambda: _word_perplexity(20.0, 1.25),
        {
            25.0: "Losses multiply by the tokens of a word, perplexities do not: they are exponentials.",
            16.0: "A word is harder than one of its tokens, not easier.",
            20.0: "The same loss is shared among fewer units: each unit carries more of it.",
            10.986: "That is the power 1/1.25: the way from words to tokens.",
        },
    ),
)
