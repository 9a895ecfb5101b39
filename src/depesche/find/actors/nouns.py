"""Reads nouns for those who act (``der russische Außenminister``, ``zwölf Demonstranten``)."""

from __future__ import annotations

import msgspec

from depesche.find.actors.belonging import (
    country_of_genitive,
    country_of_noun,
    known_modifier,
    owner_of_noun,
    sector_of_noun,
)
from depesche.find.actors.candidates import (
    NATIONAL_BODIES,
    NATIONAL_OFFICES,
    Candidate,
    CandidateKind,
    leader_of,
)
from depesche.find.actors.introductions import find_introduced_name
from depesche.find.actors.names import call_names
from depesche.find.actors.offices import end_of_title, office_of_noun, tenure_of_compound
from depesche.find.actors.organisations import add_members, find_members
from depesche.find.actors.phrases import (
    DEFINITE,
    After,
    Before,
    is_definite,
    is_plural,
    is_possessive,
    is_year,
    read_after,
    read_before,
)
from depesche.find.actors.scan import Scan
from depesche.find.actors.tellers import says_at, tellers_of
from depesche.find.quotations.words import phrase_words
from depesche.language.function_words import all_function_words
from depesche.language.leaders import find_leader, leader_names
from depesche.language.offices import NounForm, context_ends, context_words
from depesche.language.organisations import organisation_names
from depesche.language.states import countries_of_adjective, country_of_compound, state_names
from depesche.language.tokens import Sentence
from depesche.language.word_classes import word_ends

_KINDS: dict[str, CandidateKind] = {"person": "person", "body": "body"}


def add_noun(scan: Scan, i: int, last: int, form: NounForm, sentence: Sentence) -> int:
    """Add the noun phrase whose noun stands at ``i``, and introduce the name that comes with it."""
    noun = form.noun
    before = read_before(scan.tokens, i, sentence.first)
    head_end, last = last, end_of_title(scan.tokens, last, sentence.last) if noun.kind == "person" else last
    # Who holds an office is not of where he is; ``Demonstranten in Paris`` are of the place.
    settled = noun.kind != "person" or noun.office is None or _speaks_at_home(form)
    after = read_after(scan, last - 1, sentence.last, places=settled)
    name_at, name_stop, joined = find_introduced_name(scan, form, before, after, last, sentence)
    plural = name_at < 0 and _is_several(scan, form, before, i, sentence)
    if not plural and noun.plural_only:
        return last
    if name_at < 0 and noun.id in ("publics", "bodies_again") and _stands_before_name(scan, form, last):
        return last
    if name_at < 0 and is_possessive(before) and scan.tokens[i].lower in context_words("counterparts"):
        return last  # "seinem Gast": find_references tells who he is
    again = _sectors_again(scan, form, before, after, i) if name_at < 0 else ()
    named = name_at >= 0 or _names_somebody(scan, i, form, before, after, plural=plural)
    if not named and not again:
        return last
    members = find_members(scan, form, before, plural=plural)
    if members:
        return add_members(scan, i, members)
    if joined and noun.office == "monarch":
        after = read_after(scan, name_stop - 1, sentence.last, places=False)
    country, nowhere = country_of_noun(
        scan, form, before, after, plural=plural, at_home=_speaks_at_home(form)
    )
    if country is None and not nowhere:
        country = _country_of_owner(scan, form, last)
    one_state = form.base in context_words("one_state_in_plural")
    national = noun.id in NATIONAL_BODIES and country is None and not (one_state or is_possessive(before))
    if plural and (national or _names_more_states(scan, after)):
        country, nowhere = None, True
    if country is None and (plural or noun.kind == "body") and _is_of_sides(scan, last, sentence):
        nowhere = True
    owner = owner_of_noun(scan, form)
    name = scan.name_words(name_at, name_stop) if name_at >= 0 else ()
    kind: CandidateKind = "group" if plural or noun.kind == "group" else _KINDS[noun.kind]
    role_first = before.first if (before.countries or before.tenure) else i
    candidate = Candidate(
        first=_phrase_start(noun.kind, before, role_first, plural=plural),
        last=name_stop if joined else last,
        kind=kind,
        rule=f"actors/{noun.kind}",
        noun=form,
        name=name,
        name_at=name_at,
        country=country,
        nowhere=nowhere,
        organisation=after.organisation,
        sector=sector_of_noun(form, after),
        office=office_of_noun(scan.tokens, form, before, after, head_end),
        role=scan.text(role_first, last) if kind == "person" else None,
        gender="f" if form.feminine else "",
        plural=plural,
        definite=is_definite(before),
        possessive=is_possessive(before),
        tenure="former" if last > head_end else before.tenure or tenure_of_compound(form),
        owner=owner,
        again=again,
        only_again=not named,
        acting=noun.kind != "body" or bool(name) or country is not None or _body_acts(scan, before),
        surface=(form.modifier + form.base).lower(),
    )
    if elided := _elided(scan, before, candidate, sentence):
        scan.keep(elided)
        if name and not joined:
            # The names of both follow: "Medwedew und Obama".
            candidate, name_at = msgspec.structs.replace(candidate, name=(), name_at=-1), -1
    scan.keep(candidate)
    if name_at >= 0 and not joined:
        scan.introduced[name_at] = (name_stop, candidate)
    return candidate.last


def _elided(scan: Scan, before: Before, candidate: Candidate, sentence: Sentence) -> Candidate | None:
    """Return whom the adjective of another state means: ``der deutsche und der polnische Präsident``.

    What is told of the noun behind it (its name, its attribute) is not told of him.
    """
    # The determiner itself stands at ``open``.
    joint = before.open - 1
    at = joint - 1
    if (
        not before.determiner
        or at < sentence.first
        or scan.tokens[joint].lower not in {"und", "sowie", "oder"}
    ):
        return None
    countries = countries_of_adjective(scan.tokens[at].text)
    if len(countries) != 1 or len(before.joined) != 1 or scan.tokens[at].is_capital:
        return None
    return msgspec.structs.replace(
        candidate,
        first=at,
        last=joint,
        name=(),
        name_at=-1,
        country=countries[0],
        nowhere=False,
        organisation=None,
        owner=None,
        acting=True,
        role=scan.text(at, joint) if candidate.role else None,
    )


def _stands_before_name(scan: Scan, form: NounForm, last: int) -> bool:
    """Whether a noun says what the organisation is that follows: ``die Gruppe Abu Sayyaf``."""
    named = last < len(scan.tokens) and organisation_names().match_at(scan.tokens, last)
    return form.number == "sg" and bool(named)


# Whom a report named longer ago no government is called by; it bounds the work at each.
_BACK = 60
_AGAIN = ("REB", "NGO", "IGO", "PTY", "JUD")
_DESCRIBING = frozenset({"der", "des", "von", "vom", "um", "in", "im", "aus", "beider", "dieser"})
_AT = frozenset({"an", "auf", "hinter"})
_WHERE = frozenset({"in", "aus", "nach", "bei", "laut"})
# Those who are somebody's: they are of his state.
_OWNED = frozenset({"supporters", "troops", "soldiers", "rebels", "security_forces", "officials", "kin"})


def _is_several(scan: Scan, form: NounForm, before: Before, i: int, sentence: Sentence) -> bool:
    """Whether the noun stands for several: ``der EU-Außenminister`` are those of all the members."""
    organised = form.noun.office in NATIONAL_OFFICES and bool(organisation_names().meanings(form.modifier))
    together = organised and form.number == "both" and not before.countries
    if form.base in context_words("one_in_plural"):
        return False
    bare = form.number == "both" and not (before.determiner or before.many)
    owned = country_of_compound(scan.tokens[i].text) or country_of_genitive(scan, before)
    if bare and form.noun.office and owned:
        # "US-Außenminister" without an article is one (in a headline, or behind a name), and so is "Chinas
        # Botschafter".
        return False
    genitive = form.number == "both" and not form.feminine and _belongs_to_noun(scan, before, sentence)
    several = together or genitive or _are_people(form, scan.tokens[i].text, before)
    return several or is_plural(form.number, scan.tokens[i].text, before)


def _are_people(form: NounForm, word: str, before: Before) -> bool:
    """Whether a noun made from an adjective stands bare and for several: ``Jugendliche``, ``Vermummte``.

    One is a ``Jugendlicher``; an office without an article may be a woman's (``SPD-Vorsitzende``).
    """
    bare = not before.determiner and not is_possessive(before)
    strong = word.endswith("e") and (not before.described or before.nearest.endswith("e"))
    return bare and strong and form.number == "both" and form.noun.office is None


def _belongs_to_noun(scan: Scan, before: Before, sentence: Sentence) -> bool:
    """Whether ``der`` opens a genitive: ``das Treffen der Minister`` has several, one would be ``des``."""
    k = before.open
    if before.determiner != "der" or k <= sentence.first:
        return False
    owner = scan.tokens[k - 1]
    ahead = scan.tokens[k - 2].lower if k > 1 else ""
    adverbial = owner.lower.endswith(word_ends("time-ends")) or ahead in _WHERE
    return owner.is_capital and owner.is_word and owner.lower not in all_function_words() and not adverbial


def _names_more_states(scan: Scan, after: After) -> bool:
    """Whether a second state follows that of the attribute: ``die Minister Estlands und Lettlands``."""
    k = after.last
    if after.country is None or k + 1 >= len(scan.tokens) or scan.tokens[k].text not in {",", "und"}:
        return False
    return any(state_names().match_at(scan.tokens, j) for j in (k + 1, k + 2) if j < len(scan.tokens))


def _speaks_at_home(form: NounForm) -> bool:
    """Whether somebody is of the state where he is heard: ``ein Regierungssprecher in Banjul``.

    A mere ``Sprecher`` may speak for whomever he likes.
    """
    return (form.modifier.lower() + form.base).endswith(context_ends("heard_at_home"))


def _country_of_owner(scan: Scan, form: NounForm, last: int) -> str | None:
    """Return the state of whom a government, troops or followers are called by: ``Zelaya-Anhänger``,
    ``die Regierung Bush``, ``Kämpfer Gaddafis``."""
    noun = form.noun
    if noun.government:
        return _country_of_head(scan, last)
    if noun.office or noun.kind == "body":
        return None
    if form.modifier:
        return _country_of_called(scan, form.modifier)
    return _country_of_head(scan, last) if noun.id in _OWNED else None


def _country_of_head(scan: Scan, k: int) -> str | None:
    """Return the state of whom a government is called by behind its noun: ``Bush``, ``unter Putin``."""
    if k < len(scan.tokens) and scan.tokens[k].lower in {"von", "unter"}:
        k += 1
    if k >= len(scan.tokens):
        return None
    if listed := leader_names().match_at(scan.tokens, k):
        leader = find_leader(listed.found[0].name, _year(scan))
        return leader.country if leader else None
    return _country_of_called(scan, scan.tokens[k].text)


def _year(scan: Scan) -> int | None:
    return scan.document.day.year if scan.document.day else None


def _country_of_called(scan: Scan, word: str) -> str | None:
    """Return the state of whom the report, or all the world, calls by a single name."""
    year = _year(scan)
    for named in reversed(scan.found[-_BACK:] if word in scan.call_names else ()):
        if named.kind == "person" and named.name and word in call_names(named.name):
            leader = leader_of(named, year)
            if country := named.country or (leader.country if leader else None):
                return country
    known = find_leader((word,), year)
    return known.country if known else None


def _is_of_sides(scan: Scan, k: int, sentence: Sentence) -> bool:
    """Whether ``beider Länder``, ``der beiden Seiten`` or ``der drei Staaten`` stands at ``k``."""
    if k + 1 >= sentence.last:
        return False
    word = scan.tokens[k].lower
    if word not in {"beider", "mehrerer", "zweier", "dreier"}:
        if word not in {"der", "dieser"} or scan.tokens[k + 1].lower not in context_words("many"):
            return False
        k += 1
    return k + 1 < sentence.last and scan.tokens[k + 1].lower in context_words("sides")


def _body_acts(scan: Scan, before: Before) -> bool:
    """Whether a body does not stand as a mere place: ``im Parlament``, ``vor Gericht``."""
    if before.determiner in {"im", "ins"}:
        return False
    k = before.open - 1 if before.determiner else before.open
    if k > 0 and scan.tokens[k].lower == "aus":
        # ``nach Angaben aus dem Ministerium``, ``hieß es aus dem Außenamt``
        ahead = scan.tokens[k - 1].lower
        return ahead == "es" or ahead.endswith(context_ends("words_from"))
    return k < 0 or scan.tokens[k].lower not in {"in", "vor", "aus"}


def _phrase_start(kind: str, before: Before, role_first: int, *, plural: bool) -> int:
    if kind == "group":
        return before.widest
    return before.first if plural else role_first


def _names_somebody(
    scan: Scan, i: int, form: NounForm, before: Before, after: After, *, plural: bool
) -> bool:
    """Whether a noun without a name stands for somebody."""
    noun = form.noun
    if _is_told_as(scan, before) or (noun.id == "bodies_again" and i not in scan.told):
        return False
    heard = _is_heard(scan, i, before)
    told = heard or i in scan.told
    if noun.counted:
        theirs = _is_bereaved(scan, i, form, before) or _is_a_foreigner(before)
        return before.many or heard or (plural and (told or i in scan.doers)) or theirs
    if noun.id in ("crowds", "the_west"):
        return _stands_alone(scan, noun.id, before, after)
    if noun.states:
        known = before.described or form.modifier or after.organisation
        return not before.both and (bool(known) or told)
    if (
        noun.weak
        and not told
        and not (before.countries or after.country or after.organisation or known_modifier(form))
    ):
        return False
    # ``beide Regierungen`` points back to two that have been named.
    back = before.both and (noun.kind == "body" or noun.office in NATIONAL_OFFICES)
    return not back and (plural or not _is_class(scan, form, before))


def _sectors_again(scan: Scan, form: NounForm, before: Before, after: After, i: int) -> tuple[str, ...]:
    """Return of which sectors a body named before may be that a noun stands for: ``die Rebellen``.

    Only the article stands with it, and no preposition that makes a place of it (``an der Front``).
    """
    if before.determiner not in DEFINITE or before.described or before.many or form.modifier:
        return ()
    behind = scan.tokens[i + 1] if i + 1 < len(scan.tokens) else None
    if after.country or after.organisation or (behind and (behind.is_capital or behind.lower in _DESCRIBING)):
        return ()
    ahead = scan.tokens[before.open - 1].lower if before.open > 0 else ""
    if ahead in context_words("place_prepositions") or ahead in _AT:
        return ()
    return tuple(sector for sector in _AGAIN if form.base in context_words(f"again_{sector}"))


def _is_heard(scan: Scan, i: int, before: Before) -> bool:
    """Whether a report rests on what the noun tells.

    ``laut einem Zeugen``, ``Anwohnern zufolge``, ``nach Angaben von Ärzten``, ``Zeugen berichteten``.
    """
    if i in tellers_of(scan.document) or says_at(scan.tokens, i, i + 1):
        return True
    k = before.open - 1 if before.determiner else before.open
    behind = scan.tokens[i + 1].lower if i + 1 < len(scan.tokens) else ""
    return (k >= 0 and scan.tokens[k].lower in phrase_words("laut")) or behind in phrase_words("zufolge")


def _is_bereaved(scan: Scan, i: int, form: NounForm, before: Before) -> bool:
    """Whether the noun tells whose kin somebody is: ``die Angehörigen der Opfer``."""
    behind = scan.tokens[i + 1].lower if i + 1 < len(scan.tokens) else ""
    return is_definite(before) and form.base in context_words("bereaved") and behind in {"der", "des", "von"}


def _is_a_foreigner(before: Before) -> bool:
    """Whether the noun tells of one person of which state he is: ``eine britische Lehrerin``."""
    return bool(before.countries) and before.determiner.startswith("ein")


def _is_told_as(scan: Scan, before: Before) -> bool:
    """Whether a bare noun tells what others are: ``als Geiseln``; in ``mehr als 20 Geiseln`` it does not."""
    k = before.open
    return not before.determiner and not before.countries and k >= 0 and scan.tokens[k].lower == "als"


def _stands_alone(scan: Scan, id_: str, before: Before, after: After) -> bool:
    """Whether ``Tausende`` counts nothing that follows, and ``der Westen`` is no quarter of the compass."""
    k = before.first + 1
    if id_ == "the_west":
        prep = scan.tokens[before.open - 1].lower if before.determiner and before.open else ""
        plain = before.determiner in {"der", "den", "dem", "des"} and not before.described
        return plain and prep not in context_words("place_prepositions") and after.last == k
    following = scan.tokens[k] if k < len(scan.tokens) else None
    return following is None or not (
        following.is_capital or following.lower == "von" or following.lower.endswith(("e", "er"))
    )


def _is_class(scan: Scan, form: NounForm, before: Before) -> bool:
    """Whether the noun tells what somebody is or may be, and names nobody: ``als Präsident``, ``zum
    Minister ernannt``, ``das Amt des Präsidenten``, ``wird Kanzler``, ``eine Regierung bilden``."""
    noun = form.noun
    one = before.determiner in context_words("indefinite") and not before.countries
    if noun.kind == "body":
        return one and not form.modifier and noun.sector in ("GOV", "LEG", "PTY")
    if noun.kind != "person" or noun.office is None:
        return False
    if before.determiner in {"zum", "zur"} or (one and noun.office in NATIONAL_OFFICES):
        return True
    k = before.open
    if before.determiner:
        return k > 0 and scan.tokens[k - 1].lower in context_words("posts")
    if k < 0:
        return False
    # ``ist seit 1995 Regierungschef``
    return scan.tokens[k].lower in context_words("becoming") or is_year(scan.tokens[k].text)
