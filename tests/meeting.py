"""A meeting in two texts, for tests of what several reports tell, and an archive that links such reports."""

from __future__ import annotations

from collections.abc import Iterable

from depesche.archive.store import Archive
from depesche.linking import Linker
from depesche.read import read_with_meaning
from depesche.reading import Report

AGENCY = (
    "US-Außenminister Marco Rubio hat am Donnerstag in Genf den russischen Außenminister Sergej Lawrow "
    "getroffen. Die beiden Minister redeten nach Angaben des Außenministeriums in Washington drei Stunden "
    "über den Krieg in der Ukraine. Rubio sagte nach dem Treffen, er sei enttäuscht über den Mangel an "
    "Fortschritten. Lawrow nannte die Unterredung hingegen nützlich und sachlich."
)
OWN = (
    "In Genf haben sich am Donnerstag US-Außenminister Marco Rubio und sein russischer Kollege Sergej Lavrov "
    "getroffen. Lavrov sprach danach von einem nützlichen Gespräch über die Ukraine. Rubio zeigte sich vor "
    "Journalisten enttäuscht."
)


def add_linked(archive: Archive, reports: Iterable[Report]) -> None:
    """Read reports into an archive, and link them."""
    for report in reports:
        archive.write(report, *read_with_meaning(report))
    list(Linker(archive).run())
