"""Recall questions of lesson 04."""

from ....config import GPTConfig
from ....tokenizer.bpe_train import count_pairs
from ....worked.bpe_steps import TIE_RULES, merge_steps, merged_symbols
from ...questions import Question

_WORDS = [("low", 5), ("lowest", 2), ("newer", 3), ("wider", 2)]


def _rule_of_est_and_wid() -> str:
    """The only rule under which ten merges make both symbols."""
    made = {rule: merged_symbols(merge_steps(_WORDS, 10, rule)) for rule in TIE_RULES}
    (rule,) = [name for name, symbols in made.items() if {"est", "wid"} <= set(symbols)]
    return rule


QUESTIONS = (
    Question(
        "04.q1",
        "In 'low low low low low lowest lowest newer newer newer wider wider', cut into letters: how often do "
        "e and r stand side by side, in this order?",
        lambda: count_pairs(_WORDS)["e", "r"],
        {
            2: "That counts each different word once: what does the text hold more of than its vocabulary?",
            3: "That is one of the two words that end so.",
            7: "Two words too many: in those, e is followed by another letter.",
        },
        tolerance=1e-9,
    ),
    Question(
        "04.q2",
        "Somebody prints a vocabulary of the same text that holds both 'est' and 'wid' among its first ten "
        f"merges. Which rule for ties was it: {', '.join(TIE_RULES)}?",
        _rule_of_est_and_wid,
        {
            "earliest": "The first tie after newer is then won by a pair that begins with low.",
            "latest": "Then ow comes before lo, and the ends of words grow first: wider is whole early.",
            "lowest ids": "Then der comes early, and i and d never meet as two single letters again.",
            "lowest letters": "That makes est, but der before it, so that wid never comes.",
        },
    ),
    Question(
        "04.q3",
        "How many tokens does a byte-level BPE without any merge need for 'café 🙂' (six characters)?",
        lambda: len("café 🙂".encode()),
        {
            6: "That counts characters: two of them lie outside of ASCII.",
            7: "That is the length in UTF-16, which counts the face twice and the accent once.",
            9: "One character too short: which two have more than one byte, and how many each?",
        },
        tolerance=1e-9,
    ),
    Question(
        "04.q4",
        "GPT-2's vocabulary has 50,257 entries, one of them special. How many merges were learned?",
        lambda: GPTConfig().vocab_size - 256 - 1,
        {
            50_257: "That is the whole list: which entries are there before the first merge?",
            50_256: "The special token is left out there; what else did no merge make?",
            50_001: "The single bytes are left out there; what else did no merge make?",
        },
        tolerance=1e-9,
    ),
)
