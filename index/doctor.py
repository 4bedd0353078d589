"""Examines an installation: what is in order, and what to do about what is not."""

import datetime
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.corpus_state import corpus_state
from index.embedder import SentenceEmbedder
from index.generation import IndexMissing, current_generation
from index.manifest import IndexBroken, IndexStale, Manifest, library_versions
from index.publication import is_kept, server_of
from index.server_address import StoreError
from index.writer import VECTORS

_BUILD = "Kör: python -m index"
_MEGABYTE = 1 << 20
_SPARE = 16 * _MEGABYTE


@dataclass(frozen=True, slots=True)
class Finding:
    """One examined thing; ``remedy`` says what to do, and is empty when it is in order."""

    subject: str
    state: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class _Generation:
    folder: Path
    manifest: Manifest
    size: int


def examine(corpus: Path, store: Path, embedder: SentenceEmbedder) -> tuple[Finding, ...]:
    """Looks at everything that answering needs; loads no model, changes nothing."""
    found: _Generation | None = None
    try:
        folder = current_generation(store)
        manifest = Manifest.read(folder)
        found = _Generation(folder, manifest, _size_of(folder))
        manifest.check_files(folder)
        if not is_kept(folder / VECTORS):
            raise IndexBroken(f"{_shown_server(folder)} har inte vektorerna")
        index = _index_finding(found)
    except IndexMissing:
        index = Finding("Index", "det finns inget index", _BUILD)
    except IndexStale as error:
        index = Finding("Index", f"byggt av en annan version ({error})", _BUILD)
    except (IndexBroken, OSError) as error:
        index = Finding("Index", f"skadat ({error})", _BUILD)
    except StoreError as error:
        state = f"helt, men Chroma-servern {_shown_server(folder)} svarar inte ({error})"
        index = Finding("Index", state, "Starta servern, eller se över LARDOM_CHROMA_URL.")
    manifest_or_none = found.manifest if found else None
    return (
        index,
        _model_finding(embedder, manifest_or_none),
        corpus_finding(corpus, store, manifest_or_none),
        *_disk_findings(store, found.size if found else 0),
        _offline_finding(embedder),
        _version_finding(manifest_or_none),
    )


def corpus_finding(corpus: Path, store: Path, manifest: Manifest | None) -> Finding:
    """Whether the documents can be read, and whether the index is up to them."""
    state = corpus_state(corpus, store)
    told = f"{state.documents} dokument, {state.lessons} lärdomar"
    if not state.indexed:
        counts = f"{len(state.added)} nya, {len(state.changed)} ändrade, {len(state.removed)} borta"
        told += f"; {counts} sedan indexet byggdes" if manifest else ""
    elif manifest and state.documents:
        told += ", oförändrade sedan indexet byggdes"
    if not state.faults:
        return Finding("Underlag", told, "" if state.indexed or not manifest else _BUILD)
    problems = "; ".join(f"går inte att läsa: {fault.sentence}" for fault in state.faults)
    if not state.documents:
        told = problems
    else:
        told += f"; {problems}"
    if any(fault.answered_from for fault in state.faults):
        return Finding("Underlag", told, "Rätta filen; det förra indexet gäller tills dess.")
    if state.documents:
        return Finding("Underlag", told, f"Rätta filen; den är utelämnad tills dess. {_BUILD}")
    return Finding("Underlag", told, "Rätta filen; sedan kan indexet byggas.")


def _index_finding(found: _Generation) -> Finding:
    built = datetime.datetime.fromisoformat(found.manifest.built)
    age = datetime.datetime.now(datetime.UTC) - built
    state = f"helt, byggt {built.astimezone():%Y-%m-%d %H.%M}"
    size = f"{found.size / _MEGABYTE:.0f} MB i {found.folder}"
    if server := _shown_server(found.folder):
        size += f", vektorerna hos {server}"
    if age < datetime.timedelta(minutes=-1):
        return Finding("Index", f"{state}, {size}", "Byggt i framtiden: se över datorns klocka.")
    return Finding("Index", f"{state} ({_told_age(age)} sedan), {size}")


def _shown_server(folder: Path) -> str:
    """Without the name and the password that may stand in its address."""
    return re.sub(r"//[^/@]*@", "//", server_of(folder / VECTORS))


def _told_age(age: datetime.timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} timmar" if minutes < 48 * 60 else f"{minutes // 1440} dagar"


def _model_finding(embedder: SentenceEmbedder, manifest: Manifest | None) -> Finding:
    folder = Path(embedder.name)
    if folder.is_dir() and not any(folder.glob("*.json")):
        return Finding(
            "Modell",
            f"{embedder.label} är ingen modellmapp",
            "Sätt LARDOM_EMBEDDER till en modellmapp, eller ta bort den för den inbyggda modellen.",
        )
    state = f"{embedder.label} ({embedder.fingerprint})"
    if manifest and manifest.fingerprint != embedder.fingerprint:
        made = f"{manifest.embedder} ({manifest.fingerprint})"
        remedy = f"{_BUILD}, eller sätt LARDOM_EMBEDDER till modellen som indexet byggdes med."
        return Finding("Modell", f"{state}, men indexet är byggt med {made}", remedy)
    return Finding("Modell", state)


def _disk_findings(store: Path, size: int) -> Iterator[Finding]:
    """Room for one more generation in the index's folder, and for a copy in the temporary one."""
    existing = next(folder for folder in (store, *store.absolute().parents) if folder.is_dir())
    if os.access(existing, os.W_OK):
        yield _room("Disk", existing, size + _SPARE)
    else:
        yield Finding("Disk", f"{existing} är skrivskyddad: indexet svarar men kan inte byggas om")
    try:
        yield _room("Tillfällig mapp", Path(tempfile.gettempdir()), size + _SPARE)
    except OSError:
        yield Finding("Tillfällig mapp", "saknas", "Sätt TMPDIR till en mapp som går att skriva i.")


def _room(subject: str, folder: Path, needed: int) -> Finding:
    free = shutil.disk_usage(folder).free
    state = f"{free / _MEGABYTE:.0f} MB ledigt i {folder}"
    if free >= needed:
        return Finding(subject, state)
    return Finding(subject, state, f"Frigör minst {(needed - free) / _MEGABYTE:.0f} MB.")


def _offline_finding(embedder: SentenceEmbedder) -> Finding:
    if Path(embedder.name).is_dir():
        return Finding("Nät", "behövs inte: modellen ligger på den här datorn")
    if os.environ.get("HF_HUB_OFFLINE") == "1":
        return Finding("Nät", f"används inte (HF_HUB_OFFLINE=1); {embedder.name} måste finnas här")
    return Finding("Nät", f"behövs första gången, för att hämta {embedder.name}")


def _version_finding(manifest: Manifest | None) -> Finding:
    installed = library_versions()
    numbers = [f"{name} {number}" for name, number in installed.items()]
    state = ", ".join([f"Python {platform.python_version()}", *numbers])
    before = manifest.versions if manifest else installed
    other = [
        f"{name} {before.get(name)}" for name in installed if before.get(name) != installed[name]
    ]
    if other:
        state += f"; indexet byggdes med {', '.join(other)}"
        return Finding("Versioner", state, f"{_BUILD} --rebuild")
    return Finding("Versioner", state)


def _size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
