"""More mistakes of F.5, attention: other masks, other axes, other fields of the cache."""

from ..exercise import Mistake

_MASK = "np.where(film_mask(T), scores, -np.inf)"
_WEIGHTS = f"film_softmax({_MASK})"
_CACHE = "FilmAttention(x, q, k, v, weights, mixed)"
_SCALED = "scores = q @ k.swapaxes(1, 2) / (C // HEADS) ** 0.5"

_SEEN = "Which words are known when the next one is to be guessed?"
_SHAPES = "Which shapes were asked for?"


def _cached(key: str, said: str, fields: str) -> Mistake:
    return Mistake(key, f"The output is right, but in the cache {said}.", _SHAPES, edits=((_CACHE, fields),))


MORE = (
    *(
        Mistake(
            f"own position hidden{mark}",
            "Each position looks at those before it and not at itself, so the first one has nothing to look at.",
            "May a word look at itself?",
            edits=((_MASK, f"np.where(np.tri(T, k=-1, dtype=bool), scores, {hidden})"),),
        )
        for mark, hidden in (("", "-np.inf"), (", a low score", "-1e9"))
    ),
    Mistake(
        "one position too far",
        "Each position also looks at the one right behind it: the very word that is to be guessed.",
        _SEEN,
        edits=((_MASK, "np.where(np.tri(T, k=1, dtype=bool), scores, -np.inf)"),),
    ),
    Mistake(
        "own position only",
        "Each position looks at itself alone: nothing passes from word to word.",
        _SEEN,
        edits=((_MASK, "np.where(np.eye(T, dtype=bool), scores, -np.inf)"),),
    ),
    Mistake(
        "hidden for allowed, a low score",
        "The mask was used the wrong way round: what may be looked at is hidden, and what is hidden is read.",
        "What does True say in your mask?",
        edits=((_MASK, "np.where(film_mask(T), -1e9, scores)"),),
    ),
    Mistake(
        "hidden scores not low enough",
        "The scores of hidden positions became a little lower, and softmax gives them a share still.",
        "Which score gets no share at all?",
        edits=((_MASK, "np.where(film_mask(T), scores, -1.0)"),),
    ),
    Mistake(
        "mask on head 0 alone",
        "One head is masked, and the other looks at everything.",
        "How many heads may look at what comes later?",
        edits=((_MASK, "np.stack([np.where(film_mask(T), scores[0], -np.inf), *scores[1:]])"),),
    ),
    Mistake(
        "softmax over the heads",
        "The heads share out among themselves; in each head it is the positions that should.",
        "Who chooses among whom?",
        edits=(
            (
                _WEIGHTS,
                "np.moveaxis(film_softmax(np.moveaxis(np.where(film_mask(T), scores, -1e9), 0, -1)), -1, 0)",
            ),
        ),
    ),
    Mistake(
        "one softmax for a head",
        "All weights of a head together sum to 1; those of each position should.",
        "Who chooses among whom?",
        edits=((_WEIGHTS, f"film_softmax({_MASK}.reshape(HEADS, -1)).reshape(scores.shape)"),),
    ),
    Mistake(
        "softmax twice",
        "Softmax was applied to weights again: they are too even, and hidden positions get a share.",
        "How often should the exponential be taken?",
        edits=((_WEIGHTS, f"film_softmax({_WEIGHTS})"),),
    ),
    Mistake(
        "root of 3C",
        "The scores were divided by the root of all columns of queries, keys and values.",
        "How many products are in one dot product of a query and a key?",
        edits=((_SCALED, "scores = q @ k.swapaxes(1, 2) / np.sqrt(3 * C)"),),
    ),
    Mistake(
        "weights turned round in the mixture",
        "The mixture was made with the weights turned round: each position got values from those that look at it.",
        "Whose row, and whose column, is a weight?",
        edits=(("(weights @ v)", "(weights.swapaxes(1, 2) @ v)"),),
    ),
    Mistake(
        "heads averaged",
        "The heads' results were averaged and repeated, where they stand side by side.",
        "Where do the numbers of head 0 belong among the C columns?",
        edits=(
            ("(weights @ v).swapaxes(0, 1).reshape(T, C)", "np.tile((weights @ v).mean(axis=0), (1, HEADS))"),
        ),
    ),
    Mistake(
        "same weights for all heads",
        "Both heads used the mean of their weights; each has its own.",
        "How many tables of weights are there?",
        edits=((_WEIGHTS, f"np.repeat({_WEIGHTS}.mean(axis=0, keepdims=True), HEADS, axis=0)"),),
    ),
    _cached(
        "scores cached",
        "the scores stand in the place of the weights",
        "FilmAttention(x, q, k, v, scores, mixed)",
    ),
    _cached(
        "masked scores cached",
        "the masked scores stand in the place of the weights",
        f"FilmAttention(x, q, k, v, {_MASK}, mixed)",
    ),
    _cached(
        "scaled queries cached",
        "the queries have the scale in them",
        "FilmAttention(x, q / (C // HEADS) ** 0.5, k, v, weights, mixed)",
    ),
    _cached(
        "positions first in the cache",
        "queries, keys and values have the positions in front of the heads",
        "FilmAttention(x, q.swapaxes(0, 1), k.swapaxes(0, 1), v.swapaxes(0, 1), weights, mixed)",
    ),
    _cached(
        "mean weights cached",
        "the weights are the mean of the heads",
        "FilmAttention(x, q, k, v, weights.mean(axis=0), mixed)",
    ),
    _cached(
        "weights turned round in the cache",
        "the weights are turned round: rows belong to the positions that are looked at",
        "FilmAttention(x, q, k, v, weights.swapaxes(1, 2), mixed)",
    ),
    _cached(
        "queries and keys exchanged in the cache",
        "queries and keys stand in each other's place",
        "FilmAttention(x, k, q, v, weights, mixed)",
    ),
    _cached(
        "weights and mixture exchanged in the cache",
        "weights and mixture stand in each other's place",
        "FilmAttention(x, q, k, v, mixed, weights)",
    ),
    _cached(
        "weights before the mask cached",
        "the weights are those without a mask",
        "FilmAttention(x, q, k, v, film_softmax(scores), mixed)",
    ),
)
