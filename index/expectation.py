"""What a question asks for, and whether a text can hold it.

"Hur många …?" wants a number, "Vad heter …?" a name: a lesson without one does not answer it,
however alike the two are. And a question about a place or a company that the document never
names is seldom answered by it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_][\w-]*")
_NUMBER_WORDS = (
    r"\b(?:två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|tjugo|hundra|tusen|en|ett|var|varje)\b"
)
_ASKS_AND_HOLDS = {
    "number": (
        r"\bhur (?:många|manga|stor|stort|stora|hög|högt|lång|långt|ofta)\b|\bantal(?:et)?\b"
        r"|\bhow (?:many|large|big|often|far)\b|\bhvor (?:mange|stor)\b|\bprocent\b|\bandel",
        rf"\d|{_NUMBER_WORDS}",
    ),
    "money": (
        r"\bkosta|\bkostnad|\bpris(?:et|er)?\b|\bhur mycket\b|\bbudget|\blön(?:er|en)?\b|\bavgift"
        r"|\bhow much\b|\bcost\b|\bprice\b|\bhvor mye\b|\bhvor meget\b",
        r"\b(?:sek|kr|kronor?|krona|miljoner|miljarder|miljard|miljon|euro)\b|\d",
    ),
    "time": (
        r"^när (?!man|vi|ni|en|ett|det|de|någon)|\bvilket (?:år|datum)\b|\bhur (?:länge|lång tid)\b"
        r"|^when\b|\bhow long\b|^hvornår\b|^når (?:var|ble|blev)\b",
        r"\b\d{4}\b|\b\d+ (?:år|månader|veckor|dagar|timmar)|\d+ [a-zåäö]+ \d{4}",
    ),
    "name": (
        r"\bvad heter\b|\bheter\b|\bnamn(?:et|en)?\b|\bvem (?:är|var|äger|ägde|ansvar)"
        r"|\bvilket (?:företag|bolag|parti)"
        r"|\bvilka (?:företag|bolag|partier|kommuner|länder|personer)"
        r"|\bwho (?:is|was|owns)\b|\bhvem (?:er|var)\b",
        r"(?<=[\w,”\"] )[”\"]?[A-ZÅÄÖ][\w-]+",
    ),
}
_HOLDS = {
    # A name is told by its capital.
    kind: re.compile(holds, 0 if kind == "name" else re.I)
    for kind, (_, holds) in _ASKS_AND_HOLDS.items()
}
_ADVICE = re.compile(
    r"^(?:hej[ ,!]+)?(?:och |men )?"
    r"(?:hur|varför|bör|ska|skall|måste|kan man|kan vi|får man|tips|råd"
    r"|how|why|should|hvordan|hvorfor|skal)\b(?! (?:många|manga|mycket|stor|lång|länge|mange))",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What a question asks for: of which kinds, whether advice, and about which names."""

    kinds: tuple[str, ...]
    advice: bool
    names: tuple[str, ...]


@lru_cache(maxsize=64)  # a question is held against the best passage of each document
def _wishes(question: str) -> _Wishes:
    lowered = question.strip().lower()
    kinds = (kind for kind, (asks, _) in _ASKS_AND_HOLDS.items() if re.search(asks, lowered))
    return _Wishes(tuple(kinds), bool(_ADVICE.search(lowered)), _names(question))


def expectation_features(
    question: str, passage: str, vocabulary: frozenset[str], longest_prefix: int = 5
) -> list[float]:
    """An unmet wish for a number, money or time; for a name; unknown names (0–2); advice asked.

    ``vocabulary``: the first ``longest_prefix`` letters of the document's words, lower case.
    """
    wishes = _wishes(question)
    unmet = {kind for kind in wishes.kinds if not _HOLDS[kind].search(passage)}
    unknown = unknown_names(question, vocabulary, longest_prefix)
    return [
        float(bool(unmet - {"name"})),
        float("name" in unmet),
        float(min(len(unknown), 2)),
        float(wishes.advice),
    ]


def unknown_names(
    question: str, vocabulary: frozenset[str], longest_prefix: int = 5
) -> tuple[str, ...]:
    """Those of the ``names_in`` a question that the document never uses."""
    return tuple(
        name for name in names_in(question) if name.lower()[:longest_prefix] not in vocabulary
    )


def names_in(question: str) -> tuple[str, ...]:
    """Proper names in ``question``: capitals inside a sentence."""
    return _wishes(question).names


def _names(question: str) -> tuple[str, ...]:
    names = []
    for found in _WORD.finditer(question):
        before = question[: found.start()].rstrip()
        begins = not before or before[-1] in '.!?:–-"”('
        if found.group()[0].isupper() and not begins:
            names.append(found.group())
    return tuple(names)


def words_outside(
    text: str, vocabulary: frozenset[str], longest_prefix: int = 5
) -> tuple[str, ...]:
    """The words of at least four letters in ``text`` whose beginnings ``vocabulary`` lacks."""
    return tuple(
        word
        for word in _WORD.findall(text)
        if len(word) >= 4 and word.lower()[:longest_prefix] not in vocabulary
    )


def vocabulary_of(texts: list[str], longest_prefix: int = 5) -> frozenset[str]:
    """The beginnings of all words in ``texts``, lower case; enough to see through inflection."""
    return frozenset(
        found.group().lower()[:longest_prefix] for text in texts for found in _WORD.finditer(text)
    )
