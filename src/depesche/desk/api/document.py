"""The OpenAPI 3.1 document: what FastAPI knows of the addresses, with the schemas of what they answer."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from depesche.archive.rows import ActorRow, EventRow, QuotationRow, RelationRow, ReportRow, SearchHit
from depesche.desk.api import shapes
from depesche.desk.api.problems import PROBLEM_TYPE, TITLES, Problem
from depesche.exchange import FORMATS
from depesche.judgement import Doubt, Judgement
from depesche.link.accounts import Accounts
from depesche.reading import Reading

Schema = dict[str, Any]

_ANSWERS: tuple[type[msgspec.Struct], ...] = (
    ReportRow,
    EventRow,
    QuotationRow,
    RelationRow,
    ActorRow,
    SearchHit,
    Judgement,
    Doubt,
    Reading,
    Accounts,
    Problem,
    shapes.Story,
    shapes.WorldEvent,
    shapes.Actor,
    shapes.Relation,
    shapes.SourceList,
    shapes.Tie,
    shapes.PlaceCount,
    shapes.Status,
    shapes.Alert,
    shapes.MadeAlert,
    shapes.AlertFinding,
)
# Of these, what is not known is left out.
_SPARSE = frozenset({"Finding", "ReportSource", "Quote", "Order"})
_TEMPLATE = "#/components/schemas/{name}"
_HEADERS: Schema = {
    "ETag": {"description": "The tag of this content, for `If-None-Match`.", "schema": {"type": "string"}}
}
_LINK: Schema = {
    "Link": {"description": 'The next page (`rel="next"`), if there is one.', "schema": {"type": "string"}}
}
_ABOUT = """\
What the archive of a Depesche holds: reports, what was read in them, and what several of them tell together.

Fields may be added to any answer; none is taken away or changes its meaning as long as the address begins
with `/api/v1`. Offsets count Unicode characters of a report's text. Texts are strangers' words: escape them.
"""
_TOKEN_ABOUT = """\
Made by `depesche token create`. Adding reports needs the scope `add`, judging
`judge`, alerts `alert`. Reading needs a token
(`read`) only where the desk can be reached from other machines.
"""


def refer(kind: type[msgspec.Struct] | str) -> Schema:
    """Return the reference to the schema of a type."""
    return {"$ref": _TEMPLATE.format(name=kind if isinstance(kind, str) else kind.__name__)}


def describe_one(kind: type[msgspec.Struct], what: str) -> dict[int | str, Schema]:
    """Return what FastAPI shall say of an address that answers with one thing."""
    return {
        200: {
            "description": what,
            "headers": _HEADERS,
            "content": {"application/json": {"schema": refer(kind)}},
        }
    }


def describe_list(kind: type[msgspec.Struct], what: str, *forms: str) -> dict[int | str, Schema]:
    """Return what FastAPI shall say of an address that answers with a page of a list."""
    page = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": refer(kind)},
            "next": {"type": ["string", "null"], "description": "The cursor of the next page."},
        },
        "required": ["items", "next"],
    }
    content: Schema = {"application/json": {"schema": page}}
    for form in forms:
        binary = {"format": "binary"} if FORMATS[form].binary else {}
        content[FORMATS[form].media] = {"schema": {"type": "string", **binary}}
    return {200: {"description": what, "headers": {**_HEADERS, **_LINK}, "content": content}}


def describe_made(kind: type[msgspec.Struct], what: str, known: str = "") -> dict[int | str, Schema]:
    """Return what FastAPI shall say of an address that keeps something, or has it already (``known``)."""
    content = {"application/json": {"schema": refer(kind)}}
    found: dict[int | str, Schema] = {201: {"description": what, "headers": _HEADERS, "content": content}}
    return {**found, 200: {"description": known, "headers": _HEADERS, "content": content}} if known else found


def describe_body(name: str) -> Schema:
    """Return what FastAPI shall say of the body that an address takes."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": refer(name)}}}}


def make_document(api: FastAPI, path: str) -> Schema:
    """Return the document of an application that is mounted at ``path``."""
    document = get_openapi(
        title="Depesche", version=version("depesche"), description=_ABOUT, routes=api.routes,
        servers=[{"url": path}],
    )  # fmt: skip
    components = document.setdefault("components", {})
    components["schemas"] = _schemas()
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": _TOKEN_ABOUT}
    }
    for path_, method, operation in _operations(document):
        _complete(method, operation, guarded=method != "get" or path_.startswith("/alerts"))
    return document


def _operations(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _complete(method: str, operation: Schema, *, guarded: bool) -> None:
    """Say what holds for every operation: its problems, its token, and that nothing in a query is null."""
    token: Schema = {"token": []}
    operation["security"] = [token] if guarded else [{}, token]
    parameters = operation.get("parameters", [])
    for parameter in parameters:
        parameter["schema"] = _without_null(parameter["schema"])
    problems = {401, 403, 422, 429, 500, 503}
    if any(parameter["name"] == "cursor" for parameter in parameters):
        problems.add(400)
    if method == "post" or any(parameter["in"] == "path" for parameter in parameters):
        problems.add(404)
    if method == "post":
        problems |= {409, 413, 415}
    if method == "get":
        operation["responses"]["304"] = {"description": "Not changed since the tag in If-None-Match."}
    schema = {PROBLEM_TYPE: {"schema": refer(Problem)}}
    for status in sorted(problems):
        operation["responses"][str(status)] = {"description": TITLES[status], "content": schema}


def _without_null(schema: Schema) -> Schema:
    """Return the schema of a parameter that may be left out, which FastAPI takes for one that may be null."""
    choices = schema.get("anyOf", [])
    if {"type": "null"} not in choices:
        return schema
    others = [choice for choice in choices if choice != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**rest, **others[0]} if len(others) == 1 else {**rest, "anyOf": others}


def _schemas() -> Schema:
    """Return the schemas of all that is answered and sent, by name."""
    _, answers = msgspec.json.schema_components(_ANSWERS, ref_template=_TEMPLATE)
    for name, schema in answers.items():
        # Fields with a value of their own are written too.
        if "properties" in schema and name not in _SPARSE:
            schema["required"] = list(schema["properties"])
    (decision, *_), sent = msgspec.json.schema_components(
        [shapes.AnyDecision, shapes.NewReport, shapes.NewAlert], ref_template=_TEMPLATE
    )
    return {**answers, **sent, "Decision": decision}
