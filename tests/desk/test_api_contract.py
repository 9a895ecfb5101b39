"""The API does what its document says, whatever is asked: schemathesis asks a real server."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from depesche.desk.api import PATH
from depesche.library import Archive
from desk.serving import serve
from desk.table import Samples

# How long schemathesis may ask, in seconds: what it has begun by then it finishes.
BUDGET = 25

CONFIG = """\
# A cursor of the right form may still be none of this list's.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409, 429, "5xx"]

# Some of what is asked for shall be there.
[parameters]
"path.report" = "{report}"
"path.story" = "{story}"
"path.event" = "{event}"
"path.actor" = "{actor}"
"path.one" = "USA"
"path.other" = "RUS"
"""


@pytest.fixture
def served(archive_path: pathlib.Path, tmp_path: pathlib.Path) -> Iterator[tuple[str, str]]:
    """A desk over a copy of the samples' archive: its address, and a token that is good for everything."""
    path = tmp_path / "a.sqlite"
    shutil.copy(archive_path, path)
    with Archive(path) as archive:
        _, secret = archive.make_token("Alles", ["read", "add", "judge", "alert"])
    with serve(path, "error") as address:
        yield address, secret


def test_schemathesis_finds_no_failure(
    served: tuple[str, str], samples: Samples, tmp_path: pathlib.Path
) -> None:
    address, secret = served
    names = {name: getattr(samples, name) for name in samples.__struct_fields__}
    (tmp_path / "schemathesis.toml").write_text(CONFIG.format(**names), "utf-8")
    command = [
        *(str(pathlib.Path(sys.executable).with_name("schemathesis")), "run"),
        f"{address}{PATH}/openapi.json",
        *("--header", f"Authorization: Bearer {secret}"),
        *("--phases", "coverage,fuzzing", "--max-examples", "2", "--max-time", str(BUDGET)),
        *("--seed", "1", "--no-shrink", "--no-color", "--warnings", "off", "--request-timeout", "60"),
    ]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert found.returncode == 0, found.stdout[-8000:]
    assert "Selected: 30/30" in found.stdout
    tested = re.search(r"Tested: (\d+)", found.stdout)
    assert tested and int(tested[1]) >= 20, found.stdout
