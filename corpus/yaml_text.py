"""Loads YAML that remembers its lines: the one place where its errors become ours.

ruamel.yaml, because it tells the line of every entry and refuses a key that står två gånger, where
others keep the second and drop the first without a word.
"""

import datetime
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from corpus.error import CorpusError

_DATE = re.compile(r"\b\d{4}-\d\d?-\d\d?\b")


def load_yaml(file: Path, text: str, first_line: int = 1) -> Any:
    """What ``text`` holds; ``first_line`` is its first line's number in ``file``.

    Raises CorpusError with the line that cannot be read.
    """
    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise CorpusError(file, first_line + line, f"fel i YAML: {error.problem}") from error
    except YAMLError as error:
        line = text[: getattr(error, "position", 0)].count("\n")
        raise CorpusError(file, first_line + line, "ett tecken som inte får stå i filen") from error
    except ValueError as error:
        line = first_line + _line_of_bad_date(text)
        raise CorpusError(file, line, f"ett datum eller tal som inte finns ({error})") from error
    except Exception as error:  # some tags, on what they do not fit, make it stumble anywhere
        raise CorpusError(file, first_line, "fel i YAML: går inte att tolka") from error


def line_of(node: CommentedMap | CommentedSeq, key: object, first_line: int = 1) -> int:
    """The line of a mapping's ``key``, or of a list's item of that number.

    What came in by a merge or a tag has no line of its own, and gets its owner's.
    """
    place = (node.lc.data or {}).get(key)
    return first_line + int(place[0] if place else node.lc.line or 0)


def _line_of_bad_date(text: str) -> int:
    """The only values that YAML reads and then cannot make sense of are dates."""
    for number, line in enumerate(text.split("\n")):
        for found in _DATE.findall(line):
            try:
                datetime.date(*map(int, found.split("-")))
            except ValueError:
                return number
    return 0
