"""The commands for what several reports together tell, as a user meets them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from depesche import Archive, Dossiers
from depesche.cli import FAILED, main
from depesche.dossier_views import DossierPrinter
from depesche.read import read_with_meaning
from depesche.reading import Report
from meeting import AGENCY, OWN, add_linked

LIMA = "In Lima streiken seit Montag {n} Lehrer. Die Regierung von Peru lehnt höhere Gehälter ab. {end}"
ESCAPE = "\x1b[2J\u202eevil"
REPORTS = [
    Report(
        text=f"Genf (AFP) – {AGENCY}",
        published="2026-06-11T20:00:00+02:00",
        source="afp",
        title="Rubio trifft Lawrow in Genf zu Gespräch über Ukraine",
        key="agency",
    ),
    Report(
        text=f"{AGENCY} Das Treffen fand in einem Hotel statt. (afp)",
        published="2026-06-12",
        source="Elbtagblatt",
        title="Rubio trifft Lawrow in Genf",
        key="copy",
    ),
    Report(text=OWN, published="2026-06-12", source="Alpenpost", title="=Treffen", key="own"),
    Report(
        text=LIMA.format(n="siebenhundert", end="Die Schulen bleiben geschlossen."),
        published="2026-05-03T08:00:00+02:00",
        source=f"Blatt{ESCAPE}",
        title=f"=Streik{ESCAPE}",
        url="https://blatt.example/lima",
        key="strike",
    ),
    Report(
        text=LIMA.format(n="neunhundert", end="Die Schulen bleiben geschlossen."),
        published="2026-05-03T18:00:00+02:00",
        source=f"Blatt{ESCAPE}",
        title=f"=Streik{ESCAPE}",
        url="https://blatt.example/lima",
        key="strike again",
    ),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two stories, all linked."""
    path = tmp_path_factory.mktemp("dossiers") / "a.sqlite"
    with Archive(path) as archive:
        add_linked(archive, REPORTS)
    return path


@pytest.fixture(autouse=True)
def plain_english(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setenv("DEPESCHE_LANGUAGE", "en")
    monkeypatch.setenv("DEPESCHE_ARCHIVE", str(path))


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def ask(*arguments: object) -> Any:
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def report_id(key: str) -> str:
    return next(report.id for report in REPORTS if report.key == key)


def meeting() -> str:
    """The id of the meeting in the world."""
    events = ask("story", report_id("agency"))["events"]
    return next(str(event) for event in events if ask("event", event)["type"] == "CONSULT")


def spans_of(cell: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The words of a cell of accounts with what stands at their spans."""
    texts = {report.id: report.text for report in REPORTS}
    return [
        (said["text"], " ".join(texts[said["report"]][s["start"] : s["end"]] for s in said["spans"]))
        for said in cell
    ]


# --- stories --------------------------------------------------------------------------------------------


def test_stories_come_newest_first_and_in_the_shape_of_version_1() -> None:
    newest, older = ask("stories")
    assert set(newest) >= {"id", "title", "first", "last", "reports", "events", "actors", "sources"}
    assert (newest["first"], newest["last"]) == ("2026-06-11", "2026-06-12")
    assert newest["id"] == f"s{report_id('agency')[:12]}"
    assert set(newest["reports"]) == {report_id(key) for key in ("agency", "copy", "own")}
    assert set(newest["sources"]) == {"reports", "independent", "origins"}
    assert (newest["sources"]["reports"], newest["sources"]["independent"]) == (3, 2)
    afp = next(o for o in newest["sources"]["origins"] if o["agency"] == "afp")
    assert {report_id("agency"), report_id("copy")} <= set(afp["reports"])
    assert all(isinstance(i, str) for name in ("events", "actors") for i in newest[name])
    assert set(older["reports"]) == {report_id("strike"), report_id("strike again")}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (("--actor", "Lawrow"), [0]),
        (("--actor", "PER"), [1]),
        (("--actor", "Niemand"), []),
        (("--from", "2026-06"), [0]),
        (("--to", "2026-05"), [1]),
        (("--outlet", "elbtag"), [0]),
        (("--text", "Lehrer"), [1]),
        (("--between", "USA", "RUS"), [0]),
        (("--limit", 1), [0]),
        (("--limit", 0), []),
        ((), [0, 1]),
    ],
)
def test_filters_select_stories_by_their_reports(filters: tuple[object, ...], found: list[int]) -> None:
    every = [story["id"] for story in ask("stories")]
    assert [story["id"] for story in ask("stories", *filters)] == [every[n] for n in found]
    chosen = [story["reports"] for story in ask("stories", *filters)]
    assert all(len(reports) > 1 for reports in chosen), "a story has all its reports, whichever was selected"


def test_a_story_is_shown_day_by_day() -> None:
    shown = run("story", report_id("copy")[:8]).stdout
    assert "Rubio trifft Lawrow in Genf" in shown and "3 reports · 2 independent sources" in shown
    first, second = shown.index("\n2026-06-11  "), shown.index("\n2026-06-12  ")
    assert first < shown.index(f"afp {report_id('agency')[:10]}") < second
    assert second < shown.index(f"Alpenpost {report_id('own')[:10]}")
    assert "CONSULT" in shown and "Marco Rubio" in shown


def test_the_same_story_by_any_of_its_names() -> None:
    story = ask("stories")[0]
    assert [ask("story", name) for name in (story["id"], report_id("own"), meeting())] == [story] * 3


def test_stories_as_csv_are_no_formulas() -> None:
    written = list(csv.DictReader(io.StringIO(run("stories", "--csv").stdout)))
    assert [row["reports"] for row in written] == ["3", "2"]
    assert written[0]["origins"].split("; ")[0] == "afp" and "Marco Rubio" in written[0]["actors"]
    assert written[1]["title"].startswith("'=Streik")


# --- events ---------------------------------------------------------------------------------------------


def test_an_event_in_the_shape_of_version_1() -> None:
    event = ask("event", meeting())
    names = "id type mode actor recipient date earliest latest place cycle mentions confirmed denied reported"
    assert set(event) >= {*names.split(), "accounts"}
    assert (event["type"], event["date"], event["place"]) == ("CONSULT", "2026-06-11", "Genf")
    assert {m["report"] for m in event["mentions"]} >= {report_id("agency"), report_id("own")}
    assert all(set(mention) == {"report", "event"} for mention in event["mentions"])
    assert all(set(step) == {"stage", "date", "report"} for step in event["cycle"])
    assert ("held", "2026-06-11") in {(step["stage"], step["date"]) for step in event["cycle"]}
    for testimony in (t for name in ("confirmed", "denied", "reported") for t in event[name]):
        assert {"words", "source", "date", "report"} <= set(testimony)


def test_an_event_by_a_mention_and_by_a_passage() -> None:
    event = ask("event", meeting())
    mention = event["mentions"][-1]
    assert ask("event", f"{mention['report'][:10]}:{mention['event']}") == event
    with Archive() as archive:
        told = next(e for e in archive.reading(mention["report"]).events if e.id == mention["event"])
    assert ask("event", f"{mention['report'][:10]}:{told.start}") == event


def test_accounts_stand_side_by_side_with_their_words() -> None:
    accounts = ask("accounts", meeting())
    assert accounts == ask("event", meeting())["accounts"]
    assert set(accounts["parties"]) == {"RUS", "USA"}
    row = next(row for row in accounts["rows"] if row["matter"] == "course")
    assert (row["mark"], set(row["cells"]) >= {"RUS", "USA"}) == ("differs", True)
    said = spans_of(row["cells"]["USA"])
    assert any("enttäuscht" in words for words, _ in said)
    assert all(words in there or there in words for words, there in said)
    assert {r["mark"] for r in accounts["rows"]} <= {"agreed", "differs", "one side"}
    shown = run("accounts", meeting()).stdout
    assert "differs" in shown and "enttäuscht" in shown and "nützlich" in shown


def test_an_event_is_shown_with_its_stages_and_words() -> None:
    shown = run("event", meeting()).stdout
    assert "CONSULT" in shown and "Marco Rubio" in shown and "2026-06-11 · Genf" in shown
    for words in ("How it came about", "happened", "What each side says", "Told in"):
        assert words in shown


# --- actors, lines, sources -----------------------------------------------------------------------------


def test_an_actor_with_offices_and_spellings() -> None:
    actor = ask("actor", "Lawrow")
    assert (actor["country"], actor["type"]) == ("RUS", "PER")
    assert {spelling["name"].split()[-1] for spelling in actor["names"]} == {"Lawrow", "Lavrov"}
    assert actor["offices"][0]["office"] == "foreign_minister"
    assert all(set(key) == {"report", "actor"} for key in actor["appearances"])
    assert actor["open"] == []
    assert ask("actor", actor["id"]) == ask("actor", "Sergej", "Lavrov") == actor
    shown = run("actor", "Lavrov").stdout
    assert "Spellings" in shown and "Sergej Lawrow (" in shown and "foreign_minister" in shown


def test_what_cannot_be_decided_is_shown_as_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "2026-02-03": "Der lettische Präsident Uldis Kalninski empfing am Dienstag Merkel.",
        "2026-02-04": "Der lettische Ministerpräsident Raivis Kalninski traf am Mittwoch Merkel.",
        "2026-02-05": "Der lettische Politiker Kalninski hat Deutschland am Donnerstag kritisiert.",
    }
    monkeypatch.setenv("DEPESCHE_ARCHIVE", str(tmp_path / "two.sqlite"))
    with Archive() as archive:
        add_linked(archive, [Report(text=text, published=day) for day, text in told.items()])
    actor = ask("actor", "Raivis Kalninski")
    assert {name["name"] for name in actor["names"]} == {"Raivis Kalninski"}
    (doubt,) = actor["open"]
    assert doubt["name"] == "Kalninski" and doubt["day"] == "2026-02-05"
    assert {candidate["name"] for candidate in doubt["candidates"]} == {"Uldis Kalninski", "Raivis Kalninski"}
    shown = run("actor", "Raivis", "Kalninski").stdout
    assert "Uldis Kalninski" in shown[shown.index("Open") :]


def test_the_line_of_two_states() -> None:
    line = ask("relations", "USA", "Russland", "--by", "week")
    assert set(line) == {"pair", "deeds", "said", "periods"}
    (deed,) = (deed for deed in line["deeds"] if deed["type"] == "CONSULT")
    assert deed["event"] == meeting() and deed["date"] == "2026-06-11"
    assert all(set(mention) == {"report", "event"} for mention in deed["mentions"])
    assert "2026-W24" in {period["period"] for period in line["periods"]}
    assert ask("relations", "USA", "RUS", "--known", "2026-06-10")["deeds"] == []
    assert ask("relations", "USA", "RUS", "--from", "2026-07")["deeds"] == []
    assert ask("relations", "USA", "RUS", "--from", "2026-06", "--to", "2026-06")["deeds"]
    shown = run("relations", "USA", "RUS", "--by", "day").stdout
    assert "2026-06-11" in shown and "CONSULT" in shown and "Words together" in shown
    written = list(csv.DictReader(io.StringIO(run("relations", "USA", "RUS", "--csv").stdout)))
    assert deed["event"] in {row["event"] for row in written}


def test_relations_without_states_lists_statements() -> None:
    assert ask("relations") == []
    assert "Nothing found" in run("relations").stdout


def test_sources_copies_and_versions() -> None:
    found = ask("sources", report_id("own"))
    assert (found["reports"], found["independent"]) == (3, 2)
    (copy,) = found["copies"]
    assert (copy["of"], copy["report"]) == (report_id("agency"), report_id("copy"))
    assert found["versions"] == []
    assert ask("sources", meeting())["independent"] == 2
    shown = run("sources", report_id("own")).stdout
    assert "3 reports · 2 independent sources" in shown
    assert f"Elbtagblatt {report_id('copy')[:10]} ← afp {report_id('agency')[:10]}" in shown


def test_versions_are_shown_with_the_facts_that_changed() -> None:
    (chain,) = ask("sources", report_id("strike"))["versions"]
    assert chain["reports"] == [report_id("strike"), report_id("strike again")]
    shown = run("sources", report_id("strike")).stdout
    assert "number changed: siebenhundert" in shown and "→ neunhundert" in shown


# --- faults, languages, widths --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("story", "ffffffff"), "no report ffffffff"),
        (("story", "sffffffff"), "no report ffffffff"),
        (("story", "was?"), "no id of a story"),
        (("event", "ffffffff:e1"), "no report ffffffff"),
        (("event", "was?"), "no id of an event"),
        (("accounts", "efffffffffff-e1"), "no report fffffffffff"),
        (("actor", "Niemand Niemals"), "no actor 'Niemand Niemals'"),
        (("actor", "affffffffffff-a1"), "no report ffffffffffff"),
        (("sources", "was?"), "no id of a story"),
        (("relations", "USA", "Nirgendwo"), "'Nirgendwo' is no state"),
        (("relations", "USA", "RUS", "--from", "gestern"), "'gestern' is no date"),
        (("relations", "USA", "RUS", "--known", "gestern"), "'gestern' is no date"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == FAILED and result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("depesche: ") and words in line


def test_an_event_that_the_report_does_not_have() -> None:
    result = run("event", f"{report_id('agency')}:e99")
    assert (result.exit_code, "no event e99" in result.stderr) == (FAILED, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("USA",), "two states"),
        (("USA", "RUS", "CHN"), "two states"),
        (("USA", "USA"), "with itself"),
        (("--by", "day"), "need two states"),
        (("--known", "2026-06-11"), "need two states"),
        (("USA", "RUS", "--actor", "Rubio"), "--from and --to"),
        (("USA", "RUS", "--limit", "3"), "--from and --to"),
    ],
)
def test_options_that_do_not_fit_the_states(arguments: tuple[str, ...], words: str) -> None:
    result = run("relations", *arguments)
    assert (result.exit_code, words in result.stderr) == (FAILED, True)


def test_what_is_not_linked_is_said_and_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPESCHE_ARCHIVE", str(tmp_path / "new.sqlite"))
    assert run("stories").stdout == "Nothing found.\n"
    report = REPORTS[-1]
    with Archive() as archive:
        archive.write(report, *read_with_meaning(report))
    before = run("story", report.id)
    assert before.exit_code == FAILED and "has not been linked" in before.stderr
    assert "1 reports are not linked yet" in before.stderr
    assert "1 reports linked" in run("link").stderr
    assert "0 reports linked" in run("link").stderr
    after = run("story", report.id)
    assert (after.exit_code, after.stderr) == (0, "") and "1 report · 1 independent source" in after.stdout


def views() -> list[tuple[str, ...]]:
    strike, agency = report_id("strike"), report_id("agency")
    return [
        ("stories",),
        ("story", strike),
        ("story", agency),
        ("event", meeting()),
        ("accounts", meeting()),
        ("actor", "Rubio"),
        ("actor", "Peru"),
        ("relations", "USA", "RUS"),
        ("sources", strike),
        ("sources", agency),
    ]


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_view_sends_what_strangers_wrote_to_the_terminal(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = views()
    monkeypatch.setenv("DEPESCHE_LANGUAGE", language)
    shown = [run(*view) for view in arguments]
    assert not {c for result in shown for c in result.stdout if c in "\x1b\u202e\r\x00"}
    assert "␛[2J" in shown[0].stdout and "␛[2J" in shown[1].stdout and "␛[2J" in shown[8].stdout
    assert ("Quellen" in shown[0].stdout) == (language == "de")


def test_german() -> None:
    arguments = views()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEPESCHE_LANGUAGE", "de")
        shown = "".join(run(*view).stdout for view in arguments)
    for words in (
        "Beruht auf",
        "Verlauf und Bereitschaft",
        "widersprüchlich",
        "Schreibweisen",
        "Zahl geändert",
    ):
        assert words in shown


@pytest.mark.parametrize("width", [30, 60, 119, 120, 200])
def test_every_view_fits_the_terminal(path: Path, width: int) -> None:
    stream = io.StringIO()
    with Archive(path) as archive:
        dossiers = Dossiers(archive)
        console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
        printer = DossierPrinter(archive, dossiers, console)
        found = dossiers.stories()
        printer.print_stories(found)
        for story in found:
            printer.print_story(story)
            printer.print_sources(dossiers.sources(story.id))
        event = dossiers.event(meeting())
        printer.print_event(event)
        printer.print_accounts_of(event)
        printer.print_actor(dossiers.actor("Lawrow"))
        printer.print_line(dossiers.line("USA", "RUS", "day"))
    shown = stream.getvalue()
    assert max(map(len, shown.splitlines())) <= width
    assert "enttäuscht" in shown and "Elbtagblatt" in shown
