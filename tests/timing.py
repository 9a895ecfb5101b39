"""How long something takes, for tests that say what it may take."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def seconds_of(work: Callable[[], object]) -> float:
    """Return the seconds of the processor that work takes."""
    # To look through what other tests left for what can go may take a second: that is no part of it.
    gc.collect()
    gc.freeze()
    try:
        begun = time.process_time()
        work()
        return time.process_time() - begun
    finally:
        gc.unfreeze()
