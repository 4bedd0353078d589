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
from corpus.facts import fact_questions, swedish_date
from corpus.folder import Reading, document_name, read_corpus, read_folder
from corpus.parts import Part, parts
from corpus.reader import read_document
from corpus.sentences import blocks, sentences

DOCUMENTS = Path(__file__).parent / "documents"

__all__ = [
    "DOCUMENTS",
    "CorpusError",
    "Document",
    "EditorQuestions",
    "Lesson",
    "Part",
    "Passage",
    "Reading",
    "Summary",
    "SummaryQuestions",
    "Theme",
    "UnansweredQuestion",
    "blocks",
    "document_name",
    "fact_questions",
    "parts",
    "read_corpus",
    "read_document",
    "read_folder",
    "sentences",
    "swedish_date",
]
