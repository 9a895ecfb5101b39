"""Every dependency is pinned with digests, has a licence that is allowed, and a purpose."""

from __future__ import annotations

import doctest
import importlib.metadata
import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "requirements"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dependencies", ROOT / "scripts" / "dependencies.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["dependencies"] = module
    spec.loader.exec_module(module)
    return module


SCRIPT = load_script()
PINS = SCRIPT.load_pins(FOLDER)
LICENCES = SCRIPT.load_licences(FOLDER / "licences.yaml")
ASKED = SCRIPT.direct_dependencies(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8")))


def test_nothing_is_wrong_with_the_dependencies() -> None:
    assert list(SCRIPT.find_faults(PINS, LICENCES, ASKED)) == []
    assert doctest.testmod(SCRIPT).failed == 0


@pytest.mark.parametrize("extra", ASKED)
def test_pinned_versions_are_those_that_are_asked_for(extra: str) -> None:
    pinned = {pin.name: pin.version for pin in PINS if pin.file in {extra, SCRIPT.CORE}}
    for requirement in map(Requirement, ASKED[extra]):
        assert requirement.specifier.contains(pinned[SCRIPT.name_of(requirement.name)])


def test_every_line_is_a_pin_its_digest_or_a_comment() -> None:
    for path in FOLDER.glob("*.txt"):
        heads = [line for line in path.read_text("utf-8").splitlines() if line[:1] not in {" ", ""}]
        assert len(heads) == sum(pin.file == path.stem for pin in PINS)


def test_each_is_listed_with_version_licence_and_purpose() -> None:
    lines = [line.split("\t") for line in SCRIPT.describe(PINS, LICENCES)]
    assert {line[0] for line in lines} == {pin.name for pin in PINS}
    assert all(len(line) == 5 and all(line) and line[3] != "for " for line in lines)


# A package with a digest.
AA = "aa==1 \\\n    --hash=sha256:0\n    # via depesche\n"


@pytest.mark.parametrize(
    ("pins", "licences", "asked", "fault"),
    [
        (AA, "{name: aa, licence: MIT, purpose: x}", ["aa"], None),
        ("aa==1\n    # via depesche", "{name: aa, licence: MIT, purpose: x}", ["aa"], "no digest"),
        (AA, "{name: aa, licence: GPL-3.0-only}", [], "not allowed: GPL-3.0-only"),
        (AA, "{name: aa, licence: MIT}", ["aa"], "what aa is for"),
        (AA, "", [], "aa has no licence"),
        ("", "{name: aa, licence: MIT}", [], "aa in licences.yaml is no dependency"),
        ("", "", ["aa>=1"], "aa is not pinned"),
    ],
)
def test_faults_are_named(
    pins: str, licences: str, asked: list[str], fault: str | None, tmp_path: Path
) -> None:
    (tmp_path / "core.txt").write_text(pins, "utf-8")
    (tmp_path / "licences.yaml").write_text(f"[{licences}]", "utf-8")
    parsed, entries = SCRIPT.load_pins(tmp_path), SCRIPT.load_licences(tmp_path / "licences.yaml")
    found = list(SCRIPT.find_faults(parsed, entries, {"core": asked}))
    assert len(found) == (fault is not None)
    assert fault is None or fault in found[0]


def test_a_licence_is_what_the_package_says_itself(tmp_path: Path) -> None:
    version = importlib.metadata.version("pytest")
    (tmp_path / "core.txt").write_text(f"pytest=={version} --hash=sha256:0\n", "utf-8")
    (tmp_path / "licences.yaml").write_text("[{name: pytest, licence: ISC}]", "utf-8")
    parsed, entries = SCRIPT.load_pins(tmp_path), SCRIPT.load_licences(tmp_path / "licences.yaml")
    found = list(SCRIPT.find_faults(parsed, entries, {}))
    assert found == ["pytest says that its licence is MIT; licences.yaml says ISC."]
