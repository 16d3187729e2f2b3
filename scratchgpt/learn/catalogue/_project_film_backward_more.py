"""More mistakes of F.10 and F.11: parts left out, other places."""

from ..exercise import Mistake

_DX = 'dqkv @ params["attn_w"].T'
_PARTS = "How many parts were made of x, and what does each of them hand down?"
_MAP = "How does a gradient go back through a linear map?"
_ONCE = "How many positions did each bias serve?"

ATTENTION = (
    *(
        Mistake(
            f"{which} in dx",
            f"dx has the part of the {said}; the others are missing.",
            _PARTS,
            edits=((f"return {_DX}", f'return dqkv[:, {columns}] @ params["attn_w"][:, {columns}].T'),),
        )
        for which, said, columns in (
            ("queries alone", "queries alone", ": H * D"),
            ("keys alone", "keys alone", "H * D : 2 * H * D"),
            ("values alone", "values alone", "2 * H * D :"),
            ("queries and keys alone", "queries and the keys", ": 2 * H * D"),
            ("keys and values alone", "keys and the values", "H * D :"),
        )
    ),
    *(
        Mistake(
            f"{said} without a gradient",
            f"The {said} have no gradient at all: neither in the parameters nor in dx.",
            _PARTS,
            edits=(("[dq, dk, dv]", order),),
        )
        for said, order in (
            ("queries", "[0 * dq, dk, dv]"),
            ("keys", "[dq, 0 * dk, dv]"),
            ("values", "[dq, dk, 0 * dv]"),
        )
    ),
    Mistake(
        "queries and keys exchanged in the parameters",
        "dx is right, but in the gradients of attn_w and attn_b queries and keys stand in each other's place.",
        "In which order do the three parts lie side by side?",
        edits=(
            (
                f"return {_DX}, grads",
                "C = H * D\n    order = np.r_[C : 2 * C, :C, 2 * C : 3 * C]\n"
                '    turned = {"attn_w": grads["attn_w"][:, order], "attn_b": grads["attn_b"][order]}\n'
                f"    return {_DX}, grads | turned",
            ),
        ),
    ),
    Mistake(
        "gradient of attn_w turned round",
        "The gradient of attn_w is turned round: its rows belong to what comes in.",
        _MAP,
        edits=(("x.T @ dqkv", "dqkv.T @ x"),),
    ),
    Mistake(
        "both matrices' gradients turned round",
        "The gradients of both matrices are turned round: rows belong to what comes in.",
        _MAP,
        edits=(("x.T @ dqkv", "dqkv.T @ x"), ("mixed.T @ dy", "dy.T @ mixed")),
    ),
    Mistake(
        "values without the last map",
        "The gradient of the values did not pass the map behind the heads.",
        "What did the heads' result meet before it left attention?",
        edits=(
            (
                "weights.swapaxes(1, 2) @ dmixed",
                "weights.swapaxes(1, 2) @ dy.reshape(T, H, D).swapaxes(0, 1)",
            ),
        ),
    ),
    Mistake(
        "gradient of proj_b behind the map",
        "The gradient of proj_b was summed from what lies below its map; it is added above.",
        "Is a bias added before or after the matrix?",
        edits=(('"proj_b": dy.sum(axis=0)', '"proj_b": (dy @ params["proj_w"].T).sum(axis=0)'),),
    ),
    Mistake(
        "values scaled, scores not",
        "The scale went to the values, where it belongs to queries and keys.",
        "Which of the forward steps divided by the root of D?",
        edits=(
            ("keepdims=True)) / D**0.5", "keepdims=True))"),
            ("weights.swapaxes(1, 2) @ dmixed", "weights.swapaxes(1, 2) @ dmixed / D**0.5"),
        ),
    ),
    Mistake(
        "biases over the channels",
        "The biases' gradients were summed along the wrong axis: one number per position is left.",
        _ONCE,
        edits=(("dy.sum(axis=0)", "dy.sum(axis=1)"), ("dqkv.sum(axis=0)", "dqkv.sum(axis=1)")),
    ),
    Mistake(
        "results exchanged",
        "dx and the dict of gradients stand in each other's place.",
        "In which order were they asked for?",
        edits=((f"return {_DX}, grads", f"return grads, {_DX}"),),
    ),
    *(
        Mistake(
            f"{left} missing",
            f"The gradients of {left} are missing in the dict.",
            "How many parameters has attention?",
            edits=(
                (
                    f"return {_DX}, grads",
                    f"return {_DX}, {{n: g for n, g in grads.items() if n[-1] != {last!r}}}",
                ),
            ),
        )
        for left, last in (("the biases", "b"), ("the matrices", "w"))
    ),
)

_ADD = 'np.add.at(grads["wte"], ids, dx)'
_WPE = 'grads["wpe"][: len(ids)] = dx'
_BEFORE = '(ds @ params["down_w"].T)'
_NORM_1 = "film_layernorm_backward(dn, norm_1)"
_ORDER = "In which order does one walk back?"
_TABLES = "Which rows of the two tables were used, and what does an unused row get?"

BACKWARD = (
    Mistake(
        "gradient of fc_w before the slope",
        "The gradient of fc_w lacks the slope of GELU.",
        "Does the way up lie before or behind GELU?",
        edits=(("n.T @ dwide", f"n.T @ {_BEFORE}"),),
    ),
    Mistake(
        "gradients of the way up before the slope",
        "The gradients of fc_w and fc_b lack the slope of GELU.",
        "Does the way up lie before or behind GELU?",
        edits=(("n.T @ dwide, dwide.sum(axis=0)", f"n.T @ {_BEFORE}, {_BEFORE}.sum(axis=0)"),),
    ),
    Mistake(
        "slope left out on the way down to n",
        "The gradients of the way up are right, but what goes down to n lacks the slope of GELU.",
        "What stands between up and down?",
        edits=(('dn = ds + dwide @ params["fc_w"].T', f'dn = ds + {_BEFORE} @ params["fc_w"].T'),),
    ),
    Mistake(
        "gradient of down_w above the norm",
        "The gradient of down_w was made with what came from above the second norm; the matrix lies below it.",
        _ORDER,
        edits=(("wide.T @ ds", "wide.T @ dh"),),
    ),
    Mistake(
        "first norm got the gradient above all",
        "The first norm got what came from above the second.",
        _ORDER,
        edits=((_NORM_1, "film_layernorm_backward(dh, norm_1)"),),
    ),
    Mistake(
        "gradient of fc_w from the normalised rows",
        "The gradient of fc_w was made with the normalised rows, before gain and bias; the MLP read n.",
        "What did fc_w multiply on the way up?",
        edits=(("n.T @ dwide", "norm_1.x_hat.T @ dwide"),),
    ),
    Mistake(
        "tables got attention's gradient alone",
        "The tables got what comes through attention, and wpe what comes past it as well.",
        "Which two tables make the first states?",
        edits=((_ADD, 'np.add.at(grads["wte"], ids, da)'),),
    ),
    Mistake(
        "wte of T rows",
        "The gradient of wte has a row for each word of the sentence; it should have one for each word of the vocabulary.",
        _TABLES,
        edits=((_ADD, 'grads["wte"] = dx'),),
    ),
    Mistake(
        "both tables of T rows",
        "The gradients of the tables have a row for each word of the sentence; they have the shapes of their parameters.",
        _TABLES,
        edits=((_ADD, 'grads["wte"] = dx'), (_WPE, 'grads["wpe"] = dx.copy()')),
    ),
    *(
        Mistake(
            f"rows that were used, {which}",
            f"{said} rows for the words of the sentence alone; all rows of the table belong there.",
            _TABLES,
            edits=(("return grads | inner", f"return grads | inner | {{{new}}}"),),
        )
        for which, said, new in (
            ("of wte", "The gradient of wte has", '"wte": grads["wte"][ids]'),
            (
                "of both tables",
                "The gradients of the tables have",
                '"wte": grads["wte"][ids], "wpe": grads["wpe"][: len(ids)]',
            ),
            ("of wte, each once", "The gradient of wte has", '"wte": grads["wte"][np.unique(ids)]'),
            (
                "of both tables, each once",
                "The gradients of the tables have",
                '"wte": grads["wte"][np.unique(ids)], "wpe": grads["wpe"][: len(ids)]',
            ),
        )
    ),
    Mistake(
        "last rows of wpe",
        "The last rows of wpe got the gradient; a sentence uses the first.",
        _TABLES,
        edits=((_WPE, 'grads["wpe"][-len(ids) :] = dx'),),
    ),
    Mistake(
        "every row of wpe",
        "Every row of wpe got the sum of the gradients; each used row has its own, and the others zeros.",
        _TABLES,
        edits=((_WPE, 'grads["wpe"][:] = dx.sum(axis=0)'),),
    ),
    *(
        Mistake(
            f"{name} doubled",
            f"The gradient of {name} was added twice.",
            "How often was each row of the table looked up?",
            edits=(("return grads | inner", f'grads["{name}"] *= 2\n    return grads | inner'),),
        )
        for name in ("wte", "wpe")
    ),
    Mistake(
        "wpe averaged",
        "The gradient of wpe was divided by the number of words.",
        _TABLES,
        edits=((_WPE, 'grads["wpe"][: len(ids)] = dx / len(ids)'),),
    ),
    *(
        Mistake(
            f"{said} missing",
            f"The gradients of {said} are missing in the dict.",
            "Which fourteen parameters does the forward pass read?",
            edits=(
                (
                    "return grads | inner",
                    f"return {{n: g for n, g in (grads | inner).items() if not n.startswith({starts!r})}}",
                ),
            ),
        )
        for said, starts in (
            ("the norms", ("ln1", "ln2")),
            ("the tables", ("wte", "wpe")),
            ("the MLP", ("fc", "down")),
        )
    ),
)
