"""Adam: what goes wrong in the corrections, and with the betas."""

import numpy as np

from ._ex10_rules import Adam

_AVERAGES = "Whose numbers go into which of the two averages, and with which share?"
_FACTOR = "After t equal gradients, which part of them is in an average that began at 0?"

CORRECTIONS: tuple[tuple[str, str, str, Adam], ...] = (
    (
        "no correction",
        "Neither average was corrected: late steps are right, the first ones have the wrong length.",
        "How large is each average after the first step, compared with what it averages?",
        Adam(m_hat=lambda m, b, t: m, v_hat=lambda v, b, t: v),
    ),
    (
        "squares not corrected",
        "Only the average of gradients was corrected. That of squares is as young, so the first steps are far too long.",
        "Which of the averages began at 0?",
        Adam(v_hat=lambda v, b, t: v),
    ),
    (
        "gradients not corrected",
        "Only the average of squares was corrected. That of gradients is as young, so the first steps are too short.",
        "Which of the averages began at 0?",
        Adam(m_hat=lambda m, b, t: m),
    ),
    (
        "step counted from 0",
        "The correction is that of the step before: at the first step it divides by 0.",
        "How many gradients are in the averages when the first step is made?",
        Adam(m_hat=lambda m, b, t: m / (1 - b ** (t - 1)), v_hat=lambda v, b, t: v / (1 - b ** (t - 1))),
    ),
    (
        "step counted from 0, but the first",
        "The correction is that of the step before, and at the first step that of the first: it is right there and nowhere "
        "else.",
        "How many gradients are in the averages when the second step is made?",
        Adam(
            m_hat=lambda m, b, t: m / (1 - b ** max(t - 1, 1)),
            v_hat=lambda v, b, t: v / (1 - b ** max(t - 1, 1)),
        ),
    ),
    (
        "step counted from 0, the first not corrected",
        "The correction is that of the step before, and at the first step there is none.",
        "How many gradients are in the averages when the first step is made?",
        Adam(
            m_hat=lambda m, b, t: m / (1 - b ** (t - 1)) if t > 1 else m,
            v_hat=lambda v, b, t: v / (1 - b ** (t - 1)) if t > 1 else v,
        ),
    ),
    (
        "only the first step corrected",
        "Only at the first step the averages were corrected; they are still young at the second.",
        "How many gradients are in the averages when the second step is made?",
        Adam(
            m_hat=lambda m, b, t: m / (1 - b) if t == 1 else m,
            v_hat=lambda v, b, t: v / (1 - b) if t == 1 else v,
        ),
    ),
    (
        "step one too far for the gradients",
        "The correction of the gradients' average is that of the step after this one.",
        "How many gradients are in the averages when the first step is made?",
        Adam(m_hat=lambda m, b, t: m / (1 - b ** (t + 1))),
    ),
    (
        "step one too far for the squares",
        "The correction of the squares' average is that of the step after this one.",
        "How many gradients are in the averages when the first step is made?",
        Adam(v_hat=lambda v, b, t: v / (1 - b ** (t + 1))),
    ),
    (
        "plus for minus in the correction",
        "The averages were divided by 1 and the power of beta, and so made smaller: they are too small already.",
        "Should a young average become larger or smaller?",
        Adam(m_hat=lambda m, b, t: m / (1 + b**t), v_hat=lambda v, b, t: v / (1 + b**t)),
    ),
    (
        "gradients not corrected, eps before the correction",
        "The average of gradients was not corrected; that of squares was, together with the small number.",
        "Which of the averages began at 0?",
        Adam(
            m_hat=lambda m, b, t: m,
            size=lambda v, eps, corrected, b, t: (np.sqrt(v) + eps) / np.sqrt(1 - b**t),
        ),
    ),
    (
        "step counted one too far",
        "The correction is that of the step after this one.",
        "How many gradients are in the averages when the first step is made?",
        Adam(m_hat=lambda m, b, t: m / (1 - b ** (t + 1)), v_hat=lambda v, b, t: v / (1 - b ** (t + 1))),
    ),
    (
        "power forgotten",
        "The correction is the same at all steps: right at the first one, and too large ever after.",
        "Does an average stay as young as it was at the first step?",
        Adam(m_hat=lambda m, b, t: m / (1 - b), v_hat=lambda v, b, t: v / (1 - b)),
    ),
    (
        "step as a factor",
        "The correction has beta times the number of the step where it should have a power of beta.",
        "What does a share of beta of a share of beta come to?",
        Adam(m_hat=lambda m, b, t: m / (1 - b * t), v_hat=lambda v, b, t: v / (1 - b * t)),
    ),
    (
        "power of the difference",
        "The power was taken of 1 less beta; it belongs to beta alone.",
        _FACTOR,
        Adam(m_hat=lambda m, b, t: m / (1 - b) ** t, v_hat=lambda v, b, t: v / (1 - b) ** t),
    ),
    (
        "divided by the power",
        "The averages were divided by the power of beta itself, which is what they lack, not what they have.",
        _FACTOR,
        Adam(m_hat=lambda m, b, t: m / b**t, v_hat=lambda v, b, t: v / b**t),
    ),
    (
        "correction multiplied",
        "The averages were multiplied by their factor, and so made even smaller: they are too small already.",
        "Should a young average become larger or smaller?",
        Adam(m_hat=lambda m, b, t: m * (1 - b**t), v_hat=lambda v, b, t: v * (1 - b**t)),
    ),
    (
        "averages divided by the step",
        "The averages were divided by the number of the step, as if they were sums of all gradients.",
        _FACTOR,
        Adam(m_hat=lambda m, b, t: m / t, v_hat=lambda v, b, t: v / t),
    ),
    (
        "correction beside the root",
        "The factor of the average of squares was applied to its root: there it belongs under the root.",
        "Is it the average that is corrected, or its root?",
        Adam(v_hat=lambda v, b, t: v / (1 - b**t) ** 2),
    ),
    (
        "betas exchanged",
        "The two betas have changed places, in the averages and in the corrections.",
        "Which of the two averages has the longer memory?",
        Adam(betas=lambda a, b: (b, a), corrections=lambda a, b: (b, a)),
    ),
    (
        "betas exchanged in the averages",
        "The two betas have changed places in the averages, though not in the corrections.",
        "Which of the two averages has the longer memory?",
        Adam(betas=lambda a, b: (b, a)),
    ),
    (
        "betas exchanged in the corrections",
        "The averages are right, and each was corrected with the beta of the other one.",
        "Whose beta says how young an average is?",
        Adam(corrections=lambda a, b: (b, a)),
    ),
    (
        "first beta everywhere",
        "The second beta is not used at all: the squares are averaged and corrected with the first one.",
        "Whose is the second beta?",
        Adam(betas=lambda a, b: (a, a), corrections=lambda a, b: (a, a)),
    ),
    (
        "second beta everywhere",
        "The first beta is not used at all: the gradients are averaged and corrected with the second one.",
        "Whose is the first beta?",
        Adam(betas=lambda a, b: (b, b), corrections=lambda a, b: (b, b)),
    ),
    (
        "first beta in both averages",
        "The squares are averaged with the first beta; it is right in the corrections only.",
        _AVERAGES,
        Adam(betas=lambda a, b: (a, a)),
    ),
    (
        "second beta in both averages",
        "The gradients are averaged with the second beta; it is right in the corrections only.",
        _AVERAGES,
        Adam(betas=lambda a, b: (b, b)),
    ),
    (
        "first beta in both corrections",
        "The average of squares was corrected with the beta of the other one.",
        "Whose beta says how young an average is?",
        Adam(corrections=lambda a, b: (a, a)),
    ),
    (
        "second beta in both corrections",
        "The average of gradients was corrected with the beta of the other one.",
        "Whose beta says how young an average is?",
        Adam(corrections=lambda a, b: (b, b)),
    ),
    (
        "division before the difference",
        "The averages were divided by 1, and the power of beta was subtracted from them.",
        "What is done first, a division or a subtraction?",
        Adam(m_hat=lambda m, b, t: m / 1 - b**t, v_hat=lambda v, b, t: v / 1 - b**t),
    ),
    (
        "power forgotten for the gradients",
        "The correction of the gradients' average is the same at all steps, that of the squares has its power.",
        "Does an average stay as young as it was at the first step?",
        Adam(m_hat=lambda m, b, t: m / (1 - b)),
    ),
    (
        "power forgotten for the squares",
        "The correction of the squares' average is the same at all steps, that of the gradients has its power.",
        "Does an average stay as young as it was at the first step?",
        Adam(v_hat=lambda v, b, t: v / (1 - b)),
    ),
    (
        "correction beside the root, after eps",
        "The factor of the average of squares was applied to its root, to which eps had been added already.",
        "Is it the average that is corrected, or its root?",
        Adam(size=lambda v, eps, corrected, b, t: (np.sqrt(v) + eps) / (1 - b**t)),
    ),
    (
        "rate corrected the other way",
        "The rate was corrected for both averages at once, upside down: young averages are made even smaller.",
        "Should a young average become larger or smaller?",
        Adam(
            m_hat=lambda m, b, t: m * (1 - b**t),
            size=lambda v, eps, corrected, b, t: (np.sqrt(v) + eps) * np.sqrt(1 - b**t),
        ),
    ),
)
