"""Marks in a text: nested, overlapping, at any place, with the text and its offsets whole."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.samples import ANY_TEXT, MEETING, meeting
from depesche.desk.marking import KINDS, Piece, Stretch, cut_paragraphs, cut_text, list_stretches
from depesche.desk.visit import environment

TEXT = "Rubio sagte, er sei „enttäuscht über Moskau“."


def at(words: str, kind: str, id_: str) -> Stretch:
    start = TEXT.index(words)
    return Stretch(start, start + len(words), kind, id_)  # type: ignore[arg-type]


def test_marks_may_lie_in_and_across_one_another() -> None:
    said = at("er sei „enttäuscht über Moskau“", "quotation", "q0")
    inner, actor = at("„enttäuscht über Moskau“", "quotation", "q1"), at("Moskau", "actor", "a1")
    across = at("sagte, er sei", "event", "e1")
    told = {p.text: [s.id for s in p.stretches] for p in cut_text(TEXT, [said, inner, actor, across])}
    assert told == {
        "Rubio ": [],
        "sagte, ": ["e1"],
        "er sei": ["e1", "q0"],
        " ": ["q0"],
        "„enttäuscht über ": ["q1", "q0"],
        "Moskau": ["a1", "q1", "q0"],
        "“": ["q1", "q0"],
        ".": [],
    }


def test_what_is_pointed_at_is_found_across_marks() -> None:
    pieces = cut_text(TEXT, [at("Moskau", "actor", "a1")], (TEXT.index("über"), TEXT.index("“")))
    assert [(p.text, p.first) for p in pieces if p.found] == [("über ", True), ("Moskau", False)]
    for beyond in ((5, 5), (9, 3), (0, 10_000)):
        assert not any(p.found for p in cut_text(TEXT, [], beyond))


def test_each_finding_is_noted_in_the_paragraph_where_it_begins() -> None:
    text = "Rubio kam.\n\nRubio ging, am Montag."
    marks = [Stretch(0, 5, "actor", "a1"), Stretch(12, 17, "actor", "a1"), Stretch(27, 33, "time", "t0")]
    first, second = cut_paragraphs(text, marks)
    assert ([s.id for s in first.begin], [s.id for s in second.begin]) == (["a1"], ["t0"])
    assert (first.start, second.start) == (0, 12)


def test_a_reading_becomes_marks() -> None:
    found = list_stretches(meeting())
    assert {one.kind for one in found} == set(KINDS)
    for one in found:
        assert 0 <= one.start < one.end <= len(MEETING.text)


STRETCHES = st.lists(
    st.builds(
        Stretch,
        st.integers(-2, 60),
        st.integers(-2, 60),
        st.sampled_from(KINDS),
        st.sampled_from(["a1", "a2", "q0", "e1"]),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(
    text=ANY_TEXT | st.text("<>&\"'\n\r\t \u2028ab", max_size=60),
    stretches=STRETCHES,
    found=st.none() | st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_pieces_are_the_text(text: str, stretches: list[Stretch], found: tuple[int, int] | None) -> None:
    pieces = cut_text(text, stretches, found)
    assert "".join(p.text for p in pieces) == text
    place = 0
    for piece in pieces:
        inside = {s for s in stretches if s.start <= place and place + len(piece.text) <= s.end <= len(text)}
        assert set(piece.stretches) == {s for s in inside if s.start >= 0} or not piece.text
        place += len(piece.text)
    for paragraph in cut_paragraphs(text, stretches, found):
        said = "".join(p.text for p in paragraph.pieces)
        assert text[paragraph.start : paragraph.start + len(said)] == said
        assert said.strip()


class Reader(HTMLParser):
    """What a browser would show of a page, and the tags in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@settings(max_examples=100, deadline=None)
@given(text=st.text("<>&\"'/ scriptab;=\u202e", max_size=60), stretches=STRETCHES)
def test_text_is_shown_as_it_is(text: str, stretches: list[Stretch]) -> None:
    pieces: tuple[Piece, ...] = cut_text(text, stretches, (0, 3))
    source = (
        "{% for p in pieces %}<span data-findings=\"{{ p.stretches | map(attribute='id') | join(' ') }}\">"
        "{{ p.text }}</span>{% endfor %}"
    )
    reader = Reader()
    reader.feed(environment().from_string(source).render(pieces=pieces))
    reader.close()
    assert "".join(reader.said) == text
    assert reader.tags <= {"span"}
