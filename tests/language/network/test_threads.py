"""How many threads the network has: what somebody decided, else what the process is good for."""

import pytest

from depesche.language import network
from depesche.language.models import THREADS_VARIABLE


@pytest.mark.parametrize(("said", "threads"), [("3", 3), ("0", 1), ("1", 1)])
def test_somebody_decides(monkeypatch: pytest.MonkeyPatch, said: str, threads: int) -> None:
    monkeypatch.setenv(THREADS_VARIABLE, said)
    assert network._count_threads() == threads


@pytest.mark.parametrize("said", ["", "many", "-1", "²"])
def test_nobody_does(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv(THREADS_VARIABLE, said)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert network._count_threads() == 2
