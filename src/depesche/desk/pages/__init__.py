"""The pages, a module each: an address, a view model made by pure functions, a template of the same name.

To add one: give its router here and, if it has a place in the navigation, its name and address.
"""

from __future__ import annotations

from fastapi import APIRouter

from depesche.desk.pages import (
    actor,
    alerts,
    correct,
    event,
    finding,
    judge,
    network,
    relation,
    report,
    search,
    story,
    today,
    world_map,
)

ROUTERS: tuple[APIRouter, ...] = (
    today.ROUTER,
    story.ROUTER,
    event.ROUTER,
    judge.ROUTER,
    correct.ROUTER,
    actor.ROUTER,
    report.ROUTER,
    finding.ROUTER,
    relation.ROUTER,
    search.ROUTER,
    alerts.ROUTER,
    network.ROUTER,
    world_map.ROUTER,
)

# What stands at the head of every page: the end of its name's key in ``locale/layout.yaml``, and its address.
NAVIGATION: tuple[tuple[str, str], ...] = (
    ("today", "/"),
    ("relations", "/relations"),
    ("network", "/network"),
    ("map", "/map"),
    ("correct", "/correct"),
)
