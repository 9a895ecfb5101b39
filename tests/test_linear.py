"""Time grows with the length of a text and not faster: scripts/campaigns/linear.py, in short.

Regular expressions are found in the package, so that a new one is tried as soon as it is there.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pathlib
import sys

import pytest

import depesche

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "scripts" / "campaigns"))
linear = importlib.import_module("linear")
patterns = importlib.import_module("linear_patterns")

EXPRESSIONS = patterns.list_expressions()
FIND = pathlib.Path(depesche.__file__).parent / "find"


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda one: one.name)
def test_no_text_keeps_an_expression_busy(expression: patterns.Expression) -> None:  # type: ignore[name-defined]
    assert patterns.try_expression(expression) == []


# The campaign takes all of them, and larger texts: eight thousand letters of each take minutes.
@pytest.mark.parametrize("name", list(linear.PIECES)[::16])
def test_every_step_is_linear(name: str) -> None:
    assert linear.examine(linear.PIECES[name], 3_000) == []


def test_every_finder_is_a_step() -> None:
    finders = {
        node.name
        for path in (*FIND.glob("*.py"), *FIND.glob("*/__init__.py"))
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("find_")
    }
    exported = {
        name
        for path in FIND.glob("*/__init__.py")
        for name in vars(importlib.import_module(f"depesche.find.{path.parent.name}"))
        if name.startswith("find_")
    }
    # They are parts of find_actors.
    parts = {"find_named", "find_candidates", "find_parts", "find_family_names"}
    assert (finders | exported) - parts <= set(linear.read_steps("Rubio traf Lawrow in Genf."))


def test_what_is_not_linear_is_told() -> None:
    slow = patterns.Expression("x", patterns.re.compile(r"\s*(?:a\s*)?x"), ("search",))
    assert patterns.try_expression(slow)
    assert len(EXPRESSIONS) > 250
    assert "depesche.language.tokens._TOKEN" in {one.name for one in EXPRESSIONS}


def test_bounds_are_of_expressions_that_there_are() -> None:
    assert {*patterns.BOUNDS, *patterns.USED} <= {one.name for one in EXPRESSIONS}
    assert inspect.getdoc(linear)
