"""How rare a word is in general, from the piece scores of the network's tokenizer.

The tokenizer is a unigram model: the score of a piece is the logarithm of its probability, that of a word the
sum over its pieces. This weighs words without looking at any archive, so that what is made of it does not
depend on what other reports there are.
"""

from __future__ import annotations

import functools

from depesche.language.function_words import all_function_words
from depesche.language.network.files import FOLDER, TOKENIZER
from depesche.language.network.subwords import load_subwords

# In nats. Every text is full of what is more frequent; beyond the other end a word is only longer, not rarer.
_FREQUENT, _RAREST = 10.0, 24.0


@functools.lru_cache(maxsize=100_000)
def rarity(word: str) -> float:
    """Return how much it says that two texts share a word: 0 for function and everyday words, at most 1.

    Raises LanguageModelError if the tokenizer's file is missing or broken.
    """
    if word.lower() in all_function_words():
        return 0.0
    subwords = load_subwords(FOLDER / TOKENIZER)
    surprise = subwords.surprise(subwords.divide(word, True))
    return (min(max(surprise, _FREQUENT), _RAREST) - _FREQUENT) / (_RAREST - _FREQUENT)
