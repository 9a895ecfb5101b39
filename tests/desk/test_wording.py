"""What the desk says: every sentence in both languages, none that nobody says, none that is missing."""

from __future__ import annotations

import pathlib
import re
import string
from typing import get_args

import pytest

import depesche.desk
from depesche.desk.wording import Wording, load_wording
from depesche.language.ontology import load_modes, load_types
from depesche.reading import Status

DESK = pathlib.Path(depesche.desk.__file__).parent
SOURCES = [path for ending in ("html", "py") for path in sorted(DESK.rglob(f"*.{ending}"))]
TEXT = "\n".join(path.read_text("utf-8") for path in SOURCES)
# Whole keys in quotation marks, and beginnings to which the rest is added where the page is made.
KEYS = frozenset(re.findall(r"""["']([a-z_]+\.[\w-]*\w)["']""", TEXT))
BEGINNINGS = tuple(sorted(set(re.findall(r"""["']([a-z_]+\.(?:[\w-]+-)?)["'] ~""", TEXT))))
# The groups of codes that pages look up, and sentences that come in one for one and one for many.
GROUPS = tuple(f"words.{group}-" for group in set(re.findall(r"""code\(\s*["']([\w-]+)["']""", TEXT)))
ENDS = ("-one", "-many")


@pytest.mark.parametrize("key", load_wording())
def test_every_sentence_is_said(key: str) -> None:
    whole = {key, *(key.removesuffix(end) for end in ENDS if key.endswith(end)), key.removesuffix("-why")}
    made = key.startswith(("words.month-", "words.short-month-", *GROUPS, *BEGINNINGS))
    assert whole & KEYS or made, f"nobody says {key}"


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_sentence_that_is_said_is_there(key: str) -> None:
    files = {name.partition(".")[0] for name in load_wording()}
    if key.partition(".")[0] in files and not key.endswith((".html", ".py", ".js", ".css")):
        assert key in load_wording() or f"{key}-one" in load_wording()


@pytest.mark.parametrize("key", load_wording())
def test_both_languages_fill_in_the_same_names(key: str) -> None:
    entry = load_wording()[key]

    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}

    assert names(entry.de) == names(entry.en)
    assert entry.de.strip()
    assert entry.en.strip()


def test_every_code_has_a_name() -> None:
    codes = [
        *(("type", name) for name in load_types()),
        *(("mode", name.partition("/")[2]) for name in load_modes()),
        *(("status", name) for name in get_args(Status) if name != "actual"),
    ]
    assert [code for code in codes if f"words.{'-'.join(code)}" not in load_wording()] == []


@pytest.mark.parametrize(
    ("first", "last", "de", "en"),
    [
        ("2025-07-10", "2025-07-10", "10. Juli 2025", "10 July 2025"),
        ("2025-07-10", "2025-07-12", "10.–12. Juli 2025", "10–12 July 2025"),
        ("2025-06-30", "2025-07-01", "30. Juni 2025 – 1. Juli 2025", "30 June 2025 – 1 July 2025"),
        ("2025", "2025", "2025", "2025"),
        ("2025-07", None, "Juli 2025", "July 2025"),
        (None, None, "undatiert", "undated"),
        ("gestern", None, "gestern", "gestern"),
    ],
)
def test_days(first: str | None, last: str | None, de: str, en: str) -> None:
    told = [Wording(language).days(first, last) for language in ("de", "en")]
    assert [re.sub(r"\s", " ", text) for text in told] == [de, en]
