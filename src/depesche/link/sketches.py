"""What an archive keeps of a report to compare it with others, so that these need not be loaded whole."""

from __future__ import annotations

import zlib

import msgspec

from depesche.link import across, stories
from depesche.link.copies import fingerprints
from depesche.link.mentions import Mention
from depesche.link.postings import Posting
from depesche.link.profiles import Profile, profile_of
from depesche.link.records import Record


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


def pack_sketch(sketch: Sketch) -> bytes:
    """Return a sketch as bytes."""
    # The names of its report stand in each of its events.
    bare = tuple(msgspec.structs.replace(m, named=frozenset()) for m in sketch.told)
    return zlib.compress(msgspec.msgpack.encode(msgspec.structs.replace(sketch, told=bare)))


def unpack_sketch(packed: bytes) -> Sketch:
    """Return the sketch of which ``pack_sketch`` made bytes; of others it raises."""
    sketch = msgspec.msgpack.decode(zlib.decompress(packed), type=Sketch)
    named = frozenset({*sketch.profile.all_names, *sketch.profile.names})
    told = tuple(msgspec.structs.replace(m, named=named) for m in sketch.told)
    return msgspec.structs.replace(sketch, told=told)
