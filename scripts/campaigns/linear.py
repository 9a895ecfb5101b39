"""Looks for texts that take Depesche longer than their length allows.

    .venv/bin/python scripts/campaigns/linear.py [--cases 300] [--seed 1] [--minutes 60] [--large 80000]

Each regular expression of the package is tried on texts that are built against it (linear_patterns.py); each
step of reading, and what else goes over whole texts, on texts of one thing repeated, small and four times as
large. What is repeated are marks and words that rules begin with (PIECES), and examples of the word lists,
drawn by seed. Four times the text may take four times the time, and some for noise; time is that of the
processor. Prints what takes longer; the exit status is 1 if anything does.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).parent))
import linear_patterns

from depesche.archive.context import sentence_around
from depesche.archive.terms import cut_snippet, find_marks, parse_query
from depesche.desk.marking import cut_paragraphs, list_stretches
from depesche.errors import DepescheError
from depesche.find.actors import find_actors
from depesche.find.actors.inner import add_inner_mentions
from depesche.find.actors.outer import widen_mentions
from depesche.find.credits import find_credits
from depesche.find.events import Findings, find_events
from depesche.find.places import find_places
from depesche.find.quotations import find_quotations
from depesche.find.references import find_references
from depesche.find.relations import find_relations
from depesche.find.times import find_times
from depesche.language.detection import detect_language
from depesche.language.document import analyse_report
from depesche.language.lexicon import data_root, list_names
from depesche.link.copies import compare, fingerprints
from depesche.link.matters import matters_of
from depesche.link.mentions import sentences_of
from depesche.link.records import Record
from depesche.link.versions import find_changes
from depesche.reading import Reading, Report
from depesche.sources.encodings import decode_text
from depesche.sources.markup import markup_text
from depesche.stems import stem_text

# Four times the text may take so many times the time. A square would take sixteen times as much.
GROWTH = 7.0
# What takes no longer than this, in seconds, is measured too badly; of longer texts, for each character.
NOISE, NOISE_OF_EACH = 0.08, 1e-6

# Marks and words that rules begin with, brackets and quotations that never end, lists that never end.
PIECES: dict[str, str] = {
    "no full stop": "Der Minister der Ukraine traf am Freitag den Präsidenten und sagte dass ",
    "full stops": ". ",
    "sentences": "Rubio traf Lawrow am Freitag in Genf. ",
    "short sentences": "Er kam. ",
    "opening marks": "„",
    "pairs of marks": "„a“ ",
    "straight marks": '"a ',
    "nested marks": "„a ‚b ",
    "quotations": "„Ja“, sagte er, ",
    "announced": "Er sagte: „",
    "brackets": "(((()))) ",
    "open brackets": "([{",
    "credits": "(dpa) ",
    "datelines": "Genf (dpa/afp) - ",
    "agencies": "dpa/afp/rtr ",
    "one name": "Trump ",
    "full names": "Marco Rubio ",
    "offices": "US-Außenminister Marco Rubio, ",
    "ministers": "der Minister ",
    "titles": "Prof. Dr. Dr. ",
    "genitives": "des Präsidenten der ",
    "list of states": "Russland und ",
    "states": "Ukraine Russland ",
    "adjectives": "russische ",
    "abbreviations": "z.B. ",
    "acronyms": "(EUX) ",
    "bodies": "die Kommission der EU ",
    "hyphens": "US-",
    "one word": "A",
    "small word": "a ",
    "long words": "Donaudampfschifffahrtsgesellschaft",
    "combining": "a\u0308",
    "spaces": " ",
    "lines": "\n",
    "paragraphs": "Er kam.\n\n",
    "zero width": "\u200b",
    "turned": "\u202eRubio\u202c ",
    "dates": "am 3. und 4. März bis 5. Mai vom ",
    "weekdays": "am Freitag ",
    "years": "2019 2020 ",
    "relative days": "am Vortag zuvor danach ",
    "numbers": "1.1.1. ",
    "digits": "1",
    "counts": "zwei Millionen ",
    "clocks": "um 10:30 Uhr bis ",
    "places": "in Genf, ",
    "reported": "Er sei, ",
    "infinitives": "zu gehen, um zu ",
    "sources": "laut Angaben von ",
    "own word": "nach eigenen Angaben griff Russland an, ",
    "somebody's": "seinem Büro zufolge in der Ukraine ",
    "officials": "Behördenangaben zufolge ",
    "pointers": "Das teilte Minister Meier mit. ",
    "texts": "ein Brief, in dem es heißt, ",
    "references": "meldete dpa unter Berufung auf ",
    "since": "seit dem Angriff am ",
    "relative clauses": "der, die, das, ",
    "verbs": "traf sprach sagte ",
    "pronouns": "er sie ihn ",
    "both sides": "beide Seiten ",
    "commas": ", ",
    "colons": "a: ",
    "dashes": " – ",
    "ellipses": "...",
    "statements": "Die Beziehungen zwischen Russland und China seien eng, ",
    "meetings": "Rubio und Lawrow trafen sich, ",
    "capitals": "MOSKAU ",
    "markup": "<p>",
    "entities": "&amp;",
    "open tags": "<a <",
}


def read_steps(text: str) -> dict[str, float]:
    """Return how many seconds of the processor each step takes with a text."""
    spent: dict[str, float] = {}

    def step(name: str, work: Callable[[], Any]) -> Any:
        # To look through what other texts left for what can go is no part of it.
        gc.collect()
        gc.freeze()
        begun = time.process_time()
        try:
            return work()
        finally:
            spent[name] = time.process_time() - begun
            gc.unfreeze()

    report = Report(text=text, published="2025-07-11")
    document = step("analyse_report", lambda: analyse_report(report))
    step("detect_language", lambda: detect_language(document.tokens))
    step("find_credits", lambda: find_credits(document))
    places = step("find_places", lambda: find_places(document))
    actors = step("find_actors", lambda: find_actors(document, places))
    wide = step("widen_mentions", lambda: widen_mentions(document, actors))
    step("add_inner_mentions", lambda: add_inner_mentions(wide))
    references = step("find_references", lambda: find_references(document, actors))
    times = step("find_times", lambda: find_times(document))
    quotations = step("find_quotations", lambda: find_quotations(document, actors, references))
    findings = Findings(
        actors=actors, references=references, times=times, places=places, quotations=quotations
    )
    events = step("find_events", lambda: find_events(document, findings))
    relations = step("find_relations", lambda: find_relations(document, findings))
    reading = Reading(
        id=report.id, title=None, published=report.day, source=None, language="de", reader="none",
        actors=add_inner_mentions(wide), places=places, times=times, quotations=quotations, events=events,
        relations=relations,
    )  # fmt: skip
    step("to_dict", reading.to_dict)
    # Another text of the same kind, which linking compares with it.
    other = msgspec.structs.replace(report, text=text[len(text) // 50 :] + " Ende")
    one, two = Record(report, reading), Record(other, msgspec.structs.replace(reading, id="b"))
    step("fingerprints", lambda: fingerprints(one))
    step("compare", lambda: compare(one, two))
    step("find_changes", lambda: find_changes(one, two))
    step("sentences_of", lambda: sentences_of(one))
    step("matters_of", lambda: matters_of(text))
    # What a reader sees and asks for.
    query = parse_query('Rubio "am Freitag" Er* -nicht')
    marks = step("find_marks", lambda: find_marks(text, query))
    step("cut_snippet", lambda: cut_snippet(text, marks))
    step("stem_text", lambda: stem_text(text))
    step("parse_query", lambda: parse_query(text))
    step("cut_paragraphs", lambda: cut_paragraphs(text, list_stretches(reading)))
    step("sentence_around", lambda: sentence_around(text, len(text) // 2, len(text) // 2 + 1))
    # What comes in.
    raw = text.encode()
    step("decode_text", lambda: _quietly(lambda: decode_text(raw)))
    step("markup_text", lambda: _quietly(lambda: markup_text(text)))
    return spent


def _quietly(work: Callable[[], Any]) -> None:
    with contextlib.suppress(DepescheError):
        work()


def examine(piece: str, large: int) -> list[str]:
    """Return the steps that take too long with a piece repeated, with their seconds, in words."""
    if not (found := _grown(piece, large)):
        return []
    # Other processes may have come between: what is so again is so. Texts that were seen are remembered.
    again = _grown(piece, large + 4)
    return [f"{name}: {again[name]}" for name in found if name in again]


def _grown(piece: str, large: int) -> dict[str, str]:
    small_steps, large_steps = (
        read_steps((piece * (size // len(piece) + 1))[:size]) for size in (large // 4, large)
    )
    return {
        name: f"{small_steps[name]:.2f} s, then {seconds:.2f} s"
        for name, seconds in large_steps.items()
        if seconds > GROWTH * small_steps[name] + max(NOISE, NOISE_OF_EACH * large)
    }


def list_examples() -> list[str]:
    """Return the examples of the word lists as pieces: without their full stop, and one word of each."""
    pieces: set[str] = set()
    for name in list_names():
        text = (data_root() / name).read_text("utf-8")
        for line in re.findall(r"""(?m)\byes: *["']?(.+?)["']?,?\}?$""", text):
            bare = line.rstrip(".!?")
            pieces |= {f"{bare} ", f"{bare}, ", f"{max(bare.split(), key=len, default=bare)} "}
    return sorted(piece for piece in pieces if piece.strip())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=300, help="examples of the word lists")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--large", type=int, default=80_000, help="characters")
    options = parser.parse_args()
    until = time.monotonic() + 60 * options.minutes
    slow: list[str] = []
    expressions = linear_patterns.list_expressions()
    for expression in expressions:
        slow += [f"{expression.name}: {what}" for what in linear_patterns.try_expression(expression)]
    print(
        f"seed {options.seed}\n{len(expressions)} regular expressions, {len(slow)} slow",
        *slow,
        sep="\n",
        flush=True,
    )
    # Once for what is loaded and cached.
    read_steps("Rubio traf Lawrow in Genf. " * 40)
    drawn = list_examples()
    random.Random(options.seed).shuffle(drawn)
    tried = 0
    for piece in (*PIECES.values(), *drawn[: options.cases]):
        if time.monotonic() > until:
            break
        tried += 1
        for what in examine(piece, options.large):
            slow.append(what)
            print(f"{piece!r} repeated: {what}", flush=True)
    print(
        f"{tried} pieces of {options.large // 4:,} and {options.large:,} characters; {len(slow)} slow in all"
    )
    sys.exit(bool(slow))


if __name__ == "__main__":
    main()
