"""Limits and defaults of the whole program, in one place."""

from __future__ import annotations

# Longest text of one report, in characters. A newspaper's longest report has some 100,000; reading takes
# some 130 bytes of memory and a hundred-thousandth of a second for each character.
MAX_TEXT = 5_000_000
# Longest single line or value of a JSON or CSV file, in characters: a text as long as allowed, with
# some of it written as escapes (ä takes six characters as \u00e4).
MAX_RECORD = 32_000_000
# Largest plain text file, in bytes. What is larger is not even read to tell how long its text is.
MAX_TEXT_FILE = 80_000_000
# Largest HTML page, in bytes. Its tree takes some thirty times that in memory.
MAX_PAGE = 10_000_000
# Most opening tags in a page, and attributes in a tag: parsing takes time that grows faster
# than these do. A page of a newspaper has some thousand tags.
MAX_PAGE_TAGS = 30_000
MAX_TAG_ATTRIBUTES = 3_000
# Largest feed, in bytes, most tags in it, and most entries that are taken from it. A newspaper's has some
# fifty.
MAX_FEED = 10_000_000
MAX_FEED_TAGS = 200_000
MAX_FEED_ENTRIES = 1_000
# Longest address of a page, in characters, that is followed: browsers and servers take no longer ones.
MAX_ADDRESS = 2_000
# Largest file that must be held whole because it stands in another or comes from a pipe (a Parquet
# file in a ZIP file), in bytes.
MAX_HELD = 256_000_000
# How many times its own size a packed file may unpack to; text packs to a third or a twentieth.
MAX_UNPACK_RATIO = 200
# What any packed file may unpack to, however small it is, in bytes.
FREE_UNPACKED = 64_000_000
# How deep packed files may stand in packed files: a ZIP file in a ZIP file, and no deeper.
MAX_UNPACK_DEPTH = 2
