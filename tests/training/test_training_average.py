"""The mean of runs."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from training.average import average_runs  # noqa: E402


def save(folder: Path, **weights: list[float]) -> Path:
    folder.mkdir()
    network = {name: torch.tensor(values) for name, values in weights.items()}
    torch.save({"config": {"seed": 1}, "step": 7, "network": network}, folder / "checkpoint.pt")
    return folder


def test_the_mean_is_weighed_and_what_one_run_lacks_is_the_last_ones(tmp_path: Path) -> None:
    first = save(tmp_path / "a", both=[1.0, 2.0], other=[1.0])
    last = save(tmp_path / "b", both=[3.0, 6.0], other=[1.0, 2.0], new=[5.0])
    average_runs([(first, 0.25), (last, 0.75)], tmp_path / "mean")
    network = torch.load(tmp_path / "mean" / "checkpoint.pt", weights_only=True)["network"]
    assert {name: weight.tolist() for name, weight in network.items()} == {
        "both": [2.5, 5.0],
        "other": [1.0, 2.0],
        "new": [5.0],
    }


def test_shares_make_one(tmp_path: Path) -> None:
    run = save(tmp_path / "a", both=[1.0])
    with pytest.raises(ValueError, match="shares"):
        average_runs([(run, 0.5)], tmp_path / "mean")
    with pytest.raises(OSError, match="checkpoint"):
        average_runs([(tmp_path / "none", 1.0)], tmp_path / "mean")
    assert not (tmp_path / "mean").exists()
