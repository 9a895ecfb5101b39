"""Measure the quotations that Depesche reads against annotated reports.

    python scripts/measure_quotations.py layer CORPUS [--part train|dev|written|we] [--errors N]
    python scripts/measure_quotations.py published FILE.jsonl.gz

``layer`` reads a folder with ``texts/`` and ``quotations/`` (and ``written/`` beside them) and prints, for
each type, precision, recall and F1 of the spans (overlap above one half) and the share of right speakers,
then the published measure on the same articles. ``published`` reads documents in the JSON format of
"Dataset of Quotation Attribution in German News Articles" (Petersen-Frey and Biemann 2024), one a line.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pathlib
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import yaml

from depesche.find.actors import find_actors
from depesche.find.quotations import find_quotations
from depesche.find.references import find_references
from depesche.language.document import analyse_report
from depesche.reading import Quotation, Report

# The measure stands in training/, beside this folder.
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from training.published import (
    ROLES,
    Positions,
    Said,
    Score,
    assign_quotations,
    macro_scores,
    said_from_json,
)

TYPES = ("Direct", "Indirect", "FreeIndirect", "IndirectFreeIndirect", "Reported")


def read_quotations(text: str) -> tuple[Quotation, ...]:
    """Return the quotations of a text."""
    document = analyse_report(Report(text=text))
    actors = find_actors(document)
    return find_quotations(document, actors, find_references(document, actors))


# --- the published corpus -------------------------------------------------------------------------


def measure_quotations_dev(path: pathlib.Path) -> dict[str, Score]:
    """Return the published scores on a file of documents, one JSON object a line, gzipped or not."""
    return macro_scores(list(_published_pairs(path)))


def _published_pairs(path: pathlib.Path) -> Iterator[tuple[list[Said], list[Said]]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            plain = json.loads(line)
            tokens = [(t["charBegin"], t["charEnd"]) for t in plain["tokens"]]
            read = [_on_tokens(q, tokens) for q in read_quotations(plain["originalText"])]
            yield read, [said_from_json(a) for a in plain["annotations"]]


def _on_tokens(quotation: Quotation, tokens: list[tuple[int, int]]) -> Said:
    """Return the quotation as positions of the corpus's tokens."""

    def covered(spans: Iterable[tuple[int, int]]) -> Positions:
        return frozenset(i for a, b in spans for i, (c, d) in enumerate(tokens) if c < b and d > a)

    return _said(quotation, covered)


def _said(quotation: Quotation, covered: Callable[[Iterable[tuple[int, int]]], Positions]) -> Said:
    voices = {"speaker": quotation.speaker, "addressee": quotation.addressee}
    roles = {name: covered([(v.start, v.end)] if v else []) for name, v in voices.items()}
    roles["cue"] = covered((s.start, s.end) for s in quotation.cue)
    roles["frame"] = covered((s.start, s.end) for s in quotation.frame)
    quote = covered((s.start, s.end) for s in quotation.spans)
    speaker = quotation.speaker.text if quotation.speaker else None
    return Said(quotation.type, quote, roles, speaker, quotation.nested)


# --- our own layer --------------------------------------------------------------------------------


def layer_files(corpus: pathlib.Path, part: str) -> list[tuple[pathlib.Path, pathlib.Path]]:
    """Return (text, quotations) of a part of the corpus: train, dev, written (wa to wd) or we."""
    if part in {"written", "we"}:
        folder = corpus / "written"
        names = sorted(p.stem for p in (folder / "quotations").glob("*.yaml"))
        names = [n for n in names if n.startswith("we") == (part == "we")]
    else:
        folder = corpus
        lists = ["dev.txt"] if part == "dev" else ["train.txt", "quotations-only.txt"]
        names = [n for file in lists for n in (corpus / file).read_text("utf-8").split()]
    pairs = [(folder / "texts" / f"{n}.txt", folder / "quotations" / f"{n}.yaml") for n in names]
    return [(text, layer) for text, layer in pairs if layer.exists()]


def layer_said(text: str, layer: pathlib.Path) -> list[Said]:
    """Return the gold quotations of one article; each string is looked for from the last one on."""
    found: list[Said] = []
    cursor = 0
    for plain in (yaml.safe_load(layer.read_text("utf-8")) or {}).get("quotations") or []:
        spans = [_locate(text, part, cursor) for part in plain["text"]]
        start = spans[0][0]
        cursor = cursor if plain.get("nested") else start
        roles = {
            role: _characters(_nearest(text, part, start) for part in _as_list(plain.get(role)))
            for role in ROLES
        }
        found.append(
            Said(plain["type"], _characters(spans), roles, plain.get("speaker"), bool(plain.get("nested")))
        )
    return found


def _as_list(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)] if value else []


def _places(text: str, part: str) -> list[tuple[int, int]]:
    pattern = r"\s+".join(map(re.escape, part.split()))
    return [m.span() for m in re.finditer(pattern, text)]


def _locate(text: str, part: str, cursor: int) -> tuple[int, int]:
    places = _places(text, part)
    return next((p for p in places if p[0] >= cursor), places[-1] if places else (0, 0))


def _nearest(text: str, part: str, start: int) -> tuple[int, int]:
    return min(_places(text, part), key=lambda p: abs(p[0] - start), default=(0, 0))


def _characters(spans: Iterable[tuple[int, int]]) -> Positions:
    return frozenset(i for a, b in spans for i in range(a, b))


def measure_layer(files: Sequence[tuple[pathlib.Path, pathlib.Path]]) -> tuple[str, dict[str, Score]]:
    """Return a table of the types and the published scores over characters."""
    pairs = []
    for text_file, layer in files:
        text = text_file.read_text("utf-8")
        read = [_said(q, _characters) for q in read_quotations(text)]
        pairs.append((read, layer_said(text, layer)))
    return type_table(pairs), macro_scores(pairs)


def type_table(pairs: Sequence[tuple[Sequence[Said], Sequence[Said]]]) -> str:
    """Return precision, recall, F1 and right speakers for each type and for spans of any type."""
    counts: Counter[tuple[str, str]] = Counter()
    for read, gold in pairs:
        for one, other in assign_quotations(read, gold):
            hit = bool(one and other and _half(one, other))
            for said, side in ((one, "read"), (other, "gold")):
                if said is not None:
                    counts[said.type, side] += 1
                    counts["any", side] += 1
            if hit and one and other:
                counts["any", "hit"] += 1
                counts["any", "right"] += _right_speaker(one, other)
                if one.type == other.type:
                    counts[one.type, "hit"] += 1
                    counts[one.type, "right"] += _right_speaker(one, other)
    lines = [f"{'type':22}{'read':>6}{'gold':>6}{'P':>7}{'R':>7}{'F1':>7}{'speaker':>9}"]
    for kind in (*TYPES, "any"):
        found, read_n, gold_n = (counts[kind, side] for side in ("hit", "read", "gold"))
        score = Score(found / max(1, read_n), found / max(1, gold_n))
        right = counts[kind, "right"] / max(1, found)
        lines.append(
            f"{kind:22}{read_n:6}{gold_n:6}{score.precision:7.3f}{score.recall:7.3f}{score.f1:7.3f}{right:9.3f}"
        )
    return "\n".join(lines)


def _half(one: Said, other: Said) -> bool:
    return len(one.quote & other.quote) > 0.5 * max(len(one.quote), len(other.quote))


def _right_speaker(read: Said, gold: Said) -> bool:
    if gold.speaker is None or read.speaker is None:
        return gold.speaker is None and read.speaker is None
    return bool(read.roles["speaker"] & gold.roles["speaker"]) or read.speaker in gold.speaker


def score_table(scores: dict[str, Score]) -> str:
    lines = [f"{'':12}{'P':>7}{'R':>7}{'F1':>7}"]
    lines += [
        f"{n:12}{100 * s.precision:7.1f}{100 * s.recall:7.1f}{100 * s.f1:7.1f}" for n, s in scores.items()
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["layer", "published"])
    parser.add_argument("path", type=pathlib.Path)
    parser.add_argument("--part", default="train", choices=["train", "dev", "written", "we"])
    chosen = parser.parse_args()
    if chosen.what == "published":
        print(score_table(measure_quotations_dev(chosen.path)))
        return
    table, scores = measure_layer(layer_files(chosen.path, chosen.part))
    print(table, score_table(scores), sep="\n\n")


if __name__ == "__main__":
    main()
