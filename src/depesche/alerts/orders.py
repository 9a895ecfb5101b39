"""What an alert wants: which findings, of whom, of what kind; checked before it is kept."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from depesche.archive.alerts import CHANNELS, Alert, Channel
from depesche.archive.selection import Filters, filters_of, select_rows
from depesche.archive.store import Archive
from depesche.dossiers import Dossiers
from depesche.errors import AlertError, DateError, FetchError, MailError
from depesche.language.ontology import load_types
from depesche.messages import interface_language
from depesche.reading import QuotationType, Status
from depesche.sources.fetching import parse_address
from depesche.sources.mailing import check_address

Kind = Literal["reports", "quotations", "events", "denials", "accounts"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES: tuple[Status, ...] = get_args(Status)

_LONGEST = 200
_LONGEST_TARGET = 2_000


class Order(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is wanted; the filters are those of the archive's lists.

    ``other`` is the second party beside ``actor``. ``speaker`` is, of denials and accounts, whose words they
    are. ``status`` counts for events. ``event`` is a mention of an event in the world (``id:offset``), of
    which accounts, or denials alone, are wanted.
    """

    kind: Kind = "reports"
    words: str = ""
    meaning: bool = False
    actor: str = ""
    other: str = ""
    type: str = ""
    start: str = ""
    end: str = ""
    speaker: str = ""
    text: str = ""
    outlet: str = ""
    place: str = ""
    status: tuple[Status, ...] = ()
    event: str = ""

    def to_filters(self) -> Filters:
        """Return the filters as the archive takes them."""
        return filters_of(msgspec.structs.asdict(self))

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Which events count: what happened, unless something else is wanted."""
        return self.status or ("actual",)

    def describe(self) -> str:
        """Return what is wanted in one line, in the words of the command line's options.

        >>> Order(kind="events", actor="USA", other="RUS", type="CONSULT").describe()
        'events: USA, RUS, CONSULT'
        """
        told = msgspec.to_builtins(self)
        values = (told[name] for name in self.__struct_fields__ if name in told and name != "kind")
        plain = (
            "meaning" if value is True else ", ".join(value) if isinstance(value, list) else str(value)
            for value in values
        )
        return f"{self.kind}: " + ", ".join(plain) if len(told) > ("kind" in told) else self.kind


def read_order(alert: Alert) -> Order:
    """Return the order of an alert."""
    return msgspec.convert({"kind": alert.kind, **msgspec.json.decode(alert.query)}, Order)


def order_of_search(query: Mapping[str, str]) -> Order:
    """Return a search of the desk, given as the parts of its address, as an order. Raises AlertError."""
    names = {"q": "words", "from": "start", "to": "end"}
    fields = {names.get(name, name): value for name, value in query.items() if name != "sort"}
    told: dict[str, object] = {**fields, "meaning": fields.get("meaning") == "1"}
    try:
        return msgspec.convert(told, Order)
    except msgspec.ValidationError as fault:
        raise AlertError(f"This search cannot be an alert: {fault}.") from fault


def check_order(archive: Archive, order: Order) -> Order:
    """Return an order as it is kept. Raises AlertError, DateError, MissingError for what cannot be wanted."""
    told = msgspec.to_builtins(order)
    for name, value in told.items():
        if isinstance(value, str) and (len(value) > _LONGEST or not value.isprintable()):
            raise AlertError(f"{name} must be up to {_LONGEST} printable characters.")
    order = msgspec.structs.replace(order, type=_check_type(order))
    try:
        select_rows(order.to_filters())
    except DateError as fault:
        raise AlertError(str(fault)) from fault
    if order.event and order.kind not in ("denials", "accounts"):
        raise AlertError("Only denials and accounts are of one event.")
    if order.kind == "accounts" and not order.event:
        raise AlertError("Accounts are of one event: say which.")
    if order.kind in ("denials", "accounts") and (order.words or order.text or order.meaning):
        raise AlertError("Denials and accounts are told by event and party, not by words.")
    if order.status and order.kind != "events":
        raise AlertError("Only events have a status.")
    if order.kind != "denials" and set(told) <= {"kind", "meaning", "status"}:
        raise AlertError("An alert needs words or filters: this one would tell of everything.")
    return msgspec.structs.replace(order, event=_anchor(archive, order.event)) if order.event else order


def _check_type(order: Order) -> str:
    """Return the wanted type as it is written. Raises AlertError if there is none such."""
    known = get_args(QuotationType) if order.kind == "quotations" else tuple(load_types())
    found = next((name for name in known if name.lower() == order.type.lower()), "")
    if order.type and not found:
        raise AlertError(f"{order.type!r} is no type of {order.kind}: {', '.join(known)}.")
    return found


def _anchor(archive: Archive, named: str) -> str:
    """Return an event in the world as ``id:offset`` of its first mention, which outlasts readings."""
    first = Dossiers(archive).event(named).mentions[0]
    event = next(e for e in archive.reading(first.report).events if e.id == first.event)
    return f"{first.report}:{event.start}"


def add_alert(
    archive: Archive,
    name: str,
    order: Order,
    *,
    channel: Channel = "feed",
    target: str | None = None,
    language: str | None = None,
) -> Alert:
    """Keep an alert, and return it; that of a webhook has the secret by which its deliveries are signed.

    Raises AlertError, and what ``check_order`` raises.
    """
    checked = check_order(archive, order)
    if channel not in CHANNELS:
        raise AlertError(f"An alert is delivered as one of: {', '.join(CHANNELS)}.")
    query = {name: value for name, value in msgspec.to_builtins(checked).items() if name != "kind"}
    with archive.alerting() as alerts:
        return alerts.add(
            name,
            kind=checked.kind,
            query=msgspec.json.encode(query).decode(),
            channel=channel,
            target=_check_target(channel, target),
            secret=secrets.token_hex(32) if channel == "webhook" else None,
            language=language if language in ("de", "en") else interface_language(),
        )


def _check_target(channel: Channel, target: str | None) -> str | None:
    """Return where deliveries go, as it is kept. Raises AlertError."""
    if channel == "feed":
        if target:
            raise AlertError("A feed is asked for, and has no target.")
        return None
    wanted = (target or "").strip()
    if not wanted or len(wanted) > _LONGEST_TARGET:
        raise AlertError("Say where the alert is to be delivered: the address of a webhook or a mailbox.")
    try:
        return str(parse_address(wanted)) if channel == "webhook" else check_address(wanted)
    except (FetchError, MailError) as fault:
        raise AlertError(f"{wanted[:_LONGEST]!r} cannot be delivered to: {fault}.") from fault
