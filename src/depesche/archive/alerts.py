"""What the archive keeps of alerts: orders, what they have found, and what is to be delivered.

A report that comes is noted as an arrival in the transaction that writes it. Alerts look at arrivals when
they are linked, and in one transaction the arrivals are taken, what was found is noted, and what is to be
sent is put into the outbox: whatever ends the process before has changed nothing, and after it all is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, get_args

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.portions import portions
from depesche.archive.write import now
from depesche.errors import AlertError, MissingError

Channel = Literal["feed", "webhook", "mail"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)

_LONGEST_NAME = 100
# No archive has more alerts.
MOST_ALERTS = 1_000

arrivals, alerts, matches, deliveries = (
    tables.arrivals,
    tables.alerts,
    tables.alert_matches,
    tables.deliveries,
)


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """A standing order: ``query`` is what is wanted, as JSON, ``target`` where it goes.

    Reports with numbers up to ``since`` were there before it.
    """

    number: int
    name: str
    kind: str
    query: str
    channel: Channel
    target: str | None
    secret: str | None
    language: str
    since: int
    made: str


class Spot(NamedTuple):
    """Words of a report, by its number; both characters are 0 if the whole report is meant."""

    report: int
    start: int = 0
    end: int = 0


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an alert has found: the report, and the ``finding`` as JSON."""

    number: int
    alert: int
    report: str
    made: str
    finding: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be sent, or was. ``id`` is the same in every attempt.

    ``due`` is when the next attempt is to be made; without it, it was ``sent``, or given up.
    """

    number: int
    id: str
    alert: int
    body: str
    made: str
    due: str | None
    attempts: int
    sent: str | None
    fault: str | None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How much an alert has found, what became of its deliveries, and why the last that failed did."""

    found: int = 0
    sent: int = 0
    waiting: int = 0
    failed: int = 0
    fault: str | None = None


class AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    """An alert in a list, without its secret; ``wanted`` is its order in one line."""

    number: int
    name: str
    kind: str
    query: str
    wanted: str
    channel: Channel
    target: str | None
    made: str
    found: int
    sent: int
    waiting: int
    failed: int
    fault: str | None


class Alerts:
    """The alerts of an archive, read and written in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- orders ---------------------------------------------------------------------------------------

    def add(
        self,
        name: str,
        *,
        kind: str,
        query: str,
        channel: Channel,
        target: str | None = None,
        secret: str | None = None,
        language: str = "en",
    ) -> Alert:
        """Keep an order; only reports that come from now on are new to it. Raises AlertError."""
        name = name.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise AlertError(f"An alert needs a name of up to {_LONGEST_NAME} printable characters.")
        known = self.orders()
        if any(one.name == name for one in known):
            raise AlertError(f"There is an alert {name!r}: remove it, or choose another name.")
        if len(known) >= MOST_ALERTS:
            raise AlertError(f"There are {MOST_ALERTS:,} alerts already.")
        last = self._connection.execute(sa.select(sa.func.max(tables.reports.c.number))).scalar()
        row = {
            "name": name,
            "kind": kind,
            "query": query,
            "channel": channel,
            "target": target,
            "secret": secret,
            "language": language,
            "since": last or 0,
            "made": now(),
        }
        key = self._connection.execute(alerts.insert(), row).inserted_primary_key
        assert key is not None
        return self.find(str(key[0]))

    def orders(self) -> tuple[Alert, ...]:
        """Return all alerts in the order in which they were made."""
        rows = self._connection.execute(sa.select(alerts).order_by(alerts.c.number))
        return tuple(Alert(**row._mapping) for row in rows)

    def find(self, named: str) -> Alert:
        """Return the alert with this name or number. Raises MissingError."""
        wanted = named.strip()
        known = self.orders()
        found = [one for one in known if one.name == wanted] or [
            one for one in known if str(one.number) == wanted
        ]
        if not found:
            raise MissingError(f"There is no alert {named!r}.")
        return found[0]

    def find_number(self, number: int) -> Alert:
        """Return the alert with this number. Raises MissingError."""
        found = next((one for one in self.orders() if one.number == number), None)
        if found is None:
            raise MissingError(f"There is no alert {number}.")
        return found

    def remove(self, number: int) -> None:
        """Remove an alert with all that it has found and would still send."""
        self._connection.execute(sa.delete(deliveries).where(deliveries.c.alert == number))
        self._connection.execute(sa.delete(matches).where(matches.c.alert == number))
        self._connection.execute(sa.delete(alerts).where(alerts.c.number == number))

    # --- what came ------------------------------------------------------------------------------------

    def list_arrivals(self, linker: str, most: int) -> list[int]:
        """Return the first reports that came, were linked by this linker and not looked at yet."""
        query = _linked(linker).order_by(arrivals.c.report).limit(most)
        return list(self._connection.execute(query).scalars())

    def take_arrivals(self, numbers: Iterable[int]) -> None:
        """Take reports off the list of those to be looked at."""
        for some in portions(numbers):
            self._connection.execute(sa.delete(arrivals).where(arrivals.c.report.in_(some)))

    def skip_arrivals(self, linker: str) -> None:
        """Take all linked reports off the list, because nobody wants to be told of any."""
        self._connection.execute(sa.delete(arrivals).where(arrivals.c.report.in_(_linked(linker))))

    # --- what was found -------------------------------------------------------------------------------

    def find_known(self, alert: Alert, matter: str, spots: Iterable[Spot]) -> set[Spot]:
        """Return which words are not new: those of reports that were there before, or found already.

        Words that were found may have moved a little since, if the report was read anew.
        """
        wanted = set(spots)
        known = {spot for spot in wanted if spot.report <= alert.since}
        for some in portions({spot.report for spot in wanted - known}):
            query = sa.select(matches.c.report, matches.c.start, matches.c.end).where(
                matches.c.report.in_(some), matches.c.alert == alert.number, matches.c.matter == matter
            )
            for row in self._connection.execute(query):
                seen = Spot(*row)
                known |= {spot for spot in wanted if _overlap(spot, seen)}
        return known

    def note(self, alert: Alert, matter: str, spots: Iterable[Spot], finding: str | None = None) -> None:
        """Note words as found; the first of them have the ``finding``, if it is told to anybody."""
        made = now()
        rows = [
            {
                "alert": alert.number,
                **spot._asdict(),
                "matter": matter,
                "made": made,
                "finding": finding if i == 0 else None,
            }
            for i, spot in enumerate(spots)
        ]
        if rows:
            self._connection.execute(matches.insert(), rows)

    def list_matches(self, alert: int, most: int, before: int | None = None) -> tuple[Match, ...]:
        """Return what an alert has found, the latest first; those with smaller numbers than ``before``."""
        query = (
            sa.select(
                matches.c.number, matches.c.alert, tables.reports.c.id, matches.c.made, matches.c.finding
            )
            .join(tables.reports, tables.reports.c.number == matches.c.report)
            .where(matches.c.alert == alert, matches.c.finding.is_not(None))
            .order_by(matches.c.number.desc())
            .limit(most)
        )
        if before is not None:
            query = query.where(matches.c.number < before)
        return tuple(
            Match(number=row.number, alert=row.alert, report=row.id, made=row.made, finding=row.finding)
            for row in self._connection.execute(query)
        )

    def count(self, alert: int) -> Tally:
        """Return how much an alert has found, and what became of its deliveries."""
        told = sa.select(sa.func.count()).select_from(matches)
        found = self._connection.execute(
            told.where(matches.c.alert == alert, matches.c.finding.is_not(None))
        ).scalar_one()
        mine = sa.select(sa.func.count()).select_from(deliveries).where(deliveries.c.alert == alert)
        ended = deliveries.c.due.is_(None)
        sent, waiting, failed = (
            self._connection.execute(mine.where(condition)).scalar_one()
            for condition in (
                deliveries.c.sent.is_not(None),
                ~ended,
                sa.and_(ended, deliveries.c.sent.is_(None)),
            )
        )
        fault = self._connection.execute(
            sa.select(deliveries.c.fault)
            .where(deliveries.c.alert == alert, deliveries.c.sent.is_(None), deliveries.c.fault.is_not(None))
            .order_by(deliveries.c.number.desc())
            .limit(1)
        ).scalar()
        return Tally(found=found, sent=sent, waiting=waiting, failed=failed, fault=fault)

    # --- what is to be sent -----------------------------------------------------------------------------

    def add_delivery(self, alert: int, id_: str, body: str) -> None:
        """Put something into the outbox; it is due at once."""
        made = now()
        row = {"id": id_, "alert": alert, "body": body, "made": made, "due": made, "attempts": 0}
        self._connection.execute(deliveries.insert(), row)

    def list_due(self, moment: str, most: int, behind: int = 0) -> tuple[Delivery, ...]:
        """Return what is due at a moment, the oldest first, with numbers above ``behind``."""
        query = sa.select(deliveries).where(deliveries.c.due <= moment, deliveries.c.number > behind)
        rows = self._connection.execute(query.order_by(deliveries.c.number).limit(most))
        return tuple(Delivery(**row._mapping) for row in rows)

    def claim(self, delivery: Delivery, due: str) -> bool:
        """Note that an attempt begins, and when the next is due if this one is not heard of again.

        Returns False if somebody else was faster.
        """
        mine = deliveries.c.number == delivery.number
        same = sa.and_(deliveries.c.attempts == delivery.attempts, deliveries.c.due == delivery.due)
        begun = sa.update(deliveries).where(mine, same).values(attempts=delivery.attempts + 1, due=due)
        return self._connection.execute(begun).rowcount == 1

    def mark_sent(self, number: int) -> None:
        """Note that something arrived."""
        told = sa.update(deliveries).where(deliveries.c.number == number)
        self._connection.execute(told.values(sent=now(), due=None, fault=None))

    def mark_failed(self, number: int, fault: str, *, given_up: bool) -> None:
        """Note why an attempt failed; if it is given up, none follows."""
        told = sa.update(deliveries).where(deliveries.c.number == number)
        self._connection.execute(told.values(fault=fault, due=None) if given_up else told.values(fault=fault))

    def retry(self) -> int:
        """Let all that was given up be tried anew, from the first attempt on; return how much it is."""
        lost = sa.and_(deliveries.c.due.is_(None), deliveries.c.sent.is_(None))
        anew = sa.update(deliveries).where(lost).values(due=now(), attempts=0)
        return self._connection.execute(anew).rowcount


def _linked(linker: str) -> sa.Select[Any]:
    """Return the query for arrivals that this linker has linked, with their events."""
    return (
        sa.select(arrivals.c.report)
        .join(tables.linked, tables.linked.c.report == arrivals.c.report)
        .join(tables.stories, tables.stories.c.report == arrivals.c.report)
        .where(tables.linked.c.linker == linker, tables.stories.c.part.is_not(None))
    )


def _overlap(one: Spot, other: Spot) -> bool:
    """Return whether two stretches of one report have characters in common, or are the same.

    >>> _overlap(Spot(1, 0, 9), Spot(1, 8, 20)), _overlap(Spot(1, 0, 9), Spot(1, 9, 20))
    (True, False)
    """
    if one.report != other.report:
        return False
    return one == other or (one.start < other.end and other.start < one.end)
