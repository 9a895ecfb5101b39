"""What an archive keeps of a report to compare it with others, so that these need not be loaded whole."""

from __future__ import annotations

import zlib

import msgspec
import numpy as np

from depesche.link import across, stories
from depesche.link.copies import fingerprints
from depesche.link.mentions import Mention
from depesche.link.postings import Posting
from depesche.link.profiles import Profile, profile_of
from depesche.link.records import Record

# Weights in half precision, as profiles have them; the bytes of a fingerprint.
_WEIGHT, _PRINT = "<f2", 7


class Sketch(msgspec.Struct, frozen=True, array_like=True):
    """A report in short: its profile, its fingerprints, and its events that other stories may tell."""

    profile: Profile
    prints: tuple[int, ...]
    told: tuple[Mention, ...]


def make_sketch(record: Record) -> Sketch:
    """Return what is kept of a report; no other report matters."""
    return Sketch(profile_of(record), fingerprints(record), across.find_told(record))


def find_postings(record: Record, sketch: Sketch) -> frozenset[Posting]:
    """Return where an index keeps a report, so that those that tell the same stand near it."""
    return stories.find_postings(record) | across.find_postings(sketch.told)


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    """A sketch in less room: weights of words, and fingerprints, are bytes one behind the other."""

    profile: Profile
    words: tuple[str, ...]
    names: tuple[str, ...]
    weights: bytes
    prints: bytes
    told: tuple[Mention, ...]


def pack_sketch(sketch: Sketch) -> bytes:
    """Return a sketch as bytes."""
    profile = sketch.profile
    packed = _Packed(
        msgspec.structs.replace(profile, words={}, names={}),
        tuple(profile.words),
        tuple(profile.names),
        np.array([*profile.words.values(), *profile.names.values()], _WEIGHT).tobytes(),
        b"".join(number.to_bytes(_PRINT) for number in sketch.prints),
        # The names of its report stand in each of its events.
        tuple(msgspec.structs.replace(m, named=frozenset()) for m in sketch.told),
    )
    return zlib.compress(msgspec.msgpack.encode(packed), 9)


def unpack_sketch(content: bytes) -> Sketch:
    """Return the sketch of which ``pack_sketch`` made bytes; of others it raises."""
    packed = msgspec.msgpack.decode(zlib.decompress(content), type=_Packed)
    weights = iter(np.frombuffer(packed.weights, _WEIGHT).tolist())
    # In this order: words stand before names.
    words, names = dict(zip(packed.words, weights)), dict(zip(packed.names, weights))  # noqa: B905
    profile = msgspec.structs.replace(packed.profile, words=words, names=names)
    prints = (packed.prints[at : at + _PRINT] for at in range(0, len(packed.prints), _PRINT))
    named = frozenset({*profile.all_names, *profile.names})
    return Sketch(
        profile,
        tuple(map(int.from_bytes, prints)),
        tuple(msgspec.structs.replace(m, named=named) for m in packed.told),
    )
