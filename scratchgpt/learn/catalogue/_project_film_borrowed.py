"""Mistakes of a lesson's exercise, made again in a stage of the film project that does the same thing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from ...ops.activations import GeluCache
from ...ops.layernorm import LayerNormCache
from ...worked.film_by_hand import film_gelu, film_layernorm
from ...worked.film_given import FilmNorm
from ..exercise import Exercise, Mistake
from ..wrong import function_of

Function = Callable[..., Any]


def borrowed(
    lesson: Exercise,
    adapt: Callable[[Function], Function],
    *,
    only: tuple[str, ...] = (),
    but: tuple[str, ...] = (),
    mark: str = "",
) -> tuple[Mistake, ...]:
    """Return the mistakes of a lesson's exercise as whole functions of another signature.

    `adapt` makes such a function of the lesson's. `only` are the keys that are taken, all where left out;
    `but` are keys of mistakes that cannot be made here, or are said in other words; `mark` is added to the
    keys. Raises KeyError for a key that is not there.
    """
    known = {m.key: m for m in lesson.mistakes}
    kept = [known[key] for key in only or known if key not in {known[k].key for k in but}]
    return tuple(replace(m, key=m.key + mark, edits=(), wrong=adapt(_lazily(lesson, m))) for m in kept)


def edited(
    mistakes: tuple[Mistake, ...], edits: Mapping[str, tuple[tuple[str, str], ...]]
) -> tuple[Mistake, ...]:
    """Return mistakes of which some are edits of the stage's own source, {key: edits}: those can be combined."""
    return tuple(replace(m, edits=edits[m.key], wrong=None) if m.key in edits else m for m in mistakes)


def _lazily(lesson: Exercise, mistake: Mistake) -> Function:
    return lambda *args, **kwargs: _made(lesson, mistake)(*args, **kwargs)


@cache  # each is made once, however many stages borrow it
def _made(lesson: Exercise, mistake: Mistake) -> Function:
    return function_of(lesson, [mistake])


def of_one_argument(f: Function) -> Function:
    """softmax(x, axis) along the last axis."""
    return lambda x: f(x)


def of_a_square(f: Function) -> Function:
    """causal_mask(T, S) with as many keys as queries."""
    return lambda T: f(T, T)


def with_its_slope(f: Function) -> Function:
    """gelu_forward(x) and the slope of what it computes, to ten digits."""
    h = 1e-5
    return lambda x: (f(x)[0], (f(x + h)[0] - f(x - h)[0]) / (2 * h))


def with_the_right_slope(f: Function) -> Function:
    """gelu_forward(x) beside the slope as it should be."""
    return lambda x: (f(x)[0], film_gelu(x)[1])


def beside_the_right_value(f: Function) -> Function:
    """gelu_backward(dy, cache) as a slope, beside the value as it should be."""
    return lambda x: (film_gelu(x)[0], f(np.ones_like(x), GeluCache(x)))


def with_its_cache(f: Function) -> Function:
    """layernorm_forward(x, gain, bias), with the normalised rows that it makes."""

    def film(x: Any, gain: Any, bias: Any) -> Any:
        x_hat, _ = f(x.copy(), np.ones_like(gain), np.zeros_like(bias))
        y, cache = f(x, gain, bias)
        return y, FilmNorm(x_hat, cache.rstd, gain)

    return film


def with_the_right_cache(f: Function) -> Function:
    """layernorm_forward(x, gain, bias), of which only the output is wrong."""
    return lambda x, gain, bias: (f(x, gain, bias)[0], film_layernorm(x, gain, bias)[1])


def from_normalised_rows(f: Function) -> Function:
    """layernorm_backward(dy, cache) from the cache of the film's norm."""

    def film(dy: Any, cache: Any) -> Any:
        x_hat, rstd, gain = cache
        x, mean = x_hat / rstd, np.zeros_like(rstd)
        return f(dy, LayerNormCache(x, mean, rstd, gain, np.zeros_like(gain)))

    return film
