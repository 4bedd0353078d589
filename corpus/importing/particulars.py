"""Guesses the particulars of a source: its title, event, date, place and organiser."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.facts import MONTHS
from corpus.importing.source import Doubt, Paragraph, Source
from corpus.sentences import sentences

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
_NO_TITLE = re.compile(
    r"(?:\d+\s+)?(?:lärdomar|punkter|innehåll)\s*:?$|[\w ]{2,20}:\s", re.IGNORECASE
)
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
    date, date_place, date_line = _date(summary)
    title, event = _title_and_event(source, summary)
    whole_event = given.event or labelled["event"] or event
    place = _PLACE.search(whole_event or date_line)
    found = Particulars(
        title=given.title or labelled["title"] or title or _spoken(name),
        event=whole_event,
        date=given.date or date,
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
    short = _spoken(name)
    if found.place and found.date:
        short = f"{found.place.split(',')[0]} {found.date.year}"
    return Particulars(found.title, short, found.event, found.date, found.place, found.organiser)


def _spoken(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _labelled(paragraphs: Sequence[Paragraph], words: str) -> str:
    """What stands after "Plats:" or the like."""
    for paragraph in paragraphs:
        for line in paragraph.text.split("\n"):
            if found := re.match(rf"{words}\s*:\s*(\S.*)", line, re.IGNORECASE):
                return found[1].strip()
    return ""


def _date(paragraphs: Sequence[Paragraph]) -> tuple[datetime.date | None, str, str]:
    """The first date, where it stands, and the sentence that it stands in."""
    for paragraph in paragraphs:
        for sentence in sentences(paragraph.text):
            if date := _date_in(sentence):
                return date, paragraph.place, sentence
    return None, "", ""


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
    short = [
        paragraph.text
        for paragraph in summary[:4]
        if len(paragraph.text) <= _LONGEST_TITLE and "\n" not in paragraph.text
    ]
    telling = [text for text in short if not _NO_TITLE.match(text)]
    dated = next((text for text in telling if _date_in(text)), "")
    event = "" if dated.endswith(".") else _without_date(dated)
    headings = [p.text for p in summary if p.heading and not _NO_TITLE.match(p.text)]
    named = [source.title] if source.title else []
    title = next(iter([*headings, *named, *(text for text in telling if text != dated)]), event)
    return title.strip(), event if event != title else ""


def _without_date(text: str) -> str:
    left = _NUMBER_DATE.sub("", _WRITTEN_DATE.sub("", text))
    return " ".join(left.split()).strip(" ,.–-()")
