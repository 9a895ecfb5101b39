"""How often Python looks for objects that nothing but each other refers to."""

from __future__ import annotations

import gc

# After so many new objects it is looked for such ones among them, and how often for older ones too.
_AFTER = (100_000, 20, 20)


def collect_rarely() -> None:
    """Let this process look for garbage after a hundred thousand new objects, not after seven hundred.

    What reading and linking make refers to nothing behind it: to look for such rings finds next to none, and
    took two hundredths of all their time.
    """
    gc.set_threshold(*_AFTER)
