"""Logs hold no words of reports, no names and no token; what people are shown of faults holds no path."""

from __future__ import annotations

import logging
import pathlib
import re
import traceback
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from depesche.desk.app import create_app
from depesche.desk.faults import Unforeseen
from depesche.desk.settings import Settings
from depesche.library import Archive
from depesche.reading import Report

WORDS = "Rubio traf Lawrow am Freitag in Genf"
NAME = "Annegret-Zwiesel"
# What a fault may say; by its name alone it stands in the code that a log shows.
MESSAGE = f"{WORDS} in /home/desk/geheim.sqlite"
# What would tell where something lies on this machine, or how it is built.
INSIDE = re.compile(r"Traceback|\.sqlite|/src/|/tmp/|/home/|site-packages|\.py\b|line \d+|sqlalchemy", re.I)


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "geheim.sqlite"
    with Archive(path) as archive:
        archive.add(Report(text=f"{WORDS}. Rubio sagte, er sei froh.", published="2025-07-11", title=WORDS))
    return path


@pytest.fixture
def desk(path: pathlib.Path) -> Iterator[TestClient]:
    """A desk of which every fault that would reach the server, and its log, fails the test."""
    with TestClient(create_app(path), base_url="http://localhost") as desk:
        yield desk


class Broken:
    """An archive that fails at everything, as nobody foresaw."""

    def __getattr__(self, _: str) -> object:
        try:
            raise KeyError(WORDS)
        except KeyError as fault:
            raise RuntimeError(MESSAGE) from fault


@pytest.mark.parametrize(
    "address", ["/", f"/actor/{NAME}", f"/search?q={NAME}", "/correct", "/alerts", "/alerts/1/feed.atom"]
)
def test_a_fault_that_nobody_foresaw_is_logged_without_words(
    address: str, desk: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    desk.app.state.archive = Broken()  # type: ignore[attr-defined]
    with caplog.at_level(logging.DEBUG):
        answer = desk.get(address)
    assert answer.status_code == 500
    assert not INSIDE.search(answer.text) and WORDS not in answer.text
    assert "content-security-policy" in answer.headers
    logged = _logged(caplog)
    assert "RuntimeError" in logged and "test_logs.py" in logged
    assert WORDS not in logged and NAME not in logged and "geheim" not in logged


@pytest.mark.parametrize("begun", [False, True])
def test_nothing_reaches_the_server_with_its_words(begun: bool, caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError(WORDS)

    client = TestClient(Unforeseen(app), base_url="http://localhost")
    if begun:
        with pytest.raises(RuntimeError) as raised:
            client.get(f"/api/v1/{NAME}")
        assert WORDS not in "".join(traceback.format_exception(raised.value))
    else:
        assert client.get(f"/api/v1/{NAME}").json()["status"] == 500
    assert "ValueError" in _logged(caplog)
    assert WORDS not in _logged(caplog) and NAME not in _logged(caplog)


def _logged(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(logging.Formatter().format(record) for record in _ours(caplog))


def _ours(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What is logged, but for what the test's own client says."""
    return [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]


def test_what_is_asked_for_as_usual_is_not_logged(
    desk: TestClient, path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Archive(path) as archive:
        _, secret = archive.make_token("Redaktion", ["read", "add", "judge"])
        id_ = archive.reports()[0].id
    headers = {"authorization": f"Bearer {secret}"}
    with caplog.at_level(logging.DEBUG):
        for address in ("/", f"/report/{id_}", f"/search?q={NAME}", "/story/s0", f"/actor/{NAME}"):
            desk.get(address)
        sent = {"text": f"{WORDS}, hieß es.", "published": "2025-07-12"}
        assert desk.post("/api/v1/reports", json=sent, headers=headers).status_code == 201
        desk.post("/api/v1/reports", json={"text": 7}, headers=headers)
        desk.post("/api/v1/reports", json=sent, headers={"authorization": f"Bearer {secret}x"})
    logged = _logged(caplog)
    assert WORDS not in logged and NAME not in logged and secret not in logged
    assert not any(record.levelno >= logging.WARNING for record in _ours(caplog))


def test_a_token_at_the_door_is_not_logged(path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    with Archive(path) as archive:
        _, secret = archive.make_token("Redaktion", ["read"])
    app = create_app(path, Settings(archive=path, host="0.0.0.0", hosts=("desk.example",)))
    with (
        caplog.at_level(logging.DEBUG),
        TestClient(app, base_url="http://desk.example", raise_server_exceptions=False) as desk,
    ):
        assert desk.get("/", auth=("", secret)).status_code == 200
        assert desk.get("/", auth=("", secret + "x")).status_code == 401
        assert desk.get("/api/v1/status", headers={"authorization": f"Bearer {secret}"}).status_code == 200
        path.write_bytes(b"kaputt" * 1000)
        desk.get("/", auth=("", secret))
    assert secret not in _logged(caplog)


@pytest.mark.parametrize(
    "address",
    [
        "/report/zzzz",
        "/report/0123456789abcdef",
        "/event/0123456789ab:e1",
        "/story/s000000000000",
        "/actor/Q0",
        "/relation/X/Y",
        "/alerts/7",
        "/search?from=gestern&q=x",
        "/correct?after=%00",
        "/network?from=x",
        "/map?to=x",
        "/static/../settings",
        "/api/v1/reports/0123456789abcdef",
        "/api/v1/reports/zz",
        "/api/v1/stories/x",
        "/api/v1/events?start=gestern",
        "/api/v1/reports?cursor=x",
        "/api/v1/nowhere",
        "/api/v1/judgements/9",
    ],
)
def test_what_is_said_of_a_fault_tells_nothing_of_the_inside(address: str, desk: TestClient) -> None:
    answer = desk.get(address)
    assert answer.status_code in {200, 400, 404, 422}
    assert not INSIDE.search(answer.text), INSIDE.search(answer.text)


def test_an_archive_that_is_gone_tells_nothing_either(desk: TestClient, path: pathlib.Path) -> None:
    path.write_bytes(b"kaputt" * 1000)
    for address in ("/", "/search?q=x", "/correct", "/api/v1/reports", "/api/v1/status"):
        answer = desk.get(address)
        assert answer.status_code in {200, 503}
        assert not INSIDE.search(answer.text) and "geheim" not in answer.text
