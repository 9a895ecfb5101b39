"""Finds the words that may name an actor: states, organisations, offices, bodies, groups and names."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from depesche.find.actors.candidates import NATIONAL_OFFICES, Candidate
from depesche.find.actors.names import (
    bare_word,
    begins_with_first_name,
    call_names,
    gender_of,
    is_name_word,
    looks_like_name,
    name_end,
)
from depesche.find.actors.phrases import (
    After,
    Before,
    is_definite,
    is_plural,
    is_possessive,
    read_after,
    read_before,
)
from depesche.language.document import Document
from depesche.language.function_words import all_function_words, words_of
from depesche.language.leaders import Leader, leader_names
from depesche.language.offices import NounForm, names_of, noun_of, noun_phrases
from depesche.language.organisations import (
    Organisation,
    organisation_metonyms,
    organisation_name,
    organisation_names,
)
from depesche.language.phrases import PhraseMatch
from depesche.language.states import StateWord, country_of_adjective, country_of_compound, state_names
from depesche.language.tokens import QUOTES, Sentence, Token
from depesche.language.verbs import analyse_verb

_PLACE_PREPOSITIONS = frozenset(
    {
        "in",
        "im",
        "ins",
        "aus",
        "nach",
        "bei",
        "ab",
        "über",
        "durch",
        "um",
        "nahe",
        "innerhalb",
        "außerhalb",
        "nördlich",
        "südlich",
        "östlich",
        "westlich",
        "unweit",
        "quer",
        "vor",
    }
)
_PLACE_NOUNS = (
    "hauptstadt",
    "stadt",
    "norden",
    "süden",
    "osten",
    "westen",
    "grenze",
    "provinz",
    "region",
    "gebiet",
    "nordosten",
    "nordwesten",
    "südosten",
    "südwesten",
    "teil",
    "teilen",
    "küste",
    "insel",
    "ort",
    "zentrum",
    "hauptstädte",
    "raum",
    "innenstadt",
    "norder",
    "boden",
    "luftraum",
    "staatsgebiet",
    "territorium",
)
_SPEECH = (
    "angaben",
    "angabe",
    "informationen",
    "kreisen",
    "sicht",
    "berichten",
    "meldungen",
    "stellungnahme",
    "mitteilung",
    "erklärung",
    "verlautbarung",
    "reaktion",
    "protest",
)
_OPENERS = frozenset({"„", '"', "“", "»", "«", "‚"})


# No body has a longer name before its abbreviation.
MAX_BODY_WORDS = 9
_NO_ACRONYMS = frozenset(
    "TV AKW PKW LKW EUR USD GMT MEZ CO DVD CD PC SMS IT EDV GPS AIDS HIV UTC MESZ CEO CET ID OK SUV BIP "
    "DNA PDF WM EM US UK AFP APA DPA AP SDA RTR dpa VIP TNT ABC DDR BRD IQ PR OP NS AG GmbH KG SE".split()
)


def is_acronym(word: str) -> bool:
    """Whether a word may abbreviate a body's name: capitals alone, and neither a Roman number nor a unit."""
    if not 2 <= len(word) <= 6 or not word.isalpha() or not word.isupper() or word in _NO_ACRONYMS:
        return False
    return not set(word) <= set("IVXLC")


_AGENCIES = frozenset(
    {
        "dpa",
        "DPA",
        "AFP",
        "afp",
        "APA",
        "apa",
        "Reuters",
        "sda",
        "SDA",
        "AP",
        "ap",
        "Keystone-SDA",
        "epd",
        "KNA",
        "dapd",
        "ddp",
    }
)
_INDEFINITE = frozenset(
    {"ein", "eine", "einen", "einem", "einer", "eines", "kein", "keine", "keinen", "keinem", "keiner"}
)
_POSTS = frozenset(
    {
        "amt",
        "amtes",
        "posten",
        "rolle",
        "funktion",
        "wahl",
        "titel",
        "position",
        "sitz",
        "ämter",
        "amts",
        "stelle",
    }
)
SPEECH_VERBS = frozenset(
    "sagen erklären betonen mitteilen meinen berichten ergänzen versichern ankündigen bekräftigen fordern warnen äußern "
    "schreiben hinzufügen unterstreichen kritisieren behaupten feststellen einräumen erläutern bestätigen mahnen".split()
)


def _words_alone(tokens: Sequence[Token]) -> dict[str, int]:
    """Count the capitalised words that stand after a small word other than an article, and before one: as surnames do."""
    counts: dict[str, int] = {}
    determiners = words_of("det")
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if (
            token.is_capital
            and not before.is_capital
            and not after.is_capital
            and before.lower not in determiners
        ):
            counts[token.text] = counts.get(token.text, 0) + 1
    return counts


class Finder:
    """Walks once through a document and collects candidates."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.tokens: Sequence[Token] = document.tokens
        self.words = frozenset(t.text for t in document.tokens)
        self.alone = _words_alone(document.tokens)
        self.found: list[Candidate] = []
        self.datelines: list[tuple[int, str]] = []
        self.parts: set[str] = set()
        self.calls: set[str] = set()
        self.introduced: dict[int, tuple[int, Candidate]] = {}

    def find(self) -> list[Candidate]:
        """Return all candidates in the order of the text; they do not overlap."""
        for sentence in self.document.sentences:
            i = sentence.first
            while i < sentence.last:
                i = max(self._step(i, sentence), i + 1)
        return self.found

    def _step(self, i: int, sentence: Sentence) -> int:
        """Read what begins at ``i`` and return the index after it, ``i`` if nothing does."""
        token = self.tokens[i]
        if i in self.introduced:
            return self._add_introduced(i)
        capital = token.is_capital
        leader = leader_names().match_at(self.tokens, i)
        if leader and (stop := self._leader_end(i, leader, sentence)):
            return self._add_leader(i, stop, leader.found[0])
        organisation = organisation_names().match_at(self.tokens, i)
        state = state_names().match_at(self.tokens, i)
        if (
            state
            and not (organisation and organisation.last > state.last)
            and state.found[0].kind != "adjective"
        ):
            name = name_end(self.tokens, i, sentence.last) if capital else i
            if name > state.last and begins_with_first_name(self.tokens, i, name):
                return self._add_name(i, name, sentence)
            return self._add_state(state, sentence)
        if organisation:
            return self._add_organisation(organisation, sentence)
        metonym = organisation_metonyms().match_at(self.tokens, i)
        if metonym and not self._is_dateline(i, metonym.last, sentence):
            return self._add_organisation(metonym, sentence, metonym=True)
        if not capital:
            return self._try_name(i, sentence) if looks_like_name(token) else i
        phrase = noun_phrases().match_at(self.tokens, i)
        if phrase:
            return self._add_noun(i, phrase.last, phrase.found[0], sentence)
        if token.text not in names_of("first") or not self._name_follows(i, sentence):
            form = noun_of(token.text)
            if form and not (i == sentence.first and token.lower in all_function_words()):
                return self._add_noun(i, i + 1, form, sentence)
        return self._try_acronym(i, sentence) or self._try_name(i, sentence)

    def _try_acronym(self, i: int, sentence: Sentence) -> int:
        """Read an abbreviation as a body's name (``die UDD``): return the index after it, 0 if it is none."""
        token = self.tokens[i]
        if not is_acronym(token.text) or self._is_capital_line(i, sentence):
            return 0
        bracketed = i > sentence.first and self.tokens[i - 1].text == "("
        long = self._long_form(i, sentence) if bracketed else None
        if bracketed and long is None:
            return 0
        self._keep(
            Candidate(
                first=i,
                last=i + 1,
                kind="acronym",
                rule="actors/acronym",
                name=(token.text,),
                country=long.country if long else None,
                nowhere=bool(long and long.nowhere),
                sector=long.sector if long else None,
                alias=long,
                surface=token.text,
            )
        )
        return i + 1

    def _is_capital_line(self, i: int, sentence: Sentence) -> bool:
        """Whether the word is in capitals because its line is: ``QUITO (dpa)``, ``BOA VISTA``."""
        near = [self.tokens[k].text for k in (i - 1, i + 1) if sentence.first <= k < sentence.last]
        if any(len(w) > 1 and w.isalpha() and w.isupper() for w in near):
            return True
        return i == sentence.first and near[:1] in (["("], ["-"], ["–"], ["/"], [","], [":"], ["."])

    def _long_form(self, i: int, sentence: Sentence) -> Candidate | None:
        """Return what the abbreviation in brackets at ``i`` stands for: the body named before the bracket."""
        last = self.found[-1] if self.found else None
        if last and last.last == i - 1 and last.kind in ("body", "organisation", "group"):
            return last
        first = i - 1
        while first > sentence.first and i - first < MAX_BODY_WORDS and self._may_name_body(first - 1):
            first -= 1
        while first < i - 1 and not self.tokens[first].is_capital:
            first += 1
        within = [c for c in self.found if c.first >= first]
        if i - 1 - first < 2 or any(c.kind not in ("state", "body", "group", "person") for c in within):
            return None
        head = next((c for c in within if c.noun and c.kind == "body"), None)
        for candidate in within:
            self.found.remove(candidate)
        words = tuple(t.text for t in self.tokens[first : i - 1])
        long = Candidate(
            first=first,
            last=i - 1,
            kind="acronym",
            rule="actors/long-form",
            name=words,
            country=head.country if head else None,
            nowhere=head.nowhere if head else False,
            sector=head.sector if head else None,
            surface=" ".join(words),
        )
        self._keep(long)
        return long

    def _may_name_body(self, k: int) -> bool:
        token = self.tokens[k]
        return token.is_capital or token.lower in {
            "für",
            "und",
            "der",
            "des",
            "zur",
            "of",
            "for",
            "and",
            "de",
            "du",
            "la",
            "gegen",
        }

    def _name_follows(self, i: int, sentence: Sentence) -> bool:
        return i + 1 < sentence.last and is_name_word(self.tokens[i + 1])

    def _keep(self, candidate: Candidate) -> None:
        self.found.append(candidate)
        self.parts.update(candidate.name)
        if candidate.kind == "person" and candidate.name:
            self.calls.update(call_names(candidate.name))

    # --- states and organisations

    def _add_state(self, match: PhraseMatch[StateWord], sentence: Sentence) -> int:
        word = match.found[0]
        i = match.first
        if word.kind == "inhabitant":
            return self._add_inhabitant(match, word, sentence)
        if self._is_dateline(i, match.last, sentence):
            self.datelines.append((i, word.country))
            return match.last
        if word.kind == "capital" and match.last < sentence.last and is_name_word(self.tokens[match.last]):
            return match.last  # ``Bangkok Post``
        self._keep(
            Candidate(
                first=i,
                last=match.last,
                kind="state",
                rule=f"actors/state-{word.kind}",
                country=word.country,
                sector="GOV",
                acting=self._acts(i, sentence) and not self._heads_line(match, sentence),
                capital=word.kind != "name",
                surface=" ".join(t.text for t in self.tokens[i : match.last]),
            )
        )
        return match.last

    def _add_inhabitant(self, match: PhraseMatch[StateWord], word: StateWord, sentence: Sentence) -> int:
        before = read_before(self.tokens, match.first, sentence.first)
        text = self.tokens[match.first].text
        plural = is_plural("both", text, before, named=False) or not before.determiner
        self._keep(
            Candidate(
                first=before.first,
                last=match.last,
                kind="group" if plural else "person",
                rule="actors/inhabitant",
                country=word.country,
                sector="CVL",
                plural=plural,
                definite=is_definite(before),
                surface=text.lower(),
            )
        )
        return match.last

    def _is_dateline(self, i: int, last: int, sentence: Sentence) -> bool:
        """Whether the words are the place that a report begins with: ``Moskau (dpa) –``."""
        if i != sentence.first or last >= sentence.last:
            return False
        return self.tokens[last].text in {"(", "/", "–", "-", "—"}

    def _heads_line(self, match: PhraseMatch[StateWord], sentence: Sentence) -> bool:
        """Whether the state is the place before a headline: ``Thailand: Premier tritt zurück``."""
        opens = match.first == sentence.first and match.last < sentence.last
        return opens and self.tokens[match.last].text == ":"

    def _acts(self, i: int, sentence: Sentence) -> bool:
        """Whether the state at ``i`` does not stand as a mere place."""
        k = i - 1
        while k >= sentence.first and i - k < 4:
            lower = self.tokens[k].lower
            if (
                lower in words_of("det")
                or country_of_adjective(self.tokens[k].text)
                or (
                    lower.endswith(("en", "e", "er"))
                    and self.tokens[k].text == lower
                    and lower not in all_function_words()
                )
            ):
                k -= 1
                continue
            break
        if k < sentence.first:
            return True
        lower = self.tokens[k].lower
        if lower == "aus" and k > sentence.first and self.tokens[k - 1].lower.endswith(_SPEECH):
            return True
        if lower in _PLACE_PREPOSITIONS:
            return False
        if (
            self.tokens[k].is_capital
            and (form := noun_of(self.tokens[k].text))
            and form.noun.kind == "person"
        ):
            return False  # ``der Präsident der Ukraine`` is one who acts, and she is not
        if lower in {"und", "oder", "sowie", "wie", ",", "bis", "als"}:
            return self._acts_joined(k, sentence)
        if self.tokens[k].is_capital and lower.endswith(_PLACE_NOUNS):
            return False
        return not (lower == "von" and k > sentence.first and self.tokens[k - 1].lower.endswith(_PLACE_NOUNS))

    def _acts_joined(self, k: int, sentence: Sentence) -> bool:
        """Whether what stands before a conjunction at ``k`` acts: ``in Moskau und Kiew`` are both places."""
        before = next((c for c in reversed(self.found) if c.last == k), None)
        if before and before.kind == "state":
            return before.acting
        return True

    def _add_organisation(
        self, match: PhraseMatch[Organisation], sentence: Sentence, *, metonym: bool = False
    ) -> int:
        organisation = match.found[0]
        i, last = match.first, match.last
        if organisation.sector == "MED" and self._is_source(i, last, sentence):
            return last
        before = read_before(self.tokens, i, sentence.first)
        after = read_after(self.tokens, last - 1, sentence.last, places=False)
        stated = (
            before.countries[0]
            if len(before.countries) == 1
            else self._genitive_before(before) or after.country
        )
        if organisation.local and stated:
            match.found = tuple(o for o in match.found if o.country == stated) or match.found
            organisation = match.found[0]
        own = stated if organisation.local else None
        self._keep(
            Candidate(
                first=i,
                last=last,
                kind="organisation",
                rule="actors/organisation",
                country=own or (None if organisation.local else organisation.country),
                nowhere=organisation.country is None,
                organisation=organisation,
                local=() if own else tuple(o for o in match.found if o.local),
                name=(organisation_name(organisation),),
                sector=organisation.sector,
                surface=self.tokens[i].text,
                acting=not metonym or self._acts(i, sentence),
                capital=metonym,
            )
        )
        return last

    def _is_source(self, i: int, last: int, sentence: Sentence) -> bool:
        """Whether a news agency or paper is only named as where the report comes from."""
        before = self.tokens[i - 1].text if i > sentence.first else ""
        following = self.tokens[last].text if last < sentence.last else ""
        agency = self.tokens[i].text in _AGENCIES
        return (
            agency
            or before in {"(", "/"}
            or following in {")", "/"}
            or before.startswith("Nachrichtenagentur")
        )

    # --- nouns

    def _add_noun(self, i: int, last: int, form: NounForm, sentence: Sentence) -> int:
        """Add the noun phrase whose noun stands at ``i``, and introduce the name that comes with it."""
        noun = form.noun
        before = read_before(self.tokens, i, sentence.first)
        after = read_after(self.tokens, last - 1, sentence.last, places=noun.kind != "person")
        name_at, name_stop, joined = self._introduced_name(form, before, after, last, sentence)
        plural = name_at < 0 and is_plural(form.number, self.tokens[i].text, before, named=joined)
        if not plural and noun.plural_only:
            return last
        if not self._names_somebody(form, before, after, plural=plural, named=name_at >= 0):
            return last
        members = self._members(form, before, plural=plural)
        if members:
            return self._add_members(i, members)
        country, nowhere = self._country(form, before, after)
        owner = self._owner(form, before)
        name = self._name_words(name_at, name_stop) if name_at >= 0 else ()
        kind = noun.kind
        if (kind == "person" and plural) or (kind == "body" and plural):
            kind = "group"
        role_first = before.first if (before.countries or before.former) else i
        candidate = Candidate(
            first=self._phrase_start(noun.kind, before, role_first, plural=plural),
            last=name_stop if joined else last,
            kind="body" if kind == "body" else kind,
            rule=f"actors/{noun.kind}",
            noun=form,
            noun_at=i,
            name=name,
            name_at=name_at,
            country=country,
            nowhere=nowhere,
            organisation=after.organisation,
            sector=self._sector(form, after),
            office=noun.office,
            role=self._text(role_first, last) if noun.kind == "person" else None,
            gender="f" if form.feminine else "",
            plural=plural,
            definite=is_definite(before),
            possessive=is_possessive(before),
            former=before.former or form.modifier.startswith(("Ex", "Alt", "Ehren")),
            owner=owner,
            acting=noun.kind != "body" or bool(name) or country is not None or self._body_acts(before),
            surface=(form.modifier + form.base).lower(),
        )
        self._keep(candidate)
        if name_at >= 0 and not joined:
            self.introduced[name_at] = (name_stop, candidate)
        return candidate.last

    def _body_acts(self, before: Before) -> bool:
        """Whether a body does not stand as a mere place: ``im Parlament``, ``vor Gericht``."""
        if before.determiner in {"im", "ins"}:
            return False
        k = before.open - 1 if before.determiner else before.open
        return k < 0 or self.tokens[k].lower not in {"in", "vor", "aus"}

    def _phrase_start(self, kind: str, before: Before, role_first: int, *, plural: bool) -> int:
        if kind == "group":
            return before.widest
        return before.first if plural else role_first

    def _members(self, form: NounForm, before: Before, *, plural: bool) -> Organisation | None:
        """Return the organisation whose members all together are meant: ``die ASEAN-Staaten``."""
        if not form.noun.states or not plural or before.many or before.described:
            return None
        found = organisation_names().meanings(form.modifier)
        return found[0] if found else None

    def _add_members(self, i: int, organisation: Organisation) -> int:
        self._keep(
            Candidate(
                first=i,
                last=i + 1,
                kind="organisation",
                rule="actors/members",
                country=organisation.country,
                nowhere=organisation.country is None,
                organisation=organisation,
                name=(organisation_name(organisation),),
                sector=organisation.sector,
                surface=self.tokens[i].text,
            )
        )
        return i + 1

    def _names_somebody(
        self, form: NounForm, before: Before, after: After, *, plural: bool, named: bool
    ) -> bool:
        noun = form.noun
        if named:
            return True
        if not plural and self._is_class(form, before):
            return False
        if noun.counted:
            return before.many
        if noun.id in ("crowds", "the_west"):
            return self._stands_alone(noun.id, before, after)
        if before.both and (noun.states or noun.kind == "body"):
            return False  # ``beide Länder`` points back to two that have been named
        if noun.states:
            return bool(before.described or form.modifier or after.organisation)
        if noun.weak:
            return bool(before.countries or after.country or after.organisation or self._known_modifier(form))
        if not noun.bare:
            return bool(before.determiner or before.many or before.described or after.last > 0)
        return True

    def _stands_alone(self, id_: str, before: Before, after: After) -> bool:
        """Whether ``Tausende`` counts nothing that follows, and ``der Westen`` is no quarter of the compass."""
        k = before.first + 1
        if id_ == "the_west":
            prep = self.tokens[before.open - 1].lower if before.determiner and before.open else ""
            plain = before.determiner in {"der", "den", "dem", "des"} and not before.described
            return plain and prep not in _PLACE_PREPOSITIONS and after.last == k
        following = self.tokens[k] if k < len(self.tokens) else None
        return following is None or not (
            following.is_capital or following.lower == "von" or following.lower.endswith(("e", "er"))
        )

    def _is_class(self, form: NounForm, before: Before) -> bool:
        """Whether the noun tells what somebody is or may be, and names nobody: ``als Präsident``, ``zum
        Minister ernannt``, ``das Amt des Präsidenten``, ``wird Kanzler``, ``eine Regierung bilden``."""
        noun = form.noun
        one = before.determiner in _INDEFINITE and not before.countries
        if noun.kind == "body":
            return one and not form.modifier and noun.sector in ("GOV", "LEG", "PTY")
        if noun.kind != "person" or noun.office is None:
            return False
        if before.determiner in {"zum", "zur"} or (one and noun.office in NATIONAL_OFFICES):
            return True
        k = before.open
        if before.determiner:
            return k > 0 and self.tokens[k - 1].lower in _POSTS
        return k >= 0 and (
            self.tokens[k].lower
            in {
                "als",
                "wird",
                "wurde",
                "ist",
                "war",
                "bleibt",
                "werden",
                "sei",
                "blieb",
                "worden",
                "geworden",
                "seit",
            }
        )

    def _known_modifier(self, form: NounForm) -> bool:
        return bool(form.modifier) and any(self._modifier_country(form.modifier))

    def _introduced_name(
        self, form: NounForm, before: Before, after: After, last: int, sentence: Sentence
    ) -> tuple[int, int, bool]:
        """Return where the name begins and ends that the noun introduces, and whether it follows at once."""
        if form.noun.kind == "group" or form.number == "pl":
            return -1, -1, False
        if form.noun.kind == "body":
            return self._body_name(form, last, sentence)
        if before.many:
            return -1, -1, False
        stop = name_end(self.tokens, last, sentence.last)
        if stop > last and self._is_introduced(before, last, stop):
            return last, stop, True
        if after.last <= last and not (last < sentence.last and self.tokens[last].text in {",", "und"}):
            return -1, -1, False
        k = after.last
        comma = k < sentence.last and self.tokens[k].text == ","
        if comma:
            k += 1
        stop = name_end(self.tokens, k, sentence.last)
        if stop - k >= 2 and (not comma or self._closes(stop, sentence)):
            return k, stop, False
        if comma and stop - k == 1 and self._closes(stop, sentence) and self.tokens[stop].text == ",":
            return (
                (k, stop, False)
                if self.tokens[k].text in self.words
                and not noun_of(self.tokens[k].text)
                and begins_with_first_name(self.tokens, k, stop)
                else (-1, -1, False)
            )
        return -1, -1, False

    def _closes(self, stop: int, sentence: Sentence) -> bool:
        return stop >= sentence.last or not self.tokens[stop].is_capital

    def _is_introduced(self, before: Before, i: int, stop: int) -> bool:
        """Whether capitals that follow an office are a name. ``warf dem Präsidenten Wahlbetrug vor`` has none."""
        if stop - i >= 2 or not before.determiner or before.countries or before.former:
            return True
        return is_possessive(before) or bare_word(self.tokens[i].text, self.words) in self.parts

    def _body_name(self, form: NounForm, last: int, sentence: Sentence) -> tuple[int, int, bool]:
        """Return the name after a party, firm or organisation: ``die Partei Neue Rechte``, ``die Zeitung „El País“``."""
        if not form.noun.names or last >= sentence.last:
            return -1, -1, False
        quoted = self.tokens[last].text in _OPENERS
        begin = last + 1 if quoted else last
        k = begin
        while k < sentence.last and k - begin < 6 and self._is_body_name_word(k, quoted=quoted):
            k += 1
        if quoted:
            if k == begin or k >= sentence.last or self.tokens[k].text not in QUOTES:
                return -1, -1, False
            return begin, k, True
        return (begin, k, True) if k > begin else (-1, -1, False)

    def _is_body_name_word(self, k: int, *, quoted: bool) -> bool:
        token = self.tokens[k]
        if quoted:
            return token.is_word
        if not token.is_capital or state_names().meanings(token.text) or noun_of(token.text):
            return False
        return token.text not in names_of("never") and not organisation_names().meanings(token.text)

    def _name_words(self, first: int, last: int) -> tuple[str, ...]:
        words = [t.text for t in self.tokens[first:last] if t.text not in names_of("title")]
        if not words:
            words = [t.text for t in self.tokens[first:last]]
        words[-1] = bare_word(words[-1], self.words)
        return tuple(words)

    def _country(self, form: NounForm, before: Before, after: After) -> tuple[str | None, bool]:
        """Return the state that the noun's own words give, and whether they say that it has none."""
        noun = form.noun
        if noun.country:
            return noun.country, False
        if len(before.countries) == 1:
            return before.countries[0], False
        if len(before.countries) > 1:
            return None, True
        if form.modifier:
            country, nowhere = self._modifier_country(form.modifier)
            if country or nowhere:
                return country, nowhere
        if noun.international:
            return None, True
        genitive = self._genitive_before(before)
        if genitive:
            return genitive, False
        if after.country and not (after.place and noun.kind == "person"):
            return after.country, False
        if after.organisation:
            return after.organisation.country, after.organisation.country is None
        return None, False

    def _modifier_country(self, modifier: str) -> tuple[str | None, bool]:
        country = country_of_compound(modifier + "-X")
        if country:
            return country, False
        organisation = organisation_names().meanings(modifier) or organisation_names().meanings(
            modifier.split("-", maxsplit=1)[0]
        )
        if organisation:
            return organisation[0].country, organisation[0].country is None
        return None, False

    def _genitive_before(self, before: Before) -> str | None:
        """Return the state whose genitive opens the phrase: ``Großbritanniens Premierminister``."""
        k = before.open
        if k < 0 or not self.tokens[k].is_capital:
            return None
        found = state_names().meanings(self.tokens[k].text)
        if found and found[0].kind in ("name", "capital") and self.tokens[k].text.endswith(("s", "’", "'")):
            return found[0].country
        return None

    def _owner(self, form: NounForm, before: Before) -> str | None:
        """Return the name that a government or camp is called by: ``Trump-Regierung``."""
        if form.noun.kind != "body" or ("-" not in self.tokens[0].text and not form.modifier):
            return None
        part = form.modifier
        return part if part in self.calls else None

    def _text(self, first: int, last: int) -> str:
        return " ".join(self.document.text[self.tokens[first].start : self.tokens[last - 1].end].split())

    def _sector(self, form: NounForm, after: After) -> str | None:
        if after.organisation and form.noun.sector in (None, "GOV", "PTY"):
            return after.organisation.sector or form.noun.sector
        if (
            form.modifier
            and (found := organisation_names().meanings(form.modifier))
            and form.noun.kind == "person"
        ):
            return found[0].sector
        return form.noun.sector

    # --- names

    def _add_introduced(self, i: int) -> int:
        stop, noun = self.introduced.pop(i)
        self._keep(
            Candidate(
                first=i,
                last=stop,
                kind="person",
                rule="actors/name-after-office",
                name=noun.name,
                name_at=i,
                country=noun.country,
                nowhere=noun.nowhere,
                sector=noun.sector,
                office=noun.office,
                gender=noun.gender or gender_of(noun.name),
                role=noun.role,
            )
        )
        return stop

    def _leader_end(self, i: int, match: PhraseMatch[Leader], sentence: Sentence) -> int:
        """Return the index after the name of somebody known, 0 if the name goes on and is another one's."""
        if match.last > sentence.last:
            return 0
        if match.found[0].alone and match.last < sentence.last and is_name_word(self.tokens[match.last]):
            return 0
        return match.last

    def _add_leader(self, i: int, stop: int, leader: Leader) -> int:
        self._keep(
            Candidate(
                first=i,
                last=stop,
                kind="person",
                rule="actors/known-name",
                name=leader.name,
                name_at=i,
                gender=gender_of(leader.name),
            )
        )
        return stop

    def _try_name(self, i: int, sentence: Sentence) -> int:
        stop = name_end(self.tokens, i, sentence.last)
        if stop - i < 2 or not begins_with_first_name(self.tokens, i, stop):
            if stop - i >= 2 and i > sentence.first and self._is_unknown_name(i, stop, sentence):
                return self._add_name(i, stop, sentence)
            return i
        return self._add_name(i, stop, sentence)

    def _is_unknown_name(self, i: int, stop: int, sentence: Sentence) -> bool:
        """Whether two words that no list knows are somebody's name: German sets no two nouns side by side,
        but for places (after ``in``), and names of things (after an article)."""
        if self._has_apposition(stop, sentence):
            return True
        before = self.tokens[i - 1]
        words = self.tokens[i:stop]
        if (
            stop - i > 3
            or before.is_capital
            or before.text in _OPENERS
            or before.lower in _PLACE_PREPOSITIONS
        ):
            return False
        if before.lower in words_of("det") or any(t.text in names_of("particle") for t in words):
            return False
        if stop < sentence.last and self.tokens[stop].is_capital:
            return False
        return self._is_called_later(stop) or self._speaks(i, stop, sentence)

    def _is_called_later(self, stop: int) -> bool:
        """Whether the last word of the name stands alone somewhere: reports call people by it."""
        word = self.tokens[stop - 1].text
        return len(word) > 2 and self.alone.get(word, 0) + self.alone.get(word + "s", 0) > 0

    def _speaks(self, i: int, stop: int, sentence: Sentence) -> bool:
        """Whether a verb of saying stands next to the name."""
        near = [k for k in (i - 1, stop) if sentence.first <= k < sentence.last]
        return any(
            f.kind == "finite" and f.lemma in SPEECH_VERBS
            for k in near
            for f in analyse_verb(self.tokens[k].lower)
        )

    def _has_apposition(self, stop: int, sentence: Sentence) -> bool:
        return self._apposition(stop, sentence) >= 0

    def _apposition(self, stop: int, sentence: Sentence) -> int:
        """Return the index of the office that follows a name after a comma: ``Erdoğan, der türkische Präsident``."""
        if stop + 1 >= sentence.last or self.tokens[stop].text != ",":
            return -1
        for k in range(stop + 1, min(stop + 6, sentence.last)):
            token = self.tokens[k]
            if token.is_capital:
                form = noun_of(token.text)
                good = form and form.noun.kind == "person" and form.number != "pl" and not form.noun.counted
                return k if good else -1
            if token.lower not in {
                "der",
                "die",
                "ein",
                "eine",
                "dem",
                "den",
                "des",
                "einem",
                "einen",
            } and not token.lower.endswith(("e", "er", "en")):
                return -1
        return -1

    def _add_name(self, i: int, stop: int, sentence: Sentence) -> int:
        name = self._name_words(i, stop)
        self._keep(
            Candidate(
                first=i,
                last=stop,
                kind="person",
                rule="actors/name",
                name=name,
                name_at=i,
                gender=gender_of(name),
            )
        )
        return stop


def attach_appositions(document: Document, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates, offices that stand in apposition to a name with that name."""
    result = list(found)
    for k in range(len(found) - 1):
        name, office = found[k], found[k + 1]
        if name.kind != "person" or not name.name or office.kind != "person" or office.name or office.plural:
            continue
        if office.noun is None or office.noun.noun.counted or office.first - name.last > 6:
            continue
        gap = [t.lower for t in document.tokens[name.last : office.first]]
        if (
            gap
            and gap[0] == ","
            and not any(g in {",", "und", "der", "die"} for g in gap[2:])
            and all(
                g.endswith(("e", "er", "en", "em"))
                or g in {",", "der", "die", "ein", "eine", "dem", "den", "des"}
                for g in gap
            )
        ):
            result[k + 1] = msgspec.structs.replace(office, name=name.name, rule="actors/apposition")
    return result


def find_family_names(document: Document, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates, with the single names that call somebody whose full name the report gives."""
    callable_: set[str] = set()
    for candidate in found:
        if candidate.kind == "person" and candidate.name:
            callable_.update(call_names(candidate.name))
    if not callable_:
        return found
    words = frozenset(callable_)
    taken = {k for c in found for k in range(c.first, c.last)}
    extra: list[Candidate] = []
    for k, token in enumerate(document.tokens):
        if k in taken or not token.is_capital:
            continue
        word = bare_word(token.text, words)
        if word in words and (token.lower not in all_function_words() or not _opens(document, k)):
            extra.append(
                Candidate(
                    first=k, last=k + 1, kind="person", rule="actors/family-name", name=(word,), name_at=k
                )
            )
    return sorted(found + extra, key=lambda c: c.first)


def find_parts(document: Document, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates, with the states, organisations and persons that open a compound: ``Ukraine-Krieg``.

    Such a part names somebody but does not act; it is kept where the report names him otherwise too.
    """
    taken = {k for c in found for k in range(c.first, c.last)}
    persons = {word: c for c in found if c.kind == "person" and c.name for word in call_names(c.name)}
    extra: list[Candidate] = []
    for k, token in enumerate(document.tokens):
        if k in taken or "-" not in token.text or not token.is_capital:
            continue
        part = token.text[: token.text.index("-")]
        candidate = _part_of(part, k, persons)
        if candidate:
            extra.append(candidate)
    return sorted(found + extra, key=lambda c: c.first)


def _part_of(part: str, k: int, persons: dict[str, Candidate]) -> Candidate | None:
    base = Candidate(
        first=k, last=k + 1, kind="state", rule="actors/part", acting=False, part=len(part), surface=part
    )
    if person := persons.get(part):
        return msgspec.structs.replace(base, kind="person", name=(part,), name_at=k, country=person.country)
    if found := state_names().meanings(part):
        if found[0].kind == "name":
            return msgspec.structs.replace(base, country=found[0].country, sector="GOV")
        return None
    if organisations := organisation_names().meanings(part):
        o = organisations[0]
        return msgspec.structs.replace(
            base,
            kind="organisation",
            organisation=o,
            name=(organisation_name(o),),
            country=o.country,
            sector=o.sector,
            nowhere=o.country is None,
        )
    return None


def _opens(document: Document, k: int) -> bool:
    return document.sentences[document.sentence_at(document.tokens[k].start)].first == k
