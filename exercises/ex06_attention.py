"""Lesson 06: attention, forward: scores, mask, weights, mixture, heads.

Write a function, then run:   pytest exercises/ex06_attention.py
Stuck?                        python -m scratchgpt.learn hint 06.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.ops.attention import AttentionCache, AttentionScoresCache
from scratchgpt.ops.dropout import DropoutCache
from scratchgpt.ops.heads import QKVAttentionCache
from scratchgpt.ops.softmax import softmax


# 06.1  difficulty 1 of 5, importance 5 of 5, about 10 minutes
def attention_scores_forward(q, k):
    """How well each query matches each key: their dot product, scaled.

    q: (B, H, T, D), float: B texts, H heads, T queries of D numbers each. k: (B, H, S, D): S keys. Texts and
    heads do not meet: each query is compared with the keys of its own text and head.
    Return (y, cache). y: (B, H, T, S); y[b, h, i, j] is the score of query i and key j. The scale keeps the
    scores at the same size whatever D is: when the numbers of q and k are independent, with mean 0 and
    variance 1, the scores have mean 0 and variance 1 too. cache: AttentionScoresCache(q, k). Do not modify q
    and k; they may be views.

    >>> q = np.array([[[[1.0, 2.0, 0.0, 2.0]]]])
    >>> k = np.array([[[[2.0, 1.0, 5.0, 0.0], [0.0, 0.0, 3.0, -1.0], [4.0, 0.0, 7.0, 1.0]]]])
    >>> y, cache = attention_scores_forward(q, k)
    >>> y
    array([[[[ 2., -1.,  3.]]]])
    """
    # TODO 06.1: your code here (about 2 lines)
    raise Todo("06.1")


# 06.2  difficulty 2 of 5, importance 5 of 5, about 10 minutes
def causal_mask(T, S):
    """Which keys each query may see: its own position and those before it.

    T, S: integers, 1 <= T <= S. There are S positions, 0 to S - 1, and a key at each; the queries stand at
    the LAST T of them (the positions before may have been computed earlier, see lesson 12). With T = S a
    query stands at every position.
    Return an array (T, S) of booleans: row i belongs to query i, column j to the key at position j, and True
    means that the query may see the key.

    >>> causal_mask(3, 3).astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]])
    >>> causal_mask(2, 5).astype(int)
    array([[1, 1, 1, 1, 0],
           [1, 1, 1, 1, 1]])
    """
    # TODO 06.2: your code here (about 2 lines)
    raise Todo("06.2")


# 06.3  difficulty 4 of 5, importance 5 of 5, about 30 minutes, after 06.1, 06.2
def attention_weights(q, k, *, causal=True, key_mask=None):
    """How much each query attends to each key.

    q: (B, H, T, D), k: (B, H, S, D), float; the queries are the last T of S positions. causal: whether a
    query may see only its own position and those before it; when False it may see all S. key_mask: None, or
    (B, S), booleans or numbers: where it is 0 (or False), no query of that text may see the key. With both, a
    key must be allowed by both. Return an array (B, H, T, S): for each query, the softmax of its scaled
    scores over the keys that it may see. A key that it may not see has the weight 0 and no influence at all,
    however large or small the scores are (finite numbers, up to some thousands). The weights of a query sum
    to 1; those of a query that may see no key are all 0 (not NaN). Do not modify the arguments. `softmax` is
    imported; your functions 06.1 and 06.2 may be called.

    >>> q = np.array([[[[.218, .116, -.184, .482], [-.082, .496, .18, -.218], [.382, -.182, .118, .418]]]])
    >>> k = np.array([[[[.2, .12, -.19, .48], [-.1, .49, .25, -.18], [.4, -.16, .08, .41]]]])
    >>> attention_weights(q, k).round(4)
    array([[[[1.    , 0.    , 0.    ],
             [0.4463, 0.5537, 0.    ],
             [0.3468, 0.2831, 0.3701]]]])
    >>> attention_weights(q, k, key_mask=np.array([[0, 1, 1]])).round(4)
    array([[[[0.    , 0.    , 0.    ],
             [0.    , 1.    , 0.    ],
             [0.    , 0.4334, 0.5666]]]])
    >>> attention_weights(q[:, :, 1:], k, causal=False).round(4)
    array([[[[0.3129, 0.3882, 0.2989],
             [0.3468, 0.2831, 0.3701]]]])
    >>> far = np.array([[[[1.0], [1000.0], [3000.0]]]])
    >>> attention_weights(q[:, :, :2, 3:], far, key_mask=np.array([[1, 1, 0]])).round(4)
    array([[[[0., 1., 0.],
             [1., 0., 0.]]]])
    """
    # TODO 06.3: your code here (about 10 lines)
    raise Todo("06.3")


# 06.4  difficulty 2 of 5, importance 5 of 5, about 10 minutes, after 06.3
def attention_forward(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Attention: each query gets a mixture of the values, in the shares that its weights say.

    q: (B, H, T, D), k and v: (B, H, S, D), float; the queries are the last T of S positions. causal and
    key_mask as in 06.3. dropout and rng belong to lesson 08: here dropout is always 0 and rng None, and you
    need not use them.
    Return (y, cache). y: (B, H, T, D), row i the mixture for query i; a query that may see no key gets zeros.
    cache: AttentionCache(q, k, v, weights, DropoutCache(None, 0.0)), with the weights (B, H, T, S); the last
    field says that nothing was dropped. Do not modify the arguments.
    `softmax` is imported; your functions 06.1 to 06.3 may be called.

    >>> q = np.array([[[[.218, .116, -.184, .482], [-.082, .496, .18, -.218], [.382, -.182, .118, .418]]]])
    >>> k = np.array([[[[.2, .12, -.19, .48], [-.1, .49, .25, -.18], [.4, -.16, .08, .41]]]])
    >>> v = np.array([[[[.19, .12, -.25, .5], [-.15, .48, .22, -.2], [.42, -.21, .06, .4]]]])
    >>> y, cache = attention_forward(q, k, v)
    >>> y.round(4)
    array([[[[ 0.19  ,  0.12  , -0.25  ,  0.5   ],
             [ 0.0017,  0.3193,  0.0102,  0.1124],
             [ 0.1789,  0.0998, -0.0022,  0.2648]]]])
    >>> cache.weights.sum(axis=-1).round(4), cache.dropout
    (array([[[1., 1., 1.]]]), DropoutCache(key=None, p=0.0))
    >>> y, _ = attention_forward(q, k, v, causal=False, key_mask=np.array([[0, 1, 1]]))
    >>> y.round(4)
    array([[[[0.1598, 0.105 , 0.133 , 0.1261],
             [0.098 , 0.1798, 0.1504, 0.061 ],
             [0.173 , 0.0891, 0.1293, 0.14  ]]]])
    """
    # TODO 06.4: your code here (about 3 lines)
    raise Todo("06.4")


# 06.5  difficulty 2 of 5, importance 5 of 5, about 10 minutes
def split_heads(x, n_head):
    """Cut each position's vector into the parts of its heads.

    x: (B, T, C); n_head: how many heads, H; C is H times D, the size of a head. The first D numbers of a
    vector belong to head 0, the next D to head 1, and so on.
    Return (B, H, T, D): heads become an axis of their own in front of the positions, so that each head can
    attend by itself. A view is fine. Do not modify x.

    >>> x = np.arange(12).reshape(1, 2, 6)
    >>> x
    array([[[ 0,  1,  2,  3,  4,  5],
            [ 6,  7,  8,  9, 10, 11]]])
    >>> split_heads(x, 2)
    array([[[[ 0,  1,  2],
             [ 6,  7,  8]],
    <BLANKLINE>
            [[ 3,  4,  5],
             [ 9, 10, 11]]]])
    """
    # TODO 06.5: your code here (about 2 lines)
    raise Todo("06.5")


# 06.6  difficulty 2 of 5, importance 5 of 5, about 5 minutes, after 06.5
def merge_heads(x):
    """Put the heads of each position side by side again: what split_heads took apart.

    x: (B, H, T, D).
    Return (B, T, H*D): the vector of a position holds the D numbers of head 0, then those of head 1, and so
    on. Do not modify x.

    >>> heads = np.array([[[[0, 1, 2], [6, 7, 8]], [[3, 4, 5], [9, 10, 11]]]])
    >>> merge_heads(heads)
    array([[[ 0,  1,  2,  3,  4,  5],
            [ 6,  7,  8,  9, 10, 11]]])
    """
    # TODO 06.6: your code here (about 2 lines)
    raise Todo("06.6")


# 06.7  difficulty 2 of 5, importance 4 of 5, about 15 minutes, after 06.4, 06.5, 06.6
def qkv_attention_forward(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Self-attention of several heads, from queries, keys and values packed side by side.

    qkv: (B, T, 3*C), float: of each position's vector the first C numbers are its query, the next C its key,
    the last C its value; each of them holds n_head heads side by side, C = n_head * D. causal and key_mask
    (B, T) as in 06.3; dropout is 0 and rng None, as in 06.4.
    Return (y, cache). y: (B, T, C): the heads attend separately (each scales by its own size D), and their
    outputs are put side by side again. cache: QKVAttentionCache(n_head, attention), where attention is the
    cache of 06.4, with queries, keys and values split into heads. Do not modify the arguments. Your functions
    06.4 to 06.6 may be called.

    >>> qkv = np.array([[[1.0, 0.0, 2.0, 0.0, 1.0, 5.0], [0.5, 1.5, 0.0, 1.0, 3.0, 9.0]]])
    >>> y, cache = qkv_attention_forward(qkv, 2)
    >>> y.round(4)
    array([[[1.    , 5.    ],
            [1.5379, 8.2703]]])
    >>> cache.n_head, cache.attention.weights.shape
    (2, (1, 2, 2, 2))
    >>> qkv_attention_forward(qkv, 2, causal=False, key_mask=np.array([[0, 1]]))[0]
    array([[[3., 9.],
            [3., 9.]]])
    """
    # TODO 06.7: your code here (about 4 lines)
    raise Todo("06.7")
