"""What is exported says what the network says, the same in every batch, and is the same file each time.

Needs torch and ONNX.
"""

# mypy: disable-error-code="import-not-found, import-untyped, no-untyped-call, no-any-return"

import copy
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("tokenizers")

from depesche.language.network.layout import layer_sizes  # noqa: E402
from depesche.language.network.subwords import PADDING, Subwords  # noqa: E402
from training.encoder import Encoder, Shape  # noqa: E402
from training.export import PIECES, choose_windows, write_files, write_models  # noqa: E402
from training.graph import OUTPUTS  # noqa: E402
from training.model import Network, Sizes, gather_rows  # noqa: E402
from training.quantize import Scale, choose_scale, quantize_columns, quantize_rows  # noqa: E402
from training.texts import Text  # noqa: E402

HIDDEN = 32
LENGTHS = (5, 17, 40, 9, 40, 64)


def make_network() -> Network:
    torch.manual_seed(4)
    shape = Shape(hidden=HIDDEN, layers=3, heads=2, inner=64, pieces=90, positions=96)
    return Network(Encoder(shape, 0.1), Sizes(arc=12, relation=6, link=5)).eval()


def make_windows(lengths: Sequence[int] = LENGTHS) -> list[list[int]]:
    chance = np.random.default_rng(1)
    return [[0, *chance.integers(4, 90, n - 2).tolist(), 2] for n in lengths]


def make_inputs(windows: list[list[int]], length: int = 0) -> dict[str, Any]:
    """Every second piece begins a word, all of them content words; two sentences share them."""
    length = length or max(map(len, windows))
    pieces = np.full((len(windows), length), PADDING)
    firsts = np.zeros((len(windows), length // 2), dtype=np.int64)
    shares = np.zeros((len(windows), 3, length // 2), dtype=np.float32)
    for row, window in enumerate(windows):
        size = len(window)
        pieces[row, :size] = window
        words = np.arange(1, size - 1, 2)
        firsts[row, : len(words)] = words
        half = len(words) // 2
        shares[row, 0, :half] = 1 / half
        shares[row, 1, half : len(words)] = 1 / (len(words) - half)
    return {"pieces": pieces, "firsts": firsts, "content": firsts.copy(), "shares": shares}


def run(path: Path, inputs: dict[str, Any], threads: int = 1) -> dict[str, Any]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return dict(zip(OUTPUTS, session.run(list(OUTPUTS), inputs), strict=True))


def expected(network: Network, inputs: dict[str, Any]) -> dict[str, Any]:
    names = ("pieces", "firsts", "content", "shares")
    pieces, firsts, content, shares = (torch.from_numpy(inputs[name]) for name in names)
    with torch.no_grad():
        after = network.encoder.all_states(pieces, pieces != PADDING)
        words = gather_rows(after[-1], firsts)
        low = gather_rows(after[network.meaning.below - 1], content)
        arcs, relations = network.arcs.project(words), network.relations.project(words)
        values = (
            torch.cat([network.labels[name](words) for name in layer_sizes()], -1),
            *arcs,
            network.root(words)[..., 0],
            *relations,
            torch.nn.functional.gelu(network.links.inner(words)),
            network.meaning(low, content != 0, shares),
        )
    return {name: value.numpy() for name, value in zip(OUTPUTS, values, strict=True)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("network")
    write_models(make_network(), make_windows(), folder)
    return folder


def test_floats_say_what_the_network_says(folder: Path) -> None:
    inputs = make_inputs(make_windows())
    told, wanted = run(folder / "network-float32.onnx", inputs), expected(make_network(), inputs)
    assert wanted["arc_lower"].shape == (len(LENGTHS), 32, 13)
    for name, value in wanted.items():
        assert told[name].shape == value.shape, name
        assert abs(told[name] - value).max() < 1e-4, name


def test_whole_numbers_say_nearly_the_same(folder: Path) -> None:
    inputs = make_inputs(make_windows())
    told, wanted = run(folder / "network.onnx", inputs), expected(make_network(), inputs)
    for name, value in wanted.items():
        assert told[name].shape == value.shape, name
        assert abs(told[name] - value).max() < 0.1 * abs(value).max(), name
    agreed = told["labels"][..., :17].argmax(-1) == wanted["labels"][..., :17].argmax(-1)
    assert agreed.mean() > 0.95
    size = (folder / "network-float32.onnx").stat().st_size
    assert (folder / "network.onnx").stat().st_size < size / 2


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("chosen", [(0,), (5,), (2, 4), (4, 2, 0), (0, 1, 2, 3, 4, 5)])
def test_a_window_gives_the_same_bits_alone_and_in_any_batch(
    folder: Path, chosen: tuple[int, ...], threads: int
) -> None:
    windows = make_windows()
    batch = make_inputs([windows[number] for number in chosen], length=70)
    together = run(folder / "network.onnx", batch, threads)
    for row, number in enumerate(chosen):
        alone = run(folder / "network.onnx", make_inputs([windows[number]]))
        words = (len(windows[number]) - 1) // 2
        for name in OUTPUTS:
            count = 2 if name == "vectors" else words
            assert np.array_equal(alone[name][0, :count], together[name][row, :count]), name


def test_a_large_channel_does_not_take_the_room_of_the_others() -> None:
    chance = np.random.default_rng(2)
    inputs = chance.normal(size=(400, 24)).astype(np.float32)
    inputs[:, 3] *= 60
    weights = chance.normal(size=(10, 24)).astype(np.float32)
    scale = choose_scale(inputs, weights)
    columns, steps = quantize_columns(weights.T * scale.channels[:, None])

    def error(scale: Scale, columns: Any, steps: Any) -> float:
        whole = np.clip(np.rint(inputs / scale.channels / scale.step) + scale.zero, 0, 255) - scale.zero
        return float(abs(whole * scale.step @ (columns * steps) - inputs @ weights.T).mean())

    low, high = float(inputs.min()), float(inputs.max())
    step = (high - low) / 255
    plain = Scale(np.ones(24, np.float32), step, round(-low / step))
    assert scale.channels.argmax() == 3
    assert error(scale, columns, steps) < 0.7 * error(plain, *quantize_columns(weights.T))


def test_tables_keep_their_rows() -> None:
    table = np.array([[0.0, 0.0], [0.5, -1.0], [100.0, 50.0]], np.float32)
    whole, steps = quantize_rows(table)
    assert whole.dtype == np.int8
    assert abs(whole * steps - table).max() < 0.4
    assert abs(whole * steps - table)[1].max() < 0.005


WORDS = ("Er", "sagt", ",", "es", "regne", ".", "Gut", "!")
TEXT = Text(source="made", words=WORDS, spaced=(True,) * 8, starts=(0, 6))


def write_tokenizer(path: Path) -> None:
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *"\u2581Ersagtnu,.!G", "\u2581es", "xq"]
    tokenizer = {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": {"type": "NFKC"},
        "model": {"type": "Unigram", "unk_id": 3, "vocab": [[p, -float(i)] for i, p in enumerate(pieces)]},
    }
    path.write_text(json.dumps(tokenizer), "utf-8")


def test_the_same_weights_give_the_same_files(tmp_path: Path) -> None:
    write_tokenizer(tmp_path / "tokenizer.json")
    network = make_network()
    for name in ("once", "again"):
        counts = Counter({5: 3, 6: 2})
        write_files(copy.deepcopy(network), tmp_path / "tokenizer.json", counts, [TEXT], tmp_path / name, 18)
    names = {"network.onnx", "network-float32.onnx", "pairs.npz", "tokenizer.json"}
    assert {path.name for path in (tmp_path / "once").iterdir()} == names
    for name in names:
        assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name
    with np.load(tmp_path / "once" / "pairs.npz") as pairs:
        assert pairs["arcs"].dtype == np.float16
        assert abs(pairs["arcs"] - network.arcs.weights[0].detach().numpy()).max() < 1e-3
    small = json.loads((tmp_path / "once" / "tokenizer.json").read_text("utf-8"))
    assert len(small["model"]["vocab"]) == 18


def test_scales_are_found_on_windows_of_many_texts(tmp_path: Path) -> None:
    write_tokenizer(tmp_path / "tokenizer.json")
    subwords = Subwords(tmp_path / "tokenizer.json")
    windows = choose_windows([TEXT] * 9, subwords, number=3, length=12)
    assert len(windows) == 3
    assert {len(window) for window in windows} == {12}
    assert windows[0][0] == 0
    assert windows[0][-1] == 2
    assert PIECES > 23_000
