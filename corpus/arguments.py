"""What can be said to ``python -m corpus``: its commands, flags and exit statuses, in Swedish."""

import argparse
import datetime
import os
from collections.abc import Callable
from pathlib import Path

from corpus import DOCUMENTS
from corpus.importing import ENDINGS

_ADD_STATUS = """slutstatus:
  0  varje fil blev ett dokument (läs ändå det som står under Osäkert)
  1  någon fil gick inte att läsa och lämnades utanför, de andra blev dokument
  2  inget dokument skrevs, eller så var kommandot felskrivet
"""
_CHECK_STATUS = (
    "slutstatus: 0 inget att åtgärda, 1 något att åtgärda, 2 det gick inte att kontrollera"
)
_SUGGEST_STATUS = "slutstatus: 0 förslag skrevs, 1 inga förslag finns, 2 något gick inte att läsa"


def parser() -> argparse.ArgumentParser:
    """``command`` says which of the three was called."""
    whole = argparse.ArgumentParser(
        prog="python -m corpus", description="Redaktörens verktyg: nya dokument och deras frågor."
    )
    doors = whole.add_subparsers(required=True, dest="command", metavar="add|check|suggest")
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
    return whole


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


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} är inget datum; skriv 2024-05-14") from None
