"""Counts Word's automatic numbers: a numbered paragraph does not hold its own number."""

from collections import defaultdict
from dataclasses import dataclass, field

from docx.document import Document as WordDocument
from docx.oxml.ns import qn

_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered; ``text`` is as "%1." or "Lärdom %1:"."""

    start: int
    kind: str
    text: str


@dataclass(slots=True)
class _List:
    """One list of the document: which counter it shares, its levels, and where it starts anew."""

    counter: str
    levels: dict[int, _Level]
    starts: dict[int, int] = field(default_factory=dict)


class WordNumbering:
    """Gives each numbered paragraph its mark; ask in the document's order."""

    def __init__(self, document: WordDocument) -> None:
        self._lists = _lists(document)
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._seen: set[str] = set()

    def next_mark(self, list_number: str, level: int) -> str:
        """The mark of the next paragraph of a list: "3.", "Lärdom 3:", "-"; may be empty."""
        of_list = self._lists.get(list_number)
        if of_list is None or level not in of_list.levels:
            return ""
        counts = self._counts[of_list.counter]
        if list_number not in self._seen:
            self._seen.add(list_number)
            for at, start in of_list.starts.items():
                counts[at] = start - 1
        own = of_list.levels[level]
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        if own.kind == "bullet":
            return "-"
        mark = own.text
        for at, other in of_list.levels.items():
            mark = mark.replace(f"%{at + 1}", _counted(counts.get(at, other.start), other.kind))
        return mark.strip()


def _lists(document: WordDocument) -> dict[str, _List]:
    part = next(
        (
            relation.target_part
            for relation in document.part.rels.values()
            if relation.reltype.endswith("/numbering") and not relation.is_external
        ),
        None,
    )
    root = getattr(part, "element", None)
    if root is None:
        return {}
    patterns = {
        pattern.get(qn("w:abstractNumId")): {
            int(level.get(qn("w:ilvl"))): _level(level) for level in pattern.iter(qn("w:lvl"))
        }
        for pattern in root.iter(qn("w:abstractNum"))
    }
    found = {}
    for number in root.iter(qn("w:num")):
        reference = number.find(qn("w:abstractNumId"))
        counter = "" if reference is None else reference.get(qn("w:val"))
        one = _List(counter, dict(patterns.get(counter, {})))
        for override in number.iter(qn("w:lvlOverride")):
            at = int(override.get(qn("w:ilvl")))
            for level in override.iter(qn("w:lvl")):
                one.levels[at] = _level(level)
            if (start := override.find(qn("w:startOverride"))) is not None:
                one.starts[at] = int(start.get(qn("w:val")))
        found[number.get(qn("w:numId"))] = one
    return found


def _level(level: object) -> _Level:
    def value(name: str, otherwise: str) -> str:
        child = level.find(qn(name))  # type: ignore[attr-defined]  # lxml without types
        return otherwise if child is None else str(child.get(qn("w:val")) or otherwise)

    return _Level(int(value("w:start", "1")), value("w:numFmt", "decimal"), value("w:lvlText", ""))


def _counted(count: int, kind: str) -> str:
    match kind:
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (count - 1) % 26)
            return letter if kind == "lowerLetter" else letter.upper()
        case "lowerRoman" | "upperRoman":
            roman, rest = "", count
            for worth, sign in _ROMAN:
                while rest >= worth:
                    roman, rest = roman + sign, rest - worth
            return roman if kind == "lowerRoman" else roman.upper()
        case "none":
            return ""
    return str(count)
