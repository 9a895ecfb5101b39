"""Reads names of states, of their inhabitants, and of the cities and seats that stand for them."""

from __future__ import annotations

from depesche.find.actors.candidates import Candidate
from depesche.find.actors.names import gender_of, is_name_word, name_end
from depesche.find.actors.phrases import DEFINITE, is_definite, is_plural, read_before
from depesche.find.actors.scan import Scan
from depesche.language.datelines import ends_town
from depesche.language.function_words import all_function_words, words_of
from depesche.language.offices import context_ends, context_words, noun_of
from depesche.language.phrases import PhraseMatch
from depesche.language.states import StateWord, country_of_adjective, state_nouns
from depesche.language.tokens import Sentence
from depesche.language.verbs import analyse_verb

# What opens an attribute that says of what a noun is: "der Norden des Landes".
_ATTRIBUTE = frozenset({"der", "des", "von", "vom", "eines", "einer"})


def add_state(scan: Scan, match: PhraseMatch[StateWord], sentence: Sentence) -> int:
    """Add the state that is named; return the index after it."""
    word = match.found[0]
    i = match.first
    if word.kind == "inhabitant":
        if _is_capital_adjective(scan, match, sentence):
            return match.last
        return _add_inhabitant(scan, match, word, sentence)
    if is_dateline(scan, i, match.last, sentence):
        scan.datelines.append((i, word.country))
        return match.last
    if word.kind == "capital" and match.last < sentence.last and is_name_word(scan.tokens[match.last]):
        return match.last  # ``Bangkok Post``
    scan.keep(
        Candidate(
            first=i,
            last=match.last,
            kind="state",
            rule=f"actors/state-{word.kind}",
            country=word.country,
            sector="GOV",
            acting=i in scan.told or (acts_at(scan, i, sentence) and not _heads_line(scan, match, sentence)),
            capital=word.kind != "name",
            surface=" ".join(t.text for t in scan.tokens[i : match.last]),
        )
    )
    return match.last


def _is_capital_adjective(scan: Scan, match: PhraseMatch[StateWord], sentence: Sentence) -> bool:
    """Whether an adjective opens the sentence before its noun: ``Deutsche Soldaten retteten sie``."""
    first, last = match.first, match.last
    if (
        first != sentence.first
        or last >= sentence.last
        or country_of_adjective(scan.tokens[first].text) is None
    ):
        return False
    return scan.tokens[last].is_capital and scan.tokens[last].is_word


def _add_inhabitant(scan: Scan, match: PhraseMatch[StateWord], word: StateWord, sentence: Sentence) -> int:
    before = read_before(scan.tokens, match.first, sentence.first)
    text = scan.tokens[match.first].text
    plural = is_plural("both", text, before) or not before.determiner
    stop = match.last if plural else name_end(scan.tokens, match.last, sentence.last)
    name = scan.name_words(match.last, stop) if stop - match.last >= 2 else ()
    last = stop if name else match.last
    scan.keep(
        Candidate(
            first=before.first,
            last=last,
            kind="group" if plural else "person",
            rule="actors/inhabitant",
            name=name,
            name_at=match.last if name else -1,
            role=scan.text(before.first, match.last) if name else None,
            gender=gender_of(name) if name else "",
            country=word.country,
            sector="CVL",
            plural=plural,
            definite=is_definite(before),
            surface=text.lower(),
        )
    )
    return last


def add_state_noun(scan: Scan, i: int, sentence: Sentence) -> int:
    """Add the noun at ``i`` if it may stand for a state named before; return the index after it, else 0.

    ``das Königreich`` stands for it, ``im Königreich`` and ``der Norden des Landes`` tell a place.
    """
    noun = state_nouns().get(scan.tokens[i].text)
    if noun is None:
        return 0
    before = read_before(scan.tokens, i, sentence.first)
    if before.determiner not in DEFINITE or before.countries or not acts_at(scan, i, sentence):
        return 0
    behind = scan.tokens[i + 1] if i + 1 < sentence.last else None
    if behind is not None and (behind.is_capital or behind.lower in _ATTRIBUTE):
        return 0
    scan.keep(
        Candidate(
            first=i,
            last=i + 1,
            kind="state",
            rule="actors/state-noun",
            sector="GOV",
            described=noun,
            surface=scan.tokens[i].text,
        )
    )
    return i + 1


def is_dateline(scan: Scan, i: int, last: int, sentence: Sentence) -> bool:
    """Whether the words are the place that a report begins with: ``Moskau (dpa) –``."""
    tokens = scan.tokens
    if last >= sentence.last:
        return False
    if i != sentence.first:
        # ``Kathmandu/Wien (apa) –``
        ahead = tokens[sentence.first : i]
        if ahead[-1].text != "/" or not all(t.is_capital or t.text == "/" for t in ahead):
            return False
    return ends_town(tokens, last, sentence.last)


def _heads_line(scan: Scan, match: PhraseMatch[StateWord], sentence: Sentence) -> bool:
    """Whether the state is the place before a headline: ``Thailand: Premier tritt zurück``."""
    opens = match.first == sentence.first and match.last < sentence.last
    return opens and scan.tokens[match.last].text == ":"


def acts_at(scan: Scan, i: int, sentence: Sentence) -> bool:
    """Whether the state at ``i`` does not stand as a mere place."""
    k = _word_before(scan, i, sentence)
    if k < sentence.first:
        return True
    token = scan.tokens[k]
    before = scan.tokens[k - 1].lower if k > sentence.first else ""
    if token.lower in context_words("place_prepositions"):
        if token.lower == "in":
            return _is_where_one_acts(scan, i, sentence)
        return token.lower == "aus" and (
            before.endswith(context_ends("words_from")) or _is_heard_from(scan, k, sentence)
        )
    if token.lower in {"und", "oder", "sowie", "wie", ",", "bis", "als"}:
        return _acts_joined(scan, k)
    if token.is_capital:
        # ``der Präsident der Ukraine`` is one who acts, and she is not.
        form = noun_of(token.text)
        person = form is not None and form.noun.kind == "person"
        return not person and not token.lower.endswith(context_ends("place_nouns"))
    return not (token.lower == "von" and before.endswith(context_ends("place_nouns")))


def _is_heard_from(scan: Scan, k: int, sentence: Sentence) -> bool:
    """Whether ``aus`` at ``k`` opens a sentence on what is heard: ``Aus Paris kam Kritik``."""
    if k != sentence.first:
        return False
    ahead = scan.tokens[k + 1 : min(k + 9, sentence.last)]
    return any(t.lower in context_words("heard") for t in ahead)


def _is_where_one_acts(scan: Scan, i: int, sentence: Sentence) -> bool:
    """Whether ``man`` behind the verb stands for the state at ``i``: ``In Moskau wies man das zurück``."""
    ahead = scan.tokens[i + 1 : min(i + 5, sentence.last)]
    near = next((k for k, t in enumerate(ahead) if t.lower == "man"), None)
    return near is not None and any(
        f.kind == "finite" for t in ahead[:near] if not t.is_capital for f in analyse_verb(t.lower)
    )


def _word_before(scan: Scan, i: int, sentence: Sentence) -> int:
    """Return the index of the word before the article and adjectives of the noun at ``i``."""
    k = i - 1
    while k >= sentence.first and i - k < 4:
        token = scan.tokens[k]
        adjective = token.text == token.lower and token.lower.endswith(("en", "e", "er"))
        if not (
            token.lower in words_of("det")
            or country_of_adjective(token.text)
            or (adjective and token.lower not in all_function_words())
        ):
            break
        k -= 1
    return k


def _acts_joined(scan: Scan, k: int) -> bool:
    """Whether what stands before a conjunction at ``k`` acts: ``in Moskau und Kiew`` are both places."""
    before = scan.found[-1] if scan.found else None
    if before and before.last == k and before.kind == "state":
        return before.acting
    return True
