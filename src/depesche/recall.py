"""What linking knows of reports: their records, and what is compared of them, kept in memory for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from depesche.archive.links import Links
from depesche.archive.rows import Appearance, other_outlets
from depesche.judgement import Judgement
from depesche.language.document import analyse_report
from depesche.language.meanings import unpack_vectors
from depesche.link.corrections import correct_reading
from depesche.link.records import Record
from depesche.link.sketches import Sketch, make_sketch, unpack_sketch
from depesche.reading import Meaning, Reading, Report

# What an archive has of a report that was read.
Loaded = tuple[Report, Reading, tuple[Appearance, ...], Meaning | None]

# So many of each stay in memory.
_RECORDS, _SKETCHES = 400, 2_000


class Recall:
    """The records and sketches of an archive's reports, by number, as ``linker`` (a digest) made them."""

    def __init__(self, linker: str) -> None:
        self._linker = linker
        # Those of a growing story are asked for again and again.
        self._records: OrderedDict[int, tuple[str, int, Record]] = OrderedDict()
        self._sketches: OrderedDict[int, Sketch] = OrderedDict()

    def record(self, links: Links, number: int, judgements: tuple[Judgement, ...]) -> Record:
        """Return the record of a report as people corrected it. Raises KeyError if it has not been read."""
        reader, last = links.find_reader(number), max((j.number for j in judgements), default=0)
        known = self._records.get(number)
        if known is not None and known[:2] == (reader, last):
            self._records.move_to_end(number)
            return known[2]
        return self.keep_record(number, links.load(number), judgements)

    def keep_record(self, number: int, loaded: Loaded, judgements: tuple[Judgement, ...]) -> Record:
        """Return the record of a report that was loaded, and keep it in memory."""
        record, last = make_record(loaded, judgements), max((j.number for j in judgements), default=0)
        self._records[number] = (loaded[1].reader, last, record)
        self._records.move_to_end(number)
        if len(self._records) > _RECORDS:
            self._records.popitem(last=False)
        return record

    def keep(self, number: int, sketch: Sketch) -> None:
        """Keep the sketch of a report in memory."""
        self._sketches[number] = sketch
        self._sketches.move_to_end(number)

    def sketches(
        self, links: Links, numbers: Iterable[int], judgements: tuple[Judgement, ...]
    ) -> dict[int, Sketch]:
        """Return the sketches of reports. Raises KeyError if one has not been read."""
        wanted = set(numbers)
        written = links.find_sketches(wanted - self._sketches.keys(), self._linker)
        for number in sorted(wanted - self._sketches.keys()):
            # Another linker made what is there, or nobody has yet: it will be written when its turn comes.
            packed = written.get(number)
            made = unpack_sketch(packed) if packed else make_sketch(self.record(links, number, judgements))
            self._sketches[number] = made
        found = {number: self._sketches[number] for number in wanted}
        while len(self._sketches) > _SKETCHES:
            self._sketches.popitem(last=False)
        return found


def load_record(links: Links, number: int, judgements: tuple[Judgement, ...]) -> Record:
    """Return the record of a report as people corrected it. Raises KeyError if it has not been read."""
    return load_records(links, [number], judgements)[number]


def load_records(
    links: Links, numbers: Iterable[int], judgements: tuple[Judgement, ...]
) -> dict[int, Record]:
    """Return the records of reports as people corrected them, by number, of those that were read."""
    loaded = links.load_all(numbers)
    return {number: make_record(one, judgements) for number, one in loaded.items()}


def make_record(loaded: Loaded, judgements: tuple[Judgement, ...]) -> Record:
    """Return the record of a report that was loaded, as people corrected it."""
    report, reading, appearances, meaning = loaded
    return Record(
        report=report,
        reading=correct_reading(reading, judgements),
        outlets=tuple(o for o in (report.source, *other_outlets(report.source, appearances)) if o),
        sentences=meaning.sentences if meaning else analyse_report(report).sentence_spans,
        vectors=unpack_vectors(meaning) if meaning else (),
    )
