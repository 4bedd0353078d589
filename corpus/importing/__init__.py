"""Makes a document of a file in another format: reads it, finds its lessons, writes Markdown."""

from corpus.importing.lessons import Found, FoundLesson, find_lessons
from corpus.importing.particulars import Particulars
from corpus.importing.placing import Placed, add_document
from corpus.importing.reading import ENDINGS, read_source
from corpus.importing.report import report
from corpus.importing.source import Doubt, Paragraph, Source

__all__ = [
    "ENDINGS",
    "Doubt",
    "Found",
    "FoundLesson",
    "Paragraph",
    "Particulars",
    "Placed",
    "Source",
    "add_document",
    "find_lessons",
    "read_source",
    "report",
]
