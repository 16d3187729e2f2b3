"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np


def momentum_step__1(param, grad, m, *, lr, beta=0.9, heavy_ball=False):
    """Moves with the average that was left, and brings it up to date only afterwards."""
    new_param = param - lr * m
    new_m = beta * m + (grad if heavy_ball else (1 - beta) * grad)
    return new_param, new_m


def momentum_step__2(param, grad, m, *, lr, beta=0.9, heavy_ball=False):
    """Exchanges the shares in the moving average: beta goes to the gradient, the rest to the old m."""
    avg = beta * m + grad if heavy_ball else (1 - beta) * m + beta * grad
    return param - lr * avg, avg


def rmsprop_step__1(param, grad, v, *, lr, beta=0.95, eps=1e-08):
    """Divides by the average of squares itself: the root is forgotten."""
    sq = beta * v + (1 - beta) * np.square(grad)
    step = grad / (sq + eps)
    return param - lr * step, sq


def rmsprop_step__2(param, grad, v, *, lr, beta=0.95, eps=1e-08):
    """Adds eps under the root, not on top of it."""
    v_new = np.multiply(v, beta) + np.multiply(1 - beta, grad * grad)
    return param - lr * grad / np.sqrt(v_new + eps), v_new


def adam_step__1(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """Returns the corrected averages, so that the next step corrects them once more."""
    b1, b2 = betas
    m = (b1 * m + (1 - b1) * grad) / (1 - b1**step)
    v = (b2 * v + (1 - b2) * grad**2) / (1 - b2**step)
    return param - lr * m / (np.sqrt(v) + eps), m, v


def adam_step__2(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """Corrects only m and leaves the average of squares as small as it is."""
    first = betas[0] * m + (1 - betas[0]) * grad
    second = betas[1] * v + (1 - betas[1]) * grad * grad
    unbiased = first / (1 - betas[0] ** step)
    return param - lr * unbiased / (np.sqrt(second) + eps), first, second


def adam_step__3(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """Counts steps from 0, so that the power in the correction is step + 1."""
    t = step + 1
    beta1, beta2 = betas
    mt = beta1 * m + (1 - beta1) * grad
    vt = beta2 * v + (1 - beta2) * grad**2
    alpha = lr / (1 - beta1**t)
    denom = np.sqrt(vt / (1 - beta2**t)) + eps
    return param - alpha * mt / denom, mt, vt


def adamw_step__1(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Rebinds m, v and param to new arrays, so that the caller's arrays never change."""
    m = betas[0] * m + (1 - betas[0]) * grad
    v = betas[1] * v + (1 - betas[1]) * grad * grad
    mh, vh = m / (1 - betas[0] ** step), v / (1 - betas[1] ** step)
    param = param - lr * (mh / (np.sqrt(vh) + eps) + weight_decay * param)


def adamw_step__2(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Adds the decay instead of taking it away: the weights grow."""
    b1, b2 = betas
    m *= b1
    m += (1 - b1) * grad
    v *= b2
    v += (1 - b2) * grad**2
    param *= 1 + lr * weight_decay
    param -= lr * (m / (1 - b1**step)) / (np.sqrt(v / (1 - b2**step)) + eps)


def adamw_step__3(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Divides m and v in place by their correction factors and leaves them so."""
    beta1, beta2 = betas
    m[...] = beta1 * m + (1 - beta1) * grad
    v[...] = beta2 * v + (1 - beta2) * np.square(grad)
    m /= 1 - beta1**step
    v /= 1 - beta2**step
    param[...] = param - lr * weight_decay * param - lr * m / (np.sqrt(v) + eps)


def warmup_cosine__1(step, steps, warmup, lr, min_lr=0.0):
    """Measures the progress of the fall over all steps, not over those that are left after the warm-up."""
    if step <= warmup:
        return lr * step / warmup
    t = min(step / steps, 1.0)
    return min_lr + (lr - min_lr) * (1 + math.cos(math.pi * t)) / 2


def warmup_cosine__2(step, steps, warmup, lr, min_lr=0.0):
    """Does not stop at the last step: beyond it the cosine rises again."""
    if warmup > 0 and step <= warmup:
        return step / warmup * lr
    if steps <= warmup:
        return min_lr
    done = (step - warmup) / (steps - warmup)
    return min_lr + 0.5 * (lr - min_lr) * (1.0 + np.cos(np.pi * done))


def warmup_cosine__3(step, steps, warmup, lr, min_lr=0.0):
    """Starts the warm-up at min_lr and rises from there to lr."""
    if step <= warmup:
        return min_lr + (lr - min_lr) * step / warmup
    if step >= steps:
        return min_lr
    x = (step - warmup) / (steps - warmup)
    return min_lr + (lr - min_lr) * math.cos(math.pi * x / 2) ** 2


def clip_by_global_norm__1(grads, max_norm):
    """Adds the norms of the tensors up, not their squares."""
    norm = float(sum(np.linalg.norm(g.ravel()) for g in grads))
    if max_norm and np.isfinite(norm) and norm > max_norm:
        return [g * (max_norm / norm) for g in grads], norm
    return list(grads), norm


def clip_by_global_norm__2(grads, max_norm):
    """Forgets that 0 means no limit and scales everything to nothing."""
    total = math.sqrt(sum(float((g * g).sum()) for g in grads))
    factor = 1.0
    if math.isfinite(total) and total > max_norm:
        factor = max_norm / total
    return [factor * g for g in grads], total


def clip_by_global_norm__3(grads, max_norm):
    """Returns the norm after clipping, not the one before."""
    flat = np.concatenate([np.zeros(0)] + [g.reshape(-1) for g in grads])
    norm = float(np.sqrt(flat @ flat))
    if max_norm > 0 and np.isfinite(norm) and norm > max_norm:
        clipped = [g * max_norm / norm for g in grads]
        return clipped, float(max_norm)
    return [g.copy() for g in grads], norm


def same_twice__1(call, *arrays):
    """Compares with allclose, which has a tolerance, and not to the last bit."""
    before = [a.copy() for a in arrays]
    one = np.array(call(*arrays))
    clean = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(arrays, before, strict=True))
    for a, b in zip(arrays, before, strict=True):
        a[...] = b
    two = np.array(call(*arrays))
    clean &= all(np.array_equal(a, b, equal_nan=True) for a, b in zip(arrays, before, strict=True))
    for a, b in zip(arrays, before, strict=True):
        a[...] = b
    return bool(clean and one.shape == two.shape and np.allclose(one, two, equal_nan=True))


def same_twice__2(call, *arrays):
    """Keeps the first result without a copy, so a step that writes into its own array seems pure."""
    saved = [np.copy(a) for a in arrays]
    results, ok = [], True
    for _ in range(2):
        results.append(np.asarray(call(*arrays)))
        for a, s in zip(arrays, saved, strict=True):
            ok = ok and np.array_equal(a, s, equal_nan=True)
            a[...] = s
    return bool(ok and np.array_equal(results[0], results[1], equal_nan=True))


def same_twice__3(call, *arrays):
    """Works on copies throughout and never looks whether the step changed them."""
    first = np.array(call(*[a.copy() for a in arrays]), copy=True)
    second = np.array(call(*[a.copy() for a in arrays]), copy=True)
    return bool(np.array_equal(first, second, equal_nan=True))
