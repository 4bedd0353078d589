"""Which documents a turn is about: those that were chosen, named, or talked about before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.naming import DocumentNames, Naming
from assistant.reply import Question, Refusal, Turn
from assistant.swedish import listed
from corpus import Document

_GOES_ON = re.compile(r"^\W*(?:och|men|sen|sedan|samt|and|what about)\b", re.I)
_BOTH = re.compile(
    r"^\W*(?:visa |ta |ge mig )?(?:båda|bägge|alla|samtliga|both)"
    r"(?: två| delarna| dokumenten)?\W*$",
    re.I,
)
_ALL_LESSONS = "lista alla"


@dataclass(frozen=True, slots=True)
class Scope:
    """The ``documents`` to ask, and the ``text`` to understand, freed of their names.

    ``typed`` is the text with the names, for searching; ``named`` says whether the turn, or one
    that it goes on from, names the documents; ``weak`` are names that may be mere words;
    ``before`` are the documents that the turn before named, which this one may lean on.
    """

    documents: tuple[Document, ...]
    text: str
    typed: str
    named: bool = False
    weak: tuple[str, ...] = ()
    before: tuple[Document, ...] = ()


def chosen_documents(documents: Sequence[Document], question: Question) -> tuple[Document, ...]:
    """Those that the question's ``documents`` and ``year`` leave; all if it limits nothing."""
    wanted = {name.casefold().strip() for name in question.documents}
    return tuple(
        document
        for document in documents
        if (not wanted or wanted & {document.name.casefold(), document.short_name.casefold()})
        and (question.year is None or (document.date and document.date.year == question.year))
    )


def scope_of(
    question: Question, documents: Sequence[Document], names: DocumentNames
) -> Scope | Refusal:
    """What ``question`` is asked of, or a Refusal that says why that is no document at all."""
    chosen = chosen_documents(documents, question)
    if not chosen:
        return _no_such(question, documents)
    naming = names.read(question.text)
    named = tuple(document for document in naming.documents if document in chosen)
    if naming.documents and not named:
        return _outside(naming, chosen)
    if naming.is_bare:
        return _restated(question, named, names)
    if named:
        return Scope(named, naming.rest, question.text, named=True, weak=naming.weak)
    return _carried(question, chosen, names)


def _restated(question: Question, named: tuple[Document, ...], names: DocumentNames) -> Scope:
    """ "Den från Norrbro": the last question again, asked of that document."""
    text = _last_asked(question.history, names) or _ALL_LESSONS
    return Scope(named, text, text, named=True)


def _carried(question: Question, chosen: tuple[Document, ...], names: DocumentNames) -> Scope:
    """What names no document may go on about the one that the turn before named."""
    plain = Scope(chosen, question.text, question.text)
    if not question.history or len(chosen) < 2:
        return plain
    last = question.history[-1]
    if _BOTH.match(question.text) and isinstance(last.reply, Refusal):
        asked_about = {lesson.document for lesson in last.reply.suggestions}
        both = tuple(document for document in chosen if document.name in asked_about)
        text = _last_asked(question.history, names)
        return Scope(both, text, text, named=True) if len(both) > 1 and text else plain
    before = _last_named(question.history, names)
    kept = tuple(document for document in chosen if document in before)
    if kept and _GOES_ON.match(question.text):
        return Scope(kept, question.text, question.text, named=True)
    return Scope(chosen, question.text, question.text, before=kept)


def _last_asked(history: Sequence[Turn], names: DocumentNames) -> str:
    """The last question that was more than the name of a document, freed of names."""
    for turn in reversed(history):
        naming = names.read(turn.question)
        if not naming.is_bare and not _BOTH.match(turn.question):
            return naming.rest
    return ""


def _last_named(history: Sequence[Turn], names: DocumentNames) -> tuple[Document, ...]:
    """What the last turn named; turns that only go on are passed over."""
    for turn in reversed(history):
        if named := names.read(turn.question).documents:
            return named
        if not _GOES_ON.match(turn.question):
            break
    return ()


def _no_such(question: Question, documents: Sequence[Document]) -> Refusal:
    if question.documents:
        asked = listed([f"”{name}”" for name in question.documents])
        of_year = f" från {question.year}" if question.year is not None else ""
        sentence = f"Det finns inget dokument som heter {asked}{of_year}."
    else:
        sentence = f"Det finns inget dokument från {question.year}."
    return Refusal(f"{sentence} Här finns {_short_names(documents)}.")


def _outside(naming: Naming, chosen: Sequence[Document]) -> Refusal:
    return Refusal(
        f"Frågan gäller {_short_names(naming.documents)}, men du har valt att bara fråga "
        f"{_short_names(chosen)}. Ändra urvalet och fråga igen."
    )


def _short_names(documents: Sequence[Document]) -> str:
    return listed([document.short_name for document in documents])
