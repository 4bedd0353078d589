"""What each of several documents says on a question, document by document."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant import compose
from assistant.decision import Decision, decide
from assistant.overview import lessons_with_word
from assistant.quoting import Quotes
from assistant.reply import Answer, Reply, Statement
from assistant.swedish import listed
from corpus import Document
from index import Findings, Hit

if TYPE_CHECKING:
    from index import Index

_MOST_COMPARED = 10  # documents that are quoted, the surest first
_MOST_SAID = 2  # lessons of each


def compare(
    text: str, subject: str, documents: Sequence[Document], quotes: Quotes, index: "Index"
) -> Reply:
    """Each document's best lessons on ``text`` under its name, and which documents are silent.

    A lesson that uses the word of a ``subject`` says something about it, however doubtful it is
    as an answer.
    """
    found = index.search_each(text, frozenset(document.name for document in documents))
    said = {
        document.name: hits
        for document in documents
        if (hits := _answers(document, found[document.name], subject))
    }
    if not said:
        return _nearest(found, quotes)
    shown = sorted(said, key=lambda name: -said[name][0].score)[:_MOST_COMPARED]
    statements: list[Statement] = []
    for name in shown:
        for hit in said[name]:
            statements += quotes.found(hit, text)
    return Answer(
        tuple(statements),
        headings=tuple(compose.heading(quotes.document(name)) for name in shown),
        silent=_besides(documents, set(shown), said.keys() - set(shown)),
    )


def _answers(document: Document, findings: Findings, subject: str) -> tuple[Hit, ...]:
    if answers := decide(findings).answers:
        return answers[:_MOST_SAID]
    using = lessons_with_word(subject, document) if subject else set()
    return tuple(hit for hit in findings.hits if hit.number in using)[:_MOST_SAID]


def _besides(documents: Sequence[Document], shown: set[str], more: set[str]) -> str:
    """One line on the documents that are not quoted: those that do not answer, and further ones."""
    further = [document.short_name for document in documents if document.name in more]
    silent = [each.short_name for each in documents if each.name not in more | shown]
    lines = [f"Även {listed(further)} svarar på det."] if further else []
    lines += [f"{listed(silent)} svarar inte på det."] if silent else []
    return " ".join(lines)


def _nearest(found: dict[str, Findings], quotes: Quotes) -> Reply:
    """No document answers: the lesson that is nearest in each, the nearest first."""
    near: list[Hit] = []
    for findings in found.values():
        decision: Decision = decide(findings)
        near += decision.nearest[:1]
    near.sort(key=lambda hit: -hit.score)
    lessons = [quotes.lesson(hit) for hit in near]
    return quotes.near_refusal(lessons) if lessons else compose.absent_refusal()
