"""What the network tells apart: the labels of every layer, in the order of its outputs.

A layer gives each word one label. Layers of spans are BIO: label 0 is ``O``, the span type k begins with
``1 + 2k`` and goes on with ``2 + 2k``.
"""

from __future__ import annotations

import functools
import itertools

UPOS = (
    *("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT"),
    *("SCONJ", "SYM", "VERB", "X"),
)
# ``-`` stands for a word that has no such feature.
FEATURES = {
    "Case": ("-", "Nom", "Acc", "Dat", "Gen"),
    "Number": ("-", "Sing", "Plur"),
    "Person": ("-", "1", "2", "3"),
    "Tense": ("-", "Pres", "Past"),
    "Mood": ("-", "Ind", "Sub", "Imp"),
    "VerbForm": ("-", "Fin", "Inf", "Part"),
}
RELATIONS = (
    *("acl", "advcl", "advmod", "amod", "appos", "aux", "aux:pass", "case", "cc", "ccomp", "compound"),
    *("compound:prt", "conj", "cop", "csubj", "csubj:pass", "dep", "det", "det:poss", "discourse"),
    *("dislocated", "expl", "fixed", "flat", "goeswith", "iobj", "list", "mark", "nmod", "nsubj"),
    *("nsubj:pass", "nummod", "obj", "obl", "obl:agent", "obl:arg", "orphan", "parataxis", "punct"),
    *("reparandum", "root", "vocative", "xcomp"),
)

NAME_TYPES = ("PER", "ORG", "GPE", "LOC")
ACTOR_TYPES = ("PER", "ORG", "GPE", "GROUP")
QUOTATION_TYPES = ("Direct", "Indirect", "FreeIndirect", "IndirectFreeIndirect", "Reported")
EVENT_TYPES = (
    *("AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE"),
    *("REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"),
)
STATUSES = ("actual", "future", "hypothetical", "negated", "historical")

QUOTATION_ROLES = ("speaker", "cue", "frame", "addressee")
EVENT_ROLES = ("actor", "recipient", "place", "time")
ROLES = QUOTATION_ROLES + EVENT_ROLES

SPAN_LAYERS = {
    "names": NAME_TYPES,
    "quotations": QUOTATION_TYPES,
    "nested": QUOTATION_TYPES,
    **{role: (role,) for role in QUOTATION_ROLES},
    "actors": ACTOR_TYPES,
    "events": EVENT_TYPES,
}
WORD_LAYERS = {"upos": UPOS, **FEATURES, "status": STATUSES}


@functools.cache
def layer_columns() -> dict[str, slice]:
    """Return which columns of the network's scores each layer has."""
    sizes = layer_sizes()
    ends = itertools.accumulate(sizes.values())
    return {name: slice(end - size, end) for (name, size), end in zip(sizes.items(), ends, strict=True)}


def layer_sizes() -> dict[str, int]:
    """Return how many labels each layer has."""
    spans = {name: 1 + 2 * len(types) for name, types in SPAN_LAYERS.items()}
    return {name: len(labels) for name, labels in WORD_LAYERS.items()} | spans
