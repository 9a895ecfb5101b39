"""A smaller vocabulary: of 250,000 pieces for a hundred languages those that German and English need."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

# Letters that German, English and the names of their news are written with, and what stands between them.
_LATIN = re.compile(r"\u2581?[A-Za-zÀ-ÖØ-öø-žẞ]*|\u2581?[0-9.,:;!?%€$&()\[\]/'\"„“”‚‘’»«–—…+*=#@°-]+")


def choose_pieces(vocabulary: list[tuple[str, float]], used: Counter[int], size: int) -> list[int]:
    """Return the numbers of the pieces to keep, in their old order.

    Kept are the first four (marks of the format), every single Latin letter and mark, then what the training
    texts use, most frequent first, then other Latin pieces by their score, up to ``size``.
    """
    latin = [i for i, (piece, _) in enumerate(vocabulary) if i > 3 and _LATIN.fullmatch(piece)]
    single = [i for i in latin if len(vocabulary[i][0].lstrip("\u2581")) <= 1]
    seen = [i for i, _ in sorted(used.items(), key=lambda entry: (-entry[1], entry[0]))]
    rest = sorted(latin, key=lambda i: (-vocabulary[i][1], i))
    kept: dict[int, None] = dict.fromkeys([0, 1, 2, 3, *single, *seen, *rest])
    return sorted(list(kept)[:size])


def cut_tokenizer(tokenizer: dict[str, Any], kept: list[int]) -> dict[str, Any]:
    """Return a tokenizer (Hugging Face's JSON of a unigram model) with the pieces that are kept."""
    place = {old: new for new, old in enumerate(kept)}
    vocabulary = tokenizer["model"]["vocab"]
    added = [
        entry | {"id": place[entry["id"]]} for entry in tokenizer["added_tokens"] if entry["id"] in place
    ]
    model = tokenizer["model"] | {"vocab": [vocabulary[i] for i in kept]}
    return tokenizer | {"added_tokens": added, "model": model}
