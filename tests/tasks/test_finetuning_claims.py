"""The claims about fine-tuning: verdicts are computed from what was measured; none is asserted."""

import json
from pathlib import Path

import numpy as np
import pytest
from test_tuning import task

from scratchgpt.config import TuneConfig
from scratchgpt.errors import UserError
from scratchgpt.experiments import finetuning_claims as claims
from scratchgpt.resources import data_path
from scratchgpt.tasks.data import NAMES
from scratchgpt.tasks.runs import Outcome

N = 60
README = Path(__file__).parents[2] / "README.md"


def outcome(share, plain, seed):
    """A run with this share of the test rows right, and this loss on plain text."""
    labels = np.array([e.label for e in DATA.splits["test"]])
    right = np.random.default_rng(seed).random(len(labels)) < share
    p = np.eye(2)[np.where(right, labels, 1 - labels)]
    parts = {"test": {"metrics": {}, "probabilities": p.tolist(), "language_loss": 1.0}}
    losses = list(plain + 0.01 * np.random.default_rng(seed).standard_normal(8))
    return Outcome({}, parts, ([], losses), 1, 2, 1, 1, 0.0)


SMALL = task()
DATA = SMALL.__class__(
    **{
        **vars(SMALL),
        "splits": {**SMALL.splits, "test": SMALL.splits["test"] * (N // len(SMALL.splits["test"]))},
    }
)


def found(**measured):
    """Every variant alike but for those named: (share right, loss on plain text)."""
    return {
        name: [
            outcome(*measured.get(name.replace(" ", "_"), (0.7, 4.0)), seed) for seed in range(claims.SEEDS)
        ]
        for name in claims.VARIANTS
    }


def verdicts(outcomes):
    findings = claims.judge(DATA, outcomes)
    assert len(findings) == len(claims.CLAIMS)
    return {(f.claim.first, f.claim.relation, f.claim.second, f.metric): f.verdict for f in findings}


def test_verdicts_follow_what_was_measured():
    task_claim = ("pretrained", "beats", "scratch", "accuracy")
    language = ("pretrained", "beats", "lambda 0", "plain_text_loss")
    near = ("lora", "is within", "pretrained", "accuracy")
    better = verdicts(found(pretrained=(1.0, 3.0), scratch=(0.3, 4.0), lora=(1.0, 4.0)))
    assert (better[task_claim], better[language], better[near]) == ("holds", "holds", "holds")
    worse = verdicts(found(pretrained=(0.3, 5.0), scratch=(1.0, 4.0), lora=(1.0, 4.0)))
    assert (worse[task_claim], worse[language], worse[near]) == ("does not hold",) * 3
    alike = verdicts(found())
    assert (alike[task_claim], alike[language]) == ("cannot tell", "cannot tell")


def test_data_sets_and_variants_are_known_and_valid():
    assert set(claims.DATA) <= set(NAMES)
    names = {name for first, _, second, _, _ in claims.CLAIMS for name in (first, second)}
    assert names <= set(claims.VARIANTS)
    for name, config in claims.DATA.items():
        assert isinstance(config, TuneConfig), name
    with pytest.raises(UserError, match="Did you mean 'sst'"):
        claims.main(["sts"])


def test_what_is_recorded_is_of_these_claims_and_settings():
    """A record is of the settings that stand in the code, whatever its verdicts are."""
    paths = sorted(data_path("results").glob("finetuning_*.json"))
    assert paths
    for path in paths:
        record = json.loads(path.read_text(encoding="utf-8"))
        name = path.stem.removeprefix("finetuning_")
        assert record["command"].endswith(f"finetuning_claims {name}")
        assert len(record["findings"]) == len(claims.CLAIMS)
        base = json.loads(json.dumps(vars(claims.DATA[name])))
        for variant, changes in claims.VARIANTS.items():
            kept = record["settings"][variant]
            assert {key: kept[key] for key in base} == {**base, **changes}
        tuned = [row for row in record["rows"] if not row["baseline"]]
        assert [row["name"] for row in tuned] == list(claims.VARIANTS)
        assert all(len(row["values"][record["metrics"][0]]) == claims.SEEDS for row in tuned)


def test_the_readme_has_all_recorded_verdicts():
    results = data_path("results")
    table = claims.summarise(results)
    assert table == (results / "finetuning_claims.md").read_text(encoding="utf-8")
    assert table in README.read_text(encoding="utf-8")
    sets = table.splitlines()[0].strip("| ").split(" | ")[1:]
    assert sets == [name for name in claims.DATA if (results / f"finetuning_{name}.json").exists()]
    assert len(table.splitlines()) == 2 + len(claims.CLAIMS) + 3
