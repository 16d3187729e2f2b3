"""Lesson 14: a task as rows of tokens, the loss at Extract, the combined loss, LoRA.

Write a function, then run:   pytest exercises/ex14_finetuning.py
Stuck?                        python -m scratchgpt.learn hint 14.1
Where do I stand?             python -m scratchgpt.learn
"""

import numpy as np

from scratchgpt.layers.lora import LoRACache
from scratchgpt.learn import Todo
from scratchgpt.ops.softmax import log_softmax
from scratchgpt.worked.extract_loss import ExtractLossCache


# 14.1  difficulty 2 of 5, importance 3 of 5, about 12 minutes
def fit_texts(texts, room, cut="end"):
    """Make the texts of an example fit: what is too much for the model is cut off.

    texts: list of one or more lists of token ids; any of them may be empty. room: integer, at least 1, the
    number of tokens that all texts may have together. cut: "end", "beginning" or "longest".
    Return a list of as many new lists, in the same order. When the texts fit, they stay whole; else exactly
    room tokens are left in all. With "end" and "beginning" the first text is the context and is cut first, at
    its end or at its beginning, until all fits or nothing of it is left. With "longest" no text is cut first.
    What is still too much is taken off token by token, each time the last token of the text that is the
    longest then; of equally long ones, of the one that stands first in the list. Do not modify texts.

    >>> premise, hypothesis = [1, 2, 3, 4, 5], [7, 8, 9]
    >>> fit_texts([premise, hypothesis], 6)
    [[1, 2, 3], [7, 8, 9]]
    >>> fit_texts([premise, hypothesis], 6, "beginning")
    [[3, 4, 5], [7, 8, 9]]
    >>> fit_texts([premise, hypothesis], 5, cut="longest")
    [[1, 2], [7, 8, 9]]
    >>> fit_texts([premise, hypothesis], 2)
    [[], [7, 8]]
    """
    # TODO 14.1: your code here (about 9 lines)
    raise Todo("14.1")


# 14.2  difficulty 3 of 5, importance 5 of 5, about 20 minutes, after 14.1
def task_rows(kind, texts, specials, block_size):
    """Write an example of a task as rows of tokens, as GPT-1 does.

    kind: "single", "pair", "similarity" or "choice". texts: list of lists of token ids: one text; two texts
    (premise and hypothesis); two texts to be compared; or a context and then one or more options. specials:
    (start, delim, extract), the ids of the three special tokens. block_size: integer, the longest row that
    the model can read; it leaves room for at least one token of text.
    Return a list of rows, each a list of ids. "single": one row, Start text Extract. "pair": one row, Start
    premise Delim hypothesis Extract. "similarity": two rows of that form, first with the texts as given,
    then with the texts exchanged. "choice": a row Start context Delim option Extract for each option, in
    their order.
    Every row by itself is cut to block_size as in 14.1, at its texts only: the special tokens always stay. A
    single text and a premise are cut at the end, the context of a choice at its beginning, and of two texts
    to be compared the longest is cut (in each of the two rows as the texts stand there). Do not modify texts.
    Your fit_texts is at hand.

    >>> task_rows("pair", [[1, 2, 3], [4, 5]], (7, 8, 9), 20)
    [[7, 1, 2, 3, 8, 4, 5, 9]]
    >>> task_rows("similarity", [[1, 2, 3], [4, 5]], (7, 8, 9), 20)
    [[7, 1, 2, 3, 8, 4, 5, 9], [7, 4, 5, 8, 1, 2, 3, 9]]
    >>> task_rows("choice", [[1, 2, 3], [4], [5], [5, 6]], (7, 8, 9), 20)
    [[7, 1, 2, 3, 8, 4, 9], [7, 1, 2, 3, 8, 5, 9], [7, 1, 2, 3, 8, 5, 6, 9]]
    >>> task_rows("choice", [[1, 2, 3], [4], [5], [5, 6]], (7, 8, 9), 6)
    [[7, 2, 3, 8, 4, 9], [7, 2, 3, 8, 5, 9], [7, 3, 8, 5, 6, 9]]
    """
    # TODO 14.2: your code here (about 13 lines)
    raise Todo("14.2")


# 14.3  difficulty 2 of 5, importance 5 of 5, about 12 minutes
def extract_loss_forward(h, lengths, weight, labels):
    """The loss of a classifier that reads each row of a padded batch at its Extract token.

    h: (B, T, C), the last hidden states. lengths: (B,), integers from 1 to T: row b has that many real
    tokens, of which Extract is the last, and pads behind them; the states at pads mean nothing. weight: (C,
    K), the classifier's matrix, without a bias. labels: (B,), integers below K, the right classes.
    Return (loss, cache). loss: a number, the negative log-probability of the right class, in nats, averaged
    over the B rows; the classes' scores are those of the state at Extract. cache: ExtractLossCache(h,
    lengths, weight, labels, probs) with probs (B, K), the probabilities of the classes. Do not modify the
    arguments. log_softmax of lesson 02 is at hand; scores may be as large as 900.

    The last states of "I love cats", by a matrix for two classes, positive and negative:

    >>> h = np.array([[[-0.8, 1.2, 0.3, -0.7], [0.5, -0.3, 1.1, -1.3], [-0.2, 0.9, -1.0, 0.3]]])
    >>> weight = np.array([[0.15, -0.20], [0.30, 0.10], [-0.25, 0.40], [0.10, -0.15]])
    >>> loss, cache = extract_loss_forward(h, np.array([3]), weight, np.array([0]))
    >>> round(float(loss), 4), cache.probs.round(4)
    (0.3604, array([[0.6974, 0.3026]]))
    >>> loss, cache = extract_loss_forward(h, np.array([2]), weight, np.array([0]))
    >>> round(float(loss), 4)
    1.259
    """
    # TODO 14.3: your code here (about 5 lines)
    raise Todo("14.3")


# 14.4  difficulty 3 of 5, importance 5 of 5, about 15 minutes, after 14.3
def extract_loss_backward(dloss, cache):
    """The gradients of that loss: of the hidden states, and of the classifier's matrix.

    dloss: a number, the gradient of the loss. cache: ExtractLossCache(h, lengths, weight, labels, probs) of
    14.3: h (B, T, C); lengths (B,), real tokens per row, Extract the last of them; weight (C, K); labels
    (B,); probs (B, K). The loss was a mean over the B rows.
    Return (dh, dweight). dh: (B, T, C), the gradient of all hidden states, as the layers below need it.
    dweight: (C, K). Do not modify the cache: it may be used again.

    >>> h = np.array([[[-0.8, 1.2, 0.3, -0.7], [0.5, -0.3, 1.1, -1.3], [-0.2, 0.9, -1.0, 0.3]]])
    >>> weight = np.array([[0.15, -0.20], [0.30, 0.10], [-0.25, 0.40], [0.10, -0.15]])
    >>> loss, cache = extract_loss_forward(h, np.array([3]), weight, np.array([0]))
    >>> dh, dweight = extract_loss_backward(1.0, cache)
    >>> dh[0, 2].round(4)
    array([-0.1059, -0.0605,  0.1967, -0.0756])
    >>> dweight.round(4)
    array([[ 0.0605, -0.0605],
           [-0.2723,  0.2723],
           [ 0.3026, -0.3026],
           [-0.0908,  0.0908]])
    """
    # TODO 14.4: your code here (about 7 lines)
    raise Todo("14.4")


# 14.5  difficulty 4 of 5, importance 5 of 5, about 20 minutes, after 14.3
def combined_loss(class_logits, labels, logits, ids, lengths, lm_weight=0.5):
    """The loss of fine-tuning: that of the task, and beside it lambda times that of the language model.

    class_logits: (B, K), the classes' scores of each row. labels: (B,), integers below K. logits: (B, T, V),
    the scores of the next token at every position. ids: (B, T), integers below V, the rows themselves.
    lengths: (B,), integers from 2 to T: so many tokens of the row are real, Start first and Extract last;
    behind them stand pads, whose id is 0, an id that real tokens may have as well. lm_weight: lambda.
    Return (L3, L2, L1), three numbers in nats. All are losses, to be minimised (sources that write
    log-likelihoods have the opposite sign). L2 is the classes' cross-entropy, averaged over the rows. L1 is
    the cross-entropy of the next tokens. Every real token but the first is predicted, Extract too, from the
    position before it; nothing is predicted from Extract, and no pad. Average over the predicted tokens of
    each row first, then over the rows: a short row counts as much as a long one. L3 is L2 plus lambda times
    L1. Do not modify the arguments. log_softmax of lesson 02 is at hand; scores may be in the thousands.

    "Start This film was brilliant Extract", with the probability 0.85 for the right class. Here an id says
    only whether the token is Start; the model gave the next tokens 0.02, 0.08, 0.35, 0.05 and 0.01:

    >>> p, ids = np.array([0.02, 0.08, 0.35, 0.05, 0.01, 0.6]), np.array([[0, 1, 1, 1, 1, 1]])
    >>> class_logits, logits = np.log([[0.15, 0.85]]), np.log(np.stack([1 - p, p], axis=-1))[None]
    >>> logits.shape
    (1, 6, 2)
    >>> losses = combined_loss(class_logits, np.array([1]), logits, ids, np.array([6]))
    >>> [round(float(loss), 4) for loss in losses]
    [1.6714, 0.1625, 3.0177]
    >>> losses = combined_loss(class_logits, np.array([1]), logits, ids, np.array([3]), lm_weight=2.0)
    >>> [round(float(loss), 4) for loss in losses]
    [6.6003, 0.1625, 3.2189]
    """
    # TODO 14.5: your code here (about 6 lines)
    raise Todo("14.5")


# 14.6  difficulty 2 of 5, importance 4 of 5, about 10 minutes
def lora_forward(x, weight, bias, lora_a, lora_b, alpha=8.0):
    """A linear map that is frozen, and the product of two thin matrices that is learned beside it: LoRA.

    x: (..., I), with zero or more axes in front. weight: (I, O), the frozen matrix. bias: (O,), or None: then
    there is none. lora_a: (I, R), lora_b: (R, O), the two thin matrices, of rank R. alpha: a number, 8 by
    default. Return (y, cache). y: (..., O): what the frozen map (bias included) gives, plus the way through
    the two thin matrices, scaled by alpha over the rank. cache: LoRACache(x, low, weight, lora_a, lora_b,
    scale) with low (..., R), what stands between the two thin matrices, not yet scaled, and scale the number
    by which the second way is multiplied. Do not modify the arguments.

    >>> x, weight = np.array([[1.0, 2.0]]), np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    >>> bias, lora_a, lora_b = np.array([0.0, 10.0, 0.0]), np.array([[1.0], [1.0]]), np.array([[1.0, 0, 2]])
    >>> y, cache = lora_forward(x, weight, bias, lora_a, lora_b, alpha=0.5)
    >>> y
    array([[ 2.5, 12. ,  6. ]])
    >>> cache.low, cache.scale
    (array([[3.]]), 0.5)
    >>> y, cache = lora_forward(x[0], weight, None, np.array([[1.0, 0.0], [0.0, 1.0]]), np.ones((2, 3)))
    >>> y, cache.scale
    (array([13., 14., 15.]), 4.0)
    """
    # TODO 14.6: your code here (about 5 lines)
    raise Todo("14.6")


# 14.7  difficulty 3 of 5, importance 4 of 5, about 15 minutes, after 08.5, 14.6
def lora_backward(dy, cache):
    """The gradients of LoRA: of its input and of the two thin matrices. The frozen matrix and bias get none.

    dy: (..., O), with zero or more axes in front. cache: LoRACache(x, low, weight, lora_a, lora_b, scale) of
    14.6: x (..., I); low (..., R), the input after the first thin matrix, not scaled; weight (I, O), frozen;
    lora_a (I, R); lora_b (R, O); scale, the number by which the way through the thin matrices was multiplied.
    Return (dx, dlora_a, dlora_b): dx (..., I), dlora_a (I, R), dlora_b (R, O), the last two as sums over all
    axes in front. Do not modify dy or the cache: the cache may be used again.

    >>> x, weight = np.array([[1.0, 2.0]]), np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    >>> bias, lora_a, lora_b = np.array([0.0, 10.0, 0.0]), np.array([[1.0], [1.0]]), np.array([[1.0, 0, 2]])
    >>> y, cache = lora_forward(x, weight, bias, lora_a, lora_b, alpha=0.5)
    >>> dx, dlora_a, dlora_b = lora_backward(np.array([[2.0, 4.0, 1.0]]), cache)
    >>> dx
    array([[5., 7.]])
    >>> dlora_a
    array([[2.],
           [4.]])
    >>> dlora_b
    array([[3. , 6. , 1.5]])
    """
    # TODO 14.7: your code here (about 6 lines)
    raise Todo("14.7")
