"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "embedding_forward__1": ("columns for rows",),
    "embedding_forward__2": ("result in the cache",),
    "embedding_backward__1": ("repeated ids overwritten",),
    "embedding_backward__2": ("repeated ids averaged",),
    "sinusoidal_positions__1": ("in halves",),
    "sinusoidal_positions__2": ("exponent halved",),
    "embed_forward__1": ("position picked by the token",),
    "embed_forward__2": ("whole position table",),
    "embed_backward__1": ("unused rows missing",),
    "embed_backward__2": ("positions averaged over the batch",),
}
