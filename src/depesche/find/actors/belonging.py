"""Tells of which state, sector or person a noun for an actor is, by the words around it."""

from __future__ import annotations

from depesche.find.actors.phrases import After, Before
from depesche.find.actors.scan import Scan
from depesche.language.offices import NounForm
from depesche.language.organisations import organisation_names
from depesche.language.states import country_of_compound, state_names


def known_modifier(scan: Scan, form: NounForm) -> bool:
    return bool(form.modifier) and any(_country_of_modifier(scan, form.modifier))


def country_of_noun(scan: Scan, form: NounForm, before: Before, after: After) -> tuple[str | None, bool]:
    """Return the state that the noun's own words give, and whether they say that it has none."""
    noun = form.noun
    if noun.country:
        return noun.country, False
    if len(before.countries) == 1:
        return before.countries[0], False
    if len(before.countries) > 1:
        return None, True
    if form.modifier:
        country, nowhere = _country_of_modifier(scan, form.modifier)
        if country or nowhere:
            return country, nowhere
    if noun.international:
        return None, True
    genitive = country_of_genitive(scan, before)
    if genitive:
        return genitive, False
    if after.country and not (after.place and noun.kind == "person"):
        return after.country, False
    if after.organisation:
        return after.organisation.country, after.organisation.country is None
    return None, False


def _country_of_modifier(scan: Scan, modifier: str) -> tuple[str | None, bool]:
    country = country_of_compound(modifier + "-X")
    if country:
        return country, False
    organisation = organisation_names().meanings(modifier) or organisation_names().meanings(
        modifier.split("-", maxsplit=1)[0]
    )
    if organisation:
        return organisation[0].country, organisation[0].country is None
    return None, False


def country_of_genitive(scan: Scan, before: Before) -> str | None:
    """Return the state whose genitive opens the phrase: ``Großbritanniens Premierminister``."""
    k = before.open
    if k < 0 or not scan.tokens[k].is_capital:
        return None
    found = state_names().meanings(scan.tokens[k].text)
    if found and found[0].kind in ("name", "capital") and scan.tokens[k].text.endswith(("s", "’", "'")):
        return found[0].country
    return None


def owner_of_noun(scan: Scan, form: NounForm, before: Before) -> str | None:
    """Return the name that a government or camp is called by: ``Trump-Regierung``."""
    if form.noun.kind != "body" or ("-" not in scan.tokens[0].text and not form.modifier):
        return None
    part = form.modifier
    return part if part in scan.call_names else None


def sector_of_noun(scan: Scan, form: NounForm, after: After) -> str | None:
    if after.organisation and form.noun.sector in (None, "GOV", "PTY"):
        return after.organisation.sector or form.noun.sector
    if (
        form.modifier
        and (found := organisation_names().meanings(form.modifier))
        and form.noun.kind == "person"
    ):
        return found[0].sector
    return form.noun.sector
