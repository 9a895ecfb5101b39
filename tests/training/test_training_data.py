"""What lies in training/data: annotations that are whole, and say only what there is."""

import hashlib
from pathlib import Path

import pytest
import yaml

from depesche.language.network.layout import ACTOR_TYPES, EVENT_ROLES, EVENT_TYPES, FEATURES, STATUSES
from training.corpora.moods import label_moods, tell_mood
from training.corpora.reports import Added, locate_gold, make_page, read_added_articles, read_own_reports
from training.corpora.shelf import Shelf

DATA = Path(__file__).parents[2] / "training" / "data"
REPORTS = sorted((DATA / "reports" / "texts").glob("*.txt"))


@pytest.mark.parametrize("path", REPORTS, ids=lambda p: p.stem)
def test_a_report_of_ours_is_annotated_whole(path: Path) -> None:
    page = make_page(path.read_text("utf-8"))
    assert page.text.splitlines()[1].startswith("DATE: ")
    gold = yaml.safe_load((DATA / "reports" / "gold" / f"{path.stem}.yaml").read_bytes())
    marked = locate_gold(page, gold)
    assert len(marked.events) == len(gold["events"]) > 0
    assert {e.type for e in marked.events} <= set(EVENT_TYPES)
    assert {e.status for e in marked.events} <= set(STATUSES)
    for actor, (kind, spans) in zip(gold["actors"], marked.actors, strict=True):
        assert kind in ACTOR_TYPES
        # Who is only a pronoun in the text has no mention.
        assert bool(spans) == bool(actor["mentions"])
    ids = {actor["id"] for actor in gold["actors"]}
    for event in gold["events"]:
        assert {*event["actor"], *event["recipient"]} <= ids
        assert event["source"] is None or event["source"] in ids


def test_reports_of_ours_are_read_to_train() -> None:
    texts = read_own_reports()
    assert len(texts) == len(REPORTS) >= 108
    assert all(text.queries and "events" in text.layers for text in texts)
    # Where times were not annotated, whether a word is one is open.
    for text, path in zip(texts, REPORTS, strict=True):
        annotated = b"\ntimes:" in (DATA / "reports" / "gold" / f"{path.stem}.yaml").read_bytes()
        assert all(bool(query.unsure["time"]) or annotated for query in text.queries)


def test_articles_hold_offsets_only() -> None:
    added = read_added_articles()
    assert len(added) == 192
    for article in added.values():
        assert {kind for kind, _ in article.actors} <= set(ACTOR_TYPES)
        for event in article.events:
            assert event.type in EVENT_TYPES
            assert event.status in STATUSES
            assert event.trigger[0] < event.trigger[1]
            assert {role for role, _ in event.arguments} <= set(EVENT_ROLES)


def test_an_article_is_refused_if_it_is_another_text() -> None:
    text = "Titel\nDATE: 2020-01-01\n\nMoskau warnt."
    added = Added("1", hashlib.sha256(text.encode()).hexdigest()[:16], (("GPE", ((26, 32),)),), ())
    assert added.for_text(text).actors[0][0] == "GPE"
    assert "time" not in added.for_text(text).roles
    with pytest.raises(ValueError, match="article 1"):
        added.for_text(text + " ")


MOODS = [
    ("sei", "Sub"),
    ("hätten", "Sub"),
    ("ging", "Ind"),
    ("wurde", "Ind"),
    ("habe", "Sub"),
    ("Haus", "-"),
    ("dem", "-"),
    ("2010", "-"),
    ("sagte", None),
    ("gewesen", None),
]


@pytest.mark.parametrize(("word", "mood"), MOODS)
def test_mood_by_form(word: str, mood: str | None) -> None:
    label = tell_mood(word)
    assert (FEATURES["Mood"][label] if label >= 0 else None) == mood


def test_habe_is_open_beside_ich() -> None:
    words = "Er sagt , er habe recht . Ich sage , ich habe recht .".split()
    labels = label_moods(words, [0, 7])
    assert FEATURES["Mood"][labels[4]] == "Sub"
    assert labels[11] == -1


def test_what_is_held_out_is_not_trained_with(tmp_path: Path) -> None:
    items = list(range(100))
    train, calibrate = (Shelf(tmp_path, purpose).share(items) for purpose in ("train", "calibrate"))
    assert [*train, *calibrate] == items
    assert len(calibrate) == 5
    assert Shelf(tmp_path, "measure").share(items) == items
