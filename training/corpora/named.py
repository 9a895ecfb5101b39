"""Names in sentences of our own: ``training/data/names``, whose README says what is a name of which type.

One sentence a line, each name in brackets with its type: ``Am [Rhein|LOC] traf [Anna Berger|PER] sie.``
A backslash makes ``[``, ``]``, ``|`` or a backslash a plain character. Empty lines and those that begin with
``#`` say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from depesche.language.network.layout import SPAN_LAYERS
from depesche.language.tokens import tokenize
from training.corpora.names import Types, allow_spans, words_between
from training.corpora.shelf import Shelf
from training.texts import Text, join_texts

FOLDER = Path(__file__).parent.parent / "data" / "names"

_TYPES = frozenset(SPAN_LAYERS["names"])
_PART = re.compile(r"\\([\[\]|\\])|\[((?:[^\[\]|\\])+)\|([A-Z]+)\]|([^\[\]|\\])")


def read_own_names(shelf: Shelf) -> list[Text]:
    """Return our own sentences with names, each file as one text; none unless to train.

    Raises ValueError naming file and line where a line is not as it should be.
    """
    if shelf.purpose != "train":
        return []
    return [join_texts("named", list(read_named(path))) for path in sorted(FOLDER.glob("*.txt"))]


def read_named(path: Path) -> Iterator[Text]:
    """Yield the sentences of a file. Raises ValueError naming file and line."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            try:
                yield parse_sentence(line)
            except ValueError as error:
                raise ValueError(f"{path.name}, line {number}: {error}") from None


def parse_sentence(line: str) -> Text:
    """Return a sentence with its names. Raises ValueError if it is not as the format says.

    A name has to begin and to end where words do: in ``Bayern-Trainer`` nothing is one.
    """
    plain, marked = _strip_marks(line)
    tokens = tokenize(plain)
    starts, ends = [t.start for t in tokens], [t.end for t in tokens]
    spans: list[tuple[int, int, Types]] = []
    for start, end, kind in marked:
        if kind not in _TYPES:
            raise ValueError(f"no such type: {kind}")
        if start not in starts or end not in ends:
            raise ValueError(f"not whole words: {plain[start:end]!r}")
        spans.append((*words_between(starts, ends, start, end), (kind,)))
    return Text(
        source="named",
        words=tuple(t.text for t in tokens),
        spaced=tuple(i == 0 or t.start > ends[i - 1] for i, t in enumerate(tokens)),
        starts=(0,),
        layers={"names": allow_spans(len(tokens), spans)},
    )


def _strip_marks(line: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the sentence without marks, and the names in it (characters, type)."""
    plain: list[str] = []
    spans: list[tuple[int, int, str]] = []
    at = length = 0
    while at < len(line):
        found = _PART.match(line, at)
        if found is None:
            raise ValueError(f"stray {line[at]!r} at character {at + 1}")
        escaped, name, kind, other = found.groups()
        part = name or escaped or other
        if name:
            spans.append((length, length + len(name), kind))
        plain.append(part)
        length += len(part)
        at = found.end()
    return "".join(plain), spans
