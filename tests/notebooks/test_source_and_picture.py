"""What a lesson shows: the package's own text, and pictures."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from scratchgpt.notebooks import picture, source
from scratchgpt.ops import REFERENCE
from scratchgpt.ops.softmax import softmax


def test_source_is_the_text_of_the_file():
    shown = source(REFERENCE.softmax)._repr_markdown_()
    assert shown.startswith("`scratchgpt/ops/softmax.py`\n\n```python\ndef softmax(")
    assert "Shapes: x (..., V) -> y (..., V)" in shown and shown.endswith("```")
    assert repr(source(softmax)).startswith("# scratchgpt/ops/softmax.py\ndef softmax(")


def test_source_without_docstrings_is_the_same_code():
    text = source(softmax, docstring=False).parts[0][1]
    assert '"""' not in text
    scope = {"array_module": lambda x: np, "Array": np.ndarray}
    exec(text, scope)
    assert np.allclose(scope["softmax"](np.array([2.0, 1.0, 0.5])), softmax(np.array([2.0, 1.0, 0.5])))


def test_several_at_once():
    assert source(softmax, picture)._repr_markdown_().count("```python") == 2


def test_a_composite_op_is_shown_too():
    assert "def attention_forward(" in repr(source(REFERENCE.attention_forward))


def test_an_array_has_no_source():
    with pytest.raises(TypeError):
        source(np.zeros(3))


def test_a_picture_is_png_with_words():
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2])
    shown = picture(figure, "a rising line")
    assert shown._repr_png_().startswith(b"\x89PNG") and repr(shown) == "a rising line"
    assert picture(figure, "").png == shown.png
