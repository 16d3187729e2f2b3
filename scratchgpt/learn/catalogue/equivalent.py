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
_PIECES = (
    "for count, one_loss, one_gradient in zip(counts, losses, gradients, strict=True):\n"
    "    share = count / total\n    loss += share * one_loss\n    gradient += share * one_gradient"
)
_ENDS = """for k in range(len(context) + 1):
    end = context[len(context) - k:]
    counts = np.zeros(vocab_size)
    for i in range(k, len(text)):
        if text[i - k:i] == end:
            counts[text[i]] += 1
    different = np.count_nonzero(counts)
    if different:
        p = (counts + different * p) / (counts.sum() + different)"""
_NUCLEUS = """for likely in (_above(logits, _LIKELY), np.arange(len(logits))):
    order = likely[np.argsort(-logits[likely], kind='stable')]
    reached = np.cumsum(probs[order])
    if len(order) and reached[-1] >= p - _ROUNDING:
        break"""
_QUICK = "This only decides whether a quick look is enough; the thorough one gives the same."
_TEMPERATURE = "with np.errstate(over='ignore'):\n    return logits / temperature"
_KTH = "kth = np.partition(logits, V - k, axis=-1)[..., V - k, None]"
_CROSSING = "n = 1 + int((reached[:-1] < p - _ROUNDING).sum())"
_DONE = "done = min(1.0, (step - warmup) / max(1, steps - warmup))"
_TWICE = """for _ in range(2):
    given = [a.copy() for a in arrays]
    results.append(np.copy(call(*given)))
    if not all((np.array_equal(a, b, equal_nan=True) for a, b in zip(given, arrays, strict=True))):
        return False"""
_NO_ORDER = "Whether two arrays are equal does not depend on which is named first."

_CONSTANT = "constant = (bias * direction).sum(axis=-1)"
_CHECKED = (
    "if not 0 <= probability <= 1:\n"
    "    raise UserError(f'The mask probability is {probability}, expected a number in [0, 1].')"
)
_CHOSEN = "chosen = rng.random(ids.shape) < probability"
_NOISE = "noise = rng.integers(vocab_size, size=ids.shape, dtype=np.int64)"
_REPLACED = "replaced = np.where(action < 0.8, mask_id, np.where(action < 0.9, noise, ids))"
_NO_TIES = "A number that is drawn hits a limit exactly in one of some 10^16 cases."

_CUT = """if cut != 'longest':
    context = kept[0]
    n = min(over, len(context))
    kept[0] = context[n:] if cut == 'beginning' else context[:len(context) - n]
    over -= n"""
_FOLLOWING = "logs = np.take_along_axis(log_softmax(logits)[:, :-1], next_ids, axis=-1)[..., 0]"
_LETTERS = """for i, word in enumerate(ends):
    found = (letters[j] for j in range(i) if rhyme_by_sound(word, ends[j], said))
    letters += next(found, ascii_uppercase[len(set(letters))])"""

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
    (
        "10.5",
        "if step <= warmup:\n    return lr * step / warmup",
        "if step < warmup:\n    return lr * step / warmup",
    ): "At the end of the warm-up the top of the cosine is the same rate.",
    ("10.5", _DONE, "done = min((step - warmup) / max(1, steps - warmup), 1.0)"): "The smaller, either way.",
    ("10.5", _DONE, _DONE.replace("1, steps - warmup", "steps - warmup, 1")): "The larger, either way.",
    ("10.7", _TWICE, _TWICE.replace("(a, b,", "(b, a,")): _NO_ORDER,
    (
        "10.7",
        "return np.array_equal(first, second, equal_nan=True)",
        "return np.array_equal(second, first, equal_nan=True)",
    ): _NO_ORDER,
    ("10.7", _TWICE, _TWICE.replace("(given, arrays,", "(arrays, given,")): _NO_ORDER,
    ("10.7", _TWICE, _TWICE.replace(", strict=True", "")): "There is a copy for each of the arrays.",
    (
        "10.7",
        _TWICE,
        _TWICE.replace("strict=True", "strict=False"),
    ): "There is a copy for each of the arrays.",
    ("11.4", "total = max(sum(counts), 1)", "total = max(1, sum(counts))"): "The larger of two, either way.",
    ("11.4", _PIECES, _PIECES.replace(", strict=True", "")): "The lists that are given have one length.",
    (
        "11.4",
        _PIECES,
        _PIECES.replace("strict=True", "strict=False"),
    ): "The lists that are given have one length.",
    (
        "11.5",
        _ENDS,
        _ENDS.replace("+ 1", "+ 2", 1),
    ): "Beyond its whole length a context has no end that could occur.",
    ("12.1", _TEMPERATURE, _TEMPERATURE.replace("over='ignore'", "")): "A warning is no part of the result.",
    ("12.2", _KTH, _KTH.replace(", axis=-1", "")): _DEFAULT,
    ("12.3", _NUCLEUS, _NUCLEUS.replace(">=", ">")): _QUICK,
    ("12.3", _NUCLEUS, _NUCLEUS.replace("p - _ROUNDING", "p + _ROUNDING")): _QUICK,
    ("12.3", _CROSSING, _CROSSING.replace("<", "<=")): "No sum lies that close to p.",
    (
        "14.1",
        "over = max(0, sum(map(len, kept)) - room)",
        "over = max(sum(map(len, kept)) - room, 0)",
    ): "The larger of two, either way.",
    ("14.1", _CUT, _CUT.replace("over, len(context)", "len(context), over")): "The smaller, either way.",
    ("14.5", _FOLLOWING, _FOLLOWING.replace(", axis=-1", "")): _DEFAULT,
    ("17.3", _LETTERS, _LETTERS.replace("(word, ends[j],", "(ends[j], word,")): "Rhyming is mutual.",
    (
        "17.4",
        "return max(1, len(groups) - bool(silent))",
        "return max(len(groups) - bool(silent), 1)",
    ): "The larger of two, either way.",
    ("19.2", _CONSTANT, _CONSTANT.replace("=-1", "=+1")): "The rows of the tokens have two axes.",
    ("19.3", "T = weights.shape[-1]", "T = weights.shape[-2]"): "There are as many queries as keys.",
    ("20.1", _CHECKED, _CHECKED.replace("<= 1:", "<= 2:")): "The task has probabilities from 0 to 1 only.",
    ("20.1", _CHOSEN, _CHOSEN.replace("<", "<=")): _NO_TIES,
    ("20.1", _NOISE, _NOISE.replace(", dtype=np.int64", "")): _DEFAULT,
    ("20.1", _REPLACED, _REPLACED.replace("< 0.8", "<= 0.8")): _NO_TIES,
    ("20.1", _REPLACED, _REPLACED.replace("< 0.9", "<= 0.9")): _NO_TIES,
}
