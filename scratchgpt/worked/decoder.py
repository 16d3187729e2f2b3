"""A decoder of one block and one head, four numbers per token, small enough to be computed on paper.

It is a GPT of this package like any other, of GPT-1's kind (post-norm, tied head) and without biases; only
its parameters are chosen by hand. `decoder_trace` and `decoder_gradients` take its caches apart, so that
each number on the paper has a name.
"""

from typing import NamedTuple

import numpy as np

from ..config import GPTConfig
from ..model import GPT
from ..ops.arrays import Array
from ..ops.attention import attention_scores_forward
from ..ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from ..ops.softmax import softmax, softmax_backward
from ..params import Params

VOCABULARY = ("the", "cat", "sat", "on", "mat")
IDS, TARGETS = np.array([[0, 1, 2]]), np.array([[1, 2, 3]])  # "the cat sat" is to be continued by "on"

E = np.array(
    [
        [0.2, 0.1, -0.3, 0.5],
        [-0.1, 0.4, 0.2, -0.2],
        [0.3, -0.2, 0.1, 0.4],
        [0.1, 0.3, -0.1, 0.2],
        [-0.3, 0.2, 0.4, -0.1],
    ]
)
P = np.array([[0, 0, 0.1, 0], [0, 0.1, 0, 0], [0.1, 0, 0, 0]])
WQ = np.array([[1, 0, 0.02, 0], [0.06, 1, -0.02, -0.06], [-0.06, 0.02, 0.98, 0.06], [0, 0.04, 0.02, 1]])
WK = np.eye(4) + 0.1 * np.eye(4, k=1)
WV = np.eye(4) - 0.1 * np.eye(4, k=-1)
WO = np.eye(4) + 0.1 * np.eye(4, k=-1)
W1 = np.array([[1.0, 0, 0, -1], [-1, 1, 0, 0], [0, -1, 1, 0], [0, 0, -1, 1]])
W2 = 0.5 * np.eye(4)


class Trace(NamedTuple):
    """What the forward pass computes, in its order, T = 3, C = 4, V = 5.

    `x`, `q`, `k`, `v` (T, C); `products` (T, T), the dot products of queries and keys, and `scores`, the
    same divided by the root of C; `weights` (T, T) after mask and softmax; `mixed` (T, C), the mixtures of
    the values, and `projected`, the same times WO; `h1` and `h2` (T, C) after the two norms; `logits` and
    `probabilities` (T, V); `losses` (T), in nats, and their mean `loss`.
    """

    x: Array
    q: Array
    k: Array
    v: Array
    products: Array
    scores: Array
    weights: Array
    mixed: Array
    projected: Array
    h1: Array
    h2: Array
    logits: Array
    probabilities: Array
    losses: Array
    loss: Array


class Gradients(NamedTuple):
    """The gradients of the loss, in backward order; each has the shape of what it belongs to.

    `lookup` and `head` (V, C) are the two parts of the gradient of the table of tokens.
    """

    logits: Array
    mixed: Array
    v: Array
    weights: Array
    scores: Array
    q: Array
    k: Array
    x: Array
    lookup: Array
    head: Array


def decoder() -> tuple[GPT, Params]:
    """Return the decoder and its parameters, float64."""
    config = GPTConfig(
        vocab_size=5,
        block_size=3,
        n_layer=1,
        n_head=1,
        n_embd=4,
        n_inner=4,
        norm_position="post",
        final_norm=False,
        bias=False,
    )
    model = GPT(config)
    params = model.init(np.random.default_rng(0), np.float64)  # the norms' gains are 1, all else is replaced
    by_hand = {
        "wte.weight": E,
        "wpe.weight": P,
        "h.0.attn.c_attn.weight": np.hstack([WQ, WK, WV]),
        "h.0.attn.c_proj.weight": WO,
        "h.0.mlp.c_fc.weight": W1,
        "h.0.mlp.c_proj.weight": W2,
    }
    for name, values in by_hand.items():
        params.flat[name][...] = values
    return model, params


def decoder_trace(model: GPT, params: Params) -> Trace:
    """Run the decoder on "the cat sat" and return every number on the way."""
    h, cache = model.hidden(params, IDS)
    block = cache.h[0]
    attention = block.attn.attention.attention
    logits = model.logits(params, h)
    losses = np.array([cross_entropy_forward(logits[0, t], TARGETS[0, t])[0] for t in range(3)])
    products = attention.q @ attention.k.swapaxes(2, 3)
    scores, _ = attention_scores_forward(attention.q, attention.k)
    mixed = block.attn.c_proj.x[0]
    return Trace(
        x=cache.stream[0][0],
        q=attention.q[0, 0],
        k=attention.k[0, 0],
        v=attention.v[0, 0],
        products=products[0, 0],
        scores=scores[0, 0],
        weights=attention.weights[0, 0],
        mixed=mixed,
        projected=mixed @ params.flat["h.0.attn.c_proj.weight"],
        h1=block.mlp.c_fc.x[0],
        h2=h[0],
        logits=logits[0],
        probabilities=softmax(logits[0]),
        losses=losses,
        loss=losses.mean(),
    )


def decoder_gradients(model: GPT, params: Params) -> Gradients:
    """Walk back from the loss of "the cat sat" and return the gradients on the way.

    What stands between the loss and the mixtures (head, norms, network) is walked by the layers themselves;
    inside attention the steps are taken one by one.
    """
    grads = params.zeros_like()
    g = grads.tree["h"][0]
    layer = model.blocks[0]
    logits, cache = model.forward(params, IDS)
    block = cache.hidden.h[0]
    dlogits = cross_entropy_backward(1.0, cross_entropy_forward(logits, TARGETS)[1])

    dh = model.head.backward(dlogits, cache.head, model.head_tree(grads.tree))
    head = grads.flat["wte.weight"].copy()
    ds = layer.ln_2.backward(dh, block.ln_2, g["ln_2"])
    dn = ds + layer.mlp.backward(ds, block.mlp, g["mlp"])
    ds = layer.ln_1.backward(dn, block.ln_1, g["ln_1"])
    dmixed = layer.attn.c_proj.backward(ds, block.attn.c_proj, g["attn"]["c_proj"])

    _, _, v, weights, _ = block.attn.attention.attention
    dqkv = layer.attn.ops.qkv_attention_backward(dmixed, block.attn.attention)
    dx = ds + layer.attn.c_attn.backward(dqkv, block.attn.c_attn, g["attn"]["c_attn"])
    dq, dk, dv = np.split(dqkv[0], 3, axis=-1)
    dweights = dmixed[0] @ v[0, 0].T
    model.wte.backward(dx, cache.hidden.wte, grads.tree["wte"])
    return Gradients(
        logits=dlogits[0],
        mixed=dmixed[0],
        v=dv,
        weights=dweights,
        scores=softmax_backward(dweights, weights[0, 0]),
        q=dq,
        k=dk,
        x=dx[0],
        lookup=grads.flat["wte.weight"] - head,
        head=head,
    )
