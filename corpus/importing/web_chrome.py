"""Knows what belongs to a web page and not to its text: menus, sharing, cookies."""

import re
from collections.abc import Sequence

from corpus.importing.lines import Line
from corpus.importing.source import Paragraph

_LINES = re.compile(
    r"""(?:
      site\ overlay | (?:hoppa|gå)\ (?:direkt\ )?till\ (?:huvud)?innehåll(?:et)? | skip\ to\ content
    | dela(?:\ gärna)?(?:\ (?:inlägget|sidan|artikeln|detta|på|via|med)\b.{0,30})? | dela:
    | share(?:\ (?:this|on)\b.{0,20})? | tweeta? | gilla | facebook | twitter | linkedin | instagram
    | e-?post | skriv\ ut(?:\ sidan)? | lyssna(?:\ på\ sidan)? | print | kopiera\ länk(?:en)?
    | meny | menu | huvudmeny | stäng(?:\ meny)? | sök | search | logga\ in | startsida | hem
    | till\ toppen | tillbaka(?:\ till\ .{1,30})? | läs\ mer | föregående(?:\ inlägg)?
    | nästa(?:\ inlägg)? | relaterade?(?:\ (?:inlägg|artiklar|sidor|nyheter))?
    | (?:vi|den\ här\ webbplatsen|webbplatsen|sidan)\ använder\ (?:cookies|kakor)\b.*
    | (?:acceptera|godkänn|neka|hantera)\b.{0,20}(?:cookies|kakor).* | acceptera(?:\ alla)?
    | prenumerera(?:\ på\ .{1,30})? | lämna\ (?:en\ kommentar|ett\ svar) | kommentarer?
    | (?:©|copyright\s+(?:©|\(c\)|\d{4})).{0,80} | tagg(?:ar)?:.{0,60}
    | etiketter:.{0,60} | kategori(?:er)?:.{0,60}
    )\s*[:!.…>»→]*""",
    re.IGNORECASE | re.VERBOSE,
)
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|meny|breadcrumbs?|brodsmul\w*|cookies?|consent|gdpr"
    r"|share|sharing|sharedaddy|social|addtoany|related|sidebar|comments?|comment-\w+"
    r"|newsletter|overlay|modal|popup|skip-link|screen-reader-text|visually-hidden|sr-only"
    r"|site-header|site-footer|footer|pagination|post-navigation|byline|entry-meta|search-form"
    r"|banner|toolbar|advert\w*|ads)(?:$|[\s_-])",
    re.IGNORECASE,
)


def is_chrome(text: str) -> bool:
    """Whether a whole line is what web pages say around their text."""
    return bool(_LINES.fullmatch(text.strip()))


def names_chrome(names: str) -> bool:
    """Whether the class or the id of an element says that it is not part of the text."""
    return bool(_NAMES.search(names))


def without_chrome(lines: Sequence[Line]) -> tuple[list[Line], tuple[Paragraph, ...]]:
    """The lines of the text, and those that were left out of it."""
    kept: list[Line] = []
    removed: list[Paragraph] = []
    apart = False
    for line in lines:
        if is_chrome(line.text):
            removed.append(Paragraph(line.text, line.place))
            apart = True
            continue
        kept.append(Line(line.text, line.place, line.indent, line.apart or apart, line.heading))
        apart = False
    return kept, tuple(removed)
