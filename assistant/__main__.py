"""``python -m assistant``: ask, chat, batch, evaluate and the question log in the terminal."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import DOCUMENTS, CorpusError

if TYPE_CHECKING:
    from assistant import Assistant, Reply

_DESCRIPTION = "Svarar på frågor ur numrerade lärdomar, med citat och nummer."
_EPILOGUE = (
    "En språkmodell som formulerar svaren väljs med LARDOM_LLM, LARDOM_LLM_URL, LARDOM_LLM_KEY, "
    "LARDOM_LLM_SECONDS, LARDOM_LLM_TOKENS, LARDOM_LLM_PER_MINUTE och LARDOM_LLM_PER_DAY."
)
_FAILED, _BAD_ROWS = 2, 1


def main() -> int:
    """Exit status: 0 done, 1 a batch row could not be read, 2 a failure (told on stderr)."""
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # text
    arguments = _parser().parse_args()
    try:
        return int(arguments.run(arguments))
    except Exception as error:
        from assistant.failures import FAILURES, sentence_for  # they know the whole index

        if not isinstance(error, FAILURES):
            raise
        print(sentence_for(error), file=sys.stderr)
        print(f"  ({error})", file=sys.stderr)
        return _FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m assistant", description=_DESCRIPTION, epilog=_EPILOGUE
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        default=Path(os.environ.get("LARDOM_CORPUS") or DOCUMENTS),
        help="mapp med dokument [LARDOM_CORPUS]",
    )
    parser.add_argument(
        "--index",
        type=Path,
        default=os.environ.get("LARDOM_INDEX"),
        help="mapp för indexet [LARDOM_INDEX]",
    )
    parser.add_argument(
        "--embedder",
        default=os.environ.get("LARDOM_EMBEDDER"),
        help="modell för vektorer: en mapp eller ett namn [LARDOM_EMBEDDER]",
    )
    parser.add_argument(
        "--chroma-url",
        default=os.environ.get("LARDOM_CHROMA_URL") or "",
        help="Chroma-server vars index ska följas [LARDOM_CHROMA_URL]",
    )
    doors = parser.add_subparsers(required=True, metavar="ask|chat|batch|evaluate|log")
    _add_doors(doors.add_parser)
    return parser


def _add_doors(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    ask = add_parser("ask", help="svara på en fråga")
    ask.add_argument("question", nargs="+")
    ask.set_defaults(run=_ask)
    chat = add_parser("chat", help="samtala i terminalen")
    chat.set_defaults(run=_chat)
    batch = add_parser("batch", help="svara på JSON-rader från standard in")
    batch.set_defaults(run=_batch)
    evaluate = add_parser("evaluate", help="betygsätt svaren på märkta frågor")
    evaluate.add_argument("file", type=Path)
    evaluate.add_argument("--misses", type=Path, help="fil för de felaktiga svaren, JSON-rader")
    evaluate.set_defaults(run=_evaluate)
    log = add_parser("log", help="sammanfatta frågeloggen: det som blev utan svar")
    log.add_argument(
        "file",
        nargs="?",
        type=Path,
        default=os.environ.get("LARDOM_QUESTION_LOG") or None,
        help="frågeloggen [LARDOM_QUESTION_LOG]",
    )
    log.add_argument(
        "--days",
        type=int,
        default=os.environ.get("LARDOM_QUESTION_LOG_DAYS") or "90",
        help="dagar som frågor sparas, annars 90 [LARDOM_QUESTION_LOG_DAYS]",
    )
    log.set_defaults(run=_log)


def _log(arguments: argparse.Namespace) -> int:
    from assistant.question_log import QuestionLog
    from assistant.unanswered import as_yaml, unanswered

    if arguments.file is None or not arguments.file.is_file():
        print("Ingen frågelogg. LARDOM_QUESTION_LOG säger vilken fil den är.", file=sys.stderr)
        return _FAILED
    log = QuestionLog(arguments.file, arguments.days)
    log.forget()
    rows = log.rows()
    print(as_yaml(unanswered(rows), rows, log.days), end="")
    return 0


def _open(arguments: argparse.Namespace) -> "Assistant":
    from assistant import open_assistant
    from assistant.model import chosen_model
    from index import MODEL, STORE

    model, told = chosen_model(os.environ)
    if told:
        print(told, file=sys.stderr)
    return open_assistant(
        arguments.corpus,
        arguments.index or STORE,
        arguments.embedder or MODEL,
        progress=lambda line: print(line, file=sys.stderr),
        server=arguments.chroma_url,
        model=model,
    )


def _ask(arguments: argparse.Namespace) -> int:
    text = " ".join(arguments.question)
    reply = _known_without_search(text, arguments) or _open(arguments).invoke(text)
    print(reply.text)
    return 0


def _known_without_search(text: str, arguments: argparse.Namespace) -> "Reply | None":
    """A lesson by its number, from the index at rest; one on a server may be newer elsewhere."""
    from assistant.answering import reply_without_search
    from assistant.reply import Question
    from index import STORE, indexed_documents

    documents = () if arguments.chroma_url else indexed_documents(arguments.index or STORE)
    return reply_without_search(Question(text), documents) if documents else None


def _chat(arguments: argparse.Namespace) -> int:
    from assistant.reply import Question, Turn

    assistant = _open(arguments)
    history: tuple[Turn, ...] = ()
    print("Ställ en fråga om lärdomarna. En tom rad avslutar.")
    while text := _read_turn():
        reply = assistant.invoke(Question(text, history))
        history = (*history, Turn(text, reply))
        print(f"\n{reply.text}")
    return 0


def _read_turn() -> str:
    try:
        return input("\n> ").strip()
    except EOFError:
        return ""


def _batch(arguments: argparse.Namespace) -> int:
    from assistant.batch import reply_rows

    status = 0
    for row in reply_rows(_open(arguments), sys.stdin):
        print(json.dumps(row, ensure_ascii=False), flush=True)
        status = _BAD_ROWS if "error" in row else status
    return status


def _evaluate(arguments: argparse.Namespace) -> int:
    from assistant.evaluation import refusal_figures, score_file, table

    if not arguments.file.is_file():
        raise CorpusError(arguments.file, None, "no such file")
    scored = score_file(_open(arguments), arguments.file)
    print(table(scored))
    print(refusal_figures(scored))
    misses = [
        json.dumps({"row": one.row, "reply": one.reply}, ensure_ascii=False)
        for one in scored
        if not one.right
    ]
    if arguments.misses:
        arguments.misses.write_text("".join(f"{miss}\n" for miss in misses), encoding="utf-8")
    print(f"{len(misses)} of {len(scored)} rows missed something")
    return 0


if __name__ == "__main__":
    sys.exit(main())
