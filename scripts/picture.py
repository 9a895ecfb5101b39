"""Draws the README's picture: a sample report as ``depesche show`` prints it.

python scripts/picture.py docs/picture.svg
"""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import TerminalTheme

import depesche
from depesche.passages import print_report
from depesche.sources.files import iter_reports

SAMPLE = "elbtagblatt-2025-07-11-wang"
PAPER = TerminalTheme(
    (252, 251, 248),
    (40, 40, 40),
    [
        (40, 40, 40),
        (170, 40, 40),
        (40, 120, 60),
        (150, 100, 0),
        (40, 80, 160),
        (150, 40, 130),
        (0, 110, 130),
        (120, 120, 120),
    ],
)
# The picture loads nothing from elsewhere: it is set in the reader's own monospaced type.
_FONTS = re.compile(r"@font-face\s*\{\{.*?\}\}\s*", re.DOTALL)
FORMAT = _FONTS.sub("", CONSOLE_SVG_FORMAT)


def main() -> None:
    target = Path(sys.argv[1])
    os.environ["DEPESCHE_LANGUAGE"] = "en"
    folder = Path(depesche.__file__).parent / "samples"
    found = next(
        item for item in iter_reports([folder]) if isinstance(item, depesche.Report) and item.key == SAMPLE
    )
    console = Console(record=True, width=112, file=io.StringIO(), force_terminal=True, highlight=False)
    print_report(found, depesche.read_report(found), console)
    title = f"depesche show {found.id[:10]}"
    target.write_text(console.export_svg(title=title, theme=PAPER, code_format=FORMAT), "utf-8")


if __name__ == "__main__":
    main()
