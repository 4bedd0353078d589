"""Swedish words by the part that they play when one sentence is held against another."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _numbered(text: str, values: range) -> dict[str, int]:
    return dict(zip(text.split(), values, strict=True))


FUNCTION = _words(
    """
    en ett den det de dem denna detta dessa som att och eller men så när då där här om än för av
    på i in ut upp ned till från med mot vid hos under över efter före innan mellan genom utom
    inom ur åt kring är var vara varit blir bli blev blivit har ha hade haft kan kunna kunde ska
    skall skulle bör borde måste får få fick fått vill vilja ville sin sitt sina sig man ni er
    era ert du dig din han hon honom henne hans hennes dess deras jag mig min mitt mina själv
    själva något någon några också även alltså därför eftersom ju nog bara redan mycket mer mest
    samt både dels vilket vilken vilka hur vad vem varför ännu sedan som såsom t ex bl a dvs
    exempelvis bland annat gör göra gjorde gjort finns finnas fanns funnits låt låta lät låtit se
    """
)
"""Words that hold a sentence together and say nothing by themselves."""
FRAMING = _words(
    """
    enligt lärdom lärdomen lärdomar lärdomarna exempel viktig viktigt viktiga gäller gällde
    innebär innebar betyder betydde handlar handlade behov behöver behövs behöva behövde säger
    sägs råd rådet gott bra åren år sätt fall fallet helt olika gärna
    """
)
"""Words that introduce what is said, or stress it."""
PRONOUNS = _words("vi oss vår vårt våra kommun kommunen kommunens kommuner")
"""How the lessons name those who speak, and how others name them."""
NEGATIONS = _words(
    """
    inte ej icke aldrig ingen inget inga ingenting utan varken knappast knappt föga sällan mindre
    slipper slippa slapp sluppit undvik undvika undviks undvek sluta slutar slutade saknar saknas
    saknade sakna avstå avstår
    """
)
"""Words that deny."""
COMMON = _words(
    """
    ta tar tog tagit tas togs ge ger gav gett ges gavs hålla håller höll hölls hålls stå står
    stod sitta sitter satt gå går gick gått komma kommer kom kommit leda leder ledde lägga lägger
    lade sätta sätter satte ställa ställer ställde skicka skickas skickade skickades söka söker
    sökte söktes leta letade tala talar talade prata pratar pratade heter hette kalla kallas
    kallades nå når nådde nåddes rymmer rymma innehåller bestå består bidra bidrar visa visar
    visade visat leder dröjde dröjer vara varade handlat använda använder används användes inse
    insåg inser tycker anser skapa skapar skapades arbeta arbetar arbetade verka fungera fungerar
    genomföra genomförs genomfördes egen eget egna möjlig möjligt möjligheter rätt ny nytt nya
    tillsammans samtidigt ut tanke tanken syfte syftet plats platsen orten ort del delar sak
    saker fråga frågor tid tiden slut början tack vare hand håll väg vägen samman fram bort kvar
    igen faktiskt framför allt bland välja väljer valde valt fler flera viss vissa sådan sådant
    sådana kronor innan tills medan ifall ens dag dagen
    """
)
"""Words that any retelling may use without saying anything new. No sizes, no directions."""
OPPOSITES = frozenset(
    frozenset(pair.split("/"))
    for pair in _words(
        """
        bättre/sämre bra/dålig öka/minska ökar/minskar ökade/minskade höja/sänka stor/liten
        stora/små stort/litet många/få mer/mindre stark/svag öppna/stänga köpa/sälja köpte/sålde
        första/sista tidigt/sent lätt/svårt dyr/billig hög/låg lång/kort ny/gammal nya/gamla
        alltid/aldrig inne/ute före/efter vinna/förlora bygga/riva ge/ta fick/gav frågade/svarade
        upp/ned goda/dåliga sjönk/steg
        """
    )
)
"""Words that an embedder takes for each other, though they say the opposite."""
ACTORS = re.compile(
    r"kommun|^stat|region|styrelse|regering|riksdag|myndighet|fullmäktig|nämnd|politik|tjänstem[aä]n"
    r"|chef|ledning|direktör|rektor|elev|ungdom|barn|kund|företag|bolag|bruk|leverantör|entreprenör"
    r"|fack|förening|klubb|laget$|förbund|universitet|högskol|skolan|medborgar|anställd|personal"
    r"|arbetsgivar|journalist|chaufför|gäst|bank|polis|människ|folk|familj|råd$|rådet$|team|grupp"
    r"|orkest|minister|borgmästare|förmedling|union|.{3}(?:are|aren|arna|arnas|arens)$"
)
"""Parts of words for who may do something: persons, bodies, offices."""
UNITS = _words("ett två tre fyra fem sex sju åtta nio tio elva tolv")
"""What may follow the tens in one word."""
VALUES = {
    **_numbered(
        """
    noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton
    sjutton arton nitton
    """,
        range(20),
    ),
    **_numbered("tjugo trettio fyrtio femtio sextio sjuttio åttio nittio", range(20, 100, 10)),
    "hundra": 100,
    "tusen": 1000,
}
"""Numbers in letters; "en" is left out, since it is an article more often."""
ORDINALS = _numbered(
    "första andra tredje fjärde femte sjätte sjunde åttonde nionde tionde", range(1, 11)
)
"""Ordinals in letters."""
MAGNITUDES = {
    "tusen": 1e3,
    "miljon": 1e6,
    "miljoner": 1e6,
    "miljard": 1e9,
    "miljarder": 1e9,
}
"""What may follow a number and multiplies it."""

SWEDISH = _words("och att det som är en på för av med inte den till har ett de kan ska bör vi")
"""Frequent Swedish words, to tell the language by."""
FOREIGN = (
    _words(
        """
        the and of to is that it for with this are not you be as must should was have ikke og jeg
        af at der fra hvordan und die das ist nicht zu mit ein eine et le la les des une est que el
        los ei että
        """
    )
    - SWEDISH
)
"""Frequent words of English, Danish, Norwegian, German, French, Spanish and Finnish."""
