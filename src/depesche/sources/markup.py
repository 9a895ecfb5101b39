"""Plain text from HTML and from the tree that trafilatura makes of it: paragraphs kept, tags gone."""

from __future__ import annotations

import re
from typing import Any

import lxml.etree  # type: ignore[import-untyped]
import lxml.html  # type: ignore[import-untyped]

from depesche.errors import ReportError

# What begins and ends a paragraph: HTML's blocks, and trafilatura's names for them.
_BLOCKS = frozenset(
    """p div section article header footer main aside figure figcaption blockquote pre address body
    h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tr td th caption hr
    head list item quote row cell""".split()
)
_BREAKS = frozenset({"br", "lb"})
_SILENT = frozenset({"script", "style", "template", "noscript", "title", "graphic"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPACE_RUN = re.compile(r" {2,}")
_EDGES = re.compile(r" ?\n ?")


def markup_text(markup: str) -> str:
    """Return the text of an HTML fragment, its paragraphs parted by an empty line.

    Raises ReportError where it cannot be parsed.
    """
    # Bytes, because lxml refuses characters with an encoding declaration.
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.fromstring(f"<div>{markup}</div>".encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError) as fault:
        raise ReportError("its HTML cannot be parsed") from fault
    return tree_text(root)


def tree_text(root: Any) -> str:
    """Return the text under an element as paragraphs parted by an empty line; works on any depth."""
    paragraphs: list[str] = []
    words: list[str] = []
    silent = 0
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        starts = event == "start"
        if tag in _SILENT:
            silent += 1 if starts else -1
        elif tag in _BREAKS and starts:
            words.append("\n")
        elif tag in _BLOCKS:
            _close_paragraph(words, paragraphs)
        told = element.text if starts else element.tail
        if told and not silent and not (not starts and element is root):
            words.append(_SPACE.sub(" ", told))
    _close_paragraph(words, paragraphs)
    return "\n\n".join(paragraphs)


def _close_paragraph(words: list[str], paragraphs: list[str]) -> None:
    paragraph = _EDGES.sub("\n", _SPACE_RUN.sub(" ", "".join(words))).strip(" \n")
    if paragraph:
        paragraphs.append(paragraph)
    words.clear()
