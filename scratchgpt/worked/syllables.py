"""Counting syllables by the rule that schools teach, to be held against `tasks.verse`, which knows more.

Of the different words of the bundled sonnets it gives nine in ten the count that `usual_syllables` gives.
"""

import re


def simple_syllables(word: str) -> int:
    """Return the syllables of a word in lower case: its groups of vowel letters, but for a silent e.

    An e that ends a word after a consonant is silent, unless it is that of "table" and "gentle": le after
    another consonant. Every word has a syllable. The rule is wrong where vowels meet without melting together
    ("being"), and where an e is silent inside ("loves", "seemed").
    """
    groups = re.findall("[aeiouy]+", word)
    silent = re.search("[^aeiouy]e$", word) and not re.search("[^aeiouy]le$", word)
    return max(1, len(groups) - bool(silent))
