"""The shipped document with few of its editor's questions, so that its index is built quickly."""

import shutil
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from corpus import DOCUMENTS

_NAME = "skelleftea-2020"


def few_questions(folder: Path, also: dict[int, list[str]]) -> Path:
    """Two questions a lesson, and ``also`` by lesson, in ``folder``, which is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(DOCUMENTS / f"{_NAME}.md", folder)
    file = f"{_NAME}.questions.yaml"
    questions = YAML(typ="safe").load((DOCUMENTS / file).read_text(encoding="utf-8"))
    answered = {
        number: list(dict.fromkeys([*asked[:2], *also.get(number, [])]))
        for number, asked in questions["answered"].items()
    }
    text = StringIO()
    few = {"answered": answered, "unanswered": questions["unanswered"][:20]}
    YAML(typ="safe").dump(few, text)
    (folder / file).write_text(text.getvalue(), encoding="utf-8")
    return folder
