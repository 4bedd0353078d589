"""Reads a saved web page: the text of its main part, without menus, scripts and sharing."""

import re
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import Comment, Doctype, NavigableString, Tag

from corpus.error import CorpusError
from corpus.importing.source import Paragraph, Source
from corpus.importing.web_chrome import is_chrome, names_chrome

# fmt: off
_NEVER_TEXT = {
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "form",
    "button", "input", "select", "textarea", "nav", "aside", "dialog", "head", "link", "meta",
    "audio", "video", "canvas",
}
_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl",
    "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul",
}
# fmt: on
_LARGEST_SHARE = 0.5


def read_web_page(file: Path, content: bytes) -> Source:
    """The paragraphs of a page. Raises CorpusError if it holds no text."""
    try:
        page = BeautifulSoup(content.decode("utf-8-sig"), "html.parser")
    except UnicodeDecodeError:  # then the page itself may say what it is
        page = BeautifulSoup(content, "html.parser")
    title = _title(page)
    removed = _remove_chrome(page)
    main = _main_part(page)
    reading = _Reading(removed)
    try:
        reading.block(main, 0)
    except RecursionError as error:
        raise CorpusError(file, None, "webbsidan är orimligt invecklad och läses inte") from error
    reading.flush()
    return Source(tuple(reading.found), title=title, removed=tuple(removed))


def _title(page: BeautifulSoup) -> str:
    named = page.find("meta", attrs={"property": "og:title"})
    if isinstance(named, Tag) and named.get("content"):
        return str(named["content"]).strip()
    if page.title:
        return re.split(r"\s+[|–-]\s+", page.title.get_text().strip())[0]
    return ""


def _remove_chrome(page: BeautifulSoup) -> list[Paragraph]:
    """Takes out of ``page`` what is not text or not its own; what had words is returned."""
    for comment in page.find_all(string=lambda text: isinstance(text, Comment | Doctype)):
        comment.extract()
    whole = len(page.get_text())
    removed: list[Paragraph] = []
    for element in page.find_all(True):
        if element.decomposed or not _is_chrome_element(element):
            continue
        text = re.sub(r"\s+", " ", element.get_text(" ")).strip()
        is_most_of_it = len(text) > _LARGEST_SHARE * whole
        if element.name not in _NEVER_TEXT and (is_most_of_it or element.name in ("main", "body")):
            continue
        if text and element.name not in ("script", "style", "head", "noscript", "template"):
            removed.append(Paragraph(text[:120], _place(element)))
        element.decompose()
    return removed


def _is_chrome_element(element: Tag) -> bool:
    names = element.get_attribute_list("class") + element.get_attribute_list("id")
    style = str(element.get("style") or "").replace(" ", "").lower()
    return (
        element.name in _NEVER_TEXT
        or element.get("role") in _ROLES
        or element.has_attr("hidden")
        or element.get("aria-hidden") == "true"
        or "display:none" in style
        or (element.name in ("header", "footer") and not element.find_parent(("article", "main")))
        or any(names_chrome(str(name)) for name in names if name)
    )


def _main_part(page: BeautifulSoup) -> Tag:
    """The page's main element, or its one article, if that holds the longest list and text."""
    body = page.body or page
    for candidates in (
        page.find_all("main"),
        page.find_all(role="main"),
        page.find_all("article"),
    ):
        if len(candidates) == 1 and _holds_most(candidates[0], body):
            return candidates[0]
    return body


def _holds_most(part: Tag, body: Tag) -> bool:
    return len(part.get_text()) > _LARGEST_SHARE * len(body.get_text())


def _place(element: Tag) -> str:
    return f"rad {element.sourceline}" if element.sourceline else "sidan"


class _Reading:
    """One pass through a page; text gathers until a block begins or ends."""

    def __init__(self, removed: list[Paragraph]) -> None:
        self.found: list[Paragraph] = []
        self._removed = removed
        self._parts: list[str] = []
        self._mark = ""
        self._mark_indent = 0.0
        self._place = ""
        self._indent = 0.0
        self._heading = 0

    def block(self, element: Tag, depth: int) -> None:
        """Reads a block element; ``depth`` is how many lists it stands in."""
        for child in element.children:
            if isinstance(child, NavigableString):
                self._parts.append(re.sub(r"\s+", " ", str(child)))
            elif isinstance(child, Tag):
                self._child(child, depth)

    def flush(self) -> None:
        """Ends the paragraph that is being gathered."""
        text = "\n".join(part.strip() for part in "".join(self._parts).split("\n")).strip()
        text = re.sub(r"[ \t]+", " ", text)
        self._parts = []
        if not text:
            return
        if not self._mark and is_chrome(text):
            self._removed.append(Paragraph(text, self._place))
            return
        text = f"{self._mark} {text}".strip()
        indent = self._mark_indent if self._mark else self._indent
        self.found.append(Paragraph(text, self._place, indent, self._heading))
        self._mark = ""

    def _child(self, child: Tag, depth: int) -> None:
        if child.name == "br":
            self._parts.append("\n")
            return
        if child.name not in _BLOCKS:
            self.block(child, depth)
            return
        self.flush()
        self._place = _place(child)
        self._indent = 3 * (depth - 1) + 1.5 if depth else 0
        heading = re.fullmatch(r"h([1-6])", child.name)
        self._heading = int(heading[1]) if heading else 0
        if child.name in ("ol", "ul"):
            self._list(child, depth)
        elif child.name == "tr":
            self._row(child, depth)
        else:
            self.block(child, depth)
        self.flush()
        self._heading = 0
        self._indent = 3 * (depth - 1) + 1.5 if depth else 0

    def _list(self, element: Tag, depth: int) -> None:
        items = element.find_all("li", recursive=False)
        backwards = element.has_attr("reversed")
        number = _whole(element.get("start"), len(items) if backwards else 1)
        for child in element.children:
            if not isinstance(child, Tag) or child.name != "li":
                if isinstance(child, Tag):
                    self._child(child, depth + 1)
                continue
            self.flush()
            number = _whole(child.get("value"), number)
            self._mark = f"{number}." if element.name == "ol" else "-"
            self._place = _place(child)
            self._mark_indent = self._indent = 3 * depth
            self.block(child, depth + 1)
            self.flush()
            self._mark = ""
            number += -1 if backwards else 1

    def _row(self, row: Tag, depth: int) -> None:
        cells = [re.sub(r"\s+", " ", cell.get_text(" ")).strip() for cell in row(("td", "th"))]
        cells = [cell for cell in cells if cell]
        if len(cells) > 1 and re.fullmatch(r"\d{1,3}[.)]?", cells[0]):
            cells = [f"{cells[0].rstrip('.)')}. {cells[1]}", *cells[2:]]
        self._parts.append("\n".join(cells))


def _whole(value: object, otherwise: int) -> int:
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 4 else otherwise
