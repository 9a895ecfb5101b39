"""A spaCy pipeline as language model: ``spacy:de_core_news_lg``, or ``spacy:FOLDER`` for one that was saved.

The pipeline is given Depesche's own tokens and sentences, so nothing has to be aligned; its components alone
run. It gives parts of speech, lemmas, morphology, the tree and names, not quotations, events or meanings, and
does not say how sure it is. spaCy is imported when a pipeline is asked for, never before.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import re
import threading
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from depesche.errors import LanguageModelError
from depesche.language.analysis import Analysis, Name, NameKind, Word, Words
from depesche.language.document import Document, analyse_report
from depesche.language.lexicon import load_entries
from depesche.language.tokens import Sentence
from depesche.reading import Report

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

INSTALL = 'pip install "depesche[spacy]"'
# The kinds of names that have a place in an analysis; MISC, NORP, DATE and the like have none.
NAME_KINDS: dict[str, NameKind] = {
    "PER": "PER", "PERSON": "PER", "ORG": "ORG", "GPE": "GPE", "LOC": "LOC", "FAC": "LOC",
}  # fmt: skip
UPOS = frozenset("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split())
# Before the colon of a relation of Universal Dependencies.
RELATIONS = frozenset(
    "acl advcl advmod amod appos aux case cc ccomp clf compound conj cop csubj dep det discourse "
    "dislocated expl fixed flat goeswith iobj list mark nmod nsubj nummod obj obl orphan parataxis punct "
    "reparandum root vocative xcomp".split()
)
# These would divide the text otherwise than Depesche does.
_DIVIDERS = frozenset(
    {"senter", "sentencizer", "merge_entities", "merge_noun_chunks", "merge_subtokens", "token_splitter"}
)
# A pipeline with these two labels speaks TIGER; then cc is not the cc of Universal Dependencies.
_TIGER_SIGNS = frozenset({"sb", "nk"})
# No word of a language is longer; a text may hold a line of millions of letters.
_LONGEST_WORD = 1000
# So many words are read as one, and so many of these pieces at once: spaCy's layers hold some twenty
# kilobytes a word while they work. Few reports are longer than a piece.
_LONGEST_PIECE = 4_000
_BATCH = 8
_SURROGATES = re.compile("[\ud800-\udfff]")
_TRIAL = "Der Rat tagt am Montag in Oslo. Er berät über Hilfe."

# A part of a document that the pipeline reads at once: the document, and its sentences from one to another.
Piece = tuple[Document, Sequence[Sentence]]


class Relation(msgspec.Struct, frozen=True):
    """An entry of relations.yaml. Without ``upos`` it holds for every part of speech."""

    id: str
    label: str
    relation: str
    yes: str
    no: str
    upos: tuple[str, ...] = ()


def load(argument: str) -> SpacyPipeline:
    """Return the pipeline that is installed under a name or saved in a folder.

    Raises LanguageModelError if spaCy or the pipeline is not there, or if it does not work.
    """
    try:
        import spacy  # noqa: PLC0415
    except ImportError as fault:
        raise LanguageModelError(f"spaCy is not installed ({fault}): {INSTALL}.") from fault
    if not argument:
        raise LanguageModelError(
            "Which spaCy pipeline? Name one that is installed (spacy:de_core_news_lg) or the folder of one."
        )
    installed = spacy.util.is_package(argument)
    if not installed and not Path(argument).is_dir():
        raise LanguageModelError(
            f"The spaCy pipeline {argument!r} is neither installed nor a folder: "
            f"python -m spacy download {argument}."
        )
    nlp = spacy.load(argument)
    for name, factory in nlp.pipe_factories.items():
        if factory in _DIVIDERS:
            nlp.disable_pipe(name)
    pipeline = SpacyPipeline(nlp, "" if installed else f"+{digest_folder(Path(argument))[:8]}")
    pipeline.try_out()
    return pipeline


def digest_folder(folder: Path) -> str:
    """Return the SHA-256 over all files in a folder: two pipelines that were saved differ in nothing else."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape") + b"\0")
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


class SpacyPipeline:
    """A loaded pipeline. ``mark`` is added to its name."""

    def __init__(self, nlp: Language, mark: str = "") -> None:
        self._nlp = nlp
        self._name = f"spacy:{nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']}{mark}"
        labels = {label for _, pipe in nlp.pipeline for label in getattr(pipe, "labels", ())}
        self._tiger = labels >= _TIGER_SIGNS
        # spaCy promises nothing about two threads in one pipeline.
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Language, name and version as the pipeline states them, for a folder with a digest of its files."""
        return self._name

    def try_out(self) -> None:
        """Raise LanguageModelError if the pipeline fails at two plain sentences."""
        document = analyse_report(Report(text=_TRIAL))
        try:
            with self._lock, self._nlp.memory_zone():
                self._pipe([(document, document.sentences)])
        except Exception as fault:
            raise LanguageModelError(
                f"The spaCy pipeline {self._name} fails at plain sentences: {fault!r}."
            ) from fault

    def analyse(self, documents: Sequence[Document]) -> list[Analysis]:
        """Return the analyses of documents, in their order. Where the pipeline fails, nothing is told."""
        numbered = [(k, (d, group)) for k, d in enumerate(documents) for group in self._divide(d)]
        pieces = [piece for _, piece in numbered]
        words: list[list[Word]] = [[] for _ in documents]
        names: list[list[Name]] = [[] for _ in documents]
        # The zone lets go of the words of these documents: without it every new word stays for ever.
        with self._lock, self._nlp.memory_zone():
            for (k, piece), doc in zip(numbered, self._run(pieces), strict=True):
                words[k] += self._take_words(piece, doc) if doc is not None else _leave_empty(piece)
                names[k] += _take_names(piece, doc) if doc is not None else []
        return [
            Analysis(self._name, words=tuple(w) if any(x != Word() for x in w) else (), names=tuple(n))
            for w, n in zip(words, names, strict=True)
        ]

    def _divide(self, document: Document) -> Iterator[Sequence[Sentence]]:
        """Yield groups of sentences that are no longer than the pipeline allows, but at least one each."""
        group: list[Sentence] = []
        for sentence in document.sentences:
            if group and (
                sentence.end - group[0].start > self._nlp.max_length
                or sentence.last - group[0].first > _LONGEST_PIECE
            ):
                yield group
                group = []
            group.append(sentence)
        if group:
            yield group

    def _run(self, pieces: Sequence[Piece]) -> list[Doc | None]:
        """Return what the pipeline makes of each piece, None (with a warning) where it fails."""
        try:
            docs = self._pipe(pieces)
        except Exception:  # one text must not cost the others
            docs = [self._run_alone(piece) for piece in pieces]
        for (document, sentences), doc in zip(pieces, docs, strict=True):
            if doc is None:
                place = f"characters {sentences[0].start} to {sentences[-1].end}"
                message = f"{self._name} fails at {document.report.id}, {place}"
                warnings.warn(message, RuntimeWarning, stacklevel=2)
        return docs

    def _run_alone(self, piece: Piece) -> Doc | None:
        try:
            return self._pipe([piece])[0]
        except Exception:
            return None

    def _pipe(self, pieces: Sequence[Piece]) -> list[Doc | None]:
        docs: list[Doc | None] = list(self._nlp.pipe(map(self._make_doc, pieces), batch_size=_BATCH))
        for piece, doc in zip(pieces, docs, strict=True):
            if doc is None or len(doc) != _count_tokens(piece):
                raise ValueError("other tokens came back than went in")
        return docs

    def _make_doc(self, piece: Piece) -> Doc:
        """Return the tokens as spaCy has them; how much white space stands between two, it is not told."""
        from spacy.tokens import Doc  # noqa: PLC0415

        document, sentences = piece
        first, last = sentences[0].first, sentences[-1].last
        tokens = document.tokens[first:last]
        starts = {s.first for s in sentences}
        return Doc(
            self._nlp.vocab,
            words=[_SURROGATES.sub("\ufffd", t.text[:_LONGEST_WORD]) for t in tokens],
            spaces=[a.end < b.start for a, b in itertools.pairwise(tokens)] + [False],
            sent_starts=[k in starts for k in range(first, last)],
        )

    def _take_words(self, piece: Piece, doc: Doc) -> Iterator[Word]:
        _, sentences = piece
        shift = sentences[0].first
        tree = doc.has_annotation("DEP")
        for sentence in sentences:
            for k in range(sentence.first, sentence.last):
                token = doc[k - shift]
                upos = token.pos_ if not token.pos_ or token.pos_ in UPOS else "X"
                head, relation = -1, ""
                if tree:
                    head = token.head.i + shift
                    if not sentence.first <= head < sentence.last:
                        head = k
                    relation = "root" if head == k else name_relation(token.dep_, upos, self._tiger)
                features = tuple(sorted(token.morph.to_dict().items()))
                yield Word(upos, token.lemma_, features, head, relation)


def _count_tokens(piece: Piece) -> int:
    _, sentences = piece
    return sentences[-1].last - sentences[0].first


def _leave_empty(piece: Piece) -> Iterator[Word]:
    return itertools.repeat(Word(), _count_tokens(piece))


def _take_names(piece: Piece, doc: Doc) -> Iterator[Name]:
    """Yield the names of the kinds that an analysis has; one across two sentences is none."""
    document, sentences = piece
    shift = sentences[0].first
    for span in doc.ents:
        kind = NAME_KINDS.get(span.label_)
        words: Words = (span.start + shift, span.end + shift)
        if kind and len(_sentences_of(document, words)) == 1:
            yield Name(words, kind)


def _sentences_of(document: Document, words: Words) -> range:
    first, last = (document.tokens[k].start for k in (words[0], words[1] - 1))
    return range(document.sentence_at(first), document.sentence_at(last) + 1)


def name_relation(label: str, upos: str, tiger: bool) -> str:
    """Return the relation of Universal Dependencies that is nearest to a label, ``dep`` if none is.

    ``tiger`` says that the label is one of TIGER's, where it could also be another.

    >>> name_relation("oa", "NOUN", True), name_relation("nsubj:pass", "NOUN", False)
    ('obj', 'nsubj:pass')
    """
    low = label.lower()
    if low.partition(":")[0] in RELATIONS and not (tiger and (low, "") in _relations()):
        return low
    table = _relations()
    return table.get((low, upos)) or table.get((low, ""), "dep")


@functools.cache
def _relations() -> dict[tuple[str, str], str]:
    """Return the relations by label and part of speech, which is empty where it does not matter."""
    entries = load_entries("de/relations.yaml", Relation)
    return {(e.label, upos): e.relation for e in entries for upos in e.upos or ("",)}
