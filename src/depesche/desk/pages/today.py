"""Today: the stories of a day or of a range of days, those with the latest news first."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from depesche.desk.visit import Visiting

ROUTER = APIRouter()


@ROUTER.get("/")
def show_today(visit: Visiting) -> Response:
    """Show the stories."""
    return visit.render("today.html")
