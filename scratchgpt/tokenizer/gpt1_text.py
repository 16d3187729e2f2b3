"""How GPT-1 cleans text and cuts it into words: two treatments, because two programs are authorities.

"transformers" is what Hugging Face's OpenAIGPTTokenizer does: the clean-up and the word split of BERT.
Accents go, a line break is a space like any other, and each punctuation mark is a word: "don't" becomes
don ' t. Ids equal those of the `tokenizers` library.

"original" is what the model was trained on: ftfy repairs the text, a few replacements standardize it, and
spaCy's English rules cut it: "don't" becomes do n't, and a line break is a word of its own. This is the
treatment to use with OpenAI's weights. It is built here from regular expressions, without ftfy and spaCy,
and so is close and not equal: 99.99 % of the ids, see `words_original`.

Both lower-case everything, and neither can be undone: GPT-1 knows neither case nor where spaces stood.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import chain
from typing import NamedTuple

import regex

from .split import well_formed

# Hugging Face's treatment

# The Chinese characters that BERT counts as words of their own; its blocks, not all of Unicode's.
_CHINESE = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002b81f"
    "\U0002b920-\U0002ceaf\U0002f800-\U0002fa1f]"
)
_PIECE = regex.compile(r"[\p{P}!-/:-@\[-`{-~]|[^\p{P}!-/:-@\[-`{-~]+")


class _Characters(dict[int, str]):
    """A table for str.translate that is filled as characters come."""

    def __init__(self, change: Callable[[str], str]) -> None:
        super().__init__()
        self._change = change

    def __missing__(self, code: int) -> str:
        self[code] = changed = self._change(chr(code))
        return changed


def _cleaned(c: str) -> str:
    if c in "\t\n\r" or unicodedata.category(c) in ("Zs", "Zl", "Zp"):
        return " "
    if c == "\ufffd" or unicodedata.category(c) in ("Cc", "Cf", "Co"):
        return ""
    return f" {c} " if _CHINESE.match(c) else c


def _folded(c: str) -> str:
    # Character by character: lower() of a whole word would choose between two forms of the Greek sigma.
    return "" if unicodedata.category(c) == "Mn" else c.lower()


_CLEANED, _FOLDED = _Characters(_cleaned), _Characters(_folded)


def clean_transformers(text: str) -> str:
    """Return the text in lower case, without accents and control characters, with plain spaces.

    >>> clean_transformers("Le Café\\n\u4f60\u597d")
    'le cafe  \u4f60  \u597d '

    What is an accent or a mark follows the Unicode version of Python's unicodedata; tokenizers 0.23 knows
    that of Unicode 8, so that a younger character may be treated differently there. GPT-1's vocabulary
    spells none of those.
    """
    decomposed = unicodedata.normalize("NFD", well_formed(text).translate(_CLEANED))
    return decomposed.translate(_FOLDED)


def words_transformers(chunk: str) -> list[str]:
    """Return the words of a chunk without spaces: each punctuation mark, and what stands between them.

    >>> words_transformers("don't...")
    ['don', "'", 't', '.', '.', '.']
    """
    return _PIECE.findall(chunk)


# OpenAI's treatment


def _repaired() -> dict[int, str | None]:
    """What ftfy does to single characters, and the replacements that OpenAI made after it."""
    table: dict[int, str | None] = {}
    digraphs = (0x132, 0x133, 0x149, *range(0x1C4, 0x1CD), *range(0x1F1, 0x1F4), *range(0xFB00, 0xFB07))
    for code in (*digraphs, 0x3000, *range(0xFF01, 0xFFF0)):  # ligatures, full and half width
        table[code] = unicodedata.normalize("NFKC", chr(code))
    controls = (range(0x09), [0x0B], range(0x0E, 0x20), [0x7F], range(0x206A, 0x2070), range(0xFFF9, 0xFFFD))
    table |= dict.fromkeys(chain([0xFEFF], *controls))
    for became, characters in (
        ("'", "\u2018\u2019\u201a\u201b\u02bc\u00b4"),
        ('"', "\u201c\u201d\u201e\u201f"),
        ("-", "\u2013\u2014\u2015"),
        ("...", "\u2026"),
        ("\n", "\u2028\u2029"),
    ):
        table |= dict.fromkeys(map(ord, characters), became)
    return table


_REPAIRED = _repaired()
_SET_APART = re.compile(r'(-+|~+|!+|"+|;+|\?+|\++|,+|\)+|\(+|\\+|/+|\*+|\[+|\]+|\}+|\{+|\|+|_+)')


def clean_original(text: str) -> str:
    """Return the text with plain dashes, quotes and dots, spaces around most marks, and " \\n " for a break.

    >>> clean_original("\u201cWait\u2026\u201d\\r\\n\\r\\nhe said\u2014twice")
    '" Wait... " \\n he said - twice'

    Of ftfy's repairs, those of single characters are here: quotes, ligatures, width, line breaks, control
    characters, NFC. Those that guess are not: text read in a wrong encoding, HTML entities, terminal codes.
    Source: Radford et al. 2018, section 4.1, and openai/finetune-transformer-lm.
    """
    text = re.sub("\r\n?", "\n", well_formed(text)).translate(_REPAIRED)
    text = _SET_APART.sub(r" \1 ", unicodedata.normalize("NFC", text))
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r" ?\n[ \n]*", " \n ", text).strip()


# What stays whole: abbreviations, and words that begin or end with an apostrophe.
_WHOLE = regex.compile(
    r"(Mr|Mrs|Ms|Dr|St|Prof|Rev|Gen|Gov|Sen|Rep|Adm|Messrs|Jr|Co|Inc|Corp|Ltd|Bros|Mt|Ph\.D|[a-z]"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|v\.?s|[Ee]\.g|[Ii]\.e|[ap]\.m)\."
    r"|'(em|ll|re|s|S|d|[Cc]ause|bout|nuff)|n't|[Oo]l'|([Gg]o|[Dd]o|[Nn]oth|[Ss]ometh|[Hh]av|[Ll]ov)in'"
)
# What falls into the words of its groups. The apostrophe may be missing ("dont"), but not where that
# would make another word ("well", "its").
_CONTRACTION = regex.compile(
    r"(?!(?:ill|hell|shell|well|shed|its|were|whore)$)(?:(i)('?m)"
    r"|(i|you|he|she|it|we|they|who|what|when|where|why|how|there|that|this|these|those)('?ll|'?d)('?ve)?"
    r"|(i|you|we|they|could|would|should|must|might|who|what|when|where|why|how|there|that|this)('?ve)"
    r"|(you|we|they|who|what|when|where|why|how|there|that|this|these|those)('?re)"
    r"|(he|she|it|who|what|when|where|why|how|there|that|this|these|those)('?s)"
    r"|(ai|are|ca|could|dare|did|do|does|had|has|have|is|may|might|must|need|ought|sha|should|was|were|wo"
    r"|would)(n'?t)('?ve)?|(can)(not)|(gon)(na)|(got)(ta)|(y')(all)|(c'm)(on)|(\d|1[0-2])([ap]\.?m\.?))",
    regex.IGNORECASE,
)
_LONGEST_KNOWN = 12
_PREFIX = regex.compile(r"\.\.+|''|[!\"#%&'()*+,:;<=>?\[\]_`{}¡§·¿«»$£€¥]|\p{So}")
_SUFFIX = regex.compile(  # (?r): matched backwards from the end, so that a long chunk is not searched
    r"(?r)(?:\.\.+|'[sS]|''|[!\"#&'()*,:;<>?\[\]_`{}¡·¿«»]|\p{So}|(?<=\d)[%+$£€¥]"
    r"|(?<=[\p{Ll}\d%²'\"`»])\.|(?<=\p{Lu}\p{Lu})\.)"
)
_INFIX = regex.compile(
    r"(\.\.+|\p{So}|(?<=\d)\^(?=\d)|(?<=[\p{Ll}'\"`])\.(?=[\p{Lu}'\"`])|(?<=[\p{L}\d])[:<>=](?=\p{L}))"
)


def words_original(chunk: str) -> list[str]:
    """Return the lower-case words of a chunk without spaces, close to spaCy's English tokenizer.

    >>> [word for chunk in "Mr. Smith's dog can't bark.".split() for word in words_original(chunk)]
    ['mr.', 'smith', "'s", 'dog', 'ca', "n't", 'bark', '.']

    Marks are taken off both ends until what is left is known or has none; then the middle is cut. Over 6.9
    million ids of books, stories, encyclopedia and news, 99.99 % equal those of ftfy 6.3 and spaCy 3.8 (the
    furthest file has 99.93 %). Left out: most American states ("Calif."), units of measure ("10km"), "US$",
    emoticons, e-mail addresses with capitals inside. tests/golden/gpt1_words.py measures it.
    """
    before: list[str] = []
    after: list[str] = []
    start, end = 0, len(chunk)
    while not (middle := _known(chunk, start, end)):
        left = match.end() if (match := _PREFIX.match(chunk, start, end)) else start
        right = match.start() if (match := _SUFFIX.match(chunk, left, end)) else end
        if left > start and _known(chunk, left, end):
            right = end
        elif right < end and _known(chunk, start, right):
            left = start
        if (left, right) == (start, end):
            middle = [part for part in _INFIX.split(chunk[start:end]) if part]
            break
        before += [chunk[start:left]] * (start < left)
        after += [chunk[right:end]] * (right < end)
        start, end = left, right
    return [word.lower() for word in (*before, *middle, *reversed(after))]


def _known(chunk: str, start: int, end: int) -> list[str] | None:
    """Return the words of a part of the chunk that is known as a whole, else None."""
    if end - start > _LONGEST_KNOWN:
        return None
    word = chunk[start:end]
    if _WHOLE.fullmatch(word):
        return [word]
    if word[1:] == word[1:].lower() and (match := _CONTRACTION.fullmatch(word)):
        return [group for group in match.groups() if group]
    return None


class Treatment(NamedTuple):
    """How a text becomes words: `clean` the whole text, cut it at spaces, then each chunk into `words`."""

    clean: Callable[[str], str]
    words: Callable[[str], list[str]]


TREATMENTS = {
    "transformers": Treatment(clean_transformers, words_transformers),
    "original": Treatment(clean_original, words_original),
}
