"""Frames without a verb: ``laut X``, ``nach Angaben von X``, ``X zufolge``, ``so X``, ``demnach``."""

from __future__ import annotations

from collections.abc import Iterator

from depesche.find.quotations.frames import Frame, closes_stretch, content_start, with_relative
from depesche.find.quotations.passages import DIVIDERS, STOPS, Passage, Range, noun_phrase
from depesche.find.quotations.words import is_noun_of_saying, phrase_words
from depesche.language.chunks import Chunk
from depesche.language.function_words import words_of
from depesche.language.numbers import load_numbers
from depesche.language.word_classes import word_ends

# An attribute before its noun has so many words at most.
MAX_ATTRIBUTE = 14


def so_frames(passage: Passage) -> Iterator[Frame]:
    """Yield frames of the kind ``…, so X`` and ``…, so X weiter, …``."""
    tokens = passage.tokens
    for i in range(passage.first + 1, passage.last - 1):
        if tokens[i].lower != "so" or passage.quoted(i):
            continue
        if tokens[i - 1].text not in {",", "–", "—"} and not closes_stretch(passage, i - 1):
            continue
        subject = next((c for c in passage.chunks if c.first == i + 1), None)
        if subject is None or subject.prep or tokens[subject.head].lower in {"das", "es"}:
            continue
        end = _so_end(passage, i + 1, noun_phrase(passage, subject)[1])
        if end is None:
            continue
        first = i - 1 if tokens[i - 1].text in DIVIDERS else i
        content = [(content_start(passage, first), first)]
        last = end
        if end < passage.last and tokens[end].text in DIVIDERS - {";", ":"}:
            last = end + 1
            content.append((last, passage.last))
        yield Frame(
            rule="quotations/so",
            cue=(i,),
            first=first,
            last=last,
            content=tuple(content),
            speaker=noun_phrase(passage, subject),
        )


def _so_end(passage: Passage, start: int, phrase_end: int) -> int | None:
    """Return the end of a ``so`` frame, or None if a finite verb stands in it."""
    finites = {c.finite for c in passage.clauses if c.finite is not None}
    i = start
    while i < passage.last and (i < phrase_end or passage.tokens[i].text not in DIVIDERS | STOPS):
        if i in finites and i >= phrase_end:
            return None
        i += 1
    return i


def phrase_frames(passage: Passage) -> Iterator[Frame]:
    """Yield frames by a preposition or adverb: ``laut X``, ``X zufolge``, ``demnach``."""
    for i in range(passage.first, passage.last):
        lower = passage.tokens[i].lower
        if lower not in _triggers() or passage.quoted(i):
            continue
        found = _phrase_at(passage, i, lower)
        if found is not None:
            yield found


def _triggers() -> frozenset[str]:
    kinds = phrase_words("laut") | phrase_words("zufolge") | phrase_words("demnach")
    return kinds | {"nach", "aus", "wonach"}


def _phrase_at(passage: Passage, i: int, lower: str) -> Frame | None:
    if lower in phrase_words("demnach"):
        return _phrase_frame(passage, "demnach", (i,), i, i + 1, None)
    chunk = next((c for c in passage.chunks if c.first == i and c.prep == lower), None)
    if lower in phrase_words("laut"):
        if lower == "gemäß" and (
            chunk is None or not is_noun_of_saying(passage.tokens[chunk.head].lower, "nach")
        ):
            return None
        speaker = noun_phrase(passage, chunk) if chunk is not None else _behind_attribute(passage, i + 1)
        speaker = speaker or _unknown_name(passage, i + 1)
        return _phrase_frame(passage, "laut", (i,), i, speaker[1], speaker) if speaker else None
    if lower in phrase_words("zufolge") or lower == "nach":
        postposed = _postposed(passage, i, lower)
        if postposed is not None:
            return postposed
    kind = "nach" if lower == "nach" else "sicht"
    if lower in {"nach", "aus"} and chunk is not None:
        # "aus Moskauer Sicht": the noun of saying may stand last.
        noun = passage.tokens[chunk.last - 1 if kind == "sicht" else chunk.head].lower
        if is_noun_of_saying(noun, "nach") if kind == "nach" else _is_sight(noun):
            apart = _APART if _says_whose(passage, chunk) else frozenset[str]()
            speaker = _with_genitive(passage, noun_phrase(passage, chunk, but=apart))
            return _phrase_frame(passage, kind, (i,), i, speaker[1], speaker)
    return None


# What begins no attribute of words that say whose they are: "nach Behördenangaben bei einem Angriff".
_APART = frozenset({"bei", "beim", "seit", "mit", "gegen", "während"})


def _says_whose(passage: Passage, chunk: Chunk) -> bool:
    """Whether an adjective or the noun itself says whose word it is: ``nach eigenen Angaben``."""
    words = [token.lower for token in passage.tokens[chunk.first + 1 : chunk.head + 1]]
    if words[-1].startswith(word_ends("official-parts")):
        return True
    return any(word not in words_of("det") and word not in words_of("poss") for word in words[:-1])


def _is_sight(noun: str) -> bool:
    """Whether a lower-case noun is somebody's view: ``Sicht``, ``US-Sicht``, and no ``Rücksicht``."""
    return noun.rpartition("-")[2] in phrase_words("sicht")


def _with_genitive(passage: Passage, words: Range) -> Range:
    """Return the words with a genitive that only its adjective shows: ``Angaben libanesischer Kreise``."""
    behind = next((c for c in passage.chunks if c.first == words[1]), None)
    if behind is None or behind.prep or behind.joined or behind.pronoun or behind.head == behind.first:
        return words
    adjective = passage.tokens[behind.first]
    genitive = adjective.lower.endswith("er") and not adjective.is_capital
    # "nach israelischer Darstellung vier Kämpfer": a number is no adjective.
    genitive = genitive and adjective.lower not in load_numbers()
    return (words[0], noun_phrase(passage, behind)[1]) if genitive else words


def _behind_attribute(passage: Passage, i: int) -> Range | None:
    """Return the noun whose article at ``i`` an attribute parts from it: ``einer heute gezeigten Studie``."""
    tokens = passage.tokens
    if i >= passage.last or tokens[i].lower not in words_of("det"):
        return None
    for k in range(i + 2, min(i + MAX_ATTRIBUTE, passage.last - 1)):
        if tokens[k].text in DIVIDERS | STOPS:
            return None
        inflected = tokens[k].lower.endswith(("ten", "enen", "te", "ene", "den"))
        if not inflected or tokens[k].is_capital or not is_noun_of_saying(tokens[k + 1].lower, "nach"):
            continue
        found = next((c for c in passage.chunks if c.head == k + 1 and not c.prep), None)
        if found is not None:
            return k + 1, noun_phrase(passage, found)[1]
    return None


def _unknown_name(passage: Passage, i: int) -> Range | None:
    """Return a name that is no chunk: in quotation marks (``„n-tv.de“``), or in small letters (``taz``)."""
    tokens = passage.tokens
    if i >= passage.last:
        return None
    stretch = passage.stretch_at(i)
    if stretch is not None:
        return (i, stretch.last) if stretch.first == i else None
    if not tokens[i].is_word or tokens[i].lower in words_of("conj"):
        return None
    end = i + 1
    while (
        end < passage.last - 1
        and tokens[end].start == tokens[end - 1].end
        and tokens[end].text not in DIVIDERS
    ):
        end += 1
    return i, end


def _postposed(passage: Passage, i: int, lower: str) -> Frame | None:
    """Return the frame of a phrase that ends in ``zufolge`` or ``nach``: ``ihrer Meinung nach``."""
    tokens = passage.tokens
    for chunk in reversed([c for c in passage.chunks if c.last <= i and c.first > i - 16]):
        if chunk.genitive or chunk.joined or chunk.prep or chunk.pronoun:
            continue
        between = range(chunk.last, i)
        bridged = not any(tokens[k].text in DIVIDERS - {"(", ")"} for k in between)
        # "Dem Präsidenten, Hans Maier, zufolge"
        end = noun_phrase(passage, chunk)[1]
        apposed = end == i - 1 and tokens[end].text == "," and tokens[chunk.first - 1].text != ","
        if end != i and not apposed and (not bridged or "d" not in chunk.cases):
            continue
        if lower == "nach" and not is_noun_of_saying(tokens[chunk.head].lower, "nach"):
            return None
        return _phrase_frame(passage, "zufolge", (i,), chunk.first, i + 1, (chunk.first, i - apposed))
    return None


def _phrase_frame(
    passage: Passage, kind: str, cue: tuple[int, ...], first: int, last: int, speaker: Range | None
) -> Frame:
    tokens = passage.tokens
    region = _region(passage, cue[0])
    last = with_relative(passage, last)
    if last < region[1] and tokens[last].text == "," and first == region[0]:
        last += 1
    if first > region[0] and tokens[first - 1].text == "," and last < region[1] and tokens[last].text == ",":
        first, last = first - 1, last + 1
    return Frame(
        rule=f"quotations/{kind}",
        cue=cue,
        first=first,
        last=last,
        content=(region,),
        speaker=speaker,
        back=speaker is None,
    )


def _region(passage: Passage, i: int) -> Range:
    """Return what a phrase at token ``i`` covers: its clause with what depends on it."""
    tokens = passage.tokens
    owner = next((c for c in passage.clauses if i in c.tokens), None)
    if owner is None:
        return passage.first, passage.last
    number = passage.clauses.index(owner)
    start = owner.first
    if tokens[owner.first].lower in words_of("conj") and number:
        start = owner.first + 1
    for other in passage.clauses[number + 1 :]:
        conjunction = tokens[other.first].lower in {"und", "aber", "doch", "oder"}
        own = other.subject is not None and other.subject != owner.subject
        joins = (conjunction and own) or tokens[other.first - 1].text == ";"
        if other.kind == "main" and (joins or owner.kind in {"sub", "rel"}) and other.first > i:
            return start, other.first
    return start, passage.last
