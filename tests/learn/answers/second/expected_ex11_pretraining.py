"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "minhash_signature__1": ("lower 32 bits",),
    "minhash_signature__2": ("first order of each shingle",),
    "minhash_signature__3": ("which shingle comes first",),
    "minhash_similarity__1": ("Jaccard of the signatures",),
    "minhash_similarity__2": ("equal at any place",),
    "next_token_batch__1": ("token before as target (refused)",),
    "next_token_batch__2": ("rolled within the window",),
    "next_token_batch__3": ("one target everywhere",),
    "accumulate_gradients__1": (),
    "accumulate_gradients__2": (),
    "accumulate_gradients__3": ("id 0 taken for padding",),
    "counted_probabilities__1": ("occurrences for different tokens",),
    "counted_probabilities__2": ("beginning of the context",),
    "counted_probabilities__3": ("no overlaps",),
}
