"""The page of a report: its text whole and escaped, each finding to be looked at and corrected."""

from __future__ import annotations

import html
import pathlib
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from depesche.archive.store import Archive as Store
from depesche.desk.app import create_app
from depesche.desk.lines import Marked
from depesche.desk.rewordings import compare_texts
from depesche.intake import link_archive
from depesche.library import Archive
from depesche.reading import Actor, Event, Mention, Quotation, Reading, Report, Span
from desk.conftest import OpenPage
from desk.table import Samples

EVIL = '<script>alert(1)</script> & "Rubio" sagte: „</p><b>Nein</b>“.\n\n\x00\udc80 Ende 😀 traf Lawrow.'


def shown_text(page: str) -> str:
    """Return the text of a report as a browser shows it, paragraph by paragraph."""
    found = re.findall(r'<p class="paragraph__text">(.*?)</p>', page, re.DOTALL)
    return "\n\n".join(html.unescape(re.sub(r"<[^>]+>", "", one)) for one in found)


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str]]:
    path = tmp_path_factory.mktemp("evil") / "a.sqlite"
    report = Report(text=EVIL, published="2025-07-11", title="<b>Titel</b>", url="javascript:alert(1)")
    name, said, met = EVIL.index("Rubio"), EVIL.index("</p><b>Nein</b>"), EVIL.index("traf")
    reading = Reading(
        id=report.id,
        published="2025-07-11",
        title="<b>Titel</b>",
        actors=(Actor("a1", "<i>Rubio</i>", "PER", mentions=(Mention(name, name + 5, "Rubio", "<rule>"),)),),
        quotations=(Quotation("Direct", (Span(said, said + 15),), "</p><b>Nein</b>", rule="<rule>"),),
        events=(Event("e1", "CONSULT", met, met + 4, "traf", actor=("a1",), rule="events/x"),),
    )
    with Store(path) as archive:
        archive.write(report, reading)
    with TestClient(create_app(path), base_url="http://127.0.0.1:8460") as client:
        yield client, report.id


def test_a_hostile_text_is_shown_as_it_is(evil: tuple[TestClient, str]) -> None:
    client, id_ = evil
    page = client.get(f"/report/{id_[:12]}")
    assert page.status_code == 200
    assert shown_text(page.text) == EVIL.replace("\udc80", "?")
    for tag in ("<script>alert", "<b>", "<i>Rubio", "<rule>", 'href="javascript:'):
        assert tag not in page.text
    for finding in ("a1", "q0", "e1"):
        about = client.get(f"/report/{id_[:12]}/about/{finding}")
        assert about.status_code == 200
        assert "<b>" not in about.text.partition("<main")[2] and "<rule>" not in about.text


@pytest.mark.parametrize(
    "finding", ["z1", "a2", "q9", "t0", "e", "e99999999999999999999", "%00", "q-1", "a²"]
)
def test_a_finding_that_is_not_there(evil: tuple[TestClient, str], finding: str) -> None:
    client, id_ = evil
    assert client.get(f"/report/{id_[:12]}/about/{finding}").status_code == 404


@pytest.mark.parametrize("at", ["", "x", "5", "0-5", "9-3", "1-999999999", "99999999999999-1", "-1", "0-"])
def test_any_words_may_be_pointed_at(evil: tuple[TestClient, str], at: str) -> None:
    client, id_ = evil
    page = client.get(f"/report/{id_[:12]}", params={"at": at})
    assert page.status_code == 200
    assert shown_text(page.text) == EVIL.replace("\udc80", "?")
    assert page.text.count('id="at"') == (1 if at in {"0-5", "5"} else 0)


def test_marks_are_where_the_reading_has_them(
    client: TestClient, samples: Samples, archive_path: pathlib.Path
) -> None:
    page = client.get(f"/report/{samples.report}").text
    with Archive(archive_path) as archive:
        report, reading = archive.report(samples.report), archive.reading(samples.report)
    words: dict[str, str] = {}
    for told, text in re.findall(r'data-findings="([^"]+)">(.*?)</span>', page, re.DOTALL):
        for id_ in told.split():
            words[id_] = words.get(id_, "") + html.unescape(text)
    for event in reading.events:
        assert words[event.id].replace("\n", "") == event.text.replace("\n", "")
    for number, quotation in enumerate(reading.quotations):
        told = "".join(report.text[s.start : s.end] for s in quotation.spans)
        assert words[f"q{number}"].replace("\n", "") == told.replace("\n", "")


def test_a_report_as_a_file(client: TestClient, samples: Samples) -> None:
    for form, beginning in (("csv", '"date"'), ("json", "["), ("plover", "{")):
        found = client.get(f"/report/{samples.report}?format={form}")
        assert found.headers["content-disposition"].startswith("attachment")
        assert found.text.lstrip("\ufeff").startswith(beginning)


def test_switches_and_marks(samples: Samples, open_page: OpenPage) -> None:
    page = open_page(f"/report/{samples.report}", lang="de")
    page.locator("#show-time").uncheck()
    assert "time=1" not in page.url and "event=1" in page.url
    assert not page.locator(".note--time").first.is_visible()
    page.reload()
    assert not page.locator("#show-time").is_checked()
    assert page.locator("#show-event").is_checked()
    # A note in the margin, with keys alone; then a mark in the text.
    page.locator(".note--event").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .about form[action='/correct/judge']")
    assert page.locator("#panel input[name=verdict]").first.input_value() == "no_event"
    assert page.locator(".piece--event.is-chosen").count() >= 1
    page.locator(".piece--quotation").first.click()
    page.wait_for_selector("#panel input[value=wrong_speaker], #panel .about", state="attached")


def test_without_a_script_marks_are_links(samples: Samples, open_page: OpenPage) -> None:
    page = open_page(f"/report/{samples.report}", script=False)
    page.locator("#show-event").uncheck()
    assert not page.locator(".note--event").first.is_visible()
    page.locator(".note--quotation").first.click()
    page.wait_for_url("**/about/q*")
    assert page.locator("form[action='/correct/judge']").count() == 1


FIRST = (
    "US-Außenminister Marco Rubio hat am Donnerstag in Oslo den russischen Außenminister Sergej Lawrow "
    "getroffen. Bei dem Unglück im Hafen kamen 12 Menschen ums Leben. Rubio sagte, er sei enttäuscht. Die "
    "beiden Minister sprachen eine Stunde lang über die Lage in der Region und über einen Austausch."
)


@pytest.mark.parametrize(
    ("new", "gone", "come"),
    [
        (FIRST, [], []),
        # What only moved has not changed.
        ("Er kam spät. Er ging früh.", [], []),
        (FIRST.replace("12", "14"), ["12"], ["14"]),
        (FIRST.replace(" Rubio sagte, er sei enttäuscht.", ""), ["Rubio sagte er sei enttäuscht"], []),
        ("", ["Er ging früh Er kam spät"], []),
    ],
)
def test_texts_of_versions_are_compared(new: str, gone: list[str], come: list[str]) -> None:
    old = FIRST if "Rubio" in new else "Er ging früh. Er kam spät."
    found = compare_texts(old, new)

    def changed(sentences: tuple[tuple[Marked, ...], ...]) -> list[str]:
        words = " ".join(one.text for some in sentences for one in some if one.mark == "changed")
        return [words] if words else []

    assert (changed(found.gone), changed(found.new), found.more) == (gone, come, 0)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(old: str, new: str) -> None:
    found = compare_texts(old, new)
    assert compare_texts(old, old).gone == ()
    assert all("".join(one.text for one in some) in new for some in found.new)


def test_versions_are_shown_with_what_changed(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.sqlite"
    texts = (FIRST, FIRST.replace("12", "14") + " Lawrow sagte <b>nichts</b>.")
    versions = [
        Report(text=text, published=f"2025-07-11T1{n}:00", source="Nordpost", url="https://a.example/1")
        for n, text in enumerate(texts)
    ]
    with Archive(path) as archive:
        for version in versions:
            archive.add(version)
        link_archive(archive)
    with TestClient(create_app(path), base_url="http://127.0.0.1:8460") as client:
        for version in versions:
            page = client.get(f"/report/{version.id[:12]}", headers={"accept-language": "en"}).text
            assert "Versions: what changed" in page
            assert '<mark class="mark--changed">12</mark>' in page
            assert '<mark class="mark--changed">14</mark>' in page
            assert "<b>" not in page.partition("Only in the later version")[2].partition("</section>")[0]
