"""Short, polite replies to what is no question to the lessons."""

from assistant.reply import Refusal
from assistant.understanding import SmallTalkKind

_REPLIES: dict[SmallTalkKind, str] = {
    "empty": "Skriv gärna en fråga, så letar jag i lärdomarna.",
    "too long": "Frågan är för lång för mig. Skriv den gärna kortare, i en eller ett par meningar.",
    "greeting": "Hej! Fråga mig om lärdomarna, så svarar jag med citat och nummer.",
    "thanks": "Tack själv! Fråga gärna mer.",
    "goodbye": "Hej då, och välkommen tillbaka!",
    "who": (
        "Jag är Lärdomsassistenten, ett program som svarar med ordagranna citat ur numrerade "
        "lärdomar. När lärdomarna inte svarar säger jag det. Fråga till exempel vad en lärdom "
        "säger, eller skriv ”lista alla”."
    ),
    "task": "Jag skriver inga egna texter. Jag kan hitta och citera det som står i lärdomarna.",
}


def small_talk(kind: SmallTalkKind) -> Refusal:
    """A reply without citations."""
    return Refusal(_REPLIES[kind])
