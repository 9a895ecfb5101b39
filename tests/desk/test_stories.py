"""The pages Today, Story and Event on the sample reports: what stands on them, and their files."""

from __future__ import annotations

import csv
import io
import json
import re

import msgspec
import pytest
from fastapi.testclient import TestClient

from depesche.desk.lines import Cited, SourceCount
from depesche.desk.pages.story import count_sources, list_events
from depesche.desk.pages.today import Entry, News, StoryBrief, choose_lead, choose_thread, group_by_day
from depesche.desk.trees import Branch, choose_originals, count_reports, cut_tree
from depesche.link.corrections import find_time
from depesche.link.origins import Copy, Source, Sources
from depesche.link.outlines import StoryOutline, Thread
from depesche.reading import Event, Reading, Time
from desk.conftest import OpenPage
from desk.table import Samples


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# --- Today ---------------------------------------------------------------------------------------------


def test_today_shows_stories_with_the_latest_news_first(client: TestClient) -> None:
    html = client.get("/", headers={"accept-language": "de"}).text
    days = re.findall(r'<section aria-label="([^"]+)"', html)
    assert days[0].replace("\xa0", " ") == "12. Juli 2025"
    assert html.index("Juli 2025") < html.index("April 2023") < html.index("Juli 2018")
    assert "unabhängige Quellen" in html
    assert "Marco Rubio" in html


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("?from=2018-07-01&to=2018-07-31", "Putin", "Saudi"),
        ("?actor=IRN", "Saudi", "Entsetzen"),
        ("?from=2023&to=2023&outlet=Elbtagblatt", "Netanjahu", "Putin"),
    ],
)
def test_today_is_filtered(query: str, there: str, not_there: str, client: TestClient) -> None:
    main = client.get("/" + query).text.split('id="list"')[1]
    assert there in main
    assert not_there not in main


def test_a_range_ends_with_the_news_of_its_last_day(client: TestClient) -> None:
    main = client.get("/?from=2025-07-10&to=2025-07-10").text.split('id="list"')[1]
    assert "10\xa0July 2025" in re.findall(r'<section aria-label="([^"]+)"', main)[0]
    # On its first day a story is new.
    assert ">new<" in main


def test_nothing_found_is_said(client: TestClient) -> None:
    assert "No story is like that." in client.get("/?actor=Nessie").text


def test_the_list_is_renewed_without_a_new_page(open_page: OpenPage) -> None:
    page = open_page("/", lang="en")
    page.get_by_label("Actor or state").fill("Saudi-Arabien")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/?*actor=Saudi-Arabien*")
    page.wait_for_function("document.querySelectorAll('.brief').length < 4")
    assert page.get_by_label("Actor or state").input_value() == "Saudi-Arabien"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/story/*")


# Resolves to how often the list was swapped, a second after the last time.
_SWAPS = """(act) => new Promise((resolve) => {
    let swaps = 0;
    let timer = 0;
    document.body.addEventListener("htmx:afterSwap", () => {
        swaps += 1;
        clearTimeout(timer);
        timer = setTimeout(() => resolve(swaps), 1000);
    });
    const form = document.querySelector("form.filters");
    if (act === "change") form.elements.actor.dispatchEvent(new Event("change", {bubbles: true}));
    form.requestSubmit();
})"""


def test_a_field_that_changed_and_was_sent_renews_the_list_once(open_page: OpenPage) -> None:
    page = open_page("/", lang="en")
    page.get_by_label("Actor or state").fill("Saudi-Arabien")
    assert page.evaluate(_SWAPS, "change") == 1
    # Sent again, later, it is renewed again.
    assert page.evaluate(_SWAPS, "submit") == 1


def test_what_is_chosen_stays_chosen_in_a_renewed_list(open_page: OpenPage) -> None:
    page = open_page("/", lang="en")
    page.keyboard.press("j")
    page.keyboard.press("j")
    title = page.locator(".brief.is-chosen .brief__title").inner_text()
    assert page.evaluate(_SWAPS, "submit") == 1
    assert page.locator(".brief.is-chosen .brief__title").inner_text() == title
    page.keyboard.press("o")
    page.wait_for_url("**/story/*")


# --- files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/story/{story}", "/event/{event}"])
def test_every_list_is_a_file_too(path: str, samples: Samples, client: TestClient) -> None:
    path = path.format(story=samples.story, event=samples.event)
    rows = list(csv.DictReader(io.StringIO(client.get(path, params={"format": "csv"}).text)))
    plain = json.loads(client.get(path, params={"format": "json"}).text)
    answer = client.get(path, params={"format": "plover"})
    records = [json.loads(line) for line in answer.text.splitlines()]
    assert len(rows) == len(plain) > 0
    assert len(records) >= len(rows)
    assert all(record["event"] for record in records)
    assert answer.headers["content-disposition"].endswith('.plover.jsonl"')


# --- Story and Event -----------------------------------------------------------------------------------


def test_a_story_tells_what_happened_with_sources_accounts_and_copies(
    samples: Samples, client: TestClient
) -> None:
    html = client.get(f"/story/{samples.story}", headers={"accept-language": "de"}).text
    told = text_of(html)
    assert "10. Juli 2025" in told.replace("\xa0", " ")
    assert "Die Darstellungen nebeneinander" in told
    assert "strittig" in told
    assert "dpa" in told
    # A copy stands under its original.
    assert re.search(r'class="tree".*?<ul><li>.*?bearbeitet|wörtlich', html, re.DOTALL)


def test_an_event_shows_when_it_was_and_on_whose_word(samples: Samples, client: TestClient) -> None:
    html = client.get(f"/event/{samples.event}", headers={"accept-language": "de"}).text
    told = text_of(html)
    for words in (
        "Wann",
        "nach den Worten",
        "Donnerstag",
        "Bestätigt von",
        "Berichtet von",
        "Jede Erwähnung",
    ):
        assert words in told
    assert html.count('class="mark--event"') >= 5
    assert f"/report/{samples.report}?at=" in html


def test_an_event_is_found_by_any_mention_and_a_story_by_any_report(
    samples: Samples, client: TestClient
) -> None:
    told = client.get(f"/event/{samples.event}").text
    mention = re.findall(r'href="/report/(\w+)\?at=(\d+)-', told)[-1]
    assert client.get(f"/event/{mention[0]}:{mention[1]}").status_code == 200
    assert client.get(f"/story/{samples.report}").text == client.get(f"/story/{samples.story}").text.replace(
        f"/story/{samples.story}?", f"/story/{samples.report}?"
    )


@pytest.mark.parametrize(
    "path",
    ["/story/x", "/story/ffff", "/story/ab", "/event/s1234", "/event/ffffffff:e1", "/event/abcd:e99999"],
)
def test_what_is_not_there_is_said(path: str, client: TestClient) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "This is not in the archive" in answer.text


# --- the parts -----------------------------------------------------------------------------------------


def test_a_report_stands_under_the_one_it_took_most_from() -> None:
    copies = [
        Copy("a", "c", "partial", 0.2, 0.3, ()),
        Copy("b", "c", "edited", 0.8, 0.9, ()),
        Copy("a", "b", "verbatim", 1.0, 1.0, ()),
    ]
    assert {report: copy.of for report, copy in choose_originals(copies).items()} == {"b": "a", "c": "b"}


def test_sources_are_counted_among_the_reports_that_tell_it() -> None:
    origins = (Source("dpa", None, ("a", "b")), Source(None, "Nordpost", ("b",)), Source("afp", None, ("c",)))
    sources = Sources(3, 3, origins, (), ())
    assert count_sources(sources, ["a"]) == SourceCount(1, 1)
    assert count_sources(sources, ["a", "b"]) == SourceCount(2, 2)
    assert count_sources(sources, ["a", "b", "c"]) == SourceCount(3, 3)


def outline(*days: str | None) -> StoryOutline:
    threads = tuple(Thread(day, "", ("a",), ("e2", "e1")) for day in days)
    return StoryOutline(
        id="s",
        title="",
        first=days[0],
        last=None,
        reports=("a",),
        events=("e1", "e2"),
        actors=(),
        places=(),
        sources=Sources(1, 1, (), (), ()),
        threads=threads,
    )


@pytest.mark.parametrize(
    ("days", "last", "day"),
    [
        (["2025-07-10", "2025-07-12"], None, "2025-07-12"),
        (["2025-07-10", "2025-07-12"], "2025-07-11", "2025-07-10"),
        (["2025-07-12"], "2025-07-01", "2025-07-12"),
        ([None], "2025-07-01", None),
        (["2025-07-12", None], None, "2025-07-12"),
    ],
)
def test_the_news_are_of_the_last_day_in_the_range(
    days: list[str | None], last: str | None, day: str | None
) -> None:
    story = outline(*days)
    thread = choose_thread(story, last)
    assert thread.day == day
    # Of its events the one that most reports tell goes before the others.
    assert choose_lead(story, thread) == "e1"


def test_a_long_story_is_told_in_pages() -> None:
    threads = (Thread("2025-07-10", "", ("a",), ("e2", "e1")), Thread("2025-07-11", "", ("a",), ()))
    story = msgspec.structs.replace(outline("2025-07-10"), threads=threads)
    assert list(list_events(story)) == [(0, "e1"), (0, "e2"), (1, None)]


def test_a_tree_of_many_reports_is_cut_between_branches() -> None:
    def branch(name: str, *children: Branch) -> Branch:
        cited = Cited(report=name, address="/", outlet=None, title=None, published=None)
        return Branch(cited, (), children=children)

    tree = [branch("a", branch("b"), branch("c", branch("d"))), branch("e"), branch("f")]
    first = cut_tree(tree, 2, None)
    assert [one.cited.report for one in first.items] == ["a"]
    assert count_reports(tree[0]) == 4
    second = cut_tree(tree, 2, first.after)
    assert [one.cited.report for one in second.items] == ["e", "f"]
    assert second.after is None
    assert cut_tree([], 2, None).items == ()


def test_stories_stand_under_the_days_of_their_news() -> None:
    def brief() -> StoryBrief:
        count = SourceCount(1, 1)
        return StoryBrief(id="s", address="/", title="", first=None, last=None, parties=(), sources=count)

    news = [News(day, 1, 1, None) for day in ("2025-07-12", "2025-07-12", "2025-07-10")]
    groups = group_by_day(Entry(brief(), one, False) for one in news)
    assert [(group.day, len(group.entries)) for group in groups] == [("2025-07-12", 2), ("2025-07-10", 1)]


def test_the_words_for_the_time_are_the_nearest_that_fit() -> None:
    def time(start: int, day: str) -> Time:
        return Time(start, start + 7, "Freitag", "DATE", day, day, day)

    event = Event("e1", "CONSULT", 50, 60, "trafen", earliest="2025-07-11", latest="2025-07-11")
    reading = Reading(
        id="x", times=(time(0, "2025-07-11"), time(45, "2025-07-10"), time(70, "2025-07-11")), events=(event,)
    )
    found = find_time(reading.times, event)
    assert found is not None
    assert found.start == 70
    undated = Event("e2", "CONSULT", 50, 60, "trafen")
    assert find_time(reading.times, undated) is None


def test_on_paper_each_report_is_one_note(samples: Samples, open_page: OpenPage) -> None:
    page = open_page(f"/story/{samples.story}", script=False)
    assert not page.locator(".notes").is_visible()
    page.emulate_media(media="print")
    notes = page.locator(".notes li").all_inner_texts()
    addresses = page.eval_on_selector_all(".cited a", "all => all.map((one) => one.href)")
    cited = {address.partition("/report/")[2][:12] for address in addresses}
    assert len(notes) == len(set(notes)) == len(cited) == 10
    assert {note[-12:] for note in notes} == cited
    assert not page.locator(".cited").first.is_visible()
    assert page.locator(".note-number").first.inner_text() == "1"
