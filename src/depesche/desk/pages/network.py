"""The network: who dealt with whom in a period, as a picture and as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from depesche.archive.happened import Tie
from depesche.archive.rows import EventRow
from depesche.desk.addresses import actor_address, address, relation_address
from depesche.desk.downloads import Download, download_rows, find_format, send
from depesche.desk.filters import clean
from depesche.desk.lines import EventLine
from depesche.desk.paging import Page
from depesche.desk.periods import QUADS, Chosen, list_events, page_events, read_chosen
from depesche.desk.shelf import Shelf
from depesche.desk.visit import Visiting
from depesche.desk.wording import Wording
from depesche.exchange.csv import fields
from depesche.language.ontology import load_types
from depesche.language.states import states_by_code
from depesche.link.actors import has_name
from depesche.reading import Actor

ROUTER = APIRouter()
# So many ties are drawn and stand in the table; a file has all.
_TIES = 60


class Dealing(msgspec.Struct, frozen=True, kw_only=True):
    """Two who dealt with each other: how many events, and how many in each of PLOVER's quadrants.

    A state is its code, a body or a person their name. ``address`` leads to the relation of two states.
    """

    one: str
    other: str
    events: int
    verbal_cooperation: int
    material_cooperation: int
    verbal_conflict: int
    material_conflict: int
    address: str | None


class Ties(msgspec.Struct, frozen=True):
    """All ties of a period, as they are kept."""

    ties: tuple[Tie, ...]


class NetworkView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    chosen: Chosen
    types: tuple[str, ...]
    of: str
    graph: str
    dealings: tuple[Dealing, ...]
    number: int
    parties: int
    pair: tuple[str, str] | None
    events: Page[EventLine] | None


@ROUTER.get("/network")
def show_network(visit: Visiting) -> Response:
    """Show who dealt with whom; the table, or the events of two (``one``, ``other``), as a file."""
    query, shelf = visit.request.query_params, visit.shelf
    chosen, of = read_chosen(shelf, query), clean(query.get("of", ""))
    one, other = clean(query.get("one", "")), clean(query.get("other", ""))
    pair = (one, other) if one and other else None
    dealings = [d for d in find_dealings(shelf, chosen) if not of or of in (d.one, d.other)]
    if form := find_format(query.get("format")):

        def rows() -> Sequence[EventRow]:
            return list_events(shelf, chosen, pair=pair)

        if pair:
            return send(form, download_rows(EventRow, "network-events", rows, rows), shelf.archive)
        columns = fields("one", "other", "events", *QUADS)
        return send(form, Download("network", columns, lambda: dealings, rows), shelf.archive)
    view = NetworkView(
        chosen=chosen,
        types=tuple(load_types()),
        of=of,
        graph=draw_graph(dealings[:_TIES], visit.wording, chosen),
        dealings=tuple(dealings[:_TIES]),
        number=len(dealings),
        parties=len({end for d in dealings for end in (d.one, d.other)}),
        pair=pair,
        events=page_events(shelf, chosen, query.get("after"), pair=pair) if pair else None,
    )
    return visit.render("network.html", view)


def find_dealings(shelf: Shelf, chosen: Chosen) -> tuple[Dealing, ...]:
    """Return who dealt with whom, those of the most events first."""

    def ask() -> Ties:
        with shelf.archive.surveyed() as survey:
            return Ties(tuple(survey.ties(chosen.period)))

    name = f"ties/{chosen.first}/{chosen.last}/{chosen.kind}/{chosen.people}"
    ties = shelf.keep_while_same(name, Ties, ask).ties
    return sum_ties(
        tie for tie in ties if not chosen.people or all(map(_is_name, (tie.actor, tie.recipient)))
    )


def _is_name(name: str) -> bool:
    """Whether a person is called so, and not by an office: ``der amerikanische Präsident``."""
    return has_name(Actor("", name, "PER"))


def sum_ties(ties: Iterable[Tie]) -> tuple[Dealing, ...]:
    """Return the ties of each two together, in whichever direction, those of the most events first."""
    quads = {number: name for name, number in QUADS.items()}
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for tie in ties:
        known = load_types().get(tie.type)
        if known is not None:
            pair = (min(tie.actor, tie.recipient), max(tie.actor, tie.recipient))
            counts = sums.setdefault(pair, dict.fromkeys(QUADS, 0))
            counts[quads[known.quad]] += tie.events
    found = [_dealing(one, other, counts) for (one, other), counts in sums.items()]
    return tuple(sorted(found, key=lambda d: (-d.events, d.one, d.other)))


def _dealing(one: str, other: str, counts: dict[str, int]) -> Dealing:
    known = one in states_by_code() and other in states_by_code()
    return Dealing(
        one=one,
        other=other,
        events=sum(counts.values()),
        address=relation_address(one, other) if known else None,
        **counts,
    )


def draw_graph(dealings: Sequence[Dealing], wording: Wording, chosen: Chosen) -> str:
    """Return nodes and edges as JSON for the picture.

    An edge is of cooperation or of conflict if two thirds of its events are.
    """
    weights: dict[str, int] = {}
    for dealing in dealings:
        for end in (dealing.one, dealing.other):
            weights[end] = weights.get(end, 0) + dealing.events
    nodes = [
        {"id": end, "name": wording.country(end), "weight": weight, "address": actor_address(end)}
        for end, weight in weights.items()
    ]
    here = {"from": chosen.first, "to": chosen.last, "type": chosen.kind or None}
    who = "people" if chosen.people else None
    edges = [
        {
            "source": d.one,
            "target": d.other,
            "weight": d.events,
            "tone": find_tone(d),
            "address": d.address or address("/network", {**here, "who": who, "one": d.one, "other": d.other}),
        }
        for d in dealings
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def find_tone(dealing: Dealing) -> str:
    """Return whether two mostly cooperate, are mostly in conflict, or both."""
    good = dealing.verbal_cooperation + dealing.material_cooperation
    if good * 3 >= dealing.events * 2:
        return "cooperation"
    return "conflict" if good * 3 <= dealing.events else "both"
