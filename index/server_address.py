"""Where the vectors of a generation are when a Chroma server keeps them, not its own folder."""

import json
import os
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

_FILE = "server.json"


class StoreError(Exception):
    """The vector store cannot be written or read."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A server and the one collection there that belongs to a generation."""

    url: str
    collection: str

    @classmethod
    def read(cls, folder: Path) -> "ServerAddress | None":
        """The address in ``folder``; None if it keeps its vectors itself.

        Raises StoreError if the folder does not tell.
        """
        try:
            return cls(**json.loads((folder / _FILE).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise StoreError(f"the address in {folder / _FILE} cannot be read: {error}") from error

    def write(self, folder: Path) -> None:
        """Only for the owner's eyes: the address may hold a password."""
        draft = folder / f"{_FILE}.draft"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(json.dumps({"url": self.url, "collection": self.collection}))
        draft.replace(folder / _FILE)  # whole or not at all, whoever is killed meanwhile

    @staticmethod
    def remove(folder: Path) -> None:
        """Takes the address back: nothing has been made there."""
        (folder / _FILE).unlink()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address taken apart."""

    host: str
    port: int
    encrypted: bool
    headers: dict[str, str]

    @classmethod
    def of(cls, url: str) -> "Endpoint":
        """Raises ValueError unless ``url`` is like http://127.0.0.1:8000 or https://name:word@…"""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ValueError("a Chroma server's address looks like http://127.0.0.1:8000")
        encrypted = parts.scheme == "https"
        headers = {}
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            headers["Authorization"] = f"Basic {b64encode(login).decode()}"
        port = parts.port or (443 if encrypted else 80)
        return cls(parts.hostname, port, encrypted, headers)

    @property
    def heartbeat(self) -> str:
        """What a living server answers."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' * self.encrypted}://{host}:{self.port}/api/v2/heartbeat"
