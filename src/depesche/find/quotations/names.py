"""Words in quotation marks: whether they are a name, and in whose clause they stand."""

from __future__ import annotations

from depesche.find.quotations.marks import Stretch
from depesche.find.quotations.passages import DIVIDERS, STOPS, Passage
from depesche.find.quotations.roles import speech_classes
from depesche.find.quotations.words import is_noun_of_saying, speech_acts
from depesche.language.clauses import Clause
from depesche.language.tokens import QUOTES


def is_name(passage: Passage, stretch: Stretch) -> bool:
    """Whether a stretch in quotation marks looks like a name: ``der „Spiegel“``, ``Film „Die Welle“``."""
    tokens = passage.tokens
    inner = [tokens[i] for i in range(stretch.first + 1, stretch.last) if tokens[i].text not in QUOTES]
    words = [t for t in inner if t.is_word]
    if not words:
        return True
    if any(t.text in STOPS - {"."} for t in inner):
        return False
    before = tokens[stretch.first - 1].lower if stretch.first > passage.first else ""
    so_called = before.startswith(("sogenannt", "genannt"))
    if so_called or is_noun_of_saying(before, "name"):
        return len(words) <= 8
    capitals = words[0].is_capital and all(t.is_capital or t.lower in _JOINTS for t in words)
    return capitals and len(words) <= 5 and (not before or before in _DEFINITE or before in DIVIDERS)


_JOINTS = frozenset("und der des die das von für of the and in im zur".split())
_DEFINITE = frozenset({"der", "die", "das", "dem", "den", "des", "im", "zum", "zur", "vom", "am", "beim"})


def owner_clause(passage: Passage, stretch: Stretch) -> Clause | None:
    """Return the clause in whose words the stretch stands, if it has a verb of saying outside the marks."""
    for clause in passage.clauses:
        if not clause.verb or passage.quoted(clause.verb[0]):
            continue
        near = set(range(max(passage.first, stretch.first - 1), min(stretch.last + 1, passage.last)))
        if near & set(clause.tokens) and (speech_classes(passage, clause) or clause.lemma in speech_acts()):
            return clause
    return None
