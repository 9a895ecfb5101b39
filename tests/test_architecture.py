"""Imports point one way: see docs/decisions.md."""

import ast
import pathlib

import pytest

import depesche

PACKAGE = pathlib.Path(depesche.__file__).parent

# What each part may import of the package; a part may always import itself.
GROUND = {"reading", "judgement", "bookmark", "errors", "settings", "stems", "garbage"}
ALLOWED: dict[str, set[str]] = {
    "reading": set(),
    "judgement": {"errors"},
    "bookmark": set(),
    "errors": set(),
    "settings": set(),
    "stems": set(),
    "garbage": set(),
    "language": GROUND,
    "find": GROUND | {"language"},
    "link": GROUND | {"language"},
    "sources": GROUND,
    "archive": GROUND,
    "exchange": GROUND | {"archive", "language"},  # of language what is exported, and data/ontology
    "scale": GROUND | {"sources", "link", "language"},  # of language what linking takes
}
# These stand above the parts and know everything.
FREE = {
    "__init__",
    "read",
    "library",
    "dossiers",
    "dossier_views",
    "judging",
    "naming",
    "linking",
    "settling",
    "story_files",
    "recall",
    "intake",
    "messages",
    "terminal",
    "passages",
    "writing",
    "batch",
    "cli",
    "cli_archive",
    "cli_batch",
    "cli_dossiers",
    "cli_desk",
    "cli_export",
    "witnesses",
    "desk",
    "cli_options",
    "cli_tokens",
    "cli_mcp",
    "assistants",
    "quoting",
    "alerts",
    "cli_alerts",
    "watch",
    "cli_watch",
    "explain",
    "explanations",
}
SOCKETS = {
    "socket",
    "ssl",
    "http",
    "urllib.request",
    "ftplib",
    "smtplib",
    "requests",
    "httpx",
    "httpcore",
    "urllib3",
}


def modules() -> list[pathlib.Path]:
    return sorted(PACKAGE.rglob("*.py"))


def part_of(path: pathlib.Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: pathlib.Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written out"
            module = node.module or ""
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_one_way(path: pathlib.Path) -> None:
    part = part_of(path)
    used = {n.split(".")[1] for n in imports_of(path) if n.startswith("depesche.")}
    if part in FREE:
        return
    assert part in ALLOWED, f"{part} is no part of the house: give it a place in tests/test_architecture.py"
    assert used - ALLOWED[part] - {part} == set()


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_sources_open_sockets(path: pathlib.Path) -> None:
    # The command that serves the desk looks whether its port is free; what serves it is uvicorn. How the way
    # to a database is encrypted is said where its driver is given the address.
    if part_of(path) not in {"sources", "cli_desk"} and path.name != "postgres_dialect.py":
        assert not {n for n in imports_of(path) if n in SOCKETS or n.split(".")[0] in SOCKETS}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_the_archive_speaks_sql(path: pathlib.Path) -> None:
    if part_of(path) != "archive":
        assert not {n for n in imports_of(path) if n.split(".")[0] in {"sqlalchemy", "sqlite3", "alembic"}}


def test_nothing_is_called_utils() -> None:
    assert not [p for p in modules() if p.stem in {"utils", "util", "helpers", "misc", "common"}]
