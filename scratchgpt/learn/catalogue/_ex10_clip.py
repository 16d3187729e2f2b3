"""10.6: clipping by the norm of all gradients together."""

import numpy as np

from ...optim import clip_by_global_norm
from ..exercise import Exercise, Mistake, Probe
from ._ex10_clip_back import HANDED_BACK
from ._ex10_clip_edges import EDGES
from ._ex10_clip_norms import NORMS
from ._ex10_clip_tensors import BY_TENSOR


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    rng = np.random.default_rng(106)

    def grads(*shapes: tuple[int, ...], size: float = 1.0) -> list[np.ndarray]:
        return [size * (i + 1) * rng.standard_normal(shape) for i, shape in enumerate(shapes)]

    shapes = (3,), (2, 4), (2, 3, 2)
    small, one = grads(*shapes, size=0.01), grads((4, 3))
    infinite = grads((3,), (2, 2))
    infinite[1][0, 1] = np.inf
    nan = grads((2,), (3,))
    nan[0][1] = np.nan
    return [
        Probe("basic", (grads(*shapes), 1.0)),
        Probe("another limit", (grads(*shapes), 0.25)),
        Probe("small already", (small, 1.0)),
        Probe("below a large limit", (grads(*shapes), 1000.0)),
        Probe("no limit", (grads(*shapes), 0.0)),
        Probe("one tensor", (one, 0.5)),
        Probe("one number", ([np.array([-3.0])], 2.0)),
        Probe("each small, together large", (grads((5,), (5,), (5,), (5,), size=0.2), 1.0)),
        Probe("square", (grads((3, 3), (3, 3)), 2.0)),
        Probe("all zero", ([np.zeros(3), np.zeros((2, 2))], 1.0)),
        Probe("exactly the limit", ([np.array([3.0]), np.array([[0.0, 4.0]])], 5.0)),
        Probe("between the norm and its square", ([np.array([0.9]), np.array([-1.2, 0.0])], 2.0)),
        Probe("shorter than 1, and too long", ([np.array([[0.36]]), np.array([-0.48])], 0.5)),
        Probe("an infinite number", (infinite, 1.0)),
        Probe("not a number", (nan, 1.0)),
        Probe("views", ([g.swapaxes(0, 1)[::2] for g in grads((3, 4), (2, 4))], 0.7)),
        Probe("float32", ([g.astype(np.float32) for g in grads(*shapes)], 0.5)),
    ]


EXERCISE = Exercise(
    id="10.6",
    reference=clip_by_global_norm,
    task="""
    Clip gradients by their global norm: if all of them together are too long, make all of them shorter.

    grads: a list of float arrays of any shapes, the gradients of all tensors of a model. max_norm: the
    largest norm allowed, a float; 0 means that there is no limit.
    Return (clipped, norm). norm: a float, the length of the one vector that holds all numbers of all the
    gradients, before clipping. clipped: a list of arrays in the shapes of grads and in their order. Where
    norm is above max_norm, each gradient times the same factor, such that the norm of all of them is
    max_norm then: the direction stays. Otherwise the gradients as they are: nothing gets longer. They also
    stay as they are where norm is infinite or NaN: no factor can help then, and whoever called has to see
    it. Do not modify grads.

    >>> grads = [np.array([3.0]), np.array([[0.0, -4.0]])]
    >>> clipped, norm = clip_by_global_norm(grads, 1.0)
    >>> round(float(norm), 4), clipped[0].round(4), clipped[1].round(4)
    (5.0, array([0.6]), array([[ 0. , -0.8]]))
    >>> clipped, norm = clip_by_global_norm(grads, 10.0)
    >>> round(float(norm), 4), clipped[0].round(4), clipped[1].round(4)
    (5.0, array([3.]), array([[ 0., -4.]]))
    """,
    probes=probes,
    returns=("clipped", "norm"),
    mistakes=(
        Mistake(
            "norm without the root",
            "The norm is the sum of the squares, of which no root was drawn: its unit is wrong.",
            "How long is the vector (3, 4)?",
            edits=(
                (
                    "math.sqrt(sum(float((g * g).sum()) for g in grads))",
                    "sum(float((g * g).sum()) for g in grads)",
                ),
            ),
        ),
        Mistake(
            "not squared",
            "The numbers were summed as they are, so that negative ones make the norm smaller.",
            "How long is the vector (3, -4)?",
            edits=(("float((g * g).sum())", "float(g.sum())"), ("math.sqrt(sum(", "abs(sum(")),
        ),
        Mistake(
            "mean for sum",
            "The squares of each tensor were averaged, so that a large tensor counts as little as a small one.",
            "How long is the vector (3, 4), if its numbers stand in one tensor?",
            edits=(("(g * g).sum()", "(g * g).mean()"),),
        ),
        Mistake(
            "always to the limit",
            "All gradients are brought to the limit, the short ones as well, which grow.",
            "What should happen to gradients that are short already?",
            edits=(("0 < max_norm < norm < math.inf", "0 < max_norm and 0 < norm < math.inf"),),
        ),
        Mistake(
            "0 as a limit",
            "A limit of 0 made all gradients 0; it means that there is none.",
            "What does a limit of 0 stand for?",
            edits=(("0 < max_norm < norm < math.inf", "max_norm < norm < math.inf"),),
        ),
        Mistake(
            "infinite norm clipped",
            "Where the norm is infinite all gradients were multiplied by 0, and the infinite one became NaN: nobody sees "
            "any more where it was.",
            "Which factor would make an infinite vector short?",
            edits=(("max_norm < norm < math.inf", "max_norm < norm"),),
        ),
        Mistake(
            "factor upside down",
            "The factor is above 1: gradients that are too long were made longer.",
            "Which factor makes 5 a 1?",
            edits=(("= max_norm / norm if", "= norm / max_norm if"),),
        ),
        Mistake(
            "to length 1",
            "Gradients that are too long were brought to length 1, whatever the limit.",
            "How long should they be after clipping?",
            edits=(("= max_norm / norm if", "= 1 / norm if"),),
        ),
        *NORMS,
        *BY_TENSOR,
        *EDGES,
        *HANDED_BACK,
    ),
    hints=(
        "How long is the vector (3, 0, -4)? It does not matter to that length in which tensor a number stands.",
        "Sum the squares of all numbers of all tensors, and draw one root at the very end. In the example 5 has to "
        "become 1: which factor does that, and for whom?",
        "The factor is the limit over the norm, and 1 wherever nothing is to be done: below the limit, without a "
        "limit, for a norm that is no finite number.",
    ),
    difficulty=2,
    minutes=10,
    importance=5,
    lines=4,
)
