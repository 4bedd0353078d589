"""The chat in Gradio: its components and what happens between them."""

import logging
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr
from anyio import CapacityLimiter

from assistant.question_log import QuestionLog
from assistant.reply import Turn
from page import markup
from page.asking import TOO_OFTEN, Asking
from page.conversation import (
    FAILED,
    Done,
    Drafting,
    Failed,
    Growing,
    Searching,
    Starting,
    Step,
    converse,
)
from page.download import markdown_link, word_link
from page.endpoints import add_endpoints
from page.filter import chosen_names, document_filter, refreshed
from page.limit import RateLimit
from page.loading import Loading
from page.pace import paced
from page.panel import panel_markup
from page.question import QuestionError, read_question
from page.sources import Sources

TITLE = "Lärdomsassistenten"
_STARTERS = 4
_AT_ONCE = 4
_MOST_QUESTIONS = 500
_STOPPED = "Du stoppade svaret. Ställ gärna frågan igen."

Turns = tuple[Turn, ...]

_ASKING: dict[str, Any] = {
    # A question asked before the last one has let go waits for it, instead of vanishing.
    "trigger_mode": "always_last",
    # The markup is shown as it stands: no thread for each piece of it.
    "preprocess": False,
    "postprocess": False,
    "api_visibility": "private",
    "show_progress": "hidden",
    # Gradio's queue tells each who waits of every move; our own threads are the limit instead.
    "concurrency_limit": None,
}

_log = logging.getLogger(__name__)


class Chat:
    """What the components call; holds nothing that belongs to one visitor."""

    def __init__(
        self, loading: Loading, sources: Sources, limit: RateLimit, log: QuestionLog | None
    ) -> None:
        self._loading = loading
        self._log = log
        self._sources = sources
        self._limit = limit
        self._threads = CapacityLimiter(_AT_ONCE)

    def starters(self) -> str:
        """Questions to begin with, other ones each time."""
        assistant = self._loading.ready
        if assistant:
            return markup.starters_markup(assistant.starter_questions(_STARTERS))
        # Before the assistant is there, the editor's own questions stand in.
        known = [each for document in self._sources.documents for each in document.lessons]
        picked = random.sample(known, min(_STARTERS, len(known)))
        asked = (
            self._sources.document(lesson.document).questions.presentable(lesson.number)
            for lesson in picked
        )
        return markup.starters_markup(tuple(random.choice(each) for each in asked if each))

    async def ask(
        self, text: str, turns: Turns, ticked: list[str], request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """The outputs of ``_Shown``, as the question goes on its way."""
        before, question = "", ""
        try:
            before = markup.turns_markup(turns, self._sources)
            question = read_question(text if isinstance(text, str) else "")
            if not self._limit.allows(request.client.host if request.client else ""):
                raise QuestionError(TOO_OFTEN)
            chosen = chosen_names(ticked or [], self._sources.documents)
            steps = converse(question, turns, self._loading, chosen, self._log)
            async for step in paced(steps, self._threads):
                yield self._shown(question, turns, before, step).outputs()
        except QuestionError as error:
            notice = markup.notice_markup(question, str(error))
            yield _Shown(before, notice, "", question, turns).outputs()
        except Exception:  # an error that reached Gradio would leave the question box dead
            _log.exception("a reply could not be shown")
            notice = markup.notice_markup(question, FAILED)
            yield _Shown(before, notice, "", question, turns).outputs()

    def stopped(self, question: str) -> str:
        """What stands in place of a reply that the visitor stopped."""
        return markup.notice_markup(question, _STOPPED)

    def fresh(self) -> tuple[str, str, str, str, Turns]:
        """A new conversation: starters, and nothing else."""
        return self.starters(), "", "", "", ()

    def as_word(self, turns: Turns) -> str:
        """The conversation as a Word document to save."""
        return word_link(turns, self._sources)

    def as_markdown(self, turns: Turns) -> str:
        """The conversation as a text to save."""
        return markdown_link(turns, self._sources)

    def _shown(self, question: str, turns: Turns, before: str, step: Step) -> "_Shown":
        go_on = ""
        match step:
            case Searching():
                latest = markup.waiting_markup(question, markup.SEARCHING)
            case Starting():
                latest = markup.waiting_markup(question, markup.STARTING)
            case Drafting(text=text):
                latest = markup.draft_markup(question, text)
            case Growing(reply=reply):
                latest = markup.reply_markup(question, reply, self._sources, complete=False)
            case Done(reply=reply, go_on=questions, logged=logged):
                latest = markup.reply_markup(question, reply, self._sources, logged=logged)
                go_on = markup.go_on_markup(questions)
                turns = (*turns, Turn(question, reply))
            case Failed(sentence=sentence):
                latest = markup.notice_markup(question, sentence)
        return _Shown(before, latest, go_on, question, turns)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page shows: the turns that are over, the latest one, and how to go on."""

    past: str
    latest: str
    go_on: str
    under_way: str
    turns: Turns

    def outputs(self) -> tuple[Any, ...]:
        """One value for each output, in the order of the fields."""
        return self.past, self.latest, self.go_on, self.under_way, self.turns


def chat_blocks(
    loading: Loading,
    sources: Sources,
    limit: RateLimit,
    programs: Asking,
    log: QuestionLog | None = None,
    disclosure: str = "",
) -> gr.Blocks:
    """The whole page as Gradio blocks; ``disclosure``: what a language model is told, and where."""
    chat = Chat(loading, sources, limit, log)
    blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True)
    with blocks:
        turns = gr.State(())
        under_way = gr.State("")
        new, word, plain = _bar()
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="chat"):
                with gr.Column(elem_id="thread"):
                    _html(markup.welcome_markup(sources), "welcome")
                    starters = _html("", "start")
                    past = _html("", "past")
                    latest = _html("", "latest")
                    go_on = _html("", "go-on")
                ticked = document_filter(sources)
                stop = _composer()
                _html(markup.footnote_markup(log.days if log else None, disclosure), "footnote")
            with gr.Column(elem_id="panel"):
                _html(panel_markup(sources), "panel-frame")
        download = _html("", "download")
        asked, ask = _carrier()

        asking = ask.click(
            chat.ask,
            [asked, turns, ticked],
            [past, latest, go_on, under_way, turns],
            **_ASKING,
        )
        blocks.load(chat.starters, None, starters, **_quiet())
        blocks.load(lambda: refreshed(sources), None, ticked, **_quiet())
        stop.click(chat.stopped, under_way, latest, cancels=[asking], **_quiet())
        new.click(
            chat.fresh, None, [starters, past, latest, go_on, turns], cancels=[asking], **_quiet()
        )
        word.click(chat.as_word, turns, download, **_quiet())
        plain.click(chat.as_markdown, turns, download, **_quiet())
        add_endpoints(programs)
    blocks.max_threads = _MOST_QUESTIONS
    blocks.queue(max_size=_MOST_QUESTIONS, status_update_rate=5)
    return blocks


def _bar() -> tuple[gr.Button, gr.Button, gr.Button]:
    with gr.Row(elem_id="top"):
        _html(markup.head_markup(TITLE), "brand")
        new = gr.Button("Nytt samtal", elem_id="new", elem_classes="quiet")
        word = gr.Button("Spara som Word", elem_id="word", elem_classes="quiet")
        plain = gr.Button("Spara som text", elem_id="text", elem_classes="quiet")
    return new, word, plain


def _composer() -> gr.Button:
    """The box and its buttons; returns the one that stops a reply."""
    with gr.Row(elem_id="composer"):
        hint = "Skriv din fråga …"
        gr.Textbox(label="Din fråga", placeholder=hint, max_lines=6, elem_id="question")
        gr.Button("Fråga", variant="primary", elem_id="send")
        return gr.Button("Stoppa", elem_id="stop")


def _carrier() -> tuple[gr.Textbox, gr.Button]:
    """Out of sight: filled and pressed by the page's script, which frees the box at once."""
    return gr.Textbox(show_label=False, elem_id="asked"), gr.Button("Fråga", elem_id="ask")


def _html(value: str | Callable[[], str], elem_id: str) -> gr.Markdown:
    """A component that shows our own, escaped HTML as it is.

    gr.HTML is not used: it compiles templates in the browser, which the content security policy
    rightly forbids. Gradio's own sanitizer is off, since it drops the attributes that say what a
    chip quotes while it lets foreign images and forms through.
    """
    return gr.Markdown(
        value, elem_id=elem_id, sanitize_html=False, latex_delimiters=[], container=False
    )


def _quiet(at_once: int | None = 4) -> dict[str, Any]:
    return {
        "api_visibility": "private",
        "show_progress": "hidden",
        "concurrency_limit": at_once,
    }
