"""Further wrong answers to 04.3."""

from collections import Counter
from itertools import pairwise
from typing import Any

from ...tokenizer.bpe_train import count_pairs, merge_pair
from ...worked.bpe import learn_merges
from ..exercise import Mistake


def _distinct(words: Any) -> Any:
    counts: Counter[Any] = Counter()
    for symbols, n in words:
        counts.update(dict.fromkeys(pairwise(symbols), n))
    return counts


def _apart(words: Any) -> Any:
    counts: Counter[Any] = Counter()
    for symbols, n in words:
        end: dict[Any, int] = {}
        for i, pair in enumerate(pairwise(symbols)):
            if end.get(pair, 0) <= i:
                counts[pair] += n
                end[pair] = i + 2
    return counts


def _across(words: Any) -> Any:
    return Counter(pairwise([symbol for symbols, n in words for symbol in list(symbols) * n]))


def _first(symbols: Any, pair: Any) -> Any:
    for i, two in enumerate(pairwise(symbols)):
        if two == pair:
            return [*symbols[:i], pair[0] + pair[1], *symbols[i + 2 :]]
    return list(symbols)


def right_to_left(symbols: Any, pair: Any) -> Any:
    """Merge from the right end."""
    symbols, i = list(symbols), len(symbols) - 2
    while i >= 0:
        if (symbols[i], symbols[i + 1]) == pair:
            symbols[i : i + 2] = [pair[0] + pair[1]]
            i -= 1
        i -= 1
    return symbols


def _in_text(symbols: Any, pair: Any) -> Any:
    return " ".join(symbols).replace(" ".join(pair), "".join(pair)).split(" ")


def end_lost(symbols: Any, pair: Any) -> Any:
    """Merge, but leave out a last symbol that is not part of the pair."""
    merged = merge_pair(symbols, pair)
    return merged if merged[-1:] == [pair[0] + pair[1]] else merged[:-1]


def _learning(count: Any = count_pairs, merge: Any = merge_pair, best_of: Any = None) -> Any:
    """Learn with another way to count, to merge, or to choose."""

    def wrong(words: Any, n_merges: int) -> Any:
        merges: list[Any] = []
        words = [(list(symbols), n) for symbols, n in words]
        seen: dict[Any, None] = {}
        while len(merges) < n_merges and (counts := count(words)):
            seen.update(dict.fromkeys(counts))
            choose = best_of or (lambda counts, seen, words: max(counts, key=counts.__getitem__))
            best = choose(counts, list(seen), words)
            if counts[best] < 2:
                break
            merges.append(best)
            words = [(merge(symbols, best), n) for symbols, n in words]
        return merges

    return wrong


def _one_word(words: Any, n_merges: int) -> Any:
    merges: list[Any] = []
    words = [(list(symbols), n) for symbols, n in words]
    while len(merges) < n_merges and (counts := count_pairs(words)):
        best = max(counts, key=counts.__getitem__)
        if counts[best] < 2:
            break
        merges.append(best)
        i = next(i for i, (symbols, _) in enumerate(words) if best in pairwise(symbols))
        words[i] = (merge_pair(words[i][0], best), words[i][1])
    return merges


def _lists_changed(words: Any, n_merges: int) -> Any:
    merges = learn_merges(words, n_merges)
    for symbols, _ in words:
        for pair in merges if isinstance(symbols, list) else []:
            symbols[:] = merge_pair(symbols, pair)
    return merges


_TIES = "By what does your choice compare two pairs with equal counts?"
_COUNT = "What does count_pairs say of the same words?".replace(
    "count_pairs", "your answer to the first exercise"
)
_MERGE = "What does your answer to the second exercise make of the same word?"
_APPEND = "merges.append(best)"

MORE_LEARNING = (
    *(
        Mistake(key, says, _COUNT, wrong=_learning(count=count))
        for key, says, count in (
            (
                "counted once per word",
                "A pair that stands twice in a word was counted once for it.",
                _distinct,
            ),
            (
                "overlaps left out",
                "In a run of equal symbols, pairs that share a symbol were not all counted.",
                _apart,
            ),
            (
                "pairs across words",
                "Pairs were counted, and learned, across the end of a word; a pair lies inside one word.",
                _across,
            ),
        )
    ),
    *(
        Mistake(key, says, _MERGE, wrong=_learning(merge=merge))
        for key, says, merge in (
            (
                "first place of each word only",
                "A pair was merged once in each word: where it stands a second time it is still two symbols, and is "
                "learned again.",
                _first,
            ),
            (
                "merged from the right",
                "Runs of equal symbols were merged from the right end.",
                right_to_left,
            ),
            (
                "searched in the text",
                "The pair was searched in the text of a word, where it is found inside of longer symbols.",
                _in_text,
            ),
            ("last symbol lost", "The last symbol of a word got lost when a pair was merged.", end_lost),
        )
    ),
    Mistake(
        "one word only",
        "A pair was merged in one word only; it should be merged in all of them.",
        "Which words hold the pair?",
        wrong=_one_word,
    ),
    Mistake(
        "ties to the shorter pair",
        "Ties went to the pair with fewer letters, where the place in the text should decide.",
        _TIES,
        edits=(("key=lambda pair: counts[pair]", 'key=lambda pair: (counts[pair], -len("".join(pair)))'),),
    ),
    Mistake(
        "ties to the pair that is known longest",
        "Ties went to the pair that was there first in the course of the learning; the place in the words as they stand "
        "now should decide.",
        _TIES,
        wrong=_learning(
            best_of=lambda counts, seen, words: max((p for p in seen if p in counts), key=counts.__getitem__)
        ),
    ),
    Mistake(
        "ties to the pair that came last",
        "Ties went to the pair that came up last in the course of the learning; the place in the words should decide.",
        _TIES,
        wrong=_learning(
            best_of=lambda counts, seen, words: max(
                (p for p in seen[::-1] if p in counts), key=counts.__getitem__
            )
        ),
    ),
    Mistake(
        "rarest pair",
        "The pair with the lowest count was taken.",
        "Which pair makes the text shortest when it is merged?",
        edits=(("best = max(counts,", "best = min(counts,"),),
    ),
    Mistake(
        "first pair",
        "The first pair was taken, whatever its count.",
        "What do you compare the pairs by?",
        edits=(("key=lambda pair: counts[pair]", "key=lambda pair: 0"),),
    ),
    Mistake(
        "largest pair of the alphabet",
        "The last pair of the alphabet was taken, whatever its count.",
        "What do you compare the pairs by?",
        edits=(("max(counts, key=lambda pair: counts[pair],", "max(counts,"),),
    ),
    Mistake(
        "no bound on the number",
        "The number of merges that was asked for had no effect: it went on until nothing could be merged.",
        "Which of the arguments have you not used yet?",
        wrong=lambda words, n_merges: learn_merges(words, 10**6),
    ),
    Mistake(
        "one merge too few",
        "There is one merge less than was asked for.",
        "With how many merges in the list does your loop go on?",
        edits=(("len(merges) < n_merges", "len(merges) < n_merges - 1"),),
    ),
    Mistake(
        "no pair left, first of none",
        "When every word has become one symbol there is no pair, and the first of the sorted pairs was asked for: that ends "
        "in an exception, where the list should just end.",
        "How many pairs does a word of one symbol have?",
        edits=(
            (
                "best = max(counts, key=lambda pair: counts[pair], default=None)",
                "best = counts.most_common(1)[0][0]",
            ),
        ),
    ),
    Mistake(
        "counts kept in the list",
        "Each pair came with its count; the pairs alone were asked for.",
        "What does one need to know of a merge to make it again?",
        edits=((_APPEND, "merges.append((best, counts[best]))"),),
    ),
    Mistake(
        "pairs as lists",
        "The pairs are lists, where tuples were asked for.",
        "Which of the two can be the key of a dict?",
        edits=((_APPEND, "merges.append(list(best))"),),
    ),
    Mistake(
        "right symbol first",
        "The two symbols of each pair are in the wrong order in the list.",
        "Which of the two stands further to the left?",
        edits=((_APPEND, "merges.append(best[::-1])"),),
    ),
    Mistake(
        "last learned first",
        "The list begins with the merge that was learned last.",
        "In which order will the merges be needed?",
        edits=((_APPEND, "merges.insert(0, best)"),),
    ),
    Mistake(
        "words returned",
        "These are the merged words; the list of merges was asked for.",
        "What does one need to cut another word in the same way?",
        edits=(("return merges", "return words"),),
    ),
    Mistake(
        "words returned as well",
        "The merged words came back beside the merges; the merges alone were asked for.",
        "What does one need to cut another word in the same way?",
        edits=(("return merges", "return merges, words"),),
    ),
    Mistake(
        "lists of symbols changed in place",
        "The merges are right, but the lists of symbols that were given have been merged too.",
        "Of which lists did you make a copy, the outer or the inner ones?",
        wrong=_lists_changed,
    ),
)
