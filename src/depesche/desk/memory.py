"""Leaves no gaps in memory where answers were."""

from __future__ import annotations

import contextlib
import ctypes

# Of glibc's <malloc.h>: pieces of so many bytes are mapped each for itself; threads share so many heaps.
_MMAP_THRESHOLD, _LARGE = -3, 128 * 1024
_ARENA_MAX, _HEAPS = -8, 2


def leave_no_gaps() -> bool:
    """Have each large piece of memory mapped for itself, and threads share heaps; return whether it is so.

    That is how glibc begins. But after a large piece was let go of, it takes all up to that size, and up to
    32 MB, out of heaps: answers of some megabytes leave gaps there, which nobody gives back. And it has up to
    eight heaps for each processor, each with gaps of its own, though of Python's threads one works at a time.
    """
    # Other libraries have no such function.
    with contextlib.suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        return bool(mallopt(_MMAP_THRESHOLD, _LARGE)) and bool(mallopt(_ARENA_MAX, _HEAPS))
    return False
