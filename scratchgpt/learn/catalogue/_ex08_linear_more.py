"""08.5: more mistakes in the gradients of a linear map."""

from ...ops.linear import linear_backward
from ..exercise import Mistake
from ._unpaired import unpaired

_DX = "matmul(dy_rows, weight.T).reshape(x.shape)"
_DW = "matmul(x_rows.T, dy_rows)"
_DB = "dy_rows.sum(axis=0)"
_RETURN = "return dx, dweight, dbias"

_ROUNDS = "When each row has its say in turn, what becomes of what the one before it said?"
_AXES = "How many axes may stand in front of the last one?"
_BIASES = "How many biases are there, and how many rows did each of them serve?"
_LAYOUT = "Do a transposed matrix and a reshaped one have the same numbers in the same places?"
_ORDER = "In which order are the three results asked for?"

_MORE = (
    Mistake(
        "last row only",
        "The gradient of the weight comes from the very last row alone: the others have been forgotten on the way.",
        _ROUNDS,
        edits=((_DW, "matmul(x_rows[-1:].T, dy_rows[-1:])"),),
    ),
    Mistake(
        "dweight and dbias from the last row",
        "The gradients of weight and bias come from the very last row alone: the others have been forgotten on the way.",
        _ROUNDS,
        edits=((_DW, "matmul(x_rows[-1:].T, dy_rows[-1:])"), (_DB, "dy_rows[-1]")),
    ),
    Mistake(
        "first row only",
        "The gradient of the weight comes from the first row alone.",
        "How many rows did the weight serve?",
        edits=((_DW, "matmul(x_rows[:1].T, dy_rows[:1])"),),
    ),
    Mistake(
        "first sequence only",
        "The gradient of the weight comes from the first sequence alone; all others passed through the same weight.",
        "How many sequences did the weight serve?",
        edits=((_DW, "matmul(x_rows[: x.shape[-2]].T, dy_rows[: x.shape[-2]])"),),
    ),
    Mistake(
        "last positions only",
        "The gradient of the weight comes from the last position of each sequence alone.",
        "Which positions passed through the weight?",
        edits=(
            (
                _DW,
                "matmul(x[..., -1, :].reshape(-1, x.shape[-1]).T, dy[..., -1, :].reshape(-1, dy.shape[-1]))",
            ),
        ),
    ),
    Mistake(
        "weight reshaped",
        "The weight was reshaped so that the shapes fit; that is no transposition, and its numbers have changed places.",
        _LAYOUT,
        edits=(("weight.T", "weight.reshape(weight.shape[::-1])"),),
    ),
    Mistake(
        "dweight reshaped",
        "The gradient of the weight was made the other way round, outputs by inputs, and then reshaped, not transposed.",
        _LAYOUT,
        edits=((_DW, "matmul(dy_rows.T, x_rows).reshape(weight.shape)"),),
    ),
    Mistake(
        "input reshaped",
        "The rows of the input were reshaped where they have to be transposed, so inputs meet gradients of other rows.",
        _LAYOUT,
        edits=((_DW, "matmul(x.reshape(x.shape[-1], -1), dy_rows)"),),
    ),
    Mistake(
        "dx transposed",
        "The gradient of the input lies the other way round: its numbers are columns, where they should be rows.",
        "What shape has x?",
        edits=((_DX, "matmul(weight, dy_rows.T)"),),
    ),
    Mistake(
        "dx transposed in each sequence",
        "The gradient of the input lies the other way round in each sequence: inputs by positions.",
        "What shape has x?",
        edits=((_DX, "matmul(weight, dy.swapaxes(-1, -2))"),),
    ),
    Mistake(
        "dx reshaped",
        "The gradient of the input was made with its numbers in columns, and then reshaped, not transposed.",
        _LAYOUT,
        edits=((_DX, "matmul(weight, dy_rows.T).reshape(x.shape)"),),
    ),
    Mistake(
        "dx averaged over the rows",
        "The gradient of the input was divided by the number of rows; an average, if there is one, is in dy already.",
        "Where would the division happen a second time?",
        edits=((_DX, "matmul(dy_rows, weight.T).reshape(x.shape) / len(dy_rows)"),),
    ),
    Mistake(
        "dx cut off",
        "The gradient of the input does not know the weight: dy itself came back.",
        "Through what did x pass on its way to y?",
        edits=((_DX, "dy"),),
    ),
    Mistake(
        "rows only",
        "The gradient of the weight was made as for a table of rows: it fails as soon as there are more axes.",
        _AXES,
        edits=((_DW, "matmul(x.T, dy)"),),
    ),
    Mistake(
        "sequence by sequence",
        "The sequences were gone through along the first axis: that is right for three axes and fails for others.",
        _AXES,
        edits=((_DW, "sum(matmul(one.T, above) for one, above in zip(x, dy, strict=True))"),),
    ),
    Mistake(
        "three axes only",
        "The gradient of the weight was written for three axes, and fails for two or four.",
        _AXES,
        edits=(("dweight =", "_, _, _ = x.shape\n    dweight ="),),
    ),
    Mistake(
        "sum over the first two axes",
        "The gradient of the weight was summed over the first two axes, whatever their number: that is right for three only.",
        _AXES,
        edits=((_DW, "(x[..., :, None] * dy[..., None, :]).sum(axis=(0, 1))"),),
    ),
    Mistake(
        "dweight not summed",
        "There is a gradient of the weight for each row; but one weight served them all.",
        "What does the chain rule do with the many paths of one parameter?",
        edits=((_DW, "x[..., :, None] * dy[..., None, :]"),),
    ),
    *(
        Mistake(key, says, _BIASES, edits=((_DB, new),))
        for key, says, new in (
            (
                "dbias not summed",
                "The gradient of the bias was not summed at all: dy itself came back.",
                "dy",
            ),
            (
                "dbias from the last row",
                "The gradient of the bias comes from the very last row alone.",
                "dy_rows[-1]",
            ),
            (
                "dbias over axis 1",
                "The gradient of the bias was summed over the second axis alone.",
                "dy.sum(axis=1)",
            ),
            (
                "dbias over the axis before the last",
                "The gradient of the bias was summed within each sequence, and one per sequence is left.",
                "dy.sum(axis=-2)",
            ),
            (
                "dbias over the outputs of the rows",
                "The gradient of the bias was summed over the outputs: one number per row is left, not one per bias.",
                "dy_rows.sum(axis=1)",
            ),
            (
                "dbias from the input",
                "The gradient of the bias was made with the input; but the bias is added, whatever the input is.",
                "matmul(x_rows.T, dy_rows).sum(axis=0)",
            ),
        )
    ),
    Mistake(
        "zeros for no bias",
        "Where there is no bias, its gradient should be None; zeros have come back.",
        "What should come back when bias is None?",
        edits=(("None if bias is None", "0 * dy_rows[0] if bias is None"),),
    ),
    Mistake(
        "truth of an array",
        "It fails when there is a bias: an array of several numbers is neither true nor false.",
        "How do you ask whether something is None?",
        edits=(("None if bias is None else dy_rows.sum(axis=0)", "dy_rows.sum(axis=0) if bias else None"),),
    ),
    *(
        Mistake(key, says, _ORDER, edits=((_RETURN, new),))
        for key, says, new in (
            (
                "weight and bias exchanged",
                "The gradients of weight and bias stand in each other's place.",
                "return dx, dbias, dweight",
            ),
            (
                "dx last",
                "The gradient of the input comes last; it is asked for first.",
                "return dweight, dbias, dx",
            ),
            (
                "no dbias",
                "The gradient of the bias is missing: three results are asked for.",
                "return dx, dweight",
            ),
            (
                "dx alone",
                "Only the gradient of the input came back: three results are asked for.",
                "return dx",
            ),
        )
    ),
)

MORE = unpaired(
    linear_backward, _MORE, but=("last row only", "dbias not summed", "zeros for no bias", "weight reshaped")
)
