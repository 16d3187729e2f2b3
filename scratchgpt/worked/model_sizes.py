"""How large models are: a rule for the back of an envelope, and a later kind of model counted in full."""


def envelope(n_layer: int, n_embd: int) -> int:
    """Return 12 L C^2: four C x C matrices in attention, eight of that size in the MLP, for each block.

    Tables, norms and biases are left out.

    >>> envelope(32, 4096)
    6442450944
    """
    return 12 * n_layer * n_embd**2


def llama_parameters(vocab_size: int, n_layer: int, n_embd: int, n_inner: int) -> int:
    """Count the parameters of a model built like LLaMA: RMSNorm, a gated MLP, rotary positions, no biases.

    The gated MLP has three matrices (C, n_inner), the positions have no table, and the head is not tied.
    Source: Touvron et al. 2023, section 2.2.

    >>> llama_parameters(32_000, 32, 4096, 11_008)
    6738415616
    """
    C = n_embd
    tables = 2 * vocab_size * C  # below, and in the head
    attention = 4 * C * C
    mlp = 3 * C * n_inner
    norms = 2 * C  # gains only
    return tables + n_layer * (attention + mlp + norms) + C
