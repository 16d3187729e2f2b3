"""WikiText's layout: detokenised, cut into pages, joined as the rows of the data set."""

import pytest

from scratchgpt.evaluation import wikitext


@pytest.mark.parametrize(
    ("spaced", "usual"),
    [
        ("a two @-@ part 1 @,@ 000 and 2 @.@ 5 text", "a two-part 1,000 and 2.5 text"),
        ("Oh ! Why ? So : one ; two , three . Four", "Oh! Why? So: one; two, three. Four"),
        ("it ( was 1999 ) and [ 3 ] and { x }", "it (was 1999) and [3] and {x}"),
        ('said " yes , sir " and left', 'said "yes, sir" and left'),
        ("the ' old ' one", "the 'old' one"),
        ("the Beatles ' song", "the Beatles' song"),
        ("the king 's crown", "the king's crown"),
        (" = = = Deep = = = \n x \n", " === Deep ===\nx\n"),
        ("at 20 ° C", "at 20°C"),
        ("N is kept, but an N alone is 1", "N is kept, but an 1 alone is 1"),
        ("a rare <unk> stays", "a rare <unk> stays"),
        ("Untouched: text (with marks), 'as usual'.", "Untouched: text (with marks), 'as usual'."),
    ],
)
def test_detokenise(spaced, usual):
    assert wikitext.detokenise(spaced) == usual


PAGES = " \n = One = \n \n text = x = y \n = = Part = = \n more \n = Two = Three = \n end \n"


def test_pages_begin_with_a_title():
    assert wikitext.pages(PAGES) == [
        " = One = \n \n text = x = y \n = = Part = = \n more ",
        " = Two = Three = \n end \n",
    ]


def test_text_before_the_first_title_is_a_page_unless_it_is_blank():
    assert wikitext.pages("intro\n = One = \nx") == ["intro", " = One = \nx"]
    assert wikitext.pages("no title\n") == ["no title\n"]


def test_rows_joined_by_blank_lines():
    text = " \n = One = \n \n text \n"
    rows = ["", " = One = \n", "", " text \n"]
    assert wikitext.blank_lines(text) == "\n\n".join(rows)
    assert wikitext.blank_lines(text + "open") == "\n\n".join([*rows, "open\n"])


@pytest.mark.parametrize(("kind", "count"), [("text", 4), ("lines", 6), ("runs", 6)])
def test_words(kind, count):
    assert wikitext.count_words(" one two\n three  four \n", kind) == count
