"""Scores replies to labelled questions, kind by kind."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.batch import RowError, as_fields, filter_of, reply_to_turns, turns_of
from assistant.conversation import Assistant

_REFUSED_KINDS = ("absent", "near")


@dataclass(frozen=True, slots=True)
class Scored:
    """One labelled row, the reply to it, and how it fared. None: does not apply."""

    row: dict[str, Any]
    reply: dict[str, Any]
    reciprocal_rank: float | None
    precision: float | None
    recall: float | None
    contains: bool | None
    refused_rightly: bool
    nearest_named: bool | None

    @property
    def right(self) -> bool:
        """Nothing to complain of."""
        first = self.reciprocal_rank in (None, 1.0)
        return (
            first
            and self.contains is not False
            and self.refused_rightly
            and self.nearest_named is not False
        )


def score_file(assistant: Assistant, file: Path) -> list[Scored]:
    """Asks every question in a JSON-lines file and scores the replies.

    Raises RowError, with the line, before the first question if a row is not labelled.
    """
    return [_score(assistant, row) for row in _labelled_rows(file)]


def _labelled_rows(file: Path) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            turns_of(row)
            filter_of(row)
            missing = [key for key in ("kind", "gold") if key not in row]
        except (ValueError, TypeError, AttributeError, RowError) as error:
            raise RowError(f"{file.name}:{number}: {error}") from error
        if missing:
            raise RowError(f"{file.name}:{number}: the row has no {' and no '.join(missing)}")
        rows.append({"acceptable": [], "must_contain": [], **row})
    return rows


def _score(assistant: Assistant, row: dict[str, Any]) -> Scored:
    reply = as_fields(reply_to_turns(assistant, turns_of(row), *filter_of(row)))
    cited = list(dict.fromkeys(_place(row, citation) for citation in reply["citations"]))
    suggested = [_place(row, each) for each in reply.get("suggested", ())] or reply["suggestions"]
    gold, fair = set(row["gold"]), set(row["gold"]) | set(row["acceptable"])
    refusal_wanted = row["kind"] in _REFUSED_KINDS or _asks_for_missing(row)
    ranks = [place for place, lesson in enumerate(cited, start=1) if lesson in gold]
    return Scored(
        row=row,
        reply=reply,
        reciprocal_rank=(1 / ranks[0] if ranks else 0.0) if gold else None,
        precision=_share(cited, fair) if gold and cited else None,
        recall=len(gold & set(cited)) / len(gold) if gold else None,
        contains=all(text in reply["answer"] for text in row["must_contain"])
        if row["must_contain"]
        else None,
        refused_rightly=reply["refused"] == refusal_wanted,
        nearest_named=bool(set(suggested[:3] or cited[:3]) & set(row["acceptable"]))
        if row["kind"] == "near"
        else None,
    )


def _place(row: dict[str, Any], place: dict[str, Any]) -> Any:
    """A lesson's number; with its document if that is not the one the row is about, if any."""
    elsewhere = place["document"] != row.get("document", place["document"])
    return (place["document"], place["lesson"]) if elsewhere else place["lesson"]


def _asks_for_missing(row: dict[str, Any]) -> bool:
    """A lookup without a right lesson asks for one that does not exist."""
    return row["kind"] == "lookup" and not row["gold"]


def _share(cited: list[Any], fair: set[Any]) -> float:
    return sum(lesson in fair for lesson in cited) / len(cited)


def table(scored: Iterable[Scored]) -> str:
    """A row a kind: count, recall@1 and @3, MRR, citation precision and recall, must-contain,
    refused, nearest named, all right."""
    rows = list(scored)
    kinds = [*dict.fromkeys(one.row["kind"] for one in rows)]
    header = ["kind", "n", "r@1", "r@3", "MRR", "prec", "recall", "holds", "refused", "near@3"]
    lines = [header, *(_line(kind, [o for o in rows if o.row["kind"] == kind]) for kind in kinds)]
    answerable = [one for one in rows if one.reciprocal_rank is not None]
    lines.append(_line("answerable kinds", answerable))
    lines.append(_line("all", rows))
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def refusal_figures(scored: Iterable[Scored]) -> str:
    """Precision and recall of refusing, over all rows."""
    rows = list(scored)
    wanted = [
        one for one in rows if one.row["kind"] in _REFUSED_KINDS or _asks_for_missing(one.row)
    ]
    refused = [one for one in rows if one.reply["refused"]]
    both = sum(one.reply["refused"] for one in wanted)
    return (
        f"refusals: precision {both / max(len(refused), 1):.2f}, "
        f"recall {both / max(len(wanted), 1):.2f}"
    )


def _line(name: str, rows: list[Scored]) -> list[str]:
    ranks = [one.reciprocal_rank for one in rows if one.reciprocal_rank is not None]
    return [
        name,
        str(len(rows)),
        _mean([rank == 1 for rank in ranks]),
        _mean([rank >= 1 / 3 - 1e-9 for rank in ranks]),
        _mean(ranks),
        _mean([one.precision for one in rows if one.precision is not None]),
        _mean([one.recall for one in rows if one.recall is not None]),
        _mean([one.contains for one in rows if one.contains is not None]),
        _mean([one.reply["refused"] for one in rows]),
        _mean([one.nearest_named for one in rows if one.nearest_named is not None]),
    ]


def _mean(values: list[Any]) -> str:
    return f"{sum(values) / len(values):.2f}" if values else "–"
