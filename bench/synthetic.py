"""Synthetic lessons in any number, and questions whose right lesson is known.

A lesson is one real sentence, or two, in which some words have given way to others of the same
ending. A corpus of 1,000 lessons is the beginning of one of 100,000, so both can be asked the same
questions. No two lessons are the same.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bench.material import WORD, Material

SEED = 2026
_TWO_SENTENCES = 0.2  # as a share of the lessons
_EXCHANGED = 3  # words of a sentence
_ASKED_WORDS = 3
_MISSPELT = 0.25  # as a share of the questions
_FRAMES = (
    "Vad gäller för {0} och {1} när det handlar om {2}?",
    "Hur är det med {0}, {1} och {2}?",
    "Vem svarar för {0} vid {1} och {2}?",
    "När blir {0} aktuellt för {1} med {2}?",
    "Kan {0} påverka {1} eller {2}?",
)


@dataclass(frozen=True, slots=True)
class SyntheticLesson:
    """``number`` counts from 0 through the whole corpus, whatever document the lesson is in."""

    number: int
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lesson as it stands in its document."""
        return " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question and the numbers of the lessons that are right, most often one."""

    text: str
    right: tuple[int, ...]


def synthetic_lessons(
    material: Material, count: int, seed: int = SEED
) -> tuple[SyntheticLesson, ...]:
    """The first ``count`` lessons; the same ones for the same seed."""
    dice = random.Random(f"{seed} lessons")
    said: dict[str, tuple[str, ...]] = {}
    while len(said) < count:
        times = 2 if dice.random() < _TWO_SENTENCES else 1
        parts = tuple(
            _recombined(dice.choice(material.sentences), material, dice) for _ in range(times)
        )
        said.setdefault(" ".join(parts), parts)
    return tuple(SyntheticLesson(number, parts) for number, parts in enumerate(said.values()))


def questions_about(
    lessons: Sequence[SyntheticLesson], count: int, seed: int = SEED
) -> tuple[KnownQuestion, ...]:
    """``count`` questions, each made from words of one of ``lessons``, some of them misspelt."""
    dice = random.Random(f"{seed} questions")
    able = [lesson for lesson in lessons if len(_words(lesson)) >= _ASKED_WORDS]
    chosen = dice.sample(able, min(count, len(able)))
    return tuple(_question(lesson, dice) for lesson in chosen)


def _recombined(sentence: str, material: Material, dice: random.Random) -> str:
    words = list(dict.fromkeys(WORD.findall(sentence)))
    for word in dice.sample(words, min(_EXCHANGED, len(words))):
        sentence = sentence.replace(word, dice.choice(material.stand_ins(word)), 1)
    return sentence


def _words(lesson: SyntheticLesson) -> list[str]:
    """The words of the sentence that says most: those that a question can be made of."""
    fullest = max(lesson.sentences, key=len)
    return list(dict.fromkeys(WORD.findall(fullest)))


def _question(lesson: SyntheticLesson, dice: random.Random) -> KnownQuestion:
    asked = dice.sample(_words(lesson), _ASKED_WORDS)
    if dice.random() < _MISSPELT:
        asked[0] = _misspelt(asked[0], dice)
    return KnownQuestion(dice.choice(_FRAMES).format(*asked), (lesson.number,))


def _misspelt(word: str, dice: random.Random) -> str:
    """Two neighbouring letters change places."""
    place = dice.randrange(1, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
