"""Lists every dependency with its version, licence and purpose; fails on a licence that is not allowed.

    python scripts/dependencies.py            # the list; exits with 1 if something is wrong with it
    python scripts/dependencies.py --write    # pins anew, with uv (pip install uv), which must be on the PATH

Versions and digests stand in requirements/*.txt: core.txt has what Depesche itself needs, a file for each
extra what that needs besides. Licences stand in requirements/licences.yaml, as a person has read them; what
an installed package says of itself is compared with them.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import itertools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import yaml

ROOT = Path(__file__).parents[1]
CORE = "core"
# Extras that nobody who runs Depesche or its tests needs: measuring and training.
UNPINNED = {"measure", "train"}
# What others may be bound by who use Depesche: nothing, or to publish changes of the package itself.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0",
    "MPL-1.1", "MPL-2.0", "PSF-2.0", "Zlib",
}  # fmt: skip
_PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ;\\]+)(?: ; .+?)?(?: --hash=.+)? *\\?$")
_VIA = re.compile(r"^    #(?: via|  ) (?P<by>[a-z0-9][a-z0-9-]*)")
# What uv says of the file that holds the versions of all extras together while they are written.
_CONSTRAINED = re.compile(r"^    #(?: via|  ) -c .*\n", re.MULTILINE)


class Licence(msgspec.Struct, frozen=True):
    """An entry of licences.yaml: an SPDX expression, and what a package that we ask for is for."""

    name: str
    licence: str
    purpose: str = ""


class Pin(msgspec.Struct, frozen=True):
    """A version of a package in a file of requirements/."""

    file: str
    name: str
    version: str
    digests: int
    needed_by: tuple[str, ...]


def load_licences(path: Path) -> dict[str, Licence]:
    """Return the licences by name of the package. Raises msgspec.ValidationError."""
    entries = msgspec.convert(yaml.safe_load(path.read_text("utf-8")), list[Licence])
    return {entry.name: entry for entry in entries}


def load_pins(folder: Path) -> list[Pin]:
    """Return what the files of a folder pin, by name and version."""
    pins = [pin for path in folder.glob("*.txt") for pin in _parse_pins(path.stem, path.read_text("utf-8"))]
    return sorted(pins, key=lambda pin: (pin.name, pin.version, pin.file))


def _parse_pins(file: str, text: str) -> Iterator[Pin]:
    for block in re.split(r"\n(?=[^ #\n])", text):
        lines = block.splitlines()
        if lines and (found := _PIN.match(lines[0])):
            digests = sum("--hash=sha256:" in line for line in lines)
            by = tuple(via["by"] for line in lines if (via := _VIA.match(line)))
            yield Pin(file, found["name"], found["version"], digests, by)


def is_allowed(expression: str) -> bool:
    """Return whether an SPDX expression allows us to use a package: one side of an OR is enough.

    >>> is_allowed("MIT AND PSF-2.0"), is_allowed("MPL-1.1 OR GPL-2.0-only"), is_allowed("MIT AND GPL-3.0")
    (True, True, False)
    """
    ways = [re.split(r" AND ", way) for way in re.split(r" OR ", expression)]
    return any(all(part in ALLOWED for part in way) for way in ways)


def direct_dependencies(project: dict[str, object]) -> dict[str, list[str]]:
    """Return what pyproject.toml asks for, as requirements: of itself (``core``) and of each extra."""
    table = msgspec.convert(project["project"], dict[str, object])
    extras = msgspec.convert(table["optional-dependencies"], dict[str, list[str]])
    own = msgspec.convert(table["dependencies"], list[str])
    return {CORE: own} | {name: asked for name, asked in extras.items() if name not in UNPINNED}


def name_of(requirement: str) -> str:
    """Return the normalised name in a requirement.

    >>> name_of("types-PyYAML"), name_of("ray[data]>=2.40")
    ('types-pyyaml', 'ray')
    """
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", requirement)[0]).lower()


def find_faults(pins: list[Pin], licences: dict[str, Licence], asked: dict[str, list[str]]) -> Iterator[str]:
    """Yield what is wrong, a sentence each."""
    pinned: dict[str, set[str]] = {}
    for pin in pins:
        pinned.setdefault(pin.file, set()).add(pin.name)
        if not pin.digests:
            yield f"{pin.name} {pin.version} has no digest in requirements/{pin.file}.txt."
    versions = {pin.name: {other.version for other in pins if other.name == pin.name} for pin in pins}
    names = set(versions)
    yield from (f"{name} has no licence in licences.yaml." for name in sorted(names - set(licences)))
    yield from (f"{name} in licences.yaml is no dependency." for name in sorted(set(licences) - names))
    for entry in licences.values():
        if not is_allowed(entry.licence):
            yield f"{entry.name} has a licence that is not allowed: {entry.licence}."
        told = _told_licence(entry.name, versions.get(entry.name, set()))
        if told and told != entry.licence:
            yield f"{entry.name} says that its licence is {told}; licences.yaml says {entry.licence}."
    for file, requirements in asked.items():
        known = pinned.get(file, set()) | pinned.get(CORE, set())
        for name in map(name_of, requirements):
            if name not in known:
                yield f"{name} is not pinned in requirements/{file}.txt: scripts/dependencies.py --write."
            if name in licences and not licences[name].purpose:
                yield f"licences.yaml does not say what {name} is for."


def _told_licence(name: str, versions: set[str]) -> str | None:
    """Return the SPDX expression that a package states, if it does and one of these versions is installed."""
    try:
        installed = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    stated = installed.get_all("License-Expression")
    return stated[0] if stated and installed["Version"] in versions else None


def describe(pins: Iterable[Pin], licences: dict[str, Licence]) -> Iterator[str]:
    """Yield a line for each version of a package: with its licence, purpose and files, separated by tabs."""
    for (name, version), group in itertools.groupby(pins, lambda pin: (pin.name, pin.version)):
        alike = list(group)
        entry = licences.get(name, Licence(name, "?"))
        by = sorted({other for pin in alike for other in pin.needed_by})
        for_others = f"for {', '.join(by)}"
        files = " ".join(pin.file for pin in alike)
        yield f"{name}\t{version}\t{entry.licence}\t{entry.purpose or for_others}\t{files}"


def write_pins(folder: Path, asked: dict[str, list[str]]) -> None:
    """Pin everything anew: what each extra needs goes with the versions of all, and without what core has."""
    folder.mkdir(exist_ok=True)
    extras = [name for name in asked if name != CORE]
    everything = _compile(*(word for extra in extras for word in ("--extra", extra)))
    versions = folder / "versions.tmp"
    versions.write_text(everything, "utf-8")
    try:
        core = _compile("--constraints", str(versions.relative_to(ROOT)))
        (folder / f"{CORE}.txt").write_text(core, "utf-8")
        shared = {pin.name for pin in _parse_pins(CORE, core)}
        for extra in extras:
            text = _compile("--constraints", str(versions.relative_to(ROOT)), "--extra", extra)
            (folder / f"{extra}.txt").write_text(_without(text, shared), "utf-8")
    finally:
        versions.unlink()


def _compile(*options: str) -> str:
    """Return what uv makes of pyproject.toml: each package with its version, digests and who needs it."""
    command = [
        "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-header", *options, "pyproject.toml",
    ]  # fmt: skip
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return _CONSTRAINED.sub("", made)


def _without(text: str, names: set[str]) -> str:
    kept = [
        block
        for block in re.split(r"\n(?=[^ #\n])", text.rstrip("\n"))
        if not ((found := _PIN.match(block.splitlines()[0])) and found["name"] in names)
    ]
    return "\n".join(kept) + "\n"


def main() -> int:
    """List, or write; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="pin everything anew")
    folder = ROOT / "requirements"
    asked = direct_dependencies(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8")))
    if parser.parse_args().write:
        write_pins(folder, asked)
    pins, licences = load_pins(folder), load_licences(folder / "licences.yaml")
    print("\n".join(describe(pins, licences)))
    faults = list(find_faults(pins, licences, asked))
    for fault in faults:
        print(f"dependencies: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
