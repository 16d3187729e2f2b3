"""14.2: further mistakes, held against an answer alone."""

from ...tasks.formats import task_rows
from ..exercise import Mistake
from ._unpaired import unpaired

ALONE = unpaired(
    task_rows,
    (
        Mistake(
            "premise cut at its beginning",
            "A text or a premise that is too long lost its beginning; it should lose its end.",
            "Which kinds lose something from the beginning?",
            (('.get(kind, "end")', '.get(kind, "beginning")'),),
        ),
        Mistake(
            "longest cut in every kind",
            "The longest text was cut in every kind; a hypothesis or an option should stay whole as long as there is context "
            "to be cut.",
            "Which text can be spared in each kind?",
            (('.get(kind, "end")', '.get("no kind", "longest")'),),
        ),
        Mistake(
            "longest cut in a pair",
            "In an entailment the longest text was cut; the hypothesis should stay whole as long as there is premise to be "
            "cut.",
            "In which kind are both texts worth the same?",
            (('.get(kind, "end")', '.get(kind, "longest")'),),
        ),
        Mistake(
            "longest cut in a choice",
            "In a choice the longest text was cut; the options should stay whole as long as there is context to be cut.",
            "Which text can be spared when options are to be told apart?",
            (('"choice": "beginning"', '"choice": "longest"'),),
        ),
        Mistake(
            "three special tokens in every row",
            "A single text lost a token more than it had to: its row has two special tokens, not three.",
            "How many special tokens has each kind of row?",
            (("block_size - len(order) - 1", "block_size - 3"),),
        ),
        Mistake(
            "room for two special tokens",
            "Rows of two texts are one token too long: Delim takes a place too.",
            "How many special tokens has each kind of row?",
            (("block_size - len(order) - 1", "block_size - 2"),),
        ),
        Mistake(
            "one special token not counted",
            "Rows that had to be cut are one token too long.",
            "How many special tokens has a row of two texts, and one of a single text?",
            (("block_size - len(order) - 1", "block_size - len(order)"),),
        ),
        Mistake(
            "one token more than needed cut",
            "Rows that had to be cut are one token shorter than they may be.",
            "How many special tokens has a row of two texts, and one of a single text?",
            (("block_size - len(order) - 1", "block_size - len(order) - 2"),),
        ),
        Mistake(
            "last option lost",
            "The last option has no row.",
            "Where does your list of options end?",
            (("texts[1:]", "texts[1:-1]"),),
        ),
        Mistake(
            "row reversed",
            "The second row of a similarity has its tokens from back to front; it is the two texts that should be "
            "exchanged, each as it is.",
            "What exactly is turned around, the tokens or the texts?",
            (("orders[0][::-1]", "[text[::-1] for text in orders[0][::-1]]"),),
        ),
        Mistake(
            "exchanged order first",
            "The two rows of a similarity stand in the wrong order: the texts as given come first.",
            "Which row does the worked example have first?",
            (("orders.append(", "orders.insert(0, "),),
        ),
        Mistake(
            "entailment in both orders",
            "An entailment has two rows; premise and hypothesis cannot be exchanged, so it has one.",
            "Does a premise follow from its hypothesis?",
            (('if kind == "similarity"', 'if kind in ("similarity", "pair")'),),
        ),
        Mistake(
            "hypothesis first",
            "In an entailment the hypothesis comes before the premise.",
            "Which of the two has to be known when the other is judged?",
            (("[list(texts)]", '[list(texts)[::-1] if kind == "pair" else list(texts)]'),),
        ),
        Mistake(
            "Start and Extract exchanged",
            "Rows begin with Extract and end with Start.",
            "In which order are the three special tokens given?",
            (("start, delim, extract = specials", "extract, delim, start = specials"),),
        ),
        Mistake(
            "special tokens moved on by one",
            "All three special tokens stand in places of others.",
            "In which order are the three special tokens given?",
            (("start, delim, extract = specials", "delim, extract, start = specials"),),
        ),
        Mistake(
            "Start for Delim",
            "Start stands between the texts as well, where Delim should.",
            "Which special token separates two texts?",
            (("[*text, delim]", "[*text, start]"),),
        ),
        Mistake(
            "Extract for Delim",
            "Extract stands between the texts as well, where Delim should; it should be in a row once, at its end.",
            "Which special token separates two texts?",
            (("[*text, delim]", "[*text, extract]"),),
        ),
        Mistake(
            "Delim for Extract",
            "Rows end with Delim, where Extract should stand.",
            "At which token will the classifier read?",
            (("[*row[:-1], extract]", "row"),),
        ),
        Mistake(
            "Delim in a row of one text",
            "A single text has a Delim behind it; there is nothing to be separated.",
            "Between which two texts would it stand?",
            (("[*row[:-1], extract]", '[*(row if kind == "single" else row[:-1]), extract]'),),
        ),
        Mistake(
            "first option only",
            "Only the first option of a choice has a row.",
            "How many scores are needed to choose among three options?",
            (("texts[1:]", "texts[1:2]"),),
        ),
        Mistake(
            "rows joined",
            "All rows were joined into one list of tokens; each should be a list of its own.",
            "What does a caller who goes through all rows find in yours?",
            (("return rows", "return sum(rows, [])"),),
        ),
        Mistake(
            "row for list of rows",
            "Where there is one row, the row itself came back; it should be a list with one row in it.",
            "What does a caller who goes through all rows find in yours?",
            (("return rows", "return rows if len(rows) > 1 else rows[0]"),),
        ),
    ),
)
