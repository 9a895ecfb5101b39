"""One request of a reader: what they look at, in which language, and how the answer is drawn."""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import jinja2
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from depesche.desk import addresses
from depesche.desk.downloads import FORMATS
from depesche.desk.forms import Forms, find_name
from depesche.desk.lines import Cited
from depesche.desk.preferences import THEMES, Preferences, find_preferences, keep_preferences
from depesche.desk.shelf import Shelf, open_shelf
from depesche.desk.wording import LANGUAGES, Wording
from depesche.judging import VALUED

# What decides how a page looks besides its address.
_VARY = "Accept-Language, Cookie"


class Visit:
    """What one request has to do with: ``shelf`` to look at, ``wording`` to say it."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.preferences: Preferences = find_preferences(request)
        self.wording = Wording(self.preferences.language)
        # What the page has cited so far: on paper these are its notes.
        self.notes: list[Cited] = []
        self.forms = Forms(request)

    @functools.cached_property
    def shelf(self) -> Shelf:
        """The archive, with what this request takes out of it."""
        return open_shelf(self.request, self.request.app.state.renewals.ask)

    def render(self, template: str, view: Any = None, *, status: int = 200, **names: Any) -> Response:
        """Return a page: a template of ``templates/`` with its view model, ``view``."""
        context = {"view": view, **names, **self._context()}
        html = environment().get_template(template).render(context)
        # Reports may hold half a character, which UTF-8 has no bytes for.
        whole = html.encode("utf-8", "replace")
        response = HTMLResponse(whole, status, headers={"vary": _VARY, "cache-control": "no-cache"})
        keep_preferences(self.request, response)
        self.forms.keep(response)
        return response

    @property
    def form_token(self) -> str:
        """What every form that changes something sends along, in its field ``form``."""
        self.request.app.state.relinker.prepare()
        return self.forms.token

    @property
    def is_linking(self) -> bool:
        """Whether something that was decided is still being carried out."""
        return bool(self.request.app.state.relinker.is_running)

    @property
    def judge(self) -> str | None:
        """The name under which this reader decides something, None if it is not known yet."""
        return find_name(self.request)

    def note(self, cited: Cited) -> int:
        """Return the number of a report among the notes of this page."""
        for number, known in enumerate(self.notes, 1):
            if known.report == cited.report:
                return number
        self.notes.append(cited)
        return len(self.notes)

    def here(self, **changes: str | None) -> str:
        """Return the address of this page with some parts of its query changed, or left out (None)."""
        query = {name: value for name, value in self.request.query_params.items() if name not in changes}
        return addresses.address(self.request.url.path, {**query, **changes})

    def _context(self) -> dict[str, Any]:
        wording = self.wording
        return {
            "visit": self,
            "lang": self.preferences.language,
            "theme": self.preferences.theme,
            "languages": LANGUAGES,
            "themes": THEMES,
            "formats": FORMATS,
            "t": wording.say,
            "count": wording.count,
            "code": wording.say_code,
            "day": wording.day,
            "days": wording.days,
            "number": wording.number,
            "percent": wording.percent,
            "country": wording.country,
            "party": wording.party,
            "matter": wording.matter,
            "here": self.here,
            "navigation": self.request.app.state.navigation,
            "path": self.request.url.path,
            "query": self.request.query_params,
        }


def open_visit(request: Request) -> Iterator[Visit]:
    """Give the visit that a request is."""
    visit = Visit(request)
    yield visit
    # A drawn template refers to itself, and so keeps what it was drawn with until somebody looks for that:
    # hundreds of reports for the page of one event.
    visit.__dict__.pop("shelf", None)


# What a page's function takes: ``def show_today(visit: Visiting) -> Response``.
Visiting = Annotated[Visit, Depends(open_visit)]


@functools.cache
def environment() -> jinja2.Environment:
    """Return what draws the templates: everything is escaped, and a name that is not there is a fault."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("depesche.desk", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {name: getattr(addresses, name) for name in vars(addresses) if name.endswith("_address")}
    made.globals["asset"] = asset_address
    made.globals["VALUED"] = VALUED
    return made


@functools.cache
def asset_address(name: str) -> str:
    """Return the address of a file in ``static/``; it changes with the file, so that browsers may keep it."""
    file = static_folder() / name
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


@functools.cache
def static_folder() -> Path:
    """Return the folder of style sheet, scripts and what comes from others."""
    return Path(str(importlib.resources.files("depesche") / "desk" / "static"))
