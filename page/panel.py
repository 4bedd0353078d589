"""What the panel beside the chat shows: a lesson, all lessons, a search."""

from collections.abc import Iterable

from corpus import Lesson, Passage
from page.markup import escape
from page.memo import origin
from page.sources import Place, Sources

BY_THEME, BY_NUMBER = "tema", "nummer"
NOT_READY = "Sökningen är inte igång än. Försök igen om en liten stund."
SEARCH_FAILED = "Sökningen gick inte att göra. Försök igen om en stund."
NOT_FOUND = "Den lärdomen finns inte."


def panel_markup(sources: Sources) -> str:
    """The panel's frame, open on all lessons."""
    return (
        '<aside id="lessons" aria-label="Lärdomarna"><div class="panel-bar">'
        '<button type="button" id="panel-close">Tillbaka till chatten</button></div>'
        f'<div id="panel-body" tabindex="-1">{browse_markup(sources)}</div></aside>'
    )


def lesson_markup(place: Place, sources: Sources, quote: str, related: Iterable[Lesson]) -> str:
    """One passage with the quote marked, its neighbours, its themes and its relatives."""
    document, passage = place.document, place.passage
    label = escape(sources.label(document.name, passage.number))
    target = escape(sources.target(document.name, passage.number))
    return (
        f'<article class="lesson"><h2 tabindex="-1">{label}</h2>'
        f'<blockquote class="lesson-text">{_marked(passage, quote)}</blockquote>'
        f'<p class="origin">{escape(origin(document))}</p>'
        '<p class="lesson-tools">'
        f'<button type="button" data-copy="{label}: {escape(passage.text)}">Kopiera</button>'
        f'<button type="button" data-copy-link="{target}">Kopiera länk</button></p>'
        f"{_neighbours(place)}{_themes(place)}{_related(tuple(related), sources)}</article>"
    )


def browse_markup(sources: Sources, order: str = BY_THEME) -> str:
    """Every lesson, by theme or by number, under a search box."""
    parts = ['<h2 tabindex="-1">Alla lärdomar</h2>', _search_form(""), _orders(order)]
    for document in sources.documents:
        if len(sources.documents) > 1:
            parts.append(f'<h3 class="document">{escape(document.short_name)}</h3>')
        themes = document.questions.themes if order == BY_THEME else ()
        if themes:
            parts += [
                f"<section><h3>{escape(theme.name)}</h3>"
                f"{_lessons(document.lessons[number - 1] for number in theme.lessons)}</section>"
                for theme in themes
            ]
        else:
            parts.append(_lessons(document.lessons))
    return f'<div class="browse">{"".join(parts)}</div>'


def search_markup(text: str, found: tuple[Lesson, ...], sources: Sources) -> str:
    """What a search found, best first."""
    if found:
        items = "".join(f"<li>{_link(passage, sources)}</li>" for passage in found)
        result = f'<ul class="lesson-list">{items}</ul>'
    else:
        result = "<p>Ingen lärdom liknar det du sökte. Prova med andra ord.</p>"
    return (
        f'<div class="browse"><h2 tabindex="-1">Sökning</h2>{_search_form(text)}'
        f'<p class="hits">Närmast ”{escape(text)}”:</p>{result}'
        '<p><a href="#lardomar">Visa alla lärdomar</a></p></div>'
    )


def sentence_markup(sentence: str) -> str:
    """A sentence in place of what was asked for."""
    return (
        f'<div class="browse"><h2 tabindex="-1">Lärdomarna</h2><p>{escape(sentence)}</p>'
        '<p><a href="#lardomar">Visa alla lärdomar</a></p></div>'
    )


def _marked(passage: Passage, quote: str) -> str:
    """The passage with ``quote`` marked; a quote that is no slice of it marks nothing."""
    before, found, after = passage.text.partition(quote) if quote else (passage.text, "", "")
    if not found:
        return escape(passage.text)
    return f"{escape(before)}<mark>{escape(found)}</mark>{escape(after)}"


def _neighbours(place: Place) -> str:
    number = place.passage.number
    if number is None:
        return ""
    links = []
    for word, step, name in (("Föregående: ", -1, "previous"), ("Nästa: ", 1, "next")):
        if place.document.lesson(number + step):
            target = escape(Sources.target(place.document.name, number + step))
            label = f'<span class="unseen">{word}</span>Lärdom {number + step}'
            links.append(f'<li class="{name}"><a href="#{target}">{label}</a></li>')
    return f'<nav aria-label="Bläddra"><ul class="neighbours">{"".join(links)}</ul></nav>'


def _themes(place: Place) -> str:
    document, number = place.document, place.passage.number
    themes = [theme for theme in document.questions.themes if number in theme.lessons]
    parts = []
    for theme in themes:
        others = [document.lessons[other - 1] for other in theme.lessons if other != number]
        parts.append(
            f"<details><summary>Tema: {escape(theme.name)}</summary>{_lessons(others)}</details>"
        )
    return "".join(parts)


def _related(lessons: tuple[Lesson, ...], sources: Sources) -> str:
    if not lessons:
        return ""
    items = "".join(f"<li>{_link(lesson, sources)}</li>" for lesson in lessons)
    return f'<section><h3>Liknande lärdomar</h3><ul class="lesson-list">{items}</ul></section>'


def _lessons(lessons: Iterable[Lesson]) -> str:
    items = "".join(
        f'<li><a href="#{escape(Sources.target(lesson.document, lesson.number))}">'
        f'<span class="number"><span class="unseen">Lärdom </span>{lesson.number}</span> '
        f'<span class="words">{escape(lesson.text)}</span></a></li>'
        for lesson in lessons
    )
    return f'<ul class="lesson-list">{items}</ul>'


def _link(passage: Lesson, sources: Sources) -> str:
    target = escape(sources.target(passage.document, passage.number))
    label = escape(sources.label(passage.document, passage.number))
    return (
        f'<a href="#{target}"><span class="label">{label}</span> '
        f'<span class="words">{escape(passage.text)}</span></a>'
    )


def _search_form(text: str) -> str:
    return (
        '<form role="search" class="search" aria-label="Lärdomarna">'
        '<label for="search-text">Sök i lärdomarna</label><div class="search-row">'
        f'<input id="search-text" type="search" autocomplete="off" value="{escape(text)}">'
        '<button type="submit">Sök</button></div></form>'
    )


def _orders(order: str) -> str:
    links = []
    for name, label, target in (
        (BY_THEME, "Efter tema", "lardomar"),
        (BY_NUMBER, "Efter nummer", "lardomar-nummer"),
    ):
        current = ' aria-current="true"' if name == order else ""
        links.append(f'<li><a href="#{target}"{current}>{label}</a></li>')
    return f'<ul class="orders">{"".join(links)}</ul>'
