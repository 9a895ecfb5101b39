"""docs/threats.md names only what there is: tests by their name, campaigns by their file."""

from __future__ import annotations

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "threats.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`((?:tests|scripts)/[^`]+)`", PAGE)))
ROWS = re.findall(r"^\| (?!---|they try|what happens)(.+) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("named", NAMED)
def test_what_stands_against_a_threat_exists(named: str) -> None:
    file, _, function = named.partition("::")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert not function or function in names


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row).partition(" |")[0][:60])
def test_against_every_threat_stands_a_test(row: str) -> None:
    _, against, tests = row.split(" | ")
    assert against.strip()
    assert "`tests/" in tests
