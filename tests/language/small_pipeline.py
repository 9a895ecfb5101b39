"""A small German spaCy pipeline, trained in a second on three sentences, and saved like a large one."""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import fix_random_seed

# Word, part of speech, lemma, morphology, head, edge of TIGER.
_TRAINING = [
    [
        ("Der", "DET", "der", "Case=Nom|Number=Sing", 1, "nk"),
        ("Minister", "NOUN", "Minister", "Case=Nom|Number=Sing", 2, "sb"),
        ("traf", "VERB", "treffen", "Mood=Ind|Tense=Past|VerbForm=Fin", 2, "ROOT"),
        ("Lawrow", "PROPN", "Lawrow", "Case=Acc|Number=Sing", 2, "oa"),
        ("in", "ADP", "in", "", 2, "mo"),
        ("Oslo", "PROPN", "Oslo", "Case=Dat|Number=Sing", 4, "nk"),
        (".", "PUNCT", ".", "", 2, "punct"),
    ],
    [
        ("Rubio", "PROPN", "Rubio", "Case=Nom|Number=Sing", 1, "sb"),
        ("sagte", "VERB", "sagen", "Mood=Ind|Tense=Past|VerbForm=Fin", 1, "ROOT"),
        (",", "PUNCT", ",", "", 1, "punct"),
        ("er", "PRON", "er", "Case=Nom|Number=Sing", 4, "sb"),
        ("komme", "VERB", "kommen", "Mood=Sub|Tense=Pres|VerbForm=Fin", 1, "oc"),
        ("nicht", "PART", "nicht", "", 4, "ng"),
        (".", "PUNCT", ".", "", 1, "punct"),
    ],
    [
        ("Der", "DET", "der", "Case=Nom|Number=Sing", 1, "nk"),
        ("Rat", "NOUN", "Rat", "Case=Nom|Number=Sing", 2, "sb"),
        ("tagt", "VERB", "tagen", "Mood=Ind|Tense=Pres|VerbForm=Fin", 2, "ROOT"),
        (".", "PUNCT", ".", "", 2, "punct"),
    ],
]
NAMES = [
    {"label": "PER", "pattern": "Lawrow"},
    {"label": "PERSON", "pattern": "Marco Rubio"},
    {"label": "ORG", "pattern": "EU"},
    {"label": "GPE", "pattern": "Oslo"},
    {"label": "FAC", "pattern": "Kreml"},
    {"label": "MISC", "pattern": "deutsche"},
    {"label": "LOC", "pattern": [{"TEXT": "Ende"}, {"TEXT": "."}, {"TEXT": "Anfang"}]},
]


def make_pipeline() -> Language:
    """Return a pipeline with morphology, lemmas, TIGER's labels, names, and sentences of its own."""
    fix_random_seed(0)
    nlp = spacy.blank("de")
    nlp.add_pipe("morphologizer")
    nlp.add_pipe("trainable_lemmatizer", config={"min_tree_freq": 1})
    nlp.add_pipe("parser", config={"min_action_freq": 1})
    lines = [list(zip(*sentence, strict=True)) for sentence in _TRAINING]
    examples = [
        Example(
            Doc(nlp.vocab, words=list(words)),
            Doc(
                nlp.vocab,
                words=list(words),
                pos=list(pos),
                lemmas=list(lemmas),
                morphs=list(morphs),
                heads=list(heads),
                deps=list(deps),
            ),
        )
        for words, pos, lemmas, morphs, heads, deps in lines
    ]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(30):
        nlp.update(examples, sgd=optimizer)
    nlp.add_pipe("entity_ruler").add_patterns(NAMES)  # type: ignore[attr-defined]
    nlp.add_pipe("sentencizer", first=True, config={"punct_chars": ["Minister"], "overwrite": True})
    nlp.meta["name"], nlp.meta["version"] = "core_news_xs", "3.8.0"
    return nlp


def save_pipeline(folder: Path) -> Path:
    """Save the small pipeline in a folder, and return it."""
    make_pipeline().to_disk(folder)
    return folder
