"""Which of several documents a question names: by name, short name, place, title or year."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from corpus import Document

_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_INFLECTED = 5  # letters; a shorter name is found only as it stands, or in the genitive
_MISSPELT = 7  # letters; a shorter name is not looked for misspelt
_ALIKE = 0.88
_NOUN = (
    r"(?:dokument\w*|konferens\w*|möte[nt]?\w*|mötet|träff\w*|sammanfattning\w*|sammanställning\w*"
    r"|handbok\w*|kapit\w+|underlag\w*|rapport\w*|källa\w*|kommuns?|lärdomarna)"
)
_BEFORE = re.compile(
    rf"(?:\b(?:enligt|från|i|hos|ur|på|av|inom|in|from|according to)\s+)?"
    rf"(?:\b(?:den|det|de|vår|vårt)\s+)?(?:\b{_NOUN}\s+)?(?:\b(?:från|i|om|av|på|in)\s+)?$",
    re.I,
)
_AFTER = re.compile(rf"^(?:\s+(?:års\s+)?{_NOUN})?(?:\s*[:,])?", re.I)
_SOURCE_YEAR = re.compile(
    rf"(?:\b(?:från|enligt|år)\s+|\b{_NOUN}\s+(?:(?:från|i|år|om)\s+)*)"
    r"(?P<year>(?:19|20)\d\d)\b(?!\s*(?:till|–|-))|\b(?P<of>(?:19|20)\d\d)\s+års\b"
    r"|^\W*(?:och\s+)?(?:i\s+)?(?P<alone>(?:19|20)\d\d)\W*$",
    re.I,
)
_BARE = re.compile(
    r"(?:\W|\b(?:och|men|eller|jag|menar|menade|vill|ha|den|det|de|då|hur|är|i|från|hos|visa|ta"
    r"|vad|säger|säga|sa|om|tack|gärna|ja|just|för|kommun|and|what|about|in|the|one|only|bara"
    r"|berätta|står|dem)\b)*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Naming:
    """The documents that a text names, in its order, and the text without their names.

    ``weak`` are the names that stand for a document only by a word, a place as a rule: a lesson
    of another document may be what is asked for, if it uses that word.
    """

    documents: tuple[Document, ...] = ()
    rest: str = ""
    weak: tuple[str, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether the text names documents and asks nothing besides ("den från Norrbro")."""
        return bool(self.documents) and bool(_BARE.fullmatch(self.rest))


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    document: Document
    strong: bool


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    documents: tuple[Document, ...]
    strong: bool


class DocumentNames:
    """The names of some documents, for finding them in questions; made once, asked often."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = tuple(documents)
        self._by_beginning: dict[str, list[_Name]] = {}
        names = [name for document in documents for name in _names(document)]
        for name in names:
            self._by_beginning.setdefault(name.words[0][:3], []).append(name)
        self._years = {document.name: _years(document) for document in documents}
        weak = {name.words[0] for name in names if not name.strong}
        # "Mark" is a place and a word: such a name counts only with its capital.
        self._ordinary = weak & {word for each in documents for word in _lower_case_words(each)}

    def read(self, text: str) -> Naming:
        """The documents that ``text`` names. None if there is only one to name."""
        if len(self._documents) < 2:
            return Naming(rest=text)
        found = list(self._named(text)) or list(self._misspelt(text))
        years = {int(year) for match in _SOURCE_YEAR.finditer(text) for year in _groups(match)}
        of_year = (
            [each for each in self._documents if years & self._years[each.name]] if years else []
        )
        spans = [(one.start, one.end) for one in found]
        if of_year and (found or len(of_year) < len(self._documents)):
            spans += [match.span(_group(match)) for match in _SOURCE_YEAR.finditer(text)]
            found = [_narrowed(one, of_year) for one in found] or [_Found(0, 0, (*of_year,), True)]
        chosen = {each.name: each for one in found for each in one.documents}
        weak = tuple(text[one.start : one.end] for one in found if not one.strong)
        if weak and any(one.strong for one in found):
            weak = ()
        return Naming(tuple(chosen.values()), _without(text, spans), weak)

    def _named(self, text: str) -> Iterator[_Found]:
        """The names in ``text``, the longest at each place."""
        words = list(_WORD.finditer(text))
        place = 0
        while place < len(words):
            named = [
                name
                for name in self._by_beginning.get(_folded(words[place].group())[:3], ())
                if self._stands(name, words[place : place + len(name.words)], text)
            ]
            if named:
                length = max(len(name.words) for name in named)
                longest = [name for name in named if len(name.words) == length]
                strong = any(name.strong for name in longest)
                documents = tuple(name.document for name in longest)
                yield _Found(
                    words[place].start(), words[place + length - 1].end(), documents, strong
                )
                place += length
            else:
                place += 1

    def _stands(self, name: _Name, words: Sequence[re.Match[str]], text: str) -> bool:
        if len(words) != len(name.words):
            return False
        typed = [word.group() for word in words]
        if not all(_same(one, other) for one, other in zip(typed, name.words[:-1], strict=False)):
            return False
        if not _inflected(typed[-1], name.words[-1]):
            return False
        if name.strong or name.words[0] not in self._ordinary:
            return True
        begins = not text[: words[0].start()].strip(' \t"”(')
        return typed[0][0].isupper() and not begins

    def _misspelt(self, text: str) -> Iterator[_Found]:
        for word in _WORD.finditer(text):
            typed = _folded(word.group())
            if len(typed) < _MISSPELT - 1 or not typed.isalpha():
                continue
            named = tuple(
                name.document
                for name in self._by_beginning.get(typed[:3], ())
                if len(name.words) == 1
                and len(name.words[0]) >= _MISSPELT
                and name.words[0] not in self._ordinary
                and SequenceMatcher(None, typed.removesuffix("s"), name.words[0]).ratio() >= _ALIKE
            )
            if named:
                yield _Found(word.start(), word.end(), named, False)


def _names(document: Document) -> Iterator[_Name]:
    """What a document may be called; a name of one word counts less than a whole title."""
    short = _words(document.short_name)
    titles = re.split(r"\s*[:,–]\s+", document.title)
    whole = [short, _words(document.name), _words(document.title), *map(_words, titles)]
    for words in dict.fromkeys(whole):
        if len(words) > 1:
            yield _Name(words, document, strong=True)
    place = _words(document.place.split(",", maxsplit=1)[0])
    single = [word for word in short if len(word) >= 4 and not word.isdigit()]
    if len(place) == 1:
        single += place
    elif place:
        yield _Name(place, document, strong=False)
    for word in dict.fromkeys(single):
        yield _Name((word,), document, strong=False)
    if len(short) == 1 and len(short[0]) < 4:
        yield _Name(short, document, strong=True)


def _years(document: Document) -> set[int]:
    named = {int(year) for year in _YEAR.findall(document.short_name)}
    return named | ({document.date.year} if document.date else set())


def _narrowed(found: _Found, of_year: Sequence[Document]) -> _Found:
    both = tuple(document for document in found.documents if document in of_year)
    return _Found(found.start, found.end, both or found.documents, found.strong)


def _group(match: re.Match[str]) -> str:
    return next(name for name, year in match.groupdict().items() if year)


def _groups(match: re.Match[str]) -> Iterable[str]:
    return (year for year in match.groups() if year)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """``text`` without the names and the words that only lead to them."""
    for start, end in sorted(spans, reverse=True):
        before = _BEFORE.sub("", text[:start])
        after = text[end:]
        leads = _AFTER.match(after)
        text = f"{before} {after[leads.end() if leads else 0 :]}"
    return re.sub(r"\s+(?=[?!.,])", "", " ".join(text.split()))


def _same(typed: str, word: str) -> bool:
    return _folded(typed) == word if len(word) >= _INFLECTED else _composed(typed) == word


def _inflected(typed: str, word: str) -> bool:
    """Whether a word is typed in some form: ``Hamnsunds``, ``Hamnsundskonferensen``."""
    if len(word) < _INFLECTED or word.isdigit():
        return _composed(typed) in (word, f"{word}s")
    folded = _folded(typed)
    stem = word[:-1] if len(word) >= _MISSPELT and word[-1] in "aoe" else word
    return folded.startswith(word) or (stem != word and bool(_compound(folded, stem)))


def _compound(typed: str, stem: str) -> re.Match[str] | None:
    return re.match(rf"{stem}(?:konferens|mote|bor|dokument|lardom|sammanfattning)", typed)


def _words(name: str) -> tuple[str, ...]:
    words = (_composed(word) for word in _WORD.findall(name))
    return tuple(_folded(word) if len(word) >= _INFLECTED else word for word in words)


def _lower_case_words(document: Document) -> set[str]:
    texts = [document.summary.text, *(lesson.text for lesson in document.lessons)]
    words = {word for text in texts for word in _WORD.findall(text) if word.islower()}
    return {_folded(word) if len(word) >= _INFLECTED else word for word in words}


def _composed(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()


def _folded(word: str) -> str:
    """Without capitals and diacritics: ``Skellefteå`` and ``skelleftea`` are one."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
