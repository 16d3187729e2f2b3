"""19.4: mistakes in the scores and the loss of a linear probe."""

from ..exercise import Mistake

_SCORES = "log_probs = log_softmax(matmul(h, weight) + bias)"
LOSS = "loss = -log_probs[rows, labels].mean()"
WEIGHT = "weight - lr * matmul(h.T, dlogits)"
BIAS = "bias - lr * dlogits.sum(axis=0)"
FORWARD = "What are the scores of a class made of?"
LABEL = "Which entry of each row belongs to the label, and what is true of it?"
STEP = "Which way is down, and how far does one step go?"
ROWS = "Over which axis do the probabilities of one state sum to 1?"
BIAS_ASKS = "How many states pull at the bias of a class, and what becomes of their pulls?"

PROBE_FORWARD = (
    *(
        Mistake(key, says, asks, edits=((_SCORES, new),))
        for key, says, asks, new in (
            (
                "softmax over the states",
                "The softmax went over the states, not over the classes.",
                ROWS,
                "log_probs = log_softmax(matmul(h, weight) + bias, axis=0)",
            ),
            (
                "one softmax for everything",
                "The probabilities of all states together sum to 1; those of each state should.",
                ROWS,
                "log_probs = log_softmax((matmul(h, weight) + bias).reshape(-1)).reshape(len(h), -1)",
            ),
            (
                "no maximum taken away",
                "Large scores overflow: their exponentials are infinite. Only differences of scores matter to a softmax.",
                "What can be taken from all scores of a state without changing its probabilities?",
                "log_probs = (lambda s: s - xp.log(xp.exp(s).sum(axis=-1, keepdims=True)))(matmul(h, weight) + bias)",
            ),
            (
                "log of a vanished probability",
                "A probability that is too small for a float became 0, and its log infinite. The log of a softmax can be had without "
                "taking the softmax first.",
                "What is the log of a quotient?",
                "log_probs = xp.log(xp.exp(log_softmax(matmul(h, weight) + bias)))",
            ),
            (
                "overflow in both",
                "Large scores overflow: probabilities are infinity over infinity. Only differences of scores matter to a softmax.",
                "What can be taken from all scores of a state without changing its probabilities?",
                "log_probs = xp.log((lambda e: e / e.sum(axis=-1, keepdims=True))(xp.exp(matmul(h, weight) + bias)))",
            ),
            (
                "softmax twice",
                "The probabilities passed a softmax once more.",
                "What does a softmax expect, scores or probabilities?",
                "log_probs = log_softmax(xp.exp(log_softmax(matmul(h, weight) + bias)))",
            ),
            (
                "bias subtracted",
                "The bias was taken from the scores, where it has to be added.",
                FORWARD,
                "log_probs = log_softmax(matmul(h, weight) - bias)",
            ),
            (
                "scaled scores",
                "The scores were divided by the root of the number of channels, as in attention.",
                FORWARD,
                "log_probs = log_softmax(matmul(h, weight) / h.shape[1] ** 0.5 + bias)",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((LOSS, new),))
        for key, says, asks, new in (
            (
                "log2",
                "The loss is in bits; nats were asked for.",
                "To which base is the log of a nat?",
                "loss = -log_probs[rows, labels].mean() / 0.6931471805599453",
            ),
            (
                "loss over all classes",
                "The loss was divided by the number of classes as well; there is one label for each state.",
                "How many numbers does the mean go over?",
                "loss = -log_probs[rows, labels].sum() / log_probs.size",
            ),
            (
                "loss of all classes",
                "The losses of all classes were averaged, not only those of the labels.",
                LABEL,
                "loss = -log_probs.mean()",
            ),
            (
                "losses of the states",
                "There is a loss for each state; their mean was asked for.",
                "How many numbers is the loss?",
                "loss = -log_probs[rows, labels]",
            ),
            (
                "log of the mean probability",
                "The probabilities of the labels were averaged first, and then the log was taken; the logs are averaged.",
                "Which comes first, the log or the mean?",
                "loss = -xp.log(xp.exp(log_probs[rows, labels]).mean())",
            ),
            (
                "probability for its log",
                "The loss is made of probabilities; a cross-entropy is made of their logs.",
                "How surprising is something certain, and how surprising something impossible?",
                "loss = -xp.exp(log_probs[rows, labels]).mean()",
            ),
            (
                "share of errors",
                "That is how often another class had the largest score; the cross-entropy was asked for.",
                "Does the loss change when a probability does, but not the class in front?",
                "loss = (log_probs.argmax(axis=1) != labels).mean()",
            ),
            (
                "perplexity",
                "That is the exponential of the loss, its perplexity.",
                "In which unit is the loss asked for?",
                "loss = xp.exp(-log_probs[rows, labels].mean())",
            ),
            (
                "all pairs of states and labels",
                "Every state met the labels of all states; each has one of its own.",
                LABEL,
                "loss = -log_probs[:, labels].mean()",
            ),
            (
                "entropy for cross-entropy",
                "That is the mean entropy of the probabilities; the labels do not occur in it.",
                LABEL,
                "loss = -(xp.exp(log_probs) * log_probs).sum(axis=1).mean()",
            ),
            (
                "squared error",
                "The loss is a squared error of the probabilities, not their cross-entropy.",
                "Which loss was asked for?",
                "loss = ((xp.exp(log_probs) - xp.eye(len(bias))[labels]) ** 2).sum(axis=1).mean()",
            ),
        )
    ),
)
