"""The project: the ten-word GPT of lesson 14, written whole in one file, stage by stage."""

from ..exercise import Chapter
from . import (
    _project_film_backward,
    _project_film_losses,
    _project_film_pieces,
    _project_film_states,
    _project_film_training,
)

CHAPTER = Chapter(
    lesson="F",
    topic="film",
    title="a GPT of ten words, whole, in one file",
    about="""
    You write the film model of lesson 14 from its softmax to its last training loop, in plain NumPy. The
    fourteen functions are stages. Each is judged by itself: while it runs, the package's functions stand in
    for all the others, so that no stage is blamed for another, and you may do them in any order. In your
    code, call the others by their names.

    At any time, your stages at work, with the package's for those that are still to be done:

        python -m scratchgpt.learn train film

    One sentence is read at a time, so there is no batch axis: T positions, C channels, V words. The model
    reads ids (T,) and makes hidden states h (T, C). Its parameters are a dict of float arrays:

        wte (V, C)               a row per word, to look words up and to score the next one
        wpe (P, C)               a row per position
        attn_w (C, 3C), attn_b   to queries, keys and values
        proj_w (C, C), proj_b    from the heads back to the stream
        ln1_w, ln1_b (C,)        gain and bias of the norm behind attention
        fc_w (C, 4C), fc_b       up to the wide layer of the MLP
        down_w (4C, C), down_b   and down again
        ln2_w, ln2_b (C,)        gain and bias of the norm behind the MLP
        wy (C, 2)                to the two classes, without a bias

    Take sizes from the arrays: in the film V = 10, P = 6, C = 16. A linear map is x @ w + b.
    """,
    imports="""
    from scratchgpt.worked.film_given import (
        HEADS,
        FilmAttention,
        FilmNorm,
        FilmStates,
        film_adam,
        film_reviews,
        film_sentences,
        fresh_moments,
        initial_parameters,
    )
    """,
    exercises=(
        _project_film_pieces.SOFTMAX,
        _project_film_pieces.GELU,
        _project_film_pieces.LAYERNORM,
        _project_film_pieces.MASK,
        _project_film_states.ATTENTION,
        _project_film_states.FORWARD,
        _project_film_losses.LANGUAGE,
        _project_film_losses.CLASS,
        _project_film_backward.LAYERNORM_BACKWARD,
        _project_film_backward.ATTENTION_BACKWARD,
        _project_film_backward.BACKWARD,
        _project_film_training.GRADIENTS,
        _project_film_training.PRETRAIN,
        _project_film_training.FINETUNE,
    ),
)
