"""The whole way of one report, from its text to its reading."""

from __future__ import annotations

import functools
import importlib.metadata

from depesche.find.actors import find_actors
from depesche.find.actors.inner import add_inner_mentions
from depesche.find.actors.outer import widen_mentions
from depesche.find.credits import find_credits
from depesche.find.events import Findings, find_events
from depesche.find.places import find_places
from depesche.find.quotations import find_quotations
from depesche.find.references import find_references
from depesche.find.relations import find_relations
from depesche.find.times import find_times
from depesche.language.detection import detect_language
from depesche.language.document import Document, analyse_report
from depesche.language.lexicon import data_digest
from depesche.language.meanings import describe_meaning
from depesche.language.models import analyse_documents, load_language_model, name_language_model
from depesche.reading import Meaning, Reading, Report
from depesche.sources.dates import parse_published


def read(
    text: str,
    published: str | None = None,
    title: str | None = None,
    source: str | None = None,
    *,
    url: str | None = None,
    language: str | None = None,
    language_model: str | None = None,
) -> Reading:
    """Return what a news report says: actors, places, times, quotations, events, relations, with their words.

    ``published`` is the day of publication, best as ISO 8601 (``2025-07-11``); without it no relative time
    (``am Freitag``) is given a date. ``title`` is the headline if it is not part of the text, ``source`` the
    outlet. ``language_model`` names what analyses the sentences first: the package's network if nothing is
    said, another pipeline (``spacy:de_core_news_lg``), or ``none``. Offsets in the reading count the
    characters of ``text``.

    Raises DateError if ``published`` is no date, and LanguageModelError if the language model cannot be
    loaded. No text makes it raise.

    >>> reading = read("Der Minister traf am Freitag in Oslo ein.", published="2025-07-11")
    >>> [time.value for time in reading.times]
    ['2025-07-11']
    """
    day = parse_published(published) if published else None
    report = Report(text=text, published=day, title=title, source=source, url=url, language=language)
    return read_report(report, language_model)


def read_report(report: Report, language_model: str | None = None) -> Reading:
    """Return the reading of a report. ``report.published`` must be ISO 8601 or None.

    Raises LanguageModelError if the language model of that name cannot be loaded, or says what cannot be.
    """
    return _read(report, language_model)[0]


def read_with_meaning(report: Report, language_model: str | None = None) -> tuple[Reading, Meaning | None]:
    """Return the reading of a report, and what its sentences mean if the language model says it.

    Raises what ``read_report`` raises.
    """
    reading, document = _read(report, language_model)
    return reading, describe_meaning(document)


def _read(report: Report, language_model: str | None) -> tuple[Reading, Document]:
    """Return the reading of a report and the document that it was read in."""
    digest = reader_digest(language_model)
    document, language = prepare_report(report, language_model)
    if not is_german(language):
        # Abstain: German grammar on another language would invent findings.
        return _reading(report, language, digest), document
    findings = find_all(document)
    reading = _reading(
        report,
        language,
        digest,
        agency=find_credits(document),
        actors=add_inner_mentions(widen_mentions(document, findings.actors)),
        places=findings.places,
        times=findings.times,
        quotations=findings.quotations,
        events=find_events(document, findings),
        relations=find_relations(document, findings),
    )
    return reading, document


def prepare_report(report: Report, language_model: str | None = None) -> tuple[Document, str]:
    """Return the document of a report and its language; what is German comes with the model's analysis.

    Raises LanguageModelError if the language model of that name cannot be loaded, or says what cannot be.
    """
    document = analyse_report(report)
    language = report.language or detect_language(document.tokens)
    name = name_language_model(language_model)
    if name is not None and is_german(language):
        (document,) = analyse_documents(load_language_model(name), [document])
    return document, language


def is_german(language: str) -> bool:
    """Whether a report in this language (``de-AT``) is read."""
    return language.lower().startswith("de")


def find_all(document: Document) -> Findings:
    """Return what is found in a German document, all that its events rest on."""
    places = find_places(document)
    actors = find_actors(document, places)
    references = find_references(document, actors)
    return Findings(
        actors=actors,
        references=references,
        times=find_times(document),
        places=places,
        quotations=find_quotations(document, actors, references),
    )


def _reading(report: Report, language: str, digest: str, **findings: tuple[object, ...]) -> Reading:
    return Reading(
        id=report.id,
        title=report.title,
        published=report.day,
        source=report.source,
        language=language,
        reader=digest,
        **findings,  # type: ignore[arg-type]
    )


def reader_digest(language_model: str | None = None) -> str:
    """Return what tells this reader from another: version, digest of the word lists, language model if any.

    Raises LanguageModelError if the model of that name cannot be loaded: it alone knows its version.
    """
    name = name_language_model(language_model)
    return words_digest() if name is None else f"{words_digest()}+{load_language_model(name).name}"


@functools.cache
def words_digest() -> str:
    """Return what tells this version of the package and its word lists from others."""
    return f"{importlib.metadata.version('depesche')}+{data_digest()[:16]}"
