"""Whether a form of words names somebody who matters in a report, or is said in passing.

``Soldaten`` may be who marches in and what somebody asks for; ``im Sudan`` names a state that acts, or only
where something happened. The language model, the grammar around the words and what the words are each speak
for one or the other. Their weights were fitted on annotated reports (training/likely_actors.py); the sum
decides. It is asked of each form of an actor once for the whole report, for what names somebody in one place
names him in another.
"""

from __future__ import annotations

import collections
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from depesche.find.actors.addressed import find_addressed
from depesche.find.actors.candidates import Candidate
from depesche.find.actors.doers import find_doers
from depesche.find.actors.tellers import says_at, tellers_of, words_before
from depesche.language.analysis import Analysis
from depesche.language.document import Document
from depesche.language.tokens import Token

# From which confidence on the model is how sure.
_SURE = ((0.8, "sure"), (0.6, "likely"), (0.0, "unsure"))
_GENITIVE = frozenset({"der", "des"})
_MEETINGS = ("treffen", "treffens", "gipfel", "gipfels", "sitzung", "tagung", "konferenz")
# Between those who are named with these, there are parties, so many words behind ``zwischen`` at most.
_DEALINGS = (
    *_MEETINGS,
    *("gespräch", "gespräche", "gesprächen", "gipfels", "begegnung", "unterredung", "telefonat"),
    *("verhandlungen", "konsultationen", "beratungen", "abkommen", "abkommens", "vertrag", "vertrags"),
    *("einigung", "vereinbarung", "waffenruhe", "krieg", "kämpfe", "kämpfen", "gefechte", "gefechten"),
)
_BETWEEN_WORDS = 6
_STOPS = frozenset(".,;:!?")
# Whoever of these takes part in a deed matters; a state may be where it was done.
_PEOPLE = frozenset({"person", "group", "body"})
_ROLES = frozenset({"actor", "recipient", "source", "speaker", "addressee"})


class Told(msgspec.Struct, frozen=True):
    """What a language model says of each token: how sure it is that it names an actor, and roles it has."""

    sure: Mapping[int, float]
    roles: Mapping[int, frozenset[str]]


def keep_likely(
    document: Document, actors: Sequence[Sequence[Candidate]], weights: Mapping[str, float]
) -> list[tuple[Candidate, ...]]:
    """Return for each actor the mentions whose form is likely to name somebody who matters, in their order.

    ``actors`` are the mentions of each. All are kept where there is no language model to ask.
    """
    if document.analysis is None or not document.analysis.words:
        return [tuple(mentions) for mentions in actors]
    told, addressed = gather_told(document.analysis), find_addressed(document)
    doers = find_doers(document)
    kept = []
    for mentions in actors:
        if mentions[0].kind == "region":
            # The model has been asked of them already.
            kept.append(tuple(mentions))
            continue
        likely = {
            form
            for form, signs in find_signs(document, told, mentions)
            if sum(weights.get(sign, 0.0) for sign in signs) >= 0
        }
        likely |= {
            form_of(document, c)
            for c in mentions
            if _is_told_by(document, c) or (c.kind in _PEOPLE and not doers.isdisjoint(_tokens(c)))
        }
        likely |= {form_of(document, c) for c in mentions if c.noun and c.last - 1 in addressed}
        kept.append(tuple(c for c in mentions if form_of(document, c) in likely))
    return kept


def _is_told_by(document: Document, candidate: Candidate) -> bool:
    """Whether the words around a mention make it who speaks, meets or is a party."""
    if candidate.kind in {"person", "group"} and not tellers_of(document).isdisjoint(_tokens(candidate)):
        return True
    tokens = document.tokens
    if candidate.capital and candidate.acting and tokens[candidate.first - 1].lower == "in":
        return True  # "In Moskau wies man das zurück"
    told = says_at(tokens, candidate.first, candidate.last)
    return told or _meets(document, candidate) or _is_party(tokens, candidate)


def _is_party(tokens: Sequence[Token], candidate: Candidate) -> bool:
    """Whether a meeting or treaty is between them: ``Treffen zwischen Syrern und Libanesen``."""
    if candidate.kind not in {"state", "group", "organisation"}:
        return False
    k = candidate.first - 1
    for _ in range(_BETWEEN_WORDS):
        if k < 1 or tokens[k].text in _STOPS:
            return False
        if tokens[k].lower == "zwischen":
            return tokens[k - 1].lower.endswith(_DEALINGS)
        k -= 1
    return False


def _meets(document: Document, candidate: Candidate) -> bool:
    """Whether a body is who meets: ``das Treffen der Asean``, ``der Gipfel des Staatenbunds Asean``."""
    if candidate.kind != "organisation":
        return False
    tokens = document.tokens
    before = words_before(tokens, candidate.first)
    if before and tokens[candidate.first - 1].is_capital:
        # What the body is stands before its name.
        before = words_before(tokens, candidate.first - 1)
    return len(before) > 1 and before[0] in _GENITIVE and before[1].endswith(_MEETINGS)


def form_of(document: Document, candidate: Candidate) -> str:
    """Return the words of a mention as the report prints them."""
    start, end = span_of(document, candidate)
    return document.text[start:end]


def span_of(document: Document, candidate: Candidate) -> tuple[int, int]:
    """Return where a mention begins and ends, in characters."""
    start = document.tokens[candidate.first].start
    return start, start + candidate.part if candidate.part else document.tokens[candidate.last - 1].end


def gather_told(analysis: Analysis) -> Told:
    """Return what the model says of each token."""
    sure: dict[int, float] = {}
    roles: dict[int, set[str]] = collections.defaultdict(set)
    for mention in analysis.actors:
        for k in range(*mention.words):
            sure[k] = max(mention.confidence, sure.get(k, 0.0))
    said = [r for event in analysis.events for r in event.roles]
    said += [r for quotation in analysis.quotations for r in quotation.roles]
    for role in said:
        if role.role in _ROLES:
            for k in range(*role.words):
                roles[k].add(role.role)
    return Told(sure, {k: frozenset(found) for k, found in roles.items()})


def find_signs(
    document: Document, told: Told, mentions: Sequence[Candidate]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each form by which the mentions name one actor, with the signs for and against it."""
    forms: dict[str, list[Candidate]] = collections.defaultdict(list)
    for candidate in mentions:
        forms[form_of(document, candidate)].append(candidate)
    most = _level(max(_sure(told, c) for c in mentions))
    for form, same in forms.items():
        signs = (f"actor-{most}", f"actor-named-{_times(len(mentions))}", *_signs(document, told, form, same))
        yield form, ("bias", *signs)


def _signs(document: Document, told: Told, form: str, same: Sequence[Candidate]) -> Iterator[str]:
    kind = _kind(same)
    sure = [_sure(told, c) for c in same]
    level = _level(max(sure))
    yield f"{kind}"
    yield f"told-{level}"
    yield f"{kind.partition('-')[0]}-told-{level}"
    yield f"told-{_share([s > 0 for s in sure])}"
    yield f"named-{_times(len(same))}"
    yield f"words-{min(3, len(form.split()))}"
    yield f"acts-{_share([c.acting for c in same])}"
    yield f"definite-{_share([c.definite for c in same])}"
    yield f"country-{same[0].country is not None}"
    if any(c.possessive for c in same):
        yield "possessive"
    if same[0].plural:
        yield "plural"
    words = document.analysis.words if document.analysis else ()
    relations = {words[c.last - 1].relation.partition(":")[0] for c in same} if words else set()
    yield from sorted(f"relation-{relation}" for relation in relations)
    roles = frozenset[str]().union(*(told.roles.get(k, frozenset()) for c in same for k in _tokens(c)))
    yield from sorted(f"role-{role}" for role in roles)


def _tokens(candidate: Candidate) -> range:
    return range(candidate.first, candidate.last)


def _sure(told: Told, candidate: Candidate) -> float:
    return max((told.sure.get(k, 0.0) for k in _tokens(candidate)), default=0.0)


def _level(sure: float) -> str:
    return next(name for least, name in _SURE if sure >= least) if sure else "not"


def _times(number: int) -> str:
    return "once" if number == 1 else "few" if number < 4 else "often"


def _share(said: Sequence[bool]) -> str:
    return "all" if all(said) else "some" if any(said) else "none"


def _kind(same: Sequence[Candidate]) -> str:
    """Return what sort of words they are: ``state``, ``state-capital``, ``person-office``, ``group-weak``."""
    first = same[0]
    if first.part:
        return f"{first.kind}-part"
    if first.rule in {"actors/inhabitant", "actors/learned"}:
        return f"{first.kind}-{first.rule.partition('/')[2]}"
    if first.kind == "state":
        return "state-capital" if first.capital else "state" if first.noun is None else "state-noun"
    if first.kind == "person" and any(c.name for c in same):
        return "person-named"
    noun = first.noun.noun if first.noun else None
    if noun is not None and first.kind in ("person", "group"):
        sort = "counted" if noun.counted else "weak" if noun.weak else "office" if noun.office else "noun"
        return f"{first.kind}-{sort}"
    return first.kind
