"""What linking knows of reports: their records, and what is compared of them, kept in memory for a while."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from depesche.archive.links import Links
from depesche.archive.rows import Appearance, other_outlets
from depesche.judgement import Judgement
from depesche.language.document import find_sentences
from depesche.language.meanings import unpack_vectors
from depesche.link.corrections import correct_reading
from depesche.link.records import Record
from depesche.link.sketches import Sketch, make_sketch, unpack_sketch
from depesche.reading import Meaning, Reading, Report

# What an archive has of a report that was read.
Loaded = tuple[Report, Reading, tuple[Appearance, ...], Meaning | None]

# The digest of who read a report, and the numbers of what people decided on it.
_Stamp = tuple[str, tuple[int, ...]]

# So many of each stay in memory.
_RECORDS, _SKETCHES = 400, 2_000
# More than any archive has.
_ALL = sys.maxsize


class Recall:
    """The records and sketches of an archive's reports, by number, as ``linker`` (a digest) made them."""

    def __init__(self, linker: str) -> None:
        self._linker = linker
        # Those of a growing story are asked for again and again.
        self._records: OrderedDict[int, tuple[_Stamp, Record]] = OrderedDict()
        self._most = _RECORDS
        self._sketches: OrderedDict[int, tuple[_Stamp, str, Sketch]] = OrderedDict()
        # Judgements, and which of them correct each report, by number.
        self._decided: tuple[tuple[Judgement, ...], dict[int, tuple[int, ...]]] = ((), {})

    @contextmanager
    def forgetting_nothing(self) -> Iterator[None]:
        """Keep all records meanwhile: who asks for the same again gets the same objects, however many.

        A story may have more reports than stay in memory.
        """
        self._most = _ALL
        try:
            yield
        finally:
            self._most = _RECORDS
            self._forget()

    def _forget(self) -> None:
        while len(self._records) > self._most:
            self._records.popitem(last=False)

    def record(self, links: Links, number: int, judgements: tuple[Judgement, ...]) -> Record:
        """Return the record of a report as people corrected it. Raises KeyError if it has not been read."""
        return self.records(links, [number], judgements)[number]

    def records(
        self, links: Links, numbers: Iterable[int], judgements: tuple[Judgement, ...]
    ) -> dict[int, Record]:
        """Return the records of reports as people corrected them, by number, of those that were read."""
        decided = self._find_decided(links, judgements)
        now = {n: (reader, decided.get(n, ())) for n, (reader, _) in links.find_states(numbers).items()}
        known = ((n, self._records[n]) for n in now if n in self._records)
        found = {n: record for n, (stamp, record) in known if stamp == now[n]}
        for number in found:
            self._records.move_to_end(number)
        for number, loaded in links.load_all(now.keys() - found.keys()).items():
            found[number] = self.keep_record(number, loaded, judgements)
        return found

    def keep_record(self, number: int, loaded: Loaded, judgements: tuple[Judgement, ...]) -> Record:
        """Return the record of a report that was loaded, and keep it in memory."""
        record = make_record(loaded, judgements)
        self._records[number] = (_stamp(loaded[1], judgements), record)
        self._records.move_to_end(number)
        self._forget()
        return record

    def keep(self, number: int, sketch: Sketch, reading: Reading, judgements: tuple[Judgement, ...]) -> None:
        """Keep the sketch of a report that is linked in memory, as it is by its reading and by judgements."""
        self._sketches[number] = (_stamp(reading, judgements), self._linker, sketch)
        self._sketches.move_to_end(number)

    def sketches(
        self, links: Links, numbers: Iterable[int], judgements: tuple[Judgement, ...]
    ) -> dict[int, Sketch]:
        """Return the sketches of reports. Raises KeyError if one has not been read."""
        # Others may have read a report anew, decided something about it or linked it since it was kept.
        decided = self._find_decided(links, judgements)
        now = {
            n: ((reader, decided.get(n, ())), by) for n, (reader, by) in links.find_states(numbers).items()
        }
        known = {n: self._sketches[n] for n in now if n in self._sketches}
        found = {n: sketch for n, (*state, sketch) in known.items() if tuple(state) == now[n]}
        written = links.find_sketches(now.keys() - found.keys(), self._linker)
        for number in sorted(now.keys() - found.keys()):
            # Another linker made what is there, or nobody has yet: it will be written when its turn comes.
            packed = written.get(number)
            made = unpack_sketch(packed) if packed else make_sketch(self.record(links, number, judgements))
            found[number] = made
            self._sketches[number] = (*now[number], made)
        while len(self._sketches) > _SKETCHES:
            self._sketches.popitem(last=False)
        return found

    def _find_decided(self, links: Links, judgements: tuple[Judgement, ...]) -> dict[int, tuple[int, ...]]:
        """Return the numbers of the judgements on each report that there are any on."""
        if self._decided[0] != judgements:
            told: dict[str, list[int]] = {}
            for one in judgements:
                if one.subject is not None:
                    told.setdefault(one.subject.report, []).append(one.number)
            numbers = links.find_numbers(told)
            self._decided = (judgements, {numbers[id_]: tuple(told[id_]) for id_ in numbers})
        return self._decided[1]


def _stamp(reading: Reading, judgements: tuple[Judgement, ...]) -> _Stamp:
    return reading.reader, tuple(j.number for j in judgements if _is_on(j, reading.id))


def _is_on(judgement: Judgement, report: str) -> bool:
    """Whether a judgement corrects the reading of a report, and not what others have to do with it."""
    return judgement.subject is not None and judgement.subject.report == report


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
        sentences=meaning.sentences if meaning else find_sentences(report.text),
        vectors=unpack_vectors(meaning) if meaning else (),
    )
