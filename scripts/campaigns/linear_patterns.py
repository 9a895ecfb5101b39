"""Regular expressions of the package on texts that are built from their own parts to keep them busy.

What may repeat in an expression is repeated, behind what must stand before it, and followed by what does not
match: if two parts of it can take the same letters, or each letter is a place to begin anew, it shows here.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import pkgutil
import re
import re._constants as ops  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

import depesche

# How long a text for an expression is, and how long it may take: a square would take a tenth of a second.
LONG = 8_000
SECONDS = 0.02
_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")
# Ways in which expressions are asked, where the name does not stand before the method.
USED: dict[str, tuple[str, ...]] = {
    "depesche.naming._FORMS": ("fullmatch",),
}
# Expressions that are never given longer texts than these, in characters, and why.
BOUNDS: dict[str, tuple[int, str]] = {
    "depesche.archive.context._NO_END": (12, "it is given what stands before a mark"),
    "depesche.language.verbs:_has_fast_prefix": (40, "it is given verbs of the word lists"),
    "depesche.sources.dates._UTC": (80, "no date is longer: _MAX_LENGTH"),
    "depesche.archive.postgres_address._FIELD": (500, "it reads the user's own file"),
}
_GENERIC = (
    " ", "a", "A", "1", "\n", ".", "„", "(", "<", '"', "'", "&", "<a ", "a.", "1.", "1,", "a-", "-", "\r\n",
    "a ", "A. ", "//", ":", "=", "\\", "\x00", "ä", "http://", "a@", "\u0308", "\t",
)  # fmt: skip


class Expression(msgspec.Struct, frozen=True):
    """A regular expression, where it stands, and the ways in which it is asked there."""

    name: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]


class _TooLongError(Exception):
    pass


def list_modules() -> list[Any]:
    """Return the modules of the package; a reader of pipelines from elsewhere is left out."""
    names = [
        module.name
        for module in pkgutil.walk_packages(depesche.__path__, "depesche.")
        if "spacy_pipeline" not in module.name and "migrations" not in module.name
    ]
    return [importlib.import_module(name) for name in names if not name.endswith("__main__")]


def list_expressions() -> list[Expression]:
    """Return all regular expressions of the package: those with a name, those in place, those of word lists.

    Raises AssertionError for one that is put together in a place that is not known here.
    """
    found: dict[tuple[str, str | bytes], Expression] = {}
    for module in list_modules():
        tree = ast.parse(inspect.getsource(module))
        for expression in itertools.chain(_named(module), _in_place(module, tree)):
            known = found.get((module.__name__, expression.pattern.pattern))
            if known is None or len(known.methods) < len(expression.methods):
                found[module.__name__, expression.pattern.pattern] = expression
    return [*found.values(), *_of_word_lists()]


def _named(module: Any) -> Iterator[Expression]:
    for name, value in vars(module).items():
        for pattern in _patterns_in(value, 3):
            used = tuple(m for m in _METHODS if f"{name}.{m}(" in inspect.getsource(module))
            where = f"{module.__name__}.{name}"
            yield Expression(where, pattern, USED.get(where) or used or _METHODS[:3])


def _patterns_in(value: Any, depth: int) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        for one in (*value.keys(), *value.values()):
            yield from _patterns_in(one, depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _patterns_in(one, depth - 1)


def _around(tree: ast.Module, node: ast.AST) -> str:
    """Return the name of the innermost function around a node."""
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [one.name for one in functions if any(inner is node for inner in ast.walk(one))][-1]


def _outside(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from _outside(child)


def _in_place(module: Any, tree: ast.Module) -> Iterator[Expression]:
    """Yield what is asked as ``re.search("...", ...)`` or compiled within a function."""
    # What is compiled outside of functions has a name.
    named = {id(node) for one in tree.body for node in _outside(one)}
    for node in ast.walk(tree):
        if id(node) in named or not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re"):
            continue
        if node.func.attr in (*_METHODS, "compile") and node.args:
            name = f"{module.__name__}:{_around(tree, node)}"
            if isinstance(node.args[0], ast.Constant):
                told = (*node.args[1:], *(keyword.value for keyword in node.keywords))
                flags = [ast.unparse(one) for one in told if "re." in ast.unparse(one)]
                value = sum(eval(flag, {"re": re}) for flag in flags)
                methods = _METHODS[:3] if node.func.attr == "compile" else (node.func.attr,)
                yield Expression(name, re.compile(node.args[0].value, value), methods)
            else:
                source = ast.unparse(node.args[0])
                assert (module.__name__, source) in _MADE, f"{name}: {source} is put together: see _MADE"


# Where expressions are put together, and what they are tried by: see _of_word_lists and the globals.
_MADE = {
    ("depesche.naming", "form"),
    ("depesche.archive.tables", "_MARK + '([0-9a-f]{4})'"),
    ("depesche.link.matters", "f\" ({'|'.join(sorted(forms, key=len, reverse=True))})(?= )\""),
    ("depesche.find.times.words", "f\"({'|'.join(heads)})({'|'.join(tails)})\""),
    ("depesche.find.times.rules", "translate_pattern(text, classes)"),
}


def _of_word_lists() -> Iterator[Expression]:
    from depesche.find.times.rules import load_grammar  # noqa: PLC0415
    from depesche.find.times.words import _compound_pattern  # noqa: PLC0415
    from depesche.link import matters, mentions  # noqa: PLC0415

    yield Expression("times: compounds", _compound_pattern(), ("match", "fullmatch"))
    for identity, pattern in (*matters._stances().items(), *matters._matters().items(), *mentions._ways()):
        yield Expression(f"words: {identity}", pattern, ("finditer", "search"))
    rules = {rule.id: rule for group in load_grammar().rules.values() for rule in group}
    for rule in rules.values():
        yield Expression(f"times: {rule.id}", rule.regex, ("match",))


def attacks(pattern: str | bytes, flags: int) -> Iterator[tuple[str, str]]:
    """Yield what to begin with and what to repeat, for each part of an expression that may repeat.

    >>> list(attacks("a(b|c)*", 0))
    [('a', 'b'), ('a', 'c'), ('a', 'bc')]
    """
    told = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    yield from dict.fromkeys(_attack(parser.parse(told, flags), ""))


def _attack(sequence: Any, before: str) -> Iterator[tuple[str, str]]:
    for op, argument in sequence:
        if op in _REPEATS:
            _, most, body = argument
            bodies = _samples(body)
            if most > 1:
                yield from ((before, one) for one in bodies)
                if len(bodies) > 1:
                    yield before, "".join(bodies)
            yield from _attack(body, before)
        elif op is ops.SUBPATTERN:
            yield from _attack(argument[3], before)
        elif op is ops.BRANCH:
            for branch in argument[1]:
                yield from _attack(branch, before)
        elif op in (ops.ASSERT, ops.ASSERT_NOT):
            yield from _attack(argument[1], before)
        elif op is ops.ATOMIC_GROUP:
            yield from _attack(argument, before)
        before += _samples([(op, argument)])[0]


_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_CATEGORIES = {
    ops.CATEGORY_DIGIT: "1",
    ops.CATEGORY_NOT_DIGIT: "a",
    ops.CATEGORY_SPACE: " ",
    ops.CATEGORY_NOT_SPACE: "a",
    ops.CATEGORY_WORD: "a",
    ops.CATEGORY_NOT_WORD: " ",
}
_MOST_SAMPLES = 6


def _samples(sequence: Any) -> list[str]:
    """Return some texts that a part of an expression matches, at least one."""
    texts = [""]
    for op, argument in sequence:
        ends = list(dict.fromkeys(_sample(op, argument)))[:_MOST_SAMPLES]
        # Each end once, each beginning once: all pairs would be too many.
        texts = [texts[0] + end for end in ends] + [text + ends[0] for text in texts[1:]]
        texts = texts[:_MOST_SAMPLES]
    return texts


def _sample(op: Any, argument: Any) -> Iterable[str]:  # noqa: PLR0911 - one for each kind of part
    if op is ops.LITERAL:
        return [chr(argument)]
    if op is ops.NOT_LITERAL:
        return ["b" if argument == ord("a") else "a", " "]
    if op is ops.ANY:
        return ["a", " ", "."]
    if op is ops.IN:
        return _members(argument)
    if op in _REPEATS:
        fewest, _, body = argument
        return [text * max(1, fewest) for text in _samples(body)]
    if op is ops.SUBPATTERN:
        return _samples(argument[3])
    if op is ops.ATOMIC_GROUP:
        return _samples(argument)
    if op is ops.BRANCH:
        return [_samples(branch)[0] for branch in argument[1]]
    return [""]


def _members(members: Any) -> list[str]:
    if members[0][0] is ops.NEGATE:
        return [letter for letter in "a1 .<\nÄ" if not _is_in(letter, members[1:])] or ["~"]
    found: list[str] = []
    for op, argument in members:
        if op is ops.LITERAL:
            found.append(chr(argument))
        elif op is ops.RANGE:
            found.append(chr(argument[0]))
        elif op is ops.CATEGORY:
            found.append(_CATEGORIES.get(argument, "a"))
    return found or ["a"]


def _is_in(letter: str, members: Any) -> bool:
    tests: dict[Any, Callable[[str], bool]] = {
        ops.CATEGORY_DIGIT: str.isdigit,
        ops.CATEGORY_SPACE: str.isspace,
        ops.CATEGORY_WORD: str.isalnum,
        ops.CATEGORY_NOT_WORD: lambda one: not one.isalnum(),
        ops.CATEGORY_NOT_SPACE: lambda one: not one.isspace(),
        ops.CATEGORY_NOT_DIGIT: lambda one: not one.isdigit(),
    }
    return any(
        (op is ops.LITERAL and argument == ord(letter))
        or (op is ops.CATEGORY and tests[argument](letter))
        or (op is ops.RANGE and argument[0] <= ord(letter) <= argument[1])
        for op, argument in members
    )


def try_expression(expression: Expression) -> list[str]:
    """Return the texts on which an expression takes too long, in words."""
    length, _ = BOUNDS.get(expression.name, (LONG, ""))
    slow: list[str] = []
    pieces = [
        *attacks(expression.pattern.pattern, expression.pattern.flags),
        *(("", one) for one in _GENERIC),
    ]
    for before, piece in dict.fromkeys(pieces):
        body = before + (piece * (length // max(1, len(piece)) + 1))[:length]
        for end in ("", "\x00", "!\n"):
            for method in expression.methods:
                text = body + end
                # What another process costs this one is not told twice.
                if _time_pattern(expression.pattern, method, text) > SECONDS:
                    seconds = min(_time_pattern(expression.pattern, method, text) for _ in range(2))
                    if seconds > SECONDS:
                        slow.append(f"{method} on {before!r} + {piece!r} * n + {end!r}: {seconds:.2f} s")
    return slow


def _time_pattern(pattern: re.Pattern[Any], method: str, text: str) -> float:
    raw: Any = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text

    def stop(*_: object) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    begun = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, 2)
        if method == "sub":
            pattern.sub("", raw) if raw.__class__ is str else pattern.sub(b"", raw)
        elif method == "finditer":
            for _ in pattern.finditer(raw):
                pass
        else:
            getattr(pattern, method)(raw)
    except _TooLongError:
        pass
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return time.process_time() - begun
