"""``depesche explain``: why an event was read, from the cases, as data, and as a user meets it."""

from __future__ import annotations

import io
import json
import pathlib
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from depesche.archive.store import Archive as Store
from depesche.cli import FAILED, main
from depesche.exchange.json import to_json
from depesche.explain import Explainer, Explanation
from depesche.explanations import print_events, print_explanation
from depesche.language.lexicon import data_root
from depesche.library import Archive
from depesche.read import read, read_report
from depesche.reading import Report, reading_from_dict
from language import fake_model

CASES: list[dict[str, Any]] = yaml.safe_load(
    (pathlib.Path(__file__).parent / "cases" / "explain.yaml").read_text("utf-8")
)
DAY = "2025-07-11"
TEXT = "Norwegen kritisierte Schweden. Finnland wurde am Donnerstag in Oslo von Norwegen angegriffen."


@pytest.fixture(autouse=True)
def plain_english(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("DEPESCHE_LANGUAGE", "en")
    monkeypatch.setenv("DEPESCHE_ARCHIVE", str(tmp_path / "archive.sqlite"))


def run(*arguments: object, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(main, ["explain", *map(str, arguments)], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def explain_case(case: dict[str, Any]) -> Explanation:
    report = Report(text=case["text"], published=case.get("published", DAY))
    return Explainer(report).explain(case.get("event", "e1"))


def printed(explanation: Explanation, width: int) -> str:
    stream = io.StringIO()
    print_explanation(explanation, Console(file=stream, width=width, highlight=False, markup=False))
    return stream.getvalue()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case: dict[str, Any]) -> None:
    found = explain_case(case)
    names = {actor.id: actor.name for actor in found.actors}
    if "rule" in case:
        assert found.event.rule == found.tellings[0].rule == case["rule"]
    if "entry" in case:
        entry = found.tellings[0].entry
        assert entry is not None
        assert {k: getattr(entry, k) for k in case["entry"]} == case["entry"]
        line = (data_root() / entry.file).read_text("utf-8").splitlines()[entry.line - 1]
        assert line.startswith(f"- {{id: {entry.id},")
    if "told" in case:
        assert [t.words.text for t in found.tellings] == case["told"], case["why"]
    if "fields" in case:
        assert [g.field for g in found.grounds] == case["fields"], case["why"]
    grounds = [
        {
            "field": g.field,
            "value": names.get(g.value, g.value),
            "stands": g.stands,
            "words": [w.text for w in g.words],
            "clause": g.clause,
            "rule": g.rule,
            "stage": g.stage,
            "telling": g.telling,
        }
        for g in found.grounds
    ]
    for wanted in case.get("grounds", ()):
        assert any(wanted.items() <= ground.items() for ground in grounds), (case["why"], grounds)
    clauses = [
        {"number": c.number, "kind": c.kind, "lemma": c.lemma, "voice": c.voice, "tense": c.tense}
        | {"mood": c.mood, "negated": c.negated, "parent": c.parent}
        for sentence in found.sentences
        for c in sentence.clauses
    ]
    for wanted in case.get("clauses", ()):
        assert any(wanted.items() <= clause.items() for clause in clauses), (case["why"], clauses)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_place_is_in_the_text(case: dict[str, Any]) -> None:
    def walk(value: Any) -> None:
        for part in value.values() if isinstance(value, dict) else value:
            if isinstance(part, dict | list):
                walk(part)
        if isinstance(value, dict) and {"start", "end", "text"} <= value.keys():
            assert case["text"][value["start"] : value["end"]] == value["text"]

    walk(json.loads(to_json(explain_case(case))))


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_it_fits_any_width(case: dict[str, Any], width: int) -> None:
    lines = printed(explain_case(case), width).splitlines()
    assert max(map(len, lines)) <= width
    assert [line for line in lines if line != line.rstrip()] == []


def test_german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPESCHE_LANGUAGE", "de")
    shown = printed(explain_case(CASES[1]), 80)
    assert "Die Ukraine wurde von Russland [angegriffen]." in shown
    assert "Handelnder im Passiv" in shown
    assert "Subjekt im Passiv" in shown
    assert "Teilsatz 1: Hauptsatz, Passiv, Präteritum, Indikativ" in shown


# --- as a user meets it ---------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    file = tmp_path / "report.txt"
    file.write_text(TEXT, "utf-8")
    return file


def write_reports(folder: pathlib.Path, *texts: str) -> pathlib.Path:
    file = folder / "reports.jsonl"
    lines = [json.dumps({"id": f"r{n}", "text": text, "published": DAY}) for n, text in enumerate(texts)]
    file.write_text("\n".join(lines), "utf-8")
    return file


def test_a_file_without_an_event_lists_them(path: pathlib.Path) -> None:
    result = run(path)
    first, second = result.stdout.splitlines()
    assert first == "e1 ACCUSE/disapprove [kritisierte] 9 events/verb/kritisieren"
    assert second.startswith("e2 ASSAULT [angegriffen] ")
    assert [e["id"] for e in json.loads(run(path, "--json").stdout)] == ["e1", "e2"]


def test_an_event_of_a_file(path: pathlib.Path) -> None:
    shown = run(path, "e2", "--published", DAY).stdout
    assert "Rule: events/verb/angreifen" in shown
    assert "in Oslo von Norwegen [angegriffen]." in shown
    assert "Date: 2025-07-10" in shown
    assert "2025" not in run(path, "e2").stdout, "an undated report has no calendar date"
    plain = json.loads(run("--json", path, "2", "--published", DAY).stdout)
    assert (plain["event"]["id"], plain["event"]["date"]) == ("e2", "2025-07-10")
    assert run("-", "e1", stdin=TEXT).exit_code == 0


@pytest.mark.parametrize("wanted", ["e3", "e0", "0", "", "x\x1b[2J", "-1"])
def test_an_event_that_is_not_there(path: pathlib.Path, wanted: str) -> None:
    result = run("--", path, wanted)
    assert (result.exit_code, result.stdout) == (FAILED, "")
    assert (
        result.stderr == f"depesche: There is no event {wanted!r} in the report: its events are e1 to e2.\n"
    )


def test_reports_without_events(tmp_path: pathlib.Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    result = run(tmp_path / "empty.txt", "e1")
    assert (result.exit_code, "empty.txt: is empty" in result.stderr) == (FAILED, True)
    for text in ("Es regnet.", "The minister of Norway met the president of Sweden and they talked of it."):
        assert run("-", stdin=text).stdout == "Nothing found.\n"
        assert json.loads(run("-", "--json", stdin=text).stdout) == []
        assert "There is no event 'e1' in the report: it has none." in run("-", "e1", stdin=text).stderr


def test_one_report_of_many(tmp_path: pathlib.Path) -> None:
    file = write_reports(tmp_path, "Es regnet.", TEXT, "Norwegen griff Schweden an.")
    assert "holds several reports" in run(file).stderr
    assert "kritisierte" in run(f"{file}#r1").stdout
    assert "kritisierte" in run(f"{file}#2").stdout
    id_ = Report(text="Norwegen griff Schweden an.", published=DAY).id
    assert "[griff]" in run(f"{file}#{id_[:8]}", "e1").stdout
    for gone in ("4", "r3", "0", "zzzz"):
        assert f"There is no report {gone!r}" in run(f"{file}#{gone}").stderr
    assert run(f"{file}#").exit_code == FAILED


def test_a_report_of_the_archive(tmp_path: pathlib.Path) -> None:
    report = Report(text=TEXT, published=DAY)
    with Archive(tmp_path / "archive.sqlite") as store:
        store.add(report)
    assert run(report.id[:8]).stdout.startswith("e1 ACCUSE")
    by_id = run(report.id, "e2").stdout
    assert "[angegriffen]" in by_id
    assert run(f"{report.id[:10]}:{TEXT.index('angegriffen')}").stdout == by_id
    assert "There is no event at the character 0" in run(f"{report.id}:0").stderr
    assert "is no place in that report" in run(f"{report.id}:99999").stderr
    assert "There is no event 'e9'" in run(report.id, "e9").stderr
    assert "There is no report" in run("ffffffff", "e1").stderr


def test_what_another_reader_read(tmp_path: pathlib.Path) -> None:
    report = Report(text=TEXT, published=DAY)
    plain = read_report(report).to_dict()
    events: Any = plain["events"]
    events[0] |= {"type": "REJECT", "rule": "events/verb/older"}
    events[1] |= {"start": 0, "end": 8, "text": "Norwegen", "rule": "events/verb/gone"}
    with Store(tmp_path / "archive.sqlite") as store:
        store.write(report, reading_from_dict(plain | {"reader": "older"}))
    shown = {event: run(report.id, event) for event in ("e1", "e2")}
    texts = [r.stdout + r.stderr for r in shown.values()]
    assert any("another reader read it" in text and "REJECT" in text for text in texts)
    assert any("was read by older" in text and "reads none there" in text for text in texts)


def test_hostile_text(tmp_path: pathlib.Path) -> None:
    text = "Norwegen\x1b[2J kritisierte [bold]Schweden[/] \u202e scharf."
    result = run("-", "e1", stdin=text)
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "[bold]" in result.stdout


# --- with a language model ------------------------------------------------------------------------


@pytest.fixture
def fake(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_model.install(tmp_path, monkeypatch)


@pytest.mark.usefixtures("fake")
def test_the_tree_of_a_language_model() -> None:
    result = run(
        "-", "e1", "--language-model", "fake", "--published", DAY, stdin="Rubio traf Lawrow in Riad."
    )
    assert 'Language model: CONSULT in "traf", confidence 1.00' in result.stdout
    tree = result.stdout.partition("Tree of sentence 1\n")[2].splitlines()
    assert tree[0] == "By fake 1.2; confidence in brackets."
    assert [line.split(" ")[-2:] for line in (tree[1], tree[2])] == [["X", "(1.00)"]] * 2
    assert [len(line) - len(line.lstrip()) for line in tree[1:]] == [2, 4, 6, 8, 10, 12]
    plain = json.loads(
        run("-", "e1", "--json", "--language-model", "fake", stdin="Rubio traf Lawrow in Riad.").stdout
    )
    assert plain["language_model"] == "fake 1.2"
    assert [node["head"] for node in plain["sentences"][0]["tree"]] == [None, 0, 1, 2, 3, 4]


@pytest.mark.usefixtures("fake")
def test_an_event_that_only_a_language_model_sees() -> None:
    shown = [
        run("-", event, "--language-model", "fake", stdin="Rubio grüßt Lawrow in Riad.").stdout
        for event in ("e1", "e2")
    ]
    assert all("Rule: events/network" in text and "by the language model" in text for text in shown)
    assert "Entry" not in "".join(shown)


@pytest.mark.usefixtures("fake")
def test_a_deep_tree_fits_a_narrow_terminal() -> None:
    text = "Norwegen kritisierte " + "sehr " * 3000 + "Schweden."
    shown = printed(Explainer(Report(text=text), "fake").explain("e1"), 40)
    assert max(map(len, shown.splitlines())) <= 40


# --- for every text -------------------------------------------------------------------------------

PIECES = [
    *"Russland China Putin Er Die USA der traf Treffen trifft angegriffen hat wurde von mit".split(),
    *"zwischen nicht und , . sagte habe am Freitag in Riad Kritik übte dass das zu „ “ werde".split(),
    "\n\n",
    "\x1b[2J",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join) | st.text(max_size=60))
def test_no_text_makes_it_raise_and_it_explains_what_is_read(text: str) -> None:
    report = Report(text=text, published=DAY, language="de")
    explainer = Explainer(report)
    assert explainer.events == read(text, DAY, language="de").events
    for event in explainer.events:
        found = explainer.explain(event.id)
        assert found.event == event
        assert found.tellings[0].words.start == event.start
        printed(found, 40)
    print_events(explainer.events, Console(file=io.StringIO(), width=40))
