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


def _square_projection() -> str:
    """The one weight of a block whose shape is the same upside down."""
    shapes = {name: spec.shape for name, spec in GPT(GPTConfig()).specs().items() if name.startswith("h.0.")}
    (name,) = (name for name, shape in shapes.items() if len(shape) == 2 and shape[0] == shape[1])
    return name.removeprefix("h.0.").removesuffix(".weight")


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
        "PyTorch's Linear keeps a weight as (out, in), GPT-2's file as (in, out). You copy a block of GPT-2 small "
        "into Linear layers and transpose nothing. Which of attn.c_attn, attn.c_proj, mlp.c_fc and mlp.c_proj "
        "goes in without an error?",
        _square_projection,
        {
            "attn.c_attn": "It holds queries, keys and values side by side: its two sides differ by a factor of 3.",
            "mlp.c_fc": "It widens fourfold: upside down, its shape does not fit.",
            "mlp.c_proj": "It brings four times the width back to one: upside down, its shape does not fit.",
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
