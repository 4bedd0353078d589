"""The one error of this package."""

from pathlib import Path


class CorpusError(Exception):
    """A document or an editor's file cannot be read; says where, and what to mend."""

    def __init__(self, file: Path, line: int | None, problem: str) -> None:
        self.file = file
        self.line = line
        self.problem = problem
        place = f"{file}:{line}" if line else str(file)
        super().__init__(f"{place}: {problem}")
