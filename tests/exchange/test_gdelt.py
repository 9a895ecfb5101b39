"""GDELT: its 61 columns, one line for each pair of an event in the world, CAMEO's codes, and back."""

import msgspec
import pytest

from archive.samples import MEETING, SUMMIT, UNDATED
from depesche.archive.rows import Party
from depesche.archive.store import Archive
from depesche.exchange.facts import Fact
from depesche.exchange.gdelt import COLUMNS, Dyad, find_dyads, make_id, pair_parties, to_stamp
from depesche.language.cameo import describe_code
from exchange.facts import AGAIN, export_text, facts_of, link_samples

NAMES = (
    "GLOBALEVENTID SQLDATE MonthYear Year FractionDate Actor1Code Actor1Name Actor1CountryCode "
    "Actor1KnownGroupCode Actor1EthnicCode Actor1Religion1Code Actor1Religion2Code Actor1Type1Code "
    "Actor1Type2Code Actor1Type3Code Actor2Code Actor2Name Actor2CountryCode Actor2KnownGroupCode "
    "Actor2EthnicCode Actor2Religion1Code Actor2Religion2Code Actor2Type1Code Actor2Type2Code "
    "Actor2Type3Code IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale "
    "NumMentions NumSources NumArticles AvgTone Actor1Geo_Type Actor1Geo_FullName Actor1Geo_CountryCode "
    "Actor1Geo_ADM1Code Actor1Geo_ADM2Code Actor1Geo_Lat Actor1Geo_Long Actor1Geo_FeatureID "
    "Actor2Geo_Type Actor2Geo_FullName Actor2Geo_CountryCode Actor2Geo_ADM1Code Actor2Geo_ADM2Code "
    "Actor2Geo_Lat Actor2Geo_Long Actor2Geo_FeatureID ActionGeo_Type ActionGeo_FullName "
    "ActionGeo_CountryCode ActionGeo_ADM1Code ActionGeo_ADM2Code ActionGeo_Lat ActionGeo_Long "
    "ActionGeo_FeatureID DATEADDED SOURCEURL "
).split()

Line = dict[str, str]


def read_back(text: str) -> list[Line]:
    return [dict(zip(NAMES, line.split("\t"), strict=True)) for line in text.split("\n")[:-1]]


def test_the_columns_are_gdelts() -> None:
    assert list(COLUMNS) == NAMES and len(NAMES) == 61


def test_a_meeting_that_two_reports_tell(filled: Archive) -> None:
    link_samples(filled)
    lines = [x for x in read_back(export_text(filled, "gdelt")) if x["EventRootCode"] == "04"]
    # Of the two reports, the one that stands first in the list tells it; both are counted.
    assert {line["SQLDATE"] for line in lines} == {"20250710"}
    assert {line["NumMentions"] for line in lines} == {"2"}
    assert {line["NumSources"] for line in lines} == {"2"}
    assert {line["NumArticles"] for line in lines} == {"3"}
    first = facts_of(filled)[0].row
    assert len(lines) == len(pair_parties(first.actor, ()))


def test_an_event_as_a_line(filled: Archive) -> None:
    (line,) = [x for x in read_back(export_text(filled, "gdelt")) if x["SOURCEURL"] == MEETING.url]
    number = int(line.pop("GLOBALEVENTID"))
    assert 0 <= number < 2**53
    assert {name: cell for name, cell in line.items() if cell} == {
        "SQLDATE": "20250710",
        "MonthYear": "202507",
        "Year": "2025",
        "FractionDate": "2025.5205",
        "Actor1Code": "USAGOV",
        "Actor1Name": "Marco Rubio",
        "Actor1CountryCode": "USA",
        "Actor1Type1Code": "GOV",
        "Actor2Code": "RUSGOV",
        "Actor2Name": "Sergej Lawrow",
        "Actor2CountryCode": "RUS",
        "Actor2Type1Code": "GOV",
        "IsRootEvent": "1",
        "EventCode": "040",
        "EventBaseCode": "040",
        "EventRootCode": "04",
        "QuadClass": "1",
        "GoldsteinScale": "1.0",
        "NumMentions": "1",
        "NumSources": "1",
        "NumArticles": "1",
        "ActionGeo_Type": "4",
        "ActionGeo_FullName": "Kuala Lumpur, Malaysia",
        "ActionGeo_CountryCode": "MY",
        "ActionGeo_Lat": "3.14",
        "ActionGeo_Long": "101.69",
        "DATEADDED": "20250711000000",
        "SOURCEURL": MEETING.url,
    }


def test_what_cameo_cannot_say_is_left_out(filled: Archive) -> None:
    link_samples(filled)
    lines = read_back(export_text(filled, "gdelt"))
    # A visit to come is an intent; a threat that is only possible and a meeting that was not have no code.
    assert {line["EventCode"] for line in lines} == {"040", "036", "141", "120"}


def test_a_report_without_an_address_or_a_day(filled: Archive) -> None:
    (line,) = [x for x in read_back(export_text(filled, "gdelt")) if x["EventCode"] == "120"]
    assert (line["SOURCEURL"], line["DATEADDED"], line["SQLDATE"]) == (UNDATED.source, "", "")
    (summit,) = [x for x in read_back(export_text(filled, "gdelt")) if x["EventCode"] == "036"]
    assert summit["SOURCEURL"] == f"Alpenblatt, Gipfel in Wien, {SUMMIT.published}"
    assert (summit["DATEADDED"], summit["Actor1Code"]) == ("20250720061500", "IGOEEC")
    assert (summit["ActionGeo_FullName"], summit["ActionGeo_Type"]) == ("Wien", "")


def test_lines_come_back_as_the_same_facts(filled: Archive) -> None:
    link_samples(filled)
    dyads = list(find_dyads(facts_of(filled)))
    lines = read_back(export_text(filled, "gdelt"))
    assert len(lines) == len(dyads) == len({line["GLOBALEVENTID"] for line in lines})
    for line, dyad in zip(lines, dyads, strict=True):
        row = dyad.fact.row
        for number, party in ((1, dyad.actor), (2, dyad.other)):
            assert line[f"Actor{number}Name"] == (party.name if party else "")
            assert line[f"Actor{number}CountryCode"] == ((party.country or "") if party else "")
        assert line["SQLDATE"] == (row.earliest or "").replace("-", "")
        assert msgspec.structs.asdict(describe_code(line["EventCode"])) == msgspec.structs.asdict(dyad.event)
        assert line["ActionGeo_Lat"] == (str(row.location.latitude) if row.location else "")


A, B, C = (Party(name, name, "GPE", name * 3) for name in "ABC")


@pytest.mark.parametrize(
    ("actors", "recipients", "pairs"),
    [
        ((A,), (B,), [(A, B)]),
        ((A, B), (C,), [(A, C), (B, C)]),
        ((A, B, C), (), [(A, B), (A, C), (B, C)]),
        ((A,), (), [(A, None)]),
        ((), (B,), [(None, B)]),
        ((), (), [(None, None)]),
    ],
)
def test_pairs(actors: tuple[Party, ...], recipients: tuple[Party, ...], pairs: list[object]) -> None:
    assert pair_parties(actors, recipients) == pairs


def changed(fact: Fact, *, world: str | None, mentions: int, status: str = "actual") -> Fact:
    telling = msgspec.structs.replace(fact.telling, world=world, mentions=mentions)
    return Fact(msgspec.structs.replace(fact.row, status=status), telling)


def test_an_event_in_the_world_stands_there_once(filled: Archive) -> None:
    fact = facts_of(filled)[0]
    twice = changed(fact, world="e1", mentions=2)
    denied = changed(fact, world="e2", mentions=3, status="negated")
    then = changed(fact, world="e2", mentions=3)
    assert len(list(find_dyads([twice, twice]))) == 1
    # The first mention that CAMEO can say is the one.
    assert [d.fact for d in find_dyads([denied, then, then])] == [then]
    assert len(list(find_dyads([changed(fact, world=None, mentions=1)] * 2))) == 2


def test_ids_tell_pairs_apart_and_stay(filled: Archive) -> None:
    fact = facts_of(filled)[0]
    event = describe_code("040")
    one, other = Dyad(fact, event, A, B), Dyad(fact, event, A, C)
    assert make_id(one) == make_id(Dyad(fact, event, A, B)) != make_id(other)


@pytest.mark.parametrize(
    ("published", "stamp"),
    [
        ("2025-07-11T23:30:00-05:00", "20250712043000"),
        ("2025-07-11T08:15:00", "20250711081500"),
        ("gestern", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_stamps(published: str, stamp: str | None) -> None:
    assert to_stamp(published) == stamp


def test_the_lead_and_the_source(filled: Archive) -> None:
    link_samples(filled)
    facts = {fact.id: fact for fact in facts_of(filled)}
    assert facts[f"{AGAIN.id}:e1"].telling.lead
    assert not facts[f"{AGAIN.id}:e2"].telling.lead
    telling = facts[f"{MEETING.id}:e1"].telling
    assert telling.world == f"e{MEETING.id[:12]}-e1"
    assert set(telling.outlets) == {"Nordpost", "Südpost", "Ostpost"}
    assert facts[f"{AGAIN.id}:e1"].telling.agency == ("dpa",)
