"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "tails__1": ("first stressed vowel",),
    "tails__2": ("one weak syllable is enough",),
    "tails__3": ("main stress only",),
    "rhyme_by_sound__1": ("first pronunciation only",),
    "rhyme_by_sound__2": ("a word rhymes with itself",),
    "rhyme_by_sound__3": ("sounds compared for words",),
    "rhyme_scheme__1": ("letters by line",),
    "rhyme_scheme__2": ("a word that comes again has its letter",),
    "rhyme_scheme__3": ("last line that rhymes",),
    "simple_syllables__1": ("every vowel letter counts",),
    "simple_syllables__2": ("y is no vowel",),
    "simple_syllables__3": ("le always counts",),
}
