"""``python -m corpus``: the editor's door: add a document, check it, draft questions for it.

Checking asks the index and drafting reads the assistant's log, so this door, and nothing else in
this package, reaches to its right; it does so only when it is asked to.
"""

import argparse
import datetime
import os
import sys
from collections.abc import Callable
from pathlib import Path

from corpus import DOCUMENTS, CorpusError, Document, read_corpus
from corpus.importing import ENDINGS, Particulars, add_document, report

_DONE, _SOME, _FAILED = 0, 1, 2
_ADD_STATUS = """slutstatus:
  0  varje fil blev ett dokument (läs ändå det som står under Osäkert)
  1  någon fil gick inte att läsa och lämnades utanför, de andra blev dokument
  2  inget dokument skrevs, eller så var kommandot felskrivet
"""
_CHECK_STATUS = (
    "slutstatus: 0 inget att åtgärda, 1 något att åtgärda, 2 det gick inte att kontrollera"
)
_SUGGEST_STATUS = "slutstatus: 0 förslag skrevs, 1 inga förslag finns, 2 något gick inte att läsa"


def main() -> int:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # text
    arguments = _parser().parse_args()
    try:
        return int(arguments.run(arguments))
    except CorpusError as error:
        print(error, file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt:
        _show_progress("")
        return _FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m corpus", description="Redaktörens verktyg: nya dokument och deras frågor."
    )
    doors = parser.add_subparsers(required=True, metavar="add|check|suggest")
    _add_options(
        _door(
            doors.add_parser,
            "add",
            "gör ett dokument av en fil",
            "Gör ett dokument av en fil: hittar sammanfattning och lärdomar och skriver dem "
            f"ordagrant som Markdown, att läsa igenom. Läser {', '.join(ENDINGS)}.",
            _ADD_STATUS,
        )
    )
    _add_check(doors.add_parser)
    _add_suggest(doors.add_parser)
    return parser


def _add_check(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    check = _door(
        add_parser,
        "check",
        "pröva redaktörens frågor mot dokumentet",
        "Prövar redaktörens frågor: var och en ställs till ett index som inte har fått lära sig "
        "den. Skriver vad som behöver åtgärdas, det viktigaste först.",
        _CHECK_STATUS,
    )
    check.add_argument("--document", default="", metavar="NAMN", help="bara ett av dokumenten")
    check.add_argument("--all", action="store_true", help="visa allt, inte bara det viktigaste")
    check.add_argument(
        "--embedder",
        default=os.environ.get("LARDOM_EMBEDDER"),
        help="modell för vektorer: en mapp eller ett namn [LARDOM_EMBEDDER]",
    )
    check.set_defaults(run=_check)


def _add_suggest(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    suggest = _door(
        add_parser,
        "suggest",
        "föreslå frågor till redaktörens fil",
        "Skriver frågor ur frågeloggen att klistra in i redaktörens fil. Inget ändras.",
        _SUGGEST_STATUS,
    )
    suggest.add_argument(
        "lesson", nargs="?", type=int, metavar="LÄRDOM", help="lärdomens nummer, annars alla"
    )
    suggest.add_argument("--document", default="", metavar="NAMN", help="dokumentet, om de är fler")
    suggest.add_argument(
        "--log",
        type=Path,
        default=os.environ.get("LARDOM_QUESTION_LOG") or None,
        help="frågeloggen, JSON-rader [LARDOM_QUESTION_LOG]",
    )
    suggest.set_defaults(run=_suggest)


def _door(
    add_parser: Callable[..., argparse.ArgumentParser],
    name: str,
    short: str,
    description: str,
    status: str,
) -> argparse.ArgumentParser:
    door = add_parser(
        name,
        help=short,
        description=description,
        epilog=status,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    door.add_argument(
        "--corpus",
        type=Path,
        default=Path(os.environ.get("LARDOM_CORPUS") or DOCUMENTS),
        help="mapp med dokument [LARDOM_CORPUS]",
    )
    return door


def _add_options(add: argparse.ArgumentParser) -> None:
    add.add_argument("files", nargs="+", type=Path, metavar="FIL", help="filen, eller flera")
    add.add_argument(
        "--replace",
        action="store_true",
        help="ersätt ett dokument som redan finns; det förra sparas i mappen ersatta",
    )
    for name, help_text in (
        ("title", "rubrik"),
        ("short-name", "kort namn som står i citaten, till exempel ”Norrbro 2024”"),
        ("event", "konferens eller sammanhang"),
        ("place", "plats"),
        ("organiser", "arrangör"),
    ):
        add.add_argument(f"--{name}", default="", help=help_text)
    add.add_argument("--date", type=_date, help="datum, till exempel 2024-05-14")
    add.set_defaults(run=_add)


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} är inget datum; skriv 2024-05-14") from None


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
    documents = _documents(arguments)
    if len(documents) > 1 and (arguments.lesson is not None or not arguments.log):
        names = ", ".join(document.name for document in documents)
        raise CorpusError(arguments.corpus, None, f"välj ett dokument med --document: {names}")
    if not arguments.log:
        print(
            "Förslag hämtas ur frågeloggen, och någon sådan är inte angiven. Sätt "
            "LARDOM_QUESTION_LOG till en fil, låt chattfönstret skriva i den ett tag och kör igen.",
            file=sys.stderr,
        )
        return _FAILED
    return _suggest_from_log(arguments, documents)


def _suggest_from_log(arguments: argparse.Namespace, documents: tuple[Document, ...]) -> int:
    from assistant.suggest import LogError, as_yaml, draft_from_log, read_log

    status = _SOME
    for document in documents:
        if arguments.lesson is not None and not document.lesson(arguments.lesson):
            count = len(document.lessons)
            raise CorpusError(arguments.corpus, None, f"{document.name} har {count} lärdomar")
        try:
            logged = read_log(arguments.log, document)
        except LogError as error:
            print(f"Frågeloggen går inte att läsa.\n  ({error})", file=sys.stderr)
            return _FAILED
        drafts = draft_from_log(logged, document, arguments.lesson)
        if drafts.answered or drafts.unanswered:
            print(as_yaml(drafts), end="")
            status = _DONE
    if status == _SOME:
        print("Loggen har inga frågor som inte redan står i redaktörens fil.", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
