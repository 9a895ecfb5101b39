"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from depesche.errors import ArchiveError


@contextlib.contextmanager
def open_whole(path: Path, *, binary: bool = False) -> Iterator[IO[Any]]:
    """Yield a stream of text, or bytes, that stand in ``path`` only after all of them were written.

    Until then an older file stays as it is. Raises ArchiveError where nothing can be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as fault:
        raise ArchiveError.of_file(path, fault) from fault
    try:
        with (
            os.fdopen(handle, "wb")
            if binary
            else os.fdopen(handle, "w", encoding="utf-8", newline="") as stream
        ):
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as fault:
        raise ArchiveError.of_file(path, fault) from fault
    finally:
        Path(name).unlink(missing_ok=True)
