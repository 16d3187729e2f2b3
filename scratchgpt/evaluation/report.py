"""A measurement as a JSON object and as lines to read, with published figures beside the measured ones."""

from dataclasses import dataclass
from typing import Any

from . import published
from .scoring import Result

_UNITS = {"hellaswag": "questions", "lambada": "passages"}


@dataclass(frozen=True)
class Measured:
    """A result, how it was measured, in fields and in words, and on which files: [(path, sha256)]."""

    result: Result
    protocol: dict[str, Any]
    words: str
    data: list[tuple[str, str]]

    def as_json(self, task: str, model: str, seconds: float, whole: bool = True) -> dict[str, Any]:
        """Return everything as one JSON object; published figures only where the `whole` data was scored."""
        result, known = self.result, self._published(task, model) if whole else {}
        return {
            "task": task,
            "model": model,
            "data": [{"path": path, "sha256": sha256} for path, sha256 in self.data],
            "protocol": self.protocol,
            "metrics": {
                name: {**metric._asdict(), "published": known[name]._asdict() if name in known else None}
                for name, metric in result.metrics.items()
            },
            "n": result.n,
            "tokens": result.tokens,
            "tokens_read": result.read,
            "seconds": round(seconds, 3),
            "tokens_read_per_second": round(result.read / seconds, 1),
            **result.notes,
        }

    def _published(self, task: str, model: str) -> dict[str, published.Figure]:
        fields = {k: v for k, v in self.protocol.items() if k not in ("name", "val_fraction")}
        if len(self.data) > 1 or self.protocol.get("val_fraction"):
            return {}
        return published.figures(model, task, fields, self.data[0][1])

    def lines(self, report: dict[str, Any]) -> list[str]:
        """Return what a reader sees of `as_json`: figures, how they were measured, and the time."""
        task, metrics = report["task"], report["metrics"]
        names = sorted(metrics, key=lambda name: name != "bits_per_byte") if task == "bpb" else list(metrics)
        more = f" and {len(self.data) - 1} more files" if len(self.data) > 1 else ""
        lines = [f"{task} of {report['model']} on {self.data[0][0]}{more}"]
        for name in names:
            value, stderr, known = metrics[name].values()
            error = "" if stderr is None else f" ± {_figure(stderr, value)}"
            beside = f"   published {known['value']} ({known['source']})" if known else ""
            lines.append(f"  {name.replace('_', ' '):<24}{_figure(value, value)}{error}{beside}")
        lines.append(f"protocol {self.words}")
        if shortened := report.get("shortened"):
            lines.append(f"contexts that lost their first tokens, longer than the model sees: {shortened:,}")
        lines.append(
            f"{report['tokens']:,} tokens scored in {report['n']:,} {_UNITS.get(task, 'windows')}; "
            f"{report['tokens_read']:,} read in {report['seconds']:.1f} s, "
            f"{report['tokens_read_per_second']:,.0f} tokens/s"
        )
        return lines


def _figure(x: float, scale: float) -> str:
    """Four decimals for shares and bits, two for perplexities, three digits where it is hopeless."""
    if scale >= 1e6:
        return f"{x:.3g}"
    return f"{x:.2f}" if scale >= 10 else f"{x:.4f}"
