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
from training.vectors import Example, cosines, even_out, learn, make_examples  # noqa: E402

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


def test_the_layers_of_vectors_learn_to_say_what_they_should() -> None:
    torch.manual_seed(1)
    states, mask = torch.randn(30, 5, 16), torch.ones(30, 5, dtype=torch.bool)
    shares, real = torch.zeros(30, 2, 5), torch.ones(30, 2, dtype=torch.bool)
    real[7, 1] = False
    shares[:, 0, :2], shares[:, 1, 2:] = 1 / 2, 1 / 3
    examples = even_out([Example(states, mask, shares, shares @ states @ torch.randn(16, 16) + 7, real)])
    assert torch.allclose(examples[0].targets[real].norm(dim=-1), torch.ones(59), atol=1e-5)
    meaning = make_network().meaning.eval()
    before = cosines(meaning, examples[0]).mean()
    learn(meaning, examples, 80)
    assert cosines(meaning.eval(), examples[0]).mean() > before + 0.3


def test_the_layers_of_vectors_are_taught_by_all_pieces_of_a_sentence() -> None:
    class Rare(Letters):
        def surprise(self, pieces: tuple[int, ...]) -> float:
            return 20.0 if pieces[1] > 8 else 0.0

    teacher = make_network().encoder.eval()
    (example,) = make_examples([TEXT], Rare(), teacher, 1)  # type: ignore[arg-type]
    batch = make_batch([TEXT], Letters(), SIZES)  # type: ignore[arg-type]
    with torch.no_grad():
        after = teacher.all_states(batch.pieces[:, :18], batch.pieces[:, :18] != 1)
    # Six words of two pieces behind the first one, and two words.
    assert torch.allclose(example.targets[0, 0], after[-1][0, 1:13].mean(0), atol=0.05)
    assert torch.allclose(example.targets[0, 1], after[-1][0, 13:17].mean(0), atol=0.05)
    told = [at for at, word in enumerate(TEXT.words) if len(word) > 2]
    assert torch.allclose(example.states[0, :3].float(), after[0][0, [1 + 2 * at for at in told]], atol=0.05)
