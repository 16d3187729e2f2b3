"""The pictures of lesson 04 show what their captions say."""

from itertools import pairwise

import pytest

from scratchgpt import tokenizer
from scratchgpt.plots.tokens import languages, length_by_vocabulary, token_rows, visible
from scratchgpt.resources import data_path
from scratchgpt.tokenizer import ByteBPE
from scratchgpt.worked.bpe_steps import bytes_per_token, encoding_steps, merge_steps, with_fewer_merges

WORDS = [("low", 5), ("lowest", 2), ("newer", 3), ("wider", 2)]
SIZES = (257, 512, 2048, 4096)


@pytest.fixture(scope="module")
def mini():
    return tokenizer.load(data_path("mini"))


def drawn(figure):
    """The texts in the boxes, row by row, and the colours of the boxes."""
    axes = figure.axes[0]
    boxes = [(round(box.get_y() + 0.36), box.get_x(), box) for box in axes.patches]
    texts = [text for text in axes.texts if text.get_ha() == "center"]
    rows: dict[int, list] = {}
    for (y, _, box), text in zip(boxes, texts, strict=True):
        rows.setdefault(y, []).append((text.get_text(), box.get_facecolor(), box.get_x(), box.get_width()))
    return list(rows.values())


def test_the_merges_of_the_four_words():
    steps = merge_steps(WORDS, 8)
    rows = [("letters", [c.encode() for word, _ in WORDS for c in word])]
    rows += [("", [s.encode() for word, _ in step.words for s in word]) for step in steps]
    shown = [[text for text, *_ in row] for row in drawn(token_rows(rows))]
    assert len(shown) == 9
    assert all(len(after) < len(before) for before, after in pairwise(shown))
    assert "low" not in shown[1]
    assert shown[2][0] == "low"  # after two merges
    assert "newer" not in shown[5]
    assert "newer" in shown[6]  # after six
    assert shown[-1][-4:] == ["w", "i", "d", "er"]


def test_boxes_stand_side_by_side_in_different_colours():
    (row,) = drawn(token_rows([("a label", [b"ab", b"c", b" d", b"\n"])], "a title"))
    assert [text for text, *_ in row] == ["ab", "c", "·d", "↵"]
    for (_, colour, x, width), (_, other, after, _) in pairwise(row):
        assert colour != other
        assert x + width == pytest.approx(after)


def test_what_cannot_be_shown_is_shown_in_hexadecimal():
    assert (visible("é".encode()[:1]), visible(b"\x00"), visible("é".encode())) == ("C3", "00", "é")


def test_one_word_in_nine_merges(mini):
    rows = encoding_steps(" unprecedented", mini.merges)
    shown = drawn(token_rows([(str(i), row) for i, row in enumerate(rows)]))
    assert [len(row) for row in shown] == [14, 13, 11, 10, 9, 8, 7, 6, 5, 4]
    assert [text for text, *_ in shown[-1]] == ["·unp", "re", "ced", "ented"]


def test_one_sentence_under_the_bundled_tokenizer(mini):
    sentence = "Naïve readers rarely see 2,048 tokens."
    (row,) = drawn(token_rows([("", [mini.token_bytes(i) for i in mini.encode(sentence)])]))
    texts = [text for text, *_ in row]
    assert [texts[2:4], "·see" in texts] == [["C3", "AF"], True]
    assert "".join(texts[texts.index("·2") :]).startswith("·2,048")
    assert {"0", "4", "8"} <= set(texts)


def test_the_curve_bends_and_the_star_lies_below(mini):
    docs = data_path("tales.txt").read_text(encoding="utf-8").split("<|endoftext|>")
    largest = ByteBPE.train(docs[:90], 4096)
    smaller = [with_fewer_merges(largest, size - 257) for size in SIZES]
    train, held_out = "".join(docs[:90]), "".join(docs[90:])
    curves = {
        name: [bytes_per_token(bpe, part) for bpe in smaller]
        for name, part in (("learned from", train), ("held out", held_out))
    }
    star = bytes_per_token(mini, held_out)
    figure = length_by_vocabulary(SIZES, curves, ("bundled", mini.vocab_size, star))
    learned, held, other = [line.get_ydata() for line in figure.axes[0].lines]
    assert held[0] == 1
    assert held[1] == pytest.approx(2.2, abs=0.05)
    assert 0 < held[3] - held[2] < 0.3
    assert all(a > b for a, b in zip(learned[1:], held[1:], strict=True))
    assert star < held[3]
    assert list(other) == [star]
    assert figure.axes[0].get_xscale() == "log"


def test_languages_pay_by_the_byte(mini):
    sentences = {
        "English": "The old man walked home through the rain.",
        "German": "Der alte Mann ging durch den Regen nach Hause.",
        "French": "Le vieil homme rentra chez lui sous la pluie.",
        "Greek": "Ένας γέρος γύρισε στο σπίτι μέσα στη βροχή.",
        "Russian": "Старик шёл домой под дождём.",
        "Japanese": "老人は雨の中を歩いて家に帰った。",
    }
    counts = {name: (len(s), len(s.encode()), len(mini.encode(s))) for name, s in sentences.items()}
    figure = languages(counts)
    characters, data, tokens = [[bar.get_height() for bar in bars] for bars in figure.axes[0].containers]
    assert tokens[0] == 9
    assert all(2 < n / tokens[0] < 3 for n in tokens[1:3])
    assert tokens[3:] == data[3:]
    assert characters[0] == data[0]
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == list(sentences)
