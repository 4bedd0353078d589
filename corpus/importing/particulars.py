"""Guesses the particulars of a source: its title, event, date, place and organiser."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.facts import MONTHS
from corpus.importing.source import Doubt, Paragraph, Source

_WRITTEN_DATE = re.compile(
    rf"(?:\bden\s+)?\b(?P<day>\d{{1,2}})(?:\s*(?:–|-|och)\s*\d{{1,2}})?\s+"
    rf"(?P<month>{'|'.join(MONTHS)})\s+(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_NUMBER_DATE = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_LABELLED = {
    "title": r"(?:titel|rubrik)",
    "event": r"(?:konferens|evenemang|möte|sammanhang|händelse)",
    "place": r"(?:plats|ort)",
    "organiser": r"(?:arrangör|arrangörer|arrangeras av|arrangerades av|utgivare)",
    "date": r"(?:datum|när)",
}
_PLACE = re.compile(r"\b(?:i|från)\s+([A-ZÅÄÖ][\w-]+(?:\s[A-ZÅÄÖ][\w-]+)?)")
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Particulars:
    """What stands in the front matter; empty where nothing is known."""

    title: str = ""
    short_name: str = ""
    event: str = ""
    date: datetime.date | None = None
    place: str = ""
    organiser: str = ""


def guess_particulars(
    source: Source, summary: Sequence[Paragraph], name: str, given: Particulars
) -> tuple[Particulars, tuple[Doubt, ...]]:
    """``given`` filled up with what the text says, and what is only a guess or still missing."""
    labelled = {key: _labelled(summary, words) for key, words in _LABELLED.items()}
    date, date_place = _date(summary)
    title, event = _title_and_event(source, summary)
    whole_event = given.event or labelled["event"] or event
    place = _PLACE.search(whole_event)
    found = Particulars(
        title=given.title or labelled["title"] or title or name,
        event=whole_event,
        date=given.date or source.date or date,
        place=given.place or labelled["place"] or (place[1] if place else ""),
        organiser=given.organiser or labelled["organiser"],
        short_name=given.short_name,
    )
    found = _with_short_name(found, name)
    doubts = []
    if not given.title and not labelled["title"]:
        doubts.append(Doubt("title", f"rubriken är gissad: ”{found.title}”"))
    if found.date and not given.date:
        doubts.append(Doubt("date", f"datumet {found.date} är det första i texten ({date_place})"))
    missing = [key for key in ("date", "place", "event", "organiser") if not getattr(found, key)]
    if missing:
        doubts.append(Doubt(", ".join(missing), "hittades inte; fyll i överst i filen"))
    return found, tuple(doubts)


def _with_short_name(found: Particulars, name: str) -> Particulars:
    if found.short_name:
        return found
    short = name.replace("-", " ").capitalize()
    if found.place and found.date:
        short = f"{found.place.split(',')[0]} {found.date.year}"
    return Particulars(found.title, short, found.event, found.date, found.place, found.organiser)


def _labelled(paragraphs: Sequence[Paragraph], words: str) -> str:
    """What stands after "Plats:" or the like."""
    for paragraph in paragraphs:
        for line in paragraph.text.split("\n"):
            if found := re.match(rf"{words}\s*:\s*(\S.*)", line, re.IGNORECASE):
                return found[1].strip()
    return ""


def _date(paragraphs: Sequence[Paragraph]) -> tuple[datetime.date | None, str]:
    for paragraph in paragraphs:
        if date := _date_in(paragraph.text):
            return date, paragraph.place
    return None, ""


def _date_in(text: str) -> datetime.date | None:
    try:
        if found := _WRITTEN_DATE.search(text):
            month = MONTHS.index(found["month"].lower()) + 1
            return datetime.date(int(found["year"]), month, int(found["day"]))
        if found := _NUMBER_DATE.search(text):
            return datetime.date(*map(int, found.groups()))
    except ValueError:  # 31 februari
        return None
    return None


def _title_and_event(source: Source, summary: Sequence[Paragraph]) -> tuple[str, str]:
    """The first heading, or the first short line; a line with the date in it is the event."""
    short = [p for p in summary if len(p.text) <= _LONGEST_TITLE and "\n" not in p.text]
    headings = [paragraph.text for paragraph in summary if paragraph.heading]
    lead = summary[:3]
    dated = next((p for p in lead if p in short and _date_in(p.text)), None)
    event = ""
    if dated:
        event = _NUMBER_DATE.sub("", _WRITTEN_DATE.sub("", dated.text)).strip(" ,.–-()")
    untitled = [p.text for p in lead if p in short and p is not dated]
    named = [source.title] if source.title else untitled
    title = next(iter(headings or named), "")
    return title.strip(), event if event != title else ""
