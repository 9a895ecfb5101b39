"""Near-identical texts and reused passages, down to the sentence.

Two texts are compared sentence by sentence: those that share three words in a row are aligned, and what runs
along in both with few words changed is a match. Matches side by side make a passage. What two reports only
quote alike is no reuse: both may have heard it. Spelling, quotation marks, white space and credits do not
count (see ``depesche.language.spelling``).

To find the reports worth comparing among many, ``fingerprints`` picks some of the runs of words of a text by
winnowing (Schleimer, Wilkerson, Aiken 2003): two texts that share a run of ``SHINGLE + WINDOW - 1`` words
always share a fingerprint.
"""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from collections.abc import Iterator, Set
from typing import Literal, NamedTuple

import msgspec
from rapidfuzz.distance import LCSseq

from depesche.link.order import precedes
from depesche.link.records import Record
from depesche.link.words import KEPT_TEXTS, Words, words_of
from depesche.reading import Span

Kind = Literal["verbatim", "edited", "partial", "none"]

# Words in a fingerprint, and runs of words of which one at least is kept.
SHINGLE = 5
WINDOW = 6
# Reports of more days apart are not looked at for copies: agencies repeat their background for years.
COPY_DAYS = 30

# Sentences that share no run of this many words are not aligned.
_SEED = 3
# A run of words that stands more often than this in one text says nothing of where it was taken from.
_MAX_PLACES = 8
# Sentences have 250 words at most, but one word with hyphens may have thousands of parts. What stands behind
# these is not compared: to find what runs along takes the product of both lengths.
_MOST_WORDS = 1_000
# Of so many texts what takes more room than their words stays at hand.
_FEW_TEXTS = 256
# Of so many pairs of texts is kept what is alike in them.
_MOST_ALIGNED = 32_768
# Words of one text that the other may have put in between before a match ends.
_MAX_GAP = 6
# How much of the words between the first and last matched word must be matched, in both texts.
_DENSITY = 0.7
# How much of one of the two sentences must be matched, or how many words in any case.
_COVERAGE = 0.6
_LONG = 12
_MIN_WORDS = 6
# A short sentence next to a match needs only be like the one next to it in the other text.
_MIN_NEIGHBOUR = 0.75
# Where to look from a match, in both texts: the next sentences, or the other half of a sentence.
_STEPS = ((1, 1), (-1, -1), (0, 1), (0, -1), (1, 0), (-1, 0))
# Of a passage, words that stand in no direct quotation.
_MIN_OWN = 6
# Two reports with fewer words in common than this, quotations left out, share a phrase and no text.
_MIN_SHARED = 10
_VERBATIM = 0.9
# How much of the later text must be the other's for it to be that text in another form.
_EDITED = 0.55


# Words that stand in two texts in the same order: the first in each, and how many.
Block = tuple[int, int, int]


class Match(NamedTuple):
    """A sentence of each text of which one was made from the other, with the words that run along.

    ``a`` and ``b`` are the indexes of the sentences; ``blocks`` are the matched words in the order of the
    text: the index of the first in each text, and how many follow one another in both.
    """

    a: int
    b: int
    blocks: tuple[Block, ...]

    @property
    def size(self) -> int:
        """How many words are matched."""
        return _size(self.blocks)

    @property
    def shared(self) -> Iterator[tuple[int, int]]:
        """The indexes of the matched words in each text."""
        return ((i + n, j + n) for i, j, size in self.blocks for n in range(size))

    @property
    def a_first(self) -> int:
        """The first matched word of the first text."""
        return self.blocks[0][0]

    @property
    def a_last(self) -> int:
        """The word of the first text behind the last matched one."""
        return self.blocks[-1][0] + self.blocks[-1][2]

    @property
    def b_first(self) -> int:
        """The first matched word of the second text."""
        return self.blocks[0][1]

    @property
    def b_last(self) -> int:
        """The word of the second text behind the last matched one."""
        return self.blocks[-1][1] + self.blocks[-1][2]

    def turn(self) -> Match:
        """Return the match as it is seen from the other text."""
        return Match(self.b, self.a, tuple((j, i, size) for i, j, size in self.blocks))


_MATCHES = msgspec.msgpack.Decoder(tuple[Match, ...])


class Passage(msgspec.Struct, frozen=True):
    """A stretch of text that two reports share, with its characters in both.

    ``words`` counts the words that are the same, ``similarity`` is their share of the longer stretch.
    """

    a: Span
    b: Span
    words: int
    similarity: float


class Comparison(msgspec.Struct, frozen=True):
    """How much of each of two texts stands in the other.

    ``kind`` is ``verbatim`` (nearly all of both), ``edited`` (more of the later text is the other's than not,
    with parts left out, added or put in other words), ``partial`` (passages in a text of one's own) or
    ``none``. ``share_a`` and ``share_b`` are the shares of words, 0 to 1, that were matched.
    """

    kind: Kind
    share_a: float
    share_b: float
    passages: tuple[Passage, ...]


def fingerprints(record: Record) -> tuple[int, ...]:
    """Return numbers of 56 bits, sorted: two reports that share a passage have one or more in common.

    They are the same on every machine. A passage that has a word changed in every ten may be missed; texts of
    less than ``SHINGLE`` words have none.
    """
    return _fingerprints(words_of(record))


@functools.lru_cache(maxsize=KEPT_TEXTS)
def _fingerprints(words: Words) -> tuple[int, ...]:
    forms = words.forms
    hashes = [_hash(forms[i : i + SHINGLE]) for i in range(len(forms) - SHINGLE + 1)]
    kept = {min(hashes[i : i + WINDOW]) for i in range(max(1, len(hashes) - WINDOW + 1)) if hashes}
    return tuple(sorted(kept))


def _hash(words: tuple[str, ...]) -> int:
    return int.from_bytes(
        hashlib.blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=7).digest()
    )


def share_of_prints(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return how many of the fingerprints of two texts are the same, of the one that has fewer (0 to 1)."""
    fewer = min(len(one), len(other))
    return len(set(one).intersection(other)) / fewer if fewer else 0.0


def share_of_words(a: Record, b: Record) -> float:
    """Return how much of the shorter of two texts could stand in the other, by its words in any order.

    What ``compare`` finds of either is never more, and takes a hundred times as long.
    """
    one, other = words_of(a), words_of(b)
    fewer = min(len(one), len(other))
    return (_counts(one) & _counts(other)).total() / fewer if fewer else 0.0


@functools.lru_cache(maxsize=_FEW_TEXTS)
def _counts(words: Words) -> Counter[str]:
    return Counter(words.forms)


class Common(NamedTuple):
    """The words of two reports that both have in the same order, ``SHINGLE`` or more in a row.

    ``a`` and ``b`` are their characters in each; ``left`` is how many words of its own the one has that has
    fewer.
    """

    a: tuple[Span, ...]
    b: tuple[Span, ...]
    left: int


def find_common(a: Record, b: Record) -> Common:
    """Return the runs of words that two reports share, whoever wrote or said them first."""
    one, other = words_of(a), words_of(b)
    both = _runs_of_words(one).keys() & _runs_of_words(other).keys()
    first, second = (_words_in_runs(words, both) for words in (one, other))
    left = min(len(one) - len(first), len(other) - len(second))
    return Common(tuple(one.spans[i] for i in first), tuple(other.spans[i] for i in second), left)


@functools.lru_cache(maxsize=_FEW_TEXTS)
def _runs_of_words(words: Words) -> dict[tuple[str, ...], list[int]]:
    """Return where each run of ``SHINGLE`` words begins."""
    found: dict[tuple[str, ...], list[int]] = {}
    for i in range(len(words) - SHINGLE + 1):
        found.setdefault(words.forms[i : i + SHINGLE], []).append(i)
    return found


def _words_in_runs(words: Words, runs: Set[tuple[str, ...]]) -> list[int]:
    """Return the words that stand in one of some runs, in the order of the text."""
    places = _runs_of_words(words)
    return sorted({first + n for run in runs for first in places[run] for n in range(SHINGLE)})


def compare(a: Record, b: Record) -> Comparison:
    """Return what two reports share and what kind of copy that makes one of the other.

    The passages are in the order of b. What they only quote alike is left out, unless it stands beside or
    among other words that they share.
    """
    one, other = words_of(a), words_of(b)
    return describe_matches(one, other, match_words(one, other), in_order=precedes(a, b))


def describe_matches(one: Words, other: Words, matches: tuple[Match, ...], *, in_order: bool) -> Comparison:
    """Return what the matches of two texts come to; ``in_order`` says that the first is the earlier."""
    if not matches:
        return Comparison("none", 0.0, 0.0, ())
    passages = tuple(_passage(one, other, run) for run in _runs(one, other, matches))
    shared = sum(m.size for m in matches)
    share_a, share_b = shared / len(one), shared / len(other)
    later = share_b if in_order else share_a
    return Comparison(_kind(min(share_a, share_b), later), round(share_a, 3), round(share_b, 3), passages)


def match_sentences(a: Record, b: Record) -> tuple[Match, ...]:
    """Return the sentences that one report took from another, in the order of b; empty if it is no copy."""
    return match_words(words_of(a), words_of(b))


def align_sentences(a: Record, b: Record) -> tuple[Match, ...]:
    """Return all sentences of two reports that are alike, quotations too, in the order of b."""
    return _align(words_of(a), words_of(b))


def _kind(smaller: float, later: float) -> Kind:
    """Return what kind of copy it is by the smaller share and that of the later text."""
    if smaller >= _VERBATIM:
        return "verbatim"
    return "edited" if later >= _EDITED else "partial"


def match_words(one: Words, other: Words) -> tuple[Match, ...]:
    """Return what ``match_sentences`` does, for words that are at hand. Quotations alone show no copy."""
    matches = _align(one, other)
    own = 0
    proper = False
    for run in _runs(one, other, matches):
        words = sum(not other.quoted[j] and not one.quoted[i] for match in run for i, j in match.shared)
        if words >= _MIN_OWN:
            proper = True
            own += words
    return matches if proper and own >= _MIN_SHARED else ()


class _Aligned:
    """Keeps which sentences of two texts are alike: with each report more, those of its story ask again."""

    def __init__(self, most: int) -> None:
        self._most = most
        # As bytes, of which a thousand pairs take half a megabyte.
        self._known: dict[tuple[bytes, bytes], bytes] = {}

    def find(self, one: Words, other: Words) -> tuple[Match, ...] | None:
        """Return what is kept of two texts, None if nothing is."""
        known = self._known.get((one.key, other.key))
        return None if known is None else _MATCHES.decode(known)

    def keep(self, one: Words, other: Words, matches: tuple[Match, ...]) -> None:
        """Keep what two texts have alike; what was kept first makes room."""
        # Threads that meet here forget too much at worst.
        while len(self._known) >= self._most:
            self._known.pop(next(iter(self._known), (b"", b"")), None)
        self._known[one.key, other.key] = msgspec.msgpack.encode(matches)


_ALIGNED = _Aligned(_MOST_ALIGNED)


def _align(one: Words, other: Words) -> tuple[Match, ...]:
    """Return the sentences that are alike, none of whose words are matched twice."""
    matches = _ALIGNED.find(one, other)
    if matches is None:
        matches = _find_alike(one, other)
        _ALIGNED.keep(one, other, matches)
    return matches


def _find_alike(one: Words, other: Words) -> tuple[Match, ...]:
    found = sorted(
        (match for i, j in _candidates(one, other) if (match := _align_sentences(one, other, i, j))),
        key=lambda m: (-m.size, m.b, m.a),
    )
    alike = _Alike(one, other)
    for match in found:
        alike.add(match)
    alike.add_neighbours()
    return tuple(sorted(alike.kept.values(), key=lambda m: (m.b_first, m.a_first)))


def _candidates(one: Words, other: Words) -> set[tuple[int, int]]:
    """Return the pairs of sentences that share a run of ``_SEED`` words."""
    places, runs = _seeds(one), _seeds(other)
    return {(i, j) for run in places.keys() & runs.keys() for i in places[run] for j in runs[run]}


@functools.lru_cache(maxsize=_FEW_TEXTS)
def _seeds(words: Words) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Return the runs of ``_SEED`` words within a sentence, with the sentences that have them."""
    found: dict[tuple[str, ...], dict[int, None]] = {}
    for i in range(len(words) - _SEED + 1):
        if words.sentences[i] == words.sentences[i + _SEED - 1]:
            found.setdefault(words.forms[i : i + _SEED], {})[words.sentences[i]] = None
    return {run: tuple(sentences) for run, sentences in found.items() if len(sentences) <= _MAX_PLACES}


def _align_sentences(one: Words, other: Words, a: int, b: int) -> Match | None:
    """Return what runs along in two sentences, if it is most of one of them or long."""
    best = max(_stretches(one, other, a, b), key=_size, default=())
    size = _size(best)
    if size < _MIN_WORDS:
        return None
    match = Match(a, b, best)
    longer = max(match.a_last - match.a_first, match.b_last - match.b_first)
    shorter = min(len(one.sentence(a)), len(other.sentence(b)))
    if size < _DENSITY * longer or (size < _COVERAGE * shorter and size < _LONG):
        return None
    return match


def _stretches(one: Words, other: Words, a: int, b: int) -> Iterator[tuple[Block, ...]]:
    """Yield the words that two sentences share in the same order, parted where much else stands between."""
    first, second = one.firsts[a], other.firsts[b]
    stretch: list[Block] = []
    for code in LCSseq.opcodes(one.sentence(a)[:_MOST_WORDS], other.sentence(b)[:_MOST_WORDS]):
        if code.tag == "equal":
            i, j = first + code.src_start, second + code.dest_start
            if stretch and _is_apart(stretch[-1], i, j):
                yield tuple(stretch)
                stretch = []
            stretch.append((i, j, code.src_end - code.src_start))
    if stretch:
        yield tuple(stretch)


def _is_apart(block: Block, i: int, j: int) -> bool:
    """Whether much else stands between some words and those that are the next to be shared."""
    return max(i - block[0], j - block[1]) - block[2] > _MAX_GAP


def _size(blocks: tuple[Block, ...]) -> int:
    return sum(size for _, _, size in blocks)


class _Alike:
    """The sentences of two texts that are alike; each word is matched once."""

    def __init__(self, one: Words, other: Words) -> None:
        self._one, self._other = one, other
        self.kept: dict[tuple[int, int], Match] = {}
        self._taken_a, self._taken_b = bytearray(len(one)), bytearray(len(other))

    def add(self, match: Match) -> bool:
        """Keep a match, unless some of its words are matched already; return whether it is kept."""
        blocks = match.blocks
        if any(any(self._taken_a[i : i + n]) or any(self._taken_b[j : j + n]) for i, j, n in blocks):
            return False
        for i, j, n in blocks:
            self._taken_a[i : i + n] = self._taken_b[j : j + n] = b"\1" * n
        self.kept[match.a, match.b] = match
        return True

    def add_neighbours(self) -> None:
        """Match short sentences beside a match, which alone would be too short to tell.

        Where a sentence was parted into two, its second half stands beside the first.
        """
        one, other, kept = self._one, self._other, self.kept
        waiting = sorted(kept)
        while waiting:
            a, b = waiting.pop()
            for step_a, step_b in _STEPS:
                i, j = a + step_a, b + step_b
                if (i, j) in kept or not (0 <= i < len(one.bounds) and 0 <= j < len(other.bounds)):
                    continue
                lengths = sorted((len(one.sentence(i)), len(other.sentence(j))))
                wanted = max(1, _MIN_NEIGHBOUR * lengths[1 if step_a and step_b else 0])
                if self._left(i, j) < wanted:
                    continue
                best = max(_stretches(one, other, i, j), key=_size, default=())
                if _size(best) >= wanted and self.add(Match(i, j, best)):
                    waiting.append((i, j))

    def _left(self, a: int, b: int) -> int:
        """Return how many words of two sentences could be matched yet, which is sooner told."""
        firsts, seconds = self._one.firsts, self._other.firsts
        return min(
            self._taken_a.count(0, firsts[a], firsts[a + 1]),
            self._taken_b.count(0, seconds[b], seconds[b + 1]),
        )


def _runs(one: Words, other: Words, matches: tuple[Match, ...]) -> Iterator[list[Match]]:
    """Yield the matches that follow one another in both texts."""
    run: list[Match] = []
    for match in matches:
        if run and not _follows(one, other, run[-1], match):
            yield run
            run = []
        run.append(match)
    if run:
        yield run


def _follows(one: Words, other: Words, before: Match, match: Match) -> bool:
    return (
        0 <= match.a - before.a <= 1
        and 0 <= match.b - before.b <= 1
        and 0 <= match.a_first - before.a_last <= _MAX_GAP
        and 0 <= match.b_first - before.b_last <= _MAX_GAP
    )


def _passage(one: Words, other: Words, run: list[Match]) -> Passage:
    words = sum(match.size for match in run)
    longer = max(run[-1].a_last - run[0].a_first, run[-1].b_last - run[0].b_first)
    return Passage(
        _stretch(one, run[0].a_first, run[-1].a_last),
        _stretch(other, run[0].b_first, run[-1].b_last),
        words,
        round(words / longer, 3),
    )


def _stretch(words: Words, first: int, last: int) -> Span:
    """Return the characters of the words ``first`` to ``last`` (exclusive), of whole sentences with marks."""
    start, end = words.spans[first].start, words.spans[last - 1].end
    opening, closing = words.sentences[first], words.sentences[last - 1]
    if words.firsts[opening] == first and not any(
        c.start < start for c in words.credits if c.sentence == opening
    ):
        start = words.bounds[opening].start
    if words.firsts[closing + 1] == last and not any(
        c.end > end for c in words.credits if c.sentence == closing
    ):
        end = words.bounds[closing].end
    return Span(start, end)
