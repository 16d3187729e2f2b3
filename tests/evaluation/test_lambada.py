"""LAMBADA in both forms, against one token at a time."""

import json
import math

import pytest

from scratchgpt.errors import UserError
from scratchgpt.evaluation.data import read_lines
from scratchgpt.evaluation.lambada import read_passages, score_passages
from scratchgpt.tokenizer import CharTokenizer

TEXTS = (
    "Once upon a time there was a little girl named Lily. She went to the",
    "Lily and Tom saw a big dog. They played with the dog",
    "The old king said to his queen, and the queen answered unfathomably",
)


def written(tmp_path, *rows):
    path = tmp_path / "l.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return read_lines(path)


def whole(text):
    return {"text": text}


def halved(text):
    context, _, word = text.rpartition(" ")
    return {"context": context, "continuation": word}


def test_both_forms_say_the_same(tmp_path):
    passages = read_passages(written(tmp_path, *map(whole, TEXTS)))
    assert passages == read_passages(written(tmp_path, *map(halved, TEXTS)))
    assert passages[0][:2] == (TEXTS[0][:-4], "the")
    assert passages[1].where.endswith("l.jsonl, line 2")


def test_figures_one_token_at_a_time(tmp_path, mini64, alone):
    model, params, tokenizer = mini64
    texts = [*TEXTS * 3, TEXTS[0][: TEXTS[0].index("Lily") + 4]]  # more than pass through together
    result = score_passages(model, params, tokenizer, read_passages(written(tmp_path, *map(whole, texts))))
    words, last, losses, tokens = [], [], [], 0
    for text in texts:
        context, _, word = text.rpartition(" ")
        ids, before = tokenizer.encode(" " + word), tokenizer.encode(context)
        log_p = [alone(before + ids[:i], ids[i]) for i in range(len(ids))]
        best = [
            log_p[i] == max(alone(before + ids[:i], token) for token in range(tokenizer.vocab_size))
            for i in range(len(ids))
        ]
        words.append(all(best))
        last.append(best[-1])
        losses.append(-sum(log_p))
        tokens += len(ids)
    n, mean = len(texts), sum(losses) / len(texts)
    metrics = result.metrics
    assert (result.n, result.tokens) == (n, tokens)
    assert 0 < sum(words) < n and sum(words) / n == pytest.approx(metrics["accuracy"].value)
    assert metrics["last_token_accuracy"].value == pytest.approx(sum(last) / n)
    assert metrics["word_perplexity"].value == pytest.approx(math.exp(mean), rel=1e-9)
    spread = math.sqrt(sum((loss - mean) ** 2 for loss in losses) / (n - 1) / n)
    assert metrics["word_perplexity"].stderr == pytest.approx(math.exp(mean) * spread, rel=1e-9)


def test_a_single_passage_has_no_error(tmp_path, mini64):
    result = score_passages(*mini64, read_passages(written(tmp_path, whole("a b"))))
    assert {metric.stderr for metric in result.metrics.values()} == {None}


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (whole("word"), "expected at least two words"),
        (whole("word "), "expected at least two words"),
        (whole(5), "no field 'text' with a text, got 5"),
        ({"context": " ", "continuation": "a"}, "expected at least two words"),
        ({"context": "a"}, "no field 'continuation'"),
        ({"ctx": "a b"}, "no field 'context' .* the fields ctx"),
    ],
)
def test_damaged_passages(tmp_path, row, part):
    with pytest.raises(UserError, match=f"l.jsonl, line 2 .*{part}"):
        read_passages(written(tmp_path, whole("a b"), row))


def test_what_the_tokenizer_cannot_spell_is_named_by_its_line(tmp_path, mini64):
    model, params, _ = mini64
    passages = read_passages(written(tmp_path, whole("a b"), whole("a cab")))
    with pytest.raises(UserError, match=r"l.jsonl, line 2: The character 'c'"):
        score_passages(model, params, CharTokenizer("ab "), passages)


def test_a_word_without_tokens_is_named_by_its_line(tmp_path, mini64):
    class Silent(CharTokenizer):
        def encode_ordinary(self, text):
            return [0] * ("b" not in text)

    with pytest.raises(UserError, match=r"l.jsonl, line 1: the tokenizer makes no token of ' b'"):
        score_passages(*mini64[:2], Silent("ab "), read_passages(written(tmp_path, whole("a b"))))


def test_special_tokens_in_a_passage_are_text(tmp_path, mini64):
    passages = read_passages(written(tmp_path, whole("a <|endoftext|> b")))
    tokenizer = mini64[2]
    expected = len(tokenizer.encode_ordinary("a <|endoftext|>")) + len(tokenizer.encode(" b")) - 1
    assert score_passages(*mini64, passages).read == expected


@pytest.mark.shared
def test_the_staged_passages(shared_data):
    passages = read_passages(read_lines(shared_data / "zeroshot" / "lambada_openai.jsonl"))
    assert len(passages) == 5_153 and passages[0].word == "signs"
    assert not any(" " in passage.word for passage in passages)
