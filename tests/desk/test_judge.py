"""Decisions sent by forms: kept under a name, carried out at once, and never asked for by another site."""

from __future__ import annotations

import pathlib
import re
import shutil
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from depesche.desk.app import create_app
from depesche.desk.forms import MOST_BYTES, find_way_back
from depesche.dossiers import Dossiers
from depesche.library import Archive

OWN = "http://127.0.0.1:8460"


@pytest.fixture
def path(archive_path: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
    return pathlib.Path(shutil.copy(archive_path, tmp_path / "mine.sqlite"))


@pytest.fixture
def desk(path: pathlib.Path) -> Iterator[TestClient]:
    with TestClient(create_app(path), base_url=OWN, follow_redirects=False) as client:
        yield client


def find_token(desk: TestClient) -> str:
    found = re.search(r'name="form" value="(\w+)"', desk.get("/?judged=1").text)
    assert found
    return found[1]


def decide(desk: TestClient, verdict: str, *named: str, **fields: str) -> int:
    form = {"form": find_token(desk), "verdict": verdict, "named": list(named), "by": "Vera Kern", **fields}
    answer = desk.post("/correct/judge", data=form, headers={"origin": OWN})
    return answer.status_code


def two_of_a_story(path: pathlib.Path) -> tuple[str, str]:
    with Archive(path) as archive:
        story = max(Dossiers(archive).stories(), key=lambda s: len(s.reports))
    return story.reports[0], story.reports[-1]


def test_decision_is_kept_carried_out_and_taken_back(desk: TestClient, path: pathlib.Path) -> None:
    one, other = two_of_a_story(path)
    form = {"form": find_token(desk), "verdict": "other_story", "named": [one, other], "by": "Vera Kern"}
    form |= {"why": " two \n matters ", "back": f"/story/{one[:12]}?lang=de"}
    answer = desk.post("/correct/judge", data=form, headers={"origin": OWN})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/story/{one[:12]}?lang=de&judged=1"
    desk.app.state.relinker.wait(60)  # type: ignore[attr-defined]
    with Archive(path) as archive:
        (made,) = archive.judgements()
        assert (made.by, made.verdict, made.why) == ("Vera Kern", "other_story", "two matters")
        dossiers = Dossiers(archive)
        assert dossiers.story(one).id != dossiers.story(other).id
        # The name is known from now on.
        assert decide(desk, "withdrawn", "1", by="") == 303
        desk.app.state.relinker.wait(60)  # type: ignore[attr-defined]
        assert dossiers.story(one).id == dossiers.story(other).id
        assert [j.by for j in archive.judgements()] == ["Vera Kern", "Vera Kern"]


def test_form_of_another_site_is_refused(desk: TestClient, path: pathlib.Path) -> None:
    one, other = two_of_a_story(path)
    form = {"verdict": "same_story", "named": [one, other], "by": "Vera Kern"}
    good = {**form, "form": find_token(desk)}
    for data, headers in [
        (form, {"origin": OWN}),
        ({**form, "form": "0" * 64}, {"origin": OWN}),
        ({**form, "form": "ä"}, {"origin": OWN}),
        (good, {"origin": "http://evil.example"}),
        (good, {"origin": "null"}),
        (good, {}),
        (good, {"origin": OWN, "sec-fetch-site": "cross-site"}),
        (good, {"origin": OWN, "sec-fetch-site": "same-site"}),
    ]:
        assert desk.post("/correct/judge", data=data, headers=headers).status_code == 403
    # A token is good in the browser alone that it was made for.
    desk.cookies.clear()
    assert desk.post("/correct/judge", data=good, headers={"origin": OWN}).status_code == 403
    with Archive(path) as archive:
        assert archive.judgements() == ()


@pytest.mark.parametrize(
    ("verdict", "named", "fields"),
    [
        ("same_story", ["0123456789ab", "ba9876543210"], {}),
        ("same_story", [], {}),
        ("agreed", ["a"], {}),
        ("withdrawn", ["7"], {}),
        ("withdrawn", ["x"], {}),
        ("no_event", ["<script>"], {}),
        ("withdrawn", ["1"], {"by": " \x00 "}),
    ],
)
def test_what_cannot_be_decided(
    verdict: str, named: list[str], fields: dict[str, str], desk: TestClient
) -> None:
    assert decide(desk, verdict, *named, **fields) in (400, 404)


def test_forms_are_limited(desk: TestClient) -> None:
    headers = {"origin": OWN}
    token = find_token(desk)
    assert desk.post("/correct/judge", data={"why": "x" * MOST_BYTES}, headers=headers).status_code == 413
    assert desk.post("/correct/judge", json={"form": token}, headers=headers).status_code == 415
    many = {"form": token, **{str(n): "x" for n in range(60)}}
    assert desk.post("/correct/judge", data=many, headers=headers).status_code == 400
    assert desk.get("/correct/judge").status_code in (404, 405)


@pytest.mark.parametrize(
    "asked",
    ["//evil.example/", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "", "/\n/x"],
)
def test_way_back_leads_to_the_desk(asked: str) -> None:
    assert find_way_back(asked, "/correct") == "/correct"


def test_cookies_are_closed_to_scripts_and_other_sites(desk: TestClient) -> None:
    answer = desk.get("/?judged=1")
    assert re.search(r"form=[\w-]{43}; HttpOnly; Path=/; SameSite=strict", answer.headers["set-cookie"])
    assert "set-cookie" not in desk.get("/").headers
