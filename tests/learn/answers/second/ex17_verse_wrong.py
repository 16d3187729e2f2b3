"""Answers written from the stub file alone, before the mistakes were catalogued."""

import re
import string

from scratchgpt.tasks.verse.rhyme import rhyme_by_sound
from scratchgpt.tasks.verse.sounds import alike, tails


def tails__1(phones):
    """Begins at the first stressed vowel of the word, not at the last."""
    vowels = [i for i, ph in enumerate(phones) if ph[-1].isdigit()]
    if not vowels:
        return set()
    stressed = [i for i in vowels if phones[i][-1] in "12"]
    start = stressed[0] if stressed else vowels[-1]
    starts = [start]
    if sum(i > start for i in vowels) >= 2:
        starts.append(vowels[-1])
    return {alike([re.sub(r"\d", "", ph) for ph in phones[s:]]) for s in starts}


def tails__2(phones):
    """Gives the second part as soon as one vowel follows, so "treasure" would rhyme on its -er."""
    plain = [p.rstrip("012") for p in phones]
    where = [i for i, p in enumerate(phones) if p[-1] in "012"]
    if not where:
        return frozenset()
    strong = [i for i in where if not phones[i].endswith("0")] or where[-1:]
    return frozenset({alike(plain[strong[-1] :]), alike(plain[where[-1] :])})


def tails__3(phones):
    """Counts only vowels with the main stress 1 as stressed."""
    vowel, main = [], []
    for i, ph in enumerate(phones):
        if ph[-1] in "012":
            vowel.append(i)
            if ph[-1] == "1":
                main.append(i)
    if not vowel:
        return set()
    bare = ["".join(c for c in ph if not c.isdigit()) for ph in phones]
    begin = (main or vowel)[-1]
    found = {alike(bare[begin:])}
    if len([i for i in vowel if i > begin]) > 1:
        found.add(alike(bare[vowel[-1] :]))
    return found


def rhyme_by_sound__1(a, b, said):
    """Looks at the first pronunciation of each word only."""
    if a == b or a not in said or b not in said:
        return False
    return not tails(said[a][0]).isdisjoint(tails(said[b][0]))


def rhyme_by_sound__2(a, b, said):
    """Lets a word rhyme with itself."""
    parts_a = [t for p in said.get(a, []) for t in tails(p)]
    parts_b = [t for p in said.get(b, []) for t in tails(p)]
    return any(t in parts_b for t in parts_a)


def rhyme_by_sound__3(a, b, said):
    """Refuses words of the same sound, so that "sun" and "son" do not rhyme."""
    if a == b:
        return False
    for x in said.get(a, ()):
        for y in said.get(b, ()):
            if list(x) != list(y) and tails(x) & tails(y):
                return True
    return False


def rhyme_scheme__1(ends, said):
    """Takes new letters by the number of the line, so that letters are left out."""
    scheme = ""
    for i, word in enumerate(ends):
        for j in range(i):
            if rhyme_by_sound(ends[j], word, said):
                scheme += scheme[j]
                break
        else:
            scheme += string.ascii_uppercase[i]
    return scheme


def rhyme_scheme__2(ends, said):
    """Also gives the letter of an earlier line that ends in the very same word."""
    letters = []
    for i, w in enumerate(ends):
        match = [letters[j] for j, u in enumerate(ends[:i]) if u == w or rhyme_by_sound(u, w, said)]
        letters.append(match[0] if match else chr(65 + len(set(letters))))
    return "".join(letters)


def rhyme_scheme__3(ends, said):
    """Takes the letter of the nearest line above that rhymes, not of the first line of the poem."""
    out = []
    for i in range(len(ends)):
        letter = None
        for j in reversed(range(i)):
            if rhyme_by_sound(ends[i], ends[j], said):
                letter = out[j]
                break
        out.append(letter or "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(set(out))])
    return "".join(out)


def simple_syllables__1(word):
    """Counts each vowel letter, not each group of neighbouring ones."""
    n = sum(c in "aeiouy" for c in word)
    if re.search(r"[^aeiouy]e$", word) and not re.search(r"[^aeiouy]le$", word):
        n -= 1
    return max(1, n)


def simple_syllables__2(word):
    """Forgets that y is a vowel letter."""
    n = len(re.findall("[aeiou]+", word))
    silent = len(word) > 1 and word[-1] == "e" and word[-2] not in "aeiou"
    table = len(word) > 2 and word.endswith("le") and word[-3] not in "aeiou"
    return max(n - (silent and not table), 1)


def simple_syllables__3(word):
    """Lets the e of every final -le count, also behind a vowel letter as in "whole"."""
    groups, inside = 0, False
    for ch in word:
        vowel = ch in set("aeiouy")
        groups += vowel and not inside
        inside = vowel
    if word.endswith("e") and not word.endswith("le") and word[-2:-1] not in set("aeiouy"):
        groups -= 1
    return groups if groups > 0 else 1
