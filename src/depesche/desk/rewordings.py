"""How the text of an article changed from one version to the next: sentences that went, and that came."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from depesche.desk.lines import Marked, mark_words
from depesche.language.document import find_sentences

# So many sentences of each text are shown.
_MOST = 40
_WORD = re.compile(r"\w+")


class Rewording(msgspec.Struct, frozen=True):
    """The sentences that stand in one version alone, in their order; what the other has not is marked.

    ``more`` is how many of both are left out.
    """

    gone: tuple[tuple[Marked, ...], ...]
    new: tuple[tuple[Marked, ...], ...]
    more: int


def compare_texts(old: str, new: str) -> Rewording:
    """Return how one text became another. Sentences that only moved, or were set otherwise, are the same."""
    before, after = _split(old), _split(new)
    kept = {_words(sentence) for sentence in before} & {_words(sentence) for sentence in after}
    gone = [sentence for sentence in before if _words(sentence) not in kept]
    come = [sentence for sentence in after if _words(sentence) not in kept]
    left_out = max(0, len(gone) - _MOST) + max(0, len(come) - _MOST)
    return Rewording(_mark(gone[:_MOST], come), _mark(come[:_MOST], gone), left_out)


def _split(text: str) -> list[str]:
    """Return the sentences of a text, but for those without a word."""
    spans = find_sentences(text)
    return [text[span.start : span.end] for span in spans if _WORD.search(text, span.start, span.end)]


def _words(sentence: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(sentence))


def _mark(sentences: Sequence[str], others: Iterable[str]) -> tuple[tuple[Marked, ...], ...]:
    """Return sentences with the words marked that no sentence of the others has."""
    known = {word for sentence in others for word in _words(sentence)}
    return tuple(
        mark_words(
            sentence,
            [(m.start(), m.end(), "changed") for m in _WORD.finditer(sentence) if m[0] not in known],
        )
        for sentence in sentences
    )
