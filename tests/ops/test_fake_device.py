"""Every op, and a whole training step, on arrays that refuse to meet NumPy's: a GPU in miniature."""

import dataclasses

import fake_device
import numpy as np
import pytest
from fake_device import FakeArray, to_device, to_host
from gpt_cases import STYLES, batch, random_params, train_step
from op_cases import (
    ARRAYLESS,
    BACKWARDS,
    FORWARDS,
    arrays_in,
    extras,
    forward_of,
    inputs_of,
    run_backward,
    run_forward,
    upstream_of,
)

from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE
from scratchgpt.ops.arrays import array_module
from scratchgpt.params import Params


def _on_device(arrays):
    return all(isinstance(array, FakeArray | np.generic) for array in arrays)


def test_the_device_refuses_plain_arrays_and_keeps_its_own():
    x, plain = to_device(np.arange(6.0).reshape(2, 3)), np.ones(3)
    for mix in (
        lambda: x + plain,
        lambda: plain * x,
        lambda: x @ plain,
        lambda: np.where(x > 0, plain, 0),
        lambda: np.concatenate([x, plain[None]]),
        lambda: x[np.array([0, 1])],
        lambda: x.__setitem__(0, plain),
        lambda: np.add.at(x, to_device(np.array([0])), plain),
        lambda: np.exp(x, out=np.ones((2, 3))),
        lambda: fake_device.stack([x, np.ones((2, 3))]),
    ):
        with pytest.raises(TypeError, match="NumPy array"):
            mix()
    assert array_module(x) is fake_device
    assert _on_device([x + 1, x.sum(axis=0), x.mean(), x.T @ x, np.exp(x), x[0], x.reshape(6)])
    assert _on_device([fake_device.zeros(3), fake_device.arange(3), fake_device.asarray(plain)])
    assert type(to_host(x)) is np.ndarray


RETURN_NOTHING = ("adamw_step", "adamw_scaled_step", "embedding_backward_into")


@pytest.mark.parametrize("name", [name for name in FORWARDS if name not in (*ARRAYLESS, *RETURN_NOTHING)])
def test_forward_stays_on_the_device_and_equals_numpy(name):
    expected = arrays_in(run_forward(name, inputs_of(name)))
    found = arrays_in(run_forward(name, to_device(inputs_of(name))))
    assert _on_device(found)
    assert all(map(np.array_equal, map(to_host, found), expected))


@pytest.mark.parametrize("name", BACKWARDS)
def test_backward_stays_on_the_device_and_equals_numpy(name):
    forward = forward_of(name)
    _, cache = run_forward(forward, inputs_of(forward))
    expected = run_backward(name, upstream_of(name), cache)
    _, cache = run_forward(forward, to_device(inputs_of(forward)))
    found = run_backward(name, to_device(upstream_of(name)), cache)
    assert _on_device(found)
    assert all(map(np.array_equal, map(to_host, found), expected))


@pytest.mark.parametrize("causal", [True, False])
def test_masked_attention_with_dropout_stays_on_the_device(causal):
    key_mask = np.array([[1, 1, 0, 1, 1, 0, 1], [0] * 7])

    def run(move):
        y, cache = REFERENCE.attention_forward(
            **move(inputs_of("attention_forward")),
            causal=causal,
            key_mask=move(key_mask),
            dropout=0.3,
            rng=np.random.default_rng(0),
        )
        return [y, *REFERENCE.attention_backward(y, cache)]

    found = run(to_device)
    assert _on_device(found)
    assert all(map(np.array_equal, map(to_host, found), run(lambda value: value)))


def test_weighted_cross_entropy_stays_on_the_device():
    weights = np.random.default_rng(0).random((2, 5))

    def run(move):
        inputs = inputs_of("cross_entropy_forward")
        inputs["targets"][0, 1] = -1
        loss, cache = REFERENCE.cross_entropy_forward(**move(inputs), weights=move(weights))
        return [loss, REFERENCE.cross_entropy_backward(1.0, cache)]

    found = run(to_device)
    assert _on_device(found)
    assert all(map(np.array_equal, map(to_host, found), run(lambda value: value)))


def test_adamw_step_works_in_place_on_the_device():
    here, there = inputs_of("adamw_step"), to_device(inputs_of("adamw_step"))
    REFERENCE.adamw_step(**here, **extras("adamw_step"))
    REFERENCE.adamw_step(**there, **extras("adamw_step"))
    assert all(np.array_equal(here[name], to_host(there[name])) for name in here)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("positions", ["learned", "sinusoidal"])
@pytest.mark.parametrize("style", STYLES)
def test_a_training_step_on_the_device_equals_numpy(style, positions, dtype):
    model = GPT(dataclasses.replace(STYLES[style], positions=positions))
    here = random_params(model, dtype=dtype)
    there = Params(here.specs, to_device(here.buffer.copy()))
    data = batch(dtype=dtype)
    loss = train_step(model, here, data)
    device_loss = train_step(model, there, type(data)(*to_device(tuple(data))))
    assert float(loss) == float(device_loss)
    assert isinstance(there.buffer, FakeArray)
    assert np.array_equal(here.buffer, to_host(there.buffer))
