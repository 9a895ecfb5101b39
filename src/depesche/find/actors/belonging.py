"""Tells of which state, sector or person a noun for an actor is, by the words around it."""

from __future__ import annotations

from depesche.find.actors.offices import without_tenure
from depesche.find.actors.phrases import After, Before
from depesche.find.actors.scan import Scan
from depesche.language.leaders import leader_names
from depesche.language.offices import NounForm
from depesche.language.organisations import organisation_names
from depesche.language.states import country_of_compound, state_names

# Whoever holds these is sent to another state.
POSTED = frozenset({"ambassador", "consul", "envoy"})


def known_modifier(form: NounForm) -> bool:
    """Whether what stands before the head of a compound is a state or an organisation: ``EU-Beamter``."""
    return bool(form.modifier) and any(country_of_modifier(form.modifier))


def country_of_noun(
    scan: Scan,
    form: NounForm,
    before: Before,
    after: After,
    *,
    plural: bool = False,
    at_home: bool = False,
) -> tuple[str | None, bool]:
    """Return the state that the noun's own words give, and whether they say that it has none.

    Several (``plural``) may be of several states: ``russische und ukrainische Politiker``. ``at_home`` says
    that whoever holds such an office is of the state where he is.
    """
    noun = form.noun
    if noun.country:
        return noun.country, False
    if (before.abroad and (plural or not before.countries)) or len(before.joined) > 1:
        return None, True
    if before.countries:
        return (before.countries[0], False) if len(before.countries) == 1 else (None, True)
    country, nowhere = country_of_modifier(form.modifier)
    if country or nowhere or noun.international:
        return country, country is None
    if ahead := country_of_genitive(scan, before) or _country_of_relative(scan, before):
        return ahead, False
    personal = noun.kind == "person" and noun.office is not None and not at_home
    return _country_of_attribute(scan, after, personal=personal, posted=noun.office in POSTED)


def _country_of_relative(scan: Scan, before: Before) -> str | None:
    """Return the state that ``dessen`` or ``deren`` points back to: ``Indonesien, dessen Armee``."""
    k = before.open
    if (
        before.determiner not in {"dessen", "deren"}
        or k < 1
        or scan.tokens[k - 1].text != ","
        or not scan.found
    ):
        return None
    last = scan.found[-1]
    return last.country if last.last == k - 1 and last.kind == "state" else None


def _country_of_attribute(
    scan: Scan, after: After, *, personal: bool, posted: bool
) -> tuple[str | None, bool]:
    """Return the same of what follows; nobody is of where he is, and no ambassador of whence he comes."""
    country = after.country or (None if after.organisation else scan.cities.get(after.last - 1))
    if country and not (after.opener in {"in", "im"} and personal) and not (after.opener == "aus" and posted):
        return country, False
    if after.organisation and not after.organisation.local:
        return after.organisation.country, after.organisation.country is None
    return None, False


def country_of_modifier(modifier: str) -> tuple[str | None, bool]:
    """Return the same of the first part of a compound: ``US``, ``EU``, ``Kreml``."""
    modifier = without_tenure(modifier)
    if not modifier:
        return None, False
    if country := country_of_compound(modifier + "-X"):
        return country, False
    table = organisation_names()
    found = table.meanings(modifier) or table.meanings(modifier.split("-", maxsplit=1)[0])
    return (found[0].country, found[0].country is None) if found else (None, False)


def country_of_genitive(scan: Scan, before: Before) -> str | None:
    """Return the state whose genitive opens the phrase: ``Großbritanniens Premierminister``.

    A city or region may too, and a city's adjective: ``Brandenburgs Regierung``, ``das Hamburger Gericht``.
    """
    k = before.open
    if k < 0 or not scan.tokens[k].is_capital:
        return None
    found = state_names().meanings(scan.tokens[k].text)
    if found and found[0].kind in ("name", "capital") and scan.tokens[k].text.endswith(("s", "’", "'")):
        return found[0].country
    return scan.cities.get(k) if scan.tokens[k].text.endswith(("s", "er", "’", "'")) else None


def owner_of_noun(scan: Scan, form: NounForm) -> str | None:
    """Return the name that a government or camp is called by: ``Trump-Regierung``."""
    if form.noun.kind != "body" or not form.modifier:
        return None
    known = form.modifier in scan.call_names or leader_names().meanings(form.modifier)
    return form.modifier if known else None


def sector_of_noun(form: NounForm, after: After) -> str | None:
    """Return the sector of the noun, or of the organisation that it belongs to."""
    if after.organisation and form.noun.sector in (None, "GOV", "PTY"):
        return after.organisation.sector or form.noun.sector
    if (
        form.modifier
        and (found := organisation_names().meanings(form.modifier))
        and form.noun.kind == "person"
    ):
        return found[0].sector
    return form.noun.sector
