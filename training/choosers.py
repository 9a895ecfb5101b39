"""Fit the weights by which the package chooses what the words of an event leave open.

    python -m training.choosers CORPUS

writes ``weights.py`` (parties) and ``setting_weights.py`` (days and places) of depesche.find.events. CORPUS
is the annotated corpus with its score.py, as ``scripts/measure.py corpus`` wants it; its train part, the
written sets that train the network and our own reports (data/reports) are read, nothing else. Needs the extra
``measure``.

For every event that score.py pairs with an annotated one, each value that the report offers is an option with
signs, and those that score.py would accept are right. The weights of the signs are those of a logit over the
options, with a penalty on large ones; signs seen seldom are left out.
"""

from __future__ import annotations

import argparse
import collections
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import msgspec
import numpy as np
import scipy.optimize

from depesche.find.events import build, implied, setting_weights, weights
from depesche.find.events.choices import View
from depesche.find.events.choose_day import Days
from depesche.find.events.choose_place import Places
from depesche.find.events.merge import Merger
from depesche.find.events.scene import Scene, calendar_part
from depesche.find.events.story import Story
from depesche.read import find_all, prepare_report
from depesche.reading import Event

OWN = "own"
BACKGROUND = "background"
PARTS = ("train", "written-wa", "written-wb", "written-wc", "written-wd", OWN)
_REPORTS = Path(__file__).parent / "data" / "reports"
# The penalty on large weights, and how often a sign must be seen.
PARTIES = (6.0, 20)
SETTINGS = (10.0, 12)
# An event without a day or place is of little use, and annotators give only what the words say: so much less
# than fitted speaks for leaving it open.
LEAN = {"day": 2.6, "place": 2.7}
SMALLEST = 0.02


class Choice(NamedTuple):
    """One field to fill: the signs of each option with their strength, and which options are right."""

    options: list[dict[str, float]]
    right: list[bool]


class Example(NamedTuple):
    """A report of the corpus: its events before anything is chosen, and the annotated ones beside them."""

    scene: Scene
    events: list[Event]
    pairs: dict[int, dict[str, Any]]
    annotated: dict[str, Any]
    read: dict[str, Any]


def main() -> None:
    """Read the corpus, fit and write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    folder = parser.parse_args().corpus
    score = _load(folder / "score.py")
    parties: list[Choice] = []
    days: list[Choice] = []
    places: list[Choice] = []
    for part in (*PARTS, BACKGROUND):
        # What the network has learnt by heart would weigh too much for the parties.
        for example in read_part(folder, part, score, language_model="none", completed=False):
            parties += choose_parties(example, score)
    for part in PARTS:
        for example in read_part(folder, part, score):
            days += choose_days(example, score)
            places += choose_places(example)
    write_weights(Path(weights.__file__), {"WEIGHTS": fit(parties, *PARTIES)})
    fitted = {"PLACE": fit(places, *SETTINGS), "DAY": fit(days, *SETTINGS)}
    for name, field in (("PLACE", "place"), ("DAY", "day")):
        fitted[name]["none"] = fitted[name].get("none", 0.0) - LEAN[field]
    write_weights(Path(setting_weights.__file__), fitted)


def read_part(
    folder: Path, part: str, score: ModuleType, *, language_model: str | None = None, completed: bool = True
) -> Iterator[Example]:
    """Yield the reports of a part of the corpus, or our own.

    ``completed`` pairs the events with the parties that the package chooses, else with those of their words.
    """
    scripts = _load(Path(__file__).parent.parent / "scripts" / "measure_corpus.py")
    own = part in {OWN, BACKGROUND}
    base = _REPORTS if own else folder / "written" if part.startswith("written-") else folder
    for key in list_own(background=part == BACKGROUND) if own else scripts.list_ids(folder, part):
        text = (base / "texts" / f"{key}.txt").read_text(encoding="utf-8")
        document, _ = prepare_report(scripts.report_of(text), language_model)
        scene = Scene(document, find_all(document))
        *_, (_, drafts) = build.draft_stages(scene)
        kept = Merger(scene.countries).merge(drafts)
        events = [draft.event for draft in kept]
        final = [event for _, event in build.settle_events(scene, kept)] if completed else events
        actors, _, annotated, spans = score.load_gold(base / "gold" / f"{key}.yaml", text)
        read = {a.id: msgspec.to_builtins(a) for a in scene.findings.actors}
        pairs = _pair(score, annotated, actors, final, read, spans)
        at = {(event.start, event.end): number for number, event in enumerate(events)}
        numbered = {at[final[k].start, final[k].end]: annotated[g] for g, k in pairs}
        yield Example(scene, events, numbered, actors, read)


def list_own(*, background: bool = False) -> list[str]:
    """Return the ids of our own reports: those with much background, whose names begin with x, or the others.

    Parties are fitted by all of them, days and places not by those with background: with them days are right
    more often in reports of their kind and less often in articles, and most events seem to have no place.
    """
    found = (path.stem for path in (_REPORTS / "gold").glob("*.yaml"))
    return sorted(key for key in found if key.startswith("x") == background)


def _pair(
    score: ModuleType,
    annotated: list[dict[str, Any]],
    actors: dict[str, Any],
    events: Sequence[Event],
    read: dict[str, Any],
    spans: list[tuple[int, int]],
) -> list[tuple[int, int]]:
    """Return which annotated event goes with which one read, as score.py pairs them."""
    told = [msgspec.to_builtins(event) for event in events]
    if not annotated or not told:
        return []
    cost = np.zeros((len(annotated), len(told)))
    for row, one in enumerate(annotated):
        named = [actors[x] for x in (one.get("actor") or []) + (one.get("recipient") or []) if x in actors]
        for column, other in enumerate(told):
            if other["type"] != one["type"]:
                continue
            met = [read[x] for x in (*other["actor"], *other["recipient"])]
            shared = sum(any(score.same_actor(x, y) for y in met) for x in named)
            near = score.sentence_of(spans, other["start"]) == one["sent"]
            if shared or near:
                sides = {side: list(other[side]) for side in ("actor", "recipient")}
                alike = score.same_parties(one, actors, {**other, **sides}, read)
                cost[row, column] = -(1 + shared / max(1, len(named)) + 0.5 * near + 2 * alike)
    rows, columns = scipy.optimize.linear_sum_assignment(cost)
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if cost[r, c] < 0]


def choose_parties(example: Example, score: ModuleType) -> Iterator[Choice]:
    """Yield the parties that the events of a report leave open."""
    around = implied.Surroundings(example.scene, tuple(example.events))

    def sides(ids: Sequence[str], table: dict[str, Any]) -> list[Any]:
        return [table[i] for i in ids if i in table]

    for number, annotated in example.pairs.items():
        event = example.events[number]
        actor = sides(annotated.get("actor") or [], example.annotated)
        recipient = sides(annotated.get("recipient") or [], example.annotated)
        for kind in implied.open_kinds(event):
            wanted = {"actor": actor, "recipient": recipient, "partner": actor + recipient}[kind]
            candidates = around.candidates(number, kind)
            right = []
            for candidate in candidates:
                ids = [candidate.actor] if candidate.actor else []
                ids += [*event.actor, *event.recipient] if kind == "partner" else []
                met = sides(ids, example.read)
                every = all(any(score.same_actor(x, y) for y in met) for x in wanted)
                right.append(every and all(any(score.same_actor(x, y) for x in wanted) for y in met))
            yield Choice([candidate.signs for candidate in candidates], right)


def choose_days(example: Example, score: ModuleType) -> Iterator[Choice]:
    """Yield the days of the events of a report."""
    for view, annotated, days, _ in _views(example):
        options, wanted = days.options(view), annotated.get("date")
        right = [
            option.value is None if not wanted else _is_at(score, wanted, option.value) for option in options
        ]
        yield Choice([dict.fromkeys(option.signs, 1.0) for option in options], right)


def _is_at(score: ModuleType, wanted: object, time: Any) -> bool:
    return time is not None and bool(score.date_met(wanted, calendar_part(time)))


def choose_places(example: Example) -> Iterator[Choice]:
    """Yield the places of the events of a report."""
    for view, annotated, _, places in _views(example):
        options, wanted = places.options(view), str(annotated.get("place") or "").casefold()
        right = [
            bool(wanted) and _holds(wanted, option.value.casefold()) if option.value else not wanted
            for option in options
        ]
        yield Choice([dict.fromkeys(option.signs, 1.0) for option in options], right)


def _holds(one: str, other: str) -> bool:
    return one in other or other in one


def _views(example: Example) -> Iterator[tuple[View, dict[str, Any], Days, Places]]:
    """Yield the paired events as the choosers see them, with the annotated ones."""
    scene = example.scene
    story = Story(scene)
    events = implied.complete_parties(scene, example.events)
    days, places = Days(scene, story), Places(scene, story, events)
    for number, annotated in example.pairs.items():
        yield View(scene, events, number), annotated, days, places


def fit(choices: Sequence[Choice], penalty: float, least: int) -> dict[str, float]:
    """Return the weights of the signs that are seen at least ``least`` times."""
    counts = collections.Counter(sign for choice in choices for option in choice.options for sign in option)
    order = {sign: n for n, sign in enumerate(sorted(s for s, count in counts.items() if count >= least))}
    tables = []
    for choice in choices:
        table = np.zeros((len(choice.options), len(order)))
        for row, option in enumerate(choice.options):
            for sign, strength in option.items():
                if sign in order:
                    table[row, order[sign]] = strength
        tables.append((table, np.array(choice.right, dtype=float)))

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.5 * penalty * values @ values, penalty * values
        for table, right in tables:
            if not right.any():
                continue
            scores = table @ values
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            hits = shares * right
            total -= np.log(hits.sum() + 1e-12)
            slope = slope - table.T @ (hits / hits.sum() - shares)
        return float(total), slope

    begin = np.zeros(len(order))
    best = scipy.optimize.minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return {sign: round(float(best[n]), 2) for sign, n in order.items() if abs(best[n]) >= SMALLEST}


def write_weights(path: Path, tables: dict[str, dict[str, float]]) -> None:
    """Write tables of weights into a module, whose head up to the first table stays as it is."""
    text = path.read_text(encoding="utf-8")
    head = text[: min(text.index(f"{name}: dict") for name in tables)]
    body = "\n".join(
        f"{name}: dict[str, float] = {{\n"
        + "".join(f'    "{sign}": {value:.2f},\n' for sign, value in sorted(table.items()))
        + "}"
        for name, table in tables.items()
    )
    path.write_text(head + body + "\n", encoding="utf-8")


def _load(path: Path) -> ModuleType:
    """Return a script as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
