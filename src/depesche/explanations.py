"""Prints why an event was read, in plain lines that fit any width and can be read aloud.

What a line belongs to is said by its words and its indentation; colour only repeats it. The words that tell
the event stand in square brackets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from rich.console import Console
from rich.text import Text

from depesche.explain import Entry, Explanation, HeadView, TellingView
from depesche.find.events.explain import Ground
from depesche.language.sentences import ChunkView, ClauseView, Node, Place, SentenceView
from depesche.messages import interface_language, say, say_in
from depesche.reading import Event
from depesche.terminal import STYLES, flatten, make_console

# Deeper in a tree, lines are not moved farther to the right: a narrow terminal would have no room for them.
_DEEPEST = 8
_STEP = 2
_LABELS = {
    "type": "col-type",
    "actor": "col-who",
    "recipient": "col-whom",
    "date": "col-date",
    "place": "col-place",
    "status": "col-status",
    "source": "col-word-of",
}
_STANDS = frozenset(
    "subject a d g owner asked clause speaker adjective first any agent frame within sign day refused "
    "promised earlier story implied role".split()
)


class Line(msgspec.Struct, frozen=True):
    """A line of what is printed, and how many steps it is moved to the right."""

    text: Text
    depth: int = 0


def print_explanation(explanation: Explanation, console: Console | None = None) -> None:
    """Print why an event was read."""
    _print(_explanation_lines(explanation), console)


def print_events(events: Sequence[Event], console: Console | None = None) -> None:
    """Print the events of a report, each with its id, its words, its place in the text and its rule."""
    _print(map(_event_line, events) if events else [_plain(say("nothing"))], console)


def _print(lines: Iterator[Line] | Sequence[Line], console: Console | None) -> None:
    console = console or make_console()
    for line in lines:
        indent = line.depth * _STEP
        for part in line.text.wrap(console, console.width - indent):
            part.rstrip()
            console.print(Text(" " * indent).append(part) if part else part)


def _event_line(event: Event) -> Line:
    line = _kind_of(event).append(f" [{flatten(event.text)}]")
    return Line(line.append(f" {event.start} {flatten(event.rule)}"))


def _kind_of(event: Event) -> Text:
    kind = event.type + (f"/{event.mode}" if event.mode else "")
    return Text(f"{event.id} ").append(kind, STYLES["events"])


def _explanation_lines(explanation: Explanation) -> Iterator[Line]:
    event = explanation.event
    yield Line(_kind_of(event))
    yield _plain(say("explain-rule", rule=flatten(event.rule)))
    if explanation.kept:
        kept = explanation.kept
        yield _plain(say("explain-kept", id=kept.id, type=kept.type, rule=flatten(kept.rule)))
    yield from _telling_lines(explanation)
    yield from _field_lines(explanation)
    for sentence in explanation.sentences:
        yield from _head(say("explain-grammar", number=sentence.index + 1))
        for clause in sentence.clauses:
            yield from _clause_lines(clause)
        if sentence.tree:
            yield from _head(say("explain-tree", number=sentence.index + 1))
            yield _plain(say("explain-model", name=flatten(explanation.language_model or "")))
            yield from map(_node_line, sentence.tree)


# --- the words ------------------------------------------------------------------------------------


def _telling_lines(explanation: Explanation) -> Iterator[Line]:
    """Yield for each telling its sentence with the words marked, its entry and what a model says of it."""
    sentences = {s.index: s for s in explanation.sentences}
    for number, telling in enumerate(explanation.tellings):
        yield from _head(say("explain-also") if number else say("explain-words"))
        yield Line(_marked(sentences[telling.sentence], telling), 1)
        if number:
            yield _plain(say("explain-rule", rule=flatten(telling.rule)), 1)
        for sign in ("heading", "echo", "follows"):
            if getattr(telling, sign):
                yield _plain(say(f"explain-{sign}"), 1)
        if telling.asked:
            yield _plain(say("explain-asked", word=flatten(telling.asked.text)), 1)
        if telling.entry:
            yield from _entry_lines(telling.entry)
        if telling.network:
            yield from _head_lines(telling.network)


def _marked(sentence: SentenceView, telling: TellingView) -> Text:
    words, text = sentence.words, sentence.words.text
    start, end = telling.words.start - words.start, telling.words.end - words.start
    line = Text(flatten(text[:start])).append(f"[{flatten(text[start:end])}]", STYLES["events"])
    return line.append(flatten(text[end:]))


def _entry_lines(entry: Entry) -> Iterator[Line]:
    yield _plain(say("explain-entry", id=entry.id, file=f"data/{entry.file}", line=entry.line), 1)
    for key, value in entry.fields.items():
        if value not in ("", False) and key != "content":
            yield _plain(f"{key}: {'yes' if value is True else value}", 2)
    yield _plain(say("explain-yes", text=entry.yes), 2)
    yield _plain(say("explain-no", text=entry.no), 2)


def _head_lines(head: HeadView) -> Iterator[Line]:
    sure = f"{head.confidence:.2f}"
    yield _plain(say("explain-network", type=head.type, words=_quote(head.words), confidence=sure), 1)
    yield _plain(f"{say('col-status')}: {flatten(head.status)} ({head.status_confidence:.2f})", 2)
    for role in head.roles:
        label = say(_LABELS.get(role.role, "col-date" if role.role == "time" else "col-words"))
        yield _plain(f"{label}: {_quote(role.words)} ({role.confidence:.2f})", 2)


# --- the fields -----------------------------------------------------------------------------------


def _field_lines(explanation: Explanation) -> Iterator[Line]:
    yield from _head(say("explain-fields"))
    names = {a.id: a.name for a in explanation.actors}
    for ground in explanation.grounds:
        value = flatten(names.get(ground.value, ground.value))
        yield Line(Text(f"{say(_LABELS[ground.field])}: ", "bold").append(value), 1)
        yield _plain(_reason(ground, explanation), 2)


def find_stand(ground: Ground, explanation: Explanation, language: str) -> str:
    """Return where a value stands (*accusative object*), in a language; empty if it is not known."""
    if _is_passive_subject(ground, explanation):
        return say_in(language, "stands-a-passive")
    if not ground.stands:
        return ""
    if ground.stands in _STANDS:
        return say_in(language, f"stands-{ground.stands}")
    return say_in(language, "stands-prep", word=ground.stands)


def _reason(ground: Ground, explanation: Explanation) -> str:
    """Return where a value stands, in which words, and what found them."""
    parts = [
        find_stand(ground, explanation, interface_language()),
        ", ".join(map(_quote, ground.words)),
        _clause(ground, explanation),
        flatten(ground.rule),
        say("explain-confidence", value=f"{ground.confidence:.2f}") if ground.confidence is not None else "",
    ]
    return "; ".join(filter(None, parts)) or say("stands-unknown")


def _is_passive_subject(ground: Ground, explanation: Explanation) -> bool:
    """Whether what a frame calls the accusative object is the subject, because the clause is passive."""
    telling = explanation.tellings[ground.telling]
    sentence = next(s for s in explanation.sentences if s.index == telling.sentence)
    clause = sentence.clauses[telling.clause] if telling.clause is not None else None
    return ground.stands == "a" and clause is not None and clause.voice == "passive"


def _clause(ground: Ground, explanation: Explanation) -> str:
    if ground.clause is None:
        return ""
    sentence = explanation.tellings[ground.telling].sentence
    if len(explanation.sentences) == 1:
        return say("explain-clause", number=ground.clause + 1)
    return say("explain-clause-of", number=ground.clause + 1, sentence=sentence + 1)


# --- the grammar ----------------------------------------------------------------------------------


def _clause_lines(clause: ClauseView) -> Iterator[Line]:
    kind = [f"kind-{clause.kind}", f"voice-{clause.voice}" if clause.lemma else ""]
    traits = [say(f"grammar-{name}") for name in kind if name]
    traits += [say(f"grammar-{name}") for name in (clause.tense, clause.mood) if name]
    traits += [say("grammar-negated")] if clause.negated else []
    yield Line(Text(f"{say('explain-clause', number=clause.number + 1)}: ").append(", ".join(traits)), 1)
    yield _plain(" ... ".join(_quote(words) for words in clause.words), 2)
    if clause.parent is not None:
        yield _plain(say("grammar-parent", number=clause.parent + 1), 2)
    if clause.lemma:
        verb = ", ".join(map(_quote, clause.verb))
        yield _plain(f"{say('grammar-verb')}: {clause.lemma} ({verb})", 2)
    if clause.modal:
        yield _plain(f"{say('grammar-modal')}: {clause.modal}", 2)
    if clause.opener:
        yield _plain(f"{say('grammar-opener')}: {flatten(clause.opener)}", 2)
    if clause.subject:
        yield _plain(f"{say('stands-subject')}: {_quote(clause.subject)}", 2)
    for chunk in clause.chunks:
        yield _plain(f"{_quote(chunk.words)}: {', '.join(_chunk_traits(chunk))}", 2)


def _chunk_traits(chunk: ChunkView) -> Iterator[str]:
    if chunk.prep:
        yield say("stands-prep", word=flatten(chunk.prep))
    if chunk.genitive:
        yield say("grammar-attribute")
    if chunk.pronoun:
        yield say("grammar-pronoun")
    yield say("grammar-or").join(say(f"grammar-case-{case}") for case in chunk.cases)
    if chunk.joined:
        yield say("grammar-joined")


def _node_line(node: Node) -> Line:
    lemma = f" = {flatten(node.lemma)}" if node.lemma and node.lemma != node.words.text else ""
    relation = flatten(node.relation) or "?"
    upos = f" {flatten(node.upos)}" if node.upos else ""
    line = f"{relation}: {flatten(node.words.text)}{lemma}{upos} ({node.confidence:.2f})"
    return _plain(line, 1 + min(node.depth, _DEEPEST))


# --- words ----------------------------------------------------------------------------------------


def _head(title: str) -> Iterator[Line]:
    yield Line(Text())
    yield Line(Text(title, "bold"))


def _plain(text: str, depth: int = 0) -> Line:
    return Line(Text(text), depth)


def _quote(words: Place) -> str:
    return f'"{flatten(words.text)}"'
