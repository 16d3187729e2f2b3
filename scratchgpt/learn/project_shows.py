"""What a stage of the film project can be seen to do at once: a line for each, from the functions given."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..worked.film_given import initial_parameters
from ..worked.film_stages import VOCABULARY, encode

Stages = Mapping[str, Callable[..., Any]]

SENTENCE = "the film was great"
REVIEW = "Start the film was great Extract"
STEP = 1e-5  # of a difference


def _ids(text: str) -> np.ndarray:
    return np.array(encode(text))


def _numbers(values: Any, digits: int = 2) -> str:
    return ", ".join(f"{float(x):.{digits}f}" for x in values)


def _softmax(s: Stages) -> str:
    return f"scores 2, 1 and 0.5 become the shares {_numbers(s['film_softmax'](np.array([2.0, 1.0, 0.5])))}"


def _gelu(s: Stages) -> str:
    y, slope = s["film_gelu"](np.array([-1.0, 1.0]))
    return f"of -1 it lets {y[0]:.2f} through, of 1 {y[1]:.2f}; the slopes are {_numbers(slope)}"


def _layernorm(s: Stages) -> str:
    y, _ = s["film_layernorm"](np.array([[1.0, 2.0, 6.0]]), np.ones(3), np.zeros(3))
    return f"the vector 1, 2, 6 becomes {_numbers(y[0])}"


def _mask(s: Stages) -> str:
    seen = np.flatnonzero(s["film_mask"](4)[1])
    return f"of four words, the second looks at positions {', '.join(map(str, seen))}"


def _attention(s: Stages) -> str:
    params, ids = initial_parameters(), _ids(SENTENCE)
    _, cache = s["film_attention"](params, params["wte"][ids] + params["wpe"][: len(ids)])
    said = ", ".join(f"{VOCABULARY[i]} {w:.2f}" for i, w in zip(ids, cache.weights[0, -1], strict=True))
    return f'before training, "great" looks in head 0 at {said}'


def _forward(s: Stages) -> str:
    h, _ = s["film_forward"](initial_parameters(), _ids(SENTENCE))
    return f'the last state of "{SENTENCE}" is {_numbers(h[-1, :3])}, and {h.shape[1] - 3} more numbers'


def _language(s: Stages) -> str:
    params, ids = initial_parameters(), _ids(SENTENCE)
    loss, _, _ = s["film_language_loss"](params, s["film_forward"](params, ids)[0], ids)
    even = math.log(len(VOCABULARY))
    return f'before training "{SENTENCE}" costs {loss:.2f} nats a word; ten equal chances cost {even:.2f}'


def _class(s: Stages) -> str:
    params = initial_parameters()
    loss, _, _ = s["film_class_loss"](params, s["film_forward"](params, _ids(REVIEW))[0], 1)
    even = math.log(2)
    return f"before training the class of a review costs {loss:.2f} nats; two equal chances cost {even:.2f}"


def _off(value: Callable[[Any], float], at: dict[str, Any], grads: Mapping[str, Any]) -> str:
    """How far gradients are from the slope of `value` along a random direction."""
    rng = np.random.default_rng(0)
    along = {name: rng.standard_normal(np.shape(at[name])) for name in sorted(grads)}
    up, down = ({**at, **{n: at[n] + h * d for n, d in along.items()}} for h in (STEP, -STEP))
    slope = (value(up) - value(down)) / (2 * STEP)
    mine = sum(float((grads[name] * d).sum()) for name, d in along.items())
    return f"{abs(slope - mine) / (abs(slope) + abs(mine)):.0e} away from a finite difference"


def _layernorm_backward(s: Stages) -> str:
    rng = np.random.default_rng(1)
    at = {"x": rng.standard_normal((4, 5)), "gain": rng.standard_normal(5), "bias": rng.standard_normal(5)}
    dy = rng.standard_normal((4, 5))
    _, cache = s["film_layernorm"](**at)
    grads = dict(zip(at, s["film_layernorm_backward"](dy, cache), strict=True))
    return _off(lambda p: float((dy * s["film_layernorm"](**p)[0]).sum()), at, grads)


def _attention_backward(s: Stages) -> str:
    params, rng = initial_parameters(), np.random.default_rng(2)
    x, dy = rng.standard_normal((2, 4, 16))
    _, cache = s["film_attention"](params, x)
    dx, grads = s["film_attention_backward"](params, dy, cache)
    return _off(
        lambda p: float((dy * s["film_attention"](p, p["x"])[0]).sum()),
        {**params, "x": x},
        {**grads, "x": dx},
    )


def _backward(s: Stages) -> str:
    params, ids = initial_parameters(), _ids(SENTENCE)
    h, cache = s["film_forward"](params, ids)
    dh = np.random.default_rng(3).standard_normal(h.shape)
    grads = s["film_backward"](params, dh, cache)
    return _off(lambda p: float((dh * s["film_forward"](p, ids)[0]).sum()), params, grads)


def _gradients(s: Stages) -> str:
    params, ids = initial_parameters(), _ids(REVIEW)
    _, grads = s["film_gradients"](params, ids, 1)
    return _off(lambda p: float(s["film_gradients"](p, ids, 1)[0]), params, grads)


# The two training loops show themselves in the curves.
SHOWS: dict[str, Callable[[Stages], str]] = {
    "film_softmax": _softmax,
    "film_gelu": _gelu,
    "film_layernorm": _layernorm,
    "film_mask": _mask,
    "film_attention": _attention,
    "film_forward": _forward,
    "film_language_loss": _language,
    "film_class_loss": _class,
    "film_layernorm_backward": _layernorm_backward,
    "film_attention_backward": _attention_backward,
    "film_backward": _backward,
    "film_gradients": _gradients,
}
