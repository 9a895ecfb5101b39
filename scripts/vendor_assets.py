"""Fetches what the desk uses of others from the npm registry, and lists it with its licences.

    python scripts/vendor_assets.py

needs npm. Versions are pinned here. The files are committed: neither installing nor running needs Node.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import shutil
import subprocess
import tarfile
import tempfile

import msgspec

ROOT = pathlib.Path(__file__).parents[1]
DESK = ROOT / "src" / "depesche" / "desk" / "static" / "vendor"
TESTS = ROOT / "tests" / "desk" / "vendor"


class Package(msgspec.Struct, frozen=True):
    """A package and the files of it that are taken, by their paths in it. ``use`` says what for."""

    name: str
    version: str
    files: tuple[str, ...]
    use: str
    folder: pathlib.Path = DESK


PACKAGES = (
    Package("htmx.org", "2.0.11", ("dist/htmx.min.js",), "lists that change without a new page"),
    Package("echarts", "6.1.0", ("dist/echarts.min.js",), "charts and the map"),
    Package("cytoscape", "3.34.4", ("dist/cytoscape.min.js",), "the network"),
    Package(
        "world-atlas",
        "2.0.2",
        ("countries-110m.json",),
        "outlines of countries, made from Natural Earth, which is in the public domain",
    ),
    Package("topojson-client", "3.1.0", ("dist/topojson-client.min.js",), "reads the outlines"),
    Package("axe-core", "4.14.1", ("axe.min.js",), "finds what keeps people out; for the tests", TESTS),
)
_HEAD = """# What comes from others

Fetched from the npm registry by `scripts/vendor_assets.py`; unchanged.

| package | version | licence | for | file | SHA-256 |
|---|---|---|---|---|---|
"""


def fetch(package: Package, folder: pathlib.Path) -> pathlib.Path:
    """Return the unpacked package."""
    command = [
        "npm",
        "pack",
        "--silent",
        "--pack-destination",
        str(folder),
        f"{package.name}@{package.version}",
    ]
    archive = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    target = folder / package.name
    with tarfile.open(folder / archive) as packed:
        packed.extractall(target, filter="data")
    return target / "package"


def main() -> None:
    for folder in {package.folder for package in PACKAGES}:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    lists: dict[pathlib.Path, list[str]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            source = fetch(package, pathlib.Path(scratch))
            licence = json.loads((source / "package.json").read_text("utf-8"))["license"]
            texts = [
                f
                for f in sorted(source.iterdir())
                if f.is_file() and f.name.lower().startswith(("licen", "notice"))
            ]
            for text in texts:
                shutil.copyfile(text, package.folder / f"{package.name}.{text.stem.upper()}.txt")
            for name in package.files:
                kept = package.folder / pathlib.PurePosixPath(name).name
                shutil.copyfile(source / name, kept)
                digest = hashlib.sha256(kept.read_bytes()).hexdigest()
                row = (package.name, package.version, licence, package.use, kept.name, f"`{digest}`")
                lists.setdefault(package.folder, []).append("| " + " | ".join(row) + " |\n")
    for folder, rows in lists.items():
        (folder / "LICENSES.md").write_text(_HEAD + "".join(rows), "utf-8")


if __name__ == "__main__":
    main()
