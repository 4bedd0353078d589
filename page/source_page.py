"""The page "Underlag": the documents, the index over them, and whether the two still agree."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from corpus import Document, swedish_date
from page.loading import Origin
from page.markup import escape
from page.sources import Sources
from page.swedish import counted
from page.upkeep import Rebuilding

if TYPE_CHECKING:
    from index import CorpusState

REBUILD_PATH = "/underlag/bygg"
_MADE = (
    "<h3>Så blir svaren till</h3><p>Assistenten letar upp de lärdomar som svarar på frågan och "
    "återger dem ordagrant, med lärdomens nummer. Den hittar inte på och den lägger inget "
    "till. Svarar lärdomarna inte på frågan säger den det, och visar de lärdomar som ligger "
    "närmast.</p><h3>Tänk på</h3><p>Lärdomarna är erfarenheter från ett tillfälle och en "
    "plats. De är inte lagtext och inte färska siffror. Kontrollera uppgifter som har hunnit "
    "ändras.</p>"
)


def source_markup(sources: Sources, index: str = "", days_logged: int | None = None) -> str:
    """Which documents, how the answers are made, and what becomes of the questions.

    ``index``: what ``index_markup`` gives.
    """
    documents = "".join(_document(document) for document in sources.documents)
    return (
        f'<div class="browse"><h2 tabindex="-1">Underlag</h2>{documents}{index}{_MADE}'
        f"<h3>Dina frågor</h3><p>{_kept(days_logged)} "
        '<a href="integritet">Mer om integritet</a></p>'
        f'<p class="origin">Underlagets version: {sources.version()}</p></div>'
    )


def index_markup(
    origin: Origin, state: "CorpusState", rebuilding: Rebuilding | None, button: str
) -> str:
    """When the index was built and with what, what has changed since, and the way to rebuild."""
    when = datetime.datetime.fromisoformat(origin.built).astimezone()
    faults = "".join(
        f'<li class="notice">{escape(fault.sentence)}. '
        + (
            "Svaren kommer ur den tidigare versionen.</li>"
            if fault.answered_from
            else "Dokumentet är inte med i svaren.</li>"
        )
        for fault in state.faults
    )
    return (
        "<section><h3>Indexet</h3><dl>"
        f"<dt>Byggt</dt><dd>{swedish_date(when.date())} kl. {when:%H.%M}</dd>"
        f"<dt>Modell</dt><dd>{escape(origin.embedder)}</dd>"
        f"<dt>Sedan dess</dt><dd>{escape(changes_sentence(state))}</dd></dl>"
        + (f'<ul class="faults">{faults}</ul>' if faults else "")
        + f'<div id="rebuild">{rebuild_markup(rebuilding, button)}</div></section>'
    )


def rebuild_markup(rebuilding: Rebuilding | None, button: str) -> str:
    """How the rebuild goes, or the ``button`` to begin one, and how the last one went."""
    if rebuilding is None:
        return button
    said = escape(rebuilding.sentence)
    if rebuilding.going_on:
        share = f' value="{rebuilding.done}" max="{rebuilding.whole}"' if rebuilding.whole else ""
        return (
            f'<p class="going-on"><label for="rebuild-progress">{said}</label>'
            f'<progress id="rebuild-progress"{share}></progress></p>'
        )
    name = "notice" if rebuilding.failed else "rebuilt"
    return f'<p class="{name}">{said}</p>{button}'


def button_markup(asks_password: bool, complaint: str = "") -> str:
    """The form that begins a rebuild."""
    password = (
        '<label for="admin-password">Administratörens lösenord</label>'
        '<input id="admin-password" name="losenord" type="password" required '
        'autocomplete="current-password">'
        if asks_password
        else ""
    )
    said = f'<p class="notice">{escape(complaint)}</p>' if complaint else ""
    return (
        f'<form class="rebuild" action="{REBUILD_PATH}" method="post">{said}{password}'
        '<button type="submit">Bygg om indexet</button>'
        "<p>Det tar några sekunder till några minuter. Frågor besvaras under tiden.</p></form>"
    )


def changes_sentence(state: "CorpusState") -> str:
    """``2 lärdomar ändrade, 1 ny``."""
    if state.indexed:
        return "Inget i dokumenten har ändrats."
    parts: list[str] = []
    for names, one, several in (
        (state.changed, "ändrad", "ändrade"),
        (state.added, "ny", "nya"),
        (state.removed, "borttagen", "borttagna"),
    ):
        if count := sum(_passage(name).isdecimal() for name in names):
            noun = "" if parts else (" lärdom" if count == 1 else " lärdomar")
            parts.append(f"{count}{noun} {one if count == 1 else several}")
    others = {_passage(name) for name in (*state.changed, *state.added, *state.removed)}
    if "sammanfattning" in others:
        parts.append("sammanfattningen ändrad")
    if "uppgifter" in others:
        parts.append("uppgifterna om källan ändrade")
    sentence = ", ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}. Svaren följer dem när indexet har byggts om."


def _passage(name: str) -> str:
    return name.rpartition(" ")[2]


def _kept(days_logged: int | None) -> str:
    if days_logged is None:
        return (
            "Frågor och svar finns bara i din flik medan den är öppen. De sparas inte och skickas "
            "inte vidare."
        )
    return (
        f"Frågorna sparas i {counted(days_logged, 'dag', 'dagar')} på den här datorn, tillsammans "
        "med vilka lärdomar som visades och ditt omdöme om du lämnar ett, så att redaktören ser "
        "vad som saknas. Det sparas inte vem som frågade, och frågor som ser ut att innehålla "
        "personuppgifter sparas inte alls."
    )


def _document(document: Document) -> str:
    facts = [
        ("Tillfälle", document.event),
        ("Datum", swedish_date(document.date) if document.date else ""),
        ("Plats", document.place),
        ("Arrangör", document.organiser),
        ("Omfattning", counted(len(document.lessons), "lärdom", "lärdomar")),
    ]
    rows: Iterable[str] = (
        f"<dt>{name}</dt><dd>{escape(fact)}</dd>" for name, fact in facts if fact
    )
    target = escape(Sources.target(document.name, None))
    link = f'<p><a href="#{target}">Läs sammanfattningen</a></p>' if document.summary.text else ""
    return f"<section><h3>{escape(document.title)}</h3><dl>{''.join(rows)}</dl>{link}</section>"
