"""Answers written from the stub file alone, before the mistakes were catalogued."""

import math

import numpy as np


def momentum_step__1(param, grad, m, *, lr, beta=0.9, heavy_ball=False):
    """Exchanged the two shares of the moving average."""
    m = beta * m + grad if heavy_ball else (1 - beta) * m + beta * grad
    return param - lr * m, m


def momentum_step__2(param, grad, m, *, lr, beta=0.9, heavy_ball=False):
    """Moved with the old average."""
    new = beta * m + (grad if heavy_ball else (1 - beta) * grad)
    return param - lr * m, new


def momentum_step__3(param, grad, m, *, lr, beta=0.9, heavy_ball=False):
    """Ignored the form: always the moving average."""
    m = np.add(beta * m, (1 - beta) * grad)
    return param - lr * m, m


def momentum_step__4(param, grad, m, *, lr, beta=0.9, heavy_ball=False):
    """Went uphill."""
    m = beta * m + (1.0 if heavy_ball else 1 - beta) * grad
    return param + lr * m, m


def momentum_step__5(param, grad, m, *, lr, beta=0.9, heavy_ball=False):
    """Put the learning rate into the average."""
    m = beta * m + lr * (grad if heavy_ball else (1 - beta) * grad)
    return param - m, m


def momentum_step__6(param, grad, m, *, lr, beta=0.9, heavy_ball=False):
    """Changed param and m in place."""
    m *= beta
    m += grad if heavy_ball else (1 - beta) * grad
    param -= lr * m
    return param, m


def rmsprop_step__1(param, grad, v, *, lr, beta=0.95, eps=1e-08):
    """Put eps under the root."""
    v = beta * v + (1 - beta) * grad**2
    return param - lr * grad / np.sqrt(v + eps), v


def rmsprop_step__2(param, grad, v, *, lr, beta=0.95, eps=1e-08):
    """Divided by v without the root."""
    v = beta * v + (1 - beta) * grad * grad
    return param - lr * grad / (v + eps), v


def rmsprop_step__3(param, grad, v, *, lr, beta=0.95, eps=1e-08):
    """Averaged the gradients instead of their squares."""
    v = beta * v + (1 - beta) * np.abs(grad)
    return param - lr * grad / (np.sqrt(v) + eps), v


def rmsprop_step__4(param, grad, v, *, lr, beta=0.95, eps=1e-08):
    """Divided by the old size."""
    new = beta * v + (1 - beta) * grad**2
    return param - lr * grad / (np.sqrt(v) + eps), new


def rmsprop_step__5(param, grad, v, *, lr, beta=0.95, eps=1e-08):
    """Added up all squares, as AdaGrad does."""
    v = v + grad**2
    return param - lr * grad / (np.sqrt(v) + eps), v


def rmsprop_step__6(param, grad, v, *, lr, beta=0.95, eps=1e-08):
    """Used one size for all: the root of the mean of v."""
    v = beta * v + (1 - beta) * grad**2
    return param - lr * grad / (math.sqrt(v.mean()) + eps), v


def adam_step__1(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """Corrected nothing."""
    m = betas[0] * m + (1 - betas[0]) * grad
    v = betas[1] * v + (1 - betas[1]) * grad**2
    return param - lr * m / (np.sqrt(v) + eps), m, v


def adam_step__2(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """Corrected m only."""
    m = betas[0] * m + (1 - betas[0]) * grad
    v = betas[1] * v + (1 - betas[1]) * grad**2
    return param - lr * m / (1 - betas[0] ** step) / (np.sqrt(v) + eps), m, v


def adam_step__3(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """Returned the corrected averages."""
    m = (betas[0] * m + (1 - betas[0]) * grad) / (1 - betas[0] ** step)
    v = (betas[1] * v + (1 - betas[1]) * grad**2) / (1 - betas[1] ** step)
    return param - lr * m / (np.sqrt(v) + eps), m, v


def adam_step__4(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """Counted the steps from 2: the power is step + 1."""
    b1, b2 = betas
    m, v = b1 * m + (1 - b1) * grad, b2 * v + (1 - b2) * np.square(grad)
    return param - lr * (m / (1 - b1 ** (step + 1))) / (np.sqrt(v / (1 - b2 ** (step + 1))) + eps), m, v


def adam_step__5(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """Exchanged the betas."""
    b2, b1 = betas
    m, v = b1 * m + (1 - b1) * grad, b2 * v + (1 - b2) * np.square(grad)
    return param - lr * (m / (1 - b1**step)) / (np.sqrt(v / (1 - b2**step)) + eps), m, v


def adam_step__6(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """Multiplied by the correction instead of dividing."""
    b1, b2 = betas
    m, v = b1 * m + (1 - b1) * grad, b2 * v + (1 - b2) * grad * grad
    return param - lr * m * (1 - b1**step) / (np.sqrt(v * (1 - b2**step)) + eps), m, v


def adam_step__7(param, grad, m, v, *, lr, step, betas=(0.9, 0.999), eps=1e-08):
    """Put eps under the root."""
    b1, b2 = betas
    m, v = b1 * m + (1 - b1) * grad, b2 * v + (1 - b2) * grad * grad
    return param - lr * (m / (1 - b1**step)) / np.sqrt(v / (1 - b2**step) + eps), m, v


def _moments(grad, m, v, betas):
    m *= betas[0]
    m += (1 - betas[0]) * grad
    v *= betas[1]
    v += (1 - betas[1]) * grad * grad


def _move(m, v, betas, eps, step):
    return m / (1 - betas[0] ** step) / (np.sqrt(v / (1 - betas[1] ** step)) + eps)


def adamw_step__1(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Put the decay into the gradient."""
    _moments(grad + weight_decay * param, m, v, betas)
    param -= lr * _move(m, v, betas, eps, step)


def adamw_step__2(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Rebound the names, so that the arrays that were given stay as they are."""
    m = betas[0] * m + (1 - betas[0]) * grad
    v = betas[1] * v + (1 - betas[1]) * grad**2
    param = param * (1 - lr * weight_decay) - lr * _move(m, v, betas, eps, step)


def adamw_step__3(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Decayed without the learning rate."""
    _moments(grad, m, v, betas)
    param[...] = param - weight_decay * param - lr * _move(m, v, betas, eps, step)


def adamw_step__4(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Forgot the decay."""
    _moments(grad, m, v, betas)
    param -= lr * _move(m, v, betas, eps, step)


def adamw_step__5(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Divided the decay by the usual size of the gradient."""
    _moments(grad, m, v, betas)
    m_hat = m / (1 - betas[0] ** step) + weight_decay * param
    param -= lr * m_hat / (np.sqrt(v / (1 - betas[1] ** step)) + eps)


def adamw_step__6(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Returned new arrays instead of writing into the old ones."""
    m = betas[0] * m + (1 - betas[0]) * grad
    v = betas[1] * v + (1 - betas[1]) * grad**2
    return param * (1 - lr * weight_decay) - lr * _move(m, v, betas, eps, step), m, v


def adamw_step__7(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Counted the steps from 0."""
    _moments(grad, m, v, betas)
    param *= 1 - lr * weight_decay
    param -= lr * _move(m, v, betas, eps, max(step - 1, 1))


def adamw_step__8(param, grad, m, v, *, lr, betas, eps, weight_decay, step):
    """Squared the gradient in the array that was given."""
    m *= betas[0]
    m += (1 - betas[0]) * grad
    grad *= grad
    v *= betas[1]
    v += (1 - betas[1]) * grad
    param *= 1 - lr * weight_decay
    param -= lr * _move(m, v, betas, eps, step)


def warmup_cosine__1(step, steps, warmup, lr, min_lr=0.0):
    """Began the warm-up at 0."""
    if step <= warmup:
        return lr * (step - 1) / warmup
    done = min(1, (step - warmup) / max(steps - warmup, 1))
    return min_lr + (lr - min_lr) * (1 + math.cos(math.pi * done)) / 2


def warmup_cosine__2(step, steps, warmup, lr, min_lr=0.0):
    """Let the cosine begin at step 1, not behind the warm-up."""
    if step <= warmup:
        return lr * step / warmup
    done = min(1, step / steps)
    return min_lr + (lr - min_lr) * (1 + math.cos(math.pi * done)) / 2


def warmup_cosine__3(step, steps, warmup, lr, min_lr=0.0):
    """Fell along a straight line."""
    if step <= warmup:
        return lr * step / warmup
    done = min(1, (step - warmup) / max(steps - warmup, 1))
    return lr + (min_lr - lr) * done


def warmup_cosine__4(step, steps, warmup, lr, min_lr=0.0):
    """Let the rate rise again beyond the last step."""
    if step <= warmup:
        return lr * step / warmup
    done = (step - warmup) / max(steps - warmup, 1)
    return min_lr + (lr - min_lr) * 0.5 * (1 + math.cos(math.pi * done))


def warmup_cosine__5(step, steps, warmup, lr, min_lr=0.0):
    """Used a quarter of the cosine's period."""
    if step <= warmup:
        return lr * step / warmup
    done = min(1.0, (step - warmup) / max(1, steps - warmup))
    return min_lr + (lr - min_lr) * math.cos(math.pi / 2 * done)


def warmup_cosine__6(step, steps, warmup, lr, min_lr=0.0):
    """Added min_lr on top: the peak is lr + min_lr."""
    if step <= warmup:
        return lr * step / warmup
    done = min(1.0, (step - warmup) / max(1, steps - warmup))
    return min_lr + lr * 0.5 * (1 + math.cos(math.pi * done))


def warmup_cosine__7(step, steps, warmup, lr, min_lr=0.0):
    """Divided by zero where the warm-up takes all steps or there is none."""
    rise = lr * step / warmup if warmup else lr
    done = min(1.0, (step - warmup) / (steps - warmup))
    return rise if step <= warmup else min_lr + (lr - min_lr) * 0.5 * (1 + math.cos(math.pi * done))


def warmup_cosine__8(step, steps, warmup, lr, min_lr=0.0):
    """Began the rise at min_lr."""
    if step <= warmup:
        return min_lr + (lr - min_lr) * step / warmup
    done = min(1.0, (step - warmup) / max(1, steps - warmup))
    return min_lr + (lr - min_lr) * 0.5 * (1 + math.cos(math.pi * done))


def _length(grads):
    return math.sqrt(sum(float((g * g).sum()) for g in grads))


def clip_by_global_norm__1(grads, max_norm):
    """Clipped each tensor by its own norm."""
    norm = _length(grads)
    if not max_norm or not math.isfinite(norm):
        return [g.copy() for g in grads], norm
    return [g * min(1.0, max_norm / max(_length([g]), 1e-30)) for g in grads], norm


def clip_by_global_norm__2(grads, max_norm):
    """Added up the norms of the tensors instead of their squares."""
    norm = sum(_length([g]) for g in grads)
    if not max_norm or not math.isfinite(norm) or norm <= max_norm:
        return list(grads), norm
    return [g * (max_norm / norm) for g in grads], norm


def clip_by_global_norm__3(grads, max_norm):
    """Cut each number at max_norm."""
    norm = _length(grads)
    if not max_norm or not math.isfinite(norm):
        return list(grads), norm
    return [np.clip(g, -max_norm, max_norm) for g in grads], norm


def clip_by_global_norm__4(grads, max_norm):
    """Made short gradients longer."""
    norm = _length(grads)
    if not max_norm or not math.isfinite(norm) or norm == 0:
        return list(grads), norm
    return [g * max_norm / norm for g in grads], norm


def clip_by_global_norm__5(grads, max_norm):
    """Took a max_norm of 0 for a limit: all becomes 0."""
    norm = _length(grads)
    if not math.isfinite(norm) or norm <= max_norm:
        return list(grads), norm
    return [g * (max_norm / norm) for g in grads], norm


def clip_by_global_norm__6(grads, max_norm):
    """Returned the norm after clipping."""
    norm = _length(grads)
    if not max_norm or not math.isfinite(norm) or norm <= max_norm:
        return list(grads), norm
    return [g * (max_norm / norm) for g in grads], max_norm


def clip_by_global_norm__7(grads, max_norm):
    """Forgot the root: the norm is the sum of squares."""
    norm = sum(float(np.square(g).sum()) for g in grads)
    if not max_norm or not math.isfinite(norm) or norm <= max_norm:
        return list(grads), norm
    return [g * (max_norm / norm) for g in grads], norm


def clip_by_global_norm__8(grads, max_norm):
    """Scaled an infinite gradient by 0, which makes it NaN."""
    norm = _length(grads)
    if not max_norm or norm <= max_norm:
        return list(grads), norm
    return [g * (max_norm / norm) for g in grads], norm


def same_twice__1(call, *arrays):
    """Did not copy the first result."""
    kept = [a.copy() for a in arrays]
    one = call(*kept)
    two = call(*kept)
    unchanged = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(arrays, kept, strict=True))
    return bool(np.array_equal(one, two, equal_nan=True)) and unchanged


def same_twice__2(call, *arrays):
    """Did not look whether the arguments were changed."""
    first = np.array(call(*[a.copy() for a in arrays]))
    second = call(*[a.copy() for a in arrays])
    return bool(np.array_equal(first, second, equal_nan=True))


def same_twice__3(call, *arrays):
    """Compared with a tolerance."""
    kept = [a.copy() for a in arrays]
    given = [a.copy() for a in arrays]
    one = np.array(call(*given))
    middle = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(kept, given, strict=True))
    two = np.array(call(*given))
    end = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(kept, given, strict=True))
    return bool(one.shape == two.shape and np.allclose(one, two, equal_nan=True) and middle and end)


def same_twice__4(call, *arrays):
    """Took NaN for different from itself."""
    kept = [a.copy() for a in arrays]
    given = [a.copy() for a in arrays]
    one = np.array(call(*given))
    middle = all(np.array_equal(a, b) for a, b in zip(kept, given, strict=True))
    two = np.array(call(*given))
    return bool(np.array_equal(one, two) and middle and all(map(np.array_equal, kept, given)))


def same_twice__5(call, *arrays):
    """Called the step on the arrays themselves and left them changed."""
    kept = [a.copy() for a in arrays]
    one = np.array(call(*arrays))
    clean = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(kept, arrays, strict=True))
    two = np.array(call(*arrays))
    clean = clean and all(np.array_equal(a, b, equal_nan=True) for a, b in zip(kept, arrays, strict=True))
    return bool(np.array_equal(one, two, equal_nan=True) and clean)


def same_twice__6(call, *arrays):
    """Looked at the arguments only after both calls, when the second may have undone the first."""
    kept, given = [a.copy() for a in arrays], [a.copy() for a in arrays]
    one = np.array(call(*given))
    two = np.array(call(*given))
    clean = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(kept, given, strict=True))
    return bool(np.array_equal(one, two, equal_nan=True)) and clean


def same_twice__7(call, *arrays):
    """Let results of different shapes be the same when they broadcast."""
    kept, given = [a.copy() for a in arrays], [a.copy() for a in arrays]
    one = np.array(call(*given))
    clean = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(kept, given, strict=True))
    two = np.array(call(*given))
    clean = clean and all(np.array_equal(a, b, equal_nan=True) for a, b in zip(kept, given, strict=True))
    try:
        return bool(clean and np.all((one == two) | (np.isnan(one) & np.isnan(two))))
    except ValueError:
        return False
