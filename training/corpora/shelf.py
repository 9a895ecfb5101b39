"""Which files of which corpus may be read for what.

Training reads through a shelf that refuses every file that is not marked for training: development parts and
whatever is kept to measure cannot slip in, neither by a wrong pattern nor by a wrong path. The last twentieth
of German syntax and names is not trained with, and the written set ``we`` neither: by them is chosen how sure
the network may say it is.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

Purpose = Literal["train", "calibrate", "measure"]
T = TypeVar("T")


class Corpus(msgspec.Struct, frozen=True):
    """A corpus: its folder under that of all corpora, its licence, and which files may be read for what.

    ``train`` and ``measure`` are patterns of paths relative to the corpus's folder.
    """

    name: str
    folder: str
    licence: str
    train: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()


CORPORA = {
    corpus.name: corpus
    for corpus in (
        Corpus("gsd", "corpora/syntax/ud_de_gsd", "CC BY-SA 4.0", ("*-dev.conllu",), ("*-test.conllu",)),
        Corpus("pud", "corpora/syntax/ud_de_pud", "CC BY-SA 3.0", ("*.conllu",)),
        Corpus("lassysmall", "corpora/syntax/ud_nl_lassysmall", "CC BY-SA 4.0", ("*.conllu",)),
        Corpus("talbanken", "corpora/syntax/ud_sv_talbanken", "CC BY-SA 4.0", ("*.conllu", "*.conll")),
        Corpus("ddt", "corpora/syntax/ud_da_ddt", "CC BY-SA 4.0", ("*.conllu",)),
        Corpus("afribooms", "corpora/syntax/ud_af_afribooms", "CC BY-SA 4.0", ("*.conllu",)),
        # Versions 1 to 4 of the network learnt from all of it; what is measured here is for the comparison.
        Corpus(
            "gum",
            "corpora/syntax/gum",
            "CC BY 4.0",
            ("GUM_academic_*", "GUM_court_*", "GUM_interview_*", "GUM_news_[e-z]*"),
            ("GUM_news_[a-d]*",),
        ),
        Corpus("germeval", "corpora/names/germeval2014-dev", "CC BY 4.0", ("dev.tsv",)),
        Corpus("smartdata", "corpora/names/smartdata", "CC BY 4.0", ("train.json.gz",), ("test.json.gz",)),
        Corpus("mobie", "corpora/names/mobie", "CC BY 4.0", ("ner_conll03_formatted.zip",)),
        Corpus("uner", "corpora/names/uner-de-pud", "CC BY-SA 3.0", (), ("*.iob2",)),
        Corpus(
            "articles",
            "corpus",
            "texts CC BY 2.5, annotation CC BY 4.0",
            ("texts/*.txt", "gold/*.yaml", "quotations/*.yaml", "train.txt", "quotations-only.txt"),
            ("texts/*.txt", "gold/*.yaml", "quotations/*.yaml", "dev.txt"),
        ),
        Corpus(
            "written",
            "corpus/written",
            "ours",
            tuple(f"*/{part}-*" for part in ("wa", "wb", "wc", "wd")),
            ("*/we-*",),
        ),
        Corpus("quotations", "corpora/quotations-dev", "CC BY-NC-SA 4.0", (), ("dev.jsonl.gz",)),
        Corpus("stories", "corpora/stories", "third-party texts", (), ("*.jsonl.gz",)),
        Corpus("throughput", "corpora/throughput", "CC BY-NC-SA 4.0", (), ("*.jsonl.gz",)),
    )
}


class KeptBackError(Exception):
    """A file was asked for that may not be read for this purpose."""


class Shelf:
    """The corpora under ``root``, open for one purpose only."""

    def __init__(self, root: Path, purpose: Purpose) -> None:
        self.root = root
        self.purpose = purpose

    def paths(self, name: str) -> list[Path]:
        """Return the files of a corpus that may be read, sorted; an articles' file only if its id may be."""
        folder = self.root / CORPORA[name].folder
        found = (p for pattern in self._patterns(name) for p in folder.glob(pattern))
        return sorted(p for p in set(found) if self._allows(name, p))

    def read(self, name: str, path: Path | str) -> bytes:
        """Return the bytes of a corpus's file; a relative path is under the corpus's folder.

        Raises KeptBackError if the file is not for this purpose, OSError if it cannot be read.
        """
        full = self.root / CORPORA[name].folder / path
        if not self._allows(name, full):
            raise KeptBackError(f"{full} is not for {self.purpose}")
        return full.read_bytes()

    def article_ids(self) -> tuple[str, ...]:
        """Return the ids of the articles that may be read, in the order of their lists."""
        lists = {"train": ("train.txt", "quotations-only.txt"), "calibrate": (), "measure": ("dev.txt",)}
        folder = self.root / CORPORA["articles"].folder
        files = [folder / name for name in lists[self.purpose] if (folder / name).exists()]
        return tuple(i for file in files for i in file.read_text("utf-8").split())

    def share(self, items: Sequence[T]) -> Sequence[T]:
        """Return of the sentences or documents of a German corpus those that are for the shelf's purpose."""
        if self.purpose == "measure":
            return items
        end = len(items) - len(items) // 20
        return items[:end] if self.purpose == "train" else items[end:]

    def _patterns(self, name: str) -> tuple[str, ...]:
        corpus = CORPORA[name]
        if self.purpose == "calibrate" and name == "written":
            return corpus.measure
        if self.purpose == "calibrate" and name == "articles":
            return ()
        return corpus.measure if self.purpose == "measure" else corpus.train

    def _allows(self, name: str, path: Path) -> bool:
        folder = (self.root / CORPORA[name].folder).resolve()
        if not path.resolve().is_relative_to(folder):
            return False
        relative = path.resolve().relative_to(folder).as_posix()
        if not any(fnmatch.fnmatch(relative, pattern) for pattern in self._patterns(name)):
            return False
        return name != "articles" or "/" not in relative or path.stem in self.article_ids()
