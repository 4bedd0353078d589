"""Tells what was made of a file, in Swedish: what was found, what is unsure, what was left out."""

from pathlib import Path

from corpus.importing.placing import Placed

_WAYS = {
    "numbers": "numrerade lärdomar",
    "headings": "passager, en för varje rubrik (inga numrerade lärdomar hittades)",
    "paragraphs": "passager, en för varje stycke (varken nummer eller rubriker hittades)",
    "speech": "passager ur det som sägs, var och en med sin tid (inga numrerade lärdomar hittades)",
    "document": "lärdomar (filen var redan ett dokument och kopierades ordagrant)",
}
_MOST_TOLD = 40


def report(file: Path, placed: Placed) -> str:
    """What ``file`` became, line by line."""
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
