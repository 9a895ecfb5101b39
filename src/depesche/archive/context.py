"""The sentence around a finding, for lists: cut by punctuation, since the archive knows no language.

A sentence ends at ``.``, ``!``, ``?`` or ``…`` with what closes it, before white space and anything but a
small letter, and at a line break after which no small letter follows. A full stop after a number, a single
letter or letters without a vowel (``10.``, ``z. B.``, ``Mrd.``) and one before a number end none. In doubt
the passage is longer; it always holds the whole finding, and reaches at most ``REACH`` characters beyond it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from depesche.archive.rows import Passage

REACH = 600

_END = re.compile(r"[.!?…][\"'“”»«›‹‘’)\]]*(?=\s)|\n")
_NO_END = re.compile(r"(?:\d+|\b[^\W\d_]|\b[^\W\d_aeiouyäöüAEIOUYÄÖÜ]+)\Z")
_NEXT = re.compile(r"\s*([^\s])")


def sentence_around(text: str, start: int, end: int) -> Passage:
    """Return the sentence or sentences of ``text`` that hold the characters ``start`` to ``end``."""
    floor = max(0, start - REACH)
    ceiling = min(len(text), end + REACH)
    left = floor
    for stop in _ends(text, floor, start):
        left = stop
    # What ends the last sentence may be the last character of the finding itself.
    right = next((stop for stop in _ends(text, max(start, end - 1), ceiling) if stop >= end), ceiling)
    left, right = _to_words(text, left, floor, start), _back_to_words(text, right, ceiling, end)
    passage = text[left:right]
    left += min(len(passage) - len(passage.lstrip()), start - left)
    right -= min(len(passage) - len(passage.rstrip()), right - end)
    return Passage(left, right, text[left:right])


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where sentences end between ``start`` and ``end``."""
    for match in _END.finditer(text, start, end):
        following = _NEXT.match(text, match.end(), match.end() + 20)
        if following and (following[1].islower() or (match[0] == "." and following[1].isdigit())):
            continue
        before = text[max(0, match.start() - 12) : match.start()]
        if match[0] == "." and _NO_END.search(before):
            continue
        yield match.end()


def _to_words(text: str, left: int, floor: int, start: int) -> int:
    """Move a beginning that was cut at the reach to the next beginning of a word."""
    if left > floor or left == 0:
        return left
    gap = re.compile(r"\s").search(text, left, start)
    return gap.end() if gap else left


def _back_to_words(text: str, right: int, ceiling: int, end: int) -> int:
    """Move an end that was cut at the reach back to the last end of a word."""
    if right < ceiling or right == len(text):
        return right
    gap = max(text.rfind(" ", end, right), text.rfind("\n", end, right))
    return gap if gap >= 0 else right
