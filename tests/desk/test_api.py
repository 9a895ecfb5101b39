"""The API: every address, what is refused, tokens, pages of lists, tags, and what it keeps to itself."""

from __future__ import annotations

import base64
import json
import logging
import pathlib
import re
import shutil
import typing
from collections.abc import Iterator

import msgspec
import pytest
import yaml
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from depesche.archive.rows import KEYS, ActorRow
from depesche.archive.tokens import SCOPES
from depesche.desk.api import PATH, add_api
from depesche.desk.api.cursors import FORM, make_cursor, parse_cursor
from depesche.desk.api.problems import Problem
from depesche.desk.app import create_app
from depesche.desk.doors import Allowance, Doors
from depesche.desk.settings import Settings
from depesche.dossiers import Dossiers
from depesche.errors import CursorError, DeskError
from depesche.library import Archive
from desk.serving import ask_remotely
from desk.table import Samples

ROOT = pathlib.Path(__file__).parents[2]
CASES = yaml.safe_load((ROOT / "tests" / "cases" / "desk-api.yaml").read_text("utf-8"))
# Nothing in an answer may tell of these.
SECRETS = re.compile(r"Traceback|\.sqlite|/src/|/tmp/|site-packages|SELECT |depesche_[0-9a-f]{8}_")

Tokens = dict[str, dict[str, str]]


def fill(path: str, samples: Samples) -> str:
    for name in samples.__struct_fields__:
        path = path.replace("{" + name + "}", getattr(samples, name))
    return PATH + path


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_requests(case: dict[str, typing.Any], client: TestClient, samples: Samples) -> None:
    answer = client.get(fill(case["path"], samples))
    status = case.get("status", 200)
    assert answer.status_code == status, answer.text
    kind = case.get("kind", "application/json" if status == 200 else "application/problem+json")
    assert answer.headers["content-type"].startswith(kind)
    assert case.get("has", "") in answer.text
    assert "lacks" not in case or case["lacks"] not in answer.text
    assert not SECRETS.search(answer.text)
    if status != 200:
        problem = msgspec.json.decode(answer.content, type=Problem, strict=True)
        assert problem.status == status and problem.title and problem.detail


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_other_methods_are_refused(method: str, client: TestClient) -> None:
    answer = client.request(method, f"{PATH}/reports")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"] == "GET, POST"


# --- the document -----------------------------------------------------------------------------------------


def test_the_document_describes_every_address(client: TestClient) -> None:
    document = client.get(f"{PATH}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    tested = {re.sub(r"\?.*", "", case["path"]) for case in CASES if "status" not in case}
    for path in document["paths"]:
        pattern = re.compile(re.sub(r"\{[a-z]+\}", "[^/]+", path))
        # Alerts all need a token: test_api_alerts.py.
        elsewhere = path == "/judgements/{number}" or path.startswith("/alerts")
        assert elsewhere or any(pattern.fullmatch(one) for one in tested), path


def test_every_reference_of_the_document_leads_somewhere(client: TestClient) -> None:
    document = client.get(f"{PATH}/openapi.json").json()
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert names <= set(document["components"]["schemas"])
    assert "http" not in json.dumps(document["servers"])


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/stories/{story}", "Story"),
        ("/world-events/{event}", "WorldEvent"),
        ("/actors/{actor}", "ActorDossier"),
        ("/relations/USA/RUS", "RelationLine"),
        ("/stories/{story}/sources", "SourceList"),
        ("/world-events/{event}/accounts", "Accounts"),
        ("/reports/{report}/reading", "Reading"),
        ("/reports/{report}", "ReportRow"),
    ],
)
def test_answers_have_the_fields_of_their_schema(
    path: str, shape: str, client: TestClient, samples: Samples
) -> None:
    schemas = client.get(f"{PATH}/openapi.json").json()["components"]["schemas"]
    answer = client.get(fill(path, samples)).json()
    assert set(answer) == set(schemas[shape]["properties"]) == set(schemas[shape]["required"])


# --- pages of lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("reports", "events", "quotations", "statements", "actors", "stories"),
        *("ties", "places", "questions"),
    ],
)
def test_pages_are_the_list(name: str, client: TestClient) -> None:
    whole = client.get(f"{PATH}/{name}?limit=500").json()
    assert whole["next"] is None
    size = max(1, len(whole["items"]) // 4 + 1)
    items: list[object] = []
    address: str | None = f"{PATH}/{name}?limit={size}"
    while address:
        answer = client.get(address)
        page = answer.json()
        assert len(page["items"]) <= size
        items += page["items"]
        told = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
        assert (told is None) == (page["next"] is None)
        address = told[1] if told else None
    assert items == whole["items"]


def test_pages_as_csv_lead_on(client: TestClient) -> None:
    first = client.get(f"{PATH}/reports?limit=1&format=csv&actor=Rubio")
    second = client.get(re.findall("<(.*)>", first.headers["link"])[0])
    assert second.headers["content-type"].startswith("text/csv")
    assert second.text != first.text and "attachment" in second.headers["content-disposition"]


PARTS = st.none() | st.text(st.characters(exclude_categories=()), max_size=20) | st.integers(0, 2**40)


@given(st.lists(PARTS, max_size=5).map(tuple))
def test_every_key_comes_back_from_its_cursor(key: tuple[str | int | None, ...]) -> None:
    cursor = make_cursor("actors", key)
    assert re.fullmatch(FORM, cursor)
    assert parse_cursor(cursor, "actors", tuple[str | int | None, ...]) == key


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_no_cursor_does_more_than_be_refused(cursor: str) -> None:
    with pytest.raises(CursorError):
        parse_cursor(cursor, "actors", KEYS[ActorRow])


# --- tags -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/reports", "/stories/{story}", "/reports/{report}/text", "/openapi.json"])
def test_what_has_not_changed_is_not_sent_again(path: str, client: TestClient, samples: Samples) -> None:
    address = fill(path, samples)
    first = client.get(address)
    tag = first.headers["etag"]
    for stated in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(address, headers={"if-none-match": stated})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for stated in ('"other"', "", tag[:-2]):
        assert client.get(address, headers={"if-none-match": stated}).content == first.content


def test_other_content_has_another_tag(client: TestClient) -> None:
    tags = {client.get(PATH + path).headers["etag"] for path in ("/reports", "/events", "/events?format=csv")}
    assert len(tags) == 3


# --- tokens and changes -----------------------------------------------------------------------------------

REPORT = {
    "text": "US-Außenminister Marco Rubio hat am Mittwoch in Oslo seinen norwegischen Kollegen getroffen.",
    "published": "2025-07-17",
    "title": "Rubio in Oslo",
    "source": "Fjordbote",
    "url": "https://fjordbote.example/1",
}


@pytest.fixture
def own(archive_path: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy of the samples' archive, to change."""
    return pathlib.Path(shutil.copy(archive_path, tmp_path / "own.sqlite"))


@pytest.fixture
def tokens(own: pathlib.Path) -> Tokens:
    """The header that each kind of token stands in."""
    with Archive(own) as archive:
        made = {scope: archive.make_token(f"Wer {scope}", [scope])[1] for scope in ("read", "add", "judge")}
        made["revoked"] = archive.make_token("Wer nicht", ["read", "add", "judge"])[1]
        archive.revoke_token("Wer nicht")
        made["expired"] = archive.make_token("Wer war", ["read", "add", "judge"], "2020")[1]
    return {
        **{name: {"authorization": f"Bearer {secret}"} for name, secret in made.items()},
        "none": {},
        "wrong": {"authorization": "Bearer depesche_00000000_" + "A" * 43},
        "basic": {"authorization": "Basic abc"},
        "strange": {"authorization": "Bearer \x01%00Ω".encode("latin-1", "replace").decode("latin-1")},
    }


@pytest.fixture
def writer(own: pathlib.Path) -> Iterator[TestClient]:
    with TestClient(create_app(own), base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def remote(own: pathlib.Path, tokens: Tokens) -> Iterator[TestClient]:
    """A desk that other machines can reach."""
    with ask_remotely(own) as client:
        yield client


def test_a_report_is_added_once(writer: TestClient, tokens: Tokens, own: pathlib.Path) -> None:
    before = writer.get(f"{PATH}/status").json()
    first = writer.post(f"{PATH}/reports", json=REPORT, headers=tokens["add"])
    assert first.status_code == 201, first.text
    assert first.json()["title"] == "Rubio in Oslo" and first.json()["events"] > 0
    assert writer.get(first.headers["location"]).json() == first.json()
    again = writer.post(f"{PATH}/reports", json={**REPORT, "source": "Nordpost"}, headers=tokens["add"])
    assert again.status_code == 200
    assert [place["source"] for place in again.json()["appearances"]] == ["Nordpost"]
    assert writer.get(f"{PATH}/status").json() == {**before, "reports": before["reports"] + 1}
    assert writer.get(f"{PATH}/stories/{first.json()['id']}").status_code == 200


@pytest.mark.parametrize(
    ("path", "scope"), [("/reports", "add"), ("/judgements", "judge")], ids=["reports", "judgements"]
)
def test_changes_need_the_right_token(path: str, scope: str, writer: TestClient, tokens: Tokens) -> None:
    for name, headers in tokens.items():
        answer = writer.post(
            PATH + path, content="{}", headers={**headers, "content-type": "application/json"}
        )
        expected = 422 if name == scope else 403 if name in {"read", "add", "judge"} else 401
        assert answer.status_code == expected, name
        assert answer.headers["content-type"] == "application/problem+json"
        assert ("www-authenticate" in answer.headers) == (expected == 401)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"text": ""}, 422),
        ({"text": " \n"}, 422),
        ({"text": "a\0b"}, 422),
        ({"text": None}, 422),
        ({"published": "gestern"}, 422),
        ({"published": "2025-02-30"}, 422),
        ({"published": "11.07.2025"}, 422),
        ({"url": "javascript:alert(1)"}, 422),
        ({"outlet": "Fjordbote"}, 422),
        ({"title": 7}, 422),
    ],
    ids=lambda value: json.dumps(value)[:40],
)
def test_what_is_no_report(
    change: dict[str, object], status: int, writer: TestClient, tokens: Tokens
) -> None:
    answer = writer.post(f"{PATH}/reports", json={**REPORT, **change}, headers=tokens["add"])
    assert answer.status_code == status, answer.text
    assert writer.get(f"{PATH}/status").json()["unlinked"] == 0


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
        (b"", "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b'{"text": "\\ud800"}', "application/json", 422),
        (b'{"text": "\xff"}', "application/json", 422),
        (b"null", "application/json; charset=utf-8", 422),
        (b" " * 33_000_000, "application/json", 413),
    ],
    ids=["text", "nothing-said", "empty", "nested", "half-a-character", "no-utf-8", "null", "large"],
)
def test_what_is_no_body(content: bytes, kind: str, status: int, writer: TestClient, tokens: Tokens) -> None:
    headers = {**tokens["add"], "content-type": kind}
    answer = writer.post(f"{PATH}/reports", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert msgspec.json.decode(answer.content, type=Problem).status == status


def name_somebody(path: pathlib.Path, report: str) -> str:
    with Archive(path) as archive:
        somebody = archive.reading(report).actors[-1].mentions[0]
    return f"{report}:{somebody.start}"


def test_decisions_are_kept_under_the_name_of_the_token(
    writer: TestClient, tokens: Tokens, own: pathlib.Path, samples: Samples
) -> None:
    with Archive(own) as archive:
        event = Dossiers(archive).event(samples.event).mentions[0]
        quotation = archive.quotations(speaker="Rubio")[0]
        reading = archive.reading(event.report)
    said = f"{quotation.report}:{quotation.spans[0].start}"
    time, place = (f"{event.report}:{found[0].start}" for found in (reading.times, reading.places))
    sent: list[dict[str, object]] = [
        {"verdict": "no_event", "event": f"{event.report}:{event.event}", "why": "war nur geplant"},
        {"verdict": "other_story", "report": samples.report, "other": quotation.report},
        {"verdict": "wrong_speaker", "quotation": said, "speaker": None},
        {"verdict": "withdrawn", "withdraws": 1},
        {"verdict": "is_event", "event": f"{event.report}:{event.event}"},
        {"verdict": "wrong_time", "time": time, "days": "2025-07-08", "why": "laut Protokoll"},
        {"verdict": "wrong_place", "place": place, "name": None},
        {"verdict": "event_date", "event": f"{event.report}:{event.event}", "days": None},
        {"verdict": "event_place", "event": f"{event.report}:{event.event}", "place": "Genf"},
        {"verdict": "same_actor", "actor": samples.actor, "other": name_somebody(own, quotation.report)},
    ]
    for number, decision in enumerate(sent, 1):
        answer = writer.post(f"{PATH}/judgements", json=decision, headers=tokens["judge"])
        if decision["verdict"] == "other_story" and samples.report == quotation.report[:12]:
            continue
        assert answer.status_code == 201, answer.text
        assert answer.json()["by"] == "Wer judge"
        assert writer.get(answer.headers["location"]).json() == answer.json(), number
    kept = writer.get(f"{PATH}/judgements?limit=2").json()
    assert [one["verdict"] for one in kept["items"]] == ["no_event", "other_story"]
    rest = writer.get(f"{PATH}/judgements?cursor={kept['next']}").json()
    assert [one["verdict"] for one in rest["items"]] == [decision["verdict"] for decision in sent[2:]]
    assert rest["items"][-1]["object"]["start"] is not None


@pytest.mark.parametrize(
    ("decision", "status"),
    [
        ({"verdict": "no_event", "event": "ffffffff:e1"}, 404),
        ({"verdict": "same_story", "report": "ffffffff", "other": "eeeeeeee"}, 404),
        ({"verdict": "withdrawn", "withdraws": 9}, 404),
        ({"verdict": "withdrawn", "withdraws": 0}, 422),
        ({"verdict": "withdrawn", "withdraws": 10**30}, 422),
        ({"verdict": "no_event", "event": "Treffen"}, 422),
        ({"verdict": "no_event"}, 422),
        ({"verdict": "nonsense"}, 422),
        ({"verdict": "no_event", "event": "ffffffff:e1", "by": "jemand"}, 422),
        ({"verdict": "wrong_time", "time": "ffffffff:e1", "days": "2025"}, 422),
        ({"verdict": "wrong_time", "time": "ffffffff:1", "days": "2025"}, 404),
        ({"verdict": "event_place", "event": "ffffffff:e1"}, 422),
        ([], 422),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_what_is_no_decision(decision: object, status: int, writer: TestClient, tokens: Tokens) -> None:
    answer = writer.post(f"{PATH}/judgements", json=decision, headers=tokens["judge"])
    assert answer.status_code == status, answer.text
    assert not SECRETS.search(answer.text)


def test_a_page_of_another_site_cannot_use_a_token(writer: TestClient, tokens: Tokens) -> None:
    headers = {**tokens["add"], "origin": "https://evil.example"}
    answer = writer.post(f"{PATH}/reports", json=REPORT, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


def test_on_this_machine_reading_needs_no_token_but_a_wrong_one_is_refused(
    writer: TestClient, tokens: Tokens
) -> None:
    for name, headers in tokens.items():
        status = 200 if name in {"none", "read", "add", "judge"} else 401
        assert writer.get(f"{PATH}/status", headers=headers).status_code == status, name


def test_elsewhere_reading_needs_a_token(remote: TestClient, tokens: Tokens) -> None:
    for name, headers in tokens.items():
        status = 200 if name == "read" else 403 if name in {"add", "judge"} else 401
        assert remote.get(f"{PATH}/status", headers=headers).status_code == status, name


def test_elsewhere_pages_need_a_token_as_their_password(remote: TestClient, tokens: Tokens) -> None:
    for path in ("/", "/static/desk.css", "/nowhere"):
        refused = remote.get(path)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic ")
        assert "content-security-policy" in refused.headers
    secret = tokens["read"]["authorization"].partition(" ")[2]
    assert remote.get("/", auth=("Redaktion", secret)).status_code == 200
    assert remote.get("/", auth=("Redaktion", secret[:-1])).status_code == 401
    judging = tokens["judge"]["authorization"].partition(" ")[2]
    assert remote.get("/", auth=("", judging)).status_code == 403


@pytest.mark.parametrize(
    ("path", "good"), [("/correct/judge", "judge"), ("/search/save", "judge"), ("/alerts/add", "alert")]
)
def test_elsewhere_forms_need_a_token_that_is_good_for_them(
    path: str, good: str, remote: TestClient, own: pathlib.Path
) -> None:
    with Archive(own) as archive:
        made = {scope: archive.make_token(f"Nur {scope}", [scope])[1] for scope in SCOPES}
    for scope, secret in made.items():
        answer = remote.post(path, auth=("", secret), headers={"origin": "http://desk.example"})
        # Whoever may come this far has no form with them.
        assert answer.status_code == (415 if scope == good else 403), scope


@pytest.mark.parametrize("path", [f"{PATH}/judgements", "/"])
def test_nobody_may_ask_too_often(path: str, own: pathlib.Path, tokens: Tokens) -> None:
    with Archive(own) as archive:
        app = FastAPI()
        add_api(app, archive, is_local=False)
        doors = Doors(app, archive, Allowance(rate=0.001, burst=20))
        with TestClient(doors) as client:
            answers = [client.get(path, headers=tokens["wrong"]) for _ in range(22)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    is_api = path.startswith(PATH)
    assert (answers[-1].headers["content-type"] == "application/problem+json") == is_api
    # A token that is none takes more away where a browser asks for it.
    assert [answer.status_code for answer in answers].count(401) == (20 if is_api else 2)


def test_an_allowance_is_filled_up_again() -> None:
    now = 0.0
    allowance = Allowance(rate=2, burst=3, clock=lambda: now)
    assert [allowance.take("a") for _ in range(4)] == [0, 0, 0, 1]
    assert allowance.take("b", 10) == 0
    assert allowance.take("b") == 4
    now = 1.0
    assert [allowance.take("a") for _ in range(3)] == [0, 0, 1]
    now = 100.0
    assert [allowance.take("b") for _ in range(4)] == [0, 0, 0, 1]


def test_no_machine_makes_the_others_forgotten_at_no_cost() -> None:
    allowance = Allowance(rate=1, burst=1)
    for number in range(12_000):
        allowance.take(str(number))
    assert len(allowance._left) == 10_000


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "desk.example", "::"])
def test_without_a_token_no_other_machine_may_reach_the_desk(host: str, own: pathlib.Path) -> None:
    settings = Settings(archive=own, host=host)
    with pytest.raises(DeskError, match="token"):
        create_app(own, settings)
    with Archive(own) as archive:
        archive.make_token("Redaktion", ["read"], "2020")
    with pytest.raises(DeskError, match="token"):
        create_app(own, settings)
    with Archive(own) as archive:
        archive.make_token("Büro", ["read"])
    create_app(own, settings)


# --- what nobody expected ---------------------------------------------------------------------------------


def test_what_nobody_expected_is_a_problem_and_logs_no_words(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(" ".join(["Worte", "eines", "Berichts", "in /srv/archiv.sqlite"]))

    monkeypatch.setattr(Archive, "reports", fail)
    with caplog.at_level(logging.ERROR):
        answer = client.get(f"{PATH}/reports")
    assert answer.status_code == 500
    assert msgspec.json.decode(answer.content, type=Problem).title == "Internal Server Error"
    assert not SECRETS.search(answer.text)
    assert "RuntimeError" in caplog.text and "Worte eines Berichts" not in caplog.text


def test_an_archive_that_is_gone_is_a_problem(own: pathlib.Path) -> None:
    with TestClient(create_app(own), base_url="http://localhost", raise_server_exceptions=False) as client:
        own.write_bytes(b"kaputt" * 1000)
        answer = client.get(f"{PATH}/search?q=Rubio")
    assert answer.status_code in {200, 503}
    assert not SECRETS.search(answer.text)
