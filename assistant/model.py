"""Opens a language model through LangChain and lets it write, within limits of time and length."""

import asyncio
import ipaddress
import logging
import queue
import socket
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.model_settings import ADDRESSES, KEYS, ModelSettingError, ModelSettings, host_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

_PATIENCE = 0.25  # seconds between two looks, so that whoever stops waiting is let go at once
_REACHED_WITHIN = 2.0  # seconds
_LONGEST_TOKEN = 12  # characters; a server that ignores the token limit is cut off here
_WHOLE = ("stop", "end_turn", "stop_sequence", "eos", "STOP")

_log = logging.getLogger(__name__)


class ModelFailed(Exception):
    """The model gave no whole text: it is ``down``, ``busy`` or ``slow``, or was ``cut off``."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the language model failed: {reason}")
        self.reason = reason


class ChatModel:
    """A language model that writes text; any thread may ask, each for itself."""

    def __init__(self, model: "BaseChatModel", settings: ModelSettings, disclosure: str) -> None:
        self.settings = settings
        self.disclosure = disclosure
        """A Swedish sentence for its users: which model it is, and what goes to which address."""
        self._model = model
        self._loop = _loop()

    def write(self, messages: "Sequence[BaseMessage]") -> Iterator[str]:
        """The text so far, longer and longer, the last one whole.

        Gives the same text again while nothing comes, so that whoever has had enough can close
        the iterator: that ends the call. Raises ModelFailed.
        """
        pieces: queue.SimpleQueue[str | ModelFailed | None] = queue.SimpleQueue()
        call = asyncio.run_coroutine_threadsafe(self._ask(messages, pieces), self._loop)
        text = ""
        try:
            while True:
                try:
                    piece = pieces.get(timeout=_PATIENCE)
                except queue.Empty:
                    yield text
                    continue
                if isinstance(piece, ModelFailed):
                    raise piece
                if piece is None:
                    break
                text += piece
                if len(text) > self.settings.most_tokens * _LONGEST_TOKEN:
                    raise ModelFailed("cut off")
                if pieces.empty():
                    yield text
            yield text
        finally:
            call.cancel()

    async def _ask(
        self,
        messages: "Sequence[BaseMessage]",
        pieces: "queue.SimpleQueue[str | ModelFailed | None]",
    ) -> None:
        from langsmith.run_helpers import tracing_context

        ended, begun = "", False
        try:
            # LangChain would send a copy to its makers if a variable says so; it shall not here.
            with tracing_context(enabled=False):
                async with asyncio.timeout(self.settings.seconds):
                    async for chunk in self._model.astream(list(messages)):
                        pieces.put(str(chunk.text))
                        begun = begun or bool(chunk.text)
                        ended = _reason_of_ending(chunk.response_metadata) or ended
        except Exception as error:  # each adapter has errors of its own
            _log.warning("no whole text from the language model: %s", type(error).__name__)
            reason = _reason_of_failure(error)
            pieces.put(ModelFailed("cut off" if begun and reason == "down" else reason))
        else:
            pieces.put(None if ended in _WHOLE else ModelFailed("cut off"))


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One loop for good and for all models: the adapters share their connections between calls and
    models, not between loops."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="model", daemon=True).start()
    return loop


def _reason_of_ending(metadata: Mapping[str, Any]) -> str:
    names = ("finish_reason", "stop_reason", "done_reason")
    return next((str(metadata[name]) for name in names if metadata.get(name)), "")


def _reason_of_failure(error: Exception) -> str:
    name, status = type(error).__name__, getattr(error, "status_code", None)
    if isinstance(error, TimeoutError) or "Timeout" in name:
        return "slow"
    return "busy" if status == 429 or "RateLimit" in name else "down"


def chosen_model(variables: Mapping[str, str]) -> tuple[ChatModel | None, str]:
    """The model that ``LARDOM_LLM…`` name, and what to tell: what goes where, or what is wrong.

    None, with an empty line, if none is named; None if a setting is wrong: all works without it.
    """
    try:
        settings = ModelSettings.of(variables)
        model = open_model(settings) if settings else None
    except ModelSettingError as error:
        return None, f"{error} Svaren ges utan språkmodell."
    return model, model.disclosure if model else ""


def open_model(settings: ModelSettings) -> ChatModel:
    """The model of ``settings``, if it can be reached. Raises ModelSettingError."""
    if not settings.name.partition(":")[2]:
        raise ModelSettingError(
            f"LARDOM_LLM ska vara leverantör:namn, som ollama:gemma3, inte ”{settings.name}”."
        )
    host = host_of(settings.address)
    provider = settings.provider
    if provider in KEYS and not settings.key and not settings.url:
        raise ModelSettingError(
            f"Nyckeln till {provider} saknas. Sätt LARDOM_LLM_KEY eller {KEYS[provider]}."
        )
    model = _adapter(settings)
    if host:
        _reach(settings.address)
    place = f"på den här datorn ({host})" if _is_here(host) else f"på {host or provider}"
    return ChatModel(
        model,
        settings,
        f"Svaren formuleras av språkmodellen {settings.name} {place}. Dit skickas frågan, de "
        "senaste frågorna och svaren, och de lärdomar som hittades.",
    )


def _adapter(settings: ModelSettings) -> "BaseChatModel":
    provider, _, name = settings.name.partition(":")
    limits: dict[str, Any] = {"temperature": 0}
    if provider == "ollama":
        limits["num_predict"] = settings.most_tokens
    else:
        limits |= {
            "timeout": settings.seconds,
            "max_retries": 0,
            "max_tokens": settings.most_tokens,
        }
    if settings.address:
        limits["base_url"] = settings.address
    if settings.key or provider in KEYS:
        limits["api_key"] = settings.key or "none"  # a server of one's own may want no key
    try:
        from langchain.chat_models import init_chat_model

        model: BaseChatModel = init_chat_model(name, model_provider=provider, **limits)
        return model
    except ImportError as error:
        what = f"tillägget [{provider}]" if provider in ADDRESSES else f"paketet för {provider}"
        raise ModelSettingError(f"Språkmodellen kräver {what}, som inte är installerat.") from error
    except Exception as error:  # each adapter has errors of its own
        if isinstance(error, ValueError) and "nsupported" in str(error):
            raise ModelSettingError(
                f"Leverantören ”{provider}” är okänd. Kända är bland annat {', '.join(ADDRESSES)}."
            ) from error
        raise ModelSettingError(
            f"Språkmodellen {settings.name} går inte att öppna; stämmer namn, adress och nyckel?"
        ) from error


def _reach(address: str) -> None:
    """Opens one connection and sends nothing, unless a proxy stands between."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if urllib.request.getproxies().get(parts.scheme) and not urllib.request.proxy_bypass(host):
        return
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((host, port), _REACHED_WITHIN).close()
    except OSError as error:
        raise ModelSettingError(
            f"Ingen språkmodell svarar på {host}:{port}. Starta om när den är igång."
        ) from error


def _is_here(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
