"""``python -m index``: brings the index up to the corpus and says what it did."""

import argparse
import os
import re
import sys
import threading
from pathlib import Path

from corpus import DOCUMENTS, CorpusError
from index import (
    MODEL,
    STORE,
    BuilderBusy,
    BuildError,
    BuildReport,
    EmbedderError,
    Index,
    IndexBroken,
    IndexMissing,
    IndexStale,
    SentenceEmbedder,
    StoreError,
    build_index,
)
from index.build import DiskFull
from index.changes import Changes
from index.doctor import examine
from index.generation import current_generation
from index.watch import watch

_DONE, _NOT_SOUND, _FAILED = 0, 1, 2
_STATUS = """slutstatus:
  0  klart: indexet är färdigt, eller i ordning
  1  --check underkände indexet, eller doctor fann något att åtgärda
  2  bygget misslyckades och det gamla indexet gäller, eller så var kommandot felskrivet"""
_SENTENCES: dict[type[Exception], str] = {
    CorpusError: "Ett dokument går inte att läsa.",
    EmbedderError: "Modellen går inte att ladda.",
    BuilderBusy: "Ett annat program bygger indexet. Försök igen om en stund.",
    DiskFull: "Disken är full. Frigör utrymme och kör python -m index igen.",
    BuildError: "Det nya indexet gick inte att bygga.",
    StoreError: "Vektorerna går inte att skriva eller läsa.",
}
_BAR = 30


def main() -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # text
    arguments = _parser().parse_args()
    embedder = SentenceEmbedder(arguments.embedder)
    try:
        if arguments.command == "doctor":
            return _doctor(arguments, embedder)
        if arguments.check:
            return _check(arguments.index, embedder)
        if arguments.watch:
            watch(arguments.corpus, lambda: _build(arguments, embedder), threading.Event())
            return _DONE
        return _build(arguments, embedder)
    except KeyboardInterrupt:
        _clear_progress()
        return _DONE if arguments.watch else _FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index",
        description="Bygger indexet över dokumenten, eller undersöker det.",
        epilog=_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=["doctor"],
        help="doctor: undersök index, modell, underlag, disk, nät och versioner",
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
        default=Path(os.environ.get("LARDOM_INDEX") or STORE),
        help="mapp för indexet [LARDOM_INDEX]",
    )
    parser.add_argument(
        "--embedder",
        default=os.environ.get("LARDOM_EMBEDDER") or MODEL,
        help="modell för vektorer: en mapp eller ett namn [LARDOM_EMBEDDER]",
    )
    parser.add_argument(
        "--chroma-url",
        default=os.environ.get("LARDOM_CHROMA_URL") or "",
        help="Chroma-server för vektorerna, annars ligger de i indexets mapp [LARDOM_CHROMA_URL]",
    )
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--rebuild", action="store_true", help="bygg allt från början")
    ways.add_argument("--check", action="store_true", help="kontrollera utan att bygga")
    ways.add_argument(
        "--watch", action="store_true", help="bygg om när en fil sparas, tills Ctrl+C"
    )
    return parser


def _build(arguments: argparse.Namespace, embedder: SentenceEmbedder) -> int:
    try:
        report = build_index(
            arguments.corpus,
            embedder,
            arguments.index,
            progress=_show_progress,
            from_nothing=arguments.rebuild,
            server=arguments.chroma_url,
        )
    except tuple(_SENTENCES) as error:
        _clear_progress()
        sentence = next(said for kind, said in _SENTENCES.items() if isinstance(error, kind))
        reasons = "".join(f"\n  ({each})" for each in (error, *getattr(error, "__notes__", ())))
        print(f"Indexet byggdes inte. {sentence}{reasons}", file=sys.stderr, flush=True)
        if _has_index(arguments.index):
            print("Det gamla indexet gäller.", file=sys.stderr, flush=True)
        return _FAILED
    _clear_progress()
    for broken in report.left_out:
        print(f"Utelämnat, för det går inte att läsa: {broken}", file=sys.stderr, flush=True)
    print(_told(report), flush=True)
    return _DONE


def _has_index(store: Path) -> bool:
    try:
        current_generation(store)
    except IndexMissing:
        return False
    return True


def _check(store: Path, embedder: SentenceEmbedder) -> int:
    try:
        index = Index.open(store, embedder)
    except (IndexMissing, IndexBroken, IndexStale, StoreError) as error:
        print(f"Indexet är inte i ordning.\n  ({error})", file=sys.stderr)
        return _NOT_SOUND
    print(f"Indexet är i ordning, byggt {index.manifest.built} med {index.manifest.embedder}.")
    index.close()
    return _DONE


def _doctor(arguments: argparse.Namespace, embedder: SentenceEmbedder) -> int:
    findings = examine(arguments.corpus, arguments.index, embedder)
    for finding in findings:
        print(f"{'FEL' if finding.remedy else 'OK ':4} {finding.subject}: {finding.state}")
        if finding.remedy:
            print(f"       {finding.remedy}")
    return _NOT_SOUND if any(finding.remedy for finding in findings) else _DONE


def _show_progress(line: str) -> None:
    """A bar that is drawn over on a terminal, plain lines elsewhere."""
    if not sys.stderr.isatty():
        print(line, file=sys.stderr, flush=True)
        return
    counted = re.search(r"(\d+) av (\d+)", line)
    bar = ""
    if counted:
        done = round(_BAR * int(counted[1]) / max(1, int(counted[2])))
        bar = f"[{'#' * done}{'.' * (_BAR - done)}] "
    print(f"\r\x1b[K{bar}{line}", end="", file=sys.stderr, flush=True)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _told(report: BuildReport) -> str:
    size = f"{report.documents} dokument, {report.lessons} lärdomar, {report.questions} frågor"
    seconds = f"{report.seconds:.1f} s".replace(".", ",")
    if not report.rebuilt:
        return f"Inget har ändrats: {size} ({seconds})."
    first = f"Indexet är byggt: {size}, {report.embedded} nya vektorer ({seconds})."
    return "\n".join([first, *_told_documents(report.changes)])


def _told_documents(changes: Changes) -> list[str]:
    """One line a document: "skelleftea-2020: 1 ändrad (7), 31 oförändrade"."""
    told: dict[str, list[str]] = {}
    for one, several, names in (
        ("ny", "nya", changes.added),
        ("ändrad", "ändrade", changes.changed),
        ("borttagen", "borttagna", changes.removed),
        ("oförändrad", "oförändrade", changes.kept),
    ):
        passages: dict[str, list[str]] = {}
        for name in names:
            document, passage = name.rsplit(" ", 1)
            passages.setdefault(document, []).append(passage)
        for document, own in passages.items():
            shown = ", ".join(own[:8]) + (" …" if len(own) > 8 else "")
            listed = "" if names is changes.kept else f" ({shown})"
            verb = one if len(own) == 1 else several
            told.setdefault(document, []).append(f"{len(own)} {verb}{listed}")
    return [f"  {document}: {'; '.join(parts)}" for document, parts in sorted(told.items())]


if __name__ == "__main__":
    sys.exit(main())
