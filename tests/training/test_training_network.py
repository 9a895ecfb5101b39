"""The network learns, reads, and does both the same way twice. Needs torch."""

# mypy: disable-error-code="import-not-found, no-untyped-call"

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")

from training.batches import Stream, make_batch  # noqa: E402
from training.encoder import Encoder, Shape  # noqa: E402
from training.losses import batch_losses, set_loss  # noqa: E402
from training.model import Network, Sizes  # noqa: E402
from training.texts import Query, Text  # noqa: E402

SIZES = Sizes(arc=8, relation=4, link=4)


class Letters:
    """Stands for the subwords: two pieces a word, by its length."""

    def divide(self, word: str, spaced: bool) -> tuple[int, ...]:
        return (4 + spaced, 6 + len(word))

    def lengths(self, words: tuple[str, ...], spaced: tuple[bool, ...]) -> list[int]:
        return [2] * len(words)


TEXT = Text(
    source="made",
    words=("Er", "sagt", ",", "es", "regne", ".", "Gut", "!"),
    spaced=(True, True, False, True, True, False, True, False),
    starts=(0, 6),
    layers={"upos": (10, 15, 12, 10, 15, 12, 0, 12), "names": (1, 1, 0, 1, 1, 1, 1, 1)},
    heads=(1, 1, 4, 4, 1, 1, 6, 6),
    relations=(29, 40, 38, 29, 9, 38, 40, 38),
    queries=(Query("quotation", ((3, 5),), {"speaker": ((0, 1),), "cue": ((1, 2),)}),),
)


def make_network() -> Network:
    torch.manual_seed(1)
    shape = Shape(hidden=16, layers=2, heads=2, inner=32, pieces=64, positions=64)
    return Network(Encoder(shape, 0.0), SIZES, 0.0)


def test_every_known_layer_has_a_loss_and_all_get_smaller() -> None:
    network = make_network()
    optimizer = torch.optim.Adam([w for w in network.parameters() if w.requires_grad], 0.01)
    batch = make_batch([TEXT, TEXT], Letters(), SIZES)  # type: ignore[arg-type]
    first = batch_losses(network, batch)
    assert set(first) == {"upos", "names", "heads", "relations", "links"}
    for _ in range(40):
        optimizer.zero_grad()
        sum(batch_losses(network, batch).values()).backward()
        optimizer.step()
    last = batch_losses(network, batch)
    assert all(last[name] < first[name] for name in first)


def test_possible_labels_share_their_probability() -> None:
    scores = torch.zeros(1, 1, 4)
    both = torch.tensor([[[True, True, False, False]]])
    assert set_loss(scores, both).item() == pytest.approx(torch.log(torch.tensor(2.0)).item())
    assert set_loss(scores, torch.zeros_like(both)).item() == 0


def test_a_stream_goes_on_where_it_stood() -> None:
    def stream() -> Stream:
        return Stream([TEXT] * 9, Letters(), (4, 16), 40, "seed")  # type: ignore[arg-type]

    whole = stream()
    drawn = whole.windows()
    seen = [next(drawn) for _ in range(12)]
    resumed = stream()
    resumed.place = (0, 5)
    again = resumed.windows()
    assert [next(again) for _ in range(7)] == seen[5:]


def test_the_head_of_vectors_is_found_by_least_squares() -> None:
    from training.vectors import solve  # noqa: PLC0415

    torch.manual_seed(1)
    inputs = torch.randn(400, 6, dtype=torch.float64)
    wanted = inputs @ torch.tensor([[1.0, 0, 0, 0, 2, 0], [0, -1, 0, 0, 0, 0]], dtype=torch.float64).T + 3
    weight, bias = solve(inputs, wanted, ridge=1e-9)
    assert torch.allclose(inputs @ weight.T + bias, wanted, atol=1e-6)
