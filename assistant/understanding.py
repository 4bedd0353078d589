"""What a turn asks for, told from its words alone: no index, no model."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from assistant.numbers import read_numbers

LONGEST_QUESTION = 1_000  # characters
_LONGEST_SMALL_TALK = 12  # words
SmallTalkKind = Literal["empty", "too long", "greeting", "thanks", "goodbye", "who", "task"]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Lessons asked for by number; some may not exist."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """The lesson after or before the one that was talked about."""

    forward: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All lessons (``subject`` is empty), or every lesson about a subject."""

    subject: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What each of several documents says; ``subject`` is what about, empty if it is not told."""

    text: str
    subject: str


@dataclass(frozen=True, slots=True)
class More:
    """More of what the last answer gave."""


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """Not a question to the lessons."""

    kind: SmallTalkKind


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question to the lessons; ``leaning`` if it may lean on the turns before it."""

    text: str
    leaning: bool


Understanding = Lookup | Step | Overview | Comparison | More | SmallTalk | Inquiry

_GREETING = re.compile(
    r"^\W*(?:hej+(?:san|sar)?|hejhej|hallå|halloj|tjena|tjenare|tja|moin|goddag"
    r"|god (?:morgon|kväll|dag)|hello|hi|hei|hey)\b[\s!,.:)]*",
    re.I,
)
_THANKS = re.compile(
    r"^\W*(?:ok(?:ej)?[ ,]+)?(?:tack|tackar|tusen tack|thanks|thank you|takk|mange tak)\b"
    r"(?P<rest>.*)$",
    re.I | re.S,
)
_GOODBYE = re.compile(
    r"^\W*(?:ok(?:ej)?[ ,]+)?(?:tack[ ,]+)?"
    r"(?:hej ?då|adjö|vi ses|ha det(?: bra)?|bye|goodbye|farvel)\b[\s!.]*$",
    re.I,
)
_WHO = re.compile(
    r"\b(?:vem|vad) är (?:du|det (?:jag )?(?:chattar|pratar|skriver))|\bvad kan du\b"
    r"|\bär du en\b|\bhur mår du\b|\bwho are you\b|\bwhat can you do\b|\bhvem er du\b"
    r"|\bhur (?:fungerar|funkar|använder) (?:du|jag dig|den här|detta|det här)\b"
    r"|\bkan du hjälpa mig\W*$|^\W*hjälp\W*$|^\W*help\W*$",
    re.I,
)
_TASK = re.compile(
    r"^\W*(?:kan du |kan ni |please |snälla )?"
    r"(?:skriv|översätt|write|translate|dikta|rimma|programmera|koda)\b",
    re.I,
)
_STEP = re.compile(
    r"^\W*(?:och |men |visa |ta |ge mig )?(?:den )?"
    r"(?P<word>nästa|nästföljande|efterföljande|föregående|förra|next|previous)"
    r"(?:\s+(?:lärdom|punkt|en|då|råd|lesson)\w*)*\W*$"
    r"|^\W*(?P<turn>fortsätt|backa)\W*$",
    re.I,
)
_MORE = re.compile(
    r"^\W*(?:och |men )?"
    r"(?:(?:kan du |kan jag |får jag )?(?:ge|visa|säg|berätta|få|har du)[\w ]*?)?"
    r"(?:fler|mer|flera|ytterligare|andra|more)"
    r"(?: (?:exempel|råd|lärdomar|tips|om (?:det|detta)|examples))*\W*"
    r"|^\W*(?:något annat|annat|mer|fler|vidare)\W*$",
    re.I,
)
_LESSONS = r"(?:lärdomar|lärdomarna|punkter|råd|lessons)\b"
_ABOUT = (
    r"(?:som\s+)?(?:handlar om|handlade om|rör|gäller|berör|tar upp|nämner|om|kring"
    r"|about|on|concern(?:s|ing)?)"
)
_SUBJECT = re.compile(
    rf"(?:vilka|vilken|which|hvilke)\s+(?:av\s+)?(?:de\s+)?(?:alla\s+)?{_LESSONS}"
    rf"(?:\s+(?:är|finns|finns det|som))?\s+{_ABOUT}\s+(?P<which>.+)"
    rf"|(?:lista|visa|räkna upp|ge mig|samla|show|list)\s+(?:mig\s+)?"
    rf"(?:alla\s+|samtliga\s+|de\s+|all\s+)?{_LESSONS}\s+{_ABOUT}\s+(?P<list>.+)"
    rf"|(?:alla|samtliga)\s+{_LESSONS}\s+{_ABOUT}\s+(?P<all>.+)"
    rf"|(?:sammanfatta|summera)\s+(?:vad\s+)?lärdomarna\s+(?:säger\s+)?{_ABOUT}\s+(?P<sum>.+)",
    re.I,
)
_ALL = re.compile(
    r"\b(?:sammanfatta|summera|summari[sz]e|sammanfattning av|oppsummer|opsummer)\w*\b"
    r"|\b(?:lista|visa|räkna upp|rada upp|ge mig|berätta om|vilka är|vad är|list|show)\s+"
    r"(?:mig\s+)?(?:alla|samtliga|de|all|lärdomarna|punkterna)"
    r"(?:\s+(?:the|de|era|olika|\d+|trettio))*\s*(?:lärdomar\w*|punkter\w*|råden|lessons)?\W*$"
    r"|\balla lärdomar\w*\W*$|\böversikt\b|\boverview\b"
    r"|\b(?:viktigaste|främsta|bästa|centrala|vigtigste|viktigste|main|most important|key)\s+"
    r"(?:lärdom|punkt|råd|insikt|slutsats|erfarenhet|tips|lesson|lærdom|takeaway|advice)\w*"
    r"|\bdet viktigaste\b.{0,40}\b(?:lärt|lära|lärdom|budskap|i korthet)"
    r"|\blärdomar\w*\b.{0,30}\b(?:i korthet|kortfattat|i punktform|kort)\b"
    r"|^\W*lärdomar(?:na)?\W*$",
    re.I,
)
_LEANING = re.compile(
    r"^\W*(?:och|men|så|då|eller|and|but)\b"
    r"|\b(?:dem|den|det|de|dessa|detta|där|dit|då|sådana?|sådant|honom|henne|hon|han"
    r"|them|it|that|those|there)\b",
    re.I,
)
_SOURCES = (
    r"(?:konferens|dokument|möte|mötena|träff|kommun|ort|platser|källo?r|sammanfattning"
    r"|sammanställning|handb[oö]|kapit|underlag|rapport|städer|conference|document)\w*"
)
_EACH = re.compile(
    rf"\b(?:(?:de|alla|samtliga|våra|the)\s+)?"
    rf"(?:olika|båda|bägge|samtliga|respektive|different)\s+{_SOURCES}"
    rf"|\balla\s+(?:konferens|dokument|möte|träff|sammanfattning|rapport)\w*"
    rf"|\b(?:varje|var och en av|vart och ett av|each)\s+{_SOURCES}"
    rf"|\b(?:konferens för konferens|dokument för dokument|kommun för kommun|ort för ort)\b"
    rf"|\bper\s+(?:konferens|dokument|kommun|ort)\b",
    re.I,
)
_COMPARES = re.compile(
    r"\b(?:jämför\w*|skillnad(?:en|er|erna)?|skiljer sig|likheter\w*|compare|difference)\b", re.I
)
_COMPARED = re.compile(
    r"\b(?:om|kring|angående|beträffande|gällande|(?:när|vad) (?:det )?gäller|i fråga om|på"
    r"|about|on)\s+(?P<subject>.+?)\W*$",
    re.I,
)
_SHORT = 6  # words; a shorter question may lean on the one before


def understand(
    text: str, lesson_count: int, has_history: bool, several_documents: bool = False
) -> Understanding:
    """What the turn asks for. ``has_history``: whether there are turns that it may lean on."""
    question = clean(text)
    if small := _small_talk(question):
        return small
    question = _GREETING.sub("", question)
    return (
        (_lean(question) if has_history else None)
        or _lookup(question, lesson_count)
        or (_comparison(question) if several_documents else None)
        or _overview(question)
        or Inquiry(question, has_history and _may_lean(question))
    )


def _lean(question: str) -> Step | More | None:
    if step := _STEP.match(question):
        word = (step["word"] or step["turn"]).lower()
        return Step(forward=word not in ("föregående", "förra", "previous", "backa"))
    return More() if _MORE.fullmatch(question) else None


def _lookup(question: str, lesson_count: int) -> Lookup | None:
    numbers = read_numbers(question, lesson_count)
    return Lookup(numbers) if numbers else None


def _overview(question: str) -> Overview | None:
    if subject := _SUBJECT.search(question):
        named = next(group for group in subject.groups() if group)
        return Overview(named.strip(" ?.!"))
    return Overview("") if _ALL.search(question) else None


def _comparison(question: str) -> Comparison | None:
    """What is asked of each of several documents, if the question is such a one."""
    each = _EACH.search(question)
    if not each and not _COMPARES.search(question):
        return None
    rest = _EACH.sub("lärdomarna", question) if each else question
    if subject := _COMPARED.search(_EACH.sub(" ", question)):
        about = _EACH.sub(" ", subject["subject"]).strip()
        return Comparison(f"Vad säger lärdomarna om {about}?", about)
    return Comparison(rest, "")


def _may_lean(question: str) -> bool:
    return len(question.split()) <= _SHORT or bool(_LEANING.search(question))


def clean(text: str) -> str:
    """``text`` without what no reader sees: control and direction marks, lone surrogates."""
    kept = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _small_talk(question: str) -> SmallTalk | None:
    rest = _GREETING.sub("", question)
    thanks = _THANKS.match(question)
    short = len(question.split()) <= _LONGEST_SMALL_TALK
    kinds: list[tuple[SmallTalkKind, bool]] = [
        ("empty", not any(letter.isalnum() for letter in question)),
        ("too long", len(question) > LONGEST_QUESTION),
        ("goodbye", bool(_GOODBYE.match(question))),
        ("thanks", bool(thanks and "?" not in question and len(thanks["rest"].split()) <= _SHORT)),
        ("greeting", not rest),
        ("who", short and bool(_WHO.search(question))),
        ("task", bool(_TASK.match(rest))),
    ]
    return next((SmallTalk(kind) for kind, applies in kinds if applies), None)
