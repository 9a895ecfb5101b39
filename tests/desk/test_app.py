"""What holds for every answer of the desk: headers, hosts, origins, faults, sizes, escaping."""

from __future__ import annotations

import re

import msgspec
import pytest
from fastapi.testclient import TestClient

from depesche.desk.security import HEADERS
from desk.table import PAGES, Samples
from desk.test_pages import fill_in

# What a first page may weigh with all that it loads, in bytes.
FIRST_PAGE = 200_000


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_inline_script_or_style(name: str, samples: Samples, client: TestClient) -> None:
    html = client.get(fill_in(name, samples)).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/static/desk.css", "/static/nothing.css", "/?after=x", "/?from=gestern"]
)
def test_every_answer_has_the_headers(path: str, client: TestClient) -> None:
    answer = client.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:8460", 200), ("localhost", 200), ("evil.example", 400), ("127.0.0.1.evil.example", 400)],
)
def test_only_trusted_hosts_are_answered(host: str, status: int, client: TestClient) -> None:
    assert client.get("/", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("origin", "refused"), [("http://127.0.0.1:8460", False), ("https://evil.example", True), ("null", True)]
)
def test_other_sites_can_change_nothing(origin: str, refused: bool, client: TestClient) -> None:
    answer = client.post("/", headers={"origin": origin})
    assert (answer.status_code == 403) == refused


def test_without_an_origin_nothing_is_changed(client: TestClient) -> None:
    assert client.post("/").status_code == 403


@pytest.mark.parametrize("form", ["csv", "json", "plover"])
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/story/{story}", "/event/{event}", "/report/{report}", "/search?q=Treffen"),
        *("/actor/{actor}", "/actor/{actor}?list=events", "/relations", "/relation/USA/RUS"),
        *("/relation/USA/RUS?list=periods", "/network?from=2018-01", "/map?from=2018-01"),
        *("/network?from=2018-01&one=RUS&other=USA", "/map?from=2018-01&at=Peking"),
        *("/correct", "/correct?kind=event", "/correct/log", "/alerts"),
    ],
)
def test_every_list_is_a_file_too(path: str, form: str, client: TestClient, samples: Samples) -> None:
    address = path.format(**msgspec.structs.asdict(samples))
    answer = client.get(f"{address}{'&' if '?' in address else '?'}format={form}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert not answer.text.startswith("<")


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/static/../../../etc/passwd", 404),
        ("/static/%2e%2e/app.py", 404),
    ],
)
def test_faults_are_pages_that_tell_no_path(path: str, status: int, lang: str, client: TestClient) -> None:
    answer = client.get(path, headers={"accept-language": lang})
    assert answer.status_code == status
    assert f'<html lang="{lang}"' in answer.text
    assert not re.search(r"Traceback|sqlite|/src/|/tmp/|site-packages|root:", answer.text)
    assert f'<span class="label">{status}</span>' in answer.text


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shows_what_only_python_says(name: str, client: TestClient, samples: Samples) -> None:
    html = client.get(fill_in(name, samples)).text
    assert not re.search(
        r"object at 0x|bound method|&lt;(?:function|class)|>\s*(?:None|True|False)\s*<", html
    )


def test_first_page_is_light(client: TestClient) -> None:
    html = client.get("/").text
    assets = re.findall(r'(?:src|href)="(/static/[^"]+)"', html)
    assert len(assets) >= 3
    weight = len(html.encode()) + sum(len(client.get(asset).content) for asset in assets)
    assert weight < FIRST_PAGE


def test_assets_are_kept_by_the_browser(client: TestClient) -> None:
    html = client.get("/").text
    (sheet,) = re.findall(r'href="(/static/desk\.css[^"]+)"', html)
    assert "immutable" in client.get(sheet).headers["cache-control"]
    assert "immutable" not in client.get("/static/desk.css").headers.get("cache-control", "")
