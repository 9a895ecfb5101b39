"""The desk for programs: what the pages show, as JSON under ``/api/v1``; docs/api.md describes it."""

from depesche.desk.api.application import PATH, add_api, make_api

__all__ = ["PATH", "add_api", "make_api"]
