"""What can go wrong, one class for each thing a caller may want to catch.

Each message is one sentence that says what is wrong and where, fit to be shown to a user.
"""

from __future__ import annotations

import errno
import traceback
from typing import Literal, Self

# Why something could not be fetched: what to tell in the user's language.
FetchKind = Literal[
    "address",  # it is no address that may be asked for
    "forbidden",  # it lies inside the own network
    "name",  # there is no such host
    "connection",  # it cannot be reached, or the connection broke
    "certificate",  # it does not prove who it is
    "time",  # it took too long
    "size",  # it is too large
    "redirects",  # it leads on and on
    "answer",  # what it answers is broken
    "robots",  # its robots.txt does not allow it
    "status",  # it answers that it will not, or cannot
    "feed",  # what it answers is no feed
    "page",  # what it answers is no page with a text
    "rules",  # nobody can tell what its robots.txt allows
    "reading",  # we fail at what it answers
]


# Why a file cannot be written, by the system's number.
_UNWRITABLE = {
    errno.ENOSPC: "unwritable-full",
    errno.EDQUOT: "unwritable-full",
    errno.EFBIG: "unwritable-full",
    errno.EROFS: "unwritable-forbidden",
    errno.EACCES: "unwritable-forbidden",
    errno.EPERM: "unwritable-forbidden",
}


class DepescheError(Exception):
    """Anything that Depesche raises on purpose."""


class ReportError(DepescheError):
    """A report that cannot be read: empty, binary, too large, broken, without text."""


class DateError(DepescheError):
    """A date that is none."""


class StorageError(DepescheError):
    """What cannot be opened, read or written: an archive, or a file that is made.

    Where what it is kept in is at fault, ``kind`` says how, so that it can be told in the user's language
    (storage-KIND in interface/messages.yaml), ``place`` names it, and ``detail`` is what the system says.
    """

    def __init__(self, message: str, *, kind: str = "", place: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.place = place
        self.detail = detail

    @classmethod
    def of_file(cls, place: object, fault: OSError) -> Self:
        """Return what to raise when a file cannot be written."""
        reason = fault.strerror or str(fault)
        kind = _UNWRITABLE.get(fault.errno or 0, "unwritable")
        return cls(f"{place} cannot be written: {reason}.", kind=kind, place=str(place), detail=reason)


class ArchiveError(StorageError):
    """An archive that cannot be opened, read or written."""


class MissingError(ArchiveError):
    """What was asked for is not in the archive; the archive is whole."""


class ReadingError(ArchiveError):
    """A reading that contradicts its report or itself; the archive is whole and takes others."""


class LexiconError(DepescheError):
    """A fault in the word lists under data/, with file and line."""


class LanguageModelError(DepescheError):
    """A language model that is not there, cannot be loaded, or says what cannot be."""


class EventError(DepescheError):
    """An event that a report does not have."""


class JudgementError(DepescheError):
    """A judgement that says too little, or is about what is not there."""


class DaysError(JudgementError):
    """What somebody gives as the right days is none."""


class PlaceError(JudgementError):
    """What somebody gives as the right place is none that is known."""


class PersonError(JudgementError):
    """What somebody gives as the right person is nobody whom the archive knows by name."""


class NamesakesError(PersonError):
    """What somebody gives as the right person is the name of several."""


class CursorError(DepescheError):
    """A cursor that is no page of a list."""


class DeskError(DepescheError):
    """A desk that cannot be served where it was asked for."""


class TokenError(DepescheError):
    """A token that cannot be made or revoked."""


class FetchError(DepescheError):
    """Something that cannot be fetched; ``kind`` says why."""

    def __init__(self, kind: FetchKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class BatchError(StorageError):
    """A batch that cannot be begun, gone on with or read."""


class AlertError(DepescheError):
    """An alert that cannot be made: it wants nothing, or cannot be delivered where it should."""


class MailError(DepescheError):
    """An e-mail that cannot be sent."""


class QuestionError(DepescheError):
    """A question that is not of the form that its tool takes."""


class AssistantError(DepescheError):
    """Assistants cannot be answered: an extra is not installed."""


class WatchError(StorageError):
    """Feeds that cannot be watched: a list that is none, or an archive that is watched already."""


def tell_where(fault: BaseException) -> str:
    """Return what kind of fault it is and where it came up, for a log.

    Not what it says: that may hold words of a report.
    """
    return f"{type(fault).__name__}\n{''.join(traceback.format_tb(fault.__traceback__))}"
