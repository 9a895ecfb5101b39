"""docs/formats.md: its tables of columns are those that the code writes.

``python -m tests.exchange.test_formats_page`` (with tests on the path) prints the tables.
"""

import pathlib
from collections.abc import Iterator

import pytest

from depesche.exchange import FORMATS, ftm, gdelt, jsonld, parquet, polecat
from depesche.language.cameo import describe_code
from depesche.language.ontology import EventType, Mode, load_modes, load_types

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "formats.md"


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def crosswalk() -> Iterator[tuple[str, ...]]:
    for type_ in load_types().values():
        coded: list[EventType | Mode] = [type_]
        coded += [mode for name, mode in load_modes().items() if name.startswith(f"{type_.id}/")]
        for entry in coded:
            contexts = ", ".join(f"{context} {code}" for context, code in entry.by_context.items())
            future = getattr(entry, "cameo_future", None) or ""
            score = f"{describe_code(entry.cameo).score:g}"
            yield f"`{entry.id}`", entry.cameo, score, contexts, future


def tables() -> dict[str, str]:
    """Return every table of the page by what it is about."""
    found = {}
    for name, columns in (("polecat", polecat.COLUMNS), ("gdelt", gdelt.COLUMNS)):
        numbered = enumerate(columns.items(), 1)
        found[name] = table(
            ("", "column", "what"), ((str(n), f"`{column}`", told.what) for n, (column, told) in numbered)
        )
    for kind, (_, fields) in parquet.TABLES.items():
        found[f"parquet {kind}"] = table(
            ("column", "type", "what"),
            ((f"`{n}`", f"{field.type}", field.what) for n, field in fields.items()),
        )
    for name, properties in (("ftm", ftm.PROPERTIES), ("jsonld", jsonld.PROPERTIES)):
        found[name] = table(
            ("", "property", "what"),
            ((f"`{kind}`", f"`{n}`", told) for kind, some in properties.items() for n, told in some.items()),
        )
    found["crosswalk"] = table(("PLOVER", "CAMEO", "Goldstein", "in a context", "still to come"), crosswalk())
    return found


@pytest.mark.parametrize(("name", "lines"), tables().items(), ids=tables())
def test_the_page_has_the_table(name: str, lines: str) -> None:
    assert lines in PAGE.read_text("utf-8"), name


def test_the_page_names_every_format() -> None:
    text = PAGE.read_text("utf-8")
    for form in FORMATS:
        assert f"`{form}`" in text


if __name__ == "__main__":
    for _name, _lines in tables().items():
        print(f"@@{_name}\n{_lines}")
