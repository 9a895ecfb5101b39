"""JSON Lines of what a language model says of reports: everything, one report a line.

``report`` is the id of the report, ``text`` what all offsets count in. ``tokens`` are its tokens with what
the model says of each word, ``head`` being the number of a token; ``sentences`` are the tokens ``first`` to
``last``. Each name, part of a quotation, event and role has ``words``, the numbers of its first token and of
the one after its last, and ``start``, ``end`` and ``text`` beside.
"""

from __future__ import annotations

from typing import Any, TextIO

import msgspec

from depesche.exchange.json import to_json
from depesche.language.analysis import Analysis, Words
from depesche.language.document import Document

Plain = dict[str, Any]


def write_analysis(document: Document, stream: TextIO) -> None:
    """Write a document with its analysis as one line."""
    stream.write(to_json(to_plain(document)) + "\n")


def to_plain(document: Document) -> Plain:
    """Return a document with its analysis as plain data; what was not analysed is empty."""
    analysis = document.analysis or Analysis("")
    report = document.report
    return {
        "report": report.id,
        "key": report.key,
        "url": report.url,
        "title": report.title,
        "published": report.published,
        "source": report.source,
        "model": analysis.model,
        "text": document.text,
        "tokens": _list_tokens(document, analysis),
        "sentences": [msgspec.structs.asdict(sentence) for sentence in document.sentences],
        **{
            layer: [_describe(document, finding) for finding in findings]
            for layer, findings in msgspec.structs.asdict(analysis).items()
            if layer not in {"model", "words", "vectors"}
        },
        "vectors": [tuple(vector) for vector in analysis.vectors],
    }


def _list_tokens(document: Document, analysis: Analysis) -> list[Plain]:
    places = [{"start": t.start, "end": t.end, "text": t.text} for t in document.tokens]
    if not analysis.words:
        return places
    return [
        {
            **place,
            **msgspec.structs.asdict(word),
            "features": dict(word.features),
            "head": None if word.head == -1 else word.head,
        }
        for place, word in zip(places, analysis.words, strict=True)
    ]


def _describe(document: Document, finding: msgspec.Struct) -> Plain:
    """Return a finding of any layer, its places with their characters."""
    plain: Plain = {}
    for name, value in msgspec.structs.asdict(finding).items():
        if name == "words":
            plain |= _place(document, value)
        elif name == "parts":
            plain[name] = [_place(document, words) for words in value]
        elif name == "roles":
            plain[name] = [_describe(document, role) for role in value]
        else:
            plain[name] = value
    return plain


def _place(document: Document, words: Words) -> Plain:
    first, last = words
    start, end = document.tokens[first].start, document.tokens[last - 1].end
    return {"words": words, "start": start, "end": end, "text": document.text[start:end]}
