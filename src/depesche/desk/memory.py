"""Gives large pieces of memory back to the system as soon as nobody needs them any more."""

from __future__ import annotations

import contextlib
import ctypes

# Of glibc's <malloc.h>: pieces of so many bytes are mapped each for itself.
_MMAP_THRESHOLD, _LARGE = -3, 128 * 1024


def map_large_pieces() -> bool:
    """Have each large piece of memory mapped for itself, so that nothing is left of it; return whether it is.

    That is how glibc begins. But after a large piece was let go of, it takes all up to that size, and up to
    32 MB, out of heaps: answers of some megabytes leave gaps there, which nobody gives back.
    """
    # Other libraries have no such function.
    with contextlib.suppress(AttributeError, OSError, TypeError):
        return bool(ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE))
    return False
