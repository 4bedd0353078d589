"""The page where questions are asked: a chat with the lessons beside it, in Swedish.

Gradio carries the conversation; the lessons panel, the login and the safety around them are plain
ASGI. Nothing here decides what is answered: that is the assistant's.
"""

import page.before_gradio  # noqa: F401  must come first
from page.loading import Loading
from page.server import page_application

__all__ = ["Loading", "page_application"]
