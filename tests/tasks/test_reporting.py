"""What a user reads of a comparison: which part it is about, who is compared with whom, and more data."""

import dataclasses

import pytest
from test_tuning import QUICK, base, task

from scratchgpt.tasks import comparison, reporting, results, runs
from scratchgpt.tasks.bootstrap import Claim, Interval, verdict


@pytest.fixture(scope="module")
def curve(tmp_path_factory):
    plan = comparison.variants(QUICK, ("pretrained", "scratch"), curve_of=len(task().splits["train"]))
    plan = [variant for variant in plan if variant.config.examples in (0, 7)]
    found = comparison.run_all(
        tmp_path_factory.mktemp("curve"), plan, 1, base(), task(), say=lambda text: None
    )
    return plan, found


def test_verdicts_are_about_the_test_rows_where_these_have_labels():
    data = task()
    assert reporting.judged_part(data) == "test"
    hidden = tuple(e._replace(label=None) for e in data.splits["test"])
    assert reporting.judged_part(dataclasses.replace(data, splits=data.splits | {"test": hidden})) == "dev"
    two = {name: data.splits[name] for name in ("train", "dev")}
    assert reporting.judged_part(dataclasses.replace(data, splits=two)) == "dev"


def test_curves_are_by_system_and_number_of_examples(curve):
    plan, found = curve
    curves = reporting.curves(task(), plan, found, "test")
    assert {system: list(sizes) for system, sizes in curves.items()} == {
        "pretrained": [14, 7],
        "scratch": [14, 7],
    }
    outcome = found["scratch, 7 examples"][0]
    assert curves["scratch"][7] == [outcome.value("accuracy", "test")]


def test_the_first_variant_is_compared_with_each_other_one_and_the_best_baseline(curve):
    plan, found = curve
    table = reporting.table(base(), task(), plan, found, "test")
    values = {row.name: row.mean("accuracy") for row in table.rows}
    best = max((row.name for row in table.rows if row.baseline), key=values.get)
    claims = [(f.claim.first, f.claim.second) for f in table.findings]
    assert claims == [("pretrained, 14 examples", name) for name in (*(v.name for v in plan[1:]), best)]
    for finding in table.findings:
        expected = values[finding.claim.first] - values[finding.claim.second]
        assert finding.interval.value == pytest.approx(expected)


def test_what_the_last_step_to_more_examples_was_worth(curve):
    plan, found = curve
    steps = reporting.last_steps(task(), plan, found, "test")
    assert list(steps) == ["pretrained", "scratch"]
    fewer, more, finding = steps["scratch"]
    by_size = {n: found[f"scratch, {n} examples"][0].value("accuracy", "test") for n in (7, 14)}
    assert (fewer, more) == (7, 14)
    assert finding.interval.value == pytest.approx(by_size[14] - by_size[7])


def test_the_last_step_is_that_between_the_two_largest_sizes(curve):
    plan, found = curve
    (seven,) = (variant for variant in plan if variant.name == "scratch, 7 examples")
    three = seven._replace(name="scratch, 3 examples", config=dataclasses.replace(seven.config, examples=3))
    found = found | {three.name: found[seven.name]}
    assert reporting.last_steps(task(), [*plan, three], found, "test")["scratch"][:2] == (7, 14)


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [
        (0.01, 0.08, "more data would help."),
        (-0.08, -0.01, "more data would not help."),
        (-0.02, 0.08, "whether more data would help cannot be told."),
    ],
)
def test_whether_more_data_would_help(low, high, answer):
    interval, claim = Interval((low + high) / 2, low, high), Claim("400 examples", "beats", "200")
    finding = results.Finding(claim, "accuracy", interval, verdict(interval, claim))
    said = reporting.more_data("accuracy", 200, 400, finding)
    assert "from 200 to 400" in said and f"interval {100 * low:+.1f} points to" in said
    assert said.endswith(answer)


def test_the_first_model_is_that_of_the_first_seed(tmp_path):
    plan = comparison.variants(dataclasses.replace(QUICK, seed=3, epochs=1), ("scratch",))
    found = comparison.run_all(tmp_path, plan, 2, base(), task(), say=lambda text: None)
    assert [outcome.settings["seed"] for outcome in found["scratch"]] == [3, 4]
    model = comparison.first_model(tmp_path, plan, 2)
    assert model == tmp_path / "scratch-seed-3" / runs.BEST and model.is_dir()
