"""The search as a LangChain retriever, for programs of one's own."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.reply import Question
from assistant.scope import chosen_documents
from index import LiveIndex


class LessonRetriever(BaseRetriever):
    """Gives the ``count`` lessons nearest to a question, best first, as LangChain documents.

    ``metadata`` holds ``document``, ``lesson`` (None for the summary) and ``score``, the
    calibrated probability that the question is about the passage.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: LiveIndex
    count: int = 4
    documents: tuple[str, ...] = ()
    """Names or short names of the documents to search; all if there are none."""
    year: int | None = None
    """Only documents of this year."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        index = self.index.current()
        asked = Question(query, documents=self.documents, year=self.year)
        documents = {each.name: each for each in chosen_documents(index.documents, asked)}
        return [
            Document(
                page_content=hit.quote or documents[hit.document].passage(hit.number).text,
                metadata={"document": hit.document, "lesson": hit.number, "score": hit.score},
            )
            for hit in index.search(query, frozenset(documents)).hits[: self.count]
        ]
