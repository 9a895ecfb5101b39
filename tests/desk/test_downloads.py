"""Lists of events as files, in all formats of events, from the desk's pages and by the API."""

import csv
import io
import json

import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from depesche import exchange
from depesche.desk.downloads import FORMATS

LIST = "/search?kind=events&q=&actor=Rubio"


def count_rows(form: str, content: bytes) -> int:
    """Return how many events a file tells."""
    if form == "parquet":
        return int(pq.read_table(io.BytesIO(content)).num_rows)
    text = content.decode()
    if form == "jsonld":
        return len(json.loads(text)["@graph"])
    if form == "ftm":
        return sum(json.loads(line)["schema"] == "Event" for line in text.splitlines())
    if form in ("polecat", "gdelt"):
        return len(list(csv.reader(io.StringIO(text), delimiter="\t"))) - (form == "polecat")
    return len(text.splitlines())


@pytest.mark.parametrize("form", exchange.OF_EVENTS)
@pytest.mark.parametrize("path", [LIST, "/api/v1/events?actor=Rubio&limit=500"])
def test_a_list_of_events_comes_in_every_format(client: TestClient, path: str, form: str) -> None:
    listed = client.get(f"{path}&format=json").json()
    events = listed if isinstance(listed, list) else listed["items"]
    answer = client.get(f"{path}&format={form}")
    assert answer.status_code == 200 and events
    known = exchange.FORMATS[form]
    assert answer.headers["content-disposition"].endswith(f'.{known.ending}"')
    assert answer.headers["content-type"] == known.media
    # GDELT has a line for each pair of an event in the world that CAMEO has a code for.
    assert count_rows(form, answer.content) == len(events) or (form == "gdelt" and answer.content)


def test_the_page_names_every_format(client: TestClient) -> None:
    html = client.get(LIST).text
    assert all(f"format={form}" in html and f">{name}</a>" in html for form, name in FORMATS.items())
    assert client.get(f"{LIST}&format=nothing").headers["content-type"].startswith("text/html")
    assert client.get("/api/v1/events?format=nothing").status_code == 422
