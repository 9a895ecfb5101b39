"""Words as the pieces that the encoder knows.

Each word is divided alone, with the mark of a space before it where the text has one, so that every word has
pieces of its own (XLM-R would join ``).`` of two words to one), and a word seen before is only looked up.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Tokenizer

from depesche.errors import LanguageModelError

BEGIN, PADDING, END, UNSEEN = 0, 1, 2, 3
_SPACE = "\u2581"
# What is longer is no word but an address or noise: its first pieces say so well enough.
MAX_PIECES = 24
# Words whose pieces are remembered.
KNOWN_WORDS = 100_000


@functools.cache
def load_subwords(path: Path) -> Subwords:
    """Return the pieces of words by the tokenizer in a file; whoever asks for them shares what is remembered.

    Raises LanguageModelError if the file is no tokenizer.
    """
    return Subwords(path)


class Subwords:
    """The pieces of words, by a unigram tokenizer in the format of Hugging Face's ``tokenizers``."""

    def __init__(self, path: Path) -> None:
        """Load a tokenizer; raises LanguageModelError if the file is none."""
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as fault:  # the library raises nothing more special
            raise LanguageModelError(f"{path}: {fault}") from fault
        self._path = path
        self._normalizer = tokenizer.normalizer
        self._model = tokenizer.model
        self._divided = functools.lru_cache(maxsize=KNOWN_WORDS)(self._divide)

    def divide(self, word: str, spaced: bool) -> tuple[int, ...]:
        """Return the numbers of a word's pieces: at least one, at most ``MAX_PIECES``."""
        return self._divided(word, spaced)

    def lengths(self, words: Sequence[str], spaced: Sequence[bool]) -> list[int]:
        """Return how many pieces each word has."""
        return [len(self.divide(word, space)) for word, space in zip(words, spaced, strict=True)]

    def surprise(self, pieces: Iterable[int]) -> float:
        """Return how rare pieces are together, in nats: minus the sum of their log probabilities."""
        return -sum(map(self._scores.__getitem__, pieces))

    @functools.cached_property
    def _scores(self) -> tuple[float, ...]:
        vocabulary = json.loads(self._path.read_text("utf-8"))["model"]["vocab"]
        return tuple(score for _, score in vocabulary)

    def _divide(self, word: str, spaced: bool) -> tuple[int, ...]:
        # A word without a visible character has no pieces of its own.
        plain = self._normalizer.normalize_str(word[:200]).strip().replace(" ", _SPACE)
        pieces = self._model.tokenize(_SPACE * spaced + plain) if plain else []
        return tuple(piece.id for piece in pieces[:MAX_PIECES]) or (UNSEEN,)
