"""What a user reads of a comparison: on the way, at its end, and in the run folder."""

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from .. import atomic
from . import baselines, results
from .bootstrap import Claim, of_mean
from .comparison import Variant
from .data.examples import TaskData
from .error_report import errors
from .metrics import by_name, is_better, shown
from .runs import Outcome
from .starting import Base

Found = Mapping[str, Sequence[Outcome]]


def introduce(base: Base, data: TaskData, plan: Sequence[Variant], seeds: int, out: Path) -> None:
    """Print what will be done."""
    print(f"{data.name}: {data.about}")
    for note in data.notes:
        print(f"  {note}")
    sizes = ", ".join(f"{len(part):,} {name}" for name, part in data.splits.items())
    classes = f", classes {', '.join(data.labels)}" if data.labels else ""
    runs = len(plan) * seeds
    print(
        f"  {sizes} examples{classes}.\nTuning {base.name} ({base.params.buffer.size:,} parameters), "
        f"{runs} run{'s' * (runs != 1)}: {'; '.join(v.name for v in plan)}. Run folder {out}."
    )
    if any(variant.config.examples for variant in plan):
        print("The baselines learn from all training examples.")


def judged_part(data: TaskData) -> str:
    """Return the part of the data that verdicts are about: the test rows, where they have labels."""
    test = data.splits.get("test", ())
    return "test" if test and test[0].label is not None else "dev"


def report(out: Path, base: Base, data: TaskData, plan: Sequence[Variant], found: Found) -> results.Table:
    """Print the results, and write results.md, results.json and errors.md; return those that were printed.

    The errors are those on development data: whoever reads them before the next change has used it up.
    Raises UserError when the disk refuses.
    """
    part = judged_part(data)
    parts = ["dev"] if part == "dev" else ["dev", "test"]
    tables = {name: table(base, data, plan, found, name) for name in parts}
    print("\n" + "\n".join(in_words(tables[part])))
    for system, last in last_steps(data, plan, found, part).items():
        print(f"{system}: {more_data(data.metric, *last)}")
    atomic.write_text(out / "results.md", "\n".join(map(results.to_markdown, tables.values())))
    atomic.write_text(out / "results.json", results.to_json(tables[part]))
    first = found[plan[0].name][0]
    title = f"{data.name}, {plan[0].name}, development examples"
    atomic.write_text(out / "errors.md", errors(data, data.splits["dev"], first.probabilities("dev"), title))
    return tables[part]


def table(base: Base, data: TaskData, plan: Sequence[Variant], found: Found, part: str) -> results.Table:
    """Return baselines and variants on a part of the data.

    The findings say how the first variant differs from each other one, and from the best baseline.
    """
    targets = np.array([example.label for example in data.splits[part]])
    metrics = (data.metric, *data.also_report)
    rows = [*results.of_baselines(data, part)]
    for variant in plan:
        outcomes = found[variant.name]
        predictions = [outcome.predictions(part) for outcome in outcomes]
        interval = of_mean(by_name(data.metric), targets, predictions, np.random.default_rng(0))
        rows.append(
            results.Row(
                variant.name,
                {m: tuple(o.value(m, part) for o in outcomes) for m in metrics}
                | {"plain_text_loss": tuple(o.plain_loss[1] for o in outcomes if o.plain_losses[1])},
                outcomes[0].n_trained,
                float(np.mean([o.seconds for o in outcomes])),
                {data.metric: (interval.low, interval.high)},
            )
        )
    one, *others = (variant.name for variant in plan)
    runs = {name: [o.predictions(part) for o in found[name]] for name in (one, *others)}
    best = _best_baseline(data, part, targets)
    runs |= {best.name: [best.predictions] * len(runs[one])}  # it has no seeds
    findings = [
        results.judged(
            Claim(one, "beats", other), data.metric, targets, runs[one], runs[other], np.random.default_rng(0)
        )
        for other in (*others, best.name)
    ]
    about = {
        "model": base.name,
        "seeds": len(found[one]),
        "settings": found[one][0].settings,
        "plain_text_loss_before": found[one][0].plain_loss[0] if found[one][0].plain_losses[0] else None,
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
    }
    shown_metrics = (*metrics, "plain_text_loss")
    title = f"{data.name}: {len(targets):,} {'development' if part == 'dev' else part} examples"
    return results.Table(title, shown_metrics, tuple(rows), tuple(findings), about)


def _best_baseline(data: TaskData, part: str, targets: np.ndarray) -> baselines.Row:
    """The baseline that does best on this very part of the data: the hardest to beat."""
    metric, best, *rest = by_name(data.metric), *baselines.rows(data, part)
    for row in rest:
        values = (float(metric(targets, r.predictions)) for r in (row, best))
        best = row if is_better(data.metric, *values) else best
    return best


def in_words(table: results.Table) -> list[str]:
    """Return the table as lines for a terminal, the verdicts as sentences."""
    metric = table.metrics[0]
    width = max(len(row.name) for row in table.rows) + 2
    lines = [table.title, f"  {'':<{width}}{metric.replace('_', ' '):>12}   language, nats on plain text"]
    for row in table.rows:
        spread = row.spread(metric)
        seeds = "" if spread is None else f" ± {shown(metric, spread)}"
        plain = row.values.get("plain_text_loss", ())
        language = f"   {np.mean(plain):.3f}" if plain else ""
        lines.append(f"  {row.name:<{width}}{shown(metric, row.mean(metric)):>12}{seeds}{language}")
    before = table.about.get("plain_text_loss_before")
    if before is not None:
        lines.append(f"  ({table.about['model']} before tuning: {before:.3f} nats on plain text)")
    for finding in table.findings:
        value, low, high = (results.shown_difference(finding.metric, v) for v in finding.interval)
        lines.append(f"{finding.claim}: {value} (95 % interval {low} to {high}): {finding.verdict}.")
    return lines


def curves(
    data: TaskData, plan: Sequence[Variant], found: Found, part: str
) -> dict[str, dict[int, list[float]]]:
    """Return the metric by the number of training examples: {system: {examples: one value per seed}}."""
    everything, lines = len(data.splits["train"]), dict[str, dict[int, list[float]]]()
    sizes = len({variant.config.examples for variant in plan})
    for variant in plan:
        # The number of examples stands last in the name of a variant that differs in it.
        system = variant.name.rpartition(", ")[0] if sizes > 1 else variant.name
        points = lines.setdefault(system, {})
        points[variant.config.examples or everything] = [
            o.value(data.metric, part) for o in found[variant.name]
        ]
    return lines


def last_steps(
    data: TaskData, plan: Sequence[Variant], found: Found, part: str
) -> dict[str, tuple[int, int, results.Finding]]:
    """Return what the last step to more training examples was worth: {system: (fewer, more, finding)}."""
    everything, systems = len(data.splits["train"]), dict[str, dict[int, str]]()
    for variant in plan:
        system = variant.name.rpartition(", ")[0]
        systems.setdefault(system, {})[variant.config.examples or everything] = variant.name
    targets = np.array([example.label for example in data.splits[part]])
    steps = {}
    for system, names in systems.items():
        if len(names) > 1:
            fewer, more = sorted(names)[-2:]
            after, before = ([o.predictions(part) for o in found[names[n]]] for n in (more, fewer))
            claim = Claim(f"{more:,} examples", "beats", f"{fewer:,}")
            rng = np.random.default_rng(0)
            steps[system] = fewer, more, results.judged(claim, data.metric, targets, after, before, rng)
    return steps


def more_data(metric: str, fewer: int, more: int, finding: results.Finding) -> str:
    """Say in a sentence whether more examples would help, as far as the last step to more of them tells."""
    value, low, high = (results.shown_difference(metric, v) for v in finding.interval)
    answers = {
        "holds": "more data would help",
        "does not hold": "more data would not help",
        "cannot tell": "whether more data would help cannot be told",
    }
    return (
        f"from {fewer:,} to {more:,} training examples {metric.replace('_', ' ')} changed by {value} "
        f"(95 % interval {low} to {high}): as far as that step tells, {answers[finding.verdict]}."
    )
