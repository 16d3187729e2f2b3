"""How many numbers a GPT learns, counted by hand from its shape."""


def gpt_parameters(vocab_size: int, block_size: int, n_layer: int, n_embd: int, tied: bool = True) -> int:
    """Count the parameters of a model built like GPT-2: pre-norm, biases everywhere, MLP four times as wide.

    Per layer that is 12 C^2 + 13 C with C = n_embd: 4 C^2 in attention, 8 C^2 in the MLP, the rest biases
    and norms. The tables of tokens and positions and the last norm are there once; a head that is not tied
    has a table of its own. `n_head` does not matter: the heads share out the same C columns.
    Source: Radford et al. 2019, section 2.3.

    >>> gpt_parameters(50257, 1024, 12, 768)
    124439808
    """
    C = n_embd
    tables = vocab_size * C + block_size * C
    attention = C * 3 * C + 3 * C + C * C + C  # into queries, keys and values; out of the heads
    mlp = C * 4 * C + 4 * C + 4 * C * C + C  # up and down again
    norm = C + C  # gain and bias
    head = 0 if tied else vocab_size * C
    return tables + n_layer * (attention + mlp + 2 * norm) + norm + head
