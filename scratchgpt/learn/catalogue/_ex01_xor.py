"""Lesson 01: the mistakes that are made in the XOR step."""

import numpy as np

from ...worked.xor import XorNetwork, xor_step
from ..exercise import Mistake
from ._ex01_xor_whole import XOR_WHOLE


def _one_after_the_other(
    params: XorNetwork, x: np.ndarray, y: np.ndarray, lr: float
) -> tuple[XorNetwork, np.floating]:
    losses = []
    for i in range(len(x)):
        params, loss = xor_step(params, x[i : i + 1], y[i : i + 1], lr)
        losses.append(loss)
    return params, np.mean(losses)


def _in_place(params: XorNetwork, x: np.ndarray, y: np.ndarray, lr: float) -> tuple[XorNetwork, np.ndarray]:
    stepped, loss = xor_step(params, x, y, lr)
    for old, new in zip(params, stepped, strict=True):
        old[...] = new
    return params, loss


_STEP = "    stepped = XorNetwork(W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2)\n"

XOR = (
    Mistake(
        "uphill",
        "The step goes up the gradient: every parameter moved by the right amount, in the wrong direction.",
        "Does the loss of the new parameters lie above or below that of the old ones?",
        edits=(("    dlogits = (probs", "    dlogits = -(probs"),),
    ),
    Mistake(
        "sum for mean",
        "The step is too long by the number of examples: the loss is an average, but its gradient was "
        "added up.",
        "If every example were there twice, should the step be twice as long?",
        edits=(("- y) / len(x)", "- y)"),),
    ),
    Mistake(
        "loss summed",
        "The step is right, but the loss that was returned is the sum over the examples.",
        "Would two copies of the same examples be twice as hard?",
        edits=(("return stepped, loss", "return stepped, loss * len(x)"),),
    ),
    Mistake(
        "loss after the step",
        "The loss is that of the new parameters; the one that the step was made for belongs to the old ones.",
        "For which parameters did you compute the gradient?",
        edits=(
            (
                "    return stepped, loss",
                "    h, _ = relu_forward(x @ stepped.W1 + stepped.b1)\n"
                "    loss, _ = binary_cross_entropy_forward(h @ stepped.W2 + stepped.b2, y)\n"
                "    return stepped, loss",
            ),
        ),
    ),
    Mistake(
        "output weights updated first",
        "The way back to the hidden layer went through output weights that had moved already: all gradients "
        "should belong to the same parameters.",
        "At which moment may the first parameter change?",
        edits=(("dlogits @ W2.T", "dlogits @ (W2 - lr * (h.T @ dlogits)).T"),),
    ),
    Mistake(
        "extra sigmoid slope",
        "The slope of the sigmoid is in the gradients once too often: for this loss it cancels.",
        "What becomes of that slope when you multiply it with the slope of the loss?",
        edits=(("\n    dh = ", " * probs * (1 - probs)\n\n    dh = "),),
    ),
    Mistake(
        "squared error",
        "Loss and gradients are those of the mean squared distance to the answers, not of the cross-entropy.",
        "Which loss was asked for?",
        edits=(
            (
                "\n    dh = ",
                " * 2 * probs * (1 - probs)\n    loss = ((probs - y) ** 2).mean()\n\n    dh = ",
            ),
        ),
    ),
    Mistake(
        "ReLU forgotten",
        "The hidden layer passes negative sums on: without a bend between them, two layers can do no more than "
        "one, and XOR needs more.",
        "What tells the hidden layer apart from a plain matrix product?",
        edits=(("h, _ = relu_forward(z1)", "h = z1"), ("dz1 = dh * (z1 > 0)", "dz1 = dh")),
    ),
    Mistake(
        "ReLU slope forgotten",
        "Hidden units that were off for an example learn from it, although they had no part in its "
        "prediction.",
        "For which pairs of example and unit must nothing come back?",
        edits=(("dz1 = dh * (z1 > 0)", "dz1 = dh"),),
    ),
    Mistake(
        "slope 1 at 0",
        "A hidden sum of exactly 0 passes the gradient on, where its slope was to count as 0. With biases of 0 "
        "the first example of XOR is such a case.",
        "What did the task say about a sum of exactly 0?",
        edits=(("(z1 > 0)", "(z1 >= 0)"),),
    ),
    Mistake(
        "hidden bias before the ReLU slope",
        "The hidden biases received what comes back before it passed the ReLU, so units that were off "
        "moved too.",
        "On which side of the ReLU is the bias added?",
        edits=(("dz1.sum(axis=0)", "dh.sum(axis=0)"),),
    ),
    Mistake(
        "sums before ReLU for the output weights",
        "The gradient of the output weights was taken from the hidden sums before ReLU, and so units that were "
        "off count in it.",
        "What exactly was multiplied by the output weights on the way forward?",
        edits=(("h.T @ dlogits,", "z1.T @ dlogits,"),),
    ),
    Mistake(
        "logits used as probabilities",
        "The error at the output was taken from the sums before the sigmoid, which are not probabilities.",
        "Which two numbers does one compare to see how wrong a prediction is?",
        edits=(("    dlogits = (probs", "    dlogits = (logits"),),
    ),
    Mistake(
        "output weights not turned",
        "On the way back the output weights were used as on the way forward, which fits only when there is one "
        "hidden unit.",
        "Which shape does the gradient of the hidden values have?",
        edits=(("dlogits @ W2.T", "dlogits @ W2"),),
    ),
    Mistake(
        "gradient of W1 turned",
        "The gradient of the hidden weights lies on its side: the axis of the inputs and that of the units changed "
        "places.",
        "Which of the two matrices in this product must be transposed?",
        edits=(("x.T @ dz1", "dz1.T @ x"),),
    ),
    Mistake(
        "gradient of W2 turned",
        "The gradient of the output weights is a row, where the weights are a column: subtracting the one from the "
        "other gives a whole matrix.",
        "Which of the two matrices in this product must be transposed?",
        edits=(("h.T @ dlogits,", "dlogits.T @ h,"),),
    ),
    Mistake(
        "biases with an axis too many",
        "The new biases have two axes: the sum kept the axis of the examples.",
        "Which shape did the biases have before the step?",
        edits=(
            ("dlogits.sum(axis=0)", "dlogits.sum(axis=0, keepdims=True)"),
            ("dz1.sum(axis=0)", "dz1.sum(axis=0, keepdims=True)"),
        ),
    ),
    Mistake(
        "biases averaged again",
        "The biases moved too little by the number of examples: their gradients were averaged although the "
        "average had been taken before.",
        "How often does the number of examples enter for the weights, and how often for your biases?",
        edits=(("dlogits.sum(axis=0)", "dlogits.mean(axis=0)"), ("dz1.sum(axis=0)", "dz1.mean(axis=0)")),
    ),
    Mistake(
        "biases not summed",
        "The biases have grown a row per example: what comes back from the examples was not added up for "
        "them.",
        "How many biases does a layer have, and how many did you get?",
        edits=(("dlogits.sum(axis=0)", "dlogits"), ("dz1.sum(axis=0)", "dz1")),
    ),
    Mistake(
        "biases left as they were",
        "The biases did not move: they are parameters like the weights.",
        "How many of the four parameters did you update?",
        edits=((" - lr * db1", ""), (" - lr * db2", "")),
    ),
    Mistake(
        "hidden layer left as it was",
        "Only the output layer learned; the parameters of the hidden layer are the old ones.",
        "How many of the four parameters did you update?",
        edits=(("W1 - lr * dW1, b1 - lr * db1", "W1, b1"),),
    ),
    Mistake(
        "learning rate forgotten",
        "The step is as long as the gradient itself, whatever learning rate was given.",
        "Which of the arguments have you not used yet?",
        edits=((_STEP, "    stepped = XorNetwork(W1 - dW1, b1 - db1, W2 - dW2, b2 - db2)\n"),),
    ),
    Mistake(
        "gradients returned",
        "What was returned are the gradients, and not parameters after a step.",
        "What is a gradient good for?",
        edits=((_STEP, "    stepped = XorNetwork(dW1, db1, dW2, db2)\n"),),
    ),
    Mistake(
        "old parameters changed",
        "The numbers are right, but the arrays that were handed in have changed with them: whoever kept the old "
        "parameters has lost them.",
        "Does your update write into an array, or make a new one?",
        wrong=_in_place,
    ),
    Mistake(
        "one example after the other",
        "Each example made a step of its own, and the later ones saw parameters that had moved already.",
        "How many steps does one pass over all examples take here?",
        wrong=_one_after_the_other,
    ),
    Mistake(
        "hidden bias forgotten",
        "The hidden sums lack their biases on the way forward.",
        "What does a hidden unit add up besides its weighted inputs?",
        edits=(("x @ W1 + b1", "x @ W1"),),
    ),
    Mistake(
        "output bias forgotten",
        "The output sums lack their bias on the way forward.",
        "Which of the four parameters does your prediction not depend on?",
        edits=(("h @ W2 + b2", "h @ W2"),),
    ),
    Mistake(
        "loss negative",
        "The step is right, but the loss that was returned is negative: a surprise is not.",
        "Should a worse prediction have a larger or a smaller loss?",
        edits=(("return stepped, loss", "return stepped, -loss"),),
    ),
    Mistake(
        "loss in bits",
        "The step is right, but the loss is in bits: it is larger than in nats by the factor 1.4427.",
        "In which unit was the loss asked for?",
        edits=(("return stepped, loss", "return stepped, loss / np.log(2)"),),
    ),
    Mistake(
        "squared distance returned",
        "The gradients are right, but the loss that was returned is the mean squared distance to the "
        "answers.",
        "Of which loss are these the gradients?",
        edits=(("return stepped, loss", "return stepped, ((probs - y) ** 2).mean()"),),
    ),
    Mistake(
        "only the term for yes",
        "The step is right, but the loss has one of its two terms: no surprise at a wrong yes is in it.",
        "What should a confident yes cost when the answer is no?",
        edits=(("return stepped, loss", "return stepped, -(y * np.log(probs)).mean()"),),
    ),
    Mistake(
        "ReLU forgotten on the way forward",
        "The hidden layer passes negative sums on, but on the way back it is treated as if it did not.",
        "Can a hidden value after ReLU be negative?",
        edits=(("h, _ = relu_forward(z1)", "h = z1"),),
    ),
    Mistake(
        "sigmoid in the hidden layer",
        "The hidden layer works with a sigmoid and its slope, where ReLU was asked for.",
        "Which of the two functions belongs to the hidden layer, and which to the output?",
        edits=(("h, _ = relu_forward(z1)", "h = 1 / (1 + np.exp(-z1))"), ("(z1 > 0)", "h * (1 - h)")),
    ),
    Mistake(
        "tanh in the hidden layer",
        "The hidden layer works with tanh and its slope, where ReLU was asked for.",
        "Which function does the task name for the hidden layer?",
        edits=(("h, _ = relu_forward(z1)", "h = np.tanh(z1)"), ("(z1 > 0)", "(1 - h**2)")),
    ),
    Mistake(
        "averaged twice",
        "The step is too short by the number of examples: the average was taken twice.",
        "How often does the number of examples enter the way back?",
        edits=(("/ len(x)", "/ len(x) ** 2"),),
    ),
    Mistake(
        "hidden layer averaged again",
        "The hidden layer moved too little by the number of examples: the average was taken once more on "
        "the way back to it.",
        "How often does the number of examples enter for each of the four parameters?",
        edits=(("    dW2, db2", "    dz1 = dz1 / len(x)\n    dW2, db2"),),
    ),
    *XOR_WHOLE,
)
