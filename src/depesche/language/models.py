"""Finds a language model by its name, and asks it.

A name is ``PROVIDER`` or ``PROVIDER:ARGUMENT`` (``spacy:de_core_news_lg``). Providers are entry points of the
group ``depesche.language_models`` in any installed package: callables that take the argument, empty if there
is none, and return a LanguageModel. What a model says is checked here once, so that nothing after it meets a
head or a name outside the text.
"""

from __future__ import annotations

import functools
import importlib.metadata
import os
from collections.abc import Iterator, Sequence

import msgspec

from depesche.errors import LanguageModelError
from depesche.language.analysis import Analysis, LanguageModel, Words
from depesche.language.document import Document

GROUP = "depesche.language_models"
# What reads where nobody names another: the network of the package. ``none`` is grammar and word lists alone.
OWN = "depesche"
NONE = "none"
# The user's own choice.
MODEL_VARIABLE = "DEPESCHE_LANGUAGE_MODEL"
# How many threads a model has, if somebody has decided it.
THREADS_VARIABLE = "DEPESCHE_THREADS"


def name_language_model(name: str | None) -> str | None:
    """Return the name of the model to ask, None if none is wanted.

    ``name`` goes before what the user has chosen ($DEPESCHE_LANGUAGE_MODEL), that before the package's own.
    """
    chosen = (os.environ.get(MODEL_VARIABLE) or OWN) if name is None else name
    return None if chosen == NONE else chosen


@functools.cache
def load_language_model(name: str) -> LanguageModel:
    """Return the language model of this name; it is loaded once in a process.

    Raises LanguageModelError if there is no such provider, or if it cannot load the model.
    """
    provider, _, argument = name.partition(":")
    entry = next(iter(importlib.metadata.entry_points(group=GROUP, name=provider)), None)
    if entry is None:
        raise LanguageModelError(
            f"There is no provider {provider!r} of language models. {_list_providers()} Another is a Python "
            f"package with an entry point of this name in the group {GROUP}: install it beside Depesche."
        )
    try:
        model = entry.load()(argument)
    except LanguageModelError as fault:
        raise LanguageModelError(f"{fault} {_list_providers()}") from fault
    except Exception as fault:  # a plug-in is code of others
        raise LanguageModelError(
            f"The language model {name!r} cannot be loaded: {describe_fault(fault)}. Its provider is "
            f"{entry.value}{_name_package(entry)}; install that again, with all that it needs. "
            f"{_list_providers()}"
        ) from fault
    if not isinstance(getattr(model, "name", None), str) or not callable(getattr(model, "analyse", None)):
        raise LanguageModelError(
            f"The provider {entry.value}{_name_package(entry)} gives no language model for {name!r} but a "
            f"{type(model).__name__}. {_list_providers()}"
        )
    return model  # type: ignore[no-any-return]


def list_providers() -> tuple[str, ...]:
    """Return the names of the providers that are installed, sorted."""
    return tuple(sorted(importlib.metadata.entry_points(group=GROUP).names))


def describe_fault(fault: Exception) -> str:
    """Return kind and first line of an exception, without a full stop."""
    lines = str(fault).strip().splitlines()
    return f"{type(fault).__name__}: {lines[0].rstrip('.')}" if lines else type(fault).__name__


def _list_providers() -> str:
    return f"Installed providers: {', '.join(list_providers()) or 'none'}."


def _name_package(entry: importlib.metadata.EntryPoint) -> str:
    return f" (package {entry.dist.name} {entry.dist.version})" if entry.dist else ""


def analyse_documents(model: LanguageModel, documents: Sequence[Document]) -> list[Document]:
    """Return the documents with what the model says of them.

    Raises LanguageModelError, which names the model, if it raises or says what cannot be.
    """
    try:
        analyses = list(model.analyse(documents))
    except Exception as fault:
        raise LanguageModelError(
            f"The language model {model.name} failed: {describe_fault(fault)}."
        ) from fault
    if len(analyses) != len(documents):
        raise LanguageModelError(
            f"The language model {model.name} gave {len(analyses)} analyses of {len(documents)} documents."
        )
    for document, analysis in zip(documents, analyses, strict=True):
        impossible = next(_find_faults(document, analysis), None)
        if impossible:
            raise LanguageModelError(f"The language model {model.name} gave {impossible}.")
    return [msgspec.structs.replace(d, analysis=a) for d, a in zip(documents, analyses, strict=True)]


def _find_faults(document: Document, analysis: Analysis) -> Iterator[str]:
    """Yield what an analysis says that cannot be true of the document."""
    tokens, sentences = len(document.tokens), len(document.sentences)
    if not isinstance(analysis, Analysis):
        yield f"a {type(analysis).__name__} instead of an Analysis"
        return
    if len(analysis.words) not in {0, tokens}:
        yield f"{len(analysis.words)} words for {tokens} tokens"
        return
    if len(analysis.vectors) not in {0, sentences}:
        yield f"{len(analysis.vectors)} vectors for {sentences} sentences"
    for first, last in spans_of(analysis):
        if not 0 <= first < last <= tokens:
            yield f"a finding at the tokens {first} to {last} of {tokens}"
    if analysis.words:
        for s in document.sentences:
            for head in (word.head for word in analysis.words[s.first : s.last]):
                if head != -1 and not s.first <= head < s.last:
                    yield f"the head {head} to a word of the sentence {s.first} to {s.last}"


def spans_of(analysis: Analysis) -> Iterator[Words]:
    """Yield the tokens of everything that was found, in whatever layer."""
    for layer, findings in msgspec.structs.asdict(analysis).items():
        if layer not in {"model", "words", "vectors"}:
            for finding in findings:
                for part in (finding, *getattr(finding, "roles", ())):
                    yield from [part.words] if hasattr(part, "words") else part.parts
