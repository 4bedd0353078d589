"""Markdown tables, and figures as Swedish writes them."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table: the first column is text, the others are figures."""
    lines = ["| " + " | ".join(head) + " |"]
    lines.append("|" + "|".join(["---", *["---:"] * (len(head) - 1)]) + "|")
    lines += ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def figure(value: float | None, unit: str = "") -> str:
    """Three digits that count, a decimal comma, a narrow space between thousands; – for None.

    Whole numbers are counts and keep their digits.
    """
    if value is None:
        return "–"
    decimals = 0 if isinstance(value, int) or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:,.{decimals}f}".replace(",", "\u202f").replace(".", ",")
    return f"{text} {unit}".strip()
