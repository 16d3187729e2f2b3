"""Project: a GPT of ten words, whole, in one file.

You write the film model of lesson 14 from its softmax to its last training loop, in plain NumPy. The
fourteen functions are stages. Each is judged by itself: while it runs, the package's functions stand in
for all the others, so that no stage is blamed for another, and you may do them in any order. In your
code, call the others by their names.

At any time, your stages at work, with the package's for those that are still to be done:

    python -m scratchgpt.learn train film

One sentence is read at a time, so there is no batch axis: T positions, C channels, V words. The model
reads ids (T,) and makes hidden states h (T, C). Its parameters are a dict of float arrays:

    wte (V, C)               a row per word, to look words up and to score the next one
    wpe (P, C)               a row per position
    attn_w (C, 3C), attn_b   to queries, keys and values
    proj_w (C, C), proj_b    from the heads back to the stream
    ln1_w, ln1_b (C,)        gain and bias of the norm behind attention
    fc_w (C, 4C), fc_b       up to the wide layer of the MLP
    down_w (4C, C), down_b   and down again
    ln2_w, ln2_b (C,)        gain and bias of the norm behind the MLP
    wy (C, 2)                to the two classes, without a bias

Take sizes from the arrays: in the film V = 10, P = 6, C = 16. A linear map is x @ w + b.

Write a function, then run:   pytest exercises/project_film.py
Stuck?                        python -m scratchgpt.learn hint F.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.learn import Todo
from scratchgpt.worked.film_given import (
    HEADS,
    FilmAttention,
    FilmNorm,
    FilmStates,
    film_adam,
    film_reviews,
    film_sentences,
    fresh_moments,
    initial_parameters,
)


# F.1  difficulty 1 of 5, importance 5 of 5, about 5 minutes
def film_softmax(x):
    """Turn each row of scores into probabilities.

    x: (..., V), float, with zero or more axes in front: each row along the last axis is for itself. Return
    probabilities of the same shape: positive, each row summing to 1, and two probabilities of a row are in
    the ratio of e to the difference of their scores. Scores may be in the hundreds, or minus infinity where
    something is not allowed (never a whole row of them): nothing may overflow. Do not modify x.

    >>> film_softmax(np.array([2.0, 1.0, 0.5])).round(4)
    array([0.6285, 0.2312, 0.1402])
    >>> film_softmax(np.array([[0.0, 0.0, -np.inf], [1000.0, 1000.0, 1000.0]])).round(4)
    array([[0.5   , 0.5   , 0.    ],
           [0.3333, 0.3333, 0.3333]])
    """
    # TODO F.1: your code here (about 2 lines)
    raise Todo("F.1")


# F.2  difficulty 2 of 5, importance 4 of 5, about 10 minutes
def film_gelu(x):
    """GELU in the form with tanh, and its slope: with both at hand, the way back is a single product.

    x: array of any shape, float. Return (y, slope), both of the shape of x. y: each number is halved and
    multiplied by one plus the hyperbolic tangent of u; u is the root of 2/pi times the sum of x and 0.044715
    times the cube of x. slope: the derivative of y by x at each number, of this same form. Do not modify x.

    >>> y, slope = film_gelu(np.array([-1.0, 0.0, 1.0, 3.0]))
    >>> y.round(4)
    array([-0.1588,  0.    ,  0.8412,  2.9964])
    >>> slope.round(4)
    array([-0.083 ,  0.5   ,  1.083 ,  1.0116])
    """
    # TODO F.2: your code here (about 4 lines)
    raise Todo("F.2")


# F.3  difficulty 2 of 5, importance 5 of 5, about 10 minutes
def film_layernorm(x, gain, bias):
    """Give each position mean 0 and variance 1, then scale and shift each channel.

    x: (T, C), float; gain and bias: (C,). Each row of x is normalised by itself; the variance is the mean of
    the squared deviations (divided by C), and 0.00001 is added to it before the root is taken, so that a
    constant row gives 0.
    Return (y, cache). y: (T, C), the normalised rows times gain plus bias. cache: FilmNorm(x_hat, rstd,
    gain): x_hat (T, C), the normalised rows; rstd (T, 1), the number that the deviations of each row were
    multiplied by; gain as it was given. Do not modify x, gain or bias.

    >>> x, gain, bias = np.array([[1.0, 3.0], [5.0, 5.0]]), np.array([1.0, 2.0]), np.array([0.0, 10.0])
    >>> y, cache = film_layernorm(x, gain, bias)
    >>> y.round(3)
    array([[-1., 12.],
           [ 0., 10.]])
    >>> cache.x_hat.round(3)
    array([[-1.,  1.],
           [ 0.,  0.]])
    >>> cache.rstd.round(3)
    array([[  1.   ],
           [316.228]])
    """
    # TODO F.3: your code here (about 4 lines)
    raise Todo("F.3")


# F.4  difficulty 1 of 5, importance 5 of 5, about 5 minutes
def film_mask(T):
    """Which positions each position may look at: itself and those before it.

    T: an integer, at least 1, the number of positions. Return booleans (T, T): row i belongs to the position
    that looks, column j to the one that is looked at, and True means that it may.

    >>> film_mask(3).astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]])
    """
    # TODO F.4: your code here (about 2 lines)
    raise Todo("F.4")


# F.5  difficulty 4 of 5, importance 5 of 5, about 25 minutes, after F.1, F.4
def film_attention(params, x):
    """Causal self-attention in two heads, from the residual stream and back to it.

    params holds attn_w (C, 3C), attn_b (3C,), proj_w (C, C) and proj_b (C,). x: (T, C), float. HEADS is 2,
    and a head has D = C / 2 channels.
    attn_w and attn_b lead from x to the queries (the first C columns), the keys (the next C) and the values
    (the last C). Of each C columns, the first D belong to head 0 and the last D to head 1. In each head the
    scores are the dot products of queries and keys, divided by the root of D; a position looks at itself and
    at those before it, in the shares that softmax makes of its scores, and gets the mixture of their values.
    The heads side by side, head 0 first, are the (T, C) that proj_w and proj_b lead back.
    Return (y, cache). y: (T, C). cache: FilmAttention(x, q, k, v, weights, mixed): q, k, v (2, T, D);
    weights (2, T, T), rows for the positions that look, after softmax; mixed (T, C), the heads side by side.
    Do not modify params or x.

    >>> one = np.eye(2)
    >>> params = {"attn_w": np.hstack([one, one, one]), "attn_b": np.zeros(6), "proj_w": one,
    ...           "proj_b": np.array([0.0, 10.0])}
    >>> y, cache = film_attention(params, np.array([[1.0, 0.0], [0.0, 2.0]]))
    >>> cache.q.tolist()
    [[[1.0], [0.0]], [[0.0], [2.0]]]
    >>> cache.weights.round(3).tolist()
    [[[1.0, 0.0], [0.5, 0.5]], [[1.0, 0.0], [0.018, 0.982]]]
    >>> cache.mixed.round(3)
    array([[1.   , 0.   ],
           [0.5  , 1.964]])
    >>> y.round(3)
    array([[ 1.   , 10.   ],
           [ 0.5  , 11.964]])
    """
    # TODO F.5: your code here (about 7 lines)
    raise Todo("F.5")


# F.6  difficulty 3 of 5, importance 5 of 5, about 15 minutes, after F.2, F.3, F.5
def film_forward(params, ids):
    """The hidden states of a sentence: tables, attention and MLP, as in GPT-1.

    params: all parameters (see the head of the file). ids: (T,), integers, the words of a sentence; T is at
    most the number of rows of wpe. Each word's row of wte and its position's row of wpe (positions count from
    0) are added. What attention makes of that is added to it, and the sum is normalised (ln1_w, ln1_b): call
    the result n. The MLP reads n: up (fc_w, fc_b), GELU, and down again (down_w, down_b). Its result is added
    to n, and the sum is normalised (ln2_w, ln2_b). Return (h, cache). h: (T, C), the hidden states. cache:
    FilmStates(ids, attention, norm_1, n, slope, wide, norm_2): ids as given; attention, norm_1, norm_2 the
    caches of the three functions; n (T, C); slope and wide (T, 4C), the slope and the value of GELU. Do not
    modify the arguments.

    >>> params = initial_parameters()
    >>> h, cache = film_forward(params, np.array([3, 4, 5, 6]))
    >>> h.shape, cache.n.shape, cache.wide.shape
    ((4, 16), (4, 16), (4, 64))
    >>> h[:, :3].round(3)
    array([[-0.836, -1.106,  1.665],
           [ 0.191, -0.098,  0.179],
           [ 0.641, -0.919,  0.472],
           [-0.559,  0.853, -0.092]])
    >>> h.mean(axis=1).round(3) + 0
    array([0., 0., 0., 0.])
    """
    # TODO F.6: your code here (about 7 lines)
    raise Todo("F.6")


# F.7  difficulty 3 of 5, importance 5 of 5, about 15 minutes, after F.1
def film_language_loss(params, h, ids):
    """L1, the loss of the language model on one sentence, and where it wants the states and the table to go.

    params holds wte (V, C), the table of the words. h: (T, C), float, the hidden states. ids: (T,), integers,
    the words that were read; T is at least 2. The state at each position scores every word by its dot product
    with the word's row of wte, and predicts the word that follows; the last state has nothing to predict.
    Return (loss, dh, dwte). loss: a number, the mean over the T - 1 predictions of minus the natural
    logarithm of the probability of the right word. dh: (T, C) and dwte: (V, C), the gradients of that mean by
    h and by the table as it was used here, to score (its use to look words up comes in F.11). The states have
    been normalised, so scores are small. Do not modify the arguments.

    >>> params = {"wte": np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])}
    >>> loss, dh, dwte = film_language_loss(params, np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([0, 2]))
    >>> round(loss, 4)
    0.862
    >>> dh.round(4)
    array([[-0.1554, -0.4223],
           [ 0.    ,  0.    ]])
    >>> dwte.round(4)
    array([[ 0.4223,  0.    ],
           [ 0.1554,  0.    ],
           [-0.5777,  0.    ]])
    """
    # TODO F.7: your code here (about 8 lines)
    raise Todo("F.7")


# F.8  difficulty 2 of 5, importance 5 of 5, about 10 minutes, after F.1
def film_class_loss(params, h, label):
    """L2, the loss of the class of one sentence, and where it wants the states and wy to go.

    params holds wy (C, 2), the matrix of the classifier, which has no bias. h: (T, C), float, the hidden
    states. label: 0 or 1, an integer. The class is read at the last position alone, where the word Extract
    stands: its state times wy gives two scores.
    Return (loss, dh, dwy). loss: a number, minus the natural logarithm of the probability of the label. dh:
    (T, C) and dwy: (C, 2), the gradients of the loss. Do not modify the arguments.

    The example of lesson 14, with a position before it:

    >>> params = {"wy": np.array([[0.15, -0.20], [0.30, 0.10], [-0.25, 0.40], [0.10, -0.15]])}
    >>> h = np.array([[1.0, 1.0, 1.0, 1.0], [-0.2, 0.9, -1.0, 0.3]])
    >>> loss, dh, dwy = film_class_loss(params, h, 0)
    >>> round(loss, 4)
    0.3604
    >>> dh.round(4)
    array([[ 0.    ,  0.    ,  0.    ,  0.    ],
           [-0.1059, -0.0605,  0.1967, -0.0756]])
    >>> dwy.round(4)
    array([[ 0.0605, -0.0605],
           [-0.2723,  0.2723],
           [ 0.3026, -0.3026],
           [-0.0908,  0.0908]])
    """
    # TODO F.8: your code here (about 6 lines)
    raise Todo("F.8")


# F.9  difficulty 3 of 5, importance 5 of 5, about 15 minutes, after F.3
def film_layernorm_backward(dy, cache):
    """The way back through a norm.

    dy: (T, C), float, the gradient of its result. cache: FilmNorm(x_hat, rstd, gain) of the forward pass:
    x_hat (T, C), rstd (T, 1), gain (C,). Return (dx, dgain, dbias): dx (T, C), dgain (C,), dbias (C,), the
    last two summed over all positions. Each number of a row acts on its own result, on the row's mean and on
    the row's variance: dx has a part for each. Do not modify dy or the cache.

    >>> x_hat = np.sqrt(1.5) * np.array([[1.0, 0.0, -1.0]])
    >>> cache = FilmNorm(x_hat, np.array([[2.0]]), np.array([1.0, 1.0, 1.0]))
    >>> dx, dgain, dbias = film_layernorm_backward(np.array([[1.0, 0.0, 0.0]]), cache)
    >>> dx.round(4)
    array([[ 0.3333, -0.6667,  0.3333]])
    >>> dgain.round(4), dbias
    (array([1.2247, 0.    , 0.    ]), array([1., 0., 0.]))
    """
    # TODO F.9: your code here (about 4 lines)
    raise Todo("F.9")


# F.10  difficulty 5 of 5, importance 5 of 5, about 30 minutes, after F.5
def film_attention_backward(params, dy, cache):
    """The way back through attention.

    params: as in F.5. dy: (T, C), float, the gradient of the result of film_attention. cache:
    FilmAttention(x, q, k, v, weights, mixed) of the forward pass: x (T, C); q, k, v (2, T, D); weights
    (2, T, T), after softmax; mixed (T, C), the heads side by side.
    Return (dx, grads). dx: (T, C). grads: a dict with the gradients of "attn_w" (C, 3C), "attn_b" (3C,),
    "proj_w" (C, C) and "proj_b" (C,), each laid out like its parameter: queries, keys, values, and in each of
    them head 0 before head 1. The residual connection is no part of this function. Do not modify the
    arguments.

    >>> one = np.eye(2)
    >>> params = {"attn_w": np.hstack([one, one, one]), "attn_b": np.zeros(6), "proj_w": one,
    ...           "proj_b": np.array([0.0, 10.0])}
    >>> y, cache = film_attention(params, np.array([[1.0, 0.0], [0.0, 2.0]]))
    >>> dx, grads = film_attention_backward(params, np.array([[0.0, 0.0], [1.0, 0.0]]), cache)
    >>> dx.round(4)
    array([[0.5 , 0.  ],
           [0.75, 0.  ]])
    >>> grads["attn_b"].round(4)
    array([0.25, 0.  , 0.  , 0.  , 1.  , 0.  ])
    >>> grads["proj_w"].round(4)
    array([[0.5  , 0.   ],
           [1.964, 0.   ]])
    """
    # TODO F.10: your code here (about 10 lines)
    raise Todo("F.10")


# F.11  difficulty 4 of 5, importance 5 of 5, about 25 minutes, after F.6, F.9, F.10
def film_backward(params, dh, cache):
    """The way back through the whole model, from the hidden states down to the two tables.

    params: all parameters. dh: (T, C), float, the gradient of the hidden states. cache: FilmStates(ids,
    attention, norm_1, n, slope, wide, norm_2) of film_forward.
    Return a dict with the gradients of the fourteen parameters that film_forward reads: wte, wpe, attn_w,
    attn_b, proj_w, proj_b, ln1_w, ln1_b, fc_w, fc_b, down_w, down_b, ln2_w and ln2_b, each in the shape of
    its parameter. wte gets what its rows did when words were looked up, and wpe the same for positions; rows
    that were not used get zeros. wy and the scores of the words are no part of it. Do not modify the
    arguments.

    >>> params = initial_parameters()
    >>> h, cache = film_forward(params, np.array([3, 4, 3]))
    >>> grads = film_backward(params, np.eye(3, 16), cache)
    >>> len(grads), grads["fc_w"].shape, grads["ln2_b"][:4]
    (14, (16, 64), array([1., 1., 1., 0.]))
    >>> np.linalg.norm(grads["wte"], axis=1).round(3)
    array([0.   , 0.   , 0.   , 5.228, 1.995, 0.   , 0.   , 0.   , 0.   ,
           0.   ])
    >>> np.linalg.norm(grads["wpe"], axis=1).round(3)
    array([3.495, 1.995, 2.811, 0.   , 0.   , 0.   ])
    """
    # TODO F.11: your code here (about 12 lines)
    raise Todo("F.11")


# F.12  difficulty 3 of 5, importance 5 of 5, about 15 minutes, after F.6, F.7, F.8, F.11
def film_gradients(params, ids, label=None, lm_weight=0.5):
    """The loss of one sentence and the gradient of every parameter: the two losses together.

    params: all parameters. ids: (T,), integers, T at least 2. label: None, 0 or 1. lm_weight: a number, the
    lambda of lesson 14. Without a label the loss is L1, that of the next words, and lm_weight has no part in
    it. With a label it is L2 + lm_weight L1, where L2 is the loss of the class.
    Return (loss, grads): loss a number, grads a dict with the gradient of the loss by each of the fifteen
    parameters, in their shapes. wte is used twice, to look words up and to score them, and both count. wy
    has a part in L2 alone; without a label its gradient is zeros. Do not modify the arguments.

    >>> params, ids = initial_parameters(), np.array([0, 3, 4, 5, 6, 2])
    >>> loss, grads = film_gradients(params, ids)
    >>> round(loss, 4), len(grads), bool(grads["wy"].any())
    (3.4423, 15, False)
    >>> loss, grads = film_gradients(params, ids, label=1)
    >>> round(loss, 4), grads["wy"][0].round(4)
    (2.1101, array([-0.714,  0.714]))
    >>> loss, grads = film_gradients(params, ids, label=1, lm_weight=0.0)
    >>> round(loss, 4), grads["wy"][0].round(4)
    (0.3889, array([-0.714,  0.714]))
    """
    # TODO F.12: your code here (about 9 lines)
    raise Todo("F.12")


# F.13  difficulty 3 of 5, importance 5 of 5, about 20 minutes, after F.12
def film_pretrain(params, sentences, epochs=50, lr=0.01):
    """Pre-training: a step of Adam for each sentence, epoch after epoch.

    params: all parameters, to begin with. sentences: a list of arrays of ids, (T,) each, of different
    lengths, every one with at least 2 words. epochs: an integer, 0 or more. lr: the learning rate.
    An epoch takes the sentences in their order. Each gives one step: the gradients of its own language loss,
    at the parameters as they are by then, and film_adam. That function is given: it takes parameters,
    gradients, moments and the learning rate, in this order, returns new parameters and new moments, and
    leaves the old ones as they are. fresh_moments(params) are the moments to begin with.
    Return (params, perplexities): the parameters at the end, and a list of epochs + 1 numbers, the perplexity
    before each epoch and at the end. The perplexity is e to the mean loss per predicted word of all sentences
    together: every predicted word counts the same, whichever sentence it is in. Do not modify the arguments.

    >>> params, perplexities = film_pretrain(initial_parameters(), film_sentences(), epochs=2)
    >>> [round(x, 3) for x in perplexities]
    [14.572, 3.106, 2.498]
    >>> params["wte"][3, :3].round(4)
    array([-0.4783,  0.2893,  0.2394])
    """
    # TODO F.13: your code here (about 11 lines)
    raise Todo("F.13")


# F.14  difficulty 3 of 5, importance 5 of 5, about 15 minutes, after F.12, F.13
def film_finetune(params, reviews, epochs=40, lr=0.005, lm_weight=0.5):
    """Fine-tuning: the same loop with labels, and the class and the language learn together.

    params: all parameters, to begin with, as pre-training left them. reviews: a list of (ids, label), ids
    (T,), label 0 or 1. epochs, lr: as in F.13. lm_weight: the lambda of the combined loss. An epoch takes the
    reviews in their order, one step of Adam for each, with the gradients of L2 + lm_weight L1; the moments
    begin afresh.
    Return (params, accuracies): the parameters at the end, and a list of epochs + 1 numbers, the accuracy
    before each epoch and at the end: the share of the reviews, 0 to 1, whose class with the larger score is
    their label. The class is read at the last position, as in F.8. Do not modify the arguments.

    >>> params, perplexities = film_pretrain(initial_parameters(), film_sentences(), epochs=10)
    >>> params, accuracies = film_finetune(params, film_reviews(), epochs=5)
    >>> accuracies
    [0.5, 0.5, 0.5, 0.5, 1.0, 1.0]
    >>> params["wy"][0].round(4)
    array([ 0.0964, -0.1679])
    """
    # TODO F.14: your code here (about 10 lines)
    raise Todo("F.14")
