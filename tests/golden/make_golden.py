"""Golden numbers from PyTorch and transformers; this file never imports scratchgpt.

    pip install torch==2.13.0 transformers==5.23.0 numpy    in an environment of its own
    python tests/golden/make_golden.py                      writes the four .npz beside this file
    python tests/golden/make_golden.py --check              recomputes and compares with them

What is independent: models, ops, derivatives and optimizer steps are transformers' and PyTorch's
(autograd); this script only chooses the inputs and names the results. Nothing is downloaded.
Every input array is float64 and exactly representable in float32, so that the float32 and the
float64 run compute the same function of the same numbers. `loss` is PyTorch's cross-entropy of
the logits with the targets as they are: the loss of transformers shifts the targets and casts the
logits to float32.

Letters: B=2 batch, T=5 positions, H=3 heads, D=4 head dim, C=12 channels, V=13 vocabulary,
L=2 layers, P=8 rows of wpe. dtype float64 unless said. Load with numpy.load, no pickle needed.

Every file
    meta/script_sha256  str     of this file, line ends as LF
    meta/versions       str     json: python, torch, transformers, numpy
    meta/command        str

gpt2_small.npz (pre-norm, ln_f) and gpt1_small.npz (post-norm, no ln_f); <name> is a GPT-2 tensor
name: wte.weight (V, C), wpe.weight (P, C), h.N.ln_1.weight (C,), h.N.attn.c_attn.weight (C, 3C) ...
GPT-1's tokens_embed and positions_embed are stored as wte and wpe; the tied head is not repeated.
    config              str     json: model_type, vocab_size, n_positions, n_embd, n_layer, n_head,
                                activation, layer_norm_epsilon, norm_position
    <name>                      the weight; N(0, 0.5) for every tensor, norms and biases too
    ids, targets        int64   (B, T); one target is -1 (ignored), one id is repeated
    logits (B, T, V); loss ()   the loss is the mean over the targets that are not -1
    grad/<name>                 of loss; wte sums embedding and head
    dlogits (B, T, V)           a random upstream gradient of logits
    grad_up/<name>              of sum(dlogits * logits)
    hidden/embed (B, T, C)      wte + wpe
    hidden/h.N.ln_1, hidden/h.N.ln_2, hidden/ln_f (GPT-2 only)            after that norm
    hidden/h.N.attn.c_proj, hidden/h.N.mlp.c_proj                         before the residual sum
    hidden/h.N                  after block N (GPT-1: the same as hidden/h.N.ln_2)
    attn_probs/h.N (B, H, T, T) attention after the softmax
    f32/logits, f32/loss, f32/grad/<name>    float32: PyTorch's own float32 run
    pad_left/..., pad_right/... sequences of 3 and 4 tokens, padded with id 0 on that side:
        ids, targets (-1 at pads), attention_mask (1 real, 0 pad), position_ids   int64 (B, T)
        logits_real (R, V)      logits[attention_mask == 1], R = 7
        loss (); grad/<name>    mean over the targets that are not -1

adamw.npz; <p> is matrix (3, 4), vector (5,) or one (1,)
    config              str     json: the hyper-parameters of every optimizer
    lrs (10,)                   a different rate in every step, for every optimizer
    param/<p>                   before the first step
    grad/<p> (10, *shape)       row 0 of matrix is 1e-8 of the usual size: shows where eps is;
                                vector[0] is 0 in the first three steps: shows 0 / (0 + eps)
    O/<p> (10, *shape)          after every step, for O in: adamw (decay on the matrix only), adam,
                                rmsprop, sgd, sgd_heavy (v = mu v + g), sgd_ema (v = mu v + (1-mu) g
                                after v = g in step 1), sgd_ema_zero (the same from v = 0)
    adamw_m/<p>, adamw_v/<p>    AdamW's moments after every step, without bias correction

ops.npz: OP/<input>, OP/y, OP/dy (random), OP/d<input>; losses have OP/loss and OP/dloss, both ()
    softmax, log_softmax        x (B, T, V), along the last axis
    cross_entropy               logits (B, T, V); targets int64 (B, T), one of them -1
    cross_entropy_weighted      and weights (B, T), loss = sum(w nll) / sum(w) where targets != -1;
                                the weight of the ignored position is not 0
    cross_entropy_class         PyTorch's class weights: class_weights (V,), and as weights (B, T)
    linear                      x (B, T, C), weight (C, V), bias (V,); y = x @ weight + bias
    layer_norm, rms_norm        x (B, T, C), weight (C,), bias (C,) (layer_norm only), eps ()
    gelu_tanh, gelu_erf, relu, sigmoid    x (B, T, C), N(0, 2)
    bce                         logits (B, T), targets (B, T) in 0..1; mean; two logits are +-60
    embedding                   ids int64 (B, T) with repeats, weight (V, C)
    attention_causal, attention_full             q, k, v (B, H, T, D)
    attention_causal_pad, attention_full_pad     key_mask bool (B, T), True is real, right-padded
    attention_causal_left_pad                    left-padded: rows without any key give 0
    attention_past              q (B, H, T, D), k and v (B, H, 7, D): queries are the last T of 7
        each with weights (B, H, T, S), the attention after the softmax; scale 1/sqrt(D)
"""

import argparse
import hashlib
import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
import transformers
from torch import Tensor, nn

HERE = Path(__file__).resolve().parent
B, T, H, D, V, L, P = 2, 5, 3, 4, 13, 2, 8
C = H * D
IGNORED = -1  # scratchgpt's ignore_index; PyTorch's functions are told so
STEPS = 10

Arrays = dict[str, np.ndarray]


def exact(x: np.ndarray) -> np.ndarray:
    """float64, rounded to values that float32 holds exactly."""
    return np.asarray(x).astype(np.float32).astype(np.float64)


def normal(rng: np.random.Generator, *shape: int, scale: float = 1.0) -> np.ndarray:
    return exact(scale * rng.standard_normal(shape))


def prefixed(prefix: str, arrays: Arrays) -> Arrays:
    return {f"{prefix}/{key}": value for key, value in arrays.items()}


def numpy_of(x: Tensor) -> np.ndarray:
    return x.detach().numpy().copy()


# --- models ------------------------------------------------------------------------------------


SETTINGS = {
    "vocab_size": V,
    "n_positions": P,
    "n_embd": C,
    "n_layer": L,
    "n_head": H,
    "resid_pdrop": 0.0,
    "embd_pdrop": 0.0,
    "attn_pdrop": 0.0,
    "bos_token_id": None,  # the default, 50256, is outside this vocabulary
    "eos_token_id": None,
    "attn_implementation": "eager",  # the plain formula, and the only one that returns attention
}


def gpt2_model() -> nn.Module:
    config = transformers.GPT2Config(activation_function="gelu_new", **SETTINGS)
    return transformers.GPT2LMHeadModel(config)


def gpt1_model() -> nn.Module:
    return transformers.OpenAIGPTLMHeadModel(transformers.OpenAIGPTConfig(afn="gelu", **SETTINGS))


def require_premises(model: nn.Module) -> None:
    """Stop if the library no longer builds the model that the docstring promises."""
    if model.lm_head.weight is not model.get_input_embeddings().weight:
        raise RuntimeError("the head is not tied to the token embedding: set tie_word_embeddings")
    # GPT-1's afn="gelu" means the tanh form, unlike the same word elsewhere in transformers
    x = torch.linspace(-6, 6, 101, dtype=torch.float64)
    difference = (model.transformer.h[0].mlp.act(x) - F.gelu(x, approximate="tanh")).abs().max()
    if difference > 1e-14:
        raise RuntimeError(f"the activation differs from tanh GELU by {difference:.1e}")


def gpt2_name(name: str) -> str:
    name = name.removeprefix("transformer.")
    return name.replace("tokens_embed", "wte").replace("positions_embed", "wpe")


def parameters(model: nn.Module) -> dict[str, nn.Parameter]:
    """GPT-2 tensor name -> parameter; the tied head is the same object and appears once."""
    return {gpt2_name(name): p for name, p in model.named_parameters()}


def set_weights(model: nn.Module, rng: np.random.Generator) -> Arrays:
    weights = {name: normal(rng, *p.shape, scale=0.5) for name, p in parameters(model).items()}
    with torch.no_grad():
        for name, p in parameters(model).items():
            p.copy_(torch.from_numpy(weights[name]))
    return weights


def gradients(model: nn.Module, output: Tensor, upstream: Tensor | None = None) -> Arrays:
    named = parameters(model)
    grads = torch.autograd.grad(output, list(named.values()), upstream, retain_graph=True)
    return {name: numpy_of(g) for name, g in zip(named, grads, strict=True)}


def mean_loss(logits: Tensor, targets: np.ndarray) -> Tensor:
    flat = torch.from_numpy(targets).flatten()
    return F.cross_entropy(logits.flatten(0, 1), flat, ignore_index=IGNORED)


def hooked_modules(model: nn.Module) -> dict[str, nn.Module]:
    body = model.transformer
    modules = {"embed": body.drop}  # dropout 0 passes wte + wpe on unchanged
    for n, block in enumerate(body.h):
        modules[f"h.{n}.ln_1"] = block.ln_1
        modules[f"h.{n}.attn.c_proj"] = block.attn.c_proj
        modules[f"h.{n}.ln_2"] = block.ln_2
        modules[f"h.{n}.mlp.c_proj"] = block.mlp.c_proj
        modules[f"h.{n}"] = block
    if hasattr(body, "ln_f"):
        modules["ln_f"] = body.ln_f
    return modules


def forward_with_hooks(model: nn.Module, ids: np.ndarray) -> tuple[Tensor, Arrays]:
    hidden: Arrays = {}

    def keep(name: str) -> Callable[[nn.Module, tuple, object], None]:
        def hook(module: nn.Module, args: tuple, output: object) -> None:
            # GPT-1's block returns a list whose first entry is the hidden state
            first = output if isinstance(output, Tensor) else output[0]
            hidden[f"hidden/{name}"] = numpy_of(first)

        return hook

    handles = [m.register_forward_hook(keep(n)) for n, m in hooked_modules(model).items()]
    output = model(torch.from_numpy(ids), output_attentions=True)
    for handle in handles:
        handle.remove()
    probs = {f"attn_probs/h.{n}": numpy_of(a) for n, a in enumerate(output.attentions)}
    return output.logits, hidden | probs


def padded_inputs(rng: np.random.Generator, side: str) -> Arrays:
    mask = np.zeros((B, T), np.int64)
    for b, length in enumerate((3, 4)):
        mask[b, slice(T - length, T) if side == "left" else slice(length)] = 1
    return {
        "ids": rng.integers(0, V, (B, T)) * mask,
        "targets": np.where(mask == 1, rng.integers(0, V, (B, T)), IGNORED),
        "attention_mask": mask,
        "position_ids": np.maximum(np.cumsum(mask, axis=1) - 1, 0),
    }


def padded_case(model: nn.Module, rng: np.random.Generator, side: str) -> Arrays:
    case = padded_inputs(rng, side)
    logits = model(
        torch.from_numpy(case["ids"]),
        attention_mask=torch.from_numpy(case["attention_mask"]),
        position_ids=torch.from_numpy(case["position_ids"]),
    ).logits
    real = case["attention_mask"] == 1
    for b in range(B):  # padding must not be seen: each sequence alone gives the same logits
        alone = model(torch.from_numpy(case["ids"][b][real[b]])[None]).logits[0]
        difference = (alone - logits[b][torch.from_numpy(real[b])]).abs().max()
        if difference > 1e-12:
            raise RuntimeError(f"{side} padding changes the logits by {difference:.1e}")
    loss = mean_loss(logits, case["targets"])
    case |= {"logits_real": numpy_of(logits)[real], "loss": numpy_of(loss)}
    return prefixed(f"pad_{side}", case | prefixed("grad", gradients(model, loss)))


def model_config(model: nn.Module, norm_position: str) -> np.ndarray:
    kept = ("model_type", "vocab_size", "n_positions", "n_embd", "n_layer", "n_head")
    config = {key: getattr(model.config, key) for key in (*kept, "layer_norm_epsilon")}
    return np.array(json.dumps(config | {"activation": "gelu_tanh", "norm_position": norm_position}))


def make_model(model: nn.Module, norm_position: str, seed: int) -> Arrays:
    rng = np.random.default_rng(seed)
    model.eval().double()
    require_premises(model)
    out = {"config": model_config(model, norm_position)} | set_weights(model, rng)
    ids, targets = rng.integers(0, V, (B, T)), rng.integers(0, V, (B, T))
    ids[1, 3] = ids[0, 1]  # a repeated id: its embedding rows must add up
    targets[1, 2] = IGNORED
    dlogits = normal(rng, B, T, V)

    logits, inside = forward_with_hooks(model, ids)
    loss = mean_loss(logits, targets)
    out |= {"ids": ids, "targets": targets, "dlogits": dlogits} | inside
    out |= {"logits": numpy_of(logits), "loss": numpy_of(loss)}
    out |= prefixed("grad", gradients(model, loss))
    out |= prefixed("grad_up", gradients(model, logits, torch.from_numpy(dlogits)))
    out |= padded_case(model, rng, "left") | padded_case(model, rng, "right")

    model.float()
    logits = model(torch.from_numpy(ids)).logits
    loss = mean_loss(logits, targets)
    out |= {"f32/logits": numpy_of(logits), "f32/loss": numpy_of(loss)}
    return out | prefixed("f32/grad", gradients(model, loss))


def make_gpt2() -> Arrays:
    return make_model(gpt2_model(), "pre", seed=2)


def make_gpt1() -> Arrays:
    return make_model(gpt1_model(), "post", seed=1)


# --- optimizers --------------------------------------------------------------------------------

Params = dict[str, nn.Parameter]
BETAS, EPS, DECAY, RHO, MU = (0.9, 0.95), 1e-8, 0.1, 0.95, 0.9


def adamw(p: Params) -> torch.optim.Optimizer:
    groups = [
        {"params": [p["matrix"]], "weight_decay": DECAY},
        {"params": [p["vector"], p["one"]], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, betas=BETAS, eps=EPS, foreach=False)


def adam(p: Params) -> torch.optim.Optimizer:
    return torch.optim.Adam(p.values(), betas=BETAS, eps=EPS, foreach=False)


def rmsprop(p: Params) -> torch.optim.Optimizer:
    return torch.optim.RMSprop(p.values(), alpha=RHO, eps=EPS, foreach=False)


def sgd(p: Params) -> torch.optim.Optimizer:
    return torch.optim.SGD(p.values(), foreach=False)


def sgd_heavy(p: Params) -> torch.optim.Optimizer:
    return torch.optim.SGD(p.values(), momentum=MU, dampening=0.0, foreach=False)


def sgd_ema(p: Params) -> torch.optim.Optimizer:
    # dampening d gives v = mu v + (1 - d) g, but PyTorch starts with v = g, undamped. That equals
    # an average started at v = g (not 0) before the first step.
    return torch.optim.SGD(p.values(), momentum=MU, dampening=MU, foreach=False)


def sgd_ema_zero(p: Params) -> torch.optim.Optimizer:
    optimizer = sgd_ema(p)
    for tensor in p.values():  # a buffer that already exists is damped from the first step on
        optimizer.state[tensor]["momentum_buffer"] = torch.zeros_like(tensor)
    return optimizer


OPTIMIZERS = (adamw, adam, rmsprop, sgd, sgd_heavy, sgd_ema, sgd_ema_zero)


def optimizer_config() -> np.ndarray:
    moments = {"betas": BETAS, "eps": EPS}
    config = {
        "adamw": moments | {"weight_decay": {"matrix": DECAY, "vector": 0.0, "one": 0.0}},
        "adam": moments,
        "rmsprop": {"alpha": RHO, "eps": EPS, "centered": False, "momentum": 0.0},
        "sgd": {},
        "sgd_heavy": {"momentum": MU, "dampening": 0.0},
        "sgd_ema": {"momentum": MU, "dampening": MU},
        "sgd_ema_zero": {"momentum": MU, "dampening": MU},
    }
    return np.array(json.dumps(config))


def trajectory(make: Callable[[Params], torch.optim.Optimizer], start: Arrays) -> Arrays:
    """Ten steps of one optimizer; `start` holds lrs, param/<p> and grad/<p>."""
    names = [key.removeprefix("param/") for key in start if key.startswith("param/")]
    params = {n: nn.Parameter(torch.tensor(start[f"param/{n}"])) for n in names}
    optimizer = make(params)
    rows: dict[str, list[np.ndarray]] = {}
    for step, lr in enumerate(start["lrs"]):
        for group in optimizer.param_groups:
            group["lr"] = float(lr)
        for name, p in params.items():
            p.grad = torch.tensor(start[f"grad/{name}"][step])
        optimizer.step()
        for name, p in params.items():
            rows.setdefault(f"{make.__name__}/{name}", []).append(numpy_of(p))
            if make is adamw:
                state = optimizer.state[p]
                rows.setdefault(f"adamw_m/{name}", []).append(numpy_of(state["exp_avg"]))
                rows.setdefault(f"adamw_v/{name}", []).append(numpy_of(state["exp_avg_sq"]))
    return {key: np.stack(values) for key, values in rows.items()}


def make_adamw() -> Arrays:
    rng = np.random.default_rng(3)
    start: Arrays = {"lrs": exact(0.01 + 0.05 * rng.random(STEPS))}
    for name, shape in {"matrix": (3, 4), "vector": (5,), "one": (1,)}.items():
        start[f"param/{name}"] = normal(rng, *shape)
        start[f"grad/{name}"] = normal(rng, STEPS, *shape)
    start["grad/matrix"][:, 0] = exact(1e-8 * start["grad/matrix"][:, 0])
    start["grad/vector"][:3, 0] = 0.0
    out = {"config": optimizer_config()} | start
    for make in OPTIMIZERS:
        out |= trajectory(make, start)
    return out


# --- ops ---------------------------------------------------------------------------------------


def record(
    rng: np.random.Generator,
    op: str,
    function: Callable[..., Tensor],
    inputs: Arrays,
    constants: Arrays | None = None,
    result: str = "y",
) -> Arrays:
    """Inputs, result, random upstream gradient and the gradients of all `inputs`."""
    tensors = {name: torch.tensor(x, requires_grad=True) for name, x in inputs.items()}
    y = function(**tensors)
    upstream = normal(rng, *y.shape)
    y.backward(torch.tensor(upstream))
    out = inputs | (constants or {}) | {result: numpy_of(y), f"d{result}": upstream}
    out |= {f"d{name}": numpy_of(x.grad) for name, x in tensors.items()}
    return prefixed(op, out)


def pointwise_ops(rng: np.random.Generator) -> Arrays:
    out: Arrays = {}
    for op, function in {"softmax": F.softmax, "log_softmax": F.log_softmax}.items():
        x = normal(rng, B, T, V)
        out |= record(rng, op, lambda x, f=function: f(x, dim=-1), {"x": x})
    activations = {
        "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
        "gelu_erf": lambda x: F.gelu(x, approximate="none"),
        "relu": torch.relu,
        "sigmoid": torch.sigmoid,
    }
    for op, function in activations.items():
        out |= record(rng, op, function, {"x": normal(rng, B, T, C, scale=2.0)})
    return out


def loss_ops(rng: np.random.Generator) -> Arrays:
    targets = rng.integers(0, V, (B, T))
    targets[0, 3] = IGNORED
    y = torch.from_numpy(targets).flatten()
    weights, class_weights = exact(0.5 + rng.random((B, T))), exact(0.5 + rng.random(V))
    w = torch.from_numpy(weights).flatten()

    def plain(logits: Tensor, **options: object) -> Tensor:
        return F.cross_entropy(logits.flatten(0, 1), y, ignore_index=IGNORED, **options)

    def by_position(logits: Tensor) -> Tensor:
        return (w * plain(logits, reduction="none")).sum() / w[y != IGNORED].sum()

    def by_class(logits: Tensor) -> Tensor:
        return plain(logits, weight=torch.from_numpy(class_weights))

    bce_logits, bce_targets = normal(rng, B, T), rng.integers(0, 2, (B, T)).astype(np.float64)
    bce_logits[0, :2] = 60.0, -60.0  # a naive log(sigmoid(x)) loses these
    bce_targets[0, :3] = 0.0, 1.0, 0.25

    def bce(logits: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(logits, torch.from_numpy(bce_targets))

    # ignored positions take the last class's weight here: it must not enter the sum
    per_class = {"class_weights": class_weights, "weights": class_weights[targets]}
    cases = {
        "cross_entropy": (plain, {}),
        "cross_entropy_weighted": (by_position, {"weights": weights}),
        "cross_entropy_class": (by_class, per_class),
    }
    out: Arrays = {}
    for op, (function, constants) in cases.items():
        logits = {"logits": normal(rng, B, T, V)}
        out |= record(rng, op, function, logits, {"targets": targets} | constants, "loss")
    return out | record(rng, "bce", bce, {"logits": bce_logits}, {"targets": bce_targets}, "loss")


def affine_ops(rng: np.random.Generator) -> Arrays:
    eps = 1e-5
    ids = rng.integers(0, V, (B, T))
    ids[0, 4] = ids[1, 1] = ids[0, 0]
    out = record(
        rng,
        "linear",
        lambda x, weight, bias: F.linear(x, weight.T, bias),
        {"x": normal(rng, B, T, C), "weight": normal(rng, C, V), "bias": normal(rng, V)},
    )
    out |= record(
        rng,
        "layer_norm",
        lambda x, weight, bias: F.layer_norm(x, (C,), weight, bias, eps),
        {"x": normal(rng, B, T, C), "weight": normal(rng, C), "bias": normal(rng, C)},
        {"eps": np.array(eps)},
    )
    out |= record(
        rng,
        "rms_norm",
        lambda x, weight: F.rms_norm(x, (C,), weight, eps),
        {"x": normal(rng, B, T, C), "weight": normal(rng, C)},
        {"eps": np.array(eps)},
    )
    embed = {"weight": normal(rng, V, C)}
    return out | record(
        rng,
        "embedding",
        lambda weight: F.embedding(torch.from_numpy(ids), weight),
        embed,
        {"ids": ids},
    )


def attention_case(
    rng: np.random.Generator, op: str, causal: bool, key_mask: np.ndarray | None, S: int = T
) -> Arrays:
    visible = torch.ones(B, 1, T, S, dtype=torch.bool)
    if causal:  # PyTorch's is_causal counts queries from position 0; ours are the last T of S
        visible &= torch.ones(T, S, dtype=torch.bool).tril(S - T)
    if key_mask is not None:
        visible &= torch.from_numpy(key_mask)[:, None, None, :]

    def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return F.scaled_dot_product_attention(q, k, v, attn_mask=visible)

    q, k, v = normal(rng, B, H, T, D), normal(rng, B, H, S, D), normal(rng, B, H, S, D)
    identity = torch.eye(S, dtype=torch.float64).expand(B, H, S, S)
    # attending to one-hot values returns the attention weights themselves
    weights = attend(torch.from_numpy(q), torch.from_numpy(k), identity)
    constants = {"weights": numpy_of(weights)}
    if key_mask is not None:
        constants["key_mask"] = key_mask
    return record(rng, op, attend, {"q": q, "k": k, "v": v}, constants)


def attention_ops(rng: np.random.Generator) -> Arrays:
    right = np.arange(T) < np.array([[3], [4]])
    left = right[:, ::-1].copy()
    return (
        attention_case(rng, "attention_causal", True, None)
        | attention_case(rng, "attention_full", False, None)
        | attention_case(rng, "attention_causal_pad", True, right)
        | attention_case(rng, "attention_full_pad", False, right)
        | attention_case(rng, "attention_causal_left_pad", True, left)
        | attention_case(rng, "attention_past", True, None, S=7)
    )


def make_ops() -> Arrays:
    rng = np.random.default_rng(4)
    return pointwise_ops(rng) | loss_ops(rng) | affine_ops(rng) | attention_ops(rng)


# --- files -------------------------------------------------------------------------------------

FILES: dict[str, Callable[[], Arrays]] = {
    "gpt2_small.npz": make_gpt2,
    "gpt1_small.npz": make_gpt1,
    "adamw.npz": make_adamw,
    "ops.npz": make_ops,
}


def meta() -> Arrays:
    # a Windows checkout may hold CRLF; the fingerprint is of the text, not of the line ends
    source = Path(__file__).read_bytes().replace(b"\r\n", b"\n")
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "numpy": np.__version__,
    }
    return {
        "meta/script_sha256": np.array(hashlib.sha256(source).hexdigest()),
        "meta/versions": np.array(json.dumps(versions)),
        "meta/command": np.array("python tests/golden/make_golden.py"),
    }


def complaint_of(key: str, stored: np.ndarray, made: np.ndarray, largest: float) -> str | None:
    if stored.shape != made.shape or stored.dtype.kind != made.dtype.kind:
        return f"{key}: {stored.dtype} {stored.shape} is stored, {made.dtype} {made.shape} is made"
    if stored.dtype.kind != "f":
        # other versions may well give the same numbers
        same = key == "meta/versions" or np.array_equal(stored, made)
        return None if same else f"{key} differs"
    # another processor may sum in another order; more than that is a change
    allowed = 1e-4 if stored.dtype == np.float32 else 1e-11
    return None if largest <= allowed else f"{key} differs by {largest:.1e}"


def check(file: str, made: Arrays) -> bool:
    """Compare `made` with the stored file, print the largest differences; True if they agree."""
    with np.load(HERE / file, allow_pickle=False) as archive:
        stored = dict(archive)
    complaints = [f"{key} is only in one of them" for key in stored.keys() ^ made.keys()]
    worst = {"float64": 0.0, "float32": 0.0}
    for key in stored.keys() & made.keys():
        a, b = stored[key], made[key]
        largest = 0.0
        if a.dtype.kind == b.dtype.kind == "f" and a.shape == b.shape:
            largest = float(np.abs(a - b).max())
            worst[a.dtype.name] = max(worst[a.dtype.name], largest)
        if complaint := complaint_of(key, a, b, largest):
            complaints.append(complaint)
    differences = ", ".join(f"{kind} {largest:.1e}" for kind, largest in worst.items())
    print(f"{file}: {len(stored)} arrays, max difference {differences}")
    for complaint in sorted(complaints):
        print(f"  {complaint}")
    return not complaints


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the golden numbers, or check them.")
    parser.add_argument("--check", action="store_true", help="recompute and compare, write nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)  # one order of summation, whatever the machine
    torch.use_deterministic_algorithms(True)
    good = True
    for file, make in FILES.items():
        made = make() | meta()
        if options.check:
            good &= check(file, made)
        else:
            np.savez_compressed(HERE / file, **made)
            print(f"{file}: {len(made)} arrays, {(HERE / file).stat().st_size:,} bytes")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
