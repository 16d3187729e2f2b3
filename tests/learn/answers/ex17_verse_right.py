"""Answers written from the stub file alone, before the mistakes were catalogued."""

import re

from scratchgpt.tasks.verse.sounds import alike


def tails__loops(phones):
    """Walks back from the end."""
    vowels, i = 0, len(phones) - 1
    last = stressed = None
    while i >= 0:
        if phones[i][-1] in "012":
            if last is None:
                last = i
            if phones[i][-1] != "0":
                stressed = i
                break
            vowels += 1
        i -= 1
    if last is None:
        return set()
    begin = last if stressed is None else stressed
    found = {alike([p.strip("012") for p in phones[begin:]])}
    if stressed is not None and vowels >= 2:
        found.add(alike([p.strip("012") for p in phones[last:]]))
    return found


def tails__other(phones):
    """Places of the vowels as lists."""
    vowels = [i for i, p in enumerate(phones) if p[-1].isdigit()]
    stressed = [i for i in vowels if phones[i][-1] in "12"]
    if not vowels:
        return frozenset()
    begin = stressed[-1] if stressed else vowels[-1]
    starts = {begin} | ({vowels[-1]} if sum(v > begin for v in vowels) > 1 else set())
    return frozenset(alike([re.sub(r"\d", "", p) for p in phones[i:]]) for i in starts)


def tails__float32(phones):
    """The stresses as a string."""
    marks = "".join(p[-1] if p[-1].isdigit() else "." for p in phones)
    last = max(marks.rfind(c) for c in "012")
    if last < 0:
        return set()
    begin = max(marks.rfind("1"), marks.rfind("2"))
    begin = last if begin < 0 else begin
    bare = [p.rstrip("0123456789") for p in phones]
    parts = [bare[begin:]]
    if marks[begin + 1 :].count("0") >= 2:
        parts.append(bare[last:])
    return {alike(part) for part in parts}


def rhyme_by_sound__loops(a, b, said):
    """Two loops."""
    if a == b:
        return False
    for p in said.get(a, []):
        for q in said.get(b, []):
            for part in tails__loops(p):
                if part in tails__loops(q):
                    return True
    return False


def rhyme_by_sound__other(a, b, said):
    """All parts of a word as one set."""
    sets = [{t for p in said.get(w, ()) for t in tails__other(p)} for w in (a, b)]
    return a != b and not sets[0].isdisjoint(sets[1])


def rhyme_by_sound__float32(a, b, said):
    """any() over pairs."""
    if a == b or a not in said or b not in said:
        return False
    return any(not tails__other(p).isdisjoint(tails__other(q)) for p in said[a] for q in said[b])


def rhyme_scheme__loops(ends, said):
    """Line by line."""
    letters, alphabet = [], iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for i, word in enumerate(ends):
        letter = None
        for j in range(i):
            if rhyme_by_sound__loops(ends[j], word, said):
                letter = letters[j]
                break
        letters.append(letter or next(alphabet))
    return "".join(letters)


def rhyme_scheme__other(ends, said):
    """The first rhyming line above by next()."""
    scheme = ""
    for i, word in enumerate(ends):
        above = next((j for j in range(i) if rhyme_by_sound__other(word, ends[j], said)), None)
        scheme += scheme[above] if above is not None else chr(ord("A") + len(set(scheme)))
    return scheme


def rhyme_scheme__float32(ends, said):
    """Numbers first, letters last."""
    numbers: list[int] = []
    for i, word in enumerate(ends):
        found = [numbers[j] for j in range(i) if rhyme_by_sound__other(word, ends[j], said)]
        numbers.append(found[0] if found else max(numbers, default=-1) + 1)
    return "".join(chr(65 + n) for n in numbers)


def simple_syllables__loops(word):
    """Letter by letter."""
    vowels = set("aeiouy")
    count = 0
    for i, letter in enumerate(word):
        if letter in vowels and (i == 0 or word[i - 1] not in vowels):
            count += 1
    n = len(word)
    if n >= 2 and word[-1] == "e" and word[-2] not in vowels:
        table = n >= 3 and word[-2] == "l" and word[-3] not in vowels
        if not table:
            count -= 1
    return count if count > 0 else 1


def simple_syllables__other(word):
    """A regular expression."""
    bare = word if re.search(r"[^aeiouy]le$", word) else re.sub(r"(?<=[^aeiouy])e$", "", word)
    return max(1, len(re.findall(r"[aeiouy]+", bare)))


def simple_syllables__float32(word):
    """Vowels marked by v, the rest by c."""
    marks = "".join("v" if x in "aeiouy" else "c" for x in word)
    count = len([g for g in marks.split("c") if g])
    silent = word.endswith("e") and marks.endswith("cv")
    if silent and not (word.endswith("le") and marks.endswith("ccv")):
        count -= 1
    return max(count, 1)
