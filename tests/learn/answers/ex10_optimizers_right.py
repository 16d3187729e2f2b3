"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np


def momentum_step__loops(param, grad, m, *, lr, beta=0.9, heavy_ball=False):
    """Number by number."""
    new_m, new = np.empty_like(m), np.empty_like(param)
    for i in np.ndindex(*param.shape):
        new_m[i] = beta * m[i] + grad[i] * (1 if heavy_ball else 1 - beta)
        new[i] = param[i] - lr * new_m[i]
    return new, new_m


def momentum_step__other(param, grad, m, *, lr, beta=0.9, heavy_ball=False):
    """The moving average as a step towards the gradient."""
    average = beta * m + grad if heavy_ball else m + (1 - beta) * (grad - m)
    return np.subtract(param, lr * average), average


def momentum_step__float32(param, grad, m, *, lr, beta=0.9, heavy_ball=False):
    """In float32."""
    w, g, m = (a.astype(np.float32) for a in (param, grad, m))
    m = np.float32(beta) * m + np.float32(1 if heavy_ball else 1 - beta) * g
    return w - np.float32(lr) * m, m


def rmsprop_step__loops(param, grad, v, *, lr, beta=0.95, eps=1e-08):
    """Number by number."""
    new_v, new = np.empty_like(v), np.empty_like(param)
    for i in np.ndindex(*param.shape):
        new_v[i] = beta * v[i] + (1 - beta) * grad[i] * grad[i]
        new[i] = param[i] - lr * grad[i] / (math.sqrt(new_v[i]) + eps)
    return new, new_v


def rmsprop_step__other(param, grad, v, *, lr, beta=0.95, eps=1e-08):
    """A step towards the square."""
    new = v + (1 - beta) * (np.square(grad) - v)
    return param - np.divide(lr * grad, np.power(new, 0.5) + eps), new


def rmsprop_step__float32(param, grad, v, *, lr, beta=0.95, eps=1e-08):
    """In float32."""
    w, g, v = (a.astype(np.float32) for a in (param, grad, v))
    v = np.float32(beta) * v + np.float32(1 - beta) * g * g
    return w - np.float32(lr) * g / (np.sqrt(v) + np.float32(eps)), v


def adam_step__loops(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """Number by number."""
    b1, b2 = betas
    new, new_m, new_v = np.empty_like(param), np.empty_like(m), np.empty_like(v)
    for i in np.ndindex(*param.shape):
        new_m[i] = b1 * m[i] + (1 - b1) * grad[i]
        new_v[i] = b2 * v[i] + (1 - b2) * grad[i] ** 2
        size = math.sqrt(new_v[i] / (1 - b2**step)) + eps
        new[i] = param[i] - lr * new_m[i] / (1 - b1**step) / size
    return new, new_m, new_v


def adam_step__other(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """Both corrections in the learning rate and eps, as in the paper's note on efficiency."""
    b1, b2 = betas
    m, v = m + (1 - b1) * (grad - m), v + (1 - b2) * (grad * grad - v)
    root = math.sqrt(1 - b2**step)
    return param - lr * root / (1 - b1**step) * m / (np.sqrt(v) + eps * root), m, v


def adam_step__float32(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """In float32."""
    w, g, m, v = (a.astype(np.float32) for a in (param, grad, m, v))
    m = np.float32(betas[0]) * m + np.float32(1 - betas[0]) * g
    v = np.float32(betas[1]) * v + np.float32(1 - betas[1]) * g * g
    m_hat, v_hat = m / np.float32(1 - betas[0] ** step), v / np.float32(1 - betas[1] ** step)
    return w - np.float32(lr) * m_hat / (np.sqrt(v_hat) + np.float32(eps)), m, v


def adamw_step__loops(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Number by number; the decay after the step."""
    for i in np.ndindex(*param.shape):
        m[i] = betas[0] * m[i] + (1 - betas[0]) * grad[i]
        v[i] = betas[1] * v[i] + (1 - betas[1]) * grad[i] ** 2
        size = (v[i] / (1 - betas[1] ** step)) ** 0.5 + eps
        param[i] -= lr * m[i] / (1 - betas[0] ** step) / size
        param[i] -= lr * weight_decay * param[i]


def adamw_step__other(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """New arrays, copied into the old ones."""
    (b1, b2), old = betas, param.copy()
    m[...] = b1 * m + (1 - b1) * grad
    v[...] = b2 * v + (1 - b2) * np.square(grad)
    m_hat, v_hat = m / (1 - b1**step), v / (1 - b2**step)
    np.copyto(param, old - lr * (m_hat / (np.sqrt(v_hat) + eps) + weight_decay * old))


def adamw_step__float32(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Arithmetic in float32, written into the arrays."""
    b1, b2 = np.float32(betas[0]), np.float32(betas[1])
    g = grad.astype(np.float32)
    m[...] = b1 * m.astype(np.float32) + np.float32(1 - betas[0]) * g
    v[...] = b2 * v.astype(np.float32) + np.float32(1 - betas[1]) * g * g
    root = np.sqrt(v.astype(np.float32) / np.float32(1 - betas[1] ** step)) + np.float32(eps)
    param *= 1 - lr * weight_decay
    param -= np.float32(lr) * m.astype(np.float32) / np.float32(1 - betas[0] ** step) / root


def warmup_cosine__loops(step, steps, warmup, lr, min_lr=0.0):
    """Cases, one after the other."""
    if step <= warmup:
        return lr / warmup * step
    if step >= steps:
        return min_lr
    share = (step - warmup) / (steps - warmup)
    return lr - (lr - min_lr) * (1 - math.cos(math.pi * share)) / 2


def warmup_cosine__other(step, steps, warmup, lr, min_lr=0.0):
    """By the square of a cosine of half the angle."""
    if warmup and step <= warmup:
        return lr * (step / warmup)
    left = steps - warmup
    share = 1.0 if left <= 0 else min(max((step - warmup) / left, 0.0), 1.0)
    return min_lr + (lr - min_lr) * math.cos(math.pi * share / 2) ** 2


def warmup_cosine__float32(step, steps, warmup, lr, min_lr=0.0):
    """In float32."""
    f = np.float32
    if step <= warmup:
        return f(lr) * f(step) / f(warmup)
    share = f(min(1.0, (step - warmup) / max(1, steps - warmup)))
    return f(min_lr) + f(lr - min_lr) * f(0.5) * (f(1) + np.cos(f(np.pi) * share))


def clip_by_global_norm__loops(grads, max_norm):
    """Number by number."""
    total = 0.0
    for g in grads:
        for x in g.ravel().tolist():
            total += x * x
    norm = math.sqrt(total)
    factor = max_norm / norm if max_norm and math.isfinite(norm) and norm > max_norm else None
    return [g.copy() if factor is None else g * factor for g in grads], norm


def clip_by_global_norm__other(grads, max_norm):
    """One long vector."""
    flat = np.concatenate([np.ravel(g) for g in grads]) if grads else np.zeros(0)
    norm = float(np.linalg.norm(flat))
    if max_norm > 0 and np.isfinite(norm) and norm > max_norm:
        return [g / norm * max_norm for g in grads], norm
    return list(grads), norm


def clip_by_global_norm__float32(grads, max_norm):
    """In float32."""
    small = [g.astype(np.float32) for g in grads]
    norm = math.sqrt(sum(np.vdot(g, g) for g in small))
    if max_norm and math.isfinite(norm) and norm > max_norm:
        small = [g * np.float32(max_norm / norm) for g in small]
    return small, norm


def _alike(a, b):
    return np.array_equal(a, b, equal_nan=True)


def same_twice__loops(call, *arrays):
    """A loop over the two calls."""
    results, clean = [], True
    for _ in range(2):
        given = [a.copy() for a in arrays]
        results.append(np.array(call(*given)))
        for a, b in zip(arrays, given, strict=True):
            clean = clean and _alike(a, b)
    return bool(clean and _alike(*results))


def same_twice__other(call, *arrays):
    """On the arrays themselves, which are brought back."""
    before = [a.copy() for a in arrays]

    def run():
        result = np.copy(call(*arrays))
        clean = all(map(_alike, before, arrays))
        for a, b in zip(arrays, before, strict=True):
            a[...] = b
        return result, clean

    (one, clean_1), (two, clean_2) = run(), run()
    return bool(clean_1 and clean_2 and _alike(one, two))


def same_twice__float32(call, *arrays):
    """Comparisons of bytes, with NaN made one."""

    def look(x):
        x = np.array(x, dtype=float)
        return x.shape, np.where(np.isnan(x), np.nan, x + 0.0).tobytes()

    def once():
        given = [np.copy(a) for a in arrays]
        said = look(call(*given))
        return said, [look(g) for g in given] == [look(a) for a in arrays]

    first, second = once(), once()
    return first[0] == second[0] and first[1] and second[1]
