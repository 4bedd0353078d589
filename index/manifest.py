"""What a generation was made from, so that a reader can refuse one that does not fit."""

import dataclasses
import datetime
import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.contents import Contents

if TYPE_CHECKING:
    from index.embedder import SentenceEmbedder

SCHEMA = 4
_FILE = "manifest.json"
_SEAL = "seal"
_REBUILD = "run: python -m index"
_PACKAGES = ("chromadb", "sentence-transformers", "scikit-learn", "torch")


class IndexStale(Exception):
    """The index was made by another model or version; says what to run."""


class IndexBroken(Exception):
    """A file of the index is missing or not as it was written; says what to run."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation's origin: schema, model, corpus, and a checksum for each of its files."""

    schema: int
    embedder: str
    fingerprint: str
    dimension: int
    corpus: str
    """A hash of all documents and entries; changes when any text or question does."""
    entries: dict[str, str]
    """Document name and hash of each passage with its questions, for telling what changed."""
    built: str
    seconds: float
    versions: dict[str, str]
    checksums: dict[str, str]

    @classmethod
    def describing(
        cls,
        folder: Path,
        contents: Contents,
        embedder: "SentenceEmbedder",
        built: datetime.datetime,
        seconds: float,
    ) -> "Manifest":
        """Of a generation whose other files are all in ``folder``."""
        return cls(
            schema=SCHEMA,
            embedder=embedder.label,
            fingerprint=embedder.fingerprint,
            dimension=len(embedder.embed_query("dimension")),
            corpus=contents.digest,
            entries=contents.passages,
            built=built.isoformat(timespec="seconds"),
            seconds=round(seconds, 2),
            versions=library_versions(),
            checksums=checksums_of(folder),
        )

    def write(self, folder: Path) -> None:
        """Writes the manifest into its generation, as the last file, with a seal over itself."""
        fields = dataclasses.asdict(self)
        text = json.dumps({**fields, _SEAL: _seal_of(fields)}, ensure_ascii=False, indent=1)
        (folder / _FILE).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Raises IndexBroken or, for another schema or release of Chroma, IndexStale."""
        try:
            fields = json.loads((folder / _FILE).read_text(encoding="utf-8"))
            if fields["schema"] != SCHEMA:
                raise IndexStale(f"index schema {fields['schema']}, not {SCHEMA}; {_REBUILD}")
            if fields.pop(_SEAL) != _seal_of(fields):
                raise ValueError("it is not as it was written")
            manifest = cls(**fields)
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            raise IndexBroken(f"the manifest cannot be read ({error}); {_REBUILD}") from error
        manifest._check_chroma()
        return manifest

    def check_files(self, folder: Path) -> None:
        """Raises IndexBroken unless every file is byte for byte as it was written.

        Before Chroma opens them: a truncated file can end the whole process there.
        """
        for name, checksum in self.checksums.items():
            try:
                sound = checksum_of(folder / name) == checksum
            except OSError:
                sound = False
            if not sound:
                raise IndexBroken(f"the index file {name} is missing or damaged; {_REBUILD}")

    def check_embedder(self, fingerprint: str) -> None:
        """Raises IndexStale if the vectors come from another model than the one in use."""
        if self.fingerprint != fingerprint:
            raise IndexStale(
                f"the index was made with the model {self.embedder} ({self.fingerprint}), "
                f"not with the one in use ({fingerprint}); {_REBUILD}"
            )

    def _check_chroma(self) -> None:
        """Chroma's files are its own affair, and change between its releases."""
        wrote, reads = self.versions["chromadb"], version("chromadb")
        if wrote.split(".")[:2] != reads.split(".")[:2]:
            raise IndexStale(f"written by chromadb {wrote}, not by {reads}; {_REBUILD}")


def library_versions() -> dict[str, str]:
    """The installed versions of all that an index depends on."""
    return {package: version(package) for package in _PACKAGES}


def checksums_of(folder: Path) -> dict[str, str]:
    """A checksum for every file below ``folder`` but the manifest."""
    return {
        file.relative_to(folder).as_posix(): checksum_of(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != _FILE
    }


def checksum_of(file: Path) -> str:
    """SHA-256 of the file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _seal_of(fields: dict[str, Any]) -> str:
    """The manifest guards all other files, and this guards the manifest against the disk."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
