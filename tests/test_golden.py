"""Agreement with PyTorch and transformers: golden/*.npz, made once by golden/make_golden.py."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from scratchgpt.config import GPTConfig
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE
from scratchgpt.params import Params

GOLDEN = Path(__file__).parent / "golden"
MODELS = ["gpt2_small", "gpt1_small"]
TOLERANCE = {np.float64: 1e-9, np.float32: 1e-5}


def _load(name):
    with np.load(GOLDEN / f"{name}.npz") as file:
        return {key: file[key] for key in file}


def _assert_close(found, expected, dtype, what=""):
    """Compare by the largest difference, relative to the largest value of the tensor."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape, what
    assert found.dtype == dtype, what
    error = np.abs(found.astype(np.float64) - expected).max() / np.abs(expected).max()
    assert error < TOLERANCE[dtype], f"{what}: {error:.1e}"


@pytest.mark.parametrize("name", [*MODELS, "adamw", "ops"])
def test_the_numbers_come_from_the_script_that_is_here(name):
    source = (GOLDEN / "make_golden.py").read_text(encoding="utf-8")  # line ends as LF
    assert str(_load(name)["meta/script_sha256"]) == hashlib.sha256(source.encode("utf-8")).hexdigest()
    assert set(json.loads(str(_load(name)["meta/versions"]))) == {"python", "torch", "transformers", "numpy"}
    assert "import scratchgpt" not in source
    assert "from scratchgpt" not in source


# Models


@pytest.fixture(scope="module", params=MODELS)
def golden(request):
    return _load(request.param)


def _config(golden):
    c = json.loads(str(golden["config"]))
    assert c["activation"] == "gelu_tanh"
    return GPTConfig(
        vocab_size=c["vocab_size"],
        block_size=c["n_positions"],
        n_layer=c["n_layer"],
        n_head=c["n_head"],
        n_embd=c["n_embd"],
        norm_position=c["norm_position"],
        norm_eps=c["layer_norm_epsilon"],
        final_norm=c["model_type"] == "gpt2",
    )


def _model(golden, dtype, ops=REFERENCE):
    model = GPT(_config(golden), ops)
    params = Params.zeros(model.specs(), dtype)
    for name, tensor in params.flat.items():
        tensor[...] = golden[name]
    return model, params


def _assert_gradients(grads, golden, prefix, dtype):
    names = {key.removeprefix(prefix) for key in golden if key.startswith(prefix)}
    assert names == set(grads.flat)
    for name, gradient in grads.flat.items():
        _assert_close(gradient, golden[prefix + name], dtype, name)


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_logits_and_loss(golden, dtype):
    model, params = _model(golden, dtype)
    logits, _ = model.forward(params, golden["ids"])
    loss, _ = model.loss(params, golden["ids"], golden["targets"])
    _assert_close(logits, golden["logits"], dtype)
    _assert_close(loss, golden["loss"], dtype)
    if dtype is np.float32:
        _assert_close(logits, golden["f32/logits"], dtype)
        _assert_close(loss, golden["f32/loss"], dtype)


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_hidden_state_after_every_block_and_norm(golden, dtype):
    outputs = []  # of every norm, every projection back to C, in the order of the calls

    def recording(name):
        def record(x, *args, **kwargs):
            y, cache = REFERENCE.functions[name](x, *args, **kwargs)
            if name == "layernorm_forward" or cache.weight.shape[1] == model.config.n_embd:
                outputs.append(y)
            return y, cache

        return record

    ops = REFERENCE.replace(**{n: recording(n) for n in ("layernorm_forward", "linear_forward")})
    model, params = _model(golden, dtype, ops)
    h, cache = model.hidden(params, golden["ids"])
    _assert_close(cache.stream[0], golden["hidden/embed"], dtype)
    pre = ("ln_1", "attn.c_proj", "ln_2", "mlp.c_proj")
    post = ("attn.c_proj", "ln_1", "mlp.c_proj", "ln_2")
    order = pre if model.config.norm_position == "pre" else post
    names = [f"h.{i}.{part}" for i in range(2) for part in order]
    if model.config.final_norm:
        names.append("ln_f")
    for name, found in zip(names, outputs, strict=True):
        _assert_close(found, golden[f"hidden/{name}"], dtype, name)
    for i in range(2):
        _assert_close(cache.stream[i + 1], golden[f"hidden/h.{i}"], dtype, f"h.{i}")
        weights = cache.h[i].attn.attention.attention.weights
        _assert_close(weights, golden[f"attn_probs/h.{i}"], dtype, f"attention of h.{i}")
    _assert_close(h, golden[f"hidden/{names[-1]}"], dtype)


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_gradients_of_the_loss(golden, dtype):
    model, params = _model(golden, dtype)
    grads = params.zeros_like()
    model.loss_backward(1.0, model.loss(params, golden["ids"], golden["targets"])[1], grads)
    _assert_gradients(grads, golden, "grad/", dtype)
    if dtype is np.float32:
        _assert_gradients(grads, golden, "f32/grad/", dtype)


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_gradients_under_a_random_upstream(golden, dtype):
    model, params = _model(golden, dtype)
    grads = params.zeros_like()
    model.backward(golden["dlogits"].astype(dtype), model.forward(params, golden["ids"])[1], grads)
    _assert_gradients(grads, golden, "grad_up/", dtype)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("side", ["left", "right"])
def test_padded_batches(golden, side, dtype):
    model, params = _model(golden, dtype)
    case = {
        key.removeprefix(f"pad_{side}/"): v for key, v in golden.items() if key.startswith(f"pad_{side}/")
    }
    options = {"key_mask": case["attention_mask"], "positions": case["position_ids"]}
    logits, _ = model.forward(params, case["ids"], **options)
    _assert_close(logits[case["attention_mask"] == 1], case["logits_real"], dtype)
    loss, cache = model.loss(params, case["ids"], case["targets"], **options)
    _assert_close(loss, case["loss"], dtype)
    grads = params.zeros_like()
    model.loss_backward(1.0, cache, grads)
    _assert_gradients(grads, case, "grad/", dtype)


# Ops

OPS = _load("ops")
PAIRS = {
    "gelu_tanh": "gelu",
    "gelu_erf": "gelu_erf",
    "relu": "relu",
    "sigmoid": "sigmoid",
    "linear": "linear",
    "layer_norm": "layernorm",
    "rms_norm": "rmsnorm",
    "embedding": "embedding",
    "bce": "binary_cross_entropy",
    "cross_entropy": "cross_entropy",
    "cross_entropy_weighted": "cross_entropy",
    "cross_entropy_class": "cross_entropy",
    "attention_causal": "attention",
    "attention_full": "attention",
    "attention_causal_pad": "attention",
    "attention_full_pad": "attention",
    "attention_causal_left_pad": "attention",
    "attention_past": "attention",
    "softmax": "softmax",
    "log_softmax": "log_softmax",
}
INPUTS = ("x", "logits", "targets", "ids", "weight", "bias", "q", "k", "v", "key_mask")


def test_every_golden_op_is_compared():
    assert {key.split("/")[0] for key in OPS} - {"meta"} == set(PAIRS)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("case", PAIRS)
def test_op_and_its_gradients(case, dtype):
    name, given = PAIRS[case], {k.split("/")[1]: v for k, v in OPS.items() if k.split("/")[0] == case}
    arrays = {k: v.astype(dtype) if v.dtype == np.float64 else v for k, v in given.items()}
    inputs = {key: arrays[key] for key in INPUTS if key in arrays}
    if name in ("layernorm", "rmsnorm"):
        inputs["eps"] = float(given["eps"])
    if name == "cross_entropy" and "weights" in given:
        inputs["weights"] = arrays["weights"]
    if name == "attention":
        inputs["causal"] = "causal" in case or "past" in case
        _assert_close(
            REFERENCE.attention_weights(**{k: v for k, v in inputs.items() if k != "v"}),
            given["weights"],
            dtype,
        )
    forward = name if "softmax" in name else f"{name}_forward"
    result = getattr(REFERENCE, forward)(**inputs)
    y, cache = (result, result) if "softmax" in name else result
    _assert_close(y, given["y" if "y" in given else "loss"], dtype)
    found = getattr(REFERENCE, f"{name}_backward")(arrays["dy" if "y" in given else "dloss"], cache)
    expected = {f"d{key}": given[f"d{key}"] for key in inputs if f"d{key}" in given}
    found = found if isinstance(found, tuple) else (found,)
    assert len(found) == len(expected)
    for (key, value), gradient in zip(expected.items(), found, strict=True):
        _assert_close(gradient, value, dtype, key)


# Optimizer


def test_ten_adamw_steps():
    golden = _load("adamw")
    settings = json.loads(str(golden["config"]))["adamw"]
    for name, decay in settings["weight_decay"].items():
        param = golden[f"param/{name}"].copy()
        m, v = np.zeros_like(param), np.zeros_like(param)
        for i in range(10):
            REFERENCE.adamw_step(
                param,
                golden[f"grad/{name}"][i],
                m,
                v,
                lr=float(golden["lrs"][i]),
                betas=tuple(settings["betas"]),
                eps=settings["eps"],
                weight_decay=decay,
                step=i + 1,
            )
            np.testing.assert_allclose(param, golden[f"adamw/{name}"][i], rtol=1e-9, atol=0)
            np.testing.assert_allclose(m, golden[f"adamw_m/{name}"][i], rtol=1e-9, atol=1e-300)
            np.testing.assert_allclose(v, golden[f"adamw_v/{name}"][i], rtol=1e-9, atol=1e-300)
