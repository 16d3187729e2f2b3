"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "count_pairs__1": ("words counted once",),
    "count_pairs__2": ("once per word",),
    "merge_pair__1": ("right symbol kept",),
    "merge_pair__2": ("last symbol lost",),
    "learn_merges__1": ("ties to the end of the alphabet",),
    "learn_merges__2": ("pairs that occur once",),
    "encode_word__1": ("leftmost place first",),
    "encode_word__2": ("characters for bytes",),
    "decode__1": ("each token by itself",),
    "decode__2": ("errors left out",),
    "complete_text__1": (),
    "complete_text__2": ("looks back 2, replace",),
}
