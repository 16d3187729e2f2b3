"""Known mistakes of F.6, the hidden states."""

from ...worked.film_by_hand import film_forward
from ..exercise import Mistake
from ._project_film_forward_more import MORE
from ._unpaired import unpaired

_TABLES = 'params["wte"][ids] + params["wpe"][: len(ids)]'
_NORM_1 = 'film_layernorm(x + a, params["ln1_w"], params["ln1_b"])'
_NORM_2 = 'film_layernorm(n + m, params["ln2_w"], params["ln2_b"])'
_UP = 'film_gelu(n @ params["fc_w"] + params["fc_b"])'
_STATES = "FilmStates(ids, attention, norm_1, n, slope, wide, norm_2)"
_STREAM = "What is added to what, before each of the norms?"

FORWARD = unpaired(
    film_forward,
    (
        Mistake(
            "positions forgotten",
            "The rows of the words stand alone: no position was added.",
            "How is the model to tell the first word from the second?",
            edits=((_TABLES, 'params["wte"][ids]'),),
        ),
        Mistake(
            "position of the word's number",
            "The row of wpe was chosen by the word and not by its place.",
            "Which position has the first word of every sentence?",
            edits=(('params["wpe"][: len(ids)]', 'params["wpe"][ids]'),),
        ),
        Mistake(
            "positions from 1",
            "Positions were counted from 1: the first row of wpe is never used.",
            "Which position has the first word?",
            edits=(('params["wpe"][: len(ids)]', 'params["wpe"][1 : len(ids) + 1]'),),
        ),
        Mistake(
            "first position for all",
            "Every word got the row of position 0.",
            "Which row of wpe belongs to the second word?",
            edits=(('params["wpe"][: len(ids)]', 'params["wpe"][0]'),),
        ),
        Mistake(
            "last positions",
            "The last rows of wpe were used, where a sentence begins with the first.",
            "Which position has the first word?",
            edits=(('params["wpe"][: len(ids)]', 'params["wpe"][-len(ids) :]'),),
        ),
        Mistake(
            "positions multiplied",
            "The two rows were multiplied, where they have to be added.",
            "How do word and position come together?",
            edits=(('[ids] + params["wpe"]', '[ids] * params["wpe"]'),),
        ),
        Mistake(
            "attention not added back",
            "The first norm got the result of attention alone: the stream was not added to it.",
            _STREAM,
            edits=((_NORM_1, _NORM_1.replace("x + a", "a")),),
        ),
        Mistake(
            "attention left out",
            "The first norm got the stream alone: nothing of attention is in it.",
            _STREAM,
            edits=((_NORM_1, _NORM_1.replace("x + a", "x")),),
        ),
        Mistake(
            "MLP not added back",
            "The second norm got the result of the MLP alone: what the MLP had read was not added to it.",
            _STREAM,
            edits=((_NORM_2, _NORM_2.replace("n + m", "m")),),
        ),
        Mistake(
            "sum of the tables added behind the MLP",
            "Behind the MLP the sum of the two tables was added, where what the MLP had read belongs.",
            "What went into the MLP?",
            edits=((_NORM_2, _NORM_2.replace("n + m", "x + m")),),
        ),
        Mistake(
            "stream before its norm added behind the MLP",
            "Behind the MLP the sum was added as it was before the first norm, where the normalised one belongs.",
            "What went into the MLP?",
            edits=((_NORM_2, _NORM_2.replace("n + m", "x + a + m")),),
        ),
        Mistake(
            "first norm added, too",
            "What the MLP had read was added twice behind it.",
            _STREAM,
            edits=((_NORM_2, _NORM_2.replace("n + m", "n + n + m")),),
        ),
        Mistake(
            "tables added again behind the MLP",
            "Behind the MLP not only what it had read was added, but the sum of the tables as well.",
            _STREAM,
            edits=((_NORM_2, _NORM_2.replace("n + m", "x + n + m")),),
        ),
        Mistake(
            "MLP reads the sum before its norm",
            "The MLP read the sum as it was before the first norm.",
            "What did the task call n?",
            edits=((_UP, _UP.replace("n @", "(x + a) @")),),
        ),
        Mistake(
            "MLP reads the tables",
            "The MLP read the sum of the tables, as if there were no attention before it.",
            "What did the task call n?",
            edits=((_UP, _UP.replace("n @", "x @")),),
        ),
        Mistake(
            "MLP reads attention",
            "The MLP read the result of attention alone.",
            "What did the task call n?",
            edits=((_UP, _UP.replace("n @", "a @")),),
        ),
        Mistake(
            "pre-norm",
            "The norms stand before attention and before the MLP, as in GPT-2; here each of them stands behind its sum.",
            "What does a norm normalise in GPT-1, what is read or what was added up?",
            edits=(
                (
                    "    a, attention = film_attention(params, x)\n",
                    '    n, norm_1 = film_layernorm(x, params["ln1_w"], params["ln1_b"])\n'
                    "    a, attention = film_attention(params, n)\n    x = x + a\n",
                ),
                (
                    f"    n, norm_1 = {_NORM_1}\n",
                    '    n, norm_2 = film_layernorm(x, params["ln2_w"], params["ln2_b"])\n',
                ),
                (f"    h, norm_2 = {_NORM_2}\n", "    h = x + m\n"),
            ),
        ),
        Mistake(
            "first norm missing",
            "The first norm is missing: the sum went into the MLP as it was.",
            "How many norms has a block?",
            edits=(("    wide, slope", "    n = x + a\n    wide, slope"),),
        ),
        Mistake(
            "second norm missing",
            "The second norm is missing: its sum was returned as it was.",
            "How many norms has a block?",
            edits=((f"return h, {_STATES}", f"return n + m, {_STATES}"),),
        ),
        Mistake(
            "norms exchanged",
            "Gain and bias of the two norms stand in each other's place.",
            "Which of the two norms comes first?",
            edits=(
                (_NORM_1, _NORM_1.replace("ln1", "ln2")),
                (_NORM_2, _NORM_2.replace("ln2", "ln1")),
            ),
        ),
        Mistake(
            "first norm's parameters twice",
            "Both norms use the gain and the bias of the first.",
            "Which parameters have you not used yet?",
            edits=((_NORM_2, _NORM_2.replace("ln2", "ln1")),),
        ),
        Mistake(
            "second norm's parameters twice",
            "Both norms use the gain and the bias of the second.",
            "Which parameters have you not used yet?",
            edits=((_NORM_1, _NORM_1.replace("ln1", "ln2")),),
        ),
        Mistake(
            "GELU left out",
            "The wide layer went down again without GELU: the MLP is one linear map then.",
            "What stands between up and down?",
            edits=(("m = wide @", 'm = (n @ params["fc_w"] + params["fc_b"]) @'),),
        ),
        Mistake(
            "slope goes down",
            "The slope of GELU went down again, where its value belongs.",
            "Which of the two results of GELU is its value?",
            edits=(("wide, slope = film_gelu", "slope, wide = film_gelu"),),
        ),
        Mistake(
            "GELU behind the MLP too",
            "GELU was applied once more behind the way down.",
            "How many GELUs has a block?",
            edits=(('params["down_b"]  # (T, C)', 'params["down_b"]\n    m, _ = film_gelu(m)'),),
        ),
        Mistake(
            "bias on the way up forgotten",
            "The map up to the wide layer has lost its bias.",
            "Which parameters have you not used yet?",
            edits=((' + params["fc_b"]', ""),),
        ),
        Mistake(
            "bias on the way down forgotten",
            "The map down again has lost its bias.",
            "Which parameters have you not used yet?",
            edits=((' + params["down_b"]', ""),),
        ),
        Mistake(
            "both biases of the MLP forgotten",
            "Neither map of the MLP has its bias.",
            "Which parameters have you not used yet?",
            edits=((' + params["fc_b"]', ""), (' + params["down_b"]', "")),
        ),
        Mistake(
            "logits returned",
            "Scores of the words came back, where the hidden states were asked for.",
            "Which of the later stages makes scores of states?",
            edits=((f"return h, {_STATES}", f'return h @ params["wte"].T, {_STATES}'),),
        ),
        Mistake(
            "slope and value exchanged in the cache",
            "The states are right, but in the cache slope and value of GELU stand in each other's place.",
            "In which order do the fields stand?",
            edits=((_STATES, _STATES.replace("slope, wide", "wide, slope")),),
        ),
        Mistake(
            "what goes into GELU cached",
            "The states are right, but the cache holds what goes into GELU where its value was asked for.",
            "What is wide in the task?",
            edits=((_STATES, _STATES.replace("wide", 'n @ params["fc_w"] + params["fc_b"]')),),
        ),
        Mistake(
            "sum before the norm cached",
            "The states are right, but for n the cache holds the sum as it was before its norm.",
            "What does the MLP read?",
            edits=((_STATES, _STATES.replace(" n,", " x + a,")),),
        ),
        Mistake(
            "sum of the tables cached",
            "The states are right, but for n the cache holds the sum of the tables.",
            "What does the MLP read?",
            edits=((_STATES, _STATES.replace(" n,", " x,")),),
        ),
        Mistake(
            "norms exchanged in the cache",
            "The states are right, but in the cache the two norms stand in each other's place.",
            "In which order do the fields stand?",
            edits=((_STATES, "FilmStates(ids, attention, norm_2, n, slope, wide, norm_1)"),),
        ),
        Mistake(
            "a plain tuple for the cache",
            "The states are right, but the cache is a tuple without the names of its fields.",
            "Which type was the cache to have?",
            edits=((_STATES, "(ids, attention, norm_1, n, slope, wide, norm_2)"),),
        ),
        Mistake(
            "no cache",
            "The states are there, but nothing for the way back: a pair of states and cache was asked for.",
            "What does the way back need beside the gradient from above?",
            edits=((f", {_STATES}", ""),),
        ),
        *MORE,
    ),
    but=(
        "positions forgotten",
        "attention not added back",
        "MLP not added back",
        "GELU left out",
        "norms exchanged",
        "bias on the way down forgotten",
    ),
)
