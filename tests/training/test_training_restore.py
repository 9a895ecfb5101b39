"""What is read back out of the files of a network is that network. Needs torch and ONNX."""

# mypy: disable-error-code="import-not-found, import-untyped, no-untyped-call, no-any-return"

import copy
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from training.encoder import Encoder, Shape  # noqa: E402
from training.export import pair_matrices, write_models  # noqa: E402
from training.model import Network, Sizes  # noqa: E402
from training.restore import fill  # noqa: E402

WINDOWS = [[0, *range(4, 4 + n), 2] for n in (9, 17, 40)]


def make_network(seed: int, layers: int = 4) -> Network:
    torch.manual_seed(seed)
    shape = Shape(hidden=32, layers=layers, heads=2, inner=64, pieces=90, positions=96)
    return Network(Encoder(shape, 0.1, frozen=3), Sizes(arc=12, relation=6, link=5)).eval()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("network")
    network = make_network(1)
    write_models(network, WINDOWS, folder)
    np.savez(folder / "pairs.npz", **pair_matrices(network))
    return folder


def test_the_same_network_comes_back(folder: Path) -> None:
    first, second = make_network(1), make_network(2)
    # What is frozen is never written back: it comes from the encoder, which is the same.
    second.encoder.load_state_dict(copy.deepcopy(first.encoder.state_dict()))
    for layer in second.encoder.layers[3:]:
        torch.nn.init.zeros_(layer.wide.weight)
    fill(second, folder)
    pieces = torch.tensor([WINDOWS[1]])
    with torch.no_grad():
        wanted, told = (n.encoder(pieces, pieces != 1) for n in (first, second))
        assert torch.cosine_similarity(wanted, told, dim=-1).min() > 0.99
        for name, head in first.labels.items():
            assert (second.labels[name].weight - head.weight).abs().max() < 1e-2, name
        assert (second.links.key.weight - first.links.key.weight).abs().max() < 1e-2
        assert (second.arcs.weights - first.arcs.weights).abs().max() < 1e-2


def test_a_network_built_otherwise_is_refused(folder: Path) -> None:
    for layers in (3, 5):
        with pytest.raises(ValueError, match="matri"):
            fill(make_network(1, layers=layers), folder)
