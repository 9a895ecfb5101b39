"""The page of the search: words in context, kinds of things, filters, saved searches."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.samples import ANY_TEXT, fill
from depesche.archive.store import Archive as Store
from depesche.desk.app import create_app
from depesche.desk.pages.search import read_search
from desk.conftest import OpenPage


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    path = tmp_path_factory.mktemp("search") / "a.sqlite"
    with Store(path) as archive:
        fill(archive)
    with TestClient(
        create_app(path), base_url="http://127.0.0.1:8460", headers={"accept-language": "en"}
    ) as client:
        yield client


def found(client: TestClient, **query: str) -> list[str]:
    page = client.get("/search", params=query)
    assert page.status_code == 200
    return re.findall(r'<li class="hit" data-item>', page.text)


def test_words_are_marked_in_context(desk: TestClient) -> None:
    page = desk.get("/search", params={"q": "enttäuscht"}).text
    assert '<mark class="mark--found">enttäuscht</mark>' in page
    assert re.search(r'href="/report/[0-9a-f]{12}\?at=\d+-\d+#at"', page)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"q": "Lawrow"}, 1),
        ({"q": "in"}, 2),
        ({"q": "in", "outlet": "alpen"}, 1),
        ({"q": "in", "place": "MYS"}, 1),
        ({"q": "in", "from": "2025-07-12"}, 1),
        ({"q": "in", "speaker": "Rubio"}, 1),
        ({"q": "in", "actor": "RUS"}, 1),
        ({"q": "in", "type": "CONSULT", "place": "kuala"}, 1),
        ({"q": "enttäuscht", "kind": "quotations"}, 1),
        ({"q": "Lawrow getroffen", "kind": "events"}, 1),
        ({"actor": "RUS"}, 2),
        ({"q": "nirgends"}, 0),
        ({}, 0),
    ],
)
def test_what_is_found(desk: TestClient, query: dict[str, str], number: int) -> None:
    assert len(found(desk, **query)) == number


def test_it_says_when_no_model_knows_meanings(desk: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPESCHE_LANGUAGE_MODEL", "none")
    page = desk.get("/search", params={"q": "Lawrow", "meaning": "1"}).text
    assert "No language model is at hand" in page
    assert "Rubio trifft" in page
    assert "No language model is at hand" not in desk.get("/search", params={"q": "Lawrow"}).text


def test_pages_and_files(desk: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("depesche.desk.pages.search._SIZE", 1)
    first = desk.get("/search", params={"q": "in"}).text
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = desk.get(following.replace("&amp;", "&")).text
    assert 'rel="prev"' in second and 'rel="next"' not in second
    assert desk.get("/search", params={"q": "in", "after": "x"}).status_code == 400
    for kind in ("reports", "quotations", "events"):
        for form in ("csv", "json", "plover"):
            sent = desk.get("/search", params={"q": "in", "kind": kind, "format": form})
            assert sent.headers["content-disposition"].startswith("attachment")
    assert desk.get("/search", params={"q": "in", "from": "gestern"}).status_code == 400


def send(client: TestClient, path: str, page: str, **fields: str) -> int:
    (token,) = set(re.findall(r'name="form" value="([^"]+)"', page))
    sent = client.post(
        path,
        data={"form": token, **fields},
        headers={"origin": "http://127.0.0.1:8460"},
        follow_redirects=False,
    )
    return sent.status_code


def test_a_search_is_saved_and_removed(desk: TestClient) -> None:
    page = desk.get("/search", params={"q": "<b>Genf</b>", "actor": "RUS"}).text
    (query,) = re.findall(r'name="query" value="([^"]+)"', page)
    name = 'Genf & "mehr"'
    assert send(desk, "/search/save", page, query=query.replace("&amp;", "&"), name=name) == 303
    page = desk.get("/search").text
    assert '<a href="/search?actor=RUS&amp;q=%3Cb%3EGenf%3C%2Fb%3E">Genf &amp; &#34;mehr&#34;</a>' in page
    (number,) = re.findall(r'name="number" value="(\d+)"', page)
    assert send(desk, "/search/forget", page, number=number, back="/search?q=x") == 303
    empty = desk.get("/search", params={"q": "x"}).text
    assert 'name="number"' not in empty
    assert send(desk, "/search/forget", empty, number=number) == 404
    assert send(desk, "/search/forget", empty, number="x²") == 404


def test_nothing_is_saved_without_the_form(desk: TestClient) -> None:
    fields = {"query": "q=Genf", "name": "Genf", "form": "x"}
    own = {"origin": "http://127.0.0.1:8460"}
    assert desk.post("/search/save", data=fields, headers=own).status_code == 403
    assert (
        desk.post("/search/save", data=fields, headers={"origin": "http://evil.example"}).status_code == 403
    )
    assert "Genf" not in desk.get("/search").text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=ANY_TEXT | st.text('"*-: ()<>&„“abGenf\0', max_size=30),
    kind=st.sampled_from(["", "events", "quotations"]),
)
def test_no_words_make_it_fail(desk: TestClient, words: str, kind: str) -> None:
    plain = words.encode("utf-8", "replace").decode()
    assert desk.get("/search", params={"q": plain, "kind": kind}).status_code == 200
    asked = read_search({"q": words, "kind": kind})
    assert read_search(asked.to_query()) == asked


def test_the_list_is_renewed_in_place(open_page: OpenPage, archive_path: pathlib.Path) -> None:
    page = open_page("/search?q=Treffen", lang="de")
    page.locator("select[name=kind]").select_option("events")
    page.wait_for_url("**kind=events**")
    page.wait_for_selector(".event-line__type")
    assert page.locator("h2#found").inner_text().casefold() == "gefundene ereignisse"
    assert archive_path.exists()
