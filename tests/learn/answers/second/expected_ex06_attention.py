"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "attention_scores_forward__1": ("divided by the size",),
    "attention_scores_forward__2": ("root of the number of queries",),
    "causal_mask__1": ("queries at the first positions",),
    "causal_mask__2": ("own position hidden",),
    "attention_weights__1": ("a query without keys gives NaN",),
    "attention_weights__2": ("mask after the softmax",),
    "attention_forward__1": ("key mask ignored + causal not passed on",),
    "attention_forward__2": ("keys mixed in place of values",),
    "split_heads__1": ("split by a reshape alone",),
    "split_heads__2": ("split interleaved",),
    "merge_heads__1": ("merged by a reshape alone",),
    "merge_heads__2": ("merged interleaved",),
    "qkv_attention_forward__1": ("keys before queries",),
    "qkv_attention_forward__2": ("a third of each head",),
}
