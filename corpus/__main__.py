"""``python -m corpus``: the editor's door: add a document, check one, find questions for one."""

import argparse
import datetime
import os
import sys
from pathlib import Path

from corpus import DOCUMENTS, CorpusError
from corpus.importing import ENDINGS, Particulars, Placed, add_document

_DONE, _SOME, _FAILED = 0, 1, 2
_ADD_STATUS = """slutstatus:
  0  varje fil blev ett dokument (läs ändå det som står under Osäkert)
  1  någon fil gick inte att läsa och lämnades utanför, de andra blev dokument
  2  inget dokument skrevs, eller så var kommandot felskrivet
"""
_WAYS = {
    "numbers": "numrerade lärdomar",
    "headings": "passager, en för varje rubrik (inga numrerade lärdomar hittades)",
    "paragraphs": "passager, en för varje stycke (varken nummer eller rubriker hittades)",
    "speech": "passager ur det som sägs, var och en med sin tid (inga numrerade lärdomar hittades)",
    "document": "lärdomar (filen var redan ett dokument och kopierades ordagrant)",
}
_MOST_TOLD = 40


def main() -> int:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # text
    arguments = _parser().parse_args()
    try:
        return int(arguments.run(arguments))
    except CorpusError as error:
        print(error, file=sys.stderr)
        return _FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m corpus", description="Redaktörens verktyg: nya dokument och deras frågor."
    )
    doors = parser.add_subparsers(required=True, metavar="add")
    add = doors.add_parser(
        "add",
        help="gör ett dokument av en fil",
        description="Gör ett dokument av en fil: hittar sammanfattning och lärdomar och skriver "
        "dem ordagrant som Markdown, att läsa igenom. Läser " + ", ".join(ENDINGS) + ".",
        epilog=_ADD_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add.add_argument("files", nargs="+", type=Path, metavar="FIL", help="filen, eller flera")
    add.add_argument(
        "--replace",
        action="store_true",
        help="ersätt ett dokument som redan finns; det förra sparas i mappen ersatta",
    )
    _add_corpus(add)
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
    return parser


def _add_corpus(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--corpus",
        type=Path,
        default=Path(os.environ.get("LARDOM_CORPUS") or DOCUMENTS),
        help="mapp med dokument [LARDOM_CORPUS]",
    )


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
            print(_told(file, placed), flush=True)
    if added:
        print("Läs igenom det nya i en texteditor och bygg sedan indexet: python -m index")
    if added == len(arguments.files):
        return _DONE
    return _SOME if added else _FAILED


def _told(file: Path, placed: Placed) -> str:
    document = placed.document
    lines = [
        f"{file.name} → {placed.file}",
        f"  {len(document.lessons)} {_WAYS[placed.way]}",
        f"  sammanfattning: {len(document.summary.text.split())} ord",
        f"  rubrik: {document.title}",
        f"  kort namn: {document.short_name}",
    ]
    for name, value in (
        ("sammanhang", document.event),
        ("datum", document.date),
        ("plats", document.place),
        ("arrangör", document.organiser),
    ):
        lines.append(f"  {name}: {value or '–'}")
    if placed.kept:
        lines.append(f"  det förra dokumentet finns kvar: {placed.kept}")
    lines += _listed("Osäkert, jämför med källan:", [(d.place, d.text) for d in placed.doubts])
    lines += _listed(
        "Borttaget, hör till sidan och inte till texten:",
        [(one.place, " ".join(one.text.split())[:100]) for one in placed.removed],
    )
    return "\n".join([*lines, ""])


def _listed(title: str, rows: list[tuple[str, str]]) -> list[str]:
    if not rows:
        return []
    shown = [f"    {place}: {text}" for place, text in rows[:_MOST_TOLD]]
    more = [f"    … och {len(rows) - _MOST_TOLD} till"] if len(rows) > _MOST_TOLD else []
    return [f"  {title}", *shown, *more]


if __name__ == "__main__":
    sys.exit(main())
