"""Lesson 01: the mistakes that are made on the way forward through the network on paper."""

from ..exercise import Mistake
from ._ex01_network_whole import FORWARD_WHOLE

_LOSS = "loss, (y_hat, _) = binary_cross_entropy_forward(z2, np.asarray(y))\n"

FORWARD = (
    Mistake(
        "W1 transposed",
        "The weights of the hidden layer were used by columns: each hidden sum mixes weights that lead into "
        "different units.",
        "Which numbers of the matrix lead into the first hidden unit, a row or a column?",
        edits=(("z1 = W1 @ x", "z1 = W1.T @ x"),),
    ),
    Mistake(
        "hidden bias forgotten",
        "The hidden sums lack their biases: with all inputs at 0, every hidden unit would start from "
        "nothing.",
        "What does a hidden unit add up besides its weighted inputs?",
        edits=((" + b1\n", "\n"),),
    ),
    Mistake(
        "output bias forgotten",
        "The output lacks its bias: with all hidden units off, the prediction would always be one half.",
        "Which of the four parameters have you not used yet?",
        edits=((" + b2\n", "\n"),),
    ),
    Mistake(
        "ReLU forgotten",
        "Negative hidden sums pass on unchanged, so the two layers together are one straight line.",
        "Can a hidden value after ReLU be negative?",
        edits=(("h, _ = relu_forward(z1)", "h = z1"),),
    ),
    Mistake(
        "sigmoid in the hidden layer",
        "The hidden values lie between 0 and 1 even where the sums are large: they went through a sigmoid.",
        "Which of the two functions belongs to the hidden layer, and which to the output?",
        edits=(("h, _ = relu_forward(z1)", "h = 1 / (1 + np.exp(-z1))"),),
    ),
    Mistake(
        "tanh in the hidden layer",
        "The hidden values lie between -1 and 1 even where the sums are large: they went through tanh.",
        "Which function does the task name for the hidden layer?",
        edits=(("h, _ = relu_forward(z1)", "h = np.tanh(z1)"),),
    ),
    Mistake(
        "the negative part kept",
        "ReLU is the wrong way round: it kept the negative sums and cut the positive ones off.",
        "Which sums pass through ReLU unchanged?",
        edits=(("h, _ = relu_forward(z1)", "h = np.minimum(z1, 0)"),),
    ),
    Mistake(
        "bias after ReLU",
        "The hidden biases were added after ReLU, so they cannot shift the point at which a unit turns on.",
        "Is the bias part of the sum, or of what comes behind it?",
        edits=(("h, _ = relu_forward(z1)", "h = np.maximum(z1 - b1, 0) + b1"),),
    ),
    Mistake(
        "biases changed",
        "The numbers are right, but the sums were written into the array of the biases: whoever uses these "
        "parameters next gets others.",
        "Does your line make a new array, or does it write into one that was handed in?",
        edits=(("    z1 = W1", "    b1 += W1"), (" + b1\n", "\n    z1 = b1\n")),
    ),
    Mistake(
        "ReLU on the output",
        "The output sum was cut off at 0 before the sigmoid, so no prediction lies below one half.",
        "How could this network say no?",
        edits=(("W2 @ h + b2", "np.maximum(W2 @ h + b2, 0)"),),
    ),
    Mistake(
        "no sigmoid",
        "The output sum was taken for a probability: it may lie below 0 or above 1, and then its logarithm is "
        "not a number.",
        "What turns any number into one between 0 and 1?",
        edits=((_LOSS, "y_hat = z2\n    loss = -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))\n"),),
    ),
    Mistake(
        "sigmoid turned round",
        "The prediction is the probability of no: it falls where the output sum grows.",
        "Towards which number does the sigmoid go when its input grows?",
        edits=((_LOSS, "z2 = -z2\n    " + _LOSS),),
    ),
    Mistake(
        "the output sum kept as prediction",
        "The loss is right, but what the cache keeps as the prediction is the sum before the sigmoid, not the "
        "probability.",
        "Is every prediction in your cache between 0 and 1?",
        edits=(("z1, h, y_hat, W2)", "z1, h, z2, W2)"),),
    ),
    Mistake(
        "the sums kept after ReLU",
        "The cache keeps the hidden values twice, and the sums before ReLU are lost.",
        "What has to be remembered to know which units were off?",
        edits=(("NetworkCache(x, y, z1,", "NetworkCache(x, y, h,"),),
    ),
    Mistake(
        "sums and values exchanged in the cache",
        "The cache has the hidden sums in the place of the hidden values, and the other way round.",
        "Which of the two may be negative?",
        edits=(("y, z1, h,", "y, h, z1,"),),
    ),
    Mistake(
        "the prediction returned",
        "What was returned as the loss is the prediction.",
        "Is it good or bad when the first number of your result is large?",
        edits=(("    return loss, ", "    return y_hat, "),),
    ),
    Mistake(
        "only the term for yes",
        "The loss has one of its two terms: where the right answer is no, it is 0 whatever was predicted.",
        "What should a confident yes cost when the answer is no?",
        edits=((_LOSS, _LOSS + "    loss = -y * np.log(y_hat)\n"),),
    ),
    Mistake(
        "the answer not used",
        "The loss is the surprise at a yes, also where the right answer is no.",
        "Which of the arguments does your loss not depend on?",
        edits=((_LOSS, _LOSS + "    loss = -np.log(y_hat)\n"),),
    ),
    Mistake(
        "yes and no exchanged",
        "The loss is small where the prediction is far from the answer: yes and no changed places in it.",
        "Which logarithm belongs to the right answer 1?",
        edits=((_LOSS, _LOSS + "    loss = -(y * np.log(1 - y_hat) + (1 - y) * np.log(y_hat))\n"),),
    ),
    Mistake(
        "squared error",
        "The loss is the squared distance between the prediction and the answer: a confident mistake costs 1 "
        "at most, where its surprise would have no limit.",
        "Which loss was asked for?",
        edits=((_LOSS, _LOSS + "    loss = (y_hat - y) ** 2\n"),),
    ),
    Mistake(
        "half of the squared error",
        "The loss is half of the squared distance to the answer: a confident mistake costs one half at most, "
        "where its surprise would have no limit.",
        "Which loss was asked for?",
        edits=((_LOSS, _LOSS + "    loss = 0.5 * (y_hat - y) ** 2\n"),),
    ),
    Mistake(
        "base 2",
        "The loss is in bits: its logarithms are to base 2, and it is larger than in nats by the factor "
        "1.4427.",
        "In which unit was the loss asked for?",
        edits=(("    return loss, ", "    return loss / np.log(2), "),),
    ),
    Mistake(
        "sign",
        "The loss is negative: the logarithm of a probability is, but a surprise is not.",
        "Should a worse prediction have a larger or a smaller loss?",
        edits=(("    return loss", "    return -loss"),),
    ),
    Mistake(
        "W1 transposed, one weight at a time",
        "The weights of the hidden layer were used by columns: each hidden sum mixes weights that lead into "
        "different units, and unless the table is square there are too few of them.",
        "Which of the two indices counts the hidden units, and which the inputs?",
        edits=(
            (
                "z1 = W1 @ x",
                "z1 = np.array([sum(W1[i, j] * x[i] for i in range(len(x))) for j in range(len(b1))])",
            ),
        ),
    ),
    Mistake(
        "added up along the wrong axis",
        "The products of weights and inputs were added up over the hidden units: there is one sum per input, and "
        "not one per hidden unit.",
        "How many hidden sums are there, and over what does each of them run?",
        edits=(("z1 = W1 @ x", "z1 = (W1 * x).sum(axis=0)"),),
    ),
    Mistake(
        "bias after ReLU, sums without it",
        "The hidden biases were added after ReLU: they are missing from the sums, and cannot shift the point at "
        "which a unit turns on.",
        "Is the bias part of the sum, or of what comes behind it?",
        edits=(
            ("z1 = W1 @ x + b1", "z1 = W1 @ x"),
            ("h, _ = relu_forward(z1)", "h = np.maximum(z1, 0) + b1"),
        ),
    ),
    Mistake(
        "sigmoid twice",
        "The output sum went through the sigmoid twice, so every prediction lies between 0.5 and 0.74.",
        "Does the function that you hand the output to apply a sigmoid of its own?",
        edits=((_LOSS, "z2 = 1 / (1 + np.exp(-z2))\n    " + _LOSS),),
    ),
    Mistake(
        "tanh at the output",
        "The prediction lies between -1 and 1: the output sum went through tanh, which gives no probability.",
        "Which function turns a sum into a probability?",
        edits=(
            (_LOSS, "y_hat = np.tanh(z2)\n    loss = -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))\n"),
        ),
    ),
    Mistake(
        "only the term for no",
        "The loss has one of its two terms: where the right answer is yes, it is 0 whatever was predicted.",
        "What should a confident no cost when the answer is yes?",
        edits=((_LOSS, _LOSS + "    loss = -(1 - y) * np.log(1 - y_hat)\n"),),
    ),
    Mistake(
        "minus for one term only",
        "The minus sign reaches only the first of the two terms: where the right answer is no, the loss "
        "is negative.",
        "To how many of the two logarithms does your minus sign belong?",
        edits=((_LOSS, _LOSS + "    loss = -y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)\n"),),
    ),
    Mistake(
        "halved",
        "The loss is half of what it should be: the two terms were averaged, where they are to be added.",
        "How much of the two terms is left when the right answer is a plain yes?",
        edits=((_LOSS, _LOSS + "    loss = 0.5 * loss\n"),),
    ),
    Mistake(
        "base 10",
        "The logarithms are to base 10, so the loss is smaller than in nats by the factor 0.4343.",
        "In which unit was the loss asked for?",
        edits=(("    return loss, ", "    return loss / np.log(10), "),),
    ),
    Mistake(
        "every answer below 1 taken for no",
        "An answer between no and yes was taken for a plain no: each of the two surprises was to be "
        "weighted.",
        "What does a right answer of 0.3 mean for the two terms?",
        edits=(("np.asarray(y)", "np.asarray(float(y == 1))"),),
    ),
    Mistake(
        "every answer above 0 taken for yes",
        "An answer between no and yes was taken for a plain yes: each of the two surprises was to be "
        "weighted.",
        "What does a right answer of 0.3 mean for the two terms?",
        edits=(("np.asarray(y)", "np.asarray(float(y > 0))"),),
    ),
    *FORWARD_WHOLE,
)
