"""One sentence with what is known of it: clauses, chunks, stretches in quotation marks, noun phrases."""

from __future__ import annotations

import functools

import msgspec

from depesche.find.quotations.marks import Stretch
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.datelines import behind_dateline
from depesche.language.document import Document
from depesche.language.function_words import words_of
from depesche.language.tokens import QUOTES, Sentence, Token
from depesche.language.verbs import analyse_verb, is_nonfinite
from depesche.language.word_classes import word_ends

Range = tuple[int, int]  # tokens, the second exclusive

DIVIDERS = frozenset({",", ";", ":", "–", "—", "-", "(", ")"})
STOPS = frozenset({".", "!", "?", "…", "..."})


class Passage(msgspec.Struct, frozen=True, dict=True):
    """A sentence, its clauses, and the stretches in quotation marks that touch it."""

    document: Document
    sentence: Sentence
    clauses: tuple[Clause, ...]
    stretches: tuple[Stretch, ...]

    @property
    def tokens(self) -> list[Token]:
        """The tokens of the whole document."""
        return self.document.tokens

    @functools.cached_property
    def first(self) -> int:
        """The index of the sentence's first token, behind the town and date that it may begin with."""
        return behind_dateline(self.document, self.sentence)

    @property
    def last(self) -> int:
        """The index after the sentence's last token."""
        return self.sentence.last

    @functools.cached_property
    def chunks(self) -> list[Chunk]:
        """All chunks of the sentence in order."""
        return sorted((c for clause in self.clauses for c in clause.chunks), key=lambda c: c.first)

    def quoted(self, i: int) -> bool:
        """Whether token ``i`` stands in quotation marks."""
        return self.stretch_at(i) is not None

    def stretch_at(self, i: int) -> Stretch | None:
        """Return the stretch that holds token ``i``."""
        return next((s for s in self.stretches if s.first <= i < s.last), None)

    def moods(self, i: int) -> set[str]:
        """Return the moods that the finite verb at token ``i`` can have."""
        forms = analyse_verb(self.tokens[i].lower)
        return {f.mood for f in forms if f.kind == "finite" and f.number != "1sg"}

    def trim(self, first: int, last: int, *, stop: bool = False) -> Range | None:
        """Return the range without dividers at its ends, and without the final stop unless ``stop``."""
        tokens = self.tokens
        while first < last and (tokens[first].text in DIVIDERS - {"("} or tokens[first].text in STOPS):
            first += 1
        while last > first and (
            tokens[last - 1].text in DIVIDERS - {")"} or (not stop and tokens[last - 1].text in STOPS)
        ):
            last -= 1
        return (first, last) if first < last else None


def noun_phrase(
    passage: Passage, chunk: Chunk, *, alone: bool = False, but: frozenset[str] = frozenset()
) -> Range:
    """Return the chunk with its attributes, appositions and what is coordinated, without its preposition.

    ``alone`` leaves out what follows; ``but`` are prepositions that begin no attribute here.
    """
    first = _without_preposition(passage, chunk)
    last = _with_brackets(passage, chunk.last)
    if not alone:
        last = _with_attributes(passage, chunk, first, last, but)
        last = _with_apposition(passage, last, chunk)
    first, last = _with_marks(passage, first, last)
    return _with_introduction(passage, chunk, first), last


def _without_preposition(passage: Passage, chunk: Chunk) -> int:
    own = chunk.prep and passage.tokens[chunk.first].lower == chunk.prep and chunk.last > chunk.first + 1
    return chunk.first + 1 if own else chunk.first


def _with_attributes(passage: Passage, chunk: Chunk, first: int, last: int, but: frozenset[str]) -> int:
    """Return the end of the phrase with the attributes that follow its first chunk."""
    chunks = passage.chunks
    k = next((n for n, c in enumerate(chunks) if c.first == chunk.first), len(chunks))
    head = chunk
    for following in chunks[k + 1 : k + 9]:
        named = passage.stretch_at(last)
        if (
            named is not None
            and named.first == last
            and named.first < following.first < named.last <= last + 8
        ):
            last = named.last
            continue
        end = None if following.prep in but else _attribute_end(passage, head, last, following, first)
        if end is None:
            break
        last = _with_brackets(passage, end)
        if not following.genitive:
            head = following if following.joined else head
    return last


def _with_introduction(passage: Passage, chunk: Chunk, first: int) -> int:
    """Return the start with what introduces a name: ``die Gruppe „X“``, ``der Sprecher, Y,``."""
    tokens = passage.tokens
    if first <= passage.first or chunk.pronoun:
        return first
    if tokens[first].text in QUOTES:
        before = next((c for c in passage.chunks if c.last == first), None)
        if before is not None and not before.pronoun:
            return _without_preposition(passage, before)
        return first - 1 if tokens[first - 1].lower in words_of("det") else first
    if tokens[first - 1].text != "," or chunk.joined:
        return first
    leads = (c for c in passage.chunks if c.last < first and not c.prep and not c.genitive and not c.joined)
    for lead in leads:
        end = _with_attributes(passage, lead, lead.first, _with_brackets(passage, lead.last), frozenset())
        if _with_marks(passage, lead.first, end)[1] == first - 1 and _opens_clause(passage, lead):
            return lead.first
    return first


def _opens_clause(passage: Passage, chunk: Chunk) -> bool:
    """Whether a chunk opens the sentence or a clause, or follows the finite verb."""
    before = chunk.first - 1
    if before < passage.first or passage.tokens[before].text in DIVIDERS | QUOTES:
        return not chunk.pronoun
    return any(c.finite == before or c.first == chunk.first for c in passage.clauses) and not chunk.pronoun


def _attribute_end(passage: Passage, head: Chunk, last: int, following: Chunk, first: int) -> int | None:
    """Return the end of the chunk ``following`` if it belongs to the phrase that ends at ``last``."""
    tokens = passage.tokens
    if head.pronoun and following.prep not in {"von", "der"}:
        return None
    gap = [tokens[i].lower for i in range(last, following.first) if tokens[i].text not in QUOTES]
    if following.joined and gap in (["und"], ["sowie"], ["oder"], [",", "und"]):
        return following.last
    if gap:
        return None
    if following.genitive:
        return following.last
    if following.prep and _is_attribute(passage, head, following):
        return following.last
    named = not following.prep and not following.pronoun and following.first == following.head
    inner = tokens[last - 1].is_capital and last > head.last
    return following.last if named and inner and tokens[following.first].is_capital else None


def _is_attribute(passage: Passage, head: Chunk, following: Chunk) -> bool:
    noun = passage.tokens[head.last - 1].lower
    if following.prep in {"von", "vom"}:
        return not head.pronoun
    common = head.first != head.head
    if following.prep in {"für", "zur", "zum", "aus", "bei", "beim"}:
        return common and not noun.endswith("minister")
    return following.prep in {"in", "im"} and noun.endswith(word_ends("seated-bodies"))


def _with_brackets(passage: Passage, last: int) -> int:
    """Return the end of a phrase after brackets that follow it: ``(IAEA)``."""
    tokens = passage.tokens
    if last < passage.last and tokens[last].text == "(":
        for i in range(last + 1, min(last + 12, passage.last)):
            if tokens[i].text == ")":
                return i + 1
    return last


def _with_marks(passage: Passage, first: int, last: int) -> Range:
    """Return the range with the quotation marks of a name that it cuts: ``die „New York Times“``."""
    for stretch in passage.stretches:
        if stretch.first < last <= stretch.last and stretch.first >= first and stretch.last - last <= 2:
            last = stretch.last
        if stretch.first < first < stretch.last and stretch.last <= last:
            first = stretch.first
    return first, last


def _with_apposition(passage: Passage, last: int, chunk: Chunk) -> int:
    """Return the end after an apposition between commas: ``Bill Keller, der Chefredakteur des Blattes,``."""
    tokens = passage.tokens
    if chunk.pronoun or last >= passage.last or tokens[last].text != ",":
        return last
    other = next((c for c in passage.chunks if c.first == last + 1), None)
    if (
        other is None
        or other.prep
        or other.pronoun
        or other.joined
        or not set(other.cases) & set(chunk.cases)
    ):
        return last
    for i in range(last + 1, min(last + 16, passage.last)):
        token = tokens[i]
        if token.text in {",", ":"} or (token.text in STOPS and i == passage.last - 1):
            # "…, so der Minister, die Gespräche abgebrochen": this is the end of what was interrupted.
            return last if is_nonfinite(tokens[i - 1]) else i
        verbal = token.text[0].islower() and any(f.kind == "finite" for f in analyse_verb(token.lower))
        if verbal or token.text in DIVIDERS or token.lower in words_of("conj"):
            break
    return last
