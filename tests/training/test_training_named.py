"""Our own sentences with names: strictly read, with every name on whole words."""

import random
from pathlib import Path

import pytest

from depesche.language.network.layout import SPAN_LAYERS
from training.corpora import read_task
from training.corpora.named import FOLDER, parse_sentence, read_named
from training.corpora.shelf import Shelf
from training.texts import Text

FILES = sorted(FOLDER.glob("*.txt"))


def names_of(text: Text) -> list[tuple[str, str]]:
    """Return the names of a text with their types; labels are sets of one bit each."""
    found: list[tuple[str, list[str]]] = []
    for word, bits in zip(text.words, text.layers["names"], strict=True):
        label = bits.bit_length() - 1
        assert bits == 1 << label
        if label % 2:
            found.append((SPAN_LAYERS["names"][label // 2], [word]))
        elif label:
            found[-1][1].append(word)
    return [(kind, " ".join(words)) for kind, words in found]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (
            "Am [Rhein|LOC] traf [Anna Berger|PER] ihre Tante.",
            [("LOC", "Rhein"), ("PER", "Anna Berger")],
        ),
        (
            "[Otto I.|PER] zog nach [Rom|GPE], [Pavia|GPE].",
            [("PER", "Otto I."), ("GPE", "Rom"), ("GPE", "Pavia")],
        ),
        ("[Roms|GPE] [Cäsar|PER] kam.", [("GPE", "Roms"), ("PER", "Cäsar")]),
        ("Der Bayern-Trainer schwieg.", []),
        ("Die [Kranz & Söhne GmbH|ORG] baut \\[sic\\] a\\|b \\\\ um.", [("ORG", "Kranz & Söhne GmbH")]),
    ],
)
def test_a_line_gives_its_words_and_names(line: str, names: list[tuple[str, str]]) -> None:
    text = parse_sentence(line)
    assert names_of(text) == names
    assert text.starts == (0,)


def test_what_is_escaped_is_plain() -> None:
    text = parse_sentence("Er \\[sic\\] kam.")
    assert text.words == ("Er", "[", "sic", "]", "kam", ".")
    assert text.spaced == (True, True, False, False, True, False)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Am [Rhein|FLUSS] war es still.", "no such type: FLUSS"),
        ("Am [Rhein] war es still.", "stray '\\['"),
        ("Am Rhein|LOC war es still.", "stray '\\|'"),
        ("Am [Rhein|LOC war es still.", "stray '\\['"),
        ("Am Rhein] war es still.", "stray '\\]'"),
        ("Am [|LOC] war es still.", "stray '\\['"),
        ("Am Rhein \\ war es still.", "stray"),
        ("Der [Bayern|ORG]-Trainer schwieg.", "not whole words: 'Bayern'"),
        ("Am [Rhein |LOC]war es still.", "not whole words"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(line: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "made.txt"
    path.write_text(f"# Flüsse\n\nAm [Main|LOC] auch.\n{line}\n", "utf-8")
    with pytest.raises(ValueError, match=f"^made.txt, line 4: {reason}"):
        list(read_named(path))


def test_any_line_is_read_or_refused() -> None:
    chance = random.Random(5)
    for _ in range(2000):
        line = "".join(chance.choices("[]|\\aB .-PERLOC’“\u2028", k=chance.randrange(20)))
        try:
            text = parse_sentence(line)
        except ValueError:
            continue
        assert len(text.words) == len(text.spaced) == len(text.layers["names"])


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_file_of_ours_is_read_whole(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    texts = list(read_named(path))
    assert len(texts) == len(set(lines)) > 0


def test_a_third_of_ours_has_no_name() -> None:
    # What is none has to be learnt as well.
    texts = [text for path in FILES for text in read_named(path)]
    assert 0.25 < sum(not names_of(text) for text in texts) / len(texts) < 0.5


def test_our_sentences_are_only_there_to_train(tmp_path: Path) -> None:
    texts = read_task(Shelf(tmp_path, "train"), "named")
    assert len(texts) == len(FILES)
    assert {kind for text in texts for kind, _ in names_of(text)} == set(SPAN_LAYERS["names"])
    assert read_task(Shelf(tmp_path, "measure"), "named") == []
    assert read_task(Shelf(tmp_path, "calibrate"), "named") == []
