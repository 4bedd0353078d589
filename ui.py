"""The door to the chat window: ``python ui.py`` serves the page and prints its address."""

import argparse
import os
import socket
import sys
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant import Assistant
    from assistant.model import ChatModel
    from assistant.question_log import QuestionLog
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
    from assistant.model import chosen_model
    from assistant.question_log import QuestionLogError
    from corpus import DOCUMENTS, CorpusError
    from page import Loading, page_application

    if flags.mcp and find_spec("mcp") is None:
        print('Paketet mcp saknas: pip install "lardomsassistenten[mcp]"', file=sys.stderr)
        return 1
    corpus = flags.corpus or DOCUMENTS
    try:
        documents = _documents(corpus, flags.index)
        question_log = _question_log(flags)
    except CorpusError as error:
        print(f"Underlaget går inte att läsa. {error}", file=sys.stderr)
        return 1
    except QuestionLogError as error:
        print(f"Frågeloggen går inte att skriva. ({error})", file=sys.stderr)
        return 1
    # Before the page: it tells its visitors where their questions go.
    model, told = chosen_model(os.environ)
    if told:
        print(told, file=sys.stderr, flush=True)
    loading = Loading(lambda: _open_assistant(flags, corpus, model))
    application = page_application(
        documents,
        loading,
        hosts=(*_LOOPBACK, flags.host, *flags.hosts.replace(",", " ").split()),
        password=os.environ.get("LARDOM_PASSWORD", ""),
        admin_password=os.environ.get("LARDOM_ADMIN_PASSWORD", ""),
        question_log=question_log,
        with_tools=flags.mcp,
        statements=flags.statements,
        questions_a_minute=flags.questions_per_minute,
        disclosure=model.disclosure if model else "",
    )
    loading.start()
    _run(application, listening, flags.host)
    return 0


def _run(application: "FastAPI", listening: socket.socket, host: str) -> None:
    """Serves the page until it is stopped."""
    import uvicorn

    name = f"[{host}]" if ":" in host else host
    port = listening.getsockname()[1]
    print(f"Lärdomsassistenten: http://{name}:{port}  (avsluta med Ctrl+C)", flush=True)
    if host not in _LOOPBACK:
        print(_NETWORK_NOTE, flush=True)
    config = uvicorn.Config(
        application,
        log_level="warning",
        server_header=False,
        # An open page keeps a connection for as long as it is open; Ctrl+C must not wait for it.
        timeout_graceful_shutdown=2,
        # Longer than browsers and proxies keep theirs: a question must not meet a closing door.
        timeout_keep_alive=120,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _documents(corpus: Path, store: Path | None) -> "tuple[Document, ...]":
    """What the page shows at once: the readable documents, or else those that the index has.

    Raises CorpusError if there are none.
    """
    from corpus import CorpusError, read_folder
    from index import STORE, indexed_documents
    from index.document_file import corpus_checksums, unchanged_documents

    store = store or STORE
    try:
        reading = read_folder(corpus, unchanged_documents(store, corpus_checksums(corpus)))
        if not reading.documents:
            raise reading.broken[0]
    except CorpusError:
        if indexed := indexed_documents(store):
            return indexed
        raise
    return reading.documents


def _question_log(flags: argparse.Namespace) -> "QuestionLog | None":
    """The log if one is wanted, kept free of what is too old. Raises QuestionLogError."""
    from assistant.question_log import QuestionLog

    if flags.question_log is None:
        return None
    log = QuestionLog(flags.question_log, flags.question_log_days)
    log.prepare()
    threading.Thread(target=log.keep_forgetting, name="forget-questions", daemon=True).start()
    print(
        f"Frågor sparas i {log.file} i {log.days} dagar; sidan säger det till den som frågar.",
        flush=True,
    )
    return log


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _open_assistant(
    flags: argparse.Namespace, corpus: Path, model: "ChatModel | None"
) -> "Assistant":
    from assistant import open_assistant
    from index import MODEL, STORE

    assistant = open_assistant(
        corpus,
        flags.index or STORE,
        flags.embedder or MODEL,
        progress=lambda line: print(line, file=sys.stderr, flush=True),
        server=flags.chroma_url,
        model=model,
    )
    assistant.search("etablering")  # so that the index is loaded, or built, before it is needed
    return assistant


def _parser() -> argparse.ArgumentParser:
    setting = os.environ.get
    parser = argparse.ArgumentParser(
        prog="ui.py",
        description="Serverar chattfönstret och skriver ut dess adress.",
        epilog="En språkmodell väljs med LARDOM_LLM, som i python -m assistant.",
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
    parser.add_argument(
        "--mcp",
        action="store_true",
        default=setting("LARDOM_MCP", "") not in ("", "0"),
        help="öppna /mcp för andra assistenter (Model Context Protocol) [LARDOM_MCP=1]",
    )
    parser.add_argument(
        "--question-log",
        type=Path,
        default=setting("LARDOM_QUESTION_LOG") or None,
        help="fil att spara frågor och omdömen i, annars sparas inga [LARDOM_QUESTION_LOG]",
    )
    parser.add_argument(
        "--question-log-days",
        type=int,
        default=setting("LARDOM_QUESTION_LOG_DAYS") or "90",
        help="dagar som frågor sparas, annars 90 [LARDOM_QUESTION_LOG_DAYS]",
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
        ("statements", "mapp med egna tillganglighet.md och integritet.md"),
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
