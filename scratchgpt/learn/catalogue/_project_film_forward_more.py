"""More mistakes of F.6, the hidden states: other places of the norms, other non-linearities."""

from ..exercise import Mistake

_NORM_1 = 'film_layernorm(x + a, params["ln1_w"], params["ln1_b"])'
_NORM_2 = 'film_layernorm(n + m, params["ln2_w"], params["ln2_b"])'
_GELU = 'wide, slope = film_gelu(n @ params["fc_w"] + params["fc_b"])'
_Z = 'z = n @ params["fc_w"] + params["fc_b"]'
_LAST = "return h, FilmStates"

_ORDER = "What is added up before a norm, and what is added behind it?"
_NONLINEAR = "Which function stands between up and down?"

MORE = (
    *(
        Mistake(
            key,
            said,
            "Which row of wpe belongs to the first word, and which to the second?",
            edits=(('params["wpe"][: len(ids)]', f'params["wpe"][{places}]'),),
        )
        for key, said, places in (
            (
                "positions from 1, from the front again",
                "Positions were counted from 1, and the last one taken for the first.",
                '(np.arange(len(ids)) + 1) % len(params["wpe"])',
            ),
            (
                "positions from 1, the last one twice",
                "Positions were counted from 1, and the last row used twice.",
                'np.minimum(np.arange(len(ids)) + 1, len(params["wpe"]) - 1)',
            ),
            (
                "position of the word's number, from the front again",
                "The row of wpe was chosen by the word and not by its place.",
                'ids % len(params["wpe"])',
            ),
            (
                "position of the word's number, within the table",
                "The row of wpe was chosen by the word and not by its place.",
                'np.minimum(ids, len(params["wpe"]) - 1)',
            ),
            (
                "positions backwards",
                "Positions were counted from the end of the sentence.",
                "np.arange(len(ids))[::-1]",
            ),
            (
                "last position for all",
                "Every word got the row of the sentence's last position.",
                "len(ids) - 1",
            ),
        )
    ),
    Mistake(
        "first norm before the sum",
        "Attention's result was normalised and then added; the sum is what has to be normalised.",
        _ORDER,
        edits=((f"n, norm_1 = {_NORM_1}", f"n, norm_1 = {_NORM_1.replace('x + a', 'a')}\n    n = x + n"),),
    ),
    Mistake(
        "second norm before the sum",
        "The MLP's result was normalised and then added; the sum is what has to be normalised.",
        _ORDER,
        edits=((f"h, norm_2 = {_NORM_2}", f"h, norm_2 = {_NORM_2.replace('n + m', 'm')}\n    h = n + h"),),
    ),
    Mistake(
        "both norms before the sums",
        "The results of attention and MLP were normalised and then added; the sums are what has to be normalised.",
        _ORDER,
        edits=(
            (f"n, norm_1 = {_NORM_1}", f"n, norm_1 = {_NORM_1.replace('x + a', 'a')}\n    n = x + n"),
            (f"h, norm_2 = {_NORM_2}", f"h, norm_2 = {_NORM_2.replace('n + m', 'm')}\n    h = n + h"),
        ),
    ),
    Mistake(
        "what was read added behind the second norm",
        "What the MLP had read was added once more behind the second norm.",
        _ORDER,
        edits=((_LAST, "return h + n, FilmStates"),),
    ),
    Mistake(
        "tables added behind the second norm",
        "The sum of the tables was added once more behind the second norm.",
        _ORDER,
        edits=((_LAST, "return h + x, FilmStates"),),
    ),
    Mistake(
        "tables normalised before attention",
        "The sum of the tables was normalised before attention read it; nothing stands before the first sum here.",
        _ORDER,
        edits=(
            (
                "a, attention = film_attention(params, x)",
                'a, attention = film_attention(params, film_layernorm(x, params["ln1_w"], params["ln1_b"])[0])',
            ),
        ),
    ),
    *(
        Mistake(
            key,
            f"{said} normalised, but neither scaled nor shifted: gain and bias of the norm are not used.",
            "Which parameters have you not used yet?",
            edits=tuple(
                (
                    f', params["ln{i}_w"], params["ln{i}_b"])',
                    f', 1 + 0 * params["ln{i}_w"], 0 * params["ln{i}_b"])',
                )
                for i in which
            ),
        )
        for key, said, which in (
            ("first norm without its parameters", "The first sum was", "1"),
            ("second norm without its parameters", "The second sum was", "2"),
            ("norms without their parameters", "Both sums were", "12"),
        )
    ),
    *(
        Mistake(
            f"words times {said}",
            f"The rows of wte were multiplied by {said}; here they are used as they are.",
            "What is added to the row of a position?",
            edits=(('params["wte"][ids]', f'params["wte"][ids] {factor}'),),
        )
        for said, factor in (
            ("the root of C", '* params["wte"].shape[1] ** 0.5'),
            ("C", '* params["wte"].shape[1]'),
        )
    ),
    Mistake(
        "ReLU, slope of GELU",
        "The wide layer went through ReLU, with its kink at 0; the slope in the cache is that of GELU.",
        _NONLINEAR,
        edits=((_GELU, f"{_Z}\n    wide, slope = np.maximum(z, 0.0), film_gelu(z)[1]"),),
    ),
    Mistake(
        "ReLU",
        "The wide layer went through ReLU, with its kink at 0.",
        _NONLINEAR,
        edits=((_GELU, f"{_Z}\n    wide, slope = np.maximum(z, 0.0), (z > 0) * 1.0"),),
    ),
    Mistake(
        "tangent",
        "The wide layer went through a hyperbolic tangent.",
        _NONLINEAR,
        edits=((_GELU, f"{_Z}\n    wide, slope = np.tanh(z), 1 - np.tanh(z) ** 2"),),
    ),
    Mistake(
        "GELU twice",
        "GELU was applied to its own value once more.",
        _NONLINEAR,
        edits=((_GELU, f"{_GELU}\n    wide, slope = film_gelu(wide)"),),
    ),
    Mistake(
        "value times slope goes down",
        "The value of GELU was multiplied by its slope on the way up; the slope is for the way back.",
        "When is the slope needed?",
        edits=(("m = wide @", "m = (wide * slope) @"),),
    ),
    Mistake(
        "attention applied twice",
        "Attention read its own sum once more before the first norm.",
        "How often does a block look around?",
        edits=(
            (
                f"    n, norm_1 = {_NORM_1}",
                f"    x = x + a\n    a, attention = film_attention(params, x)\n    n, norm_1 = {_NORM_1}",
            ),
        ),
    ),
    Mistake(
        "output before the norm cached for norm 2",
        "The states are right, but the cache of the second norm is that of its sum without the MLP.",
        "Which of the caches belongs to the last step?",
        edits=(
            ("slope, wide, norm_2)", 'slope, wide, film_layernorm(n, params["ln2_w"], params["ln2_b"])[1])'),
        ),
    ),
    Mistake(
        "MLP cached for its wide layer",
        "The states are right, but the cache holds what came down again where the wide layer was asked for.",
        "What is wide in the task?",
        edits=(("slope, wide, norm_2)", "slope, m, norm_2)"),),
    ),
    Mistake(
        "attention's result cached for n",
        "The states are right, but for n the cache holds the result of attention.",
        "What does the MLP read?",
        edits=(("norm_1, n, slope", "norm_1, a, slope"),),
    ),
)
