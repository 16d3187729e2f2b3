"""Judging poems: rhyme, metre and repetition, with a pronouncing dictionary or by spelling alone.

`measure_poem` holds one poem against the form of a Shakespearean sonnet, `mean_form` averages over poems. The
files in the order to read them: `pronunciation` and `derived` (words to phones), `sounds` and `rhyme` (which
ends of phones rhyme), `rimes` (the same from letters), `spelling` and `meter` (syllables and stress),
`poems` (files of poems), `measure`.
"""

from .measure import Form, mean_form, measure_poem
from .meter import iambic, readings, syllables
from .poems import ALTERNATES, Poem, read_poems
from .pronunciation import CMUDICT, Pronunciations, find_dictionary, read_dictionary
from .rhyme import SONNET, rhyme, rhyme_by_sound, rhyme_scheme, rhyming_pairs, scheme_pairs
from .spelling import words

__all__ = [
    "ALTERNATES",
    "CMUDICT",
    "SONNET",
    "Form",
    "Poem",
    "Pronunciations",
    "find_dictionary",
    "iambic",
    "mean_form",
    "measure_poem",
    "read_dictionary",
    "read_poems",
    "readings",
    "rhyme",
    "rhyme_by_sound",
    "rhyme_scheme",
    "rhyming_pairs",
    "scheme_pairs",
    "syllables",
    "words",
]
