"""The chat in Gradio: its components and what happens between them."""

import base64
import datetime
import logging
import random
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr
from anyio import to_thread

from assistant.reply import Turn
from page import markup
from page.conversation import (
    FAILED,
    Done,
    Failed,
    Growing,
    Starting,
    Step,
    converse,
    questions_after,
)
from page.filter import chosen_names, document_filter
from page.limit import RateLimit
from page.loading import Loading
from page.memo import conversation_as_markdown
from page.panel import panel_markup
from page.question import QuestionError, read_question
from page.sources import Sources
from page.word import conversation_as_word

TITLE = "Lärdomsassistenten"
_STARTERS = 4
_AT_ONCE = 16
_TOO_OFTEN = "Du har ställt många frågor på kort tid. Vänta en minut och fråga igen."
_STOPPED = "Du stoppade svaret. Ställ gärna frågan igen."
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

Turns = tuple[Turn, ...]

_log = logging.getLogger(__name__)


class Chat:
    """What the components call; holds nothing that belongs to one visitor."""

    def __init__(self, loading: Loading, sources: Sources, limit: RateLimit) -> None:
        self._loading = loading
        self._sources = sources
        self._limit = limit

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
        """What becomes of the question box, the turns before, the latest turn, and so on.

        The order is that of ``_Shown``.
        """
        question = ""
        try:
            question = read_question(text if isinstance(text, str) else "")
            before = markup.turns_markup(turns, self._sources)
            if not self._limit.allows(request.client.host if request.client else ""):
                notice = markup.notice_markup(question, _TOO_OFTEN)
                yield _Shown(question, before, notice, "").outputs()
                return
            latest = markup.waiting_markup(question, markup.SEARCHING)
            yield _Shown("", before, latest, "", under_way=question).outputs()
            chosen = chosen_names(ticked, self._sources.documents)
            async for step in _without_waiting(converse(question, turns, self._loading, chosen)):
                yield self._shown(question, turns, step).outputs()
        except QuestionError as error:
            if turns and not text:
                yield _Shown().outputs()  # a second Enter on an empty box takes nothing away
                return
            before = markup.turns_markup(turns, self._sources)
            yield _Shown(past=before, latest=markup.notice_markup("", str(error))).outputs()
        except Exception:  # an error that reached Gradio would leave the question box dead
            _log.exception("a reply could not be shown")
            notice = markup.notice_markup(question, FAILED)
            yield _Shown(question, latest=notice).outputs()

    def go_on(self, turns: Turns, ticked: list[str]) -> str:
        """Questions to go on with, below the latest reply."""
        chosen = chosen_names(ticked, self._sources.documents)
        return markup.go_on_markup(questions_after(turns, self._loading, chosen))

    def stopped(self, question: str) -> str:
        """What stands in place of a reply that the visitor stopped."""
        return markup.notice_markup(question, _STOPPED)

    def fresh(self) -> tuple[str, str, str, str, Turns]:
        """A new conversation: starters, and nothing else."""
        return self.starters(), "", "", "", ()

    def as_word(self, turns: Turns) -> str:
        """The conversation as a link to a Word document."""
        today = datetime.date.today()
        return _download("fragor.docx", _WORD, conversation_as_word(turns, self._sources, today))

    def as_markdown(self, turns: Turns) -> str:
        """The conversation as a link to a Markdown file."""
        text = conversation_as_markdown(turns, self._sources, datetime.date.today())
        return _download("fragor.md", "text/markdown;charset=utf-8", text.encode())

    def _shown(self, question: str, turns: Turns, step: Step) -> "_Shown":
        match step:
            case Starting():
                return _Shown(latest=markup.waiting_markup(question, markup.STARTING))
            case Growing(reply=reply):
                growing = markup.reply_markup(question, reply, self._sources, complete=False)
                return _Shown(latest=growing)
            case Done(reply=reply):
                whole = markup.reply_markup(question, reply, self._sources)
                return _Shown(latest=whole, turns=(*turns, Turn(question, reply)))
            case Failed(sentence=sentence):
                # The question goes back into the box, for another try.
                return _Shown(question, latest=markup.notice_markup(question, sentence))


@dataclass(frozen=True, slots=True)
class _Shown:
    """What changes on the page; None stays as it is."""

    box: str | None = None
    past: str | None = None
    latest: str | None = None
    go_on: str | None = None
    under_way: str | None = None
    turns: Turns | None = None

    def outputs(self) -> tuple[Any, ...]:
        """One value for each output, in the order of the fields."""
        values = (self.box, self.past, self.latest, self.go_on, self.under_way, self.turns)
        return tuple(gr.skip() if value is None else value for value in values)


async def _without_waiting(steps: Iterator[Step]) -> AsyncIterator[Step]:
    """Each step from a thread, which is let go when the visitor stops or leaves."""
    while True:
        step = await to_thread.run_sync(next, steps, None, abandon_on_cancel=True)
        if step is None:
            return
        yield step


def chat_blocks(loading: Loading, sources: Sources, limit: RateLimit) -> gr.Blocks:
    """The whole page as Gradio blocks."""
    chat = Chat(loading, sources, limit)
    blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True)
    with blocks:
        turns = gr.State(())
        under_way = gr.State("")
        with gr.Row(elem_id="top"):
            _html(markup.head_markup(TITLE), "brand")
            new = gr.Button("Nytt samtal", elem_id="new", elem_classes="quiet")
            word = gr.Button("Spara som Word", elem_id="word", elem_classes="quiet")
            plain = gr.Button("Spara som text", elem_id="text", elem_classes="quiet")
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="chat"):
                with gr.Column(elem_id="thread"):
                    _html(markup.welcome_markup(sources), "welcome")
                    starters = _html(chat.starters, "start")
                    past = _html("", "past")
                    latest = _html("", "latest")
                    go_on = _html("", "go-on")
                ticked = document_filter(sources)
                box, send, stop = _composer()
                _html(markup.FOOTNOTE, "footnote")
            with gr.Column(elem_id="panel"):
                _html(panel_markup(sources), "panel-frame")
        download = _html("", "download")

        asking = gr.on(
            [send.click, box.submit],
            chat.ask,
            [box, turns, ticked],
            [box, past, latest, go_on, under_way, turns],
            # A question asked before the last one has let go waits for it, instead of vanishing.
            trigger_mode="always_last",
            **_quiet(_AT_ONCE),
        )
        asking.success(chat.go_on, [turns, ticked], go_on, **_quiet())
        stop.click(chat.stopped, under_way, latest, cancels=[asking], **_quiet())
        new.click(
            chat.fresh, None, [starters, past, latest, go_on, turns], cancels=[asking], **_quiet()
        )
        word.click(chat.as_word, turns, download, **_quiet())
        plain.click(chat.as_markdown, turns, download, **_quiet())
        blocks.load(lambda: document_filter(sources), None, ticked, **_quiet())
    blocks.queue(max_size=500)
    return blocks


def _composer() -> tuple[gr.Textbox, gr.Button, gr.Button]:
    with gr.Row(elem_id="composer"):
        box = gr.Textbox(
            label="Din fråga",
            placeholder="Skriv din fråga …",
            lines=1,
            max_lines=6,
            elem_id="question",
        )
        send = gr.Button("Fråga", variant="primary", elem_id="send")
        stop = gr.Button("Stoppa", elem_id="stop")
    return box, send, stop


def _html(value: str | Callable[[], str], elem_id: str) -> gr.Markdown:
    """A component that shows our own, escaped HTML as it is.

    gr.HTML is not used: it compiles templates in the browser, which the content security policy
    rightly forbids. Gradio's own sanitizer is off, since it drops the attributes that say what a
    chip quotes while it lets foreign images and forms through.
    """
    return gr.Markdown(
        value, elem_id=elem_id, sanitize_html=False, latex_delimiters=[], container=False
    )


def _quiet(at_once: int = 4) -> dict[str, Any]:
    return {
        "api_visibility": "private",
        "show_progress": "hidden",
        "concurrency_limit": at_once,
    }


def _download(name: str, kind: str, content: bytes) -> str:
    """A link that carries its file with it, so that nothing is written to any disk."""
    data = base64.b64encode(content).decode()
    return (
        f'<p><a class="download" download="{name}" href="data:{kind};base64,{data}">'
        f"Spara {name}</a></p>"
    )
