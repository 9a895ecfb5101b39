"""What a desk that runs for long takes of memory."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

# Large pieces with a small one that stays behind each, as of what is remembered between two answers.
ANSWERS = """
import pathlib, re, sys
from depesche.desk.memory import leave_no_gaps
def measure():
    return 1024 * int(re.search(r"VmRSS:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
assert sys.argv[1] == "shared" or leave_no_gaps()
largest = b"x" * 8_000_000
del largest
before, remembered = measure(), []
answers = []
for _ in range(40):
    answers.append(b"x" * 2_000_000)
    remembered.append(b"x" * 50_000)
del answers
print(measure() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other libraries do otherwise")
def test_nothing_is_left_of_large_answers() -> None:
    def run(how: str) -> int:
        return int(
            subprocess.run([sys.executable, "-c", ANSWERS, how], capture_output=True, check=True).stdout
        )

    assert run("shared") > 60_000_000
    assert run("each for itself") < 10_000_000
