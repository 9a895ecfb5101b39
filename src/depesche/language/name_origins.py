"""Of which state a name sounds: by the letters of the names that people known to be of it have."""

from __future__ import annotations

import collections
import functools
import math
from collections.abc import Iterable, Mapping

from depesche.language.leaders import load_leaders

# How long the pieces of a name are that are compared, its bounds counted as a letter.
_PIECES = (2, 3)
# How much is known of a piece in the names of a state before any is seen: as much as of a third of a name.
_PRIOR = 0.3
# A piece that no known name has counts as if half a name had it.
_UNSEEN = 0.5
# No name in news has more letters; it bounds the work.
_LONGEST = 60


def weigh_origin(name: tuple[str, ...], codes: Iterable[str]) -> dict[str, float]:
    """Return for each state how much the letters of a personal name speak for it.

    It is a sum of logarithms over pieces of two and three letters, divided by the root of their number, for
    they overlap; 0 for a state of which no names are known.

    >>> found = weigh_origin(("Pawel", "Gussew"), ("RUS", "CHN", "USA"))
    >>> max(found, key=found.__getitem__)
    'RUS'
    """
    pieces = _pieces_of(name)
    known = _known_names()
    everywhere = {p: (known.of_all.get(p, 0) + _UNSEEN) / (known.number + 1) for p in pieces}
    return {code: _weigh(pieces, everywhere, known, code) for code in codes}


class _Known:
    """How many known names have each piece, in all and for each state."""

    def __init__(self, names: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self.of_all: collections.Counter[str] = collections.Counter()
        self.of_state: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        self.numbers: collections.Counter[str] = collections.Counter()
        for code, name in names:
            pieces = _pieces_of(name)
            self.of_all.update(pieces)
            self.of_state[code].update(pieces)
            self.numbers[code] += 1
        self.number = self.numbers.total()


@functools.cache
def _known_names() -> _Known:
    return _Known(
        (entry.code, tuple(name.split(" "))) for entry in load_leaders() if entry.code for name in entry.names
    )


def _pieces_of(name: tuple[str, ...]) -> tuple[str, ...]:
    """Return the pieces of a name, each once, in an order that is always the same: so are sums over them."""
    words = [f"^{word.lower()[:_LONGEST]}$" for word in name]
    return tuple(sorted({w[k : k + n] for w in words for n in _PIECES for k in range(len(w) - n + 1)}))


def _weigh(pieces: tuple[str, ...], everywhere: Mapping[str, float], known: _Known, code: str) -> float:
    number, of_state = known.numbers[code], known.of_state.get(code)
    if not of_state or not pieces:
        return 0.0
    # How many names of the state have a piece, against how many would if it were as common as everywhere.
    logs = (math.log((of_state[p] + _PRIOR) / (number * everywhere[p] + _PRIOR)) for p in pieces)
    return sum(logs) / math.sqrt(len(pieces))
