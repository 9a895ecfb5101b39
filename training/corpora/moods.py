"""The mood of verb forms that show it: labels for running text that nobody annotated.

Few sentences of the treebanks have a Konjunktiv, agency reports have it in every second one. Where the form
alone decides (``sei``, ``hätten``, but not ``sagten``) the package's own verb forms give the label. Nouns and
function words have no mood; all other words give no label.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from depesche.language.function_words import all_function_words
from depesche.language.network.layout import FEATURES
from depesche.language.verbs import analyse_verb
from training.labels import UNKNOWN

_FIRST_PERSON = {"ich", "wir"}


def label_moods(words: Sequence[str], starts: Sequence[int]) -> tuple[int, ...]:
    """Return the label of Mood of each word, unknown where its form does not tell."""
    labels: list[int] = []
    bounds = [*starts, len(words)]
    for first, last in itertools.pairwise(bounds):
        sentence = words[first:last]
        personal = any(word.lower() in _FIRST_PERSON for word in sentence)
        labels += [tell_mood(w, is_first=i == 0, personal=personal) for i, w in enumerate(sentence)]
    return tuple(labels)


def tell_mood(word: str, *, is_first: bool = False, personal: bool = False) -> int:
    """Return the label of Mood of a word; ``personal``: its sentence has an ``ich`` that it may agree with.

    >>> [FEATURES["Mood"][tell_mood(word)] for word in ("sei", "hätten", "ging", "habe", "Haus", "dem")]
    ['Sub', 'Sub', 'Ind', 'Sub', '-', '-']
    >>> tell_mood("sagte"), tell_mood("habe", personal=True), tell_mood("Sagen", is_first=True)
    (-1, -1, -1)
    """
    forms = analyse_verb(word.lower())
    if not forms and (word.lower() in all_function_words() or not word.isalpha()):
        return FEATURES["Mood"].index("-")
    if not word.islower():
        # A noun has none; what begins a sentence may be anything.
        return UNKNOWN if is_first else FEATURES["Mood"].index("-")
    if not forms or any(form.kind != "finite" for form in forms):
        return UNKNOWN
    moods = {
        "Ind" if form.mood == "ind" else "Sub" if form.mood.startswith("subj") else "Imp"
        for form in forms
        if personal or form.number != "1sg"
    }
    return FEATURES["Mood"].index(moods.pop()) if len(moods) == 1 else UNKNOWN
