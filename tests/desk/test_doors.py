"""Who gets in beyond loopback, how often, with how much; and what every kind of answer has to say."""

from __future__ import annotations

import pathlib
import re
import shutil
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from depesche.desk import doors
from depesche.desk.api import PATH, changes, make_api
from depesche.desk.doors import BURST, Allowance
from depesche.desk.pages import ROUTERS
from depesche.desk.security import HEADERS
from depesche.library import Archive
from desk.serving import ask_remotely
from desk.table import Samples

OWN = "http://localhost"
# Of every kind that the desk has: what is asked for, and which status it has.
ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/?format=csv", 200),
    ("GET", "/search?q=Treffen&format=json", 200),
    ("GET", "/search?q=Treffen&format=plover", 200),
    ("GET", "/search/feed.json?q=Treffen", 200),
    ("GET", "/search/feed.atom?q=Treffen", 200),
    ("GET", "/static/keys.js", 200),
    ("GET", "/static/nothing.js", 404),
    ("GET", "/nowhere", 404),
    ("GET", "/?from=gestern", 400),
    ("PUT", "/", 403),
    ("POST", "/correct/judge", 403),
    ("GET", "/api/v1/status", 200),
    ("GET", "/api/v1/openapi.json", 200),
    ("GET", "/api/v1/events?format=csv", 200),
    ("GET", "/api/v1/nowhere", 404),
    ("GET", "/api/v1/reports?limit=x", 422),
    ("GET", "/api/v1/alerts", 401),
    ("POST", "/api/v1/reports", 401),
    ("DELETE", "/api/v1/status", 405),
]


@pytest.fixture(scope="module")
def path(archive_path: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return pathlib.Path(shutil.copy(archive_path, tmp_path_factory.mktemp("doors") / "a.sqlite"))


@pytest.fixture(scope="module")
def secrets(path: pathlib.Path) -> dict[str, str]:
    with Archive(path) as archive:
        return {scope: archive.make_token(scope, [scope])[1] for scope in ("read", "add", "judge", "alert")}


@pytest.fixture
def remote(path: pathlib.Path, secrets: dict[str, str]) -> Iterator[TestClient]:
    """A desk that other machines can reach."""
    with ask_remotely(path) as client:
        yield client


@pytest.mark.parametrize(("method", "address", "status"), ANSWERS)
def test_every_kind_of_answer_has_the_headers(
    method: str, address: str, status: int, client: TestClient
) -> None:
    answer = client.request(method, address)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    if "format=" in address:
        assert answer.headers["content-disposition"].startswith("attachment;")
    if "html" not in answer.headers["content-type"]:
        assert not answer.text.lstrip().lower().startswith("<!doctype html")


def test_the_policy_leaves_no_gap() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("base-uri", "frame-ancestors")} == {"'none'"}
    # What default-src does not stand for must be said.
    assert policy["form-action"] == "'self'"
    assert {policy["script-src"], policy["style-src"], policy["connect-src"]} == {"'self'"}
    assert not re.search(r"unsafe|\*|https?:", HEADERS["content-security-policy"])


def test_refusals_at_the_door_have_the_headers_too(remote: TestClient) -> None:
    for address in ("/", "/api/v1/status", "/static/desk.css"):
        answer = remote.get(address)
        assert answer.status_code == 401
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    other = remote.get("/", headers={"host": "evil.example"})
    assert other.status_code == 400
    assert {name: other.headers.get(name) for name in HEADERS} == HEADERS


def test_nothing_is_open_beyond_loopback(
    remote: TestClient, path: pathlib.Path, samples: Samples, secrets: dict[str, str]
) -> None:
    with Archive(path) as archive:
        api = {f"{PATH}{route.path}" for route in make_api(archive).state.routes}
    own = {route.path for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)}
    assert len(own) > 15 and len(api) > 15
    for address in sorted(own | api):
        filled = re.sub(r"\{[^}]*\}", samples.report, address)
        assert remote.get(filled).status_code == 401, address
        posted = remote.post(filled, headers={"origin": "http://desk.example"})
        assert posted.status_code in {401, 405}, address
    # All of it is there for whoever may read.
    assert remote.get("/", auth=("", secrets["read"])).status_code == 200


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time passes at the doors, so that a slow machine is let in no oftener than a fast one."""
    monkeypatch.setattr(doors, "Allowance", lambda: Allowance(clock=lambda: 0.0))


@pytest.mark.usefixtures("standing_clock")
@pytest.mark.parametrize("address", ["/", "/api/v1/status"])
def test_the_desk_beyond_loopback_counts_requests(address: str, remote: TestClient) -> None:
    statuses = [remote.get(address).status_code for _ in range(BURST + 60)]
    assert statuses[0] == 401 and statuses[-1] == 429
    refused = remote.get(address)
    assert int(refused.headers["retry-after"]) >= 1
    assert {name: refused.headers.get(name) for name in HEADERS} == HEADERS


def test_on_loopback_nobody_is_counted(client: TestClient) -> None:
    assert {client.get("/static/icon.svg").status_code for _ in range(BURST + 20)} == {200}


def test_uploads_are_limited_without_a_length(
    remote: TestClient, secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MAX_RECORD", 10_000)

    def drip() -> Iterator[bytes]:
        yield b'{"text": "'
        yield from [b"x" * 1000] * 200

    for scope, address in (("add", "/reports"), ("judge", "/judgements"), ("alert", "/alerts")):
        headers = {"authorization": f"Bearer {secrets[scope]}", "content-type": "application/json"}
        assert remote.post(f"/api/v1{address}", content=drip(), headers=headers).status_code == 413
    headers = {"origin": "http://desk.example", "content-type": "application/x-www-form-urlencoded"}
    for scope, address in (("judge", "/correct/judge"), ("judge", "/search/save"), ("alert", "/alerts/add")):
        answer = remote.post(address, content=drip(), headers=headers, auth=("", secrets[scope]))
        assert answer.status_code == 413


def test_uploads_need_their_token_before_they_are_read(remote: TestClient) -> None:
    def fail() -> Iterator[bytes]:
        yield b"x" * 10_000_000

    answer = remote.post("/api/v1/reports", content=fail(), headers={"content-type": "application/json"})
    assert answer.status_code == 401
