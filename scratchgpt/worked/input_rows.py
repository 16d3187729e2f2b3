"""GPT-1's four input transformations, spelled: every task as rows of tokens that end in Extract.

Source: Radford et al. 2018, section 3.3 and figure 1.
"""

from collections.abc import Mapping, Sequence

from ..tasks.formats import Formatter, Specials
from ..tokenizer import Tokenizer

# One example per kind of task; with the bundled model's tokens the pair has 8 and 7 of them.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "single": ("This was great fun.",),
    "pair": ("The boy fell into the cold river.", "The boy is all wet now."),
    "similarity": ("It was cold.", "It was not warm."),
    "choice": ("The boy fell into the river.", "He is wet.", "He is dry."),
}


def spelled_rows(
    tokenizer: Tokenizer, examples: Mapping[str, Sequence[str]] = EXAMPLES, block_size: int = 256
) -> dict[str, list[str]]:
    """Return the rows of each example with their tokens as text: {"pair": ["Start", " The", ...], ...}.

    `examples` is {kind: texts}. Where a kind has several rows they are numbered: "choice 1", "choice 2".
    """
    specials, rows = Specials.behind(tokenizer.vocab_size), {}
    names = dict(zip(specials, ("Start", "Delim", "Extract"), strict=True))
    for kind, texts in examples.items():
        found = Formatter(tokenizer, kind, specials, block_size).sequences(texts)
        for i, row in enumerate(found, start=1):
            label = kind if len(found) == 1 else f"{kind} {i}"
            rows[label] = [names.get(id) or tokenizer.decode([id]) for id in row]
    return rows
