"""Known mistakes of F.10, the way back through attention."""

from ...worked.film_by_hand_gradients import film_attention_backward
from ..exercise import Mistake
from ._project_film_backward_more import ATTENTION as MORE
from ._unpaired import unpaired

_DMIXED = '(dy @ params["proj_w"].T).reshape(T, H, D).swapaxes(0, 1)'
_SOFTMAX = "weights * (dweights - (dweights * weights).sum(axis=-1, keepdims=True))"
_DSCORES = f"{_SOFTMAX} / D**0.5"
_DQ_DK = "dscores @ k, dscores.swapaxes(1, 2) @ q"
_DV = "weights.swapaxes(1, 2) @ dmixed"
_DQKV = "np.stack([dq, dk, dv]).transpose(2, 0, 1, 3).reshape(T, 3 * H * D)"
_DX = 'dqkv @ params["attn_w"].T'

_SUM = "Which of the rows of softmax's gradient sum to 0?"
_SCALED = (
    "Which of the forward steps divided by the root of D, and what does that do to the gradients above it?"
)
_CUT = "How were the 3C columns cut on the way up?"
_TURNED = "Whose row, and whose column, is a weight?"
_ONCE = "How many positions did each bias serve?"

ATTENTION_BACKWARD = unpaired(
    film_attention_backward,
    (
        Mistake(
            "softmax without the row's mean",
            "Softmax's gradient lacks what is taken away in each row: all scores of a row raised by 1 change nothing, so "
            "their gradients should sum to 0.",
            _SUM,
            edits=((_SOFTMAX, "weights * dweights"),),
        ),
        Mistake(
            "softmax left out",
            "The gradient of the weights was taken for that of the scores.",
            "Which step lies between scores and weights?",
            edits=((_DSCORES, "dweights / D**0.5"),),
        ),
        Mistake(
            "slope of a sigmoid",
            "Each weight was treated by itself, with the slope of a sigmoid; in softmax all weights of a row move together.",
            _SUM,
            edits=((_DSCORES, "dweights * weights * (1 - weights) / D**0.5"),),
        ),
        Mistake(
            "row's mean without the weights",
            "What is taken away in each row was summed without the weights.",
            "With which shares is the mean of a row taken here?",
            edits=(("(dweights * weights).sum(", "dweights.sum("),),
        ),
        Mistake(
            "plain mean of the row",
            "What is taken away in each row is its plain mean; the weights have no part in it.",
            "With which shares is the mean of a row taken here?",
            edits=(("(dweights * weights).sum(", "dweights.mean("),),
        ),
        Mistake(
            "weighted mean over the wrong axis",
            "What is taken away was summed over the positions that look, where it is those that are looked at.",
            "Along which axis did softmax share out?",
            edits=(("sum(axis=-1, keepdims=True)", "sum(axis=-2, keepdims=True)"),),
        ),
        Mistake(
            "weighted mean added",
            "What has to be taken away in each row of softmax's gradient was added.",
            _SUM,
            edits=(("dweights - (dweights", "dweights + (dweights"),),
        ),
        Mistake(
            "weighted mean not weighted again",
            "The weights multiply the gradient alone, and not what is taken away from it.",
            _SUM,
            edits=(
                (
                    "weights * (dweights - (dweights * weights).sum(axis=-1, keepdims=True))",
                    "(weights * dweights - (dweights * weights).sum(axis=-1, keepdims=True))",
                ),
            ),
        ),
        Mistake(
            "scale forgotten",
            "The gradients of queries and keys lack the scale of the scores.",
            _SCALED,
            edits=((" / D**0.5", ""),),
        ),
        Mistake(
            "scale forgotten in the queries",
            "The gradient of the queries lacks the scale of the scores; that of the keys has it.",
            _SCALED,
            edits=(("dq, dk = dscores @ k", "dq, dk = dscores @ k * D**0.5"),),
        ),
        Mistake(
            "scale forgotten in the keys",
            "The gradient of the keys lacks the scale of the scores; that of the queries has it.",
            _SCALED,
            edits=(("dscores.swapaxes(1, 2) @ q", "dscores.swapaxes(1, 2) @ q * D**0.5"),),
        ),
        Mistake(
            "scaled twice",
            "The scale of the scores was applied twice on the way back.",
            _SCALED,
            edits=((_DSCORES, _DSCORES.replace(" / D**0.5", " / D")),),
        ),
        Mistake(
            "root of C",
            "The gradients were divided by the root of C, where a head has D channels.",
            _SCALED,
            edits=((_DSCORES, _DSCORES.replace("D**0.5", "np.sqrt(H * D)")),),
        ),
        Mistake(
            "multiplied by the scale",
            "The gradients were multiplied by the root of D, where the way up divided and so does the way back.",
            _SCALED,
            edits=((_DSCORES, _DSCORES.replace("/ D**0.5", "* D**0.5")),),
        ),
        Mistake(
            "scale in the values, too",
            "The gradient of the values was scaled as well; the scale belongs to the scores alone.",
            _SCALED,
            edits=((_DV, f"{_DV} / D**0.5"),),
        ),
        Mistake(
            "keys: scores not turned round",
            "The gradient of the keys was made with the scores' gradient as it lies; a key is met in a column, not in a row.",
            _TURNED,
            edits=(("dscores.swapaxes(1, 2) @ q", "dscores @ q"),),
        ),
        Mistake(
            "values: weights not turned round",
            "The gradient of the values was made with the weights as they lie; a value is met in a column, not in a row.",
            _TURNED,
            edits=((_DV, "weights @ dmixed"),),
        ),
        Mistake(
            "queries: scores turned round",
            "The gradient of the queries was made with the scores' gradient turned round; a query has a row.",
            _TURNED,
            edits=(("dscores @ k,", "dscores.swapaxes(1, 2) @ k,"),),
        ),
        Mistake(
            "queries and keys exchanged",
            "The gradients of queries and keys stand in each other's place.",
            "In which order do the three parts lie side by side?",
            edits=(("dq, dk = dscores", "dk, dq = dscores"),),
        ),
        Mistake(
            "queries with queries, keys with keys",
            "Each gradient was made with the part itself, where a product gives each factor the other one.",
            "Which factor does the gradient of a query get?",
            edits=((_DQ_DK, "dscores @ q, dscores.swapaxes(1, 2) @ k"),),
        ),
        Mistake(
            "keys for values",
            "The gradient of the weights was made with the keys; it was the values that were mixed.",
            "What did the weights multiply?",
            edits=(("dmixed @ v.swapaxes(1, 2)", "dmixed @ k.swapaxes(1, 2)"),),
        ),
        *(
            Mistake(
                key,
                f"The three gradients were put together with the {said}.",
                "In which order do the three parts lie side by side?",
                edits=(("[dq, dk, dv]", order),),
            )
            for key, said, order in (
                ("values first", "values first", "[dv, dq, dk]"),
                ("values in the middle", "values in the middle", "[dq, dv, dk]"),
                ("the three parts backwards", "values first and the queries last", "[dv, dk, dq]"),
            )
        ),
        Mistake(
            "heads before the three parts",
            "The columns were put together head by head, each with its queries, keys and values.",
            _CUT,
            edits=((_DQKV, _DQKV.replace("(2, 0, 1, 3)", "(2, 1, 0, 3)")),),
        ),
        Mistake(
            "interleaved heads",
            "The channels of the two heads were put together alternately, where each head's lie side by side.",
            _CUT,
            edits=((_DQKV, _DQKV.replace("(2, 0, 1, 3)", "(2, 0, 3, 1)")),),
        ),
        Mistake(
            "positions not brought to the front",
            "The gradients were joined without bringing the positions to the front: rows hold numbers of several positions.",
            _CUT,
            edits=((_DQKV, "np.stack([dq, dk, dv]).reshape(T, 3 * H * D)"),),
        ),
        Mistake(
            "parts joined without exchange",
            "Each part's heads were joined without bringing the positions to the front.",
            _CUT,
            edits=((_DQKV, "np.concatenate([d.reshape(T, H * D) for d in (dq, dk, dv)], axis=1)"),),
        ),
        Mistake(
            "heads cut without exchange",
            "The gradient that comes down was cut into heads without exchanging heads and positions.",
            "Which numbers lie side by side in memory, those of a head or those of a position?",
            edits=((_DMIXED, '(dy @ params["proj_w"].T).reshape(H, T, D)'),),
        ),
        Mistake(
            "heads cut alternately",
            "The gradient that comes down was cut into heads channel by channel; each head has neighbouring ones.",
            _CUT,
            edits=((_DMIXED, '(dy @ params["proj_w"].T).reshape(T, D, H).transpose(2, 0, 1)'),),
        ),
        Mistake(
            "last map left out",
            "The gradient went into the heads without passing the map behind them.",
            "What did the heads' result meet before it left attention?",
            edits=((_DMIXED, "dy.reshape(T, H, D).swapaxes(0, 1)"),),
        ),
        Mistake(
            "matrix behind the heads not turned round",
            "On the way back through the map behind the heads its matrix was not turned round.",
            "How does a gradient go back through a linear map?",
            edits=((_DMIXED, _DMIXED.replace('params["proj_w"].T', 'params["proj_w"]')),),
        ),
        Mistake(
            "gradient of proj_w turned round",
            "The gradient of proj_w is turned round: its rows belong to what comes in.",
            "How does a linear map stand in the head of the file?",
            edits=(("mixed.T @ dy", "dy.T @ mixed"),),
        ),
        Mistake(
            "proj_w from x",
            "The gradient of proj_w was made with x; what it multiplied is the heads side by side.",
            "What did that matrix multiply on the way up?",
            edits=(("mixed.T @ dy", "x.T @ dy"),),
        ),
        Mistake(
            "attn_w from the heads",
            "The gradient of attn_w was made with the heads side by side; what it multiplied is x.",
            "What did that matrix multiply on the way up?",
            edits=(("x.T @ dqkv", "mixed.T @ dqkv"),),
        ),
        *(
            Mistake(
                f"gradient of {name} averaged",
                f"The gradient of {name} is an average over the positions, where the sum was asked for.",
                _ONCE,
                edits=((f'"{name}": {what}.sum(axis=0)', f'"{name}": {what}.mean(axis=0)'),),
            )
            for name, what in (("proj_b", "dy"), ("attn_b", "dqkv"))
        ),
        Mistake(
            "biases not summed",
            "The gradients of the biases have a row per position; one bias served them all.",
            _ONCE,
            edits=(
                ('"proj_b": dy.sum(axis=0)', '"proj_b": dy'),
                ('"attn_b": dqkv.sum(axis=0)', '"attn_b": dqkv'),
            ),
        ),
        Mistake(
            "averaged over the positions",
            "The gradients of all four parameters are averages over the positions, where sums were asked for.",
            _ONCE,
            edits=(
                ("mixed.T @ dy", "mixed.T @ dy / T"),
                ("dy.sum(axis=0)", "dy.mean(axis=0)"),
                ("x.T @ dqkv", "x.T @ dqkv / T"),
                ("dqkv.sum(axis=0)", "dqkv.mean(axis=0)"),
            ),
        ),
        Mistake(
            "residual added",
            "What comes from above was added to dx: that is the residual connection, which is not part of this function.",
            "What does this function hand down, all of the stream's gradient or attention's part?",
            edits=((f"return {_DX}", f"return dy + {_DX}"),),
        ),
        Mistake(
            "dx alone",
            "The gradient of x is there, and those of the parameters are missing.",
            "How many results were asked for?",
            edits=((f"return {_DX}, grads", f"return {_DX}"),),
        ),
        Mistake(
            "gradients alone",
            "The gradients of the parameters are there, and that of x is missing.",
            "How many results were asked for?",
            edits=((f"return {_DX}, grads", "return grads"),),
        ),
        *MORE,
    ),
    but=(
        "heads cut without exchange",
        "heads cut alternately",
        "parts joined without exchange",
        "softmax without the row's mean",
        "scale forgotten",
        "keys: scores not turned round",
        "values: weights not turned round",
        "interleaved heads",
        "gradient of proj_b averaged",
        "gradient of attn_b averaged",
        "residual added",
    ),
)
