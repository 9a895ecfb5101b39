"""The campaign of scripts/campaigns/people.py, in short: one round of it in the real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desk.conftest import BROWSERS

SCRIPT = Path(__file__).parents[2] / "scripts" / "campaigns" / "people.py"


@pytest.mark.skipif(
    not os.environ.get("CI") and not any(map(shutil.which, BROWSERS)), reason="there is no Chromium"
)
def test_hostile_words_stay_words() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "--rounds", "1", "--words", "24", "--pages", "7", "--seed", "20261122"],
        env={**os.environ, "DEPESCHE_LANGUAGE_MODEL": "none"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| 1 | 24 | 7 |" in done.stdout
