"""Adam: what goes wrong in the two averages."""

import numpy as np

from ._ex10_rules import Adam

_AVERAGES = "Whose numbers go into which of the two averages, and with which share?"

AVERAGES: tuple[tuple[str, str, str, Adam], ...] = (
    (
        "shares exchanged",
        "In both averages the old has the share of the new, and the new that of the old.",
        "With a beta of 0.9, does an average change quickly or slowly?",
        Adam(m=lambda m, g, b: (1 - b) * m + b * g, v=lambda v, g, b, m: (1 - b) * v + b * g * g),
    ),
    (
        "shares of the gradients exchanged",
        "In the average of gradients the old has the share of the new, and the new that of the old.",
        "With a beta of 0.9, does an average change quickly or slowly?",
        Adam(m=lambda m, g, b: (1 - b) * m + b * g),
    ),
    (
        "shares of the squares exchanged",
        "In the average of squares the old has the share of the new, and the new that of the old.",
        "With a beta of 0.9, does an average change quickly or slowly?",
        Adam(v=lambda v, g, b, m: (1 - b) * v + b * g * g),
    ),
    (
        "heavy ball",
        "The gradient goes in full into its average, as in the heavy ball; here it has the rest of the share.",
        "To what do the shares of an average add up?",
        Adam(m=lambda m, g, b: b * m + g),
    ),
    (
        "square in full",
        "The square of the gradient goes in full into its average; it should have the rest of the share.",
        "To what do the shares of an average add up?",
        Adam(v=lambda v, g, b, m: b * v + g * g),
    ),
    (
        "both in full",
        "Gradient and square go in full into their averages; each should have the rest of the share.",
        "To what do the shares of an average add up?",
        Adam(m=lambda m, g, b: b * m + g, v=lambda v, g, b, m: b * v + g * g),
    ),
    (
        "shares over the sum",
        "The share of beta was taken after the gradient had been added, so that the gradient was shrunk too.",
        "Of what does a share stay?",
        Adam(m=lambda m, g, b: b * (m + (1 - b) * g), v=lambda v, g, b, m: b * (v + (1 - b) * g * g)),
    ),
    (
        "squares summed",
        "The squares are summed up for good, none is ever forgotten: that is AdaGrad.",
        "What happens to the old average of squares with each step?",
        Adam(v=lambda v, g, b, m: v + g * g),
    ),
    (
        "old squares kept in full",
        "The average of squares never forgets: its old value came in full, and a share of the new was added.",
        "What happens to the old average of squares with each step?",
        Adam(v=lambda v, g, b, m: v + (1 - b) * g * g),
    ),
    (
        "old gradients kept in full",
        "The average of gradients never forgets: its old value came in full, and a share of the new was added.",
        "What happens to the old average with each step?",
        Adam(m=lambda m, g, b: m + (1 - b) * g),
    ),
    (
        "squares without memory",
        "The old average of squares is gone: only this step's squares count.",
        "What did the steps before leave to this one?",
        Adam(v=lambda v, g, b, m: (1 - b) * g * g),
    ),
    (
        "gradients without memory",
        "The old average of gradients is gone: only this step's gradient counts.",
        "What did the steps before leave to this one?",
        Adam(m=lambda m, g, b: (1 - b) * g),
    ),
    (
        "not squared",
        "The second average is one of gradients, not of their squares: where it is negative there is no root.",
        "What makes the sign disappear, so that a size is left?",
        Adam(v=lambda v, g, b, m: b * v + (1 - b) * g),
    ),
    (
        "absolute value for square",
        "The second average is one of sizes, not of squares, and then a root was drawn of it all the same.",
        "In which units must the average be, so that its root has those of a gradient?",
        Adam(v=lambda v, g, b, m: b * v + (1 - b) * np.abs(g)),
    ),
    (
        "share squared",
        "The share of the new was squared together with the gradient.",
        "What is squared: the gradient, or its share?",
        Adam(v=lambda v, g, b, m: b * v + ((1 - b) * g) ** 2),
    ),
    (
        "squares of the average",
        "The second average is made from squares of the first average; it should see the gradient itself.",
        _AVERAGES,
        Adam(v=lambda v, g, b, m: b * v + (1 - b) * m * m),
    ),
    (
        "squares of the difference",
        "The second average is made from squares of the gradient's distance to its average: a variance, another method.",
        _AVERAGES,
        Adam(v=lambda v, g, b, m: b * v + (1 - b) * (g - m) ** 2),
    ),
    (
        "largest square",
        "The average of squares can only grow: the larger of old and new was kept.",
        "What happens to the size of a step when gradients have become small?",
        Adam(v=lambda v, g, b, m: np.maximum(v, b * v + (1 - b) * g * g)),
    ),
)
