"""What linking keeps for those who ask: readings in one piece, outlines of stories, who is found under a key.

Nothing here is told that the other tables do not tell. It may be missing, where nobody has linked since, and
an outline may be out of date: it is good if its digest is that of its story (``fingerprint_stories``). Until
the story is told anew, which takes seconds where it has hundreds of reports, one out of date stays.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.asking import delete_rows, find_rows, insert_rows
from depesche.archive.judgements import list_judgements
from depesche.archive.marks import drop_outlines, forget_outlines
from depesche.archive.overview import fingerprint_stories
from depesche.archive.parts import cut, join
from depesche.archive.portions import portions
from depesche.judgement import judged_reports
from depesche.reading import Reading

# What is kept is taken out far more often than it is written, and that is as fast at any level.
_LEVEL = 9
# So far back zlib looks, with some room that it keeps for itself.
_WINDOW = 2**zlib.MAX_WBITS - 262

T = TypeVar("T", bound=msgspec.Struct)


class Face(NamedTuple):
    """An actor of a report under a key; ``told`` is the country that its words tell, ``named``: by a name."""

    key: str
    actor: str
    told: str | None
    named: bool
    mentions: int


class Pack(NamedTuple):
    """What is kept of one reading: itself, its faces, and pairs of a quotation's number and a matter."""

    reading: Reading
    faces: tuple[Face, ...]
    matters: tuple[tuple[int, str], ...]


class Outline(NamedTuple):
    """What is kept of a story: packed structs, and the numbers of its reports.

    ``deeds`` are rows of ``reports``, event and the two states.
    """

    story: int
    digest: str
    content: bytes
    actors: bytes
    reports: tuple[int, ...]
    deeds: tuple[tuple[int, str, str, str], ...]


def pack(content: msgspec.Struct, text: str = "") -> bytes:
    """Return a struct as bytes; words that it has in common with a text take no room."""
    words = _words(text)
    packer = zlib.compressobj(_LEVEL, zdict=words) if words else zlib.compressobj(_LEVEL)
    return packer.compress(msgspec.msgpack.encode(content)) + packer.flush()


def unpack(packed: bytes, kind: type[T], text: str = "") -> T | None:
    """Return the struct of which ``pack`` made these bytes, None if another version of Depesche did."""
    words = _words(text)
    unpacker = zlib.decompressobj(zdict=words) if words else zlib.decompressobj()
    try:
        content = unpacker.decompress(packed)
        return msgspec.msgpack.decode(content, type=kind) if unpacker.eof else None
    except (msgspec.DecodeError, zlib.error, UnicodeDecodeError):
        return None


def _words(text: str) -> bytes:
    # As far back as zlib looks.
    return text.encode("utf-8", "surrogatepass")[-_WINDOW:]


def load_packs(connection: Connection, reports: Iterable[int]) -> dict[int, Reading]:
    """Return the readings of these reports, of those that are there in one piece."""
    table, told, found = tables.packs.c, tables.reports.c, {}
    asked, order = (table.report, table.content), (table.report, table.part)
    for some in portions(reports):
        texts = dict(map(tuple, find_rows(connection, (told.number, told.text), told.number, some)))
        rows = find_rows(connection, asked, table.report, some, order)
        read = ((number, unpack(content, Reading, texts[number])) for number, content in join(rows))
        found.update({number: reading for number, reading in read if reading is not None})
    return found


class Kept:
    """What is kept, read and written in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- readings ---------------------------------------------------------------------------------------

    def write_pack(self, report: int, kept: Pack) -> None:
        """Keep a reading in one piece, in place of what is kept."""
        for table in (tables.packs, tables.faces, tables.quotation_matters, tables.unpacked):
            delete_rows(self._connection, table.c.report, [report])
        told = tables.reports.c
        ((text,),) = find_rows(self._connection, (told.text,), told.number, [report])
        self.write_first_pack(report, kept, text)

    def write_first_pack(self, report: int, kept: Pack, text: str) -> None:
        """Keep a reading of a text in one piece, where nothing is kept."""
        try:
            content = pack(kept.reading, text)
        except UnicodeEncodeError:
            # Half a character, which reports from the web hold: its findings stand in their tables only.
            content = b""
        parts = ({"report": report, "part": n, "content": part} for n, part in enumerate(cut(content)))
        insert_rows(self._connection, tables.packs, parts)
        faces = ({"report": report, **face._asdict()} for face in kept.faces)
        insert_rows(self._connection, tables.faces, faces)
        named = ({"report": report, "quotation": n, "matter": matter} for n, matter in kept.matters)
        insert_rows(self._connection, tables.quotation_matters, named)

    def find_unpacked(self, most: int) -> list[int]:
        """Return the first reports that were read and of whose reading nothing is kept, up to ``most``."""
        column = tables.unpacked.c.report
        query = sa.select(column).order_by(column).limit(most)
        return list(self._connection.execute(query).scalars())

    def find_unpacked_of(self, reports: Iterable[int]) -> set[int]:
        """Return those of some reports of whose reading nothing is kept."""
        column = tables.unpacked.c.report
        return {report for (report,) in find_rows(self._connection, (column,), column, reports)}

    def count_missing(self) -> int:
        """Return of how many readings and settled stories nothing is kept."""
        counts = (sa.select(sa.func.count()).select_from(t) for t in (tables.unpacked, tables.unoutlined))
        return sum(self._connection.execute(query).scalar_one() for query in counts)

    # --- stories ----------------------------------------------------------------------------------------

    def fingerprints(self, stories: Iterable[int]) -> dict[int, str]:
        """Return a digest of what each story is made of (see overview.py)."""
        made = list_judgements(self._connection)
        judged: dict[str, list[int]] = {}
        for one in made:
            for report in judged_reports(one, made):
                judged.setdefault(report, []).append(one.number)
        return fingerprint_stories(self._connection, stories, judged)

    def write_outlines(self, kept: Iterable[Outline]) -> None:
        """Keep what is told of stories, in place of what is kept."""
        told = list(kept)
        self.write_last_outlines(told)
        delete_rows(self._connection, tables.unoutlined.c.story, [one.story for one in told])
        reports = [report for one in told for report in one.reports]
        delete_rows(self._connection, tables.deeds.c.report, reports)
        names = ("report", "event", "one", "other")
        deeds = (dict(zip(names, deed, strict=True)) for one in told for deed in one.deeds)
        insert_rows(self._connection, tables.deeds, deeds)

    def write_last_outlines(self, kept: Iterable[Outline]) -> None:
        """Keep what was told of stories that have changed since: they are still to be told anew."""
        told = list(kept)
        delete_rows(self._connection, tables.outlines.c.story, [one.story for one in told])
        names = ("story", "digest", "content", "actors")
        rows = ({name: getattr(one, name) for name in names} for one in told)
        insert_rows(self._connection, tables.outlines, rows)

    def forget_outlines(self, stories: Iterable[int]) -> None:
        """Note that stories changed: what is kept of them is out of date."""
        forget_outlines(self._connection, stories)

    def rename_outlines(self, stories: Iterable[int], name: int) -> None:
        """Note that stories are one now: what was told last of the largest of them was told of that one."""
        table, known = tables.outlines, dict[int, int]()
        for some in portions({*stories, name}):
            query = sa.select(table.c.story, sa.func.length(table.c.content)).where(table.c.story.in_(some))
            known.update((story, size) for story, size in self._connection.execute(query))
        if not known:
            return
        largest = max(known, key=lambda story: (known[story], -story))
        delete_rows(self._connection, table.c.story, known.keys() - {largest})
        self._connection.execute(sa.update(table).where(table.c.story == largest).values(story=name))

    def drop_outlines(self, stories: Iterable[int]) -> None:
        """Remove what is told of stories that are gone: nobody need tell them anew."""
        drop_outlines(self._connection, stories)

    def find_outlines(self, digests: Mapping[int, str], kind: type[T]) -> dict[int, T]:
        """Return what is told of stories, of those of which what is kept has the digest."""
        return self._find(tables.outlines.c.content, kind, digests)

    def find_last_outlines(self, stories: Iterable[int], kind: type[T]) -> dict[int, T]:
        """Return what was told last of stories, though they may have changed since."""
        return self._find(tables.outlines.c.content, kind, dict.fromkeys(stories))

    def find_actors(self, digests: Mapping[int, str], kind: type[T]) -> dict[int, T]:
        """Return who is who in stories, of those of which what is kept has the digest."""
        return self._find(tables.outlines.c.actors, kind, digests)

    def find_last_actors(self, stories: Iterable[int], kind: type[T]) -> dict[int, T]:
        """Return who was who in stories when they were told last, though they may have changed since."""
        return self._find(tables.outlines.c.actors, kind, dict.fromkeys(stories))

    def _find(
        self, column: sa.ColumnElement[bytes], kind: type[T], digests: Mapping[int, str | None]
    ) -> dict[int, T]:
        table, found = tables.outlines.c, {}
        for some in portions(digests):
            query = sa.select(table.story, table.digest, column).where(table.story.in_(some))
            for story, digest, content in self._connection.execute(query):
                made = unpack(content, kind) if digests[story] in (None, digest) else None
                if made is not None:
                    found[story] = made
        return found

    def find_unoutlined(self, most: int, behind: int = 0) -> list[int]:
        """Return the first settled stories behind a number of which nothing is kept, up to ``most``."""
        column = tables.unoutlined.c.story
        query = sa.select(column).where(column > behind).order_by(column).limit(most)
        return list(self._connection.execute(query).scalars())

    def find_told_before(self, stories: Iterable[int]) -> set[int]:
        """Return those of some stories of which something is kept, out of date or not."""
        column = tables.outlines.c.story
        return {story for (story,) in find_rows(self._connection, (column,), column, stories)}

    def find_untold(self, one: str, other: str, key: str) -> dict[int, int]:
        """Return the stories on two states of which nothing is kept that is good, with how many reports.

        They have a report under the key of the two, or had an event between them when they were told last.
        Of those of which events are yet to be compared, what is kept is not good.
        """
        told, untold, deed = tables.stories.c, tables.unoutlined.c, tables.deeds.c
        unsettled = sa.select(told.story).where(told.part.is_(None))
        pairs = (sa.and_(deed.one == a, deed.other == b) for a, b in ((one, other), (other, one)))
        on_them = (
            sa.select(tables.link_keys.c.report).where(tables.link_keys.c.key == key),
            sa.select(deed.report).where(sa.or_(*pairs)),
        )
        mine = tables.stories.alias().c
        query = (
            sa.select(told.story, sa.func.count())
            .where(
                sa.or_(told.story.in_(sa.select(untold.story)), told.story.in_(unsettled)),
                told.story.in_(sa.select(mine.story).where(sa.or_(*(mine.report.in_(r) for r in on_them)))),
            )
            .group_by(told.story)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def count_under(self, key: str) -> int:
        """Return how many reports there are under a key."""
        query = sa.select(sa.func.count()).where(tables.link_keys.c.key == key)
        return self._connection.execute(query).scalar_one()
