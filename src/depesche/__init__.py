"""Depesche reads news reports and keeps what they say happened between states, and on whose word.

>>> import depesche
>>> reading = depesche.read("Rubio sagte am Freitag, man werde reden.", published="2025-07-11")
>>> [time.value for time in reading.times]
['2025-07-11']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from depesche.errors import DepescheError
    from depesche.library import Archive
    from depesche.read import read, read_report
    from depesche.reading import Reading, Report

__all__ = ["Archive", "DepescheError", "Reading", "Report", "read", "read_report"]

_HOMES = {
    "Archive": "library",
    "DepescheError": "errors",
    "Reading": "reading",
    "Report": "reading",
    "read": "read",
    "read_report": "read",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: who only writes a report needs no word lists."""
    if name not in _HOMES:
        raise AttributeError(f"module 'depesche' has no attribute {name!r}")
    return getattr(importlib.import_module(f"depesche.{_HOMES[name]}"), name)
