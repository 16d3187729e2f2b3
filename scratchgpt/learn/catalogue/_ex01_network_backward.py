"""Lesson 01: the mistakes that are made on the way back through the network on paper."""

from ..exercise import Mistake
from ._ex01_network_whole import BACKWARD_WHOLE

_BACK = ")\n    dz1 = "  # where the error at the output is ready

BACKWARD = (
    Mistake(
        "sign",
        "All gradients have the wrong sign: a step against them would make the prediction worse.",
        "When the prediction is below the answer, should a larger output sum raise or lower the loss?",
        edits=(("(y_hat - y)", "(y - y_hat)"),),
    ),
    Mistake(
        "dloss forgotten",
        "The gradient that arrives from above was not used: it is as if it were 1.",
        "What does the chain rule do with what comes from above?",
        edits=(("dz2 = dloss * ", "dz2 = "),),
    ),
    Mistake(
        "dloss used twice",
        "The gradient that arrives from above is in the hidden layer's gradients once too often.",
        "When you walk back from the output to the hidden layer, what has been multiplied in already?",
        edits=(("    dz1 = dz2", "    dz1 = dloss * dz2"),),
    ),
    Mistake(
        "squared error",
        "These are the gradients of the squared distance to the answer, not of the cross-entropy.",
        "Of which loss were the gradients asked for?",
        edits=((_BACK, ") * 2 * y_hat * (1 - y_hat)\n\n    dz1 = "),),
    ),
    Mistake(
        "extra sigmoid slope",
        "The slope of the sigmoid is in all gradients once too often: for this loss it cancels, so that even a "
        "confident mistake is still corrected.",
        "What becomes of that slope when you multiply it with the slope of the loss?",
        edits=((_BACK, ") * y_hat * (1 - y_hat)\n\n    dz1 = "),),
    ),
    Mistake(
        "sigmoid slope forgotten",
        "This is how the loss changes with the probability; the way from there to the output sum is missing.",
        "What stands between the output sum and the probability?",
        edits=((_BACK, ") / (y_hat * (1 - y_hat))\n\n    dz1 = "),),
    ),
    Mistake(
        "ReLU slope forgotten",
        "Hidden units that were off receive a gradient, although the loss does not change with their sums.",
        "What does a unit pass on when its sum is negative, and a little more negative?",
        edits=((" * (z1 > 0)", ""),),
    ),
    Mistake(
        "slope 1 at 0",
        "A hidden unit whose sum is exactly 0 passes the gradient on, where its slope was to count as 0.",
        "What did the task say about a sum of exactly 0?",
        edits=(("(z1 > 0)", "(z1 >= 0)"),),
    ),
    Mistake(
        "ReLU's value for its slope",
        "What comes back was multiplied by the hidden value itself, not by how fast that value changes.",
        "If the hidden sum grows by a little, how much does ReLU's result grow?",
        edits=((" * (z1 > 0)", " * h"),),
    ),
    Mistake(
        "slope of a sigmoid in the hidden layer",
        "What comes back to the hidden sums was multiplied by the slope of a sigmoid, but the hidden units are "
        "ReLU units.",
        "Which function stands between the hidden sums and the hidden values?",
        edits=((" * (z1 > 0)", " * h * (1 - h)"),),
    ),
    Mistake(
        "output weights skipped",
        "Every hidden unit that is on receives the same gradient: the weights on the way from the output back "
        "to them were skipped.",
        "How strongly does the output sum react to each hidden value?",
        edits=(("dz2 * W2 * ", "np.full(len(h), dz2) * "),),
    ),
    Mistake(
        "hidden values and output weights exchanged",
        "The two factors of the output sum changed places: each should have been multiplied by the other "
        "one.",
        "What is the slope of a product with respect to its first factor?",
        edits=(("dz2 * W2 * ", "dz2 * h * "), ("W2=dz2 * h", "W2=dz2 * W2")),
    ),
    Mistake(
        "sums before ReLU for the output weights",
        "The gradient of the output weights was taken from the hidden sums before ReLU: a unit that was off sent "
        "nothing, and its output weight should have the gradient 0.",
        "Which number went in at the output weight's near end?",
        edits=(("W2=dz2 * h", "W2=dz2 * z1"),),
    ),
    Mistake(
        "dW1 transposed",
        "The gradient of the first weight matrix lies on its side: a row should belong to a hidden unit, as in "
        "the matrix itself.",
        "Which shape must the gradient of a matrix have?",
        edits=(("np.outer(dz1, x)", "np.outer(x, dz1)"),),
    ),
    Mistake(
        "hidden values for the inputs",
        "The gradient of the first weight matrix was built with the hidden values, which come out of that layer "
        "and do not go into it.",
        "Which numbers do these weights multiply?",
        edits=(("np.outer(dz1, x)", "np.outer(dz1, h)"),),
    ),
    Mistake(
        "biases without a gradient",
        "The biases have the gradient 0, as if the loss did not depend on them.",
        "What is the input of a bias?",
        edits=(("b1=dz1", "b1=np.zeros(len(h))"), ("b2=dz2", "b2=0.0 * dz2")),
    ),
    Mistake(
        "hidden biases added up",
        "The hidden biases share one gradient, the sum of theirs: each of them has its own.",
        "How many hidden biases are there?",
        edits=(("b1=dz1", "b1=dz1.sum()"),),
    ),
    Mistake(
        "cache changed",
        "The numbers are right, but an array of the cache was changed on the way: a second call would give "
        "other gradients.",
        "Does your line make a new array, or does it write into one that was handed in?",
        edits=(("W2=dz2 * h", "W2=np.multiply(dz2, h, out=h)"),),
    ),
    Mistake(
        "the output's error for the hidden biases",
        "All hidden biases have the gradient of the output's bias: what comes back did not pass the weights and "
        "the ReLU on its way to them.",
        "Through what does a hidden bias reach the output?",
        edits=(("b1=dz1", "b1=np.full(len(h), dz2)"),),
    ),
    Mistake(
        "dloss forgotten for the hidden layer",
        "The gradient that arrives from above is missing from the gradients of the hidden layer.",
        "With which error at the output did the way back to the hidden layer begin?",
        edits=(("    dz1 = dz2", "    dz1 = dz2 / dloss"),),
    ),
    Mistake(
        "dloss forgotten for the output weights",
        "The gradient that arrives from above is missing from the gradients of the output weights.",
        "To which of the four gradients does the chain rule apply?",
        edits=(("W2=dz2 * h", "W2=dz2 / dloss * h"),),
    ),
    Mistake(
        "dloss forgotten for the output bias",
        "The gradient that arrives from above is missing from the gradient of the output bias.",
        "To which of the four gradients does the chain rule apply?",
        edits=(("b2=dz2", "b2=dz2 / dloss"),),
    ),
    Mistake(
        "the answer not used",
        "The error at the output is the prediction itself: what was right has no part in it.",
        "With what must a prediction be compared?",
        edits=(("(y_hat - y)", "y_hat"),),
    ),
    Mistake(
        "only the term for yes",
        "These are the gradients of the first of the two terms of the loss: where the right answer is no, nothing "
        "comes back.",
        "How does the loss change with the prediction when the answer is no?",
        edits=(("(y_hat - y)", "-y * (1 - y_hat)"),),
    ),
    Mistake(
        "hidden bias before the ReLU slope",
        "The hidden biases received what comes back before it passed the ReLU, so units that are off have a "
        "gradient for them.",
        "On which side of the ReLU is the bias added?",
        edits=(("b1=dz1", "b1=dz2 * W2"),),
    ),
    Mistake(
        "hidden weights before the ReLU slope",
        "The first weight matrix received what comes back before it passed the ReLU, so units that are off have "
        "a gradient in it.",
        "On which side of the ReLU do these weights stand?",
        edits=(("np.outer(dz1, x)", "np.outer(dz2 * W2, x)"),),
    ),
    Mistake(
        "slope of tanh in the hidden layer",
        "What comes back to the hidden sums was multiplied by the slope of tanh, but the hidden units are "
        "ReLU units.",
        "Which function stands between the hidden sums and the hidden values?",
        edits=((" * (z1 > 0)", " * (1 - h**2)"),),
    ),
    Mistake(
        "hidden biases and output weights exchanged",
        "The gradients of the hidden biases and of the output weights stand in each other's place; they have the "
        "same shape.",
        "In which order do the four parameters stand?",
        edits=(("b1=dz1", "b1=dz2 * h"), ("W2=dz2 * h", "W2=dz1")),
    ),
    Mistake(
        "hidden biases averaged",
        "The hidden biases share one gradient, the mean of theirs: each of them has its own.",
        "How many hidden biases are there?",
        edits=(("b1=dz1", "b1=np.full(len(h), dz1.mean())"),),
    ),
    Mistake(
        "hidden values in the place of the output weights",
        "On the way back to the hidden layer the hidden values were used where the output weights belong.",
        "How strongly does the output sum react to each hidden value?",
        edits=(("dz2 * W2 * ", "dz2 * h * "),),
    ),
    Mistake(
        "output weights multiplied by themselves",
        "The gradient of the output weights was built from these weights, and not from what they multiply.",
        "What is the slope of a product with respect to its first factor?",
        edits=(("W2=dz2 * h", "W2=dz2 * W2"),),
    ),
    Mistake(
        "hidden values not used for the output weights",
        "All output weights have the same gradient: the hidden values that they multiply have no part in it.",
        "How strongly does the output sum react to each of its weights?",
        edits=(("W2=dz2 * h", "W2=np.full(len(h), dz2)"),),
    ),
    *BACKWARD_WHOLE,
)
