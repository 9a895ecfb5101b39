"""What a reader has chosen: language and theme, by the address, by a cookie, or by the browser."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from depesche.desk.wording import LANGUAGES, Language

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
# For so many seconds a choice is kept.
_YEAR = 365 * 24 * 3600


class Preferences(msgspec.Struct, frozen=True):
    """How a reader wants the pages. A theme of ``auto`` is the browser's."""

    language: Language = "en"
    theme: Theme = "auto"


def find_preferences(request: Request) -> Preferences:
    """Return what the address, the cookies or the browser ask for, in this order."""
    languages = [known for value in _asked(request, "lang") for known in LANGUAGES if known == value]
    themes = [known for value in _asked(request, "theme") for known in THEMES if known == value]
    accepted = accepted_language(request.headers.get("accept-language", ""))
    return Preferences((*languages, accepted)[0], (*themes, THEMES[0])[0])


def _asked(request: Request, name: str) -> tuple[str | None, str | None]:
    return request.query_params.get(name), request.cookies.get(name)


def keep_preferences(request: Request, response: Response) -> None:
    """Set the cookies for what the address asks for, so that the next page looks like this one."""
    for name, known in (("lang", LANGUAGES), ("theme", THEMES)):
        value = request.query_params.get(name)
        if value is not None and value in known:
            secure = request.url.scheme == "https"
            response.set_cookie(name, value, _YEAR, httponly=True, samesite="strict", secure=secure)


def accepted_language(header: str) -> Language:
    """Return which of the desk's languages a browser wants most, by its Accept-Language; else English.

    >>> accepted_language("fr, de-AT;q=0.8, en;q=0.5"), accepted_language(""), accepted_language("de;q=x")
    ('de', 'en', 'en')
    """
    wanted: dict[Language, float] = {}
    for part in header.split(",")[:20]:
        name, _, weight = part.strip().lower().partition(";")
        language = next((known for known in LANGUAGES if known == name.split("-")[0].strip()), None)
        if language:
            wanted[language] = max(wanted.get(language, 0.0), _parse_weight(weight))
    return max((known for known in wanted if wanted[known]), key=lambda known: wanted[known], default="en")


def _parse_weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if not name:
        return 1.0
    try:
        # Not a number (nan) is no weight either.
        return max(0.0, min(1.0, float(value))) if name.strip() == "q" and value.strip() != "nan" else 0.0
    except ValueError:
        return 0.0
