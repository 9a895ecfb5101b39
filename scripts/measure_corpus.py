"""Measure actors, times and events against an annotated corpus, by the corpus's own score.py.

Usage: python scripts/measure_corpus.py FOLDER [--part all|train|dev|written-SET] [--errors FILE]
                                               [--keep FILE] [--own REPORTS]

FOLDER holds ``texts``, ``gold``, ``train.txt``, ``dev.txt``, ``score.py`` and, for ``written-wa`` and the
like, ``written/texts`` and ``written/gold`` whose files begin with the name of the set. Line 2 of each text
is ``DATE: YYYY-MM-DD``: the day of the report. None of it is part of this repository. REPORTS holds ``texts``
and ``gold`` in the same form, all of which are measured instead: training/data/kept has 60 that nothing
learns from.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

import depesche
from depesche.reading import Report

_DATE_LINE = re.compile(r"\A([^\n]*\n)(DATE: *(\d{4}-\d\d-\d\d)[^\n]*)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", default="all", help="all (train and dev), train, dev, or written-SET")
    parser.add_argument("--errors", type=Path, help="write missed and invented events here")
    parser.add_argument("--keep", type=Path, help="write the readings here, one a line")
    parser.add_argument("--own", type=Path, help="measure on these reports instead")
    options = parser.parse_args()
    print(measure_corpus(options.folder, options.part, options.own, errors=options.errors, keep=options.keep))


def measure_corpus(
    folder: Path,
    part: str = "all",
    own: Path | None = None,
    *,
    errors: Path | None = None,
    keep: Path | None = None,
) -> str:
    """Read a part of the corpus in ``folder``, or ``own`` reports, and return what its score.py prints.

    Raises FileNotFoundError for a folder of another make, subprocess.CalledProcessError if score.py fails.
    """
    base = own or (folder / "written" if part.startswith("written-") else folder)
    ids = sorted(p.stem for p in (own / "gold").glob("*.yaml")) if own else list_ids(folder, part)
    readings = b"".join(msgspec.json.encode(read_text(base, key)) + b"\n" for key in ids)
    with tempfile.TemporaryDirectory() as scratch:
        path, listed = Path(scratch, "readings.jsonl"), Path(scratch, "ids.txt")
        path.write_bytes(readings)
        listed.write_text("\n".join(ids))
        if keep:
            keep.write_bytes(readings)
        command = [sys.executable, str(folder / "score.py"), str(path), "--ids", str(listed)]
        command += ["--gold", str(base / "gold"), "--texts", str(base / "texts")]
        command += ["--errors", str(errors)] if errors else []
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def list_ids(folder: Path, part: str) -> list[str]:
    """Return the ids of a part of the corpus."""
    if part.startswith("written-"):
        prefix = part.removeprefix("written-")
        return sorted(p.stem for p in (folder / "written" / "gold").glob(f"{prefix}-*.yaml"))
    parts = ("train", "dev") if part == "all" else (part,)
    return [key for name in parts for key in (folder / f"{name}.txt").read_text().split()]


def read_text(base: Path, key: str) -> dict[str, object]:
    """Return the reading of one text as score.py wants it.

    The line with the date is no part of the report: it is blanked, so that offsets stay those of the file.
    """
    text = (base / "texts" / f"{key}.txt").read_text(encoding="utf-8")
    report = report_of(text)
    return depesche.read(report.text, published=report.published).to_dict() | {"id": key}


def report_of(text: str) -> Report:
    """Return a text of the corpus as a report, with the day that its second line gives."""
    found = _DATE_LINE.match(text)
    day = found[3] if found else None
    blanked = text[: found.start(2)] + " " * len(found[2]) + text[found.end(2) :] if found else text
    return Report(text=blanked, published=day)


if __name__ == "__main__":
    main()
