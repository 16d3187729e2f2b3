"""Adam: what goes wrong in the step, and in what is handed on."""

import numpy as np

from ._ex10_rules import Adam

_ROOT = "Which of eps and the root comes first?"

STEPS: tuple[tuple[str, str, str, Adam], ...] = (
    (
        "climbs",
        "The step goes along the gradient, uphill; the loss would rise.",
        "In which direction does the loss fall?",
        Adam(move=lambda p, step: p + step),
    ),
    (
        "rate forgotten",
        "The step does not depend on the learning rate: each parameter moves by about 1.",
        "Which of the arguments have you not used yet?",
        Adam(step=lambda m, size, lr, g, p, wd, t: m / size),
    ),
    (
        "no root",
        "The step is divided by an average of squares, of which no root was drawn: its unit is wrong.",
        "By how much should the step change when all gradients get ten times as large?",
        Adam(size=lambda v, eps, corrected, b, t: corrected + eps),
    ),
    (
        "eps inside the root",
        "The small number is added under the root: for tiny gradients it then dwarfs everything.",
        _ROOT,
        Adam(size=lambda v, eps, corrected, b, t: np.sqrt(corrected + eps)),
    ),
    (
        "eps added twice",
        "The small number is added under the root and again behind it.",
        _ROOT,
        Adam(size=lambda v, eps, corrected, b, t: np.sqrt(corrected + eps) + eps),
    ),
    (
        "eps forgotten",
        "The small number is missing: where a parameter never had a gradient, 0 is divided by 0.",
        "What keeps you from dividing by 0?",
        Adam(size=lambda v, eps, corrected, b, t: np.sqrt(corrected)),
    ),
    (
        "eps of its own",
        "The small number is always the same, whatever was given.",
        "Which of the arguments have you not used yet?",
        Adam(size=lambda v, eps, corrected, b, t: np.sqrt(corrected) + 1e-8),
    ),
    (
        "eps for its larger",
        "The larger of root and small number was taken, where they should be added.",
        "How are root and small number put together?",
        Adam(size=lambda v, eps, corrected, b, t: np.maximum(np.sqrt(corrected), eps)),
    ),
    (
        "eps before the correction",
        "The small number was added before the correction, so it is corrected together with the root.",
        "Of what is the small number to keep away the 0: of the young root, or of the corrected one?",
        Adam(size=lambda v, eps, corrected, b, t: (np.sqrt(v) + eps) / np.sqrt(1 - b**t)),
    ),
    (
        "gradient for its average",
        "The gradient itself takes the step, over its usual size; in Adam its corrected average does.",
        "What is the first average there for?",
        Adam(step=lambda m, size, lr, g, p, wd, t: lr * g / size),
    ),
    (
        "gradient for its average, corrected",
        "The gradient itself takes the step, and was corrected as if it were an average.",
        "What is the first average there for?",
        Adam(look=lambda m_hat, g, b, t, p, wd: g / (1 - b**t)),
    ),
    (
        "looking ahead",
        "The corrected average was brought up to date once more for the step: that is Nesterov's form.",
        "Which average takes the step, and how often has it seen this gradient?",
        Adam(look=lambda m_hat, g, b, t, p, wd: b * m_hat + (1 - b) * g / (1 - b**t)),
    ),
    (
        "eps subtracted",
        "The small number was subtracted from the root.",
        "What keeps you from dividing by 0?",
        Adam(size=lambda v, eps, corrected, b, t: np.sqrt(corrected) - eps),
    ),
    (
        "squares not corrected, corrected gradients handed on",
        "Only the average of gradients was corrected, and it is handed on corrected.",
        "Which of the averages began at 0, and which does the next step go on with?",
        Adam(v_hat=lambda v, b, t: v, kept=lambda m, v, m_hat, v_hat: (m_hat, v)),
    ),
    (
        "no size",
        "The corrected average takes the step undivided, as in momentum.",
        "What is the average of squares there for?",
        Adam(step=lambda m, size, lr, g, p, wd, t: lr * m),
    ),
    (
        "size multiplied",
        "The step was multiplied by the usual size, where it should be divided by it.",
        "Should parameters with large gradients move further than the others?",
        Adam(step=lambda m, size, lr, g, p, wd, t: lr * m * size),
    ),
    (
        "rate divided by the step",
        "The learning rate gets smaller with the number of the step; here it is what was given.",
        "What is the number of the step there for?",
        Adam(step=lambda m, size, lr, g, p, wd, t: lr / t * m / size),
    ),
    (
        "rate divided by the root of the step",
        "The learning rate gets smaller with the root of the number of the step; here it is what was given.",
        "What is the number of the step there for?",
        Adam(step=lambda m, size, lr, g, p, wd, t: lr / np.sqrt(t) * m / size),
    ),
    (
        "sign only",
        "Every parameter moves by the full rate, in the direction of its average's sign.",
        "What does an average do whose gradients change their sign all the time?",
        Adam(step=lambda m, size, lr, g, p, wd, t: lr * np.sign(m)),
    ),
    (
        "old averages take the step",
        "The step is made with the averages as they came in, before this gradient was in them.",
        "What comes first, the averages or the step?",
        Adam(stale="mv"),
    ),
    (
        "old squares take the step",
        "The step is divided by the average of squares as it came in, before this gradient was in it.",
        "What comes first, the averages or the step?",
        Adam(stale="v"),
    ),
    (
        "old gradients take the step",
        "The step is made with the average of gradients as it came in, before this one was in it.",
        "What comes first, the averages or the step?",
        Adam(stale="m"),
    ),
    (
        "corrected averages handed on",
        "The parameters are right, and the averages that are handed on are the corrected ones: the next step would "
        "correct them again.",
        "Which averages does the next step go on with?",
        Adam(kept=lambda m, v, m_hat, v_hat: (m_hat, v_hat)),
    ),
    (
        "corrected gradients handed on",
        "The average of gradients that is handed on is the corrected one: the next step would correct it again.",
        "Which averages does the next step go on with?",
        Adam(kept=lambda m, v, m_hat, v_hat: (m_hat, v)),
    ),
    (
        "corrected squares handed on",
        "The average of squares that is handed on is the corrected one: the next step would correct it again.",
        "Which averages does the next step go on with?",
        Adam(kept=lambda m, v, m_hat, v_hat: (m, v_hat)),
    ),
    (
        "root handed on",
        "The average of squares that is handed on is its root: the next step would go on with other units.",
        "Which averages does the next step go on with?",
        Adam(kept=lambda m, v, m_hat, v_hat: (m, np.sqrt(v))),
    ),
    (
        "corrected root handed on",
        "The average of squares that is handed on is the root of the corrected one: the next step would go on with other "
        "units.",
        "Which averages does the next step go on with?",
        Adam(kept=lambda m, v, m_hat, v_hat: (m, np.sqrt(v_hat))),
    ),
    (
        "corrected averages handed on, one as a root",
        "The averages that are handed on are the corrected ones, that of squares as its root.",
        "Which averages does the next step go on with?",
        Adam(kept=lambda m, v, m_hat, v_hat: (m_hat, np.sqrt(v_hat))),
    ),
    (
        "averages exchanged at the end",
        "The two averages have changed places in what is handed on.",
        "Which of the two can never be negative?",
        Adam(kept=lambda m, v, m_hat, v_hat: (v, m)),
    ),
    (
        "eps behind the quotient",
        "The small number was added behind the whole quotient: nothing keeps that from dividing by 0, and every parameter "
        "is pushed up.",
        "What is it that must not become 0?",
        Adam(
            size=lambda v, eps, corrected, b, t: (np.sqrt(corrected), eps),
            step=lambda m, size, lr, g, p, wd, t: lr * m / size[0] - size[1],
        ),
    ),
    (
        "eps behind the quotient, with the step",
        "The small number was added to the way to go, behind the quotient: nothing keeps that from dividing by 0, and every "
        "parameter is pushed down.",
        "What is it that must not become 0?",
        Adam(
            size=lambda v, eps, corrected, b, t: (np.sqrt(corrected), eps),
            step=lambda m, size, lr, g, p, wd, t: lr * m / size[0] + size[1],
        ),
    ),
    (
        "eps behind the quotient, times the rate",
        "The small number was added to the quotient, and then came the rate: nothing keeps it from dividing by 0.",
        "What is it that must not become 0?",
        Adam(
            size=lambda v, eps, corrected, b, t: (np.sqrt(corrected), eps),
            step=lambda m, size, lr, g, p, wd, t: lr * (m / size[0] + size[1]),
        ),
    ),
    (
        "rate inside the average",
        "The learning rate went into the average of gradients, and the average alone makes the step.",
        "What does m hold: gradients, or steps?",
        Adam(gradient_m=lambda g, p, wd, lr: lr * g, step=lambda m, size, lr, g, p, wd, t: m / size),
    ),
    (
        "one size for all",
        "All parameters were divided by one size, over all numbers; each should have its own.",
        "Which parameters would profit from one common size?",
        Adam(size=lambda v, eps, corrected, b, t: np.sqrt(np.mean(corrected)) + eps),
    ),
)
