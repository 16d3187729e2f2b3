"""Mutants of the references that compute the same thing, each with the reason.

A key is (exercise, the statement as it was, the statement as it is in the mutant).
"""

_ANY_NEGATIVE = "Any negative size is the one that NumPy works out."
_NOT_RETURNED = "This cache is that of a step inside and no part of the result."
_NO_DROPOUT = "The task leaves dropout out."
_DEFAULT = "The default says the same."

_SHARES = "scale = scale / (total + (total == 0))"
_CACHE = "return (loss, CrossEntropyCache(log_probs, targets, scale.astype(logits.dtype, copy=False)))"
_PICK = "nll = -xp.take_along_axis(log_probs, targets[..., None], axis=-1)[..., 0]"
_PUT = "xp.put_along_axis(dlogits, picked, xp.take_along_axis(dlogits, picked, axis=-1) - 1, axis=-1)"
_CAUSAL = "if causal and q.shape[2] > 1:\n    allowed = xp.asarray(ops.causal_mask(q.shape[2], k.shape[2]))"
_ATTEND = (
    "y, cache = ops.attention_forward(q, k, v, causal=causal, key_mask=key_mask, dropout=dropout, rng=rng)"
)
_ROWS = "dy_rows, x_rows = (dy.reshape(-1, dy.shape[-1]), x.reshape(-1, x.shape[-1]))"
_TABLE = "dweight = matmul(dlogits.reshape(-1, V).T, h.reshape(-1, C))"
_TIED = ("09.2", "09.3", "09.5")

EQUIVALENT: dict[tuple[str, str, str], str] = {
    (
        "01.3",
        "dW2, db2 = (h.T @ dlogits, dlogits.sum(axis=0))",
        "dW2, db2 = (h.T @ dlogits, dlogits.sum())",
    ): "There is one output: its sum over the batch is the sum of all numbers.",
    ("02.3", _SHARES, _SHARES.replace("+", "-")): "Where nothing counts, 0 / -1 is as much 0 as 0 / 1.",
    ("02.3", _CACHE, _CACHE.replace("copy=False", "copy=True")): "A copy holds the same numbers.",
    ("02.3", _CACHE, _CACHE.replace(", copy=False", "")): "A copy holds the same numbers.",
    ("02.3", _PICK, _PICK.replace(", axis=-1", "")): _DEFAULT,
    ("02.4", _PUT, _PUT.replace("picked, axis=-1) - 1", "picked) - 1")): _DEFAULT,
    (
        "04.6",
        "decoder = codecs.getincrementaldecoder('utf-8')(errors='replace')",
        "decoder = codecs.getincrementaldecoder('utf-8')()",
    ): "The task gives the beginnings of valid texts only.",
    **{
        (identity, _CAUSAL, _CAUSAL.replace("> 1", ">= 1")): "From one query no key is taken away."
        for identity in ("06.3", "06.4")
    },
    **{
        (
            identity,
            "return (y, AttentionScoresCache(q, k))",
            "return (y, AttentionScoresCache(k, q))",
        ): _NOT_RETURNED
        for identity in ("06.3", "06.4")
    },
    (
        "06.4",
        "return (matmul(weights, v), MixValuesCache(weights, v))",
        "return (matmul(weights, v), MixValuesCache(v, weights))",
    ): _NOT_RETURNED,
    ("06.7", _ATTEND, _ATTEND.replace("dropout=dropout, ", "")): _NO_DROPOUT,
    ("06.7", _ATTEND, _ATTEND.replace(", rng=rng", "")): _NO_DROPOUT,
    ("08.5", _ROWS, _ROWS.replace("dy.reshape(-1", "dy.reshape(-2")): _ANY_NEGATIVE,
    ("08.5", _ROWS, _ROWS.replace("x.reshape(-1", "x.reshape(-2")): _ANY_NEGATIVE,
    **{(i, _TABLE, _TABLE.replace("dlogits.reshape(-1", "dlogits.reshape(-2")): _ANY_NEGATIVE for i in _TIED},
    **{(i, _TABLE, _TABLE.replace("h.reshape(-1", "h.reshape(-2")): _ANY_NEGATIVE for i in _TIED},
}
