"""What the synthetic lessons are made of: real Swedish sentences and their words.

The sentences are those of the repository's own documents and of ``statutes.txt``: 3,000 short
sentences from Swedish statutes, which have no copyright (9 § upphovsrättslagen).
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus import DOCUMENTS, read_corpus, sentences

STATUTES = Path(__file__).parent / "statutes.txt"
WORD = re.compile(r"\b[a-zåäöé]{6,18}\b")
_SHORTEST, _LONGEST = 30, 110  # characters of a sentence
_ENDING = 3  # letters by which one word can stand in another's place: a rough morphology


@dataclass(frozen=True, slots=True)
class Material:
    """Sentences, and by a word's last letters the words that have the same ones."""

    sentences: tuple[str, ...]
    alike: dict[str, tuple[str, ...]]

    def stand_ins(self, word: str) -> tuple[str, ...]:
        """The words with the ending of ``word``, itself among them."""
        return self.alike.get(word[-_ENDING:], (word,))


def read_material(folders: Iterable[Path] = (DOCUMENTS,), statutes: Path = STATUTES) -> Material:
    """The material of the documents in ``folders`` and of the file ``statutes``."""
    said = [
        sentence
        for folder in folders
        for document in read_corpus(folder)
        for lesson in document.lessons
        for sentence in sentences(lesson.text)
        if _SHORTEST <= len(sentence) <= _LONGEST and sentence[0].isalpha()
    ]
    said += statutes.read_text(encoding="utf-8").splitlines()
    alike: dict[str, set[str]] = defaultdict(set)
    for sentence in said:
        for word in WORD.findall(sentence):
            alike[word[-_ENDING:]].add(word)
    ordered = {ending: tuple(sorted(words)) for ending, words in alike.items()}
    return Material(tuple(dict.fromkeys(said)), ordered)
