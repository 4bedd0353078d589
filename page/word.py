"""A conversation as a Word document."""

import datetime
import io

from assistant.reply import Answer, Turn
from page.memo import TITLE, origins, references_of, stamp
from page.sources import Sources


def conversation_as_word(turns: tuple[Turn, ...], sources: Sources, today: datetime.date) -> bytes:
    """Questions, replies, the cited lessons in full, the source, and the date, as .docx."""
    from docx import Document  # imported here: it costs start-up time, and few visitors need it

    paper = Document()
    paper.core_properties.title = TITLE
    paper.core_properties.author = "Lärdomsassistenten"
    paper.core_properties.language = "sv-SE"
    paper.add_heading(TITLE, level=0)
    paper.add_paragraph(stamp(sources, today))
    for turn in turns:
        paper.add_heading(turn.question, level=1)
        if isinstance(turn.reply, Answer):
            if turn.reply.introduction:
                paper.add_paragraph(turn.reply.introduction)
            for said in turn.reply.statements:
                paper.add_paragraph(f"{said.text} {said.citation.label}", style="List Bullet")
            if turn.reply.note:
                paper.add_paragraph(turn.reply.note)
            if turn.reply.source:
                paper.add_paragraph(turn.reply.source)
        else:
            paper.add_paragraph(turn.reply.text)
    references = references_of((turn.reply for turn in turns), sources)
    if references:
        paper.add_heading("Lärdomarna i sin helhet", level=1)
        for reference in references:
            paragraph = paper.add_paragraph()
            paragraph.add_run(f"{reference.label}. ").bold = True
            paragraph.add_run(reference.text)
        paper.add_paragraph(f"Källa: {origins(turns, sources)}")
    file = io.BytesIO()
    paper.save(file)
    return file.getvalue()
