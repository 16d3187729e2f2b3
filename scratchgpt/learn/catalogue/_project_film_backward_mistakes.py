"""Known mistakes of F.11, the way back through the whole model."""

from ...worked.film_by_hand_gradients import film_backward
from ..exercise import Mistake
from ._project_film_backward_more import BACKWARD as MORE
from ._unpaired import unpaired

_DN = 'dn = ds + dwide @ params["fc_w"].T'
_DWIDE = '(ds @ params["down_w"].T) * slope'
_ADD = 'np.add.at(grads["wte"], ids, dx)'
_WPE = 'grads["wpe"][: len(ids)] = dx'
_NORM_1 = "film_layernorm_backward(dn, norm_1)"
_NORM_2 = "film_layernorm_backward(dh, norm_2)"
_ATTENTION = "film_attention_backward(params, ds, attention)"

_TWO = "Which values of the forward pass have two readers?"
_ORDER = "In which order does one walk back?"
_WORDS = "What should happen when a word occurs twice in a sentence?"
_MAP = "How does a gradient go back through a linear map?"
_ONCE = "How many positions did each bias serve?"

BACKWARD = unpaired(
    film_backward,
    (
        Mistake(
            "path past the MLP cut",
            "What comes down to n came through the MLP alone; n was also added behind it.",
            _TWO,
            edits=((_DN, 'dn = dwide @ params["fc_w"].T'),),
        ),
        Mistake(
            "path through the MLP cut",
            "What comes down to n came past the MLP alone; the MLP has read it as well.",
            _TWO,
            edits=((_DN, "dn = ds"),),
        ),
        Mistake(
            "path past attention cut",
            "What comes down to the tables came through attention alone; their sum was also added behind it.",
            _TWO,
            edits=(("dx = ds + da", "dx = da"),),
        ),
        Mistake(
            "path through attention cut",
            "What comes down to the tables came past attention alone; attention has read their sum as well.",
            _TWO,
            edits=(("dx = ds + da", "dx = ds"),),
        ),
        Mistake(
            "gradient above the norm past the MLP",
            "Past the MLP went what came from above the second norm; the sum lies below it.",
            _ORDER,
            edits=((_DN, 'dn = dh + dwide @ params["fc_w"].T'),),
        ),
        Mistake(
            "gradient above the norm past attention",
            "Past attention went what came from above the first norm; the sum lies below it.",
            _ORDER,
            edits=(("dx = ds + da", "dx = dn + da"),),
        ),
        Mistake(
            "gradient above the norm past both",
            "The residual connections hand down what came from above the norms; the sums lie below them.",
            _ORDER,
            edits=((_DN, 'dn = dh + dwide @ params["fc_w"].T'), ("dx = ds + da", "dx = dn + da")),
        ),
        Mistake(
            "attention got the gradient above its norm",
            "Attention got what came from above the first norm; its result was added below it.",
            _ORDER,
            edits=((_ATTENTION, "film_attention_backward(params, dn, attention)"),),
        ),
        Mistake(
            "MLP got the gradient above its norm",
            "The MLP got what came from above the second norm; its result was added below it.",
            _ORDER,
            edits=(
                (_DWIDE, _DWIDE.replace("ds @", "dh @")),
                ("wide.T @ ds, ds.sum(axis=0)", "wide.T @ dh, dh.sum(axis=0)"),
            ),
        ),
        Mistake(
            "second norm left out",
            "The second norm was left out on the way back: what came from above went on as it was.",
            "How many norms does the way down pass?",
            edits=(('    ds, grads["ln2_w"]', '    ds = dh\n    _, grads["ln2_w"]'),),
        ),
        Mistake(
            "first norm left out",
            "The first norm was left out on the way back.",
            "How many norms does the way down pass?",
            edits=(('    ds, grads["ln1_w"]', '    ds = dn\n    _, grads["ln1_w"]'),),
        ),
        Mistake(
            "norms exchanged",
            "The caches of the two norms were used in each other's place.",
            _ORDER,
            edits=(
                (_NORM_2, _NORM_2.replace("norm_2", "norm_1")),
                (_NORM_1, _NORM_1.replace("norm_1", "norm_2")),
            ),
        ),
        Mistake(
            "second norm's cache twice",
            "Both norms went back with the cache of the second.",
            _ORDER,
            edits=((_NORM_1, _NORM_1.replace("norm_1", "norm_2")),),
        ),
        Mistake(
            "first norm's cache twice",
            "Both norms went back with the cache of the first.",
            _ORDER,
            edits=((_NORM_2, _NORM_2.replace("norm_2", "norm_1")),),
        ),
        Mistake(
            "gain and bias of the second norm exchanged",
            "The gradients of ln2_w and ln2_b stand in each other's place.",
            "In which order does your norm return its gradients?",
            edits=(('grads["ln2_w"], grads["ln2_b"]', 'grads["ln2_b"], grads["ln2_w"]'),),
        ),
        Mistake(
            "gain and bias of the first norm exchanged",
            "The gradients of ln1_w and ln1_b stand in each other's place.",
            "In which order does your norm return its gradients?",
            edits=(('grads["ln1_w"], grads["ln1_b"]', 'grads["ln1_b"], grads["ln1_w"]'),),
        ),
        Mistake(
            "gains and biases exchanged",
            "For both norms, the gradients of gain and bias stand in each other's place.",
            "In which order does your norm return its gradients?",
            edits=(
                ('grads["ln2_w"], grads["ln2_b"]', 'grads["ln2_b"], grads["ln2_w"]'),
                ('grads["ln1_w"], grads["ln1_b"]', 'grads["ln1_b"], grads["ln1_w"]'),
            ),
        ),
        Mistake(
            "norms' gradients exchanged",
            "The gradients of the two norms stand in each other's place.",
            "Which of the two norms does the way down meet first?",
            edits=(
                ('grads["ln2_w"], grads["ln2_b"]', 'grads["ln1_w"], grads["ln1_b"]'),
                (
                    f'grads["ln1_w"], grads["ln1_b"] = {_NORM_1}',
                    f'grads["ln2_w"], grads["ln2_b"] = {_NORM_1}',
                ),
            ),
        ),
        Mistake(
            "slope of GELU forgotten",
            "The wide layer's gradient lacks the slope of GELU.",
            "What stands between up and down?",
            edits=((_DWIDE, _DWIDE.replace(" * slope", "")),),
        ),
        Mistake(
            "value for slope",
            "The wide layer's gradient was multiplied by the value of GELU, where its slope belongs.",
            "Which field of the cache is for the way back?",
            edits=((_DWIDE, _DWIDE.replace("* slope", "* wide")),),
        ),
        Mistake(
            "slope applied to the way down",
            "The slope of GELU multiplies the value in the gradient of down_w; that matrix met the value itself.",
            "What did down_w multiply on the way up?",
            edits=(("wide.T @ ds", "(wide * slope).T @ ds"),),
        ),
        Mistake(
            "slope for value",
            "The gradient of down_w was made with the slope of GELU, where its value belongs.",
            "What did down_w multiply on the way up?",
            edits=(("wide.T @ ds", "slope.T @ ds"),),
        ),
        Mistake(
            "gradient of down_w turned round",
            "The gradient of down_w is turned round: its rows belong to what comes in.",
            _MAP,
            edits=(("wide.T @ ds", "ds.T @ wide"),),
        ),
        Mistake(
            "gradient of fc_w turned round",
            "The gradient of fc_w is turned round: its rows belong to what comes in.",
            _MAP,
            edits=(("n.T @ dwide", "dwide.T @ n"),),
        ),
        Mistake(
            "gradient of fc_w from x",
            "The gradient of fc_w was made with the sum of the tables; the MLP read n.",
            "What did fc_w multiply on the way up?",
            edits=(("n.T @ dwide", "attention.x.T @ dwide"),),
        ),
        Mistake(
            "gradient of fc_b before the slope",
            "The gradient of fc_b lacks the slope of GELU.",
            "Does the bias of the way up lie before or behind GELU?",
            edits=(("dwide.sum(axis=0)", '(ds @ params["down_w"].T).sum(axis=0)'),),
        ),
        Mistake(
            "biases averaged",
            "The gradients of the MLP's biases are averages over the positions, where sums were asked for.",
            _ONCE,
            edits=(("ds.sum(axis=0)", "ds.mean(axis=0)"), ("dwide.sum(axis=0)", "dwide.mean(axis=0)")),
        ),
        Mistake(
            "bias of the way up averaged",
            "The gradient of fc_b is an average over the positions, where the sum was asked for.",
            _ONCE,
            edits=(("dwide.sum(axis=0)", "dwide.mean(axis=0)"),),
        ),
        Mistake(
            "bias of the way down averaged",
            "The gradient of down_b is an average over the positions, where the sum was asked for.",
            _ONCE,
            edits=((", ds.sum(axis=0)", ", ds.mean(axis=0)"),),
        ),
        Mistake(
            "bias of the way down above the norm",
            "The gradient of down_b was summed from what came from above the second norm; the bias lies below it.",
            _ORDER,
            edits=((", ds.sum(axis=0)", ", dh.sum(axis=0)"),),
        ),
        Mistake(
            "repeated words overwritten",
            "Of a word that occurs twice only the last place counts in the gradient of wte, as with indexed assignment or an indexed sum.",
            _WORDS,
            edits=((_ADD, 'grads["wte"][ids] = dx'),),
        ),
        Mistake(
            "repeated words averaged",
            "The places of a word that occurs several times were averaged; each of them counts in full.",
            _WORDS,
            edits=(
                (
                    _ADD,
                    f'{_ADD}\n    grads["wte"] /= np.maximum(np.bincount(ids, minlength=len(params["wte"])), 1)[:, None]',
                ),
            ),
        ),
        Mistake(
            "words by their places",
            "The gradient of wte was added at rows by position, where it belongs to the words.",
            "Which rows of wte were looked up?",
            edits=((_ADD, 'grads["wte"][: len(ids)] += dx'),),
        ),
        Mistake(
            "positions by their words",
            "The gradient of wpe was added at rows by word, where it belongs to the positions.",
            "Which rows of wpe were used?",
            edits=((_WPE, 'np.add.at(grads["wpe"], ids, dx)'),),
        ),
        Mistake(
            "wpe summed into the first row",
            "All positions' gradients went to the first row of wpe; each position has its own.",
            "Which rows of wpe were used?",
            edits=((_WPE, 'grads["wpe"][0] = dx.sum(axis=0)'),),
        ),
        Mistake(
            "wpe of T rows",
            "The gradient of wpe has a row for each word of the sentence; it should have one for each row of wpe.",
            "Which shape has the gradient of a parameter?",
            edits=((_WPE, 'grads["wpe"] = dx'),),
        ),
        Mistake(
            "wpe forgotten",
            "The gradient of wpe stayed zero; its rows were added to those of the words.",
            "Which two tables make the first states?",
            edits=((f"    {_WPE}\n", ""),),
        ),
        Mistake(
            "wte forgotten",
            "The gradient of wte stayed zero; its rows were looked up.",
            "Which two tables make the first states?",
            edits=((f"    {_ADD}", "    pass"),),
        ),
        Mistake(
            "attention's parameters forgotten",
            "The gradients of attention's four parameters are missing.",
            "What does the way back through attention return beside dx?",
            edits=(("return grads | inner", "return grads"),),
        ),
        Mistake(
            "wy among them",
            "There is a gradient of wy as well, which film_forward does not read.",
            "Which parameters has the forward pass used?",
            edits=(("return grads | inner", 'return grads | inner | {"wy": np.zeros_like(params["wy"])}'),),
        ),
        *MORE,
    ),
    but=(
        "gradient of down_w turned round",
        "path past the MLP cut",
        "path past attention cut",
        "slope of GELU forgotten",
        "repeated words overwritten",
        "wpe forgotten",
        "gradient of fc_w turned round",
    ),
)
