"""Published figures stand beside a measured one only where protocol, data and model are theirs."""

import dataclasses
import re

import pytest

from scratchgpt.evaluation import data, published
from scratchgpt.evaluation.report import Measured
from scratchgpt.evaluation.scoring import Metric, Result
from scratchgpt.protocols import PROTOCOLS, TextProtocol

RAW = "173c87a53759e0201f33e0ccf978e510c2042d7f2cb78229d9a50d79b9e7dd08"
UNK = "d790b833ef8cf03a90db7bf1271b7520b83c45ce07ba3c1a9699df81e239eca0"
JSONL = "0aa3b88843990f3f10a97b9575c94d7b71fb2205240ba04ae4884d9e9c992588"


def figures(name, sha256, model="gpt2", block_size=1024, **changes):
    protocol = dataclasses.replace(PROTOCOLS[name], **changes).resolve(block_size)
    found = published.figures(model, "perplexity", dataclasses.asdict(protocol), sha256)
    return {metric: figure.value for metric, figure in found.items()}


def test_the_three_figures_of_gpt2_on_wikitext():
    assert figures("huggingface", RAW) == {"token_perplexity": 29.94}
    assert figures("harness", RAW) == {"word_perplexity": 37.37, "bits_per_byte": 0.9769}
    assert figures("paper", UNK) == {"word_perplexity": 29.41}
    assert figures("paper", UNK, "gpt2-xl") == {"word_perplexity": 18.34}


@pytest.mark.parametrize(
    ("name", "sha256", "options"),
    [
        ("plain", RAW, {}),
        ("huggingface", UNK, {}),
        ("harness", UNK, {}),
        ("paper", RAW, {}),
        ("huggingface", RAW, {"stride": 512}),
        ("harness", RAW, {"words": "text"}),
        ("huggingface", RAW, {"model": "./gpt2"}),
        ("huggingface", RAW, {"model": "mini"}),
        ("harness", RAW, {"block_size": 512}),
    ],
)
def test_another_protocol_data_or_model_has_none(name, sha256, options):
    assert figures(name, sha256, **options) == {}


def test_questions():
    def of(task, prompt, sha256, model="gpt2"):
        found = published.figures(model, task, {"prompt": prompt} if prompt else {}, sha256)
        return {metric: figure.value for metric, figure in found.items()}

    assert of("hellaswag", "plain", JSONL) == {"accuracy_sum": 0.2859, "accuracy_per_token": 0.2955}
    assert of("hellaswag", "labelled", JSONL) == {"accuracy_sum": 0.2892, "accuracy_per_character": 0.3114}
    assert of("hellaswag", "labelled", data.SOURCES["hellaswag"][1].sha256) == {}
    for file in data.SOURCES["lambada"]:
        assert of("lambada", "", file.sha256) == {"accuracy": 0.3256, "word_perplexity": 40.06}
    assert of("lambada", "", JSONL) == {} == of("lambada", "", data.SOURCES["lambada"][0].sha256, "mini")


def test_only_the_whole_of_one_file_is_compared():
    protocol = {"name": "huggingface", "val_fraction": 0.0}
    protocol |= dataclasses.asdict(PROTOCOLS["huggingface"].resolve(1024))
    result = Result({"token_perplexity": Metric(30.1, 0.2), "bits_per_byte": Metric(1.1, None)}, 281, 9, 9)

    def report(measured, **options):
        return measured.as_json("perplexity", "gpt2", 2.0, **options)

    whole = Measured(result, protocol, "words", [("a", RAW)])
    assert report(whole)["metrics"]["token_perplexity"]["published"]["value"] == 29.94
    assert report(whole)["metrics"]["bits_per_byte"]["published"] is None
    for other, options in (
        (whole, {"whole": False}),
        (dataclasses.replace(whole, data=[("a", RAW), ("b", UNK)]), {}),
        (dataclasses.replace(whole, protocol={**protocol, "val_fraction": 0.1}), {}),
    ):
        assert report(other, **options)["metrics"]["token_perplexity"]["published"] is None
    lines = whole.lines(report(whole))
    assert lines[0] == "perplexity of gpt2 on a"
    assert re.sub(" +", " ", lines[1]) == (
        " token perplexity 30.10 ± 0.20 published 29.94 (huggingface/transformers, issue 13761)"
    )
    assert re.sub(" +", " ", lines[2]) == " bits per byte 1.1000"


def test_every_figure_has_a_source_and_a_metric():
    every = [*published._BY_TOKEN, *published._BY_WORD, *published._BY_PAPER, *published._LAMBADA]
    every += [figure for figures in published._HELLASWAG.values() for figure in figures]
    assert all(figure.source and figure.value > 0 for figure in every)
    assert TextProtocol() == PROTOCOLS["plain"]
