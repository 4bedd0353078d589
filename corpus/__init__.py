"""What is known: the documents, their lessons, and the questions that editors know of."""

from pathlib import Path

from corpus.document import (
    Document,
    EditorQuestions,
    Lesson,
    Passage,
    Summary,
    SummaryQuestions,
    Theme,
    UnansweredQuestion,
)
from corpus.error import CorpusError
from corpus.reader import read_corpus, read_document

DOCUMENTS = Path(__file__).parent / "documents"

__all__ = [
    "DOCUMENTS",
    "CorpusError",
    "Document",
    "EditorQuestions",
    "Lesson",
    "Passage",
    "Summary",
    "SummaryQuestions",
    "Theme",
    "UnansweredQuestion",
    "read_corpus",
    "read_document",
]
