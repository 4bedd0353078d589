"""Trains the static embedder: one vector a sub-word, a text is the mean of its sub-words.

Contrastive with in-batch negatives (Henderson et al. 2017, "Efficient Natural Language Response
Suggestion") on translations, which place Swedish and English in one space, and on Swedish pairs.
"""

import random
from pathlib import Path

from datasets import Dataset
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.sentence_transformer.losses import (
    MultipleNegativesSymmetricRankingLoss,
)
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer

from index.training.data import Pair, misspell, read_swedish_pairs, read_translations


def train_static(
    data: Path,
    tokenizer: Tokenizer,
    checkpoints: Path,
    dimension: int = 256,
    epochs: float = 3,
    share: float = 1.0,
    seed: int = 13,
) -> SentenceTransformer:
    """A ``StaticEmbedding`` of ``dimension`` floats a text, trained on ``share`` of the data."""
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_dim=dimension)], device="cpu"
    )
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=epochs,
        per_device_train_batch_size=1024,
        learning_rate=0.1,
        warmup_steps=50,
        lr_scheduler_type="cosine",
        seed=seed,
        logging_steps=50,
        save_strategy="no",
        report_to="none",
        use_cpu=True,
    )
    trainer = SentenceTransformerTrainer(
        model=model,
        args=arguments,
        train_dataset=_mixture(data, seed, share),
        loss=MultipleNegativesSymmetricRankingLoss(model, scale=20.0),
    )
    trainer.train()
    return model


def _mixture(data: Path, seed: int, share: float) -> dict[str, Dataset]:
    chooser = random.Random(seed)
    translations = read_translations(data, seed, share)
    pairs = read_swedish_pairs(data, seed, share)
    misspelt = [
        (misspell(swedish, chooser), swedish)
        for swedish, _ in chooser.sample(translations, len(translations) // 6)
    ]
    return {
        "translations": _as_dataset(translations),
        "swedish_pairs": _as_dataset(pairs),
        "misspelt": _as_dataset(misspelt),
    }


def _as_dataset(pairs: list[Pair]) -> Dataset:
    return Dataset.from_dict({"anchor": [a for a, _ in pairs], "positive": [b for _, b in pairs]})
