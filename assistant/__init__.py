"""How it is answered: questions in, cited answers or honest refusals out."""

from typing import TYPE_CHECKING, Any

from assistant.reply import Answer, Citation, Question, Refusal, Reply, Statement, Turn

if TYPE_CHECKING:
    from assistant.conversation import Assistant
    from assistant.opening import open_assistant, open_retriever
    from assistant.retriever import LessonRetriever

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "LessonRetriever",
    "Question",
    "Refusal",
    "Reply",
    "Statement",
    "Turn",
    "open_assistant",
    "open_retriever",
]


def __getattr__(name: str) -> Any:
    """Loads the rest when it is asked for: a page that shows replies need not wait for an index."""
    if name in __all__:
        from assistant import opening

        return getattr(opening, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
