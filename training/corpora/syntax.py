"""Universal Dependencies: parts of speech, features and trees of German and its sisters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from depesche.language.network.layout import FEATURES, RELATIONS, UPOS
from depesche.language.tokens import tokenize
from training.corpora.shelf import Shelf
from training.labels import UNKNOWN
from training.texts import Text, join_texts

GERMAN = ("gsd", "pud")
SISTERS = ("lassysmall", "talbanken", "ddt", "afribooms", "gum")

# Version 1 of Universal Dependencies (OLD_sv) and languages' own labels, as what they are called now.
_RELATIONS = {
    "dobj": "obj",
    "nsubjpass": "nsubj:pass",
    "csubjpass": "csubj:pass",
    "auxpass": "aux:pass",
    "mwe": "fixed",
    "name": "flat",
    "neg": "advmod",
    "nmod:agent": "obl:agent",
    "det:predet": "det",
    "nmod:poss": "nmod",
}
_UPOS = {"CONJ": "CCONJ"}
_FEATURE_VALUES = {("VerbForm", "Sup"): "Part", ("VerbForm", "Ger"): "Part"}


class Word(msgspec.Struct, frozen=True):
    """A syntactic word. ``head`` counts from 1 (0: root); start and end are characters of the sentence.

    ``surface`` is what stands there: for the parts of ``am`` the whole.
    """

    form: str
    surface: str
    upos: str
    features: dict[str, str]
    head: int
    relation: str
    start: int
    end: int


def read_treebank(shelf: Shelf, name: str, path: Path) -> list[Text]:
    """Return a file as one text of syntactic words; to train German also as one of written words."""
    sentences = list(parse_conllu(shelf.read(name, path).decode("utf-8")))
    version_1 = path.name.startswith("OLD_sv")
    if version_1:
        sentences = [_modernise(words) for words in sentences]
    german = name in GERMAN
    if german:
        sentences = list(shelf.share(sentences))
    texts = [join_texts(name, [to_text(name, words, german) for words in sentences])]
    if german and shelf.purpose == "train":
        surface = (to_surface(words) for words in sentences)
        texts.append(join_texts(name, [to_text(name, words, german) for words in surface if words]))
    return texts


def parse_conllu(data: str) -> Iterator[list[Word]]:
    """Yield the sentences of a file in CoNLL-U, or CoNLL-X without its comments."""
    for block in data.split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if line and not line.startswith("#")]
        if rows:
            yield _parse_sentence(rows)


def _parse_sentence(rows: Sequence[Sequence[str]]) -> list[Word]:
    words: list[Word] = []
    at, joined_until, spaced = 0, 0, False
    surface = ""
    for row in rows:
        number, _, until = row[0].partition("-")
        if "." in number:
            continue
        if int(number) > joined_until:
            surface = row[1]
            at += spaced + len(surface)
            spaced = "SpaceAfter=No" not in row[9]
            joined_until = int(until or number)
        if not until:
            words.append(_parse_word(row, surface, at))
    return words


def _parse_word(row: Sequence[str], surface: str, end: int) -> Word:
    features = dict(f.split("=", 1) for f in row[5].split("|") if "=" in f)
    upos = _UPOS.get(row[3], row[3])
    return Word(row[1], surface, upos, features, int(row[6]), row[7], end - len(surface), end)


def _modernise(words: list[Word]) -> list[Word]:
    """Return a sentence of version 1 with the conjunctions and obliques of version 2."""
    changed = list(words)
    for i, word in enumerate(words):
        if (
            word.relation == "nmod"
            and word.head
            and words[word.head - 1].upos in {"VERB", "ADJ", "ADV", "AUX"}
        ):
            changed[i] = msgspec.structs.replace(word, relation="obl")
        if word.relation == "cc":
            # Version 1 hangs "and" on the first conjunct, version 2 on the one that follows it.
            later = (k for k in range(i + 1, len(words)) if words[k].head == word.head)
            conjunct = next((k for k in later if words[k].relation == "conj"), None)
            if conjunct is not None:
                changed[i] = msgspec.structs.replace(word, head=conjunct + 1)
    return changed


def to_surface(words: list[Word]) -> list[Word]:
    """Return a sentence with the words that Depesche's own tokens have, or nothing if they cross.

    ``am`` is one word there (an adposition), and so is ``US-Außenminister``, whatever the treebank divides.
    """
    groups = _group_words(words)
    if not groups:
        return []
    place = {i: g for g, group in enumerate(groups) for i in group}
    leaders = [_leader(words, group) for group in groups]
    text = _running_text(words)
    merged: list[Word] = []
    for group, leader in zip(groups, leaders, strict=True):
        word = words[leader]
        head = place[word.head - 1] + 1 if word.head else 0
        start, end = words[group[0]].start, words[group[-1]].end
        form = text[start:end]
        merged.append(Word(form, form, word.upos, word.features, head, word.relation, start, end))
    return merged


def _group_words(words: list[Word]) -> list[list[int]]:
    text = _running_text(words)
    groups: list[list[int]] = []
    at = 0
    for token in tokenize(text):
        group = []
        while at < len(words) and words[at].end <= token.end:
            group.append(at)
            at += 1
        if not group or words[group[0]].start != token.start or words[group[-1]].end != token.end:
            return []
        groups.append(group)
    return groups


def _running_text(words: Sequence[Word]) -> str:
    text = ""
    for word in words:
        if word.end > len(text):
            text = text.ljust(word.start) + word.surface
    return text


def _leader(words: list[Word], group: list[int]) -> int:
    inside = {i + 1 for i in group}
    return next((i for i in group if words[i].head not in inside), group[0])


def to_text(source: str, words: Sequence[Word], german: bool) -> Text:
    """Return a sentence as a text. Features are taken from German only: its sisters have others."""
    layers = {"upos": tuple(UPOS.index(w.upos) if w.upos in UPOS else UNKNOWN for w in words)}
    for feature in FEATURES:
        known = german and not (source == "pud" and feature == "VerbForm")
        layers[feature] = tuple(_feature(w, feature) if known else UNKNOWN for w in words)
    # The parts of a contraction are written apart.
    spaced = (i == 0 or w.start != words[i - 1].end for i, w in enumerate(words))
    return Text(
        source=source,
        words=tuple(w.form for w in words),
        spaced=tuple(spaced),
        starts=(0,),
        layers=layers,
        heads=tuple(w.head - 1 if w.head else i for i, w in enumerate(words)),
        relations=tuple(relation_label(w.relation) for w in words),
    )


def _feature(word: Word, feature: str) -> int:
    value = word.features.get(feature, "-").split(",")[0]
    value = _FEATURE_VALUES.get((feature, value), value)
    values = FEATURES[feature]
    return values.index(value) if value in values else UNKNOWN


def relation_label(relation: str) -> int:
    """Return the label of a relation: with its subtype where the network tells it apart."""
    relation = _RELATIONS.get(relation, relation)
    for name in (relation, relation.split(":")[0]):
        if name in RELATIONS:
            return RELATIONS.index(name)
    return UNKNOWN
