"""Recall questions of lesson 05."""

import numpy as np

from ....ops.embedding import embedding_backward, embedding_forward
from ....ops.positions import sinusoidal_positions
from ....worked.order import distinct, drawn, last_states, loud, order_model
from ...questions import Question


def _gradient_of_a_repeated_row() -> float:
    """Row 2 of the table, used at three places."""
    _, cache = embedding_forward(np.array([[2, 0, 2, 2]]), np.zeros((3, 1)))
    return float(embedding_backward(np.array([[[0.5], [0.9], [-0.2], [0.4]]]), cache)[2, 0])


def _outcomes(n_layer: int) -> int:
    """Different last states over the orders of three words, causal, without positions."""
    model = order_model(n_layer, causal=True, positions="none")
    return distinct(last_states(model, loud(drawn(model, 0), 1), ("dog", "bites", "man", "?")))


QUESTIONS = (
    Question(
        "05.q1",
        "A token stands at three places of a text. The gradients that come back to these places are 0.5, -0.2 "
        "and 0.4 (vectors of one number). What is the gradient of its row in the table?",
        _gradient_of_a_repeated_row,
        {
            0.4: "That is the last place alone: a change of the row is felt at all three.",
            0.2333: "That is the mean: each place adds its influence to the loss, whole.",
            1.1: "Signs matter: one of the places wants the row to move the other way.",
            0.5: "That is the first place alone: a change of the row is felt at all three.",
        },
        tolerance=2e-3,
    ),
    Question(
        "05.q2",
        "A GPT of one layer, causal, without positions, reads three different words and a question mark. The "
        "words can stand in six orders. How many different states does the question mark reach?",
        lambda: _outcomes(1),
        {
            6: "Then it would know the order: what does one weighted average keep of the places?",
            3: "Then it would know one word's place: what does one weighted average keep of the places?",
            2: "Then it would know something of the order: what does one weighted average keep of the places?",
        },
        tolerance=1e-9,
    ),
    Question(
        "05.q3",
        "The same with two layers: how many different states now, of the six orders?",
        lambda: _outcomes(2),
        {
            1: "In the first layer each word has seen those before it: are these sets the same in all orders?",
            2: "More than the first word is known: each word has seen another set before it.",
            3: "More than one word's place is known: each word has seen another set before it.",
        },
        tolerance=1e-9,
    ),
    Question(
        "05.q4",
        "A sinusoidal position vector has 64 numbers: 32 sines and the 32 cosines of the same angles. What is "
        "its dot product with itself?",
        lambda: float((sinusoidal_positions(8, 64) ** 2).sum(axis=1)[5]),
        {
            64: "No number is always 1: what do the squares of one sine and one cosine sum to?",
            1: "One pair gives that much: how many pairs are there?",
            8: "That is the root of the number of entries: which identity do sine and cosine obey?",
        },
        tolerance=1e-9,
    ),
)
