"""What every format is read into: paragraphs, each with its place in the source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, list marks and numbers included ("3. Bygg i tid", "- skog").

    ``place`` is where a person finds it again: "rad 12", "sida 2 rad 3", "stycke 7".
    ``indent`` is how far in it stands, about in characters; ``heading`` its level, 0 for none.
    """

    text: str
    place: str
    indent: float = 0
    heading: int = 0


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a person should look at, and where in the source it stands."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read. ``title`` is what the format itself says, if it does.

    ``removed`` is what belongs to a web page and not to its text. ``is_transcript`` means that
    every paragraph is a passage of what somebody said.
    """

    paragraphs: tuple[Paragraph, ...]
    title: str = ""
    removed: tuple[Paragraph, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    is_transcript: bool = False
