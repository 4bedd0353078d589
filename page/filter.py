"""The choice of which documents to ask, shown where there is more than one."""

from collections.abc import Sequence
from itertools import groupby

import gradio as gr

from corpus import Document
from page.sources import Sources

_LABEL = "Svara bara ur (annars alla)"
_YEAR = "år "


def filter_choices(documents: Sequence[Document]) -> list[tuple[str, str]]:
    """(What stands beside the box, its value): the years with several documents, then each."""
    dated = sorted((each.date.year for each in documents if each.date), reverse=True)
    years = [year for year, same in groupby(dated) if 1 < len(list(same)) < len(documents)]
    every = [(f"Allt från {year}", f"{_YEAR}{year}") for year in years]
    return every + [(document.short_name, document.name) for document in documents]


def chosen_names(values: Sequence[str], documents: Sequence[Document]) -> tuple[str, ...]:
    """The names of the documents that the ticked ``values`` stand for; none if all are asked."""
    ticked = set(values)
    return tuple(
        document.name
        for document in documents
        if document.name in ticked or (document.date and f"{_YEAR}{document.date.year}" in ticked)
    )


def document_filter(sources: Sources) -> gr.CheckboxGroup:
    """The boxes to tick, for the documents of the moment; hidden while there is only one."""
    return gr.CheckboxGroup(
        filter_choices(sources.documents),
        label=_LABEL,
        visible=len(sources.documents) > 1,
        elem_id="filter",
        show_label=True,
    )


def refreshed(sources: Sources) -> gr.CheckboxGroup:
    """The same for the documents of the moment, as a visitor opens the page."""
    return gr.CheckboxGroup(filter_choices(sources.documents), visible=len(sources.documents) > 1)
