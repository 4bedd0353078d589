"""Turns the English MiniLM into a Swedish–English sentence transformer.

The body stays, the vocabulary is exchanged (Minixhofer et al. 2022, WECHSEL: new sub-words start
as mixtures of old ones that lie near them in a bilingual space), and the whole learns to place a
Swedish sentence where the teacher places its translation (Reimers & Gurevych 2020, "Making
Monolingual Sentence Embeddings Multilingual"), mixed with contrastive training on Swedish pairs.
"""

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer
from transformers import BertTokenizerFast  # type: ignore[attr-defined]  # made at import

from index.training.data import misspell, read_swedish_pairs, read_translations
from index.training.vocabulary import frame_for_transformer

_LONGEST = 128  # sub-words, in use
_LONGEST_TRAINED = 64  # sub-words: half the time, and few sentences are longer
_NEIGHBOURS = 8


def exchange_vocabulary(
    teacher: SentenceTransformer, tokenizer: Tokenizer, bilingual: SentenceTransformer, folder: Path
) -> SentenceTransformer:
    """The teacher's body with ``tokenizer``'s sub-words, ready to be trained; kept in ``folder``.

    ``bilingual`` is the static model of the same ``tokenizer``.
    """
    framed = BertTokenizerFast(
        tokenizer_object=frame_for_transformer(tokenizer), do_lower_case=True, strip_accents=False
    )
    body: Any = copy.deepcopy(teacher[0].auto_model)  # the teacher must stay as it is
    old_vectors = body.get_input_embeddings().weight.detach().numpy()
    static: Any = bilingual[0]
    new_vectors = _start_vectors(
        tokenizer, teacher.tokenizer.get_vocab(), old_vectors, static.embedding.weight
    )
    body.resize_token_embeddings(len(new_vectors), mean_resizing=False)
    body.get_input_embeddings().weight.data = torch.from_numpy(new_vectors)
    body.config.pad_token_id = framed.pad_token_id
    folder.mkdir(parents=True, exist_ok=True)
    body.save_pretrained(folder)
    framed.save_pretrained(folder)
    transformer = Transformer(str(folder), max_seq_length=_LONGEST)
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    return SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")


def _start_vectors(
    tokenizer: Tokenizer,
    old_vocabulary: dict[str, int],
    old_vectors: NDArray[np.float32],
    static_weight: torch.Tensor,
) -> NDArray[np.float32]:
    """One vector a new sub-word: copied if the English model has it, else mixed from neighbours."""
    new_vocabulary = tokenizer.get_vocab()
    shared = [word for word in new_vocabulary if word in old_vocabulary]
    places = torch.nn.functional.normalize(static_weight.detach().float(), dim=1)
    near_places = places[[new_vocabulary[word] for word in shared]]
    known = torch.from_numpy(old_vectors[[old_vocabulary[word] for word in shared]])
    likeness, neighbours = (places @ near_places.T).topk(_NEIGHBOURS, dim=1)
    weights = torch.softmax(likeness / 0.1, dim=1)
    vectors = (known[neighbours] * weights[:, :, None]).sum(dim=1).numpy()
    for word in shared:
        vectors[new_vocabulary[word]] = old_vectors[old_vocabulary[word]]
    return np.ascontiguousarray(vectors)


class TeacherLoss(torch.nn.Module):
    """Near to the teacher's vector of the translation, far from those of other sentences."""

    strangers: torch.Tensor

    def __init__(
        self, model: SentenceTransformer, strangers: NDArray[np.float32], scale: float = 20.0
    ) -> None:
        """``strangers``: unit vectors of random sentences, (n, dimension), as extra negatives."""
        super().__init__()
        self.model = model
        self.scale = scale
        self.register_buffer("strangers", torch.from_numpy(strangers))

    def forward(
        self, features: list[dict[str, torch.Tensor]], labels: torch.Tensor
    ) -> torch.Tensor:
        """The loss of one batch; ``labels``: the teacher's unit vectors, (batch, dimension)."""
        vectors = self.model(features[0])["sentence_embedding"].float()
        candidates = torch.cat([labels.float(), self.strangers])
        own = torch.arange(len(vectors), device=vectors.device)
        contrast = torch.nn.functional.cross_entropy(self.scale * vectors @ candidates.T, own)
        distance = 1 - (vectors * labels).sum(dim=1).mean()
        return torch.add(contrast, distance, alpha=5)


class BatchesOfLikeLength(DefaultBatchSampler):
    """Random batches in random order, each of texts of about the same length: little padding.

    The data sets below are sorted by length, so neighbours in them are alike.
    """

    def __iter__(self) -> Iterator[list[int]]:
        generator = torch.Generator().manual_seed(self.seed + self.epoch)
        count = len(self.sampler)  # type: ignore[arg-type]  # torch: Sampler has no length by type
        offset = int(torch.randint(self.batch_size, (1,), generator=generator))
        starts = range(offset, count - self.batch_size + 1, self.batch_size)
        for place in torch.randperm(len(starts), generator=generator).tolist():
            yield list(range(starts[place], starts[place] + self.batch_size))


def distil(
    model: SentenceTransformer,
    teacher: SentenceTransformer,
    data: Path,
    checkpoints: Path,
    epochs: float = 1,
    share: float = 1.0,
    seed: int = 13,
) -> SentenceTransformer:
    """Trains ``model`` towards ``teacher``; goes on from the newest checkpoint, if there is one."""
    model.max_seq_length = _LONGEST_TRAINED
    targets = checkpoints / "targets"
    if not targets.exists():
        _teacher_targets(teacher, data, share, seed).save_to_disk(targets)
    translated = Dataset.load_from_disk(targets)
    pairs = read_swedish_pairs(data, seed, share)
    pairs.sort(key=lambda pair: len(pair[0]) + len(pair[1]))
    strangers = np.asarray(translated.shuffle(seed)[:4096]["label"], dtype=np.float32)
    trainer = SentenceTransformerTrainer(
        model=model,
        args=SentenceTransformerTrainingArguments(
            output_dir=str(checkpoints),
            num_train_epochs=epochs,
            per_device_train_batch_size=128,
            learning_rate=2e-4,
            warmup_steps=60,
            lr_scheduler_type="cosine",
            bf16=True,
            use_cpu=not torch.cuda.is_available(),
            seed=seed,
            batch_sampler=BatchesOfLikeLength,
            logging_steps=50,
            save_steps=300,
            save_total_limit=1,
            report_to="none",
        ),
        train_dataset={
            "translations": translated,
            "swedish_pairs": Dataset.from_dict(
                {"anchor": [a for a, _ in pairs], "positive": [b for _, b in pairs]}
            ),
        },
        loss={
            "translations": TeacherLoss(model, strangers),
            "swedish_pairs": MultipleNegativesRankingLoss(model, scale=20.0),
        },
    )
    trainer.train(resume_from_checkpoint=any(checkpoints.glob("checkpoint-*")))
    model.max_seq_length = _LONGEST
    return model


def _teacher_targets(teacher: SentenceTransformer, data: Path, share: float, seed: int) -> Dataset:
    """Sentences in both languages, some misspelt, each with the teacher's vector of the English."""
    chooser = random.Random(seed)
    translations = read_translations(data, seed, share)
    teacher.max_seq_length = _LONGEST_TRAINED
    with torch.autocast("cpu", dtype=torch.bfloat16):
        vectors = teacher.encode(
            [english for _, english in translations],
            batch_size=128,
            normalize_embeddings=True,
            show_progress_bar=True,
        )
    rows: list[tuple[str, NDArray[np.float32]]] = []
    for (swedish, english), vector in zip(translations, vectors, strict=True):
        rows.append((swedish, vector))
        draw = chooser.random()
        if draw < 0.3:
            rows.append((english, vector))
        elif draw < 0.4:
            rows.append((misspell(swedish, chooser), vector))
    rows.sort(key=lambda row: len(row[0]))
    return Dataset.from_dict(
        {"sentence": [text for text, _ in rows], "label": [vector for _, vector in rows]}
    )
