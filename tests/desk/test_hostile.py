"""Texts come from strangers: whatever stands in a report is shown as text, on every page that shows it."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from depesche.archive.rows import Appearance
from depesche.desk.app import create_app
from depesche.intake import link_archive
from depesche.library import Archive
from depesche.reading import Report

SCRIPT = "<script>alert(1)</script>"
TAG = '"><img src=x onerror=alert(1)>'
TEXT = (
    f"US-Außenminister Marco Rubio hat am Donnerstag in Oslo {SCRIPT} den russischen Außenminister Sergej "
    f"Lawrow getroffen. „{TAG} Wir sind enttäuscht“, sagte Rubio {{{{ 7 * 7 }}}} am Donnerstag. "
    "\x00\u202e\ud800 "
    "Das russische Außenministerium wies die Darstellung zurück. javascript:alert(1)"
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str]]:
    path = tmp_path_factory.mktemp("hostile") / "a.sqlite"
    report = Report(
        text=TEXT.replace("\ud800", ""),
        published="2025-07-11",
        source=f"Nordpost{TAG}",
        title=f"Treffen {SCRIPT}",
        url="javascript:alert(1)",
        author=TAG,
    )
    with Archive(path) as archive:
        archive.add(report)
        archive.note(
            Report(text=report.text, published="2025-07-11", source=SCRIPT, url="https://b.example/")
        )
        link_archive(archive)
    with TestClient(create_app(path), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client, report.id


def check(html: str) -> None:
    assert SCRIPT not in html
    assert "<img" not in html
    assert "onerror=alert(1)>" not in html
    assert not re.search(r"""(?:href|src)=["']?javascript:""", html)
    assert "49" not in re.findall(r"sagte Rubio (\S+)", html)
    assert "&lt;script&gt;" in html or "&lt;img" in html


@pytest.mark.parametrize("path", ["/", "/story/{id}", "/event/{id}:e1"])
def test_what_stands_in_a_report_is_text(path: str, hostile: tuple[TestClient, str]) -> None:
    client, id_ = hostile
    answer = client.get(path.format(id=id_[:12]))
    assert answer.status_code == 200
    check(answer.text)


@pytest.mark.parametrize(
    "path",
    ["/?actor={x}", "/?lang={x}&theme={x}", "/?from={x}", "/story/{x}", "/event/{x}", "/{x}", "/?after={x}"],
)
@pytest.mark.parametrize(
    "words", [SCRIPT, TAG, "\x00", "../../etc/passwd", "%2e%2e", "a" * 5000, "'; DROP TABLE reports"]
)
def test_what_stands_in_an_address_is_text(path: str, words: str, hostile: tuple[TestClient, str]) -> None:
    client, _ = hostile
    answer = client.get(path.replace("{x}", "{}").format(*[_quote(words)] * path.count("{x}")))
    assert answer.status_code in {200, 400, 404}
    assert SCRIPT not in answer.text
    assert "<img" not in answer.text


def _quote(words: str) -> str:
    return "".join(f"%{byte:02x}" for byte in words.encode())


def test_an_appearance_has_no_say_either(hostile: tuple[TestClient, str]) -> None:
    client, id_ = hostile
    archive: Archive = client.app.state.archive  # type: ignore[attr-defined]
    assert [a.source for a in archive.appearances(id_)] == [Appearance(source=SCRIPT).source]
    check(client.get(f"/story/{id_[:12]}").text)


def test_an_empty_archive_says_what_to_do(tmp_path: pathlib.Path) -> None:
    with TestClient(create_app(tmp_path / "new.sqlite"), base_url="http://127.0.0.1") as client:
        answer = client.get("/")
    assert answer.status_code == 200
    assert "depesche read" in answer.text


def test_an_archive_that_cannot_be_read_is_a_page_without_its_path(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "broken.sqlite"
    app = create_app(path)
    app.state.archive.close()
    path.write_bytes(b"this is no archive any more" * 400)
    for also in ("-wal", "-shm"):
        pathlib.Path(f"{path}{also}").unlink(missing_ok=True)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        answer = client.get("/")
    assert answer.status_code == 503
    assert "broken" not in answer.text
    assert "cannot be read" in answer.text
