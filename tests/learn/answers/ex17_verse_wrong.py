"""Answers written from the stub file alone, before the mistakes were catalogued."""

from scratchgpt.tasks.verse.sounds import alike


def _plain(part):
    return alike([p.rstrip("012") for p in part])


def _vowels(phones):
    return [i for i, p in enumerate(phones) if p[-1].isdigit()]


def tails__1(phones):
    """Took the first stressed vowel instead of the last."""
    vowels = _vowels(phones)
    if not vowels:
        return set()
    stressed = [i for i in vowels if phones[i][-1] != "0"]
    first = stressed[0] if stressed else vowels[-1]
    found = {_plain(phones[first:])}
    if sum(i > first for i in vowels) >= 2:
        found.add(_plain(phones[vowels[-1] :]))
    return found


def tails__2(phones):
    """Counted only the main stress."""
    vowels = _vowels(phones)
    if not vowels:
        return set()
    main = [i for i in vowels if phones[i].endswith("1")]
    first = main[-1] if main else vowels[-1]
    found = {_plain(phones[first:])}
    if len([i for i in vowels if i > first]) > 1:
        found.add(_plain(phones[vowels[-1] :]))
    return found


def tails__3(phones):
    """Left the digits of the stress in the parts."""
    vowels = _vowels(phones)
    if not vowels:
        return set()
    stressed = [i for i in vowels if phones[i][-1] in "12"]
    first = stressed[-1] if stressed else vowels[-1]
    found = {tuple(phones[first:])}
    if sum(i > first for i in vowels) >= 2:
        found.add(tuple(phones[vowels[-1] :]))
    return found


def tails__4(phones):
    """Gave no second part."""
    vowels = _vowels(phones)
    if not vowels:
        return set()
    stressed = [i for i in vowels if phones[i][-1] in "12"]
    return {_plain(phones[(stressed or vowels)[-1] :])}


def tails__5(phones):
    """Gave the second part already when one vowel follows."""
    vowels = _vowels(phones)
    stressed = [i for i in vowels if phones[i][-1] in "12"]
    if not vowels:
        return set()
    first = (stressed or vowels)[-1]
    return {_plain(phones[first:]), _plain(phones[vowels[-1] :])}


def tails__6(phones):
    """Without a stressed vowel began at the first vowel."""
    vowels = _vowels(phones)
    if not vowels:
        return set()
    stressed = [i for i in vowels if phones[i][-1] in "12"]
    first = stressed[-1] if stressed else vowels[0]
    found = {_plain(phones[first:])}
    if sum(i > first for i in vowels) >= 2:
        found.add(_plain(phones[vowels[-1] :]))
    return found


def tails__7(phones):
    """Forgot alike: sounds that no rhyme tells apart stay apart."""
    vowels = _vowels(phones)
    if not vowels:
        return set()
    stressed = [i for i in vowels if phones[i][-1] in "12"]
    first = (stressed or vowels)[-1]
    bare = [p.rstrip("012") for p in phones]
    found = {tuple(bare[first:])}
    if sum(i > first for i in vowels) >= 2:
        found.add(tuple(bare[vowels[-1] :]))
    return found


def tails__8(phones):
    """Began behind the vowel, with the consonants alone."""
    vowels = _vowels(phones)
    if not vowels:
        return set()
    stressed = [i for i in vowels if phones[i][-1] in "12"]
    first = (stressed or vowels)[-1]
    found = {_plain(phones[first + 1 :])}
    if sum(i > first for i in vowels) >= 2:
        found.add(_plain(phones[vowels[-1] + 1 :]))
    return found


def _tails(phones):
    vowels = _vowels(phones)
    if not vowels:
        return set()
    stressed = [i for i in vowels if phones[i][-1] in "12"]
    first = (stressed or vowels)[-1]
    found = {_plain(phones[first:])}
    if sum(i > first for i in vowels) >= 2:
        found.add(_plain(phones[vowels[-1] :]))
    return found


def rhyme_by_sound__1(a, b, said):
    """Looked at the first pronunciation only."""
    if a == b or a not in said or b not in said:
        return False
    return bool(_tails(said[a][0]) & _tails(said[b][0]))


def rhyme_by_sound__2(a, b, said):
    """Let a word rhyme with itself."""
    return any(_tails(p) & _tails(q) for p in said.get(a, ()) for q in said.get(b, ()))


def rhyme_by_sound__3(a, b, said):
    """Asked for all parts to be the same, where one in common is enough."""
    if a == b:
        return False
    return any(_tails(p) == _tails(q) for p in said.get(a, []) for q in said.get(b, []))


def rhyme_by_sound__4(a, b, said):
    """Asked that every pair of pronunciations rhymes."""
    if a == b or a not in said or b not in said:
        return False
    return all(_tails(p) & _tails(q) for p in said[a] for q in said[b])


def rhyme_by_sound__5(a, b, said):
    """Refused two different words of the same sound."""
    pairs = [(p, q) for p in said.get(a, []) for q in said.get(b, [])]
    return a != b and any(list(p) != list(q) and bool(_tails(p) & _tails(q)) for p, q in pairs)


def rhyme_by_sound__6(a, b, said):
    """Raised an error for a word that is not in the dictionary."""
    return a != b and any(bool(_tails(p) & _tails(q)) for p in said[a] for q in said[b])


def rhyme_by_sound__7(a, b, said):
    """Compared the last sound of the words."""
    if a == b:
        return False
    return any(p[-1] == q[-1] for p in said.get(a, []) for q in said.get(b, []))


def _rhyme(a, b, said):
    return a != b and any(_tails(p) & _tails(q) for p in said.get(a, []) for q in said.get(b, []))


def rhyme_scheme__1(ends, said):
    """Gave a line the letter of the last line above with which it rhymes."""
    letters, new = [], 0
    for i, word in enumerate(ends):
        for j in reversed(range(i)):
            if _rhyme(ends[j], word, said):
                letters.append(letters[j])
                break
        else:
            letters.append(chr(65 + new))
            new += 1
    return "".join(letters)


def rhyme_scheme__2(ends, said):
    """Gave a word that comes again its old letter."""
    letters, new = "", 0
    for i, word in enumerate(ends):
        found = [letters[j] for j in range(i) if ends[j] == word or _rhyme(ends[j], word, said)]
        if found:
            letters += found[0]
        else:
            letters += "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[new]
            new += 1
    return letters


def rhyme_scheme__3(ends, said):
    """Named a new line by its number, so that letters are left out."""
    letters = []
    for i, word in enumerate(ends):
        j = next((j for j in range(i) if _rhyme(ends[j], word, said)), None)
        letters.append(chr(ord("A") + i) if j is None else letters[j])
    return "".join(letters)


def rhyme_scheme__4(ends, said):
    """Looked at the line directly above only."""
    letters, new = [], 0
    for i, word in enumerate(ends):
        if i and _rhyme(ends[i - 1], word, said):
            letters.append(letters[-1])
        else:
            letters.append(chr(65 + new))
            new += 1
    return "".join(letters)


def rhyme_scheme__5(ends, said):
    """Returned a list of letters."""
    letters, new = [], 0
    for i, word in enumerate(ends):
        for j in range(i):
            if _rhyme(word, ends[j], said):
                letters.append(letters[j])
                break
        else:
            letters.append(chr(65 + new))
            new += 1
    return letters


def rhyme_scheme__6(ends, said):
    """Wrote small letters."""
    letters, new = [], 0
    for i, word in enumerate(ends):
        for j in range(i):
            if _rhyme(word, ends[j], said):
                letters.append(letters[j])
                break
        else:
            letters.append(chr(97 + new))
            new += 1
    return "".join(letters)


def _groups(word):
    count, before = 0, False
    for letter in word:
        vowel = letter in "aeiouy"
        count += vowel and not before
        before = vowel
    return count


def simple_syllables__1(word):
    """Counted every vowel letter."""
    n = sum(letter in "aeiouy" for letter in word)
    if len(word) > 1 and word[-1] == "e" and word[-2] not in "aeiouy":
        n -= not (word[-2] == "l" and len(word) > 2 and word[-3] not in "aeiouy")
    return max(n, 1)


def simple_syllables__2(word):
    """Did not know that an e at the end is silent."""
    return max(_groups(word), 1)


def simple_syllables__3(word):
    """Did not know the exception of "table"."""
    n = _groups(word)
    if len(word) > 1 and word[-1] == "e" and word[-2] not in "aeiouy":
        n -= 1
    return max(n, 1)


def simple_syllables__4(word):
    """Took no y for a vowel letter."""
    count, before = 0, False
    for letter in word:
        vowel = letter in "aeiou"
        count += vowel and not before
        before = vowel
    if len(word) > 1 and word[-1] == "e" and word[-2] not in "aeiou":
        count -= not (word[-2] == "l" and len(word) > 2 and word[-3] not in "aeiou")
    return max(count, 1)


def simple_syllables__5(word):
    """Let a word have no syllable at all."""
    n = _groups(word)
    if len(word) > 1 and word[-1] == "e" and word[-2] not in "aeiouy":
        n -= not (word[-2] == "l" and len(word) > 2 and word[-3] not in "aeiouy")
    return n


def simple_syllables__6(word):
    """Counted the e of every le at the end, also behind a vowel letter."""
    n = _groups(word)
    if len(word) > 1 and word[-1] == "e" and word[-2] not in "aeiouy" and not word.endswith("le"):
        n -= 1
    return max(n, 1)


def simple_syllables__7(word):
    """Took every e at the end for silent, also behind a vowel letter."""
    n = _groups(word)
    if word.endswith("e") and not (word.endswith("le") and len(word) > 2 and word[-3] not in "aeiouy"):
        n -= 1
    return max(n, 1)
