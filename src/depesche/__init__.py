"""Depesche reads news reports and keeps what they say happened between states, and on whose word.

>>> import depesche
>>> reading = depesche.read("Rubio sagte am Freitag, man werde reden.", published="2025-07-11")
>>> [time.value for time in reading.times]
['2025-07-11']
"""

from depesche.dossiers import Dossiers
from depesche.errors import DepescheError
from depesche.library import Archive
from depesche.read import read, read_report
from depesche.reading import Reading, Report

__all__ = ["Archive", "DepescheError", "Dossiers", "Reading", "Report", "read", "read_report"]
