"""Who says what: quotations of all five types with speaker, cue, frame and addressee."""

from depesche.find.quotations.finder import find_quotations

__all__ = ["find_quotations"]
