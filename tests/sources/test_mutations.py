"""The campaign of scripts/campaigns/mutate.py, in short."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "campaigns" / "mutate.py"


def test_mutated_files_of_every_kind() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "--cases", "360", "--minutes", "1", "--seed", "20261122"],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" | 0 |") == 12
