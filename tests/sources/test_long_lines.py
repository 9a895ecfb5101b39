"""A line of a hundred megabytes in a file of each format: refused, in bounded time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SIZE = 100_000_000
# What comes before and behind the line, and what it is made of.
LINES: dict[str, tuple[str, str, str]] = {
    ".txt": ("", "Wort ", ""),
    "": ("", "Wort ", ""),
    ".html": ("<html><body><p>", "Wort ", "</p></body></html>"),
    ".json": ('{"text": "', "Wort ", '"}'),
    ".jsonl": ('{"text": "', "Wort ", '"}\n{"text": "gut"}\n'),
    ".ndjson": ('{"text": "', "\\u00e4", '"}\n{"text": "gut"}\n'),
    ".csv": ('text,id\n"', "Wort ", '",1\n"gut",2\n'),
    ".tsv": ("text\tid\n", '""', "\t1\n"),
    ".xml": ("<newsItem><p>", "Wort ", "</p></newsItem>"),
    ".warc": ("WARC/1.0\r\nWARC-Type: ", "response ", "\r\n\r\n"),
}  # fmt: skip
MEGABYTES = 200
SECONDS = 10.0
_READ = """
import json, pathlib, resource, sys, time
from depesche.sources.files import iter_reports
path = pathlib.Path(sys.argv[1])
list(iter_reports([path.with_name("a.txt")]))
before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
items = [getattr(item, "text", "") for item in iter_reports([path])]
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([items, grown // 1000, time.process_time() - begun]))
"""


@pytest.mark.parametrize("suffix", LINES)
def test_a_line_of_a_hundred_megabytes(suffix: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ein Wort.")
    head, piece, tail = LINES[suffix]
    path = tmp_path / f"long{suffix}"
    block = (piece * (1_000_000 // len(piece) + 1))[: 1_000_000 // len(piece) * len(piece)].encode()
    with path.open("wb") as file:
        file.write(head.encode())
        for _ in range(SIZE // len(block)):
            file.write(block)
        file.write(tail.encode())
    done = subprocess.run([sys.executable, "-c", _READ, path], capture_output=True, text=True, check=True)
    path.unlink()
    texts, megabytes, seconds = json.loads(done.stdout)
    # The line is a fault, and what stands behind it is read where there are lines.
    assert texts in ([""], ["", "gut"])
    assert megabytes < MEGABYTES
    assert seconds < SECONDS
