"""Which language model to ask, where, and within what limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

ADDRESSES = {
    "ollama": "http://127.0.0.1:11434",
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
}
"""Of the providers that have an extra of their own."""
KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}


class ModelSettingError(Exception):
    """A setting of the model is wrong. The message is Swedish, for whoever starts the program."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model, and within what limits."""

    name: str
    """``provider:name``, as LangChain's ``init_chat_model`` takes it."""
    url: str = ""
    """Empty: the provider's own address."""
    key: str = ""
    seconds: int = 30
    most_tokens: int = 600
    questions_a_minute: int = 20
    questions_a_day: int = 1_000

    @property
    def provider(self) -> str:
        """The part before the first colon."""
        return self.name.partition(":")[0]

    @property
    def address(self) -> str:
        """Where the model is asked; empty for a provider that is not known here."""
        return self.url or ADDRESSES.get(self.provider, "")

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> "ModelSettings | None":
        """From variables named ``LARDOM_LLM…``, None without ``LARDOM_LLM``.

        A provider's own key variable is taken only together with the provider's own address: a
        key must not go to another. Raises ModelSettingError for a number that is none.
        """
        name, url = (variables.get(each, "").strip() for each in ("LARDOM_LLM", "LARDOM_LLM_URL"))
        if not name:
            return None
        own_key = "" if url else variables.get(KEYS.get(name.partition(":")[0], ""), "")
        numbers = {
            field: _whole_number(variable, variables[variable])
            for field, variable in (
                ("seconds", "LARDOM_LLM_SECONDS"),
                ("most_tokens", "LARDOM_LLM_TOKENS"),
                ("questions_a_minute", "LARDOM_LLM_PER_MINUTE"),
                ("questions_a_day", "LARDOM_LLM_PER_DAY"),
            )
            if variables.get(variable)
        }
        return cls(name, url, variables.get("LARDOM_LLM_KEY", "") or own_key, **numbers)


def _whole_number(variable: str, text: str) -> int:
    if not text.strip().isdecimal() or not int(text):
        raise ModelSettingError(f"{variable} ska vara ett heltal över noll, inte ”{text}”.")
    return int(text)


def host_of(address: str) -> str:
    """``host:port`` of an address, without a user's name or password; raises if it is none."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https"):
        raise ModelSettingError(
            f"LARDOM_LLM_URL ska vara en adress som http://127.0.0.1:8000/v1, inte ”{address}”."
        )
    return f"{host}:{port}" if port else host
