"""The door to the chat window: ``python ui.py`` serves the page and prints its address."""

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant import Assistant
    from corpus import Document

_PORT = 7860
_HOST = "127.0.0.1"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NETWORK_NOTE = (
    "Sidan är öppen för nätverket. LARDOM_PASSWORD sätter ett lösenord, och LARDOM_HOSTS säger "
    "vilka namn den får nås under."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the flags, put the page together and serve it until it is stopped."""
    flags = _parser().parse_args(arguments)
    try:
        listening = _listen(flags.host, flags.port)
    except OSError as error:
        print(
            f"Det går inte att lyssna på {flags.host}:{flags.port}: {error.strerror}.",
            file=sys.stderr,
        )
        print("Är sidan redan igång? Annars väljer --port en annan port.", file=sys.stderr)
        return 1
    return _serve(flags, listening)


def _serve(flags: argparse.Namespace, listening: socket.socket) -> int:
    # Imported after the flags are read: --help needs neither Gradio nor the corpus.
    import uvicorn

    from corpus import DOCUMENTS, CorpusError
    from page import Loading, page_application

    corpus = flags.corpus or DOCUMENTS
    try:
        documents = _documents(corpus, flags.index)
    except CorpusError as error:
        print(f"Underlaget går inte att läsa. {error}", file=sys.stderr)
        return 1
    loading = Loading(lambda: _open_assistant(flags, corpus))
    application = page_application(
        documents,
        loading,
        hosts=(*_LOOPBACK, flags.host, *flags.hosts.replace(",", " ").split()),
        password=os.environ.get("LARDOM_PASSWORD", ""),
        questions_a_minute=flags.questions_per_minute,
    )
    loading.start()
    name = f"[{flags.host}]" if ":" in flags.host else flags.host
    port = listening.getsockname()[1]
    print(f"Lärdomsassistenten: http://{name}:{port}  (avsluta med Ctrl+C)", flush=True)
    if flags.host not in _LOOPBACK:
        print(_NETWORK_NOTE, flush=True)
    config = uvicorn.Config(
        application,
        log_level="warning",
        server_header=False,
        # An open page keeps a connection for as long as it is open; Ctrl+C must not wait for it.
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[listening])
    return 0


def _documents(corpus: Path, store: Path | None) -> "tuple[Document, ...]":
    """What the page shows at once: the readable documents, or else those that the index has.

    Raises CorpusError if there are none.
    """
    from corpus import CorpusError, read_folder

    try:
        reading = read_folder(corpus)
        if not reading.documents:
            raise reading.broken[0]
    except CorpusError:
        from index import STORE, indexed_documents

        if indexed := indexed_documents(store or STORE):
            return indexed
        raise
    return reading.documents


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _open_assistant(flags: argparse.Namespace, corpus: Path) -> "Assistant":
    from assistant import open_assistant
    from index import MODEL, STORE

    assistant = open_assistant(
        corpus,
        flags.index or STORE,
        flags.embedder or MODEL,
        progress=lambda line: print(line, file=sys.stderr, flush=True),
        server=flags.chroma_url,
    )
    assistant.invoke("etablering")  # so that the index is loaded, or built, before it is needed
    return assistant


def _parser() -> argparse.ArgumentParser:
    setting = os.environ.get
    parser = argparse.ArgumentParser(
        prog="ui.py", description="Serverar chattfönstret och skriver ut dess adress."
    )
    parser.add_argument(
        "--host",
        default=setting("LARDOM_HOST") or _HOST,
        help=f"adress att lyssna på, annars {_HOST} [LARDOM_HOST]",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=setting("LARDOM_PORT") or str(_PORT),
        help=f"port att lyssna på, annars {_PORT}, 0 för en ledig [LARDOM_PORT]",
    )
    parser.add_argument(
        "--hosts",
        default=setting("LARDOM_HOSTS") or "",
        help="namn som sidan får nås under, med komma emellan [LARDOM_HOSTS]",
    )
    parser.add_argument(
        "--questions-per-minute",
        type=int,
        default=setting("LARDOM_QUESTIONS_PER_MINUTE") or "60",
        help="frågor i minuten från en adress, 0 är obegränsat [LARDOM_QUESTIONS_PER_MINUTE]",
    )
    _add_places(parser)
    return parser


def _add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--chroma-url",
        default=os.environ.get("LARDOM_CHROMA_URL") or "",
        help="Chroma-server vars index ska följas [LARDOM_CHROMA_URL]",
    )
    for flag, help_text in (
        ("corpus", "mapp med dokument"),
        ("index", "mapp för indexet"),
        ("embedder", "modell för vektorer: en mapp eller ett namn"),
    ):
        variable = f"LARDOM_{flag.upper()}"
        parser.add_argument(
            f"--{flag}",
            type=str if flag == "embedder" else Path,
            default=os.environ.get(variable) or None,
            help=f"{help_text} [{variable}]",
        )


if __name__ == "__main__":
    sys.exit(main())
