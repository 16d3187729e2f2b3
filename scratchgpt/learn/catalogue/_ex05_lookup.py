"""05.1 and 05.2: the table of vectors and its gradient."""

import numpy as np

from ...ops.embedding import embedding_backward, embedding_forward
from ..exercise import Exercise, Mistake, Probe
from ._ex05_more import MORE_EMBEDDING, MORE_EMBEDDING_BACKWARD


def _lookups() -> list[Probe]:
    rng = np.random.default_rng(51)
    weight = rng.standard_normal((13, 6))
    return [
        Probe("basic", (np.array([[3, 7, 3, 0, 12], [5, 3, 12, 12, 1]]), weight)),
        Probe("square", (np.array([[1, 3, 0, 1], [2, 2, 3, 0], [0, 1, 1, 3], [3, 0, 2, 2]]), weight[:4, :4])),
        Probe("one position", (np.array([[4], [11]]), weight)),
        Probe("one sequence", (np.array([[2, 2, 9]]), weight)),
        Probe("a view", (np.array([[8, 0], [12, 8], [1, 5]]).T, rng.standard_normal((6, 13)).T)),
    ]


EMBEDDING = Exercise(
    id="05.1",
    reference=embedding_forward,
    task="""
    Give every id its vector: look up one row of a table per id.

    ids: integers (B, T), from 0 to V - 1. weight: (V, C), float, one row per id.
    Return (y, cache). y: (B, T, C), at each place the row of the id that stands there.
    cache: EmbeddingCache(ids, weight), the two arguments, which the backward pass will need. Do not modify
    the arguments.

    >>> weight = np.array([[0.2, 0.1, -0.3, 0.5], [-0.1, 0.4, 0.2, -0.2], [0.3, -0.2, 0.1, 0.4]])
    >>> y, cache = embedding_forward(np.array([[1, 1, 0]]), weight)
    >>> y
    array([[[-0.1,  0.4,  0.2, -0.2],
            [-0.1,  0.4,  0.2, -0.2],
            [ 0.2,  0.1, -0.3,  0.5]]])
    >>> cache.ids
    array([[1, 1, 0]])
    """,
    probes=_lookups,
    returns=("y", "cache"),
    mistakes=(
        Mistake(
            "columns for rows",
            "The ids picked columns of the table: the vector of a token is a row.",
            "Which axis of the table has one entry per id?",
            edits=(("return weight[ids]", "return weight.T[ids]"),),
        ),
        Mistake(
            "picked along the second axis",
            "The ids picked from the second axis of the table, which has no entry per id.",
            "Which axis of the table has one entry per id?",
            edits=(("return weight[ids]", "return weight[:, ids]"),),
        ),
        Mistake(
            "ids from 1",
            "Every id got the row of its neighbour below, as if the first id were 1.",
            "Which row belongs to the id 0?",
            edits=(("return weight[ids]", "return weight[ids - 1]"),),
        ),
        Mistake(
            "sequences run together",
            "The sequences were laid end to end: where one of them ended can no longer be seen.",
            "Which shape do the ids have, and where should it be in the result?",
            edits=(("return weight[ids]", "return weight[ids.ravel()]"),),
        ),
        Mistake(
            "numbers for rows",
            "Every id got one number of the table, where it should get a whole row: the numbers were counted through "
            "the rows.",
            "How many numbers does a vector have here?",
            edits=(("return weight[ids]", "return weight.ravel()[ids]"),),
        ),
        Mistake(
            "summed over the sequence",
            "The vectors of a sequence were added up: each place should keep its own.",
            "How many vectors does a sequence of five ids have?",
            edits=(("return weight[ids]", "return weight[ids].sum(axis=1)"),),
        ),
        Mistake(
            "one-hot vectors",
            "These are the one-hot vectors of the ids: they say which row, and the row itself is still to come.",
            "What does a one-hot vector pick out of the table?",
            edits=(("return weight[ids]", "return array_module(weight).eye(len(weight))[ids]"),),
        ),
        Mistake(
            "cache exchanged",
            "The two parts of the cache are in each other's place.",
            "Which part is to be called ids?",
            edits=(("EmbeddingCache(ids, weight)", "EmbeddingCache(weight, ids)"),),
        ),
        Mistake(
            "result in the cache",
            "The cache holds the vectors that were looked up, where it should hold the whole table: the gradient will "
            "have a row for every id.",
            "How large will the gradient of the table have to be?",
            edits=(("EmbeddingCache(ids, weight)", "EmbeddingCache(ids, weight[ids])"),),
        ),
        *MORE_EMBEDDING,
    ),
    hints=(
        "A row of a matrix is picked by its number. What does NumPy give when you pick with a whole array of numbers?",
        "The result has the shape of the ids, and behind it the axes of the table that were not picked from.",
        "No loop and no product is needed: picking from the first axis with the array of ids does it all.",
    ),
    difficulty=1,
    minutes=5,
    importance=5,
    lines=1,
)


def _upstream() -> list[Probe]:
    rng = np.random.default_rng(52)
    probes = []
    for probe in _lookups():
        y, cache = embedding_forward(*probe.args)
        probes.append(Probe(probe.name, (rng.standard_normal(y.shape), cache)))
    _, cache = embedding_forward(np.array([[5, 5, 5], [5, 5, 5]]), rng.standard_normal((7, 2)))
    _, distinct = embedding_forward(np.array([[4, 1, 6], [2, 5, 3]]), rng.standard_normal((8, 2)))
    turned = rng.standard_normal((2, 3, 2)).transpose(1, 2, 0)  # a view (3, 2, 2)
    _, columns = embedding_forward(np.array([[1, 0], [2, 1], [1, 1]]), rng.standard_normal((5, 2)))
    return [
        Probe("no id twice", (rng.standard_normal((2, 3, 2)), distinct)),
        *probes,
        Probe("one id everywhere", (rng.standard_normal((2, 3, 2)), cache)),
        Probe("dy is a view", (turned, columns)),
    ]


EMBEDDING_BACKWARD = Exercise(
    id="05.2",
    reference=embedding_backward,
    task="""
    The gradient of the table: what does each row hear from the places where it was used?

    dy: (B, T, C), the gradient of the loss with respect to what the lookup returned. cache:
    EmbeddingCache(ids, weight) of the forward pass, ids (B, T), weight (V, C).
    Return dweight (V, C). A row of the table that was used at several places has an influence through all of
    them; a row that was not used has none, and its gradient is 0. Do not modify dy or the cache.

    >>> ids = np.array([[2, 0, 2]])
    >>> _, cache = embedding_forward(ids, np.array([[0.5, 0.1], [0.2, 0.3], [0.4, 0.6], [0.7, 0.8]]))
    >>> embedding_backward(np.array([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]]), cache)
    array([[3., 4.],
           [0., 0.],
           [6., 8.],
           [0., 0.]])
    """,
    probes=_upstream,
    returns=("dweight",),
    mistakes=(
        Mistake(
            "repeated ids overwritten",
            "Where an id repeats, only its last place counts: the others were overwritten, although the row had an "
            "effect at all of them.",
            "What does adding at an index do when the index occurs twice?",
            edits=(("xp.add.at(dweight, ids, dy)", "dweight[ids] = dy"),),
        ),
        Mistake(
            "overwritten within a sequence",
            "Ids that repeat in different sequences are right, but inside of one sequence only the last place of an id "
            "counts.",
            "What does adding at an index do when the index occurs twice?",
            edits=(
                (
                    "xp.add.at(dweight, ids, dy)",
                    "for row, d in zip(ids, dy, strict=True):\n        dweight[row] += d",
                ),
            ),
        ),
        Mistake(
            "overwritten within a place",
            "Ids that repeat along a sequence are right, but where several sequences have the same id at the same "
            "place, only the last of them counts.",
            "What does adding at an index do when the index occurs twice?",
            edits=(
                (
                    "xp.add.at(dweight, ids, dy)",
                    "for t in range(ids.shape[1]):\n        dweight[ids[:, t]] += dy[:, t]",
                ),
            ),
        ),
        Mistake(
            "first place only",
            "Where an id repeats, only its first place counts; the row had an effect at all of them.",
            "How does a row that was used twice change the loss?",
            edits=(("xp.add.at(dweight, ids, dy)", "dweight[ids[::-1, ::-1]] = dy[::-1, ::-1]"),),
        ),
        Mistake(
            "repeated ids averaged",
            "A row that was used several times got the mean of its gradients: the effects of all places add up.",
            "If a number appears twice in a sum, what is the derivative of that sum?",
            edits=(
                (
                    "xp.add.at(dweight, ids, dy)",
                    "xp.add.at(dweight, ids, dy)\n"
                    "    dweight /= xp.maximum(xp.bincount(ids.ravel(), minlength=len(weight)), 1)[:, None]",
                ),
            ),
        ),
        Mistake(
            "divided by the number of places",
            "Everything was divided by the number of places; if the loss is a mean, the gradient that comes from "
            "above knows it already.",
            "Where was the average taken on the way forward?",
            edits=(("return dweight", "return dweight / ids.size"),),
        ),
        Mistake(
            "divided by the batch",
            "Everything was divided by the number of sequences; if the loss is a mean, the gradient that comes from "
            "above knows it already.",
            "Where was the average taken on the way forward?",
            edits=(("return dweight", "return dweight / len(ids)"),),
        ),
        Mistake(
            "first sequence only",
            "Only the first sequence of the batch gave the table a gradient.",
            "How many sequences used the table?",
            edits=(("xp.add.at(dweight, ids, dy)", "xp.add.at(dweight, ids[0], dy[0])"),),
        ),
        Mistake(
            "started from the table",
            "The table itself is still in the result: the gradients were added to its values (in the cache, perhaps), "
            "where they should be added to zeros.",
            "What is the gradient of a row that was never used?",
            edits=(("xp.zeros_like(weight)", "weight.copy()"),),
        ),
        Mistake(
            "places for ids",
            "The gradients went to rows numbered by the place in the sequence, where the id that stands there should "
            "say the row.",
            "Which row was used at the first place?",
            edits=(("xp.add.at(dweight, ids, dy)", "dweight[: ids.shape[1]] = dy.sum(axis=0)"),),
        ),
        Mistake(
            "times the table",
            "The gradient was multiplied by the rows themselves: a lookup copies a row, and the derivative of a copy "
            "is 1.",
            "How much does the result change when a number of the row grows by a little?",
            edits=(("xp.add.at(dweight, ids, dy)", "xp.add.at(dweight, ids, dy * weight[ids])"),),
        ),
        Mistake(
            "places counted",
            "Each row holds how often it was used: the gradient that comes from above was not used.",
            "What does the chain rule do with what comes from above?",
            edits=(("xp.add.at(dweight, ids, dy)", "xp.add.at(dweight, ids, 1)"),),
        ),
        Mistake(
            "used rows only",
            "There is a row for every id that occurs, where there should be one for every row of the table.",
            "Which shape does the gradient of a table have?",
            edits=(("return dweight", "return dweight[xp.unique(ids)]"),),
        ),
        Mistake(
            "rows up to the largest id",
            "The result ends with the largest id that occurs; the table goes on behind it.",
            "Which shape does the gradient of a table have?",
            edits=(("return dweight", "return dweight[: ids.max() + 1]"),),
        ),
        Mistake(
            "nothing scattered",
            "This is the gradient of the vectors as it came in, one per place: those of the same id have still to be "
            "brought together.",
            "Which shape does the gradient of a table have?",
            edits=(("return dweight", "return dy"),),
        ),
        Mistake(
            "transposed",
            "Ids lie along the columns: there should be a row per id, as in the table.",
            "Which shape does the gradient of a table have?",
            edits=(("return dweight", "return dweight.T"),),
        ),
        Mistake(
            "sign",
            "The sign is turned round: this is the step against the gradient, not the gradient.",
            "Who subtracts, the gradient or the optimizer?",
            edits=(("return dweight", "return -dweight"),),
        ),
        *MORE_EMBEDDING_BACKWARD,
    ),
    hints=(
        "A number that is used twice has two effects on the loss. What does the chain rule do with them?",
        "Begin with a table of zeros. Try on paper what assigning to an index does when the index occurs twice.",
        "Either a loop over all places, or the function of NumPy that adds at an index without buffering, or a product "
        "with one-hot vectors.",
    ),
    difficulty=2,
    minutes=12,
    importance=5,
    lines=4,
    needs=("05.1",),
)
