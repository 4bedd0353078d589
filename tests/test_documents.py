"""Several documents at once: named, filtered, compared; long lessons; documents by headings."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEmbedder, write_document

from assistant import Answer, Question, Refusal, Reply
from assistant.batch import reply_rows, reply_to_turns
from assistant.conversation import Assistant
from assistant.naming import DocumentNames
from assistant.retriever import LessonRetriever
from corpus import DOCUMENTS, CorpusError, parts, read_document
from index import LiveIndex, build_index
from index.entry import Entry, document_entries
from index.evidence import Targets

_HERE = Path(__file__).parent / "documents"
_SKELLEFTEA = DOCUMENTS / "skelleftea-2020.md"
_HAMNSUND = _HERE / "hamnsund-2023.md"
_NORRBRO = _HERE / "norrbro-2024.md"
_NAMES = DocumentNames([read_document(file) for file in (_SKELLEFTEA, _HAMNSUND, _NORRBRO)])


def _assistant(folder: Path, files: Iterable[Path]) -> Assistant:
    """The documents without their editors' files, found by their words."""
    (folder / "corpus").mkdir()
    for file in files:
        shutil.copy(file, folder / "corpus")
    return Assistant(LiveIndex(folder / "corpus", folder / "store", WordEmbedder()))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return _assistant(tmp_path_factory.mktemp("three"), (_SKELLEFTEA, _HAMNSUND, _NORRBRO))


def _ask(assistant: Assistant, *turns: str, year: int | None = None) -> Reply:
    return reply_to_turns(assistant, turns, year=year)


def _cited(reply: Reply) -> list[tuple[str, int | None]]:
    assert isinstance(reply, Answer), reply.text
    return list(dict.fromkeys((cited.document, cited.lesson) for cited in reply.citations))


# Naming


@pytest.mark.parametrize(
    ("text", "named", "rest"),
    [
        ("lärdom 5 i Skellefteå", ["skelleftea-2020"], "lärdom 5"),
        ("Hamnsunds lärdom 5", ["hamnsund-2023"], "lärdom 5"),
        ("lärdom 5 i hamnsund", ["hamnsund-2023"], "lärdom 5"),
        ("[Hamnsund 2023, lärdom 5]", ["hamnsund-2023"], "[ lärdom 5]"),
        ("hamnsund-2023 lärdom 5", ["hamnsund-2023"], "lärdom 5"),
        ("hamsunds lärdom 5", ["hamnsund-2023"], "lärdom 5"),
        ("vad sägs i skelleftea om mark?", ["skelleftea-2020"], "vad sägs om mark?"),
        ("Vad sa Skelleftekonferensen om mark?", ["skelleftea-2020"], "Vad sa om mark?"),
        ("enligt Norrbro 2024, vad kostar muddring?", ["norrbro-2024"], "vad kostar muddring?"),
        ("Vad sa man på konferensen 2023?", ["hamnsund-2023"], "Vad sa man?"),
        ("2024 års möte", ["norrbro-2024"], ""),
        ("Vad säger Skorstenen slutade ryka om facket?", ["hamnsund-2023"], "Vad säger om facket?"),
        ("Hur många lägenheter till 2025?", [], "Hur många lägenheter till 2025?"),
        ("Hur gick det från 2020 till 2024?", [], "Hur gick det från 2020 till 2024?"),
        ("hamnen i kommunen", [], "hamnen i kommunen"),
    ],
)
def test_a_document_is_named_by_name_place_title_or_year(
    text: str, named: list[str], rest: str
) -> None:
    naming = _NAMES.read(text)
    assert [document.name for document in naming.documents] == named
    assert naming.rest == rest


def test_several_documents_are_named_in_one_question() -> None:
    naming = _NAMES.read("Vad säger Hamnsund och Skellefteå om mark?")
    assert {document.name for document in naming.documents} == {"hamnsund-2023", "skelleftea-2020"}


def test_a_place_that_is_also_a_word_is_named_with_a_capital_only(tmp_path: Path) -> None:
    mark = write_document(tmp_path, ["Köp mark i tid."], "mark-2021")
    mark.write_text(mark.read_text(encoding="utf-8").replace("title: ", "place: Mark\ntitle: "))
    names = DocumentNames([read_document(mark), read_document(_HAMNSUND)])
    assert names.read("Hur gick det i Mark?").documents
    assert not names.read("Hur köper man mark?").documents


def test_where_one_document_is_loaded_none_is_named() -> None:
    text = "lärdom 5 i Skellefteå"
    assert DocumentNames([read_document(_SKELLEFTEA)]).read(text).rest == text


# Lookups


def test_a_number_that_several_documents_have_is_asked_back_with_their_names(
    three: Assistant,
) -> None:
    reply = _ask(three, "lärdom 5")
    assert isinstance(reply, Refusal)
    assert [lesson.document for lesson in reply.suggestions] == ["hamnsund-2023", "skelleftea-2020"]
    assert "Hamnsund 2023" in reply.message
    assert "– Skellefteå 2020, lärdom 5: Man måste" in reply.text


@pytest.mark.parametrize(
    "turns",
    [
        ("lärdom 5", "Hamnsund"),
        ("lärdom 5", "den från Hamnsund"),
        ("lärdom 5", "jag menar Hamnsund 2023"),
        ("lärdom 5", "lärdom 5 i Hamnsund"),
        ("lärdom 5", "Den från 2023"),
        ("lärdom 5 i Skellefteå", "och i Hamnsund?"),
        ("lärdom 4 i Hamnsund", "nästa"),
        ("lärdom 4 i Hamnsund", "och lärdom 5?"),
        ("lärdom 4 i Hamnsund", "lärdom 5"),
    ],
)
def test_the_document_that_was_meant_is_told_in_a_turn_of_its_own(
    three: Assistant, turns: tuple[str, ...]
) -> None:
    assert _cited(_ask(three, *turns)) == [("hamnsund-2023", 5)]


def test_both_may_be_meant(three: Assistant) -> None:
    cited = _cited(_ask(three, "lärdom 5", "båda"))
    assert cited == [("hamnsund-2023", 5), ("skelleftea-2020", 5)]


def test_a_number_that_one_document_has_is_not_asked_back(three: Assistant) -> None:
    assert _cited(_ask(three, "lärdom 28")) == [("skelleftea-2020", 28)]
    assert _cited(_ask(three, "lärdom 3 och 28"))[0] == ("skelleftea-2020", 3)


def test_the_last_lesson_is_the_last_of_the_document_that_is_named(three: Assistant) -> None:
    assert isinstance(_ask(three, "sista lärdomen"), Refusal)
    assert _cited(_ask(three, "sista lärdomen i Hamnsund")) == [("hamnsund-2023", 26)]


def test_a_number_beyond_the_last_is_told_with_how_many_there_are(three: Assistant) -> None:
    assert "26" in _ask(three, "lärdom 28 i Hamnsund").text
    assert "Skellefteå 2020 har 30" in _ask(three, "lärdom 47").text
    assert "Avsnitten är 3" in _ask(three, "avsnitt 9 i Norrbro").text


# Labels, filters, the batch interface


def test_a_citation_carries_the_short_name_where_there_are_several(three: Assistant) -> None:
    assert "[Hamnsund 2023, lärdom 3]" in _ask(three, "lärdom 3 i Hamnsund").text


def test_one_document_is_cited_without_its_name(tmp_path: Path) -> None:
    assistant = _assistant(tmp_path, [_HAMNSUND])
    assert _ask(assistant, "lärdom 3").text.startswith("Skynda långsamt. [Lärdom 3]")
    assert isinstance(_ask(assistant, "Vad säger de olika konferenserna?"), Answer | Refusal)


def test_a_filter_keeps_to_its_documents(three: Assistant) -> None:
    assert _cited(_ask(three, "lärdom 5", year=2023)) == [("hamnsund-2023", 5)]
    for name in ("hamnsund-2023", "Hamnsund 2023"):
        question = Question("Vad gör taxichaufförerna?", documents=(name,))
        reply = three.invoke(question)
        places = reply.citations if isinstance(reply, Answer) else reply.suggestions
        assert {place.document for place in places} <= {"hamnsund-2023"}


def test_a_filter_that_leaves_nothing_says_so(three: Assistant) -> None:
    assert "inget dokument från 1999" in _ask(three, "lärdom 5", year=1999).text
    reply = three.invoke(Question("lärdom 5", documents=("Nynäs",)))
    assert isinstance(reply, Refusal)
    assert "”Nynäs”" in reply.text
    assert "du har valt" in _ask(three, "lärdom 5 i Hamnsund", year=2020).text


def test_a_batch_row_may_be_limited_by_document_and_year(three: Assistant) -> None:
    rows = [
        {"id": 1, "question": "lärdom 5", "documents": ["Hamnsund 2023"]},
        {"id": 2, "question": "lärdom 5", "year": 2020},
        {"id": 3, "question": "lärdom 5"},
        {"id": 4, "question": "lärdom 5", "year": "i fjol"},
    ]
    replies = list(reply_rows(three, map(json.dumps, rows)))
    assert [row["citations"][0]["document"] for row in replies[:2]] == [
        "hamnsund-2023",
        "skelleftea-2020",
    ]
    assert replies[2]["suggestions"] == [5, 5]
    assert {"document": "hamnsund-2023", "lesson": 5} in replies[2]["suggested"]
    assert "year" in replies[3]["error"]


def test_the_retriever_is_limited_by_document(three: Assistant) -> None:
    retriever = LessonRetriever(index=three._index, count=9, documents=("Norrbro 2024",))
    found = retriever.invoke("Vad kostar muddringen?")
    assert {each.metadata["document"] for each in found} == {"norrbro-2024"}


# By document


def test_a_question_to_all_conferences_is_answered_by_document(three: Assistant) -> None:
    reply = _ask(three, "Vad säger de olika konferenserna om taxichaufförerna och bostäder?")
    assert isinstance(reply, Answer)
    named = [heading.document for heading in reply.headings]
    assert list(dict.fromkeys(cited.document for cited in reply.citations)) == named
    assert "Skellefteå 2020. Källan är från 28 oktober 2020.\n– " in reply.text
    assert "Norrbro 2024. Källan är från 21 maj 2024.\n– " in reply.text


def test_a_document_without_an_answer_is_said_to_be_silent(three: Assistant) -> None:
    reply = _ask(three, "Vad säger Skellefteå och Norrbro om försäkringsvillkoren?")
    assert isinstance(reply, Answer)
    assert ("norrbro-2024", 3) in _cited(reply)
    answering = {cited.document for cited in reply.citations}
    assert ("svarar inte på det" in reply.silent) == ("skelleftea-2020" not in answering)


def test_an_answer_by_document_grows_under_its_headings(three: Assistant) -> None:
    shown = list(three.stream(Question("lista alla lärdomar om bostäder")))
    assert all(isinstance(reply, Answer) and reply.headings for reply in shown)
    assert shown[-1] == three.invoke("lista alla lärdomar om bostäder")


def test_every_quote_is_a_slice_of_its_passage(three: Assistant) -> None:
    documents = {document.name: document for document in three.documents}
    for text in ("lista alla", "lista alla lärdomar i Norrbro", "avsnitt 1 i Norrbro"):
        reply = _ask(three, text)
        assert isinstance(reply, Answer)
        for cited in reply.citations:
            assert cited.quote in documents[cited.document].passage(cited.lesson).text


# Long lessons and chapters


def test_a_chapter_without_numbers_is_parted_by_its_headings() -> None:
    document = read_document(_NORRBRO)
    assert [(lesson.number, lesson.heading) for lesson in document.lessons] == [
        (1, "Kajen"),
        (2, "Bostäder vid vattnet"),
        (3, "Försäkringar"),
    ]
    assert document.summary.text.startswith("Kapitlet samlar")
    text = _NORRBRO.read_text(encoding="utf-8")
    assert all(lesson.text in text for lesson in document.lessons)


def test_lists_in_a_chapter_are_no_lessons_if_the_file_says_so(tmp_path: Path) -> None:
    text = (
        "---\ntitle: Kapitel\n---\n\n# Kapitel\n\nInledning.\n\n## Mark\n\nGör så:\n\n1. Mät.\n"
        "2. Köp.\n\nSedan är det klart.\n\n## El\n\nRing.\n"
    )
    file = tmp_path / "kapitel.md"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match="passages: headings"):
        read_document(file)
    file.write_text(text.replace("title:", "passages: headings\ntitle:"), encoding="utf-8")
    document = read_document(file)
    assert document.summary.text == "Inledning."
    assert [lesson.heading for lesson in document.lessons] == ["Mark", "El"]


def test_the_paragraph_that_answers_is_quoted_and_named(three: Assistant) -> None:
    reply = three.invoke(
        Question("Vad kostade tillståndet för muddring?", documents=("Norrbro 2024",))
    )
    assert _cited(reply)[0] == ("norrbro-2024", 1)
    assert isinstance(reply, Answer)
    assert "14 miljoner" in reply.text
    assert "Elsa Bro" not in reply.text
    assert reply.citations[0].label == "[Norrbro 2024, avsnitt 1: Kajen, stycke 2]"


def test_a_long_lesson_that_is_looked_up_is_quoted_paragraph_by_paragraph(
    three: Assistant,
) -> None:
    reply = _ask(three, "avsnitt 1 i Norrbro")
    assert isinstance(reply, Answer)
    assert [cited.paragraph for cited in reply.citations] == [1, 2, 3]


def test_parts_are_exact_slices_in_order_and_short_texts_stay_whole() -> None:
    assert [part.text for part in parts("Kort.\n\nMen två stycken.")] == [
        "Kort.\n\nMen två stycken."
    ]
    long = "\n\n".join(" ".join(f"Mening {n} i {k}." for n in range(60)) for k in range(3))
    at = 0
    for part in parts(long):
        assert len(part.text) <= 600
        at = long.index(part.text, at) + len(part.text)
    assert {part.paragraph for part in parts(long)} == {1, 2, 3}
    assert {part.paragraph for part in parts("Ord. " * 300)} == {None}


def test_every_part_of_a_long_lesson_is_indexed() -> None:
    document = read_document(_NORRBRO)
    texts = {entry.text for entry in document_entries(document) if entry.targets == (1,)}
    assert {part.text for part in parts(document.lessons[0].text)} <= texts
    assert "Kajen" in texts


# Many documents


def _write_many(folder: Path, count: int, lessons: int) -> None:
    for number in range(count):
        texts = [f"I ort{number} gav råd{n} frukt{n * 7 + number}." for n in range(lessons)]
        write_document(folder, texts, f"ort{number}-2021")


def test_one_of_many_documents_is_found_and_named(tmp_path: Path) -> None:
    _find_among(tmp_path, count=60)


@pytest.mark.slow
def test_one_of_five_hundred_documents_is_found_and_named(tmp_path: Path) -> None:
    _find_among(tmp_path, count=500)


def _find_among(folder: Path, count: int) -> None:
    _write_many(folder / "corpus", count, 40)
    report = build_index(folder / "corpus", WordEmbedder(), folder / "store")
    assert (report.documents, report.lessons) == (count, 40 * count)
    assistant = Assistant(LiveIndex(folder / "corpus", folder / "store", WordEmbedder()))
    for number in (0, 17, count - 1):
        name = f"ort{number}-2021"
        assert _cited(_ask(assistant, f"{name}, lärdom 12")) == [(name, 12)]
        found = assistant.search(f"I ort{number} gav råd7 frukt{49 + number}.", 1)
        assert (found[0].document, found[0].number) == (name, 8)
    asked_back = _ask(assistant, "lärdom 12")
    assert isinstance(asked_back, Refusal)
    assert len(asked_back.text) < 2_000
    assert len(_ask(assistant, "lista alla").text) < 1_000


def test_standing_out_in_one_s_own_document_counts_for_less_the_more_documents_there_are() -> None:
    """A hundred documents have a hundred such texts, and at most one is asked for."""

    def standing(documents: int) -> float:
        entries = [
            Entry(f"d{number}", "text", f"text {lesson}", (lesson,))
            for number in range(documents)
            for lesson in range(1, 31)
        ]
        alike = np.full(len(entries), 0.2)
        alike[7] = 0.6
        return float(Targets(entries).cosines(alike, alike).standing.max())

    assert standing(1) == pytest.approx(29**0.5, rel=1e-3)
    assert standing(1) == standing(2) > standing(10) > standing(100) > 2
