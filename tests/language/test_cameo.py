"""CAMEO's codes: every type and mode has one, every code a score; bodies, roles and states have theirs."""

import pytest

from depesche.language.cameo import (
    KnownGroup,
    code_event,
    code_group,
    describe_code,
    load_groups,
    load_roots,
)
from depesche.language.countries import CowNumbers, find_place_kind, load_countries
from depesche.language.lexicon import load_entries
from depesche.language.ontology import EventType, Mode, load_contexts, load_modes, load_sectors, load_types
from depesche.language.organisations import load_organisations
from depesche.language.states import load_states
from depesche.reading import Place

# Where PLOVER and CAMEO put an event into different quadrants.
OTHER_QUAD = {
    "CONCEDE": "yielding in words is verbal in PLOVER, 08 is material",
    "SANCTION/convict": "a verdict is 116, which is verbal",
}
# The roles of CAMEO, by the table that GDELT publishes.
ROLES = set(
    "COP GOV INS JUD MIL OPP REB SEP SPY UAF AGR BUS CRM CVL DEV EDU ELI ENV HLH HRI LAB LEG MED REF MOD RAD "
    "AMN IRC GRP UNO PKO UIS IGO IMG INT MNC NGM NGO SET".split()
)
CODED: list[tuple[str, EventType | Mode]] = [*load_types().items(), *load_modes().items()]


@pytest.mark.parametrize(("name", "entry"), CODED, ids=[name for name, _ in CODED])
def test_every_type_and_mode_has_codes_that_cameo_has(name: str, entry: EventType | Mode) -> None:
    type_ = load_types()[name.partition("/")[0]]
    for code in (entry.cameo, *entry.by_context.values()):
        event = describe_code(code)
        assert (event.base, event.root) == (code[:3], code[:2])
        assert event.base in load_roots()[event.root].codes
        assert -10 <= event.score <= 10
        assert event.quad == type_.quad or {name, type_.id} & set(OTHER_QUAD)
    assert set(entry.by_context) <= set(load_contexts())
    if type_.cameo_future:
        assert describe_code(type_.cameo_future).root == "03"


def test_cameo_is_whole() -> None:
    roots = load_roots()
    assert list(roots) == [f"{number:02}" for number in range(1, 21)]
    assert sum(len(root.codes) for root in roots.values()) == 291
    for root in roots.values():
        assert f"{root.code}0" in root.codes
        assert all(code.startswith(root.code) and len(code) in (3, 4) for code in root.codes)
        assert all(code[:3] in root.codes for code in root.codes)
    assert [roots[code].quad for code in ("05", "06", "08", "09", "13", "14")] == [1, 2, 2, 3, 3, 4]


@pytest.mark.parametrize(
    ("type_", "mode", "context", "status", "code"),
    [
        ("CONSULT", "visit", (), "actual", "042"),
        ("CONSULT", "visit", ("diplomatic",), "historical", "042"),
        ("CONSULT", "visit", (), "future", "036"),
        ("CONSULT", None, (), "actual", "040"),
        ("AID", None, ("diplomatic", "military"), "actual", "072"),
        ("REQUEST", "assist", ("economic",), "actual", "1031"),
        ("ASSAULT", "a mode of tomorrow", (), "actual", "180"),
        ("ASSAULT", "aerial", (), "future", None),
        ("CONSULT", None, (), "negated", None),
        ("CONSULT", None, (), "hypothetical", None),
        ("NEW", None, (), "actual", None),
    ],
)
def test_events(
    type_: str, mode: str | None, context: tuple[str, ...], status: str, code: str | None
) -> None:
    event = code_event(type_, mode, context, status)
    assert (event.code if event else None) == code


@pytest.mark.parametrize("group", load_groups(), ids=lambda group: group.id)
def test_groups(group: KnownGroup) -> None:
    assert code_group(group.yes) == group.code
    assert code_group(group.no) != group.code
    assert set(group.organisations) <= {organisation.id for organisation in load_organisations()}


def test_an_organisation_has_one_code() -> None:
    named = [organisation for group in load_groups() for organisation in group.organisations]
    assert len(named) == len(set(named))


def test_roles() -> None:
    assert {sector.cameo for sector in load_sectors().values() if sector.cameo} <= ROLES


@pytest.mark.parametrize("entry", load_entries("ontology/cow.yaml", CowNumbers), ids=lambda entry: entry.id)
def test_numbers_of_states(entry: CowNumbers) -> None:
    assert entry.yes in entry.numbers and entry.no not in entry.numbers
    assert set(entry.numbers) <= {state.code for state in load_states()}
    numbers = list(entry.numbers.values())
    assert numbers == sorted(numbers)


def test_every_state_has_an_english_name_and_a_number() -> None:
    countries = load_countries()
    for state in load_states():
        assert countries[state.code].name
        # The Vatican is no member of the system of states.
        if state.status == "state" and state.country is None:
            assert countries[state.code].cow is not None or state.code in {"VAT", "PSE"}, state.code
    assert (countries["DEU"].iso2, countries["DEU"].fips, countries["DEU"].cow) == ("DE", "GM", 255)
    assert countries["SUN"].iso2 is None and countries["SUN"].name == "Soviet Union"


@pytest.mark.parametrize(
    ("name", "geonames", "kind"),
    [
        ("Kuala Lumpur", 1735161, "city"),
        ("Deutschland", 2921044, "country"),
        ("Frankreich", None, "country"),
        ("Krim", None, "region"),
        ("Hinterdupfing", None, None),
    ],
)
def test_kinds_of_places(name: str, geonames: int | None, kind: str | None) -> None:
    assert find_place_kind(Place(0, 1, name, name, geonames=geonames)) == kind
