"""docs/api.md is true: its Python runs, and it names every address, status and verdict."""

from __future__ import annotations

import pathlib
import re
import shutil
import typing
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from depesche.desk.api import PATH
from depesche.desk.api.problems import TITLES
from depesche.desk.app import create_app
from depesche.judging import ARGUMENTS
from depesche.library import Archive

PAGE = (pathlib.Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")


@pytest.fixture
def asked(archive_path: pathlib.Path, tmp_path: pathlib.Path) -> Iterator[dict[str, typing.Any]]:
    """What the page's examples call: ``get`` and ``post``, which return what is answered."""
    path = pathlib.Path(shutil.copy(archive_path, tmp_path / "own.sqlite"))
    with Archive(path) as archive:
        _, secret = archive.make_token("Redaktion", ["add", "judge"])
    with TestClient(create_app(path), base_url="http://localhost") as client:
        headers = {"authorization": f"Bearer {secret}"}

        def get(address: str, params: dict[str, typing.Any] | None = None) -> typing.Any:
            answer = client.get(address, params=params or {})
            assert answer.status_code == 200, answer.text
            return answer.json()

        def post(address: str, body: dict[str, typing.Any]) -> typing.Any:
            answer = client.post(address, json=body, headers=headers)
            assert answer.status_code in {200, 201}, answer.text
            return answer.json()

        yield {"get": get, "post": post}


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
def test_python_of_the_page_runs(code: str, asked: dict[str, typing.Any]) -> None:
    exec(compile(code, "docs/api.md", "exec"), asked)


def test_the_page_names_every_address(client: TestClient) -> None:
    named = PAGE.replace("{name or id}", "{actor}").replace("`.../", "`/world-events/{id}/")
    for path in client.get(f"{PATH}/openapi.json").json()["paths"]:
        if not path.endswith(
            ("/{one}/{other}", "/judgements/{number}", "/alerts/{number}", "/findings", "/actors/{actor}")
        ):
            assert "`" + re.sub(r"\{[a-z]+\}", "{id}", path) in named, path
        else:
            assert f"`{path}" in named, path


def test_the_page_names_every_status_and_verdict() -> None:
    for word in (*map(str, TITLES), *ARGUMENTS):
        assert re.search(rf"\b{word}\b", PAGE), word


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:)([^)#]+)", PAGE))
def test_links_of_the_page_lead_somewhere(target: str) -> None:
    assert (pathlib.Path(__file__).parents[2] / "docs" / target).exists()
