"""Nothing that is kept to measure can be read to train."""

from pathlib import Path

import pytest

from training.corpora.shelf import CORPORA, KeptBackError, Shelf

FILES = [
    "corpora/syntax/ud_de_gsd/de_gsd-ud-dev.conllu",
    "corpora/syntax/ud_de_gsd/de_gsd-ud-test.conllu",
    "corpora/names/smartdata/train.json.gz",
    "corpora/names/smartdata/test.json.gz",
    "corpora/names/uner-de-pud/de_pud-ud-test.iob2",
    "corpora/quotations-dev/dev.jsonl.gz",
    "corpora/stories/semeval2022-de-half.jsonl.gz",
    "corpus/texts/1.txt",
    "corpus/gold/1.yaml",
    "corpus/texts/2.txt",
    "corpus/gold/2.yaml",
    "corpus/texts/3.txt",
    "corpus/gold/3.yaml",
    "corpus/written/texts/wa-001.txt",
    "corpus/written/texts/we-001.txt",
]
TO_TRAIN = {
    "corpora/syntax/ud_de_gsd/de_gsd-ud-dev.conllu",
    "corpora/names/smartdata/train.json.gz",
    "corpus/texts/1.txt",
    "corpus/gold/1.yaml",
    "corpus/train.txt",
    "corpus/written/texts/wa-001.txt",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", "utf-8")
    (tmp_path / "corpus/train.txt").write_text("1\n", "utf-8")
    (tmp_path / "corpus/dev.txt").write_text("2\n", "utf-8")
    return tmp_path


def readable(shelf: Shelf) -> set[str]:
    return {p.relative_to(shelf.root).as_posix() for name in CORPORA for p in shelf.paths(name)}


def test_training_sees_only_what_is_marked_for_it(root: Path) -> None:
    assert readable(Shelf(root, "train")) == TO_TRAIN


def test_training_and_measuring_share_no_file(root: Path) -> None:
    assert not readable(Shelf(root, "train")) & readable(Shelf(root, "measure"))


@pytest.mark.parametrize("name", sorted(CORPORA))
def test_what_is_kept_back_cannot_be_read(root: Path, name: str) -> None:
    shelf = Shelf(root, "train")
    folder = root / CORPORA[name].folder
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(root).as_posix() not in TO_TRAIN:
            with pytest.raises(KeptBackError):
                shelf.read(name, path)


def test_no_way_around_by_a_path_that_leaves_the_folder(root: Path) -> None:
    with pytest.raises(KeptBackError):
        Shelf(root, "train").read("gsd", "../../quotations-dev/dev.jsonl.gz")


def test_an_article_of_no_list_is_read_for_nothing(root: Path) -> None:
    for purpose in ("train", "measure"):
        with pytest.raises(KeptBackError):
            Shelf(root, purpose).read("articles", "texts/3.txt")


def test_every_corpus_states_its_licence() -> None:
    assert all(corpus.licence for corpus in CORPORA.values())


def test_what_may_not_be_shared_is_never_trained_on() -> None:
    assert not [c.name for c in CORPORA.values() if "NC" in c.licence and c.train]
