"""The campaign of scripts/campaigns/fuzz.py in short: each target on some cases, led by chance alone."""

from __future__ import annotations

import importlib
import pathlib
import random
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).parents[2] / "scripts" / "campaigns"
sys.path.insert(0, str(FOLDER))
fuzz_targets = importlib.import_module("fuzz_targets")
mutate = importlib.import_module("mutate")


@pytest.mark.parametrize("name", fuzz_targets.TARGETS)
def test_nothing_breaks_a_target(name: str) -> None:
    target = fuzz_targets.TARGETS[name]
    for number, raw in enumerate(fuzz_targets.make_seeds(target, 20261122)):
        chance = random.Random(f"{name} {number}")
        mixed = fuzz_targets.mix(target, raw, target.longest, chance)
        for case in (raw, mixed, mutate.mutate(mixed, chance)[: target.longest]):
            finding = fuzz_targets.examine(target, case)
            assert finding is None, (finding.key, fuzz_targets.minimise(target, case, finding.key, 10))


def test_search_words_may_be_any_bytes() -> None:
    for raw in (b"~", b"~\xff", b"~Genf\xed\xa0\x80", b"\xff"):
        assert fuzz_targets.examine(fuzz_targets.TARGETS["search"], raw) is None


def test_what_breaks_is_told_and_made_shorter() -> None:
    def run(raw: bytes) -> None:
        if b"!" in raw:
            raise KeyError

    target = fuzz_targets.Target(run, lambda chance: b"", list, 99)
    finding = fuzz_targets.examine(target, b"Wort! und mehr")
    assert finding.key.startswith("KeyError at test_fuzz.py")
    assert fuzz_targets.examine(target, b"Wort und mehr") is None
    assert fuzz_targets.minimise(target, b"Wort! und mehr", finding.key) == b"!"


def test_the_campaign_says_what_it_needs() -> None:
    done = subprocess.run(
        [sys.executable, FOLDER / "fuzz.py", "nothing"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "atheris" in done.stderr or "no such target" in done.stderr
