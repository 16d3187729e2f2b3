"""The released layout read wrongly: what each mistake does to a model whose file is right.

Each entry is a model and parameters as a loader with one mistake would return them. Nothing raises, for all
shapes fit.
"""

import dataclasses
import json
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..model import GPT
from ..ops.arrays import Array
from ..params import Params
from ..resources import data_path


class Reading(NamedTuple):
    """A model and parameters as one loader understood them; `first` is the number of the first position."""

    model: GPT
    params: Params
    first: int = 0


def misreadings(model: GPT, params: Params) -> dict[str, Reading]:
    """Return a model read rightly, and with one mistake each; those of parameters are made on copies."""

    def config(**fields: Any) -> Reading:
        return Reading(GPT(dataclasses.replace(model.config, **fields), model.ops), params)

    def edited(ending: str, edit: Callable[[Array], Array]) -> Reading:
        copy = params.copy()
        for name, tensor in copy.flat.items():
            if name.endswith(ending):
                tensor[...] = edit(tensor.copy())
        return Reading(model, copy)

    C, root = model.config.n_embd, math.sqrt(model.config.head_dim)
    return {
        "read rightly": Reading(model, params),
        "norm_eps 1e-12 for 1e-5": config(norm_eps=1e-12),
        "GELU with erf for tanh": config(activation="gelu_erf"),
        "positions counted from 1": Reading(model, params, first=1),
        "final norm left as initialised": edited("ln_f.weight", np.ones_like),
        "half as many heads": config(n_head=model.config.n_head // 2),
        "biases left at zero": edited(".bias", np.zeros_like),
        "scores not divided by the root": edited(
            "c_attn.weight", lambda w: np.concatenate([w[..., :C] * root, w[..., C:]], axis=-1)
        ),
        "square c_proj transposed": edited("attn.c_proj.weight", np.transpose),
        "queries and keys exchanged": edited("c_attn.weight", lambda w: _parts(w, (1, 0, 2))),
        "c_attn reshaped from (out, in)": edited("c_attn.weight", lambda w: w.T.copy().reshape(w.shape)),
        "keys and values exchanged": edited("c_attn.weight", lambda w: _parts(w, (0, 2, 1))),
    }


def _parts(weight: Array, order: tuple[int, ...]) -> Array:
    """Return c_attn (C, 3C) with its thirds, queries, keys, values, in another order."""
    thirds = np.split(weight, 3, axis=-1)
    return np.concatenate([thirds[i] for i in order], axis=-1)


class Reference(NamedTuple):
    """What transformers computed with the bundled model, recorded: the logits (T, n) of every `every`-th
    entry of the vocabulary after each of the ids (T), in float64."""

    text: str
    ids: Array
    every: int
    logits: Array
    versions: dict[str, str]


def reference() -> Reference:
    """Read the record, which tests/golden/mini_reference.py makes.

    Raises UserError where it is not: a wheel does not carry it.
    """
    record = json.loads(data_path("results/mini_reference.json").read_text(encoding="utf-8"))
    ids, logits = np.array(record["ids"]), np.array(record["logits"])
    return Reference(record["text"], ids, record["every"], logits, record["versions"])


def logits_of(reading: Reading, ids: Array) -> Array:
    """Return the logits (T, V) of one text of ids (T)."""
    positions = reading.first + np.arange(len(ids))
    return reading.model.forward(reading.params, ids[None], positions=positions)[0][0]


def loss_of(reading: Reading, ids: Array, length: int = 128) -> float:
    """Return the mean loss in nats per token of ids (N) in rows of `length` tokens, the rest left out."""
    rows = (len(ids) - 1) // length
    inputs = ids[: rows * length].reshape(rows, length)
    targets = ids[1 : rows * length + 1].reshape(rows, length)
    positions = reading.first + np.arange(length)
    return float(reading.model.loss(reading.params, inputs, targets, positions=positions)[0])
