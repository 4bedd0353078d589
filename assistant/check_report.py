"""Tells the result of a check, in Swedish, what to mend first first."""

from assistant.check import Check, Kind

_MOST_OF_A_KIND = 15
_TITLES: dict[Kind, str] = {
    "contradiction": "Frågor som både besvaras och inte besvaras",
    "no questions": "Dokument utan redaktörens frågor",
    "answers": "Obesvarade frågor som skulle besvaras",
    "elsewhere": "Frågor som hittar en annan lärdom",
    "few questions": "Lärdomar med få frågor",
    "alike": "Lärdomar som säger nästan samma sak",
}


def check_report(check: Check, everything: bool) -> str:
    """The shortcomings by kind; the most urgent of each, or ``everything``."""
    lines = []
    for kind, title in _TITLES.items():
        own = [one for one in check.shortcomings if one.kind == kind]
        shown = own if everything else own[:_MOST_OF_A_KIND]
        lines += [f"{title}: {len(own)}"] if own else []
        for one in shown:
            place = f"{one.document}.questions.yaml:{one.line}" if one.line else one.document
            lines.append(f"  {place}: {one.text}")
        if len(own) > len(shown):
            lines.append(f"  … och {len(own) - len(shown)} till, visa alla med --all")
    if not lines:
        lines = ["Inget att åtgärda."]
    if check.answered or check.unanswered:
        lines += [
            "",
            "Varje fråga ställd till ett index som inte hade lärt sig den:",
            f"  {check.found} av {check.answered} besvarade frågor hittar sin lärdom först",
            f"  {check.refused} av {check.unanswered} obesvarade frågor avvisas",
        ]
    return "\n".join(lines)
