"""CoNLL-U of what a language model says of a report, for the tools of Universal Dependencies.

Ten columns: number, form, lemma, part of speech, nothing, features, head, relation, nothing, and the rest:
``Start`` and ``End`` are the token's characters in the report, ``SpaceAfter=No`` that no white space follows.
``Name=B-PER``, ``I-PER`` is a name, ``Actor`` likewise somebody who acts. ``Event=CONSULT`` with
``EventStatus`` and ``EventId`` is a word that names an event, ``EventRole=3:actor`` one with a role in event
3; ``Quotation=Direct`` with ``QuotationId`` is a word of a quotation, ``QuotationRole=1:speaker`` one with a
role in quotation 1. Ids count within a report; a word in several has them with commas. ``# text`` is the
sentence with single spaces.

A token holds no white space, but what a model says may, and any text may hold control characters: white space
becomes a space (in the last column ``_``), other control characters and lone surrogates become U+FFFD. No
form can begin with a spreadsheet's formula sign unless it is that sign alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TextIO

from depesche.language.analysis import Analysis, Role, Word
from depesche.language.document import Document
from depesche.language.tokens import Sentence

_SPACE = re.compile(r"\s+")
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# These divide the entries of a column and their values.
_DIVIDERS = re.compile(r"[\s|=,]+")

Marks = dict[str, list[str]]


def write_conllu(document: Document, stream: TextIO) -> None:
    """Write a document with its analysis; one that was not analysed has forms and offsets alone."""
    if not document.sentences:  # a document without words has no place in this format
        return
    analysis = document.analysis or Analysis("")
    report = document.report
    about = {
        "newdoc id": report.id,
        "generator": analysis.model,
        "key": report.key,
        "url": report.url,
        "title": report.title,
    }
    for name, value in about.items():
        if value:
            stream.write(f"# {name} = {_clean(value)}\n")
    marks = _mark_words(analysis)
    for sentence in document.sentences:
        stream.write(f"# sent_id = {report.id[:16]}-{sentence.index + 1}\n")
        stream.write(f"# text = {_join_forms(document, sentence)}\n")
        for k in range(sentence.first, sentence.last):
            word = analysis.words[k] if analysis.words else Word()
            stream.write("\t".join(_fill_columns(document, sentence, k, word, marks[k])) + "\n")
        stream.write("\n")


def _fill_columns(
    document: Document, sentence: Sentence, k: int, word: Word, marks: Marks
) -> tuple[str, ...]:
    token = document.tokens[k]
    features = "|".join(
        f"{_tie(name)}={','.join(map(_tie, value.split(',')))}"
        for name, value in sorted(word.features, key=lambda pair: pair[0].lower())
    )
    rest = {"Start": [str(token.start)], "End": [str(token.end)], **marks}
    if k + 1 < len(document.tokens) and document.tokens[k + 1].start == token.end:
        rest["SpaceAfter"] = ["No"]
    head = "_" if word.head == -1 else "0" if word.head == k else str(word.head - sentence.first + 1)
    return (
        str(k - sentence.first + 1),
        _clean(token.text),
        _clean(word.lemma) or "_",
        _tie(word.upos),
        "_",
        features or "_",
        head,
        _tie(word.relation),
        "_",
        "|".join(f"{name}={','.join(values)}" for name, values in rest.items()),
    )


def _mark_words(analysis: Analysis) -> defaultdict[int, Marks]:
    """Return for each word what it takes part in, by the names of the last column."""
    marks: defaultdict[int, Marks] = defaultdict(lambda: defaultdict(list))
    for entry, found in (("Name", analysis.names), ("Actor", analysis.actors)):
        for mention in found:
            for k in range(*mention.words):
                if entry not in marks[k]:  # of two that overlap the first counts
                    marks[k][entry] = [f"{'B' if k == mention.words[0] else 'I'}-{_tie(mention.kind)}"]
    for number, event in enumerate(analysis.events, 1):
        for k in range(*event.words):
            marks[k]["Event"].append(_tie(event.kind))
            marks[k]["EventStatus"].append(_tie(event.status))
            marks[k]["EventId"].append(str(number))
        for k, role in _number_roles(number, event.roles):
            marks[k]["EventRole"].append(role)
    for number, quotation in enumerate(analysis.quotations, 1):
        for part in quotation.parts:
            for k in range(*part):
                marks[k]["Quotation"].append(_tie(quotation.kind))
                marks[k]["QuotationId"].append(str(number))
        for k, role in _number_roles(number, quotation.roles):
            marks[k]["QuotationRole"].append(role)
    return marks


def _number_roles(number: int, roles: Iterable[Role]) -> Iterator[tuple[int, str]]:
    for role in roles:
        for k in range(*role.words):
            yield k, f"{number}:{_tie(role.role)}"


def _join_forms(document: Document, sentence: Sentence) -> str:
    """Return the forms of a sentence with a space where any white space stands."""
    end = sentence.start
    text = ""
    for token in document.words(sentence):
        text += (" " if token.start > end else "") + _clean(token.text)
        end = token.end
    return text


def _clean(text: str) -> str:
    """Return a text that fits in a cell or a comment."""
    return _UNWRITABLE.sub("\ufffd", _SPACE.sub(" ", text).strip())


def _tie(text: str) -> str:
    """Return a label that fits in a column with entries, ``_`` if it is empty."""
    return _UNWRITABLE.sub("\ufffd", _DIVIDERS.sub("_", text)) or "_"
