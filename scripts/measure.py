"""Measures the reading against annotated corpora and prints the figures.

    python scripts/measure.py corpus FOLDER       actors, times, events (FOLDER has texts/, gold/, score.py)
    python scripts/measure.py times FOLDER        KRAUTS, WikiWarsDE, Recognizers-Text, ctparse
    python scripts/measure.py quotations FOLDER   quotations and their speakers
    python scripts/measure.py stories FOLDER      copies, origins, versions, stories, events (tests/stories)
    python scripts/measure.py model FOLDER        the network alone: every head, size, start, memory, speed

Each part has options of its own: add ``--help`` after its name. Needs the extra ``measure``.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

PARTS = ("corpus", "times", "quotations", "stories", "model")


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in PARTS:
        sys.exit(__doc__)
    script = Path(__file__).with_name(f"measure_{sys.argv[1]}.py")
    sys.argv = [str(script), *sys.argv[2:]]
    runpy.run_path(str(script), run_name="__main__")


if __name__ == "__main__":
    main()
