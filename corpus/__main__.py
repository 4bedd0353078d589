"""``python -m corpus``: the editor's door: add a document, check it, draft questions for it.

Checking asks the index and drafting reads the assistant's log, so this door, and nothing else in
this package, reaches to its right; it does so only when it is asked to.
"""

import argparse
import os
import sys

from corpus import DOCUMENTS, CorpusError, Document, read_corpus
from corpus.arguments import parser
from corpus.importing import Particulars, add_document, report

_DONE, _SOME, _FAILED = 0, 1, 2
_NO_SOURCE = (
    "Förslag hämtas ur frågeloggen, eller för en lärdom i taget ur en språkmodell. Sätt "
    "LARDOM_QUESTION_LOG till en fil och låt chattfönstret skriva i den ett tag, eller sätt "
    "LARDOM_LLM, och kör igen."
)


def main() -> int:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # text
    arguments = parser().parse_args()
    try:
        return {"add": _add, "check": _check, "suggest": _suggest}[arguments.command](arguments)
    except CorpusError as error:
        print(error, file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt:
        _show_progress("")
        return _FAILED


def _add(arguments: argparse.Namespace) -> int:
    given = Particulars(
        title=arguments.title,
        short_name=arguments.short_name,
        event=arguments.event,
        date=arguments.date,
        place=arguments.place,
        organiser=arguments.organiser,
    )
    added = 0
    for file in arguments.files:
        try:
            placed = add_document(file, arguments.corpus, given, arguments.replace)
        except CorpusError as error:
            print(f"Inget dokument av {file.name}: {error.problem}.\n  ({error})", file=sys.stderr)
        else:
            added += 1
            print(report(file, placed), flush=True)
    if added:
        where = "" if arguments.corpus == DOCUMENTS else f' --corpus "{arguments.corpus}"'
        print(f"Läs igenom det nya i en texteditor, bygg sedan indexet: python -m index{where}")
    return _DONE if added == len(arguments.files) else _SOME if added else _FAILED


def _documents(arguments: argparse.Namespace) -> tuple[Document, ...]:
    """Those of the folder, or the one that was asked for."""
    documents = read_corpus(arguments.corpus)
    named = tuple(one for one in documents if one.name == arguments.document)
    if arguments.document and not named:
        names = ", ".join(document.name for document in documents)
        raise CorpusError(arguments.corpus, None, f"har inget sådant dokument, bara {names}")
    return named or documents


def _check(arguments: argparse.Namespace) -> int:
    documents = _documents(arguments)
    from assistant.check import check_documents
    from assistant.check_report import check_report
    from assistant.failures import FAILURES, sentence_for
    from index import MODEL, SentenceEmbedder

    try:
        embedder = SentenceEmbedder(arguments.embedder or MODEL)
        check = check_documents(documents, arguments.corpus, embedder, _show_progress)
    except FAILURES as error:
        print(f"{sentence_for(error)}\n  ({error})", file=sys.stderr)
        return _FAILED
    finally:
        _show_progress("")
    print(check_report(check, arguments.all))
    return _SOME if check.shortcomings else _DONE


def _show_progress(line: str) -> None:
    """Drawn over on a terminal, plain lines elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
    elif line:
        print(line, file=sys.stderr, flush=True)


def _suggest(arguments: argparse.Namespace) -> int:
    """From the question log and, for one lesson, from a language model, where there are such."""
    documents = _documents(arguments)
    if len(documents) > 1 and (arguments.lesson is not None or not arguments.log):
        names = ", ".join(document.name for document in documents)
        raise CorpusError(arguments.corpus, None, f"välj ett dokument med --document: {names}")
    if arguments.lesson is not None and not documents[0].lesson(arguments.lesson):
        count = len(documents[0].lessons)
        raise CorpusError(arguments.corpus, None, f"{documents[0].name} har {count} lärdomar")
    asks_model = arguments.lesson is not None and bool(os.environ.get("LARDOM_LLM"))
    if not arguments.log and not asks_model:
        print(_NO_SOURCE, file=sys.stderr)
        return _FAILED
    from assistant.model import ModelFailed, chosen_model
    from assistant.suggest import LogError, as_yaml, draft_from_log, draft_with_model, read_log

    model, told = chosen_model(os.environ) if asks_model else (None, "")
    if told:
        print(told, file=sys.stderr)
    found = False
    for document in documents:
        try:
            logged = read_log(arguments.log, document) if arguments.log else ()
            drafts = draft_from_log(logged, document, arguments.lesson)
            lesson = document.lesson(arguments.lesson or 0)
            written = draft_with_model(model, document, lesson) if model and lesson else ()
        except LogError as error:
            print(f"Frågeloggen går inte att läsa.\n  ({error})", file=sys.stderr)
            return _FAILED
        except ModelFailed as error:
            print(f"Språkmodellen gav inga förslag.\n  ({error})", file=sys.stderr)
            return _FAILED
        if drafts.answered or drafts.unanswered or written:
            print(as_yaml(drafts, [(lesson.number, written)] if lesson and written else []), end="")
            found = True
    if not found:
        print("Det finns inga förslag som inte redan står i filen.", file=sys.stderr)
    return _DONE if found else _SOME


if __name__ == "__main__":
    sys.exit(main())
