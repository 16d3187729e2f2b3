"""Sonnets: tune a model on poems, let it continue three given lines to fourteen, and measure the verse."""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from .. import atomic, checkpoint
from ..config import SampleConfig, TuneConfig
from ..model import GPT
from ..params import Params
from ..sampling import generator
from ..tensor_files import read_json
from . import verse_report
from .batches import Encoded
from .continuing import GIVEN, Continued, check_line_breaks, continue_poems, openings
from .language import LanguageTuner, begin_language, text_ids, text_loss
from .runs import BEST, LAST, RESULT, Keeper, check_number, check_settings, drawn, plain_losses
from .saving import load_state, merged
from .sonnet_files import Sonnets, load_sonnets
from .starting import Base
from .verse import Poem, Pronunciations, find_dictionary
from .verse_report import Row

TEMPERATURES = (0.5, 0.7, 0.9, 1.1)
SHOWN = 0.7
"""The temperature of the poems that are printed."""

Drawn = dict[tuple[str, float], list[Continued]]
"""Poems by the name of their model and the temperature."""


def encode_poems(poems: Sequence[Poem], base: Base, max_tokens: int = 0) -> list[Encoded]:
    """Return each poem as one sequence, cut behind what the model sees (or `max_tokens`)."""
    seen = base.model.config.block_size
    limit = min(max_tokens or seen, seen)
    texts = ["\n".join(poem.lines) + "\n" for poem in poems]
    return [Encoded((tuple(text_ids(base.tokenizer, text, whole=True)[:limit]),), None) for text in texts]


def tune(
    folder: Path,
    base: Base,
    sonnets: Sonnets,
    config: TuneConfig,
    stopped: Callable[[], bool] = lambda: False,
    say: Callable[[str], object] = print,
) -> dict[str, Any] | None:
    """Tune in a folder, or go on with what stands there bit for bit; None when stopped (and saved).

    The best model is in `folder`/best then. Returns the losses on development and test poems, before and
    after, and on plain text, in nats a token. What has been finished is read. Raises UserError when the
    folder holds a run with other settings, and as `begin_language` does.
    """
    settings = {"model": base.name, "poems": sonnets.name, **dataclasses.asdict(config)}
    settings = json.loads(json.dumps(settings))  # as JSON gives them back
    if (folder / RESULT).exists():
        saved = read_json(folder / RESULT)
        check_settings(folder, saved.get("settings", {}), settings)
        return saved
    start = begin_language(base, config)
    train, dev = (encode_poems(part, base, config.max_tokens) for part in (sonnets.train, sonnets.dev))
    tuner = LanguageTuner(start, config, drawn(train, config), dev)
    state, best, seconds = tuner.init(), start.params.copy(), 0.0
    if (folder / LAST).exists():
        state, best, about = load_state(folder / LAST, state)
        check_settings(folder, about["settings"], settings)
        seconds = float(about["seconds"])
        say(f"sonnets: going on after step {state.step} of {tuner.steps}.")
    keeper = Keeper(folder, tuner, best, settings, seconds, say)
    state = keeper.run(state, "sonnets", stopped)
    if stopped():
        return None
    gpt, plain = GPT(start.model.gpt.config, base.model.ops), merged(start, keeper.best)
    found = {
        "settings": settings,
        "epochs": state.best_step // tuner.steps_per_epoch,
        "epochs_done": state.step // tuner.steps_per_epoch,
        "n_trained": start.n_trained,
        "before": losses(base, base.model, base.params, sonnets),
        "after": losses(base, gpt, plain, sonnets),
        "seconds": keeper.seconds,
    }
    checkpoint.save_model(folder / BEST, gpt.config, plain, base.tokenizer)
    atomic.write_text(folder / RESULT, json.dumps(found, indent=2) + "\n")
    atomic.discard(folder / LAST)
    return found


def losses(base: Base, gpt: GPT, params: Params, sonnets: Sonnets) -> dict[str, float | None]:
    """Return L1 of a model on the development and the test poems, and its loss on plain text."""
    parts = {"dev": sonnets.dev, "test": sonnets.test}
    found: dict[str, float | None] = {
        name: text_loss(gpt, params, encode_poems(part, base)) for name, part in parts.items()
    }
    plain = plain_losses(gpt, params, base.tokenizer)
    return found | {"plain": fmean(plain) if plain else None}


# The whole task.


class Material(NamedTuple):
    """What a run needs beside the model: poems, a dictionary if there is one, and the user's beginnings."""

    sonnets: Sonnets
    dictionary: Pronunciations | None
    yours: list[tuple[str, ...]]


def prepare(
    base: Base,
    config: TuneConfig,
    data_folder: Path | None = None,
    cmudict: Path | None = None,
    prompts: Sequence[str] = (),
) -> Material:
    """Read what a run needs and see that it fits, before a folder is made and time is spent on tuning.

    Raises UserError as `load_sonnets`, `find_dictionary`, `openings` and `begin_language` do, for more
    examples than there are poems to tune on, and for poems that the tokenizer cannot spell.
    """
    check_line_breaks(base.tokenizer)
    yours = openings(prompts)
    sonnets, dictionary = load_sonnets(data_folder), find_dictionary(cmudict, data_folder)
    check_number(config.examples, len(sonnets.train))
    begin_language(base, config)
    encode_poems((*sonnets.train, *sonnets.dev, *sonnets.test, *(Poem(0, lines) for lines in yours)), base)
    return Material(sonnets, dictionary, yours)


def run(
    base: Base,
    config: TuneConfig,
    out: Path,
    material: Material,
    *,
    seeds: int = 1,
    stopped: Callable[[], bool] = lambda: False,
    say: Callable[[str], object] = print,
    draw: Callable[[Sequence[Row]], Any] | None = None,
) -> int:
    """Tune, continue the beginnings of the test poems and the user's, and say how good the poems are.

    Each beginning is continued `seeds` times at every temperature. Writes result.json, best (the tuned
    model), sonnets.md, sonnets.json and poems.txt into `out`, and sonnets.png with `draw`, which makes a
    figure of rows. Returns the exit code: 0, or 130 when stopped; the same call goes on then. Raises
    UserError as `tune` does.
    """
    sonnets, dictionary, yours = material
    parts = f"{len(sonnets.train)} to tune on, {len(sonnets.dev)} to stop by, {len(sonnets.test)} to measure"
    say(f"Poems: {parts} ({sonnets.rule}).")
    tuned = tune(out, base, sonnets, config, stopped, say)
    if tuned is None:
        return 130
    gpt, params, _ = checkpoint.load_model(out / BEST, base.model.ops)
    best = base._replace(name="tuned", model=gpt, params=params)
    beginnings = [poem.lines[:GIVEN] for poem in sonnets.test]
    poems: Drawn = {}
    for name, model, given in (("untuned", base, beginnings), ("tuned", best, beginnings + yours)):
        for temperature in TEMPERATURES:
            say(f"{name}, temperature {temperature}: {seeds * len(given)} poems ...")
            poems[name, temperature] = sample(model, given, temperature, config.seed, seeds, stopped)
            if stopped():
                return 130
    rows = compare(sonnets, poems, tuned, dictionary)
    print(verse_report.table(rows))
    _write(out, sonnets, tuned, rows, poems, dictionary is not None)
    if draw is not None:
        atomic.save_picture(out / "sonnets.png", draw(rows))
    own = len(beginnings)
    shown = poems["tuned", SHOWN][own : own + len(yours)] or poems["tuned", SHOWN][:1]
    print(f"\nTuned, temperature {SHOWN}:\n\n" + "\n\n".join(map(verse_report.poem_text, shown)))
    print(f"\nMore in {out / 'poems.txt'}; the table in {out / 'sonnets.md'}; the tuned model: {out / BEST}")
    return 0


def sample(
    base: Base,
    beginnings: Sequence[Sequence[str]],
    temperature: float,
    seed: int,
    seeds: int,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Continued]:
    """Continue every beginning with every seed from `seed` on: all with the first seed, then the next."""
    rngs = [generator(seed + i, number) for i in range(seeds) for number in range(len(beginnings))]
    sampling = SampleConfig(temperature=temperature)
    lines = list(beginnings) * seeds
    return continue_poems(base.model, base.params, base.tokenizer, lines, sampling, rngs, stopped=stopped)


def compare(
    sonnets: Sonnets, poems: Drawn, tuned: Mapping[str, Any], dictionary: Pronunciations | None
) -> list[Row]:
    """Return a row for the originals, and one for each model at each temperature.

    Of `poems` those are measured that begin as a test poem does, and not those that begin with other lines.
    """
    training = [poem.lines for poem in sonnets.train]
    originals = [verse_report.original(poem.lines, GIVEN) for poem in sonnets.test]
    rows = [verse_report.row(verse_report.ORIGINALS, None, originals, dictionary, training, None)]
    beginnings = {poem.lines[:GIVEN] for poem in sonnets.test}
    for (name, temperature), found in poems.items():
        own = [poem for poem in found if poem.lines[:GIVEN] in beginnings]
        perplexity = verse_report.perplexity_of(tuned["before" if name == "untuned" else "after"]["test"])
        rows.append(verse_report.row(name, temperature, own, dictionary, training, perplexity))
    return rows


def _write(
    out: Path,
    sonnets: Sonnets,
    tuned: Mapping[str, Any],
    rows: Sequence[Row],
    poems: Drawn,
    has_dictionary: bool,
) -> None:
    """Write the table, the figures and the poems. Raises UserError when the disk refuses."""
    before, after = tuned["before"], tuned["after"]
    kept = ""
    if after["plain"] is not None:
        kept = f" On plain text, which it was not tuned on: {before['plain']:.3f} and {after['plain']:.3f}."
    text = (
        f"# Sonnets by {tuned['settings']['model']}\n\n"
        f"Tuned on {len(sonnets.train)} poems ({sonnets.rule}), {tuned['epochs_done']} epochs, of which "
        f"number {tuned['epochs']} was the best. Loss on the test poems, in nats a token: "
        f"{before['test']:.3f} before, {after['test']:.3f} after.{kept}\n\n{verse_report.table(rows)}\n\n"
        f"{verse_report.explanation(GIVEN, has_dictionary)}\n"
    )
    order = sorted(poems)  # the tuned model's first
    sections = [(f"{name}, temperature {t}", poems[name, t]) for name, t in order]
    atomic.write_text(out / "sonnets.md", text)
    atomic.write_text(out / "poems.txt", verse_report.poems_text(sections))
    content = {"rule": sonnets.rule, "tuning": dict(tuned), "rows": list(rows)}
    atomic.write_text(out / "sonnets.json", json.dumps(content, indent=2) + "\n")
