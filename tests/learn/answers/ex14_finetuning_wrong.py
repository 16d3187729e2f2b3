"""Answers written from the stub file alone, before the mistakes were catalogued."""

import numpy as np

from scratchgpt.layers.lora import LoRACache
from scratchgpt.ops.softmax import log_softmax
from scratchgpt.worked.extract_loss import ExtractLossCache


def _longest(texts, room):
    texts = [list(t) for t in texts]
    while sum(map(len, texts)) > room:
        max(texts, key=len).pop()
    return texts


def fit_texts__1(texts, room, cut="end"):
    """Gave each text the same share of the room."""
    if sum(map(len, texts)) <= room:
        return [list(t) for t in texts]
    share = room // len(texts)
    return [list(t[:share]) for t in texts]


def fit_texts__2(texts, room, cut="end"):
    """Cut the beginning at "end" and the end at "beginning"."""
    texts = [list(t) for t in texts]
    over = sum(map(len, texts)) - room
    if over > 0 and cut != "longest":
        first = texts[0]
        texts[0] = first[over:] if cut == "end" else first[: max(len(first) - over, 0)]
    return _longest(texts, room)


def fit_texts__3(texts, room, cut="end"):
    """Cut the context only and let the rest stay too long."""
    texts = [list(t) for t in texts]
    over = max(sum(map(len, texts)) - room, 0)
    if cut == "longest":
        return _longest(texts, room)
    keep = max(len(texts[0]) - over, 0)
    texts[0] = texts[0][:keep] if cut == "end" else texts[0][len(texts[0]) - keep :]
    return texts


def fit_texts__4(texts, room, cut="end"):
    """Of equally long texts took the token off the last."""
    texts = [list(t) for t in texts]
    while sum(map(len, texts)) > room:
        if cut == "longest" or not texts[0]:
            longest = max(range(len(texts)), key=lambda i: (len(texts[i]), i))
            texts[longest].pop()
        elif cut == "end":
            texts[0].pop()
        else:
            texts[0].pop(0)
    return texts


def fit_texts__5(texts, room, cut="end"):
    """Cut the last text instead of the first."""
    texts = [list(t) for t in texts]
    over = sum(map(len, texts)) - room
    if over > 0 and cut != "longest":
        last = texts[-1]
        texts[-1] = last[: max(len(last) - over, 0)] if cut == "end" else last[over:]
    return _longest(texts, room)


def fit_texts__6(texts, room, cut="end"):
    """Cut the lists that were given."""
    while sum(len(t) for t in texts) > room:
        if cut == "longest" or not texts[0]:
            max(texts, key=len).pop()
        elif cut == "end":
            del texts[0][-1]
        else:
            del texts[0][0]
    return list(texts)


def fit_texts__7(texts, room, cut="end"):
    """Cut the end off with a slice to minus the surplus, which leaves nothing where all fits."""
    texts = [list(t) for t in texts]
    over = max(sum(map(len, texts)) - room, 0)
    if cut == "end":
        texts[0] = texts[0][:-over]
    elif cut == "beginning":
        texts[0] = texts[0][over:]
    return _longest(texts, room)


def _fit(texts, room, cut):
    texts = [list(t) for t in texts]
    over = sum(map(len, texts)) - room
    if over > 0 and cut != "longest":
        keep = max(len(texts[0]) - over, 0)
        texts[0] = texts[0][:keep] if cut == "end" else texts[0][len(texts[0]) - keep :]
    return _longest(texts, room)


def _row(texts, specials, block_size, cut):
    start, delim, extract = specials
    fitted = _fit(texts, block_size - 1 - len(texts), cut)
    row = [start]
    for i, text in enumerate(fitted):
        row += ([delim] if i else []) + text
    return [*row, extract]


def task_rows__1(kind, texts, specials, block_size):
    """Wrote a similarity as one row, in one order only."""
    cuts = {"single": "end", "pair": "end", "similarity": "longest", "choice": "beginning"}
    if kind == "choice":
        return [_row([texts[0], o], specials, block_size, cuts[kind]) for o in texts[1:]]
    return [_row(texts, specials, block_size, cuts[kind])]


def task_rows__2(kind, texts, specials, block_size):
    """Put all options of a choice into one row."""
    if kind == "choice":
        return [_row(texts, specials, block_size, "beginning")]
    if kind == "similarity":
        return [_row(t, specials, block_size, "longest") for t in (texts, texts[::-1])]
    return [_row(texts, specials, block_size, "end")]


def task_rows__3(kind, texts, specials, block_size):
    """Cut the finished rows at their ends, Extract with them."""
    start, delim, extract = specials
    if kind in ("single", "pair"):
        pairs = [texts]
    elif kind == "similarity":
        pairs = [texts, texts[::-1]]
    else:
        pairs = [[texts[0], o] for o in texts[1:]]
    rows = [[start, *p[0], *([delim, *p[1]] if len(p) > 1 else []), extract] for p in pairs]
    return [r[:block_size] for r in rows]


def task_rows__4(kind, texts, specials, block_size):
    """Forgot that the special tokens take room: rows of pairs get two or three tokens too long."""
    start, delim, extract = specials
    cut = {"single": "end", "pair": "end", "similarity": "longest", "choice": "beginning"}[kind]
    if kind == "similarity":
        groups = [list(texts), list(texts)[::-1]]
    elif kind == "choice":
        groups = [[texts[0], option] for option in texts[1:]]
    else:
        groups = [texts]
    rows = []
    for group in groups:
        first, *rest = _fit(group, block_size, cut)
        rows.append([start, *first, *(x for r in rest for x in (delim, *r)), extract])
    return rows


def task_rows__5(kind, texts, specials, block_size):
    """Exchanged delim and extract."""
    start, delim, extract = specials
    wrong = (start, extract, delim)
    if kind == "similarity":
        return [_row(t, wrong, block_size, "longest") for t in (texts, texts[::-1])]
    if kind == "choice":
        return [_row([texts[0], o], wrong, block_size, "beginning") for o in texts[1:]]
    return [_row(texts, wrong, block_size, "end")]


def task_rows__6(kind, texts, specials, block_size):
    """Cut the context of a choice at its end, like a premise."""
    if kind == "similarity":
        return [_row(t, specials, block_size, "longest") for t in (texts, texts[::-1])]
    if kind == "choice":
        return [_row([texts[0], option], specials, block_size, "end") for option in texts[1:]]
    return [_row(texts, specials, block_size, "end")]


def task_rows__7(kind, texts, specials, block_size):
    """Fitted the context once for the longest option, so that short options lose context too."""
    if kind == "choice":
        longest = max(texts[1:], key=len)
        context, _ = _fit([texts[0], longest], block_size - 3, "beginning")
        return [_row([context, o], specials, block_size, "beginning") for o in texts[1:]]
    if kind == "similarity":
        return [_row(t, specials, block_size, "longest") for t in (texts, texts[::-1])]
    return [_row(texts, specials, block_size, "end")]


def _loss(h, lengths, weight, labels, states, probs_of=None):
    logp = log_softmax(states @ weight)
    loss = -logp[np.arange(len(labels)), labels].mean()
    return loss, ExtractLossCache(h, lengths, weight, labels, np.exp(logp))


def extract_loss_forward__1(h, lengths, weight, labels):
    """Read the state at the last position of the batch, a pad for short rows."""
    return _loss(h, lengths, weight, labels, h[:, -1])


def extract_loss_forward__2(h, lengths, weight, labels):
    """Was off by one: the position behind Extract."""
    at = np.minimum(lengths, h.shape[1] - 1)
    return _loss(h, lengths, weight, labels, h[np.arange(len(h)), at])


def extract_loss_forward__3(h, lengths, weight, labels):
    """Averaged the states of all real tokens."""
    mask = np.arange(h.shape[1]) < np.asarray(lengths)[:, None]
    pooled = np.where(mask[..., None], h, 0).sum(1) / np.asarray(lengths)[:, None]
    return _loss(h, lengths, weight, labels, pooled)


def extract_loss_forward__4(h, lengths, weight, labels):
    """Summed over the rows instead of averaging."""
    states = np.stack([row[n - 1] for row, n in zip(h, lengths, strict=True)])
    logp = log_softmax(states @ weight)
    loss = -sum(p[y] for p, y in zip(logp, labels, strict=True))
    return loss, ExtractLossCache(h, lengths, weight, labels, np.exp(logp))


def extract_loss_forward__5(h, lengths, weight, labels):
    """Read the first position, Start, as BERT does with its first token."""
    return _loss(h, lengths, weight, labels, h[:, 0, :])


def extract_loss_forward__6(h, lengths, weight, labels):
    """Kept the log-probabilities in the cache where the probabilities belong."""
    states = h[np.arange(len(h)), lengths - 1]
    logp = log_softmax(states @ weight)
    loss = -np.take_along_axis(logp, labels[:, None], 1).mean()
    return loss, ExtractLossCache(h, lengths, weight, labels, logp)


def extract_loss_forward__7(h, lengths, weight, labels):
    """Took the softmax without subtracting the maximum, which overflows for scores of 900."""
    states = h[np.arange(len(h)), lengths - 1]
    e = np.exp(states @ weight)
    p = e / e.sum(axis=-1, keepdims=True)
    loss = -np.log(p[np.arange(len(p)), labels]).mean()
    return loss, ExtractLossCache(h, lengths, weight, labels, p)


def _dscores(dloss, cache):
    d = cache.probs.copy()
    d[np.arange(len(d)), cache.labels] -= 1
    return d * dloss / len(d)


def extract_loss_backward__1(dloss, cache):
    """Gave the gradient to every position of a row."""
    d = _dscores(dloss, cache)
    state = cache.h[np.arange(len(d)), cache.lengths - 1]
    dh = np.repeat((d @ cache.weight.T)[:, None], cache.h.shape[1], axis=1)
    return dh, state.T @ d


def extract_loss_backward__2(dloss, cache):
    """Gave the gradient to the last position, the pads."""
    d = _dscores(dloss, cache)
    dh = np.zeros_like(cache.h)
    dh[:, -1] = d @ cache.weight.T
    return dh, np.einsum("bc,bk->ck", cache.h[np.arange(len(d)), cache.lengths - 1], d)


def extract_loss_backward__3(dloss, cache):
    """Forgot that the loss is a mean over the rows."""
    d = _dscores(dloss, cache) * len(cache.h)
    dh, rows = np.zeros_like(cache.h), np.arange(len(d))
    dh[rows, cache.lengths - 1] = d @ cache.weight.T
    return dh, cache.h[rows, cache.lengths - 1].T @ d


def extract_loss_backward__4(dloss, cache):
    """Forgot the one-hot: the probabilities alone go back."""
    d = cache.probs * dloss / len(cache.probs)
    dh, rows = np.zeros_like(cache.h), np.arange(len(d))
    dh[rows, cache.lengths - 1] = d @ cache.weight.T
    return dh, cache.h[rows, cache.lengths - 1].T @ d


def extract_loss_backward__5(dloss, cache):
    """Summed the matrix's gradient over all positions, pads included."""
    d = _dscores(dloss, cache)
    dh, rows = np.zeros_like(cache.h), np.arange(len(d))
    dh[rows, cache.lengths - 1] = d @ cache.weight.T
    return dh, np.einsum("btc,bk->ck", cache.h, d)


def extract_loss_backward__6(dloss, cache):
    """Returned the gradient of the states at Extract alone, (B, C)."""
    d = _dscores(dloss, cache)
    return d @ cache.weight.T, cache.h[np.arange(len(d)), cache.lengths - 1].T @ d


def extract_loss_backward__7(dloss, cache):
    """Subtracted the one-hot in the cache itself."""
    d = cache.probs
    d[np.arange(len(d)), cache.labels] -= 1
    d *= dloss / len(d)
    dh, rows = np.zeros_like(cache.h), np.arange(len(d))
    dh[rows, cache.lengths - 1] = d @ cache.weight.T
    return dh, cache.h[rows, cache.lengths - 1].T @ d


def _parts(class_logits, labels, logits, ids):
    l2 = -log_softmax(class_logits)[np.arange(len(labels)), labels].mean()
    nll = -np.take_along_axis(log_softmax(logits[:, :-1]), ids[:, 1:, None], -1)[..., 0]
    return l2, nll


def combined_loss__1(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Averaged the language model's loss over all tokens of the batch at once."""
    l2, nll = _parts(class_logits, labels, logits, ids)
    real = np.arange(1, ids.shape[1]) < lengths[:, None]
    l1 = nll[real].mean()
    return l2 + lm_weight * l1, l2, l1


def combined_loss__2(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Averaged over the pads, too."""
    l2, nll = _parts(class_logits, labels, logits, ids)
    l1 = nll.mean(axis=1).mean()
    return l2 + lm_weight * l1, l2, l1


def combined_loss__3(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Put lambda on the loss of the task."""
    l2, nll = _parts(class_logits, labels, logits, ids)
    l1 = np.mean([row[: n - 1].mean() for row, n in zip(nll, lengths, strict=True)])
    return lm_weight * l2 + l1, l2, l1


def combined_loss__4(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Did not shift: each position is scored on its own token."""
    l2, _ = _parts(class_logits, labels, logits, ids)
    nll = -np.take_along_axis(log_softmax(logits), ids[..., None], -1)[..., 0]
    l1 = np.mean([row[:n].mean() for row, n in zip(nll, lengths, strict=True)])
    return l2 + lm_weight * l1, l2, l1


def combined_loss__5(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Summed over the tokens of a row instead of averaging."""
    l2, nll = _parts(class_logits, labels, logits, ids)
    l1 = np.mean([row[: n - 1].sum() for row, n in zip(nll, lengths, strict=True)])
    return l2 + lm_weight * l1, l2, l1


def combined_loss__6(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Left the prediction of Extract out."""
    l2, nll = _parts(class_logits, labels, logits, ids)
    l1 = np.mean([row[: max(n - 2, 1)].mean() for row, n in zip(nll, lengths, strict=True)])
    return l2 + lm_weight * l1, l2, l1


def combined_loss__7(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Took the id 0 for a pad wherever it stands."""
    l2, nll = _parts(class_logits, labels, logits, ids)
    real = (ids[:, 1:] != 0) & (np.arange(1, ids.shape[1]) < lengths[:, None])
    l1 = np.mean((nll * real).sum(1) / np.maximum(real.sum(1), 1))
    return l2 + lm_weight * l1, l2, l1


def combined_loss__8(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """Predicted one more token, from Extract to the pad behind it, and divided by the length."""
    l2, nll = _parts(class_logits, labels, logits, ids)
    l1 = np.mean([row[:n].sum() / n for row, n in zip(nll, lengths, strict=True)])
    return l2 + lm_weight * l1, l2, l1


def lora_forward__1(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """Multiplied by alpha without dividing by the rank."""
    low = x @ lora_a
    y = x @ weight + alpha * (low @ lora_b)
    return (y if bias is None else y + bias), LoRACache(x, low, weight, lora_a, lora_b, alpha)


def lora_forward__2(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """Divided alpha by the width of the input instead of the rank."""
    low, scale = x @ lora_a, alpha / lora_a.shape[0]
    y = x @ weight + scale * (low @ lora_b)
    return (y if bias is None else y + bias), LoRACache(x, low, weight, lora_a, lora_b, scale)


def lora_forward__3(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """Scaled low already in the cache."""
    scale = alpha / lora_a.shape[1]
    low = scale * np.einsum("...i,ir->...r", x, lora_a)
    y = np.einsum("...i,io->...o", x, weight) + np.einsum("...r,ro->...o", low, lora_b)
    return (y if bias is None else y + bias), LoRACache(x, low, weight, lora_a, lora_b, scale)


def lora_forward__4(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """Left the frozen map out: only the thin matrices."""
    low, scale = x @ lora_a, alpha / lora_b.shape[0]
    return scale * low @ lora_b, LoRACache(x, low, weight, lora_a, lora_b, scale)


def lora_forward__5(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """Scaled the frozen map, too."""
    low, scale = x @ lora_a, alpha / lora_a.shape[-1]
    y = scale * (x @ weight + low @ lora_b)
    return (y if bias is None else y + bias), LoRACache(x, low, weight, lora_a, lora_b, scale)


def lora_forward__6(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """Forgot the bias."""
    low, scale = np.dot(x, lora_a), alpha / lora_a.shape[1]
    return np.dot(x, weight) + scale * np.dot(low, lora_b), LoRACache(x, low, weight, lora_a, lora_b, scale)


def lora_forward__7(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """Failed without a bias: added None."""
    low, scale = x @ lora_a, alpha / lora_a.shape[1]
    return x @ weight + bias + scale * (low @ lora_b), LoRACache(x, low, weight, lora_a, lora_b, scale)


def _rows(a):
    return a.reshape(-1, a.shape[-1])


def lora_backward__1(dy, cache):
    """Let only the frozen map send a gradient to x."""
    x, low, weight, _, b, scale = cache
    dlow = scale * dy @ b.T
    return dy @ weight.T, _rows(x).T @ _rows(dlow), scale * _rows(low).T @ _rows(dy)


def lora_backward__2(dy, cache):
    """Let only the thin matrices send a gradient to x."""
    x, low, _, a, b, scale = cache
    dlow = scale * dy @ b.T
    return dlow @ a.T, _rows(x).T @ _rows(dlow), scale * _rows(low).T @ _rows(dy)


def lora_backward__3(dy, cache):
    """Forgot the scale in the gradient of the second matrix."""
    x, low, weight, a, b, scale = cache
    dlow = scale * dy @ b.T
    return dy @ weight.T + dlow @ a.T, _rows(x).T @ _rows(dlow), _rows(low).T @ _rows(dy)


def lora_backward__4(dy, cache):
    """Forgot the scale on the way through the thin matrices."""
    x, low, weight, a, b, scale = cache
    dlow = dy @ b.T
    return dy @ weight.T + dlow @ a.T, _rows(x).T @ _rows(dlow), scale * _rows(low).T @ _rows(dy)


def lora_backward__5(dy, cache):
    """Averaged the matrices' gradients over the axes in front."""
    x, low, weight, a, b, scale = cache
    dlow = scale * dy @ b.T
    n = _rows(dy).shape[0]
    return dy @ weight.T + dlow @ a.T, _rows(x).T @ _rows(dlow) / n, scale * _rows(low).T @ _rows(dy) / n


def lora_backward__6(dy, cache):
    """Gave the gradient of the second matrix transposed."""
    x, low, weight, a, b, scale = cache
    dlow = scale * dy @ b.T
    db = scale * _rows(dy).T @ _rows(low)
    return dy @ weight.T + dlow @ a.T, _rows(x).T @ _rows(dlow), db


def lora_backward__7(dy, cache):
    """Applied the scale twice."""
    x, low, weight, a, b, scale = cache
    dlow = scale * scale * dy @ b.T
    return dy @ weight.T + dlow @ a.T, _rows(x).T @ _rows(dlow), scale * scale * _rows(low).T @ _rows(dy)
