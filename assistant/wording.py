"""A Swedish sentence as words that can be held against another: stems, numbers, negations."""

import re
from dataclasses import dataclass, field

OURSELVES = "vi"
"""The stem that "vi", "oss", "våra" and "kommunen" share: the lessons speak as a municipality."""

_TOKEN = re.compile(r"\d+(?:[ \u00a0]\d{3})+\b|\d+(?:[.,]\d+)?|[^\W\d_]+(?:[-/][^\W\d_]+)*|[.!?]+|[,;:()–]")
_ENDINGS = re.compile(
    r"(?:arnas|ornas|ernas|arna|orna|erna|aren|aste|ande|ende|ades|ats|ens|ets|ars|ers|ors|nas"
    r"|ade|are|ast|des|tes|det|dde|tts|en|et|ar|er|or|as|es|ad|at|na|de|te|ts|dd|tt|a|e|n|t|s)$"
)
_FUNCTION = frozenset(
    """
    en ett den det de dem denna detta dessa som att och eller men så när då där här om än för av på
    i in ut upp ned till från med mot vid hos under över efter före innan mellan genom utom inom
    ur åt kring är var vara varit blir bli blev blivit har ha hade haft kan kunna kunde ska skall
    skulle bör borde måste får få fick fått vill vilja ville sin sitt sina sig man ni er era ert
    du dig din han hon honom henne hans hennes dess deras jag mig min mitt mina själv själva
    också även alltså därför eftersom ju nog bara redan mycket mer mest samt både dels vilket
    vilken vilka hur vad vem varför ännu sedan som såsom t ex bl a dvs exempelvis bland annat
    gör göra gjorde gjort finns finnas fanns funnits låt låta lät låtit se
    """.split()
)
_FRAMING = frozenset(
    """
    enligt lärdom lärdomen lärdomar lärdomarna exempel viktig viktigt viktiga gäller gällde innebär
    innebar betyder betydde handlar handlade behov behöver behövs behöva behövde säger sägs råd rådet
    gott bra åren år sätt fall fallet helt olika gärna
    """.split()
)
_PRONOUNS = frozenset("vi oss vår vårt våra".split())
_NEGATIONS = frozenset(
    """
    inte ej icke aldrig ingen inget inga ingenting utan varken knappast knappt föga sällan mindre
    slipper slippa slapp sluppit undvik undvika undviks undvek sluta slutar slutade saknar saknas
    saknade sakna avstå avstår
    """.split()
)
_UNITS = frozenset("ett två tre fyra fem sex sju åtta nio tio elva tolv".split())
_VALUES = {
    **dict(
        zip(
            "noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton "
            "sjutton arton nitton".split(),
            range(20),
            strict=True,
        )
    ),
    **dict(
        zip(
            "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio".split(),
            range(20, 100, 10),
            strict=True,
        )
    ),
    "hundra": 100,
    "tusen": 1000,
}
_ORDINALS = dict(
    zip(
        "första andra tredje fjärde femte sjätte sjunde åttonde nionde tionde".split(),
        range(1, 11),
        strict=True,
    )
)
_MAGNITUDES = {
    "tusen": 1e3,
    "miljon": 1e6,
    "miljoner": 1e6,
    "miljard": 1e9,
    "miljarder": 1e9,
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as written, its stem, where it stands, and what it counts for."""

    text: str
    stem: str
    place: int
    sentence: int
    clause: int
    number: float | None = None
    """The value of a number, in digits or in letters, its "miljoner" included."""
    negates: bool = False
    bears: bool = False
    """Whether it bears content, rather than holds the sentence together."""
    capital: bool = False
    """Whether it is written as a name: a capital that is not the sentence's first letter."""


@dataclass(slots=True)
class _Reading:
    words: list[Word] = field(default_factory=list)
    sentence: int = 0
    clause: int = 0
    fresh: bool = True


def read(text: str) -> tuple[Word, ...]:
    """The words of ``text``, in order."""
    reading = _Reading()
    for token in _TOKEN.findall(text):
        if token[0] in ".!?":
            reading.sentence, reading.clause, reading.fresh = reading.sentence + 1, reading.clause + 1, True
        elif token in ",;:()–" or token.lower() in ("och", "men", "eller", "samt"):
            reading.clause += 1
            if token == ":":
                reading.fresh = True
        elif (magnitude := _MAGNITUDES.get(token.lower())) and _multiply(reading, magnitude):
            continue
        else:
            _add(reading, token)
    return tuple(reading.words)


def _multiply(reading: _Reading, magnitude: float) -> bool:
    if not reading.words or reading.words[-1].number is None:
        return False
    last = reading.words[-1]
    assert last.number is not None
    reading.words[-1] = Word(
        last.text, f"#{last.number * magnitude:g}", last.place, last.sentence, last.clause,
        last.number * magnitude, bears=True,
    )  # fmt: skip
    return True


def _add(reading: _Reading, token: str) -> None:
    low = token.lower()
    number = value_of(low)
    # "en" and "ett" are articles more often than numbers.
    if low == "ett":
        number = None
    stem = f"#{number:g}" if number is not None else stem_of(low)
    if low in _PRONOUNS:
        stem = OURSELVES
    negates = low in _NEGATIONS
    if low == "utan" and any(word.negates and word.sentence == reading.sentence for word in reading.words):
        negates = False  # "inte X, utan Y"
    reading.words.append(
        Word(
            token, stem, len(reading.words), reading.sentence, reading.clause, number, negates,
            bears=number is not None or low in _PRONOUNS or not (low in _FUNCTION or negates),
            capital=token[0].isupper() and not reading.fresh,
        )
    )  # fmt: skip
    reading.fresh = False


def value_of(token: str) -> float | None:
    """The number that ``token`` writes, or None: ``80 000``, ``28,5``, ``fjorton``, ``fjärde``."""
    plain = re.sub(r"[ \u00a0]", "", token)
    if plain[0].isdigit():
        return float(plain.replace(",", "."))
    if token in _VALUES:
        return float(_VALUES[token])
    if token in _ORDINALS:
        return float(_ORDINALS[token])
    for tens in range(20, 100, 10):
        word = next(word for word, value in _VALUES.items() if value == tens)
        if token.startswith(word) and token[len(word) :] in _UNITS:
            return float(tens + _VALUES[token[len(word) :]])
    for word, value in _VALUES.items():
        if token == f"{word}hundra":
            return value * 100.0
    return None


def stem_of(word: str) -> str:
    """``word`` without its inflection, never shorter than three letters."""
    stem = word
    for _ in range(2):
        shorter = _ENDINGS.sub("", stem)
        if len(shorter) < 3:
            break
        stem = shorter
    return stem


def is_framing(word: Word) -> bool:
    """Whether ``word`` only introduces what is said: "enligt lärdomen", "det är viktigt"."""
    return word.text.lower() in _FRAMING


def alike(one: Word, other: Word) -> bool:
    """Whether two words are forms of one word, or the second a compound that holds the first."""
    a, b = one.stem, other.stem
    if a == b:
        return True
    if one.number is not None or other.number is not None or OURSELVES in (a, b):
        return False
    shared = _shared(a, b)
    if shared >= 4 and shared >= min(len(a), len(b)) - 1 and max(len(a), len(b)) - shared <= 4:
        return True
    if shared >= 6 and max(len(a), len(b)) - shared <= 6:
        return True
    return len(a) >= 4 and a in b and not turned(one, other)


def turned(one: Word, other: Word) -> bool:
    """Whether one word is the other with a negating prefix: "byggbar" and "obyggbar"."""
    a, b = sorted((one.stem, other.stem), key=len)
    return len(a) >= 3 and b in (f"o{a}", f"miss{a}", f"in{a}")


def _shared(a: str, b: str) -> int:
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count
