"""Replies to take along: an answer with its references, a conversation as Markdown."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.reply import Answer, Reply, Turn
from corpus import Document, swedish_date
from page.sources import Place, Sources

TITLE = "Frågor till Lärdomsassistenten"


@dataclass(frozen=True, slots=True)
class Reference:
    """A passage that a conversation leans on, under the name it is cited by."""

    label: str
    text: str


def reply_as_memo(reply: Reply, sources: Sources) -> str:
    """The reply as plain text, then every lesson it cites in full, then the source."""
    if not isinstance(reply, Answer):
        return "\n\n".join([reply.text, _origins([_places(reply, sources)])])
    references = "\n".join(
        f"{reference.label}: {reference.text}" for reference in references_of([reply], sources)
    )
    return "\n\n".join([reply.text, f"Källor\n{references}", _origins([_places(reply, sources)])])


def references_of(replies: Iterable[Reply], sources: Sources) -> tuple[Reference, ...]:
    """Every passage that the replies cite or suggest, once, in the order of the sources."""
    found = {
        (sources.documents.index(place.document), place.passage.number or 0): place
        for reply in replies
        for place in _places(reply, sources)
    }
    return tuple(
        Reference(sources.label(place.document.name, place.passage.number), place.passage.text)
        for _, place in sorted(found.items(), key=lambda item: item[0])
    )


def origins(turns: Iterable[Turn], sources: Sources) -> str:
    """Where the cited lessons come from, with dates."""
    return _origins(_places(turn.reply, sources) for turn in turns)


def origin(document: Document) -> str:
    """Where a document comes from: the event, and its date if the event does not say it."""
    date = swedish_date(document.date) if document.date else ""
    event = document.event or document.title
    return event if date in event else f"{event}, {date}"


def stamp(sources: Sources, today: datetime.date) -> str:
    """When it was taken out, and of which texts."""
    return f"Uttaget {swedish_date(today)}. Underlagets version: {sources.version()}."


def conversation_as_markdown(
    turns: tuple[Turn, ...], sources: Sources, today: datetime.date
) -> str:
    """Questions, replies, the cited lessons in full, the source, and the date."""
    parts = [f"# {TITLE}", stamp(sources, today)]
    for turn in turns:
        parts += [f"## {_plain(turn.question)}", _plain(turn.reply.text)]
    references = references_of((turn.reply for turn in turns), sources)
    if references:
        parts.append("## Lärdomarna i sin helhet")
        parts += [f"**{_plain(each.label)}.** {_plain(each.text)}" for each in references]
        parts.append(f"Källa: {_plain(origins(turns, sources))}")
    return "\n\n".join(parts) + "\n"


def _places(reply: Reply, sources: Sources) -> list[Place]:
    if isinstance(reply, Answer):
        names = [(cited.document, cited.lesson) for cited in reply.citations]
    else:
        names = [(lesson.document, lesson.number) for lesson in reply.suggestions]
    return [
        Place(sources.document(name), sources.document(name).passage(lesson))
        for name, lesson in names
    ]


def _origins(places: Iterable[list[Place]]) -> str:
    named = {place.document.name: place.document for some in places for place in some}
    return "; ".join(origin(document) for document in named.values())


def _plain(text: str) -> str:
    """``text`` so that Markdown shows it as it stands, line by line."""
    escaped = re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)
    return escaped.replace("\n", "  \n")
