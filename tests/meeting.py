"""Meetings in two texts each, for tests of what several reports tell, and an archive of such reports."""

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
# Two matters that tell of one meeting.
MEETING = (
    "Der lettische Premier Uldis Jansons hat am 4. März 2026 in Accra die ghanaische Handelsministerin "
    "Ama Okonjo getroffen. Sie sprachen über Fangquoten für lettische Trawler vor der Küste von Ghana."
)
BUSES = (
    "Der Stadtrat von Riga hat am Montag beschlossen, hundert Busse zu bestellen. Das Werk in Polen liefert "
    "sie bis zum Herbst, die alten gehen an Schulen auf dem Land. Der Bürgermeister lobte den Vertrag als "
    "günstig; die Fahrer hatten seit Jahren auf Heizungen gewartet. Das Geld kommt vom Staat. Auch "
    "Straßenbahnen soll die Stadt bekommen, aber erst im nächsten Jahr.\n\n"
    "Ministerpräsident Uldis Jansons hatte am 4. März 2026 die ghanaische Handelsministerin Ama Okonjo "
    "getroffen."
)


def add_linked(archive: Archive, reports: Iterable[Report]) -> None:
    """Read reports into an archive, and link them."""
    for report in reports:
        archive.write(report, *read_with_meaning(report))
    list(Linker(archive).run())
