"""A conversation as HTML. Every text is escaped here, whoever wrote it: visitor, source or code.

Gradio carries the HTML through its Markdown component, which leaves a block alone as long as it
begins with a block element and holds no line break. So all of it stands on one line, and the line
breaks of a text are written as character references.
"""

import html
from collections.abc import Iterable

from assistant.reply import Answer, Citation, Refusal, Reply, Statement, Turn
from page.memo import origin, reply_as_memo
from page.sources import Sources
from page.swedish import counted

# Drawn, not written: the signs for thumbs look different on every machine.
_THUMB = (
    '<svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true" focusable="false">'
    '<path fill="currentColor" d="M2 9h3v8H2zm5 8V9l4-7c1.4 0 2 .9 2 2v4h4.2c1 0 1.8.9 1.6 1.9'
    'l-1.2 5.6c-.2.9-.9 1.5-1.8 1.5z"/></svg>'
)
STARTING = "Assistenten startar … Din fråga besvaras strax."
SEARCHING = "Söker i lärdomarna …"


def escape(text: str) -> str:
    """``text`` as HTML that shows exactly that text, on one line."""
    return html.escape(text).replace("\r", "").replace("\n", "&#10;")


def head_markup(title: str) -> str:
    """The page's name and the ways into the panel."""
    return (
        f'<div class="head"><h1>{escape(title)}</h1><nav aria-label="Underlaget"><ul>'
        '<li><a href="#lardomar">Alla lärdomar</a></li>'
        '<li><a href="#underlag">Underlag</a></li></ul></nav></div>'
    )


def welcome_markup(sources: Sources) -> str:
    """What one can ask about, said before the first question."""
    lessons = sum(len(document.lessons) for document in sources.documents)
    origins = " och ".join(escape(origin(document)) for document in sources.documents)
    return (
        '<div class="welcome"><p class="lead">Vad vill du veta?</p>'
        f"<p>Svaren hämtas ur {counted(lessons, 'lärdom', 'lärdomar')} från "
        f"{origins}. Varje svar visar vilken lärdom det kommer ifrån, och när lärdomarna inte "
        "räcker till får du veta det.</p></div>"
    )


def turns_markup(turns: Iterable[Turn], sources: Sources) -> str:
    """The turns that are over, oldest first; empty for none."""
    turns = tuple(turns)
    shown = "".join(reply_markup(turn.question, turn.reply, sources) for turn in turns)
    return f'<div class="turns">{shown}</div>' if turns else ""


def reply_markup(
    question: str,
    reply: Reply,
    sources: Sources,
    *,
    complete: bool = True,
    logged: str = "",
) -> str:
    """One question and its reply; while the reply grows, ``complete`` is False.

    ``logged``: the id under which the question log takes a verdict, if it does.
    """
    body = _answer(reply, sources) if isinstance(reply, Answer) else _refusal(reply, sources)
    if complete:
        body += _tools(reply, sources) + verdict_markup(logged)
    return _turn("done" if complete else "streaming", question, f'<div class="reply">{body}</div>')


def waiting_markup(question: str, sentence: str) -> str:
    """A question that is being answered, with what is going on."""
    return _turn("streaming", question, f'<p class="waiting">{escape(sentence)}</p>')


def notice_markup(question: str, sentence: str) -> str:
    """A question that got a sentence from the page in place of a reply."""
    return _turn("failed", question, f'<p class="notice">{escape(sentence)}</p>')


def verdict_markup(logged: str) -> str:
    """Thumbs for the reply that was logged under that id; nothing without one."""
    if not logged:
        return ""
    buttons = "".join(
        f'<button type="button" data-verdict="{verdict}" aria-pressed="false">{_THUMB}{word}'
        "</button>"
        for verdict, word in (("up", "Ja"), ("down", "Nej"))
    )
    return (
        f'<div class="verdict" data-logged="{escape(logged)}">'
        f'<p role="group" aria-label="Hjälpte svaret dig?"><span>Hjälpte svaret dig?</span>'
        f"{buttons}</p></div>"
    )


def footnote_markup(days_logged: int | None) -> str:
    """What to bear in mind, and where the page's statements are.

    ``days_logged``: how long questions are kept; None if they are not.
    """
    kept = (
        f" Frågorna sparas i {counted(days_logged, 'dag', 'dagar')} utan uppgift om vem som "
        "frågar. Skriv inga personuppgifter."
        if days_logged is not None
        else ""
    )
    return (
        "<p>Svaren är ordagranna citat ur lärdomarna. Läs hela lärdomen innan du bygger något på "
        f'den.{kept} <span class="statements-links"><a href="tillganglighet">Tillgänglighet</a>'
        '<a href="integritet">Integritet</a></span></p>'
    )


def go_on_markup(questions: tuple[str, ...]) -> str:
    """Questions that may follow a reply."""
    if not questions:
        return ""
    return f'<div class="go-on"><h2>Fråga vidare</h2>{_questions(questions)}</div>'


def starters_markup(questions: tuple[str, ...]) -> str:
    """Questions to begin with."""
    if not questions:
        return ""
    return f'<div class="starters"><h2>Prova till exempel</h2>{_questions(questions)}</div>'


def chip(
    document: str,
    lesson: int | None,
    sources: Sources,
    quote: str = "",
    paragraph: int | None = None,
) -> str:
    """A link that opens a passage in the panel, with the quote marked."""
    quoted = f' data-quote="{escape(quote)}"' if quote else ""
    target = escape(sources.target(document, lesson))
    label = escape(sources.label(document, lesson, paragraph))
    return f'<a class="chip" href="#{target}"{quoted}>{label}</a>'


def _turn(state: str, question: str, body: str) -> str:
    busy = "true" if state == "streaming" else "false"
    asked = f'<h2 class="asked" tabindex="-1">{escape(question)}</h2>' if question else ""
    return f'<article class="turn" data-state="{state}" aria-busy="{busy}">{asked}{body}</article>'


def _answer(answer: Answer, sources: Sources) -> str:
    parts = [_paragraph("introduction", answer.introduction)]
    for heading, statements in answer.sections:
        if heading:
            parts.append(f'<h3 class="document">{escape(heading.title)}</h3>')
            parts.append(_paragraph("source-line", heading.source))
        if len(statements) == 1:
            parts.append(f'<p class="statement">{_statement(statements[0], sources)}</p>')
        else:
            items = (f"<li>{_statement(said, sources)}</li>" for said in statements)
            parts.append(f'<ul class="statements">{"".join(items)}</ul>')
    parts += [_paragraph("silent", answer.silent), _paragraph("source-line", answer.source)]
    return "".join(parts)


def _statement(said: Statement, sources: Sources) -> str:
    cited: Citation = said.citation
    link = chip(cited.document, cited.lesson, sources, cited.quote, cited.paragraph)
    return f'<span class="said">{escape(said.text)}</span> {link}'


def _refusal(refusal: Refusal, sources: Sources) -> str:
    message = _paragraph("message", refusal.message)
    if not refusal.suggestions:
        return message
    cards = "".join(
        f"<li>{chip(lesson.document, lesson.number, sources)}"
        f'<p class="lesson-text">{escape(lesson.text)}</p></li>'
        for lesson in refusal.suggestions
    )
    return f'{message}<ul class="near">{cards}</ul>'


def _tools(reply: Reply, sources: Sources) -> str:
    if isinstance(reply, Refusal) and not reply.suggestions:
        return ""
    memo = escape(reply_as_memo(reply, sources))
    return (
        '<p class="reply-tools">'
        f'<button type="button" data-copy="{memo}">Kopiera svaret</button></p>'
    )


def _questions(questions: Iterable[str]) -> str:
    items = (
        f'<li><button type="button" data-ask="{escape(question)}">{escape(question)}</button></li>'
        for question in questions
    )
    return f"<ul>{''.join(items)}</ul>"


def _paragraph(name: str, text: str) -> str:
    return f'<p class="{name}">{escape(text)}</p>' if text else ""
