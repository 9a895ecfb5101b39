"""What a language model says of a report: syntax, names, quotations, events, the meaning of sentences.

All places are numbers of the document's tokens, so that every finding leads back to its characters. What a
model does not tell is empty. How sure it is stands beside each finding: of a hundred findings with a
confidence of 0.8 about eighty are right, if the model is calibrated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

from depesche.language.document import Document

# Tokens: the first one, and the one after the last.
Words = tuple[int, int]
# A tuple or an array of floats: what holds them is the model's choice.
Vector = Sequence[float]

NameKind = Literal["PER", "ORG", "GPE", "LOC"]
ActorKind = Literal["PER", "ORG", "GPE", "GROUP"]


class Word(msgspec.Struct, frozen=True, gc=False):
    """A token in its sentence.

    ``upos``, ``relation`` and ``features`` (``("Mood", "Sub")``) are those of Universal Dependencies. A root
    has itself as its ``head``. ``confidence`` is that of head and relation together.
    """

    upos: str = ""
    lemma: str = ""
    features: tuple[tuple[str, str], ...] = ()
    head: int = -1
    relation: str = ""
    confidence: float = 1.0
    upos_confidence: float = 1.0
    features_confidence: float = 1.0

    def feature(self, name: str) -> str:
        """Return the value of a feature (``Case``, ``Number``, ``Mood`` ...), empty if it has none."""
        for key, value in self.features:
            if key == name:
                return value
        return ""


class Name(msgspec.Struct, frozen=True, gc=False):
    """The name of a person, an organisation, a state or city (GPE), or another place (LOC)."""

    words: Words
    kind: NameKind
    confidence: float = 1.0


class ActorMention(msgspec.Struct, frozen=True, gc=False):
    """Words that name or describe a person, an organisation, a state or a group as somebody who acts."""

    words: Words
    kind: ActorKind
    confidence: float = 1.0


class Role(msgspec.Struct, frozen=True, gc=False):
    """The words that have a role in a quotation or an event."""

    role: str
    words: Words
    confidence: float = 1.0


class Speech(msgspec.Struct, frozen=True):
    """A quotation: type, its parts, and the words of speaker, cue, frame and addressee."""

    kind: str
    parts: tuple[Words, ...]
    roles: tuple[Role, ...] = ()
    nested: bool = False
    confidence: float = 1.0


class Happening(msgspec.Struct, frozen=True):
    """An event: PLOVER type, status, the words that name it, those of actor, recipient, place, time."""

    kind: str
    status: str
    words: Words
    roles: tuple[Role, ...] = ()
    confidence: float = 1.0
    status_confidence: float = 1.0


class Analysis(msgspec.Struct, frozen=True):
    """What a model says of one document.

    ``words`` has one entry a token, or none at all; ``vectors`` one a sentence, or none: the cosine of two of
    them says how much the sentences mean the same.
    """

    model: str
    words: tuple[Word, ...] = ()
    names: tuple[Name, ...] = ()
    actors: tuple[ActorMention, ...] = ()
    quotations: tuple[Speech, ...] = ()
    events: tuple[Happening, ...] = ()
    vectors: tuple[Vector, ...] = ()


class LanguageModel(Protocol):
    """Whatever analyses documents: the network of the package, or another pipeline."""

    @property
    def name(self) -> str:
        """What tells this model and its version from others."""

    def analyse(self, documents: Sequence[Document]) -> list[Analysis]:
        """Return the analyses of documents, in their order. No text makes it raise."""
