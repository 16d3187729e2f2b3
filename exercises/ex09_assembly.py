"""Lesson 09: the tied head, the gradient of its table, the size of the whole, its first numbers.

Write a function, then run:   pytest exercises/ex09_assembly.py
Stuck?                        python -m scratchgpt.learn hint 09.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.worked.tied_head import TiedHeadCache


# 09.1  difficulty 1 of 5, importance 5 of 5, about 5 minutes
def tied_head_forward(h, weight):
    """Score every token against each hidden state, with the table that also embeds the tokens.

    h: (..., C), float, with zero or more axes in front, the hidden states. weight: (V, C), the table of the
    token embedding, one row per token. Return (logits, cache). logits: (..., V), for each state its dot
    product with each token's row: scores as they are, neither scaled nor turned into probabilities. cache:
    TiedHeadCache(h, weight). Do not modify h or weight.

    The last state of the three-token example "I love cats":

    >>> We = np.array([[0.2, -0.1, 0.5, 0.3], [0.8, 0.4, -0.2, 0.1], [0.1, 0.7, 0.3, -0.4],
    ...                [0.3, 0.6, 0.2, -0.3], [-0.5, 0.2, 0.4, 0.6]])
    >>> logits, cache = tied_head_forward(np.array([-0.2, 0.9, -1.0, 0.3]), We)
    >>> logits.round(2)
    array([-0.54,  0.43,  0.19,  0.19,  0.06])
    >>> cache.h.shape, cache.weight.shape
    ((4,), (5, 4))
    """
    # TODO 09.1: your code here (about 1 line)
    raise Todo("09.1")


# 09.2  difficulty 2 of 5, importance 5 of 5, about 12 minutes, after 09.1
def tied_head_backward(dlogits, cache):
    """The gradients of the tied head: of the hidden states, and of the table as far as the head goes.

    dlogits: (..., V), with one or more axes in front, the gradient of the scores. cache: TiedHeadCache(h,
    weight) of the forward pass: h (..., C), weight (V, C). Return (dh, dweight): dh (..., C), and dweight (V,
    C), a sum over all positions, in the layout of the table. What the lookup of the embeddings adds to the
    table's gradient comes in 09.3. Do not modify dlogits or the cache: the cache may be used again.

    >>> h, weight = np.array([[2.0, 3.0], [4.0, 1.0]]), np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    >>> cache = TiedHeadCache(h, weight)
    >>> dh, dweight = tied_head_backward(np.array([[3.0, 0.0, -1.0], [0.0, 1.0, 0.0]]), cache)
    >>> dh
    array([[ 2., -1.],
           [ 0.,  2.]])
    >>> dweight
    array([[ 6.,  9.],
           [ 4.,  1.],
           [-2., -3.]])
    >>> cache = TiedHeadCache(h.reshape(2, 1, 2), weight)
    >>> dh, dweight = tied_head_backward(np.array([[[3.0, 0.0, -1.0]], [[0.0, 1.0, 0.0]]]), cache)
    >>> dh.shape, dweight.shape
    ((2, 1, 2), (3, 2))
    """
    # TODO 09.2: your code here (about 3 lines)
    raise Todo("09.2")


# 09.3  difficulty 3 of 5, importance 5 of 5, about 15 minutes, after 05.2, 09.2
def tied_table_gradient(ids, dx, h, dlogits):
    """The gradient of a table that is used twice: below, to look tokens up, and above, by the tied head.

    ids: (B, T), integers below V, the tokens that were looked up; a token may occur often. dx: (B, T, C),
    the gradient of the rows that the lookup gave. h: (B, T, C), the hidden states that the head read.
    dlogits: (B, T, V), the gradient of the head's scores.
    Return dweight (V, C), the gradient of the one table, with a row for every token, whether it was looked
    up or not: both uses count in full. Do not modify the arguments.

    Of four tokens, token 2 was looked up twice; the scores of tokens 0, 1 and 2 have gradients:

    >>> ids, dx = np.array([[2, 2]]), np.array([[[1.0, 0.0], [0.0, 5.0]]])
    >>> h, dlogits = np.array([[[1.0, 1.0], [2.0, 0.0]]]), np.array([[[1.0, 0, 0, 0], [0, 3.0, 2.0, 0]]])
    >>> tied_table_gradient(ids, dx, h, dlogits)
    array([[1., 1.],
           [6., 0.],
           [5., 5.],
           [0., 0.]])
    """
    # TODO 09.3: your code here (about 4 lines)
    raise Todo("09.3")


# 09.4  difficulty 2 of 5, importance 4 of 5, about 15 minutes
def gpt_parameters(vocab_size, block_size, n_layer, n_embd, tied=True):
    """Count the numbers that a model built like GPT-2 learns, from its shape alone.

    vocab_size, block_size, n_layer, n_embd: integers. tied: whether the head uses the table of the
    tokens; when not, it has a table of the same shape for itself (and no bias).
    Return an integer. The model has a table of tokens (a row of n_embd per token) and a table of
    positions (a row per position, block_size of them); n_layer blocks; one norm behind the last block.
    Each block has two norms, attention and an MLP. A norm has a gain and a bias. Attention has one linear
    map to queries, keys and values together, and one from the heads' output back to n_embd. The MLP has a
    linear map to four times the width and one back. Every linear map has a bias.

    >>> gpt_parameters(vocab_size=5, block_size=3, n_layer=1, n_embd=2)
    94
    >>> gpt_parameters(5, 3, 1, 2, tied=False)
    104
    >>> gpt_parameters(50257, 1024, 12, 768)
    124439808
    """
    # TODO 09.4: your code here (about 6 lines)
    raise Todo("09.4")


# 09.6  difficulty 2 of 5, importance 4 of 5, about 12 minutes
def first_weights(name, shape, n_layer, rng):
    """Draw the numbers with which one tensor of a GPT-2 begins, before any training.

    name: GPT-2's name of the tensor. There are wte.weight and wpe.weight, the tables of tokens and positions;
    ln_f.weight and ln_f.bias, the norm behind the last block; and in each block, h.0 to h.(n_layer - 1), for
    example h.0.ln_1.weight, h.0.ln_1.bias, the same for h.0.ln_2, and weight and bias of h.0.attn.c_attn (to
    queries, keys and values), h.0.attn.c_proj (out of the heads, back into the stream), h.0.mlp.c_fc (up) and
    h.0.mlp.c_proj (down, back into the stream). The weight of a norm is its gain.
    shape: a tuple of integers. n_layer: the number of blocks. rng: a NumPy generator.
    Return an array of that shape, float64.

    Biases begin at 0 and gains at 1. Tables and matrices are drawn from the normal distribution with mean 0
    and standard deviation 0.02, all of a tensor with one call of rng.standard_normal. Smaller are the two
    matrices of each block whose product is added to the residual stream: there the *variance* of what all the
    blocks together add should be that of a single such piece with 0.02, however many blocks there are. The
    pieces are independent, and their variances add up.

    With eight blocks:

    >>> w = first_weights("h.3.attn.c_attn.weight", (2, 6), 8, np.random.default_rng(0))
    >>> again = first_weights("h.3.attn.c_proj.weight", (2, 6), 8, np.random.default_rng(0))
    >>> (w / again).round(4)
    array([[4., 4., 4., 4., 4., 4.],
           [4., 4., 4., 4., 4., 4.]])
    >>> (w / np.random.default_rng(0).standard_normal((2, 6))).round(4)[0]
    array([0.02, 0.02, 0.02, 0.02, 0.02, 0.02])
    >>> first_weights("ln_f.weight", (3,), 8, np.random.default_rng(0))
    array([1., 1., 1.])
    """
    # TODO 09.6: your code here (about 8 lines)
    raise Todo("09.6")
