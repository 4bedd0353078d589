"""Reads .vtt and .srt: what is said in a film, put together into passages of a minute or so."""

import io
import re
from pathlib import Path

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from corpus.error import CorpusError
from corpus.importing.encoding import decode
from corpus.importing.marks import begins_with_label
from corpus.importing.source import Paragraph, Source

_LONG_ENOUGH = 500
_TOO_LONG = 1200
_SENTENCE_END = re.compile(r"[.!?…][”\"]?$")
_TAG = re.compile(r"</?[a-z][^>]*>|\{\\[^}]*\}", re.IGNORECASE)


def read_transcript(file: Path, content: bytes) -> Source:
    """A passage for each minute or so, and for each speaker; its first line tells the time.

    Raises CorpusError if the file holds no subtitles.
    """
    text = decode(file, content)
    kind = "vtt" if text.lstrip().startswith("WEBVTT") else "srt"
    try:
        captions = webvtt.WebVTT.from_buffer(io.StringIO(text), format=kind).captions
    except (MalformedCaptionError, MalformedFileError, ValueError) as error:
        raise CorpusError(file, None, "undertexterna går inte att läsa") from error
    passages: list[Paragraph] = []
    spoken: list[str] = []
    start, speaker, shown = "", "", ""
    for caption in captions:
        said = _new_words(shown, _plain(caption.text))
        shown = _plain(caption.text)
        if not said:
            continue
        voice = str(caption.voice or "")
        full = " ".join(spoken)
        ends = len(full) > _LONG_ENOUGH and _SENTENCE_END.search(full)
        if spoken and (
            voice != speaker or ends or len(full) > _TOO_LONG or begins_with_label(said)
        ):
            passages.append(_passage(start, speaker, full))
            spoken = []
        if not spoken:
            start, speaker = str(caption.start).split(".")[0], voice
        spoken.append(said)
    if spoken:
        passages.append(_passage(start, speaker, " ".join(spoken)))
    return Source(tuple(passages), is_transcript=True)


def _passage(start: str, speaker: str, said: str) -> Paragraph:
    heading = f"{start} {speaker}".strip()
    text = said if begins_with_label(said) else f"{heading}\n{said}"
    return Paragraph(text, f"tid {start}")


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", _TAG.sub("", text)).strip()


def _new_words(shown: str, text: str) -> str:
    """Rolling subtitles show the last line again; only what is new was said now."""
    if text == shown or shown.endswith(f" {text}"):
        return ""
    words = shown.split()
    for count in range(min(len(words), len(text.split())), 2, -1):
        tail = " ".join(words[-count:])
        if text.startswith(f"{tail} "):
            return text[len(tail) + 1 :]
    return text
